package scholarship_test

import (
	"encoding/json"
	"testing"

	"onward/services/id"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	state   = scholarship.State
	step    = tracktest.Step[state]
	refusal tracktest.Refusal[state]
	stop    tracktest.Stop[state]
)

func apply(at string) step {
	return func(s *state) error { return s.Apply(id.Named("app_"+at), tracktest.On(at)) }
}

func award(newID, at string) step {
	return func(s *state) error {
		return s.Award(scholarship.Award{Class: scholarship.Women, Level: scholarship.Bachelor, School: "Lycée"}, id.Named(newID), tracktest.On(at))
	}
}

func enrol(scholarshipID, at string) step {
	return func(s *state) error {
		return s.Enrol(scholarship.Enrolment{ScholarshipID: scholarshipID, Grade: "10"}, tracktest.On(at))
	}
}

func term(scholarshipID, name string, found scholarship.Attendance, completed bool, at string) step {
	return func(s *state) error {
		return s.RecordTerm(scholarship.TermCheck{ScholarshipID: scholarshipID, Term: sealed.Text(name), Attendance: found, Completed: completed}, tracktest.On(at))
	}
}

func end(scholarshipID string, ending scholarship.Ending, at string) step {
	return func(s *state) error {
		return s.End(scholarship.End{ScholarshipID: scholarshipID, Ending: ending}, tracktest.On(at))
	}
}

// TestOrder proves the way of an award: application, award, enrolment, terms,
// ending, each in its time; a refusal names the field to correct.
func TestOrder(t *testing.T) {
	given := award("a", "2026-03-01")
	second := award("b", "2026-03-02")
	at := enrol("", "2026-04-01")
	first := term("", "T1", scholarship.Regular, true, "2026-05-01")
	tracktest.Refusals(t, []refusal{
		{"second application", []step{apply("2026-02-01")}, apply("2026-02-02"), "code", "2026-02-01"},
		{"award before the application", []step{apply("2026-03-02")}, given, "on", "the application"},
		{"enrolment before an award", nil, at, "scholarshipId", "award the scholarship first"},
		{"enrolment on an application", []step{apply("2026-02-01")}, at, "scholarshipId", "no open award"},
		{"enrolment on a named application", []step{apply("2026-02-01")}, enrol("app_2026-02-01", "2026-04-01"), "scholarshipId", "not an open award"},
		{"enrolment before the award's day", []step{given}, enrol("", "2026-02-28"), "on", "the award"},
		{"enrolment twice", []step{given, at}, at, "scholarshipId", "2026-04-01"},
		{"enrolment with several awards", []step{given, second}, at, "scholarshipId", "say which one"},
		{"enrolment on an unknown award", []step{given}, enrol("z", "2026-04-01"), "scholarshipId", "no open award"},
		{"enrolment on an ended award", []step{given, end("", scholarship.Withdrawn, "2026-03-05")}, enrol("a", "2026-04-01"), "scholarshipId", "not an open award"},
		{"term before an award", nil, first, "scholarshipId", "no open award"},
		{"term before the enrolment", []step{given}, first, "scholarshipId", "not enrolled yet"},
		{"term before the enrolment's day", []step{given, at}, term("", "T1", scholarship.Regular, false, "2026-03-31"), "on", "the enrolment"},
		{"term twice", []step{given, at, first}, term("", "T1", scholarship.Irregular, false, "2026-06-01"), "term", "recorded already"},
		{"term completed while not enrolled", []step{given, at}, term("", "T1", scholarship.NotEnrolled, true, "2026-05-01"), "completed", "not enrolled"},
		{"term with several awards", []step{given, at, second}, first, "scholarshipId", "say which one"},
		{"graduation without enrolment", []step{given}, end("", scholarship.Graduated, "2026-06-01"), "ending", "enrolled"},
		{"graduation of nobody", nil, end("", scholarship.Graduated, "2026-06-01"), "scholarshipId", "no open award"},
		{"denial without an application", nil, end("", scholarship.Denied, "2026-06-01"), "ending", "none is waiting"},
		{"waiting list without an application", []step{given}, end("", scholarship.Waitlisted, "2026-06-01"), "ending", "none is waiting"},
		{"denial of a named award", []step{given, apply("2026-03-05")}, end("a", scholarship.Denied, "2026-06-01"), "scholarshipId", "waiting application"},
		{"denial of an unknown application", []step{apply("2026-03-05")}, end("z", scholarship.Denied, "2026-06-01"), "scholarshipId", "waiting application"},
		{"denial before the application's day", []step{apply("2026-03-05")}, end("", scholarship.Denied, "2026-03-04"), "on", "2026-03-05"},
		{"ending before the enrolment", []step{given, at}, end("", scholarship.DroppedOut, "2026-03-31"), "on", "2026-04-01"},
		{"ending twice", []step{given, end("", scholarship.Withdrawn, "2026-04-01")}, end("a", scholarship.Withdrawn, "2026-04-02"), "scholarshipId", "not an open award"},
		{"ending with several awards", []step{given, second}, end("", scholarship.Withdrawn, "2026-04-01"), "scholarshipId", "say which one"},
	})
}

// TestNamed proves that an id picks the award where several are open, and leaves
// the others alone.
func TestNamed(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-03-01"), award("b", "2026-03-02"), enrol("b", "2026-04-01"),
		term("b", "T1", scholarship.Regular, true, "2026-05-01"), term("b", "T2", scholarship.NotEnrolled, false, "2026-06-01"),
		end("a", scholarship.Withdrawn, "2026-07-01"), term("", "T3", scholarship.Regular, false, "2026-08-01"))
	a, b := s.Scholarships[0], s.Scholarships[1]
	if !a.EnrolledOn.IsZero() || len(a.Terms) != 0 || a.Ending != scholarship.Withdrawn {
		t.Errorf("the other award: %+v", a)
	}
	if b.EnrolledOn != tracktest.Day("2026-04-01") || len(b.Terms) != 3 || b.Grade != "10" || b.School != "Lycée" || !b.EndedOn.IsZero() {
		t.Errorf("the named award: %+v", b)
	}
	if got := len(s.Milestones); got != 8 { // 2 awards, 1 enrolment, 3 checks, 1 completed, 1 ending
		t.Errorf("%d milestones: %v", got, s.Milestones)
	}
}

// TestProgress proves the state of the track, of which the last spell counts.
func TestProgress(t *testing.T) {
	tracktest.Walk(t, []stop{
		{apply("2026-01-01"), track.InProgress},
		{end("", scholarship.Waitlisted, "2026-01-10"), track.Ended},
		{award("a", "2026-02-01"), track.InProgress},
		{enrol("", "2026-02-02"), track.InProgress},
		{end("", scholarship.Suspended, "2026-02-03"), track.Ended},
		{apply("2026-03-01"), track.InProgress},
		{award("", "2026-03-05"), track.InProgress},
		{enrol("", "2026-03-06"), track.InProgress},
		{end("", scholarship.Graduated, "2026-07-01"), track.Completed},
	})
}

// TestApplicationAwarded proves that an award answers the waiting application:
// one spell, not two; and that only an award without enrolment waits.
func TestApplicationAwarded(t *testing.T) {
	s := tracktest.After(t, apply("2026-01-01"), award("x", "2026-02-01"))
	if len(s.Scholarships) != 1 || s.Scholarships[0].ID() != "app_2026-01-01" || s.Scholarships[0].AwardedOn != tracktest.Day("2026-02-01") {
		t.Errorf("scholarships: %+v", s.Scholarships)
	}
	if w := s.NotEnrolled(); len(w) != 1 || w[0].On != tracktest.Day("2026-02-01") {
		t.Errorf("waiting: %v", w)
	}
	if err := enrol("", "2026-02-02")(s); err != nil || len(s.NotEnrolled()) != 0 {
		t.Errorf("after the enrolment waiting: %v, %v", s.NotEnrolled(), err)
	}
}

// TestClone proves that a change of a copy leaves the state as it was.
func TestClone(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-03-01"), enrol("", "2026-03-01"), term("", "T1", scholarship.Regular, false, "2026-04-01"))
	s.Scholarships[0].Terms = append(make([]scholarship.TermResult, 0, 8), s.Scholarships[0].Terms...)
	before, _ := json.Marshal(s)
	c := s.Clone()
	for _, do := range []step{term("", "T2", scholarship.Irregular, true, "2026-05-01"), end("", scholarship.Expelled, "2026-06-01")} {
		if err := do(&c); err != nil {
			t.Fatal(err)
		}
	}
	if now, _ := json.Marshal(s); string(now) != string(before) || len(c.Scholarships[0].Terms) != 2 {
		t.Errorf("the state became %s", now)
	}
}
