package directory

import (
	"context"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
)

// The answers to changes of one thing: the thing as it is now.
type (
	OrganisationPayload struct{ Organisation Organisation }
	SitePayload         struct{ Site Site }
	TeamPayload         struct{ Team Team }
	WorkerPayload       struct{ Worker Worker }
	EmployerPayload     struct{ Employer Employer }
	SchoolPayload       struct{ School School }
	NetworkPayload      struct{ Network Network }
)

// Where a snapshot keeps the things of each kind.
func organisations(s *Snapshot) map[id.Organisation]Organisation { return s.Organisations }
func sites(s *Snapshot) map[id.Site]Site                         { return s.Sites }
func teams(s *Snapshot) map[id.Team]Team                         { return s.Teams }
func workers(s *Snapshot) map[id.Worker]Worker                   { return s.Workers }
func employers(s *Snapshot) map[id.Employer]Employer             { return s.Employers }
func schools(s *Snapshot) map[id.School]School                   { return s.Schools }
func networks(s *Snapshot) map[id.Network]Network                { return s.Networks }

// adding returns the act of adding a thing.
func adding(actor access.Actor, at time.Time, kind, requestID string) act {
	return act{actor: actor, at: at, kind: kind, Request: Request{RequestID: requestID}}
}

// AddSiteInput adds a site to the actor's organisation.
type AddSiteInput struct {
	RequestID string
	Name      string
	Kind      SiteKind
	Province  string
	District  *string
	Commune   *string
	Beds      *int
}

// AddSite adds a site. Its identifier is derived from who asks and the
// requestId, so that the same request adds one site only.
func (d *Directory) AddSite(ctx context.Context, actor access.Actor, at time.Time, in AddSiteInput) (*SitePayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	site := Site{
		ID: derived[id.Site](id.SitePrefix, actor, in.RequestID), Organisation: actor.Organisation,
		Name: in.Name, Kind: in.Kind, Province: in.Province, District: text(in.District), Commune: text(in.Commune), Beds: in.Beds,
	}
	added, err := add(ctx, d, adding(actor, at, "site.added", in.RequestID), site, sites)
	if err != nil {
		return nil, err
	}
	return &SitePayload{added}, nil
}

// AddTeamInput adds a team to the actor's organisation.
type AddTeamInput struct {
	RequestID string
	Name      string
}

// AddTeam adds a team, once for each request.
func (d *Directory) AddTeam(ctx context.Context, actor access.Actor, at time.Time, in AddTeamInput) (*TeamPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	team := Team{ID: derived[id.Team](id.TeamPrefix, actor, in.RequestID), Organisation: actor.Organisation, Name: in.Name}
	added, err := add(ctx, d, adding(actor, at, "team.added", in.RequestID), team, teams)
	if err != nil {
		return nil, err
	}
	return &TeamPayload{added}, nil
}

// AddWorkerInput adds a worker, or a partner's machine, to the actor's
// organisation.
type AddWorkerInput struct {
	RequestID string
	Name      string
	Role      access.Role
	TeamID    *id.Team

	QueriesAdHoc *bool // absent is false
}

// AddWorker adds a worker, once for each request. IssueToken lets the worker in.
func (d *Directory) AddWorker(ctx context.Context, actor access.Actor, at time.Time, in AddWorkerInput) (*WorkerPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	worker := Worker{
		ID: derived[id.Worker](id.WorkerPrefix, actor, in.RequestID), Organisation: actor.Organisation,
		Name: in.Name, Role: in.Role, Team: text(in.TeamID),
	}
	set(&worker.QueriesAdHoc, in.QueriesAdHoc)
	added, err := add(ctx, d, adding(actor, at, "worker.added", in.RequestID), worker, workers)
	if err != nil {
		return nil, err
	}
	return &WorkerPayload{added}, nil
}

// AddEmployerInput adds an employer that the actor's organisation knows.
type AddEmployerInput struct {
	RequestID string
	Name      string
	Sector    *string
	Province  *string
}

// AddEmployer adds an employer, once for each request.
func (d *Directory) AddEmployer(ctx context.Context, actor access.Actor, at time.Time, in AddEmployerInput) (*EmployerPayload, error) {
	if err := permit(actor, access.AddEmployer, in.RequestID); err != nil {
		return nil, err
	}
	employer := Employer{
		ID: derived[id.Employer](id.EmployerPrefix, actor, in.RequestID), Organisation: actor.Organisation,
		Name: in.Name, Sector: text(in.Sector), Province: text(in.Province),
	}
	added, err := add(ctx, d, adding(actor, at, "employer.added", in.RequestID), employer, employers)
	if err != nil {
		return nil, err
	}
	return &EmployerPayload{added}, nil
}

// AddSchoolInput adds a school that the actor's organisation knows.
type AddSchoolInput struct {
	RequestID string
	Name      string
	Province  *string
}

// AddSchool adds a school, once for each request.
func (d *Directory) AddSchool(ctx context.Context, actor access.Actor, at time.Time, in AddSchoolInput) (*SchoolPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	school := School{
		ID: derived[id.School](id.SchoolPrefix, actor, in.RequestID), Organisation: actor.Organisation,
		Name: in.Name, Province: text(in.Province),
	}
	added, err := add(ctx, d, adding(actor, at, "school.added", in.RequestID), school, schools)
	if err != nil {
		return nil, err
	}
	return &SchoolPayload{added}, nil
}

// AddNetworkInput adds a community network or a youth club that the actor's
// organisation has set up.
type AddNetworkInput struct {
	RequestID  string
	Kind       NetworkKind
	Name       string
	Province   string
	ActiveFrom calendar.Day
}

// AddNetwork adds a network or a club, once for each request.
func (d *Directory) AddNetwork(ctx context.Context, actor access.Actor, at time.Time, in AddNetworkInput) (*NetworkPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	if err := checkDay("activeFrom", in.ActiveFrom, at); err != nil {
		return nil, err
	}
	network := Network{
		ID: derived[id.Network](id.NetworkPrefix, actor, in.RequestID), Organisation: actor.Organisation,
		Kind: in.Kind, Name: in.Name, Province: in.Province, ActiveFrom: in.ActiveFrom,
	}
	added, err := add(ctx, d, adding(actor, at, "network.added", in.RequestID), network, networks)
	if err != nil {
		return nil, err
	}
	return &NetworkPayload{added}, nil
}

// earliest is the first day on which something can have begun or ended: long
// before any programme, so that it only finds slips of the pen.
var earliest = calendar.Date(1970, 1, 1)

// checkDay refuses a day on which nothing can have begun or ended.
func checkDay(field string, day calendar.Day, at time.Time) error {
	switch today := calendar.DayOf(at); {
	case day > today:
		return fault.Input(field, "%s is in the future; today is %s", day, today)
	case day < earliest:
		return fault.Input(field, "%s is too long ago; the earliest day is %s", day, earliest)
	}
	return nil
}

// text returns what is said, or "".
func text[T ~string](s *T) T {
	if s == nil {
		return ""
	}
	return *s
}
