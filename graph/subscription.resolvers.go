package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
)

func (r *subscriptionResolver) FlagRaised(ctx context.Context, filter *casework.FlagFilter) (<-chan *casework.Flag, error) {
	s, err := r.Casework.FlagRaised(viewOf(ctx), r.Register, filter)
	return streamed(ctx, s, err)
}

func (r *subscriptionResolver) CaseChanged(ctx context.Context, id string) (<-chan *casefile.Case, error) {
	s, err := r.Casework.CaseChanged(viewOf(ctx), r.Register, id)
	return streamed(ctx, s, err)
}

func (r *Resolver) Subscription() generated.SubscriptionResolver { return &subscriptionResolver{r} }

type subscriptionResolver struct{ *Resolver }
