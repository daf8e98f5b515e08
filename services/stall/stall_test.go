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

// TestBoundary proves for every rule that nothing is raised on the day on which
// something is due, and on the next day one flag with its deadline, severity,
// threshold and facts.
func TestBoundary(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		if early := raisedBy(tr, f.c, due); len(early) != 0 {
			t.Errorf("raised on %s already: %+v", due, early)
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
		if len(byFlag.NextActions) != 1 {
			t.Fatalf("%d next actions, want 1", len(byFlag.NextActions))
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
		if want := object(t, tr.input); !maps.Equal(input, want) {
			t.Errorf("input %v, want %v", input, want)
		}
		if byDeadline := stall.ExplainDeadline(f.c, deadline(t, f, tr), by("worker_9")); !reflect.DeepEqual(byFlag, byDeadline) {
			t.Errorf("the flag says %+v, the deadline %+v", byFlag, byDeadline)
		}
	})
}

// TestNextActionEndsTheTrouble proves that sending the next action as it stands
// resolves the flag, for every trouble but one: an introduction to an employer
// helps, and only a job ends the wait for one.
func TestNextActionEndsTheTrouble(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		action := stall.ExplainFlag(f.c, defaults, f.flag(t, tr.rule, tr.episode), by("worker_9")).NextActions[0]
		f.must((due + 1).String(), entryOf(t, action))
		_, resolve := assess(f.c, due+1)
		ended := slices.ContainsFunc(resolve, func(r casefile.FlagResolution) bool { return r.FlagID == tr.flagID() })
		if want := !strings.HasPrefix(tr.episode, "JOB_READY"); ended != want {
			t.Errorf("%s ends it: %v, want %v", action.Mutation, ended, want)
		}
	})
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
	if want := 2 + 2 + 2 + 3 + 3; len(seen) != want {
		t.Errorf("%d troubles, want %d", len(seen), want)
	}
}

// TestTroublesCoverTheTable proves that the rules in force are the ones that
// these tests try, each with every threshold that the table gives it.
func TestTroublesCoverTheTable(t *testing.T) {
	tried := map[casefile.RuleCode]map[int]bool{}
	for _, tr := range troubles {
		if tried[tr.rule] == nil {
			tried[tr.rule] = map[int]bool{}
		}
		tried[tr.rule][tr.threshold] = true
	}
	for _, r := range stall.Rules {
		want := map[int]bool{}
		for _, threshold := range r.Thresholds {
			want[threshold.Default] = true
		}
		if got := tried[r.Code]; r.InForce && !maps.Equal(got, want) {
			t.Errorf("%s is tried with thresholds %v, the table has %v", r.Code, got, want)
		} else if !r.InForce && got != nil {
			t.Errorf("%s is raised and not in force", r.Code)
		}
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
	case "assignCase":
		return decode[casefile.Assigned](t, a.Input)
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
