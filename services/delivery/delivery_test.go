package delivery_test

import (
	"slices"
	"strings"
	"testing"

	"onward/services/delivery"
	"onward/services/locale"
	"onward/services/track"
	"onward/services/track/tracktest"
	"onward/services/word"
)

// TestTaxonomy proves that the taxonomy is the fifty services of its source, each
// with a code of its own, a type, a label in both languages, the Khmer one of its
// own, and one of the groups; and that every group has a service and
// a name.
func TestTaxonomy(t *testing.T) {
	if n := len(delivery.Taxonomy); n != 50 {
		t.Errorf("%d services, want 50", n)
	}
	seen, used, khmer := map[string]bool{}, map[delivery.Group]bool{}, map[string]bool{}
	for _, s := range delivery.Taxonomy {
		if seen[s.Code] {
			t.Errorf("%s stands there twice", s.Code)
		}
		if km := s.Label(locale.KM); khmer[km] {
			t.Errorf("two services are called %s", km)
		}
		seen[s.Code], used[s.Group], khmer[s.Label(locale.KM)] = true, true, true
		for what, text := range map[string]string{"code": s.Code, "type": s.Type, "label": s.Label(locale.EN), "labelKm": s.Label(locale.KM)} {
			if text == "" || text != strings.TrimSpace(text) {
				t.Errorf("%s has the %s %q", s.Code, what, text)
			}
		}
		if !slices.Contains(delivery.Groups, s.Group) {
			t.Errorf("%s is in %q, which is no group", s.Code, s.Group)
		}
		if found, ok := delivery.Find(s.Code); !ok || found != s {
			t.Errorf("%s finds %+v", s.Code, found)
		}
	}
	for _, g := range delivery.Groups {
		if !used[g] || g.Label(locale.EN) == "" || g.Label(locale.KM) == "" {
			t.Errorf("no service is in %s, or it has no name", g)
		}
	}
}

// TestVerbatim proves that codes which other systems exchange keep their
// misspellings, and that both pairs of services with one label keep apart: the
// mapping from which the taxonomy comes loses the first of each.
func TestVerbatim(t *testing.T) {
	for code, want := range map[string]string{
		"medical_support_healt_education":                 "medical_support Health education HEALTH",
		"legal_support_prision_visitation":                "legal_support Prison visitation support LEGAL",
		"anti_trafficking_transitional_accomodation":      "anti_trafficking Transitional Accommodation PROTECTION",
		"disability_support_therapeutic_interventions":    "disability_support Therapeutic interventions HEALTH",
		"mental_health_support_therapeutic_interventions": "mental_health_support Therapeutic interventions HEALTH",
		"disability_support_therapeutic_training":         "disability_support Therapeutic training HEALTH",
		"mental_health_support_therapeutic_training":      "mental_health_support Therapeutic training HEALTH",
		"anti_trafficking_community_reintegration":        "anti_trafficking Community Reintegration Support REINTEGRATION",
	} {
		s, _ := delivery.Find(code)
		if got := s.Type + " " + s.Label(locale.EN) + " " + string(s.Group); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

func deliver(code, at string) tracktest.Step[delivery.State] {
	return func(s *delivery.State) error { return s.Deliver(delivery.Delivered{Service: code}, tracktest.On(at)) }
}

// TestOrder proves that only services of the taxonomy are recorded, and that a
// refusal names the field to correct.
func TestOrder(t *testing.T) {
	type refusal tracktest.Refusal[delivery.State]
	tracktest.Refusals(t, []refusal{
		{"unknown code", nil, deliver("counselling", "2026-03-01"), "service", "is not a code"},
		{"no code", nil, deliver("", "2026-03-01"), "service", "serviceTaxonomy"},
		{"a label is no code", nil, deliver("Trauma counselling", "2026-03-01"), "service", "is not a code"},
		{"other letters", nil, deliver("COUNSELLING_TRAUMA", "2026-03-01"), "service", "is not a code"},
	})
}

// TestDeliver proves that every service given is kept as it was recorded: the
// same one may be given again, and an earlier day may be recorded later.
func TestDeliver(t *testing.T) {
	s := tracktest.After(t, deliver("counselling_trauma", "2026-03-02"), deliver("counselling_trauma", "2026-03-02"), deliver("training_education_vocational", "2026-03-01"))
	want := delivery.State{
		{Given: word.At(delivery.Code("counselling_trauma")), Stamp: tracktest.On("2026-03-02")},
		{Given: word.At(delivery.Code("counselling_trauma")), Stamp: tracktest.On("2026-03-02")},
		{Given: word.At(delivery.Code("training_education_vocational")), Stamp: tracktest.On("2026-03-01")},
	}
	if !slices.Equal(*s, want) {
		t.Errorf("deliveries: %v", *s)
	}
}

// TestSummary proves that the summary, which more people may read than what care
// she got, does not tell that.
func TestSummary(t *testing.T) {
	d := delivery.Delivered{Service: "counselling_family", Remark: track.Remark{Note: "with her aunt"}}
	if got := d.Summary(); got != "Service delivered" {
		t.Errorf("%q", got)
	}
}

// TestClone proves that a delivery in a copy leaves the state as it was.
func TestClone(t *testing.T) {
	s := append(make(delivery.State, 0, 8), *tracktest.After(t, deliver("counselling_trauma", "2026-03-02"))...)
	c := s.Clone()
	if err := deliver("counselling_family", "2026-03-03")(&c); err != nil {
		t.Fatal(err)
	}
	if len(s) != 1 || s[:2][1].Service() != "" || len(c) != 2 {
		t.Errorf("the state became %v", s[:2])
	}
}
