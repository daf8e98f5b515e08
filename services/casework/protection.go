package casework

import (
	"context"
	"fmt"
	"slices"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
)

// SealCaseInput seals a case at once. It asks for as little as can be: whoever
// sends it may have somebody standing beside her.
type SealCaseInput struct{ Request }

// SealCasePayload is the answer to SealCase, which shows nothing of the case.
type SealCasePayload struct{ On calendar.Day }

// SealCase takes a case out of everybody's sight but of those who steer the
// organisation, whoever sends it not among them where there is somebody else.
func (s *Service) SealCase(ctx context.Context, actor access.Actor, in SealCaseInput) (*SealCasePayload, error) {
	i := plain(access.SealCase, casefile.Protected{})
	i.unseen = true
	i.data = func(c *casefile.Case) casefile.Data {
		named := slices.DeleteFunc(s.steering(c.Organisation), func(w id.Worker) bool { return w == actor.Worker })
		if len(named) == 0 {
			named = []id.Worker{actor.Worker}
		}
		return casefile.Protected{WorkerIDs: named}
	}
	if err := check(s.Today(), "on", &in.Request, casefile.Protected{}); err != nil {
		return nil, err
	}
	change, err := s.intend(ctx, actor, in.Request, i)
	if err != nil {
		return nil, err
	}
	return &SealCasePayload{change.Entry.On}, nil
}

// steering returns the workers with access who steer an organisation.
func (s *Service) steering(org id.Organisation) (all []id.Worker) {
	for _, w := range s.directory.Snapshot().Workers {
		if w.Organisation == org && w.Active() && w.Role.Steers() {
			all = append(all, w.ID)
		}
	}
	slices.Sort(all)
	return all
}

// forgotten returns who is to be named on a protected case that names nobody any
// more who has access, or none where somebody has.
func (s *Service) forgotten(c *casefile.Case) []id.Worker {
	if !c.Protected() {
		return nil
	}
	d := s.directory.Snapshot()
	if slices.ContainsFunc(c.Guard().Workers, func(w id.Worker) bool { known, ok := d.Workers[w]; return ok && known.Active() }) {
		return nil
	}
	return s.steering(c.Organisation)
}

// ProtectCaseInput says who alone may know of a case.
type ProtectCaseInput struct {
	Request
	Reason    sealed.Text `json:"reason" validate:"required,max=500"`
	WorkerIDs []id.Worker `json:"workerIds" validate:"required,min=1,max=50,unique"`
}

// ProtectCase lets only the workers who are named know of a case, from now on. The
// actor is among them, who can end it, and the owner.
func (s *Service) ProtectCase(ctx context.Context, actor access.Actor, in ProtectCaseInput) (*Change, error) {
	if fields := broken(&in); len(fields) > 0 {
		return nil, fault.Inputs(fields...)
	}
	return s.record(ctx, actor, access.ProtectCase, in.Request, casefile.Protected{WorkerIDs: in.WorkerIDs, Reason: in.Reason}, s.nameable(actor, in.WorkerIDs))
}

// nameable refuses those who cannot be named on a case that is to be protected.
func (s *Service) nameable(actor access.Actor, named []id.Worker) reference {
	return func(_ context.Context, c *casefile.Case) error {
		d := s.directory.Snapshot()
		for i, n := range named {
			w, ok := d.Workers[n]
			if !ok || w.Organisation != c.Organisation || !w.Active() || !w.Role.WorksOnCases() {
				return fault.Input(fmt.Sprintf("workerIds[%d]", i), "there is no such worker of your organisation who works on cases")
			}
		}
		switch {
		case !slices.Contains(named, actor.Worker):
			return fault.Input("workerIds", "name yourself too, or somebody who is named has to do it")
		case c.Owner != "" && !slices.Contains(named, c.Owner):
			return fault.Input("workerIds", "the owner of the case has to be named; assign it to somebody else first")
		}
		return nil
	}
}

// UnprotectCaseInput ends a protection.
type UnprotectCaseInput struct {
	Request
	casefile.Unprotected
}

// UnprotectCase lets everybody know of a case again who could before it was
// protected or sealed.
func (s *Service) UnprotectCase(ctx context.Context, actor access.Actor, in UnprotectCaseInput) (*Change, error) {
	return s.record(ctx, actor, access.ProtectCase, in.Request, in.Unprotected)
}

// BreakGlassInput asks to read in an emergency what one's role does not read.
type BreakGlassInput struct {
	Request
	casefile.GlassBroken
}

// BreakGlass lets the actor read for an hour who she is, whom to reach and what is
// wrong, and asks the supervisor to look at it. It opens no protected case.
func (s *Service) BreakGlass(ctx context.Context, actor access.Actor, in BreakGlassInput) (*Change, error) {
	return s.record(ctx, actor, access.BreakGlass, in.Request, in.GlassBroken)
}
