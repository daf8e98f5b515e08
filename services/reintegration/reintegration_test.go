package reintegration_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"testing"

	"onward/services/calendar"
	"onward/services/reintegration"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	state   = reintegration.State
	step    = tracktest.Step[state]
	refusal tracktest.Refusal[state]
	stop    tracktest.Stop[state]
)

var yes, no = true, false

func goHome(at string) step {
	return func(s *state) error {
		return s.RecordReturn(reintegration.Returned{LivingWith: reintegration.Parents}, tracktest.On(at))
	}
}

func visit(p track.FollowUpPoint, made bool, safe *bool, means bool, at string) step {
	return func(s *state) error {
		return s.FollowUp(reintegration.Contact{Point: p, Safe: safe, IncomeOrSchool: means}, made, tracktest.On(at))
	}
}

func reach(code track.Code, at string) step {
	return func(s *state) error { return s.Reach(code, tracktest.On(at)) }
}

// TestOrder proves that follow-ups count from a return and are not too early,
// that STABLE needs its ground, and that a refusal names the field to correct.
func TestOrder(t *testing.T) {
	home := goHome("2026-01-31") // M3 is 30 April, M6 31 July, M12 31 January
	m3 := visit(track.Month3, true, &yes, true, "2026-04-30")
	stable := reach(track.Stable, "2026-08-01")
	often := func(s *state) (err error) {
		for day := range track.Most {
			err = cmp.Or(err, goHome((tracktest.Day("2020-01-01") + calendar.Day(day)).String())(s))
		}
		return err
	}
	tracktest.Refusals(t, []refusal{
		{"return 51", []step{often}, home, "caseId", "at most 50 returns"},
		{"follow-up before a return", nil, m3, "point", "none is recorded"},
		{"follow-up before the return's day", []step{home}, visit(track.Month3, true, &yes, true, "2026-01-30"), "on", "the return"},
		{"M3 too early by a day", []step{home}, visit(track.Month3, true, &yes, true, "2026-03-30"), "on", "M3 falls on 2026-04-30"},
		{"M6 too early by a day", []step{home}, visit(track.Month6, true, &yes, true, "2026-06-30"), "on", "M6 falls on 2026-07-31"},
		{"M12 too early by a day", []step{home}, visit(track.Month12, false, nil, false, "2026-12-31"), "on", "M12 falls on 2027-01-31"},
		{"point done twice", []step{home, m3}, visit(track.Month3, true, &no, false, "2026-05-02"), "point", "2026-04-30"},
		{"return on the day of the last", []step{home}, home, "on", "already"},
		{"return before the last", []step{home}, goHome("2026-01-30"), "on", "the last return"},
		{"stable without a return", nil, stable, "code", "six months"},
		{"stable without a contact", []step{home}, stable, "code", "six months"},
		{"stable at M3", []step{home, m3}, stable, "code", "six months"},
		{"stable, not safe", []step{home, visit(track.Month6, true, &no, true, "2026-07-31")}, stable, "code", "safe"},
		{"stable, safety not asked", []step{home, visit(track.Month6, true, nil, true, "2026-07-31")}, stable, "code", "safe"},
		{"stable, neither income nor school", []step{home, visit(track.Month6, true, &yes, false, "2026-07-31")}, stable, "code", "income"},
		{"stable, no contact made", []step{home, visit(track.Month6, false, &yes, true, "2026-07-31")}, stable, "code", "six months"},
		{"stable before its ground", []step{home, visit(track.Month6, true, &yes, true, "2026-08-02")}, stable, "code", "six months"},
		{"stable on an earlier return's ground", []step{home, visit(track.Month6, true, &yes, true, "2026-07-31"), goHome("2026-08-01")}, stable, "code", "six months"},
		{"stable twice", []step{home, visit(track.Month6, true, &yes, true, "2026-07-31"), stable}, stable, "code", "2026-08-01"},
		{"assessment twice before a return", []step{reach(track.FamilyCommunityAssessed, "2026-01-01")}, reach(track.FamilyCommunityAssessed, "2026-01-02"), "code", "2026-01-01"},
		{"return as a milestone", nil, reach(track.ReturnedToCommunity, "2026-01-01"), "code", "recordReturn"},
		{"follow-up as a milestone", []step{home}, reach(track.FollowUpM6, "2026-07-31"), "code", "recordFollowUp"},
	})
}

// TestWindow proves that a follow-up is good from 30 days before its point, and
// that one without contact leaves the point to be tried again.
func TestWindow(t *testing.T) {
	s := tracktest.After(t, goHome("2026-01-31"), visit(track.Month3, false, nil, false, "2026-03-31"))
	if s.FollowedUp(track.Month3) || len(s.Returns[0].Contacts) != 0 {
		t.Errorf("a follow-up without contact counts: %+v", s.Returns[0])
	}
	for _, do := range []step{visit(track.Month3, true, &yes, false, "2026-03-31"), visit(track.Month6, true, &yes, true, "2026-07-01"), visit(track.Month12, true, &no, true, "2027-01-01")} {
		if err := do(s); err != nil {
			t.Error(err)
		}
	}
	if !s.FollowedUp(track.Month3) || !s.FollowedUp(track.Month6) || !s.FollowedUp(track.Month12) {
		t.Errorf("milestones: %v", s.Milestones)
	}
	if s.SustainedBy(0, tracktest.Day("2026-06-30")) || !s.SustainedBy(0, tracktest.Day("2026-07-01")) || s.SustainedBy(1, tracktest.Day("2027-07-01")) {
		t.Error("the return is sustained from the safe contact at M6 on, and no other")
	}
}

// TestProgress proves the state of the track: what comes before a return begins
// it, STABLE completes it, and another return opens it again.
func TestProgress(t *testing.T) {
	tracktest.Walk(t, []stop{
		{reach(track.FamilyCommunityAssessed, "2026-01-01"), track.InProgress},
		{reach(track.PlanApproved, "2026-01-10"), track.InProgress},
		{goHome("2026-01-31"), track.InProgress},
		{visit(track.Month6, true, &yes, true, "2026-07-31"), track.InProgress},
		{reach(track.Stable, "2026-07-31"), track.Completed},
		{goHome("2026-09-01"), track.InProgress},
		{visit(track.Month12, true, &yes, true, "2027-09-01"), track.InProgress},
		{reach(track.Stable, "2027-09-02"), track.Completed},
	})
}

// TestMissing proves which follow-ups of the last return wait: those after the
// last one done, each on its own day.
func TestMissing(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []step
		want  []string
	}{
		{"no return", nil, nil},
		{"after a return", []step{goHome("2026-01-31")}, []string{"M3 2026-04-30", "M6 2026-07-31", "M12 2027-01-31"}},
		{"a later one makes earlier ones moot", []step{goHome("2026-01-31"), visit(track.Month6, true, nil, false, "2026-07-31")}, []string{"M12 2027-01-31"}},
		{"all done", []step{goHome("2026-01-31"), visit(track.Month12, true, nil, false, "2027-01-31")}, nil},
		{"another return counts anew", []step{goHome("2026-01-31"), visit(track.Month12, true, nil, false, "2027-01-31"), goHome("2027-02-28")},
			[]string{"M3 2027-05-28", "M6 2027-08-28", "M12 2028-02-28"}},
	} {
		var got []string
		for _, m := range tracktest.After(t, c.steps...).Missing() {
			got = append(got, string(m.Point)+" "+m.On.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestClone proves that a change of a copy leaves the state as it was.
func TestClone(t *testing.T) {
	s := tracktest.After(t, goHome("2026-01-31"))
	s.Returns[0].Contacts = make([]reintegration.Contact, 0, 8)
	before, _ := json.Marshal(s)
	c := s.Clone()
	if err := visit(track.Month6, true, &yes, true, "2026-07-31")(&c); err != nil {
		t.Fatal(err)
	}
	if now, _ := json.Marshal(s); string(now) != string(before) || !c.FollowedUp(track.Month6) {
		t.Errorf("the state became %s", now)
	}
}
