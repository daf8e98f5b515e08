package casework

import (
	"encoding/json"
	"slices"

	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// document writes a case and entries of it as a stored document.
func document(c *casefile.Case, entries []casefile.Entry) (store.Document, error) {
	state, err := State(c)
	if err != nil {
		return store.Document{}, err
	}
	history := make([]store.Entry, len(entries))
	for i, e := range entries {
		if e.Stored == nil {
			return store.Document{}, fault.New(fault.Internal, "entry %s is not sealed", e.Kind())
		}
		history[i] = store.Entry{
			Version: e.Version, Kind: e.Kind(), On: e.On, At: e.At, By: string(e.By),
			Organisation: string(e.Organisation), Key: e.Key, Data: e.Stored,
		}
	}
	return store.Document{ID: string(c.ID), Version: c.Version, State: state, History: history}, nil
}

// State writes the state of a case as it is stored beside the history, for
// people and reporting tools. It is never read back, only compared.
func State(c *casefile.Case) (json.RawMessage, error) {
	state, err := json.Marshal(c)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "encode state of %s", c.ID)
	}
	return state, nil
}

// Entries reads the history of a stored case.
func Entries(doc store.Document) ([]casefile.Entry, error) {
	var r reader
	if err := r.read(doc); err != nil {
		return nil, err
	}
	casefile.MarkReversed(r.entries)
	return r.entries, nil
}

// Read folds a stored case.
func Read(doc store.Document) (*casefile.Case, error) {
	var r reader
	return r.fold(doc)
}

// reader reads stored cases, one after the other and in the same memory.
type reader struct {
	data    casefile.Reader
	entries []casefile.Entry // of the case that was read last
}

// fold folds a stored case. The case keeps nothing of the entries themselves.
func (r *reader) fold(doc store.Document) (*casefile.Case, error) {
	if err := r.read(doc); err != nil {
		return nil, err
	}
	return casefile.Fold(id.Case(doc.ID), r.entries)
}

func (r *reader) read(doc store.Document) error {
	r.entries = slices.Grow(r.entries[:0], len(doc.History))
	for _, h := range doc.History {
		data, err := r.data.Decode(h.Kind, h.Version, h.Data)
		if err != nil {
			return err
		}
		r.entries = append(r.entries, casefile.Entry{
			CaseID: id.Case(doc.ID), Version: h.Version, On: h.On, At: h.At, By: id.Worker(h.By),
			Organisation: id.Organisation(h.Organisation), Key: h.Key, Data: data, Stored: h.Data,
		})
	}
	return nil
}
