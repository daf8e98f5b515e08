package graph

import (
	"context"
	"onward/services/casework"
)

func (r *mutationResolver) RecordFollowUp(ctx context.Context, input casework.RecordFollowUpInput) (*casework.Change, error) {
	return r.Casework.RecordFollowUp(ctx, viewOf(ctx).Actor, input)
}
