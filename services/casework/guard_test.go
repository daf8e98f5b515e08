package casework

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/outcome"
)

// TestOthersSmallPartsDoNotDiffer proves that of random histories in four quarters
// no figure of the whole programme that is shown, less the own part, is of one to
// ten others, and that none is so much more than one that lies within it; a
// figure that does not add up is shown of several quarters only where others have no
// part in it.
func TestOthersSmallPartsDoNotDiffer(t *testing.T) {
	year := calendar.Period{From: calendar.Date(2025, 1, 1), To: calendar.Date(2025, 12, 31)}
	shownOf := map[outcome.Code]int{}
	rapid.Check(t, func(t *rapid.T) {
		k := &knowledge{at: year.To.Start().AddDate(0, 0, 1), cases: slices.Values(randomCases(t, year)), directory: &directory.Snapshot{}}
		shown := map[outcome.Code][]part{}
		for from := year.From; from <= year.To; from = calendar.QuarterOf(from).To + 1 {
			for to := calendar.QuarterOf(from).To; to <= year.To; to = calendar.QuarterOf(to + 1).To {
				for code, p := range othersParts(t, k, calendar.Period{From: from, To: to}) {
					shown[code] = append(shown[code], p)
					shownOf[code]++
				}
			}
		}
		for code, parts := range shown {
			i, _ := outcome.Find(code)
			for _, a := range parts {
				if small(a.value) || small(a.base) || small(a.excluded) {
					t.Fatalf("%s tells of others: %+v", code, a)
				}
				for _, b := range parts {
					within := a != b && a.period.From <= b.period.From && b.period.To <= a.period.To
					if within && !i.AddsUp() && (a.value != 0 || a.base != 0 || a.excluded != 0) || within && (small(a.value-b.value) || small(a.base-b.base) || small(a.base-a.value-b.base+b.value)) {
						t.Fatalf("%s: %+v less %+v", code, a, b)
					}
				}
			}
		}
	})
	for _, code := range []outcome.Code{outcome.Assisted, outcome.OpenToClose, outcome.PlanWithin30} {
		if shownOf[code] == 0 {
			t.Errorf("%s is never shown", code)
		}
	}
}

// part is what others have in a figure.
type part struct {
	period                calendar.Period
	value, base, excluded int
}

// othersParts returns others' parts of the figures about people of a period that an
// organisation is shown exactly.
func othersParts(t *rapid.T, k *knowledge, p calendar.Period) map[outcome.Code]part {
	in := ImpactInput{From: p.From, To: p.To}
	whole, err := k.whole("org_1", in)
	if err != nil {
		t.Fatal(err)
	}
	own, err := k.report("org_1", in)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[outcome.Code]part{}
	for i, r := range whole.Rows {
		if r.Suppressed || !r.Indicator.Unit.AboutPeople() {
			continue
		}
		ours, o := own.Rows[i], part{period: p}
		if o.value = *r.Value - *ours.Value; r.Base != nil {
			o.base = *r.Base - *ours.Base
		}
		if r.ExcludedNoConsent != nil {
			o.excluded = *r.ExcludedNoConsent - *ours.ExcludedNoConsent
		}
		parts[r.Indicator.Code] = o
	}
	return parts
}

// randomCases are cases of two organisations, each opened, served and perhaps closed
// in a year, in some quarters more of them than in others.
func randomCases(t *rapid.T, year calendar.Period) []*casefile.Case {
	var all []*casefile.Case
	for quarter := range 4 {
		from := year.From.AddMonths(3 * quarter)
		for _, org := range []id.Organisation{"org_1", "org_2"} {
			n := rapid.SampledFrom([]int{0, 0, 3, 11, 14}).Draw(t, "cases")
			for i := range n {
				opened := from + calendar.Day(rapid.IntRange(0, 80).Draw(t, "opened"))
				all = append(all, randomCase(t, id.Case(fmt.Sprintf("case_%s%d%d", org, quarter, i)), org, opened, year.To))
			}
		}
	}
	return all
}

func randomCase(t *rapid.T, name id.Case, org id.Organisation, opened, last calendar.Day) *casefile.Case {
	var entries []casefile.Entry
	on := opened
	add := func(d casefile.Data) {
		entries = append(entries, casefile.Entry{CaseID: name, Version: len(entries) + 1, On: on, At: on.Start().Add(time.Hour), By: "worker_1", Organisation: org, Data: d})
	}
	consents := []casefile.Purpose{casefile.ForServices}
	if rapid.IntRange(0, 9).Draw(t, "consent") > 0 {
		consents = append(consents, casefile.ForReporting)
	}
	add(casefile.Opened{Population: casefile.AtRisk, Consents: consents})
	add(casefile.Accepted{})
	for range rapid.IntRange(1, 3).Draw(t, "services") {
		on = min(last, on+calendar.Day(rapid.IntRange(0, 100).Draw(t, "later")))
		add(delivery.Delivered{Service: "counselling_trauma"})
	}
	if rapid.Bool().Draw(t, "closed") {
		add(casefile.Ended{Reason: casefile.NoLongerNeeds})
	}
	c, err := casefile.Fold(name, entries)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
