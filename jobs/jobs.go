// Package jobs runs the programme's scheduled work: it finds when a job is due,
// takes the lease, calls a service with the day for which it runs, and records
// what came of it. It asks no questions of its own.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/robfig/cron/v3"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
)

// Job is one scheduled job. Its work must be harmless to do twice for one day.
type Job struct {
	Name        string
	Description string
	Schedule    string // five fields of cron, in the programme's zone
	Work        func(ctx context.Context, asOf calendar.Day) ([]Count, error)
}

// Count is one number of a run.
type Count struct {
	Name  string `json:"name"`
	Value int    `json:"value"`
}

// Outcome is how a run ended.
type Outcome string

// The outcomes.
const (
	Done   Outcome = "DONE"
	Failed Outcome = "FAILED"
)

// Run is one run of a job.
type Run struct {
	AsOf      calendar.Day `json:"asOf"`
	StartedAt time.Time    `json:"startedAt"`
	EndedAt   time.Time    `json:"endedAt"`
	Outcome   Outcome      `json:"outcome"`
	Counts    []Count      `json:"counts,omitempty"`
	Error     string       `json:"error,omitempty"`
	Process   string       `json:"process"`
}

// Description is a job as it is shown.
type Description struct {
	Name        string
	Description string
	Schedule    string
	NextRunAt   time.Time // zero where this process runs no schedule
	LastRuns    []Run     // the newest first
}

// RunInput asks for a run by hand.
type RunInput struct {
	RequestID string
	Name      string
	AsOf      calendar.Day
}

// RunPayload is the answer to a run by hand.
type RunPayload struct{ Run Run }

// shownRuns is how many runs a description has.
const shownRuns = 20

// Runner runs jobs.
type Runner struct {
	store   store.Store
	jobs    []Job
	now     func() time.Time
	process string
	log     *slog.Logger
	cron    *cron.Cron
}

// New returns a runner of the jobs. The process is a name for this one among
// those that share the store.
func New(s store.Store, now func() time.Time, process string, log *slog.Logger, jobs ...Job) *Runner {
	return &Runner{store: s, jobs: jobs, now: now, process: process, log: log}
}

// Describe returns all jobs with their last runs.
func (r *Runner) Describe(ctx context.Context, actor access.Actor) ([]Description, error) {
	if err := actor.PermitProgramme(access.ReadJobs); err != nil {
		return nil, err
	}
	out := make([]Description, len(r.jobs))
	for i, j := range r.jobs {
		doc, err := r.read(ctx, j.Name)
		if err != nil {
			return nil, err
		}
		runs, err := runsOf(doc)
		if err != nil {
			return nil, err
		}
		slices.Reverse(runs)
		out[i] = Description{
			Name: j.Name, Description: j.Description, Schedule: j.Schedule,
			NextRunAt: r.nextRun(i), LastRuns: runs[:min(len(runs), shownRuns)],
		}
	}
	return out, nil
}

func (r *Runner) nextRun(i int) time.Time {
	if r.cron == nil || i >= len(r.cron.Entries()) {
		return time.Time{}
	}
	schedule, err := cron.ParseStandard(r.jobs[i].Schedule)
	if err != nil {
		return time.Time{}
	}
	return schedule.Next(r.now().In(calendar.Zone))
}

func runsOf(doc store.Document) ([]Run, error) {
	runs := make([]Run, len(doc.History))
	for i, e := range doc.History {
		if err := json.Unmarshal(e.Data, &runs[i]); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "read run %d of %s", i, doc.ID)
		}
	}
	return runs, nil
}

// RunAs runs a job by hand for somebody. A run that has begun goes on when the
// request that asked for it ends, for as long as the lease.
func (r *Runner) RunAs(ctx context.Context, actor access.Actor, in RunInput) (*RunPayload, error) {
	if err := actor.PermitProgramme(access.RunJob); err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(in.RequestID); n == 0 || n > 128 {
		return nil, fault.Input("requestId", "must have 1 to 128 characters")
	}
	in.RequestID = string(actor.Worker) + "/" + in.RequestID // each worker's own
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTime)
	defer cancel()
	run, err := r.RunNow(ctx, in)
	return &RunPayload{run}, err
}

// RunNow runs a job by hand and waits for its end. A run that failed is an
// answer, not an error; errors say that there was no run. A requestId that was
// sent before gets the run of that time.
func (r *Runner) RunNow(ctx context.Context, in RunInput) (Run, error) {
	job, ok := r.find(in.Name)
	if !ok {
		return Run{}, fault.Input("name", "there is no job %.40q", in.Name)
	}
	if today := calendar.DayOf(r.now()); in.AsOf > today {
		return Run{}, fault.Input("asOf", "%s is in the future; today is %s", in.AsOf, today)
	}
	doc, err := r.read(ctx, job.Name)
	if err != nil {
		return Run{}, err
	}
	runs, err := runsOf(doc)
	if err != nil {
		return Run{}, err
	}
	for i, e := range doc.History {
		if e.Key == in.RequestID && in.RequestID != "" {
			return runs[i], nil
		}
	}
	run, err := r.run(ctx, job, in.AsOf, in.RequestID, doc)
	if errors.Is(err, errOutdated) { // a run has ended since the document was read: this one, perhaps
		return r.RunNow(ctx, in)
	}
	return run, err
}

func (r *Runner) find(name string) (Job, bool) {
	i := slices.IndexFunc(r.jobs, func(j Job) bool { return j.Name == name })
	if i < 0 {
		return Job{}, false
	}
	return r.jobs[i], true
}

// run takes the lease, does the work and records the run.
func (r *Runner) run(ctx context.Context, job Job, asOf calendar.Day, key string, doc store.Document) (Run, error) {
	held, err := r.acquire(ctx, doc)
	if err != nil {
		return Run{}, err
	}
	run := Run{AsOf: asOf, StartedAt: r.instant(), Outcome: Done, Process: r.process}
	run.Counts, err = work(ctx, job, asOf)
	if err != nil {
		run.Outcome, run.Error = Failed, string(fault.KindOf(err))
		r.log.ErrorContext(ctx, "job failed", "job", job.Name, "asOf", asOf.String(), "error", err)
	}
	run.EndedAt = r.instant()
	// A run that was cut short is recorded all the same.
	if err := r.release(context.WithoutCancel(ctx), held, run, key); err != nil {
		return Run{}, err
	}
	r.log.InfoContext(ctx, "job ran", "job", job.Name, "asOf", asOf.String(), "outcome", string(run.Outcome), "counts", fmt.Sprint(run.Counts))
	return run, nil
}

// work calls the job and turns a panic into an error.
func work(ctx context.Context, job Job, asOf calendar.Day) (counts []Count, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Internal, "job %s panicked: %v", job.Name, p)
		}
	}()
	return job.Work(ctx, asOf)
}

func (r *Runner) instant() time.Time { return r.now().UTC().Truncate(time.Millisecond) }
