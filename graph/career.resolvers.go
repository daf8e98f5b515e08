package graph

import (
	"context"
	"onward/services/casework"
)

func (r *mutationResolver) RegisterAtCareerCentre(ctx context.Context, input casework.RegisterAtCareerCentreInput) (*casework.Change, error) {
	return r.Casework.RegisterAtCareerCentre(ctx, viewOf(ctx).Actor, input)
}
