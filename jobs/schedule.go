package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"onward/services/calendar"
	"onward/services/fault"
)

// catchUpDays is how many missed days are caught up; older ones are logged and
// left, since a scan of today finds whatever is still wrong.
const catchUpDays = 31

// Start catches up the days that were missed and then runs every job on its
// schedule, until Stop. It returns when the missed days are caught up.
func (r *Runner) Start(ctx context.Context) error {
	for _, job := range r.jobs {
		r.slots(ctx, job)
	}
	return r.StartSchedule(ctx)
}

// StartSchedule runs every job on its schedule from now on, until Stop.
func (r *Runner) StartSchedule(ctx context.Context) error {
	log := cronLog{r.log}
	r.cron = cron.New(cron.WithLocation(calendar.Zone), cron.WithLogger(log),
		cron.WithChain(cron.Recover(log), cron.SkipIfStillRunning(log)))
	for _, job := range r.jobs {
		if _, err := r.cron.AddFunc(job.Schedule, func() { r.slots(ctx, job) }); err != nil {
			return fault.Wrap(fault.Internal, err, "schedule job %s", job.Name)
		}
	}
	r.cron.Start()
	return nil
}

// Stop ends the schedule and waits for the runs under way.
func (r *Runner) Stop() {
	if r.cron != nil {
		<-r.cron.Stop().Done()
	}
}

// slots runs a job for every day that is due and has not been run, in order.
func (r *Runner) slots(ctx context.Context, job Job) {
	for ctx.Err() == nil {
		more, err := r.nextSlot(ctx, job)
		if err != nil {
			r.log.WarnContext(ctx, "job not run", "job", job.Name, "error", err)
		}
		if err != nil || !more {
			return
		}
	}
}

// nextSlot runs the first day that is due, and reports whether there was one.
func (r *Runner) nextSlot(ctx context.Context, job Job) (bool, error) {
	doc, err := r.read(ctx, job.Name)
	if err != nil {
		return false, err
	}
	l, err := leaseOf(doc)
	if err != nil {
		return false, err
	}
	latest, err := LatestSlot(job.Schedule, r.now())
	if err != nil {
		return false, err
	}
	day := l.LastSlot + 1
	switch {
	case l.LastSlot.IsZero():
		day = latest
	case day <= latest-catchUpDays:
		r.log.WarnContext(ctx, "missed days are too old to catch up", "job", job.Name, "from", day.String(), "to", (latest - catchUpDays).String())
		day = latest - catchUpDays + 1
	}
	if day > latest {
		return false, nil
	}
	run, err := r.run(ctx, job, day, "", doc)
	if errors.Is(err, errOutdated) {
		return true, nil // look again
	}
	if err == nil && run.Outcome == Failed {
		err = fmt.Errorf("run of %s failed: %s", day, run.Error)
	}
	return true, err
}

// LatestSlot returns the last day whose scheduled moment has come.
func LatestSlot(schedule string, now time.Time) (calendar.Day, error) {
	s, err := cron.ParseStandard(schedule)
	if err != nil {
		return 0, fault.Wrap(fault.Internal, err, "read schedule %q", schedule)
	}
	today := calendar.DayOf(now)
	if s.Next(today.Start().Add(-time.Second)).After(now) {
		return today - 1, nil
	}
	return today, nil
}

// cronLog hands cron's own messages to the log.
type cronLog struct{ log *slog.Logger }

// Info implements cron.Logger.
func (c cronLog) Info(msg string, kv ...any) { c.log.Debug("cron: "+msg, kv...) }

// Error implements cron.Logger.
func (c cronLog) Error(err error, msg string, kv ...any) {
	c.log.Error("cron: "+msg, append(kv, "error", err)...)
}
