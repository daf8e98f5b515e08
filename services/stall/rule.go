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
	Name       locale.Text
	Thresholds []Threshold
	Severity   casefile.Severity // of a case whose risk is not HIGH; one level more where it is [J]
	Version    int
	InForce    bool   // whether the engine raises it
	Ground     string // what the default rests on; [J] marks a judgement of ours
}

// Label returns the name of the rule in a language.
func (r Rule) Label(l locale.Locale) string { return r.Name.In(l) }

const (
	low    = casefile.SeverityLow
	medium = casefile.SeverityMedium
	high   = casefile.SeverityHigh
)

// Rules is the table. The rules that are not in force need parts of a case that
// are not recorded yet; they stand here so that the table is whole.
var Rules = []Rule{
	{NoOwner, locale.Text{EN: "Nobody owns the case", KM: "ករណីគ្មានអ្នកទទួលខុសត្រូវ"},
		[]Threshold{{"OWNER", "every open case", 2, 0, 30}}, medium, 1, true, "[J]"},
	{NeverAssessed, locale.Text{EN: "Never assessed", KM: "មិនទាន់មានការវាយតម្លៃ"},
		[]Threshold{{"FIRST_ASSESSMENT", "from the opening", 14, 1, 180}}, medium, 1, true, "[J]; others cannot see a case that never started"},
	{NoApprovedPlan, locale.Text{EN: "No approved plan", KM: "គ្មានផែនការដែលបានអនុម័ត"},
		[]Threshold{{"APPROVED_PLAN", "from the opening", 30, 1, 180}}, medium, 1, false, "IOM: a plan within one month"},
	{NoContact, locale.Text{EN: "No contact", KM: "គ្មានការទំនាក់ទំនង"},
		[]Threshold{{"CONTACT_HIGH_RISK", "high risk", 14, 1, 365},
			{"CONTACT_MEDIUM_RISK", "medium or unknown risk", 30, 1, 365},
			{"CONTACT_LOW_RISK", "low risk", 60, 1, 365},
			{"CONTACT_FOLLOW_UP", "status FOLLOW_UP", 90, 1, 365}},
		medium, 1, true, "OSCaR 30, HMIS 90; 14 and 60 [J]"},
	{ReassessmentDue, locale.Text{EN: "Reassessment due", KM: "ដល់ពេលវាយតម្លៃឡើងវិញ"},
		[]Threshold{{"REASSESSMENT", "from the last assessment", 183, 30, 730}}, low, 1, false, "OSCaR: six months"},
	{ActionOverdue, locale.Text{EN: "An action of the plan, its review or a follow-up is overdue", KM: "សកម្មភាព ការពិនិត្យផែនការ ឬការតាមដាន ហួសកាលកំណត់"},
		[]Threshold{{"ACTION", "after its due day", 0, 0, 30}}, low, 1, true, "Primero"},
	{MilestoneDwell, locale.Text{EN: "Waiting too long for the next milestone", KM: "រង់ចាំដំណាក់កាលបន្ទាប់យូរពេក"},
		[]Threshold{{"SHELTER_DWELL", "sheltered, not READY_TO_LEAVE", 180, 1, 1095},
			{"ENROLMENT_DWELL", "AWARDED, not ENROLLED", 30, 1, 365},
			{"JOB_DWELL", "JOB_READY, not STARTED", 90, 1, 730},
			{"COURT_DWELL", "REPRESENTED, not REFERRED_TO_COURT", 180, 1, 1095}},
		low, 1, true, "[J]"},
	{Absences, locale.Text{EN: "Absent from school", KM: "អវត្តមានពីសាលា"},
		[]Threshold{{"ABSENCES", "consecutive unexcused absences", 3, 1, 60}}, medium, 1, false, "[J]"},
	{RetentionCheckMissed, locale.Text{EN: "A retention check was missed", KM: "ខកខានការពិនិត្យការរក្សាការងារ"},
		[]Threshold{{"RETENTION_WINDOW", "after day 90, 180 and 365", 15, 0, 60}}, low, 1, true, "the window [J]"},
	{ReturnFollowUpMissed, locale.Text{EN: "A follow-up after the return was missed", KM: "ខកខានការតាមដានក្រោយការវិលត្រឡប់"},
		[]Threshold{{"RETURN_WINDOW", "after months 3, 6 and 12", 30, 0, 60}}, medium, 1, true, "BRAC, HMIS"},
	{ReferralUnanswered, locale.Text{EN: "A referral is unanswered", KM: "ការបញ្ជូនមិនទាន់មានចម្លើយ"},
		[]Threshold{{"REFERRAL", "after it was sent", 7, 0, 90},
			{"REFERRAL_HIGH_RISK", "high risk", 2, 0, 90}}, medium, 1, false, "[J]"},
	{ApprovalPending, locale.Text{EN: "An approval is pending", KM: "ការអនុម័តកំពុងរង់ចាំ"},
		[]Threshold{{"APPROVAL", "after it was asked for", 7, 0, 90}}, low, 1, true, "[J]"},
	{Regression, locale.Text{EN: "Something reached was lost", KM: "អ្វីដែលសម្រេចបានត្រូវបាត់បង់វិញ"},
		[]Threshold{{"REGRESSION", "at once, within this time", 730, 30, 3650}}, medium, 1, false, "HUD measure 2"},
	{Turned18, locale.Text{EN: "She turned 18", KM: "នាងមានអាយុ ១៨ ឆ្នាំ"},
		[]Threshold{{"MAJORITY", "on the birthday", 0, 0, 30}}, medium, 1, false, "HMIS"},
	{RecordIncomplete, locale.Text{EN: "The record is incomplete", KM: "កំណត់ត្រាមិនពេញលេញ"},
		[]Threshold{{"RECORD", "after intake or exit", 7, 0, 90}}, low, 1, false, "HMIS; 7 days [J]"},
}

// Escalation holds the thresholds that belong to no rule: how long after the first
// day overdue a flag is escalated. It is the owner's at once.
var Escalation = []Threshold{
	{"ESCALATION_SUPERVISOR", "to the supervisor, after the first day overdue; [J]", 7, 0, 90},
	{"ESCALATION_LEAD", "to the lead, after the first day overdue; [J]", 21, 0, 180},
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
