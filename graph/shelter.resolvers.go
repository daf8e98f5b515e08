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

func (r *mutationResolver) TransferToSite(ctx context.Context, input casework.TransferToSiteInput) (*casework.Change, error) {
	return r.Casework.TransferToSite(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordAbsence(ctx context.Context, input casework.RecordAbsenceInput) (*casework.Change, error) {
	return r.Casework.RecordAbsence(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordAbsenceReturn(ctx context.Context, input casework.RecordAbsenceReturnInput) (*casework.Change, error) {
	return r.Casework.RecordAbsenceReturn(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) LeaveShelter(ctx context.Context, input casework.LeaveShelterInput) (*casework.Change, error) {
	return r.Casework.LeaveShelter(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordExitSafety(ctx context.Context, input casework.RecordExitSafetyInput) (*casework.Change, error) {
	return r.Casework.RecordExitSafety(ctx, viewOf(ctx).Actor, input)
}

func (r *shelterStayResolver) Site(ctx context.Context, obj *shelter.Stay) (*directory.Site, error) {
	return viewOf(ctx).Site(obj.Site), nil
}

func (r *shelterStayResolver) OverCapacityReason(ctx context.Context, obj *shelter.Stay) (*string, error) {
	return viewOf(ctx).OverCapacityReason(ctx, obj.ID(), obj.OverCapacity)
}

func (r *staySegmentResolver) Site(ctx context.Context, obj *shelter.Segment) (*directory.Site, error) {
	return viewOf(ctx).Site(obj.Site), nil
}

func (r *staySegmentResolver) OverCapacityReason(ctx context.Context, obj *shelter.Segment) (*string, error) {
	return viewOf(ctx).OverCapacityReason(ctx, obj.StayID, obj.OverCapacity)
}

func (r *Resolver) ShelterStay() generated.ShelterStayResolver { return &shelterStayResolver{r} }

func (r *Resolver) StaySegment() generated.StaySegmentResolver { return &staySegmentResolver{r} }

type (
	shelterStayResolver struct{ *Resolver }
	staySegmentResolver struct{ *Resolver }
)
