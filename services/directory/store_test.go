package directory_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"

	"onward/services/directory"
	"onward/services/fault"
	"onward/services/store"
)

// late is a store whose watch delivers documents of before, as one may that
// delivers more than once, and then fails.
type late struct {
	store.Store
	before []store.Document
}

var errLate = errors.New("the watch has ended")

// Watch delivers the documents of before.
func (s *late) Watch(_ context.Context, c store.Collection, _ store.Mark, fn func(store.Document) error) error {
	if c != store.Directory {
		return nil
	}
	for _, doc := range s.before {
		if err := fn(doc); err != nil {
			return err
		}
	}
	return errLate
}

// TestOldNewsChangesNothing proves that a document of before that comes late
// does not give a disabled worker access again, and that a watch that fails says
// so.
func TestOldNewsChangesNothing(t *testing.T) {
	s := openStore(t, t.TempDir())
	d := open(t, s)
	if err := d.Add(t.Context(), lotus, sok); err != nil {
		t.Fatal(err)
	}
	doc, err := s.Get(t.Context(), store.Directory, string(sok.ID))
	if err != nil {
		t.Fatal(err)
	}
	slow, marks, err := directory.Open(t.Context(), &late{s, []store.Document{doc}})
	if err != nil {
		t.Fatal(err)
	}
	token := issue(t, slow, sok)
	if err := slow.Disable(t.Context(), sok.ID, now); err != nil {
		t.Fatal(err)
	}
	if err := slow.Watch(t.Context(), marks); !errors.Is(err, errLate) {
		t.Errorf("the watch ends with %v", err)
	}
	_, err = slow.Snapshot().Authenticate(token)
	wantFault(t, err, fault.Unauthenticated)
}

// TestStoreAway proves that nothing is added, issued or disabled in the
// directory where the store has not taken it.
func TestStoreAway(t *testing.T) {
	d, s := house(t)
	token := issue(t, d, sok)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := d.Snapshot()
	_, siteErr := d.AddSite(t.Context(), leader, now, directory.AddSiteInput{RequestID: "r", Name: "Office", Kind: directory.Office, Province: "KH-1"})
	_, employerErr := d.AddEmployer(t.Context(), leader, now, directory.AddEmployerInput{RequestID: "r", Name: "Mill"})
	lost, issueErr := d.Issue(t.Context(), sok.ID, now)
	for _, err := range []error{siteErr, employerErr, issueErr, d.Disable(t.Context(), sok.ID, now)} {
		wantFault(t, err, fault.Unavailable)
	}
	if lost != "" {
		t.Error("a token that is not stored is handed out")
	}
	if d.Snapshot() != before {
		t.Error("the directory has changed without its store")
	}
	if _, err := d.Snapshot().Authenticate(token); err != nil {
		t.Errorf("a token of before: %v", err)
	}
	_, _, err := directory.Open(t.Context(), s)
	wantFault(t, err, fault.Unavailable)
}

// TestUnreadableDocument proves that a document that is not what its identifier
// says is an INTERNAL fault when the directory is opened, and that the fault
// does not repeat the document.
func TestUnreadableDocument(t *testing.T) {
	for c, key := range map[store.Collection]string{store.Directory: "worker_SOK", store.Accounts: "00ff"} {
		s := openStore(t, t.TempDir())
		doc := store.Document{ID: key, Version: 1, State: json.RawMessage(`{"name": 5, "worker": {"secret": "planted"}}`)}
		if err := s.Insert(t.Context(), c, doc); err != nil {
			t.Fatal(err)
		}
		_, _, err := directory.Open(t.Context(), s)
		wantFault(t, err, fault.Internal)
	}
}

// halved is a store that cannot watch accounts, and counts the watches that go on.
type halved struct {
	store.Store
	watching atomic.Int32
}

// Watch fails for accounts, and goes on until the context's end for the rest.
func (s *halved) Watch(ctx context.Context, c store.Collection, _ store.Mark, _ func(store.Document) error) error {
	if c == store.Accounts {
		return errLate
	}
	s.watching.Add(1)
	defer s.watching.Add(-1)
	<-ctx.Done()
	return nil
}

// TestNoWatchIsLeftOver proves that where one of the two watches fails, the other
// does not go on beside the next ones.
func TestNoWatchIsLeftOver(t *testing.T) {
	s := &halved{Store: openStore(t, t.TempDir())}
	d, marks, err := directory.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := d.Watch(t.Context(), marks); !errors.Is(err, errLate) {
			t.Errorf("the watch: %v", err)
		}
	}
	if n := s.watching.Load(); n != 0 {
		t.Errorf("%d watches go on", n)
	}
}
