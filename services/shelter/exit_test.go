package shelter_test

import (
	"testing"

	"onward/services/shelter"
	"onward/services/track/tracktest"
)

var yes, no = true, false

func leaveFor(l shelter.Left, at string) step {
	return func(s *state) error { return s.Leave(l, tracktest.On(at)) }
}

func judge(j shelter.ExitJudged, at string) step {
	return func(s *state) error {
		j.StayID = "stay_2026-03-01"
		return s.JudgeExit(j, tracktest.On(at))
	}
}

// TestJudgeExitOrder proves that a leaving is judged after it, and that what is
// recorded already is not overwritten.
func TestJudgeExitOrder(t *testing.T) {
	in, blank := admit("2026-03-01"), leave("2026-04-01")
	full := leaveFor(shelter.Left{Destination: shelter.Family, DestinationConfirmed: &no, SafeInWorkersView: &yes, SafeInSurvivorsView: &no}, "2026-04-01")
	lost := leaveFor(shelter.Left{Destination: shelter.UnknownDestination}, "2026-04-01")
	safe := judge(shelter.ExitJudged{SafeInWorkersView: &yes}, "2026-04-02")
	tracktest.Refusals(t, []refusal{
		{"without a stay", nil, safe, "stayId", "no such stay"},
		{"while she stays", []step{in}, safe, "stayId", "leaveShelter"},
		{"before she left", []step{in, blank}, judge(shelter.ExitJudged{SafeInWorkersView: &yes}, "2026-03-31"), "on", "2026-04-01"},
		{"the worker's view twice", []step{in, full}, safe, "safeInWorkersView", "recorded already"},
		{"the worker's view again", []step{in, blank, safe}, safe, "safeInWorkersView", "recorded already"},
		{"her view twice", []step{in, full}, judge(shelter.ExitJudged{SafeInSurvivorsView: &yes}, "2026-04-02"), "safeInSurvivorsView", "recorded already"},
		{"another destination", []step{in, blank}, judge(shelter.ExitJudged{Destination: shelter.GroupHome}, "2026-04-02"), "destination", "recorded already"},
		{"no destination still", []step{in, lost}, judge(shelter.ExitJudged{Destination: shelter.UnknownDestination}, "2026-04-02"), "destination", "nothing new"},
		{"confirmed twice", []step{in, full}, judge(shelter.ExitJudged{DestinationConfirmed: &yes}, "2026-04-02"), "destinationConfirmed", "recorded already"},
	})
}

// TestJudgeExit proves what a judgement completes, and that it leaves the rest.
func TestJudgeExit(t *testing.T) {
	s := tracktest.After(t, admit("2026-03-01"), leaveFor(shelter.Left{Destination: shelter.UnknownDestination, DestinationConfirmed: &no}, "2026-04-01"),
		judge(shelter.ExitJudged{SafeInWorkersView: &no}, "2026-04-02"),
		admit("2026-05-01"),
		judge(shelter.ExitJudged{Destination: shelter.ExtendedFamily, DestinationConfirmed: &yes, SafeInSurvivorsView: &yes}, "2026-05-02"))
	stay := s.Stays[0]
	if stay.Destination != shelter.ExtendedFamily || !*stay.DestinationConfirmed || *stay.SafeInWorkersView || !*stay.SafeInSurvivorsView || len(s.Milestones) != 3 {
		t.Errorf("the stay is %+v", stay)
	}
	replaced := tracktest.After(t, admit("2026-03-01"), leaveFor(shelter.Left{Destination: shelter.UnknownDestination, DestinationConfirmed: &no}, "2026-04-01"),
		judge(shelter.ExitJudged{Destination: shelter.Hospital}, "2026-04-02"))
	if replaced.Stays[0].DestinationConfirmed != nil {
		t.Error("a new destination is taken for confirmed or not")
	}
}

// TestUnjudged proves which leavings wait to be completed.
func TestUnjudged(t *testing.T) {
	in := admit("2026-03-01")
	for _, c := range []struct {
		name  string
		steps []step
		waits bool
	}{
		{"no stay", nil, false},
		{"staying", []step{in}, false},
		{"left, not judged", []step{in, leave("2026-04-01")}, true},
		{"judged by the worker", []step{in, leaveFor(shelter.Left{Destination: shelter.Family, SafeInWorkersView: &no}, "2026-04-01")}, false},
		{"judged by her", []step{in, leaveFor(shelter.Left{Destination: shelter.Family, SafeInSurvivorsView: &no}, "2026-04-01")}, false},
		{"to where nobody knows", []step{in, leaveFor(shelter.Left{Destination: shelter.UnknownDestination, SafeInWorkersView: &no, SafeInSurvivorsView: &no}, "2026-04-01")}, true},
		{"judged afterwards", []step{in, leave("2026-04-01"), judge(shelter.ExitJudged{SafeInSurvivorsView: &yes}, "2026-04-02")}, false},
		{"confirmed only", []step{in, leave("2026-04-01"), judge(shelter.ExitJudged{DestinationConfirmed: &yes}, "2026-04-02")}, true},
		{"found afterwards, and not judged", []step{in, leaveFor(shelter.Left{Destination: shelter.UnknownDestination}, "2026-04-01"), judge(shelter.ExitJudged{Destination: shelter.Family}, "2026-04-02")}, true},
		{"back again", []step{in, leave("2026-04-01"), admit("2026-05-01")}, false},
	} {
		m, waits := tracktest.After(t, c.steps...).Unjudged()
		if waits != c.waits || waits && m.On != tracktest.Day("2026-04-01") {
			t.Errorf("%s: waits %t since %s", c.name, waits, m.On)
		}
	}
}

// TestReentered proves which stays are a return from a life outside.
func TestReentered(t *testing.T) {
	in, out := admit("2026-03-01"), leave("2026-04-01")
	again := admit("2026-05-01") // 30 days later
	hospital := leaveFor(shelter.Left{Destination: shelter.Hospital}, "2026-06-01")
	for _, c := range []struct {
		name   string
		steps  []step
		within int
		want   bool
	}{
		{"the first stay", []step{in}, 730, false},
		{"left", []step{in, out}, 730, false},
		{"back", []step{in, out, again}, 30, true},
		{"back a day too late", []step{in, out, again}, 29, false},
		{"back on the day", []step{in, out, admit("2026-04-01")}, 30, true},
		{"left again", []step{in, out, again, leave("2026-05-02")}, 730, false},
		{"moved", []step{in, moved("site_2", "2026-03-10")}, 730, false},
		{"from another shelter", []step{in, leaveFor(shelter.Left{Destination: shelter.OtherShelter}, "2026-04-01"), again}, 730, false},
		{"from a hospital", []step{in, leaveFor(shelter.Left{Destination: shelter.Hospital}, "2026-04-01"), again}, 730, false},
		{"from where nobody knows", []step{in, leaveFor(shelter.Left{Destination: shelter.UnknownDestination}, "2026-04-01"), again}, 730, true},
		{"back, and in a hospital", []step{in, out, again, hospital}, 30, true},
		{"back, in a hospital, and back from it", []step{in, out, again, hospital, admit("2026-06-15")}, 30, true},
		{"back, in a hospital, back, and left", []step{in, out, again, hospital, admit("2026-06-15"), leave("2026-06-20")}, 730, false},
	} {
		m, lost := tracktest.After(t, c.steps...).Reentered(c.within)
		if lost != c.want || lost && (m.On < tracktest.Day("2026-04-01") || m.On > tracktest.Day("2026-05-01")) {
			t.Errorf("%s: lost %t on %s", c.name, lost, m.On)
		}
	}
}
