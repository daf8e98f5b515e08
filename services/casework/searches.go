package casework

import (
	"context"
	"math"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
	"onward/services/versioned"
)

// How often one worker may search [J]: more than an intake with all its spellings
// takes, and too seldom to go through a list of names. To record a name, a birth or a
// number is a search as well: who records it is told whether another organisation knows
// the same.
const (
	searchEvery   = 6 * time.Second
	searchesAhead = 20
)

// searches is how much a worker has searched on a day: a document of Sessions, by which
// all processes count together.
type searches struct {
	Until time.Time `json:"until"` // when the last one is paid for, at one in searchEvery
	Ends  time.Time `json:"ends"`
}

// admitSearch lets a worker search at an instant, or returns Unavailable. Each day
// begins anew, in a document of its own. A search for several things at once counts as
// so many, and is let through where one would be.
func (s *Service) admitSearch(ctx context.Context, worker id.Worker, at time.Time, things int) error {
	if s.unpaced {
		return nil
	}
	day := calendar.DayOf(at)
	document := id.Derive("searches_", string(worker), day.String())
	return versioned.Put(ctx, s.live.store, store.Sessions, document, func(done *searches) error {
		if done.Until.Before(at) {
			done.Until = at.UTC()
		}
		if wait := done.Until.Sub(at) - (searchesAhead-1)*searchEvery; wait > 0 {
			return fault.New(fault.Unavailable, "you have searched for too much in a short while; wait %d seconds", int(math.Ceil(wait.Seconds())))
		}
		done.Until, done.Ends = done.Until.Add(time.Duration(things)*searchEvery), (day + 1).Start().UTC()
		return nil
	})
}
