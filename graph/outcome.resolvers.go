package graph

import (
	"context"

	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/page"
)

func (r *groupValueResolver) Label(ctx context.Context, obj *outcome.GroupValue) (string, error) {
	return viewOf(ctx).GroupLabel(*obj), nil
}

func (r *indicatorResolver) Label(ctx context.Context, obj *outcome.Indicator, locale *locale.Locale) (string, error) {
	return obj.Labels.In(language(locale)), nil
}

func (r *indicatorResolver) Definition(ctx context.Context, obj *outcome.Indicator, locale *locale.Locale) (string, error) {
	return obj.Definition.In(language(locale)), nil
}

func (r *queryResolver) Impact(ctx context.Context, input casework.ImpactInput) (*casework.ImpactReport, error) {
	return r.Casework.Impact(ctx, viewOf(ctx), input)
}

func (r *queryResolver) RollUps(ctx context.Context, first *int, after *string) (*page.Connection[casework.RollUp], error) {
	return viewOf(ctx).ListRollUps(ctx, r.Resolver.RollUps, page.Args{First: first, After: after})
}

func (r *Resolver) GroupValue() generated.GroupValueResolver { return &groupValueResolver{r} }

func (r *Resolver) Indicator() generated.IndicatorResolver { return &indicatorResolver{r} }

type (
	groupValueResolver struct{ *Resolver }
	indicatorResolver  struct{ *Resolver }
)
