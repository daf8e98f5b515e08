package demo_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"onward/cmd/onward/demo"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/outcome"
	"onward/services/stall"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/track"
)

// days are the todays on which the demo must work: the calendar's odd ones.
var days = []calendar.Day{calendar.Date(2026, 2, 28), calendar.Date(2028, 2, 29), calendar.Date(2027, 12, 31), calendar.Date(2026, 5, 31), calendar.Date(2026, 11, 24)}

// written writes the demo on a fresh store and returns its documents and cases.
func written(t *testing.T, today calendar.Day, extra int) (map[string][]byte, []*casefile.Case, *directory.Directory) {
	t.Helper()
	ctx := context.Background()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	d, _, err := directory.Open(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Write(ctx, s, d, demo.Options{Today: today, Now: today.Start().Add(11 * time.Hour), ExtraCases: extra}); err != nil {
		t.Fatalf("%s: %v", today, err)
	}
	docs, cases := map[string][]byte{}, []*casefile.Case{}
	if _, err := s.Scan(ctx, store.Cases, func(doc store.Document) error {
		c, err := casework.Read(doc)
		cases = append(cases, c)
		docs[doc.ID] = fmt.Appendf(nil, "%s %v", doc.State, doc.History)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return docs, cases, d
}

// TestFiguresOfTheSpeech proves that counting the histories gives the figures of
// the programme's report, whatever day it is.
func TestFiguresOfTheSpeech(t *testing.T) {
	want := map[outcome.Code]int{
		outcome.Assisted: 1481, outcome.ReintegrationSupport: 1288, outcome.Reintegrated: 121, outcome.ScholarshipsWomen: 152,
		outcome.ScholarshipsGirls: 180, outcome.Employed: 202, outcome.CareerCentreServed: 68, outcome.LegalRepresented: 130,
		outcome.CourtReferred: 35, outcome.Convictions: 7, outcome.Networks: 24,
	}
	_, cases, d := written(t, days[0], 0)
	report, err := outcome.Compute(slices.Values(cases), casework.Networks(d.Snapshot()), casework.Places(d.Snapshot()), outcome.Query{
		Period: calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Rows {
		if n, ok := want[r.Code]; ok && r.Value != n {
			t.Errorf("%s is %d, not %d", r.Code, r.Value, n)
		}
		if r.Code == outcome.Sustained && (r.Value == 0 || r.Value >= 121) {
			t.Errorf("SUSTAINED is %d", r.Value)
		}
	}
}

// TestLivingCaseload proves that every status and every rule in force is there
// to be tried, and that some cases stall only today.
func TestLivingCaseload(t *testing.T) {
	for _, today := range days {
		_, cases, _ := written(t, today, 0)
		statuses := map[casefile.Status]int{}
		now, yesterday := map[string]int{}, map[string]int{}
		for _, c := range cases {
			statuses[c.Status]++
			count(now, c, today)
			count(yesterday, c, today-1)
			if c.OpenedOn > today || c.UpdatedAt.After(today.Start().Add(11*time.Hour)) {
				t.Fatalf("%s is of the future", c.Code)
			}
		}
		for _, s := range casefile.Statuses {
			if statuses[s] == 0 {
				t.Errorf("%s: no case is %s", today, s)
			}
		}
		for _, kind := range []string{"NO_OWNER", "NEVER_ASSESSED", "NO_CONTACT", "ACTION_OVERDUE", "RETENTION_CHECK_MISSED", "RETURN_FOLLOW_UP_MISSED",
			"MILESTONE_DWELL SHELTER", "MILESTONE_DWELL SCHOLARSHIP", "MILESTONE_DWELL CAREER", "MILESTONE_DWELL LEGAL"} {
			if yesterday[kind] < 3 || now[kind] <= yesterday[kind] {
				t.Errorf("%s: %s: %d yesterday, %d today", today, kind, yesterday[kind], now[kind])
			}
		}
	}
}

// count counts the flags that a scan of a day would raise, dwells by track.
func count(into map[string]int, c *casefile.Case, on calendar.Day) {
	raise, _ := stall.Assess(c, on)
	for _, r := range raise {
		kind := string(r.Rule)
		if r.Rule == stall.MilestoneDwell {
			kind += " " + string(track.Code(r.Facts[0].Name).Track())
		}
		into[kind]++
	}
}

// TestSameDaySameData proves that the demo is the same for the same day.
func TestSameDaySameData(t *testing.T) {
	a, _, _ := written(t, days[1], 300)
	b, _, _ := written(t, days[1], 300)
	if !maps.EqualFunc(a, b, bytes.Equal) {
		t.Error("the same day gives different documents")
	}
	if len(a) != 1481+240+300 {
		t.Errorf("%d cases", len(a))
	}
}
