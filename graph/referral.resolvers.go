package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/page"
)

func (r *caseResolver) Referrals(ctx context.Context, obj *casefile.Case) ([]casework.Referral, error) {
	return viewOf(ctx).Referrals(obj), nil
}

func (r *mutationResolver) SendReferral(ctx context.Context, input casework.SendReferralInput) (*casework.Change, error) {
	return r.Casework.SendReferral(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) AnswerReferral(ctx context.Context, input casework.AnswerReferralInput) (*casework.ReferralChange, error) {
	return r.Casework.AnswerReferral(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CompleteReferral(ctx context.Context, input casework.CompleteReferralInput) (*casework.ReferralChange, error) {
	return r.Casework.CompleteReferral(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RevokeReferral(ctx context.Context, input casework.RevokeReferralInput) (*casework.Change, error) {
	return r.Casework.RevokeReferral(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) TransferCase(ctx context.Context, input casework.TransferCaseInput) (*casework.Change, error) {
	return r.Casework.TransferCase(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) Referrals(ctx context.Context, filter *casework.ReferralFilter, first *int, after *string) (*page.Connection[casework.Referral], error) {
	return viewOf(ctx).ListReferrals(filter, page.Args{First: first, After: after})
}

func (r *referralResolver) From(ctx context.Context, obj *casework.Referral) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Of.Organisation), nil
}

func (r *referralResolver) To(ctx context.Context, obj *casework.Referral) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Referral.To), nil
}

func (r *referralResolver) Need(ctx context.Context, obj *casework.Referral) (*string, error) {
	return viewOf(ctx).Need(ctx, obj)
}

func (r *referralResolver) Case(ctx context.Context, obj *casework.Referral) (*casefile.Case, error) {
	return viewOf(ctx).ReferredCase(ctx, obj)
}

func (r *Resolver) Referral() generated.ReferralResolver { return &referralResolver{r} }

type referralResolver struct{ *Resolver }
