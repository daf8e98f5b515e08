package directory

import (
	"context"

	"onward/services/access"
	"onward/services/fault"
	"onward/services/id"
)

// AddSiteInput adds a site to the actor's organisation.
type AddSiteInput struct {
	RequestID string
	Name      string
	Kind      SiteKind
	Province  string
	Beds      *int
}

// SitePayload is the answer to AddSite.
type SitePayload struct{ Site Site }

// AddSite adds a site. Its identifier is derived from who asks and the
// requestId, so that the same request adds one site only.
func (d *Directory) AddSite(ctx context.Context, actor access.Actor, in AddSiteInput) (*SitePayload, error) {
	site := Site{
		ID:           id.Site(id.Derive(id.SitePrefix, string(actor.Worker), in.RequestID)),
		Organisation: actor.Organisation, Name: in.Name, Kind: in.Kind, Province: in.Province, Beds: in.Beds,
	}
	if err := d.permitAndCheck(actor, access.ManageDirectory, in.RequestID, site); err != nil {
		return nil, err
	}
	err := d.Add(ctx, site)
	if fault.Is(err, fault.Conflict) {
		return &SitePayload{d.Snapshot().Sites[site.ID]}, nil
	}
	return &SitePayload{site}, err
}

// AddEmployerInput adds an employer that the actor's organisation knows.
type AddEmployerInput struct {
	RequestID string
	Name      string
	Sector    *string
	Province  *string
}

// EmployerPayload is the answer to AddEmployer.
type EmployerPayload struct{ Employer Employer }

// AddEmployer adds an employer, once for each request.
func (d *Directory) AddEmployer(ctx context.Context, actor access.Actor, in AddEmployerInput) (*EmployerPayload, error) {
	employer := Employer{
		ID:           id.Employer(id.Derive(id.EmployerPrefix, string(actor.Worker), in.RequestID)),
		Organisation: actor.Organisation, Name: in.Name, Sector: text(in.Sector), Province: text(in.Province),
	}
	if err := d.permitAndCheck(actor, access.AddEmployer, in.RequestID, employer); err != nil {
		return nil, err
	}
	err := d.Add(ctx, employer)
	if fault.Is(err, fault.Conflict) {
		return &EmployerPayload{d.Snapshot().Employers[employer.ID]}, nil
	}
	return &EmployerPayload{employer}, err
}

func (d *Directory) permitAndCheck(actor access.Actor, action access.Action, requestID string, t Thing) error {
	if err := actor.PermitProgramme(action); err != nil {
		return err
	}
	if requestID == "" || len(requestID) > 128 {
		return fault.Input("requestId", "must have 1 to 128 characters")
	}
	return d.Snapshot().Check(t)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
