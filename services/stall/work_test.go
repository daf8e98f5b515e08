package stall_test

import (
	"slices"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/stall"
)

// TestKinds proves what is to be done about every trouble.
func TestKinds(t *testing.T) {
	want := map[string]stall.WorkKind{
		"NO_OWNER": stall.WorkAssignment, "NEVER_ASSESSED": stall.WorkAssessment, "NO_CONTACT": stall.WorkContact,
		"ACTION_DUE": stall.WorkAction, "PLAN_REVIEW": stall.WorkPlan, "FOLLOW_UP_DUE": stall.WorkFollowUp,
		"MILESTONE_DWELL": stall.WorkMilestone, "RETENTION_CHECK_MISSED": stall.WorkRetention,
		"RETURN_FOLLOW_UP_MISSED": stall.WorkFollowUp, "APPROVAL_PENDING": stall.WorkApproval,
		"NO_APPROVED_PLAN": stall.WorkPlan, "REASSESSMENT_DUE": stall.WorkAssessment, "ABSENCES": stall.WorkSchool,
		"REFERRAL_UNANSWERED": stall.WorkReferral, "REGRESSION": stall.WorkRegression, "TURNED_18": stall.WorkConsent,
		"RECORD_INCOMPLETE": stall.WorkRecord,
	}
	for _, tr := range troubles {
		f := tr.write()
		d := deadline(t, f, tr)
		since, _, _ := strings.Cut(tr.facts, " ")
		if got := d.Kind(); got != want[string(tr.rule)] && got != want[since] || !slices.Contains(stall.WorkKinds, got) {
			t.Errorf("%s, since %s, is %s", tr.rule, since, got)
		}
	}
}

// consented is a decision that runs out.
func consented(p casefile.Purpose, until string, orgs ...id.Organisation) casefile.Data {
	return casefile.ConsentRecorded{Purpose: p, Decision: casefile.Given, ExpiresOn: day(until), ConsentTerms: casefile.ConsentTerms{OrganisationIDs: orgs}}
}

// unruled returns the deadlines of a case that no rule asks for.
func unruled(f *file) (out []stall.Deadline) {
	for _, d := range stall.Deadlines(f.c, defaults) {
		if d.Rule == "" {
			out = append(out, d)
		}
	}
	return out
}

// TestConsentRunsOut proves that a consent with a last day is work from 30 days
// before it until she has decided again, that it never becomes a flag, and that
// the next action widens it to nobody.
func TestConsentRunsOut(t *testing.T) {
	f := active().must("2026-01-02", consented(casefile.ForShare, "2026-01-10", "org_2"), consented(casefile.ForReporting, "2026-01-09"))
	due := unruled(f)
	if len(due) != 2 || due[0].Episode() == due[1].Episode() || due[0].DueOn != day("2026-01-10") || due[0].Kind() != stall.WorkConsent || due[0].Track != "" {
		t.Fatalf("%+v", due)
	}
	if f.c.NextDueOn != day("2026-01-09") {
		t.Errorf("next due on %s", f.c.NextDueOn)
	}
	for n, soon := range map[int]bool{31: false, 30: true, 0: true} {
		if got := due[0].Soon(due[0].DueOn - calendar.Day(n)); got != soon {
			t.Errorf("%d days before, it is soon: %v", n, got)
		}
	}
	if due[0].Overdue(due[0].DueOn) || !due[0].Overdue(due[0].DueOn+1) {
		t.Error("it is overdue on its last day, or not on the day after")
	}
	raised, _ := f.scan(day("2027-01-01"))
	for _, r := range raised {
		if r.Rule == "" {
			t.Errorf("a scan raises %+v", r)
		}
	}
	if f.c.ScanOn != 0 {
		t.Errorf("a scan would find something again on %s", f.c.ScanOn)
	}
	e := stall.ExplainDeadline(f.c, due[0], by("worker_9"))
	for _, l := range []locale.Locale{locale.EN, locale.KM} {
		whole(t, l, e.Text(l))
		whole(t, l, e.NextActions[0].Label(l))
	}
	if got := e.Text(locale.EN); got != "Consent for sharing with other organisations was given on 2026-01-02 and its last day is 2026-01-10; ask her again and record what she decides." {
		t.Error(got)
	}
	if a := e.NextActions[0]; a.Mutation != "recordConsent" || !strings.Contains(a.Input, `"organisationIds":["org_2"],"purpose":"SHARE"`) {
		t.Errorf("%s %s", a.Mutation, a.Input)
	}
	f.must("2027-01-01", casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Refused},
		casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Given})
	if left := unruled(f); len(left) != 0 {
		t.Errorf("after she has decided: %+v", left)
	}
	f.must("2027-01-02", consented(casefile.ForShare, "2027-02-01", "org_2"), casefile.Ended{Reason: casefile.NoLongerNeeds})
	if left := unruled(f); len(left) != 0 {
		t.Errorf("after the case has ended: %+v", left)
	}
}

// TestHoldKeepsNoConsentAlive proves that a hold moves no last day of a consent.
func TestHoldKeepsNoConsentAlive(t *testing.T) {
	f := active().must("2026-01-02", consented(casefile.ForShare, "2026-01-10"), casefile.Held{Until: day("2026-02-20"), Reason: "abroad"})
	if due := unruled(f); len(due) != 1 || due[0].DueOn != day("2026-01-10") {
		t.Errorf("%+v", due)
	}
}

// TestWaiting proves that a referral is work of the organisation that it was sent
// to, until the answer, by the risk, and names no entry of the case.
func TestWaiting(t *testing.T) {
	for risk, due := range map[casefile.Risk]string{casefile.Medium: "2026-01-10", casefile.High: "2026-01-05"} {
		f := activeAt(risk).must("2026-01-02", casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given})
		f.must("2026-01-03", casefile.ReferralSent{OrganisationID: "org_2", Need: "a bed"})
		waiting := stall.Waiting(f.c, defaults, "org_2")
		if len(waiting) != 1 || waiting[0].DueOn != day(due) || waiting[0].Kind() != stall.WorkReferral || waiting[0].Rule != "" {
			t.Fatalf("%s: %+v", risk, waiting)
		}
		if got := written(waiting[0].Facts()); got != "REFERRAL 2026-01-03" {
			t.Errorf("it rests on %s", got)
		}
		if other := stall.Waiting(f.c, defaults, "org_3"); len(other) != 0 {
			t.Errorf("it waits for others too: %+v", other)
		}
		e := stall.ExplainDeadline(f.c, waiting[0], by("worker_9"))
		for _, l := range []locale.Locale{locale.EN, locale.KM} {
			whole(t, l, e.Text(l))
			whole(t, l, e.NextActions[0].Label(l))
		}
		f.must("2026-01-04", casefile.ReferralAnswered{ReferralID: f.c.Referrals()[0].ID, Accepted: false})
		if left := stall.Waiting(f.c, defaults, "org_2"); len(left) != 0 {
			t.Errorf("after the answer: %+v", left)
		}
	}
}

// TestAsked proves that a match to which another organisation has agreed is to be
// answered by the risk, that the reason tells of nobody else's case, and that she is
// asked before it is agreed to.
func TestAsked(t *testing.T) {
	for risk, due := range map[casefile.Risk]string{casefile.Medium: "2026-01-10", casefile.High: "2026-01-05"} {
		f := activeAt(risk)
		for _, wants := range [][]string{{"recordConsent", "declineMatch"}, {"agreeMatch", "declineMatch"}} {
			asked := stall.Asked(f.c, defaults, "match_1", day("2026-01-03"))
			if asked.DueOn != day(due) || asked.Kind() != stall.WorkMatch || asked.Rule != "" || asked.Episode() != "1" || asked.Part() != "match_1" {
				t.Fatalf("%s: %+v", risk, asked)
			}
			e := stall.ExplainDeadline(f.c, asked, by("worker_9"))
			if got := written(e.Facts); got != "MATCH_ASKED 2026-01-03" {
				t.Errorf("it rests on %s", got)
			}
			for i, a := range e.NextActions {
				if a.Mutation != wants[i] {
					t.Errorf("%d: %s, want %s", i, a.Mutation, wants[i])
				}
			}
			for _, l := range []locale.Locale{locale.EN, locale.KM} {
				whole(t, l, e.Text(l))
				whole(t, l, e.NextActions[0].Label(l))
				whole(t, l, e.NextActions[1].Label(l))
			}
			inputs := e.NextActions[0].Input + e.NextActions[1].Input
			if consent := wants[0] == "recordConsent"; strings.Contains(inputs, `"purpose":"SHARE"`) != consent || !strings.Contains(inputs, `"matchId":"match_1"`) {
				t.Errorf("the inputs are %s", inputs)
			}
			f.must("2026-01-04", casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given})
		}
	}
}
