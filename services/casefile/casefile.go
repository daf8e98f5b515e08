// Package casefile is the case: its lifecycle, the entries of its history, and
// the fold that makes the present state from them. It composes the programmes.
//
// It is pure: no input or output, and no clock of its own. A Case that has been
// published is never changed; a change is made on a Clone.
package casefile

import (
	"slices"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/delivery"
	"onward/services/demography"
	"onward/services/id"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/word"
)

// Case is the state of one case, folded from its history. It names no person:
// the code identifies it.
type Case struct {
	ID           id.Case                `json:"id"`
	Code         string                 `json:"code"`
	Version      int                    `json:"version"` // the number of entries in the history
	Status       Status                 `json:"status"`
	Stage        word.Place[Phase]      `json:"phase,omitzero"` // of an ACTIVE case; read through Phase
	About        word.Place[Population] `json:"population"`     // read through Population
	Danger       word.Place[Risk]       `json:"risk,omitzero"`  // read through Risk
	Organisation id.Organisation        `json:"organisation"`
	Site         id.Site                `json:"site,omitempty"`
	Owner        id.Worker              `json:"owner,omitempty"`

	OpenedOn      calendar.Day       `json:"openedOn"`
	MovedOn       calendar.Day       `json:"movedOn"` // the day of the last step of its lifecycle
	ClosedOn      calendar.Day       `json:"closedOn,omitzero"`
	UnownedSince  calendar.Day       `json:"unownedSince,omitzero"` // of a case without an owner
	LastContactOn calendar.Day       `json:"lastContactOn,omitzero"`
	AssessedOn    calendar.Day       `json:"assessedOn,omitzero"`   // the first assessment of needs, skills or family
	ReassessedOn  calendar.Day       `json:"reassessedOn,omitzero"` // the last one, which may be the first
	IntakeOn      calendar.Day       `json:"intakeOn,omitzero"`     // the acceptance of a case that is in INTAKE, on hold or not
	AdultOn       calendar.Day       `json:"adultOn,omitzero"`      // the day on which she turns 18, of a girl under 18
	HeldUntil     calendar.Day       `json:"heldUntil,omitzero"`    // of a case ON_HOLD
	HeldIn        word.Place[Status] `json:"heldFrom,omitzero"`     // read through HeldFrom
	ErasedOn      calendar.Day       `json:"erasedOn,omitzero"`     // when what was written of her was erased; nothing is recorded after it

	// SexSaid and BornIn are read through Sex and BirthYear. They and the ledger are
	// small, as every case has them.
	SexSaid word.Place[demography.Sex] `json:"sex,omitzero"`
	BornIn  int16                      `json:"birthYear,omitzero"`

	// NextDueOn is the earliest day on which something is due, OpenlyDueOn the
	// earliest of what everybody who sees the case may know of, and ScanOn the
	// first day on which a scan would find something new. The stall rules derive
	// them, by the thresholds of the organisation, for the case in the register.
	// They are neither part of the fold nor stored: thresholds change.
	NextDueOn   calendar.Day `json:"-"`
	OpenlyDueOn calendar.Day `json:"-"`
	ScanOn      calendar.Day `json:"-"`

	// ProfileChanges is the ledger of population, risk and owner, in the order of
	// the days; nil while only the opening speaks of them.
	ProfileChanges []ProfileChange `json:"profileChanges,omitempty"`

	Consents  []Consent  `json:"consents,omitempty"` // the ledger: every decision, by its day
	Closings  []Closing  `json:"closings,omitempty"` // every closing, with its reopening
	Approvals []Approval `json:"approvals,omitempty"`

	// What few cases have is read through methods of the names that stand in them.
	*Ties
	Programmes
	Reintegration reintegration.State `json:"reintegration,omitzero"`
	*Contacts
	Plan     *plan.Plan        `json:"plan,omitempty"`
	Services delivery.State    `json:"deliveries,omitempty"`
	Assessed *assessment.State `json:"assessments,omitzero"` // read through Assessments
	Flags    []Flag            `json:"flags,omitempty"`

	UpdatedAt calendar.Instant `json:"updatedAt"` // when the last entry was recorded

	keys []uint32 // hashes of the entries' request keys, by version-1
}

// Status is where a case stands.
type Status string

// The statuses.
const (
	Referred    Status = "REFERRED"
	Intake      Status = "INTAKE"
	Active      Status = "ACTIVE"
	OnHold      Status = "ON_HOLD"
	FollowUp    Status = "FOLLOW_UP"
	Closed      Status = "CLOSED"
	Transferred Status = "TRANSFERRED"
	Declined    Status = "DECLINED"
	Merged      Status = "MERGED"
)

// Statuses lists them in the order of a case's life.
var Statuses = []Status{Referred, Intake, Active, OnHold, FollowUp, Closed, Transferred, Declined, Merged}

// Words returns all words of the kind.
func (Status) Words() []Status { return Statuses }

// UnderWay reports whether work on the case is recorded in this status.
func (s Status) UnderWay() bool {
	return s == Intake || s == Active || s == OnHold || s == FollowUp
}

// Open reports whether the case is neither ended nor refused.
func (s Status) Open() bool { return s == Referred || s.UnderWay() }

// Phase is how far the plan of an ACTIVE case has come.
type Phase string

// The phases.
const (
	Crisis             Phase = "CRISIS"
	Transition         Phase = "TRANSITION"
	ReintegrationPhase Phase = "REINTEGRATION"
)

// Phases lists them in order.
var Phases = []Phase{Crisis, Transition, ReintegrationPhase}

// Words returns all words of the kind.
func (Phase) Words() []Phase { return Phases }

// Population is whom the case is about.
type Population string

// The populations.
const (
	VictimPossible  Population = "VICTIM_POSSIBLE"
	VictimConfirmed Population = "VICTIM_CONFIRMED"
	AtRisk          Population = "AT_RISK"
)

// Populations lists them.
var Populations = []Population{VictimPossible, VictimConfirmed, AtRisk}

// Words returns all words of the kind.
func (Population) Words() []Population { return Populations }

// Risk is the level of risk as the last screening found it.
type Risk string

// The levels.
const (
	Low    Risk = "LOW"
	Medium Risk = "MEDIUM"
	High   Risk = "HIGH"
)

// Risks lists them, the lowest first.
var Risks = []Risk{Low, Medium, High}

// Words returns all words of the kind.
func (Risk) Words() []Risk { return Risks }

// Closing is one closing of the case, and its reopening if there was one.
type Closing struct {
	On         calendar.Day              `json:"on"`
	Why        word.Place[ClosureReason] `json:"reason"`                // read through Reason
	Was        word.Place[Status]        `json:"from"`                  // read through From
	Requested  id.Worker                 `json:"requestedBy,omitempty"` // who asked for it
	Approved   id.Worker                 `json:"approvedBy,omitempty"`
	ReopenedOn calendar.Day              `json:"reopenedOn,omitzero"`
	Entry      int32                     `json:"entry,omitempty"` // version of the case with the closing
}

// ClosureReason is why a case was closed.
type ClosureReason string

// The closure reasons.
const (
	GoalsMet        ClosureReason = "GOALS_MET"
	NoLongerNeeds   ClosureReason = "NO_LONGER_NEEDS"
	PeriodEnded     ClosureReason = "PERIOD_ENDED"
	Ineligible      ClosureReason = "INELIGIBLE"
	RefusedServices ClosureReason = "REFUSED"
	MovedInCountry  ClosureReason = "MOVED_IN_COUNTRY"
	MovedAbroad     ClosureReason = "MOVED_ABROAD_OR_REMIGRATED"
	LostContact     ClosureReason = "LOST_CONTACT"
	RanAway         ClosureReason = "RAN_AWAY"
	TransferredOn   ClosureReason = "TRANSFERRED"
	Died            ClosureReason = "DIED"
	Resources       ClosureReason = "RESOURCES"
	Safety          ClosureReason = "SAFETY"
	NotAVictim      ClosureReason = "NOT_A_VICTIM"
	DuplicateCase   ClosureReason = "DUPLICATE"
	OtherReason     ClosureReason = "OTHER"
)

// ClosureReasons lists them.
var ClosureReasons = []ClosureReason{
	GoalsMet, NoLongerNeeds, PeriodEnded, Ineligible, RefusedServices, MovedInCountry, MovedAbroad, LostContact,
	RanAway, TransferredOn, Died, Resources, Safety, NotAVictim, DuplicateCase, OtherReason,
}

// Words returns all words of the kind.
func (ClosureReason) Words() []ClosureReason { return ClosureReasons }

// Reason returns why the case was closed.
func (x Closing) Reason() ClosureReason { return x.Why.Word() }

// From returns the status before the closing.
func (x Closing) From() Status { return x.Was.Word() }

// Muted reports whether the case is on hold on the day, so that no rule speaks.
func (c *Case) Muted(on calendar.Day) bool { return c.Status == OnHold && on <= c.HeldUntil }

// Phase returns how far the plan of an ACTIVE case has come, or "".
func (c *Case) Phase() Phase { return c.Stage.Word() }

// Population returns whom the case is about.
func (c *Case) Population() Population { return c.About.Word() }

// Risk returns the level of risk as the last screening found it, or "".
func (c *Case) Risk() Risk { return c.Danger.Word() }

// HeldFrom returns the status to which a case ON_HOLD resumes, or "".
func (c *Case) HeldFrom() Status { return c.HeldIn.Word() }

// Clone returns a copy that shares nothing that Apply changes.
func (c *Case) Clone() *Case {
	n := *c
	n.ProfileChanges = slices.Clone(c.ProfileChanges)
	n.Consents, n.Closings = slices.Clone(c.Consents), slices.Clone(c.Closings)
	n.Approvals, n.Ties, n.Programmes = slices.Clone(c.Approvals), cloned(c.Ties, Ties.clone), c.Programmes.clone()
	n.Reintegration, n.Contacts, n.Plan = c.Reintegration.Clone(), cloned(c.Contacts, Contacts.clone), c.Plan.Clone()
	n.Services, n.Assessed = c.Services.Clone(), cloned(c.Assessed, assessment.State.Clone)
	n.Flags, n.keys = slices.Clone(c.Flags), slices.Clone(c.keys)
	return &n
}
