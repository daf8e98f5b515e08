package cohort_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"onward/services/calendar"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/outcome/cohort"
	"onward/services/scholarship"
	"onward/services/track"
)

const benchCases = 100_000

// programme writes n persons with one case each, at 40 organisations, over five
// years: a third each with a stay and a return, a job, and a scholarship.
func programme(b *testing.B, n int) []cohort.Person {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	all := make([]cohort.Person, n)
	for i := range all {
		h := open(id.Case(fmt.Sprintf("case_%026d", i)), id.Organisation(fmt.Sprintf("org_%d", i%40)), reporting)
		day := random.IntN(5 * 365)
		step := func(most int) int { day += 1 + random.IntN(most); return day }
		switch i % 3 {
		case 0:
			h.on(day, admitted()).on(step(30), reached(track.CarePlanApproved)).on(step(200), left()).on(day, returned())
			if random.IntN(4) == 0 {
				h.on(step(400), admitted())
			} else {
				h.on(step(30)+180, followedUp(track.Month6, true)).on(day+200, reached(track.Stable))
			}
		case 1:
			h.on(day, registered()).on(step(60), reached(track.JobReady)).on(step(60), started(employment.Contract)).on(day+90, checked(employment.Day90, true))
			if random.IntN(3) == 0 {
				h.on(day+90+random.IntN(300), separated(employment.LaidOff))
			}
		case 2:
			h.on(day, award()).on(step(30), scholarship.Enrolment{}).on(step(120), term("1", scholarship.Regular))
			if random.IntN(5) == 0 {
				h.on(step(400), endedWith(scholarship.DroppedOut))
			}
		}
		all[i] = h.alone(b)
	}
	return all
}

// BenchmarkCohorts makes every curve and every funnel of 100,000 cases, by
// organisation, on one core.
func BenchmarkCohorts(b *testing.B) {
	all := programme(b, benchCases)
	q := cohort.Query{Starts: calendar.Period{From: began, To: began + 5*365}, Until: began + 7*365}
	per := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/100000-cases")
	}
	b.Run("curves", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, s := range cohort.Subjects {
				for _, g := range cohort.Gather(slices.Values(all), s.Spells, q, byOrganisation) {
					cohort.Shown(cohort.Estimate(g.Members), 11)
				}
			}
		}
		per(b)
	})
	b.Run("funnels", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, f := range cohort.Funnels {
				for _, g := range cohort.Gather(slices.Values(all), f.Entrants, q, byOrganisation) {
					f.Counts(g.Members)
				}
			}
		}
		per(b)
	})
}
