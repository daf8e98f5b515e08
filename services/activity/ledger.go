package activity

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// Ledger is the live ledger: every activity of every organisation, folded.
type Ledger struct {
	store   store.Store
	mu      sync.Mutex // held while a new snapshot is made
	current atomic.Pointer[Snapshot]
}

// Snapshot is the ledger at one moment. It is never changed.
type Snapshot struct {
	byID    map[id.Activity]Activity // those withdrawn too
	listed  []Activity               // those that count, the latest first
	knownAt time.Time
}

// Open loads the ledger. Watch goes on from the mark.
func Open(ctx context.Context, s store.Store) (*Ledger, store.Mark, error) {
	l := &Ledger{store: s}
	var all []Activity
	mark, err := s.Scan(ctx, store.Activities, func(doc store.Document) error {
		a, err := Read(doc)
		all = append(all, a)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	l.apply(all...)
	return l, mark, nil
}

// Watch takes in what other processes change, until the context ends.
func (l *Ledger) Watch(ctx context.Context, from store.Mark) error {
	return l.store.Watch(ctx, store.Activities, from, func(doc store.Document) error {
		a, err := Read(doc)
		if err == nil {
			l.apply(a)
		}
		return err
	})
}

// Snapshot returns the ledger as it stands; a nil ledger holds nothing.
func (l *Ledger) Snapshot() *Snapshot {
	if l == nil {
		return &Snapshot{}
	}
	return l.current.Load()
}

// apply publishes a snapshot with the activities in it. An old version never
// overwrites a newer one.
func (l *Ledger) apply(changed ...Activity) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := &Snapshot{byID: map[id.Activity]Activity{}}
	if last := l.current.Load(); last != nil {
		next.byID, next.knownAt = maps.Clone(last.byID), last.knownAt
	}
	for _, a := range changed {
		if a.Version <= next.byID[a.ID].Version {
			continue
		}
		next.byID[a.ID] = a
		if a.UpdatedAt.After(next.knownAt) {
			next.knownAt = a.UpdatedAt
		}
	}
	next.listed = counting(maps.Values(next.byID))
	l.current.Store(next)
}

// counting returns the activities that are not withdrawn, the latest first.
func counting(all iter.Seq[Activity]) []Activity {
	var out []Activity
	for a := range all {
		if !a.Withdrawn {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Activity) int {
		return cmp.Or(cmp.Compare(b.To, a.To), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Find returns an activity, also one that was withdrawn.
func (s *Snapshot) Find(activityID id.Activity) (Activity, bool) {
	a, ok := s.byID[activityID]
	return a, ok
}

// Counting returns the activities that count, those not withdrawn, the latest
// first. The list is not to be changed.
func (s *Snapshot) Counting() []Activity { return s.listed }

// KnownAt returns the instant of the last entry that the snapshot knows of.
func (s *Snapshot) KnownAt() time.Time { return s.knownAt }

// KnownAt returns the activities that counted at an instant, as they were known
// then; a nil ledger has none.
func (l *Ledger) KnownAt(ctx context.Context, at time.Time) ([]Activity, error) {
	if l == nil {
		return nil, nil
	}
	return KnownAt(ctx, l.store, at)
}

// KnownAt returns the activities of a store that counted at an instant, as they
// were known then.
func KnownAt(ctx context.Context, s store.Store, at time.Time) ([]Activity, error) {
	var all []Activity
	_, err := s.Scan(ctx, store.Activities, func(doc store.Document) error {
		doc = known(doc, at)
		if len(doc.History) == 0 {
			return nil
		}
		a, err := Read(doc)
		all = append(all, a)
		return err
	})
	return counting(slices.Values(all)), err
}

// Get returns an activity with its history as it stands in the store, or
// NotFound.
func (l *Ledger) Get(ctx context.Context, activityID id.Activity) (store.Document, error) {
	return l.store.Get(ctx, store.Activities, string(activityID))
}

// Append stores the next entry of an activity, made of a header and a change whose texts
// are sealed, and returns the activity as it then is. A document without history begins a
// new one. It returns Conflict where another entry came first.
func (l *Ledger) Append(ctx context.Context, doc store.Document, header store.Entry, change Change) (Activity, error) {
	next, err := appended(doc, header, change)
	if err != nil {
		return Activity{}, err
	}
	if doc.Version == 0 {
		err = l.store.Insert(ctx, store.Activities, next)
	} else {
		err = l.store.Append(ctx, store.Activities, store.Change{
			ID: doc.ID, From: doc.Version, To: next.Version, State: next.State, Entries: next.History[doc.Version:],
		})
	}
	if err != nil {
		return Activity{}, err
	}
	a, err := Read(next)
	if err == nil {
		l.apply(a)
	}
	return a, err
}

// appended returns the document with one more entry.
func appended(doc store.Document, header store.Entry, change Change) (store.Document, error) {
	data, err := json.Marshal(change)
	if err != nil {
		return doc, fault.Wrap(fault.Internal, err, "encode entry %s", change.EntryKind())
	}
	header.Version, header.Kind, header.Data = doc.Version+1, change.EntryKind(), data
	if n := len(doc.History); n > 0 && header.At.Before(doc.History[n-1].At) {
		header.At = doc.History[n-1].At // time never runs backwards in a history
	}
	doc.Version, doc.History = header.Version, append(slices.Clip(doc.History), header)
	a, err := Read(doc)
	if err != nil {
		return doc, err
	}
	doc.State, err = State(a)
	return doc, err
}

// State writes the state of an activity as it is stored beside the history, for
// people and reporting tools. It is never read back, only compared.
func State(a Activity) (json.RawMessage, error) {
	state, err := json.Marshal(a)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "encode state of %s", a.ID)
	}
	return state, nil
}
