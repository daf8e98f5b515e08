// Package delivery records services given to a survivor, by the service taxonomy
// that Cambodian case-management systems share.
package delivery

import (
	_ "embed"
	"encoding/json"
	"slices"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
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

// Service is one line of the taxonomy. Code and Type are verbatim, misspellings
// included, since other systems exchange them.
type Service struct {
	Code  string `json:"code"`
	Type  string `json:"type"`
	Label string `json:"label"`
	Group Group  `json:"group"`
}

//go:embed services.json
var taxonomyJSON []byte

// Taxonomy lists all services, in the order of the source (MoSVY's Primero and
// OSCaR, by way of OpenFn's unicef-cambodia).
var Taxonomy = func() []Service {
	var all []Service
	if err := json.Unmarshal(taxonomyJSON, &all); err != nil {
		panic("services.json: " + err.Error()) // embedded: cannot happen in a built binary that passed its tests
	}
	return all
}()

var byCode = func() map[string]Service {
	m := make(map[string]Service, len(Taxonomy))
	for _, s := range Taxonomy {
		m[s.Code] = s
	}
	return m
}()

// Find returns the service with the code.
func Find(code string) (Service, bool) {
	s, ok := byCode[code]
	return s, ok
}

// Delivered is the entry for one service given.
type Delivered struct {
	Service string  `json:"service" validate:"required,max=80"` // a code of the taxonomy
	SiteID  id.Site `json:"siteId,omitempty"`
	track.Remark
}

// Kind names the entry.
func (Delivered) Kind() string { return "service.delivered" }

// Summary describes the entry in a sentence.
func (Delivered) Summary() string { return "Service delivered" }

// Delivery is one service given.
type Delivery struct {
	Service string `json:"service"`
	track.Stamp
}

// State is all deliveries, in the order in which they were recorded.
type State []Delivery

// Clone returns a copy that shares nothing that Deliver changes.
func (s State) Clone() State { return slices.Clone(s) }

// Deliver records a service given.
func (s *State) Deliver(d Delivered, at track.Stamp) error {
	if _, ok := Find(d.Service); !ok {
		return fault.Input("service", "%.80q is not a code of the service taxonomy; the query serviceTaxonomy lists them", d.Service)
	}
	*s = append(*s, Delivery{Service: id.Intern(d.Service), Stamp: at})
	return nil
}
