package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/employment"
)

func (r *caseResolver) Retention(ctx context.Context, obj *casefile.Case) ([]employment.Retention, error) {
	return obj.Employment().Retentions(viewOf(ctx).Today), nil
}

func (r *mutationResolver) LogPlacement(ctx context.Context, input casework.LogPlacementInput) (*casework.Change, error) {
	return r.Casework.LogPlacement(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CheckRetention(ctx context.Context, input casework.CheckRetentionInput) (*casework.Change, error) {
	return r.Casework.CheckRetention(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) EndPlacement(ctx context.Context, input casework.EndPlacementInput) (*casework.Change, error) {
	return r.Casework.EndPlacement(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) UpdatePlacement(ctx context.Context, input casework.UpdatePlacementInput) (*casework.Change, error) {
	return r.Casework.UpdatePlacement(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordWorkplaceCheck(ctx context.Context, input casework.RecordWorkplaceCheckInput) (*casework.Change, error) {
	return r.Casework.RecordWorkplaceCheck(ctx, viewOf(ctx).Actor, input)
}

func (r *placementResolver) Employer(ctx context.Context, obj *employment.Placement) (*directory.Employer, error) {
	return viewOf(ctx).Employer(obj.EmployerID), nil
}

func (r *placementResolver) Retention(ctx context.Context, obj *employment.Placement) ([]employment.Retention, error) {
	return obj.Retentions(viewOf(ctx).Today), nil
}

func (r *workplaceCheckResolver) Employer(ctx context.Context, obj *employment.WorkplaceCheck) (*directory.Employer, error) {
	return viewOf(ctx).Employer(obj.EmployerID), nil
}

func (r *Resolver) Placement() generated.PlacementResolver { return &placementResolver{r} }

func (r *Resolver) WorkplaceCheck() generated.WorkplaceCheckResolver {
	return &workplaceCheckResolver{r}
}

type (
	placementResolver      struct{ *Resolver }
	workplaceCheckResolver struct{ *Resolver }
)
