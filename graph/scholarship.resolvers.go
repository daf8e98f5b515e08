package graph

import (
	"context"
	"onward/services/casework"
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

func (r *mutationResolver) EndScholarship(ctx context.Context, input casework.EndScholarshipInput) (*casework.Change, error) {
	return r.Casework.EndScholarship(ctx, viewOf(ctx).Actor, input)
}
