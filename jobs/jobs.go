// Package jobs runs the programme's scheduled work: it finds when a job is due,
// takes the lease, calls a service with the day for which it runs, and records
// what came of it. It asks no questions of its own.
package jobs

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/robfig/cron/v3"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// Job is one scheduled job. Its slots are the days on which its schedule fires,
// each at the first time that it does: whatever the schedule says, a day is run
// once. Its work must be harmless to do twice for one day, must end when its
// context does, which is after six hours at the latest, and then return an error.
// Work that does not cannot be stopped, and keeps the job from being run again.
type Job struct {
	Name        string
	Description string
	Schedule    string // five fields of cron, in the runner's zone
	LatestOnly  bool   // of the slots that were missed only the latest is run: the work has no use for the days before
	Work        func(ctx context.Context, asOf calendar.Day) ([]Count, error)
}

// Count is one number of a run.
type Count struct {
	Name  string `json:"name"`
	Value int    `json:"value"`
}

// Description is a job as it is shown.
type Description struct {
	Name        string
	Description string
	Schedule    string
	NextRunAt   time.Time    // zero where the schedule never fires again
	LastSlot    calendar.Day // the last slot that was done; zero where none was
	LagDays     int          // from the last slot done to the last due, in days; 1 where none was done
	Running     *Running     // nil where it does not run

	lease lease // as it was read
}

// Running says who runs a job.
type Running struct {
	Process string
	Since   time.Time
}

// RunInput asks for a run by hand.
type RunInput struct {
	RequestID string
	Name      string
	AsOf      calendar.Day
}

// RunPayload is the answer to a run by hand.
type RunPayload struct{ Run Run }

// Runner runs jobs. It is safe for concurrent use.
type Runner struct {
	// Zone is the zone of the schedules and of what day it is. It is
	// calendar.Zone unless it is changed before the runner is used.
	Zone *time.Location

	store   store.Store
	jobs    []Job
	now     func() time.Time
	process string
	log     *slog.Logger

	mu       sync.Mutex
	life     context.Context // done once Stop is called; every run ends with it
	end      context.CancelFunc
	underWay sync.WaitGroup // the runs
	cron     *cron.Cron     // nil where this process runs no schedule
}

// New returns a runner of the jobs. The process is a name for this one among
// those that share the store.
func New(s store.Store, now func() time.Time, process string, log *slog.Logger, jobs ...Job) *Runner {
	life, end := context.WithCancel(context.Background())
	return &Runner{Zone: calendar.Zone, store: s, jobs: jobs, now: now, process: process, log: log, life: life, end: end}
}

// Describe returns all jobs; LastRuns has the runs of each.
func (r *Runner) Describe(ctx context.Context, actor access.Actor) ([]Description, error) {
	if err := actor.PermitProgramme(access.ReadJobs); err != nil {
		return nil, err
	}
	return r.List(ctx)
}

// List is Describe for an operator. It writes nothing.
func (r *Runner) List(ctx context.Context) ([]Description, error) {
	out := make([]Description, len(r.jobs))
	for i, job := range r.jobs {
		var err error
		if out[i], err = r.describe(ctx, job); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *Runner) describe(ctx context.Context, job Job) (Description, error) {
	d := Description{Name: job.Name, Description: job.Description, Schedule: job.Schedule}
	s, err := readSchedule(job, r.Zone)
	if err != nil {
		return d, err
	}
	if _, d.lease, err = r.leaseNow(ctx, job.Name); err != nil {
		return d, err
	}
	now := r.now()
	d.NextRunAt, d.LastSlot = s.next(now), r.lastSlot(d.lease)
	d.LagDays = s.lag(d.LastSlot, now)
	if !d.lease.held(now) {
		return d, nil
	}
	switch run, err := r.runOf(ctx, job.Name, d.lease.Term, d.lease); {
	case fault.Is(err, fault.NotFound): // it is not on record yet
	case err != nil:
		return d, err
	case run.Outcome == UnderWay:
		d.Running = &Running{Process: run.Process, Since: run.StartedAt}
	}
	return d, nil
}

// RunAs runs a job by hand for somebody. A run that has begun goes on when the
// request that asked for it ends.
func (r *Runner) RunAs(ctx context.Context, actor access.Actor, in RunInput) (*RunPayload, error) {
	if err := actor.PermitProgramme(access.RunJob); err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(in.RequestID); n == 0 || n > 128 {
		return nil, fault.Input("requestId", "must have 1 to 128 characters")
	}
	in.RequestID = id.RequestKey(actor.Worker, in.RequestID) // each worker's own
	run, err := r.RunNow(context.WithoutCancel(ctx), in)
	return &RunPayload{run}, err
}

// RunNow runs a job by hand and waits for its end. A run that failed is an
// answer, not an error; errors say that there was no run, and Conflict that one
// is under way. A day that was run already is run again, but a requestId that
// was sent before gets the run of that time: of the last 64 that were sent for
// the job, and unless that run was abandoned.
func (r *Runner) RunNow(ctx context.Context, in RunInput) (Run, error) {
	job, err := r.find(in.Name)
	if err != nil {
		return Run{}, err
	}
	if today := dayIn(r.Zone, r.now()); in.AsOf > today {
		return Run{}, fault.Input("asOf", "%s is in the future; today is %s", in.AsOf, today)
	}
	for {
		run, err := r.runOnce(ctx, job, in)
		if !errors.Is(err, errOutdated) {
			return run, err
		} // else a run has begun or ended since the lease was read: this one, perhaps
	}
}

// runOnce returns the run of the request, which it makes where there is none.
func (r *Runner) runOnce(ctx context.Context, job Job, in RunInput) (Run, error) {
	doc, l, err := r.leaseOf(ctx, job.Name)
	if err != nil {
		return Run{}, err
	}
	if run, err := r.runOf(ctx, job.Name, l.termOf(in.RequestID), l); !fault.Is(err, fault.NotFound) {
		switch {
		case err != nil:
			return Run{}, err
		case run.Outcome == UnderWay:
			return Run{}, errRunning
		case run.Outcome != Abandoned:
			return run, nil
		}
	}
	due, err := r.dueSlot(job, l, 0)
	if err != nil {
		return Run{}, err
	}
	return r.run(ctx, job, task{asOf: in.AsOf, key: in.RequestID, slot: in.AsOf == due.slot}, doc, l)
}

func (r *Runner) find(name string) (Job, error) {
	i := slices.IndexFunc(r.jobs, func(j Job) bool { return j.Name == name })
	if i < 0 {
		return Job{}, fault.Input("name", "there is no such job")
	}
	return r.jobs[i], nil
}

// instant is the present as it is recorded.
func (r *Runner) instant() time.Time { return r.now().UTC().Truncate(time.Millisecond) }
