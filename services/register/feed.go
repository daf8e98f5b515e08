package register

import (
	"iter"
	"sync"

	"onward/services/casefile"
	"onward/services/id"
)

// Change is one case that the register took in, as it was before and as it is.
// Before is nil where the register did not hold the case. Neither is ever changed.
type Change struct{ Before, After *casefile.Case }

// Feed brings the changes that the register takes in to one reader, in the order
// in which they were applied. The register never waits for it. End it when it is
// no longer read.
type Feed struct {
	register *Register
	wants    func(Change) bool
	limit    int // of changes that wait; 0 where only the newest does
	ready    chan struct{}

	mu      sync.Mutex
	waiting []Change
	overrun bool
}

// Feed opens a feed of the changes that wants keeps. It is asked while the
// register is changed: it must be quick, and must not touch the register. At most
// limit changes wait to be taken; one more ends the feed, since its reader would
// miss something and not know.
func (r *Register) Feed(limit int, wants func(Change) bool) *Feed {
	return r.open(&Feed{limit: limit, wants: wants})
}

// FeedOf opens a feed of one case. Only its newest change waits to be taken.
func (r *Register) FeedOf(caseID id.Case) *Feed {
	return r.open(&Feed{wants: func(c Change) bool { return c.After.ID == caseID }})
}

// Feeds returns how many feeds are open.
func (r *Register) Feeds() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.feeds)
}

func (r *Register) open(f *Feed) *Feed {
	f.register, f.ready = r, make(chan struct{}, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.feeds[f] = true
	return f
}

// tell hands a change that is published to all feeds.
func (r *Register) tell(c Change) {
	for f := range r.feeds {
		if f.wants(c) && !f.offer(c) {
			delete(r.feeds, f)
		}
	}
}

// offer lets a change wait, and returns false where the feed ends instead.
func (f *Feed) offer(c Change) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.limit == 0:
		f.waiting = append(f.waiting[:0], c)
	case len(f.waiting) < f.limit:
		f.waiting = append(f.waiting, c)
	default:
		f.waiting, f.overrun = nil, true
	}
	select {
	case f.ready <- struct{}{}:
	default: // the reader has not looked since
	}
	return !f.overrun
}

// Ready returns the channel that brings a value when Take has something new to
// say. It is for one reader, who takes until nothing waits before looking at it.
func (f *Feed) Ready() <-chan struct{} { return f.ready }

// Take returns the change that has waited for longest; ok is false where none
// does. It does not wait for one. whole is false, from then on, where the reader
// was too slow and the feed has ended.
func (f *Feed) Take() (c Change, ok, whole bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.waiting) == 0 {
		return Change{}, false, !f.overrun
	}
	c, f.waiting[0] = f.waiting[0], Change{} // which would keep two versions of a case
	f.waiting = f.waiting[1:]
	return c, true, true
}

// End ends the feed. It can be called again.
func (f *Feed) End() {
	f.register.mu.Lock()
	defer f.register.mu.Unlock()
	delete(f.register.feeds, f)
}

// Changed returns the cases that are not what they were in an earlier snapshot, in
// no order. It costs what has changed, and a look at each of the blocks.
func (s *Snapshot) Changed(since *Snapshot) iter.Seq[Change] {
	return func(yield func(Change) bool) {
		for n, now := range s.blocks {
			then := &block{}
			if n < len(since.blocks) {
				then = since.blocks[n]
			}
			if then == now {
				continue
			}
			for i, k := range now.chunks {
				if k != then.chunks[i] && !k.changed(then.chunks[i], yield) {
					return
				}
			}
		}
	}
}

// changed yields the cases of a chunk that are not what they were; then is nil where
// the chunk is new.
func (k *chunk) changed(then *chunk, yield func(Change) bool) bool {
	if then == nil {
		then = &chunk{}
	}
	for i, c := range k {
		if c != then[i] && !yield(Change{Before: then[i], After: c}) {
			return false
		}
	}
	return true
}
