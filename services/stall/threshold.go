package stall

import "onward/services/casefile"

// ThresholdCode names one number of the rules.
type ThresholdCode string

// Threshold is one number of a rule, in days unless it says otherwise: its
// default, and the bounds within which an organisation may set it.
type Threshold struct {
	Code        ThresholdCode
	Default     int
	Least, Most int
}

// Thresholds are the numbers that hold for one organisation.
type Thresholds struct {
	Version int // counts the changes; 0 where the defaults hold

	Owner           int // NO_OWNER
	FirstAssessment int // NEVER_ASSESSED
	ApprovedPlan    int // NO_APPROVED_PLAN

	ContactHighRisk, ContactMediumRisk, ContactLowRisk, ContactFollowUp int // NO_CONTACT

	Reassessment int // REASSESSMENT_DUE
	Action       int // ACTION_OVERDUE

	ShelterDwell, EnrolmentDwell, JobDwell, CourtDwell int // MILESTONE_DWELL

	Absences        int // ABSENCES; school days, not calendar days
	RetentionWindow int // RETENTION_CHECK_MISSED
	ReturnWindow    int // RETURN_FOLLOW_UP_MISSED

	Referral, ReferralHighRisk int // REFERRAL_UNANSWERED

	Approval, GlassReview int // APPROVAL_PENDING

	Regression int // REGRESSION
	Majority   int // TURNED_18
	Record     int // RECORD_INCOMPLETE

	EscalationSupervisor, EscalationLead int // of every flag, since the first day overdue
}

// Defaults returns the thresholds of an organisation that has set none.
func Defaults() *Thresholds {
	t := &Thresholds{}
	for h := range Table {
		*t.number(h.Code) = h.Default
	}
	return t
}

// Table yields every threshold: those of the rules, and of the escalation.
func Table(yield func(Threshold) bool) {
	for _, r := range Rules {
		for _, h := range r.Thresholds {
			if !yield(h) {
				return
			}
		}
	}
	for _, h := range Escalation {
		if !yield(h) {
			return
		}
	}
}

// With returns thresholds in which some are changed. Those of unknown codes are
// left out; whoever takes them from outside checks them with Lookup.
func (t *Thresholds) With(version int, days map[ThresholdCode]int) *Thresholds {
	next := *t
	next.Version = version
	for code, n := range days {
		if at := next.number(code); at != nil {
			*at = n
		}
	}
	return &next
}

// Days returns the number with the code; 0 where there is none.
func (t *Thresholds) Days(code ThresholdCode) int {
	if at := t.number(code); at != nil {
		return *at
	}
	return 0
}

// number returns where the number with the code is kept, or nil.
func (t *Thresholds) number(code ThresholdCode) *int {
	switch code {
	case "OWNER":
		return &t.Owner
	case "FIRST_ASSESSMENT":
		return &t.FirstAssessment
	case "APPROVED_PLAN":
		return &t.ApprovedPlan
	case "CONTACT_HIGH_RISK":
		return &t.ContactHighRisk
	case "CONTACT_MEDIUM_RISK":
		return &t.ContactMediumRisk
	case "CONTACT_LOW_RISK":
		return &t.ContactLowRisk
	case "CONTACT_FOLLOW_UP":
		return &t.ContactFollowUp
	case "REASSESSMENT":
		return &t.Reassessment
	case "ACTION":
		return &t.Action
	case "SHELTER_DWELL":
		return &t.ShelterDwell
	case "ENROLMENT_DWELL":
		return &t.EnrolmentDwell
	case "JOB_DWELL":
		return &t.JobDwell
	case "COURT_DWELL":
		return &t.CourtDwell
	case "ABSENCES":
		return &t.Absences
	case "RETENTION_WINDOW":
		return &t.RetentionWindow
	case "RETURN_WINDOW":
		return &t.ReturnWindow
	case "REFERRAL":
		return &t.Referral
	case "REFERRAL_HIGH_RISK":
		return &t.ReferralHighRisk
	case "APPROVAL":
		return &t.Approval
	case "GLASS_REVIEW":
		return &t.GlassReview
	case "REGRESSION":
		return &t.Regression
	case "MAJORITY":
		return &t.Majority
	case "RECORD":
		return &t.Record
	case "ESCALATION_SUPERVISOR":
		return &t.EscalationSupervisor
	case "ESCALATION_LEAD":
		return &t.EscalationLead
	}
	return nil
}

// Lookup returns the threshold with the code.
func Lookup(code ThresholdCode) (Threshold, bool) {
	for h := range Table {
		if h.Code == code {
			return h, true
		}
	}
	return Threshold{}, false
}

// severity returns how much a rule presses on a case.
func (r *Rule) severity(c *casefile.Case) casefile.Severity { return pressing(r.Severity, c) }

// pressing returns a severity, or at high risk the next one [J].
func pressing(s casefile.Severity, c *casefile.Case) casefile.Severity {
	switch {
	case c.Risk() != casefile.High:
		return s
	case s == low:
		return medium
	}
	return high
}
