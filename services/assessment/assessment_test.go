package assessment_test

import (
	"testing"

	"onward/services/assessment"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	step    = tracktest.Step[assessment.State]
	refusal tracktest.Refusal[assessment.State]
)

// taken records an assessment with a composite on a day.
func taken(on, instrument string, purpose assessment.Purpose, composite int) step {
	return func(s *assessment.State) error {
		at := tracktest.On(on)
		at.Entry = int32(len(*s) + 1)
		return s.Record(assessment.Recorded{Instrument: instrument, InstrumentVersion: 1, Purpose: purpose,
			Score: assessment.Score{Coverage: 100, Composite: composite, Dimensions: []assessment.DimensionScore{{Dimension: "A", Score: composite}}}}, at)
	}
}

func indexed(on string) step { return taken(on, "ris-28", assessment.ReintegrationIndex, 50) }

// TestRefusals proves that the index is taken once in a quarter, whatever
// instrument it is taken with, and that the list of assessments has an end.
func TestRefusals(t *testing.T) {
	var full []step
	for range track.Most {
		full = append(full, taken("2026-01-05", "needs", assessment.Needs, 1))
	}
	tracktest.Refusals[assessment.State](t, []refusal{
		{"twice in a quarter", []step{indexed("2026-01-01")}, indexed("2026-03-31"), "on", "2026-Q1 was taken on 2026-01-01"},
		{"an earlier day of the quarter", []step{indexed("2026-03-31")}, indexed("2026-01-01"), "on", "reverse that entry first"},
		{"with another instrument", []step{indexed("2026-01-01")}, taken("2026-02-01", "other", assessment.ReintegrationIndex, 1), "on", "taken on 2026-01-01"},
		{"one too many", full, taken("2026-01-05", "needs", assessment.Needs, 1), "caseId", "at most 50 assessments"},
	})
}

// TestQuarters proves that the rule of the quarter holds for the index alone, and
// ends with the quarter.
func TestQuarters(t *testing.T) {
	s := tracktest.After(t, indexed("2026-03-31"), indexed("2026-04-01"), indexed("2025-03-31"),
		taken("2026-03-31", "needs", assessment.Needs, 1), taken("2026-03-31", "needs", assessment.Needs, 1))
	if len(*s) != 5 {
		t.Errorf("%d assessments", len(*s))
	}
}

// TestBaseline proves that the baseline is the first by the day, not the first
// recorded, and that each instrument has its own.
func TestBaseline(t *testing.T) {
	s := tracktest.After(t, taken("2026-05-01", "a", assessment.Skills, 40), taken("2026-02-01", "a", assessment.Skills, 20),
		taken("2026-02-01", "a", assessment.Skills, 25), taken("2026-03-01", "b", assessment.Skills, 70))
	if first, ok := s.Baseline("a"); !ok || first.Composite != 20 {
		t.Errorf("a: %+v", first)
	}
	if first, ok := s.Baseline("b"); !ok || first.Composite != 70 {
		t.Errorf("b: %+v", first)
	}
	if first, ok := s.Baseline("c"); ok {
		t.Errorf("c: %+v", first)
	}
}
