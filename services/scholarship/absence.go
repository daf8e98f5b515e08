package scholarship

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// LongestAbsence is how many days one absence can last, so that a slip of the pen
// in a year is found [J]. Who was away longer was not enrolled in a term.
const LongestAbsence = 184

// AbsenceReason is why she was not at school.
type AbsenceReason string

// The reasons of an absence.
const (
	Illness       AbsenceReason = "ILLNESS"
	FamilyMatter  AbsenceReason = "FAMILY"
	Working       AbsenceReason = "WORK"
	Unsafe        AbsenceReason = "SAFETY"
	UnknownReason AbsenceReason = "UNKNOWN"
	OtherAbsence  AbsenceReason = "OTHER"
)

// Absence is some days on which she was not at school.
type Absence struct {
	From    calendar.Day  `json:"from"`
	To      calendar.Day  `json:"to"`
	Entry   int32         `json:"entry"`             // version of the case with this entry
	Excused *bool         `json:"excused,omitempty"` // nil while nobody knows
	Reason  AbsenceReason `json:"reason,omitempty"`
}

// Place returns the place of the absence among those of its scholarship.
func (a Absence) Place() string { return a.From.String() }

// Days returns the school days of the absence.
func (a Absence) Days() int { return schoolDays(a.From, a.To) }

func (a Absence) unexcused() bool { return a.Excused != nil && !*a.Excused }

// schoolDays counts the days from Monday to Saturday [J] in a span whose ends
// belong to it. Holidays are not left out: a school reports no absence on them.
func schoolDays(from, to calendar.Day) int {
	if to < from {
		return 0
	}
	sundays := to/7 - (from-1)/7 // day 1 was a Monday
	return int(to - from + 1 - sundays)
}

// RecordAbsence records days on which she was not at school.
func (s *State) RecordAbsence(a AbsenceRecorded, at track.Stamp) error {
	i, err := s.open(a.ScholarshipID)
	if err != nil {
		return err
	}
	sc := &s.Scholarships[i]
	switch {
	case sc.EnrolledOn.IsZero():
		return fault.Input("scholarshipId", "she is not enrolled yet; record the enrolment first")
	case a.To < a.From:
		return fault.Input("to", "%s is before the first day of the absence, %s", a.To, a.From)
	case a.To-a.From >= LongestAbsence:
		return fault.Input("from", "an absence lasts at most %d days; record a term as NOT_ENROLLED instead", LongestAbsence)
	case schoolDays(a.From, a.To) == 0:
		return fault.Input("from", "%s is a Sunday; an absence holds a school day, Monday to Saturday", a.From)
	}
	if err := track.NotBefore("from", a.From, sc.EnrolledOn, "the enrolment"); err != nil {
		return err
	}
	place, err := sc.placeFor(a)
	if err != nil {
		return err
	}
	sc.Absences = slices.Insert(sc.Absences, place, Absence{
		From: a.From, To: a.To, Entry: int32(at.Entry), Excused: a.Excused, Reason: id.Intern(a.Reason)})
	return nil
}

// placeFor returns where an absence belongs among the others, which are kept in
// the order of their days, and refuses one that overlaps another.
func (sc *Scholarship) placeFor(a AbsenceRecorded) (int, error) {
	for i, other := range sc.Absences {
		switch {
		case other.To < a.From:
			continue
		case other.From <= a.To:
			return 0, fault.Input("from", "she is recorded as absent from %s to %s already; reverse that entry to correct it", other.From, other.To)
		}
		return i, nil
	}
	return len(sc.Absences), nil
}

// Run is a run of unexcused absence under one award.
type Run struct {
	Days  int          // school days
	Since calendar.Day // the first day
	Entry int          // of the absence that begins it
	First int          // of the absence that was recorded first: it stays the same when the run grows, at either end

	absences []Absence // in the order of their days; those of which nobody knows whether they were excused too
}

// Reached returns the day on which the run came to a number of school days, 1 or
// more.
func (r Run) Reached(days int) (on calendar.Day, ok bool) {
	for _, a := range r.absences {
		if !a.unexcused() {
			continue
		}
		for on := a.From; on <= a.To; on++ {
			if days -= schoolDays(on, on); days <= 0 {
				return on, true
			}
		}
	}
	return 0, false
}

// UnexcusedRuns returns the runs of unexcused absence that go on, one at most for
// each open award. A run goes on until a term's check or an enrolment of a later
// day finds her at school, until an excused absence follows, or until the award
// ends. Absences of which nobody knows whether they were excused neither count nor
// break it.
func (s *State) UnexcusedRuns() []Run {
	var runs []Run
	for i := range s.Scholarships {
		if r := s.Scholarships[i].unexcusedRun(); r.Days > 0 {
			runs = append(runs, r)
		}
	}
	return runs
}

// ConsecutiveUnexcused returns the school days of the run of unexcused absence
// that goes on.
func (sc *Scholarship) ConsecutiveUnexcused() int { return sc.unexcusedRun().Days }

func (sc *Scholarship) unexcusedRun() Run {
	n := len(sc.Absences)
	if n == 0 || !sc.isOpen() || sc.seenAfter(sc.Absences[n-1].To) {
		return Run{}
	}
	var r Run
	follower := sc.Absences[n-1].To + 1
	for i, a := range slices.Backward(sc.Absences) {
		if a.Excused != nil && *a.Excused || schoolDays(a.To+1, follower-1) > 0 {
			break
		}
		if a.unexcused() {
			r.take(a)
		}
		follower, r.absences = a.From, sc.Absences[i:]
	}
	return r
}

// take adds an absence that lies before the others.
func (r *Run) take(a Absence) {
	r.Days, r.Since, r.Entry = r.Days+a.Days(), a.From, int(a.Entry)
	if r.First == 0 || int(a.Entry) < r.First {
		r.First = int(a.Entry)
	}
}

// seenAfter reports whether she was found at school, or enrolled again, on a day
// after another one.
func (sc *Scholarship) seenAfter(on calendar.Day) bool {
	return sc.lastEnrolment() > on || slices.ContainsFunc(sc.Terms, func(t TermResult) bool {
		return t.Attendance != NotEnrolled && t.On > on
	})
}

// TermAbsences counts the school days of absence in one term.
type TermAbsences struct {
	Term      string // the code of the term, such as 2026-27/1; empty for days in no term of the calendar
	Unexcused int
	Excused   int
	Unknown   int // nobody knows whether they were excused
}

// AbsencesByTerm counts the days of the absences by the terms of the calendar in
// which they lie, the oldest first; of more than track.Most terms, the last ones.
func (sc *Scholarship) AbsencesByTerm() []TermAbsences {
	var all []TermAbsences
	var term SchoolTerm
	for _, a := range sc.Absences {
		for on := a.From; on <= a.To; on++ {
			if !term.Contains(on) {
				term, _ = PublicSchools.TermOn(on)
			}
			i := slices.IndexFunc(all, func(t TermAbsences) bool { return t.Term == term.Code })
			if i < 0 {
				i = len(all)
				all = append(all, TermAbsences{Term: term.Code})
			}
			all[i].add(a, schoolDays(on, on))
		}
	}
	all = slices.DeleteFunc(all, func(t TermAbsences) bool { return t.Unexcused+t.Excused+t.Unknown == 0 })
	return all[max(0, len(all)-track.Most):]
}

func (t *TermAbsences) add(a Absence, days int) {
	switch {
	case a.Excused == nil:
		t.Unknown += days
	case *a.Excused:
		t.Excused += days
	default:
		t.Unexcused += days
	}
}
