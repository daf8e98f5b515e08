package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/assessment"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/locale"
	"onward/services/page"
)

func (r *assessmentResolver) Recomputed(ctx context.Context, obj *casework.Assessment) (*casework.RecomputedScore, error) {
	return viewOf(ctx).Recompute(ctx, obj)
}

func (r *caseResolver) Assessments(ctx context.Context, obj *casefile.Case) ([]casework.Assessment, error) {
	return casework.Assessments(obj), nil
}

func (r *dimensionScoreResolver) Label(ctx context.Context, obj *casework.DimensionScore, locale *locale.Locale) (string, error) {
	return viewOf(ctx).DimensionLabel(obj, language(locale)), nil
}

func (r *instrumentResolver) Name(ctx context.Context, obj *assessment.Instrument, locale *locale.Locale) (string, error) {
	return obj.Name.In(language(locale)), nil
}

func (r *instrumentBandResolver) Label(ctx context.Context, obj *assessment.Band, locale *locale.Locale) (string, error) {
	return obj.Label.In(language(locale)), nil
}

func (r *instrumentDimensionResolver) Label(ctx context.Context, obj *assessment.Dimension, locale *locale.Locale) (string, error) {
	return obj.Label.In(language(locale)), nil
}

func (r *instrumentItemResolver) Label(ctx context.Context, obj *assessment.Item, locale *locale.Locale) (string, error) {
	return obj.Label.In(language(locale)), nil
}

func (r *instrumentOptionResolver) Label(ctx context.Context, obj *assessment.Option, locale *locale.Locale) (string, error) {
	return obj.Label.In(language(locale)), nil
}

func (r *mutationResolver) RecordAssessment(ctx context.Context, input casework.RecordAssessmentInput) (*casework.Change, error) {
	return r.Casework.RecordAssessment(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) Instruments(ctx context.Context, first *int, after *string) (*page.Connection[*assessment.Instrument], error) {
	return viewOf(ctx).ListInstruments(page.Args{First: first, After: after})
}

func (r *queryResolver) Instrument(ctx context.Context, code string, version *int) (*assessment.Instrument, error) {
	return viewOf(ctx).Library.Find(code, version)
}

func (r *Resolver) Assessment() generated.AssessmentResolver { return &assessmentResolver{r} }

func (r *Resolver) DimensionScore() generated.DimensionScoreResolver {
	return &dimensionScoreResolver{r}
}

func (r *Resolver) Instrument() generated.InstrumentResolver { return &instrumentResolver{r} }

func (r *Resolver) InstrumentBand() generated.InstrumentBandResolver {
	return &instrumentBandResolver{r}
}

func (r *Resolver) InstrumentDimension() generated.InstrumentDimensionResolver {
	return &instrumentDimensionResolver{r}
}

func (r *Resolver) InstrumentItem() generated.InstrumentItemResolver {
	return &instrumentItemResolver{r}
}

func (r *Resolver) InstrumentOption() generated.InstrumentOptionResolver {
	return &instrumentOptionResolver{r}
}

type (
	assessmentResolver          struct{ *Resolver }
	dimensionScoreResolver      struct{ *Resolver }
	instrumentResolver          struct{ *Resolver }
	instrumentBandResolver      struct{ *Resolver }
	instrumentDimensionResolver struct{ *Resolver }
	instrumentItemResolver      struct{ *Resolver }
	instrumentOptionResolver    struct{ *Resolver }
)
