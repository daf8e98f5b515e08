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
	for _, job := range r.jobs {
		r.slots(ctx, job, 0)
	}
	return r.schedule(ctx, func(Job) (calendar.Day, error) { return 0, nil })
}

// StartSchedule runs every job on its schedule, but no slot that is due already,
// until Stop or the context's end.
func (r *Runner) StartSchedule(ctx context.Context) error {
	return r.schedule(ctx, func(job Job) (calendar.Day, error) {
		s, err := readSchedule(job, r.Zone)
		if err != nil {
			return 0, err
		}
		return s.latest(r.now()), nil
	})
}

// schedule begins to look at every job when its schedule says, and every minute
// besides, for slots after the one that floor returns.
func (r *Runner) schedule(ctx context.Context, floor func(Job) (calendar.Day, error)) error {
	log := cronLog{r.log}
	c := cron.New(cron.WithLocation(r.Zone), cron.WithLogger(log))
	for _, job := range r.jobs {
		after, err := floor(job)
		if err != nil {
			return err
		}
		s, err := readSchedule(job, r.Zone)
		if err != nil {
			return err
		}
		// Recover stands inside: a panic that went through SkipIfStillRunning
		// would keep its place, and the job would never run again. Both clocks
		// share one skip.
		looking := cron.NewChain(cron.SkipIfStillRunning(log), cron.Recover(log)).
			Then(cron.FuncJob(func() { r.slots(ctx, job, after) }))
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
// done, in order, until one fails.
func (r *Runner) slots(ctx context.Context, job Job, floor calendar.Day) {
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

// nextSlot runs the first slot that is due, and reports whether there was one.
func (r *Runner) nextSlot(ctx context.Context, job Job, floor calendar.Day) (bool, error) {
	doc, l, err := r.leaseOf(ctx, job.Name)
	if err != nil {
		return false, err
	}
	d, err := r.dueSlot(job, l, floor)
	if now := r.now(); err != nil || d.slot.IsZero() || l.held(now) || now.Before(l.RetryAt) {
		return false, err
	}
	if !d.missed.IsZero() {
		r.log.WarnContext(ctx, "missed days are too old to catch up", "job", job.Name, "from", d.missed.String(), "until", d.slot.String())
	}
	run, err := r.run(ctx, job, task{asOf: d.slot, slot: true}, doc, l)
	if errors.Is(err, errOutdated) {
		return true, nil // look again
	}
	if err == nil && run.Outcome != Done {
		err = fmt.Errorf("the run of %s is %s", d.slot, run.Outcome)
	}
	return true, err
}

// dueSlot returns what is due of a job after the floor.
func (r *Runner) dueSlot(job Job, l lease, floor calendar.Day) (due, error) {
	s, err := readSchedule(job, r.Zone)
	if err != nil {
		return due{}, err
	}
	return s.first(max(l.LastSlot, floor), r.now()), nil
}

// cronLog hands cron's own messages to the log.
type cronLog struct{ log *slog.Logger }

// Info implements cron.Logger.
func (c cronLog) Info(msg string, kv ...any) { c.log.Debug("cron: "+msg, kv...) }

// Error implements cron.Logger.
func (c cronLog) Error(err error, msg string, kv ...any) {
	c.log.Error("cron: "+msg, append(kv, "error", err)...)
}
