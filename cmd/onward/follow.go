package main

import (
	"context"
	"sync"
	"time"

	"onward/services/fault"
	"onward/services/store"
)

// freshness knows when the process was last sure to have what the store has: its
// store answered then, and all that it follows was being followed.
type freshness struct {
	mu     sync.Mutex
	failed map[string]bool // what is not being followed
	at     time.Time
}

func newFreshness() *freshness { return &freshness{failed: map[string]bool{}, at: time.Now()} }

// age returns how long ago that was.
func (f *freshness) age() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Since(f.at)
}

// follows notes whether something is being followed.
func (f *freshness) follows(name string, well bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed[name] = !well
}

// answered notes that the store has answered.
func (f *freshness) answered() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, failed := range f.failed {
		if failed {
			return
		}
	}
	f.at = time.Now()
}

const (
	probePause = 2 * time.Second // between two questions to the store [J]
	probeTime  = 2 * time.Second // for its answer [J]
)

// probe asks the store for what is not there, until the context ends. A watch that
// nothing comes from says nothing of whether something could.
func (f *freshness) probe(ctx context.Context, s store.Store) {
	tick := time.NewTicker(probePause)
	defer tick.Stop()
	for {
		asking, cancel := context.WithTimeout(ctx, probeTime)
		_, err := s.Get(asking, store.Leases, "probe")
		cancel()
		if err == nil || fault.Is(err, fault.NotFound) {
			f.answered()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// follow takes in what other processes change, until the context ends.
func (h *house) follow(ctx context.Context) {
	again := h.following(ctx)
	again("cases", func() error { return h.casework.Follow(ctx, h.marks.cases) })
	again("people", func() error { return h.casework.FollowPeople(ctx) })
	again("directory", func() error { return h.directory.Watch(ctx, h.marks.directory) })
	again("instruments", func() error { return h.library.Watch(ctx, h.marks.library) })
	again("activities", func() error { return h.activities.Watch(ctx, h.marks.activities) })
	again("looks", func() error { return h.trail.Follow(ctx) })
	h.group.Go(func() { h.fresh.probe(ctx, h.plain) })
}

// following returns what follows one thing until the context ends. A follower that
// fails is logged and begun again: the process can still serve what it has, and never
// overwrites what it has not seen.
func (h *house) following(ctx context.Context) func(name string, watch func() error) {
	return func(name string, watch func() error) {
		h.group.Go(func() {
			for ctx.Err() == nil {
				h.fresh.follows(name, true)
				if err := watch(); err != nil && ctx.Err() == nil {
					h.fresh.follows(name, false)
					h.log.Error("following changes failed", "of", name, "error", err)
					select {
					case <-ctx.Done():
					case <-time.After(time.Second):
					}
				}
			}
		})
	}
}
