package casework

import (
	"testing"

	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/release"
)

// TestPublishedFiguresKeepTheirDefinition proves that a figure of a release says what
// it meant when it was counted: by a definition of before, of an indicator that there
// is no more, and where the release has none, as it is defined now.
func TestPublishedFiguresKeepTheirDefinition(t *testing.T) {
	before := release.Content{Definitions: []release.Definition{
		{Code: outcome.StallRate, Version: 1, Unit: outcome.CaseUnit, Measure: "SHARE", Label: locale.Text{EN: "Stalled"}, Definition: locale.Text{EN: "As it was."}},
		{Code: "GONE", Version: 3, Unit: outcome.Person, Measure: "COUNT", Label: locale.Text{EN: "Gone"}, Definition: locale.Text{EN: "Counted no more."}},
	}}
	for _, c := range []struct {
		code    outcome.Code
		version int
		measure outcome.Measure
		label   string
	}{
		{outcome.StallRate, 1, outcome.Share, "Stalled"},
		{"GONE", 3, outcome.Count, "Gone"},
		{outcome.Assisted, 1, outcome.Count, "People assisted"},
	} {
		i := asPublished(before, release.Row{Code: c.code}).Indicator
		if i.Code != c.code || i.Version != c.version || i.Measure != c.measure || i.Labels.EN != c.label {
			t.Errorf("%s: %s %d %s %q", c.code, i.Code, i.Version, i.Measure, i.Labels.EN)
		}
	}
}
