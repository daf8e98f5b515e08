package directory

import (
	"context"
	"unicode/utf8"

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
	if err := d.addOnce(ctx, site); err != nil {
		return nil, err
	}
	return &SitePayload{d.Snapshot().Sites[site.ID]}, nil
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
	if err := d.addOnce(ctx, employer); err != nil {
		return nil, err
	}
	return &EmployerPayload{d.Snapshot().Employers[employer.ID]}, nil
}

func (d *Directory) permitAndCheck(actor access.Actor, action access.Action, requestID string, t Thing) error {
	if err := actor.PermitProgramme(action); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(requestID); n == 0 || n > 128 {
		return fault.Input("requestId", "must have 1 to 128 characters")
	}
	return d.Snapshot().Check(t)
}

// addOnce adds a thing, or takes in the one that the same request has added, in
// this process or in another.
func (d *Directory) addOnce(ctx context.Context, t Thing) error {
	err := d.Add(ctx, t)
	if fault.Is(err, fault.Conflict) {
		return d.reread(ctx, t.key())
	}
	return err
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
