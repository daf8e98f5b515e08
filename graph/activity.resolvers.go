package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/activity"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/page"
)

func (r *activityResolver) Organisation(ctx context.Context, obj *activity.Activity) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *activityResolver) Site(ctx context.Context, obj *activity.Activity) (*directory.Site, error) {
	return viewOf(ctx).Site(obj.SiteID), nil
}

func (r *mutationResolver) RecordActivity(ctx context.Context, input casework.RecordActivityInput) (*casework.ActivityPayload, error) {
	return r.Casework.RecordActivity(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CorrectActivity(ctx context.Context, input casework.CorrectActivityInput) (*casework.ActivityPayload, error) {
	return r.Casework.CorrectActivity(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) WithdrawActivity(ctx context.Context, input casework.WithdrawActivityInput) (*casework.ActivityPayload, error) {
	return r.Casework.WithdrawActivity(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) Activities(ctx context.Context, filter *casework.ActivityFilter, first *int, after *string) (*page.Connection[activity.Activity], error) {
	return viewOf(ctx).ListActivities(filter, page.Args{First: first, After: after})
}

func (r *queryResolver) Activity(ctx context.Context, id string) (*activity.Activity, error) {
	return viewOf(ctx).Activity(id)
}

func (r *Resolver) Activity() generated.ActivityResolver { return &activityResolver{r} }

type activityResolver struct{ *Resolver }
