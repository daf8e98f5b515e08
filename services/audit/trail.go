package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"sync"
	"time"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/store"
)

// Trail finds the looks at a case. It knows where each stands, and reads it from the
// store when it is asked for.
type Trail struct {
	store store.Store

	mu     sync.RWMutex
	places map[id.Case][]place
	sheets []string       // the identifiers of the documents that were read
	known  map[string]int // their numbers in sheets
	ready  bool           // all that was there was read
}

// place is where a look stands.
type place struct {
	at           int64 // milliseconds since 1970
	sheet        int32
	record, look uint16
}

// NewTrail returns an empty trail of a store.
func NewTrail(s store.Store) *Trail {
	return &Trail{store: s, places: map[id.Case][]place{}, known: map[string]int{}}
}

// Load reads what is there. It returns from where Watch goes on.
func (t *Trail) Load(ctx context.Context) (store.Mark, error) {
	since, err := t.store.Scan(ctx, store.AccessLog, t.take)
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ready = true
	return since, nil
}

// Watch takes in what comes, until the context ends.
func (t *Trail) Watch(ctx context.Context, since store.Mark) error {
	return t.store.Watch(ctx, store.AccessLog, since, t.take)
}

// Follow is Load and then Watch.
func (t *Trail) Follow(ctx context.Context) error {
	since, err := t.Load(ctx)
	if err != nil {
		return err
	}
	return t.Watch(ctx, since)
}

// take takes in a document. One that cannot be read is for verification to find.
func (t *Trail) take(doc store.Document) error {
	_, records, err := read(doc)
	if err != nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.known[doc.ID]; known {
		return nil
	}
	n := len(t.sheets)
	t.known[doc.ID] = n
	t.sheets = append(t.sheets, doc.ID)
	for r, record := range records {
		for l, look := range record.Looks {
			for _, c := range look.Cases {
				t.places[c] = append(t.places[c], place{record.At.UnixMilli(), int32(n), uint16(r), uint16(l)})
			}
		}
	}
	return nil
}

// read reads the records of a document.
func read(doc store.Document) (sheet, []Record, error) {
	s, err := sheetOf(doc)
	if err != nil {
		return s, nil, err
	}
	records := make([]Record, len(s.Records))
	for i, text := range s.Records {
		if err := json.Unmarshal(text, &records[i]); err != nil {
			return s, nil, fault.Wrap(fault.Internal, err, "%s cannot be read", doc.ID)
		}
	}
	return s, records, nil
}

// Seen is a look at one case. Its record has other looks, too.
type Seen struct {
	Record
	Look
}

// SeenConnection and SeenEdge are a page of looks.
type (
	SeenConnection = page.Connection[Seen]
	SeenEdge       = page.Edge[Seen]
)

// Of returns a page of the looks at a case, the newest first. It returns Unavailable
// while the looks of before the start are still being read.
func (t *Trail) Of(ctx context.Context, c id.Case, args page.Args) (*SeenConnection, error) {
	t.mu.RLock()
	places, sheets, ready := slices.Clone(t.places[c]), t.sheets, t.ready
	t.mu.RUnlock()
	if !ready {
		return nil, fault.New(fault.Unavailable, "the record of looks is still being read; try again")
	}
	key := func(p place) string {
		return fmt.Sprintf("%016x %s %d %d", math.MaxInt64-p.at, sheets[p.sheet], p.record, p.look)
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(sheets[b.sheet], sheets[a.sheet]), cmp.Compare(b.record, a.record), cmp.Compare(b.look, a.look))
	})
	cut, err := page.Of(places, key, args)
	if err != nil {
		return nil, err
	}
	edges := make([]SeenEdge, len(cut.Edges))
	docs := map[int32][]Record{}
	for i, e := range cut.Edges {
		if edges[i].Node, err = t.seen(ctx, e.Node, sheets, docs); err != nil {
			return nil, err
		}
		edges[i].Cursor = e.Cursor
	}
	return page.New(edges, cut.PageInfo.HasPreviousPage, cut.PageInfo.HasNextPage, cut.TotalCount), nil
}

// seen reads a look, each document once.
func (t *Trail) seen(ctx context.Context, p place, sheets []string, docs map[int32][]Record) (Seen, error) {
	records, ok := docs[p.sheet]
	if !ok {
		doc, err := t.store.Get(ctx, store.AccessLog, sheets[p.sheet])
		if err != nil {
			return Seen{}, err
		}
		if _, records, err = read(doc); err != nil {
			return Seen{}, err
		}
		docs[p.sheet] = records
	}
	if int(p.record) >= len(records) || int(p.look) >= len(records[p.record].Looks) {
		return Seen{}, fault.New(fault.Internal, "%s is not what it was", sheets[p.sheet])
	}
	r := records[p.record]
	return Seen{r, r.Looks[p.look]}, nil
}

// All calls fn with every record of an instant and later, in no particular order.
func All(ctx context.Context, s store.Store, since time.Time, fn func(Record)) error {
	_, err := s.Scan(ctx, store.AccessLog, func(doc store.Document) error {
		_, records, err := read(doc)
		if err != nil {
			return err
		}
		for _, r := range records {
			if !r.At.Before(since) {
				fn(r)
			}
		}
		return nil
	})
	return err
}

// Origin says from where somebody looked, without the address.
type Origin string

// The origins.
const (
	ThisMachine    Origin = "THIS_MACHINE"    // the server itself
	PrivateNetwork Origin = "PRIVATE_NETWORK" // an address that is not of the internet
	Internet       Origin = "INTERNET"
	CommandLine    Origin = "COMMAND_LINE" // of the operator
)

// Origins lists them.
var Origins = []Origin{ThisMachine, PrivateNetwork, Internet, CommandLine}

// Origin returns from where the request came. An address that cannot be read counts
// as one of the internet.
func (r Record) Origin() Origin {
	if r.From == "" {
		return CommandLine
	}
	a, err := netip.ParseAddr(r.From)
	switch {
	case err != nil:
		return Internet
	case a.IsLoopback():
		return ThisMachine
	case a.IsPrivate() || a.IsLinkLocalUnicast():
		return PrivateNetwork
	}
	return Internet
}
