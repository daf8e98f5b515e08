package directory

import (
	"cmp"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/id"
)

// Thing is what the directory can hold: an Organisation, a Site, a Team, a Worker, an
// Employer, a School, a Network, a PartnerKey, a Document, a Target, or the Thresholds
// of an organisation.
type Thing interface {
	key() string
	owner() id.Organisation // whose it is to change
}

// Versioned is a thing's version, which a change can expect. It belongs to the
// document and is not stored a second time.
type Versioned struct {
	Version int `json:"-"`
}

func (v *Versioned) stamp(version int) { v.Version = version }

// Organisation is one that takes part in the programme.
type Organisation struct {
	ID       id.Organisation `json:"id"`
	Code     string          `json:"code"` // short; the beginning of its case codes
	Name     string          `json:"name"`
	Province string          `json:"province"` // ISO 3166-2:KH, where its office is

	Kind   OrganisationKind `json:"kind,omitempty"`   // absent in the oldest ones: see KindOrNGO
	NameKm string           `json:"nameKm,omitempty"` // in Khmer
	Versioned
}

// OrganisationKind is what an organisation is.
type OrganisationKind string

// The kinds of organisation.
const (
	ShelterOrganisation  OrganisationKind = "SHELTER"
	CareerOrganisation   OrganisationKind = "CAREER_CENTRE"
	SchoolOrganisation   OrganisationKind = "SCHOOL"
	EmployerOrganisation OrganisationKind = "EMPLOYER"
	LegalAid             OrganisationKind = "LEGAL_AID"
	Ministry             OrganisationKind = "MINISTRY"
	NGO                  OrganisationKind = "NGO"
)

// OrganisationKinds lists them.
var OrganisationKinds = []OrganisationKind{ShelterOrganisation, CareerOrganisation, SchoolOrganisation, EmployerOrganisation, LegalAid, Ministry, NGO}

// KindOrNGO returns what the organisation is: an NGO where nobody has said.
func (o Organisation) KindOrNGO() OrganisationKind { return cmp.Or(o.Kind, NGO) }

// SiteKind is what a site is.
type SiteKind string

// The kinds of site.
const (
	ShelterSite  SiteKind = "SHELTER"
	CareerCentre SiteKind = "CAREER_CENTRE"
	LegalClinic  SiteKind = "LEGAL_CLINIC"
	Office       SiteKind = "OFFICE"
)

// SiteKinds lists them.
var SiteKinds = []SiteKind{ShelterSite, CareerCentre, LegalClinic, Office}

// Site is a place where an organisation works.
type Site struct {
	ID           id.Site         `json:"id"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	Kind         SiteKind        `json:"kind"`
	Province     string          `json:"province"`
	Beds         *int            `json:"beds,omitempty"`     // of a shelter
	District     string          `json:"district,omitempty"` // official code PPDD
	Commune      string          `json:"commune,omitempty"`  // official code PPDDCC
	ActiveTo     calendar.Day    `json:"activeTo,omitzero"`  // zero while it is in use
	Versioned
}

// Worker is a person, or a partner's machine, with a role in an organisation.
type Worker struct {
	ID           id.Worker       `json:"id"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	Role         access.Role     `json:"role"`
	Team         id.Team         `json:"team,omitempty"`
	DisabledAt   time.Time       `json:"disabledAt,omitzero"`
	LeavesOn     calendar.Day    `json:"leavesOn,omitzero"` // the last day here, where it is known before; access goes on until it is ended

	// TokenSeries counts how often the tokens were revoked. Those of an earlier
	// series open nothing.
	TokenSeries int `json:"tokenSeries,omitempty"`

	// QueriesAdHoc lets her send documents that nobody has registered: see Document.
	QueriesAdHoc bool `json:"queriesAdHoc,omitempty"`

	// TokensFrom is when they were revoked last. Tokens of a provider, which know no
	// series, open nothing if they were issued before.
	TokensFrom time.Time `json:"tokensFrom,omitzero"`

	// SignIn is who the worker is to an OpenID Connect provider: see SignInOf.
	SignIn string `json:"signIn,omitempty"`

	// Keys are those of a partner's application, with spaces between them. A key is good
	// once it is here, so that the version of this document decides which of two is one
	// too many.
	Keys string `json:"keys,omitempty"`
	Versioned
}

// Active reports whether the worker can sign in.
func (w Worker) Active() bool { return w.DisabledAt.IsZero() }

// LastDay returns the day on which the worker's access ended or, of one who can sign in,
// on which the worker leaves; 0 where that is not known.
func (w Worker) LastDay() calendar.Day {
	if !w.Active() {
		return calendar.DayOf(w.DisabledAt)
	}
	return w.LeavesOn
}

// Team is some of the workers of an organisation.
type Team struct {
	ID           id.Team         `json:"id"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	ActiveTo     calendar.Day    `json:"activeTo,omitzero"` // zero while it is in use
	Versioned
}

// Employer is one with whom an organisation has placed somebody.
type Employer struct {
	ID           id.Employer     `json:"id"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	Sector       string          `json:"sector,omitempty"`
	Province     string          `json:"province,omitempty"`
	ActiveTo     calendar.Day    `json:"activeTo,omitzero"` // zero while it is in use
	Versioned
}

// School is one that an organisation sends somebody to.
type School struct {
	ID           id.School       `json:"id"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	Province     string          `json:"province,omitempty"`
	ActiveTo     calendar.Day    `json:"activeTo,omitzero"` // zero while it is in use
	Versioned
}

// NetworkKind is what a network is.
type NetworkKind string

// The kinds of network.
const (
	CommunityNetwork NetworkKind = "COMMUNITY_NETWORK"
	YouthClub        NetworkKind = "YOUTH_CLUB"
)

// NetworkKinds lists them.
var NetworkKinds = []NetworkKind{CommunityNetwork, YouthClub}

// Network is a community network or a youth club that an organisation has set
// up.
type Network struct {
	ID           id.Network      `json:"id"`
	Kind         NetworkKind     `json:"kind,omitempty"` // a community network where it is absent
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	Province     string          `json:"province"`
	ActiveFrom   calendar.Day    `json:"activeFrom"`
	ActiveTo     calendar.Day    `json:"activeTo,omitzero"` // zero while it is active
	Versioned
}

// KindOrCommunity returns what the network is: a community network where nobody
// has said.
func (n Network) KindOrCommunity() NetworkKind { return cmp.Or(n.Kind, CommunityNetwork) }

func (o Organisation) key() string { return string(o.ID) }
func (s Site) key() string         { return string(s.ID) }
func (t Team) key() string         { return string(t.ID) }
func (w Worker) key() string       { return string(w.ID) }
func (e Employer) key() string     { return string(e.ID) }
func (s School) key() string       { return string(s.ID) }
func (n Network) key() string      { return string(n.ID) }

func (o Organisation) owner() id.Organisation { return o.ID }
func (s Site) owner() id.Organisation         { return s.Organisation }
func (t Team) owner() id.Organisation         { return t.Organisation }
func (w Worker) owner() id.Organisation       { return w.Organisation }
func (e Employer) owner() id.Organisation     { return e.Organisation }
func (s School) owner() id.Organisation       { return s.Organisation }
func (n Network) owner() id.Organisation      { return n.Organisation }

// IsNode marks what is found by its identifier alone as a node of the schema.
func (Organisation) IsNode() {}

// IsNode marks the site.
func (Site) IsNode() {}

// IsNode marks the team.
func (Team) IsNode() {}

// IsNode marks the worker.
func (Worker) IsNode() {}

// IsNode marks the employer.
func (Employer) IsNode() {}

// IsNode marks the school.
func (School) IsNode() {}

// IsNode marks the network.
func (Network) IsNode() {}

// IsNode marks the partner's key.
func (PartnerKey) IsNode() {}

// IsNode marks the document.
func (Document) IsNode() {}

// IsNode marks the target.
func (Target) IsNode() {}
