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
// wrapped, and reports how far it is where progress is given. What it has done it does not do again, so it may
// be interrupted and repeated.
func (v *Vault) Rotate(ctx context.Context, progress func(Rotated)) (Rotated, error) {
	var done Rotated
	_, err := v.store.Scan(ctx, store.Keys, func(doc store.Document) error {
		again, err := v.master.rewrap(ctx, v.store, doc)
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
	return done, err
}

// rewrap wraps one data key by the newest master key, unless it is.
func (m *Master) rewrap(ctx context.Context, s store.Store, doc store.Document) (bool, error) {
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
// many. What is there stays as it is: an erased subject stays erased.
func Import(ctx context.Context, s store.Store, r io.Reader) (n int, err error) {
	lines := json.NewDecoder(bufio.NewReader(r))
	for line := 1; ; line++ {
		var x exported
		if err := lines.Decode(&x); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil || x.Subject == "" || x.Version < 1 || len(x.Key) == 0 {
			return n, fault.New(fault.Invalid, "line %d is no exported key", line)
		}
		err := s.Insert(ctx, store.Keys, store.Document{ID: x.Subject, Version: x.Version, State: x.Key})
		switch {
		case fault.Is(err, fault.Conflict):
			continue
		case err != nil:
			return n, err
		}
		n++
	}
}
