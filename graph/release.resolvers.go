package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/casework"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/page"
	"onward/services/release"
)

func (r *mutationResolver) DraftRelease(ctx context.Context, input casework.DraftReleaseInput) (*casework.ReleasePayload, error) {
	return r.Casework.DraftRelease(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CheckRelease(ctx context.Context, input casework.ReleaseInput) (*casework.ReleasePayload, error) {
	return r.Casework.CheckRelease(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) PublishRelease(ctx context.Context, input casework.ReleaseInput) (*casework.ReleasePayload, error) {
	return r.Casework.PublishRelease(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) WithdrawRelease(ctx context.Context, input casework.ReleaseInput) (*casework.ReleasePayload, error) {
	return r.Casework.WithdrawRelease(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) Releases(ctx context.Context, first *int, after *string) (*page.Connection[casework.Release], error) {
	return r.Casework.ListReleases(ctx, viewOf(ctx).Actor, page.Args{First: first, After: after})
}

func (r *queryResolver) Release(ctx context.Context, number int) (*casework.Release, error) {
	return r.Casework.Release(ctx, viewOf(ctx).Actor, number)
}

func (r *queryResolver) Restatement(ctx context.Context, release int) (*casework.Restatement, error) {
	return r.Casework.Restatement(ctx, viewOf(ctx), release)
}

func (r *releaseResolver) Tables(ctx context.Context, obj *casework.Release, groupBy []outcome.Dimension) ([]release.Table, error) {
	return obj.Tables(groupBy)
}

func (r *releaseCurveResolver) Label(ctx context.Context, obj *release.Curve, locale *locale.Locale) (string, error) {
	return obj.Label.In(language(locale)), nil
}

func (r *releaseCurveResolver) Since(ctx context.Context, obj *release.Curve, locale *locale.Locale) (string, error) {
	return obj.Since.In(language(locale)), nil
}

func (r *releaseDefinitionResolver) Label(ctx context.Context, obj *release.Definition, locale *locale.Locale) (string, error) {
	return obj.Label.In(language(locale)), nil
}

func (r *releaseDefinitionResolver) Definition(ctx context.Context, obj *release.Definition, locale *locale.Locale) (string, error) {
	return obj.Text(language(locale)), nil
}

func (r *releaseFunnelResolver) Label(ctx context.Context, obj *release.Funnel, locale *locale.Locale) (string, error) {
	return obj.Label.In(language(locale)), nil
}

func (r *releaseSealResolver) Publisher(ctx context.Context, obj *release.Seal, locale *locale.Locale) (string, error) {
	return obj.Publisher.In(language(locale)), nil
}

func (r *releaseStepResolver) Label(ctx context.Context, obj *release.Step, locale *locale.Locale) (string, error) {
	return obj.Label.In(language(locale)), nil
}

func (r *Resolver) Release() generated.ReleaseResolver { return &releaseResolver{r} }

func (r *Resolver) ReleaseCurve() generated.ReleaseCurveResolver { return &releaseCurveResolver{r} }

func (r *Resolver) ReleaseDefinition() generated.ReleaseDefinitionResolver {
	return &releaseDefinitionResolver{r}
}

func (r *Resolver) ReleaseFunnel() generated.ReleaseFunnelResolver { return &releaseFunnelResolver{r} }

func (r *Resolver) ReleaseSeal() generated.ReleaseSealResolver { return &releaseSealResolver{r} }

func (r *Resolver) ReleaseStep() generated.ReleaseStepResolver { return &releaseStepResolver{r} }

type (
	releaseResolver           struct{ *Resolver }
	releaseCurveResolver      struct{ *Resolver }
	releaseDefinitionResolver struct{ *Resolver }
	releaseFunnelResolver     struct{ *Resolver }
	releaseSealResolver       struct{ *Resolver }
	releaseStepResolver       struct{ *Resolver }
)
