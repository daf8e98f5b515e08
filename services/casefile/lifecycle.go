package casefile

import (
	"cmp"

	"onward/services/sealed"
	"onward/services/word"

	"onward/services/calendar"
	"onward/services/demography"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

var lifecycleKinds = []kind{
	step((*Case).open), step((*Case).accept), step((*Case).activate), step((*Case).hold), step((*Case).resume),
	step((*Case).startFollowUp), step((*Case).end), step((*Case).reopen), step((*Case).decline),
	step((*Case).handOver), step((*Case).mergeAway), always((*Case).assign), always((*Case).release), work((*Case).screen),
}

// Limits on a hold, in days [J].
const (
	MaxHoldDays  = 90 // no hold is longer
	LongHoldDays = 30 // a longer one is a supervisor's to decide
)

// Opened is the first entry of every case.
type Opened struct {
	Code       string         `json:"code,omitempty"` // made by Onward, never typed
	Population Population     `json:"population" validate:"required"`
	Risk       Risk           `json:"risk,omitempty"`
	SiteID     id.Site        `json:"siteId,omitempty"`
	OwnerID    id.Worker      `json:"ownerId,omitempty"`
	ReferredBy sealed.Text    `json:"referredBy,omitempty" validate:"max=200"` // the organisation or office that referred her
	Consents   []Purpose      `json:"consents,omitempty" validate:"max=5,unique"`
	AdultOn    calendar.Day   `json:"adultOn,omitzero"` // the day on which she turns 18, of a girl under 18
	Sex        demography.Sex `json:"sex,omitempty"`
	BirthYear  *int           `json:"birthYear,omitempty"`
	// FromCaseID is the case of another organisation that this one continues. A
	// transfer sets it, nobody types it.
	FromCaseID id.Case `json:"fromCaseId,omitempty"`
	track.Remark
}

// Accepted takes a referral in: REFERRED → INTAKE.
type Accepted struct {
	OwnerID id.Worker `json:"ownerId,omitempty"`
	track.Remark
}

// Activated begins the plan: INTAKE → ACTIVE. What it gives replaces what the
// intake found.
type Activated struct {
	OwnerID    id.Worker  `json:"ownerId,omitempty"`
	Risk       Risk       `json:"risk,omitempty"`
	Population Population `json:"population,omitempty"`
	Phase      Phase      `json:"phase,omitempty"` // CRISIS where it is absent
}

// Assigned gives the case an owner, a site or both.
type Assigned struct {
	OwnerID id.Worker `json:"ownerId,omitempty" validate:"required_without=SiteID"`
	SiteID  id.Site   `json:"siteId,omitempty"`
}

// Released takes the case from an owner whose access has ended, so that it is
// seen to have none.
type Released struct {
	OwnerID id.Worker `json:"ownerId"`
}

// Revised changes what the screening found.
type Revised struct {
	Population Population     `json:"population,omitempty" validate:"required_without_all=Risk Phase AdultOn Sex BirthYear"`
	Risk       Risk           `json:"risk,omitempty"`
	Phase      Phase          `json:"phase,omitempty"`
	AdultOn    calendar.Day   `json:"adultOn,omitzero"`
	Sex        demography.Sex `json:"sex,omitempty"`
	BirthYear  *int           `json:"birthYear,omitempty"`
}

// Held mutes the case until a day: → ON_HOLD.
type Held struct {
	Until  calendar.Day `json:"until" validate:"required"`
	Reason sealed.Text  `json:"reason" validate:"required,max=500"`
}

// Resumed ends a hold: ON_HOLD → the status before it.
type Resumed struct{}

// FollowUpStarted ends the plan's active part: ACTIVE → FOLLOW_UP.
type FollowUpStarted struct{}

// Ended closes the case: → CLOSED.
type Ended struct {
	Reason ClosureReason `json:"reason" validate:"required"`
	track.Remark
}

// Reopened opens a closed case again: CLOSED → ACTIVE, or → REFERRED or INTAKE
// where it was closed from there.
type Reopened struct {
	Reason sealed.Text `json:"reason" validate:"required,max=500"`
}

// Refusal refuses a referral: REFERRED → DECLINED.
type Refusal struct {
	Reason sealed.Text `json:"reason" validate:"required,max=500"`
}

// HandedOver ends the case here because another organisation has taken it on:
// → TRANSFERRED.
type HandedOver struct {
	OrganisationID id.Organisation `json:"organisationId" validate:"required"`
	track.Remark
}

// MergedAway marks the case as a duplicate of another: → MERGED. Reversing the
// entry undoes it.
type MergedAway struct {
	IntoCaseID id.Case     `json:"intoCaseId" validate:"required"`
	Reason     sealed.Text `json:"reason" validate:"required,max=500"`
}

// Kind names the entry.
func (Opened) Kind() string { return "case.opened" }

// Kind names the entry.
func (Accepted) Kind() string { return "case.accepted" }

// Kind names the entry.
func (Activated) Kind() string { return "case.activated" }

// Kind names the entry.
func (Assigned) Kind() string { return "case.assigned" }

// Kind names the entry.
func (Released) Kind() string { return "case.released" }

// Kind names the entry.
func (Revised) Kind() string { return "case.revised" }

// Kind names the entry.
func (Held) Kind() string { return "case.held" }

// Kind names the entry.
func (Resumed) Kind() string { return "case.resumed" }

// Kind names the entry.
func (FollowUpStarted) Kind() string { return "case.followUpStarted" }

// Kind names the entry.
func (Ended) Kind() string { return "case.closed" }

// Kind names the entry.
func (Reopened) Kind() string { return "case.reopened" }

// Kind names the entry.
func (Refusal) Kind() string { return "case.declined" }

// Kind names the entry.
func (HandedOver) Kind() string { return "case.transferred" }

// Kind names the entry.
func (MergedAway) Kind() string { return "case.merged" }

// Summary describes the entry in a sentence.
func (o Opened) Summary() string { return "Case opened; population " + string(o.Population) }

// Summary describes the entry in a sentence.
func (Accepted) Summary() string { return "Referral accepted; intake begins" }

// Summary describes the entry in a sentence.
func (Activated) Summary() string { return "Case activated; the plan begins" }

// Summary describes the entry in a sentence.
func (Assigned) Summary() string { return "Case assigned" }

// Summary describes the entry in a sentence.
func (Released) Summary() string { return "Case released: its owner's access has ended" }

// Summary describes the entry in a sentence.
func (Revised) Summary() string { return "Screening revised" }

// Summary describes the entry in a sentence.
func (h Held) Summary() string { return "Case on hold until " + h.Until.String() }

// Summary describes the entry in a sentence.
func (Resumed) Summary() string { return "Case resumed" }

// Summary describes the entry in a sentence.
func (FollowUpStarted) Summary() string { return "Follow-up in the community begins" }

// Summary describes the entry in a sentence.
func (e Ended) Summary() string { return "Case closed: " + string(e.Reason) }

// Summary describes the entry in a sentence.
func (Reopened) Summary() string { return "Case reopened" }

// Summary describes the entry in a sentence.
func (Refusal) Summary() string { return "Referral declined" }

// Summary describes the entry in a sentence.
func (HandedOver) Summary() string { return "Case transferred to another organisation" }

// Summary describes the entry in a sentence.
func (MergedAway) Summary() string { return "Merged into another case as a duplicate" }

// from refuses a step that the present status does not allow.
func (c *Case) from(allowed ...Status) error {
	for _, s := range allowed {
		if c.Status == s {
			return nil
		}
	}
	return fault.Input("caseId", "the case is %s; this needs %s", c.Status, list(allowed))
}

// underWay refuses work on a case that is not under way, and says what to do.
func (c *Case) underWay() error {
	switch {
	case c.Status.UnderWay():
		return nil
	case c.Status == Referred:
		return fault.Input("caseId", "the case is REFERRED; accept it first")
	case c.Status == Closed:
		return fault.Input("caseId", "the case is CLOSED; reopen it first")
	}
	return fault.Input("caseId", "the case is %s; nothing more is recorded here", c.Status)
}

func (c *Case) open(o Opened, e Entry) error {
	if c.Version != 0 {
		return fault.New(fault.Internal, "case.opened is not the first entry")
	}
	c.Code, c.Status, c.Organisation = o.Code, Referred, id.Intern(e.Organisation)
	c.About, c.Danger, c.OpenedOn = word.At(o.Population), word.At(o.Risk), e.On
	c.Site, c.Owner = id.Intern(o.SiteID), id.Intern(o.OwnerID)
	if o.FromCaseID != "" {
		write(&c.Ties).Continues = o.FromCaseID
	}
	if c.Owner == "" {
		c.UnownedSince = e.On
	}
	for _, p := range o.Consents {
		c.Consents = append(c.Consents, Consent{Asked: word.At(p), Decided: word.At(Given), On: e.On})
	}
	return c.describe(o.Sex, o.BirthYear, o.AdultOn, e.On)
}

// assign gives the case an owner or a site. A referral may get its owner before
// it is accepted.
func (c *Case) assign(a Assigned, e Entry) error {
	if c.Status != Referred {
		if err := c.underWay(); err != nil {
			return err
		}
	}
	c.change(e.On, "", "", a.OwnerID)
	if a.SiteID != "" {
		c.Site = id.Intern(a.SiteID)
	}
	return nil
}

// release does nothing where somebody else owned the case by then, once an
// earlier entry has been taken back or a late one recorded.
func (c *Case) release(r Released, e Entry) error {
	c.enter(ProfileChange{On: e.On, Released: true, Owner: id.Intern(r.OwnerID)})
	return nil
}

func (c *Case) accept(a Accepted, e Entry) error {
	if err := c.from(Referred); err != nil {
		return err
	}
	c.change(e.On, "", "", a.OwnerID)
	c.Status, c.IntakeOn = Intake, e.On
	return nil
}

func (c *Case) activate(a Activated, e Entry) error {
	if err := c.from(Intake); err != nil {
		return err
	}
	c.change(e.On, a.Population, a.Risk, a.OwnerID)
	var missing []fault.Field
	if !c.Consented(ForServices, e.On) {
		missing = append(missing, fault.Field{Path: "caseId", Message: "consent for SERVICES is needed; record it with recordConsent"})
	} else if i := c.consentFor(ForServices, calendar.LastDay); c.Consents[i].On > e.On {
		missing = append(missing, fault.Field{Path: "on", Message: "consent for SERVICES was given on " + c.Consents[i].On.String() + ", after that day"})
	}
	if c.Owner == "" {
		missing = append(missing, fault.Field{Path: "ownerId", Message: "an owner is needed"})
	}
	if c.Risk() == "" {
		missing = append(missing, fault.Field{Path: "risk", Message: "a risk level is needed"})
	}
	if len(missing) > 0 {
		return fault.Inputs(missing...)
	}
	c.Status, c.IntakeOn, c.Stage = Active, 0, word.At(cmp.Or(a.Phase, Crisis))
	return nil
}

func (c *Case) screen(r Revised, at track.Stamp) error {
	if r.Phase != "" && c.Status != Active {
		return fault.Input("phase", "only an ACTIVE case has a phase; this one is %s", c.Status)
	}
	c.change(at.On, r.Population, r.Risk, "")
	if r.Phase != "" {
		c.Stage = word.At(r.Phase)
	}
	return c.describe(r.Sex, r.BirthYear, r.AdultOn, at.On)
}

func (c *Case) hold(h Held, e Entry) error {
	if err := c.from(Intake, Active, FollowUp); err != nil {
		return err
	}
	if h.Until <= e.On || h.Until > e.On+MaxHoldDays {
		return fault.Input("until", "must be 1 to %d days after %s", MaxHoldDays, e.On)
	}
	c.HeldIn, c.Status, c.HeldUntil = word.At(c.Status), OnHold, h.Until
	return nil
}

func (c *Case) resume(_ Resumed, e Entry) error {
	if err := c.from(OnHold); err != nil {
		return err
	}
	c.pressFrom(e.On)
	c.Status, c.HeldIn, c.HeldUntil = c.HeldFrom(), 0, 0
	return nil
}

func (c *Case) startFollowUp(FollowUpStarted, Entry) error {
	if err := c.from(Active); err != nil {
		return err
	}
	if _, returned := c.Reintegration.Current(); !returned {
		return fault.Input("caseId", "FOLLOW_UP needs RETURNED_TO_COMMUNITY; record the return first")
	}
	if !c.PlanApproved() {
		return fault.Input("caseId", "FOLLOW_UP needs an approved plan; submit it with submitPlan")
	}
	c.Status, c.Stage = FollowUp, 0
	return nil
}

// end closes the case on the word of whoever records it.
func (c *Case) end(x Ended, e Entry) error { return c.closeFor(x, e.By, e) }

// closeFor closes the case as somebody has asked for; whoever records it
// approves.
func (c *Case) closeFor(x Ended, asked id.Worker, e Entry) error {
	if !c.Status.Open() {
		return fault.Input("caseId", "the case is %s already", c.Status)
	}
	for _, f := range c.Flags {
		if f.Live() && f.Severity == SeverityHigh {
			return fault.Input("caseId", "a HIGH flag is open (%s); resolve it before closing", f.Rule)
		}
	}
	if x.Reason == GoalsMet && !c.Reintegration.FollowedUp(track.Month6) {
		return fault.Input("reason", "GOALS_MET needs the six-month follow-up (FOLLOW_UP_M6)")
	}
	from := c.Status
	if from == OnHold {
		from = c.HeldFrom()
	}
	if err := track.Full("caseId", len(c.Closings), "closings"); err != nil {
		return err
	}
	c.stop(Closed, e)
	c.Closings = append(c.Closings, Closing{On: e.On, Why: word.At(x.Reason), Was: word.At(from), Requested: id.Intern(asked), Approved: id.Intern(e.By), Entry: int32(e.Version)})
	return nil
}

// stop ends the work on the case here: nothing waits for an answer any more, and
// nobody else reads it.
func (c *Case) stop(s Status, e Entry) {
	c.lapse(e)
	c.unshare(e)
	c.Status, c.Stage, c.ClosedOn, c.HeldIn, c.HeldUntil, c.IntakeOn = s, 0, e.On, 0, 0, 0
}

// reopen makes the case ACTIVE again. One that was closed before it was active
// goes on from there: it has yet to meet what activation asks for.
func (c *Case) reopen(_ Reopened, e Entry) error {
	if err := c.from(Closed); err != nil {
		return err
	}
	last := &c.Closings[len(c.Closings)-1]
	last.ReopenedOn = e.On
	c.Status, c.Stage, c.ClosedOn = Active, word.At(Crisis), 0
	if last.From() == Referred || last.From() == Intake {
		c.Status, c.Stage = last.From(), 0
	}
	if c.Status == Intake {
		c.IntakeOn = e.On
	}
	if c.Owner == "" {
		c.UnownedSince = e.On
	}
	return nil
}

func (c *Case) decline(_ Refusal, e Entry) error {
	if err := c.from(Referred); err != nil {
		return err
	}
	c.stop(Declined, e)
	return nil
}

func (c *Case) handOver(h HandedOver, e Entry) error {
	if err := c.underWay(); err != nil {
		return err
	}
	if h.OrganisationID == c.Organisation {
		return fault.Input("organisationId", "the case belongs to this organisation already")
	}
	c.stop(Transferred, e)
	write(&c.Ties).TransferredTo = id.Intern(h.OrganisationID)
	return nil
}

func (c *Case) mergeAway(m MergedAway, e Entry) error {
	switch {
	case c.Status == Merged:
		return fault.Input("caseId", "the case is MERGED already")
	case m.IntoCaseID == c.ID:
		return fault.Input("intoCaseId", "a case cannot be merged into itself")
	}
	c.stop(Merged, e)
	write(&c.Ties).MergedInto = m.IntoCaseID
	return nil
}
