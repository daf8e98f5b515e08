package legal_test

import (
	"testing"

	"onward/services/id"
	"onward/services/legal"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	state   = legal.State
	step    = tracktest.Step[state]
	refusal tracktest.Refusal[state]
	stop    tracktest.Stop[state]
)

func reach(code track.Code, matterID, at string) step {
	return func(s *state) error {
		return s.Reach(code, legal.Step{MatterID: matterID}, id.Named("m_"+at), tracktest.On(at))
	}
}

func verdict(v legal.Verdict, matterID, at string) step {
	return func(s *state) error {
		return s.Reach(track.VerdictGiven, legal.Step{MatterID: matterID, Verdict: v}, id.Named("m_"+at), tracktest.On(at))
	}
}

// TestOrder proves that a trial and a verdict follow the referral to court, that
// a verdict and its milestone go together, that several open matters need the
// id, and that a refusal names the field to correct.
func TestOrder(t *testing.T) {
	represented, court := reach(track.Represented, "", "2026-03-01"), reach(track.ReferredToCourt, "", "2026-04-01")
	second := reach(track.Represented, "", "2026-03-02")
	decided := []step{represented, court, verdict(legal.Acquittal, "", "2026-05-01")}
	tracktest.Refusals(t, []refusal{
		{"verdict milestone without a verdict", []step{represented, court}, reach(track.VerdictGiven, "", "2026-05-01"), "verdict", "is needed"},
		{"verdict with another milestone", []step{represented}, func(s *state) error {
			return s.Reach(track.Investigation, legal.Step{Verdict: legal.Conviction}, id.Named("m"), tracktest.On("2026-05-01"))
		}, "verdict", "only with"},
		{"trial without a matter", nil, reach(track.Trial, "", "2026-05-01"), "code", "REFERRED_TO_COURT"},
		{"verdict without a matter", nil, verdict(legal.Conviction, "", "2026-05-01"), "code", "REFERRED_TO_COURT"},
		{"trial before court", []step{represented}, reach(track.Trial, "", "2026-05-01"), "code", "REFERRED_TO_COURT"},
		{"verdict before court", []step{represented}, verdict(legal.Conviction, "", "2026-05-01"), "code", "REFERRED_TO_COURT"},
		{"trial before the court's day", []step{represented, court}, reach(track.Trial, "", "2026-03-31"), "on", "the referral to court"},
		{"verdict before the court's day", []step{represented, court}, verdict(legal.Discharge, "", "2026-03-31"), "on", "the referral to court"},
		{"court referral of another matter does not count", []step{represented, court, second}, reach(track.Trial, "m_2026-03-02", "2026-05-01"), "code", "REFERRED_TO_COURT"},
		{"step before the matter began", []step{represented}, reach(track.Investigation, "", "2026-02-28"), "on", "the beginning"},
		{"step twice", []step{represented, court}, reach(track.ReferredToCourt, "", "2026-04-02"), "code", "2026-04-01"},
		{"represented twice, by id", []step{represented}, reach(track.Represented, "m_2026-03-01", "2026-03-05"), "code", "2026-03-01"},
		{"second verdict, by id", decided, verdict(legal.Conviction, "m_2026-03-01", "2026-06-01"), "code", "2026-05-01"},
		{"second verdict, without id", decided, verdict(legal.Conviction, "", "2026-06-01"), "code", "REFERRED_TO_COURT"},
		{"several matters", []step{represented, second}, court, "matterId", "say which one"},
		{"unknown matter", []step{represented}, reach(track.Investigation, "z", "2026-03-02"), "matterId", "no such matter"},
	})
}

// TestMatters proves when a step begins a matter and to which it belongs: each
// representation is a matter of its own, unless one is waiting for it.
func TestMatters(t *testing.T) {
	s := tracktest.After(t, reach(track.ComplaintFiled, "", "2026-02-01"), reach(track.Represented, "", "2026-02-02"),
		reach(track.Represented, "", "2026-03-01"), reach(track.ReferredToCourt, "m_2026-03-01", "2026-04-01"),
		verdict(legal.Conviction, "m_2026-03-01", "2026-05-01"), reach(track.Investigation, "", "2026-05-02"),
		reach(track.Compensation, "m_2026-03-01", "2026-06-01"))
	if len(s.Matters) != 2 {
		t.Fatalf("matters: %+v", s.Matters)
	}
	first, second := s.Matters[0], s.Matters[1]
	if first.BeganOn != tracktest.Day("2026-02-01") || first.LastOn != tracktest.Day("2026-05-02") || first.Verdict != "" {
		t.Errorf("the first matter: %+v", first)
	}
	if second.LastOn != tracktest.Day("2026-06-01") || second.Verdict != legal.Conviction {
		t.Errorf("the second matter: %+v", second)
	}
	if w := s.NotInCourt(); len(w) != 1 || w[0].Spell != 0 || w[0].On != tracktest.Day("2026-02-02") {
		t.Errorf("not in court: %v", w)
	}
}

// TestProgress proves the state of the track: a verdict in every matter completes
// it, and compensation after the verdict begins no new matter.
func TestProgress(t *testing.T) {
	tracktest.Walk(t, []stop{
		{reach(track.Represented, "", "2026-03-01"), track.InProgress},
		{reach(track.ReferredToCourt, "", "2026-04-01"), track.InProgress},
		{reach(track.Trial, "", "2026-04-01"), track.InProgress},
		{verdict(legal.Compromised, "", "2026-04-01"), track.Completed},
		{reach(track.Compensation, "", "2026-05-01"), track.Completed},
		{reach(track.Represented, "", "2026-06-01"), track.InProgress},
		{reach(track.ReferredToCourt, "", "2026-06-02"), track.InProgress},
		{verdict(legal.Conviction, "", "2026-06-03"), track.Completed},
	})
}

// TestClone proves that a change of a copy leaves the state as it was.
func TestClone(t *testing.T) {
	s := tracktest.After(t, reach(track.Represented, "", "2026-03-01"), reach(track.ReferredToCourt, "", "2026-04-01"))
	c := s.Clone()
	if err := verdict(legal.Conviction, "", "2026-05-01")(&c); err != nil {
		t.Fatal(err)
	}
	if s.Matters[0].Verdict != "" || s.Matters[0].LastOn != tracktest.Day("2026-04-01") || c.Progress() != track.Completed {
		t.Errorf("the state became %+v, the copy %s", s.Matters[0], c.Progress())
	}
}
