package demo_test

import (
	"slices"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/outcome"
)

// TestFiguresOfTheSpeech proves that counting the histories gives the figures of
// the programme's report, whatever day it is, and that they are not trivial.
func TestFiguresOfTheSpeech(t *testing.T) {
	want := map[outcome.Code]int{
		outcome.Assisted: 1481, outcome.ReintegrationSupport: 1288, outcome.Reintegrated: 121, outcome.ScholarshipsWomen: 152,
		outcome.ScholarshipsGirls: 180, outcome.Employed: 202, outcome.CareerCentreServed: 68, outcome.LegalRepresented: 130,
		outcome.CourtReferred: 35, outcome.Convictions: 7, outcome.Networks: 24, outcome.YouthClubs: 10,
		outcome.ActivityPeopleReached: 275000, outcome.ActivityProvincesReached: 18, outcome.ActivityPoliceTrained: 180 + 100,
		outcome.ActivityTeachersTrained: 500, outcome.ActivityForumParticipants: 5850,
		outcome.ActivityRescued: 129, outcome.ActivityPartnerConvictions: 36,
	}
	for _, today := range todays {
		rows := written[today](t).count(t)
		for code, n := range want {
			if rows[code].Value != n {
				t.Errorf("%s: %s is %d, not %d", today, code, rows[code].Value, n)
			}
		}
		if n := rows[outcome.Sustained].Value; n < 60 || n > 115 {
			t.Errorf("%s: SUSTAINED is %d", today, n)
		}
		if n := rows[outcome.Assisted].ExcludedNoConsent; n != 12 {
			t.Errorf("%s: %d are left out of ASSISTED", today, n)
		}
	}
}

// TestPoliceByOrganisation proves that the two figures of police trained are those
// of two organisations: with them, all twenty figures of the speech are counted.
func TestPoliceByOrganisation(t *testing.T) {
	d := written[todays[0]](t)
	report, err := outcome.Compute(slices.Values(d.cases), casework.Beside(d.directory, d.ledger), outcome.Query{
		Period:  calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)},
		GroupBy: []outcome.Dimension{outcome.ByOrganisation}, Indicators: []outcome.Code{outcome.ActivityPoliceTrained}})
	if err != nil {
		t.Fatal(err)
	}
	var figures []int
	for _, r := range report.Rows {
		figures = append(figures, r.Value)
	}
	if slices.Sort(figures); !slices.Equal(figures, []int{100, 180}) {
		t.Errorf("police trained by organisation: %v", figures)
	}
}

// TestGroupsOfTheSpeech proves that by quarter and organisation the figures of the
// speech add up to it where each thing counted lies in one group, and that the
// totals say so where they do not: persons are in each group in which something of
// theirs counts, and networks are counted at the end of each quarter.
func TestGroupsOfTheSpeech(t *testing.T) {
	d := written[todays[0]](t)
	report, err := outcome.Compute(slices.Values(d.cases), casework.Beside(d.directory, d.ledger), outcome.Query{
		Period:  calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)},
		GroupBy: []outcome.Dimension{outcome.ByQuarter, outcome.ByOrganisation}})
	if err != nil {
		t.Fatal(err)
	}
	wholes, sums := map[outcome.Code]int{}, map[outcome.Code]int{}
	for _, r := range report.Rows {
		sums[r.Code] += r.Value
	}
	for _, total := range report.Totals {
		wholes[total.Code] = total.Whole.Value
		if total.Sum != sums[total.Code] || total.Additive() != (total.Sum == total.Whole.Value) {
			t.Errorf("%s: the total says %+v, the rows sum to %d", total.Code, total, sums[total.Code])
		}
	}
	for code, speech := range map[outcome.Code]int{outcome.ScholarshipsWomen: 152, outcome.ScholarshipsGirls: 180, outcome.LegalRepresented: 130,
		outcome.CourtReferred: 35, outcome.Convictions: 7, outcome.ActivityPoliceTrained: 280, outcome.ActivityForumParticipants: 5850} {
		if sums[code] != speech || wholes[code] != speech {
			t.Errorf("%s sums to %d and is %d, want %d", code, sums[code], wholes[code], speech)
		}
	}
	if sum, whole := sums[outcome.Assisted], wholes[outcome.Assisted]; sum <= 1481 || whole != 1481 {
		t.Errorf("ASSISTED sums to %d and is %d: many of the 1481 are in several groups", sum, whole)
	}
}

// TestSpeechIsOver proves that the programme of the speech has ended, so that
// nothing of it is due today, that its histories have some length and do not all
// look alike, and that the extra cases keep away from its years.
func TestSpeechIsOver(t *testing.T) {
	d := written[todays[0]](t)
	statuses, years, provinces, lengths := map[casefile.Status]int{}, map[int]int{}, map[string]int{}, []int{}
	for _, c := range d.cases {
		if c.OpenedOn > calendar.Date(2010, 1, 1) || c.Continues() != "" {
			continue
		}
		statuses[c.Status]++
		years[c.OpenedOn.Time().Year()]++
		provinces[d.directory.Sites[c.Site].Province]++
		lengths = append(lengths, c.Version)
		if c.Status.Open() || c.UpdatedAt.Time().After(calendar.Date(2008, 1, 1).Start()) {
			t.Errorf("%s is %s, last recorded at %s", c.Code, c.Status, c.UpdatedAt.Time())
		}
	}
	slices.Sort(lengths)
	t.Log(statuses, years, len(provinces), "provinces; entries", lengths[0], lengths[len(lengths)/2], lengths[len(lengths)-1])
	for _, s := range []casefile.Status{casefile.Closed, casefile.Transferred, casefile.Declined, casefile.Merged} {
		if statuses[s] < 5 {
			t.Errorf("only %d are %s", statuses[s], s)
		}
	}
	if len(years) != 4 || len(provinces) < 12 {
		t.Errorf("opened in %v, in provinces %v", years, provinces)
	}
	for _, c := range d.cases {
		for _, e := range d.entries[c.ID] {
			if c.OpenedOn > calendar.Date(2010, 1, 1) && e.On < c.OpenedOn {
				t.Errorf("%s: an entry of %s", c.Code, e.On)
			}
		}
	}
}
