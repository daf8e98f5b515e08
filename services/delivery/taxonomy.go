package delivery

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"onward/services/fault"
	"onward/services/locale"
)

// Group is what a service counts towards.
type Group string

// The groups. Which service belongs to which is data, in services.json [J].
const (
	Reintegration Group = "REINTEGRATION"
	CaseWork      Group = "CASE_WORK"
	Care          Group = "CARE"
	Counselling   Group = "COUNSELLING"
	Education     Group = "EDUCATION"
	Health        Group = "HEALTH"
	LegalAid      Group = "LEGAL"
	Livelihood    Group = "LIVELIHOOD"
	Protection    Group = "PROTECTION"
	Other         Group = "OTHER"
)

// Groups lists the groups, as the schema does.
var Groups = []Group{Reintegration, CaseWork, Care, Counselling, Education, Health, LegalAid, Livelihood, Protection, Other}

// Service is one line of the taxonomy. Code and Type are verbatim, misspellings
// included, since other systems exchange them. The Khmer name is our own [J].
type Service struct {
	Code  string
	Type  string
	Group Group
	Name  locale.Text
}

// Label returns the name of the service in a language.
func (s Service) Label(l locale.Locale) string { return s.Name.In(l) }

// Label returns the name of the group in a language.
func (g Group) Label(l locale.Locale) string { return loaded.groups[g].In(l) }

//go:embed services.json
var taxonomyJSON []byte

// loaded is the taxonomy of this program. The file is embedded: a program that
// passed its tests can read it.
var loaded = func() *taxonomy {
	t, err := read(taxonomyJSON)
	if err != nil {
		panic("services.json: " + err.Error())
	}
	return t
}()

// Taxonomy lists all services, in the order of the source (MoSVY's Primero and
// OSCaR, by way of OpenFn's unicef-cambodia).
var Taxonomy = loaded.services

// Code is the code of a service, among the words of the taxonomy.
type Code string

// Words returns all words of the kind.
func (Code) Words() []Code { return loaded.codes }

// Find returns the service with the code.
func Find(code string) (Service, bool) {
	s, ok := loaded.byCode[code]
	return s, ok
}

// Known refuses a code that is not of the taxonomy.
func Known(code string) error {
	if _, ok := Find(code); !ok {
		return fault.Input("service", "is not a code of the service taxonomy; the query serviceTaxonomy lists them")
	}
	return nil
}

// taxonomy is the services and the names of their groups.
type taxonomy struct {
	services []Service
	codes    []Code
	byCode   map[string]Service
	groups   map[Group]locale.Text
}

// line is one service of the file.
type line struct {
	Code    string `json:"code"`
	Type    string `json:"type"`
	Label   string `json:"label"`
	LabelKm string `json:"labelKm"`
	Group   Group  `json:"group"`
}

// heading is one group of the file.
type heading struct {
	Code    Group  `json:"code"`
	Label   string `json:"label"`
	LabelKm string `json:"labelKm"`
}

// read reads a taxonomy and refuses one that is not whole: every group and every
// service has a code of its own and a name in both languages, and every service
// a type and a group.
func read(data []byte) (*taxonomy, error) {
	var file struct {
		Groups   []heading `json:"groups"`
		Services []line    `json:"services"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, err
	}
	t := &taxonomy{byCode: map[string]Service{}, groups: map[Group]locale.Text{}}
	for _, h := range file.Groups {
		if err := t.addGroup(h); err != nil {
			return nil, fmt.Errorf("group %q: %w", h.Code, err)
		}
	}
	for _, l := range file.Services {
		if err := t.addService(l); err != nil {
			return nil, fmt.Errorf("service %q: %w", l.Code, err)
		}
	}
	return t, nil
}

func (t *taxonomy) addGroup(h heading) error {
	if !slices.Contains(Groups, h.Code) {
		return errors.New("there is no such group")
	}
	if _, twice := t.groups[h.Code]; twice {
		return errors.New("it stands there twice")
	}
	t.groups[h.Code] = locale.Text{EN: h.Label, KM: h.LabelKm}
	return named(t.groups[h.Code])
}

func (t *taxonomy) addService(l line) error {
	if _, twice := t.byCode[l.Code]; twice {
		return errors.New("it stands there twice")
	}
	if !whole(l.Code) || !whole(l.Type) {
		return errors.New("it needs a code and a type")
	}
	if _, ok := t.groups[l.Group]; !ok {
		return fmt.Errorf("its group %q has no name", l.Group)
	}
	s := Service{Code: l.Code, Type: l.Type, Group: l.Group, Name: locale.Text{EN: l.Label, KM: l.LabelKm}}
	t.services, t.codes, t.byCode[s.Code] = append(t.services, s), append(t.codes, Code(s.Code)), s
	return named(s.Name)
}

func whole(text string) bool { return text != "" && text == strings.TrimSpace(text) }

// named refuses a name that lacks one of the languages.
func named(name locale.Text) error {
	if !whole(name.EN) || !whole(name.KM) || !strings.ContainsFunc(name.KM, func(r rune) bool { return unicode.Is(unicode.Khmer, r) }) {
		return fmt.Errorf("it needs an English label and a Khmer labelKm, and has %q and %q", name.EN, name.KM)
	}
	return nil
}
