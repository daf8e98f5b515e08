package graph_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"onward/graph"
	"onward/graph/generated"
	"onward/services/telemetry"
)

// figures returns what Prometheus would read.
func figures(t testing.TB, r *telemetry.Recorder) string {
	t.Helper()
	answer := httptest.NewRecorder()
	r.Figures().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sends has a handler answer a query.
func (w *world) sends(handler http.Handler, token, query string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(fmt.Sprintf(`{"query": %q}`, query)))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, req)
	return answer
}

// TestLineOfARequest proves that each request leaves one line in the log: of level debug
// where it was answered, of info where it was refused, with who asked, where it begins
// and what was said, and without a value.
func TestLineOfARequest(t *testing.T) {
	w := newWorld(t)
	var log strings.Builder
	handler := graph.Handler(w.resolver(), graph.Options{Log: debugLog(&log)})
	for name, c := range map[string]struct{ token, query, want string }{
		"answered": {w.tokens["SUPERVISOR"], `query Sokha { sokha: cases(first: 7) { totalCount } teams { nodes { id } } }`,
			`level=DEBUG msg=request request=\S+ route=/graphql outcome=ok took=\S+ actor=worker_SUPERVISOR operation=query fields="\[Query.cases Query.teams\]" document=[0-9a-f]{32} cost=\d+`},
		"absent": {w.tokens["SUPERVISOR"], `{ case(id: "case_SOKHA") { id } }`,
			`level=INFO msg=request request=\S+ route=/graphql outcome=refused .* fields=\[Query.case\] .*codes=\[NOT_FOUND\]`},
		"invalid": {w.tokens["SUPERVISOR"], `{ sokha }`,
			`level=INFO msg=request request=\S+ route=/graphql outcome=refused .* operation="" fields=\[\] document=[0-9a-f]{32} cost=0 codes=\[INVALID\]`},
		"unknown": {"onward_sokha", `{ teams { nodes { id } } }`, `level=INFO msg=request request=\S+ route=/graphql outcome=refused took=\S+ codes=\[UNAUTHENTICATED\]`},
	} {
		log.Reset()
		w.sends(handler, c.token, c.query)
		if !regexp.MustCompile(`(?m)^time=\S+ ` + c.want + `$`).MatchString(log.String()) {
			t.Errorf("%s: the log is %s", name, log.String())
		}
		if strings.Count(log.String(), "msg=request") != 1 || strings.Contains(strings.ToLower(log.String()), "sokha") {
			t.Errorf("%s: the log is %s", name, log.String())
		}
	}
}

// TestCodesBeforeGraphQL proves that the log and the figures have the code that was said
// where a request was refused before GraphQL.
func TestCodesBeforeGraphQL(t *testing.T) {
	w, r := newWorld(t), telemetry.New(nil)
	var log bytes.Buffer
	w.serve(graph.Options{WorkerRate: 2, Now: w.clock, Telemetry: r, Log: slog.New(slog.NewTextHandler(&log, nil))})
	said := map[string]int{}
	for _, c := range []struct {
		times      int
		body, code string
	}{{18, `{`, "INVALID"}, {1, strings.Repeat(" ", 70_000), "INVALID"}, {1, `{"query": "{ bogus }"}`, "INVALID"}, {3, `{`, "UNAVAILABLE"}} {
		for range c.times {
			log.Reset()
			w.try("POST", "/graphql", c.body, "Content-Type", "application/json", "Authorization", "Bearer "+w.tokens["SUPERVISOR"])
			said[c.code]++
			if !strings.Contains(log.String(), "codes=["+c.code+"]") {
				t.Errorf("%.20s: the log is %s", c.body, log.String())
			}
		}
	}
	log.Reset()
	if w.try("GET", "/absent", ""); !strings.Contains(figures(t, r), `onward_requests_total{outcome="refused",route="other"} 1`) {
		t.Error("what is not there is not counted as refused")
	}
	for code, n := range said {
		if want := fmt.Sprintf("onward_errors_total{code=%q} %d\n", code, n); !strings.Contains(figures(t, r), want) {
			t.Errorf("no %s", want)
		}
	}
}

// TestLineOfASocket proves that a web socket's line says whose it was where
// connection_init said so, and that a token which is not live is a refusal.
func TestLineOfASocket(t *testing.T) {
	w, r := newWorld(t), telemetry.New(nil)
	var log bytes.Buffer
	idle := w.serve(graph.Options{Telemetry: r, Log: debugLog(&log)})
	line := func(want string) {
		t.Helper()
		idle()
		if !regexp.MustCompile(`msg=request request=\S+ route=/graphql ` + want + `\n`).MatchString(log.String()) {
			t.Errorf("the log is %s", log.String())
		}
		log.Reset()
	}
	w.socket("Bearer " + w.tokens["SUPERVISOR"]).leave()
	line(`outcome=ok took=\S+ actor=worker_SUPERVISOR`)
	s := w.open()
	s.say(`{"type": "connection_init", "payload": {"Authorization": "Bearer onward_no"}}`)
	s.next()
	line(`outcome=refused took=\S+ codes=\[UNAUTHENTICATED\]`)
	if want := `onward_errors_total{code="UNAUTHENTICATED"} 1`; !strings.Contains(figures(t, r), want+"\n") {
		t.Errorf("no %s", want)
	}
}

// TestDigestOfADocument proves that the log's digest of a document is the same whatever
// values, comments and spaces are in it, and another one for another document.
func TestDigestOfADocument(t *testing.T) {
	w := newWorld(t)
	digest := func(query string) string {
		var log strings.Builder
		w.sends(graph.Handler(w.resolver(), graph.Options{Log: slog.New(slog.NewTextHandler(&log, nil))}), w.tokens["SUPERVISOR"], query)
		m := regexp.MustCompile(`document=(\S+)`).FindStringSubmatch(log.String())
		if m == nil {
			t.Fatalf("no digest of %s", query)
		}
		return m[1]
	}
	one := digest(`{ case(id: "case_ONE") { id } }`)
	if digest("{ case(id: \"case_TWO\") # one\n { id } }") != one {
		t.Error("two documents that differ in a value have two digests")
	}
	if digest(`{ case(id: "case_ONE") { id code } }`) == one {
		t.Error("two documents have one digest")
	}
}

// TestSlowFields proves that the time of a field is taken in where it is longer than the
// limit and nowhere else, and that its label is a field of the schema, whatever alias
// it was asked for by.
func TestSlowFields(t *testing.T) {
	w := newWorld(t)
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	label := regexp.MustCompile(`onward_slow_field_seconds_count{field="(\w+)\.(\w+)"}`)
	for limit, want := range map[time.Duration]bool{time.Nanosecond: true, time.Hour: false, -1: false} {
		r := telemetry.New(nil)
		handler := graph.Handler(w.resolver(), graph.Options{Log: quiet, Telemetry: r, SlowField: limit})
		w.sends(handler, w.tokens["SUPERVISOR"], `{ sokha: cases(first: 5) { nodes { sokha: id site { name } tracks { kind } } } }`)
		found := label.FindAllStringSubmatch(figures(t, r), -1)
		if (len(found) > 0) != want {
			t.Errorf("limit %v: %v", limit, found)
		}
		for _, m := range found {
			if schema.Types[m[1]] == nil || schema.Types[m[1]].Fields.ForName(m[2]) == nil {
				t.Errorf("%s.%s is no field of the schema", m[1], m[2])
			}
		}
	}
}

// TestLimited proves that a request which came too soon after others is counted as such,
// and one that is answered is not.
func TestLimited(t *testing.T) {
	w, r := newWorld(t), telemetry.New(nil)
	handler := graph.Handler(w.resolver(), graph.Options{Log: quiet, Telemetry: r, WorkerRate: 1, Now: w.clock})
	limited := 0
	for range 20 {
		if w.sends(handler, w.tokens["SUPERVISOR"], `{ teams { nodes { id } } }`).Code == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited == 0 || limited == 20 {
		t.Fatalf("%d of 20 were too soon", limited)
	}
	for outcome, n := range map[string]int{"ok": 20 - limited, "limited": limited} {
		if want := fmt.Sprintf(`onward_requests_total{outcome=%q,route="/graphql"} %d`, outcome, n); !strings.Contains(figures(t, r), want+"\n") {
			t.Errorf("no %s", want)
		}
	}
}

// TestReady proves that a process is passed over by who balances loads while its register
// is behind the store and once it stops, and not before.
func TestReady(t *testing.T) {
	w := newWorld(t)
	age, stopping := time.Second, make(chan struct{})
	handler := graph.Handler(w.resolver(), graph.Options{Log: quiet, Stopping: stopping, Age: func() time.Duration { return age }})
	status := func() int {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		return answer.Code
	}
	if got := status(); got != http.StatusOK {
		t.Errorf("fresh: %d", got)
	}
	age = time.Minute
	if got := status(); got != http.StatusServiceUnavailable {
		t.Errorf("behind the store: %d", got)
	}
	age = time.Second
	if got := status(); got != http.StatusOK {
		t.Errorf("fresh again: %d", got)
	}
	close(stopping)
	if got := status(); got != http.StatusServiceUnavailable {
		t.Errorf("stopping: %d", got)
	}
}

// BenchmarkFieldTimes measures a page of cases with their tracks and milestones while
// the times of fields are taken and while they are not, and prints what the first costs
// of the second, by their medians. It should be 1.
func BenchmarkFieldTimes(b *testing.B) {
	w := newWorld(b)
	asks := []func(){w.pageOf(graph.Options{Log: quiet}, ""), w.pageOf(graph.Options{Log: quiet, SlowField: -1}, "")}
	var took [2][]time.Duration
	for n := 0; b.Loop(); n++ {
		for i := range asks {
			turn := (n + i) % 2 // either goes first in turn
			began := time.Now()
			asks[turn]()
			took[turn] = append(took[turn], time.Since(began))
		}
	}
	for i := range took {
		slices.Sort(took[i])
	}
	b.ReportMetric(took[0][len(took[0])/2].Seconds()/took[1][len(took[1])/2].Seconds(), "of-untimed")
}
