// Package scholarship follows awards: from an application through each term of
// school to graduation, or to another ending.
package scholarship

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/money"
	"onward/services/track"
)

// Class is the group for which an award is given.
type Class string

// The classes that the programme reports apart.
const (
	Women          Class = "WOMEN"
	GirlsSecondary Class = "GIRLS_SECONDARY"
	OtherClass     Class = "OTHER"
)

// Level is the level of education by ISCED 2011.
type Level string

// The levels.
const (
	Primary        Level = "PRIMARY"         // ISCED 1
	LowerSecondary Level = "LOWER_SECONDARY" // ISCED 2
	UpperSecondary Level = "UPPER_SECONDARY" // ISCED 3
	PostSecondary  Level = "POST_SECONDARY"  // ISCED 4
	ShortTertiary  Level = "SHORT_TERTIARY"  // ISCED 5
	Bachelor       Level = "BACHELOR"        // ISCED 6
	NonFormal      Level = "NON_FORMAL"      // outside ISCED's levels
)

// Attendance is what a term's check found.
type Attendance string

// The findings.
const (
	NotEnrolled Attendance = "NOT_ENROLLED"
	Irregular   Attendance = "IRREGULAR"
	Regular     Attendance = "REGULAR"
)

// Ending is how an award ended. Each is the milestone of the same name.
type Ending string

// The endings.
const (
	Graduated  Ending = "GRADUATED"
	Denied     Ending = "DENIED"
	Waitlisted Ending = "WAITLISTED"
	Withdrawn  Ending = "WITHDRAWN"
	DroppedOut Ending = "DROPPED_OUT"
	Suspended  Ending = "SUSPENDED"
	Expelled   Ending = "EXPELLED"
)

// Award is the entry that grants a scholarship.
type Award struct {
	Class  Class        `json:"class" validate:"required"`
	Level  Level        `json:"level" validate:"required"`
	School string       `json:"school" validate:"required,max=200"`
	Grade  string       `json:"grade,omitempty" validate:"max=40"`
	Amount *money.Money `json:"amount,omitempty"` // for a school year
	track.Remark
}

// Enrolment is the entry that says she is at school.
type Enrolment struct {
	ScholarshipID string `json:"scholarshipId,omitempty"` // needed only where several are open
	School        string `json:"school,omitempty" validate:"max=200"`
	Grade         string `json:"grade,omitempty" validate:"max=40"`
	track.Remark
}

// TermCheck is the entry for one term's check.
type TermCheck struct {
	ScholarshipID     string     `json:"scholarshipId,omitempty"`
	Term              string     `json:"term" validate:"required,max=40"` // as the school names it, e.g. 2026-27/1
	Attendance        Attendance `json:"attendance" validate:"required"`
	Completed         bool       `json:"completed,omitempty"`
	UnexcusedAbsences *int       `json:"unexcusedAbsences,omitempty" validate:"omitempty,min=0,max=366"` // days
	track.Remark
}

// End is the entry that ends an award or an application.
type End struct {
	ScholarshipID string `json:"scholarshipId,omitempty"`
	Ending        Ending `json:"ending" validate:"required"`
	Reason        string `json:"reason,omitempty" validate:"max=500"`
}

// Kind names the entry.
func (Award) Kind() string { return "scholarship.awarded" }

// Kind names the entry.
func (Enrolment) Kind() string { return "scholarship.enrolled" }

// Kind names the entry.
func (TermCheck) Kind() string { return "scholarship.termRecorded" }

// Kind names the entry.
func (End) Kind() string { return "scholarship.ended" }

// Summary describes the entry in a sentence.
func (a Award) Summary() string { return "Scholarship awarded, class " + string(a.Class) }

// Summary describes the entry in a sentence.
func (Enrolment) Summary() string { return "Enrolled at school" }

// Summary describes the entry in a sentence.
func (t TermCheck) Summary() string {
	return "Term recorded, attendance " + string(t.Attendance)
}

// Summary describes the entry in a sentence.
func (e End) Summary() string { return "Scholarship ended: " + string(e.Ending) }

// Scholarship is one spell: an application, and the award if it was granted.
type Scholarship struct {
	ID         string       `json:"id"`
	AppliedOn  calendar.Day `json:"appliedOn,omitzero"`
	AwardedOn  calendar.Day `json:"awardedOn,omitzero"`
	Class      Class        `json:"class,omitempty"`
	Level      Level        `json:"level,omitempty"`
	School     string       `json:"school,omitempty"`
	Grade      string       `json:"grade,omitempty"`
	Amount     *money.Money `json:"amount,omitempty"`
	EnrolledOn calendar.Day `json:"enrolledOn,omitzero"`
	Terms      []TermResult `json:"terms,omitempty"`
	EndedOn    calendar.Day `json:"endedOn,omitzero"`
	Ending     Ending       `json:"ending,omitempty"`
}

// TermResult is what one term's check found.
type TermResult struct {
	Term              string       `json:"term"`
	On                calendar.Day `json:"on"`
	Attendance        Attendance   `json:"attendance"`
	Completed         bool         `json:"completed,omitempty"`
	UnexcusedAbsences *int         `json:"unexcusedAbsences,omitempty"`
}

// State is all scholarships, in the order in which they began.
type State struct {
	Scholarships []Scholarship `json:"scholarships,omitempty"`
	Milestones   track.Log     `json:"milestones,omitempty"`
}

// Clone returns a copy that shares nothing that the state's methods change.
func (s State) Clone() State {
	s.Scholarships, s.Milestones = slices.Clone(s.Scholarships), slices.Clone(s.Milestones)
	for i := range s.Scholarships {
		s.Scholarships[i].Terms = slices.Clone(s.Scholarships[i].Terms)
	}
	return s
}

// Apply records an application, which begins a spell.
func (s *State) Apply(newID string, at track.Stamp) error {
	if i := s.pending(); i >= 0 {
		return fault.Input("code", "an application of %s is waiting for its answer", s.Scholarships[i].AppliedOn)
	}
	s.Scholarships = append(s.Scholarships, Scholarship{ID: newID, AppliedOn: at.On})
	s.Milestones.Add(track.Applied, len(s.Scholarships)-1, at)
	return nil
}

// Award grants the waiting application, or begins a spell where there is none.
func (s *State) Award(a Award, newID string, at track.Stamp) error {
	i := s.pending()
	if i < 0 {
		i = len(s.Scholarships)
		s.Scholarships = append(s.Scholarships, Scholarship{ID: newID})
	}
	sc := &s.Scholarships[i]
	if err := track.NotBefore("on", at.On, sc.AppliedOn, "the application"); err != nil {
		return err
	}
	sc.AwardedOn, sc.Class, sc.Level = at.On, id.Intern(a.Class), id.Intern(a.Level)
	sc.School, sc.Grade, sc.Amount = id.Intern(a.School), id.Intern(a.Grade), a.Amount
	s.Milestones.Add(track.Awarded, i, at)
	return nil
}

// Enrol records that she is at school under an award.
func (s *State) Enrol(e Enrolment, at track.Stamp) error {
	i, err := s.open(e.ScholarshipID)
	if err != nil {
		return err
	}
	sc := &s.Scholarships[i]
	if !sc.EnrolledOn.IsZero() {
		return fault.Input("scholarshipId", "she was enrolled on %s already", sc.EnrolledOn)
	}
	if err := track.NotBefore("on", at.On, sc.AwardedOn, "the award"); err != nil {
		return err
	}
	sc.EnrolledOn = at.On
	if e.School != "" {
		sc.School = id.Intern(e.School)
	}
	if e.Grade != "" {
		sc.Grade = id.Intern(e.Grade)
	}
	s.Milestones.Add(track.Enrolled, i, at)
	return nil
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
	case slices.ContainsFunc(sc.Terms, func(r TermResult) bool { return r.Term == t.Term }):
		return fault.Input("term", "term %s is recorded already; reverse that entry to correct it", t.Term)
	}
	if err := track.NotBefore("on", at.On, sc.EnrolledOn, "the enrolment"); err != nil {
		return err
	}
	sc.Terms = append(sc.Terms, TermResult{Term: t.Term, On: at.On, Attendance: id.Intern(t.Attendance),
		Completed: t.Completed, UnexcusedAbsences: t.UnexcusedAbsences})
	s.Milestones.Add(track.AttendanceVerified, i, at)
	if t.Completed {
		s.Milestones.Add(track.TermCompleted, i, at)
	}
	return nil
}

// End ends an award, or an application that was not granted.
func (s *State) End(e End, at track.Stamp) error {
	beforeAward := e.Ending == Denied || e.Ending == Waitlisted
	i, err := s.open(e.ScholarshipID)
	if beforeAward {
		i, err = s.waiting(e)
	}
	if err != nil {
		return err
	}
	sc := &s.Scholarships[i]
	if e.Ending == Graduated && sc.EnrolledOn.IsZero() {
		return fault.Input("ending", "she cannot graduate without having been enrolled")
	}
	if err := track.NotBefore("on", at.On, max(sc.AppliedOn, sc.AwardedOn, sc.EnrolledOn), "the last step of the scholarship"); err != nil {
		return err
	}
	sc.EndedOn, sc.Ending = at.On, id.Intern(e.Ending)
	s.Milestones.Add(track.Code(sc.Ending), i, at)
	return nil
}

// pending returns the index of an application without an answer, or -1.
func (s *State) pending() int {
	return slices.IndexFunc(s.Scholarships, func(sc Scholarship) bool {
		return sc.AwardedOn.IsZero() && sc.EndedOn.IsZero()
	})
}

// waiting returns the index of the application that a denial or a place on the
// waiting list answers.
func (s *State) waiting(e End) (int, error) {
	i := s.pending()
	switch {
	case i < 0:
		return 0, fault.Input("ending", "%s ends an application, and none is waiting", e.Ending)
	case e.ScholarshipID != "" && e.ScholarshipID != s.Scholarships[i].ID:
		return 0, fault.Input("scholarshipId", "this is not the waiting application")
	}
	return i, nil
}

// open returns the index of the award that the input means: the named one, or
// the only one that is open.
func (s *State) open(scholarshipID string) (int, error) {
	found := -1
	for i, sc := range s.Scholarships {
		isOpen := !sc.AwardedOn.IsZero() && sc.EndedOn.IsZero()
		switch {
		case scholarshipID == sc.ID && isOpen:
			return i, nil
		case scholarshipID == sc.ID:
			return 0, fault.Input("scholarshipId", "this scholarship is not an open award")
		case scholarshipID == "" && isOpen && found >= 0:
			return 0, fault.Input("scholarshipId", "several scholarships are open; say which one")
		case scholarshipID == "" && isOpen:
			found = i
		}
	}
	if found < 0 {
		return 0, fault.Input("scholarshipId", "there is no open award; award the scholarship first")
	}
	return found, nil
}

// Progress says how far the track has come.
func (s *State) Progress() track.State {
	n := len(s.Scholarships)
	if n == 0 {
		return track.NotStarted
	}
	switch last := s.Scholarships[n-1]; {
	case last.EndedOn.IsZero():
		return track.InProgress
	case last.Ending == Graduated:
		return track.Completed
	}
	return track.Ended
}

// NotEnrolled returns the awards whose holders are not at school yet: waits that
// the stall rules watch.
func (s *State) NotEnrolled() []track.Milestone {
	var waiting []track.Milestone
	for i, sc := range s.Scholarships {
		if sc.AwardedOn.IsZero() || !sc.EnrolledOn.IsZero() || !sc.EndedOn.IsZero() {
			continue
		}
		if m, ok := s.Milestones.Find(i, track.Awarded); ok {
			waiting = append(waiting, m)
		}
	}
	return waiting
}
