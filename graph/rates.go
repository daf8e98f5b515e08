package graph

import (
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
	workerRate  = 50 // requests a second of one worker
	workerAhead = 10 // seconds of it at once
	strangeRate = 10 // requests a second from one address, of those who do not say who they are
	strangeOnce = 10 // seconds of it at once
)

// rates bound how often anybody asks.
type rates struct {
	now       func() time.Time
	workers   *allowance.Allowances[id.Worker]
	strangers *allowance.Allowances[netip.Prefix]
}

func newRates(o Options) *rates {
	r := &rates{now: o.Now}
	if r.now == nil {
		r.now = time.Now
	}
	worker, strange := o.WorkerRate, o.StrangerRate
	if worker <= 0 {
		worker = workerRate
	}
	if strange <= 0 {
		strange = strangeRate
	}
	r.workers = allowance.New[id.Worker](worker*workerAhead, workerAhead*time.Second)
	r.strangers = allowance.New[netip.Prefix](strange*strangeOnce, strangeOnce*time.Second)
	return r
}

// ofWorker lets a worker's request through, or refuses it.
func (r *rates) ofWorker(w http.ResponseWriter, worker id.Worker) bool {
	return admitted(w, r.workers.Spend(worker, 1, r.now()))
}

// ofStranger lets a request through of which nobody has said whose it is, or refuses
// it.
func (r *rates) ofStranger(w http.ResponseWriter, req *http.Request) bool {
	return admitted(w, r.strangers.Spend(network(requestOf(req.Context()).address), 1, r.now()))
}

// network returns the addresses that one household has: of IPv6 that is a prefix.
func network(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the zero Prefix for those who have no address
	return p
}

// admitted answers a request that must wait with how long, and reports whether it
// need not.
func admitted(w http.ResponseWriter, wait time.Duration) bool {
	if wait == 0 {
		return true
	}
	seconds := int(math.Ceil(wait.Seconds()))
	w.Header().Set("Retry-After", fmt.Sprint(seconds))
	refuse(w, http.StatusTooManyRequests, fault.New(fault.Unavailable, "too many requests; wait %d seconds", seconds))
	return false
}
