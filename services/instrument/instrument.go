// Package instrument keeps the library of instruments: those that come with the
// program, and those that an operator has added to the store.
package instrument

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"onward/services/access"
	"onward/services/assessment"
	"onward/services/fault"
	"onward/services/store"
)

// Library is the live library.
type Library struct {
	store   store.Store
	mu      sync.Mutex // held while a new snapshot is made
	current atomic.Pointer[Snapshot]
}

// Snapshot is the library at one moment. It is never changed.
type Snapshot struct {
	byKey map[string]*assessment.Instrument
	all   []*assessment.Instrument // by code, and the versions of each from the oldest
}

// Shipped returns the library of what comes with the program, without a store.
func Shipped() *Library {
	l := &Library{}
	l.put(assessment.Shipped...)
	return l
}

// Open loads the library. Watch, from the mark, keeps it up to date.
func Open(ctx context.Context, s store.Store) (*Library, store.Mark, error) {
	l := Shipped()
	l.store = s
	var added []*assessment.Instrument
	mark, err := s.Scan(ctx, store.Instruments, func(doc store.Document) error {
		i, err := read(doc)
		added = append(added, i)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	l.put(added...)
	return l, mark, nil
}

// Watch takes in what other processes add, until the context ends.
func (l *Library) Watch(ctx context.Context, from store.Mark) error {
	return l.store.Watch(ctx, store.Instruments, from, func(doc store.Document) error {
		i, err := read(doc)
		if err == nil {
			l.put(i)
		}
		return err
	})
}

// Snapshot returns the library as it stands.
func (l *Library) Snapshot() *Snapshot { return l.current.Load() }

// Add reads an instrument, as assessment.Parse does, and stores it. A version that
// is there already never changes: adding the same again is no error, and adding
// another in its name is a Conflict.
func (l *Library) Add(ctx context.Context, raw []byte) (*assessment.Instrument, error) {
	i, err := assessment.Parse(raw)
	if err != nil {
		return nil, err
	}
	if there, known := l.Snapshot().byKey[i.Key()]; known {
		return same(there, i)
	}
	state, err := json.Marshal(i)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "encode instrument")
	}
	err = l.store.Insert(ctx, store.Instruments, store.Document{ID: i.Key(), Version: 1, State: state})
	if fault.Is(err, fault.Conflict) { // another process came first
		doc, err := l.store.Get(ctx, store.Instruments, i.Key())
		if err != nil {
			return nil, err
		}
		there, err := read(doc)
		if err != nil {
			return nil, err
		}
		l.put(there)
		return same(there, i)
	}
	if err != nil {
		return nil, err
	}
	l.put(i)
	return i, nil
}

// same returns the version that is there, if the other one is equal to it.
func same(there, i *assessment.Instrument) (*assessment.Instrument, error) {
	if !reflect.DeepEqual(there, i) {
		return nil, fault.New(fault.Conflict, "version %d of %s is there with other content; give what you changed a new version", i.Version, i.Code)
	}
	return there, nil
}

func read(doc store.Document) (*assessment.Instrument, error) {
	i, err := assessment.Parse(doc.State)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read instrument %s", doc.ID)
	}
	return i, nil
}

// put publishes a snapshot with the instruments in it. What is stored goes before
// what a newer program brings under the same name: answers to it may be kept.
func (l *Library) put(more ...*assessment.Instrument) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := &Snapshot{byKey: map[string]*assessment.Instrument{}}
	if old := l.current.Load(); old != nil {
		maps.Copy(next.byKey, old.byKey)
	}
	for _, i := range more {
		next.byKey[i.Key()] = i
	}
	next.all = slices.SortedFunc(maps.Values(next.byKey), func(a, b *assessment.Instrument) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Version, b.Version))
	})
	l.current.Store(next)
}

// List returns all versions of all instruments, by code and then by version.
func (s *Snapshot) List() []*assessment.Instrument { return s.all }

// Find returns a version of an instrument, the newest where none is named, or
// NotFound.
func (s *Snapshot) Find(code string, version *int) (*assessment.Instrument, error) {
	for _, i := range slices.Backward(s.all) {
		if i.Code == code && (version == nil || i.Version == *version) {
			return i, nil
		}
	}
	return nil, access.Absent()
}
