package employment_test

import (
	"encoding/json"
	"slices"
	"testing"

	"onward/services/calendar"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/money"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	state   = employment.State
	step    = tracktest.Step[state]
	refusal tracktest.Refusal[state]
	stop    tracktest.Stop[state]
)

func start(newID, at string) step {
	return func(s *state) error {
		return s.LogPlacement(employment.Started{EmployerName: "Bakery", Occupation: "baker", Type: employment.FullTime}, id.Named(newID), tracktest.On(at))
	}
}

func check(placementID string, point employment.Point, employed bool, at string) step {
	return func(s *state) error {
		return s.CheckRetention(employment.RetentionChecked{PlacementID: placementID, Point: point, Employed: employed}, tracktest.On(at))
	}
}

func end(placementID, at string) step {
	return func(s *state) error {
		return s.EndPlacement(employment.Ended{PlacementID: placementID, Reason: employment.Resigned}, tracktest.On(at))
	}
}

func reach(code track.Code, at string) step {
	return func(s *state) error { return s.Reach(code, tracktest.On(at)) }
}

// TestOrder proves that checks and the end of a job come after its start, that a
// point is checked once and not too early, that several open jobs need the id,
// and that a refusal names the field to correct.
func TestOrder(t *testing.T) {
	job, other := start("a", "2026-01-01"), start("b", "2026-01-02") // DAY_90 is 1 April, DAY_180 30 June
	kept := check("", employment.Day90, true, "2026-04-01")
	tracktest.Refusals(t, []refusal{
		{"check before any start", nil, kept, "placementId", "log the start first"},
		{"check before the start's day", []step{job}, check("", employment.Day90, true, "2025-12-31"), "on", "the start"},
		{"check too early by a day", []step{job}, check("", employment.Day90, true, "2026-03-16"), "on", "DAY_90 falls on 2026-04-01"},
		{"later point too early by a day", []step{job}, check("", employment.Day180, true, "2026-06-14"), "on", "DAY_180 falls on 2026-06-30"},
		{"second check of a point", []step{job, kept}, check("", employment.Day90, false, "2026-04-02"), "point", "2026-04-01"},
		{"second check after an absence", []step{job, check("", employment.Day90, false, "2026-04-01")}, kept, "point", "2026-04-01"},
		{"check with several jobs", []step{job, other}, kept, "placementId", "say which one"},
		{"check of an ended job", []step{job, end("", "2026-02-01")}, check("a", employment.Day90, true, "2026-04-01"), "placementId", "ended on 2026-02-01"},
		{"check of an unknown job", []step{job}, check("z", employment.Day90, true, "2026-04-01"), "placementId", "no open placement"},
		{"end before any start", nil, end("", "2026-01-01"), "placementId", "log the start first"},
		{"end before the start's day", []step{job}, end("", "2025-12-31"), "on", "2026-01-01"},
		{"end before she was last at work", []step{job, kept}, end("", "2026-03-31"), "on", "2026-04-01"},
		{"end twice", []step{job, end("", "2026-02-01")}, end("a", "2026-02-01"), "placementId", "2026-02-01"},
		{"end with several jobs", []step{job, other}, end("", "2026-02-01"), "placementId", "say which one"},
		{"start 51", slices.Repeat([]step{job}, 50), other, "caseId", "at most 50 placements"},
		{"start as a milestone", nil, reach(track.Started, "2026-01-01"), "code", "logPlacement"},
		{"separation as a milestone", []step{job}, reach(track.Separated, "2026-02-01"), "code", "endPlacement"},
		{"retention as a milestone", []step{job}, reach(track.Retained90, "2026-04-01"), "code", "checkRetention"},
	})
}

// TestWindow proves that a point may be checked from 15 days before it, that a
// check that finds her gone reaches no milestone, and that hearing later that
// she left earlier is no contradiction.
func TestWindow(t *testing.T) {
	s := tracktest.After(t, start("a", "2026-01-01"), check("", employment.Day90, true, "2026-03-17"), check("", employment.Day180, false, "2026-06-15"))
	if _, ok := s.Milestones.Find(0, track.Retained90); !ok {
		t.Error("RETAINED_90 is not reached")
	}
	if m, ok := s.Milestones.Find(0, track.Retained180); ok {
		t.Errorf("a check that found her gone reached %s", m.Code())
	}
	if err := end("", "2026-05-01")(s); err != nil {
		t.Errorf("she left before the check that found her gone: %v", err)
	}
}

// TestNamed proves that an id picks the job where several are open.
func TestNamed(t *testing.T) {
	s := tracktest.After(t, start("a", "2026-01-01"), start("b", "2026-01-02"), check("b", employment.Day90, true, "2026-04-02"), end("a", "2026-05-01"),
		check("", employment.Day180, true, "2026-07-01"))
	if a, b := s.Placements[0], s.Placements[1]; len(a.Checks) != 0 || a.EndedOn != tracktest.Day("2026-05-01") || len(b.Checks) != 2 || !b.EndedOn.IsZero() {
		t.Errorf("placements: %+v", s.Placements)
	}
	if m, ok := s.Milestones.Find(1, track.Retained180); !ok || m.On != tracktest.Day("2026-07-01") {
		t.Errorf("milestones: %v", s.Milestones)
	}
}

// TestProgress proves the state of the track: an offer begins it, a year in one
// job completes it, and only the end of every job ends it.
func TestProgress(t *testing.T) {
	tracktest.Walk(t, []stop{
		{reach(track.Offered, "2025-12-01"), track.InProgress}, {start("a", "2026-01-01"), track.InProgress},
		{start("b", "2026-01-02"), track.InProgress}, {end("b", "2026-02-01"), track.InProgress},
		{end("a", "2026-02-02"), track.Ended}, {start("c", "2026-03-01"), track.InProgress},
		{check("", employment.Day365, true, "2027-03-01"), track.Completed}, {end("", "2027-04-01"), track.Completed},
		{start("d", "2027-05-01"), track.InProgress},
	})
}

// TestUnchecked proves which points wait for a check: those after the last one
// checked, of open jobs where she is not known to be gone.
func TestUnchecked(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []step
		want  []employment.Point
	}{
		{"a new job", []step{start("a", "2026-01-01")}, []employment.Point{employment.Day90, employment.Day180, employment.Day365}},
		{"a later check makes earlier ones moot", []step{start("a", "2026-01-01"), check("", employment.Day180, true, "2026-07-01")}, []employment.Point{employment.Day365}},
		{"she is gone", []step{start("a", "2026-01-01"), check("", employment.Day90, false, "2026-04-01")}, nil},
		{"the job ended", []step{start("a", "2026-01-01"), end("", "2026-02-01")}, nil},
	} {
		got := slices.Collect(tracktest.After(t, c.steps...).Unchecked())
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
			continue
		}
		for i, u := range got {
			if u.Point != c.want[i] || u.On != tracktest.Day("2026-01-01")+calendar.Day(u.Point.Days()) || u.Start.On != tracktest.Day("2026-01-01") {
				t.Errorf("%s: %s on %s since %s", c.name, u.Point, u.On, u.Start.On)
			}
		}
	}
}

// TestChecksAgree proves that the checks of one placement do not contradict each
// other: who has left it is not found at work there later.
func TestChecksAgree(t *testing.T) {
	left := []step{start("a", "2026-01-01"), check("", employment.Day180, false, "2026-06-20")}
	stays := []step{start("a", "2026-01-01"), check("", employment.Day180, true, "2026-07-01")}
	refusals := []refusal{
		{"at work after she had left", left, check("", employment.Day365, true, "2026-12-31"), "employed", "on 2026-06-20 found that she had left"},
		{"gone before she was at work", stays, check("", employment.Day90, false, "2026-04-01"), "employed", "on 2026-07-01 found her at work"},
	}
	for _, r := range refusals {
		t.Run(r.Name, tracktest.Refusal[state](r).Check)
	}
	tracktest.After(t, append(left, check("", employment.Day90, true, "2026-04-01"))...) // before she left
	tracktest.After(t, append(stays, check("", employment.Day365, false, "2026-12-31"))...)
}

// TestClone proves that a change of a copy leaves the state as it was.
func TestClone(t *testing.T) {
	s := tracktest.After(t, start("a", "2026-01-01"), check("", employment.Day90, true, "2026-04-01"))
	s.Placements[0].Checks = append(make([]employment.Check, 0, 8), s.Placements[0].Checks...)
	before, _ := json.Marshal(s)
	c := s.Clone()
	raise := employment.RetentionChecked{Point: employment.Day180, Employed: true, MonthlyWage: &money.Money{Amount: 30000, Currency: "USD"}}
	if err := c.CheckRetention(raise, tracktest.On("2026-07-01")); err != nil {
		t.Fatal(err)
	}
	if now, _ := json.Marshal(s); string(now) != string(before) {
		t.Errorf("the state became %s", now)
	}
	if got := c.Placements[0].MonthlyWage.String(); got != "300.00 USD" {
		t.Errorf("the wage as last heard is %s", got)
	}
}
