package casework_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/register"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/track"
	"onward/services/vault/vaulttest"
)

// replica is one API process: a register of its own over a shared store.
type replica struct {
	register  *register.Register
	directory *directory.Directory
	casework  *casework.Service
}

var (
	now        = time.Date(2026, 3, 2, 12, 0, 0, 0, calendar.Zone)
	supervisor = access.Actor{Worker: "worker_1", Role: access.Supervisor, Organisation: "org_1"}
	admin      = access.Actor{Worker: "worker_9", Role: access.OrgAdmin, Organisation: "org_1"}
)

func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Add(context.Background(), directory.Organisation{ID: "org_1", Code: "ONE", Name: "One", Province: "KH-12"},
		directory.Worker{ID: "worker_1", Organisation: "org_1", Name: "Supervisor", Role: access.Supervisor}); err != nil {
		t.Fatal(err)
	}
	return s
}

// note returns in clear what an entry says in words.
func (r *replica) note(t *testing.T, e *casefile.Entry) string {
	t.Helper()
	text, err := r.casework.View(supervisor, r.register.Snapshot()).Note(t.Context(), e)
	if err != nil || text == nil {
		t.Fatalf("%s has no note: %v", e.ID(), err)
	}
	return *text
}

// newReplica opens a process over a store. With follow it takes in the changes
// of others until the test ends.
func newReplica(t *testing.T, s store.Store, follow bool) *replica {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &replica{register: register.New()}
	var err error
	var marks *directory.Marks
	if r.directory, marks, err = directory.Open(ctx, s); err != nil {
		t.Fatal(err)
	}
	r.casework = casework.New(s, vaulttest.New(t, s), r.register, r.directory, func() time.Time { return now })
	mark, err := r.casework.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	if follow {
		group.Go(func() { _ = r.casework.Follow(ctx, mark) })
		group.Go(func() { _ = r.directory.Watch(ctx, marks) })
	}
	t.Cleanup(func() { stop(); group.Wait() })
	return r
}

// open opens a case and takes it to its intake.
func (r *replica) open(t *testing.T, request string) *casefile.Case {
	t.Helper()
	ctx := context.Background()
	c, err := r.casework.OpenCase(ctx, supervisor, casework.OpenCaseInput{RequestID: request, OpenedOn: calendar.DayOf(now) - 200, Opened: casefile.Opened{
		Population: casefile.AtRisk, OwnerID: "worker_1", Consents: []casefile.Purpose{casefile.ForServices}}})
	if err != nil {
		t.Fatal(err)
	}
	c, err = r.casework.AcceptCase(ctx, supervisor, casework.AcceptCaseInput{Request: casework.Request{RequestID: request + "-accept", CaseID: c.Case.ID}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Case
}

func (r *replica) serve(caseID id.Case, request string) (*casework.Change, error) {
	return r.casework.RecordService(context.Background(), supervisor, casework.RecordServiceInput{
		Request:   casework.Request{RequestID: request, CaseID: caseID},
		Delivered: delivery.Delivered{Service: "training_education_life_skills"}})
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("%s: not within three seconds", what)
}

// TestReplicasFollowEachOther proves that one process sees what another changes,
// that a process which has not seen it yet never overwrites it, and that no
// change is lost when both write one case.
func TestReplicasFollowEachOther(t *testing.T) {
	s := openStore(t)
	a, b := newReplica(t, s, true), newReplica(t, s, true)
	deaf := newReplica(t, s, false) // never hears of anybody
	c := a.open(t, "r")
	eventually(t, "b sees the case of a", func() bool { _, ok := b.register.Snapshot().Case(c.ID); return ok })
	var group sync.WaitGroup
	for i := range 20 {
		for n, r := range []*replica{a, b, deaf} {
			group.Go(func() {
				if _, err := r.serve(c.ID, fmt.Sprintf("s-%d-%d", n, i)); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	for name, r := range map[string]*replica{"a": a, "b": b} {
		eventually(t, name+" has all", func() bool {
			held, _ := r.register.Snapshot().Case(c.ID)
			return len(held.Services) == 60 && held.Version == c.Version+60
		})
	}
}

// TestRefusalsRestOnTheStoredCase proves that a process which holds an old version
// of a case does not refuse what the stored version allows, nor allow what that
// refuses.
func TestRefusalsRestOnTheStoredCase(t *testing.T) {
	s := openStore(t)
	a, deaf := newReplica(t, s, false), newReplica(t, s, false)
	c := a.open(t, "r")
	if _, err := deaf.serve(c.ID, "seen"); err != nil { // deaf takes the case in
		t.Fatal(err)
	}
	later, err := a.serve(c.ID, "unseen")
	if err != nil {
		t.Fatal(err)
	}
	in := casework.RecordServiceInput{Request: casework.Request{RequestID: "next", CaseID: c.ID, ExpectedVersion: &later.Case.Version},
		Delivered: delivery.Delivered{Service: "training_education_life_skills"}}
	if _, err := deaf.casework.RecordService(context.Background(), supervisor, in); err != nil {
		t.Errorf("the newest version was refused: %v", err)
	}
	in.RequestID = "late"
	if _, err := a.casework.RecordService(context.Background(), supervisor, in); !fault.Is(err, fault.Conflict) {
		t.Errorf("a stale version: %v, want a Conflict", err)
	}
}

// TestRetryAfterRestart proves that a request is answered as the first time by a
// process that has been started since, and makes nothing twice.
func TestRetryAfterRestart(t *testing.T) {
	s := openStore(t)
	a := newReplica(t, s, false)
	c := a.open(t, "r")
	first, err := a.serve(c.ID, "once")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.serve(c.ID, "another"); err != nil {
		t.Fatal(err)
	}
	again, err := newReplica(t, s, false).serve(c.ID, "once")
	if err != nil {
		t.Fatal(err)
	}
	if again.Entry.ID() != first.Entry.ID() || again.Case.Version != first.Case.Version {
		t.Errorf("first %s at version %d, again %s at %d", first.Entry.ID(), first.Case.Version, again.Entry.ID(), again.Case.Version)
	}
	if held, _ := a.register.Snapshot().Case(c.ID); len(held.Services) != 2 {
		t.Errorf("%d deliveries", len(held.Services))
	}
}

// TestReversal proves that a correction takes an entry out of the state and
// leaves it in the history, and that an entry on which others rest stays.
func TestReversal(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	today := calendar.DayOf(now)
	placed, err := r.casework.LogPlacement(ctx, supervisor, casework.LogPlacementInput{
		Request: casework.Request{RequestID: "p", CaseID: c.ID}, StartedOn: today - 100,
		Started: employment.Started{EmployerName: "Mill", Occupation: "weaver", Type: employment.FullTime}})
	if err != nil {
		t.Fatal(err)
	}
	checked, err := r.casework.CheckRetention(ctx, supervisor, casework.CheckRetentionInput{
		Request: casework.Request{RequestID: "k", CaseID: c.ID}, RetentionChecked: employment.RetentionChecked{Point: employment.Day90, Employed: true}})
	if err != nil {
		t.Fatal(err)
	}
	reverse := func(request, entry string) (*casework.Change, error) {
		return r.casework.ReverseEntry(ctx, supervisor, casework.ReverseEntryInput{
			Request: casework.Request{RequestID: request, CaseID: c.ID}, EntryID: entry, Reason: "logged on the wrong case"})
	}
	if _, err := reverse("too-early", placed.Entry.ID()); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "employment.retentionChecked") {
		t.Errorf("an entry on which a check rests: %v", err)
	}
	if _, err := reverse("check", checked.Entry.ID()); err != nil {
		t.Fatal(err)
	}
	done, err := reverse("start", placed.Entry.ID())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(done.Case.Placements()); n != 0 || done.Case.TrackState(track.Employment) != track.NotStarted {
		t.Errorf("%d placements are left", n)
	}
	history, err := r.casework.View(supervisor, r.register.Snapshot()).History(ctx, done.Case)
	if err != nil {
		t.Fatal(err)
	}
	if e := history[placed.Entry.Version-1]; e.Kind() != "employment.started" || e.ReversedBy != done.Entry.Version {
		t.Errorf("the reversed entry: %s, reversed by %d", e.Kind(), e.ReversedBy)
	}
	if _, err := reverse("twice", placed.Entry.ID()); !fault.Is(err, fault.Invalid) {
		t.Errorf("a second reversal: %v", err)
	}
}

// TestTimeNeverRunsBackwards proves that a clock that is set back does not break
// the order of a history.
func TestTimeNeverRunsBackwards(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	c := r.open(t, "r")
	late := now
	back := casework.New(s, vaulttest.New(t, s), r.register, r.directory, func() time.Time { late = late.Add(-time.Hour); return late })
	for i := range 3 {
		change, err := back.RecordService(context.Background(), supervisor, casework.RecordServiceInput{
			Request: casework.Request{RequestID: fmt.Sprint(i), CaseID: c.ID}, Delivered: delivery.Delivered{Service: "counselling_trauma"}})
		if err != nil {
			t.Fatal(err)
		}
		if change.Entry.At.Before(c.UpdatedAt.Time()) {
			t.Errorf("entry %d was recorded at %s, before %s", i, change.Entry.At, c.UpdatedAt.Time())
		}
	}
}

// TestVerifyFindsWhatDiffers proves that verification passes on an honest store
// and names a state that does not follow from its history.
func TestVerifyFindsWhatDiffers(t *testing.T) {
	ctx := context.Background()
	s := openStore(t)
	r := newReplica(t, s, false)
	c := r.open(t, "r")
	r.open(t, "another")
	verify := func() *casework.Verification {
		v, err := casework.Verify(ctx, s, r.directory, nil)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := verify(); len(v.Differences) != 0 || v.Cases != 2 || v.Entries != 4 {
		t.Fatalf("an honest store: %+v", v)
	}
	doc, err := s.Get(ctx, store.Cases, string(c.ID))
	if err != nil {
		t.Fatal(err)
	}
	forged := strings.Replace(string(doc.State), `"status":"INTAKE"`, `"status":"CLOSED"`, 1)
	entry := doc.History[1]
	entry.Version, entry.Kind, entry.Data = 3, "service.delivered", json.RawMessage(`{"service":"counselling_trauma"}`)
	if err := s.Append(ctx, store.Cases, store.Change{ID: doc.ID, From: 2, To: 3, State: json.RawMessage(forged), Entries: []store.Entry{entry}}); err != nil {
		t.Fatal(err)
	}
	v := verify()
	if len(v.Differences) != 1 || !strings.Contains(v.Differences[0], string(c.ID)) || !strings.Contains(v.Differences[0], "status") {
		t.Errorf("a forged state: %q", v.Differences)
	}
}

// TestVerifyBesideWriters proves that a store verifies while others go on
// working.
func TestVerifyBesideWriters(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	c := r.open(t, "r")
	var writing sync.WaitGroup
	defer writing.Wait()
	stop := make(chan struct{})
	defer close(stop)
	writing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := r.serve(c.ID, fmt.Sprint("s-", i)); err != nil {
				t.Error(err)
			}
			r.open(t, fmt.Sprint("r-", i))
		}
	})
	for round, meanwhile := 0, 0; round < 10 || meanwhile == 0; round++ {
		v, err := casework.Verify(context.Background(), s, r.directory, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Differences) != 0 {
			t.Errorf("%q", v.Differences)
		}
		meanwhile += v.Meanwhile
	}
}

// TestDraftsEqualTheLiveDesk proves that cases written in bulk are the same as
// cases written one change at a time.
func TestDraftsEqualTheLiveDesk(t *testing.T) {
	ctx := context.Background()
	one, two := openStore(t), openStore(t)
	a := newReplica(t, one, false)
	live := a.open(t, "r")
	d, _, err := directory.Open(ctx, two)
	if err != nil {
		t.Fatal(err)
	}
	drafts, service := casework.NewDrafts(vaulttest.Master(t), d, func() time.Time { return now })
	(&replica{casework: service}).open(t, "r")
	if err := drafts.Store(ctx, two); err != nil {
		t.Fatal(err)
	}
	x, err := one.Get(ctx, store.Cases, string(live.ID))
	if err != nil {
		t.Fatal(err)
	}
	y, err := two.Get(ctx, store.Cases, string(live.ID))
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%s %v", x.State, x.History) != fmt.Sprintf("%s %v", y.State, y.History) {
		t.Errorf("live   %s\ndrafts %s", x.State, y.State)
	}
}
