package stall

import (
	"cmp"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
)

// WorkKind says what is to be done about a deadline.
type WorkKind string

// The kinds of work, in the field's own terms.
const (
	WorkAssignment WorkKind = "ASSIGNMENT"      // give the case an owner
	WorkAssessment WorkKind = "ASSESSMENT"      // assess or reassess her
	WorkPlan       WorkKind = "PLAN"            // have a plan approved, or review it
	WorkContact    WorkKind = "CONTACT"         // be in contact with her
	WorkAction     WorkKind = "ACTION"          // complete an action of the plan
	WorkFollowUp   WorkKind = "FOLLOW_UP"       // meet her as scheduled, or after her return
	WorkApproval   WorkKind = "APPROVAL"        // decide what somebody has asked for
	WorkReferral   WorkKind = "REFERRAL"        // see to a referral or a transfer that waits
	WorkRetention  WorkKind = "RETENTION_CHECK" // check that she still has the job
	WorkMilestone  WorkKind = "MILESTONE"       // bring her to the next milestone
	WorkSchool     WorkKind = "SCHOOL"          // see to her absences from school
	WorkConsent    WorkKind = "CONSENT"         // ask for her consent again
	WorkRecord     WorkKind = "RECORD"          // complete the record
	WorkRegression WorkKind = "REGRESSION"      // see to something that was lost again
	WorkFigure     WorkKind = "FIGURE"          // see to a figure that is not what it should be
	WorkReading    WorkKind = "READING"         // ask what somebody read so much for
	WorkMatch      WorkKind = "MATCH"           // answer whether a case elsewhere is of the same person
)

// WorkKinds lists them, in the order in which they are counted.
var WorkKinds = []WorkKind{WorkAssignment, WorkAssessment, WorkPlan, WorkContact, WorkAction, WorkFollowUp, WorkApproval,
	WorkReferral, WorkRetention, WorkMilestone, WorkSchool, WorkConsent, WorkRecord, WorkRegression, WorkFigure, WorkReading, WorkMatch}

// consentGiven is what the last day of a consent counts from. No rule asks for it:
// it is work, and never becomes a flag.
const consentGiven = "CONSENT_GIVEN"

// figureFound is what work on a figure counts from. It is about no case.
const figureFound = "FIGURE_FOUND"

// readingFound is what work on somebody's reading counts from. It is about no one case.
const readingFound = "READING_FOUND"

// matchAsked is what the answer to a match counts from. No rule asks for it: it rests on
// what another organisation has agreed to, and not on the case.
const matchAsked = "MATCH_ASKED"

// kinds says what is to be done by each rule. That of ACTION_OVERDUE depends on
// what is due.
var kinds = map[casefile.RuleCode]WorkKind{
	NoOwner: WorkAssignment, NeverAssessed: WorkAssessment, NoApprovedPlan: WorkPlan, NoContact: WorkContact,
	ReassessmentDue: WorkAssessment, MilestoneDwell: WorkMilestone, Absences: WorkSchool, RetentionCheckMissed: WorkRetention,
	ReturnFollowUpMissed: WorkFollowUp, ReferralUnanswered: WorkReferral, ApprovalPending: WorkApproval,
	Regression: WorkRegression, Turned18: WorkConsent, RecordIncomplete: WorkRecord,
}

// Kind returns what is to be done about the deadline.
func (d Deadline) Kind() WorkKind {
	switch d.since.Name {
	case planReview:
		return WorkPlan
	case actionDue:
		return WorkAction
	case followUpDue:
		return WorkFollowUp
	case consentGiven:
		return WorkConsent
	case figureFound:
		return WorkFigure
	case readingFound:
		return WorkReading
	case matchAsked:
		return WorkMatch
	}
	return cmp.Or(kinds[d.Rule], WorkReferral)
}

// Code names what asks for the deadline: its rule, or the kind of the work where
// no rule does.
func (d Deadline) Code() string { return cmp.Or(string(d.Rule), string(d.Kind())) }

// consents adds the consents that run out. A hold does not make one last longer.
func (l *deadlines) consents() {
	for _, k := range l.c.ConsentsExpiring(1, calendar.LastDay) {
		l.all = append(l.all, Deadline{
			DueOn: k.ExpiresOn, Severity: pressing(low, l.c), natural: k.ExpiresOn,
			since: casefile.Fact{Name: consentGiven, On: k.On}, point: string(k.Purpose()), pointOn: k.ExpiresOn, part: id.Named(string(k.Purpose())),
		})
	}
}

// Waiting returns the referrals and transfers of a case that wait for the answer
// of another organisation, by the thresholds of that. They are work of
// those who answer, whose rules do not ask for it: the sender has the flag.
// What they rest on names no entry, since the case is not theirs to read yet.
func Waiting(c *casefile.Case, th *Thresholds, to id.Organisation) []Deadline {
	var out []Deadline
	rule, _ := Find(ReferralUnanswered)
	for _, r := range c.Referrals() {
		if r.To != to || r.State != casefile.ReferralWaits {
			continue
		}
		days := referralDays(c, th)
		due := r.SentOn + calendar.Day(days)
		out = append(out, Deadline{
			DueOn: due, ThresholdDays: days, Severity: rule.severity(c), natural: due,
			since: casefile.Fact{Name: string(r.Type), On: r.SentOn}, part: id.Named(r.ID),
		})
	}
	return out
}

// Asked returns the work of answering a match to which another organisation has agreed
// on a day. It is due when the answer to a referral would be.
func Asked(c *casefile.Case, th *Thresholds, m id.Match, on calendar.Day) Deadline {
	rule, _ := Find(ReferralUnanswered)
	days := referralDays(c, th)
	due := on + calendar.Day(days)
	return Deadline{DueOn: due, ThresholdDays: days, Severity: rule.severity(c), natural: due, episode: id.Suffix(m),
		since: casefile.Fact{Name: matchAsked, On: on}, part: id.Named(string(m))}
}

// OfFigure returns the work on a figure, which a key names: until when, and how
// much it presses. No rule asks for it, and it is about no case.
func OfFigure(key string, due calendar.Day, severity casefile.Severity) Deadline {
	return Deadline{DueOn: due, Severity: severity, natural: due, episode: key, since: casefile.Fact{Name: figureFound}}
}

// OfReading is OfFigure for what somebody read.
func OfReading(key string, due calendar.Day, severity casefile.Severity) Deadline {
	d := OfFigure(key, due, severity)
	d.since.Name = readingFound
	return d
}

// Part returns the identifier of what the deadline is about, where it is about a
// part of the case: an action, a follow-up, an approval, a placement, an award, a
// matter, a referral, a match, or the purpose of a consent.
func (d Deadline) Part() string { return d.part.String() }
