package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/page"
	"onward/services/register"
)

func (r *caseResolver) Organisation(ctx context.Context, obj *casefile.Case) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *caseResolver) Site(ctx context.Context, obj *casefile.Case) (*directory.Site, error) {
	return viewOf(ctx).Site(obj.Site), nil
}

func (r *caseResolver) Owner(ctx context.Context, obj *casefile.Case) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.Owner), nil
}

func (r *caseResolver) NextDueOn(ctx context.Context, obj *casefile.Case) (*calendar.Day, error) {
	return viewOf(ctx).DueOn(obj), nil
}

func (r *caseResolver) Tracks(ctx context.Context, obj *casefile.Case) ([]casefile.Track, error) {
	return viewOf(ctx).Tracks(obj), nil
}

func (r *caseResolver) Flags(ctx context.Context, obj *casefile.Case, state []casefile.FlagState) ([]casework.Flag, error) {
	return viewOf(ctx).Flags(obj, state), nil
}

func (r *caseResolver) History(ctx context.Context, obj *casefile.Case, first *int, after *string, last *int, before *string) (*page.Connection[casefile.Entry], error) {
	return viewOf(ctx).ListHistory(ctx, obj, page.Args{First: first, After: after, Last: last, Before: before})
}

func (r *caseResolver) Access(ctx context.Context, obj *casefile.Case) (*casework.CaseAccess, error) {
	return viewOf(ctx).Access(obj), nil
}

func (r *closingResolver) RequestedBy(ctx context.Context, obj *casefile.Closing) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.Requested), nil
}

func (r *closingResolver) ApprovedBy(ctx context.Context, obj *casefile.Closing) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.Approved), nil
}

func (r *entryResolver) By(ctx context.Context, obj *casefile.Entry) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.By), nil
}

func (r *entryResolver) ReversedBy(ctx context.Context, obj *casefile.Entry) (*casefile.Entry, error) {
	return viewOf(ctx).ReversedBy(ctx, obj)
}

func (r *entryResolver) Note(ctx context.Context, obj *casefile.Entry) (*string, error) {
	return viewOf(ctx).Note(ctx, obj)
}

func (r *milestoneResolver) Entry(ctx context.Context, obj *casefile.Milestone) (*casefile.Entry, error) {
	return viewOf(ctx).Entry(ctx, obj.Case, int(obj.Milestone.Entry))
}

func (r *mutationResolver) OpenCase(ctx context.Context, input casework.OpenCaseInput) (*casework.Change, error) {
	return r.Casework.OpenCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) AcceptCase(ctx context.Context, input casework.AcceptCaseInput) (*casework.Change, error) {
	return r.Casework.AcceptCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) DeclineCase(ctx context.Context, input casework.DeclineCaseInput) (*casework.Change, error) {
	return r.Casework.DeclineCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ActivateCase(ctx context.Context, input casework.ActivateCaseInput) (*casework.Change, error) {
	return r.Casework.ActivateCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) AssignCase(ctx context.Context, input casework.AssignCaseInput) (*casework.Change, error) {
	return r.Casework.AssignCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ReviseCase(ctx context.Context, input casework.ReviseCaseInput) (*casework.Change, error) {
	return r.Casework.ReviseCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) HoldCase(ctx context.Context, input casework.HoldCaseInput) (*casework.Change, error) {
	return r.Casework.HoldCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ResumeCase(ctx context.Context, input casework.ResumeCaseInput) (*casework.Change, error) {
	return r.Casework.ResumeCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) StartFollowUp(ctx context.Context, input casework.StartFollowUpInput) (*casework.Change, error) {
	return r.Casework.StartFollowUp(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CloseCase(ctx context.Context, input casework.CloseCaseInput) (*casework.Change, error) {
	return r.Casework.CloseCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ReopenCase(ctx context.Context, input casework.ReopenCaseInput) (*casework.Change, error) {
	return r.Casework.ReopenCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) MergeCase(ctx context.Context, input casework.MergeCaseInput) (*casework.Change, error) {
	return r.Casework.MergeCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) EraseCase(ctx context.Context, input casework.EraseCaseInput) (*casework.Change, error) {
	return r.Casework.EraseCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ReverseEntry(ctx context.Context, input casework.ReverseEntryInput) (*casework.Change, error) {
	return r.Casework.ReverseEntry(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordMilestone(ctx context.Context, input casework.RecordMilestoneInput) (*casework.Change, error) {
	return r.Casework.RecordMilestone(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) Case(ctx context.Context, id *string, code *string) (*casefile.Case, error) {
	return viewOf(ctx).FindCase(id, code)
}

func (r *queryResolver) Cases(ctx context.Context, filter *register.Filter, orderBy *register.Order, first *int, after *string, last *int, before *string) (*page.Connection[*casefile.Case], error) {
	return viewOf(ctx).ListCases(filter, orderBy, page.Args{First: first, After: after, Last: last, Before: before})
}

func (r *trackResolver) NextDueOn(ctx context.Context, obj *casefile.Track) (*calendar.Day, error) {
	return viewOf(ctx).NextDueOn(obj), nil
}

func (r *Resolver) Case() generated.CaseResolver { return &caseResolver{r} }

func (r *Resolver) Closing() generated.ClosingResolver { return &closingResolver{r} }

func (r *Resolver) Entry() generated.EntryResolver { return &entryResolver{r} }

func (r *Resolver) Milestone() generated.MilestoneResolver { return &milestoneResolver{r} }

func (r *Resolver) Mutation() generated.MutationResolver { return &mutationResolver{r} }

func (r *Resolver) Track() generated.TrackResolver { return &trackResolver{r} }

type (
	caseResolver      struct{ *Resolver }
	closingResolver   struct{ *Resolver }
	entryResolver     struct{ *Resolver }
	milestoneResolver struct{ *Resolver }
	mutationResolver  struct{ *Resolver }
	trackResolver     struct{ *Resolver }
)
