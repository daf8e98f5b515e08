package employment_test

import (
	"testing"

	"onward/services/employment"
	"onward/services/id"
	"onward/services/track/tracktest"
)

func endFor(placementID string, reason employment.Reason, at string) step {
	return func(s *state) error {
		return s.EndPlacement(employment.Ended{PlacementID: placementID, Reason: reason}, tracktest.On(at))
	}
}

// TestLost proves which ends of a job are a loss: of the last one that she had,
// within the days after its start, for a reason that is no step forward.
func TestLost(t *testing.T) {
	job := start("a", "2026-01-01")
	gone := check("a", employment.Day90, false, "2026-04-01") // 90 days after the start
	for _, c := range []struct {
		name   string
		steps  []step
		within int
		want   string // the day, or nothing
	}{
		{"no job", nil, 730, ""},
		{"at work", []step{job}, 730, ""},
		{"resigned", []step{job, end("", "2026-01-31")}, 30, "2026-01-31"},
		{"a day too late", []step{job, end("", "2026-01-31")}, 29, ""},
		{"on the day of the start", []step{job, end("", "2026-01-01")}, 30, "2026-01-01"},
		{"for a better job", []step{job, endFor("", employment.BetterJob, "2026-01-31")}, 30, ""},
		{"to go to school", []step{job, endFor("", employment.ReturnedToSchool, "2026-01-31")}, 30, ""},
		{"found gone", []step{job, gone}, 90, "2026-04-01"},
		{"found gone a day too late", []step{job, gone}, 89, ""},
		{"found at work", []step{job, check("a", employment.Day90, true, "2026-04-01")}, 90, ""},
		{"found gone, and the end recorded later", []step{job, gone, end("", "2026-04-10")}, 730, "2026-04-01"},
		{"found gone, and she had ended it before", []step{job, gone, end("", "2026-03-20")}, 730, "2026-03-20"},
		{"found gone, to a better job", []step{job, gone, endFor("", employment.BetterJob, "2026-03-20")}, 730, ""},
		{"another job beside it", []step{job, start("b", "2026-01-10"), end("a", "2026-01-31")}, 730, ""},
		{"a new job since", []step{job, end("", "2026-01-31"), start("b", "2026-02-10")}, 730, ""},
		{"which is lost too", []step{job, end("", "2026-01-31"), start("b", "2026-02-10"), end("", "2026-02-20")}, 730, "2026-02-20"},
		{"which she left for a better one", []step{job, end("", "2026-01-31"), start("b", "2026-02-10"), endFor("", employment.BetterJob, "2026-02-20")}, 730, ""},
		{"lost beside another that has ended since", []step{job, start("b", "2026-01-10"), end("a", "2026-01-31"), endFor("", employment.ReturnedToSchool, "2026-02-20")}, 730, ""},
	} {
		loss, lost := tracktest.After(t, c.steps...).Lost(c.within)
		if lost != (c.want != "") || loss.On.String() != c.want {
			t.Errorf("%s: lost %t on %q, want %q", c.name, lost, loss.On, c.want)
		}
	}
}

// TestLossIsOne proves that a loss is of one start, whether a check or the end of
// the job tells of it, and that it names the entry that does.
func TestLossIsOne(t *testing.T) {
	numbered := func(n int32, do func(*state, int32) error) step {
		return func(s *state) error { return do(s, n) }
	}
	steps := []step{
		numbered(4, func(s *state, n int32) error {
			at := tracktest.On("2026-01-01")
			at.Entry = n
			return s.LogPlacement(employment.Started{EmployerName: "Bakery", Occupation: "baker", Type: employment.FullTime}, id.Named("a"), at)
		}),
		numbered(7, func(s *state, n int32) error {
			at := tracktest.On("2026-04-01")
			at.Entry = n
			return s.CheckRetention(employment.RetentionChecked{Point: employment.Day90}, at)
		}),
		numbered(9, func(s *state, n int32) error {
			at := tracktest.On("2026-03-15")
			at.Entry = n
			return s.EndPlacement(employment.Ended{Reason: employment.Dismissed}, at)
		}),
	}
	for n, want := range map[int]int{2: 7, 3: 9} {
		loss, lost := tracktest.After(t, steps[:n]...).Lost(730)
		if !lost || loss.Start.Entry != 4 || loss.Entry != want || loss.Placement.ID() != "a" {
			t.Errorf("after %d steps: lost %t, start by %d, known by %d, want %d", n, lost, loss.Start.Entry, loss.Entry, want)
		}
	}
}
