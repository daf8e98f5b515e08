package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/page"
	"onward/services/plan"
)

func (r *caseResolver) PlanVersions(ctx context.Context, obj *casefile.Case, first *int, after *string, last *int, before *string) (*page.Connection[plan.Plan], error) {
	return viewOf(ctx).ListPlanVersions(ctx, obj, page.Args{First: first, After: after, Last: last, Before: before})
}

func (r *mutationResolver) UpdatePlan(ctx context.Context, input casework.UpdatePlanInput) (*casework.Change, error) {
	return r.Casework.UpdatePlan(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) SubmitPlan(ctx context.Context, input casework.SubmitPlanInput) (*casework.Change, error) {
	return r.Casework.SubmitPlan(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ReviewPlan(ctx context.Context, input casework.ReviewPlanInput) (*casework.Change, error) {
	return r.Casework.ReviewPlan(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CompleteAction(ctx context.Context, input casework.CompleteActionInput) (*casework.Change, error) {
	return r.Casework.CompleteAction(ctx, viewOf(ctx).Actor, input)
}

func (r *planResolver) Author(ctx context.Context, obj *plan.Plan) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.AuthorID), nil
}

func (r *planActionResolver) Owner(ctx context.Context, obj *plan.Action) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.OwnerID), nil
}

func (r *Resolver) Plan() generated.PlanResolver { return &planResolver{r} }

func (r *Resolver) PlanAction() generated.PlanActionResolver { return &planActionResolver{r} }

type (
	planResolver       struct{ *Resolver }
	planActionResolver struct{ *Resolver }
)
