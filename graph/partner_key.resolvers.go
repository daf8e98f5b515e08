package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/directory"
	"onward/services/page"
)

func (r *mutationResolver) IssuePartnerKey(ctx context.Context, input directory.IssuePartnerKeyInput) (*directory.IssuedKey, error) {
	return r.Directory.IssuePartnerKey(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) RotatePartnerKey(ctx context.Context, input directory.RotatePartnerKeyInput) (*directory.IssuedKey, error) {
	return r.Directory.RotatePartnerKey(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) RevokePartnerKey(ctx context.Context, input directory.RevokePartnerKeyInput) (*directory.PartnerKeyPayload, error) {
	return r.Directory.RevokePartnerKey(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *partnerKeyResolver) Worker(ctx context.Context, obj *directory.PartnerKey) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.App), nil
}

func (r *queryResolver) PartnerKeys(ctx context.Context, first *int, after *string) (*page.Connection[directory.PartnerKey], error) {
	return viewOf(ctx).ListPartnerKeys(page.Args{First: first, After: after})
}

func (r *Resolver) PartnerKey() generated.PartnerKeyResolver { return &partnerKeyResolver{r} }

type partnerKeyResolver struct{ *Resolver }
