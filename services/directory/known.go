package directory

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"onward/services/fault"
	"onward/services/store"
)

// KnownAt returns the directory as it was known at an instant, without the
// accounts. What was put in without a history, by an operator or long ago, counts
// as known since always, as it was before its first change.
func (d *Directory) KnownAt(ctx context.Context, at time.Time) (*Snapshot, error) {
	then := (&Snapshot{}).clone()
	_, err := d.store.Scan(ctx, store.Directory, func(doc store.Document) error {
		doc, there, err := known(doc, at)
		if err != nil || !there {
			return err
		}
		return then.add(doc)
	})
	return then, err
}

// known returns a document as it was known at an instant, and whether it was
// there by then. A history holds what each change has made of the parts that it
// changed, so those made since are undone one by one, the last one first.
func known(doc store.Document, at time.Time) (then store.Document, there bool, err error) {
	n := slices.IndexFunc(doc.History, func(e store.Entry) bool { return e.At.After(at) })
	if n < 0 {
		return doc, true, nil
	}
	since := doc.History[n:]
	if since[0].Version == 1 { // which added it
		return doc, false, nil
	}
	if doc.State, err = undone(doc.State, since); err != nil {
		return doc, false, fault.Wrap(fault.Internal, err, "undo changes of %s", doc.ID)
	}
	doc.Version, doc.History = since[0].Version-1, doc.History[:n]
	return doc, true, nil
}

// undone returns the state from before the entries.
func undone(state json.RawMessage, entries []store.Entry) (json.RawMessage, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(state, &parts); err != nil {
		return nil, err
	}
	for _, e := range slices.Backward(entries) {
		var r record
		if err := json.Unmarshal(e.Data, &r); err != nil {
			return nil, err
		}
		for name, d := range r.Changed {
			if bytes.Equal(d.Was, []byte("null")) {
				delete(parts, name)
			} else {
				parts[name] = d.Was
			}
		}
	}
	return json.Marshal(parts)
}
