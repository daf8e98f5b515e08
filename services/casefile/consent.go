package casefile

import (
	"slices"

	"onward/services/calendar"
	"onward/services/id"
	"onward/services/track"
)

var consentKinds = []kind{always((*Case).consent)}

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

// Decision is what she decided when she was asked.
type Decision string

// The decisions.
const (
	Given     Decision = "GIVEN"
	Refused   Decision = "REFUSED"
	Withdrawn Decision = "WITHDRAWN"
)

// Consent is the last decision on one purpose.
type Consent struct {
	Purpose   Purpose      `json:"purpose"`
	Decision  Decision     `json:"decision"`
	On        calendar.Day `json:"on"`
	ExpiresOn calendar.Day `json:"expiresOn,omitzero"` // the last day on which it holds
}

// ConsentRecorded is a decision of hers on one purpose.
type ConsentRecorded struct {
	Purpose   Purpose      `json:"purpose" validate:"required"`
	Decision  Decision     `json:"decision" validate:"required"`
	ExpiresOn calendar.Day `json:"expiresOn,omitzero"`
}

// Kind names the entry.
func (ConsentRecorded) Kind() string { return "consent.recorded" }

// Summary describes the entry in a sentence.
func (k ConsentRecorded) Summary() string {
	return "Consent for " + string(k.Purpose) + ": " + string(k.Decision)
}

// Consented reports whether her last decision on a purpose was to consent, and
// has not run out on a day. It covers days before the decision too: what is
// reported or shared now rests on what she wants now.
func (c *Case) Consented(p Purpose, on calendar.Day) bool {
	i := c.consentFor(p)
	if i < 0 || c.Consents[i].Decision != Given {
		return false
	}
	return c.Consents[i].ExpiresOn.IsZero() || on <= c.Consents[i].ExpiresOn
}

// Shared reports whether consent for a purpose lets the case be seen on a day. It
// does not for one that is MERGED: she decides on the case that survives.
func (c *Case) Shared(p Purpose, on calendar.Day) bool {
	return c.Status != Merged && c.Consented(p, on)
}

// consentFor returns the index of the last decision on a purpose, or -1.
func (c *Case) consentFor(p Purpose) int {
	return slices.IndexFunc(c.Consents, func(k Consent) bool { return k.Purpose == p })
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
	decided := Consent{Purpose: id.Intern(k.Purpose), Decision: id.Intern(k.Decision), On: e.On, ExpiresOn: k.ExpiresOn}
	switch i := c.consentFor(k.Purpose); {
	case i < 0:
		c.Consents = append(c.Consents, decided)
	case c.Consents[i].On <= e.On:
		c.Consents[i] = decided
	}
	return nil
}
