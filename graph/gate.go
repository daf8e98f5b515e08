package graph

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"onward/services/fault"
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
// more.
type gate struct {
	queue    int
	patience time.Duration

	mu      sync.Mutex
	places  int         // that are free
	inVain  time.Time   // when somebody waited last who was not let in
	waiting []chan bool // the last who came at the end; each is told once whether it may enter
}

// newGate returns a gate for so many at once, with so many waiting so long.
func newGate(atOnce, queue int, patience time.Duration) *gate {
	return &gate{places: atOnce, queue: queue, patience: patience}
}

// graphQLGate returns the gate of GraphQL, for so many at once; for as many as suit the
// machine where that is 0.
func graphQLGate(atOnce int) *gate {
	atOnce = or(atOnce, perCore*runtime.GOMAXPROCS(0))
	return newGate(atOnce, perPlace*atOnce, placeWait)
}

// enter takes a place, unless the gate stays full. Leave it when the work is done; it
// can be left again.
func (g *gate) enter(ctx context.Context) (leave func(), ok bool) {
	told, patience := g.join(time.Now())
	if told != nil && !g.wait(ctx, told, patience) {
		return nil, false
	}
	return sync.OnceFunc(g.leave), true
}

// join takes a place and returns nil, or joins those who wait, and says how long; the
// one who has waited for the longest makes room where they are too many.
func (g *gate) join(now time.Time) (told chan bool, patience time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.places > 0 {
		g.places--
		return nil, 0
	}
	if len(g.waiting) == g.queue {
		g.waiting[0] <- false
		g.waiting = slices.Delete(g.waiting, 0, 1)
		g.inVain = now
	}
	told = make(chan bool, 1)
	g.waiting = append(g.waiting, told)
	if now.Sub(g.inVain) < lately {
		return told, g.patience / hurry
	}
	return told, g.patience
}

// wait reports whether one who waits is let in before patience ends.
func (g *gate) wait(ctx context.Context, told chan bool, patience time.Duration) bool {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case in := <-told:
		return in
	case <-ctx.Done():
	case <-late.C:
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting, told); i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
		g.inVain = time.Now()
		return false
	}
	return <-told // meanwhile
}

// leave gives the place to the last who came, or frees it.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	last := len(g.waiting) - 1
	if last < 0 {
		g.places++
		return
	}
	g.waiting[last] <- true
	g.waiting = g.waiting[:last]
}

// tooBusy sends a request away that found the gate full.
func tooBusy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	refuse(w, http.StatusServiceUnavailable, fault.New(fault.Unavailable, "too much is under way; try again"))
}
