package shelter

import (
	"cmp"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// AbsenceReason is why she is away from the shelter in which she stays.
type AbsenceReason string

// The reasons for an absence.
const (
	FamilyVisit  AbsenceReason = "FAMILY_VISIT"
	MedicalCare  AbsenceReason = "MEDICAL"
	CourtHearing AbsenceReason = "COURT"
	AtSchool     AbsenceReason = "SCHOOL"
	Missing      AbsenceReason = "MISSING"
	OtherAbsence AbsenceReason = "OTHER"
)

// AbsenceBegan is the entry for her leaving for a while. The bed stays hers.
type AbsenceBegan struct {
	ExpectedReturnOn calendar.Day  `json:"expectedReturnOn,omitzero"`
	Reason           AbsenceReason `json:"reason" validate:"required"`
	track.Remark
}

// AbsenceEnded is the entry for her coming back.
type AbsenceEnded struct {
	track.Remark
}

// Kind names the entry.
func (AbsenceBegan) Kind() string { return "shelter.absenceBegan" }

// Kind names the entry.
func (AbsenceEnded) Kind() string { return "shelter.absenceEnded" }

// Summary describes the entry in a sentence.
func (AbsenceBegan) Summary() string { return "Away from the shelter for a while" }

// Summary describes the entry in a sentence.
func (AbsenceEnded) Summary() string { return "Back at the shelter" }

// Absence is a while in which she was away and the stay went on.
type Absence struct {
	BeganOn          calendar.Day  `json:"beganOn"`
	ExpectedReturnOn calendar.Day  `json:"expectedReturnOn,omitzero"`
	Reason           AbsenceReason `json:"reason"`
	EndedOn          calendar.Day  `json:"endedOn,omitzero"` // the day on which she came back, or left the shelter while away
	Returned         bool          `json:"returned,omitempty"`
}

// Absences returns the leaves of absence, in order: an empty list for none, since
// in an answer null says that the reader may not know.
func (s Stay) Absences() []Absence {
	if s.Leaves == nil {
		return []Absence{}
	}
	return s.Leaves
}

// Away returns the absence that she has not come back from, if there is one.
func (s *Stay) Away() (*Absence, bool) {
	if n := len(s.Leaves); n > 0 && s.Leaves[n-1].EndedOn.IsZero() {
		return &s.Leaves[n-1], true
	}
	return nil, false
}

// after refuses a day before the admission, or before the last move or absence.
func (s *Stay) after(on calendar.Day) error {
	err := track.NotBefore("on", on, s.AdmittedOn, "the admission")
	if n := len(s.Moves); n > 0 {
		err = cmp.Or(err, track.NotBefore("on", on, s.Moves[n-1].On, "the last move to another site"))
	}
	if n := len(s.Leaves); n > 0 {
		a := s.Leaves[n-1]
		err = cmp.Or(err, track.NotBefore("on", on, a.BeganOn, "the beginning of the last absence"),
			track.NotBefore("on", on, a.EndedOn, "the end of the last absence"))
	}
	return err
}

// BeginAbsence records that she is away while the stay goes on.
func (s *State) BeginAbsence(b AbsenceBegan, at track.Stamp) error {
	stay, open := s.Current()
	if !open {
		return fault.Input("caseId", "there is no open stay to be away from; admit her to the shelter first")
	}
	if a, away := stay.Away(); away {
		return fault.Input("caseId", "she is away since %s; record her return first", a.BeganOn)
	}
	err := cmp.Or(track.NotBefore("on", at.On, stay.AdmittedOn, "the admission"),
		track.Full("caseId", len(stay.Leaves), "absences in one stay"))
	if n := len(stay.Leaves); n > 0 {
		err = cmp.Or(err, track.NotBefore("on", at.On, stay.Leaves[n-1].EndedOn, "the end of the last absence"))
	}
	if !b.ExpectedReturnOn.IsZero() {
		err = cmp.Or(err, track.NotBefore("expectedReturnOn", b.ExpectedReturnOn, at.On, "the beginning of the absence"))
	}
	if err != nil {
		return err
	}
	stay.Leaves = append(stay.Leaves, Absence{BeganOn: at.On, ExpectedReturnOn: b.ExpectedReturnOn, Reason: id.Intern(b.Reason)})
	return nil
}

// EndAbsence records that she came back.
func (s *State) EndAbsence(at track.Stamp) error {
	stay, open := s.Current()
	if !open {
		return fault.Input("caseId", "there is no open stay to come back to; admit her to the shelter")
	}
	a, away := stay.Away()
	if !away {
		return fault.Input("caseId", "she is not away")
	}
	if err := track.NotBefore("on", at.On, a.BeganOn, "the beginning of the absence"); err != nil {
		return err
	}
	a.EndedOn, a.Returned = at.On, true
	return nil
}
