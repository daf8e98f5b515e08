package legal

import (
	"onward/services/calendar"
	"onward/services/id"
	"onward/services/money"
	"onward/services/sealed"
	"onward/services/track"
)

// Kind is before which kind of court or authority a matter is.
type Kind string

// The kinds. A matter that a milestone began has none: it was not stated.
const (
	Criminal          Kind = "CRIMINAL"
	Civil             Kind = "CIVIL"
	CompensationClaim Kind = "COMPENSATION"
)

// Subject is what a matter is about: the offence, or the thing in dispute.
type Subject string

// The subjects.
const (
	Trafficking        Subject = "TRAFFICKING"
	SexualExploitation Subject = "SEXUAL_EXPLOITATION"
	LabourExploitation Subject = "LABOUR_EXPLOITATION"
	DomesticViolence   Subject = "DOMESTIC_VIOLENCE"
	Rape               Subject = "RAPE"
	Debt               Subject = "DEBT"
	Custody            Subject = "CUSTODY"
	Wages              Subject = "WAGES"
	OtherSubject       Subject = "OTHER"
)

// Verdict is how a trial ended.
type Verdict string

// The verdicts.
const (
	Conviction  Verdict = "CONVICTION"
	Acquittal   Verdict = "ACQUITTAL"
	Discharge   Verdict = "DISCHARGE"
	Compromised Verdict = "COMPROMISED" // settled out of court
)

// Role is what a defendant was in what happened to her.
type Role string

// The roles.
const (
	Trafficker   Role = "TRAFFICKER"
	Recruiter    Role = "RECRUITER"
	Transporter  Role = "TRANSPORTER"
	Exploiter    Role = "EXPLOITER"
	Employer     Role = "EMPLOYER"
	FamilyMember Role = "FAMILY_MEMBER"
	Partner      Role = "PARTNER"
	Official     Role = "OFFICIAL"
	OtherRole    Role = "OTHER"
	UnknownRole  Role = "UNKNOWN"
)

// Ending is why a matter was closed.
type Ending string

// The endings.
const (
	Withdrawn Ending = "WITHDRAWN"
	Settled   Ending = "SETTLED"
	Dismissed Ending = "DISMISSED"
	Concluded Ending = "CONCLUDED"
)

// Step is what a legal milestone says beyond its code.
type Step struct {
	MatterID string  `json:"matterId,omitempty"` // needed only where several are open
	Verdict  Verdict `json:"verdict,omitempty"`
}

// Representative is who speaks for her: a worker of the organisation, or a
// lawyer or organisation by name.
type Representative struct {
	WorkerID     id.Worker   `json:"workerId,omitempty" validate:"required_without_all=Name Organisation,excluded_with=Name Organisation"`
	Name         sealed.Text `json:"name,omitempty" validate:"max=120"`
	Organisation sealed.Text `json:"organisation,omitempty" validate:"max=200"`
}

// Description is what a matter is, in the words of the court or authority.
type Description struct {
	Type      Kind        `json:"kind,omitempty"` // entries have a method Kind
	Subject   Subject     `json:"subject,omitempty"`
	Reference sealed.Text `json:"reference,omitempty" seal:"same" validate:"max=80"` // the number that the court or authority gave it
	Province  string      `json:"province,omitempty"`                                // of the court or authority, by ISO 3166-2:KH
}

// Opened is the entry that begins a matter.
type Opened struct {
	Description
	RepresentedBy *Representative `json:"representedBy,omitempty"`
	track.Remark
}

// Described is the entry that says what a matter is, or corrects it. What it
// leaves out stays as it was.
type Described struct {
	MatterID string `json:"matterId" validate:"required"`
	Description
	track.Remark
}

// Represented is the entry that gives a matter a representative, in the place of
// the former one.
type Represented struct {
	MatterID string `json:"matterId" validate:"required"`
	Representative
	track.Remark
}

// DefendantAdded is the entry for one more defendant. No name is recorded: the
// label tells the defendants of a matter apart, and stays when another one's
// entry is reversed.
type DefendantAdded struct {
	MatterID string `json:"matterId" validate:"required"`
	Label    string `json:"label"` // A to Z, chosen by Onward
	Role     Role   `json:"role" validate:"required"`
	track.Remark
}

// VerdictGiven is the entry for the verdict on one defendant. The milestone
// VERDICT gives one on a matter of which no defendants are listed.
type VerdictGiven struct {
	MatterID            string       `json:"matterId" validate:"required"`
	DefendantID         string       `json:"defendantId,omitempty"` // needed only where several wait for a verdict
	Verdict             Verdict      `json:"verdict" validate:"required"`
	SentenceMonths      *int         `json:"sentenceMonths,omitempty" validate:"omitempty,min=0,max=1200"`
	CompensationOrdered *money.Money `json:"compensationOrdered,omitempty"`
	AppealUntil         calendar.Day `json:"appealUntil,omitzero"` // the last day of the time for appeal
	track.Remark
}

// Compensated is the entry for compensation that was ordered or paid on its day.
type Compensated struct {
	MatterID string       `json:"matterId" validate:"required"`
	Ordered  *money.Money `json:"ordered,omitempty" validate:"required_without=Paid"`
	Paid     *money.Money `json:"paid,omitempty"`
	track.Remark
}

// Closed is the entry that ends a matter.
type Closed struct {
	MatterID string `json:"matterId" validate:"required"`
	Ending   Ending `json:"ending" validate:"required"`
	track.Remark
}

// Kind names the entry.
func (Opened) Kind() string { return "legal.matterOpened" }

// Kind names the entry.
func (Described) Kind() string { return "legal.matterDescribed" }

// Kind names the entry.
func (Represented) Kind() string { return "legal.represented" }

// Kind names the entry.
func (DefendantAdded) Kind() string { return "legal.defendantAdded" }

// Kind names the entry.
func (VerdictGiven) Kind() string { return "legal.verdictGiven" }

// Kind names the entry.
func (Compensated) Kind() string { return "legal.compensated" }

// Kind names the entry.
func (Closed) Kind() string { return "legal.matterClosed" }

// The summaries say no more than the milestones do: more people may read them
// than may read LEGAL.

// Summary describes the entry in a sentence.
func (Opened) Summary() string { return "Legal matter opened" }

// Summary describes the entry in a sentence.
func (Described) Summary() string { return "Legal matter described" }

// Summary describes the entry in a sentence.
func (Represented) Summary() string { return "Legal representation assigned" }

// Summary describes the entry in a sentence.
func (DefendantAdded) Summary() string { return "Defendant added to a legal matter" }

// Summary describes the entry in a sentence.
func (VerdictGiven) Summary() string { return "Verdict recorded" }

// Summary describes the entry in a sentence.
func (Compensated) Summary() string { return "Compensation recorded" }

// Summary describes the entry in a sentence.
func (Closed) Summary() string { return "Legal matter closed" }
