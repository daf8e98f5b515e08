package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/plan"
)

func (r *mutationResolver) UpdatePlan(ctx context.Context, input casework.UpdatePlanInput) (*casework.Change, error) {
	return r.Casework.UpdatePlan(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CompleteAction(ctx context.Context, input casework.CompleteActionInput) (*casework.Change, error) {
	return r.Casework.CompleteAction(ctx, viewOf(ctx).Actor, input)
}

func (r *planActionResolver) Owner(ctx context.Context, obj *plan.Action) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.OwnerID), nil
}

func (r *Resolver) PlanAction() generated.PlanActionResolver { return &planActionResolver{r} }

type planActionResolver struct{ *Resolver }
