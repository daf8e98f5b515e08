package attention_test

import (
	"fmt"
	"slices"
	"testing"

	"onward/services/attention"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/reintegration"
	"onward/services/shelter"
	"onward/services/track"
)

// asOf is the day of the comparisons: the cohort of 2025 against that of 2024.
var asOf = day("2026-01-15")

// returns writes the case of somebody who came back to the community on a day, was
// met half a year later, and is admitted again some days after the return, or never.
func returns(t *testing.T, name string, org id.Organisation, on calendar.Day, again int, consents ...casefile.Purpose) *casefile.Case {
	t.Helper()
	data := []casefile.Data{casefile.Opened{Population: casefile.AtRisk, Consents: consents}, casefile.Accepted{},
		reintegration.Returned{LivingWith: reintegration.Parents}}
	days := []calendar.Day{on - 10, on - 10, on}
	if again > 0 {
		data, days = append(data, shelter.Admitted{SiteID: "site_1"}), append(days, on+calendar.Day(again))
	} else {
		data = append(data, followup.Recorded{Point: track.Unscheduled, Method: followup.Phone, ContactMade: true})
		days = append(days, on+180)
	}
	var entries []casefile.Entry
	for i, d := range data {
		entries = append(entries, casefile.Entry{CaseID: id.Case(name), Version: i + 1, On: days[i], At: days[i].Start(), By: "worker_1", Organisation: org, Data: d})
	}
	c, err := casefile.Fold(id.Case(name), entries)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// year are the cases of a number of people who came back in a year, of whom some
// were admitted again within it.
func year(t *testing.T, org id.Organisation, from string, persons, again int, consents ...casefile.Purpose) (all []*casefile.Case) {
	t.Helper()
	for n := range persons {
		days := 0
		if n < again {
			days = 20 + n
		}
		all = append(all, returns(t, fmt.Sprintf("case_%s_%s_%d", org, from, n), org, day(from)+calendar.Day(n), days, consents...))
	}
	return all
}

// TestCohorts proves which cohorts are found: those of 11 persons with consent or
// more, in both years, that fall behind by more than chance.
func TestCohorts(t *testing.T) {
	const reporting = casefile.ForReporting
	late, early, before := "2025-02-01", "2024-02-01", "2023-02-01"
	for name, test := range map[string]struct {
		cases [][]*casefile.Case
		found bool
	}{
		"worse":                  {[][]*casefile.Case{year(t, "org_1", late, 14, 9, reporting), year(t, "org_1", early, 15, 1, reporting)}, true},
		"better":                 {[][]*casefile.Case{year(t, "org_1", late, 14, 1, reporting), year(t, "org_1", early, 15, 9, reporting)}, false},
		"alike":                  {[][]*casefile.Case{year(t, "org_1", late, 14, 5, reporting), year(t, "org_1", early, 15, 5, reporting)}, false},
		"eleven":                 {[][]*casefile.Case{year(t, "org_1", late, 11, 9, reporting), year(t, "org_1", early, 11, 1, reporting)}, true},
		"ten now":                {[][]*casefile.Case{year(t, "org_1", late, 10, 9, reporting), year(t, "org_1", early, 15, 1, reporting)}, false},
		"ten before":             {[][]*casefile.Case{year(t, "org_1", late, 14, 9, reporting), year(t, "org_1", early, 10, 0, reporting)}, false},
		"nobody before":          {[][]*casefile.Case{year(t, "org_1", late, 14, 9, reporting)}, false},
		"without consent":        {[][]*casefile.Case{year(t, "org_1", late, 14, 9), year(t, "org_1", early, 15, 1, reporting)}, false},
		"two years before":       {[][]*casefile.Case{year(t, "org_1", late, 14, 9, reporting), year(t, "org_1", before, 15, 1, reporting)}, false},
		"another organisation's": {[][]*casefile.Case{year(t, "org_1", late, 14, 9, reporting), year(t, "org_2", early, 15, 1, reporting)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			all := attention.Cohorts(outcome.Persons(slices.Values(slices.Concat(test.cases...))), asOf)
			found := all["org_1"]
			if len(all["org_2"]) != 0 || (len(found) == 1) != test.found || len(found) > 1 {
				t.Fatalf("found %+v", all)
			}
			if !test.found {
				return
			}
			c := found[0].Cohort
			if found[0].Reason != attention.CohortBehind || c.Subject != "COMMUNITY_STAY" || c.From != day("2025-01-01") || c.To != day("2025-12-31") ||
				c.Ended != 9 || c.Persons != len(test.cases[0]) || c.PersonsBefore != len(test.cases[1]) || !(c.Expected < 9 && c.P <= 0.05 && c.P > 0) {
				t.Errorf("found %+v", c)
			}
		})
	}
}

// TestCohortsOfOneDayAreOneFamily proves that a difference which one comparison would
// show is not found among many, where chance makes it as likely as not, and that a
// greater one is, as are several of its size.
func TestCohortsOfOneDayAreOneFamily(t *testing.T) {
	const reporting = casefile.ForReporting
	pair := func(n, late, early int) []*casefile.Case {
		org := id.Organisation(fmt.Sprint("org_", n))
		return append(year(t, org, "2025-02-01", 20, late, reporting), year(t, org, "2024-02-01", 20, early, reporting)...)
	}
	const slightly, plainly, alike = 10, 18, 3
	for name, test := range map[string]struct {
		of    []int // how many were admitted again of the cohort of each organisation; of the one before, 3
		found int
	}{
		"one alone":              {[]int{slightly}, 1},
		"one of twenty":          {append(slices.Repeat([]int{alike}, 19), slightly), 0},
		"a plain one of twenty":  {append(slices.Repeat([]int{alike}, 19), plainly), 1},
		"all of twenty":          {slices.Repeat([]int{slightly}, 20), 20},
		"twenty that are alike":  {slices.Repeat([]int{alike}, 20), 0},
		"one among the plain":    {append(slices.Repeat([]int{plainly}, 19), slightly), 20},
		"twenty that are better": {slices.Repeat([]int{0}, 20), 0},
	} {
		t.Run(name, func(t *testing.T) {
			var cases []*casefile.Case
			for n, late := range test.of {
				cases = append(cases, pair(n, late, 3)...)
			}
			if found := attention.Cohorts(outcome.Persons(slices.Values(cases)), asOf); len(found) != test.found {
				t.Errorf("found %d: %+v", len(found), found)
			}
		})
	}
}
