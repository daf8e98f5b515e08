package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/page"
)

func (r *queryResolver) Worklist(ctx context.Context, filter *casework.WorkFilter, first *int, after *string) (*casework.WorkItemConnection, error) {
	return viewOf(ctx).Worklist(ctx, filter, page.Args{First: first, After: after})
}

func (r *workItemResolver) Explanation(ctx context.Context, obj *casework.WorkItem) (*casework.Explanation, error) {
	return viewOf(ctx).ExplainWork(obj), nil
}

func (r *workReadingResolver) Worker(ctx context.Context, obj *casework.WorkReading) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.Worker), nil
}

func (r *Resolver) WorkItem() generated.WorkItemResolver { return &workItemResolver{r} }

func (r *Resolver) WorkReading() generated.WorkReadingResolver { return &workReadingResolver{r} }

type (
	workItemResolver    struct{ *Resolver }
	workReadingResolver struct{ *Resolver }
)
