package casework_test

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/stall"
	"onward/services/store"
	"onward/services/vault/vaulttest"
)

func proposal(code stall.ThresholdCode, days int) stall.Proposal {
	return stall.Proposal{Code: code, Days: &days}
}

// set changes thresholds of an organisation.
func (r *replica) set(by access.Actor, request string, proposals ...stall.Proposal) error {
	_, err := r.directory.SetThresholds(context.Background(), by, now, directory.SetThresholdsInput{
		Request: directory.Request{RequestID: request}, Thresholds: proposals, Reason: "a test"})
	return err
}

// stale returns a case of the register whose days do not follow from the
// thresholds that the directory has now, or nil.
func (r *replica) stale() *casefile.Case {
	for c := range r.register.Snapshot().All() {
		fresh := c.Clone()
		new(stall.Deriver).Derive(fresh, r.directory.Snapshot().Thresholds(c.Organisation), calendar.DayOf(now))
		if fresh.NextDueOn != c.NextDueOn || fresh.ScanOn != c.ScanOn {
			return c
		}
	}
	return nil
}

// otherAdmin is the administrator of another organisation, and otherSupervisor
// its supervisor.
var (
	otherAdmin      = access.Actor{Worker: "worker_20", Role: access.OrgAdmin, Organisation: "org_2"}
	otherSupervisor = access.Actor{Worker: "worker_21", Role: access.Supervisor, Organisation: "org_2"}
)

// openOther opens a case of the other organisation.
func (r *replica) openOther(t *testing.T, request string) *casefile.Case {
	t.Helper()
	ctx := context.Background()
	if _, known := r.directory.Snapshot().Organisations["org_2"]; !known {
		if err := r.directory.Add(ctx, directory.Organisation{ID: "org_2", Code: "TWO", Name: "Two", Province: "KH-12"},
			directory.Worker{ID: "worker_21", Organisation: "org_2", Name: "Supervisor", Role: access.Supervisor}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := r.casework.OpenCase(ctx, otherSupervisor, casework.OpenCaseInput{RequestID: request, OpenedOn: calendar.DayOf(now) - 100, Opened: casefile.Opened{
		Population: casefile.AtRisk, OwnerID: otherSupervisor.Worker, Consents: []casefile.Purpose{casefile.ForServices}}})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = r.casework.AcceptCase(ctx, otherSupervisor, casework.AcceptCaseInput{Request: casework.Request{RequestID: request + "-accept", CaseID: c.Case.ID}}); err != nil {
		t.Fatal(err)
	}
	return c.Case
}

// TestWhatIsDueFollowsTheThresholds proves that what is due on the cases of an
// organisation follows its thresholds as soon as they are set, that the cases of
// others and every version stay, and that another process follows.
func TestWhatIsDueFollowsTheThresholds(t *testing.T) {
	s := openStore(t)
	a, b := newReplica(t, s, true), newReplica(t, s, true)
	own := a.open(t, "own")
	other := a.openOther(t, "other")
	due := func(r *replica, c *casefile.Case) string {
		held, ok := r.register.Snapshot().Case(c.ID)
		if !ok {
			return "unknown"
		}
		return fmt.Sprintf("%s at version %d", held.NextDueOn, held.Version)
	}
	eventually(t, "b has both cases", func() bool { return due(b, own) == due(a, own) && due(b, other) == due(a, other) })
	before := due(a, other)
	if err := a.set(admin, "one", proposal("FIRST_ASSESSMENT", 3)); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%s at version %d", own.OpenedOn+3, own.Version)
	if got := due(a, own); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := due(a, other); got != before {
		t.Errorf("the other organisation's case: %s, was %s", got, before)
	}
	eventually(t, "b follows", func() bool { return due(b, own) == want })
	if err := b.set(otherAdmin, "two", proposal("FIRST_ASSESSMENT", 5)); err != nil {
		t.Fatal(err)
	}
	want = fmt.Sprintf("%s at version %d", other.OpenedOn+5, other.Version)
	eventually(t, "a follows", func() bool { return due(a, other) == want })
	if got := due(a, own); got != fmt.Sprintf("%s at version %d", own.OpenedOn+3, own.Version) {
		t.Errorf("the own case: %s", got)
	}
	for name, r := range map[string]*replica{"a": a, "b": b, "opened again": newReplica(t, s, false)} {
		if c := r.stale(); c != nil {
			t.Errorf("%s: %s is due on %s", name, c.ID, c.NextDueOn)
		}
	}
}

// TestThresholdsWhileOthersWrite proves that no case keeps days that follow from
// older thresholds, however many change cases and thresholds at once, in two
// processes.
func TestThresholdsWhileOthersWrite(t *testing.T) {
	s := openStore(t)
	replicas := []*replica{newReplica(t, s, true), newReplica(t, s, true)}
	var cases []id.Case
	for i := range 6 {
		cases = append(cases, replicas[0].open(t, fmt.Sprint("case-", i)).ID)
	}
	var writing sync.WaitGroup
	for n, r := range replicas {
		for w := range 3 {
			writing.Go(func() {
				for i := range 15 {
					if _, err := r.serve(cases[(i+w)%len(cases)], fmt.Sprintf("s-%d-%d-%d", n, w, i)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writing.Go(func() {
			for i := range 25 {
				days := 1 + (i*7+n*3)%180
				if err := r.set(admin, fmt.Sprintf("t-%d-%d", n, i), proposal("FIRST_ASSESSMENT", days)); err != nil && !fault.Is(err, fault.Invalid) { // it may be so already
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	version := newReplica(t, s, false).directory.Snapshot().Thresholds("org_1").Version
	for n, r := range replicas {
		eventually(t, fmt.Sprintf("replica %d has the last thresholds", n), func() bool {
			return r.directory.Snapshot().Thresholds("org_1").Version == version && r.stale() == nil
		})
		if r.register.Snapshot().Len() != len(cases) {
			t.Errorf("%d cases", r.register.Snapshot().Len())
		}
	}
}

// TestSimulationChangesNothing proves that a simulation and the quality of rules
// count the cases of the own organisation only, and write nothing.
func TestSimulationChangesNothing(t *testing.T) {
	ctx := context.Background()
	s := openStore(t)
	r := newReplica(t, s, false)
	own := r.open(t, "own")
	other := r.openOther(t, "other")
	for _, c := range []*casefile.Case{own, other} {
		if err := r.casework.Sweep(ctx, access.Job("stall-scan"), c.ID, calendar.DayOf(now)); err != nil {
			t.Fatal(err)
		}
	}
	everything := func() (all []store.Document) {
		for _, c := range store.Collections {
			if _, err := s.Scan(ctx, c, func(doc store.Document) error { all = append(all, doc); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		return all
	}
	before, held := everything(), r.register.Snapshot()
	ask := func(actor access.Actor) (*casework.Simulation, []stall.Quality) {
		v := r.casework.View(actor, r.register.Snapshot())
		simulation, err := r.casework.SimulateThresholds(ctx, v, casework.SimulateThresholdsInput{Thresholds: []stall.Proposal{proposal("FIRST_ASSESSMENT", 150)}})
		if err != nil {
			t.Fatal(err)
		}
		quality, err := r.casework.StallQuality(ctx, v, calendar.Period{From: v.Today, To: v.Today})
		if err != nil {
			t.Fatal(err)
		}
		return simulation, quality
	}
	for actor, then := range map[access.Actor]int{supervisor: 1, otherSupervisor: 0} { // opened 200 and 100 days ago
		simulation, quality := ask(actor)
		if got := simulation.Rules[1]; got.Rule != stall.NeverAssessed || got.Today.Now != 1 || got.Today.Then != then {
			t.Errorf("%s: %+v", actor.Worker, got)
		}
		if got := quality[1]; got.Rule != stall.NeverAssessed || got.Raised != 1 || got.StillOpen != 1 {
			t.Errorf("%s: %+v", actor.Worker, got)
		}
	}
	if !reflect.DeepEqual(everything(), before) || r.register.Snapshot() != held {
		t.Error("something was written")
	}
	for _, refused := range []access.Role{access.ShelterStaff, access.Coordinator, access.Auditor, access.PartnerApp} {
		v := r.casework.View(access.Actor{Worker: "worker_1", Role: refused, Organisation: "org_1"}, held)
		if _, err := r.casework.SimulateThresholds(ctx, v, casework.SimulateThresholdsInput{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s simulates: %v", refused, err)
		}
		if _, err := r.casework.StallQuality(ctx, v, calendar.Period{From: 1, To: 2}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s reads the quality: %v", refused, err)
		}
	}
}

// TestSimulationEndsWithTheRequest proves that a simulation whose time is over
// says so and gives no figures of a part.
func TestSimulationEndsWithTheRequest(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	r.open(t, "own")
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	v := r.casework.View(supervisor, r.register.Snapshot())
	for range 20 {
		if s, err := r.casework.SimulateThresholds(ctx, v, casework.SimulateThresholdsInput{}); !fault.Is(err, fault.Unavailable) {
			t.Fatalf("%+v, %v", s, err)
		}
	}
	if _, err := r.casework.SimulateThresholds(context.Background(), v, casework.SimulateThresholdsInput{}); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

// TestThresholdsBetweenDerivingAndPublishing proves that a case whose days are
// being derived while thresholds change does not keep those of the older ones. The
// clock, which is asked in the midst of a change, is where the thresholds change.
func TestThresholdsBetweenDerivingAndPublishing(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	c := r.open(t, "own")
	const enough = 8 // the clock is asked fewer times in one change
	var armed atomic.Bool
	var setting sync.WaitGroup
	var changes atomic.Int64
	r.casework = casework.New(s, vaulttest.New(t, s), r.register, r.directory, func() time.Time {
		if changes.Load() == enough || !armed.CompareAndSwap(true, false) {
			return now
		}
		done := make(chan struct{})
		setting.Go(func() {
			defer close(done)
			n := int(changes.Add(1))
			if err := r.set(admin, fmt.Sprint("t-", n), proposal("FIRST_ASSESSMENT", n)); err != nil {
				t.Error(err)
			}
		})
		select {
		case <-done: // nobody keeps the register from following at once
		case <-time.After(50 * time.Millisecond): // it follows when this change is through
		}
		armed.Store(true)
		return now
	})
	armed.Store(true)
	if _, err := r.serve(c.ID, "meanwhile"); err != nil {
		t.Fatal(err)
	}
	setting.Wait()
	if changes.Load() < 3 {
		t.Errorf("the thresholds changed only %d times", changes.Load())
	}
	if c := r.stale(); c != nil {
		t.Errorf("after %d changes of the thresholds %s is due on %s", changes.Load(), c.ID, c.NextDueOn)
	}
}

// slow is a store of which a case is read only once the test lets it.
type slow struct {
	store.Store
	asked, letGo chan struct{}
}

func (s slow) Get(ctx context.Context, in store.Collection, documentID string) (store.Document, error) {
	if in == store.Cases {
		s.asked <- struct{}{}
		<-s.letGo
	}
	return s.Store.Get(ctx, in, documentID)
}

// TestLookingBackHoldsUpNobodyElse proves that an organisation looks back on its
// cases once at a time, and keeps no other one from it.
func TestLookingBackHoldsUpNobodyElse(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	r.open(t, "own")
	waits := slow{s, make(chan struct{}), make(chan struct{})}
	b := newReplica(t, waits, false)
	period := calendar.Period{From: calendar.DayOf(now) - 30, To: calendar.DayOf(now)}
	done := make(chan error, 1)
	go func() {
		_, err := b.casework.StallQuality(t.Context(), b.view(supervisor), period)
		done <- err
	}()
	<-waits.asked
	_, err := b.casework.StallQuality(t.Context(), b.view(supervisor), period)
	wantKind(t, "a second one", err, fault.Unavailable)
	if _, err := b.casework.StallQuality(t.Context(), b.view(river), period); err != nil {
		t.Errorf("another organisation: %v", err)
	}
	waits.letGo <- struct{}{}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
