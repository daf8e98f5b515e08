package graph

import (
	"context"

	"onward/graph/generated"
	"onward/services/audit"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/page"
)

func (r *accessRecordResolver) Worker(ctx context.Context, obj *audit.Seen) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.Worker), nil
}

func (r *accessRecordResolver) Organisation(ctx context.Context, obj *audit.Seen) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *queryResolver) CaseAccess(ctx context.Context, caseID string, first *int, after *string) (*page.Connection[audit.Seen], error) {
	return viewOf(ctx).CaseAccesses(ctx, r.Trail, id.Case(caseID), page.Args{First: first, After: after})
}

func (r *Resolver) AccessRecord() generated.AccessRecordResolver { return &accessRecordResolver{r} }

type accessRecordResolver struct{ *Resolver }
