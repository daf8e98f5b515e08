package casework_test

import (
	"errors"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/page"
)

// TestTargetsOfShares proves that the numbers of a share are percentages, that the
// field which is not is named, and that other figures have no such bound.
func TestTargetsOfShares(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	period := calendar.Period{From: calendar.Date(2026, 1, 1), To: calendar.Date(2026, 12, 31)}
	number := func(f float64) *float64 { return &f }
	for name, test := range map[string]struct {
		code             directory.Indicator
		baseline, target *float64
		field            string
	}{
		"none":                 {"STALL_RATE", nil, number(0), ""},
		"all":                  {"PLAN_WITHIN_30_DAYS", number(0), number(100), ""},
		"more than all":        {"STALL_RATE", nil, number(100.5), "target"},
		"less than none":       {"STALL_RATE", nil, number(-1), "target"},
		"a baseline above all": {"STALL_RATE", number(101), number(90), "baseline"},
		"a baseline below":     {"STALL_RATE", number(-0.1), number(90), "baseline"},
		"a count":              {"ASSISTED", number(120), number(300), ""},
		"no indicator":         {"RESCUED", nil, number(3), "indicator"},
	} {
		_, err := r.casework.SetTarget(t.Context(), r.view(admin), directory.SetTargetInput{Request: directory.Request{RequestID: name},
			Indicator: test.code, From: period.From, To: period.To, Baseline: test.baseline, Target: test.target, Reason: "the plan"})
		var f *fault.Error
		if test.field == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		} else if test.field != "" && (!fault.Is(err, fault.Invalid) || !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Path != test.field) {
			t.Errorf("%s: %v, want INVALID of %s", name, err, test.field)
		}
	}
}

// TestTargetsOfWhatIsCountedNoMore proves that a target of an indicator that there
// is no more breaks nothing: it is listed to nobody and judged by nobody, and is
// named to the operator.
func TestTargetsOfWhatIsCountedNoMore(t *testing.T) {
	s, today := twoOrganisations(t), calendar.DayOf(now)
	r := newReplica(t, s, false)
	last := calendar.QuarterOf(calendar.QuarterOf(today).From - 1)
	r.setTarget(t, admin, "gone", "COUNTED_NO_MORE", last, 9)
	r.setTarget(t, admin, "there", "ASSISTED", last, 9)
	v := r.view(admin)
	list, err := v.ListTargets(nil, page.Args{})
	if err != nil || list.TotalCount != 1 || list.Nodes()[0].Indicator != "ASSISTED" {
		t.Fatalf("%+v, %v", list, err)
	}
	r.rollUp(t, s, today)
	if got := r.figures(t, admin); len(got) != 1 {
		t.Errorf("the worklist: %v", got)
	}
	if got := casework.OrphanedTargets(v.Directory); len(got) != 1 || !strings.Contains(got[0], "COUNTED_NO_MORE") {
		t.Errorf("named: %v", got)
	}
	wantDifferences(t, s, 0)
}
