package sqlite_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/fault"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// keyState is the state of a key with a text in it by which its bytes are found again, of
// one of many lengths.
func keyState(r *rand.Rand, n int) (json.RawMessage, string) {
	mark := fmt.Sprintf("key-%d-%016x", n, r.Uint64())
	return json.RawMessage(fmt.Sprintf(`{"keyset":%q}`, mark+strings.Repeat("k", r.IntN(900)))), mark
}

// contents returns the bytes of all files of a store.
func contents(t *testing.T, dir string) []byte { return bytesOf(t, dir, "*") }

// bytesOf returns the bytes of the files with names of a pattern.
func bytesOf(t *testing.T, dir, pattern string) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	return all
}

// TestScrubLeavesNothing proves that nothing of what was overwritten in the keys stands in
// any file after a scrub, wherever in the pages it stood: keys of all lengths are inserted
// in any order and overwritten by shorter and longer ones, among other changes and beside
// readers; and that all else is there.
func TestScrubLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	r := rand.New(rand.NewPCG(1, 2))
	ctx, stop := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	reading.Go(func() { scanUntil(t, ctx, s) })
	defer func() { stop(); reading.Wait() }()
	const keys = 1500
	living, gone := map[int]string{}, []string{}
	id := func(n int) string { return fmt.Sprintf("case_%d", (n*7919)%keys) }
	for lot := range keys / 50 {
		var docs []store.Document
		for n := lot * 50; n < lot*50+50; n++ {
			state, mark := keyState(r, n)
			living[n] = mark
			docs = append(docs, store.Document{ID: id(n), Version: 1, State: state})
		}
		if err := errors.Join(s.Insert(ctx, store.Keys, docs...), s.Insert(ctx, store.Cases, caseFile(caseID(lot), 3))); err != nil {
			t.Fatal(err)
		}
	}
	var writing sync.WaitGroup
	for n := range keys {
		if r.IntN(3) > 0 {
			continue
		}
		state, mark := keyState(r, n+keys)
		gone, living[n] = append(gone, living[n]), mark
		writing.Go(func() {
			if err := s.Append(ctx, store.Keys, store.Change{ID: id(n), From: 1, To: 2, State: state}); err != nil {
				t.Error(err)
			}
		})
	}
	writing.Wait()
	stands := func(mark string, in []byte) bool { return bytes.Contains(in, []byte(mark)) }
	before, found := contents(t, dir), 0
	for _, mark := range gone {
		if stands(mark, before) {
			found++
		}
	}
	if found == 0 {
		t.Error("nothing was there to be scrubbed")
	}
	if err := s.Scrub(ctx); err != nil {
		t.Fatal(err)
	}
	after := contents(t, dir)
	for _, mark := range gone {
		if stands(mark, after) {
			t.Errorf("%s stands in a file", mark)
		}
	}
	for n, mark := range living {
		if !stands(mark, after) {
			t.Errorf("key %d is in no file", n)
		}
	}
}

func scanUntil(t *testing.T, ctx context.Context, s *sqlite.Store) {
	for ctx.Err() == nil {
		if _, err := s.Scan(ctx, store.Keys, func(store.Document) error { return nil }); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
		time.Sleep(time.Millisecond)
	}
}

// TestScrubWaits proves that a scrub does not end well while somebody reads what it must
// take away, that changes go on meanwhile, and that a handle for reading refuses.
func TestScrubWaits(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	for n := range 300 { // more than one lot of a scan
		if err := s.Insert(t.Context(), store.Keys, store.Document{ID: fmt.Sprint(n), Version: 1, State: json.RawMessage(`{"a":"` + strings.Repeat("a", 8000) + `"}`)}); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := sqlite.OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	if err := reader.Scrub(t.Context()); !fault.Is(err, fault.Internal) {
		t.Errorf("a scrub of a handle for reading: %v", err)
	}
	shorter := store.Change{ID: "0", From: 1, To: 2, State: json.RawMessage(`{}`)}
	enough := errors.New("enough")
	_, err = reader.Scan(t.Context(), store.Keys, func(store.Document) error {
		short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := s.Append(t.Context(), store.Keys, shorter); err != nil {
			t.Error(err)
		}
		if err := s.Scrub(short); !fault.Is(err, fault.Unavailable) {
			t.Errorf("a scrub beside a reader: %v", err)
		}
		return enough
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestScrubOnce proves that what was overwritten before a crash is scrubbed by the next
// process, also in the file of a program that did not note how far it had scrubbed, and that
// there is nothing to scrub after that, nor where documents were only inserted.
func TestScrubOnce(t *testing.T) {
	for name, older := range map[string]bool{"the file of this program": false, "the file of an older one": true} {
		t.Run(name, func(t *testing.T) {
			dir, crashed := t.TempDir(), t.TempDir()
			s := open(t, dir)
			state, mark := keyState(rand.New(rand.NewPCG(1, 2)), 1)
			insertKey(t, s, "a", state)
			if err := s.Append(t.Context(), store.Keys, store.Change{ID: "a", From: 1, To: 2, State: json.RawMessage(`{}`)}); err != nil {
				t.Fatal(err)
			}
			if older {
				tamper(t, dir, "DROP TABLE scrubbed")
			}
			if err := os.CopyFS(crashed, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			s = open(t, crashed)
			if !bytes.Contains(contents(t, crashed), []byte(mark)) {
				t.Fatal("nothing was there to be scrubbed")
			}
			if err := s.Scrub(t.Context()); err != nil || bytes.Contains(contents(t, crashed), []byte(mark)) {
				t.Errorf("the overwritten key stands in a file: %v", err)
			}
			insertKey(t, s, "b", state)
			before := bytesOf(t, crashed, "onward.db-wal")
			if err := s.Scrub(t.Context()); err != nil || len(before) == 0 || !bytes.Equal(bytesOf(t, crashed, "onward.db-wal"), before) {
				t.Errorf("a scrub with nothing to do has changed the log: %v", err)
			}
		})
	}
}

// TestScrubAfterRefusals proves that what is overwritten after a start is scrubbed, also where
// the last changes before it were refused, and their numbers stand in no row.
func TestScrubAfterRefusals(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	r := rand.New(rand.NewPCG(1, 2))
	marks := map[string]string{}
	for _, id := range []string{"a", "b"} {
		state, mark := keyState(r, 1)
		insertKey(t, s, id, state)
		marks[id] = mark
	}
	erase := func(id string) error {
		return s.Append(t.Context(), store.Keys, store.Change{ID: id, From: 1, To: 2, State: json.RawMessage(`{}`)})
	}
	if err := erase("a"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := erase("a"); !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.Scrub(t.Context()), s.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if err := errors.Join(erase("b"), s.Scrub(t.Context())); err != nil {
		t.Fatal(err)
	}
	for id, mark := range marks {
		if bytes.Contains(contents(t, dir), []byte(mark)) {
			t.Errorf("the overwritten key %s stands in a file", id)
		}
	}
}

func insertKey(t *testing.T, s store.Store, id string, state json.RawMessage) {
	t.Helper()
	if err := s.Insert(t.Context(), store.Keys, store.Document{ID: id, Version: 1, State: state}); err != nil {
		t.Fatal(err)
	}
}
