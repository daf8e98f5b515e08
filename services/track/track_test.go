package track_test

import (
	"strings"
	"testing"

	"onward/services/fault"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// TestCodes proves that each milestone belongs to one track only, and that the
// track and its codes name each other.
func TestCodes(t *testing.T) {
	seen := map[track.Code]track.Kind{}
	for _, k := range track.Kinds {
		if len(k.Codes()) == 0 {
			t.Errorf("%s has no milestones", k)
		}
		for _, c := range k.Codes() {
			if other, twice := seen[c]; twice {
				t.Errorf("%s belongs to %s and %s", c, other, k)
			}
			if seen[c] = k; c.Track() != k {
				t.Errorf("%s is a milestone of %s, want %s", c, c.Track(), k)
			}
		}
	}
	if n := len(seen); n != 44 {
		t.Errorf("%d milestones, want 44", n)
	}
	if k := track.Code("SAFE_AND_WELL").Track(); k != "" {
		t.Errorf("an unknown milestone belongs to %q", k)
	}
}

// TestLog proves that a log finds the last milestone of a code on a spell and no
// other, and refuses a second one on the same spell only.
func TestLog(t *testing.T) {
	var l track.Log
	l.Add(track.Registered, 0, tracktest.On("2026-03-01"))
	l.Add(track.IntroducedToEmployer, 0, tracktest.On("2026-03-01"))
	l.Add(track.JobReady, 0, tracktest.On("2026-03-02"))
	l.Add(track.IntroducedToEmployer, 0, tracktest.On("2026-02-01"))
	l.Add(track.IntroducedToEmployer, 1, tracktest.On("2026-05-01"))
	for _, c := range []struct {
		code  track.Code
		spell int
		want  string
	}{
		{track.IntroducedToEmployer, 0, "2026-02-01"},
		{track.IntroducedToEmployer, 1, "2026-05-01"},
		{track.JobReady, 0, "2026-03-02"},
		{track.JobReady, 1, ""},
		{track.Registered, 0, "2026-03-01"},
		{track.Registered, 1, ""},
		{track.JobReady, -1, ""},
	} {
		m, found := l.Find(c.spell, c.code)
		if found != (c.want != "") || m.On.String() != c.want {
			t.Errorf("%s of spell %d: %s, want %s", c.code, c.spell, m.On, c.want)
		}
		if err := l.Once(c.spell, c.code); (err != nil) != found || found && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s of spell %d once more: %v", c.code, c.spell, err)
		}
	}
}

// TestNotBefore proves that a day may be the same as the one that it must not be
// before, and that a refusal names the field and both days.
func TestNotBefore(t *testing.T) {
	floor := tracktest.Day("2026-03-02")
	for _, on := range []string{"2026-03-02", "2026-03-03"} {
		if err := track.NotBefore("on", tracktest.Day(on), floor, "the admission"); err != nil {
			t.Errorf("%s: %v", on, err)
		}
	}
	err := track.NotBefore("leftOn", floor-1, floor, "the admission")
	if want := "invalid: leftOn: 2026-03-01 is before the admission, which was on 2026-03-02"; !fault.Is(err, fault.Invalid) || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("the day before: %v", err)
	}
}

// TestFollowUpPoints proves that each scheduled point has its months and its
// milestone of the reintegration track, and that an unscheduled one has none.
func TestFollowUpPoints(t *testing.T) {
	months := 0
	for _, p := range track.FollowUpPoints {
		if p.Months() <= months {
			t.Errorf("%s is %d months after the return, the one before it %d", p, p.Months(), months)
		}
		months = p.Months()
		if m := p.Milestone(); m != track.Code("FOLLOW_UP_"+p) || m.Track() != track.Reintegration {
			t.Errorf("%s reaches %s of %s", p, m, m.Track())
		}
	}
	if p := track.Unscheduled; p.Months() != 0 || p.Milestone() != "" {
		t.Errorf("%s is %d months after the return and reaches %q", p, p.Months(), p.Milestone())
	}
}
