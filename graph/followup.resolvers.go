package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/page"
)

func (r *caseResolver) FollowUps(ctx context.Context, obj *casefile.Case, first *int, after *string, last *int, before *string) (*page.Connection[casework.FollowUp], error) {
	return viewOf(ctx).ListFollowUps(ctx, obj, page.Args{First: first, After: after, Last: last, Before: before})
}

func (r *followUpResolver) By(ctx context.Context, obj *casework.FollowUp) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.Entry.By), nil
}

func (r *mutationResolver) SetSafeContact(ctx context.Context, input casework.SetSafeContactInput) (*casework.Change, error) {
	return r.Casework.SetSafeContact(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordFollowUp(ctx context.Context, input casework.RecordFollowUpInput) (*casework.Change, error) {
	return r.Casework.RecordFollowUp(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ScheduleFollowUp(ctx context.Context, input casework.ScheduleFollowUpInput) (*casework.Change, error) {
	return r.Casework.ScheduleFollowUp(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CancelFollowUp(ctx context.Context, input casework.CancelFollowUpInput) (*casework.Change, error) {
	return r.Casework.CancelFollowUp(ctx, viewOf(ctx).Actor, input)
}

func (r *Resolver) FollowUp() generated.FollowUpResolver { return &followUpResolver{r} }

type followUpResolver struct{ *Resolver }
