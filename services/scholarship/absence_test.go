package scholarship_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/scholarship"
	"onward/services/track/tracktest"
)

var yes, no = true, false

// absent records an absence; the day of the entry is its last day.
func absent(from, to string, excused *bool) step {
	return func(s *state) error {
		at := tracktest.On(to)
		at.Entry = int32(tracktest.Day(from))
		return s.RecordAbsence(scholarship.AbsenceRecorded{From: tracktest.Day(from), To: tracktest.Day(to), Excused: excused, Reason: scholarship.Illness}, at)
	}
}

// TestAbsenceRefusals proves which absences are refused, and that the refusal
// names the field to correct.
func TestAbsenceRefusals(t *testing.T) {
	given, at := award("a", "2026-10-01"), enrol("", "2026-11-01")
	was := absent("2026-11-09", "2026-11-11", &no)
	tracktest.Refusals(t, []refusal{
		{"without an award", nil, was, "scholarshipId", "award the scholarship first"},
		{"before the enrolment", []step{given}, was, "scholarshipId", "not enrolled yet"},
		{"before the enrolment's day", []step{given, at}, absent("2026-10-31", "2026-11-02", &no), "from", "the enrolment"},
		{"its last day before its first", []step{given, at}, absent("2026-11-10", "2026-11-09", &no), "to", "2026-11-10"},
		{"too long", []step{given, at}, absent("2026-11-02", "2027-05-05", &no), "from", "at most 184 days"},
		{"a Sunday", []step{given, at}, absent("2026-11-08", "2026-11-08", &no), "from", "Sunday"},
		{"the same again", []step{given, at, was}, was, "from", "2026-11-09 to 2026-11-11"},
		{"its last day is another's first", []step{given, at, was}, absent("2026-11-06", "2026-11-09", &yes), "from", "2026-11-09 to 2026-11-11"},
		{"its first day is another's last", []step{given, at, was}, absent("2026-11-11", "2026-11-12", nil), "from", "2026-11-09 to 2026-11-11"},
		{"around another", []step{given, at, was}, absent("2026-11-02", "2026-11-30", &no), "from", "2026-11-09 to 2026-11-11"},
		{"on an ended award", []step{given, at, end("", scholarship.DroppedOut, "2026-11-05")}, was, "scholarshipId", "no open award"},
		{"with several awards", []step{given, at, award("b", "2026-10-01")}, was, "scholarshipId", "say which one"},
	})
	longest := absent("2026-11-02", "2027-05-04", &no)
	if err := longest(tracktest.After(t, given, at)); err != nil {
		t.Errorf("184 days: %v", err)
	}
}

// onlyRun returns the run of the one award that may have one.
func onlyRun(t *testing.T, s *state) scholarship.Run {
	t.Helper()
	switch runs := s.UnexcusedRuns(); len(runs) {
	case 0:
		return scholarship.Run{}
	case 1:
		return runs[0]
	default:
		t.Fatalf("%d runs", len(runs))
	}
	return scholarship.Run{}
}

// TestUnexcusedRun proves what goes on as a run of unexcused absence, counted in
// school days. 9 November 2026 is a Monday.
func TestUnexcusedRun(t *testing.T) {
	tests := []struct {
		name  string
		steps []step
		days  int
		since string
	}{
		{"nothing recorded", nil, 0, ""},
		{"one day", []step{absent("2026-11-09", "2026-11-09", &no)}, 1, "2026-11-09"},
		{"three days", []step{absent("2026-11-09", "2026-11-11", &no)}, 3, "2026-11-09"},
		{"excused", []step{absent("2026-11-09", "2026-11-11", &yes)}, 0, ""},
		{"not known", []step{absent("2026-11-09", "2026-11-11", nil)}, 0, ""},
		{"Sunday does not break it", []step{absent("2026-11-13", "2026-11-14", &no), absent("2026-11-16", "2026-11-16", &no)}, 3, "2026-11-13"},
		{"Sunday does not count", []step{absent("2026-11-13", "2026-11-16", &no)}, 3, "2026-11-13"},
		{"a day at school breaks it", []step{absent("2026-11-09", "2026-11-09", &no), absent("2026-11-11", "2026-11-12", &no)}, 2, "2026-11-11"},
		{"recorded in another order", []step{absent("2026-11-11", "2026-11-12", &no), absent("2026-11-09", "2026-11-10", &no)}, 4, "2026-11-09"},
		{"an excused day breaks it", []step{absent("2026-11-09", "2026-11-09", &no), absent("2026-11-10", "2026-11-10", &yes), absent("2026-11-11", "2026-11-11", &no)}, 1, "2026-11-11"},
		{"excused at last", []step{absent("2026-11-09", "2026-11-11", &no), absent("2026-11-12", "2026-11-12", &yes)}, 0, ""},
		{"not known in the middle", []step{absent("2026-11-09", "2026-11-09", &no), absent("2026-11-10", "2026-11-10", nil), absent("2026-11-11", "2026-11-11", &no)}, 2, "2026-11-09"},
		{"not known at last", []step{absent("2026-11-09", "2026-11-11", &no), absent("2026-11-12", "2026-11-12", nil)}, 3, "2026-11-09"},
		{"found at school later", []step{absent("2026-11-09", "2026-11-11", &no), term("", "2026-27/1", scholarship.Irregular, false, "2026-11-12")}, 0, ""},
		{"found at school before", []step{term("", "2026-27/1", scholarship.Regular, false, "2026-11-11"), absent("2026-11-09", "2026-11-11", &no)}, 3, "2026-11-09"},
		{"not found at school", []step{absent("2026-11-09", "2026-11-11", &no), term("", "2026-27/1", scholarship.NotEnrolled, false, "2026-11-12")}, 3, "2026-11-09"},
		{"enrolled again later", []step{absent("2026-11-09", "2026-11-11", &no), term("", "2026-27/1", scholarship.NotEnrolled, false, "2026-11-12"), enrol("", "2026-11-20")}, 0, ""},
		{"absent again after the return", []step{absent("2026-11-09", "2026-11-11", &no), term("", "2026-27/1", scholarship.Regular, false, "2026-11-12"), absent("2026-11-13", "2026-11-13", &no)}, 1, "2026-11-13"},
		{"the award has ended", []step{absent("2026-11-09", "2026-11-11", &no), end("", scholarship.DroppedOut, "2026-11-12")}, 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := tracktest.After(t, append([]step{award("a", "2026-10-01"), enrol("", "2026-11-01")}, test.steps...)...)
			r := onlyRun(t, s)
			if r.Days != test.days || r.Since.String() != test.since || r.Entry != int(r.Since) {
				t.Errorf("%d days since %q by entry %d, want %d since %q", r.Days, r.Since, r.Entry, test.days, test.since)
			}
			if got := s.Scholarships[0].ConsecutiveUnexcused(); got != test.days {
				t.Errorf("the scholarship has %d, want %d", got, test.days)
			}
		})
	}
}

// TestRunOfEachAward proves that every open award has its own run.
func TestRunOfEachAward(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-10-01"), enrol("", "2026-11-01"), absent("2026-11-09", "2026-11-10", &no),
		award("b", "2026-10-02"), enrol("b", "2026-11-01"))
	at := tracktest.On("2026-11-18")
	at.Entry = 9
	err := s.RecordAbsence(scholarship.AbsenceRecorded{ScholarshipID: "b", From: tracktest.Day("2026-11-16"), To: at.On, Excused: &no}, at)
	runs := s.UnexcusedRuns()
	if err != nil || len(runs) != 2 || runs[0].Days != 2 || runs[1].Days != 3 || runs[1].Since != tracktest.Day("2026-11-16") || runs[1].Entry != 9 {
		t.Errorf("%v, runs %+v", err, runs)
	}
}

// TestReached proves on which school day a run comes to a number of days: Sundays
// and absences of which nobody knows whether they were excused do not count.
func TestReached(t *testing.T) {
	// Friday and Saturday; Sunday lies between; Monday nobody knows; Tuesday and Wednesday.
	s := tracktest.After(t, award("a", "2026-10-01"), enrol("", "2026-11-01"),
		absent("2026-11-13", "2026-11-14", &no), absent("2026-11-16", "2026-11-16", nil), absent("2026-11-17", "2026-11-18", &no))
	for n, want := range map[int]string{1: "2026-11-13", 2: "2026-11-14", 3: "2026-11-17", 4: "2026-11-18", 5: ""} {
		if on, ok := onlyRun(t, s).Reached(n); on.String() != want || ok != (want != "") {
			t.Errorf("%d days are reached on %q, want %q", n, on, want)
		}
	}
	across := tracktest.After(t, award("a", "2026-10-01"), enrol("", "2026-11-01"), absent("2026-11-14", "2026-11-16", &no))
	if on, _ := onlyRun(t, across).Reached(2); on != tracktest.Day("2026-11-16") {
		t.Errorf("across a Sunday two days are reached on %s", on)
	}
}

// TestFirstOfRun proves that the absence that was recorded first names a run,
// however it grows.
func TestFirstOfRun(t *testing.T) {
	record := func(entry int32, from, to string) step {
		return func(s *state) error {
			at := tracktest.On(to)
			at.Entry = entry
			return s.RecordAbsence(scholarship.AbsenceRecorded{From: tracktest.Day(from), To: tracktest.Day(to), Excused: &no}, at)
		}
	}
	at := []step{award("a", "2026-10-01"), enrol("", "2026-11-01"), record(5, "2026-11-11", "2026-11-12")}
	for name, more := range map[string][]step{
		"alone": nil, "a day more": {record(6, "2026-11-13", "2026-11-13")}, "a day before, recorded late": {record(6, "2026-11-10", "2026-11-10")},
		"both": {record(6, "2026-11-10", "2026-11-10"), record(7, "2026-11-13", "2026-11-13")},
	} {
		if r := onlyRun(t, tracktest.After(t, append(at[:3:3], more...)...)); r.First != 5 {
			t.Errorf("%s: the run is named by entry %d", name, r.First)
		}
	}
}

// TestAbsencesByTerm proves that an absence is counted in the terms in which its
// school days lie, each kind apart.
func TestAbsencesByTerm(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-08-01"), enrol("", "2026-08-01"),
		absent("2027-03-30", "2027-04-01", &no),  // Tuesday, Wednesday in term 1; Thursday in term 2
		absent("2026-10-30", "2026-11-02", &yes), // Friday, Saturday in no term; Monday in term 1
		absent("2027-04-05", "2027-04-05", nil))
	want := []scholarship.TermAbsences{{Excused: 2}, {Term: "2026-27/1", Unexcused: 2, Excused: 1}, {Term: "2026-27/2", Unexcused: 1, Unknown: 1}}
	if got := s.Scholarships[0].AbsencesByTerm(); len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestAbsenceCounting holds the counts against counting day by day: an absence has
// its days without Sundays, no two share a day, and the terms share them out
// without loss.
func TestAbsenceCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &state{}
		for _, do := range []step{award("a", "2026-10-01"), enrol("", "2026-11-01")} {
			if err := do(s); err != nil {
				t.Fatal(err)
			}
		}
		away, start := map[calendar.Day]bool{}, tracktest.Day("2026-11-01")
		for range rapid.IntRange(0, 12).Draw(t, "absences") {
			from := start + calendar.Day(rapid.IntRange(0, 400).Draw(t, "from"))
			to := from + calendar.Day(rapid.IntRange(0, 20).Draw(t, "days"))
			before, taken := len(away), false
			var days []calendar.Day
			for on := from; on <= to; on++ {
				days, taken = append(days, on), taken || away[on]
			}
			sunday := from == to && from.Time().Weekday() == time.Sunday
			excused := rapid.Bool().Draw(t, "excused")
			err := absent(from.String(), to.String(), &excused)(s)
			if (err != nil) != (taken || sunday) {
				t.Fatalf("%s to %s, %d days taken: %v", from, to, before, err)
			}
			for _, on := range days {
				if err == nil {
					away[on] = true
				}
			}
		}
		want, got, byTerm := 0, 0, 0
		for on := range away {
			if on.Time().Weekday() != time.Sunday {
				want++
			}
		}
		for _, a := range s.Scholarships[0].Absences {
			got += a.Days()
		}
		for _, n := range s.Scholarships[0].AbsencesByTerm() {
			byTerm += n.Excused + n.Unexcused + n.Unknown
		}
		if got != want || byTerm != want {
			t.Fatalf("%d days by absence and %d by term, want %d", got, byTerm, want)
		}
	})
}
