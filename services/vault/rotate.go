package vault

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"onward/services/fault"
	"onward/services/store"
)

func byID(a, b store.Document) int { return strings.Compare(a.ID, b.ID) }

// Rotated is what a rotation has done.
type Rotated struct{ Keys, Rewrapped int }

// Rotate wraps again every data key that another master key than the newest has
// wrapped, and reports how far it is where progress is given. What it has done it does
// not do again, so it may be interrupted and repeated. A master key that the store keeps
// is wrapped again by its key service each time, whose key may have been renewed.
func (v *Vault) Rotate(ctx context.Context, progress func(Rotated)) (Rotated, error) {
	var done Rotated
	if err := v.master.rewrap(ctx); err != nil {
		return done, err
	}
	_, err := v.store.Scan(ctx, store.Keys, func(doc store.Document) error {
		if doc.ID == KeptID {
			return nil
		}
		again, err := v.master.wrapAgain(ctx, v.store, doc)
		if err != nil {
			return err
		}
		done.Keys++
		if again {
			done.Rewrapped++
		}
		if progress != nil {
			progress(done)
		}
		return nil
	})
	if err == nil && done.Rewrapped > 0 {
		err = v.store.Scrub(ctx) // of what the old master key opens
	}
	return done, err
}

// wrapAgain wraps one data key by the newest master key, unless it is.
func (m *Master) wrapAgain(ctx context.Context, s store.Store, doc store.Document) (bool, error) {
	r, err := recordOf(doc)
	if err != nil || !r.ErasedAt.IsZero() || r.Master == m.version {
		return false, err
	}
	handle, err := m.handle(doc.ID, r)
	if err != nil {
		return false, err
	}
	next, err := m.wrap(doc.ID, handle)
	if err != nil {
		return false, err
	}
	next.Marks = r.Marks
	to, err := next.document(doc.ID, doc.Version+1)
	if err != nil {
		return false, err
	}
	err = s.Append(ctx, store.Keys, store.Change{ID: doc.ID, From: doc.Version, To: to.Version, State: to.State})
	if fault.Is(err, fault.Conflict) { // it was erased, or wrapped again by another process
		return false, nil
	}
	return err == nil, err
}

// exported is a line of a backup of keys.
type exported struct {
	Subject string          `json:"subject"`
	Version int             `json:"version"`
	Key     json.RawMessage `json:"key"`
}

// Export writes all keys, wrapped as they are in the store, one a line. Without the
// master key it tells nothing.
func Export(ctx context.Context, s store.Store, w io.Writer) (n int, err error) {
	e := json.NewEncoder(w)
	_, err = s.Scan(ctx, store.Keys, func(doc store.Document) error {
		n++
		return e.Encode(exported{doc.ID, doc.Version, doc.State})
	})
	return n, err
}

// Import inserts the keys of a backup that the store does not have, and returns how
// many. What is there stays as it is: an erased subject stays erased. It returns Invalid
// where the store keeps another master key than the backup, and inserts none then:
// they could not be opened.
func Import(ctx context.Context, s store.Store, r io.Reader) (n int, err error) {
	all, err := backedUp(r)
	if err != nil {
		return 0, err
	}
	for _, x := range all {
		if err := x.sameMaster(ctx, s); err != nil {
			return 0, err
		}
	}
	for _, x := range all {
		err := s.Insert(ctx, store.Keys, store.Document{ID: x.Subject, Version: x.Version, State: x.Key})
		switch {
		case fault.Is(err, fault.Conflict):
			continue
		case err != nil:
			return n, err
		}
		n++
	}
	return n, nil
}

// backedUp reads a backup of keys.
func backedUp(r io.Reader) ([]exported, error) {
	var all []exported
	for lines := json.NewDecoder(bufio.NewReader(r)); ; {
		var x exported
		if err := lines.Decode(&x); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil || x.Subject == "" || x.Version < 1 || len(x.Key) == 0 {
			return nil, fault.New(fault.Invalid, "line %d is no exported key", len(all)+1)
		}
		all = append(all, x)
	}
}

// sameMaster refuses a master key where the store keeps another one.
func (x exported) sameMaster(ctx context.Context, s store.Store) error {
	if x.Subject != KeptID {
		return nil
	}
	doc, err := s.Get(ctx, store.Keys, KeptID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	there, err := recordOf(doc)
	if err != nil {
		return err
	}
	if backup, err := recordOf(store.Document{ID: x.Subject, State: x.Key}); err != nil || backup.Master != there.Master {
		return fault.New(fault.Invalid, "the store keeps another master key than the backup, so that its keys would not open; import them before it is served for the first time")
	}
	return nil
}
