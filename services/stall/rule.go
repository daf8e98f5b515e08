// Package stall finds the cases that have stalled. It is a table of rules and
// one engine: from a case come its deadlines, and a deadline that has passed is
// a flag. Days are calendar days in the programme's zone; overdue means that the
// day on which something was due lies before today.
//
// It is pure: a case and a day in, flags out.
package stall

import (
	"onward/services/casefile"
	"onward/services/locale"
)

// The rules.
const (
	NoOwner              casefile.RuleCode = "NO_OWNER"
	NeverAssessed        casefile.RuleCode = "NEVER_ASSESSED"
	NoApprovedPlan       casefile.RuleCode = "NO_APPROVED_PLAN"
	NoContact            casefile.RuleCode = "NO_CONTACT"
	ReassessmentDue      casefile.RuleCode = "REASSESSMENT_DUE"
	ActionOverdue        casefile.RuleCode = "ACTION_OVERDUE"
	MilestoneDwell       casefile.RuleCode = "MILESTONE_DWELL"
	Absences             casefile.RuleCode = "ABSENCES"
	RetentionCheckMissed casefile.RuleCode = "RETENTION_CHECK_MISSED"
	ReturnFollowUpMissed casefile.RuleCode = "RETURN_FOLLOW_UP_MISSED"
	ReferralUnanswered   casefile.RuleCode = "REFERRAL_UNANSWERED"
	ApprovalPending      casefile.RuleCode = "APPROVAL_PENDING"
	Regression           casefile.RuleCode = "REGRESSION"
	Turned18             casefile.RuleCode = "TURNED_18"
	RecordIncomplete     casefile.RuleCode = "RECORD_INCOMPLETE"
)

// Rule is one line of the table.
type Rule struct {
	Code       casefile.RuleCode
	Thresholds []Threshold
	Severity   casefile.Severity // of a case whose risk is not HIGH; one level more where it is [J]
	Version    int
	InForce    bool   // whether the engine raises it
	Ground     string // what the default rests on; [J] marks a judgement of ours
}

// Threshold is one default of a rule, in days.
type Threshold struct {
	Code string // to what it applies
	Days int
}

// Label returns the name of the rule in a language.
func (r Rule) Label(l locale.Locale) string {
	return messages.text(l, "rule."+string(r.Code), reason{})
}

// Applies says in a language to what the threshold applies.
func (t Threshold) Applies(l locale.Locale) string {
	return messages.text(l, "threshold."+t.Code, reason{})
}

// The default thresholds, in days.
const (
	ownerDays           = 2
	assessmentDays      = 14
	contactHighDays     = 14
	contactMediumDays   = 30
	contactLowDays      = 60
	contactFollowUpDays = 90
	shelterDays         = 180
	enrolmentDays       = 30
	jobDays             = 90
	courtDays           = 180
	approvalDays        = 7
	retentionWindowDays = 15 // as in employment.WindowDays
	returnWindowDays    = 30 // as in reintegration.WindowDays
)

const (
	low    = casefile.SeverityLow
	medium = casefile.SeverityMedium
	high   = casefile.SeverityHigh
)

// Rules is the table. The rules that are not in force need parts of a case that
// are not recorded yet; they stand here so that the table is whole.
var Rules = []Rule{
	{NoOwner, []Threshold{{"EVERY_OPEN_CASE", ownerDays}}, medium, 1, true, "[J]"},
	{NeverAssessed, []Threshold{{"FROM_OPENING", assessmentDays}}, medium, 1, true, "[J]; others cannot see a case that never started"},
	{NoApprovedPlan, []Threshold{{"FROM_OPENING", 30}}, medium, 1, false, "IOM: a plan within one month"},
	{NoContact, []Threshold{{"HIGH_RISK", contactHighDays}, {"MEDIUM_OR_UNKNOWN_RISK", contactMediumDays}, {"LOW_RISK", contactLowDays}, {"IN_FOLLOW_UP", contactFollowUpDays}},
		medium, 1, true, "OSCaR 30, HMIS 90; 14 and 60 [J]"},
	{ReassessmentDue, []Threshold{{"FROM_LAST_ASSESSMENT", 183}}, low, 1, false, "OSCaR: six months"},
	{ActionOverdue, []Threshold{{"AFTER_DUE_DAY", 0}}, low, 1, true, "Primero"},
	{MilestoneDwell, []Threshold{{"SHELTERED", shelterDays}, {"AWARDED", enrolmentDays}, {"JOB_READY", jobDays}, {"REPRESENTED", courtDays}},
		low, 1, true, "[J]"},
	{Absences, []Threshold{{"CONSECUTIVE_ABSENCES", 3}}, medium, 1, false, "[J]"},
	{RetentionCheckMissed, []Threshold{{"RETENTION_POINTS", retentionWindowDays}}, low, 1, true, "the window [J]"},
	{ReturnFollowUpMissed, []Threshold{{"FOLLOW_UP_POINTS", returnWindowDays}}, medium, 1, true, "BRAC, HMIS"},
	{ReferralUnanswered, []Threshold{{"AFTER_SENDING", 7}, {"HIGH_RISK", 2}}, medium, 1, false, "[J]"},
	{ApprovalPending, []Threshold{{"AFTER_ASKING", approvalDays}}, low, 1, true, "[J]"},
	{Regression, []Threshold{{"AT_ONCE_WITHIN", 730}}, medium, 1, false, "HUD measure 2"},
	{Turned18, []Threshold{{"ON_BIRTHDAY", 0}}, medium, 1, false, "HMIS"},
	{RecordIncomplete, []Threshold{{"AFTER_INTAKE_OR_EXIT", 7}}, low, 1, false, "HMIS; 7 days [J]"},
}

// Find returns the rule with the code.
func Find(code casefile.RuleCode) (*Rule, bool) {
	for i := range Rules {
		if Rules[i].Code == code {
			return &Rules[i], true
		}
	}
	return nil, false
}

// severity returns how much a rule presses on a case.
func (r *Rule) severity(c *casefile.Case) casefile.Severity {
	switch {
	case c.Risk != casefile.High:
		return r.Severity
	case r.Severity == low:
		return medium
	}
	return high
}
