package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // both clock changes, on every machine

	"onward/jobs"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// inTime runs fn in a bubble whose clock stands at from and goes on as fn waits,
// with an empty store that lives in the bubble.
func inTime(t *testing.T, from time.Time, fn func(t *testing.T, s store.Store)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(from))
		s, err := sqlite.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		fn(t, s)
	})
}

// serve starts a runner, as a process does, and stops it at the end.
func serve(t *testing.T, r *jobs.Runner) (stop func()) {
	t.Helper()
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r.Stop
}

func load(t *testing.T, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func wantDays(t *testing.T, d *diary, want ...calendar.Day) {
	t.Helper()
	if got := d.noted(); !slices.Equal(got, want) {
		t.Errorf("ran %v, want %v", got, want)
	}
}

// daysFrom returns a day and those after it, n in all.
func daysFrom(first calendar.Day, n int) []calendar.Day {
	days := make([]calendar.Day, n)
	for i := range days {
		days[i] = first + calendar.Day(i)
	}
	return days
}

// TestBothClockChanges proves that a slot in the hour that a change of the clocks
// leaves out is run once, within a minute of the change, and one in the hour that
// comes twice is run once, in the first of the two.
func TestBothClockChanges(t *testing.T) {
	berlin := load(t, "Europe/Berlin")
	for name, c := range map[string]struct {
		day   calendar.Day // of the change
		began time.Time    // when its slot is to begin
	}{
		"forward": {calendar.Date(2026, 3, 29), time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)},
		"back":    {calendar.Date(2026, 10, 25), time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			y, m, day := (c.day - 1).Time().Date()
			inTime(t, time.Date(y, m, day, 2, 29, 30, 0, berlin), func(t *testing.T, s store.Store) {
				d := &diary{}
				r := scheduled(s, "a", time.Now, d, "30 2 * * *")
				r.Zone = berlin
				if err := r.StartSchedule(context.Background()); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2*24*time.Hour + 2*time.Hour)
				r.Stop()
				wantDays(t, d, daysFrom(c.day-1, 3)...)
				if late := d.begun()[1].Sub(c.began); late < 0 || late > time.Minute+time.Second {
					t.Errorf("the day of the change began at %s", d.begun()[1].In(berlin))
				}
				if x := describe(t, r); x.LastSlot != c.day+1 || x.LagDays != 0 {
					t.Errorf("the record: %+v", x)
				}
			})
		})
	}
}

// TestClockSteppingBack proves that a clock which is put back an hour over a slot
// makes nothing run twice, and that the days after it are run.
func TestClockSteppingBack(t *testing.T) {
	inTime(t, at(day, 4)(), func(t *testing.T, s store.Store) {
		var put atomic.Int64
		clock := func() time.Time { return time.Now().Add(time.Duration(put.Load())) }
		d, e := &diary{}, &diary{}
		stop := serve(t, newRunner(s, "a", clock, d)) // the day before is due at first
		time.Sleep(90 * time.Minute)
		wantDays(t, d, day-1, day)
		put.Store(-int64(time.Hour))
		time.Sleep(10 * time.Minute)
		stopOther := serve(t, newRunner(s, "b", clock, e)) // it starts at 04:40 by the clock
		time.Sleep(27 * time.Hour)
		stop()
		stopOther()
		if got := append(d.noted(), e.noted()...); len(got) != 3 || !slices.Contains(got, day+1) {
			t.Errorf("ran %v and %v", d.noted(), e.noted())
		}
	})
}

// TestThreeDaysOfDowntime proves that days on which no process ran are caught up in
// order, over a leap day, and that the schedule goes on from there.
func TestThreeDaysOfDowntime(t *testing.T) {
	inTime(t, at(day-1, 4)(), func(t *testing.T, s store.Store) {
		d := &diary{}
		stop := serve(t, newRunner(s, "a", time.Now, d))
		time.Sleep(2 * time.Hour)
		stop()
		time.Sleep(3 * 24 * time.Hour)
		r := newRunner(s, "b", time.Now, d)
		if x := describe(t, r); x.LastSlot != day-1 || x.LagDays != 3 {
			t.Errorf("before: %+v", x)
		}
		stop = serve(t, r)
		wantDays(t, d, daysFrom(day-2, 5)...) // the first start ran the day before
		time.Sleep(24 * time.Hour)
		stop()
		wantDays(t, d, daysFrom(day-2, 6)...)
	})
}

// TestProcessesShareTheDays proves that of two processes with one store each day is
// run by one, whichever stops.
func TestProcessesShareTheDays(t *testing.T) {
	inTime(t, at(day, 4)(), func(t *testing.T, s store.Store) {
		d := &diary{takes: 5 * time.Minute}
		stopA := serve(t, newRunner(s, "a", time.Now, d))
		stopB := serve(t, newRunner(s, "b", time.Now, d))
		time.Sleep(30 * time.Hour)
		stopA()
		time.Sleep(24 * time.Hour)
		stopB()
		wantDays(t, d, daysFrom(day-1, 4)...)
	})
}

// TestSlowRun proves that a run which takes hours, past the moment of the next slot,
// keeps its lease, that nothing runs beside it, and that the slot of that time is run
// after it.
func TestSlowRun(t *testing.T) {
	inTime(t, at(day+1, 1)(), func(t *testing.T, s store.Store) {
		d, e := &diary{takes: 5 * time.Hour}, &diary{}
		a, b := newRunner(s, "a", time.Now, d), newRunner(s, "b", time.Now, e)
		go func() { _ = a.Start(context.Background()) }() // the day before is due
		time.Sleep(2 * time.Minute)
		stopB := serve(t, b)
		time.Sleep(4*time.Hour + 30*time.Minute)
		if x := describe(t, b); x.Running == nil || x.Running.Process != "a" || x.LagDays != 1 || len(x.LastRuns) != 1 || x.LastRuns[0].Outcome != jobs.UnderWay {
			t.Errorf("while it runs: %+v", x)
		}
		wantDays(t, e)
		time.Sleep(29 * time.Minute)
		a.Stop() // it may have taken up the next day itself, and then gives it back
		time.Sleep(5 * time.Minute)
		stopB()
		wantDays(t, d, day)
		wantDays(t, e, day+1)
	})
}

// TestRunHasALimit proves that a run which hangs is ended after six hours and has
// failed, so that its job is free, and that its slot is tried again.
func TestRunHasALimit(t *testing.T) {
	inTime(t, at(day, 4)().Add(59*time.Minute), func(t *testing.T, s store.Store) {
		d := &diary{takes: 1000 * time.Hour}
		a := newRunner(s, "a", time.Now, d)
		if err := a.StartSchedule(context.Background()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(6*time.Hour + time.Minute - time.Second)
		wantRuns(t, a, "a RUNNING")
		time.Sleep(30 * time.Second)
		x := describe(t, a)
		if run := x.LastRuns[0]; run.Outcome != jobs.Failed || run.Error != "UNAVAILABLE" || run.EndedAt.Sub(run.StartedAt) != 6*time.Hour {
			t.Errorf("the run: %+v", run)
		}
		if x.Running != nil || !x.LastSlot.IsZero() || x.LagDays != 1 {
			t.Errorf("the job: %+v", x)
		}
		d.taking(0)
		time.Sleep(2 * time.Minute)
		a.Stop()
		wantDays(t, d, day)
		wantRuns(t, a, "a DONE", "a FAILED")
	})
}

// latestOnly is a runner of a diary that has no use for the days before the latest.
func latestOnly(s store.Store, process string, d *diary, log *slog.Logger) *jobs.Runner {
	return jobs.New(s, time.Now, process, log, jobs.Job{Name: "diary", Schedule: "0 5 * * *", LatestOnly: true, Work: d.work})
}

// TestOnlyTheLatestSlot proves that of the days missed by a job whose work has no use
// for the earlier ones the latest is run, also if it fails at first, that the log
// says once which were left out, and that no day is left out afterwards.
func TestOnlyTheLatestSlot(t *testing.T) {
	inTime(t, at(day-1, 4)(), func(t *testing.T, s store.Store) {
		d := &diary{}
		stop := serve(t, latestOnly(s, "a", d, quiet))
		time.Sleep(2 * time.Hour)
		stop()
		time.Sleep(3 * 24 * time.Hour)
		var log strings.Builder
		r := latestOnly(s, "b", d, slog.New(slog.NewTextHandler(&log, nil)))
		if x := describe(t, r); x.LastSlot != day-1 || x.LagDays != 3 {
			t.Errorf("before: %+v", x)
		}
		d.failing(true)
		stop = serve(t, r)
		d.failing(false)
		time.Sleep(2 * 24 * time.Hour)
		stop()
		wantDays(t, d, day-2, day-1, day+2, day+2, day+3, day+4) // the first start ran the day before
		if x := describe(t, r); x.LastSlot != day+4 || x.LagDays != 0 {
			t.Errorf("afterwards: %+v", x)
		}
		left := fmt.Sprintf("level=INFO msg=\"missed days are left out\" job=diary from=%s until=%s\n", day, day+2)
		if strings.Count(log.String(), "left out") != 1 || !strings.Contains(log.String(), left) {
			t.Errorf("the log: %s", log.String())
		}
	})
}

// TestWhichJobsNeedOnlyTheLatest proves of which jobs the days that were missed are
// caught up: of those that record something on cases.
func TestWhichJobsNeedOnlyTheLatest(t *testing.T) {
	var caughtUp []string
	for _, job := range []jobs.Job{jobs.ConsentExpiry(nil, nil), jobs.StallScan(nil, nil), jobs.Escalation(nil, nil),
		jobs.RollUp(nil, nil, nil), jobs.FollowUpReminders(nil, nil), jobs.RetentionOfLogs(nil)} {
		if !job.LatestOnly {
			caughtUp = append(caughtUp, job.Name)
		}
	}
	if want := []string{"consent-expiry", "stall-scan", "escalation"}; !slices.Equal(caughtUp, want) {
		t.Errorf("caught up are %v, want %v", caughtUp, want)
	}
}

// TestClockAhead proves that a process whose clock is three days ahead, and which has
// run what is still to come, does not keep the others from the days till then: each
// is run once by a process whose clock is right, which says once a day that a clock
// is wrong for as long as that process lives, and once if it has gone.
func TestClockAhead(t *testing.T) {
	for name, lives := range map[string]bool{"gone": false, "alive": true} {
		t.Run(name, func(t *testing.T) {
			inTime(t, at(day, 6)(), func(t *testing.T, s store.Store) {
				ahead := newRunner(s, "ahead", func() time.Time { return time.Now().Add(3 * 24 * time.Hour) }, &diary{})
				stop := serve(t, ahead)
				if !lives {
					stop()
				}
				var log strings.Builder
				d := &diary{}
				r := jobs.New(s, time.Now, "a", slog.New(slog.NewTextHandler(&log, nil)), jobs.Job{Name: "diary", Schedule: "0 5 * * *", Work: d.work})
				if x := describe(t, r); !x.LastSlot.IsZero() || x.LagDays != 1 {
					t.Errorf("before: %+v", x)
				}
				stopRight := serve(t, r)
				time.Sleep(2 * 24 * time.Hour)
				stopRight()
				if lives {
					stop()
				}
				wantDays(t, d, daysFrom(day, 3)...)
				if told, want := strings.Count(log.String(), "the clock of a process is wrong"), map[bool]int{false: 1, true: 3}[lives]; told != want {
					t.Errorf("it was told %d times, want %d: %s", told, want, log.String())
				}
			})
		})
	}
}

// TestClockAheadHoldsNobodyUp proves that a process whose clock is a month ahead, and
// which fails or dies while it runs, does not keep the others from the job till then.
func TestClockAheadHoldsNobodyUp(t *testing.T) {
	monthAhead := func() time.Time { return time.Now().Add(30 * 24 * time.Hour) }
	t.Run("it has failed", func(t *testing.T) {
		inTime(t, at(day, 6)(), func(t *testing.T, s store.Store) {
			start(t, newRunner(s, "ahead", monthAhead, &diary{fail: true}))
			d := &diary{}
			stop := serve(t, newRunner(s, "a", time.Now, d))
			time.Sleep(2 * time.Minute)
			stop()
			wantDays(t, d, day)
		})
	})
	t.Run("it has died", func(t *testing.T) {
		s, d := openStore(t), &diary{}
		letGo := hold(s, "ahead", at(day+30, 6))
		byHand(t, newRunner(s, "a", at(day, 6), d), "", day)
		wantDays(t, d, day)
		if err := letGo(); err != nil {
			t.Error(err)
		}
	})
}

// TestStoreAwayAtTheEnd proves that a run whose end cannot be recorded for a moment
// is recorded, and that one which cannot be at all is an answer to whoever asked for
// it, since it was, and shows as abandoned.
func TestStoreAwayAtTheEnd(t *testing.T) {
	for away, want := range map[time.Duration]string{5 * time.Second: "a DONE", time.Hour: "a ABANDONED"} {
		t.Run(away.String(), func(t *testing.T) {
			inTime(t, at(day, 6)(), func(t *testing.T, s store.Store) {
				m := &machine{Store: s}
				d := &diary{began: make(chan struct{}), hold: make(chan struct{})}
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					if run := byHand(t, newRunner(m, "a", time.Now, d), "", day); run.Outcome != jobs.Done {
						t.Errorf("the run: %+v", run)
					}
				}()
				<-d.began
				m.paused.Store(true)
				close(d.hold)
				began := time.Now()
				time.Sleep(away)
				m.paused.Store(false)
				<-ended
				if took := time.Since(began); took > max(away, 10*time.Second)+time.Second {
					t.Errorf("it took %v to record the run", took)
				}
				wantRuns(t, newRunner(s, "b", time.Now, &diary{}), want)
			})
		})
	}
}

// panicking is a store that panics when a lease is read, for as long as it is told to.
type panicking struct {
	store.Store
	on atomic.Bool
}

func (p *panicking) Get(ctx context.Context, c store.Collection, id string) (store.Document, error) {
	if p.on.Load() {
		panic("somebody's name")
	}
	return p.Store.Get(ctx, c, id)
}

// TestPanicOutsideTheWork proves that a panic besides that of a job's own work ends
// neither the process nor the schedule, and that what it says is told nowhere.
func TestPanicOutsideTheWork(t *testing.T) {
	inTime(t, at(day, 6)(), func(t *testing.T, s store.Store) {
		var log strings.Builder
		p, d := &panicking{Store: s}, &diary{}
		p.on.Store(true)
		stop := serve(t, jobs.New(p, time.Now, "a", slog.New(slog.NewTextHandler(&log, nil)), jobs.Job{Name: "diary", Schedule: "0 5 * * *", Work: d.work}))
		time.Sleep(90 * time.Second)
		p.on.Store(false)
		time.Sleep(time.Minute)
		stop()
		wantDays(t, d, day)
		if strings.Count(log.String(), "panicked") != 2 || !strings.Contains(log.String(), "with=string") || strings.Contains(log.String(), "somebody") {
			t.Errorf("the log: %s", log.String())
		}
	})
}

// machine is a process's way to its store. While it is paused nothing gets through,
// as when the machine of a process stands still.
type machine struct {
	store.Store
	paused atomic.Bool
}

func (m *machine) Append(ctx context.Context, c store.Collection, change store.Change) error {
	if m.paused.Load() {
		return fault.New(fault.Unavailable, "append %s: the machine is paused", change.ID)
	}
	return m.Store.Append(ctx, c, change)
}

// TestPausedLeader proves that a process which stands still in the middle of a run
// loses it to another within two minutes, shows as having abandoned it, and does
// no harm when it wakes: it ends its own run, and leaves the lease to its successor.
func TestPausedLeader(t *testing.T) {
	inTime(t, at(day, 4)().Add(59*time.Minute), func(t *testing.T, s store.Store) {
		m := &machine{Store: s}
		d := &diary{began: make(chan struct{}), hold: make(chan struct{})}
		e := &diary{began: make(chan struct{}), hold: make(chan struct{})}
		a, b, c := newRunner(m, "a", time.Now, d), newRunner(s, "b", time.Now, e), newRunner(s, "c", time.Now, &diary{})
		if err := a.StartSchedule(context.Background()); err != nil {
			t.Fatal(err)
		}
		<-d.began
		time.Sleep(5 * time.Minute)
		m.paused.Store(true)
		paused := time.Now()
		stopB := serve(t, b)
		<-e.began
		if took := time.Since(paused); took < 30*time.Second || took > 2*time.Minute+time.Second {
			t.Errorf("it was taken up after %v", took)
		}
		wantRuns(t, c, "b RUNNING", "a ABANDONED")
		m.paused.Store(false)
		time.Sleep(time.Minute)
		close(d.hold)
		synctest.Wait()
		wantRuns(t, c, "b RUNNING", "a DONE")
		time.Sleep(10 * time.Minute)
		if _, err := c.RunNow(t.Context(), jobs.RunInput{Name: "diary", AsOf: day}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the lease of b is free: %v", err)
		}
		if x := describe(t, c); x.Running == nil || x.Running.Process != "b" || !x.LastSlot.IsZero() {
			t.Errorf("while b runs: %+v", x)
		}
		close(e.hold)
		synctest.Wait()
		wantRuns(t, c, "b DONE", "a DONE")
		if x := describe(t, c); x.Running != nil || x.LastSlot != day {
			t.Errorf("afterwards: %+v", x)
		}
		a.Stop()
		stopB()
		wantDays(t, d, day)
		wantDays(t, e, day)
	})
}

// wantRuns compares the last runs, the newest first, by process and outcome.
func wantRuns(t *testing.T, r *jobs.Runner, want ...string) {
	t.Helper()
	var got []string
	for _, run := range describe(t, r).LastRuns {
		got = append(got, fmt.Sprintf("%s %s", run.Process, run.Outcome))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the runs are %v, want %v", got, want)
	}
}
