package casework

import (
	"encoding/json"

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
	entries := make([]casefile.Entry, len(doc.History))
	for i, h := range doc.History {
		data, err := casefile.DecodeSealed(h.Kind, h.Version, h.Data)
		if err != nil {
			return nil, err
		}
		entries[i] = casefile.Entry{
			CaseID: id.Case(doc.ID), Version: h.Version, On: h.On, At: h.At, By: id.Worker(h.By),
			Organisation: id.Organisation(h.Organisation), Key: h.Key, Data: data, Stored: h.Data,
		}
	}
	casefile.MarkReversed(entries)
	return entries, nil
}

// Read folds a stored case.
func Read(doc store.Document) (*casefile.Case, error) {
	entries, err := Entries(doc)
	if err != nil {
		return nil, err
	}
	return casefile.Fold(id.Case(doc.ID), entries)
}
