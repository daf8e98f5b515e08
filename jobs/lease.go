package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
)

const (
	// leaseTime is how long a process holds a job without saying that it is
	// still there [J]. One that dies leaves the job free after it. One that only
	// pauses for longer does no harm by going on, because the work of every job
	// is harmless to do twice.
	leaseTime = time.Minute
	// renewal is how often it says so: twice may fail.
	renewal = leaseTime / 3
	// firstPause and longestPause are between the tries of a slot that fails
	// [J]; each pause is twice the one before.
	firstPause   = time.Minute
	longestPause = time.Hour
	// keptRequests is how many requests by hand a job remembers [J].
	keptRequests = 64
)

// lease is the state of a job's document in store.Leases: who runs it, and what is
// needed to say what is to be run next.
type lease struct {
	Holder   string       `json:"holder,omitempty"` // the process that runs the job, or has died of it
	Until    time.Time    `json:"until,omitzero"`   // when the holder is given up
	Term     int          `json:"term"`             // counts the holders, and so the runs
	LastSlot calendar.Day `json:"lastSlot,omitzero"`
	Tries    int          `json:"tries,omitzero"`   // how often the slot after LastSlot was begun, and not done
	RetryAt  time.Time    `json:"retryAt,omitzero"` // when it may be tried again
	Requests []request    `json:"requests,omitempty"`
}

// request is a run that was asked for by hand.
type request struct {
	Key  string `json:"key"`
	Term int    `json:"term"`
}

// held reports whether somebody runs the job. A clock that has stepped back by up to
// clockSlack takes a dead holder for a living one for as long as the step.
func (l lease) held(now time.Time) bool { return l.Holder != "" && ahead(l.Until, now, leaseTime) }

// pausing reports whether the slot that failed is not to be tried again yet.
func (l lease) pausing(now time.Time) bool { return ahead(l.RetryAt, now, longestPause) }

// ahead reports whether a moment of a lease is still to come. One that is further off
// than any is set, beyond what clocks may differ, was set by a clock that is wrong:
// whoever waited for it would wait as long as that clock was ahead.
func ahead(moment, now time.Time, furthest time.Duration) bool {
	left := moment.Sub(now)
	return left > 0 && left <= furthest+clockSlack
}

// termOf returns the term of the last run of a request, or 0, which has none.
func (l lease) termOf(key string) int {
	for _, q := range slices.Backward(l.Requests) {
		if q.Key == key && key != "" {
			return q.Term
		}
	}
	return 0
}

// begun is the lease once a process has taken it. The pause is set before the
// slot is tried, so that a slot which kills its process is tried ever less too.
func (l lease) begun(process string, now time.Time, t task) lease {
	l.Holder, l.Until, l.Term = process, now.Add(leaseTime), l.Term+1
	if t.slot {
		l.Tries++
		l.RetryAt = now.Add(pause(l.Tries))
	}
	if t.key != "" {
		kept := l.Requests[max(0, len(l.Requests)+1-keptRequests):]
		l.Requests = append(slices.Clone(kept), request{t.key, l.Term})
	}
	return l
}

// ended is the lease once its holder's run has ended.
func (l lease) ended(now time.Time, t task, o Outcome) lease {
	l.Holder, l.Until = "", time.Time{}
	switch {
	case !t.slot:
	case o == Done:
		l.LastSlot, l.Tries, l.RetryAt = t.asOf, 0, time.Time{}
	case o == Failed:
		l.RetryAt = now.Add(pause(l.Tries))
	default: // stopped: it was not the slot's fault
		l.Tries, l.RetryAt = l.Tries-1, time.Time{}
	}
	return l
}

// pause returns the time from one try to the next: 1, 2, 4 … 60 minutes.
func pause(tries int) time.Duration {
	return min(firstPause<<min(tries-1, 6), longestPause)
}

func leaseID(job string) string { return "job_" + job }

// leaseNow returns a job's lease, which is the zero lease, of version 0, where
// the job has never run.
func (r *Runner) leaseNow(ctx context.Context, job string) (store.Document, lease, error) {
	doc, err := r.store.Get(ctx, store.Leases, leaseID(job))
	if fault.Is(err, fault.NotFound) {
		return store.Document{ID: leaseID(job)}, lease{}, nil
	}
	if err != nil {
		return doc, lease{}, err
	}
	var l lease
	if err := json.Unmarshal(doc.State, &l); err != nil {
		return doc, lease{}, fault.Wrap(fault.Internal, err, "read lease %s", doc.ID)
	}
	return doc, l, nil
}

// leaseOf is leaseNow, but makes the lease where there is none.
func (r *Runner) leaseOf(ctx context.Context, job string) (store.Document, lease, error) {
	doc, l, err := r.leaseNow(ctx, job)
	if err != nil || doc.Version > 0 {
		return doc, l, err
	}
	doc.Version, doc.State = 1, json.RawMessage(`{"term":0}`)
	err = r.store.Insert(ctx, store.Leases, doc)
	if fault.Is(err, fault.Conflict) { // another process made it
		return r.leaseNow(ctx, job)
	}
	return doc, l, err
}

// errOutdated says that a lease has changed since it was read.
var errOutdated = errors.New("the lease has changed")

// errLost says that a lease has gone to another process.
var errLost = errors.New("the lease has gone to another process")

// errRunning is the answer to a run that is asked for while the job runs.
var errRunning = fault.New(fault.Conflict, "the job is running; try again when it has ended")

// tenure is a lease while this process holds it. One goroutine at a time uses it.
type tenure struct {
	job   string
	doc   store.Document
	lease lease
}

// acquire takes the lease that was read, or returns Conflict where another holds it.
func (r *Runner) acquire(ctx context.Context, job string, doc store.Document, l lease, t task) (*tenure, error) {
	now := r.instant()
	if l.held(now) {
		return nil, errRunning
	}
	l = l.begun(r.process, now, t)
	doc, err := r.writeLease(ctx, doc, l)
	if fault.Is(err, fault.Conflict) {
		return nil, errOutdated
	}
	return &tenure{job, doc, l}, err
}

// keep renews the lease until the function that it returns is called. A lease that
// has gone to another is left to it, and the run goes on.
func (r *Runner) keep(ctx context.Context, held *tenure) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var renewing sync.WaitGroup
	renewing.Go(func() {
		tick := time.NewTicker(renewal)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := r.change(ctx, held, func(l lease) lease { l.Until = r.instant().Add(leaseTime); return l })
			if err != nil && ctx.Err() == nil {
				r.log.WarnContext(ctx, "lease not renewed", "lease", held.doc.ID, "error", err)
			}
			if errors.Is(err, errLost) {
				return
			}
		}
	})
	return func() {
		cancel()
		renewing.Wait()
	}
}

// release gives the lease back and notes what became of the slot. Where it has
// gone to another process, or the store cannot be reached, it lapses.
func (r *Runner) release(ctx context.Context, held *tenure, t task, o Outcome) {
	err := persist(ctx, func() error {
		return r.change(ctx, held, func(l lease) lease { return l.ended(r.instant(), t, o) })
	})
	if err != nil {
		r.log.WarnContext(ctx, "lease not given back", "lease", held.doc.ID, "error", err)
	}
}

// change writes what fn makes of the lease, or returns errLost if it has gone to
// another process. A version that this process does not know need not be another's:
// a write of its own may have been made though its answer did not come.
func (r *Runner) change(ctx context.Context, held *tenure, fn func(lease) lease) error {
	for {
		next := fn(held.lease)
		doc, err := r.writeLease(ctx, held.doc, next)
		if err == nil {
			held.doc, held.lease = doc, next
			return nil
		}
		if !fault.Is(err, fault.Conflict) {
			return err
		}
		doc, present, err := r.leaseNow(ctx, held.job)
		if err != nil {
			return err
		}
		if present.Term != held.lease.Term {
			return errLost
		}
		held.doc, held.lease = doc, present
	}
}

func (r *Runner) writeLease(ctx context.Context, doc store.Document, l lease) (store.Document, error) {
	state, err := json.Marshal(l)
	if err != nil {
		return doc, fault.Wrap(fault.Internal, err, "encode lease")
	}
	change := store.Change{ID: doc.ID, From: doc.Version, To: doc.Version + 1, State: state}
	if err := r.store.Append(ctx, store.Leases, change); err != nil {
		return doc, err
	}
	doc.Version, doc.State = change.To, state
	return doc, nil
}
