package casefile

import (
	"slices"

	"onward/services/calendar"
	"onward/services/id"
	"onward/services/track"
	"onward/services/word"
)

var consentKinds = []kind{always((*Case).consent), always((*Case).expire)}

// Purpose is what a consent is for.
type Purpose string

// The purposes.
const (
	ForServices   Purpose = "SERVICES"
	ForShare      Purpose = "SHARE"
	ForReporting  Purpose = "REPORTING"
	ForResearch   Purpose = "RESEARCH"
	ForPartnerApp Purpose = "PARTNER_APP"
)

// Purposes lists the purposes.
var Purposes = []Purpose{ForServices, ForShare, ForReporting, ForResearch, ForPartnerApp}

// Words returns all words of the kind.
func (Purpose) Words() []Purpose { return Purposes }

// Decision is what she decided when she was asked.
type Decision string

// The decisions.
const (
	Given     Decision = "GIVEN"
	Refused   Decision = "REFUSED"
	Withdrawn Decision = "WITHDRAWN"
)

// Decisions lists them.
var Decisions = []Decision{Given, Refused, Withdrawn}

// Words returns all words of the kind.
func (Decision) Words() []Decision { return Decisions }

// ConsentForm is how a decision was obtained.
type ConsentForm string

// The forms.
const (
	InWriting  ConsentForm = "WRITTEN"
	Thumbprint ConsentForm = "THUMBPRINT"
	Spoken     ConsentForm = "VERBAL" // before a witness
)

// ConsentGiver is who decided.
type ConsentGiver string

// Who can decide.
const (
	Herself      ConsentGiver = "HERSELF"
	Guardian     ConsentGiver = "GUARDIAN"
	WithGuardian ConsentGiver = "HERSELF_AND_GUARDIAN"
)

// Consent is one decision on one purpose. The ledger of a case holds them all,
// in the order of their days.
type Consent struct {
	Asked     word.Place[Purpose]  `json:"purpose"`  // read through Purpose
	Decided   word.Place[Decision] `json:"decision"` // read through Decision
	On        calendar.Day         `json:"on"`
	ExpiresOn calendar.Day         `json:"expiresOn,omitzero"` // the last day on which it holds
	Expired   bool                 `json:"expired,omitempty"`  // it has run out, and that is on record
	// Terms are nil where none were written down.
	Terms *ConsentTerms `json:"terms,omitempty"`
}

// ConsentTerms is how far a consent reaches and how it was obtained. What was
// not written down stays absent.
type ConsentTerms struct {
	// OrganisationIDs are those to which it extends; all where none is named.
	OrganisationIDs []id.Organisation `json:"organisationIds,omitempty" validate:"max=20,unique"`
	Form            ConsentForm       `json:"form,omitempty"`
	GivenBy         ConsentGiver      `json:"givenBy,omitempty"`
}

// ConsentRecorded is a decision of hers on one purpose.
type ConsentRecorded struct {
	Purpose   Purpose      `json:"purpose" validate:"required"`
	Decision  Decision     `json:"decision" validate:"required"`
	ExpiresOn calendar.Day `json:"expiresOn,omitzero"`
	ConsentTerms
	track.Remark
}

// ConsentExpired notes that a consent has run out, so that the history says so.
// It decides nothing: a consent ends by itself after its last day.
type ConsentExpired struct {
	Purpose   Purpose      `json:"purpose"`
	ExpiredOn calendar.Day `json:"expiredOn"` // the last day on which it held
}

// Kind names the entry.
func (ConsentExpired) Kind() string { return "consent.expired" }

// Summary describes the entry in a sentence.
func (k ConsentExpired) Summary() string {
	return "Consent for " + string(k.Purpose) + " has run out; it held until " + k.ExpiredOn.String()
}

// Kind names the entry.
func (ConsentRecorded) Kind() string { return "consent.recorded" }

// Summary describes the entry in a sentence.
func (k ConsentRecorded) Summary() string {
	return "Consent for " + string(k.Purpose) + ": " + string(k.Decision)
}

// Purpose returns for what she was asked.
func (k Consent) Purpose() Purpose { return k.Asked.Word() }

// Decision returns what she decided.
func (k Consent) Decision() Decision { return k.Decided.Word() }

// holds reports whether the decision was to consent, and has not run out on a
// day.
func (k Consent) holds(on calendar.Day) bool {
	return k.Decision() == Given && (k.ExpiresOn.IsZero() || on <= k.ExpiresOn)
}

// terms returns how far the consent reaches and how it was obtained.
func (k Consent) terms() ConsentTerms {
	if k.Terms == nil {
		return ConsentTerms{}
	}
	return *k.Terms
}

// Organisations returns those to which the consent extends; all where there is
// none.
func (k Consent) Organisations() []id.Organisation { return k.terms().OrganisationIDs }

// Form returns how the decision was obtained.
func (k Consent) Form() ConsentForm { return k.terms().Form }

// GivenBy returns who decided.
func (k Consent) GivenBy() ConsentGiver { return k.terms().GivenBy }

// extends reports whether the consent reaches an organisation.
func (k Consent) extends(org id.Organisation) bool {
	reach := k.Organisations()
	return len(reach) == 0 || slices.Contains(reach, org)
}

// Consented reports whether her last decision on a purpose was to consent, and
// has not run out on a day. It covers days before the decision too: what is
// reported now rests on what she wants now, and whoever withdraws leaves the
// figures of the past as well.
func (c *Case) Consented(p Purpose, on calendar.Day) bool {
	i := c.consentFor(p, calendar.LastDay)
	return i >= 0 && c.Consents[i].holds(on)
}

// Shared reports whether consent for a purpose lets the case be seen on a day. It
// does not for one that is MERGED: she decides on the case that survives.
func (c *Case) Shared(p Purpose, on calendar.Day) bool {
	return c.Status != Merged && c.Consented(p, on)
}

// sharedWith reports whether, on a day, consent for SHARE was in force and
// reached an organisation. A share has a day of its own: a consent that she gave
// later does not cover it.
func (c *Case) sharedWith(org id.Organisation, on calendar.Day) bool {
	i := c.consentFor(ForShare, on)
	return i >= 0 && c.Consents[i].holds(on) && c.Consents[i].extends(org)
}

// ConsentReach returns the organisations to which her last decision on a purpose
// extends; all where there is none.
func (c *Case) ConsentReach(p Purpose) []id.Organisation {
	if i := c.consentFor(p, calendar.LastDay); i >= 0 {
		return c.Consents[i].Organisations()
	}
	return nil
}

// LastConsents returns the last decision on each purpose.
func (c *Case) LastConsents() []Consent {
	last := []Consent{}
	for i, k := range c.Consents {
		if c.IsLastConsent(i) {
			last = append(last, k)
		}
	}
	return last
}

// IsLastConsent reports whether a decision of the ledger is the last one on its
// purpose.
func (c *Case) IsLastConsent(i int) bool {
	return c.consentFor(c.Consents[i].Purpose(), calendar.LastDay) == i
}

// ConsentsExpiring returns the consents of an open case whose last day lies
// between two days, both included: only those that are the last decision on their
// purpose.
func (c *Case) ConsentsExpiring(from, to calendar.Day) []Consent {
	if !c.Status.Open() {
		return nil
	}
	return c.expiring(from, to)
}

// ConsentsToNote returns what is to be noted on a day: the consents that have run
// out before it, where that is not on record. She decides on a MERGED case no
// longer.
func (c *Case) ConsentsToNote(on calendar.Day) []ConsentExpired {
	if c.Status == Merged {
		return nil
	}
	var all []ConsentExpired
	for _, k := range c.expiring(1, on-1) {
		if !k.Expired {
			all = append(all, ConsentExpired{Purpose: k.Purpose(), ExpiredOn: k.ExpiresOn})
		}
	}
	return all
}

func (c *Case) expiring(from, to calendar.Day) []Consent {
	var all []Consent
	for i, k := range c.Consents {
		if k.Decision() == Given && !k.ExpiresOn.IsZero() && from <= k.ExpiresOn && k.ExpiresOn <= to && c.IsLastConsent(i) {
			all = append(all, k)
		}
	}
	return all
}

// expire marks the consent that has run out. It does nothing where that has been
// taken back since.
func (c *Case) expire(x ConsentExpired, _ Entry) error {
	for i := len(c.Consents) - 1; i >= 0; i-- {
		if k := &c.Consents[i]; k.Purpose() == x.Purpose && k.Decision() == Given && k.ExpiresOn == x.ExpiredOn {
			k.Expired = true
			c.unmatch()
			return nil
		}
	}
	return nil
}

// consentFor returns the index of the decision on a purpose that was the last on
// a day, or -1.
func (c *Case) consentFor(p Purpose, on calendar.Day) int {
	for i := len(c.Consents) - 1; i >= 0; i-- {
		if k := &c.Consents[i]; k.Purpose() == p && k.On <= on {
			return i
		}
	}
	return -1
}

// consent takes in a decision, also after the case has ended: she can always
// withdraw. One that was recorded late does not undo a later one.
func (c *Case) consent(k ConsentRecorded, e Entry) error {
	if c.Status == "" || c.Status == Merged {
		return c.underWay()
	}
	if !k.ExpiresOn.IsZero() {
		if err := track.NotBefore("expiresOn", k.ExpiresOn, e.On, "the decision"); err != nil {
			return err
		}
	}
	if err := track.Full("purpose", len(c.Consents), "decisions on consent"); err != nil {
		return err
	}
	decided := Consent{Asked: word.At(k.Purpose), Decided: word.At(k.Decision), On: e.On, ExpiresOn: k.ExpiresOn}
	if terms := k.ConsentTerms; len(terms.OrganisationIDs) > 0 || terms.Form != "" || terms.GivenBy != "" {
		decided.Terms = &terms
	}
	at := len(c.Consents)
	for at > 0 && c.Consents[at-1].On > e.On {
		at--
	}
	c.Consents = slices.Insert(c.Consents, at, decided)
	c.unmatch()
	return nil
}
