package graph

import (
	"context"
	"onward/services/page"
	"onward/services/reminder"
)

func (r *queryResolver) Digests(ctx context.Context, first *int, after *string) (*page.Connection[reminder.Digest], error) {
	return r.Resolver.Digests.List(ctx, viewOf(ctx), page.Args{First: first, After: after})
}
