// Package telemetry is what an operator sees of the running program: figures that
// Prometheus reads, and spans that go to a collector of traces.
//
// Neither ever holds a value, an identifier or a word of a client's: whatever names
// a figure or stands in a span is a name of the schema, of a collection, of a job, or a
// code. So there are few of them, and none can tell of a survivor or a worker.
package telemetry

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"onward/services/fault"
)

// Recorder takes in what the program does. It is safe for concurrent use.
type Recorder struct {
	registry *prometheus.Registry
	tracer   trace.Tracer

	requests *prometheus.CounterVec
	errors   *prometheus.CounterVec
	took     *prometheus.HistogramVec
	underWay prometheus.Gauge
	slow     *prometheus.HistogramVec
	stored   *prometheus.HistogramVec
	unstored *prometheus.CounterVec
	runs     *prometheus.CounterVec
	runTook  *prometheus.HistogramVec
	runDone  *prometheus.GaugeVec
	leases   *prometheus.GaugeVec
}

// New returns a recorder. Its spans go to the provider, and nowhere where that is nil.
func New(spans trace.TracerProvider) *Recorder {
	if spans == nil {
		spans = noop.NewTracerProvider()
	}
	r := &Recorder{registry: prometheus.NewRegistry(), tracer: spans.Tracer("onward")}
	r.requests = counters("onward_requests_total", "Requests that were answered, by place and by the worst that was said.", "route", "outcome")
	r.errors = counters("onward_errors_total", "Errors in answers, by code.", "code")
	r.took = histograms("onward_request_seconds", "Time to the answer, by place; of streams there is none.", requestTimes, "route")
	r.underWay = prometheus.NewGauge(prometheus.GaugeOpts{Name: "onward_requests_under_way", Help: "Requests that are not answered yet, streams among them."})
	r.slow = histograms("onward_slow_field_seconds", "Time of the fields that were slow; the others are not in it.", slowTimes, "field")
	r.stored = histograms("onward_store_seconds", "Time of the store's answers, by verb and collection.", storeTimes, "operation", "collection")
	r.unstored = counters("onward_store_errors_total", "What the store refused or failed at, by verb, collection and code.", "operation", "collection", "code")
	r.runs = counters("onward_job_runs_total", "Runs of jobs in this process, by outcome.", "name", "outcome")
	r.runTook = histograms("onward_job_seconds", "Time of the runs of jobs in this process.", runTimes, "name")
	r.runDone = gauges("onward_job_done_timestamp_seconds", "When this process last did all of a job, in seconds since 1970.", "name")
	r.leases = gauges("onward_leases_held", "1 while this process holds the lease of a job and runs it.", "name")
	r.registry.MustRegister(r.requests, r.errors, r.took, r.underWay, r.slow, r.stored, r.unstored, r.runs, r.runTook, r.runDone, r.leases,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, code := range fault.Kinds {
		r.errors.WithLabelValues(string(code)) // at 0, so that the first one is an increase
	}
	return r
}

// The bounds of the histograms, in seconds [J].
var (
	requestTimes = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5}
	slowTimes    = []float64{0.1, 0.25, 0.5, 1, 2.5, 5}
	storeTimes   = []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5}
	runTimes     = []float64{0.1, 1, 10, 60, 300, 1800, 7200}
)

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
}

func histograms(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds}, labels)
}

// Figures returns what Prometheus reads.
func (r *Recorder) Figures() http.Handler {
	return promhttp.HandlerFor(r.registry, promhttp.HandlerOpts{})
}

// Slow takes in the time of a field that was slow, by its name in the schema, such as
// Query.impact.
func (r *Recorder) Slow(field string, took time.Duration) {
	r.slow.WithLabelValues(field).Observe(took.Seconds())
}
