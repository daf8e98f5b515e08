package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/outcome"
	"onward/services/page"
)

func (r *mutationResolver) SetTarget(ctx context.Context, input directory.SetTargetInput) (*directory.TargetPayload, error) {
	return r.Casework.SetTarget(ctx, viewOf(ctx), input)
}

func (r *queryResolver) Targets(ctx context.Context, filter *casework.TargetFilter, first *int, after *string) (*page.Connection[directory.Target], error) {
	return viewOf(ctx).ListTargets(filter, page.Args{First: first, After: after})
}

func (r *targetResolver) Indicator(ctx context.Context, obj *directory.Target) (*outcome.Indicator, error) {
	return viewOf(ctx).TargetIndicator(*obj)
}

func (r *targetResolver) Organisation(ctx context.Context, obj *directory.Target) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *targetResolver) History(ctx context.Context, obj *directory.Target, first *int, after *string) (*page.Connection[directory.TargetEntry], error) {
	return r.Directory.TargetHistory(ctx, *obj, page.Args{First: first, After: after})
}

func (r *targetEntryResolver) By(ctx context.Context, obj *directory.TargetEntry) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.By), nil
}

func (r *Resolver) Target() generated.TargetResolver { return &targetResolver{r} }

func (r *Resolver) TargetEntry() generated.TargetEntryResolver { return &targetEntryResolver{r} }

type (
	targetResolver      struct{ *Resolver }
	targetEntryResolver struct{ *Resolver }
)
