package scholarship_test

import (
	"slices"
	"testing"

	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/track/tracktest"
)

func grade(name string, result scholarship.Result, next, at string) step {
	return func(s *state) error {
		return s.RecordGrade(scholarship.GradeRecorded{Grade: sealed.Text(name), Result: result, NextGrade: sealed.Text(next)}, tracktest.On(at))
	}
}

// TestGradeRefusals proves which results are refused, and that the refusal names
// the field to correct.
func TestGradeRefusals(t *testing.T) {
	given, at := award("a", "2026-03-01"), enrol("", "2026-04-01") // in grade 10
	nameless := func(s *state) error { return s.Enrol(scholarship.Enrolment{}, tracktest.On("2026-04-01")) }
	passed := grade("", scholarship.Passed, "11", "2026-08-31")
	tracktest.Refusals(t, []refusal{
		{"without an award", nil, passed, "scholarshipId", "award the scholarship first"},
		{"before the enrolment", []step{given}, passed, "scholarshipId", "not enrolled yet"},
		{"before the enrolment's day", []step{given, at}, grade("", scholarship.Passed, "11", "2026-03-31"), "on", "the enrolment"},
		{"no grade known", []step{given, nameless}, passed, "grade", "is needed"},
		{"promoted to nowhere", []step{given, at}, grade("", scholarship.Promoted, "", "2026-08-31"), "nextGrade", "PROMOTED"},
		{"promoted to the same", []step{given, at}, grade("", scholarship.Promoted, "10", "2026-08-31"), "nextGrade", "has another name"},
		{"passed to the same", []step{given, at}, grade("", scholarship.Passed, "10", "2026-08-31"), "nextGrade", "has another name"},
		{"failed and gone on", []step{given, at}, grade("", scholarship.Failed, "11", "2026-08-31"), "nextGrade", "failed"},
		{"repeating another", []step{given, at}, grade("", scholarship.Repeating, "11", "2026-08-31"), "nextGrade", "repeats a grade"},
		{"passed twice", []step{given, at, passed}, grade("10", scholarship.Passed, "11", "2027-08-31"), "grade", "2026-08-31"},
		{"failed after it was passed", []step{given, at, passed}, grade("10", scholarship.Failed, "", "2027-08-31"), "grade", "PASSED"},
		{"passed before it was failed", []step{given, at, grade("", scholarship.Failed, "", "2026-08-31")}, grade("10", scholarship.Passed, "11", "2026-08-30"), "grade", "FAILED"},
		{"two results on a day", []step{given, at, grade("", scholarship.Failed, "", "2026-08-31")}, grade("", scholarship.Repeating, "", "2026-08-31"), "grade", "2026-08-31"},
		{"several awards", []step{given, at, award("b", "2026-03-01")}, passed, "scholarshipId", "say which one"},
	})
}

// TestGrades proves the progression: from the enrolment, in the order of days
// whatever order the forms come in, through repetition, breaks and the end.
func TestGrades(t *testing.T) {
	tests := []struct {
		name  string
		steps []step
		grade string
		want  []string
	}{
		{"nothing decided", nil, "10", []string{"10 2026-04-01  "}},
		{"passed and gone on", []step{grade("", scholarship.Passed, "11", "2026-08-31")}, "11", []string{"10 2026-04-01 2026-08-31 PASSED", "11 2026-08-31  "}},
		{"passed the last grade", []step{grade("", scholarship.Passed, "", "2026-08-31")}, "10", []string{"10 2026-04-01 2026-08-31 PASSED"}},
		{"failed, repeating, promoted", []step{grade("", scholarship.Failed, "", "2026-08-31"), grade("", scholarship.Repeating, "", "2026-10-01"),
			grade("", scholarship.Promoted, "11", "2027-08-31")}, "11",
			[]string{"10 2026-04-01 2026-08-31 FAILED", "10 2026-08-31 2026-10-01 REPEATING", "10 2026-10-01 2027-08-31 PROMOTED", "11 2027-08-31  "}},
		{"a late form", []step{grade("11", scholarship.Promoted, "12", "2027-08-31"), grade("10", scholarship.Promoted, "11", "2026-08-31")}, "12",
			[]string{"10 2026-04-01 2026-08-31 PROMOTED", "11 2026-08-31 2027-08-31 PROMOTED", "12 2027-08-31  "}},
		{"a late form of a failure", []step{grade("10", scholarship.Promoted, "11", "2027-08-31"), grade("10", scholarship.Failed, "", "2026-08-31")}, "11",
			[]string{"10 2026-04-01 2026-08-31 FAILED", "10 2026-08-31 2027-08-31 PROMOTED", "11 2027-08-31  "}},
		{"after a dropped term", []step{grade("", scholarship.Failed, "", "2026-08-31"), term("", "T1", scholarship.NotEnrolled, false, "2027-01-01"), enrol("", "2027-02-01"),
			grade("", scholarship.Passed, "11", "2027-08-31")}, "11",
			[]string{"10 2026-04-01 2026-08-31 FAILED", "10 2027-02-01 2027-08-31 PASSED", "11 2027-08-31  "}},
		{"enrolled again, nothing decided", []step{grade("", scholarship.Failed, "", "2026-08-31"), term("", "T1", scholarship.NotEnrolled, false, "2027-01-01"), enrol("", "2027-02-01")},
			"10", []string{"10 2026-04-01 2026-08-31 FAILED", "10 2027-02-01  "}},
		{"after the end", []step{end("", scholarship.Graduated, "2026-08-01"), grade("", scholarship.Passed, "", "2026-08-31")}, "10", []string{"10 2026-04-01 2026-08-31 PASSED"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := tracktest.After(t, append([]step{award("a", "2026-03-01"), enrol("", "2026-04-01")}, test.steps...)...)
			var got []string
			for _, g := range s.Scholarships[0].Grades() {
				got = append(got, string(g.Grade)+" "+g.From.String()+" "+g.On.String()+" "+string(g.Result))
			}
			if !slices.Equal(got, test.want) || string(s.Scholarships[0].Grade) != test.grade {
				t.Errorf("in grade %s, want %s\n got %q\nwant %q", s.Scholarships[0].Grade, test.grade, got, test.want)
			}
		})
	}
	if before := tracktest.After(t, award("a", "2026-03-01")).Scholarships[0].Grades(); len(before) != 0 {
		t.Errorf("before the enrolment: %v", before)
	}
}
