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
	Turned18                               = casefile.Turned18
	RecordIncomplete     casefile.RuleCode = "RECORD_INCOMPLETE"
)

// Rule is one line of the table.
type Rule struct {
	Code       casefile.RuleCode
	Thresholds []Threshold
	Severity   casefile.Severity // of a case whose risk is not HIGH; one level more where it is [J]
	Version    int
	Ground     string // what the default rests on; [J] marks a judgement of ours
}

// Label returns the name of the rule in a language.
func (r Rule) Label(l locale.Locale) string {
	return text(l, "rule."+string(r.Code), reason{})
}

// Applies says in a language to what the threshold applies.
func (t Threshold) Applies(l locale.Locale) string {
	return text(l, "threshold."+string(t.Code), reason{})
}

const (
	low    = casefile.SeverityLow
	medium = casefile.SeverityMedium
	high   = casefile.SeverityHigh
)

// Rules is the table.
var Rules = []Rule{
	{NoOwner, []Threshold{{"OWNER", 2, 0, 30}}, medium, 1, "[J]"},
	{NeverAssessed, []Threshold{{"FIRST_ASSESSMENT", 14, 1, 180}}, medium, 1, "[J]; others cannot see a case that never started"},
	{NoApprovedPlan, []Threshold{{"APPROVED_PLAN", 30, 1, 180}}, medium, 1, "IOM: a plan within one month"},
	{NoContact, []Threshold{{"CONTACT_HIGH_RISK", 14, 1, 365},
		{"CONTACT_MEDIUM_RISK", 30, 1, 365},
		{"CONTACT_LOW_RISK", 60, 1, 365},
		{"CONTACT_FOLLOW_UP", 90, 1, 365}},
		medium, 1, "OSCaR 30, HMIS 90; 14 and 60 [J]"},
	{ReassessmentDue, []Threshold{{"REASSESSMENT", 183, 30, 730}}, low, 1, "OSCaR: six months"},
	{ActionOverdue, []Threshold{{"ACTION", 0, 0, 30}}, low, 1, "Primero"},
	{MilestoneDwell, []Threshold{{"SHELTER_DWELL", 180, 1, 1095},
		{"ENROLMENT_DWELL", 30, 1, 365},
		{"JOB_DWELL", 90, 1, 730},
		{"COURT_DWELL", 180, 1, 1095}},
		low, 1, "[J]"},
	{Absences, []Threshold{{"ABSENCES", 3, 1, 60}}, medium, 1, "[J]"},
	{RetentionCheckMissed, []Threshold{{"RETENTION_WINDOW", 15, 0, 60}}, low, 1, "the window [J]"},
	{ReturnFollowUpMissed, []Threshold{{"RETURN_WINDOW", 30, 0, 60}}, medium, 1, "BRAC, HMIS"},
	{ReferralUnanswered, []Threshold{{"REFERRAL", 7, 0, 90},
		{"REFERRAL_HIGH_RISK", 2, 0, 90}}, medium, 1, "[J]"},
	{ApprovalPending, []Threshold{{"APPROVAL", 7, 0, 90}, {"GLASS_REVIEW", 0, 0, 7}}, low, 1, "[J]"},
	{Regression, []Threshold{{"REGRESSION", 730, 30, 3650}}, medium, 1, "HUD measure 2"},
	{Turned18, []Threshold{{"MAJORITY", 0, 0, 30}}, medium, 1, "HMIS"},
	{RecordIncomplete, []Threshold{{"RECORD", 7, 0, 90}}, low, 1, "HMIS; 7 days [J]"},
}

// Escalation holds the thresholds that belong to no rule: how long after the first
// day overdue a flag is escalated [J]. It is the owner's at once.
var Escalation = []Threshold{{"ESCALATION_SUPERVISOR", 7, 0, 90}, {"ESCALATION_LEAD", 21, 0, 180}}

// Find returns the rule with the code.
func Find(code casefile.RuleCode) (*Rule, bool) {
	for i := range Rules {
		if Rules[i].Code == code {
			return &Rules[i], true
		}
	}
	return nil, false
}
