package telemetry_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"onward/services/fault"
	"onward/services/store"
	"onward/services/telemetry"
)

// source is a source that knows nothing.
func source(lags func(context.Context) (map[string]int, error)) telemetry.Source {
	return telemetry.Source{
		Cases: func() int { return 7 }, Age: func() time.Duration { return time.Minute }, Subscriptions: func() int { return 2 },
		Records: func() int64 { return 5 }, Checkpoint: func() time.Time { return time.Time{} }, Lags: lags,
	}
}

// TestSource proves that what knows of itself how it stands is asked each time, and that
// a store that does not answer takes its own figure away and no other one.
func TestSource(t *testing.T) {
	r, away := telemetry.New(nil), false
	r.Watch(source(func(context.Context) (map[string]int, error) {
		if away {
			return nil, errors.New("away")
		}
		return map[string]int{"stall-scan": 3}, nil
	}))
	const lag = `onward_job_lag_days{name="stall-scan"} 3` + "\n"
	for range 2 {
		figures := scrape(t, r)
		for _, want := range []string{"onward_register_cases 7\n", "onward_register_age_seconds 60\n", "onward_subscriptions_open 2\n",
			"onward_audit_records_total 5\n", "onward_audit_checkpoint_timestamp_seconds 0\n"} {
			if !strings.Contains(figures, want) {
				t.Errorf("no %s", want)
			}
		}
		if strings.Contains(figures, lag) == away {
			t.Errorf("away %v: the lag", away)
		}
		away = true
	}
}

// TestRun proves that a run is counted by how it ended, that its lease is held as long
// as it runs, and that a panic passes through and counts as a failure.
func TestRun(t *testing.T) {
	r := telemetry.New(nil)
	r.Job("scan")
	stopped, stop := context.WithCancel(context.Background())
	stop()
	work := func(err error) func(context.Context) error {
		return func(context.Context) error {
			if !strings.Contains(scrape(t, r), `onward_leases_held{name="scan"} 1`) {
				t.Error("no lease is held")
			}
			return err
		}
	}
	bad := fault.New(fault.Internal, "Sokha")
	for _, c := range []struct {
		ctx context.Context
		err error
	}{{context.Background(), nil}, {context.Background(), bad}, {stopped, bad}} {
		if err := r.Run(c.ctx, "scan", work(c.err)); err != c.err {
			t.Errorf("it returns %v, want %v", err, c.err)
		}
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is lost")
			}
		}()
		_ = r.Run(context.Background(), "scan", func(context.Context) error { panic("Sokha") })
	}()
	figures := scrape(t, r)
	for _, want := range []string{`onward_job_runs_total{name="scan",outcome="done"} 1`, `onward_job_runs_total{name="scan",outcome="failed"} 2`,
		`onward_job_runs_total{name="scan",outcome="abandoned"} 1`, `onward_leases_held{name="scan"} 0`, `onward_job_seconds_count{name="scan"} 4`} {
		if !strings.Contains(figures, want+"\n") {
			t.Errorf("no %s", want)
		}
	}
}

// failing is a store that answers every look with an error.
type failing struct {
	store.Store
	err error
}

func (f failing) Get(context.Context, store.Collection, string) (store.Document, error) {
	return store.Document{}, f.err
}

// TestSpans proves that a request, its operation and what the store did for it are one
// trace; that what is done for nobody has no span; and that an error leaves its code.
func TestSpans(t *testing.T) {
	kept := tracetest.NewInMemoryExporter()
	r := telemetry.New(trace.NewTracerProvider(trace.WithSyncer(kept)))
	bad := fault.Wrap(fault.Unavailable, errors.New("Sokha"), "read case_SOKHA")
	s := r.Store(failing{err: bad})
	_, _ = s.Get(context.Background(), "cases", "case_SOKHA")
	if n := len(kept.GetSpans()); n != 0 {
		t.Errorf("%d spans of what was done for nobody", n)
	}
	ctx, answered := r.Request(context.Background(), "/graphql")
	inner, done := r.Operate(ctx)
	_, _ = s.Get(inner, "cases", "case_SOKHA")
	done(telemetry.Operation{Kind: "query", Fields: []string{"Query.case"}, Digest: "00"}, []fault.Kind{fault.Unavailable})
	answered(telemetry.Answer{Route: "/graphql", Outcome: telemetry.Unavailable})
	_ = r.Run(context.Background(), "scan", func(context.Context) error { return bad })
	spans := kept.GetSpans()
	names := []string{}
	for _, span := range spans {
		names = append(names, span.Name)
		for _, a := range span.Attributes {
			if strings.Contains(strings.ToLower(a.Value.String()), "sokha") {
				t.Errorf("%s tells %s", span.Name, a.Value.String())
			}
		}
		if strings.Contains(span.Status.Description, "Sokha") || len(span.Events) > 0 {
			t.Errorf("%s tells an error: %+v %v", span.Name, span.Status, span.Events)
		}
	}
	if got := strings.Join(names, ", "); got != "store get, query, request /graphql, job scan" {
		t.Fatalf("the spans are %s", got)
	}
	for i := range 2 {
		if spans[i].Parent.SpanID() != spans[i+1].SpanContext.SpanID() {
			t.Errorf("%s does not stand below %s", spans[i].Name, spans[i+1].Name)
		}
	}
	if got := spans[0].Status.Description; got != "UNAVAILABLE" {
		t.Errorf("the store's span says %q", got)
	}
}
