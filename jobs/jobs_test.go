package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/jobs"
	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// diary is a job that notes the days for which it runs.
type diary struct {
	mu    sync.Mutex
	days  []calendar.Day // for which a run came to its end
	at    []time.Time    // when runs began
	fail  bool
	takes time.Duration
	began chan struct{} // a run tells here that it has begun, where there is one
	hold  chan struct{} // a run waits for it, where there is one
}

func (d *diary) work(ctx context.Context, asOf calendar.Day) ([]jobs.Count, error) {
	d.mu.Lock()
	d.at = append(d.at, time.Now())
	takes := d.takes
	d.mu.Unlock()
	if d.hold != nil {
		d.began <- struct{}{}
		<-d.hold
	}
	if takes > 0 {
		select {
		case <-time.After(takes):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.days = append(d.days, asOf)
	if d.fail {
		return nil, errors.New("the disk of somebody's name")
	}
	return []jobs.Count{{Name: "noted", Value: len(d.days)}}, nil
}

func (d *diary) noted() []calendar.Day {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.days)
}

// begun returns when the runs began.
func (d *diary) begun() []time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.at)
}

// failing sets whether runs fail.
func (d *diary) failing(fail bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = fail
}

// taking sets how long runs take.
func (d *diary) taking(takes time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.takes = takes
}

func openStore(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// at returns a clock that stands at an hour of a day in the programme's zone.
func at(day calendar.Day, hour int) func() time.Time {
	return func() time.Time { return day.Start().Add(time.Duration(hour) * time.Hour) }
}

func newRunner(s store.Store, process string, now func() time.Time, d *diary) *jobs.Runner {
	return scheduled(s, process, now, d, "0 5 * * *")
}

func scheduled(s store.Store, process string, now func() time.Time, d *diary, schedule string) *jobs.Runner {
	return jobs.New(s, now, process, quiet, jobs.Job{Name: "diary", Description: "Notes days.", Schedule: schedule, Work: d.work})
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// described is a job with its last runs.
type described struct {
	jobs.Description
	LastRuns []jobs.Run
}

// describe returns the one job of a runner.
func describe(t *testing.T, r *jobs.Runner) described {
	t.Helper()
	list, err := r.List(context.Background())
	if err != nil || len(list) != 1 {
		t.Fatalf("the list: %+v %v", list, err)
	}
	runs, err := r.LastRuns(context.Background(), &list[0])
	if err != nil {
		t.Fatal(err)
	}
	return described{list[0], runs}
}

// byHand runs the diary for a day.
func byHand(t *testing.T, r *jobs.Runner, request string, asOf calendar.Day) jobs.Run {
	t.Helper()
	run, err := r.RunNow(context.Background(), jobs.RunInput{RequestID: request, Name: "diary", AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// start catches up as a process does when it starts, and stops it again.
func start(t *testing.T, r *jobs.Runner) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	if err := r.Start(ctx); err != nil {
		t.Fatal(err)
	}
	stop()
	r.Stop()
}

// supervisor may run jobs by hand.
var supervisor = access.Actor{Worker: "worker_1", Role: access.Supervisor}

var day = calendar.Date(2028, 2, 28) // before a leap day

// TestMissedDaysAreCaughtUp proves that days missed while nothing ran are run at
// start, each once and in order, over a leap day too.
func TestMissedDaysAreCaughtUp(t *testing.T) {
	s, d := openStore(t), &diary{}
	start(t, newRunner(s, "a", at(day, 6), d))
	if got := d.noted(); !slices.Equal(got, []calendar.Day{day}) {
		t.Fatalf("the first start ran %v", got)
	}
	start(t, newRunner(s, "b", at(day+3, 6), d))
	start(t, newRunner(s, "c", at(day+3, 23), d))
	if got, want := d.noted(), []calendar.Day{day, day + 1, day + 2, day + 3}; !slices.Equal(got, want) {
		t.Errorf("ran %v, want %v", got, want)
	}
}

// TestBeforeTheHour proves that a day's slot is not run before its hour has come.
func TestBeforeTheHour(t *testing.T) {
	s, d := openStore(t), &diary{}
	start(t, newRunner(s, "a", at(day, 4), d))
	if got := d.noted(); !slices.Equal(got, []calendar.Day{day - 1}) {
		t.Errorf("ran %v", got)
	}
}

// TestLongDowntime proves that catching up has a limit.
func TestLongDowntime(t *testing.T) {
	s, d := openStore(t), &diary{}
	start(t, newRunner(s, "a", at(day, 6), d))
	start(t, newRunner(s, "a", at(day+400, 6), d))
	got := d.noted()
	if len(got) != 1+31 || got[1] != day+400-30 || got[len(got)-1] != day+400 {
		t.Errorf("%d runs, from %s to %s", len(got), got[1], got[len(got)-1])
	}
}

// TestOneProcessRunsASlot proves that of several processes which start at once,
// one runs the day.
func TestOneProcessRunsASlot(t *testing.T) {
	s, d := openStore(t), &diary{}
	var group sync.WaitGroup
	for _, process := range []string{"a", "b", "c", "d"} {
		group.Go(func() { start(t, newRunner(s, process, at(day, 6), d)) })
	}
	group.Wait()
	if got := d.noted(); !slices.Equal(got, []calendar.Day{day}) {
		t.Errorf("ran %v", got)
	}
}

// hold starts a run that holds the lease until the function that it returns is
// called, which returns the run's error.
func hold(s store.Store, process string, now func() time.Time) (letGo func() error) {
	d := &diary{began: make(chan struct{}), hold: make(chan struct{})}
	ended := make(chan error, 1)
	go func() {
		_, err := newRunner(s, process, now, d).RunNow(context.Background(), jobs.RunInput{Name: "diary", AsOf: day})
		ended <- err
	}()
	<-d.began
	return func() error {
		close(d.hold)
		return <-ended
	}
}

// TestRunningJobIsNotRunAgain proves that a run is refused while the job runs,
// and that the lease is free again afterwards.
func TestRunningJobIsNotRunAgain(t *testing.T) {
	s, d := openStore(t), &diary{}
	letGo := hold(s, "a", at(day, 6))
	r := newRunner(s, "b", at(day, 6), d)
	in := jobs.RunInput{RequestID: "one", Name: "diary", AsOf: day}
	if _, err := r.RunNow(context.Background(), in); !fault.Is(err, fault.Conflict) || len(d.noted()) != 0 {
		t.Errorf("while it runs: %v; ran %v", err, d.noted())
	}
	if err := letGo(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.RunNow(context.Background(), in); err != nil || len(d.noted()) != 1 {
		t.Errorf("afterwards: %v; ran %v", err, d.noted())
	}
}

// TestDeadHolderIsReplaced proves that a process which died with the lease does
// not keep the job from running for ever, and that one which only seemed dead
// still records its run and leaves the lease to its successor.
func TestDeadHolderIsReplaced(t *testing.T) {
	s, d := openStore(t), &diary{}
	letGo := hold(s, "slow", at(day, 6))
	tenMinutesLater := func() time.Time { return at(day, 6)().Add(10 * time.Minute) }
	r := newRunner(s, "b", tenMinutesLater, d)
	if _, err := r.RunNow(context.Background(), jobs.RunInput{Name: "diary", AsOf: day}); err != nil || len(d.noted()) != 1 {
		t.Errorf("after the lease: %v; ran %v", err, d.noted())
	}
	letGoOfSecond := hold(s, "c", tenMinutesLater)
	if err := letGo(); err != nil {
		t.Errorf("the slow one: %v", err)
	}
	if _, err := r.RunNow(context.Background(), jobs.RunInput{Name: "diary", AsOf: day}); !fault.Is(err, fault.Conflict) {
		t.Errorf("the slow one gave away a lease that was not its own: %v", err)
	}
	if err := letGoOfSecond(); err != nil {
		t.Fatal(err)
	}
	if x := describe(t, r); len(x.LastRuns) != 3 {
		t.Errorf("the record: %+v", x)
	}
}

// TestRunsAreRecorded proves that every run is on record, a failed one without
// what the error said, and that a request sent again gets the run of that time.
func TestRunsAreRecorded(t *testing.T) {
	ctx := context.Background()
	s, d := openStore(t), &diary{}
	r := newRunner(s, "a", at(day, 6), d)
	first, err := r.RunNow(ctx, jobs.RunInput{RequestID: "one", Name: "diary", AsOf: day})
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.RunNow(ctx, jobs.RunInput{RequestID: "one", Name: "diary", AsOf: day})
	if err != nil || len(d.noted()) != 1 || again.Counts[0] != first.Counts[0] {
		t.Errorf("again: %+v %v; ran %v", again, err, d.noted())
	}
	d.fail = true
	failed, err := r.RunNow(ctx, jobs.RunInput{RequestID: "two", Name: "diary", AsOf: day})
	if err != nil || failed.Outcome != jobs.Failed || failed.Error != "INTERNAL" {
		t.Errorf("a failed run: %+v %v", failed, err)
	}
	list, err := r.Describe(ctx, access.Actor{Role: access.Auditor})
	if err != nil || len(list) != 1 {
		t.Fatalf("the list: %+v %v", list, err)
	}
	runs, err := r.LastRuns(ctx, &list[0])
	if err != nil || len(runs) != 2 || runs[0].Outcome != jobs.Failed {
		t.Errorf("the record: %+v %v", runs, err)
	}
}

// TestRequestsAreEachWorkersOwn proves that a requestId belongs to the worker who
// chose it: another's run is no answer to it.
func TestRequestsAreEachWorkersOwn(t *testing.T) {
	d := &diary{}
	r := newRunner(openStore(t), "a", at(day, 6), d)
	for i, worker := range []access.Actor{{Worker: "worker_1", Role: access.Supervisor}, {Worker: "worker_2", Role: access.Supervisor}} {
		asOf := day - calendar.Day(i)
		for range 2 {
			run, err := r.RunAs(context.Background(), worker, jobs.RunInput{RequestID: "today", Name: "diary", AsOf: asOf})
			if err != nil || run.Run.AsOf != asOf {
				t.Errorf("%s: %+v %v", worker.Worker, run, err)
			}
		}
	}
	if len(d.noted()) != 2 {
		t.Errorf("ran %v", d.noted())
	}
}

// TestOneRequestAtOnce proves that one request sent many times at once makes one
// run, and that no answer is another run's.
func TestOneRequestAtOnce(t *testing.T) {
	d := &diary{}
	s := openStore(t)
	var sending sync.WaitGroup
	for i := range 10 {
		sending.Go(func() {
			r := newRunner(s, string(rune('a'+i)), at(day, 6), d)
			_, err := r.RunAs(context.Background(), supervisor, jobs.RunInput{RequestID: "once", Name: "diary", AsOf: day})
			if err != nil && !fault.Is(err, fault.Conflict) { // it is still running
				t.Error(err)
			}
		})
	}
	sending.Wait()
	if len(d.noted()) != 1 {
		t.Errorf("ran %v", d.noted())
	}
}

// TestRefusals proves that bad input and people without the right get no run.
func TestRefusals(t *testing.T) {
	ctx := context.Background()
	d := &diary{}
	r := newRunner(openStore(t), "a", at(day, 6), d)
	supervisor := access.Actor{Role: access.Supervisor}
	for name, c := range map[string]struct {
		actor access.Actor
		in    jobs.RunInput
		kind  fault.Kind
	}{
		"no such job":  {supervisor, jobs.RunInput{RequestID: "r", Name: "tidy", AsOf: day}, fault.Invalid},
		"the future":   {supervisor, jobs.RunInput{RequestID: "r", Name: "diary", AsOf: day + 1}, fault.Invalid},
		"no requestId": {supervisor, jobs.RunInput{Name: "diary", AsOf: day}, fault.Invalid},
		"no right":     {access.Actor{Role: access.ShelterStaff}, jobs.RunInput{RequestID: "r", Name: "diary", AsOf: day}, fault.Forbidden},
	} {
		if _, err := r.RunAs(ctx, c.actor, c.in); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(d.noted()) != 0 {
		t.Errorf("ran %v", d.noted())
	}
}

// TestByHandHidesNoMissedDay proves that a run by hand counts for the schedule where
// it is for the first day that is due, and that one for a later day leaves the days
// between, and that day, to be caught up.
func TestByHandHidesNoMissedDay(t *testing.T) {
	s, d := openStore(t), &diary{}
	start(t, newRunner(s, "a", at(day, 6), d))
	r := newRunner(s, "a", at(day+3, 6), d)
	byHand(t, r, "", day+3)
	byHand(t, r, "", day-40)
	if x := describe(t, r); x.LastSlot != day || x.LagDays != 3 {
		t.Errorf("after runs for other days: %+v", x)
	}
	byHand(t, r, "", day+1)
	if x := describe(t, r); x.LastSlot != day+1 || x.LagDays != 2 {
		t.Errorf("after a run for the first day: %+v", x)
	}
	start(t, r)
	wantDays(t, d, day, day+3, day-40, day+1, day+2, day+3)
	byHand(t, newRunner(s, "a", at(day+4, 4), d), "", day+4) // before its hour
	start(t, newRunner(s, "a", at(day+4, 6), d))
	wantDays(t, d, day, day+3, day-40, day+1, day+2, day+3, day+4, day+4)
}

// TestScheduleFromNowOn proves that a schedule that starts without catching up
// leaves what is due already.
func TestScheduleFromNowOn(t *testing.T) {
	inTime(t, at(day, 6)(), func(t *testing.T, s store.Store) {
		d := &diary{}
		r := newRunner(s, "a", time.Now, d)
		if err := r.StartSchedule(context.Background()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		r.Stop()
		wantDays(t, d, day+1)
	})
}

// TestRequestsAreRemembered proves how far back a request that is sent again gets
// the run of that time: 64 requests of the job; and that it does while another runs.
func TestRequestsAreRemembered(t *testing.T) {
	s, d := openStore(t), &diary{}
	r := newRunner(s, "a", at(day, 6), d)
	var terms []int
	for i := range 65 {
		terms = append(terms, byHand(t, r, fmt.Sprint("request ", i), day).Term)
	}
	letGo := hold(s, "b", at(day, 6))
	for i := 1; i < 65; i++ {
		if again := byHand(t, r, fmt.Sprint("request ", i), day); again.Term != terms[i] {
			t.Errorf("request %d was run %d and is now %d", i, terms[i], again.Term)
		}
	}
	if err := letGo(); err != nil {
		t.Fatal(err)
	}
	if again := byHand(t, r, "request 0", day); again.Term != 67 || len(d.noted()) != 66 {
		t.Errorf("the request before those: run %d, after %d runs of the diary", again.Term, len(d.noted()))
	}
}

// TestLastRuns proves that the newest twenty runs are shown, the newest first, also
// where the record of some is gone.
func TestLastRuns(t *testing.T) {
	s, d := openStore(t), &diary{}
	r := newRunner(s, "a", at(day, 6), d)
	for range 25 {
		byHand(t, r, "", day)
	}
	if err := s.Remove(context.Background(), store.Runs, "run_diary.24"); err != nil {
		t.Fatal(err)
	}
	runs := describe(t, r).LastRuns
	if len(runs) != 20 || runs[0].Term != 25 || runs[1].Term != 23 || runs[19].Term != 5 {
		t.Errorf("%d runs: %+v", len(runs), runs)
	}
}

// TestFailureIsLoggedOnce proves that a slot which fails is one complaint in the log.
func TestFailureIsLoggedOnce(t *testing.T) {
	var log strings.Builder
	complaints := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	d := &diary{fail: true}
	start(t, jobs.New(openStore(t), at(day, 6), "a", complaints, jobs.Job{Name: "diary", Schedule: "0 5 * * *", Work: d.work}))
	if lines := strings.Count(log.String(), "\n"); lines != 1 || !strings.Contains(log.String(), "job failed") {
		t.Errorf("the log: %s", log.String())
	}
}

// counting is a store that counts what is read from it.
type counting struct {
	store.Store
	gets int
}

func (c *counting) Get(ctx context.Context, in store.Collection, id string) (store.Document, error) {
	c.gets++
	return c.Store.Get(ctx, in, id)
}

// TestListReadsNoRuns proves that a list of the jobs reads one document a job, and
// that the runs, which are a document each, are read where they are asked for.
func TestListReadsNoRuns(t *testing.T) {
	s := &counting{Store: openStore(t)}
	r := newRunner(s, "a", at(day, 6), &diary{})
	for range 5 {
		byHand(t, r, "", day)
	}
	s.gets = 0
	list, err := r.List(context.Background())
	if err != nil || s.gets != 1 {
		t.Fatalf("the list read %d documents: %v", s.gets, err)
	}
	if runs, err := r.LastRuns(context.Background(), &list[0]); err != nil || len(runs) != 5 || s.gets != 1+5 {
		t.Errorf("%d runs, %d documents read: %v", len(runs), s.gets, err)
	}
}

// TestPanicIsAFailure proves that a job that panics has failed, is tried again, and
// that what it panicked with is told nowhere.
func TestPanicIsAFailure(t *testing.T) {
	var log strings.Builder
	s := openStore(t)
	job := jobs.Job{Name: "diary", Schedule: "0 5 * * *", Work: func(context.Context, calendar.Day) ([]jobs.Count, error) { panic("somebody's name") }}
	tell := slog.New(slog.NewTextHandler(&log, nil))
	start(t, jobs.New(s, at(day, 6), "a", tell, job))
	run := byHand(t, jobs.New(s, at(day, 6), "b", tell, job), "", day)
	if run.Outcome != jobs.Failed || run.Error != "INTERNAL" || run.Term != 2 {
		t.Errorf("the run: %+v", run)
	}
	if !strings.Contains(log.String(), "panicked with a string") || strings.Contains(log.String(), "somebody") {
		t.Errorf("the log: %s", log.String())
	}
}
