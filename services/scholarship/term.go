package scholarship

import (
	"cmp"
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// Attendance is what a term's check found.
type Attendance string

// The findings.
const (
	NotEnrolled Attendance = "NOT_ENROLLED"
	Irregular   Attendance = "IRREGULAR"
	Regular     Attendance = "REGULAR"
)

// TermResult is what one term's check found.
type TermResult struct {
	Term              sealed.Text  `json:"term"`
	On                calendar.Day `json:"on"`
	Attendance        Attendance   `json:"attendance"`
	Completed         bool         `json:"completed,omitempty"`
	UnexcusedAbsences *int         `json:"unexcusedAbsences,omitempty"`
	Held              int16        `json:"daysHeld,omitempty"`     // days of school; 0 where they were not counted
	Attended          int16        `json:"daysAttended,omitempty"` // of these
}

// DaysHeld returns the days of school in the term, or nil where they were not
// counted.
func (t *TermResult) DaysHeld() *int { return t.counted(t.Held) }

// DaysAttended returns how many of these days she was at school, or nil where
// they were not counted.
func (t *TermResult) DaysAttended() *int { return t.counted(t.Attended) }

func (t *TermResult) counted(days int16) *int {
	if t.Held == 0 {
		return nil
	}
	n := int(days)
	return &n
}

// AttendanceShare returns the days attended of the days held, from 0 to 1, or nil
// where they were not counted.
func (t *TermResult) AttendanceShare() *float64 {
	if t.Held == 0 {
		return nil
	}
	share := float64(t.Attended) / float64(t.Held)
	return &share
}

// RecordTerm records one term's check: the milestone ATTENDANCE_VERIFIED, and
// TERM_COMPLETED where the term was completed.
func (s *State) RecordTerm(t TermCheck, at track.Stamp) error {
	i, err := s.open(t.ScholarshipID)
	if err != nil {
		return err
	}
	sc := &s.Scholarships[i]
	switch {
	case sc.EnrolledOn.IsZero():
		return fault.Input("scholarshipId", "she is not enrolled yet; record the enrolment first")
	case t.Completed && t.Attendance == NotEnrolled:
		return fault.Input("completed", "a term cannot be completed by someone who was not enrolled")
	case slices.ContainsFunc(sc.Terms, func(r TermResult) bool { return r.Term.Same(t.Term) }):
		return fault.Input("term", "this term is recorded already; reverse that entry to correct it")
	}
	err = cmp.Or(
		t.countsFit(),
		track.NotBefore("on", at.On, sc.EnrolledOn, "the enrolment"),
		track.Full("term", len(sc.Terms), "terms of one scholarship"))
	if err != nil {
		return err
	}
	sc.Terms = append(sc.Terms, TermResult{Term: t.Term, On: at.On, Attendance: id.Intern(t.Attendance),
		Completed: t.Completed, UnexcusedAbsences: t.UnexcusedAbsences, Held: days(t.DaysHeld), Attended: days(t.DaysAttended)})
	s.Milestones.Add(track.AttendanceVerified, i, at)
	if t.Completed {
		s.Milestones.Add(track.TermCompleted, i, at)
	}
	return nil
}

// countsFit refuses counts of days that contradict each other.
func (t TermCheck) countsFit() error {
	held, attended, unexcused := days(t.DaysHeld), days(t.DaysAttended), days(t.UnexcusedAbsences)
	switch {
	case (t.DaysHeld == nil) != (t.DaysAttended == nil):
		return fault.Input("daysHeld", "daysHeld and daysAttended go together")
	case t.DaysHeld == nil:
		return nil
	case t.Attendance == NotEnrolled:
		return fault.Input("daysHeld", "leave the days out for someone who was not enrolled")
	case attended > held:
		return fault.Input("daysAttended", "she cannot have attended %d of %d days", attended, held)
	case attended+unexcused > held:
		return fault.Input("unexcusedAbsences", "%d days attended and %d days of unexcused absence are more than the %d days held", attended, unexcused, held)
	}
	return nil
}

// days is a count that may be absent, which its bounds keep small.
func days(n *int) int16 {
	if n == nil {
		return 0
	}
	return int16(*n)
}

// TermsInOrder returns the terms in the order of the school calendar, whenever
// their forms came in. A term of no known calendar stands by the day of its
// check.
func (sc *Scholarship) TermsInOrder() []TermResult {
	return slices.SortedStableFunc(slices.Values(sc.Terms), func(a, b TermResult) int { return cmp.Compare(a.place(), b.place()) })
}

func (t TermResult) place() calendar.Day {
	if known, ok := PublicSchools.Term(string(t.Term)); ok {
		return known.From
	}
	return t.On
}
