package cohort_test

import (
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/outcome/cohort"
)

// byOrganisation groups by whose work the start was.
func byOrganisation(s cohort.Start) string { return string(s.At.Organisation) }

// TestGather proves that a person is in each cohort once, with her first start
// there that has consent, and that whoever has none is counted apart.
func TestGather(t *testing.T) {
	// stays is a case with stays that begin on some days and last a day.
	stays := func(h *history, days ...int) *history {
		for _, day := range days {
			h.on(day, admitted()).on(day+1, left())
		}
		return h
	}
	type group struct {
		members  []int // the days of their starts
		excluded int
	}
	for name, test := range map[string]struct {
		people []cohort.Person
		query  cohort.Query
		by     func(cohort.Start) string
		want   map[string]group
	}{
		"nobody": {nil, cohort.Query{Starts: always, Until: always.To}, nil, map[string]group{}},
		"with consent and without": {
			[]cohort.Person{stays(open("case_1", orgA, reporting), 10).alone(t), stays(open("case_2", orgA), 11).alone(t), stays(open("case_3", orgA), 12).alone(t)},
			cohort.Query{Starts: always, Until: always.To}, nil, map[string]group{"": {[]int{10}, 2}},
		},
		"once, by the first": {
			[]cohort.Person{stays(open("case_1", orgA, reporting), 10, 20, 30).alone(t)},
			cohort.Query{Starts: always, Until: always.To}, nil, map[string]group{"": {[]int{10}, 0}},
		},
		"by the first of the period": {
			[]cohort.Person{stays(open("case_1", orgA, reporting), 10, 20, 30).alone(t)},
			cohort.Query{Starts: calendar.Period{From: began + 20, To: began + 30}, Until: always.To}, nil, map[string]group{"": {[]int{20}, 0}},
		},
		"both ends count": {
			[]cohort.Person{stays(open("case_1", orgA, reporting), 20).alone(t), stays(open("case_2", orgA, reporting), 30).alone(t), stays(open("case_3", orgA, reporting), 31).alone(t)},
			cohort.Query{Starts: calendar.Period{From: began + 20, To: began + 30}, Until: always.To}, nil, map[string]group{"": {[]int{20, 30}, 0}},
		},
		"the first with consent": {
			[]cohort.Person{stays(open("case_1", orgA), 10, 20).alone(t), stays(open("case_2", orgA).
				on(5, casefile.ConsentRecorded{Purpose: reporting, Decision: casefile.Given, ExpiresOn: began + 15}), 10, 20).alone(t)},
			cohort.Query{Starts: calendar.Period{From: began, To: began + 40}, Until: always.To}, nil, map[string]group{"": {[]int{10}, 1}},
		},
		"consent withdrawn since": {
			[]cohort.Person{stays(open("case_1", orgA, reporting), 10).on(300, consented(casefile.Withdrawn)).alone(t)},
			cohort.Query{Starts: always, Until: began + 100}, nil, map[string]group{"": {nil, 1}},
		},
		"the case that speaks for her decides": {
			[]cohort.Person{merged(t, stays(open("case_0", orgA, reporting), 10), open("case_1", orgA)), merged(t, stays(open("case_2", orgA), 10), open("case_3", orgA, reporting))},
			cohort.Query{Starts: always, Until: always.To}, nil, map[string]group{"": {[]int{10}, 1}},
		},
		"transferred, with consent there alone": {
			[]cohort.Person{append(stays(open("case_0", orgA), 10).alone(t), stays(open("case_1", orgB, reporting), 20).alone(t)...)},
			cohort.Query{Starts: always, Until: always.To}, nil, map[string]group{"": {[]int{20}, 0}},
		},
		"in each group, by the first there": {
			[]cohort.Person{merged(t, stays(open("case_0", orgB), 5, 40), stays(open("case_1", orgA, reporting), 10, 20))},
			cohort.Query{Starts: always, Until: always.To}, byOrganisation, map[string]group{"org_a": {[]int{10}, 0}, "org_b": {[]int{5}, 0}},
		},
		"ungrouped once": {
			[]cohort.Person{merged(t, stays(open("case_0", orgB), 15), stays(open("case_1", orgA, reporting), 10, 20))},
			cohort.Query{Starts: always, Until: always.To}, nil, map[string]group{"": {[]int{10}, 0}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			groups := cohort.Gather(people(test.people...), funnel(t, "REINTEGRATION").Entrants, test.query, test.by)
			if len(groups) != len(test.want) {
				t.Errorf("%d groups, want %d", len(groups), len(test.want))
			}
			for name, want := range test.want {
				got := groups[name]
				if got == nil || got.ExcludedNoConsent != want.excluded || len(got.Members) != len(want.members) {
					t.Fatalf("%q: %+v, want %+v", name, got, want)
				}
				for i, m := range got.Members {
					if int(m.At.On-began) != want.members[i] {
						t.Errorf("%q: began on %s, want day %d", name, m.At.On, want.members[i])
					}
				}
			}
		})
	}
}

// TestGatherSpells proves that a curve is estimated from a group as it is.
func TestGatherSpells(t *testing.T) {
	back := func(caseID id.Case, days int) cohort.Person {
		return open(caseID, orgA, reporting).on(10, returned()).on(10+days, admitted()).alone(t)
	}
	groups := cohort.Gather(people(back("case_1", 20), back("case_2", 40), open("case_3", orgA).on(10, returned()).alone(t)),
		subject(t, "COMMUNITY_STAY").Spells, cohort.Query{Starts: always, Until: always.To}, byOrganisation)
	c := cohort.Estimate(groups["org_a"].Members)
	if c.Spells != 2 || c.Median == nil || *c.Median != 20 || groups["org_a"].ExcludedNoConsent != 1 {
		t.Errorf("curve %+v, %d left out", c, groups["org_a"].ExcludedNoConsent)
	}
}
