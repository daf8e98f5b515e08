package casework

import (
	"context"
	"sync"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/stall"
)

// rederive derives again what is due on every case of an organisation, after its
// thresholds have changed. A case that somebody changes meanwhile is derived
// before, and then again here, or after, by the new thresholds.
func (s *Service) rederive(org id.Organisation) {
	s.live.deriving.Lock()
	defer s.live.deriving.Unlock()
	th, today := s.directory.Snapshot().Thresholds(org), s.Today()
	var due stall.Deriver
	spare := &casefile.Case{}
	s.live.register.Redo(org, func(c *casefile.Case) *casefile.Case {
		*spare = *c // which shares what no change of a published case touches
		due.Derive(spare, th, today)
		if spare.NextDueOn == c.NextDueOn && spare.OpenlyDueOn == c.OpenlyDueOn && spare.ScanOn == c.ScanOn {
			return c
		}
		next := spare
		spare = &casefile.Case{}
		return next
	})
}

// StallRules returns the rules with the thresholds that hold for the actor's
// organisation.
func (v *View) StallRules() []stall.OrganisationRule {
	return v.Directory.Thresholds(v.Actor.Organisation).Rules()
}

// Thresholds returns what the actor's organisation has changed of the thresholds.
func (v *View) Thresholds() (*directory.Thresholds, error) {
	if err := v.Actor.PermitProgramme(access.ReadDirectory); err != nil {
		return nil, err
	}
	t := v.Directory.ThresholdsOf(v.Actor.Organisation)
	return &t, nil
}

// SimulateThresholdsInput says which thresholds would be others. Those that it
// does not name stay as they are.
type SimulateThresholdsInput struct{ Thresholds []stall.Proposal }

// Simulation is what other thresholds would flag in the viewer's organisation.
type Simulation struct {
	stall.Simulation
	Cases []*casefile.Case // flagged today by the others only
}

// SimulateThresholds says what other thresholds would flag today in the actor's
// organisation, and what they would have flagged in the 12 months before, without
// changing anything. It returns Forbidden, Invalid as stall.Revise does, and
// Unavailable where reading all histories takes longer than the request may.
func (s *Service) SimulateThresholds(ctx context.Context, v *View, in SimulateThresholdsInput) (*Simulation, error) {
	if err := v.Actor.PermitProgramme(access.SimulateThresholds); err != nil {
		return nil, err
	}
	org := v.Actor.Organisation
	then, err := v.Directory.Proposed(org, in.Thresholds)
	if err != nil {
		return nil, err
	}
	trial := stall.NewTrial(v.Directory.Thresholds(org), then, v.Today)
	for c := range v.own() {
		trial.Today(c)
	}
	var mu sync.Mutex
	err = s.histories(ctx, v, func(c *casefile.Case, history []casefile.Entry) error {
		past, err := trial.Replay(c.ID, history)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		trial.Count(past)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return v.simulation(trial.Result()), nil
}

// simulation finds the cases of a simulation.
func (v *View) simulation(found stall.Simulation) *Simulation {
	s := &Simulation{Simulation: found}
	for _, caseID := range found.Cases {
		if c, err := v.Case(caseID); err == nil { // absent where the viewer does not see it
			s.Cases = append(s.Cases, c)
		}
	}
	return s
}

// StallQuality says what came of the flags that were raised in a period in the
// actor's organisation, by rule. It returns Forbidden, Invalid where the period
// ends before it begins, and Unavailable as SimulateThresholds does.
func (s *Service) StallQuality(ctx context.Context, v *View, period calendar.Period) ([]stall.Quality, error) {
	if err := v.Actor.PermitProgramme(access.ReadStallQuality); err != nil {
		return nil, err
	}
	if period.To < period.From {
		return nil, fault.Input("period.to", "is before from")
	}
	appraisal := stall.NewAppraisal(period)
	var mu sync.Mutex
	err := s.histories(ctx, v, func(_ *casefile.Case, history []casefile.Entry) error {
		mu.Lock()
		defer mu.Unlock()
		appraisal.Add(history)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return appraisal.Result(), nil
}
