package graph

import (
	"context"
	"onward/jobs"
)

func (r *mutationResolver) RunJob(ctx context.Context, input jobs.RunInput) (*jobs.RunPayload, error) {
	return r.Resolver.Jobs.RunAs(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) Jobs(ctx context.Context) ([]jobs.Description, error) {
	return r.Resolver.Jobs.Describe(ctx, viewOf(ctx).Actor)
}
