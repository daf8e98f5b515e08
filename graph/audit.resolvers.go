package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/audit"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/page"
)

func (r *accessRecordResolver) Worker(ctx context.Context, obj *audit.Seen) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.Worker), nil
}

func (r *accessRecordResolver) Organisation(ctx context.Context, obj *audit.Seen) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *caseExportResolver) Page(ctx context.Context, obj *casework.CaseExport, locale locale.Locale) (*string, error) {
	return obj.Page(locale)
}

func (r *queryResolver) CaseAccess(ctx context.Context, caseID string, first *int, after *string) (*page.Connection[audit.Seen], error) {
	return viewOf(ctx).CaseAccesses(ctx, r.Trail, id.Case(caseID), page.Args{First: first, After: after})
}

func (r *queryResolver) CaseExport(ctx context.Context, caseID string, purpose audit.ExportPurpose) (*casework.CaseExport, error) {
	return r.Casework.ExportCase(ctx, viewOf(ctx), id.Case(caseID), purpose)
}

func (r *Resolver) AccessRecord() generated.AccessRecordResolver { return &accessRecordResolver{r} }

func (r *Resolver) CaseExport() generated.CaseExportResolver { return &caseExportResolver{r} }

type (
	accessRecordResolver struct{ *Resolver }
	caseExportResolver   struct{ *Resolver }
)
