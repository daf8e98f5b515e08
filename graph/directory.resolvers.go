package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/directory"
	"onward/services/page"
)

func (r *mutationResolver) AddSite(ctx context.Context, input directory.AddSiteInput) (*directory.SitePayload, error) {
	return r.Directory.AddSite(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) AddEmployer(ctx context.Context, input directory.AddEmployerInput) (*directory.EmployerPayload, error) {
	return r.Directory.AddEmployer(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) Organisations(ctx context.Context, filter *directory.OrganisationFilter, first *int, after *string) (*page.Connection[directory.Organisation], error) {
	return viewOf(ctx).ListOrganisations(filter, page.Args{First: first, After: after})
}

func (r *queryResolver) Sites(ctx context.Context, filter *directory.SiteFilter, first *int, after *string) (*page.Connection[directory.Site], error) {
	return viewOf(ctx).ListSites(filter, page.Args{First: first, After: after})
}

func (r *queryResolver) Workers(ctx context.Context, filter *directory.WorkerFilter, first *int, after *string) (*page.Connection[directory.Worker], error) {
	return viewOf(ctx).ListWorkers(filter, page.Args{First: first, After: after})
}

func (r *queryResolver) Employers(ctx context.Context, first *int, after *string) (*page.Connection[directory.Employer], error) {
	return viewOf(ctx).ListEmployers(page.Args{First: first, After: after})
}

func (r *siteResolver) Organisation(ctx context.Context, obj *directory.Site) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *siteResolver) Occupied(ctx context.Context, obj *directory.Site) (*int, error) {
	return viewOf(ctx).Occupied(obj), nil
}

func (r *workerResolver) Organisation(ctx context.Context, obj *directory.Worker) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *Resolver) Site() generated.SiteResolver { return &siteResolver{r} }

func (r *Resolver) Worker() generated.WorkerResolver { return &workerResolver{r} }

type (
	siteResolver   struct{ *Resolver }
	workerResolver struct{ *Resolver }
)
