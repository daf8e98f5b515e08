package casefile

import (
	"slices"

	"onward/services/assessment"
	"onward/services/career"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/scholarship"
	"onward/services/shelter"
)

// What part of the cases have stands behind pointers: a register holds a million
// cases, and each takes room for what it has. A case reads as if it had all of it: the
// methods return a zero value where there is nothing.

// Ties is what binds a case to other cases and organisations, and who may know of it.
type Ties struct {
	Referrals []Referral `json:"referrals,omitempty"` // and transfers, as they stand
	Guard     *Guard     `json:"guard,omitempty"`
	Matching  *Matching  `json:"matching,omitempty"`

	TransferredTo id.Organisation `json:"transferredTo,omitempty"`
	ContinuedBy   id.Case         `json:"continuedBy,omitempty"` // the case that an accepted transfer opened there
	Continues     id.Case         `json:"continues,omitempty"`   // the case of another organisation that this one continues
	MergedInto    id.Case         `json:"mergedInto,omitempty"`
}

// Programmes is the tracks on which not every survivor is.
type Programmes struct {
	Shelter     *shelter.State     `json:"shelter,omitzero"`
	Scholarship *scholarship.State `json:"scholarship,omitzero"`
	Career      *career.State      `json:"career,omitzero"`
	Employment  *employment.State  `json:"employment,omitzero"`
	Legal       *legal.State       `json:"legal,omitzero"`
}

// Contacts is how she was followed up, and how she may be contacted.
type Contacts struct {
	FollowUps   followup.State `json:"followUps,omitzero"`
	SafeContact *followup.Rule `json:"safeContact,omitempty"` // of the latest day
}

func (t Ties) clone() Ties {
	t.Referrals = slices.Clone(t.Referrals)
	return t
}

func (p Programmes) clone() Programmes {
	return Programmes{
		Shelter: cloned(p.Shelter, shelter.State.Clone), Scholarship: cloned(p.Scholarship, scholarship.State.Clone),
		Career: cloned(p.Career, career.State.Clone), Employment: cloned(p.Employment, employment.State.Clone),
		Legal: cloned(p.Legal, legal.State.Clone),
	}
}

func (k Contacts) clone() Contacts {
	k.FollowUps = k.FollowUps.Clone()
	return k
}

// cloned returns a copy of what is there, or nil.
func cloned[T any](p *T, clone func(T) T) *T {
	if p == nil {
		return nil
	}
	n := clone(*p)
	return &n
}

// write returns what is there, to be changed, and makes it where it is not.
func write[T any](p **T) *T {
	if *p == nil {
		*p = new(T)
	}
	return *p
}

// Shelter returns her stays in a shelter. Like those that follow, it is not to be
// changed: a fold takes what it changes with write. A zero value is made anew, so that
// nothing written to it by mistake reaches another case; it is nearly always made on the
// stack, where no generic function would make it.
func (c *Case) Shelter() *shelter.State {
	if c.Programmes.Shelter == nil {
		return &shelter.State{}
	}
	return c.Programmes.Shelter
}

// Scholarship returns her scholarships.
func (c *Case) Scholarship() *scholarship.State {
	if c.Programmes.Scholarship == nil {
		return &scholarship.State{}
	}
	return c.Programmes.Scholarship
}

// Career returns what career centres have done with her.
func (c *Case) Career() *career.State {
	if c.Programmes.Career == nil {
		return &career.State{}
	}
	return c.Programmes.Career
}

// Employment returns her jobs.
func (c *Case) Employment() *employment.State {
	if c.Programmes.Employment == nil {
		return &employment.State{}
	}
	return c.Programmes.Employment
}

// Legal returns her legal matters.
func (c *Case) Legal() *legal.State {
	if c.Programmes.Legal == nil {
		return &legal.State{}
	}
	return c.Programmes.Legal
}

func (c *Case) contacts() *Contacts {
	if c.Contacts == nil {
		return &Contacts{}
	}
	return c.Contacts
}

// FollowUps returns what her follow-ups amount to.
func (c *Case) FollowUps() *followup.State { return &c.contacts().FollowUps }

// SafeContact returns her safe-contact rule as it stands, or nil.
func (c *Case) SafeContact() *followup.Rule { return c.contacts().SafeContact }

// Assessments returns her assessments.
func (c *Case) Assessments() assessment.State {
	if c.Assessed == nil {
		return nil
	}
	return *c.Assessed
}

func (c *Case) ties() *Ties {
	if c.Ties == nil {
		return &Ties{}
	}
	return c.Ties
}

// Referrals returns the referrals and transfers of the case, as they stand.
func (c *Case) Referrals() []Referral { return c.ties().Referrals }

// Guard returns who may know of the case and which glasses were broken, or nil.
func (c *Case) Guard() *Guard { return c.ties().Guard }

// Matching returns the matches to which the case has answered, or nil.
func (c *Case) Matching() *Matching { return c.ties().Matching }

// TransferredTo returns the organisation that has taken the case on, or "".
func (c *Case) TransferredTo() id.Organisation { return c.ties().TransferredTo }

// ContinuedBy returns the case that an accepted transfer opened there, or "".
func (c *Case) ContinuedBy() id.Case { return c.ties().ContinuedBy }

// Continues returns the case of another organisation that this one continues, or "".
func (c *Case) Continues() id.Case { return c.ties().Continues }

// MergedInto returns the case of which this one is a duplicate, or "".
func (c *Case) MergedInto() id.Case { return c.ties().MergedInto }
