package graph

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"onward/services/fault"
)

// eventStream is the transport of subscriptions over server-sent events: one
// subscription by one POST, as https://github.com/enisdenjo/graphql-sse has it in
// its mode of distinct connections.
//
// The library has one, too. It writes without a deadline, and its last event has no
// data, so that browsers do not deliver it.
type eventStream struct{ *subscriptions }

// Supports reports whether a request asks for a stream of events.
func (eventStream) Supports(req *http.Request) bool { return streams(req) }

// Do serves a stream until it ends. The headers go out when the subscription is in
// place.
func (s eventStream) Do(w http.ResponseWriter, req *http.Request, exec graphql.GraphExecutor) {
	out := &events{w: w, control: http.NewResponseController(w)}
	if err := out.open(); err != nil {
		refuse(w, http.StatusInternalServerError, fault.New(fault.Internal, "this connection carries no streams"))
		return
	}
	ctx, cancel := until(req.Context(), s.stopping)
	r := requestOf(req.Context())
	o := s.begin(ctx, r.id, exec, callerOf(req), r.asked)
	var group sync.WaitGroup
	group.Go(func() { out.keepAlive(ctx, cancel) })
	s.relay(out, o)
	cancel()
	group.Wait()
	out.done()
}

// relay sends the answers of an operation and says that it has ended, and where
// the server stops that this is why.
func (s eventStream) relay(out *events, o *operation) {
	defer o.end()
	err := out.write(":\n\n")
	for err == nil {
		answer := o.next()
		if answer == nil {
			break
		}
		err = out.write("event: next\ndata: %s\n\n", body(answer))
	}
	o.end()
	if err != nil {
		return // it does not read, or has gone
	}
	select {
	case <-s.stopping:
		answer := o.refuse(fault.New(fault.Unavailable, "the server stops; subscribe again")).next()
		_ = out.write("event: next\ndata: %s\n\n", body(answer))
	default:
	}
	_ = out.write("event: complete\ndata:\n\n")
}

// until returns a context that ends when stop is closed, too.
func until(ctx context.Context, stop <-chan struct{}) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// events writes server-sent events.
type events struct {
	w       http.ResponseWriter
	control *http.ResponseController
	mu      sync.Mutex
}

// open prepares the connection: the server's time to read a request must not end a
// stream (net/http lifts it once a body is read whole, but does not promise to), and
// a peer that does not read must not hold it.
func (e *events) open() error {
	if err := e.control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	h := e.w.Header()
	h.Set("Content-Type", eventsType+"; charset=utf-8")
	h.Set("Cache-Control", "no-cache, no-store")
	h.Set("X-Accel-Buffering", "no") // for proxies that would wait for more
	return e.control.SetWriteDeadline(time.Now().Add(writeTime))
}

// done leaves the connection as it was, for the next request.
func (e *events) done() { _ = e.control.SetWriteDeadline(time.Time{}) }

// write sends one event, or a comment.
func (e *events) write(format string, args ...any) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.control.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(e.w, format, args...); err != nil {
		return err
	}
	return e.control.Flush()
}

// keepAlive tells the peer, and whatever stands between, that the stream goes on,
// and calls gone where it does not take that.
func (e *events) keepAlive(ctx context.Context, gone func()) {
	ticker := time.NewTicker(aliveTime)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if e.write(":\n\n") != nil {
				gone()
				return
			}
		}
	}
}
