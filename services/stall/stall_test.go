package stall_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/plan"
	"onward/services/scholarship"
	"onward/services/stall"
)

// each runs a test on every trouble, with the last day on which it is not
// overdue.
func each(t *testing.T, test func(t *testing.T, tr trouble, f *file, due calendar.Day)) {
	for _, tr := range troubles {
		t.Run(string(tr.rule)+"/"+tr.name, func(t *testing.T) { test(t, tr, tr.write(), day(tr.due)) })
	}
}

// raisedBy returns what a scan on a day would raise for the trouble.
func raisedBy(tr trouble, c *casefile.Case, on calendar.Day) (found []casefile.FlagRaised) {
	raise, _ := assess(c, on)
	for _, r := range raise {
		if r.Rule == tr.rule && r.Episode == tr.episode {
			found = append(found, r)
		}
	}
	return found
}

// TestBoundary proves for every rule that nothing is raised on the day before
// something is due and on the day itself, and on the next day one flag with its
// deadline, severity, threshold and facts.
func TestBoundary(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		for _, on := range []calendar.Day{due - 1, due} {
			if early := raisedBy(tr, f.c, on); len(early) != 0 {
				t.Errorf("raised on %s already: %+v", on, early)
			}
		}
		raised := raisedBy(tr, f.c, due+1)
		if len(raised) != 1 {
			t.Fatalf("raised %d times on %s, want once", len(raised), due+1)
		}
		r := raised[0]
		if r.DueOn != due || r.Severity != tr.severity || r.ThresholdDays != tr.threshold || r.RuleVersion != 1 {
			t.Errorf("due %s, severity %s, threshold %d, version %d; want %s, %s, %d, 1",
				r.DueOn, r.Severity, r.ThresholdDays, r.RuleVersion, due, tr.severity, tr.threshold)
		}
		if got := written(r.Facts); got != tr.facts {
			t.Errorf("facts %s, want %s", got, tr.facts)
		}
	})
}

// TestFlagAsRaised proves what stands on the case once the flag is raised: open,
// since the first day overdue, under the identifier of its episode.
func TestFlagAsRaised(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		flag := f.flag(t, tr.rule, tr.episode)
		if flag.ID != tr.flagID() || flag.State != casefile.FlagOpen || flag.Since != due+1 || flag.DueOn != due {
			t.Errorf("flag %+v", flag)
		}
	})
}

// TestNextAction proves that an overdue deadline offers the mutation that helps,
// with an input that is complete, and that the flag offers the same.
func TestNextAction(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		byFlag := stall.ExplainFlag(f.c, defaults, f.flag(t, tr.rule, tr.episode), by("worker_9"))
		// What is sent to another organisation is taken back here, or answered there.
		want := map[string]int{"revokeReferral": 2}[tr.mutation]
		if len(byFlag.NextActions) != max(want, 1) {
			t.Fatalf("%d next actions, want %d", len(byFlag.NextActions), max(want, 1))
		}
		action := byFlag.NextActions[0]
		if action.Mutation != tr.mutation || action.DueBy != due {
			t.Errorf("%s by %s, want %s by %s", action.Mutation, action.DueBy, tr.mutation, due)
		}
		input := object(t, action.Input)
		if input["caseId"] != "case_TEST" || !strings.HasPrefix(input["requestId"].(string), "request_") {
			t.Errorf("input %s names no request or another case", action.Input)
		}
		delete(input, "caseId")
		delete(input, "requestId")
		if want := object(t, tr.input); !reflect.DeepEqual(input, want) {
			t.Errorf("input %v, want %v", input, want)
		}
		if byDeadline := stall.ExplainDeadline(f.c, deadline(t, f, tr), by("worker_9")); !reflect.DeepEqual(byFlag, byDeadline) {
			t.Errorf("the flag says %+v, the deadline %+v", byFlag, byDeadline)
		}
	})
}

// leads are the next actions that help and do not end the trouble by themselves:
// only a job ends the wait for one, only the last step to an approved plan is the
// approval, nobody can be reassessed before the day that is arranged, and what only
// she can say is not filled in.
var leads = map[string]bool{
	"MILESTONE_DWELL recordMilestone JOB_READY":       true,
	"NO_APPROVED_PLAN updatePlan OPENED":              true,
	"NO_APPROVED_PLAN submitPlan OPENED":              true,
	"REASSESSMENT_DUE scheduleFollowUp LAST_ASSESSED": true,
	"REASSESSMENT_DUE scheduleFollowUp OPENED":        true,
	"ABSENCES recordFollowUp ABSENT":                  true,
	"RECORD_INCOMPLETE recordConsent INTAKE":          true,
	"RECORD_INCOMPLETE resumeCase INTAKE":             true,
	"RECORD_INCOMPLETE recordFollowUp LEFT":           true,
}

// TestNextActionEndsTheTrouble proves that sending the next action as it stands
// resolves the flag, but for those that only lead there.
func TestNextActionEndsTheTrouble(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		flag := f.flag(t, tr.rule, tr.episode)
		on := max(due+1, f.today)
		action := stall.ExplainFlag(f.c, defaults, flag, stall.Viewer{Worker: "worker_9", Today: on}).NextActions[0]
		f.must(on.String(), entryOf(t, action))
		_, resolve := assess(f.c, on)
		ended := slices.ContainsFunc(resolve, func(r casefile.FlagResolution) bool { return r.FlagID == tr.flagID() })
		if want := !leads[string(tr.rule)+" "+action.Mutation+" "+flag.Facts[0].Name]; ended != want {
			t.Errorf("%s ends it: %v, want %v", action.Mutation, ended, want)
		}
	})
}

// TestAnswerIsOffered proves that the organisation to which something was sent is
// offered the answer, after what the sender can do.
func TestAnswerIsOffered(t *testing.T) {
	f := sharing(casefile.Medium).must("2026-01-05", sent())
	d := stall.Deadlines(f.c, defaults)
	i := slices.IndexFunc(d, func(d stall.Deadline) bool { return d.Rule == stall.ReferralUnanswered })
	actions := stall.ExplainDeadline(f.c, d[i], by("worker_9")).NextActions
	if len(actions) != 2 || actions[1].Mutation != "answerReferral" || actions[1].Referral != "referral_TEST.5" {
		t.Fatalf("next actions %+v", actions)
	}
	first, answer := object(t, actions[0].Input), object(t, actions[1].Input)
	if answer["referralId"] != "referral_TEST.5" || answer["accepted"] != true || answer["requestId"] == first["requestId"] {
		t.Errorf("the answer is %v, after %v", answer, first)
	}
	f.must("2026-01-06", entryOf(t, actions[1]))
	if f.c.Referrals()[0].State != casefile.ReferralAccepted {
		t.Errorf("the referral is %s", f.c.Referrals()[0].State)
	}
}

// TestRequestIDsTellTroublesApart proves that the next action of the same
// trouble always has the same requestId, and another trouble of the case
// another one.
func TestRequestIDsTellTroublesApart(t *testing.T) {
	f := active().must("2026-01-01", admitted(), awarded(), started(), returned(), planned("2026-01-05", "2026-01-06"))
	seen := map[any]stall.Deadline{}
	for _, d := range stall.Deadlines(f.c, defaults) {
		first := object(t, stall.ExplainDeadline(f.c, d, by("worker_8")).NextActions[0].Input)["requestId"]
		again := object(t, stall.ExplainDeadline(f.c, d, by("worker_9")).NextActions[0].Input)["requestId"]
		if other, taken := seen[first]; first != again || taken {
			t.Errorf("%s %s: requestId %v, then %v; that of %s %s", d.Rule, d.Episode(), first, again, other.Rule, other.Episode())
		}
		seen[first] = d
	}
	if want := 3 + 2 + 2 + 3 + 3; len(seen) != want {
		t.Errorf("%d troubles, want %d", len(seen), want)
	}
}

// TestTroublesCoverTheTable proves that every rule is tried by these tests, with
// every threshold that the table gives it, and every mutation that can be a next
// action.
func TestTroublesCoverTheTable(t *testing.T) {
	tried := map[casefile.RuleCode]map[int]bool{}
	mutations := map[string]bool{"answerReferral": true, "agreeMatch": true, "declineMatch": true} // beside revokeReferral, and by TestAsked
	for _, tr := range troubles {
		if tried[tr.rule] == nil {
			tried[tr.rule] = map[int]bool{}
		}
		tried[tr.rule][tr.threshold] = true
		mutations[tr.mutation] = true
	}
	for _, r := range stall.Rules {
		want := map[int]bool{}
		for _, threshold := range r.Thresholds {
			want[threshold.Default] = true
		}
		if got := tried[r.Code]; !maps.Equal(got, want) {
			t.Errorf("%s is tried with thresholds %v, the table has %v", r.Code, got, want)
		}
	}
	if got := slices.Sorted(maps.Keys(mutations)); !slices.Equal(got, stall.Mutations) {
		t.Errorf("tried are %v, can be named %v", got, stall.Mutations)
	}
}

// deadline returns the trouble's deadline.
func deadline(t *testing.T, f *file, tr trouble) stall.Deadline {
	t.Helper()
	all := stall.Deadlines(f.c, defaults)
	i := slices.IndexFunc(all, func(d stall.Deadline) bool { return d.Rule == tr.rule && d.Episode() == tr.episode })
	if i < 0 {
		t.Fatalf("%s %s is not due", tr.rule, tr.episode)
	}
	return all[i]
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return m
}

// entryOf returns the entry that the mutation of a next action records.
func entryOf(t *testing.T, a stall.NextAction) casefile.Data {
	t.Helper()
	switch a.Mutation {
	case "acceptCase":
		return decode[casefile.Accepted](t, a.Input)
	case "activateCase":
		return decode[casefile.Activated](t, a.Input)
	case "answerReferral":
		return decode[casefile.ReferralAnswered](t, a.Input)
	case "assignCase":
		return decode[casefile.Assigned](t, a.Input)
	case "recordConsent":
		return decode[casefile.ConsentRecorded](t, a.Input)
	case "resumeCase":
		return casefile.Resumed{}
	case "revokeReferral":
		return decode[casefile.ReferralWithdrawn](t, a.Input)
	case "scheduleFollowUp":
		return decode[followup.Schedule](t, a.Input)
	case "submitPlan":
		return casefile.Requested{Of: casefile.PlanApproval}
	case "updatePlan":
		return decode[plan.Updated](t, a.Input)
	case "recordMilestone":
		return decode[casefile.MilestoneRecorded](t, a.Input)
	case "recordFollowUp":
		return decode[followup.Recorded](t, a.Input)
	case "completeAction":
		return decode[plan.ActionCompleted](t, a.Input)
	case "reviewPlan":
		return decode[plan.Reviewed](t, a.Input)
	case "approveRequest":
		return decode[casefile.Approved](t, a.Input)
	case "rejectRequest":
		return decode[casefile.RequestRejected](t, a.Input)
	case "checkRetention":
		return decode[employment.RetentionChecked](t, a.Input)
	case "enrol":
		return decode[scholarship.Enrolment](t, a.Input)
	}
	t.Fatalf("no entry is known for %s", a.Mutation)
	return nil
}

func decode[T casefile.Data](t *testing.T, input string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(input), &v); err != nil {
		t.Fatalf("%s: %v", input, err)
	}
	return v
}
