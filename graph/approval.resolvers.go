package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
)

func (r *approvalResolver) RequestedBy(ctx context.Context, obj *casefile.Approval) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.RequestedBy), nil
}

func (r *approvalResolver) DecidedBy(ctx context.Context, obj *casefile.Approval) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.DecidedBy), nil
}

func (r *approvalResolver) TransferTo(ctx context.Context, obj *casefile.Approval) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.TransferTo()), nil
}

func (r *mutationResolver) ApproveRequest(ctx context.Context, input casework.ApproveRequestInput) (*casework.Change, error) {
	return r.Casework.ApproveRequest(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RejectRequest(ctx context.Context, input casework.RejectRequestInput) (*casework.Change, error) {
	return r.Casework.RejectRequest(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) WithdrawRequest(ctx context.Context, input casework.WithdrawRequestInput) (*casework.Change, error) {
	return r.Casework.WithdrawRequest(ctx, viewOf(ctx).Actor, input)
}

func (r *Resolver) Approval() generated.ApprovalResolver { return &approvalResolver{r} }

type approvalResolver struct{ *Resolver }
