package stall_test

import (
	"onward/services/assessment"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/plan"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/stall"
	"onward/services/track"
)

// trouble is a case in which one thing is due, what the rules must say of it,
// and what ends it.
type trouble struct {
	name      string
	write     func() *file
	rule      casefile.RuleCode
	episode   string
	due       string // the last day on which it is not overdue
	threshold int
	severity  casefile.Severity
	facts     string
	mutation  string // of the next action
	input     string // of the next action, but for requestId and caseId
	end       casefile.Data
}

// flagID is the identifier of the trouble's flag.
func (tr trouble) flagID() string { return "flag_TEST." + string(tr.rule) + "." + tr.episode }

const (
	low    = casefile.SeverityLow
	medium = casefile.SeverityMedium
	high   = casefile.SeverityHigh
)

// troubles holds every rule and everything that it waits for.
var troubles = []trouble{
	{"nobody owns a referral", func() *file { return referred("") },
		stall.NoOwner, "2026-01-01", "2026-01-03", 2, medium, "UNOWNED_SINCE 2026-01-01",
		"assignCase", `{"ownerId": "worker_9"}`, assigned()},
	{"nobody owns a referral of high risk", func() *file { return referred(casefile.High) },
		stall.NoOwner, "2026-01-01", "2026-01-03", 2, high, "UNOWNED_SINCE 2026-01-01",
		"assignCase", `{"ownerId": "worker_9"}`, assigned()},
	{"nobody owns an intake", func() *file { return referred("").must("2026-01-01", casefile.Accepted{}) },
		stall.NoOwner, "2026-01-01", "2026-01-03", 2, medium, "UNOWNED_SINCE 2026-01-01",
		"assignCase", `{"ownerId": "worker_9"}`, assigned()},
	{"nobody owns a case that was reopened", func() *file {
		return referred("").must("2026-01-02", closed()).must("2026-03-01", casefile.Reopened{Reason: "she came back"})
	}, stall.NoOwner, "2026-03-01", "2026-03-03", 2, medium, "UNOWNED_SINCE 2026-03-01",
		"assignCase", `{"ownerId": "worker_9"}`, assigned()},

	{"never assessed", func() *file { return intake("") },
		stall.NeverAssessed, "2026-01-01", "2026-01-15", 14, medium, "OPENED 2026-01-01",
		"recordMilestone", `{"code": "FAMILY_COMMUNITY_ASSESSED"}`, reached(track.FamilyCommunityAssessed)},
	{"never assessed, of high risk", func() *file { return activeAt(casefile.High) },
		stall.NeverAssessed, "2026-01-01", "2026-01-15", 14, high, "OPENED 2026-01-01",
		"recordMilestone", `{"code": "FAMILY_COMMUNITY_ASSESSED"}`, reached(track.FamilyCommunityAssessed)},
	{"never assessed, in the shelter", func() *file { return active().must("2026-01-02", admitted()) },
		stall.NeverAssessed, "2026-01-01", "2026-01-15", 14, medium, "OPENED 2026-01-01",
		"recordMilestone", `{"code": "NEEDS_ASSESSED"}`, reached(track.NeedsAssessed)},
	{"never assessed, at the career centre", func() *file { return active().must("2026-01-02", career.Registered{SiteID: "site_1"}) },
		stall.NeverAssessed, "2026-01-01", "2026-01-15", 14, medium, "OPENED 2026-01-01",
		"recordMilestone", `{"code": "SKILLS_ASSESSED"}`, reached(track.SkillsAssessed)},
	{"never assessed since the reopening", func() *file {
		return active().must("2026-01-02", closed()).must("2026-03-01", casefile.Reopened{Reason: "she came back"})
	}, stall.NeverAssessed, "2026-03-01", "2026-03-15", 14, medium, "OPENED 2026-03-01",
		"recordMilestone", `{"code": "FAMILY_COMMUNITY_ASSESSED"}`, reached(track.FamilyCommunityAssessed)},

	{"no contact at high risk", func() *file { return activeAt(casefile.High).must("2026-01-10", met(track.Unscheduled, true)) },
		stall.NoContact, "2026-01-10", "2026-01-24", 14, high, "LAST_CONTACT 2026-01-10",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},
	{"no contact at medium risk", func() *file { return active().must("2026-01-10", met(track.Unscheduled, true)) },
		stall.NoContact, "2026-01-10", "2026-02-09", 30, medium, "LAST_CONTACT 2026-01-10",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},
	{"no contact at a risk that nobody has screened", func() *file { return intake("").must("2026-01-10", met(track.Unscheduled, true)) },
		stall.NoContact, "2026-01-10", "2026-02-09", 30, medium, "LAST_CONTACT 2026-01-10",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},
	{"no contact at low risk", func() *file { return activeAt(casefile.Low).must("2026-01-10", met(track.Unscheduled, true)) },
		stall.NoContact, "2026-01-10", "2026-03-11", 60, medium, "LAST_CONTACT 2026-01-10",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},
	{"no contact in follow-up, whatever the risk", func() *file {
		return activeAt(casefile.High).must("2026-01-10", reached(track.PlanApproved), returned(), casefile.FollowUpStarted{})
	}, stall.NoContact, "2026-01-10", "2026-04-10", 90, high, "LAST_CONTACT 2026-01-10",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},
	{"no contact since the opening", func() *file { return active() },
		stall.NoContact, "2026-01-01", "2026-01-31", 30, medium, "OPENED 2026-01-01",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},
	{"no contact since the day of the opening", func() *file { return active().must("2026-01-01", met(track.Unscheduled, true)) },
		stall.NoContact, "2026-01-01", "2026-01-31", 30, medium, "LAST_CONTACT 2026-01-01",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},
	{"a contact before the opening does not count", func() *file { return active().must("2025-12-20", met(track.Unscheduled, true)) },
		stall.NoContact, "2026-01-01", "2026-01-31", 30, medium, "OPENED 2026-01-01",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},
	{"an attempt is no contact", func() *file { return active().must("2026-01-20", met(track.Unscheduled, false)) },
		stall.NoContact, "2026-01-01", "2026-01-31", 30, medium, "OPENED 2026-01-01",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},

	{"an action of the plan", func() *file { return active().must("2026-01-02", planned("2026-02-10", "2026-12-01")) },
		stall.ActionOverdue, "4-2", "2026-02-10", 0, low, "ACTION_DUE 2026-02-10",
		"completeAction", `{"actionId": "plan_TEST.4.2"}`, plan.ActionCompleted{ActionID: "plan_TEST.4.2"}},

	{"a review of the plan", func() *file { return approvedPlan("2026-01-02", "2026-01-03") },
		stall.ActionOverdue, "review-2026-04-03", "2026-04-03", 0, low, "PLAN_REVIEW 2026-04-03",
		"reviewPlan", `{}`, plan.Reviewed{}},
	{"a scheduled follow-up", func() *file {
		return active().must("2026-01-02", followup.Schedule{DueOn: day("2026-02-10")})
	}, stall.ActionOverdue, "FOLLOW_UP_DUE-4", "2026-02-10", 0, low, "FOLLOW_UP_DUE 2026-02-10 by entry 4",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true, "followUpId": "followup_TEST.4"}`, met(track.Unscheduled, true)},
	{"a follow-up agreed with her", func() *file { return active().must("2026-01-02", agreed("2026-02-10")) },
		stall.ActionOverdue, "2026-02-10", "2026-02-10", 0, low, "FOLLOW_UP_DUE 2026-02-10",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},

	{"an approval is pending", func() *file {
		return active().must("2026-01-02", casefile.Requested{Of: casefile.ClosureApproval, Closure: &casefile.Ended{Reason: casefile.NoLongerNeeds}})
	}, stall.ApprovalPending, "CLOSURE-4", "2026-01-09", 7, low, "CLOSURE 2026-01-02 by entry 4",
		"approveRequest", `{"approvalId": "approval_TEST.4"}`, casefile.RequestRejected{ApprovalID: "approval_TEST.4", Reason: "too early"}},
	{"a broken glass", func() *file { return active().must("2026-01-02", casefile.GlassBroken{Reason: "She has fainted"}) },
		stall.ApprovalPending, "BREAK_GLASS-4", "2026-01-02", 0, low, "BREAK_GLASS 2026-01-02 by entry 4",
		"approveRequest", `{"approvalId": "approval_TEST.4"}`, casefile.Approved{ApprovalID: "approval_TEST.4"}},
	{"an approval that cannot be given any more", func() *file {
		return active().must("2026-01-02", casefile.Requested{Of: casefile.HoldApproval, Hold: &casefile.Held{Until: day("2026-01-05"), Reason: "abroad"}})
	}, stall.ApprovalPending, "HOLD-4", "2026-01-09", 7, low, "HOLD 2026-01-02 by entry 4",
		"rejectRequest", `{"approvalId": "approval_TEST.4", "reason": "It cannot be done as the case stands"}`, casefile.RequestWithdrawn{ApprovalID: "approval_TEST.4"}},

	{"sheltered, not ready to leave", func() *file { return active().must("2026-01-05", admitted()) },
		stall.MilestoneDwell, "ADMITTED-4", "2026-07-04", 180, low, "ADMITTED 2026-01-05 by entry 4",
		"recordMilestone", `{"code": "READY_TO_LEAVE"}`, reached(track.ReadyToLeave)},
	{"sheltered at high risk", func() *file { return activeAt(casefile.High).must("2026-01-05", admitted()) },
		stall.MilestoneDwell, "ADMITTED-4", "2026-07-04", 180, medium, "ADMITTED 2026-01-05 by entry 4",
		"recordMilestone", `{"code": "READY_TO_LEAVE"}`, left()},
	{"awarded, not enrolled", func() *file { return active().must("2026-01-05", awarded()) },
		stall.MilestoneDwell, "AWARDED-4", "2026-02-04", 30, low, "AWARDED 2026-01-05 by entry 4",
		"enrol", `{"scholarshipId": "scholarship_TEST.4"}`, scholarship.Enrolment{ScholarshipID: "scholarship_TEST.4"}},
	{"ready for a job, not started", func() *file {
		return active().must("2026-01-05", career.Registered{SiteID: "site_1"}, reached(track.JobReady))
	}, stall.MilestoneDwell, "JOB_READY-5", "2026-04-05", 90, low, "JOB_READY 2026-01-05 by entry 5",
		"recordMilestone", `{"code": "INTRODUCED_TO_EMPLOYER"}`, started()},
	{"represented, not in court", func() *file {
		return active().must("2026-01-05", reached(track.Represented), reached(track.Represented))
	}, stall.MilestoneDwell, "REPRESENTED-5", "2026-07-04", 180, low, "REPRESENTED 2026-01-05 by entry 5",
		"recordMilestone", `{"code": "REFERRED_TO_COURT", "matterId": "matter_TEST.5"}`, inCourt("matter_TEST.5")},

	{"retention after 90 days", func() *file { return active().must("2026-01-01", started()) },
		stall.RetentionCheckMissed, "4-DAY_90", "2026-04-16", 15, low, "STARTED 2026-01-01 by entry 4 DAY_90 2026-04-01",
		"checkRetention", `{"placementId": "placement_TEST.4", "point": "DAY_90", "employed": true}`, checked(employment.Day90, true)},
	{"retention after 180 days", func() *file { return active().must("2026-01-01", started()) },
		stall.RetentionCheckMissed, "4-DAY_180", "2026-07-15", 15, low, "STARTED 2026-01-01 by entry 4 DAY_180 2026-06-30",
		"checkRetention", `{"placementId": "placement_TEST.4", "point": "DAY_180", "employed": true}`, checked(employment.Day180, true)},
	{"retention after 365 days, at high risk", func() *file { return activeAt(casefile.High).must("2026-01-01", started()) },
		stall.RetentionCheckMissed, "4-DAY_365", "2027-01-16", 15, medium, "STARTED 2026-01-01 by entry 4 DAY_365 2027-01-01",
		"checkRetention", `{"placementId": "placement_TEST.4", "point": "DAY_365", "employed": true}`, separated()},

	{"follow-up after three months", func() *file { return active().must("2026-01-31", returned()) },
		stall.ReturnFollowUpMissed, "4-M3", "2026-05-30", 30, medium, "RETURNED_TO_COMMUNITY 2026-01-31 by entry 4 M3 2026-04-30",
		"recordFollowUp", `{"point": "M3", "method": "PHONE", "contactMade": true}`, met(track.Month3, true)},
	{"follow-up after six months", func() *file { return active().must("2026-01-31", returned()) },
		stall.ReturnFollowUpMissed, "4-M6", "2026-08-30", 30, medium, "RETURNED_TO_COMMUNITY 2026-01-31 by entry 4 M6 2026-07-31",
		"recordFollowUp", `{"point": "M6", "method": "PHONE", "contactMade": true}`, met(track.Month6, true)},
	{"follow-up after twelve months, at high risk", func() *file { return activeAt(casefile.High).must("2026-01-31", returned()) },
		stall.ReturnFollowUpMissed, "4-M12", "2027-03-02", 30, high, "RETURNED_TO_COMMUNITY 2026-01-31 by entry 4 M12 2027-01-31",
		"recordFollowUp", `{"point": "M12", "method": "PHONE", "contactMade": true}`, met(track.Month12, true)},

	{"no plan", active,
		stall.NoApprovedPlan, "2026-01-01", "2026-01-31", 30, medium, "OPENED 2026-01-01", "updatePlan", firstPlan, reached(track.PlanApproved)},
	{"no plan at high risk", func() *file { return activeAt(casefile.High) },
		stall.NoApprovedPlan, "2026-01-01", "2026-01-31", 30, high, "OPENED 2026-01-01", "updatePlan", firstPlan, reached(track.PlanApproved)},
	{"no plan in intake", func() *file { return intake("") },
		stall.NoApprovedPlan, "2026-01-01", "2026-01-31", 30, medium, "OPENED 2026-01-01", "updatePlan", firstPlan, reached(track.PlanApproved)},
	{"no plan since the reopening", func() *file {
		return active().must("2026-01-02", closed()).must("2026-03-01", casefile.Reopened{Reason: "she came back"})
	}, stall.NoApprovedPlan, "2026-03-01", "2026-03-31", 30, medium, "OPENED 2026-03-01", "updatePlan", firstPlan, reached(track.PlanApproved)},
	{"a draft that lacks something", func() *file { return active().must("2026-01-02", planned("2026-06-01")) },
		stall.NoApprovedPlan, "2026-01-01", "2026-01-31", 30, medium, "OPENED 2026-01-01",
		"updatePlan", `{"goals": [{"id": "plan_TEST.4.1", "title": "A home", "track": "REINTEGRATION", "achieveBy": "2026-08-04", "measure": "She says that she is safe, six months after her return",
			"actions": [{"id": "plan_TEST.4.2", "title": "Visit", "dueOn": "2026-06-01"}]}]}`, reached(track.PlanApproved)},
	{"a draft that is whole", func() *file { return active().must("2026-01-02", wholePlan()) },
		stall.NoApprovedPlan, "2026-01-01", "2026-01-31", 30, medium, "OPENED 2026-01-01", "submitPlan", `{}`, reached(track.PlanApproved)},
	{"a plan that was submitted", func() *file {
		return active().must("2026-01-02", wholePlan(), casefile.Requested{Of: casefile.PlanApproval})
	}, stall.NoApprovedPlan, "2026-01-01", "2026-01-31", 30, medium, "OPENED 2026-01-01",
		"approveRequest", `{"approvalId": "approval_TEST.5"}`, casefile.Approved{ApprovalID: "approval_TEST.5"}},
	{"a plan that was rejected", func() *file {
		return active().must("2026-01-02", wholePlan(), casefile.Requested{Of: casefile.PlanApproval}, casefile.RequestRejected{ApprovalID: "approval_TEST.5", Reason: "too little"})
	}, stall.NoApprovedPlan, "2026-01-01", "2026-01-31", 30, medium, "OPENED 2026-01-01",
		"updatePlan", `{"goals": [{"id": "plan_TEST.4.1", "title": "A home", "track": "REINTEGRATION", "achieveBy": "2026-12-31", "measure": "she has a key"}]}`, reached(track.PlanApproved)},

	{"assessed long ago", func() *file { return active().must("2026-01-10", reached(track.FamilyCommunityAssessed)) },
		stall.ReassessmentDue, "2026-01-10", "2026-07-12", 183, low, "LAST_ASSESSED 2026-01-10",
		"scheduleFollowUp", `{"dueOn": "2026-02-12"}`, assessed(assessment.RiskScreening)},
	{"assessed before the case was opened again", func() *file {
		return active().must("2026-01-10", reached(track.FamilyCommunityAssessed)).must("2026-01-20", closed()).must("2026-09-01", casefile.Reopened{Reason: "she came back"})
	}, stall.ReassessmentDue, "2026-09-01", "2027-03-03", 183, low, "OPENED 2026-09-01",
		"scheduleFollowUp", `{"dueOn": "2026-02-12"}`, assessed(assessment.Needs)},
	{"assessed long ago, at high risk", func() *file { return activeAt(casefile.High).must("2026-01-10", assessed(assessment.Needs)) },
		stall.ReassessmentDue, "2026-01-10", "2026-07-12", 183, medium, "LAST_ASSESSED 2026-01-10",
		"scheduleFollowUp", `{"dueOn": "2026-02-12"}`, assessed(assessment.Needs)},
	{"assessed long ago, in intake", func() *file { return intake("").must("2026-01-10", reached(track.FamilyCommunityAssessed)) },
		stall.ReassessmentDue, "2026-01-10", "2026-07-12", 183, low, "LAST_ASSESSED 2026-01-10",
		"scheduleFollowUp", `{"dueOn": "2026-02-12"}`, assessed(assessment.Needs)},
	{"the last of several assessments counts", func() *file {
		return active().must("2026-01-10", admitted(), assessed(assessment.Needs)).must("2026-02-01", reached(track.FamilyCommunityAssessed)).must("2026-01-20", assessed(assessment.RiskScreening))
	}, stall.ReassessmentDue, "2026-02-01", "2026-08-03", 183, low, "LAST_ASSESSED 2026-02-01",
		"scheduleFollowUp", `{"dueOn": "2026-02-12"}`, assessed(assessment.Needs)},

	{"away from school", func() *file { return atSchool(casefile.Medium).must("2026-02-04", absent("2026-02-02", "2026-02-04")) },
		stall.Absences, "absence-7", "2026-02-03", 3, medium, "ABSENT 2026-02-02 by entry 7",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, endSchool(scholarship.Withdrawn)},
	{"away from school over a Sunday", func() *file { return atSchool(casefile.Medium).must("2026-02-09", absent("2026-02-06", "2026-02-09")) },
		stall.Absences, "absence-7", "2026-02-08", 3, medium, "ABSENT 2026-02-06 by entry 7",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, endSchool(scholarship.Withdrawn)},
	{"away from school at high risk, the first day recorded late", func() *file {
		return atSchool(casefile.High).must("2026-02-05", absent("2026-02-03", "2026-02-05")).must("2026-02-06", absent("2026-02-02", "2026-02-02"))
	}, stall.Absences, "absence-7", "2026-02-03", 3, high, "ABSENT 2026-02-02 by entry 8",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, endSchool(scholarship.Withdrawn)},

	{"nobody accepts a referral", func() *file { return referred("") },
		stall.ReferralUnanswered, "2026-01-01", "2026-01-08", 7, medium, "OPENED 2026-01-01",
		"acceptCase", `{"ownerId": "worker_9"}`, casefile.Accepted{}},
	{"nobody accepts a referral of high risk", func() *file { return referred(casefile.High) },
		stall.ReferralUnanswered, "2026-01-01", "2026-01-03", 2, high, "OPENED 2026-01-01",
		"acceptCase", `{"ownerId": "worker_9"}`, casefile.Accepted{}},
	{"nobody accepts a referral that somebody owns", func() *file { return referred("").must("2026-01-01", assigned()) },
		stall.ReferralUnanswered, "2026-01-01", "2026-01-08", 7, medium, "OPENED 2026-01-01",
		"acceptCase", `{}`, casefile.Refusal{Reason: "no place"}},
	{"nobody accepts a referral that was reopened", func() *file {
		return referred("").must("2026-01-02", closed()).must("2026-03-01", casefile.Reopened{Reason: "she came back"})
	}, stall.ReferralUnanswered, "2026-03-01", "2026-03-08", 7, medium, "OPENED 2026-03-01",
		"acceptCase", `{"ownerId": "worker_9"}`, casefile.Accepted{}},
	{"a referral to others waits", func() *file { return sharing(casefile.Medium).must("2026-01-05", sent()) },
		stall.ReferralUnanswered, "REFERRAL-5", "2026-01-12", 7, medium, "REFERRAL 2026-01-05 by entry 5",
		"revokeReferral", `{"referralId": "referral_TEST.5", "reason": "No answer came in time"}`, casefile.ReferralAnswered{ReferralID: "referral_TEST.5", Accepted: true}},
	{"a referral to others waits, at high risk", func() *file { return sharing(casefile.High).must("2026-01-05", sent()) },
		stall.ReferralUnanswered, "REFERRAL-5", "2026-01-07", 2, high, "REFERRAL 2026-01-05 by entry 5",
		"revokeReferral", `{"referralId": "referral_TEST.5", "reason": "No answer came in time"}`, casefile.ReferralAnswered{ReferralID: "referral_TEST.5"}},
	{"a transfer waits", func() *file { return sharing(casefile.Medium).must("2026-01-05", offered()) },
		stall.ReferralUnanswered, "TRANSFER-5", "2026-01-12", 7, medium, "TRANSFER 2026-01-05 by entry 5",
		"revokeReferral", `{"referralId": "referral_TEST.5", "reason": "No answer came in time"}`, casefile.ReferralWithdrawn{ReferralID: "referral_TEST.5"}},

	{"a job was lost", func() *file { return active().must("2026-01-01", started()).must("2026-03-10", separated()) },
		stall.Regression, "job-4", "2026-03-09", 730, medium, "JOB_LOST 2026-03-10 by entry 5",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, started()},
	{"a check found her gone, at high risk", func() *file {
		return activeAt(casefile.High).must("2026-01-01", started()).must("2026-04-01", checked(employment.Day90, false))
	}, stall.Regression, "job-4", "2026-03-31", 730, high, "JOB_LOST 2026-04-01 by entry 5",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, started()},
	{"a job was lost with a plan in force", func() *file {
		return approvedPlan("2026-01-02", "2026-01-03").must("2026-01-04", started()).must("2026-03-10", separated())
	}, stall.Regression, "job-7", "2026-03-09", 730, medium, "JOB_LOST 2026-03-10 by entry 8",
		"reviewPlan", `{}`, started()},
	{"a job was lost in follow-up", func() *file {
		return active().must("2026-01-04", started(), reached(track.PlanApproved), returned(), casefile.FollowUpStarted{}).must("2026-03-10", separated())
	}, stall.Regression, "job-4", "2026-03-09", 730, medium, "JOB_LOST 2026-03-10 by entry 8",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, met(track.Unscheduled, true)},
	{"she dropped out", func() *file { return atSchool(casefile.Medium).must("2026-02-10", endSchool(scholarship.DroppedOut)) },
		stall.Regression, "DROPPED_OUT-7", "2026-02-09", 730, medium, "DROPPED_OUT 2026-02-10 by entry 7",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, scholarship.Enrolment{ScholarshipID: "scholarship_TEST.5"}},
	{"she was expelled", func() *file { return atSchool(casefile.Medium).must("2026-02-10", endSchool(scholarship.Expelled)) },
		stall.Regression, "EXPELLED-7", "2026-02-09", 730, medium, "EXPELLED 2026-02-10 by entry 7",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, scholarship.Enrolment{ScholarshipID: "scholarship_TEST.5"}},
	{"she came back to the shelter", func() *file {
		return active().must("2026-01-05", admitted()).must("2026-02-01", left()).must("2026-03-01", admitted())
	}, stall.Regression, "ADMITTED-6", "2026-02-28", 730, medium, "ADMITTED 2026-03-01 by entry 6",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, left()},

	{"she turned 18", func() *file { return girl("2026-05-04", casefile.Medium) },
		stall.Turned18, "majority", "2026-05-03", 0, medium, "ADULT 2026-05-04",
		"recordConsent", `{"purpose": "SERVICES", "decision": "GIVEN", "givenBy": "HERSELF"}`, casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Refused}},
	{"she turned 18, at high risk, as we heard later", func() *file {
		return activeAt(casefile.High).must("2026-05-20", casefile.Revised{AdultOn: day("2026-05-04")})
	},
		stall.Turned18, "majority", "2026-05-03", 0, high, "ADULT 2026-05-04",
		"recordConsent", `{"purpose": "SERVICES", "decision": "GIVEN", "givenBy": "HERSELF"}`, casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Given}},

	{"an intake without consent", asked,
		stall.RecordIncomplete, "2026-01-01", "2026-01-08", 7, low, "INTAKE 2026-01-01",
		"recordConsent", `{"purpose": "SERVICES", "decision": "GIVEN"}`, closed()},
	{"an intake of unknown risk", func() *file { return intake("") },
		stall.RecordIncomplete, "2026-01-01", "2026-01-08", 7, low, "INTAKE 2026-01-01",
		"activateCase", `{"risk": "MEDIUM"}`, casefile.Activated{Risk: casefile.Low}},
	{"an intake without an owner, at high risk", func() *file { return referred(casefile.High).must("2026-01-01", casefile.Accepted{}) },
		stall.RecordIncomplete, "2026-01-01", "2026-01-08", 7, medium, "INTAKE 2026-01-01",
		"activateCase", `{"ownerId": "worker_9"}`, casefile.Activated{OwnerID: "worker_1"}},
	{"an intake on hold", func() *file { return intake("").must("2026-01-05", held("2026-01-20")) },
		stall.RecordIncomplete, "2026-01-01", "2026-01-20", 7, low, "INTAKE 2026-01-01",
		"resumeCase", `{}`, closed()},
	{"an exit that nobody judged", func() *file { return active().must("2026-01-05", admitted()).must("2026-02-01", left()) },
		stall.RecordIncomplete, "LEFT-5", "2026-02-08", 7, low, "LEFT 2026-02-01 by entry 5",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, shelter.ExitJudged{StayID: "stay_TEST.4", SafeInSurvivorsView: &no}},
	{"an exit to where nobody knows, at high risk", func() *file {
		return activeAt(casefile.High).must("2026-01-05", admitted()).must("2026-02-01", shelter.Left{Destination: shelter.UnknownDestination, SafeInWorkersView: &yes, SafeInSurvivorsView: &yes})
	}, stall.RecordIncomplete, "LEFT-5", "2026-02-08", 7, medium, "LEFT 2026-02-01 by entry 5",
		"recordFollowUp", `{"point": "UNSCHEDULED", "method": "PHONE", "contactMade": true}`, shelter.ExitJudged{StayID: "stay_TEST.4", Destination: shelter.Family}},
}

// firstPlan is the input of a plan that nobody has begun, as of the day on which
// the tests look.
const firstPlan = `{"goals": [{"title": "A safe life in the community", "track": "REINTEGRATION", "achieveBy": "2026-08-04",
	"measure": "She says that she is safe, six months after her return", "actions": [{"title": "Agree the steps of the plan with her", "dueOn": "2026-02-19"}]}]}`
