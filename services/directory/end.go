package directory

import (
	"context"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
)

// A thing that has ended stays where it is used and is not used anew. Ending it
// once more corrects the day.

// lastDay returns the last day on which a thing is in use: today where none is
// given, never in the future.
func lastDay(given calendar.Day, at time.Time) (calendar.Day, error) {
	if given.IsZero() {
		return calendar.DayOf(at), nil
	}
	return given, checkDay("activeTo", given, at)
}

// end ends a thing whose last day is a part of it, where nothing keeps it in
// use.
func end[K ~string, V Thing](ctx context.Context, d *Directory, a act, key K, kept func(*Snapshot) map[K]V, activeTo calendar.Day, last func(*V) *calendar.Day, inUse func(*Snapshot, V) error) (V, error) {
	return edit(ctx, d, a, key, kept, func(s *Snapshot, v *V) error {
		day, err := lastDay(activeTo, a.at)
		if err != nil {
			return err
		}
		*last(v) = day
		return inUse(s, *v)
	})
}

// unused is for things that nothing keeps in use.
func unused[V Thing](*Snapshot, V) error { return nil }

// EndSiteInput ends the use of a site.
type EndSiteInput struct {
	Request
	SiteID   id.Site
	ActiveTo calendar.Day
}

// EndSite ends the use of a site of the actor's organisation. It is refused
// while people stay there: the caller, who knows the cases, counts them.
func (d *Directory) EndSite(ctx context.Context, actor access.Actor, at time.Time, in EndSiteInput, staying func(id.Site) int) (*SitePayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	site, err := end(ctx, d, updating(actor, at, "site.ended", in.Request), in.SiteID, sites, in.ActiveTo,
		func(s *Site) *calendar.Day { return &s.ActiveTo },
		func(_ *Snapshot, s Site) error {
			if n := staying(s.ID); n > 0 {
				return fault.Input("siteId", "the number of people who stay there is %d; record where each goes with leaveShelter first", n)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	return &SitePayload{site}, nil
}

// EndTeamInput ends a team.
type EndTeamInput struct {
	Request
	TeamID   id.Team
	ActiveTo calendar.Day
}

// EndTeam ends a team of the actor's organisation. It is refused while active
// workers belong to it.
func (d *Directory) EndTeam(ctx context.Context, actor access.Actor, at time.Time, in EndTeamInput) (*TeamPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	team, err := end(ctx, d, updating(actor, at, "team.ended", in.Request), in.TeamID, teams, in.ActiveTo,
		func(t *Team) *calendar.Day { return &t.ActiveTo }, (*Snapshot).manned)
	if err != nil {
		return nil, err
	}
	return &TeamPayload{team}, nil
}

// manned refuses to end a team to which active workers belong.
func (s *Snapshot) manned(t Team) error {
	n := 0
	for _, w := range s.Workers {
		if w.Team == t.ID && w.Active() {
			n++
		}
	}
	if n > 0 {
		return fault.Input("teamId", "the number of active workers in it is %d; move each to another team with updateWorker first", n)
	}
	return nil
}

// EndEmployerInput ends the use of an employer.
type EndEmployerInput struct {
	Request
	EmployerID id.Employer
	ActiveTo   calendar.Day
}

// EndEmployer ends the use of an employer: nobody is placed there anew.
func (d *Directory) EndEmployer(ctx context.Context, actor access.Actor, at time.Time, in EndEmployerInput) (*EmployerPayload, error) {
	if err := permit(actor, access.AddEmployer, in.RequestID); err != nil {
		return nil, err
	}
	employer, err := end(ctx, d, updating(actor, at, "employer.ended", in.Request), in.EmployerID, employers, in.ActiveTo,
		func(e *Employer) *calendar.Day { return &e.ActiveTo }, unused)
	if err != nil {
		return nil, err
	}
	return &EmployerPayload{employer}, nil
}

// EndSchoolInput ends the use of a school.
type EndSchoolInput struct {
	Request
	SchoolID id.School
	ActiveTo calendar.Day
}

// EndSchool ends the use of a school: nobody is sent there anew.
func (d *Directory) EndSchool(ctx context.Context, actor access.Actor, at time.Time, in EndSchoolInput) (*SchoolPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	school, err := end(ctx, d, updating(actor, at, "school.ended", in.Request), in.SchoolID, schools, in.ActiveTo,
		func(s *School) *calendar.Day { return &s.ActiveTo }, unused)
	if err != nil {
		return nil, err
	}
	return &SchoolPayload{school}, nil
}

// EndNetworkInput ends a network.
type EndNetworkInput struct {
	Request
	NetworkID id.Network
	ActiveTo  calendar.Day
}

// EndNetwork records the last day on which a network or a club was active.
func (d *Directory) EndNetwork(ctx context.Context, actor access.Actor, at time.Time, in EndNetworkInput) (*NetworkPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	network, err := end(ctx, d, updating(actor, at, "network.ended", in.Request), in.NetworkID, networks, in.ActiveTo,
		func(n *Network) *calendar.Day { return &n.ActiveTo },
		func(_ *Snapshot, n Network) error {
			if n.ActiveTo < n.ActiveFrom {
				return fault.Input("activeTo", "it began after that, on %s", n.ActiveFrom)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	return &NetworkPayload{network}, nil
}

// EndWorkerInput ends a worker's access.
type EndWorkerInput struct {
	Request
	WorkerID    id.Worker
	Reason      string
	SuccessorID *id.Worker // takes over the open cases
}

// EndWorker ends a worker's access from the next request on. The last ORG_ADMIN
// of an organisation cannot be ended. It does not touch the cases: the caller
// gives them to the successor, who it says is fit for that.
func (d *Directory) EndWorker(ctx context.Context, actor access.Actor, at time.Time, in EndWorkerInput) (Worker, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return Worker{}, err
	}
	a := updating(actor, at, "worker.ended", in.Request)
	a.reason = in.Reason
	return edit(ctx, d, a, in.WorkerID, workers, func(s *Snapshot, w *Worker) error {
		if err := checkReason(in.Reason); err != nil {
			return err
		}
		if s.lastAdmin(*w) {
			return fault.Input("workerId", "%s is the last active ORG_ADMIN; give somebody else the role first", w.Name)
		}
		if w.Active() {
			w.DisabledAt = at.UTC()
		}
		return s.checkSuccessor(*w, text(in.SuccessorID))
	})
}

func checkReason(reason string) error {
	if n := len([]rune(reason)); n == 0 || n > 500 {
		return fault.Input("reason", "must have 1 to 500 characters")
	}
	if flaw := locale.Flaw(reason); flaw != "" {
		return fault.Input("reason", "%s", flaw)
	}
	return nil
}

// checkSuccessor refuses one who cannot take over a worker's cases.
func (s *Snapshot) checkSuccessor(w Worker, successor id.Worker) error {
	if successor == "" {
		return nil
	}
	next, ok := s.Workers[successor]
	switch {
	case !ok || next.Organisation != w.Organisation || !next.Active() || next.ID == w.ID:
		return fault.Input("successorId", "there is no such other active worker in your organisation")
	case !next.Role.WorksOnCases():
		return fault.Input("successorId", "a worker with the role %s does not work on cases", next.Role)
	}
	return nil
}

// Disable ends a worker's access from the next request on, for the operator, who
// may end anybody's. It is no error to disable a worker twice.
func (d *Directory) Disable(ctx context.Context, worker id.Worker, at time.Time) error {
	w, ok := d.Snapshot().Workers[worker]
	if ok && !w.Active() {
		return nil
	}
	operator := access.Actor{Organisation: w.Organisation}
	_, err := edit(ctx, d, act{actor: operator, at: at, kind: "worker.ended"}, worker, workers, func(_ *Snapshot, w *Worker) error {
		if w.Active() {
			w.DisabledAt = at.UTC()
		}
		return nil
	})
	return err
}
