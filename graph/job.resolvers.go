package graph

import (
	"context"
	"onward/graph/generated"
	"onward/jobs"
)

func (r *jobResolver) LastRuns(ctx context.Context, obj *jobs.Description) ([]jobs.Run, error) {
	return r.Jobs.LastRuns(ctx, obj)
}

func (r *mutationResolver) RunJob(ctx context.Context, input jobs.RunInput) (*jobs.RunPayload, error) {
	return r.Resolver.Jobs.RunAs(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) Jobs(ctx context.Context) ([]jobs.Description, error) {
	return r.Resolver.Jobs.Describe(ctx, viewOf(ctx).Actor)
}

func (r *Resolver) Job() generated.JobResolver { return &jobResolver{r} }

type jobResolver struct{ *Resolver }
