package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/directory"
	"onward/services/locale"
	"onward/services/page"
)

func (r *provinceResolver) Name(ctx context.Context, obj *directory.Province, locale *locale.Locale) (string, error) {
	return obj.Name.In(language(locale)), nil
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

func (r *queryResolver) Teams(ctx context.Context, first *int, after *string) (*page.Connection[directory.Team], error) {
	return viewOf(ctx).ListTeams(page.Args{First: first, After: after})
}

func (r *queryResolver) Schools(ctx context.Context, first *int, after *string) (*page.Connection[directory.School], error) {
	return viewOf(ctx).ListSchools(page.Args{First: first, After: after})
}

func (r *queryResolver) Networks(ctx context.Context, filter *directory.NetworkFilter, first *int, after *string) (*page.Connection[directory.Network], error) {
	return viewOf(ctx).ListNetworks(filter, page.Args{First: first, After: after})
}

func (r *queryResolver) Provinces(ctx context.Context) ([]directory.Province, error) {
	return directory.AllProvinces, nil
}

func (r *siteResolver) Organisation(ctx context.Context, obj *directory.Site) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *siteResolver) Occupied(ctx context.Context, obj *directory.Site) (*int, error) {
	return viewOf(ctx).Occupied(obj), nil
}

func (r *siteResolver) District(ctx context.Context, obj *directory.Site) (*string, error) {
	place := viewOf(ctx).Place(obj, obj.District)
	return &place, nil
}

func (r *siteResolver) Commune(ctx context.Context, obj *directory.Site) (*string, error) {
	place := viewOf(ctx).Place(obj, obj.Commune)
	return &place, nil
}

func (r *workerResolver) Organisation(ctx context.Context, obj *directory.Worker) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *workerResolver) Team(ctx context.Context, obj *directory.Worker) (*directory.Team, error) {
	return viewOf(ctx).Team(obj.Team), nil
}

func (r *Resolver) Province() generated.ProvinceResolver { return &provinceResolver{r} }

func (r *Resolver) Site() generated.SiteResolver { return &siteResolver{r} }

func (r *Resolver) Worker() generated.WorkerResolver { return &workerResolver{r} }

type (
	provinceResolver struct{ *Resolver }
	siteResolver     struct{ *Resolver }
	workerResolver   struct{ *Resolver }
)
