package outcome_test

import (
	"testing"
	"time"

	"onward/services/activity"
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/outcome"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
)

// TestDimensions holds what each dimension says of an event, on its day.
func TestDimensions(t *testing.T) {
	her := func() *history {
		return open("case_1", casefile.ForReporting).
			add("2020-01-02", casefile.Revised{Risk: casefile.Low, Sex: demography.Female, BirthYear: new(2008)}).
			add("2025-12-31", shelter.Admitted{SiteID: shelterHouse}).
			add("2026-01-10", casefile.Revised{Risk: casefile.High, Population: casefile.VictimConfirmed}).
			add("2026-01-10", award(scholarship.Women)).
			add("2026-10-01", delivered(casework, ""))
	}
	unknown := func() *history {
		return open("case_2", casefile.ForReporting).add("2026-01-10", delivered(casework, ""))
	}
	all := period("2025-12-01", "2026-12-31")
	for _, test := range []struct {
		by   outcome.Dimension
		want []string
	}{
		{outcome.BySite, []string{"UNKNOWN 2 0", "site_shelter 1 0"}},
		{outcome.BySex, []string{"FEMALE 1 0", "UNKNOWN 1 0"}},
		{outcome.ByAgeBand, []string{"AGE_15_17 1 0", "AGE_18_24 1 0", "UNKNOWN 1 0"}}, // 17 in 2025, 18 in 2026
		{outcome.ByRisk, []string{"HIGH 1 0", "LOW 1 0", "UNKNOWN 1 0"}},               // a later revision leaves December alone
		{outcome.ByPopulation, []string{"AT_RISK 2 0", "VICTIM_CONFIRMED 1 0"}},
		{outcome.ByTrack, []string{"NOT_APPLICABLE 2 0", "SCHOLARSHIP 1 0", "SHELTER 1 0"}},
		{outcome.ByClass, []string{"NOT_APPLICABLE 2 0", "WOMEN 1 0"}},
		{outcome.ByMonth, []string{"2025-12 1 0", "2026-01 2 0", "2026-10 1 0"}},
		{outcome.ByYear, []string{"2025 1 0", "2026 2 0"}},
		{outcome.ByFiscalYear, []string{"FY2026 2 0", "FY2027 1 0"}}, // from October
	} {
		q := outcome.Query{Period: all, GroupBy: []outcome.Dimension{test.by}, Indicators: []outcome.Code{outcome.Assisted}}
		want := make([]string, len(test.want))
		for i, line := range test.want {
			want[i] = "ASSISTED " + line
		}
		t.Run(string(test.by), func(t *testing.T) { wantRows(t, compute(t, fold(t, her(), unknown()), q), want...) })
	}

	t.Run("a fiscal year from July", func(t *testing.T) {
		q := outcome.Query{Period: all, GroupBy: []outcome.Dimension{outcome.ByFiscalYear}, Indicators: []outcome.Code{outcome.Assisted}, FiscalStart: time.July}
		h := open("case_1", casefile.ForReporting).add("2026-06-30", delivered(casework, "")).add("2026-07-01", delivered(casework, ""))
		wantRows(t, compute(t, fold(t, h), q), "ASSISTED FY2026 1 0", "ASSISTED FY2027 1 0")
	})
	t.Run("a case that lasts, in each month in which it was open", func(t *testing.T) {
		q := outcome.Query{Period: period("2026-01-15", "2026-03-31"), GroupBy: []outcome.Dimension{outcome.ByMonth}, Indicators: []outcome.Code{outcome.StallRate}}
		h := openOn("2026-01-20", "case_1", casefile.ForReporting).add("2026-02-10", raised("NO_OWNER", "2026-02-05")).add("2026-02-28", casefile.Assigned{OwnerID: "worker_1"}).
			add("2026-02-28", resolved("case_1", "NO_OWNER", "2026-02-05")).add("2026-03-01", closedFor())
		wantRows(t, compute(t, fold(t, h), q), "STALL_RATE 2026-01 0 0", "STALL_RATE 2026-02 1 0", "STALL_RATE 2026-03 0 0")
	})
	t.Run("networks", func(t *testing.T) {
		q := outcome.Query{Period: firstQuarter, GroupBy: []outcome.Dimension{outcome.BySex, outcome.BySite, outcome.ByTrack}, Indicators: []outcome.Code{outcome.Networks}}
		wantRows(t, compute(t, nil, q, outcome.Network{ID: "network_1", Organisation: orgA}), "NETWORKS NOT_APPLICABLE NOT_APPLICABLE NOT_APPLICABLE 1 0")
	})
	t.Run("activities by the sex and age of those who took part", func(t *testing.T) {
		a := done("activity_1", orgA, activity.Course, "2026-02-01", 7, "KH-1")
		q := outcome.Query{Period: firstQuarter, GroupBy: []outcome.Dimension{outcome.BySex, outcome.ByAgeBand}, Indicators: []outcome.Code{outcome.ActivityForumParticipants}}
		wantRows(t, ofLedger(t, q, a), "ACTIVITY_FORUM_PARTICIPANTS FEMALE AGE_18_24 6 0", "ACTIVITY_FORUM_PARTICIPANTS UNKNOWN UNKNOWN 1 0")
		q.GroupBy = []outcome.Dimension{outcome.ByRisk, outcome.ByClass}
		wantRows(t, ofLedger(t, q, a), "ACTIVITY_FORUM_PARTICIPANTS NOT_APPLICABLE NOT_APPLICABLE 7 0")
	})
}

// TestTotals proves that the groups' sum stands beside the whole, and that it says
// where they do not add up.
func TestTotals(t *testing.T) {
	cases := fold(t, served("case_1", casefile.ForReporting).add("2026-03-02", delivered(casework, "")).
		add("2026-02-01", reached(track.Represented)).add("2026-03-01", reached(track.Represented)), served("case_2"))
	q := outcome.Query{Period: firstQuarter, GroupBy: []outcome.Dimension{outcome.ByMonth}, Indicators: []outcome.Code{outcome.Assisted, outcome.LegalRepresented}}
	totals := compute(t, cases, q).Totals
	if a := totals[0]; len(totals) != 2 || a.Code != outcome.Assisted || a.Whole.Value != 1 || a.Whole.ExcludedNoConsent != 1 || a.Sum != 2 || a.Additive() {
		t.Errorf("persons in two months: %+v", totals)
	}
	if m := totals[1]; m.Code != outcome.LegalRepresented || m.Whole.Value != 2 || m.Sum != 2 || !m.Additive() {
		t.Errorf("matters: %+v", m)
	}
}
