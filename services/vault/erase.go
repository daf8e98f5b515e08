package vault

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"onward/services/fault"
	"onward/services/store"
)

// Erasure is why and when the data key of a subject was destroyed.
type Erasure struct {
	Subject string    `json:"subject"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`     // a worker
	Reason  string    `json:"reason"` // a code
}

// List is the list of all erasures, in a file to which lines are only added. It is
// kept apart from the store, so that restoring an older store brings nothing back.
type List struct {
	path string
	mu   sync.Mutex
}

// OpenList returns the list in a file, which need not exist yet.
func OpenList(path string) *List { return &List{path: path} }

// All returns what is listed, the oldest first. A last line that a crash has cut off
// is left out: what it says was not promised to anybody.
func (l *List) All() ([]Erasure, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	file, err := os.Open(l.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "read the list of erasures")
	}
	defer file.Close()
	var all []Erasure
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		var e Erasure
		if err := cmp.Or(err, json.Unmarshal(line, &e)); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "read line %d of the list of erasures", len(all)+1)
		}
		all = append(all, e)
	}
}

// add puts an erasure on the list, durably.
func (l *List) add(e Erasure) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode an erasure")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	file, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "open the list of erasures")
	}
	if err = cutBack(file); err == nil {
		_, err = file.Write(append(line, '\n'))
	}
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fault.Wrap(fault.Unavailable, err, "write the list of erasures")
	}
	return nil
}

// cutBack takes away a last line that a crash has cut off.
func cutBack(file *os.File) error {
	all, err := io.ReadAll(file)
	if err != nil || len(all) == 0 || all[len(all)-1] == '\n' {
		return err
	}
	return file.Truncate(int64(bytes.LastIndexByte(all, '\n') + 1))
}

// Erase destroys the data key of a subject: what was sealed under it opens never
// again, in no copy, once the store is scrubbed. A tombstone stays, and the erasure is
// listed, so that a key which a restored store brings back is destroyed again. To erase
// again is harmless.
func (v *Vault) Erase(ctx context.Context, e Erasure) error {
	if v.store == nil {
		return fault.New(fault.Internal, "a draft is not erased")
	}
	if v.list != nil {
		if err := v.enlist(e); err != nil {
			return err
		}
	}
	_, err := v.destroy(ctx, e)
	return err
}

func (v *Vault) enlist(e Erasure) error {
	all, err := v.list.All()
	if err != nil {
		return err
	}
	for _, listed := range all {
		if listed.Subject == e.Subject {
			return nil
		}
	}
	return v.list.add(e)
}

// destroy puts a tombstone in the place of a key, and says whether one was there.
func (v *Vault) destroy(ctx context.Context, e Erasure) (destroyed bool, err error) {
	defer v.Forget(e.Subject) // after it, so that nobody who reads meanwhile opens the key again
	tombstone := record{ErasedAt: e.At, By: e.By, Reason: e.Reason}
	for {
		doc, err := v.store.Get(ctx, store.Keys, e.Subject)
		switch {
		case fault.Is(err, fault.NotFound):
			err = insertTombstone(ctx, v.store, e.Subject, tombstone)
			destroyed = false
		case err != nil:
			return false, err
		default:
			destroyed, err = replace(ctx, v.store, doc, tombstone)
		}
		if !fault.Is(err, fault.Conflict) {
			return destroyed, err
		}
	}
}

func insertTombstone(ctx context.Context, s store.Store, subject string, tombstone record) error {
	doc, err := tombstone.document(subject, 1)
	if err != nil {
		return err
	}
	return s.Insert(ctx, store.Keys, doc)
}

func replace(ctx context.Context, s store.Store, doc store.Document, tombstone record) (bool, error) {
	r, err := recordOf(doc)
	if err != nil || !r.ErasedAt.IsZero() {
		return false, err
	}
	next, err := tombstone.document(doc.ID, doc.Version+1)
	if err != nil {
		return false, err
	}
	return true, s.Append(ctx, store.Keys, store.Change{ID: doc.ID, From: doc.Version, To: next.Version, State: next.State})
}

// Replay destroys every key that is listed as erased and is there all the same, and
// returns how many were: an older store was restored.
func (v *Vault) Replay(ctx context.Context) (again int, err error) {
	if v.list == nil {
		return 0, nil
	}
	all, err := v.list.All()
	if err != nil {
		return 0, err
	}
	for _, e := range all {
		destroyed, err := v.destroy(ctx, e)
		if err != nil {
			return again, err
		}
		if destroyed {
			again++
		}
	}
	if again > 0 {
		return again, v.store.Scrub(ctx)
	}
	return again, nil
}

// Listed returns the subjects that are listed as erased.
func (v *Vault) Listed() ([]Erasure, error) {
	if v.list == nil {
		return nil, nil
	}
	return v.list.All()
}

// Back returns the subjects that are listed as erased and have a key all the same.
func (v *Vault) Back(ctx context.Context) ([]string, error) {
	if v.list == nil {
		return nil, nil
	}
	all, err := v.list.All()
	if err != nil {
		return nil, err
	}
	var back []string
	for _, e := range all {
		doc, err := v.store.Get(ctx, store.Keys, e.Subject)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		r, err := recordOf(doc)
		if err != nil {
			return nil, err
		}
		if r.ErasedAt.IsZero() {
			back = append(back, e.Subject)
		}
	}
	return back, nil
}
