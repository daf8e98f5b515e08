package graph

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"onward/services/fault"
)

// How many requests of GraphQL are answered at once, where the options do not say, and
// how many more wait for their turn, and how long [J]. What is answered at once takes
// turns on the cores, so that more of it makes each slower and none sooner.
const (
	perCore   = 4
	perPlace  = 2 // wait
	placeWait = 100 * time.Millisecond
)

// gate bounds the requests under way. Who comes when it is full waits a little, and
// who comes when too many wait is sent away at once, which costs next to nothing: so
// those who are let in are answered about as soon as ever.
type gate struct {
	places   *semaphore.Weighted
	waiting  atomic.Int64
	queue    int64
	patience time.Duration
}

// newGate returns a gate for so many at once, with so many waiting so long.
func newGate(atOnce, queue int, patience time.Duration) *gate {
	return &gate{places: semaphore.NewWeighted(int64(atOnce)), queue: int64(queue), patience: patience}
}

// graphQLGate returns the gate of GraphQL, for so many at once; for as many as suit the
// machine where that is 0.
func graphQLGate(atOnce int) *gate {
	if atOnce <= 0 {
		atOnce = perCore * runtime.GOMAXPROCS(0)
	}
	return newGate(atOnce, perPlace*atOnce, placeWait)
}

// enter takes a place, unless the gate stays full. Leave it when the work is done; it
// can be left again.
func (g *gate) enter(ctx context.Context) (leave func(), ok bool) {
	if !g.places.TryAcquire(1) && !g.wait(ctx) {
		return nil, false
	}
	return sync.OnceFunc(func() { g.places.Release(1) }), true
}

func (g *gate) wait(ctx context.Context) bool {
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > g.queue {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	return g.places.Acquire(ctx, 1) == nil
}

// tooBusy sends a request away that found the gate full.
func tooBusy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	refuse(w, http.StatusServiceUnavailable, fault.New(fault.Unavailable, "too much is under way; try again"))
}
