package casework

import (
	"cmp"
	"context"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/employment"
)

// LogPlacementInput begins a placement.
type LogPlacementInput struct {
	Request
	StartedOn calendar.Day `json:"startedOn"`
	employment.Started
}

// LogPlacement records that she started a job.
func (s *Service) LogPlacement(ctx context.Context, actor access.Actor, in LogPlacementInput) (*Change, error) {
	in.On = in.StartedOn
	return s.recordOn(ctx, actor, access.RecordEmployment, in.Request, "startedOn", in.Started,
		s.ownEmployer(actor, in.EmployerID), s.safeEmployer(in.Started, cmp.Or(in.StartedOn, s.Today())))
}

// CheckRetentionInput records one check of retention.
type CheckRetentionInput struct {
	Request
	employment.RetentionChecked
}

// CheckRetention records whether she still works there.
func (s *Service) CheckRetention(ctx context.Context, actor access.Actor, in CheckRetentionInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordEmployment, in.Request, in.RetentionChecked)
}

// EndPlacementInput ends a placement.
type EndPlacementInput struct {
	Request
	employment.Ended
}

// EndPlacement records that a job ended, with the reason.
func (s *Service) EndPlacement(ctx context.Context, actor access.Actor, in EndPlacementInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordEmployment, in.Request, in.Ended)
}

// UpdatePlacementInput changes the terms of a placement.
type UpdatePlacementInput struct {
	Request
	employment.Updated
}

// UpdatePlacement records new terms of a job, from a day on.
func (s *Service) UpdatePlacement(ctx context.Context, actor access.Actor, in UpdatePlacementInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordEmployment, in.Request, in.Updated)
}

// RecordWorkplaceCheckInput records a check of a workplace.
type RecordWorkplaceCheckInput struct {
	Request
	employment.WorkplaceChecked
}

// RecordWorkplaceCheck records how safe a workplace was found.
func (s *Service) RecordWorkplaceCheck(ctx context.Context, actor access.Actor, in RecordWorkplaceCheckInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordEmployment, in.Request, in.WorkplaceChecked, s.ownEmployer(actor, in.EmployerID))
}
