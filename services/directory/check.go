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
)

// codePattern is what the code of an organisation looks like.
var codePattern = regexp.MustCompile(`^[A-Z0-9]{2,6}$`)

// Check refuses a new thing that breaks a rule of the directory, naming the
// field.
func (s *Snapshot) Check(t Thing) error {
	if o, ok := t.(Organisation); ok {
		if err := s.checkCode(o.Code); err != nil {
			return err
		}
	}
	return s.valid(t)
}

// valid refuses a thing, new or changed, that breaks a rule.
func (s *Snapshot) valid(t Thing) error {
	switch t := t.(type) {
	case Organisation:
		return cmp.Or(checkName("name", t.Name), checkProvince(t.Province), unlessEmpty(t.NameKm, func(n string) error { return checkName("nameKm", n) }),
			checkKind(t.KindOrNGO(), OrganisationKinds))
	case Site:
		return cmp.Or(checkName("name", t.Name), checkKind(t.Kind, SiteKinds), checkProvince(t.Province), checkBeds(t.Beds), CheckPlace(t.Province, t.District, t.Commune))
	case Team:
		return checkName("name", t.Name)
	case Worker:
		return cmp.Or(checkName("name", t.Name), checkRole(t.Role), checkAdHoc(t), s.checkOwner(t.Organisation), s.checkTeam(t))
	case Employer:
		if len([]rune(t.Sector)) > 100 {
			return fault.Input("sector", "must have at most 100 characters")
		}
		return cmp.Or(checkName("name", t.Name), unlessEmpty(t.Province, checkProvince))
	case School:
		return cmp.Or(checkName("name", t.Name), unlessEmpty(t.Province, checkProvince))
	case Network:
		return cmp.Or(checkName("name", t.Name), checkKind(t.KindOrCommunity(), NetworkKinds), checkProvince(t.Province))
	case PartnerKey:
		return s.checkKey(t)
	case Document:
		return s.checkDocument(t)
	case Target:
		return t.check()
	}
	return nil
}

func (s *Snapshot) checkCode(code string) error {
	if !codePattern.MatchString(code) {
		return fault.Input("code", "must be 2 to 6 capital letters and digits")
	}
	for _, other := range s.Organisations {
		if other.Code == code {
			return fault.Input("code", "%s is the code of %s already", code, other.Name)
		}
	}
	return nil
}

func checkName(field, name string) error {
	if name == "" || len([]rune(name)) > 200 {
		return fault.Input(field, "must have 1 to 200 characters")
	}
	if flaw := locale.Flaw(name); flaw != "" || strings.ContainsAny(name, "\n\r\t") {
		return fault.Input(field, "%s", cmp.Or(flaw, "must be one line"))
	}
	return nil
}

// unlessEmpty checks what need not be said.
func unlessEmpty(text string, check func(string) error) error {
	if text == "" {
		return nil
	}
	return check(text)
}

func checkKind[K ~string](kind K, kinds []K) error {
	if !slices.Contains(kinds, kind) {
		return fault.Input("kind", "%.40q is none of the kinds", kind)
	}
	return nil
}

func checkRole(role access.Role) error {
	if !slices.Contains(access.Roles, role) {
		return fault.Input("role", "%.40q is not a role that an account can have", role)
	}
	return nil
}

// checkAdHoc refuses to let a role send documents of its own that may not.
func checkAdHoc(w Worker) error {
	if w.QueriesAdHoc && !access.MayQueryAdHoc(w.Role) {
		return fault.Input("queriesAdHoc", "a %s sends registered documents only", w.Role)
	}
	return nil
}

// checkTeam refuses a team that an active worker cannot belong to.
func (s *Snapshot) checkTeam(w Worker) error {
	if w.Team == "" || !w.Active() {
		return nil
	}
	if t, ok := s.Teams[w.Team]; !ok || t.Organisation != w.Organisation || !t.ActiveTo.IsZero() {
		return fault.Input("teamId", "there is no such team in your organisation, or it has ended")
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

// CheckPlace refuses a district or commune whose code cannot be one of the
// province.
func CheckPlace(province, district, commune string) error {
	official := officialCode(province)
	switch {
	case district != "" && !codeWithin(district, official):
		return fault.Input("district", "must be the official code of a district of %s: %s and 2 digits", Provinces[province], official)
	case commune != "" && district == "":
		return fault.Input("district", "is needed with a commune")
	case commune != "" && !codeWithin(commune, district):
		return fault.Input("commune", "must be the official code of a commune of the district: %s and 2 digits", district)
	}
	return nil
}

// codeWithin reports whether a code is that of a part: the code of the whole and
// two digits more, which number its parts from 01.
func codeWithin(code, whole string) bool {
	part, ok := strings.CutPrefix(code, whole)
	return ok && partPattern.MatchString(part) && part != "00"
}

var partPattern = regexp.MustCompile(`^[0-9]{2}$`)
