package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"go.opentelemetry.io/otel"

	"onward/jobs"
	"onward/services/calendar"
	"onward/services/telemetry"
)

// Watching is where the operator watches.
type Watching struct {
	DebugListen   string `help:"The address where the operator watches: /metrics, and /debug/pprof. Nowhere without one." env:"ONWARD_DEBUG_LISTEN"`
	DebugAnywhere bool   `help:"Accept a --debug-listen that other machines reach. It has no /debug/pprof then." env:"ONWARD_DEBUG_ANYWHERE"`
}

// listen opens the address, or returns nil where there is none. One that other
// machines reach must be meant: nobody is asked there who they are.
func (w Watching) listen() (net.Listener, error) {
	if w.DebugListen == "" {
		return nil, nil
	}
	address, err := net.ResolveTCPAddr("tcp", w.DebugListen)
	if err != nil {
		return nil, fmt.Errorf("--debug-listen: %w", err)
	}
	if !address.IP.IsLoopback() && !w.DebugAnywhere {
		return nil, fmt.Errorf("--debug-listen: other machines reach %s, and nobody is asked there who they are; give an address of this machine, such as 127.0.0.1:9090, or add --debug-anywhere", w.DebugListen)
	}
	l, err := net.Listen("tcp", address.String())
	if err != nil {
		return nil, fmt.Errorf("--debug-listen: %w", err)
	}
	return l, nil
}

// watch serves figures and, on this machine alone, profiles, until stop is called.
func (h *house) watch(w Watching) (stop func(), err error) {
	l, err := w.listen()
	if l == nil {
		return func() {}, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h.telemetry.Figures())
	if l.Addr().(*net.TCPAddr).IP.IsLoopback() {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			h.log.Error("figures are not served any more", "error", err)
		}
	}()
	h.log.Info("figures are served", "at", "http://"+l.Addr().String()+"/metrics")
	return func() { _ = server.Close() }, nil
}

// openTelemetry returns what takes in what the program does, and what sends the rest
// of it at the end.
func openTelemetry(ctx context.Context, log *slog.Logger) (*telemetry.Recorder, func(context.Context) error, error) {
	exporter, err := telemetry.Exporter(ctx)
	if err != nil {
		return nil, nil, err
	}
	if exporter == nil {
		return telemetry.New(nil), func(context.Context) error { return nil }, nil
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { // the library has no other place for it
		log.Warn("traces not sent", "error", err)
	}))
	return telemetry.New(exporter), func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, spansTime)
		defer cancel()
		return exporter.Shutdown(ctx)
	}, nil
}

// spansTime is how long a stop waits for a collector of traces that does not take the
// last ones [J].
const spansTime = 3 * time.Second

// source is what the house knows of itself.
func (h *house) source() telemetry.Source {
	return telemetry.Source{
		Cases: func() int { return h.register.Snapshot().Len() }, Age: h.fresh.age, Subscriptions: h.register.Feeds,
		Records: h.audit.Len, Checkpoint: h.keeper.Last, Lags: h.lags,
	}
}

// lags returns how many days each job is behind.
func (h *house) lags(ctx context.Context) (map[string]int, error) {
	all, err := h.jobs.List(ctx)
	days := map[string]int{}
	for _, job := range all {
		days[job.Name] = job.LagDays
	}
	return days, err
}

// observed has the runs of jobs taken in.
func (h *house) observed(all ...jobs.Job) []jobs.Job {
	for i, job := range all {
		h.telemetry.Job(job.Name)
		all[i].Work = func(ctx context.Context, asOf calendar.Day) (counts []jobs.Count, err error) {
			err = h.telemetry.Run(ctx, job.Name, func(ctx context.Context) (err error) {
				counts, err = job.Work(ctx, asOf)
				return err
			})
			return counts, err
		}
	}
	return all
}
