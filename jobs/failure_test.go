package jobs_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"onward/jobs"
	"onward/services/fault"
	"onward/services/store"
)

// TestFailedSlotIsTriedAgain proves that a slot which fails is tried again after
// pauses that grow to an hour, also by a process that starts meanwhile, and that
// the next slot begins anew.
func TestFailedSlotIsTriedAgain(t *testing.T) {
	inTime(t, at(day, 4)().Add(59*time.Minute), func(t *testing.T, s store.Store) {
		d := &diary{fail: true}
		a, b := newRunner(s, "a", time.Now, d), newRunner(s, "b", time.Now, d)
		if err := a.StartSchedule(context.Background()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(40 * time.Minute)
		stopB := serve(t, b)
		time.Sleep(4 * time.Hour)
		began := d.begun()
		for i, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			if gap := began[i+1].Sub(began[i]); gap < pause*time.Minute || gap > (pause+1)*time.Minute+time.Second {
				t.Errorf("pause %d took %v, want %d minutes", i+1, gap, pause)
			}
		}
		if x := describe(t, a); !x.LastSlot.IsZero() || x.LagDays != 1 || x.LastRuns[0].Error != "INTERNAL" {
			t.Errorf("while it fails: %+v", x)
		}
		d.failing(false)
		time.Sleep(time.Hour + time.Minute)
		if x := describe(t, a); x.LastSlot != day || x.LagDays != 0 {
			t.Errorf("once it does not: %+v", x)
		}
		d.failing(true)
		time.Sleep(24 * time.Hour)
		a.Stop()
		stopB()
		began = d.begun()
		n := slices.IndexFunc(began, func(t time.Time) bool { return t.After(at(day+1, 4)()) })
		if gap := began[n+1].Sub(began[n]); gap > 2*time.Minute+time.Second {
			t.Errorf("the first pause of the next slot took %v", gap)
		}
	})
}

// TestStopEndsARun proves that a run sees the stop of its process, is recorded as
// abandoned, and that its slot stays due and is taken up at the next start; and
// that nothing runs once a process was stopped.
func TestStopEndsARun(t *testing.T) {
	inTime(t, at(day, 4)().Add(59*time.Minute), func(t *testing.T, s store.Store) {
		ctx, cancel := context.WithCancel(context.Background())
		d := &diary{takes: time.Hour}
		a := newRunner(s, "a", time.Now, d)
		if err := a.StartSchedule(ctx); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		cancel()
		a.Stop()
		stopped := time.Now()
		x := describe(t, a)
		if run := x.LastRuns[0]; run.Outcome != jobs.Abandoned || !run.EndedAt.Equal(stopped.Truncate(time.Millisecond)) || run.Error != "" {
			t.Errorf("the run: %+v", run)
		}
		if x.Running != nil || x.LagDays != 1 {
			t.Errorf("the job: %+v", x)
		}
		if _, err := a.RunNow(context.Background(), jobs.RunInput{Name: "diary", AsOf: day}); !fault.Is(err, fault.Unavailable) {
			t.Errorf("a run by hand after the stop: %v", err)
		}
		time.Sleep(48 * time.Hour)
		if err := a.Start(context.Background()); err != nil || len(d.begun()) != 1 {
			t.Errorf("after the stop: began %v %v", d.begun(), err)
		}

		e := &diary{takes: time.Hour}
		b := newRunner(s, "b", time.Now, e)
		began := time.Now()
		go func() { _ = b.Start(context.Background()) }()
		time.Sleep(time.Minute)
		b.Stop()
		if got := e.begun(); len(got) != 1 || !got[0].Equal(began) {
			t.Errorf("the next start began %v", got)
		}
		wantDays(t, d)
		wantDays(t, e)
		wantRuns(t, b, "b ABANDONED", "a ABANDONED")
	})
}

// TestStopEndsARunByHand proves that a run by hand, which its request's end leaves
// alone, ends with its process, and that the same request then makes another.
func TestStopEndsARunByHand(t *testing.T) {
	inTime(t, at(day, 6)(), func(t *testing.T, s store.Store) {
		request, cancel := context.WithCancel(context.Background())
		in := jobs.RunInput{RequestID: "one", Name: "diary", AsOf: day}
		ended := make(chan *jobs.RunPayload)
		a := newRunner(s, "a", time.Now, &diary{takes: time.Hour})
		go func() {
			p, err := a.RunAs(request, supervisor, in)
			if err != nil {
				t.Error(err)
			}
			ended <- p
		}()
		time.Sleep(time.Minute)
		cancel()
		time.Sleep(10 * time.Minute)
		if x := describe(t, a); x.Running == nil {
			t.Error("the run ended with its request")
		}
		go a.Stop()
		if p := <-ended; p.Run.Outcome != jobs.Abandoned {
			t.Errorf("the run: %+v", p.Run)
		}
		p, err := newRunner(s, "b", time.Now, &diary{}).RunAs(context.Background(), supervisor, in)
		if err != nil || p.Run.Outcome != jobs.Done || p.Run.Process != "b" {
			t.Errorf("again: %+v %v", p, err)
		}
	})
}

// TestCrashesAreTriedLess proves that a slot which kills its process is taken up
// within two minutes, and after ever longer pauses if it does so again.
func TestCrashesAreTriedLess(t *testing.T) {
	inTime(t, at(day, 6)(), func(t *testing.T, s store.Store) {
		began := []time.Time{}
		for i := range 5 {
			m, d := &machine{Store: s}, &diary{began: make(chan struct{}), hold: make(chan struct{})}
			r := newRunner(m, fmt.Sprint("process ", i), time.Now, d)
			go func() { _ = r.Start(context.Background()) }()
			defer func() {
				close(d.hold)
				r.Stop()
			}()
			<-d.began
			began = append(began, time.Now())
			m.paused.Store(true) // for good: it is dead
		}
		for i, least := range []time.Duration{1, 2, 4, 8} {
			if gap := began[i+1].Sub(began[i]); gap < least*time.Minute || gap > (least+1)*time.Minute+time.Second {
				t.Errorf("try %d came after %v, want %d minutes", i+2, gap, least)
			}
		}
		if got := len(describe(t, newRunner(s, "c", time.Now, &diary{})).LastRuns); got != 5 {
			t.Errorf("%d runs are on record", got)
		}
	})
}
