package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/page"
	"onward/services/stall"
)

func (r *mutationResolver) SetThresholds(ctx context.Context, input directory.SetThresholdsInput) (*directory.ThresholdsPayload, error) {
	return r.Directory.SetThresholds(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *queryResolver) Thresholds(ctx context.Context) (*directory.Thresholds, error) {
	return viewOf(ctx).Thresholds()
}

func (r *queryResolver) SimulateThresholds(ctx context.Context, input casework.SimulateThresholdsInput) (*casework.Simulation, error) {
	return r.Casework.SimulateThresholds(ctx, viewOf(ctx), input)
}

func (r *queryResolver) StallQuality(ctx context.Context, period calendar.Period) ([]stall.Quality, error) {
	return r.Casework.StallQuality(ctx, viewOf(ctx), period)
}

func (r *thresholdsResolver) History(ctx context.Context, obj *directory.Thresholds, first *int, after *string) (*page.Connection[directory.ThresholdsEntry], error) {
	return r.Directory.ThresholdsHistory(ctx, *obj, page.Args{First: first, After: after})
}

func (r *thresholdsEntryResolver) By(ctx context.Context, obj *directory.ThresholdsEntry) (*directory.Worker, error) {
	return viewOf(ctx).Worker(obj.By), nil
}

func (r *Resolver) Thresholds() generated.ThresholdsResolver { return &thresholdsResolver{r} }

func (r *Resolver) ThresholdsEntry() generated.ThresholdsEntryResolver {
	return &thresholdsEntryResolver{r}
}

type (
	thresholdsResolver      struct{ *Resolver }
	thresholdsEntryResolver struct{ *Resolver }
)
