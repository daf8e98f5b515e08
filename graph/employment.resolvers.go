package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/employment"
)

func (r *mutationResolver) LogPlacement(ctx context.Context, input casework.LogPlacementInput) (*casework.Change, error) {
	return r.Casework.LogPlacement(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CheckRetention(ctx context.Context, input casework.CheckRetentionInput) (*casework.Change, error) {
	return r.Casework.CheckRetention(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) EndPlacement(ctx context.Context, input casework.EndPlacementInput) (*casework.Change, error) {
	return r.Casework.EndPlacement(ctx, viewOf(ctx).Actor, input)
}

func (r *placementResolver) Employer(ctx context.Context, obj *employment.Placement) (*directory.Employer, error) {
	return viewOf(ctx).Employer(obj.EmployerID), nil
}

func (r *Resolver) Placement() generated.PlacementResolver { return &placementResolver{r} }

type placementResolver struct{ *Resolver }
