package casework

import (
	"context"
	"slices"
	"sync"
	"time"

	"onward/services/fault"
)

// ended is what was known when the last quarter ended. It is the same for everybody
// who asks, and is kept until the next one ends: to fold all histories takes seconds
// where there are many.
type ended struct {
	mu      sync.Mutex
	known   *knowledge
	folding chan struct{} // closed once whoever folds the histories has done so; nil where nobody does
}

// settling is how long an entry may be on its way to the store [J]. What was known
// at an instant is kept only once no entry from before it can come any more.
const settling = time.Minute

// knownThen returns what was known at the end of the last quarter. Those who ask at
// once wait for one of them, for as long as their requests may take. Where the
// histories are so many that it takes longer, Unavailable is the answer until they are
// folded once.
func (s *Service) knownThen(ctx context.Context, v *View, at time.Time) (*knowledge, error) {
	for {
		known, others := s.ended.begin(at)
		switch {
		case known != nil:
			return known, nil
		case others == nil:
			return s.foldThen(finishing(ctx), v, at)
		}
		select {
		case <-others:
		case <-ctx.Done():
			return nil, fault.Wrap(fault.Unavailable, ctx.Err(), "wait for the figures of the last quarter")
		}
	}
}

// begin returns what is kept of an instant, or what is closed once another has folded
// the histories. Where it returns neither the caller folds them, and calls end.
func (e *ended) begin(at time.Time) (known *knowledge, others <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known != nil && e.known.at.Equal(at) {
		return e.known, nil
	}
	if e.folding == nil {
		e.folding = make(chan struct{})
		return nil, nil
	}
	return nil, e.folding
}

// end keeps what was folded, where it can be kept, and lets the others go on.
func (e *ended) end(kept *knowledge) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if kept != nil {
		e.known = kept
	}
	close(e.folding)
	e.folding = nil
}

// foldThen folds the histories. A case that has not changed since is the view's, so
// that it is in memory once.
func (s *Service) foldThen(ctx context.Context, v *View, at time.Time) (*knowledge, error) {
	var kept *knowledge
	defer func() { s.ended.end(kept) }()
	known, err := s.known(ctx, v, &at)
	if err != nil || v.At.Sub(at) < settling {
		return known, err
	}
	cases := slices.Collect(known.cases)
	for i, c := range cases {
		if now, ok := v.Cases.Case(c.ID); ok && now.Version == c.Version {
			cases[i] = now
		}
	}
	known.cases = slices.Values(cases)
	kept = known
	return known, nil
}
