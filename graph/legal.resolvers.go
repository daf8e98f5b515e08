package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/legal"
)

func (r *mutationResolver) OpenMatter(ctx context.Context, input casework.OpenMatterInput) (*casework.Change, error) {
	return r.Casework.OpenMatter(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) DescribeMatter(ctx context.Context, input casework.DescribeMatterInput) (*casework.Change, error) {
	return r.Casework.DescribeMatter(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) AssignRepresentation(ctx context.Context, input casework.AssignRepresentationInput) (*casework.Change, error) {
	return r.Casework.AssignRepresentation(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) AddDefendant(ctx context.Context, input casework.AddDefendantInput) (*casework.Change, error) {
	return r.Casework.AddDefendant(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordVerdict(ctx context.Context, input casework.RecordVerdictInput) (*casework.Change, error) {
	return r.Casework.RecordVerdict(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordCompensation(ctx context.Context, input casework.RecordCompensationInput) (*casework.Change, error) {
	return r.Casework.RecordCompensation(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CloseMatter(ctx context.Context, input casework.CloseMatterInput) (*casework.Change, error) {
	return r.Casework.CloseMatter(ctx, viewOf(ctx).Actor, input)
}

func (r *representationResolver) Worker(ctx context.Context, obj *legal.Representation) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.WorkerID), nil
}

func (r *Resolver) Representation() generated.RepresentationResolver {
	return &representationResolver{r}
}

type representationResolver struct{ *Resolver }
