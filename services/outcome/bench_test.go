package outcome_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/outcome"
	"onward/services/register"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
)

// budgetSeconds is the figure to hold for benchCases cases on one core.
const (
	benchCases    = 100_000
	budgetSeconds = 1.0
)

// programme writes n cases of some ten entries over five years, at 40
// organisations with two sites each; one case in fifty is merged into the one
// before it.
func programme(b *testing.B, n int) []*casefile.Case {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	cases := make([]*casefile.Case, n)
	for i := range cases {
		org := random.IntN(40)
		h := openAt(id.Organisation(fmt.Sprintf("org_%026d", org)), id.Case(fmt.Sprintf("case_%026d", i)))
		h.entries[0].Organisation = id.Intern(h.entries[0].Organisation)
		if i%10 != 0 {
			h.add("2020-01-01", consented(casefile.Given, 0))
		}
		life(h, random, id.Site(fmt.Sprintf("site_%d_%d", org, i%2)))
		if i%50 == 49 {
			h.add("2026-12-31", merged(cases[i-1].ID))
		}
		cases[i] = h.fold(b)
	}
	return cases
}

// life adds some ten entries of one of four lives.
func life(h *history, random *rand.Rand, site id.Site) {
	on := day("2020-02-01") + calendar.Day(random.IntN(5*365))
	next := func(data casefile.Data) {
		on += calendar.Day(1 + random.IntN(60))
		h.add(on.String(), data)
	}
	next(delivered(casework, site))
	switch random.IntN(4) {
	case 0:
		next(shelter.Admitted{SiteID: site})
		next(reached(track.SafetyPlanMade))
		next(reached(track.NeedsAssessed))
		next(shelter.Left{Destination: shelter.Family})
		next(returned())
		on += 180
		next(followUp(track.Month6, true, &yes))
	case 1:
		next(reached(track.Applied))
		next(award(scholarship.Women))
		next(scholarship.Enrolment{})
		next(scholarship.TermCheck{Term: "1", Attendance: scholarship.Regular, Completed: true})
		next(scholarship.TermCheck{Term: "2", Attendance: scholarship.Regular})
	case 2:
		next(career.Registered{SiteID: site})
		next(reached(track.SkillsAssessed))
		next(reached(track.JobReady))
		next(started(employment.Contract))
		next(delivered(reunification, site))
	case 3:
		next(legalStep(track.Represented, "", ""))
		next(legalStep(track.ComplaintFiled, "", ""))
		next(legalStep(track.ReferredToCourt, "", ""))
		next(legalStep(track.VerdictGiven, "", legal.Conviction))
		next(delivered(reunification, ""))
	}
	next(delivered(casework, ""))
	next(delivered("counselling_trauma", site))
}

// directoryOf returns places that know every site of the programme.
func directoryOf() outcome.Places {
	p := outcome.Places{SiteProvince: map[id.Site]string{}, OrganisationProvince: map[id.Organisation]string{}, CareerCentre: map[id.Site]bool{}}
	for org := range 40 {
		p.OrganisationProvince[id.Organisation(fmt.Sprintf("org_%026d", org))] = fmt.Sprintf("KH-%d", org%25)
		for s := range 2 {
			site := id.Site(fmt.Sprintf("site_%d_%d", org, s))
			p.SiteProvince[site], p.CareerCentre[site] = fmt.Sprintf("KH-%d", (org+s)%25), s == 0
		}
	}
	return p
}

// BenchmarkImpact counts every indicator over 100,000 cases in one goroutine, as
// a share of the budget of one second.
func BenchmarkImpact(b *testing.B) {
	cases, places := programme(b, benchCases), directoryOf()
	entries := 0
	for _, c := range cases {
		entries += c.Version
	}
	five := period("2020-01-01", "2025-12-31")
	for _, bench := range []struct {
		name  string
		query outcome.Query
	}{
		{"ORGANISATION-QUARTER", outcome.Query{Period: five, GroupBy: []outcome.Dimension{outcome.ByOrganisation, outcome.ByQuarter}}},
		{"PROVINCE-QUARTER-POPULATION", outcome.Query{Period: five,
			GroupBy: []outcome.Dimension{outcome.ByProvince, outcome.ByQuarter, outcome.ByPopulation}}},
		{"ungrouped", outcome.Query{Period: five}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			rows := 0
			for b.Loop() {
				r, err := outcome.Compute(slices.Values(cases), outcome.Programme{Places: places}, bench.query)
				if err != nil {
					b.Fatal(err)
				}
				rows = len(r.Rows)
			}
			seconds := b.Elapsed().Seconds() / float64(b.N)
			b.ReportMetric(seconds*1000, "ms/report")
			b.ReportMetric(benchCases/seconds, "cases/s")
			b.ReportMetric(seconds/budgetSeconds, "of-budget")
			b.ReportMetric(float64(entries)/benchCases, "entries/case")
			b.ReportMetric(float64(rows), "rows")
		})
	}
}

// BenchmarkRunning takes 100 changes among 100,000 cases into figures by
// organisation and quarter, as a share of the budget of ten milliseconds.
func BenchmarkRunning(b *testing.B) {
	const changes, budget = 100, 0.010
	cases, places := programme(b, benchCases), directoryOf()
	r := register.New()
	r.Load(cases)
	q := outcome.Query{Period: period("2020-01-01", "2025-12-31")}
	beside := outcome.Programme{Places: places}
	running, err := outcome.NewRunning(r.Snapshot(), beside, q, [][]outcome.Dimension{{outcome.ByOrganisation, outcome.ByQuarter}})
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for b.Loop() {
		b.StopTimer()
		for range changes {
			was, _ := r.Snapshot().Case(cases[random.IntN(len(cases))].ID)
			next := was.Clone()
			if err := next.Apply(casefile.Entry{CaseID: next.ID, Version: next.Version + 1, On: day("2025-06-01"), Organisation: next.Organisation,
				Data: delivered(casework, next.Site)}); err != nil {
				continue // it is closed or merged
			}
			r.Apply(next)
		}
		b.StartTimer()
		if _, whole, err := running.Update(r.Snapshot(), beside, q.Period.To); err != nil || whole {
			b.Fatal(whole, err)
		}
	}
	seconds := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(seconds*1000, "ms/update")
	b.ReportMetric(seconds/budget, "of-budget")
}
