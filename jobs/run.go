package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
)

// Outcome is how a run ended.
type Outcome string

// The outcomes.
const (
	UnderWay  Outcome = "RUNNING"   // it has not ended
	Done      Outcome = "DONE"      // it did everything
	Failed    Outcome = "FAILED"    // it stopped; what it had done stays done
	Abandoned Outcome = "ABANDONED" // its process was stopped, or has died
)

// Run is one run of a job: a document of its own, written when the run begins and
// once more when it ends.
type Run struct {
	Job       string       `json:"job"`
	Term      int          `json:"term"` // counts the runs of the job
	AsOf      calendar.Day `json:"asOf"`
	StartedAt time.Time    `json:"startedAt"`
	EndedAt   time.Time    `json:"endedAt,omitzero"`
	Outcome   Outcome      `json:"outcome"`
	Counts    []Count      `json:"counts,omitempty"`
	Error     string       `json:"error,omitempty"` // a kind of fault, without details
	Process   string       `json:"process"`
}

// task is what a run is to do.
type task struct {
	asOf calendar.Day
	key  string // the request's, where it is by hand
	slot bool   // it is for the first slot that is due, and counts for the schedule
}

const (
	// shownRuns is how many runs a description has.
	shownRuns = 20
	// longestRun is how long a run may take [J]: far longer than any job should,
	// and much less than the time to the next day's slot. One that takes longer
	// has hung: its context ends, it has failed with UNAVAILABLE, and its slot is
	// tried again. Work that does not heed its context cannot be stopped: it
	// keeps the lease for as long as its process lives.
	longestRun = 6 * time.Hour
	// recordTime is how long a run that has ended may take to say so and to give
	// its lease back. One that cannot shows as abandoned.
	recordTime = 10 * time.Second
	// recordPause is between its tries while the store cannot be reached [J].
	recordPause = 500 * time.Millisecond
)

// run takes the lease, does the work and records the run. It returns Conflict
// where another holds the lease, and errOutdated where the lease has changed
// since it was read.
func (r *Runner) run(ctx context.Context, job Job, t task, doc store.Document, l lease) (Run, error) {
	ctx, ended, err := r.begin(ctx)
	if err != nil {
		return Run{}, err
	}
	defer ended()
	held, err := r.acquire(ctx, job.Name, doc, l, t)
	if err != nil {
		return Run{}, err
	}
	run := Run{Job: job.Name, Term: held.lease.Term, AsOf: t.asOf, StartedAt: r.instant(), Outcome: UnderWay, Process: r.process}
	if err := r.insertRun(ctx, run, t.key); err != nil {
		ctx, cancel := recording(ctx)
		defer cancel()
		r.release(ctx, held, t, Abandoned)
		return Run{}, err
	}
	run = r.work(ctx, held, job, run)
	r.conclude(ctx, held, t, run)
	return run, nil
}

// begin admits a run, or returns Unavailable once the runner has been stopped. The
// run's context ends when the runner is stopped.
func (r *Runner) begin(ctx context.Context) (context.Context, func(), error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Err() != nil || r.life.Err() != nil {
		return ctx, nil, fault.New(fault.Unavailable, "the process is stopping; no job is begun any more")
	}
	r.underWay.Add(1)
	ctx, cancel := context.WithCancel(ctx)
	forget := context.AfterFunc(r.life, cancel)
	return ctx, func() {
		forget()
		cancel()
		r.underWay.Done()
	}, nil
}

// conclude records how a run ended and gives the lease back. The run was, whether
// that can be recorded or not.
func (r *Runner) conclude(ctx context.Context, held *tenure, t task, run Run) {
	ctx, cancel := recording(ctx)
	defer cancel()
	if err := r.endRun(ctx, run); err != nil {
		r.log.WarnContext(ctx, "the end of a run not recorded", "job", run.Job, "term", run.Term, "error", err)
	}
	r.release(ctx, held, t, run.Outcome)
	r.log.InfoContext(ctx, "job ran", "job", run.Job, "asOf", run.AsOf.String(), "outcome", string(run.Outcome), "counts", fmt.Sprint(run.Counts))
}

// recording returns the context of what is recorded of a run, one that was stopped
// too.
func recording(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordTime)
}

// persist calls write until the store can be reached, or the context ends.
func persist(ctx context.Context, write func() error) error {
	for {
		err := write()
		if !fault.Is(err, fault.Unavailable) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(recordPause):
		}
	}
}

// work does the job's work, keeps the lease meanwhile, and returns the run as it
// ended.
func (r *Runner) work(ctx context.Context, held *tenure, job Job, run Run) Run {
	stop := r.keep(ctx, held)
	limited, cancel := context.WithTimeout(ctx, longestRun)
	counts, err := attempt(limited, job, run.AsOf)
	if err != nil && limited.Err() != nil {
		err = fault.Wrap(fault.Unavailable, err, "job %s was stopped", job.Name)
	}
	cancel()
	stop()
	run.Counts, run.Outcome, run.EndedAt = counts, Done, r.instant()
	switch {
	case err != nil && ctx.Err() != nil:
		run.Outcome = Abandoned
	case err != nil:
		run.Outcome, run.Error = Failed, string(fault.KindOf(err))
		r.log.ErrorContext(ctx, "job failed", "job", job.Name, "asOf", run.AsOf.String(), "error", err)
	}
	return run
}

// attempt calls the job and turns a panic into an error. What the job panicked
// with may say something of a case, so only its type is told.
func attempt(ctx context.Context, job Job, asOf calendar.Day) (counts []Count, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Internal, "job %s panicked with a %T", job.Name, p)
		}
	}()
	return job.Work(ctx, asOf)
}

func runID(job string, term int) string { return fmt.Sprintf("run_%s.%d", job, term) }

// insertRun records that a run has begun. A process that dies leaves it like that.
func (r *Runner) insertRun(ctx context.Context, run Run, key string) error {
	state, err := json.Marshal(run)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode run")
	}
	began := store.Entry{Version: 1, Kind: "job.began", On: run.AsOf, At: run.StartedAt, By: r.process, Key: key}
	return r.store.Insert(ctx, store.Runs, store.Document{ID: runID(run.Job, run.Term), Version: 1, State: state, History: []store.Entry{began}})
}

// endRun records how a run ended.
func (r *Runner) endRun(ctx context.Context, run Run) error {
	state, err := json.Marshal(run)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode run")
	}
	ended := store.Entry{Version: 2, Kind: "job.ended", On: run.AsOf, At: run.EndedAt, By: r.process}
	change := store.Change{ID: runID(run.Job, run.Term), From: 1, To: 2, State: state, Entries: []store.Entry{ended}}
	err = persist(ctx, func() error { return r.store.Append(ctx, store.Runs, change) })
	if fault.Is(err, fault.Conflict) {
		return nil // an earlier try was made, though its answer did not come
	}
	return err
}

// runOf returns the run of a term as it stands beside the lease: one that has not
// ended and whose process holds the lease no longer is abandoned. If that process
// was only slow, the run may end after all and then shows how.
func (r *Runner) runOf(ctx context.Context, job string, term int, l lease) (Run, error) {
	doc, err := r.store.Get(ctx, store.Runs, runID(job, term))
	if err != nil {
		return Run{}, err
	}
	run, err := decodeRun(doc)
	if run.Outcome == UnderWay && !(run.Term == l.Term && l.held(r.now())) {
		run.Outcome = Abandoned
	}
	return run, err
}

func decodeRun(doc store.Document) (Run, error) {
	var run Run
	if err := json.Unmarshal(doc.State, &run); err != nil {
		return Run{}, fault.Wrap(fault.Internal, err, "read %s", doc.ID)
	}
	return run, nil
}

// LastRuns returns the newest runs of a job that was described, the newest first,
// 20 at most. They are a document each, and read only where somebody asks for them.
func (r *Runner) LastRuns(ctx context.Context, d *Description) ([]Run, error) {
	runs := []Run{}
	// A term may have no run: its process died before it recorded one, or the run
	// was removed.
	for term := d.lease.Term; term > max(0, d.lease.Term-2*shownRuns) && len(runs) < shownRuns; term-- {
		run, err := r.runOf(ctx, d.Name, term, d.lease)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}
