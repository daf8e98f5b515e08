package casefile

import (
	"cmp"
	"slices"
	"strconv"

	"onward/services/calendar"
	"onward/services/career"
	"onward/services/delivery"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
)

// Fold makes the state of a case from its history, leaving out what later
// entries reverse. An entry that does not fit the ones before it is a fault that
// names it: Fold is also how a reversal is tried. It changes nothing in the
// history and does not read ReversedBy, so the fold of the first entries is what
// the case was then.
func Fold(caseID id.Case, history []Entry) (*Case, error) {
	c := &Case{ID: caseID}
	gone := reversals(history)
	for i, e := range history {
		if e.Version != i+1 {
			return nil, fault.New(fault.Internal, "case %s: entry %d stands in place %d", caseID, e.Version, i+1)
		}
		if gone[e.Version] != 0 {
			c.note(e)
			continue
		}
		if err := c.Apply(e); err != nil {
			return nil, fault.Wrap(fault.KindOf(err), err, "entry %d (%s) does not fit the entries before it", e.Version, e.Kind())
		}
	}
	return c, nil
}

// MarkReversed sets ReversedBy on the entries that later ones reverse.
func MarkReversed(history []Entry) {
	for version, by := range reversals(history) {
		history[version-1].ReversedBy = by
	}
}

// reversals returns, by its version, each entry that a later one reverses, with
// the version of that one.
func reversals(history []Entry) map[int]int {
	var gone map[int]int
	for _, e := range history {
		if r, ok := e.Data.(Reversed); ok && r.Version >= 1 && r.Version < e.Version && r.Version <= len(history) {
			if gone == nil {
				gone = map[int]int{}
			}
			gone[r.Version] = e.Version
		}
	}
	return gone
}

// note counts an entry in the header without folding what it says.
func (c *Case) note(e Entry) {
	c.Version = e.Version
	c.UpdatedAt = calendar.InstantOf(e.At)
	c.keys = append(c.keys, keyHash(e.By, e.Key))
}

// Apply folds one more entry into the case, which the caller must own. It holds
// the rules of order: an entry that does not fit is refused with an Invalid
// fault that names the input field, and the case is then of no more use.
func (c *Case) Apply(e Entry) error {
	moves := isLifecycle(e.Data)
	if moves && c.Version != 0 {
		err := cmp.Or(
			track.NotBefore("on", e.On, c.OpenedOn, "the opening of the case"),
			track.NotBefore("on", e.On, c.MovedOn, "the last step of the case"))
		if err != nil {
			return err
		}
	}
	if err := c.apply(e); err != nil {
		return err
	}
	if moves {
		c.MovedOn = e.On
	}
	c.note(e)
	return nil
}

// isLifecycle reports whether an entry moves the case itself; what the
// programmes record may have happened before the case was opened here.
func isLifecycle(d Data) bool {
	switch d.(type) {
	case Opened, Accepted, Activated, Held, Resumed, FollowUpStarted, Ended, Reopened, Refusal, HandedOver, MergedAway:
		return true
	}
	return false
}

func (c *Case) apply(e Entry) error {
	switch d := e.Data.(type) {
	case Opened:
		return c.open(d, e)
	case Accepted:
		return c.accept(d)
	case Activated:
		return c.activate(d, e)
	case ConsentRecorded:
		return c.consent(d, e)
	case Held:
		return c.hold(d, e)
	case Resumed:
		return c.resume()
	case FollowUpStarted:
		return c.startFollowUp()
	case Ended:
		return c.end(d, e)
	case Reopened:
		return c.reopen(e)
	case Refusal:
		return c.decline(e)
	case HandedOver:
		return c.handOver(d, e)
	case MergedAway:
		return c.mergeAway(d, e)
	case Reversed:
		return nil // Fold has left out what it reverses
	case FlagRaised:
		return c.raise(d)
	case FlagAcknowledgement:
		return c.acknowledge(d, e)
	case FlagResolution:
		return c.resolve(d, e)
	}
	return c.work(e)
}

// work folds what is recorded on a case under way.
func (c *Case) work(e Entry) error {
	if a, ok := e.Data.(Assigned); ok && c.Status == Referred {
		return c.assign(a) // a referral may get its owner before it is accepted
	}
	if err := c.underWay(); err != nil {
		return err
	}
	at := track.Stamp{On: e.On, Entry: e.Version, At: calendar.InstantOf(e.At), Organisation: c.Organisation, Site: c.Site}
	switch d := e.Data.(type) {
	case Assigned:
		return c.assign(d)
	case Revised:
		if d.Phase != "" && c.Status != Active {
			return fault.Input("phase", "only an ACTIVE case has a phase; this one is %s", c.Status)
		}
		c.revise(d.Population, d.Risk, d.Phase)
		return nil
	case plan.Updated:
		next, err := c.Plan.Update(d, func(n int) string {
			return id.Within("plan_", c.ID, e.Version) + "." + strconv.Itoa(n)
		}, at)
		if err == nil {
			c.Plan = next
		}
		return err
	case plan.ActionCompleted:
		return c.Plan.Complete(d, at)
	case MilestoneRecorded:
		return c.reach(d, at)
	}
	return c.programme(e, at)
}

// programme folds an entry of one of the programmes. Whoever recorded it has met
// or heard her, so most of them count as contact.
func (c *Case) programme(e Entry, at track.Stamp) (err error) {
	contact := true
	switch d := e.Data.(type) {
	case shelter.Admitted:
		at.Site = id.Intern(d.SiteID)
		err = c.Shelter.Admit(d, id.Within("stay_", c.ID, e.Version), at)
	case shelter.Left:
		if stay, open := c.Shelter.Current(); open {
			at.Site = stay.Site
		}
		err = c.Shelter.Leave(d, at)
	case scholarship.Award:
		contact = false // granted by a committee
		err = c.Scholarship.Award(d, id.Within("scholarship_", c.ID, e.Version), at)
	case scholarship.Enrolment:
		err = c.Scholarship.Enrol(d, at)
	case scholarship.TermCheck:
		contact = d.Attendance != scholarship.NotEnrolled
		err = c.Scholarship.RecordTerm(d, at)
	case scholarship.End:
		contact = false // often by hearsay
		err = c.Scholarship.End(d, at)
	case career.Registered:
		at.Site = id.Intern(d.SiteID)
		err = c.Career.Register(d, at)
	case employment.Started:
		err = c.Employment.LogPlacement(d, id.Within("placement_", c.ID, e.Version), at)
	case employment.RetentionChecked:
		err = c.Employment.CheckRetention(d, at)
	case employment.Ended:
		contact = false // often by hearsay
		err = c.Employment.EndPlacement(d, at)
	case reintegration.Returned:
		err = c.Reintegration.RecordReturn(d, at)
	case followup.Recorded:
		contact = d.ContactMade
		err = c.followUp(d, at)
	case delivery.Delivered:
		if d.SiteID != "" {
			at.Site = id.Intern(d.SiteID)
		}
		err = c.Services.Deliver(d, at)
	default:
		err = fault.New(fault.Internal, "entry kind %s has no place in the fold", e.Kind())
	}
	if err == nil && contact {
		c.contact(e.On)
	}
	return err
}

func (c *Case) contact(on calendar.Day) { c.LastContactOn = max(c.LastContactOn, on) }

func (c *Case) assign(a Assigned) error {
	c.own(a.OwnerID)
	if a.SiteID != "" {
		c.Site = id.Intern(a.SiteID)
	}
	return nil
}

func (c *Case) followUp(f followup.Recorded, at track.Stamp) error {
	if f.Point != track.Unscheduled {
		found := reintegration.Contact{
			Point: id.Intern(f.Point), Safe: f.Safe,
			IncomeOrSchool: f.HasIncome != nil && *f.HasIncome || f.InSchool != nil && *f.InSchool,
		}
		if err := c.Reintegration.FollowUp(found, f.ContactMade, at); err != nil {
			return err
		}
	}
	c.FollowUps.Record(f, at)
	return nil
}

// reach folds a milestone that has no verb of its own.
func (c *Case) reach(m MilestoneRecorded, at track.Stamp) error {
	kind := m.Code.Track()
	if kind != track.Legal && m.Step.MatterID+string(m.Step.Verdict) != "" {
		return fault.Input("code", "matterId and verdict go only with legal milestones")
	}
	if m.SiteID != "" {
		at.Site = id.Intern(m.SiteID)
	}
	m.Code = id.Intern(m.Code)
	if err := c.reachOn(kind, m, at); err != nil {
		return err
	}
	switch m.Code {
	case track.NeedsAssessed, track.SkillsAssessed, track.FamilyCommunityAssessed:
		if c.AssessedOn.IsZero() || at.On < c.AssessedOn {
			c.AssessedOn = at.On
		}
	}
	if kind != track.Legal && kind != track.Scholarship {
		c.contact(at.On)
	}
	return nil
}

func (c *Case) reachOn(kind track.Kind, m MilestoneRecorded, at track.Stamp) error {
	switch kind {
	case track.Shelter:
		if stay, open := c.Shelter.Current(); open {
			at.Site = stay.Site
		}
		return c.Shelter.Reach(m.Code, at)
	case track.Scholarship:
		if m.Code != track.Applied {
			return fault.Input("code", "%s is recorded with awardScholarship, enrol, recordTerm or endScholarship", m.Code)
		}
		return c.Scholarship.Apply(id.Within("scholarship_", c.ID, at.Entry), at)
	case track.Career:
		if n := len(c.Career.Registrations); n > 0 && m.SiteID == "" {
			at.Site = c.Career.Registrations[n-1].Site
		}
		return c.Career.Reach(m.Code, at)
	case track.Employment:
		return c.Employment.Reach(m.Code, at)
	case track.Legal:
		return c.Legal.Reach(m.Code, m.Step, id.Within("matter_", c.ID, at.Entry), at)
	case track.Reintegration:
		if m.Code == track.Stable && slices.ContainsFunc(c.Flags, func(f Flag) bool { return f.Live() && f.Severity == SeverityHigh }) {
			return fault.Input("code", "STABLE needs every HIGH flag to be resolved")
		}
		return c.Reintegration.Reach(m.Code, at)
	}
	return fault.Input("code", "%.40q is not a milestone", m.Code)
}
