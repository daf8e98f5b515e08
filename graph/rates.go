package graph

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"time"

	"onward/services/allowance"
	"onward/services/fault"
	"onward/services/id"
)

// How often anybody may ask, in this process, where the options do not say [J]: far
// more than a person does, and than a partner's application needs that waits for its
// answers.
const (
	workerRate  = 50      // requests a second of one worker
	workerAhead = 10      // seconds of it at once
	strangeRate = 10      // requests a second from one address, of those who do not say who they are
	strangeOnce = 10      // seconds of it at once
	pointsRate  = 200_000 // points of cost a minute of one worker, who has them at once; 5,000 is what one request may cost
)

// rates bound how often anybody asks.
type rates struct {
	now       func() time.Time
	workers   *allowance.Allowances[id.Worker]
	strangers *allowance.Allowances[netip.Prefix]
	points    *allowance.Allowances[id.Worker]
}

func newRates(o Options) *rates {
	r := &rates{now: o.Now}
	if r.now == nil {
		r.now = time.Now
	}
	worker, strange, points := cmp.Or(o.WorkerRate, workerRate), cmp.Or(o.StrangerRate, strangeRate), cmp.Or(o.Points, pointsRate)
	r.points = allowance.New[id.Worker](points, time.Minute)
	r.workers = allowance.New[id.Worker](worker*workerAhead, workerAhead*time.Second)
	r.strangers = allowance.New[netip.Prefix](strange*strangeOnce, strangeOnce*time.Second)
	return r
}

// ofWorker lets a worker's request through, or refuses it.
func (r *rates) ofWorker(w http.ResponseWriter, worker id.Worker) bool {
	return admitted(w, r.spend(worker))
}

// spend charges a worker for one request, or returns how long to wait for it.
func (r *rates) spend(worker id.Worker) *fault.Error {
	return tooOften(r.workers.Spend(worker, 1, r.now()))
}

// ofStranger lets a request through of which nobody has said whose it is, or refuses
// it.
func (r *rates) ofStranger(w http.ResponseWriter, req *http.Request) bool {
	return admitted(w, r.spendStranger(requestOf(req.Context()).address))
}

// spendStranger charges an address for a request of nobody known, or returns how long
// to wait for it.
func (r *rates) spendStranger(address netip.Addr) *fault.Error {
	return tooOften(r.strangers.Spend(allowance.NetworkOf(address), 1, r.now()))
}

// tooOften returns what is said to who must wait, and nil to who need not.
func tooOften(wait time.Duration) *fault.Error {
	if wait == 0 {
		return nil
	}
	f := fault.New(fault.Unavailable, "too many requests; wait %d seconds", seconds(wait))
	f.Wait = wait
	return f
}

// admitted answers a request that must wait with how long, and reports whether it
// need not.
func admitted(w http.ResponseWriter, f *fault.Error) bool {
	if f == nil {
		return true
	}
	mustWait(w, f)
	return false
}

// mustWait answers a request that came too soon.
func mustWait(w http.ResponseWriter, f *fault.Error) {
	w.Header().Set("Retry-After", fmt.Sprint(seconds(f.Wait)))
	refuse(w, http.StatusTooManyRequests, f)
}

// seconds returns a wait in whole seconds.
func seconds(wait time.Duration) int { return int(math.Ceil(wait.Seconds())) }

// budget is what a worker may still spend, in points of cost.
type budget struct {
	Remaining int       `json:"remaining"`
	ResetAt   time.Time `json:"resetAt"` // when it is whole again
}

// left returns what the worker of a request has left.
func (r *rates) left(req *request) budget {
	remaining, whole := r.points.Left(req.view.Actor.Worker, r.now())
	return budget{Remaining: remaining, ResetAt: whole.UTC().Truncate(time.Millisecond)}
}

// charge takes the cost of a request from its worker's budget, before it runs, or
// returns Unavailable where less is left. What costs nothing is charged as 1.
func (r *rates) charge(req *request, points int) error {
	if req.wait = r.points.Spend(req.view.Actor.Worker, max(points, 1), r.now()); req.wait == 0 {
		return nil
	}
	return fault.New(fault.Unavailable, "you have spent what your requests may cost in a minute; wait %d seconds", seconds(req.wait))
}
