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

// What deadlines count from, where the rule alone does not say it and no milestone
// names it.
const (
	actionDue   = "ACTION_DUE"
	planReview  = "PLAN_REVIEW"
	followUpDue = "FOLLOW_UP_DUE"
	openedFact  = "OPENED"
	intakeSince = "INTAKE"
	jobLost     = "JOB_LOST"
)

// Deadline is something that is due on a case: what a rule waits for, since
// when, and until when.
type Deadline struct {
	Rule          casefile.RuleCode // empty where no rule asks for it: work, and never a flag
	Track         track.Kind        // empty where it belongs to none
	DueOn         calendar.Day
	ThresholdDays int
	Severity      casefile.Severity

	episode string        // its name, where that is not what it counts from
	natural calendar.Day  // when it would be due without a hold
	since   casefile.Fact // what it counts from
	point   string        // a point of retention or follow-up, where it is about one
	pointOn calendar.Day  // the day of that point, without its window
	part    id.Part       // the identifier of the action, placement, award, matter, request, referral or match
}

// Openly reports whether everybody who sees the case may know of the deadline: it says
// nothing of a legal matter, and is of no birthday.
func (d Deadline) Openly() bool { return d.Track != track.Legal && d.Rule != casefile.Turned18 }

// Episode names the trouble within the case and the rule, so that the same
// trouble is never flagged twice: the day or the entry that it counts from, and
// the point.
func (d Deadline) Episode() string {
	switch {
	case d.episode != "":
		return d.episode
	case d.since.Name == consentGiven:
		return d.Part() + "-" + d.since.On.String()
	case d.Rule == "":
		_, number, _ := strings.Cut(d.Part(), ".")
		return d.since.Name + "-" + number
	case d.since.Name == planReview:
		return "review-" + d.since.On.String()
	case d.since.Name == actionDue:
		_, number, _ := strings.Cut(d.Part(), ".")
		return strings.ReplaceAll(number, ".", "-")
	case d.since.Entry == 0:
		return d.since.On.String()
	case d.point != "":
		return strconv.Itoa(d.since.Entry) + "-" + d.point
	}
	return d.since.Name + "-" + strconv.Itoa(d.since.Entry)
}

// How many days before the day on which something is due the worklist shows it: of
// a reassessment more, since it has to be arranged (OSCaR warns 14 and 7 days
// before), and of the last day of a consent still more, since she has to be found
// and asked again [J].
const (
	NoticeDays         = 7
	reassessmentNotice = 14
	LongestNoticeDays  = 30
)

// Soon reports whether the deadline has not passed on a day, and will in the days
// for which its rule gives notice.
func (d Deadline) Soon(on calendar.Day) bool {
	notice := calendar.Day(NoticeDays)
	switch {
	case d.Rule == ReassessmentDue:
		notice = reassessmentNotice
	case d.since.Name == consentGiven:
		notice = LongestNoticeDays
	}
	return on <= d.DueOn && d.DueOn <= on+notice
}

// Flagged reports whether a rule asks for the deadline, so that a scan flags it
// once it is overdue. What no rule asks for is work only.
func (d Deadline) Flagged() bool { return d.Rule != "" }

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
// organisation, whatever the day is. A case that has ended has none. A hold moves a
// deadline that falls within it to its last day.
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
	if c.Status == casefile.Referred {
		l.acceptance()
	}
	if c.Status.UnderWay() {
		l.ofCase()
		l.ofPlan()
		l.ofTracks()
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
func (l *deadlines) from(rule casefile.RuleCode, kind track.Kind, since casefile.Fact, days int, part id.Part) {
	l.add(Deadline{Rule: rule, Track: kind, DueOn: since.On + calendar.Day(days), ThresholdDays: days, since: since, part: part})
}
