package directory

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"onward/services/access"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
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
)

// ListOrganisations returns the organisations by name.
func (s *Snapshot) ListOrganisations(f OrganisationFilter) []Organisation {
	return listed(s.Organisations,
		func(o Organisation) bool { return within(f.Province, o.Province) },
		func(o Organisation) string { return o.Name })
}

// ListSites returns the sites by name.
func (s *Snapshot) ListSites(f SiteFilter) []Site {
	return listed(s.Sites,
		func(x Site) bool {
			return within(f.Organisation, x.Organisation) && within(f.Kind, x.Kind) && within(f.Province, x.Province)
		},
		func(x Site) string { return x.Name })
}

// ListWorkers returns the workers of an organisation by name.
func (s *Snapshot) ListWorkers(org id.Organisation, f WorkerFilter) []Worker {
	return listed(s.Workers,
		func(w Worker) bool {
			return w.Organisation == org && within(f.Role, w.Role) && (f.Active == nil || *f.Active == w.Active())
		},
		func(w Worker) string { return w.Name })
}

// ListEmployers returns the employers that an organisation knows, by name.
func (s *Snapshot) ListEmployers(org id.Organisation) []Employer {
	return listed(s.Employers,
		func(e Employer) bool { return e.Organisation == org },
		func(e Employer) string { return e.Name })
}

// Active reports whether the worker can sign in.
func (w Worker) Active() bool { return w.DisabledAt.IsZero() }

func within[T comparable](allowed []T, v T) bool {
	return len(allowed) == 0 || slices.Contains(allowed, v)
}

// listed returns the things that a filter keeps, by name and then identifier.
func listed[K ~string, V Thing](m map[K]V, keep func(V) bool, name func(V) string) []V {
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

// codePattern is what the code of an organisation looks like.
var codePattern = regexp.MustCompile(`^[A-Z0-9]{2,6}$`)

// Check refuses a thing that breaks a rule of the directory, naming the field.
func (s *Snapshot) Check(t Thing) error {
	switch t := t.(type) {
	case Organisation:
		return s.checkOrganisation(t)
	case Site:
		return cmp.Or(checkName(t.Name), checkProvince(t.Province), checkBeds(t.Beds))
	case Worker:
		return cmp.Or(checkName(t.Name), checkRole(t.Role), s.checkOwner(t.Organisation))
	case Employer:
		if len([]rune(t.Sector)) > 100 {
			return fault.Input("sector", "must have at most 100 characters")
		}
		if t.Province == "" {
			return checkName(t.Name)
		}
		return cmp.Or(checkName(t.Name), checkProvince(t.Province))
	}
	return nil
}

func (s *Snapshot) checkOrganisation(o Organisation) error {
	if !codePattern.MatchString(o.Code) {
		return fault.Input("code", "must be 2 to 6 capital letters and digits")
	}
	for _, other := range s.Organisations {
		if other.Code == o.Code {
			return fault.Input("code", "%s is the code of %s already", o.Code, other.Name)
		}
	}
	return cmp.Or(checkName(o.Name), checkProvince(o.Province))
}

func checkName(name string) error {
	if name == "" || len([]rune(name)) > 200 {
		return fault.Input("name", "must have 1 to 200 characters")
	}
	if flaw := locale.Flaw(name); flaw != "" || strings.ContainsAny(name, "\n\r\t") {
		return fault.Input("name", "%s", cmp.Or(flaw, "must be one line"))
	}
	return nil
}

func checkRole(role access.Role) error {
	if !slices.Contains(access.Roles, role) {
		return fault.Input("role", "%.40q is not a role that an account can have", role)
	}
	return nil
}

// checkOwner refuses an organisation that is not there.
func (s *Snapshot) checkOwner(org id.Organisation) error {
	if _, ok := s.Organisations[org]; !ok {
		return fault.Input("organisation", "there is no such organisation")
	}
	return nil
}

func checkProvince(province string) error {
	if _, ok := Provinces[province]; !ok {
		return fault.Input("province", "must be a province by ISO 3166-2:KH, KH-1 to KH-25")
	}
	return nil
}

func checkBeds(beds *int) error {
	if beds != nil && (*beds < 0 || *beds > 10000) {
		return fault.Input("beds", "must be 0 to 10000")
	}
	return nil
}
