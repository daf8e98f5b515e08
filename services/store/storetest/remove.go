package storetest

import (
	"context"
	"slices"
	"testing"

	"onward/services/fault"
	"onward/services/store"
)

// logs is a store that keeps the suite's case files among the runs, from which
// documents may be removed.
type logs struct{ store.Store }

func among(c store.Collection) store.Collection {
	if c == store.Cases {
		return store.Runs
	}
	return c
}

func (l logs) Get(ctx context.Context, c store.Collection, id string) (store.Document, error) {
	return l.Store.Get(ctx, among(c), id)
}

func (l logs) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	return l.Store.Insert(ctx, among(c), docs...)
}

func (l logs) Append(ctx context.Context, c store.Collection, change store.Change) error {
	return l.Store.Append(ctx, among(c), change)
}

func (l logs) Remove(ctx context.Context, c store.Collection, id string) error {
	return l.Store.Remove(ctx, among(c), id)
}

func (l logs) Scan(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	return l.Store.Scan(ctx, among(c), fn)
}

func (l logs) Watch(ctx context.Context, c store.Collection, since store.Mark, fn func(store.Document) error) error {
	return l.Store.Watch(ctx, among(c), since, fn)
}

// ofLogs makes a place of logs of a place.
func ofLogs(p Place) Place {
	return p.through(func(s store.Store) store.Store { return logs{s} })
}

// removePermitted: documents of logs and sessions are removed, and of nothing else.
func removePermitted(t *testing.T, p Place) {
	s := p.Open(t)
	for _, c := range store.Collections {
		if err := s.Insert(timeout(t), c, admitted("same_id")); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range store.Collections {
		removing := s.Remove(timeout(t), c, "same_id")
		doc, getting := s.Get(timeout(t), c, "same_id")
		if slices.Contains([]store.Collection{store.Runs, store.Digests, store.Sessions}, c) {
			if removing != nil {
				t.Errorf("remove from %s: %v", c, removing)
			}
			wantKind(t, getting, fault.NotFound, "get same_id")
			continue
		}
		wantKind(t, removing, fault.Internal, "remove same_id")
		if getting != nil {
			t.Errorf("get from %s: %v", c, getting)
		}
		wantSame(t, doc, admitted("same_id"))
	}
}

func remove(t *testing.T, s store.Store, id string) {
	t.Helper()
	if err := s.Remove(timeout(t), store.Cases, id); err != nil {
		t.Fatalf("remove: %v", err)
	}
}

// removeOne: a document that was removed reads as one that never was, by every
// handle, and its neighbours are as they were.
func removeOne(t *testing.T, p Place) {
	p = ofLogs(p)
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
	p = ofLogs(p)
	s := p.Open(t)
	insert(t, s, admitted("case_1"), admitted("case_2"))
	remove(t, s, "case_absent")
	remove(t, s, "case_2")
	remove(t, s, "case_2")
	if err := s.Remove(timeout(t), store.Digests, "case_1"); err != nil {
		t.Errorf("remove of another collection: %v", err)
	}
	wantSame(t, get(t, s, "case_1"), admitted("case_1"))
}

// removeWatched: a removal is not reported and does not end a watch.
func removeWatched(t *testing.T, p Place) {
	p = ofLogs(p)
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
	p = ofLogs(p)
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
