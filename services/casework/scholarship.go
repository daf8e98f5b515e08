package casework

import (
	"cmp"
	"context"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/page"
	"onward/services/scholarship"
	"onward/services/sealed"
)

// AwardScholarshipInput grants a scholarship.
type AwardScholarshipInput struct {
	Request
	scholarship.Award
}

// AwardScholarship records that a scholarship was granted.
func (s *Service) AwardScholarship(ctx context.Context, actor access.Actor, in AwardScholarshipInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.Award)
}

// EnrolInput records an enrolment.
type EnrolInput struct {
	Request
	scholarship.Enrolment
}

// Enrol records that she is at school under an award.
func (s *Service) Enrol(ctx context.Context, actor access.Actor, in EnrolInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.Enrolment)
}

// RecordTermInput records one term's check.
type RecordTermInput struct {
	Request
	scholarship.TermCheck
}

// RecordTerm records the attendance of one term, and whether it was completed. It
// refuses a day before a term of the school calendar has begun.
func (s *Service) RecordTerm(ctx context.Context, actor access.Actor, in RecordTermInput) (*Change, error) {
	on := cmp.Or(in.On, s.Today())
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.TermCheck, begunTerm(in.Term, on))
}

// begunTerm refuses the check of a term that the school calendar knows and that
// had not begun on the day. The calendar is data, so the fold does not hold this.
func begunTerm(term sealed.Text, on calendar.Day) reference {
	return func(context.Context, *casefile.Case) error { return scholarship.PublicSchools.Begun(string(term), on) }
}

// RecordSchoolAbsenceInput records days on which she was not at school.
type RecordSchoolAbsenceInput struct {
	Request
	scholarship.AbsenceRecorded
}

// RecordSchoolAbsence records days on which she was not at school; without a last
// day it is the first day alone.
func (s *Service) RecordSchoolAbsence(ctx context.Context, actor access.Actor, in RecordSchoolAbsenceInput) (*Change, error) {
	in.To = cmp.Or(in.To, in.From)
	in.On = in.To
	return s.recordOn(ctx, actor, access.RecordScholarship, in.Request, "to", in.AbsenceRecorded)
}

// RecordGradeInput records what came of a grade.
type RecordGradeInput struct {
	Request
	scholarship.GradeRecorded
}

// RecordGrade records what came of a grade, and the grade that follows.
func (s *Service) RecordGrade(ctx context.Context, actor access.Actor, in RecordGradeInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.GradeRecorded)
}

// RecordStipendInput records one payment of a stipend.
type RecordStipendInput struct {
	Request
	scholarship.StipendPaid
}

// RecordStipend records one payment of a stipend.
func (s *Service) RecordStipend(ctx context.Context, actor access.Actor, in RecordStipendInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.StipendPaid)
}

// EndScholarshipInput ends a scholarship or an application.
type EndScholarshipInput struct {
	Request
	scholarship.End
}

// EndScholarship records how a scholarship ended.
func (s *Service) EndScholarship(ctx context.Context, actor access.Actor, in EndScholarshipInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.End)
}

// ResumeScholarshipInput lifts a suspension.
type ResumeScholarshipInput struct {
	Request
	scholarship.Resumption
}

// ResumeScholarship lifts the suspension of a scholarship.
func (s *Service) ResumeScholarship(ctx context.Context, actor access.Actor, in ResumeScholarshipInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.Resumption)
}

// The pages of a scholarship's payments and absences.
type (
	StipendConnection       = page.Connection[scholarship.Stipend]
	StipendEdge             = page.Edge[scholarship.Stipend]
	SchoolAbsenceConnection = page.Connection[scholarship.Absence]
	SchoolAbsenceEdge       = page.Edge[scholarship.Absence]
)

// Stipends returns a page of the payments of a scholarship, in the order of
// recording.
func Stipends(sc *scholarship.Scholarship, args page.Args) (*StipendConnection, error) {
	return page.Of(sc.Stipends, scholarship.Stipend.Place, args)
}

// SchoolAbsences returns a page of the absences of a scholarship, the oldest
// first.
func SchoolAbsences(sc *scholarship.Scholarship, args page.Args) (*SchoolAbsenceConnection, error) {
	return page.Sorted(sc.Absences, scholarship.Absence.Place, args)
}
