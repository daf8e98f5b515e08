package telemetry

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Source is what knows of itself how it stands, and is asked when figures are read.
type Source struct {
	Cases         func() int           // in the register
	Age           func() time.Duration // since the register was last sure to have what the store has
	Subscriptions func() int           // that are open
	Records       func() int64         // that this process has added to the access log
	Checkpoint    func() time.Time     // when this process last signed the access log; zero where it has not yet

	// Lags are the days from the last slot of each job that was done to the last that is due.
	Lags func(context.Context) (map[string]int, error)
}

// lagTime is how long the lags of the jobs may take to be read; else they are left
// out [J]. Prometheus waits for ten seconds.
const lagTime = 2 * time.Second

// Watch has a source asked from now on. It is called once.
func (r *Recorder) Watch(s Source) {
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	r.registry.MustRegister(
		gauge("onward_register_cases", "Cases in the register.", func() float64 { return float64(s.Cases()) }),
		gauge("onward_register_age_seconds", "How long ago the register was last sure to have what the store has.", func() float64 { return s.Age().Seconds() }),
		gauge("onward_subscriptions_open", "Subscriptions that are open in this process.", func() float64 { return float64(s.Subscriptions()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "onward_audit_records_total", Help: "Records that this process has added to the access log."}, func() float64 { return float64(s.Records()) }),
		gauge("onward_audit_checkpoint_timestamp_seconds", "When this process last signed the access log, in seconds since 1970; 0 where it has not yet.", func() float64 { return unix(s.Checkpoint()) }),
		lags{prometheus.NewDesc("onward_job_lag_days", "Days from the last slot of a job that was done to the last that is due, as the store has it.", []string{"name"}, nil), s.Lags},
	)
}

func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

// lags reads how far behind the jobs are. While the store does not answer there is
// no figure.
type lags struct {
	about *prometheus.Desc
	read  func(context.Context) (map[string]int, error)
}

// Describe implements prometheus.Collector.
func (l lags) Describe(out chan<- *prometheus.Desc) { out <- l.about }

// Collect implements prometheus.Collector.
func (l lags) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), lagTime)
	defer cancel()
	days, err := l.read(ctx)
	if err != nil {
		return
	}
	for job, n := range days {
		out <- prometheus.MustNewConstMetric(l.about, prometheus.GaugeValue, float64(n), job)
	}
}
