package graph_test

import (
	"bytes"
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
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/id"
)

// TestSocketProtocol proves that a socket is closed by whoever breaks the protocol,
// with the code that says how, and that every token which is not live reads the
// same.
func TestSocketProtocol(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{})
	initialise := `{"type": "connection_init", "payload": {"Authorization": "Bearer ` + w.tokens["SUPERVISOR"] + `"}}`
	subscribe := `{"id": "1", "type": "subscribe", "payload": {"query": "subscription { flagRaised { id } }"}}`
	for name, c := range map[string]struct {
		says []string
		code websocket.StatusCode
	}{
		"no JSON":                 {[]string{`hello`}, 4400},
		"a list":                  {[]string{`[]`}, 4400},
		"a type that is a number": {[]string{initialise, `{"type": 5}`}, 4400},
		"an unknown type":         {[]string{initialise, `{"type": "start"}`}, 4400},
		"a name twice":            {[]string{initialise, `{"type": "ping", "type": "pong"}`}, 4400},
		"too large":               {[]string{initialise, `{"type": "ping", "payload": {"x": "` + strings.Repeat("x", 70_000) + `"}}`}, websocket.StatusMessageTooBig},
		"a subscription first":    {[]string{subscribe}, 4401},
		"a ping first":            {[]string{`{"type": "ping"}`}, 4401},
		"no token":                {[]string{`{"type": "connection_init"}`}, 4401},
		"null for a token":        {[]string{`{"type": "connection_init", "payload": null}`}, 4401},
		"no live token":           {[]string{`{"type": "connection_init", "payload": {"Authorization": "Bearer onward_no"}}`}, 4401},
		"no scheme":               {[]string{`{"type": "connection_init", "payload": {"Authorization": "` + w.tokens["SUPERVISOR"] + `"}}`}, 4401},
		"a payload that is text":  {[]string{`{"type": "connection_init", "payload": "Bearer"}`}, 4400},
		"a token that is a list":  {[]string{`{"type": "connection_init", "payload": {"Authorization": []}}`}, 4400},
		"twice":                   {[]string{initialise, initialise}, 4429},
		"an id twice":             {[]string{initialise, subscribe, subscribe}, 4409},
		"no id":                   {[]string{initialise, `{"type": "subscribe", "payload": {"query": "subscription { flagRaised { id } }"}}`}, 4400},
		"a long id":               {[]string{initialise, `{"id": "` + strings.Repeat("x", 129) + `", "type": "subscribe", "payload": {"query": "subscription { flagRaised { id } }"}}`}, 4400},
		"no payload":              {[]string{initialise, `{"id": "1", "type": "subscribe"}`}, 4400},
		"no query":                {[]string{initialise, `{"id": "1", "type": "subscribe", "payload": {"variables": {}}}`}, 4400},
		"variables of text":       {[]string{initialise, `{"id": "1", "type": "subscribe", "payload": {"query": "subscription { flagRaised { id } }", "variables": "x"}}`}, 4400},
	} {
		s := w.open()
		for _, m := range c.says {
			s.say(m)
		}
		h := s.next()
		for h.kind == "connection_ack" {
			h = s.next()
		}
		if h.kind != "closed" || h.code != c.code {
			t.Errorf("%s: %s", name, h)
		}
		if c.code == 4401 && len(c.says) == 1 && strings.Contains(c.says[0], "connection_init") && !strings.Contains(h.body, "a live bearer token is needed") {
			t.Errorf("%s: %s", name, h)
		}
	}
	if n := w.register.Feeds(); n > 1 {
		t.Errorf("%d feeds are left", n)
	}
}

// TestUpgrade proves who gets a web socket at all: nobody from another site's page
// and nobody with a token that is not live, in GraphQL's form; and that only one
// protocol is spoken.
func TestUpgrade(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{})
	own := w.server.URL
	for name, c := range map[string]struct {
		header http.Header
		status int
	}{
		"a token":                {http.Header{"Authorization": {"Bearer " + w.tokens["SUPERVISOR"]}}, 101},
		"no token yet":           {http.Header{}, 101},
		"a page of ours":         {http.Header{"Origin": {own}}, 101},
		"a page of another site": {http.Header{"Origin": {"https://elsewhere.example"}}, 403},
		"a cross-site request":   {http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		"a token that is none":   {http.Header{"Authorization": {"Bearer onward_none"}}, 401},
		"another scheme":         {http.Header{"Authorization": {"Basic " + w.tokens["SUPERVISOR"]}}, 401},
	} {
		ws, resp, err := w.dial(c.header)
		if err == nil {
			_ = ws.CloseNow()
		}
		if resp == nil || resp.StatusCode != c.status {
			t.Errorf("%s: %v %v", name, resp, err)
		}
	}
	for _, protocols := range [][]string{nil, {"graphql-ws"}} {
		ws, _, err := websocket.Dial(t.Context(), w.server.URL+"/graphql", &websocket.DialOptions{Subprotocols: protocols})
		w.must(err)
		if h := (&socket{t, ws}).next(); h.code != 4406 {
			t.Errorf("%v: %s", protocols, h)
		}
	}
	// The header's token is enough, and needs no payload.
	ws, _, err := w.dial(http.Header{"Authorization": {"Bearer " + w.tokens["SUPERVISOR"]}})
	w.must(err)
	s := &socket{t, ws}
	defer s.leave()
	s.say(`{"type": "connection_init"}`)
	if h := s.next(); h.kind != "connection_ack" {
		t.Errorf("with the token in the header: %s", h)
	}
}

// TestInitTimeout proves that a socket which says nothing is closed.
func TestInitTimeout(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{InitTime: time.Millisecond})
	if h := w.open().next(); h.kind != "closed" || h.code != 4408 {
		t.Errorf("%s", h)
	}
}

// TestOnlySubscriptionsAreStreamed proves that queries and mutations are not
// carried out where subscriptions are, nor subscriptions where they are not.
func TestOnlySubscriptionsAreStreamed(t *testing.T) {
	eachTransport(t, graph.Options{}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
		for _, query := range []string{`{ viewer { role } }`,
			`mutation { recordService(input: {requestId: "r", caseId: "{{case.active}}", service: "training_education_life_skills"}) { entry { id } } }`} {
			s := subscribe("SUPERVISOR", w.fill(query), "")
			if h := s.next(); !h.refused("INVALID") || !strings.Contains(h.body, "only subscriptions") {
				t.Errorf("%s: %s", query, h)
			}
		}
		if _, body := w.post("SUPERVISOR", w.fill(`{ case(id: "{{case.active}}") { deliveries { totalCount } } }`), nil); !strings.Contains(string(body), `"totalCount":0`) {
			t.Errorf("the mutation was carried out: %s", body)
		}
		if _, body := w.post("SUPERVISOR", `subscription { flagRaised { id } }`, nil); !strings.Contains(string(body), "INVALID") || !strings.Contains(string(body), "text/event-stream") {
			t.Errorf("a subscription by POST: %s", body)
		}
		if n := w.register.Feeds(); n != 0 {
			t.Errorf("%d feeds are open", n)
		}
	})
}

// TestAcceptDecides proves that a stream is sent to those who accept nothing else.
func TestAcceptDecides(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{})
	for accept, streamed := range map[string]bool{
		"text/event-stream": true, "Text/Event-Stream; q=1": true, "text/event-stream, text/html": true, "text/event-stream, */*;q=0": true,
		"text/event-stream, */*": false, "text/event-stream, application/*;q=0.1": false, "": false, "*/*": false, "application/json": false,
		"application/graphql-response+json, application/json, text/event-stream, multipart/mixed": false,
	} {
		req, err := http.NewRequest(http.MethodPost, w.server.URL, strings.NewReader(`{"query": "{ viewer { role } }"}`))
		w.must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
		req.Header.Set("Accept", accept)
		if _, answer := w.send(w.server.URL, req); strings.Contains(answer, "event: complete\ndata:\n\n") != streamed {
			t.Errorf("%q: %s", accept, answer)
		}
	}
}

// TestSubscriptionsAreChecked proves that what POST refuses is refused of a
// subscription, by the same names and with no help to those who guess.
func TestSubscriptionsAreChecked(t *testing.T) {
	var log bytes.Buffer
	const secret = "Sreymom of Takeo"
	w := newWorld(t)
	idle := w.serve(graph.Options{Log: debugLog(&log)})
	for name, subscribe := range transports {
		for _, c := range []struct{ query, variables, message string }{
			{flagRaised, `{"filter": {"rule": "no_contact"}}`, "rule"},
			{flagRaised, `{"filter": {"severity": ["high"]}}`, "severity"},
			{flagRaised, `{"filter": {"mine": "` + secret + `"}}`, "mine: "},
			{flagRaised, `{"filter": {"bogus": "` + secret + `"}}`, "filter: unknown field"},
			{flagRaised, `{"filter": []}`, "filter: must be of type FlagFilter"},
			{caseChanged, `{"id": null}`, "id: "},
			{caseChanged, `{}`, "id: "},
			{`subscription { flagRaise { id } }`, ``, "Cannot query a field"},
			{`subscription { flagRaised { id } caseChanged(id: "x") { id } }`, ``, "must select only one"},
			{`subscription ($no: Boolean = false) { flagRaised @include(if: $no) { id } }`, ``, "must select its field"},
			{`subscription { __typename }`, ``, "introspection"},
			{`subscription { flagRaised { id `, ``, "query: "},
		} {
			s := subscribe(w, "SUPERVISOR", c.query, c.variables)
			h := s.next()
			s.leave()
			if !h.refused("INVALID") || !strings.Contains(h.body, c.message) || strings.Contains(h.body, "Did you mean") || strings.Contains(h.body, secret) {
				t.Errorf("%s: %s with %s: %s", name, c.query, c.variables, h)
			}
		}
		for query, message := range map[string]string{
			`subscription { flagRaised { ` + strings.Repeat("id ", 600) + ` } }`:                                                  "tokens",
			`subscription { flagRaised { case { flags { case { flags { case { history(first: 100) { nodes { id } } } } } } } } }`: "costs",
		} {
			s := subscribe(w, "SUPERVISOR", query, "")
			if h := s.next(); !h.refused("TOO_COSTLY") || !strings.Contains(h.body, message) {
				t.Errorf("%s: %s: %s", name, query, h)
			}
			s.leave()
		}
	}
	idle()
	if said := log.String(); strings.Contains(said, secret) || strings.Contains(said, "ERROR") || !strings.Contains(said, "subscription ended") {
		t.Errorf("the log says %s", said)
	}
}

// TestDeferIsUnknown proves that no document may defer a part, which no transport would
// send afterwards.
func TestDeferIsUnknown(t *testing.T) {
	eachTransport(t, graph.Options{}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
		const unknown = `Unknown directive`
		if _, body := w.post("SUPERVISOR", `{ viewer { role ... @defer { organisation { name } } } }`, nil); !strings.Contains(string(body), unknown) || !strings.Contains(string(body), `"INVALID"`) {
			t.Errorf("by POST: %s", body)
		}
		s := subscribe("SUPERVISOR", `subscription { flagRaised { id ... @defer { severity } } }`, "")
		if h := s.next(); !h.refused("INVALID") || !strings.Contains(h.body, unknown) {
			t.Errorf("a subscription: %s", h)
		}
	})
}

// TestTenOfOneUser proves that a worker has ten subscriptions at once, over all
// connections and both transports, that the eleventh is refused and a colleague's
// first is not, and that one which ends makes room at once.
func TestTenOfOneUser(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{})
	one, two := w.socket("Bearer "+w.tokens["SUPERVISOR"]), w.socket("Bearer "+w.tokens["SUPERVISOR"])
	for n := range 4 {
		one.subscribe(fmt.Sprint(n), flagRaised, "")
		one.placed()
	}
	two.subscribe("0", flagRaised, "")
	two.placed()
	var streams []*stream
	for range 5 {
		streams = append(streams, w.stream("SUPERVISOR", flagRaised, ""))
	}
	two.subscribe("eleventh", flagRaised, "")
	if id, h := two.nextOf(); id != "eleventh" || !h.refused("UNAVAILABLE") {
		t.Errorf("the eleventh over a socket: %s", h)
	}
	if h := w.stream("SUPERVISOR", flagRaised, "").next(); !h.refused("UNAVAILABLE") {
		t.Errorf("the eleventh as a stream: %s", h)
	}
	if n := w.register.Feeds(); n != 10 {
		t.Errorf("%d feeds are open", n)
	}
	colleague := w.stream("CAREER_ADVISOR", flagRaised, "")
	one.say(`{"id": "3", "type": "complete"}`)
	one.subscribe("3", flagRaised, "") // the same id again, at once
	one.placed()
	streams[0].leave()
	for done := false; !done; { // when the server finds that the client has gone is not ours to say
		s := w.stream("SUPERVISOR", caseChanged, w.fill(`{"id": "{{case.active}}"}`))
		w.change("CAREER_ADVISOR", "c"+fmt.Sprint(time.Now().UnixNano()), "active")
		switch h := s.next(); {
		case h.kind == "next":
			done = true
		case !h.refused("UNAVAILABLE"):
			t.Fatalf("after one has gone: %s", h)
		}
	}
	w.scan("one")
	if h := colleague.next(); h.kind != "next" {
		t.Errorf("the colleague: %s", h)
	}
	for range 4 {
		if id, h := one.nextOf(); h.kind != "next" || id == "" {
			t.Errorf("one of the ten: %s", h)
		}
	}
}

// TestTenSockets proves that a worker has ten sockets at once, and more when one is
// closed.
func TestTenSockets(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{})
	var sockets []*socket
	for range 10 {
		sockets = append(sockets, w.socket("Bearer "+w.tokens["SUPERVISOR"]))
	}
	eleventh := w.open()
	eleventh.say(`{"type": "connection_init", "payload": {"Authorization": "Bearer ` + w.tokens["SUPERVISOR"] + `"}}`)
	if h := eleventh.next(); h.kind != "closed" || h.code != websocket.StatusTryAgainLater {
		t.Errorf("the eleventh: %s", h)
	}
	w.socket("Bearer " + w.tokens["CAREER_ADVISOR"])
	_ = sockets[0].ws.Close(websocket.StatusNormalClosure, "")
	for {
		s := w.open()
		s.say(`{"type": "connection_init", "payload": {"Authorization": "Bearer ` + w.tokens["SUPERVISOR"] + `"}}`)
		if h := s.next(); h.kind == "connection_ack" {
			break
		} else if h.code != websocket.StatusTryAgainLater {
			t.Fatalf("after one is closed: %s", h)
		}
	}
}

// TestNothingIsLeft proves that clients who go away, however they do, leave nothing
// behind: no feed of the register, and no request under way.
func TestNothingIsLeft(t *testing.T) {
	w := newWorld(t)
	idle := w.serve(graph.Options{})
	for n := range 5 {
		s := w.socket("Bearer " + w.tokens["SUPERVISOR"])
		s.subscribe("f", flagRaised, "")
		s.placed()
		s.subscribe("c", caseChanged, w.fill(`{"id": "{{case.active}}"}`))
		s.placed()
		w.change("SUPERVISOR", fmt.Sprint(n), "active")
		switch n {
		case 0:
			s.leave() // without a word
		case 1:
			_ = s.ws.Close(websocket.StatusNormalClosure, "")
		case 2:
			s.say(`{"id": "f", "type": "complete"}`)
			s.say(`{"id": "c", "type": "complete"}`)
			s.leave()
		case 3:
			s.say(`nonsense`)
		case 4:
			for range 3 {
				s.say(`{"type": "ping"}`)
			}
			s.leave()
		}
		w.stream("SUPERVISOR", flagRaised, "").leave()
		last := w.stream("SUPERVISOR", caseChanged, w.fill(`{"id": "{{case.active}}"}`))
		w.change("SUPERVISOR", fmt.Sprint("s", n), "active")
		if h := last.next(); h.kind != "next" {
			t.Fatalf("%s", h)
		}
		last.leave()
		_ = s.ws.CloseNow()
	}
	idle()
	if n := w.register.Feeds(); n != 0 {
		t.Errorf("%d feeds are left", n)
	}
}

// stuck is a client that reads nothing from some moment on, until it is let go.
type stuck struct {
	header http.Header
	mu     sync.Mutex
	said   bytes.Buffer
	began  chan struct{} // closed when the headers are out
	begin  sync.Once
	letGo  chan struct{}
}

func (s *stuck) Header() http.Header              { return s.header }
func (s *stuck) WriteHeader(int)                  {}
func (s *stuck) Flush()                           { s.begin.Do(func() { close(s.began) }) }
func (s *stuck) SetReadDeadline(time.Time) error  { return nil }
func (s *stuck) SetWriteDeadline(time.Time) error { return nil }
func (s *stuck) Write(text []byte) (int, error) {
	if bytes.HasPrefix(text, []byte("event: next")) {
		<-s.letGo
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(text)
}

// TestTooSlow proves that a subscriber who takes nothing while more flags are
// raised than wait for anybody is cut off and told so, and that the register waits
// for nobody.
func TestTooSlow(t *testing.T) {
	w := newWorld(t)
	handler := graph.Handler(w.resolver(), graph.Options{Log: quiet})
	client := &stuck{header: http.Header{}, began: make(chan struct{}), letGo: make(chan struct{})}
	body, err := json.Marshal(map[string]any{"query": flagRaised})
	w.must(err)
	req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
	done := make(chan struct{})
	go func() {
		handler.ServeHTTP(client, req)
		close(done)
	}()
	<-client.began
	for n := range casework.Backlog + 2 { // one may be on its way to the client
		caseID := id.Case(fmt.Sprintf("case_%026d", n))
		w.register.Apply(&casefile.Case{ID: caseID, Code: fmt.Sprint(n), Version: 1, Organisation: lotus,
			Flags: []casefile.Flag{{ID: casefile.FlagID(caseID, "NO_OWNER", "1"), Rule: "NO_OWNER", Severity: casefile.SeverityHigh, State: casefile.FlagOpen}}})
	}
	if n := w.register.Feeds(); n != 0 {
		t.Errorf("%d feeds are open", n)
	}
	close(client.letGo)
	<-done
	said := client.said.String()
	if n := strings.Count(said, "event: next"); n != 2 && n != 1 || !strings.Contains(said, `"code":"UNAVAILABLE"`) || !strings.HasSuffix(said, "event: complete\ndata:\n\n") {
		t.Errorf("%d events, and then %s", n, said[max(0, len(said)-500):])
	}
}

// TestStreamOutlivesReadTime proves that the time which the server has for reading
// a request does not end a stream.
func TestStreamOutlivesReadTime(t *testing.T) {
	w := newWorld(t)
	const readTime = 100 * time.Millisecond
	w.server = httptest.NewUnstartedServer(graph.Handler(w.resolver(), graph.Options{Log: quiet}))
	w.server.Config.ReadTimeout = readTime
	w.server.Start()
	defer w.server.Close()
	s := w.stream("SUPERVISOR", caseChanged, w.fill(`{"id": "{{case.active}}"}`))
	ws := w.socket("Bearer " + w.tokens["SUPERVISOR"])
	ws.subscribe("1", caseChanged, w.fill(`{"id": "{{case.active}}"}`))
	ws.placed()
	time.Sleep(3 * readTime) // that it passes is what is tried
	w.change("SUPERVISOR", "one", "active")
	for _, s := range []subscriber{s, ws} {
		if h := s.next(); h.kind != "next" {
			t.Errorf("%T: %s", s, h)
		}
		s.leave()
	}
}

// TestStopping proves that subscriptions end when the process stops, and say why.
func TestStopping(t *testing.T) {
	w := newWorld(t)
	stopping := make(chan struct{})
	idle := w.serve(graph.Options{Stopping: stopping})
	ws := w.socket("Bearer " + w.tokens["SUPERVISOR"])
	ws.subscribe("1", flagRaised, "")
	ws.placed()
	s := w.stream("SUPERVISOR", flagRaised, "")
	close(stopping)
	if h := ws.next(); h.kind != "closed" || h.code != websocket.StatusGoingAway {
		t.Errorf("the socket: %s", h)
	}
	if h := s.next(); !h.refused("UNAVAILABLE") {
		t.Errorf("the stream: %s", h)
	}
	if h := s.next(); h.kind != "complete" {
		t.Errorf("the end of the stream: %s", h)
	}
	idle()
	if n := w.register.Feeds(); n != 0 {
		t.Errorf("%d feeds are left", n)
	}
}

// TestStoppingAsItOpens proves that a socket which has only just been acknowledged is
// told of the stop as every other one is.
func TestStoppingAsItOpens(t *testing.T) {
	w := newWorld(t)
	for range 100 {
		stopping := make(chan struct{})
		idle := w.serve(graph.Options{Stopping: stopping})
		ws := w.socket("Bearer " + w.tokens["SUPERVISOR"])
		close(stopping)
		if h := ws.next(); h.kind != "closed" || h.code != websocket.StatusGoingAway {
			t.Fatalf("the socket: %s", h)
		}
		idle()
	}
}

// TestManyUnknownSockets proves that sockets of which nobody has said whose they
// are have a limit, and that one which is opened makes room for another.
func TestManyUnknownSockets(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{InitTime: patience})
	first := w.open()
	for range 63 {
		w.open()
	}
	if _, resp, err := w.dial(nil); err == nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Fatalf("the 65th: %+v %v", resp, err)
	}
	first.say(`{"type": "connection_init", "payload": {"Authorization": "Bearer ` + w.tokens["SUPERVISOR"] + `"}}`)
	if m, err := first.hear(); err != nil || m.Type != "connection_ack" {
		t.Fatalf("%+v %v", m, err)
	}
	w.socketSoon(t)
}

// socketSoon opens a socket as soon as there is room for it.
func (w *world) socketSoon(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ws, _, err := w.dial(nil); err == nil {
			_ = ws.CloseNow()
			return
		}
	}
	t.Error("there is no room for a socket")
}
