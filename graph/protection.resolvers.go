package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
)

func (r *mutationResolver) SealCase(ctx context.Context, input casework.SealCaseInput) (*casework.SealCasePayload, error) {
	return r.Casework.SealCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ProtectCase(ctx context.Context, input casework.ProtectCaseInput) (*casework.Change, error) {
	return r.Casework.ProtectCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) UnprotectCase(ctx context.Context, input casework.UnprotectCaseInput) (*casework.Change, error) {
	return r.Casework.UnprotectCase(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) BreakGlass(ctx context.Context, input casework.BreakGlassInput) (*casework.Change, error) {
	return r.Casework.BreakGlass(ctx, viewOf(ctx).Actor, input)
}

func (r *protectionResolver) Workers(ctx context.Context, obj *casefile.Guard) ([]directory.Worker, error) {
	return viewOf(ctx).Workers(obj.Workers), nil
}

func (r *Resolver) Protection() generated.ProtectionResolver { return &protectionResolver{r} }

type protectionResolver struct{ *Resolver }
