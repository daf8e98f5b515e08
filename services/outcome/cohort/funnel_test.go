package cohort_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/outcome/cohort"
	"onward/services/track"
)

func funnel(t testing.TB, code string) cohort.Funnel {
	t.Helper()
	i := slices.IndexFunc(cohort.Funnels, func(f cohort.Funnel) bool { return f.Code == code })
	if i < 0 {
		t.Fatalf("no funnel %s", code)
	}
	return cohort.Funnels[i]
}

// wantSteps proves how many steps a person took, by each time that she entered.
func wantSteps(t *testing.T, code string, p cohort.Person, until int, want []int) {
	t.Helper()
	var got []int
	for _, e := range funnel(t, code).Entrants(p, began+calendar.Day(until)) {
		got = append(got, e.Steps)
	}
	if !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
}

// wholeWay is a way from admission to a stable life.
func wholeWay() *history {
	return open("case_1", orgA).on(1, admitted()).on(20, reached(track.CarePlanApproved)).on(90, reached(track.ReadyToLeave)).
		on(100, left()).on(100, returned()).on(280, followedUp(track.Month6, true)).on(300, reached(track.Stable))
}

func TestFunnelOfReintegration(t *testing.T) {
	for name, test := range map[string]struct {
		person cohort.Person
		until  int
		want   []int
	}{
		"never admitted": {open("case_1", orgA).on(10, returned()).alone(t), 900, nil},
		"the whole way":  {wholeWay().alone(t), 900, []int{6}},
		"closed since":   {wholeWay().on(400, casefile.Ended{Reason: casefile.GoalsMet}).alone(t), 900, []int{6}},
		"up to a day":    {wholeWay().alone(t), 299, []int{5}},
		"up to the day":  {wholeWay().alone(t), 300, []int{6}},
		"before":         {wholeWay().alone(t), 0, nil},
		"left without being found ready": {open("case_1", orgA).on(1, admitted()).on(20, reached(track.CarePlanApproved)).on(100, left()).
			on(100, returned()).alone(t), 900, []int{4}},
		"no care plan": {open("case_1", orgA).on(1, admitted()).on(100, left()).on(100, returned()).alone(t), 900, []int{1}},
		"a plan approved for the return": {open("case_1", orgA).on(1, admitted()).on(20, reached(track.PlanApproved)).on(100, left()).
			on(100, returned()).alone(t), 900, []int{4}},
		"a plan approved before the stay": {open("case_1", orgA).on(1, reached(track.PlanApproved)).on(10, admitted()).on(100, left()).
			on(100, returned()).alone(t), 900, []int{4}},
		"a plan approved after the stay": {open("case_1", orgA).on(1, admitted()).on(100, left()).on(101, reached(track.PlanApproved)).
			on(110, returned()).alone(t), 900, []int{2}},
		"returned before leaving": {open("case_1", orgA).on(1, admitted()).on(20, reached(track.CarePlanApproved)).on(100, left()).
			on(99, returned()).alone(t), 900, []int{3}},
		"not safe after six months": {open("case_1", orgA).on(1, admitted()).on(20, reached(track.CarePlanApproved)).on(100, left()).
			on(100, returned()).on(280, followedUp(track.Month6, false)).on(470, followedUp(track.Month12, true)).on(480, reached(track.Stable)).alone(t),
			900, []int{4}},
		"two stays, one return": {open("case_1", orgA).on(1, admitted()).on(20, reached(track.CarePlanApproved)).on(30, left()).
			on(50, admitted()).on(90, left()).on(100, returned()).alone(t), 900, []int{4, 4}},
		"the follow-up of an earlier return": {open("case_1", orgA).on(1, returned()).on(170, reached(track.PlanApproved)).on(165, admitted()).on(172, left()).
			on(175, followedUp(track.Month6, true)).on(173, returned()).alone(t), 900, []int{4}},
		"a return reversed": {open("case_1", orgA).on(1, admitted()).on(20, reached(track.CarePlanApproved)).on(30, left()).
			on(30, returned()).reverse(31).alone(t), 900, []int{3}},
		"over two merged cases": {merged(t, open("case_0", orgB).on(1, admitted()).on(20, reached(track.CarePlanApproved)).on(30, left()),
			open("case_1", orgA).on(40, returned())), 900, []int{4}},
		"a later return in another case": {merged(t, open("case_0", orgB).on(1, admitted()).on(20, reached(track.CarePlanApproved)).on(30, left()).on(100, returned()),
			open("case_1", orgA).on(50, returned()).on(220, followedUp(track.Month6, true))), 900, []int{5}},
	} {
		t.Run(name, func(t *testing.T) { wantSteps(t, "REINTEGRATION", test.person, test.until, test.want) })
	}
}

func TestFunnelOfEmployment(t *testing.T) {
	ready := func() *history {
		return open("case_1", orgA).on(1, registered()).on(30, reached(track.JobReady))
	}
	for name, test := range map[string]struct {
		person cohort.Person
		want   []int
	}{
		"never registered": {open("case_1", orgA).on(10, started(employment.Contract)).alone(t), nil},
		"registered":       {open("case_1", orgA).on(1, registered()).alone(t), []int{1}},
		"trained": {open("case_1", orgA).on(1, registered()).on(10, reached(track.TrainingStarted)).on(20, reached(track.TrainingCompleted)).
			on(30, started(employment.Payslip)).alone(t), []int{3}},
		"in training": {open("case_1", orgA).on(1, registered()).on(10, reached(track.TrainingStarted)).on(30, started(employment.Payslip)).alone(t), []int{1}},
		"at work before she was ready": {open("case_1", orgA).on(1, registered()).on(10, started(employment.Contract)).on(30, reached(track.JobReady)).
			on(100, checked(employment.Day90, true)).alone(t), []int{2}},
		"without evidence": {ready().on(40, started("")).on(130, checked(employment.Day90, true)).alone(t), []int{2}},
		"retained": {ready().on(40, started(employment.Contract)).on(130, checked(employment.Day90, true)).on(220, checked(employment.Day180, true)).
			alone(t), []int{5}},
		"found gone":                {ready().on(40, started(employment.Contract)).on(130, checked(employment.Day90, false)).alone(t), []int{3}},
		"checked at 180 days alone": {ready().on(40, started(employment.Contract)).on(220, checked(employment.Day180, true)).alone(t), []int{5}},
		"checked at 365 days alone": {ready().on(40, started(employment.Contract)).on(400, checked(employment.Day365, true)).alone(t), []int{5}},
		"two jobs": {ready().on(40, started(employment.Contract)).on(60, separated(employment.LaidOff)).on(70, started(employment.Contract)).
			on(160, checked(employment.Day90, true)).alone(t), []int{4}},
	} {
		t.Run(name, func(t *testing.T) { wantSteps(t, "EMPLOYMENT", test.person, 900, test.want) })
	}
}

// TestFunnelsHaveWords proves that every step can be named in both languages, by a
// code of its own.
func TestFunnelsHaveWords(t *testing.T) {
	for _, f := range cohort.Funnels {
		codes := map[string]bool{}
		for _, s := range f.Steps {
			if codes[s.Code] || s.Code == "" || s.Label.EN == "" || s.Label.KM == "" {
				t.Errorf("%s: step %+v", f.Code, s.Label)
			}
			codes[s.Code] = true
		}
		if f.Label.EN == "" || f.Label.KM == "" {
			t.Errorf("%s has no label", f.Code)
		}
	}
	for _, s := range cohort.Subjects {
		for _, text := range []string{s.Label.EN, s.Label.KM, s.Definition.EN, s.Definition.KM} {
			if text == "" {
				t.Errorf("%s: %+v", s.Code, s)
			}
		}
	}
}

// TestFunnelNarrows proves over random histories that no step has more persons
// than the one before, that an earlier day never shows more, and that the first
// step has everybody who entered.
func TestFunnelNarrows(t *testing.T) {
	codes := []casefile.Data{admitted(), left(), returned(), reached(track.CarePlanApproved), reached(track.ReadyToLeave), reached(track.PlanApproved),
		followedUp(track.Month6, true), followedUp(track.Month6, false), reached(track.Stable), registered(), reached(track.JobReady),
		started(employment.Contract), separated(employment.LaidOff), checked(employment.Day90, true), checked(employment.Day180, true)}
	rapid.Check(t, func(t *rapid.T) {
		h := open("case_1", orgA, reporting)
		c, err := casefile.Fold(h.caseID, h.entries)
		if err != nil {
			t.Fatal(err)
		}
		day := 0
		for range rapid.IntRange(0, 25).Draw(t, "entries") {
			day += rapid.SampledFrom([]int{0, 1, 30, 90, 180}).Draw(t, "later")
			h.on(day, rapid.SampledFrom(codes).Draw(t, "data"))
			if next := c.Clone(); next.Apply(h.entries[len(h.entries)-1]) == nil {
				c = next
			} else {
				h.entries = h.entries[:len(h.entries)-1]
			}
		}
		p := cohort.Person{{Of: c, Survivor: c}}
		for _, f := range cohort.Funnels {
			early := f.Counts(f.Entrants(p, began+calendar.Day(day/2)))
			late := f.Counts(f.Entrants(p, began+calendar.Day(day)))
			for i := range late {
				if i > 0 && late[i] > late[i-1] || early[i] > late[i] {
					t.Fatalf("%s: %v, and %v earlier", f.Code, late, early)
				}
			}
		}
		if got, want := len(cohort.Funnels[0].Entrants(p, began+calendar.Day(day))), len(c.Shelter().Stays); got != want {
			t.Fatalf("%d entered, %d stays", got, want)
		}
	})
}
