package casework

import (
	"context"

	"golang.org/x/sync/errgroup"

	"onward/services/casefile"
	"onward/services/fault"
)

// readers is how many histories are read at once: a store that is a network away
// is then kept busy.
const readers = 8

// histories calls fn with the history of every case of the viewer's organisation,
// from several goroutines at once. It holds a few histories at a time, whatever
// there are, and reads for one caller after the other. It reads them one by one:
// that costs what the organisation has, not what the store has.
func (s *Service) histories(ctx context.Context, v *View, fn func(*casefile.Case, []casefile.Entry) error) error {
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err(), "somebody else is looking back on all cases; ask again")
	}
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for c := range v.Cases.Of(v.Actor.Organisation) {
		if running.Err() != nil {
			break
		}
		group.Go(func() error {
			history, err := s.desk.history(running, c.ID)
			if err != nil {
				return err
			}
			return fn(c, history)
		})
	}
	if err := group.Wait(); err != nil || ctx.Err() == nil {
		return err
	}
	return fault.Wrap(fault.Unavailable, ctx.Err(), "look back on all cases") // before the last was read
}
