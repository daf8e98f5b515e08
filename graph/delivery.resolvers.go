package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/locale"
	"onward/services/page"
)

func (r *caseResolver) Deliveries(ctx context.Context, obj *casefile.Case, first *int, after *string, last *int, before *string) (*page.Connection[delivery.Delivery], error) {
	return viewOf(ctx).ListDeliveries(obj, page.Args{First: first, After: after, Last: last, Before: before})
}

func (r *groupServiceResultResolver) Error(ctx context.Context, obj *casework.GroupServiceResult) (*fault.Error, error) {
	return refusalOf(ctx, obj.Err), nil
}

func (r *mutationResolver) RecordService(ctx context.Context, input casework.RecordServiceInput) (*casework.Change, error) {
	return r.Casework.RecordService(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordGroupService(ctx context.Context, input casework.RecordGroupServiceInput) (*casework.GroupService, error) {
	return r.Casework.RecordGroupService(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) ServiceTaxonomy(ctx context.Context) ([]delivery.Service, error) {
	return delivery.Taxonomy, nil
}

func (r *serviceDeliveryResolver) Service(ctx context.Context, obj *delivery.Delivery) (*delivery.Service, error) {
	service, _ := delivery.Find(obj.Service())
	return &service, nil
}

func (r *serviceDeliveryResolver) Site(ctx context.Context, obj *delivery.Delivery) (*directory.Site, error) {
	return viewOf(ctx).Site(obj.Site), nil
}

func (r *serviceTypeResolver) Label(ctx context.Context, obj *delivery.Service, locale *locale.Locale) (string, error) {
	return obj.Label(language(locale)), nil
}

func (r *serviceTypeResolver) GroupLabel(ctx context.Context, obj *delivery.Service, locale *locale.Locale) (string, error) {
	return obj.Group.Label(language(locale)), nil
}

func (r *Resolver) GroupServiceResult() generated.GroupServiceResultResolver {
	return &groupServiceResultResolver{r}
}

func (r *Resolver) ServiceDelivery() generated.ServiceDeliveryResolver {
	return &serviceDeliveryResolver{r}
}

func (r *Resolver) ServiceType() generated.ServiceTypeResolver { return &serviceTypeResolver{r} }

type (
	groupServiceResultResolver struct{ *Resolver }
	serviceDeliveryResolver    struct{ *Resolver }
	serviceTypeResolver        struct{ *Resolver }
)
