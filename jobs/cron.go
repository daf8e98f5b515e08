package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"onward/services/calendar"
)

// look is how often the schedule looks for slots that are due and not done [J]:
// their process has died, they failed, or the clock was put.
const look = time.Minute

// Start catches up the slots that were missed and then runs every job on its
// schedule, until Stop or the context's end. It returns when they are caught up;
// what another process runs, or what fails, is looked for again every minute.
func (r *Runner) Start(ctx context.Context) error {
	floors := make([]calendar.Day, len(r.jobs))
	for i, job := range r.jobs {
		r.slots(ctx, job, &floors[i])
	}
	return r.schedule(ctx, floors)
}

// StartSchedule runs every job on its schedule, but no slot that is due already,
// until Stop or the context's end.
func (r *Runner) StartSchedule(ctx context.Context) error {
	floors := make([]calendar.Day, len(r.jobs))
	for i, job := range r.jobs {
		s, err := readSchedule(job, r.Zone)
		if err != nil {
			return err
		}
		floors[i] = s.latest(r.now())
	}
	return r.schedule(ctx, floors)
}

// schedule begins to look at every job when its schedule says, and every minute
// besides, for slots after its floor.
func (r *Runner) schedule(ctx context.Context, floors []calendar.Day) error {
	log := cronLog{r.log}
	c := cron.New(cron.WithLocation(r.Zone), cron.WithLogger(log))
	for i, job := range r.jobs {
		s, err := readSchedule(job, r.Zone)
		if err != nil {
			return err
		}
		// Both clocks share one skip. A panic that went through it would keep its
		// place, and the job would never run again: slots lets none out.
		looking := cron.NewChain(cron.SkipIfStillRunning(log)).
			Then(cron.FuncJob(func() { r.slots(ctx, job, &floors[i]) }))
		c.Schedule(s.spec, looking)
		c.Schedule(cron.Every(look), looking)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.life.Err() == nil {
		r.cron = c
		c.Start()
	}
	return nil
}

// Stop ends the schedule and the runs, those by hand too, and returns when they
// have recorded that they were stopped. No run begins after it was called.
func (r *Runner) Stop() {
	r.mu.Lock()
	r.end()
	c := r.cron
	r.mu.Unlock()
	if c != nil {
		<-c.Stop().Done()
	}
	r.underWay.Wait()
}

// slots runs a job for every slot after the floor that is due and has not been
// done, in order, until one fails. Of a panic the log has only the type, since what
// it says may be of a case.
func (r *Runner) slots(ctx context.Context, job Job, floor *calendar.Day) {
	defer func() {
		if p := recover(); p != nil {
			r.log.ErrorContext(ctx, "looking for slots panicked", "job", job.Name, "with", fmt.Sprintf("%T", p))
		}
	}()
	for ctx.Err() == nil && r.life.Err() == nil {
		more, err := r.nextSlot(ctx, job, floor)
		if err != nil && ctx.Err() == nil && r.life.Err() == nil {
			r.log.WarnContext(ctx, "job not run", "job", job.Name, "error", err)
		}
		if err != nil || !more {
			return
		}
	}
}

// nextSlot runs the first slot that is due, and reports whether to look for another.
func (r *Runner) nextSlot(ctx context.Context, job Job, floor *calendar.Day) (bool, error) {
	doc, l, err := r.leaseOf(ctx, job.Name)
	if err != nil {
		return false, err
	}
	d, err := r.dueSlot(job, l, *floor)
	if now := r.now(); err != nil || d.slot.IsZero() || l.held(now) || l.pausing(now) {
		return false, err
	}
	ahead := r.lastSlot(l) != l.LastSlot
	run, err := r.run(ctx, job, task{asOf: d.slot, slot: true}, doc, l)
	if errors.Is(err, errOutdated) {
		return true, nil // look again
	}
	if err != nil || run.Outcome != Done {
		return false, err // the run is in the log
	}
	if !d.missed.IsZero() {
		r.log.Log(ctx, leftOut(job), "missed days are left out", "job", job.Name, "from", d.missed.String(), "until", d.slot.String())
	}
	if ahead {
		r.log.WarnContext(ctx, "the last slot was still to come: the clock of a process is wrong", "job", job.Name, "lastSlot", l.LastSlot.String(), "ran", d.slot.String())
		*floor = d.slot // if that process lives, the two would else undo each other's work every minute
	}
	return true, nil
}

// leftOut is how grave it is that days are left out: on purpose, or for their age.
func leftOut(job Job) slog.Level {
	if job.LatestOnly {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

// dueSlot returns what is due of a job after the floor.
func (r *Runner) dueSlot(job Job, l lease, floor calendar.Day) (due, error) {
	s, err := readSchedule(job, r.Zone)
	if err != nil {
		return due{}, err
	}
	return s.first(max(r.lastSlot(l), floor), r.now()), nil
}

// clockSlack is how far ahead the clock of another process may be, or this one's
// before it was put [J]: a slot that was run so early is not run again, and a lease
// or a pause of such a clock holds.
const clockSlack = 12 * time.Hour

// lastSlot returns the last slot that was done, or zero where that cannot be: it is
// a day that will not have begun for long, and a job that waited for it would not
// run till then.
func (r *Runner) lastSlot(l lease) calendar.Day {
	if l.LastSlot > dayIn(r.Zone, r.now().Add(clockSlack)) {
		return 0
	}
	return l.LastSlot
}

// cronLog hands cron's own messages to the log.
type cronLog struct{ log *slog.Logger }

// Info implements cron.Logger.
func (c cronLog) Info(msg string, kv ...any) { c.log.Debug("cron: "+msg, kv...) }

// Error implements cron.Logger.
func (c cronLog) Error(err error, msg string, kv ...any) {
	c.log.Error("cron: "+msg, append(kv, "error", err)...)
}
