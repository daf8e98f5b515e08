package employment_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/employment"
	"onward/services/track/tracktest"
)

// checkOf is a check of retention of a job that may have ended since.
func checkOf(placementID string, point employment.Point, employed bool, at calendar.Day) step {
	return func(s *state) error {
		r := employment.RetentionChecked{PlacementID: placementID, Point: point, Employed: employed}
		stamp := tracktest.On("2026-01-01")
		stamp.On = at
		return s.CheckRetention(r, stamp)
	}
}

// answers writes the answers as "Y/N/? Y/N/? Y/N/?": the modes in order, and of
// each the points.
func answers(all []employment.Retention) string {
	var b strings.Builder
	for i, r := range all {
		if i > 0 && i%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteString(map[employment.Retained]string{employment.Yes: "Y", employment.No: "N", employment.Unknown: "?"}[r.Retained])
	}
	return b.String()
}

// TestRetention walks examples through the definitions of the three modes. The
// first start is on 1 January 2026, so that the points are 1 April, 30 June and
// 1 January 2027. Each answer is that of SNAPSHOT, CONTINUOUS_ANY and
// CONTINUOUS_SAME, and of each at 90, 180 and 365 days.
func TestRetention(t *testing.T) {
	const later = "2028-01-01"
	a := start("a", "2026-01-01")
	at90, at180, at365 := check("a", employment.Day90, true, "2026-04-01"), check("a", employment.Day180, true, "2026-06-30"), check("a", employment.Day365, true, "2027-01-01")
	for _, c := range []struct {
		name  string
		steps []step
		asOf  string
		want  string
	}{
		{"one job, a year, every check", []step{a, at90, at180, at365}, later, "YYY YYY YYY"},
		{"not due yet", []step{a, at90}, "2026-03-31", "??? ??? ???"},
		{"due on the day of the point", []step{a, at90}, "2026-04-01", "Y?? Y?? Y??"},
		{"checked early and still not due", []step{a, check("a", employment.Day90, true, "2026-03-17")}, "2026-03-31", "??? ??? ???"},
		{"found 15 days before the point", []step{a, check("a", employment.Day90, true, "2026-03-17")}, later, "Y?? Y?? Y??"},
		{"found after the window: she was there on the point too", []step{a, check("a", employment.Day90, true, "2026-05-20")}, later, "Y?? Y?? Y??"},
		{"never checked", []step{a}, later, "??? ??? ???"},
		{"the first check is missing, the second found her", []step{a, at180}, later, "YY? YY? YY?"},
		{"found gone within the window", []step{a, check("a", employment.Day90, false, "2026-04-16")}, later, "NNN NNN NNN"},
		{"found gone after the window: of the point nothing is known", []step{a, check("a", employment.Day90, false, "2026-04-17")}, later, "?NN ?NN ?NN"},
		{"found at the first, gone at the second", []step{a, at90, check("a", employment.Day180, false, "2026-06-30")}, later, "YNN YNN YNN"},
		{"ended on the day of the point, its last day of work", []step{a, end("a", "2026-04-01")}, later, "YNN YNN YNN"},
		{"ended the day before the point", []step{a, end("a", "2026-03-31")}, later, "NNN NNN NNN"},
		{"separation heard of late says more than the missing checks", []step{a, end("a", "2026-08-01")}, later, "YYN YYN YYN"},
		{"separation heard of late, after a check had found her gone", []step{a, check("a", employment.Day180, false, "2026-07-30"), end("a", "2026-05-10")}, later, "YNN YNN YNN"},

		// A's last day is 31 January. From 1 February to 7 March are 35 days.
		{"gap of 35 days", []step{a, end("a", "2026-01-31"), start("b", "2026-03-08"), end("b", "2027-06-01")}, later, "YYY YYY NNN"},
		{"gap of 36 days", []step{a, end("a", "2026-01-31"), start("b", "2026-03-09"), end("b", "2027-06-01")}, later, "YYY NNN NNN"},
		{"the next job on the next day", []step{a, end("a", "2026-01-31"), start("b", "2026-02-01"), end("b", "2027-06-01")}, later, "YYY YYY NNN"},
		{"the point falls in a short gap", []step{a, end("a", "2026-03-25"), start("b", "2026-04-10"), end("b", "2027-06-01")}, later, "NYY NYY NNN"},
		{"two gaps of 20 days are no gap of 40", []step{a, end("a", "2026-01-31"), start("b", "2026-02-21"), end("b", "2026-02-21"), start("c", "2026-03-14"), end("c", "2027-06-01")}, later, "YYY YYY NNN"},
		{"a second job bridges the gap", []step{a, end("a", "2026-01-31"), start("b", "2026-03-20"), end("b", "2027-06-01"), start("c", "2026-02-10"), end("c", "2026-03-01")}, later, "YYY YYY NNN"},

		{"overlapping jobs, the first one kept", []step{a, start("b", "2026-02-01"), end("b", "2026-03-01"), at90, at180, at365}, later, "YYY YYY YYY"},
		{"the second begins before the first ends", []step{a, start("b", "2026-03-01"), end("a", "2026-03-20"), end("b", "2027-06-01")}, later, "YYY YYY NNN"},
		{"of the second nothing is known after its start", []step{a, start("b", "2026-03-25"), end("a", "2026-03-28")}, later, "Y?? Y?? NNN"},
		{"of the second nothing is known for long", []step{a, start("b", "2026-02-01"), end("a", "2026-02-10")}, later, "??? ??? NNN"},
		{"long unknown before she was found gone, on 20 May", []step{a, check("a", employment.Day90, false, "2026-05-20"), start("b", "2026-06-05"), end("b", "2027-06-01")}, later, "?YY ??? ?NN"},
		{"gone since 5 May, 15 days before she was found so, and until 9 June: 35 days", []step{a, check("a", employment.Day90, false, "2026-05-20"), start("b", "2026-06-09"), end("b", "2027-06-01")}, later, "?YY ??? ?NN"},
		{"and until 10 June: 36 days", []step{a, check("a", employment.Day90, false, "2026-05-20"), start("b", "2026-06-10"), end("b", "2027-06-01")}, later, "?YY ?NN ?NN"},
		{"two jobs begin on one day", []step{a, start("b", "2026-01-01"), end("a", "2026-02-01"), end("b", "2027-06-01")}, later, "YYY YYY YYY"},
		{"a job recorded later that began earlier", []step{start("b", "2026-01-31"), end("b", "2026-06-30"), a, end("a", "2026-02-01")}, later, "YYN YYN NNN"},
	} {
		if got := answers(tracktest.After(t, c.steps...).Retentions(tracktest.Day(c.asOf))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if got := new(state).Retentions(tracktest.Day(later)); len(got) != 0 {
		t.Errorf("without a job: %v", got)
	}
	if got := new(state).Retention(employment.Snapshot, employment.Day90, tracktest.Day(later)); got != employment.Unknown {
		t.Errorf("without a job: %s", got)
	}
}

// TestRetentionOfPlacements proves that each of several jobs has its own points,
// and that checks of two overlapping jobs reach the milestones of each.
func TestRetentionOfPlacements(t *testing.T) {
	s := tracktest.After(t, start("a", "2026-01-01"), start("b", "2026-03-01"), // DAY_90 of b is 30 May
		check("a", employment.Day90, true, "2026-04-01"), check("b", employment.Day90, true, "2026-05-30"), end("a", "2026-06-01"),
		check("", employment.Day180, false, "2026-08-28"))
	asOf := tracktest.Day("2026-12-01")
	for i, want := range []string{"YN?", "YN?"} {
		if got := answers(s.Placements[i].Retentions(asOf)); got != want {
			t.Errorf("placement %d: %s, want %s", i, got, want)
		}
	}
	var reached []string
	for _, m := range s.Milestones {
		reached = append(reached, fmt.Sprint(m.Code(), " ", m.Spell))
	}
	if got := strings.Join(reached, ", "); got != "STARTED 0, STARTED 1, RETAINED_90 0, RETAINED_90 1, SEPARATED 0" {
		t.Errorf("milestones: %s", got)
	}
	if got := s.Placements[1].Retentions(asOf)[0].On; got != tracktest.Day("2026-05-30") {
		t.Errorf("DAY_90 of the second is %s", got)
	}
}

// TestModesAreNested proves, for jobs, ends and checks as they come, that whoever
// is retained in one mode is retained in the weaker ones, and whoever is not is
// not in the stronger ones.
func TestModesAreNested(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, first := &state{}, tracktest.Day("2026-01-01")
		for n := range rapid.IntRange(1, 4).Draw(t, "jobs") {
			name := fmt.Sprint(n)
			from := first + calendar.Day(rapid.IntRange(0, 300).Draw(t, "start"))
			if err := start(name, from.String())(s); err != nil {
				t.Fatal(err)
			}
			for _, p := range employment.Points {
				if rapid.Bool().Draw(t, "checked") { // a check that does not fit is refused
					late := calendar.Day(p.Days() + rapid.IntRange(-15, 40).Draw(t, "late"))
					_ = checkOf(name, p, rapid.Bool().Draw(t, "employed"), from+late)(s)
				}
			}
			if rapid.Bool().Draw(t, "ended") {
				_ = end(name, (from + calendar.Day(rapid.IntRange(0, 400).Draw(t, "length"))).String())(s)
			}
		}
		asOf := first + calendar.Day(rapid.IntRange(0, 800).Draw(t, "asOf"))
		for _, p := range employment.Points {
			for i := range employment.Modes[1:] {
				weak, strong := s.Retention(employment.Modes[i], p, asOf), s.Retention(employment.Modes[i+1], p, asOf)
				if strong == employment.Yes && weak != employment.Yes || weak == employment.No && strong != employment.No {
					t.Fatalf("%s: %s %s, %s %s\n%+v", p, employment.Modes[i], weak, employment.Modes[i+1], strong, s.Placements)
				}
			}
		}
	})
}
