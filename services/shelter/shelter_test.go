package shelter_test

import (
	"encoding/json"
	"testing"

	"onward/services/id"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	state   = shelter.State
	step    = tracktest.Step[state]
	refusal tracktest.Refusal[state]
	stop    tracktest.Stop[state]
)

func admit(at string) step {
	return func(s *state) error {
		return s.Admit(shelter.Admitted{SiteID: "site_1"}, id.Named("stay_"+at), tracktest.On(at))
	}
}

func leave(at string) step {
	return func(s *state) error { return s.Leave(shelter.Left{Destination: shelter.Family}, tracktest.On(at)) }
}

func reach(code track.Code, at string) step {
	return func(s *state) error { return s.Reach(code, tracktest.On(at)) }
}

// TestOrder proves that a stay has one admission, one leaving after it and each
// milestone once, and that a refusal names the field to correct.
func TestOrder(t *testing.T) {
	in, out := admit("2026-03-01"), leave("2026-04-01")
	tracktest.Refusals(t, []refusal{
		{"second open stay", []step{in}, admit("2026-03-02"), "caseId", "open since 2026-03-01"},
		{"admission before the last leaving", []step{in, out}, admit("2026-03-31"), "on", "2026-04-01"},
		{"leaving without a stay", nil, out, "caseId", "no open stay"},
		{"leaving twice", []step{in, out}, out, "caseId", "no open stay"},
		{"leaving before the admission", []step{in}, leave("2026-02-28"), "on", "the admission"},
		{"milestone without a stay", nil, reach(track.NeedsAssessed, "2026-03-01"), "code", "admit her"},
		{"milestone after leaving", []step{in, out}, reach(track.ReadyToLeave, "2026-03-15"), "code", "needs an open stay"},
		{"milestone before the admission", []step{in}, reach(track.SafetyPlanMade, "2026-02-28"), "on", "the admission"},
		{"milestone twice", []step{in, reach(track.CarePlanApproved, "2026-03-02")}, reach(track.CarePlanApproved, "2026-03-03"), "code", "2026-03-02"},
		{"admission as a milestone", []step{in}, reach(track.Admitted, "2026-03-01"), "code", "admitToShelter"},
		{"leaving as a milestone", []step{in}, reach(track.Left, "2026-03-01"), "code", "leaveShelter"},
	})
}

// TestSameDay proves that a stay may begin and end in a day, that the next may
// begin on the day the last one ended, and that each stay has its milestones.
func TestSameDay(t *testing.T) {
	s := tracktest.After(t, admit("2026-03-01"), reach(track.ReadyToLeave, "2026-03-01"), leave("2026-03-01"),
		admit("2026-03-01"), reach(track.ReadyToLeave, "2026-03-02"))
	if len(s.Stays) != 2 || s.Stays[0].LeftOn != tracktest.Day("2026-03-01") || !s.Stays[1].LeftOn.IsZero() {
		t.Errorf("stays: %+v", s.Stays)
	}
	if m, ok := s.Milestones.Find(1, track.ReadyToLeave); !ok || m.On != tracktest.Day("2026-03-02") {
		t.Errorf("the second stay is ready on %s", m.On)
	}
}

// TestProgress proves the state of the track through two stays, and that only an
// open stay that is not ready waits.
func TestProgress(t *testing.T) {
	tracktest.Walk(t, []stop{
		{admit("2026-03-01"), track.InProgress}, {reach(track.ReadyToLeave, "2026-03-05"), track.InProgress},
		{leave("2026-04-01"), track.Completed}, {admit("2026-05-01"), track.InProgress}, {leave("2026-06-01"), track.Completed},
	})
	for i, waits := range []bool{false, true, false, false, true} {
		s := tracktest.After(t, []step{admit("2026-03-01"), reach(track.ReadyToLeave, "2026-03-05"), leave("2026-04-01"), admit("2026-05-01")}[:i]...)
		if m, waiting := s.NotReady(); waiting != waits || waiting && m.On != s.Stays[len(s.Stays)-1].AdmittedOn {
			t.Errorf("after %d steps waiting is %t since %s", i, waiting, m.On)
		}
	}
}

// TestClone proves that a change of a copy leaves the state as it was.
func TestClone(t *testing.T) {
	s := tracktest.After(t, admit("2026-03-01"))
	before, _ := json.Marshal(s)
	c := s.Clone()
	if err := leave("2026-04-01")(&c); err != nil {
		t.Fatal(err)
	}
	if now, _ := json.Marshal(s); string(now) != string(before) {
		t.Errorf("the state became %s", now)
	}
	if _, open := c.Current(); open {
		t.Error("the copy has not changed")
	}
}
