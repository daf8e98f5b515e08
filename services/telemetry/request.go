package telemetry

import (
	"context"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"onward/services/fault"
)

// Outcome is the worst that an answer says.
type Outcome string

// The outcomes.
const (
	OK          Outcome = "ok"          // it says no error
	Refused     Outcome = "refused"     // the client is to ask for something else
	Limited     Outcome = "limited"     // the client has asked too often
	Unavailable Outcome = "unavailable" // the client is to try again
	Failed      Outcome = "failed"      // a defect of ours
)

// OutcomeOf returns the outcome of an answer with these codes.
func OutcomeOf(all []fault.Kind) Outcome {
	worst := OK
	for _, code := range all {
		switch {
		case code == fault.Internal:
			return Failed
		case code == fault.Unavailable:
			worst = Unavailable
		case worst == OK:
			worst = Refused
		}
	}
	return worst
}

// Answer is what is told of one request that was answered.
type Answer struct {
	Route    string // one of few: no word of a client's
	Outcome  Outcome
	Took     time.Duration
	Streamed bool // it was a stream, whose time says nothing
}

// Request begins a request. Call what it returns when it is answered.
func (r *Recorder) Request(ctx context.Context, route string) (context.Context, func(Answer)) {
	r.underWay.Inc()
	ctx, span := r.tracer.Start(ctx, "request "+route, trace.WithSpanKind(trace.SpanKindServer), trace.WithNewRoot(),
		trace.WithAttributes(attribute.String("http.route", route)))
	return ctx, func(a Answer) {
		r.underWay.Dec()
		r.requests.WithLabelValues(a.Route, string(a.Outcome)).Inc()
		if !a.Streamed {
			r.took.WithLabelValues(a.Route).Observe(a.Took.Seconds())
		}
		span.SetAttributes(attribute.String("onward.outcome", string(a.Outcome)))
		if a.Outcome == Failed || a.Outcome == Unavailable {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// Errors takes in the codes of an answer.
func (r *Recorder) Errors(all []fault.Kind) {
	for _, code := range all {
		r.errors.WithLabelValues(string(code)).Inc()
	}
}

// Operation says what a request asks for, by names of the schema.
type Operation struct {
	Kind   string   // query, mutation or subscription; empty where it could not be read
	Fields []string // where it begins, such as Query.cases
	Digest string   // of its document without the values in it
}

// Traced reports whether somebody will see the spans of what is done in a context.
func Traced(ctx context.Context) bool { return trace.SpanFromContext(ctx).IsRecording() }

// Operate begins an operation of a request. Call what it returns when it is done; it
// takes what was done and the codes of its answer. Outside of a trace it does nothing.
func (r *Recorder) Operate(ctx context.Context) (context.Context, func(Operation, []fault.Kind)) {
	if !Traced(ctx) {
		return ctx, func(Operation, []fault.Kind) {}
	}
	ctx, span := r.tracer.Start(ctx, "operation")
	return ctx, func(o Operation, all []fault.Kind) {
		if o.Kind != "" {
			span.SetName(o.Kind)
		}
		span.SetAttributes(attribute.String("graphql.operation.type", o.Kind), attribute.String("graphql.document.hash", o.Digest),
			attribute.String("onward.fields", strings.Join(o.Fields, ",")), attribute.StringSlice("onward.codes", texts(all)))
		span.End()
	}
}

func texts(all []fault.Kind) []string {
	out := make([]string, len(all))
	for i, code := range all {
		out[i] = string(code)
	}
	return out
}
