package graph_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"onward/graph"
)

// patience is how long a test waits for what must come. It is never waited for
// where all is well.
const patience = 30 * time.Second

// told is what a subscriber is told: an answer, an error, or the end.
type told struct {
	kind string // next, error, complete, closed
	body string // an answer, a list of errors, or the reason of a close
	code websocket.StatusCode
}

func (h told) String() string { return fmt.Sprintf("%s %d %s", h.kind, h.code, h.body) }

// refused reports whether the subscriber was told an error with a code of the API.
func (h told) refused(code string) bool {
	return h.kind == "error" && strings.Contains(h.body, `"code":"`+code+`"`)
}

// subscriber is one subscription, over one of the transports. It is in place when
// it is returned.
type subscriber interface {
	next() told
	leave()
}

// transports are the ways to subscribe.
var transports = map[string]func(w *world, role, query, variables string) subscriber{
	"web socket": func(w *world, role, query, variables string) subscriber {
		s := w.socket("Bearer " + w.tokens[role])
		s.subscribe("1", query, variables)
		return s
	},
	"server-sent events": func(w *world, role, query, variables string) subscriber { return w.stream(role, query, variables) },
}

// eachTransport runs a test over each of the transports, in a world of its own.
func eachTransport(t *testing.T, o graph.Options, test func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber)) {
	t.Helper()
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.serve(o)
			test(t, w, func(role, query, variables string) subscriber {
				s := subscribe(w, role, query, w.fill(variables))
				t.Cleanup(s.leave)
				return s
			})
		})
	}
}

// serve serves the world with options of its own. It returns a function that waits
// until no request is under way, web sockets among them.
func (w *world) serve(o graph.Options) (idle func()) {
	w.t.Helper()
	if o.Log == nil {
		o.Log = quiet
	}
	var underWay sync.WaitGroup
	handler := graph.Handler(w.resolver(), o)
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		underWay.Add(1)
		defer underWay.Done()
		handler.ServeHTTP(rw, req)
	}))
	w.t.Cleanup(w.server.Close)
	return underWay.Wait
}

// socket is a client of graphql-transport-ws.
type socket struct {
	t  testing.TB
	ws *websocket.Conn
}

// dial opens a web socket and says nothing yet.
func (w *world) dial(header http.Header) (*websocket.Conn, *http.Response, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return websocket.Dial(ctx, w.server.URL+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header})
}

// open opens a socket, without connection_init.
func (w *world) open() *socket {
	w.t.Helper()
	ws, _, err := w.dial(nil)
	w.must(err)
	ws.SetReadLimit(-1)
	w.t.Cleanup(func() { _ = ws.CloseNow() })
	return &socket{w.t, ws}
}

// socket opens a socket and has it acknowledged.
func (w *world) socket(authorization string) *socket {
	w.t.Helper()
	s := w.open()
	s.say(`{"type": "connection_init", "payload": {"Authorization": "` + authorization + `"}}`)
	if m, err := s.hear(); err != nil || m.Type != "connection_ack" {
		w.t.Fatalf("connection_init: %+v %v", m, err)
	}
	return s
}

func (s *socket) say(message string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.ws.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
		s.t.Fatal(err)
	}
}

// heard is a message of the server.
type heard struct {
	ID, Type string
	Payload  json.RawMessage
}

func (s *socket) hear() (heard, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var m heard
	_, text, err := s.ws.Read(ctx)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	return m, err
}

// subscribe subscribes and waits until that has been carried out: the server
// answers a ping only after it.
func (s *socket) subscribe(id, query, variables string) {
	s.t.Helper()
	if variables == "" {
		variables = "null"
	}
	s.say(fmt.Sprintf(`{"id": %q, "type": "subscribe", "payload": {"query": %q, "variables": %s}}`, id, query, variables))
	s.say(`{"type": "ping", "payload": {"after": "` + id + `"}}`)
}

// next returns what the subscriber is told next, of whatever subscription.
func (s *socket) next() told {
	_, h := s.nextOf()
	return h
}

// nextOf returns what the subscriber is told next, and of which subscription.
func (s *socket) nextOf() (string, told) {
	for {
		m, err := s.hear()
		switch {
		case err != nil:
			var e websocket.CloseError
			if code := websocket.CloseStatus(err); code != -1 {
				e.Code = code
				e.Reason = err.Error()
			}
			return "", told{"closed", e.Reason, e.Code}
		case m.Type != "pong":
			return m.ID, told{kind: m.Type, body: string(withoutCost(m.Payload))}
		}
	}
}

// placed waits until the subscription that was asked for last is in place, where
// nothing else is told before.
func (s *socket) placed() {
	s.t.Helper()
	if m, err := s.hear(); err != nil || m.Type != "pong" {
		s.t.Fatalf("no pong: %+v %v", m, err)
	}
}

func (s *socket) leave() { _ = s.ws.CloseNow() }

// stream is a client of server-sent events.
type stream struct {
	resp   *http.Response
	lines  *bufio.Scanner
	cancel context.CancelFunc
	late   *time.Timer
}

// stream subscribes by POST.
func (w *world) stream(role, query, variables string) *stream {
	w.t.Helper()
	if variables == "" {
		variables = "null"
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(variables)})
	w.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.server.URL+"/graphql", bytes.NewReader(body))
	w.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Authorization", "Bearer "+w.tokens[role])
	resp, err := http.DefaultClient.Do(req)
	w.must(err)
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		w.t.Fatalf("no stream: %d %v", resp.StatusCode, resp.Header)
	}
	s := &stream{resp, bufio.NewScanner(resp.Body), cancel, time.AfterFunc(patience, cancel)}
	s.lines.Buffer(nil, 1<<24)
	w.t.Cleanup(s.leave)
	return s
}

// next returns what the subscriber is told next. An answer without data is an
// error, as over a web socket.
func (s *stream) next() told {
	s.late.Reset(patience)
	h, begun := told{}, false
	for s.lines.Scan() {
		switch name, value, _ := strings.Cut(s.lines.Text(), ":"); {
		case name == "event":
			h.kind, begun = strings.TrimSpace(value), true
		case name == "data":
			h.body = string(withoutCost([]byte(strings.TrimSpace(value))))
		case s.lines.Text() == "" && begun:
			if strings.HasPrefix(h.body, `{"errors":`) && !strings.Contains(h.body, `"data":{`) {
				h.kind = "error"
			}
			return h
		}
	}
	return told{kind: "closed"}
}

func (s *stream) leave() {
	s.late.Stop()
	s.cancel()
	_ = s.resp.Body.Close()
}
