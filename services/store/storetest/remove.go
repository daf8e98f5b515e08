package storetest

import (
	"testing"

	"onward/services/fault"
	"onward/services/store"
)

func remove(t *testing.T, s store.Store, id string) {
	t.Helper()
	if err := s.Remove(timeout(t), store.Cases, id); err != nil {
		t.Fatalf("remove: %v", err)
	}
}

// removeOne: a document that was removed reads as one that never was, by every
// handle, and its neighbours are as they were.
func removeOne(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_1"), admitted("case_2"), admitted("case_3"))
	makeChange(t, s, followUp("case_2", 1, "k"))
	remove(t, s, "case_2")
	_, err := s.Get(timeout(t), store.Cases, "case_2")
	wantKind(t, err, fault.NotFound, "get case_2")
	wantKind(t, s.Append(timeout(t), store.Cases, followUp("case_2", 2, "k")), fault.NotFound, "append case_2")
	for _, reader := range []store.Store{s, p.Again(t)} {
		docs, _ := scan(t, reader)
		if len(docs) != 2 {
			t.Errorf("%d documents are left, want 2", len(docs))
		}
		wantSame(t, docs["case_1"], admitted("case_1"))
		wantSame(t, docs["case_3"], admitted("case_3"))
	}
}

// removeAbsent: what is absent, was removed already or is another collection's
// is no error, and nothing changes.
func removeAbsent(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_1"), admitted("case_2"))
	remove(t, s, "case_absent")
	remove(t, s, "case_2")
	remove(t, s, "case_2")
	if err := s.Remove(timeout(t), store.Runs, "case_1"); err != nil {
		t.Errorf("remove of another collection: %v", err)
	}
	wantSame(t, get(t, s, "case_1"), admitted("case_1"))
}

// removeWatched: a removal is not reported and does not end a watch.
func removeWatched(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_1"), admitted("case_2"))
	watches := []*watcher{startWatch(t, s, ""), startWatch(t, p.Again(t), "")}
	for _, w := range watches {
		w.await("case_2", 1)
	}
	remove(t, s, "case_2")
	makeChange(t, s, followUp("case_1", 1, "k"))
	for _, w := range watches {
		wantWhole(t, w.await("case_1", 2))
		wantSame(t, w.await("case_2", 1), admitted("case_2"))
	}
}

// removeReopened: a removal outlives the handle, and what is changed after it
// comes after every mark that was given before, even if the document that was
// removed was the last to have changed.
func removeReopened(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_1"))
	insert(t, s, admitted("case_2"))
	other := p.Again(t)
	_, mark := scan(t, other)
	remove(t, s, "case_2")
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	s = p.Open(t)
	if docs, _ := scan(t, s); len(docs) != 1 {
		t.Errorf("%d documents are left, want 1", len(docs))
	}
	w := startWatch(t, other, mark)
	makeChange(t, s, followUp("case_1", 1, "k"))
	wantWhole(t, w.await("case_1", 2))
}
