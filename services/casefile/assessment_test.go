package casefile_test

import (
	"testing"

	"onward/services/assessment"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/track/tracktest"
)

func assessed(p assessment.Purpose) assessment.Recorded {
	return assessment.Recorded{Instrument: "one", InstrumentVersion: 1, Purpose: p, Score: assessment.Score{Coverage: 100, Composite: 50}}
}

// TestAssessmentReaches proves which milestone an assessment is, that it is on the
// site of the spell, and that one which the spell has already, or which lies
// before the spell, is no second one and no refusal.
func TestAssessmentReaches(t *testing.T) {
	admitted, registered := do("2026-02-01", shelter.Admitted{SiteID: "site_7"}), do("2026-02-01", career.Registered{SiteID: "site_8"})
	for _, c := range []struct {
		name  string
		steps []step
		code  track.Code
		on    string // of the one milestone; "" where there is none
	}{
		{"needs in a stay", []step{admitted, do("2026-02-03", assessed(assessment.Needs))}, track.NeedsAssessed, "2026-02-03"},
		{"needs twice", []step{admitted, do("2026-02-03", assessed(assessment.Needs)), do("2026-02-05", assessed(assessment.Needs))}, track.NeedsAssessed, "2026-02-03"},
		{"needs after the milestone", []step{admitted, do("2026-02-02", casefile.MilestoneRecorded{Code: track.NeedsAssessed}), do("2026-02-05", assessed(assessment.Needs))}, track.NeedsAssessed, "2026-02-02"},
		{"needs before the stay", []step{admitted, do("2026-01-30", assessed(assessment.Needs))}, track.NeedsAssessed, ""},
		{"needs without a stay", []step{do("2026-02-03", assessed(assessment.Needs))}, track.NeedsAssessed, ""},
		{"needs after the stay", []step{admitted, do("2026-02-10", shelter.Left{Destination: shelter.Family}), do("2026-02-11", assessed(assessment.Needs))}, track.NeedsAssessed, ""},
		{"skills when registered", []step{registered, do("2026-02-03", assessed(assessment.Skills))}, track.SkillsAssessed, "2026-02-03"},
		{"skills twice", []step{registered, do("2026-02-03", assessed(assessment.Skills)), do("2026-02-04", assessed(assessment.Skills))}, track.SkillsAssessed, "2026-02-03"},
		{"skills before", []step{registered, do("2026-01-30", assessed(assessment.Skills))}, track.SkillsAssessed, ""},
		{"skills not registered", []step{do("2026-02-03", assessed(assessment.Skills))}, track.SkillsAssessed, ""},
		{"a risk screening", []step{admitted, registered, do("2026-02-03", assessed(assessment.RiskScreening))}, track.NeedsAssessed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := tracktest.After(t, all(active, c.steps)...)
			var found []track.Milestone
			for _, m := range append(k.Shelter().Milestones, k.Career().Milestones...) {
				if m.Code() == c.code {
					found = append(found, m)
				}
			}
			switch {
			case c.on == "" && len(found) != 0:
				t.Errorf("reached: %+v", found)
			case c.on != "" && (len(found) != 1 || found[0].On.String() != c.on || found[0].Site != "site_7" && found[0].Site != "site_8"):
				t.Errorf("reached: %+v, want one on %s", found, c.on)
			}
		})
	}
}

// TestAssessedOn proves that every assessment counts as one and as contact: the
// first day of assessment may be told later.
func TestAssessedOn(t *testing.T) {
	k := tracktest.After(t, all(active, []step{do("2026-02-10", assessed(assessment.Other)), do("2026-02-05", assessed(assessment.RiskScreening))})...)
	if k.AssessedOn.String() != "2026-02-05" || k.LastContactOn.String() != "2026-02-10" || len(k.Assessments()) != 2 {
		t.Errorf("assessed on %s, contact on %s: %+v", k.AssessedOn, k.LastContactOn, k.Assessments())
	}
}

// TestAssessmentReversed proves that what was wrong goes with its entry: the
// score, the milestone, and the quarter is free again.
func TestAssessmentReversed(t *testing.T) {
	index := assessed(assessment.ReintegrationIndex)
	history := under([]line{{"2026-02-01", index}, reverse(5), {"2026-02-02", index}}...)
	c, err := casefile.Fold("case_1", history)
	if err != nil || len(c.Assessments()) != 1 || c.AssessedOn.String() != "2026-02-02" {
		t.Errorf("%v: %+v", err, c)
	}
	if _, err := casefile.Fold("case_1", under([]line{{"2026-02-01", index}, {"2026-02-02", index}}...)); err == nil {
		t.Error("two in one quarter")
	}
}
