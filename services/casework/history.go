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

// histories calls fn with the history of every case of the viewer's organisation
// that the viewer sees, from several goroutines at once. It holds a few histories
// at a time, whatever there are, and reads them one by one: that costs what the
// organisation has, not what the store has. It returns Unavailable where the organisation is looking back
// already: nobody waits for another, and no organisation for another one.
func (s *Service) histories(ctx context.Context, v *View, fn func(*casefile.Case, []casefile.Entry) error) error {
	if _, busy := s.reading.LoadOrStore(v.Actor.Organisation, true); busy {
		return fault.New(fault.Unavailable, "your organisation is looking back on all its cases already; ask again when that has ended")
	}
	defer s.reading.Delete(v.Actor.Organisation)
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for c := range v.own() {
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
