package directory

import (
	"cmp"
	"slices"

	"onward/services/access"
	"onward/services/id"
	"onward/services/page"
)

// OrganisationFilter says which organisations; all given parts must hold.
type OrganisationFilter struct {
	Province []string
}

// SiteFilter says which sites; all given parts must hold.
type SiteFilter struct {
	Organisation []id.Organisation
	Kind         []SiteKind
	Province     []string
}

// WorkerFilter says which workers; all given parts must hold.
type WorkerFilter struct {
	Role   []access.Role
	Active *bool
}

// NetworkFilter says which networks; all given parts must hold.
type NetworkFilter struct {
	Kind     []NetworkKind
	Province []string
	Active   *bool
}

// The pages of the directory's lists.
type (
	OrganisationConnection = page.Connection[Organisation]
	OrganisationEdge       = page.Edge[Organisation]
	SiteConnection         = page.Connection[Site]
	SiteEdge               = page.Edge[Site]
	WorkerConnection       = page.Connection[Worker]
	WorkerEdge             = page.Edge[Worker]
	EmployerConnection     = page.Connection[Employer]
	EmployerEdge           = page.Edge[Employer]
	TeamConnection         = page.Connection[Team]
	TeamEdge               = page.Edge[Team]
	SchoolConnection       = page.Connection[School]
	SchoolEdge             = page.Edge[School]
	NetworkConnection      = page.Connection[Network]
	NetworkEdge            = page.Edge[Network]
	PartnerKeyConnection   = page.Connection[PartnerKey]
	PartnerKeyEdge         = page.Edge[PartnerKey]
	DocumentConnection     = page.Connection[Document]
	DocumentEdge           = page.Edge[Document]
)

// ListOrganisations returns the organisations by name.
func (s *Snapshot) ListOrganisations(f OrganisationFilter) []Organisation {
	return byName(s.Organisations,
		func(o Organisation) bool { return within(f.Province, o.Province) },
		func(o Organisation) string { return o.Name })
}

// ListSites returns the sites by name.
func (s *Snapshot) ListSites(f SiteFilter) []Site {
	return byName(s.Sites,
		func(x Site) bool {
			return within(f.Organisation, x.Organisation) && within(f.Kind, x.Kind) && within(f.Province, x.Province)
		},
		func(x Site) string { return x.Name })
}

// ListWorkers returns the workers of an organisation by name.
func (s *Snapshot) ListWorkers(org id.Organisation, f WorkerFilter) []Worker {
	return byName(s.Workers,
		func(w Worker) bool {
			return w.Organisation == org && within(f.Role, w.Role) && (f.Active == nil || *f.Active == w.Active())
		},
		func(w Worker) string { return w.Name })
}

// ListEmployers returns the employers that an organisation knows, by name.
func (s *Snapshot) ListEmployers(org id.Organisation) []Employer {
	return byName(s.Employers,
		func(e Employer) bool { return e.Organisation == org },
		func(e Employer) string { return e.Name })
}

// ListTeams returns the teams of an organisation by name.
func (s *Snapshot) ListTeams(org id.Organisation) []Team {
	return byName(s.Teams,
		func(t Team) bool { return t.Organisation == org },
		func(t Team) string { return t.Name })
}

// ListSchools returns the schools that an organisation knows, by name.
func (s *Snapshot) ListSchools(org id.Organisation) []School {
	return byName(s.Schools,
		func(x School) bool { return x.Organisation == org },
		func(x School) string { return x.Name })
}

// ListNetworks returns the networks that an organisation has set up, by name.
func (s *Snapshot) ListNetworks(org id.Organisation, f NetworkFilter) []Network {
	return byName(s.Networks,
		func(n Network) bool {
			return n.Organisation == org && within(f.Kind, n.KindOrCommunity()) && within(f.Province, n.Province) &&
				(f.Active == nil || *f.Active == n.ActiveTo.IsZero())
		},
		func(n Network) string { return n.Name })
}

func within[T comparable](allowed []T, v T) bool {
	return len(allowed) == 0 || slices.Contains(allowed, v)
}

// byName returns the things that a filter keeps, by name and then identifier.
func byName[K ~string, V Thing](m map[K]V, keep func(V) bool, name func(V) string) []V {
	var out []V
	for _, v := range m {
		if keep(v) {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b V) int {
		return cmp.Or(cmp.Compare(name(a), name(b)), cmp.Compare(a.key(), b.key()))
	})
	return out
}
