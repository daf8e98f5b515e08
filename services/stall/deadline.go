package stall

import (
	"slices"
	"strconv"
	"strings"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/track"
)

// What the deadlines of ACTION_OVERDUE count from.
const (
	actionDue   = "ACTION_DUE"
	planReview  = "PLAN_REVIEW"
	followUpDue = "FOLLOW_UP_DUE"
)

// Deadline is something that is due on a case: what a rule waits for, since
// when, and until when.
type Deadline struct {
	Rule          casefile.RuleCode // empty where no rule asks for it: work, and never a flag
	Track         track.Kind        // empty where it belongs to none
	DueOn         calendar.Day
	ThresholdDays int
	Severity      casefile.Severity

	natural calendar.Day  // when it would be due without a hold
	since   casefile.Fact // what it counts from
	point   string        // a point of retention or follow-up, where it is about one
	pointOn calendar.Day  // the day of that point, without its window
	part    string        // the identifier of the action, placement, award or matter
}

// Episode names the trouble within the case and the rule, so that the same
// trouble is never flagged twice: the day or the entry that it counts from, and
// the point.
func (d Deadline) Episode() string {
	switch {
	case d.since.Name == consentGiven:
		return d.part + "-" + d.since.On.String()
	case d.Rule == "":
		_, number, _ := strings.Cut(d.part, ".")
		return d.since.Name + "-" + number
	case d.since.Name == planReview:
		return "review-" + d.since.On.String()
	case d.since.Name == actionDue:
		_, number, _ := strings.Cut(d.part, ".")
		return strings.ReplaceAll(number, ".", "-")
	case d.since.Entry == 0:
		return d.since.On.String()
	case d.point != "":
		return strconv.Itoa(d.since.Entry) + "-" + d.point
	}
	return d.since.Name + "-" + strconv.Itoa(d.since.Entry)
}

// Overdue reports whether the deadline has passed on a day.
func (d Deadline) Overdue(on calendar.Day) bool { return d.DueOn < on }

// Facts returns what the deadline rests on.
func (d Deadline) Facts() []casefile.Fact {
	facts := []casefile.Fact{d.since}
	if d.point != "" {
		facts = append(facts, casefile.Fact{Name: d.point, On: d.pointOn})
	}
	return facts
}

// Urgency orders deadlines, the most urgent lowest: the overdue first, then the
// more severe, then the earlier.
func (d Deadline) Urgency(today calendar.Day) [3]int {
	late := 1
	if d.Overdue(today) {
		late = 0
	}
	return [3]int{late, slices.Index(casefile.Severities, d.Severity), int(d.DueOn)}
}

// Deadlines returns everything that is due on a case by the thresholds of its
// organisation, whatever the day is. A
// case that has ended has none. A hold moves a deadline that falls within it to
// its last day.
func Deadlines(c *casefile.Case, th *Thresholds) []Deadline {
	if !c.Status.Open() {
		return nil
	}
	return AppendDeadlines(make([]Deadline, 0, 8), c, th)
}

// AppendDeadlines adds the deadlines of a case to others, for those who look at
// many cases.
func AppendDeadlines(all []Deadline, c *casefile.Case, th *Thresholds) []Deadline {
	if !c.Status.Open() {
		return all
	}
	l := deadlines{c: c, th: th, all: all}
	l.owner()
	l.consents()
	if c.Status.UnderWay() {
		l.assessment()
		l.contact()
		l.actions()
		l.planReview()
		l.scheduled()
		l.approvals()
		l.dwells()
		l.retention()
		l.followUps()
	}
	return l.all
}

// deadlines collects the deadlines of a case.
type deadlines struct {
	c   *casefile.Case
	th  *Thresholds
	all []Deadline
}

// add completes a deadline and takes it in.
func (l *deadlines) add(d Deadline) {
	rule, _ := Find(d.Rule)
	d.Severity, d.natural = rule.severity(l.c), d.DueOn
	if l.c.Status == casefile.OnHold {
		d.DueOn = max(d.DueOn, l.c.HeldUntil)
	}
	l.all = append(l.all, d)
}

// from adds a deadline that lies some days after what it counts from.
func (l *deadlines) from(rule casefile.RuleCode, kind track.Kind, since casefile.Fact, days int, part string) {
	l.add(Deadline{Rule: rule, Track: kind, DueOn: since.On + calendar.Day(days), ThresholdDays: days, since: since, part: part})
}

func (l *deadlines) owner() {
	if l.c.Owner == "" {
		l.from(NoOwner, "", casefile.Fact{Name: "UNOWNED_SINCE", On: l.c.UnownedSince}, l.th.Owner, "")
	}
}

// assessment counts from the opening, or from the last reopening of a case that
// was closed before anybody had assessed it.
func (l *deadlines) assessment() {
	c := l.c
	if !c.AssessedOn.IsZero() || c.Status == casefile.FollowUp || c.HeldFrom == casefile.FollowUp {
		return
	}
	l.from(NeverAssessed, "", casefile.Fact{Name: "OPENED", On: opened(c)}, l.th.FirstAssessment, "")
}

func opened(c *casefile.Case) calendar.Day {
	if n := len(c.Closings); n > 0 && !c.Closings[n-1].ReopenedOn.IsZero() {
		return c.Closings[n-1].ReopenedOn
	}
	return c.OpenedOn
}

func (l *deadlines) contact() {
	since := casefile.Fact{Name: "LAST_CONTACT", On: l.c.LastContactOn}
	if from := opened(l.c); since.On < from {
		since = casefile.Fact{Name: "OPENED", On: from}
	}
	l.from(NoContact, "", since, l.contactDays(), "")
}

func (l *deadlines) contactDays() int {
	c := l.c
	switch {
	case c.Status == casefile.FollowUp || c.HeldFrom == casefile.FollowUp:
		return l.th.ContactFollowUp
	case c.Risk == casefile.High:
		return l.th.ContactHighRisk
	case c.Risk == casefile.Low:
		return l.th.ContactLowRisk
	}
	return l.th.ContactMediumRisk
}

func (l *deadlines) actions() {
	for _, a := range l.c.Plan.Open() {
		l.from(ActionOverdue, "", casefile.Fact{Name: actionDue, On: a.DueOn}, l.th.Action, a.ID)
	}
}

func (l *deadlines) planReview() {
	if p := l.c.Plan; p.InForce() {
		l.from(ActionOverdue, "", casefile.Fact{Name: planReview, On: p.ReviewOn}, l.th.Action, "")
	}
}

// scheduled adds the follow-ups that somebody has scheduled or agreed with her.
func (l *deadlines) scheduled() {
	for _, f := range l.c.FollowUps.Open() {
		l.from(ActionOverdue, "", casefile.Fact{Name: followUpDue, On: f.DueOn, Entry: f.Entry}, l.th.Action, f.ID)
	}
	if next := l.c.FollowUps.NextOn; !next.IsZero() {
		l.from(ActionOverdue, "", casefile.Fact{Name: followUpDue, On: next}, l.th.Action, "")
	}
}

func (l *deadlines) approvals() {
	for _, a := range l.c.Approvals {
		if a.State == casefile.Pending {
			l.from(ApprovalPending, "", casefile.Fact{Name: string(a.Of), On: a.RequestedOn, Entry: a.Entry}, l.th.Approval, a.ID)
		}
	}
}

func (l *deadlines) dwells() {
	c := l.c
	if m, waiting := c.Shelter.NotReady(); waiting {
		l.dwell(m, l.th.ShelterDwell, "")
	}
	for _, m := range c.Scholarship.NotEnrolled() {
		l.dwell(m, l.th.EnrolmentDwell, c.Scholarship.Scholarships[m.Spell].ID)
	}
	if m, ready := c.Career.Ready(); ready && !c.Employment.StartedSince(m.On) {
		l.dwell(m, l.th.JobDwell, "")
	}
	for _, m := range c.Legal.NotInCourt() {
		l.dwell(m, l.th.CourtDwell, c.Legal.Matters[m.Spell].ID)
	}
}

// dwell adds the wait for the milestone after m.
func (l *deadlines) dwell(m track.Milestone, days int, part string) {
	l.from(MilestoneDwell, m.Code.Track(), fact(m), days, part)
}

func (l *deadlines) retention() {
	for _, u := range l.c.Employment.Unchecked() {
		l.add(Deadline{
			Rule: RetentionCheckMissed, Track: track.Employment, DueOn: u.On + calendar.Day(l.th.RetentionWindow), ThresholdDays: l.th.RetentionWindow,
			since: fact(u.Start), point: string(u.Point), pointOn: u.On, part: u.Placement.ID,
		})
	}
}

func (l *deadlines) followUps() {
	for _, m := range l.c.Reintegration.Missing() {
		l.add(Deadline{
			Rule: ReturnFollowUpMissed, Track: track.Reintegration, DueOn: m.On + calendar.Day(l.th.ReturnWindow), ThresholdDays: l.th.ReturnWindow,
			since: fact(m.Return), point: string(m.Point), pointOn: m.On,
		})
	}
}

func fact(m track.Milestone) casefile.Fact {
	return casefile.Fact{Name: string(m.Code), On: m.On, Entry: int(m.Entry)}
}

// requestID returns the requestId of the next action for a deadline. It is bound
// to the version of the case, so that sending it twice does nothing twice, and
// the action can be taken again if it is reversed or does not suffice.
func requestID(c *casefile.Case, d Deadline) string {
	return id.Derive("request_", string(c.ID), strconv.Itoa(c.Version), string(d.Rule), d.Episode())
}
