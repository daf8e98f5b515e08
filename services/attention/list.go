package attention

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// List is what needs attention in the figures of an organisation, as the roll-up
// job last found it.
type List struct {
	Organisation id.Organisation `json:"organisation"`
	Revision     int             `json:"revision"` // counts the changes
	AsOf         calendar.Day    `json:"asOf"`
	KnownAt      time.Time       `json:"knownAt"` // the last entry that the figures know of
	Items        []Item          `json:"items"`   // in the order of their keys
}

// Lists keeps the list of each organisation. Every revision stays in its history.
type Lists struct {
	store  store.Store
	prefix string // of its documents
}

// NewLists returns the lists of a store.
func NewLists(s store.Store) *Lists { return &Lists{s, "attention_"} }

func (l *Lists) documentID(org id.Organisation) string { return l.prefix + id.Suffix(org) }

// Of returns the list of an organisation. One of which nothing was ever found has
// an empty list.
func (l *Lists) Of(ctx context.Context, org id.Organisation) (List, error) {
	list, _, err := l.read(ctx, org)
	return list, err
}

// All returns the lists of all organisations, in no order.
func (l *Lists) All(ctx context.Context) ([]List, error) {
	var all []List
	_, err := l.store.Scan(ctx, store.Releases, func(doc store.Document) error {
		if !strings.HasPrefix(doc.ID, l.prefix) {
			return nil
		}
		list, err := listOf(doc)
		all = append(all, list)
		return err
	})
	return all, err
}

// Confirms reports whether items that were found again are those of the list; on
// which day each was found first does not matter.
func (l List) Confirms(again []Item) bool { return same(since(again, l.Items), l.Items) }

// Keep stores the items of an organisation where they are not those of the last
// revision, and reports whether they were not. What was found before keeps the
// day on which it was. A revision is never replaced by one of an earlier day. It
// returns Conflict where another process has kept a revision meanwhile.
func (l *Lists) Keep(ctx context.Context, org id.Organisation, asOf calendar.Day, at time.Time, items []Item) (changed bool, err error) {
	last, version, err := l.read(ctx, org)
	if err != nil || asOf < last.AsOf {
		return false, err
	}
	next := List{Organisation: org, Revision: last.Revision + 1, AsOf: asOf, KnownAt: at, Items: since(items, last.Items)}
	if same(next.Items, last.Items) {
		return false, nil
	}
	doc, err := next.document(l.documentID(org), version+1)
	if err != nil {
		return false, err
	}
	if version == 0 {
		return true, l.store.Insert(ctx, store.Releases, doc)
	}
	return true, l.store.Append(ctx, store.Releases, store.Change{
		ID: doc.ID, From: version, To: doc.Version, State: doc.State, Entries: doc.History,
	})
}

// since puts items in order and gives those that were found before the day on
// which they were.
func since(items, before []Item) []Item {
	items = slices.SortedFunc(slices.Values(items), func(a, b Item) int { return strings.Compare(a.Key(), b.Key()) })
	for n := range items {
		same := func(i Item) bool { return i.Key() == items[n].Key() }
		if i := slices.IndexFunc(before, same); i >= 0 {
			items[n].FoundOn = before[i].FoundOn
		}
	}
	return items
}

func same(a, b []Item) bool {
	return slices.EqualFunc(a, b, func(x, y Item) bool { return reflect.DeepEqual(x, y) })
}

// read returns the list of an organisation and the version of its document; 0
// where there is none.
func (l *Lists) read(ctx context.Context, org id.Organisation) (list List, version int, err error) {
	doc, err := l.store.Get(ctx, store.Releases, l.documentID(org))
	if fault.Is(err, fault.NotFound) {
		return List{Organisation: org}, 0, nil
	}
	if err != nil {
		return list, 0, err
	}
	list, err = listOf(doc)
	return list, doc.Version, err
}

func listOf(doc store.Document) (list List, err error) {
	if err := json.Unmarshal(doc.State, &list); err != nil {
		return list, fault.Wrap(fault.Internal, err, "read %s", doc.ID)
	}
	return list, nil
}

// document writes a revision as its organisation's document of a version.
func (l List) document(name string, version int) (store.Document, error) {
	state, err := json.Marshal(l)
	if err != nil {
		return store.Document{}, fault.Wrap(fault.Internal, err, "encode what needs attention")
	}
	entry := store.Entry{Version: version, Kind: "attention.revised", On: l.AsOf, At: l.KnownAt, Data: state}
	return store.Document{ID: name, Version: version, State: state, History: []store.Entry{entry}}, nil
}
