package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"onward/graph"
	"onward/services/audit"
	"onward/services/store"
)

// httpReply is what came back for one request.
type httpReply struct {
	status int
	header http.Header
	body   string
}

// refused reports whether a reply is a refusal in GraphQL's form with a code, which names
// what is wrong where it is INVALID, and bears the identifier of the request.
func (r httpReply) refused(status int, code string) bool {
	named := code != "INVALID" || strings.Contains(r.body, `"fields":[{"path":"`)
	return named && r.status == status && strings.Contains(r.body, `"code":"`+code+`"`) && !strings.Contains(r.body, `"data"`) &&
		strings.HasPrefix(r.body, `{"errors":[`) && len(r.header.Get("Onward-Request")) == 26
}

// wait returns the seconds after which a reply says to try again; 0 for none.
func (r httpReply) wait() int {
	seconds, _ := strconv.Atoi(r.header.Get("Retry-After"))
	return seconds
}

// try sends a body with headers, as pairs of name and value. Those without a value are
// left out.
func (w *world) try(method, path, body string, headers ...string) httpReply {
	w.t.Helper()
	req, err := http.NewRequest(method, w.server.URL+path, strings.NewReader(body))
	w.must(err)
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	resp, err := http.DefaultClient.Do(req)
	w.must(err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	w.must(err)
	return httpReply{resp.StatusCode, resp.Header, string(text)}
}

// as sends a query as a role; accept is the media type that is asked for, if any is.
func (w *world) as(role, query, accept string) httpReply {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	w.must(err)
	return w.try("POST", "/graphql", string(body), "Content-Type", "application/json", "Authorization", "Bearer "+w.tokens[role], "Accept", accept)
}

// TestRates proves that a worker who asks too often is told when to come again and
// nobody else is, whatever is asked, and that the time is enough.
func TestRates(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{WorkerRate: 1, Now: w.clock})
	for n := range 10 {
		if r := w.as("SUPERVISOR", `{ viewer { role } }`, ""); r.status != http.StatusOK {
			t.Fatalf("request %d: %+v", n, r)
		}
	}
	for _, body := range []string{`{"query":"{ viewer { role } }"}`, `garbage`} {
		r := w.try("POST", "/graphql", body, "Content-Type", "application/json", "Authorization", "Bearer "+w.tokens["SUPERVISOR"])
		if !r.refused(http.StatusTooManyRequests, "UNAVAILABLE") || r.wait() != 1 {
			t.Errorf("the eleventh, %s: %+v", body, r)
		}
	}
	if r := w.as("AUDITOR", `{ viewer { role } }`, ""); r.status != http.StatusOK {
		t.Errorf("another worker: %+v", r)
	}
	w.moveTo(w.clock().Add(time.Second))
	if r := w.as("SUPERVISOR", `{ viewer { role } }`, ""); r.status != http.StatusOK {
		t.Errorf("after the wait: %+v", r)
	}
}

// TestRatesOfSockets proves that what is asked on a socket is charged to its worker as
// requests are, the opening too and a document that is refused, that the time which is
// said is enough, and that nobody is warned of those who ask too much.
func TestRatesOfSockets(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t)
	idle := w.serve(graph.Options{WorkerRate: 1, Now: w.clock, Log: slog.New(slog.NewTextHandler(&log, nil))})
	s := w.socket("Bearer " + w.tokens["SUPERVISOR"])
	for n := range 9 {
		s.say(fmt.Sprintf(`{"id": "%d", "type": "subscribe", "payload": {"query": "subscription { bogus }"}}`, n))
		if h := s.next(); !h.refused("INVALID") {
			t.Fatalf("subscription %d: %s", n, h)
		}
	}
	s.say(`{"id": "too soon", "type": "subscribe", "payload": {"query": "subscription { flagRaised { id } }"}}`)
	if h := s.next(); !h.refused("UNAVAILABLE") || !strings.Contains(h.body, "wait 1 seconds") {
		t.Errorf("the tenth: %s", h)
	}
	if r := w.as("SUPERVISOR", `{ viewer { role } }`, ""); r.status != http.StatusTooManyRequests {
		t.Errorf("a request of hers: %+v", r)
	}
	other := w.open()
	other.say(`{"type": "connection_init", "payload": {"Authorization": "Bearer ` + w.tokens["SUPERVISOR"] + `"}}`)
	if h := other.next(); h.code != websocket.StatusTryAgainLater || !strings.Contains(h.body, "wait 1 seconds") {
		t.Errorf("another socket of hers: %s", h)
	}
	w.moveTo(w.clock().Add(time.Second))
	s.subscribe("in time", flagRaised, "")
	s.placed()
	s.leave()
	idle()
	if strings.Contains(log.String(), "level=WARN") {
		t.Errorf("the log says %s", log.String())
	}
}

// TestStrangers proves that an address from which nobody known asks is told when to
// come again, also below /auth and on a web socket, and that whoever is known is
// answered there all the same.
func TestStrangers(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{StrangerRate: 1, Now: w.clock})
	for n := range 10 {
		if r := w.as("NOBODY", `{ viewer { role } }`, ""); !r.refused(http.StatusUnauthorized, "UNAUTHENTICATED") {
			t.Fatalf("request %d: %+v", n, r)
		}
	}
	for what, r := range map[string]httpReply{
		"a query":        w.as("NOBODY", `{ viewer { role } }`, ""),
		"a sign-in":      w.try("POST", "/auth/password", `{"name":"sok","password":"five words of an old song","code":"123456"}`, "Content-Type", "application/json"),
		"another method": w.try("PUT", "/graphql", ``),
	} {
		if !r.refused(http.StatusTooManyRequests, "UNAVAILABLE") || r.wait() != 1 {
			t.Errorf("%s: %+v", what, r)
		}
	}
	if r := w.as("SUPERVISOR", `{ viewer { role } }`, ""); r.status != http.StatusOK {
		t.Errorf("a live token from there: %+v", r)
	}
	w.socket("Bearer " + w.tokens["SUPERVISOR"])
	for _, authorization := range []string{"Bearer onward_no", ""} {
		s := w.open()
		s.say(`{"type": "connection_init", "payload": {"Authorization": "` + authorization + `"}}`)
		if h := s.next(); h.code != websocket.StatusTryAgainLater || !strings.Contains(h.body, "wait 1 seconds") {
			t.Errorf("a socket of %q: %s", authorization, h)
		}
	}
	w.moveTo(w.clock().Add(time.Second))
	for _, code := range []websocket.StatusCode{4401, websocket.StatusTryAgainLater} {
		s := w.open()
		s.say(`{"type": "connection_init"}`)
		if h := s.next(); h.code != code {
			t.Errorf("a socket of nobody after the wait: %s, want %d", h, code)
		}
	}
}

// costs reads what a reply says of its cost.
func (r httpReply) costs(t *testing.T) (c struct {
	Requested, Limit, Remaining int
	ResetAt                     time.Time
}) {
	t.Helper()
	var answer struct {
		Extensions struct{ Cost *json.RawMessage }
	}
	if err := json.Unmarshal([]byte(r.body), &answer); err != nil || answer.Extensions.Cost == nil {
		t.Fatalf("no cost in %+v", r)
	}
	if err := json.Unmarshal(*answer.Extensions.Cost, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestPoints proves that each request is charged what it costs before it runs, that
// the reply says what is left and when all is there again, and that a worker who has
// spent it is told when to come again.
func TestPoints(t *testing.T) {
	w := newWorld(t)
	const points, page = 5000, `{ cases(first: 50) { nodes { tracks { milestones { code } } } } }`
	w.serve(graph.Options{Points: points, Now: w.clock})
	first := w.as("SUPERVISOR", page, "").costs(t)
	if first.Requested < 1000 || first.Requested > 5000 || first.Remaining != points-first.Requested {
		t.Fatalf("the first request: %+v", first)
	}
	if missing := float64(first.Requested) / points * 60; first.ResetAt.Sub(w.clock()).Seconds()-missing > 0.01 {
		t.Errorf("of %d points in a minute %d come back until %v", points, first.Requested, first.ResetAt.Sub(w.clock()))
	}
	for first.Remaining >= first.Requested {
		first.Remaining = w.as("SUPERVISOR", page, "").costs(t).Remaining
	}
	for _, accept := range []string{"application/json", "application/graphql-response+json"} {
		r := w.as("SUPERVISOR", page, accept)
		if !r.refused(http.StatusTooManyRequests, "UNAVAILABLE") || r.wait() < 1 || r.costs(t).Remaining != first.Remaining {
			t.Errorf("a request that is not left: %+v", r)
		}
	}
	if r := w.as("SUPERVISOR", `{ viewer { role } }`, ""); r.status != http.StatusOK || r.costs(t).Remaining >= first.Remaining {
		t.Errorf("a cheap one: %+v", r)
	}
	if r := w.as("ORG_ADMIN", page, ""); r.status != http.StatusOK {
		t.Errorf("another worker: %+v", r)
	}
	wait := time.Duration(w.as("SUPERVISOR", page, "").wait()) * time.Second
	w.moveTo(w.clock().Add(wait))
	if r := w.as("SUPERVISOR", page, ""); r.status != http.StatusOK {
		t.Errorf("after the wait: %+v", r)
	}
}

// stopped is a store that holds what is added to it until it is let go.
type stopped struct {
	store.Store
	holds chan struct{} // gets one for each that is held
	letGo chan struct{}
}

func (s stopped) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	s.holds <- struct{}{}
	<-s.letGo
	return s.Store.Insert(ctx, c, docs...)
}

// TestInFlight proves that requests beyond those that are answered at once, and a few
// that wait a little, are sent away at once, and are answered again when there is room.
func TestInFlight(t *testing.T) {
	w := newWorld(t)
	s := stopped{w.store, make(chan struct{}, 10), make(chan struct{})}
	w.audit = audit.NewLog(s, w.clock)
	w.serve(graph.Options{InFlight: 1})
	var held, sentAway sync.WaitGroup
	var first httpReply
	held.Go(func() { first = w.as("LEGAL_OFFICER", `{ cases { nodes { matters { kind } } } }`, "") })
	<-s.holds
	others := make([]httpReply, 8)
	for i := range others {
		sentAway.Go(func() { others[i] = w.as("SUPERVISOR", `{ viewer { role } }`, "") })
	}
	sentAway.Wait() // while the first is held
	close(s.letGo)
	held.Wait()
	for _, r := range others {
		if !r.refused(http.StatusServiceUnavailable, "UNAVAILABLE") || r.wait() == 0 {
			t.Errorf("%+v", r)
		}
	}
	if first.status != http.StatusOK || strings.Contains(first.body, "errors") {
		t.Errorf("the first: %+v", first)
	}
	if r := w.as("SUPERVISOR", `{ viewer { role } }`, ""); r.status != http.StatusOK {
		t.Errorf("when there is room: %+v", r)
	}
}

// TestOneWorkerAtTheGate proves that a worker has half of the places at most: what she
// asks for beyond them is sent away, another one is answered meanwhile, and she is again
// when she has room.
func TestOneWorkerAtTheGate(t *testing.T) {
	const places, asked, recorded = 4, 7, `{ cases { nodes { matters { kind } } } }`
	w := newWorld(t)
	s := stopped{w.store, make(chan struct{}, asked), make(chan struct{})}
	w.audit = audit.NewLog(s, w.clock)
	w.serve(graph.Options{InFlight: places})
	replies := make(chan httpReply, asked)
	for range asked {
		go func() { replies <- w.as("LEGAL_OFFICER", recorded, "") }()
	}
	for range asked - places/2 {
		if r := <-replies; !r.refused(http.StatusServiceUnavailable, "UNAVAILABLE") || r.wait() == 0 {
			t.Errorf("beyond her half: %+v", r)
		}
	}
	if r := w.as("SUPERVISOR", `{ viewer { role } }`, ""); r.status != http.StatusOK {
		t.Errorf("another worker: %+v", r)
	}
	close(s.letGo)
	for range places / 2 {
		if r := <-replies; r.status != http.StatusOK || strings.Contains(r.body, "errors") {
			t.Errorf("her half: %+v", r)
		}
	}
	if r := w.as("LEGAL_OFFICER", recorded, ""); r.status != http.StatusOK {
		t.Errorf("when she has room: %+v", r)
	}
}

// TestFewWorkersAtTheGate proves that two workers who ask for all that they can get leave
// a place for a third, that each of them has one at least, and that they get more again
// when there is room.
func TestFewWorkersAtTheGate(t *testing.T) {
	const places, theirs, asked, recorded = 6, 4, 9, `{ cases { nodes { matters { kind } } } }`
	w := newWorld(t)
	s := stopped{w.store, make(chan struct{}, 2*asked), make(chan struct{})}
	w.audit = audit.NewLog(s, w.clock)
	w.serve(graph.Options{InFlight: places})
	greedy := []string{"LEGAL_OFFICER", "SUPERVISOR"}
	replies := make(chan string, 2*asked)
	for range asked {
		for _, role := range greedy {
			go func() {
				if r := w.as(role, recorded, ""); r.status == http.StatusOK {
					replies <- role
				} else {
					replies <- ""
				}
			}()
		}
	}
	for range 2*asked - theirs {
		if role := <-replies; role != "" {
			t.Fatalf("a request of %s is answered while all are held", role)
		}
	}
	if r := w.as("ORG_ADMIN", `{ viewer { role } }`, ""); r.status != http.StatusOK {
		t.Errorf("a third worker: %+v", r)
	}
	close(s.letGo)
	got := map[string]int{}
	for range theirs {
		got[<-replies]++
	}
	if got[greedy[0]] < 1 || got[greedy[1]] < 1 || got[""] > 0 {
		t.Errorf("answered by worker: %v", got)
	}
	for _, role := range greedy {
		if r := w.as(role, recorded, ""); r.status != http.StatusOK {
			t.Errorf("%s when there is room: %+v", role, r)
		}
	}
}

// TestPanicOutside proves that a defect anywhere in the edge is answered as one, with
// the identifier by which the log has it, and not with what it says.
func TestPanicOutside(t *testing.T) {
	var log strings.Builder
	server := httptest.NewServer(graph.Handler(&graph.Resolver{}, graph.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})) // without a door
	w := &world{t: t, server: server}
	r := w.try("POST", "/graphql", `{"query":"{ viewer { role } }"}`, "Content-Type", "application/json", "Authorization", "Bearer x")
	server.Close()
	id := r.header.Get("Onward-Request")
	if !r.refused(http.StatusInternalServerError, "INTERNAL") || !strings.Contains(r.body, `"request":"`+id+`"`) || strings.Contains(r.body, "nil pointer") {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(log.String(), id) || strings.Contains(log.String(), "nil pointer") {
		t.Errorf("the log says %s", log.String())
	}
}

// TestDraft proves the status and the form of answers, by what a request accepts.
func TestDraft(t *testing.T) {
	w := newWorld(t)
	const plain, named = "application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"
	for _, c := range []struct {
		accept, query string
		status        int
		media         string
		data          bool
	}{
		{"", `{ viewer { role } }`, 200, plain, true},
		{"*/*", `{ viewer { role } }`, 200, plain, true},
		{" ", `{ viewer { role } }`, 200, plain, true}, // a header that says nothing
		{"/, ;q=1", `{ viewer { role } }`, 200, plain, true},
		{"text/event-stream, */*", `{ viewer { role } }`, 200, plain, true},
		{"application/*;q=0.5", `{ viewer { role } }`, 200, plain, true},
		{"application/json", `{ viewer { role } }`, 200, plain, true},
		{"application/graphql-response+json", `{ viewer { role } }`, 200, named, true},
		{"application/graphql-response+json, application/json;q=0.9", `{ viewer { role } }`, 200, named, true},
		{"application/json, application/graphql-response+json, text/event-stream", `{ viewer { role } }`, 200, named, true},
		{"application/graphql-response+json;q=0.1, application/json", `{ viewer { role } }`, 200, plain, true},
		{"APPLICATION/JSON; charset=UTF-8", `{ viewer { role } }`, 200, plain, true},
		{"text/html, */*;q=0.1", `{ viewer { role } }`, 200, plain, true},
		{"text/html", `{ viewer { role } }`, 406, plain, false},
		{"application/json;q=0", `{ viewer { role } }`, 406, plain, false},
		{"application/json;charset=utf-16", `{ viewer { role } }`, 406, plain, false},
		{"application/json", `{`, 200, plain, false},
		{"application/json", `{ bogus }`, 200, plain, false},
		{"application/json", `query ($i: ID!) { node(id: $i) { id } }`, 200, plain, false},
		{"application/graphql-response+json", `{`, 400, named, false},
		{"application/graphql-response+json", `{ bogus }`, 400, named, false},
		{"application/graphql-response+json", `query ($i: ID!) { node(id: $i) { id } }`, 400, named, false},
		{"application/graphql-response+json", `subscription { flagRaised { id } }`, 400, named, false},
		{"application/graphql-response+json", `{ a: viewer { role } case(id: "case_0000000000000000000000000A") { id } }`, 200, named, true},                       // in part
		{"application/graphql-response+json", `mutation { runJob(input: {requestId: "r", name: "x", asOf: "2026-01-01"}) { run { outcome } } }`, 200, named, true}, // data is null
	} {
		r := w.as("SUPERVISOR", c.query, c.accept)
		if r.status != c.status || r.header.Get("Content-Type") != c.media || strings.Contains(r.body, `"data":`) != c.data {
			t.Errorf("%q, %s: %d %s %s", c.accept, c.query, r.status, r.header.Get("Content-Type"), r.body)
		}
	}
}

// TestUnrecordedIsUnavailable proves that an answer which could not be recorded has, in
// the media type of GraphQL, the status of what may do better another time.
func TestUnrecordedIsUnavailable(t *testing.T) {
	w := newWorld(t)
	w.audit = audit.NewLog(lostLog{w.store}, w.clock)
	w.serve(graph.Options{})
	if r := w.as("LEGAL_OFFICER", `{ cases { nodes { matters { kind } } } }`, "application/graphql-response+json"); !r.refused(http.StatusServiceUnavailable, "UNAVAILABLE") ||
		!strings.Contains(r.body, fmt.Sprintf(`"request":%q`, r.header.Get("Onward-Request"))) {
		t.Errorf("%+v", r)
	}
}
