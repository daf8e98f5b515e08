package casework_test

import (
	"context"
	"sync/atomic"
	"testing"

	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/fault"
	"onward/services/store"
)

// longScans is a store whose scans of the cases take longer than a request may: until free
// is closed.
type longScans struct {
	store.Store
	began chan struct{} // tells of each scan; nil before any is slow
	free  chan struct{}
	scans atomic.Int32
}

func (s *longScans) ScanHistories(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	if c == store.Cases && s.began != nil {
		s.scans.Add(1)
		s.began <- struct{}{}
		select {
		case <-s.free:
		case <-ctx.Done():
			return "", fault.Wrap(fault.Unavailable, ctx.Err(), "scan cases")
		}
	}
	return s.Store.ScanHistories(ctx, c, fn)
}

// TestEndedQuarterIsFoldedOnce proves that figures of the whole programme come in the
// end where the histories take longer to fold than a request may: they are folded
// once, and whoever waits meanwhile waits no longer than their own request.
func TestEndedQuarterIsFoldedOnce(t *testing.T) {
	s := &longScans{Store: openStore(t)}
	r := newReplica(t, s, false)
	r.open(t, "one")
	s.began, s.free = make(chan struct{}, 3), make(chan struct{})
	view := r.casework.View(supervisor, r.register.Snapshot())
	in := casework.ImpactInput{From: calendar.Date(2025, 10, 1), To: calendar.Date(2025, 12, 31)}
	ask := func(ctx context.Context) error {
		_, err := r.casework.Impact(ctx, view, in)
		return err
	}
	first, giveUp := context.WithCancel(t.Context())
	folded := make(chan struct{})
	go func() {
		defer close(folded)
		_ = ask(first) // too late for its request, whatever it is
	}()
	<-s.began
	giveUp()
	if err := ask(first); !fault.Is(err, fault.Unavailable) {
		t.Errorf("whoever waits too long: %v", err)
	}
	close(s.free)
	<-folded
	if err := ask(t.Context()); err != nil {
		t.Errorf("once they are folded: %v", err)
	}
	if n := s.scans.Load(); n != 1 {
		t.Errorf("the histories were folded %d times", n)
	}
}
