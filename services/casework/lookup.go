package casework

import (
	"cmp"
	"context"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/page"
	"onward/services/release"
)

// FindCase returns one case by exactly one of its identifier and its code.
func (v *View) FindCase(caseID, code *string) (*casefile.Case, error) {
	switch {
	case caseID != nil && code == nil:
		return v.Case(id.Case(*caseID))
	case code != nil && caseID == nil:
		return v.CaseByCode(*code)
	}
	return nil, fault.Input("id", "give exactly one of id and code")
}

// Organisation returns an organisation of the directory, or nil.
func (v *View) Organisation(o id.Organisation) *directory.Organisation {
	return lookUp(v.Directory.Organisations, o)
}

// Organisations returns organisations of the directory; those that it does not
// know are left out.
func (v *View) Organisations(ids []id.Organisation) []directory.Organisation {
	all := make([]directory.Organisation, 0, len(ids))
	for _, o := range ids {
		if known := v.Organisation(o); known != nil {
			all = append(all, *known)
		}
	}
	return all
}

// Site returns a site of the directory, or nil.
func (v *View) Site(s id.Site) *directory.Site { return lookUp(v.Directory.Sites, s) }

// Place returns a district or a commune of a site. Where a shelter is, only its
// own organisation reads.
func (v *View) Place(s *directory.Site, code string) string {
	if s.Kind == directory.ShelterSite && s.Organisation != v.Actor.Organisation {
		return ""
	}
	return code
}

// Worker returns a worker of the directory, or nil.
func (v *View) Worker(w id.Worker) *directory.Worker { return lookUp(v.Directory.Workers, w) }

// Workers returns workers of the directory.
func (v *View) Workers(ids []id.Worker) []directory.Worker {
	all := make([]directory.Worker, 0, len(ids))
	for _, w := range ids {
		all = append(all, v.Directory.Workers[w])
	}
	return all
}

// Team returns a team of the directory, or nil.
func (v *View) Team(t id.Team) *directory.Team { return lookUp(v.Directory.Teams, t) }

// Employer returns an employer of the directory, or nil.
func (v *View) Employer(e id.Employer) *directory.Employer { return lookUp(v.Directory.Employers, e) }

func lookUp[K comparable, V any](m map[K]V, k K) *V {
	if value, ok := m[k]; ok {
		return &value
	}
	return nil
}

// GroupLabel returns the value of a dimension for people.
func (v *View) GroupLabel(g outcome.GroupValue, l locale.Locale) string {
	return release.Words{Directory: v.Directory}.Label(g).In(l)
}

// ListOrganisations returns a page of the organisations, by name.
func (v *View) ListOrganisations(f *directory.OrganisationFilter, args page.Args) (*directory.OrganisationConnection, error) {
	return listed(v, v.Directory.ListOrganisations(given(f)), func(o directory.Organisation) string { return string(o.ID) }, args)
}

// ListSites returns a page of the sites, by name.
func (v *View) ListSites(f *directory.SiteFilter, args page.Args) (*directory.SiteConnection, error) {
	return listed(v, v.Directory.ListSites(given(f)), func(s directory.Site) string { return string(s.ID) }, args)
}

// ListWorkers returns a page of the workers of the actor's organisation, by name.
func (v *View) ListWorkers(f *directory.WorkerFilter, args page.Args) (*directory.WorkerConnection, error) {
	return listed(v, v.Directory.ListWorkers(v.Actor.Organisation, given(f)), func(w directory.Worker) string { return string(w.ID) }, args)
}

// ListEmployers returns a page of the employers that the actor's organisation
// knows, by name.
func (v *View) ListEmployers(args page.Args) (*directory.EmployerConnection, error) {
	return listed(v, v.Directory.ListEmployers(v.Actor.Organisation), func(e directory.Employer) string { return string(e.ID) }, args)
}

// ListTeams returns a page of the teams of the actor's organisation, by name.
func (v *View) ListTeams(args page.Args) (*directory.TeamConnection, error) {
	return listed(v, v.Directory.ListTeams(v.Actor.Organisation), func(t directory.Team) string { return string(t.ID) }, args)
}

// ListSchools returns a page of the schools that the actor's organisation knows,
// by name.
func (v *View) ListSchools(args page.Args) (*directory.SchoolConnection, error) {
	return listed(v, v.Directory.ListSchools(v.Actor.Organisation), func(s directory.School) string { return string(s.ID) }, args)
}

// ListNetworks returns a page of the networks and clubs that the actor's
// organisation has set up, by name.
func (v *View) ListNetworks(f *directory.NetworkFilter, args page.Args) (*directory.NetworkConnection, error) {
	return listed(v, v.Directory.ListNetworks(v.Actor.Organisation, given(f)), func(n directory.Network) string { return string(n.ID) }, args)
}

// ListPartnerKeys returns a page of the keys of the partners' applications of the
// actor's organisation, the oldest first.
func (v *View) ListPartnerKeys(args page.Args) (*directory.PartnerKeyConnection, error) {
	if err := v.Actor.PermitProgramme(access.ManageDirectory); err != nil {
		return nil, err
	}
	return page.Of(v.Directory.ListPartnerKeys(v.Actor.Organisation), func(k directory.PartnerKey) string { return string(k.ID) }, args)
}

// ListDocuments returns a page of the registered documents of the actor's
// organisation, by the names of their operations.
func (v *View) ListDocuments(args page.Args) (*directory.DocumentConnection, error) {
	if err := v.Actor.PermitProgramme(access.ManageDirectory); err != nil {
		return nil, err
	}
	return page.Of(v.Directory.ListDocuments(v.Actor.Organisation), func(d directory.Document) string { return string(d.ID) }, args)
}

// listed cuts a page out of a list of the directory.
func listed[T any](v *View, all []T, key func(T) string, args page.Args) (*page.Connection[T], error) {
	if err := v.Actor.PermitProgramme(access.ReadDirectory); err != nil {
		return nil, err
	}
	return page.Of(all, key, args)
}

// given returns what a filter says, or the filter that keeps everything.
func given[T any](f *T) T {
	if f == nil {
		var everything T
		return everything
	}
	return *f
}

// ListRollUps returns a page of the kept reports, as the actor may see them: they
// are no publication, and are for those who know their own organisation's figures.
func (v *View) ListRollUps(ctx context.Context, kept *outcome.RollUps, args page.Args) (*RollUpConnection, error) {
	if err := cmp.Or(v.Actor.PermitProgramme(access.ReadProgrammeImpact), v.Actor.PermitProgramme(access.ReadOwnImpact)); err != nil {
		return nil, err
	}
	all, err := kept.List(ctx)
	if err != nil {
		return nil, err
	}
	rollUps := make([]RollUp, len(all))
	for i, r := range all {
		rollUps[i] = RollUp{RollUp: r, Rows: withhold(exact(r.Rows), v.Actor)}
	}
	return page.Of(rollUps, func(r RollUp) string { return r.Period }, args)
}
