package graph

import (
	"cmp"
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"onward/services/fault"
	"onward/services/id"
)

// How many requests of GraphQL are answered at once, where the options do not say, and
// how many more wait for their turn, and how long [J]. What is answered at once takes
// turns on the cores, so that more of it makes each slower and none sooner; what waits
// is for the moment in which several pages are opened.
const (
	perCore   = 2
	perPlace  = 16
	placeWait = 100 * time.Millisecond
	hurry     = 20          // times as short is the wait where somebody has just waited in vain
	lately    = time.Second // which is this [J]
)

// gate bounds the requests under way. Who comes when it is full waits a little, and the
// last who came is let in first: when more come than can ever be answered, those who
// are let in have not waited, and it is those who have waited in vain who are sent
// away. First come, first served would let everybody wait for as long as that takes.
// Where somebody has lately waited in vain, nobody waits for long: it is no moment any
// more. What a worker may have shrinks as the gate fills, and of those who wait half are
// hers at most: what a few ask for keeps nobody else out.
type gate struct {
	queue    int
	patience time.Duration

	mu      sync.Mutex
	places  int               // that are free
	held    map[id.Worker]int // places, by who has any
	inVain  time.Time         // when somebody waited last for whom there was no place
	waiting []*waiter         // the last who came at the end
}

// waiter is a request that waits.
type waiter struct {
	worker id.Worker
	told   chan bool // once, whether it may enter
}

// newGate returns a gate for so many at once, with so many waiting so long.
func newGate(atOnce, queue int, patience time.Duration) *gate {
	return &gate{places: atOnce, queue: queue, patience: patience, held: map[id.Worker]int{}}
}

// graphQLGate returns the gate of GraphQL, for so many at once; for as many as suit the
// machine where that is 0.
func graphQLGate(atOnce int) *gate {
	atOnce = cmp.Or(atOnce, perCore*runtime.GOMAXPROCS(0))
	return newGate(atOnce, perPlace*atOnce, placeWait)
}

// enter takes a place for a worker, or for nobody known, who has no share, unless the
// gate stays full. Leave it when the work is done; it can be left again.
func (g *gate) enter(ctx context.Context, worker id.Worker) (leave func(), ok bool) {
	waits, patience := g.join(worker, time.Now())
	if waits != nil && !g.wait(ctx, waits, patience) {
		return nil, false
	}
	return sync.OnceFunc(func() { g.leave(worker) }), true
}

// join takes a place and returns nil, or joins those who wait, and says how long; the
// one who has waited for the longest makes room where they are too many.
func (g *gate) join(worker id.Worker, now time.Time) (waits *waiter, patience time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.takes(worker) {
		return nil, 0
	}
	if i := g.beyond(worker); i >= 0 {
		g.waiting[i].told <- false
		g.drop(i, now)
	}
	waits = &waiter{worker, make(chan bool, 1)}
	g.waiting = append(g.waiting, waits)
	if now.Sub(g.inVain) < lately {
		return waits, g.patience / hurry
	}
	return waits, g.patience
}

// takes takes a place, if one is free for the worker. Who has some already leaves as
// many free as she then has: one worker alone comes to half of the places, two come to
// a third each, and who has none finds one.
func (g *gate) takes(worker id.Worker) bool {
	has := g.held[worker]
	if g.places == 0 || has > 0 && has+1 > g.places-1 {
		return false
	}
	g.places--
	if worker != "" {
		g.held[worker]++
	}
	return true
}

// beyond returns which of those who wait makes room for one more of a worker; -1 where
// none has to.
func (g *gate) beyond(worker id.Worker) int {
	first, hers := 0, 0
	for i, w := range slices.Backward(g.waiting) {
		if worker != "" && w.worker == worker {
			first, hers = i, hers+1
		}
	}
	switch {
	case hers >= max(1, g.queue/2):
		return first
	case len(g.waiting) >= g.queue:
		return 0
	}
	return -1
}

// drop forgets one who waited in vain. Who has a place may have waited for the end of her
// own requests, and says nothing of how full it is.
func (g *gate) drop(i int, now time.Time) {
	if g.held[g.waiting[i].worker] == 0 {
		g.inVain = now
	}
	g.waiting = slices.Delete(g.waiting, i, i+1)
}

// wait reports whether one who waits is let in before patience ends.
func (g *gate) wait(ctx context.Context, waits *waiter, patience time.Duration) bool {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case in := <-waits.told:
		return in
	case <-ctx.Done():
	case <-late.C:
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting, waits); i >= 0 {
		g.drop(i, time.Now())
		return false
	}
	return <-waits.told // meanwhile
}

// leave frees a worker's place, and lets in who may have one now, the last who came first.
func (g *gate) leave(worker id.Worker) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.places++
	if g.held[worker]--; g.held[worker] <= 0 {
		delete(g.held, worker)
	}
	for i, w := range slices.Backward(g.waiting) {
		if g.takes(w.worker) {
			w.told <- true
			g.waiting = slices.Delete(g.waiting, i, i+1)
		}
	}
}

// tooBusy sends a request away that found the gate full.
func tooBusy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	refuse(w, http.StatusServiceUnavailable, fault.New(fault.Unavailable, "too much is under way; try again"))
}
