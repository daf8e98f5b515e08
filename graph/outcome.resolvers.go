package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/page"
)

func (r *contributionResolver) Organisation(ctx context.Context, obj *casework.Contribution) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.Organisation), nil
}

func (r *funnelReportResolver) Label(ctx context.Context, obj *casework.FunnelReport, locale *locale.Locale) (string, error) {
	return obj.Labels.In(language(locale)), nil
}

func (r *funnelReportResolver) Definition(ctx context.Context, obj *casework.FunnelReport, locale *locale.Locale) (string, error) {
	return obj.Definitions.In(language(locale)), nil
}

func (r *funnelStepResolver) Label(ctx context.Context, obj *casework.FunnelStep, locale *locale.Locale) (string, error) {
	return obj.Labels.In(language(locale)), nil
}

func (r *groupValueResolver) Label(ctx context.Context, obj *outcome.GroupValue, locale *locale.Locale) (string, error) {
	return viewOf(ctx).GroupLabel(*obj, language(locale)), nil
}

func (r *impactTotalResolver) Note(ctx context.Context, obj *casework.ImpactTotal, locale *locale.Locale) (*string, error) {
	if obj.Notes == nil {
		return nil, nil
	}
	note := obj.Notes.In(language(locale))
	return &note, nil
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

func (r *queryResolver) Contributions(ctx context.Context, input casework.ContributionsInput, first *int, after *string) (*casework.ContributionConnection, error) {
	return r.Casework.Contributions(ctx, viewOf(ctx), input, page.Args{First: first, After: after})
}

func (r *queryResolver) Funnel(ctx context.Context, input casework.CohortInput) (*casework.FunnelReport, error) {
	return r.Casework.Funnel(ctx, viewOf(ctx), input)
}

func (r *queryResolver) Survival(ctx context.Context, input casework.SurvivalInput) (*casework.SurvivalReport, error) {
	return r.Casework.Survival(ctx, viewOf(ctx), input)
}

func (r *queryResolver) RollUps(ctx context.Context, first *int, after *string) (*page.Connection[casework.RollUp], error) {
	return viewOf(ctx).ListRollUps(ctx, r.Resolver.RollUps, page.Args{First: first, After: after})
}

func (r *survivalReportResolver) Label(ctx context.Context, obj *casework.SurvivalReport, locale *locale.Locale) (string, error) {
	return obj.Labels.In(language(locale)), nil
}

func (r *survivalReportResolver) Definition(ctx context.Context, obj *casework.SurvivalReport, locale *locale.Locale) (string, error) {
	return obj.Definitions.In(language(locale)), nil
}

func (r *Resolver) Contribution() generated.ContributionResolver { return &contributionResolver{r} }

func (r *Resolver) FunnelReport() generated.FunnelReportResolver { return &funnelReportResolver{r} }

func (r *Resolver) FunnelStep() generated.FunnelStepResolver { return &funnelStepResolver{r} }

func (r *Resolver) GroupValue() generated.GroupValueResolver { return &groupValueResolver{r} }

func (r *Resolver) ImpactTotal() generated.ImpactTotalResolver { return &impactTotalResolver{r} }

func (r *Resolver) Indicator() generated.IndicatorResolver { return &indicatorResolver{r} }

func (r *Resolver) SurvivalReport() generated.SurvivalReportResolver {
	return &survivalReportResolver{r}
}

type (
	contributionResolver   struct{ *Resolver }
	funnelReportResolver   struct{ *Resolver }
	funnelStepResolver     struct{ *Resolver }
	groupValueResolver     struct{ *Resolver }
	impactTotalResolver    struct{ *Resolver }
	indicatorResolver      struct{ *Resolver }
	survivalReportResolver struct{ *Resolver }
)
