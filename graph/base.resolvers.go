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
	return viewOf(ctx).Node(id)
}

func (r *Resolver) Query() generated.QueryResolver { return &queryResolver{r} }

type queryResolver struct{ *Resolver }
