package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/people"
)

func (r *caseResolver) Identity(ctx context.Context, obj *casefile.Case) (*people.Person, error) {
	return viewOf(ctx).Identity(ctx, obj)
}

func (r *caseResolver) KnownElsewhere(ctx context.Context, obj *casefile.Case) ([]casework.Duplicate, error) {
	return viewOf(ctx).KnownElsewhere(ctx, obj)
}

func (r *identityResolver) RecordedBy(ctx context.Context, obj *people.Person) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.RecordedBy), nil
}

func (r *mutationResolver) RecordIdentity(ctx context.Context, input casework.RecordIdentityInput) (*casework.IdentityChange, error) {
	return r.Casework.RecordIdentity(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) AgreeMatch(ctx context.Context, input casework.AgreeMatchInput) (*casework.Change, error) {
	return r.Casework.AgreeMatch(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) DeclineMatch(ctx context.Context, input casework.DeclineMatchInput) (*casework.Change, error) {
	return r.Casework.DeclineMatch(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) SearchPeople(ctx context.Context, input casework.SearchPeopleInput) (*casework.PeopleFound, error) {
	return r.Casework.SearchPeople(ctx, viewOf(ctx), input)
}

func (r *Resolver) Identity() generated.IdentityResolver { return &identityResolver{r} }

type identityResolver struct{ *Resolver }
