package outcome_test

import (
	"slices"
	"testing"

	"onward/services/casefile"
	"onward/services/outcome"
)

// TestConfirms proves that a report which was kept before indicators were added
// or defined anew is confirmed by the rows of the others, and refused where one
// of those differs; one of today is held to its digest.
func TestConfirms(t *testing.T) {
	h := open("case_1", casefile.ForReporting).add("2026-02-01", delivered(casework, ""))
	network := outcome.Network{ID: "network_1", Organisation: orgA, ActiveFrom: day("2026-01-01")}
	now, _ := quarterly(t, []*history{h}, firstQuarter, network)
	kept := outcome.RollUp{Digest: now.Digest, Rows: now.Rows, Counted: now.Counted}
	if !kept.Confirms(now) {
		t.Error("a report does not confirm itself")
	}
	kept.Digest = "another"
	if kept.Confirms(now) {
		t.Error("another digest is confirmed")
	}

	old := outcome.RollUp{Digest: "of the first definitions", Rows: slices.DeleteFunc(slices.Clone(now.Rows), func(r outcome.Row) bool {
		return !slices.Contains(firstIndicators, r.Code)
	})}
	if !old.Confirms(now) {
		t.Error("a report of before the activities is not confirmed")
	}
	for i := range old.Rows {
		row := &old.Rows[i]
		row.Value += 5
		if stands := row.Code != outcome.Networks; old.Confirms(now) == stands { // its definition has changed
			t.Errorf("a report with another %s: confirmed %t", row.Code, stands)
		}
		row.Value -= 5
	}
	if old.Rows = old.Rows[1:]; old.Confirms(now) {
		t.Error("a report without a row is confirmed")
	}
}
