package stall_test

import (
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/scholarship"
	"onward/services/stall"
	"onward/services/track"
)

// shifted are thresholds of an organisation that gives every rule five days more
// than the default, but for REGRESSION, which speaks at once, and ABSENCES, which
// counts school days.
func shifted() *stall.Thresholds {
	days := map[stall.ThresholdCode]int{}
	for _, r := range stall.Rules {
		for _, h := range r.Thresholds {
			if r.Code != stall.Regression && r.Code != stall.Absences {
				days[h.Code] = h.Default + 5
			}
		}
	}
	return defaults.With(7, days)
}

// TestOtherThresholds proves that every rule goes by the thresholds of the
// organisation: nothing is raised before its own last day is over, and the flag
// says by which number and by which version of the thresholds.
func TestOtherThresholds(t *testing.T) {
	th := shifted()
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		more := 5
		if tr.rule == stall.Regression || tr.rule == stall.Absences {
			more = 0
		}
		natural := due + calendar.Day(more)
		if f.c.Status == casefile.OnHold {
			natural = due // the hold is longer than both
		}
		for on, want := range map[calendar.Day]int{natural - 1: 0, natural: 0, natural + 1: 1} {
			n := 0
			for _, r := range stall.Assess(f.c, th, on).Raise {
				if r.Rule == tr.rule && r.Episode == tr.episode {
					n++
					if r.DueOn != natural || r.ThresholdDays != tr.threshold+more || r.ThresholdsVersion != 7 {
						t.Errorf("raised for %s by %d days of version %d", r.DueOn, r.ThresholdDays, r.ThresholdsVersion)
					}
				}
			}
			if n != want {
				t.Errorf("on %s it is raised %d times, want %d", on, n, want)
			}
		}
	})
}

// TestAbsencesThreshold proves that a run is flagged on the school day on which it
// reaches the threshold, whatever that is, and not before or without it.
func TestAbsencesThreshold(t *testing.T) {
	// Friday 6 and Saturday 7 February, then Monday 9 and Tuesday 10.
	f := atSchool(casefile.Medium).must("2026-02-10", absent("2026-02-06", "2026-02-10"))
	for days, want := range map[int]string{1: "2026-02-06", 2: "2026-02-07", 3: "2026-02-09", 4: "2026-02-10", 5: ""} {
		th := defaults.With(1, map[stall.ThresholdCode]int{"ABSENCES": days})
		got := ""
		for on := day("2026-02-01"); on < day("2026-03-01") && got == ""; on++ {
			for _, r := range stall.Assess(f.c, th, on).Raise {
				if r.Rule == stall.Absences {
					got = on.String()
				}
			}
		}
		if got != want {
			t.Errorf("%d days are flagged on %q, want %q", days, got, want)
		}
	}
}

// TestRegressionWithin proves that a loss counts up to the last day of the
// threshold after what was reached, and no longer.
func TestRegressionWithin(t *testing.T) {
	// Each is lost 30 days after it was reached.
	losses := map[string]*file{
		"a job":    active().must("2026-01-10", started()).must("2026-02-09", separated()),
		"school":   active().must("2026-01-10", awarded(), scholarship.Enrolment{}).must("2026-02-09", scholarship.End{Ending: scholarship.DroppedOut}),
		"the life": active().must("2026-01-05", admitted()).must("2026-01-10", left()).must("2026-02-09", admitted()),
	}
	for name, f := range losses {
		for within, want := range map[int]int{29: 0, 30: 1, 31: 1} {
			th := defaults.With(1, map[stall.ThresholdCode]int{"REGRESSION": within})
			n := 0
			for _, r := range stall.Assess(f.c, th, day("2026-02-09")).Raise {
				if r.Rule == stall.Regression && r.ThresholdDays == within {
					n++
				}
			}
			if n != want {
				t.Errorf("%s lost after 30 days, within %d: %d flags, want %d", name, within, n, want)
			}
		}
	}
}

// TestLossIsAnsweredFromItsDayOn proves that a response counts on the day of the
// loss or later, and which responses do.
func TestLossIsAnsweredFromItsDayOn(t *testing.T) {
	planned := func() *file {
		return approvedPlan("2026-01-02", "2026-01-03").must("2026-01-04", started()).must("2026-03-10", separated())
	}
	free := func() *file { return active().must("2026-01-04", started()).must("2026-03-10", separated()) }
	for _, c := range []struct {
		name string
		f    *file
		want bool
	}{
		{"nothing", free(), true},
		{"before the case was closed and opened again", free().must("2026-03-11", closed()).must("2028-06-01", casefile.Reopened{Reason: "she came back"}), false},
		{"a follow-up the day before", free().must("2026-03-09", met("UNSCHEDULED", true)), true},
		{"a follow-up on the day", free().must("2026-03-10", met("UNSCHEDULED", true)), false},
		{"an attempt", free().must("2026-03-11", met("UNSCHEDULED", false)), true},
		{"other contact", free().must("2026-03-11", admitted()), true},
		{"with a plan, a follow-up", planned().must("2026-03-11", met("UNSCHEDULED", true)), true},
		{"a review the day before", planned().must("2026-03-09", reviewed()), true},
		{"a review on the day", planned().must("2026-03-10", reviewed()), false},
		{"a new version that is not approved", planned().must("2026-03-11", wholePlan()), true},
		{"a new version that is approved", planned().must("2026-03-11", wholePlan(), casefile.Requested{Of: casefile.PlanApproval}, casefile.Approved{ApprovalID: "approval_TEST.10"}), false},
		{"a new job", free().must("2026-03-20", started()), false},
		{"a new job, found lost", free().must("2026-03-20", started()).must("2026-06-18", checked(employment.Day90, false)), true},
	} {
		got := false
		for _, d := range stall.Deadlines(c.f.c, defaults) {
			got = got || d.Rule == stall.Regression
		}
		if got != c.want {
			t.Errorf("%s: the loss waits %t", c.name, got)
		}
	}
}

// TestRunKeepsItsFlag proves that a run of absence that grows, at either end, is
// one trouble with one flag, and that one that is excused ends it.
func TestRunKeepsItsFlag(t *testing.T) {
	f := atSchool(casefile.Medium).must("2026-02-05", absent("2026-02-03", "2026-02-05"))
	f.scan(day("2026-02-05"))
	first := f.flag(t, stall.Absences, "absence-7")
	f.must("2026-02-06", absent("2026-02-06", "2026-02-06")).must("2026-02-06", absent("2026-02-02", "2026-02-02"))
	f.scan(day("2026-02-07"))
	if n := flags(f, stall.Absences); n != 1 || !f.flag(t, stall.Absences, "absence-7").Live() {
		t.Errorf("%d flags of one run; the first is %s", n, f.flag(t, stall.Absences, "absence-7").State)
	}
	if first.DueOn != day("2026-02-04") {
		t.Errorf("due on %s", first.DueOn)
	}
	f.must("2026-02-09", scholarship.AbsenceRecorded{ScholarshipID: "scholarship_TEST.4", From: day("2026-02-07"), To: day("2026-02-07"), Excused: &yes})
	f.scan(day("2026-02-09"))
	if f.flag(t, stall.Absences, "absence-7").Live() {
		t.Error("an excused day does not end the run")
	}
}

// TestAdultDayIsCorrected proves that a corrected day of majority is the same
// trouble: the flag is resolved while the day is ahead, and raised again on it.
func TestAdultDayIsCorrected(t *testing.T) {
	f := girl("2026-05-04", casefile.Medium)
	f.scan(day("2026-05-04"))
	f.must("2026-05-05", casefile.Revised{AdultOn: day("2026-08-01")})
	f.scan(day("2026-05-05"))
	if flag := f.flag(t, stall.Turned18, "majority"); flag.Live() {
		t.Error("the flag speaks of a day that is ahead")
	}
	f.scan(day("2026-07-31"))
	f.scan(day("2026-08-01"))
	if flag := f.flag(t, stall.Turned18, "majority"); flag.State != casefile.FlagReopened || flag.DueOn != day("2026-07-31") || flags(f, stall.Turned18) != 1 {
		t.Errorf("the flag is %+v", flag)
	}
	early := girl("2026-05-04", casefile.Medium).must("2026-05-03", casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Given}).
		must("2026-05-04", casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Given},
			casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Given, ConsentTerms: casefile.ConsentTerms{GivenBy: casefile.Guardian}})
	if raise, _ := assess(early.c, day("2026-05-04")); !raises(raise, stall.Turned18) {
		t.Error("a consent of the day before, for another purpose or of a guardian is taken for hers")
	}
}

// TestCarePlanIsAPlan proves that a care plan that was approved on paper does.
func TestCarePlanIsAPlan(t *testing.T) {
	f := active().must("2026-01-05", admitted())
	if raise, _ := assess(f.c, day("2026-02-01")); !raises(raise, stall.NoApprovedPlan) {
		t.Error("nobody misses a plan")
	}
	f.must("2026-01-06", reached(track.CarePlanApproved))
	if raise, _ := assess(f.c, day("2026-02-01")); raises(raise, stall.NoApprovedPlan) {
		t.Error("the approved care plan is missed")
	}
}

func raises(all []casefile.FlagRaised, rule casefile.RuleCode) bool {
	for _, r := range all {
		if r.Rule == rule {
			return true
		}
	}
	return false
}

// TestSoon proves from which day on a deadline is soon: seven days before, and a
// reassessment fourteen; one that has passed is late, not soon.
func TestSoon(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		notice := calendar.Day(7)
		if tr.rule == stall.ReassessmentDue {
			notice = 14
		}
		d := deadline(t, f, tr)
		for on, want := range map[calendar.Day]bool{due - notice - 1: false, due - notice: true, due: true, due + 1: false} {
			if d.Soon(on) != want {
				t.Errorf("%d days before it is soon: %t", due-on, !want)
			}
		}
	})
}
