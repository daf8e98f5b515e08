package telemetry

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"onward/services/fault"
)

// How runs end, in figures.
const (
	runDone      = "done"
	runFailed    = "failed"
	runAbandoned = "abandoned" // the process was stopped
)

// Job makes a job known, so that its figures are there before its first run.
func (r *Recorder) Job(name string) {
	for _, outcome := range []string{runDone, runFailed, runAbandoned} {
		r.runs.WithLabelValues(name, outcome)
	}
	r.leases.WithLabelValues(name).Set(0)
}

// Run does the work of a job and takes in how long it took and how it ended. One that
// panics has failed, and goes on panicking.
func (r *Recorder) Run(ctx context.Context, job string, work func(context.Context) error) (err error) {
	r.leases.WithLabelValues(job).Set(1)
	ctx, span := r.tracer.Start(ctx, "job "+job, trace.WithAttributes(attribute.String("onward.job", job)))
	began, outcome := time.Now(), runFailed
	defer func() {
		r.leases.WithLabelValues(job).Set(0)
		r.runs.WithLabelValues(job, outcome).Inc()
		r.runTook.WithLabelValues(job).Observe(time.Since(began).Seconds())
		span.SetAttributes(attribute.String("onward.outcome", outcome))
		span.End()
	}()
	err = work(ctx)
	switch {
	case err == nil:
		outcome = runDone
		r.runDone.WithLabelValues(job).SetToCurrentTime()
	case errors.Is(ctx.Err(), context.Canceled):
		outcome = runAbandoned
	default:
		span.SetStatus(codes.Error, string(fault.KindOf(err)))
	}
	return err
}
