package casefile_test

import (
	"fmt"
	"testing"

	"onward/services/casefile"
	"onward/services/followup"
	"onward/services/plan"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// wholePlan lacks nothing for its submission, and drafted is a case with it.
var (
	wholePlan = plan.Updated{Goals: []plan.GoalInput{{Title: "A job", Track: track.Employment, AchieveBy: tracktest.Day("2026-12-31"), Measure: "three months of wages"}}}
	drafted   = all(active, []step{do("2026-02-01", wholePlan)})
)

// firstRequest is the request to which asked leads.
const firstRequest = "approval_1.8"

// asking is a request of each kind on 10 February.
var asking = map[casefile.ApprovalKind]casefile.Requested{
	casefile.PlanApproval:     {Of: casefile.PlanApproval},
	casefile.ClosureApproval:  {Of: casefile.ClosureApproval, Closure: &casefile.Ended{Reason: casefile.LostContact}},
	casefile.HoldApproval:     {Of: casefile.HoldApproval, Hold: &casefile.Held{Until: tracktest.Day("2026-04-30"), Reason: "away"}},
	casefile.TransferApproval: {Of: casefile.TransferApproval, Transfer: &casefile.ReferralSent{Referral: casefile.TransferOf, OrganisationID: "org_2", Need: "a bed near her family"}},
}

// asked leads to a case with one request of a kind.
func asked(of casefile.ApprovalKind) []step {
	return all(drafted, []step{share("2026-02-01", casefile.Given), do("2026-02-10", asking[of])})
}

func share(at string, d casefile.Decision) step {
	return do(at, casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: d})
}

func approve(at string) step { return do(at, casefile.Approved{ApprovalID: firstRequest}) }
func reject(at string) step {
	return do(at, casefile.RequestRejected{ApprovalID: firstRequest, Reason: "not yet"})
}
func withdraw(at string) step { return do(at, casefile.RequestWithdrawn{ApprovalID: firstRequest}) }

// shown is what a request may do: the status, the plan, and the transfers.
func shown(c *casefile.Case) string {
	return fmt.Sprint(c.Status, " ", c.Plan.State(), " ", len(c.Closings), " closings ", len(c.Referrals()), " sent")
}

// TestApprovals proves, for every kind, that a request changes nothing of the
// case but what waits, that an approval does what was asked for, and that a
// rejection and a withdrawal do not.
func TestApprovals(t *testing.T) {
	for _, c := range []struct {
		of                                     casefile.ApprovalKind
		waiting, approved, rejected, withdrawn string
	}{
		{casefile.PlanApproval, "ACTIVE SUBMITTED 0 closings 0 sent", "ACTIVE APPROVED 0 closings 0 sent", "ACTIVE REJECTED 0 closings 0 sent", "ACTIVE DRAFT 0 closings 0 sent"},
		{casefile.ClosureApproval, "ACTIVE DRAFT 0 closings 0 sent", "CLOSED DRAFT 1 closings 0 sent", "ACTIVE DRAFT 0 closings 0 sent", "ACTIVE DRAFT 0 closings 0 sent"},
		{casefile.HoldApproval, "ACTIVE DRAFT 0 closings 0 sent", "ON_HOLD DRAFT 0 closings 0 sent", "ACTIVE DRAFT 0 closings 0 sent", "ACTIVE DRAFT 0 closings 0 sent"},
		{casefile.TransferApproval, "ACTIVE DRAFT 0 closings 0 sent", "ACTIVE DRAFT 0 closings 1 sent", "ACTIVE DRAFT 0 closings 0 sent", "ACTIVE DRAFT 0 closings 0 sent"},
	} {
		waits := tracktest.After(t, asked(c.of)...)
		if a, _ := waits.Approval(firstRequest); a.State() != casefile.Pending || a.Of() != c.of || a.RequestedBy != "worker_1" || a.Asked == nil || a.Entry != 8 || shown(waits) != c.waiting {
			t.Errorf("%s asked for: %+v, %s; want %s", c.of, a, shown(waits), c.waiting)
		}
		for _, answer := range []struct {
			do    func(string) step
			state casefile.ApprovalState
			want  string
		}{{approve, casefile.ApprovalGiven, c.approved}, {reject, casefile.ApprovalRefused, c.rejected}, {withdraw, casefile.ApprovalWithdrawn, c.withdrawn}} {
			got := tracktest.After(t, all(asked(c.of), []step{answer.do("2026-02-12")})...)
			a, _ := got.Approval(firstRequest)
			if a.State() != answer.state || a.DecidedOn != tracktest.Day("2026-02-12") || a.DecidedBy != "worker_1" || a.Answer != 9 || a.Asked != nil {
				t.Errorf("%s: %+v, want %s", c.of, a, answer.state)
			}
			if shown(got) != answer.want {
				t.Errorf("%s %s: %s, want %s", c.of, answer.state, shown(got), answer.want)
			}
		}
	}
}

// TestApprovedPlan proves that an approval reaches the milestones that say so and
// leaves those alone that were recorded before it, and that a version that is
// written later does not end what is in force.
func TestApprovedPlan(t *testing.T) {
	reached := func(c *casefile.Case) string {
		s := ""
		for _, shown := range c.Tracks() {
			for _, m := range shown.Milestones() {
				if m.Code() == track.PlanApproved || m.Code() == track.CarePlanApproved {
					s += fmt.Sprint(m.Code(), " ", m.On, ";")
				}
			}
		}
		return s
	}
	stay := all(asked(casefile.PlanApproval), []step{do("2026-02-11", shelter.Admitted{SiteID: "site_2"})})
	c := tracktest.After(t, all(stay, []step{approve("2026-02-12")})...)
	if got := reached(c); got != "CARE_PLAN_APPROVED 2026-02-12;PLAN_APPROVED 2026-02-12;" {
		t.Errorf("approved: %s", got)
	}
	if c.Plan.ReviewOn != tracktest.Day("2026-02-12")+plan.ReviewDays || c.Plan.ApprovedVersion != 1 {
		t.Errorf("approved: %+v", c.Plan)
	}
	onPaper := all(stay, []step{do("2026-02-11", casefile.MilestoneRecorded{Code: track.PlanApproved}), approve("2026-02-12")})
	if got := reached(tracktest.After(t, onPaper...)); got != "CARE_PLAN_APPROVED 2026-02-12;PLAN_APPROVED 2026-02-11;" {
		t.Errorf("approved on paper before: %s", got)
	}
	next := tracktest.After(t, all(stay, []step{approve("2026-02-12"), do("2026-02-20", wholePlan), do("2026-02-21", casefile.FollowUpStarted{})})...)
	if next.Plan.State() != plan.Draft || next.Plan.ApprovedVersion != 1 || next.Status != casefile.FollowUp {
		t.Errorf("a draft over the approved version: %s, %+v", next.Status, next.Plan)
	}
}

// TestApprovalGuards proves that a request is tried when it is made and again
// when it is approved, is answered once, and keeps the order of its days.
func TestApprovalGuards(t *testing.T) {
	again := func(of casefile.ApprovalKind) step { return do("2026-02-11", asking[of]) }
	goalsMet := casefile.Requested{Of: casefile.ClosureApproval, Closure: &casefile.Ended{Reason: casefile.GoalsMet}}
	tooLong := casefile.Requested{Of: casefile.HoldApproval, Hold: &casefile.Held{Until: tracktest.Day("2026-09-30"), Reason: "away"}}
	var refusals []refusal
	for of := range asking {
		refusals = append(refusals,
			refusal{string(of) + " asked for twice", asked(of), again(of), "caseId", "2026-02-10"},
			refusal{string(of) + " asked for when closed", ended, again(of), "caseId", "CLOSED"},
			refusal{string(of) + " approved twice", all(asked(of), []step{reject("2026-02-12")}), approve("2026-02-13"), "approvalId", "REJECTED on 2026-02-12 already"},
			refusal{string(of) + " rejected after a withdrawal", all(asked(of), []step{withdraw("2026-02-12")}), reject("2026-02-13"), "approvalId", "WITHDRAWN"},
			refusal{string(of) + " approved before it was asked for", asked(of), approve("2026-02-09"), "on", "the request, which was on 2026-02-10"},
			refusal{string(of) + " rejected before it was asked for", asked(of), reject("2026-02-09"), "on", "the request"},
			refusal{string(of) + " withdrawn before it was asked for", asked(of), withdraw("2026-02-09"), "on", "the request"},
			refusal{string(of) + " unknown", asked(of), do("2026-02-12", casefile.Approved{ApprovalID: "approval_1.7"}), "approvalId", "no such request"},
		)
	}
	tracktest.Refusals(t, append(refusals, []refusal{
		{"plan that is not there", active, do("2026-02-10", asking[casefile.PlanApproval]), "caseId", "no plan"},
		{"plan that lacks a measure", all(active, []step{do("2026-02-01", plan.Updated{Goals: []plan.GoalInput{{Title: "A job", Track: track.Employment, AchieveBy: tracktest.Day("2026-12-31")}}})}),
			do("2026-02-10", asking[casefile.PlanApproval]), "goals[0].measure", "updatePlan"},
		{"plan rewritten while it waits", asked(casefile.PlanApproval), do("2026-02-11", wholePlan), "caseId", "withdraw the request first"},
		{"plan that is approved already", all(asked(casefile.PlanApproval), []step{approve("2026-02-12")}), do("2026-02-13", asking[casefile.PlanApproval]), "caseId", "APPROVED already"},
		{"closure that could not be done", active, do("2026-02-10", goalsMet), "reason", "FOLLOW_UP_M6"},
		{"closure under a HIGH flag", flagHigh, do("2026-03-20", asking[casefile.ClosureApproval]), "caseId", "NO_CONTACT"},
		{"hold that is too long", active, do("2026-02-10", tooLong), "until", "1 to 90 days"},
		{"transfer without consent", active, do("2026-02-10", asking[casefile.TransferApproval]), "organisationId", "SHARE"},
		{"closure approved under a HIGH flag", all(asked(casefile.ClosureApproval), []step{do("2026-03-16", flagged(casefile.SeverityHigh))}), approve("2026-03-20"), "caseId", "NO_CONTACT"},
		{"closure approved before a step of the case", all(asked(casefile.ClosureApproval), []step{do("2026-02-20", casefile.Held{Until: tracktest.Day("2026-02-25"), Reason: "away"})}), approve("2026-02-19"), "on", "the last step of the case"},
		{"hold approved on its last day", asked(casefile.HoldApproval), approve("2026-04-30"), "approvalId", "1 to 90 days"},
		{"hold approved on hold", all(asked(casefile.HoldApproval), []step{do("2026-02-11", casefile.Held{Until: tracktest.Day("2026-02-25"), Reason: "away"})}), approve("2026-02-12"), "caseId", "ON_HOLD"},
		{"transfer approved after a withdrawal of consent", all(asked(casefile.TransferApproval), []step{share("2026-02-11", casefile.Withdrawn)}), approve("2026-02-12"), "approvalId", "SHARE"},
	}...))
	// What stands in the way does not stand in the way of a rejection.
	tracktest.After(t, all(asked(casefile.TransferApproval), []step{share("2026-02-11", casefile.Withdrawn), reject("2026-02-12")})...)
	// Requests of different kinds wait beside each other, and one that was answered can be made again.
	tracktest.After(t, all(asked(casefile.PlanApproval), []step{again(casefile.ClosureApproval), again(casefile.HoldApproval), again(casefile.TransferApproval)})...)
	tracktest.After(t, all(asked(casefile.ClosureApproval), []step{reject("2026-02-10"), again(casefile.ClosureApproval)})...)
}

// TestApprovedGoals proves that a closure for which the six-month follow-up is
// there can be approved, and that its record names who asked and who approved.
func TestApprovedGoals(t *testing.T) {
	c := tracktest.After(t, all(active, []step{
		do("2026-07-31", followup.Recorded{Point: track.Month6, Method: followup.Phone, ContactMade: true}),
		do("2026-08-01", casefile.Requested{Of: casefile.ClosureApproval, Closure: &casefile.Ended{Reason: casefile.GoalsMet}}),
		func(c *casefile.Case) error {
			e := entry(c, tracktest.Day("2026-08-02"), casefile.Approved{ApprovalID: "approval_1.7"})
			e.By = "worker_2"
			return c.Apply(e)
		}})...)
	if got := fmt.Sprint(c.Closings); got != "[{2026-08-02 GOALS_MET ACTIVE worker_1 worker_2  8}]" {
		t.Errorf("closings: %s", got)
	}
}

// TestRequestsLapse proves that nothing waits for an answer once the work on the
// case has ended, however it ended, and that the plan is a draft again.
func TestRequestsLapse(t *testing.T) {
	waiting := all(asked(casefile.PlanApproval), []step{
		do("2026-02-11", asking[casefile.HoldApproval]), do("2026-02-11", asking[casefile.ClosureApproval])})
	for _, end := range []struct {
		data     casefile.Data
		approved string
	}{
		{closed(casefile.Died), ""}, {casefile.HandedOver{OrganisationID: "org_2"}, ""},
		{casefile.MergedAway{IntoCaseID: "case_2", Reason: "the same"}, ""}, {casefile.Approved{ApprovalID: "approval_1.10"}, "approval_1.10"},
	} {
		c := tracktest.After(t, all(waiting, []step{do("2026-02-20", end.data)})...)
		for _, a := range c.Approvals {
			want := casefile.ApprovalWithdrawn
			if a.ID() == end.approved {
				want = casefile.ApprovalGiven
			}
			if a.State() != want || a.DecidedOn != tracktest.Day("2026-02-20") || a.Asked != nil {
				t.Errorf("after %s: %+v, want %s", end.data.Kind(), a, want)
			}
		}
		if len(c.Approvals) != 3 || c.Plan.State() != plan.Draft {
			t.Errorf("after %s: %d requests, plan %s", end.data.Kind(), len(c.Approvals), c.Plan.State())
		}
	}
	c := tracktest.After(t, all(waiting, []step{do("2026-02-20", closed(casefile.RanAway)), do("2026-03-01", casefile.Reopened{Reason: "she came back"}), do("2026-03-02", asking[casefile.PlanApproval])})...)
	if c.Plan.State() != plan.Submitted {
		t.Errorf("submitted after a reopening: %s", c.Plan.State())
	}
}
