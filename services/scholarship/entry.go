package scholarship

import (
	"onward/services/calendar"
	"onward/services/money"
	"onward/services/sealed"
	"onward/services/track"
)

// Award is the entry that grants a scholarship.
type Award struct {
	ScholarshipID string       `json:"scholarshipId,omitempty"` // the application that it answers, where several could be meant
	Class         Class        `json:"class" validate:"required"`
	Level         Level        `json:"level" validate:"required"`
	School        sealed.Text  `json:"school" validate:"required,max=200"`
	Grade         sealed.Text  `json:"grade,omitempty" seal:"same" validate:"max=40"`
	Amount        *money.Money `json:"amount,omitempty"` // for a school year
	track.Remark
}

// Enrolment is the entry that says she is at school.
type Enrolment struct {
	ScholarshipID string      `json:"scholarshipId,omitempty"` // needed only where several are open
	School        sealed.Text `json:"school,omitempty" validate:"max=200"`
	Grade         sealed.Text `json:"grade,omitempty" seal:"same" validate:"max=40"`
	track.Remark
}

// TermCheck is the entry for one term's check.
type TermCheck struct {
	ScholarshipID     string      `json:"scholarshipId,omitempty"`
	Term              sealed.Text `json:"term" seal:"same unless 0000-00/0" validate:"required,max=40"` // as the school names it, e.g. 2026-27/1
	Attendance        Attendance  `json:"attendance" validate:"required"`
	Completed         bool        `json:"completed,omitempty"`
	UnexcusedAbsences *int        `json:"unexcusedAbsences,omitempty" validate:"omitempty,min=0,max=366"` // days
	DaysHeld          *int        `json:"daysHeld,omitempty" validate:"omitempty,min=1,max=366"`          // days of school in the term
	DaysAttended      *int        `json:"daysAttended,omitempty" validate:"omitempty,min=0,max=366"`      // of these
	track.Remark
}

// AbsenceRecorded is the entry for one absence from school. The day of the entry
// is the last day of the absence.
type AbsenceRecorded struct {
	ScholarshipID string        `json:"scholarshipId,omitempty"`
	From          calendar.Day  `json:"from" validate:"required"` // the first day
	To            calendar.Day  `json:"to" validate:"required"`   // the last day, which belongs to it
	Excused       *bool         `json:"excused,omitempty"`        // absent while nobody knows
	Reason        AbsenceReason `json:"reason,omitempty"`
	track.Remark
}

// GradeRecorded is the entry for what came of one grade.
type GradeRecorded struct {
	ScholarshipID string      `json:"scholarshipId,omitempty"`
	Grade         sealed.Text `json:"grade,omitempty" seal:"same" validate:"max=40"` // the scholarship's grade when absent
	Result        Result      `json:"result" validate:"required"`
	NextGrade     sealed.Text `json:"nextGrade,omitempty" seal:"same" validate:"max=40"`
	track.Remark
}

// StipendPaid is the entry for one payment of a stipend.
type StipendPaid struct {
	ScholarshipID string      `json:"scholarshipId,omitempty"`
	Amount        money.Money `json:"amount"`
	Period        sealed.Text `json:"period,omitempty" seal:"same" validate:"max=40"` // for which it is paid, e.g. 2026-11
	Method        Method      `json:"method" validate:"required"`
	ReceivedBy    Receiver    `json:"receivedBy,omitempty"`
	track.Remark
}

// End is the entry that ends an award or an application.
type End struct {
	ScholarshipID string      `json:"scholarshipId,omitempty"`
	Ending        Ending      `json:"ending" validate:"required"`
	ReasonCode    EndReason   `json:"reasonCode,omitempty"`
	Reason        sealed.Text `json:"reason,omitempty" validate:"max=500"`
}

// Resumption is the entry that lifts a suspension.
type Resumption struct {
	ScholarshipID string `json:"scholarshipId,omitempty"` // needed only where several are suspended
	track.Remark
}

// Kind names the entry.
func (Award) Kind() string { return "scholarship.awarded" }

// Kind names the entry.
func (Enrolment) Kind() string { return "scholarship.enrolled" }

// Kind names the entry.
func (TermCheck) Kind() string { return "scholarship.termRecorded" }

// Kind names the entry.
func (AbsenceRecorded) Kind() string { return "scholarship.absenceRecorded" }

// Kind names the entry.
func (GradeRecorded) Kind() string { return "scholarship.gradeRecorded" }

// Kind names the entry.
func (StipendPaid) Kind() string { return "scholarship.stipendPaid" }

// Kind names the entry.
func (End) Kind() string { return "scholarship.ended" }

// Kind names the entry.
func (Resumption) Kind() string { return "scholarship.resumed" }

// Summary describes the entry in a sentence.
func (a Award) Summary() string { return "Scholarship awarded, class " + string(a.Class) }

// Summary describes the entry in a sentence.
func (Enrolment) Summary() string { return "Enrolled at school" }

// Summary describes the entry in a sentence.
func (t TermCheck) Summary() string {
	return "Term recorded, attendance " + string(t.Attendance)
}

// Summary describes the entry in a sentence.
func (a AbsenceRecorded) Summary() string {
	switch {
	case a.Excused == nil:
		return "Absence from school recorded"
	case *a.Excused:
		return "Excused absence from school recorded"
	}
	return "Unexcused absence from school recorded"
}

// Summary describes the entry in a sentence.
func (g GradeRecorded) Summary() string { return "Grade recorded: " + string(g.Result) }

// Summary describes the entry in a sentence.
func (s StipendPaid) Summary() string {
	return "Stipend paid, " + string(s.Method)
}

// Summary describes the entry in a sentence.
func (e End) Summary() string { return "Scholarship ended: " + string(e.Ending) }

// Summary describes the entry in a sentence.
func (Resumption) Summary() string { return "Suspension of the scholarship lifted" }
