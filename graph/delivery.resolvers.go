package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
)

func (r *mutationResolver) RecordService(ctx context.Context, input casework.RecordServiceInput) (*casework.Change, error) {
	return r.Casework.RecordService(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) ServiceTaxonomy(ctx context.Context) ([]delivery.Service, error) {
	return delivery.Taxonomy, nil
}

func (r *serviceDeliveryResolver) Service(ctx context.Context, obj *delivery.Delivery) (*delivery.Service, error) {
	service, _ := delivery.Find(obj.Service)
	return &service, nil
}

func (r *serviceDeliveryResolver) Site(ctx context.Context, obj *delivery.Delivery) (*directory.Site, error) {
	return viewOf(ctx).Site(obj.Site), nil
}

func (r *Resolver) ServiceDelivery() generated.ServiceDeliveryResolver {
	return &serviceDeliveryResolver{r}
}

type serviceDeliveryResolver struct{ *Resolver }
