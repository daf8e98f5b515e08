package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
)

// leaseTime is how long a process may hold a job. A process that dies leaves the
// job free after it; one that is only slow does no harm by going on, because the
// work of every job is harmless to do twice.
const leaseTime = 10 * time.Minute

// lease is the state of a job's document; its runs are the history.
type lease struct {
	Holder   string       `json:"holder,omitempty"`
	Until    time.Time    `json:"until,omitzero"`
	Term     int          `json:"term"`              // counts the holders
	LastSlot calendar.Day `json:"lastSlot,omitzero"` // the last day that was run by schedule or by hand
}

func documentID(job string) string { return "job_" + job }

// read returns a job's document, and makes it where there is none yet.
func (r *Runner) read(ctx context.Context, job string) (store.Document, error) {
	doc, err := r.store.Get(ctx, store.Leases, documentID(job))
	if !fault.Is(err, fault.NotFound) {
		return doc, err
	}
	doc = store.Document{ID: documentID(job), Version: 1, State: json.RawMessage(`{"term":0}`)}
	err = r.store.Insert(ctx, store.Leases, doc)
	if fault.Is(err, fault.Conflict) { // another process made it
		return r.store.Get(ctx, store.Leases, documentID(job))
	}
	return doc, err
}

func leaseOf(doc store.Document) (lease, error) {
	var l lease
	if err := json.Unmarshal(doc.State, &l); err != nil {
		return lease{}, fault.Wrap(fault.Internal, err, "read lease %s", doc.ID)
	}
	return l, nil
}

// errOutdated says that a job's document has changed since it was read.
var errOutdated = errors.New("the job's document has changed")

// acquire takes the lease, or returns Conflict where another holds it.
func (r *Runner) acquire(ctx context.Context, doc store.Document) (store.Document, error) {
	l, err := leaseOf(doc)
	if err != nil {
		return doc, err
	}
	now := r.instant()
	if l.Holder != "" && now.Before(l.Until) {
		return doc, fault.New(fault.Conflict, "the job is running; try again when it has ended")
	}
	l.Holder, l.Until, l.Term = r.process, now.Add(leaseTime), l.Term+1
	next, err := r.write(ctx, doc, l)
	if fault.Is(err, fault.Conflict) {
		return doc, errOutdated
	}
	return next, err
}

// release records a run and gives the lease back. Where the lease has gone to
// another process meanwhile, it only records the run.
func (r *Runner) release(ctx context.Context, held store.Document, run Run, key string) error {
	mine, err := leaseOf(held)
	if err != nil {
		return err
	}
	data, err := json.Marshal(run)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode run")
	}
	for {
		l, err := leaseOf(held)
		if err != nil {
			return err
		}
		if l.Term == mine.Term {
			l.Holder, l.Until = "", time.Time{}
		}
		if run.Outcome == Done {
			l.LastSlot = max(l.LastSlot, run.AsOf)
		}
		entry := store.Entry{Version: held.Version + 1, Kind: "job.ran", On: run.AsOf, At: run.EndedAt, By: r.process, Key: key, Data: data}
		_, err = r.write(ctx, held, l, entry)
		if !fault.Is(err, fault.Conflict) {
			return err
		}
		if held, err = r.store.Get(ctx, store.Leases, held.ID); err != nil {
			return err
		}
	}
}

func (r *Runner) write(ctx context.Context, doc store.Document, l lease, entries ...store.Entry) (store.Document, error) {
	state, err := json.Marshal(l)
	if err != nil {
		return doc, fault.Wrap(fault.Internal, err, "encode lease")
	}
	change := store.Change{ID: doc.ID, From: doc.Version, To: doc.Version + 1, State: state, Entries: entries}
	if err := r.store.Append(ctx, store.Leases, change); err != nil {
		return doc, err
	}
	doc.Version, doc.State = change.To, state
	return doc, nil
}
