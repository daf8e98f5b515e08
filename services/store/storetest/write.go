package storetest

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onward/services/fault"
	"onward/services/store"
)

func insertTwice(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_1"))
	makeChange(t, s, followUp("case_1", 1, "k"))
	before := get(t, s, "case_1")
	other := admitted("case_1")
	other.State = json.RawMessage(`{"status":"replaced"}`)
	wantKind(t, s.Insert(timeout(t), store.Cases, other), fault.Conflict, "insert case_1")
	wantSame(t, get(t, s, "case_1"), before)
}

func insertRace(t *testing.T, p Place) {
	s, ctx := p.Open(t), timeout(t)
	for round := range 5 {
		id := fmt.Sprintf("lease_%d", round)
		var won atomic.Int32
		var racing sync.WaitGroup
		for range 8 {
			racing.Go(func() {
				if err := s.Insert(ctx, store.Cases, admitted(id)); err == nil {
					won.Add(1)
				} else if !fault.Is(err, fault.Conflict) {
					t.Errorf("insert: %v", err)
				}
			})
		}
		racing.Wait()
		if won.Load() != 1 {
			t.Errorf("%d inserts of %s succeeded", won.Load(), id)
		}
	}
}

func insertMany(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s) // none
	docs := many("case", 2500)
	insert(t, s, docs...)
	got, _ := scan(t, s)
	if len(got) != len(docs) {
		t.Fatalf("%d documents, want %d", len(got), len(docs))
	}
	for _, want := range docs {
		wantSame(t, got[want.ID], want)
	}
}

// insertManyStops: those before the one that exists may be there, whole; it is
// as it was; those after it are not there.
func insertManyStops(t *testing.T, p Place) {
	s := p.Open(t)
	docs := many("case", 30)
	first := docs[20]
	first.State = json.RawMessage(`{"status":"first"}`)
	insert(t, s, first)
	wantKind(t, s.Insert(timeout(t), store.Cases, docs...), fault.Conflict, "insert")
	got, _ := scan(t, s)
	wantSame(t, got[first.ID], first)
	for i, doc := range docs {
		found, ok := got[doc.ID]
		if ok && i < 20 {
			wantSame(t, found, doc)
		}
		if ok && i > 20 {
			t.Errorf("%s was inserted after the one that failed", doc.ID)
		}
	}
}

// notStates are texts that are no JSON object, or one that means different
// things to different readers.
var notStates = []string{``, ` `, `null`, `[]`, `"text"`, `12`, `{`, `{"a":1}{}`, `{"a":1} x`, `{a:1}`, `{"a":01}`, "{\"a\":\"\xff\"}", `{"a":1,"a":2}`}

func insertInvalid(t *testing.T, p Place) {
	s, ctx := p.Open(t), timeout(t)
	for _, state := range notStates {
		doc := admitted("case_1")
		doc.State = json.RawMessage(state)
		if err := s.Insert(ctx, store.Cases, doc); !fault.Is(err, fault.Internal) {
			t.Errorf("state %q: got %v, want an Internal fault", state, err)
		}
	}
	doc := admitted("case_1")
	doc.Version = 0
	wantKind(t, s.Insert(ctx, store.Cases, doc), fault.Internal, "insert")
	wantKind(t, s.Insert(ctx, store.Cases, admitted("")), fault.Internal, "insert")
	doc = admitted("case_1")
	doc.History[0].Data = json.RawMessage(`{"a":`)
	wantKind(t, s.Insert(ctx, store.Cases, doc), fault.Internal, "insert")
	if got, _ := scan(t, s); len(got) != 0 {
		t.Errorf("%d documents were inserted", len(got))
	}
}

func appendChange(t *testing.T, p Place) {
	s := p.Open(t)
	want := admitted("case_1")
	insert(t, s, want, admitted("case_2"))
	change := followUp("case_1", 1, "k1")
	makeChange(t, s, change)
	several := store.Change{ID: "case_1", From: 2, To: 5, State: json.RawMessage(`{"status":"closed"}`),
		Entries: []store.Entry{entryAt(3, "plan.reviewed", "k2"), entryAt(4, "plan.closed", "k2"), entryAt(5, "case.closed", "k2")}}
	makeChange(t, s, several)
	stateOnly := store.Change{ID: "case_1", From: 5, To: 6, State: json.RawMessage(`{"status":"archived"}`)}
	makeChange(t, s, stateOnly)

	want.Version, want.State = 6, stateOnly.State
	want.History = append(append(want.History, change.Entries...), several.Entries...)
	wantSame(t, get(t, s, "case_1"), want)
	wantSame(t, get(t, s, "case_2"), admitted("case_2"))
}

func appendGuard(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_1"))
	makeChange(t, s, followUp("case_1", 1, "k"))
	before := get(t, s, "case_1")
	for _, from := range []int{1, 3, 1 << 30} {
		wantKind(t, s.Append(timeout(t), store.Cases, followUp("case_1", from, "late")), fault.Conflict, "append case_1")
	}
	wantSame(t, get(t, s, "case_1"), before)
}

func appendAbsent(t *testing.T, p Place) {
	s := p.Open(t)
	wantKind(t, s.Append(timeout(t), store.Cases, followUp("case_absent", 1, "k")), fault.NotFound, "append case_absent")
	if got, _ := scan(t, s); len(got) != 0 {
		t.Error("the change made a document")
	}
}

func appendInvalid(t *testing.T, p Place) {
	s, ctx := p.Open(t), timeout(t)
	insert(t, s, admitted("case_1"))
	refused := func(what string, change store.Change) {
		t.Helper()
		if err := s.Append(ctx, store.Cases, change); !fault.Is(err, fault.Internal) {
			t.Errorf("%s: got %v, want an Internal fault", what, err)
		}
	}
	for _, state := range notStates {
		change := followUp("case_1", 1, "k")
		change.State = json.RawMessage(state)
		refused(fmt.Sprintf("state %q", state), change)
	}
	refused("no id", followUp("", 1, "k"))
	refused("from version 0", followUp("case_1", 0, "k"))
	for _, to := range []int{-1, 0, 1} {
		change := followUp("case_1", 1, "k")
		change.To = to
		refused(fmt.Sprintf("from 1 to %d", to), change)
	}
	change := followUp("case_1", 1, "k")
	change.Entries[0].Data = json.RawMessage(`{]`)
	refused("data that is not JSON", change)
	wantSame(t, get(t, s, "case_1"), admitted("case_1"))
}

// appendRace: sixteen writers change one document, each trying again when it is
// refused. Every entry is there once, and versions have no gaps.
func appendRace(t *testing.T, p Place) {
	const writers, rounds = 16, 8
	s, ctx := p.Open(t), timeout(t)
	insert(t, s, admitted("case_1"))
	var racing sync.WaitGroup
	for w := range writers {
		racing.Go(func() {
			for r := range rounds {
				if err := attempt(ctx, s, "case_1", fmt.Sprintf("w%d-r%d", w, r)); err != nil {
					t.Errorf("append: %v", err)
				}
			}
		})
	}
	racing.Wait()
	doc := get(t, s, "case_1")
	wantWhole(t, doc)
	if doc.Version != 1+writers*rounds {
		t.Errorf("version %d, want %d", doc.Version, 1+writers*rounds)
	}
	times := make(map[string]int)
	for _, e := range doc.History {
		times[e.Key]++
	}
	for w := range writers {
		for r := range rounds {
			if key := fmt.Sprintf("w%d-r%d", w, r); times[key] != 1 {
				t.Errorf("entry %s is there %d times", key, times[key])
			}
		}
	}
}

func appendApart(t *testing.T, p Place) {
	const writers, rounds = 8, 15
	s, ctx := p.Open(t), timeout(t)
	insert(t, s, many("case", writers)...)
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for r := range rounds {
				if err := s.Append(ctx, store.Cases, followUp(fmt.Sprintf("case_%04d", w), r+1, "k")); err != nil {
					t.Errorf("append: %v", err)
				}
			}
		})
	}
	writing.Wait()
	docs, _ := scan(t, s)
	for _, doc := range docs {
		wantWhole(t, doc)
		if doc.Version != 1+rounds {
			t.Errorf("%s is at version %d, want %d", doc.ID, doc.Version, 1+rounds)
		}
	}
}

// versionsRise: no reader, on this handle or another, sees a document at a
// lower version than before, or in the middle of a change.
func versionsRise(t *testing.T, p Place) {
	s, ctx := p.Open(t), timeout(t)
	insert(t, s, admitted("case_1"))
	var reading sync.WaitGroup
	var written atomic.Int32
	written.Store(1)
	for _, reader := range []store.Store{s, s, p.Again(t)} {
		reading.Go(func() {
			for seen := 1; seen < 40; {
				least := int(written.Load())
				doc, err := reader.Get(ctx, store.Cases, "case_1")
				if err != nil {
					t.Errorf("get: %v", err)
					return
				}
				wantWhole(t, doc)
				if doc.Version < seen || doc.Version < least {
					t.Errorf("version %d after %d was seen and %d acknowledged", doc.Version, seen, least)
				}
				seen = doc.Version
			}
		})
	}
	for v := 1; v < 40; v++ {
		if err := s.Append(ctx, store.Cases, followUp("case_1", v, "k")); err != nil {
			t.Fatalf("append: %v", err)
		}
		written.Store(int32(v + 1))
		time.Sleep(time.Millisecond)
	}
	reading.Wait()
}

// scrubKeeps: a scrub takes nothing of what is there, and changes go on after it.
func scrubKeeps(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_a"))
	makeChange(t, s, followUp("case_a", 1, ""))
	for range 2 {
		if err := s.Scrub(timeout(t)); err != nil {
			t.Fatal(err)
		}
	}
	makeChange(t, s, followUp("case_a", 2, ""))
	if doc := get(t, s, "case_a"); doc.Version != 3 || len(doc.History) != 3 {
		t.Errorf("%+v", doc)
	}
}
