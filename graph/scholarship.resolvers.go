package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/locale"
	"onward/services/page"
	"onward/services/scholarship"
)

func (r *mutationResolver) AwardScholarship(ctx context.Context, input casework.AwardScholarshipInput) (*casework.Change, error) {
	return r.Casework.AwardScholarship(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) Enrol(ctx context.Context, input casework.EnrolInput) (*casework.Change, error) {
	return r.Casework.Enrol(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordTerm(ctx context.Context, input casework.RecordTermInput) (*casework.Change, error) {
	return r.Casework.RecordTerm(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordSchoolAbsence(ctx context.Context, input casework.RecordSchoolAbsenceInput) (*casework.Change, error) {
	return r.Casework.RecordSchoolAbsence(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordGrade(ctx context.Context, input casework.RecordGradeInput) (*casework.Change, error) {
	return r.Casework.RecordGrade(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordStipend(ctx context.Context, input casework.RecordStipendInput) (*casework.Change, error) {
	return r.Casework.RecordStipend(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) EndScholarship(ctx context.Context, input casework.EndScholarshipInput) (*casework.Change, error) {
	return r.Casework.EndScholarship(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ResumeScholarship(ctx context.Context, input casework.ResumeScholarshipInput) (*casework.Change, error) {
	return r.Casework.ResumeScholarship(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) SchoolCalendar(ctx context.Context, schoolYear string) (*scholarship.SchoolYear, error) {
	return scholarship.PublicSchools.Year(schoolYear)
}

func (r *scholarshipResolver) Stipends(ctx context.Context, obj *scholarship.Scholarship, first *int, after *string, last *int, before *string) (*page.Connection[scholarship.Stipend], error) {
	return casework.Stipends(obj, page.Args{First: first, After: after, Last: last, Before: before})
}

func (r *scholarshipResolver) Absences(ctx context.Context, obj *scholarship.Scholarship, first *int, after *string, last *int, before *string) (*page.Connection[scholarship.Absence], error) {
	return casework.SchoolAbsences(obj, page.Args{First: first, After: after, Last: last, Before: before})
}

func (r *schoolCalendarResolver) Label(ctx context.Context, obj *scholarship.SchoolYear, locale *locale.Locale) (string, error) {
	return obj.Label(language(locale)), nil
}

func (r *Resolver) Scholarship() generated.ScholarshipResolver { return &scholarshipResolver{r} }

func (r *Resolver) SchoolCalendar() generated.SchoolCalendarResolver {
	return &schoolCalendarResolver{r}
}

type (
	scholarshipResolver    struct{ *Resolver }
	schoolCalendarResolver struct{ *Resolver }
)
