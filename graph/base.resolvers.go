package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
)

func (r *queryResolver) Viewer(ctx context.Context) (*casework.Viewer, error) {
	return viewOf(ctx).Viewer(), nil
}

func (r *queryResolver) Node(ctx context.Context, id string) (casework.Node, error) {
	return r.Casework.Node(ctx, viewOf(ctx), id)
}

func (r *queryResolver) Nodes(ctx context.Context, ids []string) ([]casework.Node, error) {
	return r.Casework.Nodes(ctx, viewOf(ctx), ids)
}

func (r *Resolver) Query() generated.QueryResolver { return &queryResolver{r} }

type queryResolver struct{ *Resolver }
