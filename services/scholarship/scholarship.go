// Package scholarship follows awards: from an application through each term of
// school to graduation, or to another ending.
package scholarship

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/money"
	"onward/services/sealed"
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

// Scholarship is one spell: an application, and the award if it was granted. A
// suspension that is lifted and a term in which she was not enrolled belong to
// the spell: she can come back and graduate.
type Scholarship struct {
	Part        id.Part        `json:"id"`                // read through ID
	AwardID     string         `json:"awardId,omitempty"` // a second identifier, of an award from the waiting list
	AppliedOn   calendar.Day   `json:"appliedOn,omitzero"`
	WaitedFrom  calendar.Day   `json:"waitedFrom,omitzero"` // when it came on the waiting list, once it has left it
	AwardedOn   calendar.Day   `json:"awardedOn,omitzero"`
	Class       Class          `json:"class,omitempty"`
	Level       Level          `json:"level,omitempty"`
	School      sealed.Text    `json:"school,omitempty"`
	Grade       sealed.Text    `json:"grade,omitempty"` // in which she is now
	Amount      *money.Money   `json:"amount,omitempty"`
	EnrolledOn  calendar.Day   `json:"enrolledOn,omitzero"`    // the first time
	Reenrolled  []calendar.Day `json:"reenrolledOn,omitempty"` // after a break
	Terms       []TermResult   `json:"terms,omitempty"`        // in the order of recording
	Absences    []Absence      `json:"absences,omitempty"`     // in the order of their days
	Results     []GradeResult  `json:"grades,omitempty"`       // in the order of their days
	Stipends    []Stipend      `json:"stipends,omitempty"`     // in the order of recording
	Suspensions []Suspension   `json:"suspensions,omitempty"`  // those that were lifted
	EndedOn     calendar.Day   `json:"endedOn,omitzero"`
	Ending      Ending         `json:"ending,omitempty"`
	EndReason   EndReason      `json:"endReason,omitempty"`
}

// ID returns the identifier of the scholarship.
func (sc Scholarship) ID() string { return sc.Part.String() }

// isOpen reports whether it is an award that has not ended.
func (sc *Scholarship) isOpen() bool { return !sc.AwardedOn.IsZero() && sc.EndedOn.IsZero() }

// named reports whether an identifier is one of the scholarship's.
func (sc *Scholarship) named(scholarshipID string) bool {
	return scholarshipID == sc.ID() || scholarshipID != "" && scholarshipID == sc.AwardID
}

// lastEnrolment returns the day of the last enrolment, or none.
func (sc *Scholarship) lastEnrolment() calendar.Day {
	if n := len(sc.Reenrolled); n > 0 {
		return sc.Reenrolled[n-1]
	}
	return sc.EnrolledOn
}

// lastStep returns the day before which the scholarship cannot end.
func (sc *Scholarship) lastStep() calendar.Day {
	step := max(sc.AppliedOn, sc.AwardedOn, sc.lastEnrolment(), sc.EndedOn)
	if n := len(sc.Suspensions); n > 0 {
		step = max(step, sc.Suspensions[n-1].To)
	}
	return step
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
		sc := &s.Scholarships[i]
		sc.Reenrolled, sc.Terms, sc.Absences = slices.Clone(sc.Reenrolled), slices.Clone(sc.Terms), slices.Clone(sc.Absences)
		sc.Results, sc.Stipends, sc.Suspensions = slices.Clone(sc.Results), slices.Clone(sc.Stipends), slices.Clone(sc.Suspensions)
	}
	return s
}

// Apply records an application, which begins a spell.
func (s *State) Apply(newID id.Part, at track.Stamp) error {
	if i := s.pending(); i >= 0 {
		return fault.Input("code", "an application of %s is waiting for its answer", s.Scholarships[i].AppliedOn)
	}
	if err := track.Full("code", len(s.Scholarships), "scholarships"); err != nil {
		return err
	}
	s.Scholarships = append(s.Scholarships, Scholarship{Part: newID, AppliedOn: at.On})
	s.Milestones.Add(track.Applied, len(s.Scholarships)-1, at)
	return nil
}

// Award grants the application that it answers, or begins a spell where there is
// none. An application on the waiting list goes on as the same spell.
func (s *State) Award(a Award, newID id.Part, at track.Stamp) error {
	i, err := s.answered(a.ScholarshipID, at.On)
	if err != nil {
		return err
	}
	if i < 0 {
		if err := track.Full("caseId", len(s.Scholarships), "scholarships"); err != nil {
			return err
		}
		i = len(s.Scholarships)
		s.Scholarships = append(s.Scholarships, Scholarship{Part: newID})
	}
	sc := &s.Scholarships[i]
	if err := track.NotBefore("on", at.On, sc.AppliedOn, "the application"); err != nil {
		return err
	}
	if sc.onWaitingList() {
		if err := track.NotBefore("on", at.On, sc.EndedOn, "the place on the waiting list"); err != nil {
			return err
		}
		sc.AwardID = newID.String()
		sc.leaveWaitingList()
	}
	sc.AwardedOn, sc.Class, sc.Level = at.On, id.Intern(a.Class), id.Intern(a.Level)
	sc.School, sc.Grade, sc.Amount = a.School, a.Grade, a.Amount
	s.Milestones.Add(track.Awarded, i, at)
	return nil
}

// Enrol records that she is at school under an award: for the first time, or
// again after a suspension or a term in which she was not enrolled.
func (s *State) Enrol(e Enrolment, at track.Stamp) error {
	i, err := s.open(e.ScholarshipID)
	if err != nil {
		return err
	}
	sc := &s.Scholarships[i]
	switch {
	case sc.EnrolledOn.IsZero():
		err = track.NotBefore("on", at.On, sc.AwardedOn, "the award")
	case !s.away(i):
		err = fault.Input("scholarshipId", "she was enrolled on %s already", sc.lastEnrolment())
	default:
		err = sc.mayReturn(at.On)
	}
	if err != nil {
		return err
	}
	if sc.EnrolledOn.IsZero() {
		sc.EnrolledOn = at.On
	} else {
		sc.Reenrolled = append(sc.Reenrolled, at.On)
	}
	if e.School != "" {
		sc.School = e.School
	}
	if n := len(sc.Results); e.Grade != "" && (n == 0 || sc.Results[n-1].On <= at.On) {
		sc.Grade = e.Grade
	}
	s.Milestones.Add(track.Enrolled, i, at)
	return nil
}

// away reports whether an open award's holder was last found not enrolled, or
// was suspended since she was last at school.
func (s *State) away(spell int) bool {
	for _, m := range slices.Backward(s.Milestones) {
		if int(m.Spell) != spell {
			continue
		}
		switch m.Code() {
		case track.Enrolled:
			return false
		case track.Suspended:
			return true // and it was lifted, since the award is open
		case track.AttendanceVerified:
			terms := s.Scholarships[spell].Terms
			return terms[len(terms)-1].Attendance == NotEnrolled
		}
	}
	return false
}

// mayReturn refuses an enrolment after a break that lies before the break.
func (sc *Scholarship) mayReturn(on calendar.Day) error {
	if err := track.NotBefore("on", on, sc.lastEnrolment(), "the enrolment before the break"); err != nil {
		return err
	}
	if n := len(sc.Suspensions); n > 0 {
		if err := track.NotBefore("on", on, sc.Suspensions[n-1].To, "the end of the suspension"); err != nil {
			return err
		}
	}
	return track.Full("scholarshipId", len(sc.Reenrolled), "enrolments after a break in one scholarship")
}

// Progress says how far the track has come: it goes on while any spell does, and
// otherwise the last spell counts.
func (s *State) Progress() track.State {
	n := len(s.Scholarships)
	if n == 0 {
		return track.NotStarted
	}
	switch last := s.Scholarships[n-1]; {
	case slices.ContainsFunc(s.Scholarships, func(sc Scholarship) bool { return sc.EndedOn.IsZero() }):
		return track.InProgress
	case last.Ending == Graduated:
		return track.Completed
	}
	return track.Ended
}

// NotEnrolled returns the awards whose holders have not been at school yet: waits
// that the stall rules watch. Who was enrolled once waits no more, even where she
// has to enrol again after a break.
func (s *State) NotEnrolled() []track.Milestone {
	var waiting []track.Milestone
	for i, sc := range s.Scholarships {
		if !sc.isOpen() || !sc.EnrolledOn.IsZero() {
			continue
		}
		if m, ok := s.Milestones.Find(i, track.Awarded); ok {
			waiting = append(waiting, m)
		}
	}
	return waiting
}
