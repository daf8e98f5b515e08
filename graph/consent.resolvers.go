package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
)

func (r *consentResolver) Organisations(ctx context.Context, obj *casefile.Consent) ([]directory.Organisation, error) {
	return viewOf(ctx).Organisations(obj.Organisations()), nil
}

func (r *mutationResolver) RecordConsent(ctx context.Context, input casework.RecordConsentInput) (*casework.Change, error) {
	return r.Casework.RecordConsent(ctx, viewOf(ctx).Actor, input)
}

func (r *Resolver) Consent() generated.ConsentResolver { return &consentResolver{r} }

type consentResolver struct{ *Resolver }
