package outcome_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/outcome"
	"onward/services/scholarship"
	"onward/services/track"
)

func period(from, to string) calendar.Period {
	return calendar.Period{From: day(from), To: day(to)}
}

// lines writes the rows as "CODE group… value leftOut".
func lines(r outcome.Report) []string {
	out := make([]string, len(r.Rows))
	for i, row := range r.Rows {
		words := []string{string(row.Code)}
		for _, g := range row.Group {
			words = append(words, g.Value)
		}
		out[i] = strings.Join(append(words, fmt.Sprint(row.Value), fmt.Sprint(row.ExcludedNoConsent)), " ")
	}
	return out
}

func wantRows(t *testing.T, r outcome.Report, want ...string) {
	t.Helper()
	if got := lines(r); !slices.Equal(got, want) {
		t.Errorf("rows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestUngrouped(t *testing.T) {
	r := compute(t, nil, outcome.Query{Period: firstQuarter, Between: &outcome.Between{From: track.Admitted, To: track.Left}})
	if len(r.Rows) != len(outcome.Registry) {
		t.Fatalf("%d rows, want one for each indicator", len(r.Rows))
	}
	for i, row := range r.Rows {
		if row.Code != outcome.Registry[i].Code || row.Indicator().Code != row.Code || row.Value != 0 || row.Group == nil || len(row.Group) != 0 {
			t.Errorf("row %d is %+v", i, row)
		}
	}

	// The days between two milestones are counted only between milestones.
	if r := compute(t, nil, outcome.Query{Period: firstQuarter}); len(r.Rows) != len(outcome.Registry)-1 || slices.ContainsFunc(r.Rows, func(row outcome.Row) bool { return row.Code == outcome.DaysBetween }) {
		t.Errorf("without milestones: %v", lines(r))
	}

	// The order of the registry, whatever the order asked for.
	wantRows(t, compute(t, nil, outcome.Query{Period: firstQuarter, Indicators: []outcome.Code{outcome.Networks, outcome.Employed, outcome.Networks}}),
		"EMPLOYED 0 0", "NETWORKS 0 0")
}

func TestGrouping(t *testing.T) {
	cases := fold(t,
		open("case_1", casefile.ForReporting).
			add("2026-02-01", delivered(casework, "")).
			add("2026-02-02", delivered(casework, farOffice)).
			add("2026-04-01", delivered(casework, nowhere)),
		openAt(orgB, "case_2").add("2026-03-31", delivered(casework, "")),
		openAt(orgX, "case_3", casefile.ForReporting).add("2026-05-01", delivered(casework, "")),
		openAt("", "case_4", casefile.ForReporting).add("2026-05-01", delivered(casework, careerCentre)))
	half := period("2026-01-01", "2026-06-30")
	assisted := []outcome.Code{outcome.Assisted}
	group := func(by ...outcome.Dimension) outcome.Report {
		return compute(t, cases, outcome.Query{Period: half, GroupBy: by, Indicators: assisted})
	}

	wantRows(t, group(), "ASSISTED 3 1")
	wantRows(t, group(outcome.ByOrganisation),
		"ASSISTED UNKNOWN 1 0", "ASSISTED org_a 1 0", "ASSISTED org_b 0 1", "ASSISTED org_x 1 0")
	// Once in each province and each quarter in which something happened.
	wantRows(t, group(outcome.ByProvince),
		"ASSISTED KH-12 2 0", "ASSISTED KH-17 1 0", "ASSISTED KH-2 0 1", "ASSISTED UNKNOWN 1 0")
	wantRows(t, group(outcome.ByQuarter), "ASSISTED 2026-Q1 1 1", "ASSISTED 2026-Q2 3 0")
	wantRows(t, group(outcome.ByPopulation), "ASSISTED AT_RISK 3 1")
	wantRows(t, group(outcome.ByQuarter, outcome.ByOrganisation, outcome.ByProvince),
		"ASSISTED 2026-Q1 org_a KH-12 1 0", "ASSISTED 2026-Q1 org_a KH-17 1 0", "ASSISTED 2026-Q1 org_b KH-2 0 1",
		"ASSISTED 2026-Q2 UNKNOWN KH-12 1 0", "ASSISTED 2026-Q2 org_a KH-12 1 0", "ASSISTED 2026-Q2 org_x UNKNOWN 1 0")

	first := group(outcome.ByProvince, outcome.ByQuarter).Rows[0].Group
	if want := []outcome.GroupValue{{Dimension: outcome.ByProvince, Value: "KH-12"}, {Dimension: outcome.ByQuarter, Value: "2026-Q1"}}; !slices.Equal(first, want) {
		t.Errorf("group %v, want %v", first, want)
	}
}

func TestGroupingKeepsTheRegistrysOrder(t *testing.T) {
	cases := fold(t,
		openAt(orgB, "case_1", casefile.ForReporting).add("2026-02-01", award(scholarship.Women)),
		open("case_2", casefile.ForReporting).add("2026-02-01", career.Registered{SiteID: careerCentre}))
	r := compute(t, cases, outcome.Query{Period: firstQuarter, GroupBy: []outcome.Dimension{outcome.ByOrganisation}})
	wantRows(t, r, "ASSISTED org_a 1 0", "ASSISTED org_b 1 0", "SCHOLARSHIPS_WOMEN org_b 1 0", "CAREER_CENTRE_SERVED org_a 1 0",
		"SCHOLARSHIPS_WOMEN_PERSONS org_b 1 0", "CONTACT_WITHIN_THRESHOLD org_a 1 0", "CONTACT_WITHIN_THRESHOLD org_b 1 0",
		"STALL_RATE org_a 0 0", "STALL_RATE org_b 0 0") // both cases are open, and neither has a flag
}

func TestPopulationIsTheSurvivingCases(t *testing.T) {
	cases := fold(t,
		open("case_1", casefile.ForReporting).add("2026-01-15", casefile.Revised{Population: casefile.VictimConfirmed}),
		served("case_2", casefile.ForReporting).into("case_1"))
	q := outcome.Query{Period: firstQuarter, GroupBy: []outcome.Dimension{outcome.ByPopulation}, Indicators: []outcome.Code{outcome.Assisted}}
	wantRows(t, compute(t, cases, q), "ASSISTED VICTIM_CONFIRMED 1 0")
}

func TestOrganisation(t *testing.T) {
	cases := fold(t,
		open("case_1", casefile.ForReporting).add("2026-02-01", delivered(casework, "")),
		openAt(orgB, "case_2", casefile.ForReporting).add("2026-02-01", delivered(casework, "")).into("case_1"))
	q := outcome.Query{Period: firstQuarter, Organisation: orgB, Indicators: []outcome.Code{outcome.Assisted, outcome.Networks}}
	wantRows(t, compute(t, cases, q, outcome.Network{ID: "network_1", Organisation: orgA}, outcome.Network{ID: "network_2", Organisation: orgB}),
		"ASSISTED 1 0", "NETWORKS 1 0")
}

func TestNetworks(t *testing.T) {
	networks := []outcome.Network{
		{ID: "network_1", Organisation: orgA, Province: "KH-12", ActiveFrom: day("2026-01-01"), ActiveTo: day("2026-03-31")},
		{ID: "network_2", Organisation: orgA, Province: "KH-17", ActiveFrom: day("2026-03-31"), ActiveTo: day("2026-05-15")},
		{ID: "network_3", Organisation: orgB, ActiveFrom: day("2026-05-15")},
		{ID: "network_4", Organisation: orgX},
		{ID: "network_1", Organisation: orgA, Province: "KH-12", ActiveFrom: day("2026-01-01"), ActiveTo: day("2026-03-31")},
	}
	count := func(p calendar.Period, by ...outcome.Dimension) outcome.Report {
		return compute(t, nil, outcome.Query{Period: p, GroupBy: by, Indicators: []outcome.Code{outcome.Networks}}, networks...)
	}
	untilMay := period("2026-01-01", "2026-05-15")

	wantRows(t, count(period("2025-01-01", "2025-12-31")), "NETWORKS 1 0") // its beginning is not known
	wantRows(t, count(firstQuarter), "NETWORKS 3 0")
	wantRows(t, count(period("2026-01-01", "2026-03-30")), "NETWORKS 2 0")
	wantRows(t, count(untilMay), "NETWORKS 3 0")
	wantRows(t, count(period("2026-01-01", "2026-05-16")), "NETWORKS 2 0")
	wantRows(t, count(untilMay, outcome.ByQuarter), "NETWORKS 2026-Q1 3 0", "NETWORKS 2026-Q2 3 0")
	wantRows(t, count(untilMay, outcome.ByProvince, outcome.ByOrganisation),
		"NETWORKS KH-17 org_a 1 0", "NETWORKS KH-2 org_b 1 0", "NETWORKS UNKNOWN org_x 1 0")
	wantRows(t, count(firstQuarter, outcome.ByPopulation), "NETWORKS UNKNOWN 3 0")
}

func TestRefusedQueries(t *testing.T) {
	tests := []struct {
		name  string
		query outcome.Query
		paths []string
	}{
		{"no period", outcome.Query{}, []string{"from"}},
		{"backwards", outcome.Query{Period: period("2026-02-01", "2026-01-31")}, []string{"to"}},
		{"no last day", outcome.Query{Period: calendar.Period{From: day("2026-02-01")}}, []string{"to"}},
		{"a dimension twice", outcome.Query{Period: firstQuarter,
			GroupBy: []outcome.Dimension{outcome.ByQuarter, outcome.ByProvince, outcome.ByQuarter}}, []string{"groupBy"}},
		{"four dimensions", outcome.Query{Period: firstQuarter, GroupBy: outcome.Dimensions}, []string{"groupBy"}},
		{"an unknown dimension", outcome.Query{Period: firstQuarter, GroupBy: []outcome.Dimension{"AGE"}}, []string{"groupBy"}},
		{"an unknown indicator, backwards", outcome.Query{Period: period("2026-02-01", "2026-01-31"), Indicators: []outcome.Code{"RESCUED"}},
			[]string{"to", "indicators"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := outcome.Compute(slices.Values([]*casefile.Case(nil)), outcome.Programme{Places: places}, test.query)
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid {
				t.Fatalf("error %v, want an Invalid fault", err)
			}
			var paths []string
			for _, field := range f.Fields {
				paths = append(paths, field.Path)
			}
			if !slices.Equal(paths, test.paths) {
				t.Errorf("fields %v, want %v", paths, test.paths)
			}
		})
	}
	oneDay := outcome.Query{Period: period("2026-02-01", "2026-02-01"), GroupBy: outcome.Dimensions[:3]}
	if _, err := outcome.Compute(slices.Values([]*casefile.Case(nil)), outcome.Programme{Places: places}, oneDay); err != nil {
		t.Errorf("a period of one day by three dimensions: %v", err)
	}
}
