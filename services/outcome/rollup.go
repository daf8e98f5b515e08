package outcome

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
)

// RollUp is the report of one quarter, as the roll-up job last found it.
type RollUp struct {
	Period   string       `json:"period"`   // as in 2026-Q4
	Revision int          `json:"revision"` // counts the changes of the figures
	AsOf     calendar.Day `json:"asOf"`
	KnownAt  time.Time    `json:"knownAt"` // the last entry that the figures know of
	From     calendar.Day `json:"from"`
	To       calendar.Day `json:"to"`

	// CountedTo is the day up to which was counted. It is zero in reports that were
	// kept before it was said: all of the quarter.
	CountedTo calendar.Day `json:"countedTo,omitzero"`

	Digest  string       `json:"digest"`
	Rows    []Row        `json:"rows"`
	Counted []Definition `json:"counted,omitempty"` // absent where the first definitions counted
}

// Quarter returns the days of the quarter.
func (r RollUp) Quarter() calendar.Period { return calendar.Period{From: r.From, To: r.To} }

// RollUps keeps the reports of the quarters. Every revision stays in the history
// of its quarter.
type RollUps struct{ store store.Store }

// NewRollUps returns the kept reports of a store.
func NewRollUps(s store.Store) *RollUps { return &RollUps{s} }

const rollUpPrefix = "rollup_"

// Keep stores the report of a quarter, counted up to a day, where its figures have
// changed since the last revision, and reports whether they had. A revision is
// never replaced by one of an earlier day.
func (k *RollUps) Keep(ctx context.Context, asOf calendar.Day, at time.Time, report Report) (changed bool, err error) {
	next := RollUp{
		Period: report.Period.From.Quarter(), Revision: 1, AsOf: asOf, KnownAt: at,
		From: report.Period.From, To: report.Period.To, CountedTo: min(asOf, report.Period.To), Digest: report.Digest, Rows: report.Rows, Counted: report.Counted,
	}
	doc, err := k.store.Get(ctx, store.Releases, rollUpPrefix+next.Period)
	if fault.Is(err, fault.NotFound) {
		doc, err = document(next, 1)
		if err != nil {
			return false, err
		}
		return true, k.store.Insert(ctx, store.Releases, doc)
	}
	if err != nil {
		return false, err
	}
	last, err := read(doc)
	if err != nil || last.Digest == next.Digest || asOf < last.AsOf {
		return false, err
	}
	next.Revision = last.Revision + 1
	revised, err := document(next, doc.Version+1)
	if err != nil {
		return false, err
	}
	return true, k.store.Append(ctx, store.Releases, store.Change{
		ID: doc.ID, From: doc.Version, To: revised.Version, State: revised.State, Entries: revised.History,
	})
}

// List returns the last revision of every quarter, the latest quarter first.
func (k *RollUps) List(ctx context.Context) ([]RollUp, error) {
	var all []RollUp
	_, err := k.store.Scan(ctx, store.Releases, func(doc store.Document) error {
		if !strings.HasPrefix(doc.ID, rollUpPrefix) {
			return nil
		}
		r, err := read(doc)
		all = append(all, r)
		return err
	})
	slices.SortFunc(all, func(a, b RollUp) int { return strings.Compare(b.Period, a.Period) })
	return all, err
}

// document writes a revision as its quarter's document of a version.
func document(r RollUp, version int) (store.Document, error) {
	state, err := json.Marshal(r)
	if err != nil {
		return store.Document{}, fault.Wrap(fault.Internal, err, "encode roll-up %s", r.Period)
	}
	entry := store.Entry{Version: version, Kind: "rollup.revised", On: r.AsOf, At: r.KnownAt, Data: state}
	return store.Document{ID: rollUpPrefix + r.Period, Version: version, State: state, History: []store.Entry{entry}}, nil
}

func read(doc store.Document) (RollUp, error) {
	var r RollUp
	if err := json.Unmarshal(doc.State, &r); err != nil {
		return r, fault.Wrap(fault.Internal, err, "read roll-up %s", doc.ID)
	}
	return r, nil
}
