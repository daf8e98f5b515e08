package casework

import (
	"context"
	"slices"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/id"
)

// ownSite refuses a site that is not one of the actor's organisation, has ended,
// or is not of one of the kinds.
func (s *Service) ownSite(actor access.Actor, field string, siteID id.Site, kinds ...directory.SiteKind) reference {
	return func(context.Context, *casefile.Case) error {
		if siteID == "" {
			return nil
		}
		site, ok := s.directory.Snapshot().Sites[siteID]
		if !ok || site.Organisation != actor.Organisation {
			return fault.Input(field, "there is no such site in your organisation")
		}
		if !site.ActiveTo.IsZero() {
			return fault.Input(field, "%s has been out of use since %s", site.Name, site.ActiveTo)
		}
		if len(kinds) > 0 && !slices.Contains(kinds, site.Kind) {
			return fault.Input(field, "%s is no %s", site.Name, kinds[0])
		}
		return nil
	}
}

// ownWorker refuses a worker who does not work on the cases of the actor's
// organisation.
func (s *Service) ownWorker(actor access.Actor, field string, workerID id.Worker) reference {
	return func(_ context.Context, c *casefile.Case) error {
		if workerID == "" {
			return nil
		}
		w, ok := s.directory.Snapshot().Workers[workerID]
		if !ok || w.Organisation != actor.Organisation || !w.DisabledAt.IsZero() {
			return fault.Input(field, "there is no such worker in your organisation")
		}
		if !w.Role.WorksOnCases() {
			return fault.Input(field, "a worker with the role %s does not work on cases", w.Role)
		}
		if c != nil && !c.KnownTo(workerID) {
			return fault.Input(field, "the case is protected and does not name this worker; name her with protectCase first")
		}
		return nil
	}
}

// ownEmployer refuses an employer that the actor's organisation does not know or
// that has ended.
func (s *Service) ownEmployer(actor access.Actor, employerID id.Employer) reference {
	return func(context.Context, *casefile.Case) error {
		if employerID == "" {
			return nil
		}
		e, ok := s.directory.Snapshot().Employers[employerID]
		if !ok || e.Organisation != actor.Organisation {
			return fault.Input("employerId", "there is no such employer; add it with addEmployer or give employerName")
		}
		if !e.ActiveTo.IsZero() {
			return fault.Input("employerId", "%s has been out of use since %s", e.Name, e.ActiveTo)
		}
		return nil
	}
}

// provider refuses a provider of training that is not in the directory; it may be
// any organisation's.
func (s *Service) provider(organisationID id.Organisation) reference {
	return func(context.Context, *casefile.Case) error {
		if organisationID == "" {
			return nil
		}
		if _, ok := s.directory.Snapshot().Organisations[organisationID]; !ok {
			return fault.Input("providerId", "there is no such organisation; give providerName where the directory does not have it")
		}
		return nil
	}
}

// safeEmployer refuses a start where the workplace was found not to be safe. What the
// case knows of employers is sealed, so the start is sealed to be compared with it.
func (s *Service) safeEmployer(e employment.Started, on calendar.Day) reference {
	return func(ctx context.Context, c *casefile.Case) error {
		if !c.Employment().FoundUnsafe() {
			return nil // there is nothing to which the name would be compared
		}
		like, err := s.seal(ctx, casefile.Entry{CaseID: c.ID, Version: c.Version + 1, Data: e})
		if err != nil {
			return err
		}
		return c.Employment().AllowStart(like.Data.(employment.Started), on)
	}
}
