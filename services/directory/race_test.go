package directory_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/store"
)

// meeting is a store at which two processes meet: the first write of each to the
// directory waits until the other one is about to write, too.
type meeting struct {
	store.Store
	wait func()
}

func (m meeting) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	m.wait()
	return m.Store.Insert(ctx, c, docs...)
}

// meet opens two processes over a store, whose first inserts happen at the same time.
func meet(t *testing.T, s store.Store) []*directory.Directory {
	t.Helper()
	var both sync.WaitGroup
	both.Add(2)
	processes := make([]*directory.Directory, 2)
	for i := range processes {
		var once sync.Once
		processes[i] = open(t, meeting{s, func() { once.Do(func() { both.Done(); both.Wait() }) }})
	}
	return processes
}

// TestNoThirdKey proves that of the keys which two processes issue at the same time, one
// only becomes good where two would be one too many; and that it is good in both, and
// the other in neither.
func TestNoThirdKey(t *testing.T) {
	s := openStore(t, t.TempDir())
	app := directory.Worker{ID: "worker_APP", Organisation: lotus.ID, Name: "App", Role: access.PartnerApp}
	d := open(t, s)
	if err := d.Add(t.Context(), lotus, admin, app); err != nil {
		t.Fatal(err)
	}
	issue := func(d *directory.Directory, request string) (*directory.IssuedKey, error) {
		return d.IssuePartnerKey(t.Context(), leader, now, directory.IssuePartnerKeyInput{RequestID: request, WorkerID: app.ID,
			Purposes: []casefile.Purpose{casefile.ForResearch}, ExpiresOn: calendar.DayOf(now) + 30})
	}
	first, err := issue(d, "first")
	if err != nil {
		t.Fatal(err)
	}
	tokens := []string{first.Token}
	var mu sync.Mutex
	var group sync.WaitGroup
	refused := 0
	for i, process := range meet(t, s) {
		group.Go(func() {
			k, err := issue(process, fmt.Sprint("at once ", i))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				wantFault(t, err, fault.Invalid, "workerId")
				refused++
				return
			}
			tokens = append(tokens, k.Token)
		})
	}
	group.Wait()
	if refused != 1 {
		t.Fatalf("%d of two keys are refused, want 1", refused)
	}
	after := open(t, s)
	if all := after.Snapshot().ListPartnerKeys(lotus.ID); len(all) != 2 {
		t.Errorf("%d keys are listed: %+v", len(all), all)
	}
	for _, token := range tokens {
		if _, _, good := after.Snapshot().PartnerKey(token, now); !good {
			t.Error("a key that was given is not good")
		}
	}
	if _, err := issue(after, "later"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a third key: %v", err)
	}
}

// TestOnePersonIsOneWorker proves that a person at a provider whom two processes link to
// two workers at the same time is one of them, the same in every process; that the other
// is told; and that she can be linked to the other once the first link is ended.
func TestOnePersonIsOneWorker(t *testing.T) {
	s := openStore(t, t.TempDir())
	d := open(t, s)
	other := sok
	other.ID = "worker_OTHER"
	if err := d.Add(t.Context(), lotus, admin, sok, other); err != nil {
		t.Fatal(err)
	}
	issuer, subject := "https://id.example", "person"
	link := func(d *directory.Directory, request string, w directory.Worker, issuer, subject *string) error {
		_, err := d.LinkSignIn(t.Context(), leader, now, directory.LinkSignInInput{Request: directory.Request{RequestID: request}, WorkerID: w.ID, Issuer: issuer, Subject: subject})
		return err
	}
	both := []directory.Worker{sok, other}
	failed := make([]error, 2)
	var group sync.WaitGroup
	for i, process := range meet(t, s) {
		group.Go(func() { failed[i] = link(process, fmt.Sprint("at once ", i), both[i], &issuer, &subject) })
	}
	group.Wait()
	is, isNot := both[0], both[1]
	if failed[0] != nil {
		is, isNot = isNot, is
	}
	if err := errors.Join(failed...); (failed[0] == nil) == (failed[1] == nil) || !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
		t.Fatalf("linked at once: %v, %v", failed[0], failed[1])
	}
	after := open(t, s)
	signedIn := func(want directory.Worker) {
		t.Helper()
		for name, d := range map[string]*directory.Directory{"this": after, "a later process": open(t, s)} {
			if a, ok := d.Snapshot().Linked(issuer, subject, now); !ok || a.Worker != want.ID {
				t.Errorf("in %s she is %q, want %q", name, a.Worker, want.ID)
			}
		}
	}
	signedIn(is)
	wantFault(t, link(after, "taken", isNot, &issuer, &subject), fault.Invalid, "subject")
	if err := link(after, "end", is, nil, nil); err != nil {
		t.Fatal(err)
	}
	if a, ok := after.Snapshot().Linked(issuer, subject, now); ok {
		t.Errorf("the link was ended, and she is %s", a.Worker)
	}
	if err := link(after, "again", isNot, &issuer, &subject); err != nil {
		t.Fatal(err)
	}
	signedIn(isNot)
}
