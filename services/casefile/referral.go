package casefile

import (
	"slices"

	"onward/services/sealed"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

var referralKinds = []kind{
	always((*Case).sendReferral), always((*Case).answerReferral), always((*Case).completeReferral), always((*Case).revokeReferral),
}

// Class is the kind of thing that a field tells. Package access has the classes
// and the table that says who may read them.
type Class string

// The classes that entries and flags can be of, beside the case itself.
const (
	ClassIdentity Class = "IDENTITY"
	ClassLegal    Class = "LEGAL"
	ClassCase     Class = "CASE"
)

// ReferralKind is what is asked of another organisation.
type ReferralKind string

// The kinds. A referral asks for a service and leaves the case where it is; a
// transfer asks the other organisation to take the case on.
const (
	ReferralOf ReferralKind = "REFERRAL"
	TransferOf ReferralKind = "TRANSFER"
)

// ReferralState is where a referral or a transfer stands.
type ReferralState string

// The states.
const (
	ReferralWaits    ReferralState = "SENT"
	ReferralAccepted ReferralState = "ACCEPTED"
	ReferralRejected ReferralState = "REJECTED"
	ReferralDone     ReferralState = "DONE"
	ReferralRevoked  ReferralState = "REVOKED"
)

// ReferralSent is the entry that sends a referral or a transfer.
type ReferralSent struct {
	Referral       ReferralKind    `json:"referral,omitempty"`
	OrganisationID id.Organisation `json:"organisationId" validate:"required"`
	Service        string          `json:"service,omitempty" validate:"max=80"` // what is asked for, by the service taxonomy
	Shares         []Class         `json:"shares,omitempty" validate:"max=10,unique"`
	Need           sealed.Text     `json:"need" validate:"required,max=1000"` // for the receiver to read
}

// ReferralAnswered is the entry by which the other organisation accepts or
// rejects. An accepted transfer ends the work on the case here.
type ReferralAnswered struct {
	ReferralID string      `json:"referralId" validate:"required"`
	Accepted   bool        `json:"accepted"`
	Reason     sealed.Text `json:"reason,omitempty" validate:"max=500"`
	OwnerID    id.Worker   `json:"ownerId,omitempty"` // of the case that a transfer opens there
}

// ReferralCompleted is the entry that says that what was asked for is done.
type ReferralCompleted struct {
	ReferralID string `json:"referralId" validate:"required"`
	track.Remark
}

// ReferralWithdrawn is the entry by which the sender revokes a referral.
type ReferralWithdrawn struct {
	ReferralID string      `json:"referralId" validate:"required"`
	Reason     sealed.Text `json:"reason" validate:"required,max=500"`
}

// Kind names the entry.
func (ReferralSent) Kind() string { return "referral.sent" }

// Kind names the entry.
func (ReferralAnswered) Kind() string { return "referral.answered" }

// Kind names the entry.
func (ReferralCompleted) Kind() string { return "referral.completed" }

// Kind names the entry.
func (ReferralWithdrawn) Kind() string { return "referral.revoked" }

// Summary describes the entry in a sentence.
func (r ReferralSent) Summary() string {
	if r.Referral == TransferOf {
		return "Transfer offered to another organisation"
	}
	return "Referral sent to another organisation"
}

// Summary describes the entry in a sentence.
func (r ReferralAnswered) Summary() string {
	if r.Accepted {
		return "Accepted by the other organisation"
	}
	return "Rejected by the other organisation"
}

// Summary describes the entry in a sentence.
func (ReferralCompleted) Summary() string { return "Referral completed" }

// Summary describes the entry in a sentence.
func (ReferralWithdrawn) Summary() string { return "Referral or transfer revoked" }

// Referral is one referral or transfer, as it stands.
type Referral struct {
	ID         string          `json:"id"`
	Type       ReferralKind    `json:"type"`
	To         id.Organisation `json:"to"`
	Service    string          `json:"service,omitempty"`
	Shares     []Class         `json:"shares,omitempty"`
	State      ReferralState   `json:"state"`
	SentOn     calendar.Day    `json:"sentOn"`
	Entry      int             `json:"entry"`
	AnsweredOn calendar.Day    `json:"answeredOn,omitzero"`
	EndedOn    calendar.Day    `json:"endedOn,omitzero"` // done, rejected or revoked; of a transfer, accepted
}

// Open reports whether the referral waits for its answer or is in force.
func (r Referral) Open() bool {
	return r.State == ReferralWaits || r.State == ReferralAccepted && r.EndedOn.IsZero()
}

// Referral returns a referral by its identifier.
func (c *Case) Referral(referralID string) (Referral, bool) {
	i := c.referralAt(referralID)
	if i < 0 {
		return Referral{}, false
	}
	return c.Referrals()[i], true
}

func (c *Case) referralAt(referralID string) int {
	return slices.IndexFunc(c.Referrals(), func(r Referral) bool { return r.ID == referralID })
}

// Invites reports whether a referral or a transfer waits for the answer of an
// organisation on a day.
func (c *Case) Invites(org id.Organisation, on calendar.Day) bool {
	return c.Status.UnderWay() && slices.ContainsFunc(c.Referrals(), func(r Referral) bool {
		return r.To == org && r.State == ReferralWaits && c.sharedWith(org, on)
	})
}

// Shares returns what an organisation may read of the case on a day: what its
// accepted referrals share, while she consents to it and the work goes on.
func (c *Case) Shares(org id.Organisation, on calendar.Day) (classes []Class, shared bool) {
	if len(c.Referrals()) == 0 || !c.Status.UnderWay() || !c.sharedWith(org, on) {
		return nil, false
	}
	for _, r := range c.Referrals() {
		if r.To == org && r.Type == ReferralOf && r.State == ReferralAccepted {
			classes, shared = append(classes, r.Shares...), true
		}
	}
	return classes, shared
}

func (c *Case) sendReferral(r ReferralSent, e Entry) error {
	return c.send(r, id.Within("referral_", c.ID, e.Version), e)
}

// send sends a referral or a transfer. It needs consent for SHARE that is in
// force on the day and extends to the organisation.
func (c *Case) send(r ReferralSent, referralID string, e Entry) error {
	if err := c.underWay(); err != nil {
		return err
	}
	if r.OrganisationID == c.Organisation {
		return fault.Input("organisationId", "the case belongs to this organisation already")
	}
	if err := c.consentToShare("organisationId", r.OrganisationID, e.On); err != nil {
		return err
	}
	if r.Referral == "" {
		r.Referral = ReferralOf
	}
	for _, other := range c.Referrals() {
		if other.Open() && other.Type == r.Referral && (r.Referral == TransferOf || other.To == r.OrganisationID && other.Service == r.Service) {
			return fault.Input("organisationId", "one that was sent on %s is open; revoke or complete it first", other.SentOn)
		}
	}
	if err := track.Full("caseId", len(c.Referrals()), "referrals"); err != nil {
		return err
	}
	t := write(&c.Ties)
	t.Referrals = append(t.Referrals, Referral{
		ID: referralID, Type: id.Intern(r.Referral), To: id.Intern(r.OrganisationID), Service: id.Intern(r.Service),
		Shares: slices.Clone(r.Shares), State: ReferralWaits, SentOn: e.On, Entry: e.Version,
	})
	return nil
}

// consentToShare refuses, at an input field, what consent for SHARE does not
// cover.
func (c *Case) consentToShare(path string, org id.Organisation, on calendar.Day) error {
	if c.sharedWith(org, on) {
		return nil
	}
	return fault.Input(path, "consent for SHARE with this organisation is needed and not in force on %s; record it with recordConsent", on)
}

// openReferral returns the index of a referral in one of the states.
func (c *Case) openReferral(referralID string, on calendar.Day, states ...ReferralState) (int, error) {
	i := c.referralAt(referralID)
	if i < 0 {
		return 0, fault.Input("referralId", "there is no such referral on this case")
	}
	r := c.Referrals()[i]
	if !r.Open() || !slices.Contains(states, r.State) {
		return 0, fault.Input("referralId", "the referral is %s; this needs %s", r.State, list(states))
	}
	return i, track.NotBefore("on", on, max(r.SentOn, r.AnsweredOn), "the last step of the referral")
}

func (c *Case) answerReferral(a ReferralAnswered, e Entry) error {
	i, err := c.openReferral(a.ReferralID, e.On, ReferralWaits)
	if err != nil {
		return err
	}
	r := &c.Referrals()[i]
	r.AnsweredOn = e.On
	if !a.Accepted {
		r.State, r.EndedOn = ReferralRejected, e.On
		return nil
	}
	if err := c.underWay(); err != nil {
		return err
	}
	if err := c.consentToShare("referralId", r.To, e.On); err != nil {
		return err
	}
	r.State = ReferralAccepted
	if r.Type == ReferralOf {
		return nil
	}
	r.EndedOn = e.On
	return c.advance(e, func() error {
		c.Ties.TransferredTo, c.Ties.ContinuedBy = r.To, Continuation(r.ID)
		c.stop(Transferred, e)
		return nil
	})
}

// Continuation returns the identifier of the case that an accepted transfer
// opens at the other organisation.
func Continuation(transferID string) id.Case {
	return id.Case(id.Derive(id.CasePrefix, "transfer", transferID))
}

func (c *Case) completeReferral(d ReferralCompleted, e Entry) error {
	i, err := c.openReferral(d.ReferralID, e.On, ReferralAccepted)
	if err == nil {
		c.Referrals()[i].State, c.Referrals()[i].EndedOn = ReferralDone, e.On
	}
	return err
}

func (c *Case) revokeReferral(d ReferralWithdrawn, e Entry) error {
	i, err := c.openReferral(d.ReferralID, e.On, ReferralWaits, ReferralAccepted)
	if err == nil {
		c.Referrals()[i].State, c.Referrals()[i].EndedOn = ReferralRevoked, e.On
	}
	return err
}

// unshare revokes what is open when the work on the case ends.
func (c *Case) unshare(e Entry) {
	for i := range c.Referrals() {
		if r := &c.Referrals()[i]; r.Open() {
			r.State, r.EndedOn = ReferralRevoked, e.On
		}
	}
}
