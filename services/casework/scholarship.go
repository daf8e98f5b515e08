package casework

import (
	"context"

	"onward/services/access"
	"onward/services/scholarship"
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

// RecordTerm records the attendance of one term, and whether it was completed.
func (s *Service) RecordTerm(ctx context.Context, actor access.Actor, in RecordTermInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.TermCheck)
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
