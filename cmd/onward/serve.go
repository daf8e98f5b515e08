package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"onward/graph"
	"onward/graph/guard"
	"onward/services/store"
)

// Listening is where the API listens.
type Listening struct {
	Listen string `help:"The address to listen on." env:"ONWARD_LISTEN" default:"127.0.0.1:8080"`
	Watching

	InFlight     int `help:"How many requests are answered at once; 0 means two for each core." env:"ONWARD_IN_FLIGHT" default:"0"`
	WorkerRate   int `help:"How many requests a second one worker may send." env:"ONWARD_WORKER_RATE" default:"50"`
	WorkerPoints int `help:"How many points of cost one worker may spend in a minute." env:"ONWARD_WORKER_POINTS" default:"200000"`
	StrangerRate int `help:"How many sign-ins, and requests without a live token, one address may send in a second." env:"ONWARD_STRANGER_RATE" default:"10"`
}

// Validate refuses settings that would let nobody in.
func (l *Listening) Validate() error {
	if l.InFlight < 0 {
		return errors.New("--in-flight: must be at least 0")
	}
	if l.WorkerRate < 1 || l.StrangerRate < 1 {
		return errors.New("--worker-rate, --stranger-rate: must be at least 1")
	}
	if l.WorkerPoints < guard.MaxCost {
		return fmt.Errorf("--worker-points: must be at least %d, which is what one request may cost", guard.MaxCost)
	}
	return nil
}

type serveCmd struct {
	Listening
	Introspection bool `help:"Let anyone with a token read the schema. For development." env:"ONWARD_INTROSPECTION"`
	NoJobs        bool `help:"Run no schedule in this process." env:"ONWARD_NO_JOBS"`

	CheckpointEvery   time.Duration `help:"How long looks stay without a signed checkpoint, beside the daily one; 0 for as long as that." env:"ONWARD_CHECKPOINT_EVERY" default:"1h"`
	CheckpointRecords int64         `help:"How many looks stay without one; 0 for any number." env:"ONWARD_CHECKPOINT_RECORDS" default:"10000"`
}

// Run serves until the context ends.
func (s *serveCmd) Run(ctx context.Context, c *Config) error {
	return with(openStore, ctx, c, func(st store.Store) error {
		k, err := releaseKey()
		if err != nil {
			return err
		}
		m, err := masterKey(ctx, c.Data, st)
		if err != nil {
			return err
		}
		h, err := open(ctx, c, st, m, k)
		if err != nil {
			return err
		}
		h.keeper.Every, h.keeper.Records = s.CheckpointEvery, s.CheckpointRecords
		return h.serve(ctx, s.Listening, s.Introspection, func(context.Context) error {
			if s.NoJobs {
				return nil
			}
			return h.jobs.Start(ctx)
		})
	})
}

// What a client can make the process hold before it is known who that is [J].
const (
	maxHeader      = 16 << 10 // bytes of the headers of a request; net/http adds 4 KiB
	maxConnections = 4096     // at once; more wait in the queue of the system
)

// How long a stop waits for requests under way, and then for the last checkpoint and the
// last traces to be taken: together less than the 15 seconds after which the deployments
// kill it.
const (
	stopTime = 10 * time.Second
	lastTime = 4 * time.Second
)

// serve listens, and once it does calls started; it returns when the context has
// ended and everything under way has too.
func (h *house) serve(ctx context.Context, at Listening, introspection bool, started func(context.Context) error) error {
	proxies, err := trustedProxies()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", at.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	unwatch, err := h.watch(at.Watching)
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer unwatch()
	serving, stop := context.WithCancel(ctx)
	defer stop()
	var underWay sync.WaitGroup // the server itself does not wait for web sockets
	handler := graph.Handler(h.resolver(), graph.Options{
		Introspection: introspection, Log: h.log, Stopping: serving.Done(), TrustedProxies: proxies,
		InFlight: at.InFlight, WorkerRate: at.WorkerRate, Points: at.WorkerPoints, StrangerRate: at.StrangerRate,
		Telemetry: h.telemetry, Age: h.fresh.age,
	})
	server := &http.Server{
		Handler:           counted(&underWay, handler),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: maxHeader,
	}
	listener = netutil.LimitListener(listener, maxConnections)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	h.log.Info("listening", "address", "http://"+listener.Addr().String())
	h.follow(serving)
	h.group.Go(h.tellOfFlaws)
	if h.keeper.Key == nil {
		h.log.Warn("no checkpoints of the access log are made: set ONWARD_AUDIT_KEY_FILE, and where they go")
	}
	h.group.Go(func() {
		h.keeper.Follow(serving, h.audit, func(err error) { h.log.Error("no checkpoint of the access log", "error", err) })
	})
	if err := started(ctx); err != nil {
		h.log.Error("jobs not started", "error", err)
	}
	select {
	case err = <-ended: // it could not go on
	case <-ctx.Done():
		h.log.Info("stopping")
	}
	stop()
	var runs sync.WaitGroup
	runs.Go(h.jobs.Stop) // at once, so that whoever waits for a run by hand gets an answer
	h.finish(ctx, server, &underWay)
	runs.Wait()
	h.last(ctx)
	h.group.Wait()
	return err
}

// finish waits for the requests under way, and cuts off those that take too long.
func (h *house) finish(ctx context.Context, server *http.Server, underWay *sync.WaitGroup) {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if err := server.Shutdown(bounded); err != nil {
		h.log.Warn("requests are cut off by the stop", "error", err)
		_ = server.Close()
	}
	waitFor(bounded, underWay)
}

// last hands out what the process keeps of itself: a checkpoint of its log, and traces.
func (h *house) last(ctx context.Context) {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTime)
	defer cancel()
	if err := h.keeper.Close(bounded, h.audit); err != nil {
		h.log.Error("no checkpoint at the stop", "error", err)
	}
	if err := h.lastSpans(bounded); err != nil {
		h.log.Warn("the last traces not sent", "error", err)
	}
}

// counted counts the requests under way, web sockets among them.
func counted(underWay *sync.WaitGroup, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		underWay.Add(1)
		defer underWay.Done()
		next.ServeHTTP(w, req)
	})
}

// waitFor waits for a group, until the context ends.
func waitFor(ctx context.Context, group *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}
