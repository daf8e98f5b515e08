package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/locale"
	"onward/services/stall"
)

func (r *explanationResolver) Text(ctx context.Context, obj *casework.Explanation, locale *locale.Locale) (string, error) {
	return obj.Text(language(locale)), nil
}

func (r *factResolver) Entry(ctx context.Context, obj *casework.Fact) (*casefile.Entry, error) {
	return viewOf(ctx).EntryOf(ctx, obj.Case, obj.Fact.Entry)
}

func (r *flagResolver) Explanation(ctx context.Context, obj *casework.Flag) (*casework.Explanation, error) {
	return viewOf(ctx).Explain(obj), nil
}

func (r *flagResolutionResolver) Entry(ctx context.Context, obj *casework.FlagResolution) (*casefile.Entry, error) {
	return viewOf(ctx).ResolvedBy(ctx, obj)
}

func (r *flagResolutionResolver) Text(ctx context.Context, obj *casework.FlagResolution, locale *locale.Locale) (string, error) {
	return obj.Text(language(locale)), nil
}

func (r *mutationResolver) AcknowledgeFlag(ctx context.Context, input casework.AcknowledgeFlagInput) (*casework.Change, error) {
	return r.Casework.AcknowledgeFlag(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) ResolveFlag(ctx context.Context, input casework.ResolveFlagInput) (*casework.Change, error) {
	return r.Casework.ResolveFlag(ctx, viewOf(ctx).Actor, input)
}

func (r *nextActionResolver) Label(ctx context.Context, obj *stall.NextAction, locale *locale.Locale) (string, error) {
	return obj.Label(language(locale)), nil
}

func (r *nextActionResolver) Input(ctx context.Context, obj *stall.NextAction) (string, error) {
	return viewOf(ctx).Input(ctx, obj)
}

func (r *queryResolver) StallRules(ctx context.Context) ([]stall.OrganisationRule, error) {
	return viewOf(ctx).StallRules(), nil
}

func (r *stallRuleResolver) Label(ctx context.Context, obj *stall.OrganisationRule, locale *locale.Locale) (string, error) {
	return obj.Label(language(locale)), nil
}

func (r *stallThresholdResolver) Applies(ctx context.Context, obj *stall.Setting, locale *locale.Locale) (string, error) {
	return obj.Applies(language(locale)), nil
}

func (r *Resolver) Explanation() generated.ExplanationResolver { return &explanationResolver{r} }

func (r *Resolver) Fact() generated.FactResolver { return &factResolver{r} }

func (r *Resolver) Flag() generated.FlagResolver { return &flagResolver{r} }

func (r *Resolver) FlagResolution() generated.FlagResolutionResolver {
	return &flagResolutionResolver{r}
}

func (r *Resolver) NextAction() generated.NextActionResolver { return &nextActionResolver{r} }

func (r *Resolver) StallRule() generated.StallRuleResolver { return &stallRuleResolver{r} }

func (r *Resolver) StallThreshold() generated.StallThresholdResolver {
	return &stallThresholdResolver{r}
}

type (
	explanationResolver    struct{ *Resolver }
	factResolver           struct{ *Resolver }
	flagResolver           struct{ *Resolver }
	flagResolutionResolver struct{ *Resolver }
	nextActionResolver     struct{ *Resolver }
	stallRuleResolver      struct{ *Resolver }
	stallThresholdResolver struct{ *Resolver }
)
