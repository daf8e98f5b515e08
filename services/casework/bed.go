package casework

import (
	"context"
	"sync"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/shelter"
)

// admissions makes those who want a bed at a site wait for each other: from the
// look at the beds to the append, so that the last bed is given once. It holds
// within one process. Two processes that serve the same organisation each look
// at the register as they know it, which lags behind the other's changes by the
// time of the change stream or of the poll: both may give the last bed.
type admissions struct {
	mu    sync.Mutex
	sites map[id.Site]*sync.Mutex // of the directory's sites with a number of beds only
}

// wait waits for the other admissions to a site, and returns the end of this
// one. A site without a number of beds is never full, and waits for nobody.
func (a *admissions) wait(siteID id.Site, d *directory.Snapshot) (done func()) {
	if d.Sites[siteID].Beds == nil {
		return func() {}
	}
	turn := a.turn(siteID)
	turn.Lock()
	return turn.Unlock
}

func (a *admissions) turn(siteID id.Site) *sync.Mutex {
	a.mu.Lock()
	defer a.mu.Unlock()
	turn, ok := a.sites[siteID]
	if !ok {
		if a.sites == nil {
			a.sites = map[id.Site]*sync.Mutex{}
		}
		turn = &sync.Mutex{}
		a.sites[siteID] = turn
	}
	return turn
}

// bed refuses a site that is full, unless there is a reason and the actor may
// exceed its capacity. A reason goes with a full site only, so that who reads it
// later knows that the site was full.
func (s *Service) bed(actor access.Actor, siteID id.Site, reason sealed.Text) reference {
	return func(_ context.Context, c *casefile.Case) error {
		if c.StayingAt() == siteID {
			return nil // the state says what is wrong with that
		}
		beds, taken := s.directory.Snapshot().Sites[siteID].Beds, s.desk.staying(siteID)
		full := beds != nil && taken >= *beds
		switch {
		case full && reason != "":
			return actor.Permit(access.ExceedCapacity, c, s.Today())
		case full:
			return fault.Input("siteId", "the site is full: %d of %d beds are taken; a supervisor may override this with overCapacityReason", taken, *beds)
		case reason != "":
			return fault.Input("overCapacityReason", "the site is not full; leave the reason out")
		}
		return nil
	}
}

// Occupied returns how many have a bed at a shelter, for those who may know of
// every case of its organisation, and nil for all others.
func (v *View) Occupied(site *directory.Site) *int {
	scope := v.Actor.Scope()
	if site.Kind != directory.ShelterSite || scope.Organisation != site.Organisation || scope.Consent != "" {
		return nil
	}
	taken := v.desk.staying(site.ID) // as it stands, so that the answer to an admission counts it
	return &taken
}

// OverCapacityReason returns why a site took her in although it was full, from
// the entry of the stay's case that says so, or nil where there is none.
func (v *View) OverCapacityReason(ctx context.Context, stayID string, entry int) (*string, error) {
	if entry == 0 {
		return nil, nil
	}
	c, err := v.desk.find(ctx, id.CaseOf(stayID)) // at least as new as the entry
	if err != nil {
		return nil, err
	}
	e, err := v.Entry(ctx, c, entry)
	if err != nil {
		return nil, err
	}
	switch data := e.Data.(type) {
	case shelter.Admitted:
		return v.Open(ctx, c.ID, data.OverCapacityReason)
	case shelter.Moved:
		return v.Open(ctx, c.ID, data.OverCapacityReason)
	}
	return nil, fault.New(fault.Internal, "entry %s gives no reason", e.ID())
}
