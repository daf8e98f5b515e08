package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/shelter"
)

func (r *mutationResolver) AdmitToShelter(ctx context.Context, input casework.AdmitToShelterInput) (*casework.Change, error) {
	return r.Casework.AdmitToShelter(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) LeaveShelter(ctx context.Context, input casework.LeaveShelterInput) (*casework.Change, error) {
	return r.Casework.LeaveShelter(ctx, viewOf(ctx).Actor, input)
}

func (r *shelterStayResolver) Site(ctx context.Context, obj *shelter.Stay) (*directory.Site, error) {
	return viewOf(ctx).Site(obj.Site), nil
}

func (r *Resolver) ShelterStay() generated.ShelterStayResolver { return &shelterStayResolver{r} }

type shelterStayResolver struct{ *Resolver }
