package career_test

import (
	"testing"

	"onward/services/career"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	state   = career.State
	step    = tracktest.Step[state]
	refusal tracktest.Refusal[state]
	stop    tracktest.Stop[state]
)

func register(at string) step {
	return func(s *state) error { return s.Register(career.Registered{SiteID: "site_1"}, tracktest.On(at)) }
}

func reach(code track.Code, at string) step {
	return func(s *state) error { return s.Reach(code, tracktest.On(at)) }
}

// TestOrder proves that a spell at a career centre begins with a registration,
// that training ends only once it began, and that a refusal names the field.
func TestOrder(t *testing.T) {
	in, ready := register("2026-03-01"), reach(track.JobReady, "2026-04-01")
	tracktest.Refusals(t, []refusal{
		{"second registration", []step{in}, register("2026-03-02"), "caseId", "2026-03-01"},
		{"registration before the last one", []step{in, ready}, register("2026-02-28"), "on", "the last registration"},
		{"milestone without a registration", nil, reach(track.SkillsAssessed, "2026-03-01"), "code", "registration"},
		{"introduction without a registration", nil, reach(track.IntroducedToEmployer, "2026-03-01"), "code", "registration"},
		{"milestone before the registration", []step{in}, reach(track.SkillsAssessed, "2026-02-28"), "on", "2026-03-01"},
		{"milestone twice", []step{in, ready}, ready, "code", "2026-04-01"},
		{"training completed, not started", []step{in}, reach(track.TrainingCompleted, "2026-04-01"), "code", "TRAINING_STARTED"},
		{"training completed before its start", []step{in, reach(track.TrainingStarted, "2026-04-02")}, reach(track.TrainingCompleted, "2026-04-01"), "on", "2026-04-02"},
		{"training started in an earlier spell only", []step{in, reach(track.TrainingStarted, "2026-03-02"), ready, register("2026-05-01")},
			reach(track.TrainingCompleted, "2026-06-01"), "code", "TRAINING_STARTED"},
		{"registration as a milestone", []step{in}, reach(track.Registered, "2026-03-01"), "code", "registerAtCareerCentre"},
	})
}

// TestProgress proves the state of the track: being ready for a job completes
// it, a new registration opens it again, and introductions may be many.
func TestProgress(t *testing.T) {
	tracktest.Walk(t, []stop{
		{register("2026-03-01"), track.InProgress},
		{reach(track.SkillsAssessed, "2026-03-01"), track.InProgress},
		{reach(track.TrainingStarted, "2026-03-02"), track.InProgress},
		{reach(track.TrainingCompleted, "2026-03-02"), track.InProgress},
		{reach(track.IntroducedToEmployer, "2026-03-03"), track.InProgress},
		{reach(track.JobReady, "2026-03-04"), track.Completed},
		{reach(track.IntroducedToEmployer, "2026-03-05"), track.Completed},
		{register("2026-03-04"), track.InProgress},
		{reach(track.JobReady, "2026-03-06"), track.Completed},
	})
}

// TestReady proves that only the last spell's readiness waits for a job.
func TestReady(t *testing.T) {
	s := tracktest.After(t, register("2026-03-01"), reach(track.JobReady, "2026-03-04"))
	if m, ok := s.Ready(); !ok || m.On != tracktest.Day("2026-03-04") {
		t.Errorf("ready on %s, %t", m.On, ok)
	}
	if err := register("2026-05-01")(s); err != nil {
		t.Fatal(err)
	}
	if m, ok := s.Ready(); ok {
		t.Errorf("a new spell is ready since %s", m.On)
	}
}

// TestClone proves that a change of a copy leaves the state as it was.
func TestClone(t *testing.T) {
	s := tracktest.After(t, register("2026-03-01"))
	s.Milestones = append(make(track.Log, 0, 8), s.Milestones...)
	c := s.Clone()
	if err := reach(track.JobReady, "2026-03-04")(&c); err != nil {
		t.Fatal(err)
	}
	if s.Progress() != track.InProgress || c.Progress() != track.Completed || s.Milestones[:2][1].Code != "" {
		t.Errorf("state %s, copy %s", s.Progress(), c.Progress())
	}
}
