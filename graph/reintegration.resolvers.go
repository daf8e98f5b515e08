package graph

import (
	"context"
	"onward/services/casework"
)

func (r *mutationResolver) RecordReturn(ctx context.Context, input casework.RecordReturnInput) (*casework.Change, error) {
	return r.Casework.RecordReturn(ctx, viewOf(ctx).Actor, input)
}
