package directory

import (
	"context"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
)

// In every update a part that is absent stays as it is; an empty text takes away
// one that need not be there.

// set changes a part that is given.
func set[T any](part *T, given *T) {
	if given != nil {
		*part = *given
	}
}

// updating returns the act of changing a thing.
func updating(actor access.Actor, at time.Time, kind string, r Request) act {
	return act{actor: actor, at: at, kind: kind, Request: r}
}

// UpdateOrganisationInput changes the actor's own organisation.
type UpdateOrganisationInput struct {
	Request
	Name     *string
	NameKm   *string
	Kind     *OrganisationKind
	Province *string
}

// UpdateOrganisation changes the actor's own organisation. Its code stays: case
// codes begin with it.
func (d *Directory) UpdateOrganisation(ctx context.Context, actor access.Actor, at time.Time, in UpdateOrganisationInput) (*OrganisationPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	o, err := edit(ctx, d, updating(actor, at, "organisation.updated", in.Request), actor.Organisation, organisations, func(_ *Snapshot, o *Organisation) error {
		set(&o.Name, in.Name)
		set(&o.NameKm, in.NameKm)
		set(&o.Kind, in.Kind)
		set(&o.Province, in.Province)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &OrganisationPayload{o}, nil
}

// UpdateSiteInput changes a site.
type UpdateSiteInput struct {
	Request
	SiteID   id.Site
	Name     *string
	Kind     *SiteKind
	Province *string
	District *string
	Commune  *string
	Beds     *int
}

// UpdateSite changes a site of the actor's organisation.
func (d *Directory) UpdateSite(ctx context.Context, actor access.Actor, at time.Time, in UpdateSiteInput) (*SitePayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	site, err := edit(ctx, d, updating(actor, at, "site.updated", in.Request), in.SiteID, sites, func(_ *Snapshot, s *Site) error {
		set(&s.Name, in.Name)
		set(&s.Kind, in.Kind)
		set(&s.Province, in.Province)
		set(&s.District, in.District)
		set(&s.Commune, in.Commune)
		if in.Beds != nil {
			s.Beds = in.Beds
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &SitePayload{site}, nil
}

// UpdateTeamInput changes a team.
type UpdateTeamInput struct {
	Request
	TeamID id.Team
	Name   *string
}

// UpdateTeam changes a team of the actor's organisation.
func (d *Directory) UpdateTeam(ctx context.Context, actor access.Actor, at time.Time, in UpdateTeamInput) (*TeamPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	team, err := edit(ctx, d, updating(actor, at, "team.updated", in.Request), in.TeamID, teams, func(_ *Snapshot, t *Team) error {
		set(&t.Name, in.Name)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &TeamPayload{team}, nil
}

// UpdateWorkerInput changes a worker.
type UpdateWorkerInput struct {
	Request
	WorkerID id.Worker
	Name     *string
	Role     *access.Role
	TeamID   *id.Team

	QueriesAdHoc *bool
	LeavesOn     *calendar.Day
	Stays        *bool // takes LeavesOn back
}

// UpdateWorker changes a worker of the actor's organisation. A new role holds
// from the next request on. The last ORG_ADMIN of an organisation keeps the role.
func (d *Directory) UpdateWorker(ctx context.Context, actor access.Actor, at time.Time, in UpdateWorkerInput) (*WorkerPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	worker, err := edit(ctx, d, updating(actor, at, "worker.updated", in.Request), in.WorkerID, workers, func(s *Snapshot, w *Worker) error {
		if in.Role != nil && *in.Role != access.OrgAdmin && s.lastAdmin(*w) {
			return fault.Input("role", "%s is the last active ORG_ADMIN; give somebody else the role first", w.Name)
		}
		set(&w.Name, in.Name)
		set(&w.Role, in.Role)
		set(&w.Team, in.TeamID)
		set(&w.QueriesAdHoc, in.QueriesAdHoc)
		set(&w.LeavesOn, in.LeavesOn)
		if in.Stays != nil && *in.Stays {
			if in.LeavesOn != nil {
				return fault.Input("stays", "a day on which the worker leaves is given as well")
			}
			w.LeavesOn = 0
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &WorkerPayload{worker}, nil
}

// lastAdmin reports whether nobody else could manage the worker's organisation.
func (s *Snapshot) lastAdmin(w Worker) bool {
	yes := true
	admins := s.ListWorkers(w.Organisation, WorkerFilter{Role: []access.Role{access.OrgAdmin}, Active: &yes})
	return len(admins) == 1 && admins[0].ID == w.ID
}

// UpdateEmployerInput changes an employer.
type UpdateEmployerInput struct {
	Request
	EmployerID id.Employer
	Name       *string
	Sector     *string
	Province   *string
}

// UpdateEmployer changes an employer that the actor's organisation knows.
func (d *Directory) UpdateEmployer(ctx context.Context, actor access.Actor, at time.Time, in UpdateEmployerInput) (*EmployerPayload, error) {
	if err := permit(actor, access.AddEmployer, in.RequestID); err != nil {
		return nil, err
	}
	employer, err := edit(ctx, d, updating(actor, at, "employer.updated", in.Request), in.EmployerID, employers, func(_ *Snapshot, e *Employer) error {
		set(&e.Name, in.Name)
		set(&e.Sector, in.Sector)
		set(&e.Province, in.Province)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &EmployerPayload{employer}, nil
}

// UpdateSchoolInput changes a school.
type UpdateSchoolInput struct {
	Request
	SchoolID id.School
	Name     *string
	Province *string
}

// UpdateSchool changes a school that the actor's organisation knows.
func (d *Directory) UpdateSchool(ctx context.Context, actor access.Actor, at time.Time, in UpdateSchoolInput) (*SchoolPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	school, err := edit(ctx, d, updating(actor, at, "school.updated", in.Request), in.SchoolID, schools, func(_ *Snapshot, s *School) error {
		set(&s.Name, in.Name)
		set(&s.Province, in.Province)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &SchoolPayload{school}, nil
}

// UpdateNetworkInput changes a network.
type UpdateNetworkInput struct {
	Request
	NetworkID  id.Network
	Kind       *NetworkKind
	Name       *string
	Province   *string
	ActiveFrom calendar.Day
}

// UpdateNetwork changes a network or a club of the actor's organisation.
func (d *Directory) UpdateNetwork(ctx context.Context, actor access.Actor, at time.Time, in UpdateNetworkInput) (*NetworkPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	network, err := edit(ctx, d, updating(actor, at, "network.updated", in.Request), in.NetworkID, networks, func(_ *Snapshot, n *Network) error {
		set(&n.Kind, in.Kind)
		set(&n.Name, in.Name)
		set(&n.Province, in.Province)
		if in.ActiveFrom.IsZero() {
			return nil
		}
		n.ActiveFrom = in.ActiveFrom
		if !n.ActiveTo.IsZero() && n.ActiveTo < n.ActiveFrom {
			return fault.Input("activeFrom", "it ended before that, on %s", n.ActiveTo)
		}
		return checkDay("activeFrom", n.ActiveFrom, at)
	})
	if err != nil {
		return nil, err
	}
	return &NetworkPayload{network}, nil
}
