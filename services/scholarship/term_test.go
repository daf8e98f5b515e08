package scholarship_test

import (
	"testing"

	"onward/services/scholarship"
	"onward/services/track/tracktest"
)

func counted(found scholarship.Attendance, held, attended, unexcused *int) step {
	return func(s *state) error {
		return s.RecordTerm(scholarship.TermCheck{Term: "T1", Attendance: found, DaysHeld: held, DaysAttended: attended, UnexcusedAbsences: unexcused}, tracktest.On("2026-05-01"))
	}
}

// TestDaysOfATerm proves which counts of days contradict each other.
func TestDaysOfATerm(t *testing.T) {
	school := []step{award("a", "2026-03-01"), enrol("", "2026-03-01")}
	zero, few, many := 0, 60, 80
	tracktest.Refusals(t, []refusal{
		{"held alone", school, counted(scholarship.Regular, &many, nil, nil), "daysHeld", "go together"},
		{"attended alone", school, counted(scholarship.Regular, nil, &many, nil), "daysHeld", "go together"},
		{"more attended than held", school, counted(scholarship.Regular, &few, &many, nil), "daysAttended", "80 of 60"},
		{"more in all than held", school, counted(scholarship.Irregular, &many, &few, &few), "unexcusedAbsences", "80 days held"},
		{"of someone not enrolled", school, counted(scholarship.NotEnrolled, &many, &zero, nil), "daysHeld", "not enrolled"},
	})
	for _, test := range []struct {
		held, attended *int
		share          float64
	}{{&many, &few, 0.75}, {&many, &zero, 0}, {&many, &many, 1}} {
		s := tracktest.After(t, append(school[:2:2], counted(scholarship.Irregular, test.held, test.attended, &zero))...)
		r := s.Scholarships[0].Terms[0]
		if *r.DaysHeld() != *test.held || *r.DaysAttended() != *test.attended || *r.AttendanceShare() != test.share {
			t.Errorf("%+v, want a share of %g", r, test.share)
		}
	}
	r := tracktest.After(t, append(school[:2:2], counted(scholarship.Regular, nil, nil, &few))...).Scholarships[0].Terms[0]
	if r.DaysHeld() != nil || r.DaysAttended() != nil || r.AttendanceShare() != nil || *r.UnexcusedAbsences != 60 {
		t.Errorf("nothing was counted: %+v", r)
	}
}
