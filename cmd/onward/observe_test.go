package main_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collected is what a collector of traces was sent.
type collected struct {
	mu    sync.Mutex
	names []string // of the spans
	text  string   // of everything
}

// collect starts a collector of traces.
func collect(t *testing.T) (*collected, string) {
	t.Helper()
	c := &collected{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		sent := &collector.ExportTraceServiceRequest{}
		if err != nil || req.URL.Path != "/v1/traces" || proto.Unmarshal(body, sent) != nil {
			t.Errorf("%s: %v: no traces", req.URL.Path, err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.text += sent.String()
		for _, r := range sent.ResourceSpans {
			for _, s := range r.ScopeSpans {
				for _, span := range s.Spans {
					c.names = append(c.names, span.Name)
				}
			}
		}
	}))
	t.Cleanup(server.Close)
	return c, server.URL
}

var figuresAt = regexp.MustCompile(`figures are served.* at=(http://\S+)/metrics`)

// plantedStem is of the words that stand wherever a client can write something.
const plantedStem = "plantedsokha"

// askAround sends requests of each kind with planted words in all that a client writes.
func askAround(t *testing.T, s *server, token string) {
	t.Helper()
	const open = `mutation PlantedSokhaOpens($r: ID!) { plantedSokha: openCase(input: {requestId: $r, population: AT_RISK, consents: [SERVICES]}) { case { id } } }`
	var opened struct {
		PlantedSokha struct{ Case struct{ ID string } }
	}
	s.must(token, open, map[string]any{"r": "plantedsokha-1"}, &opened)
	caseID := opened.PlantedSokha.Case.ID
	for query, variables := range map[string]any{
		`query PlantedSokha { cases { totalCount } } # PlantedSokha`:     nil,
		`query ($id: ID!) { plantedSokha: case(id: $id) { id code } }`:   map[string]any{"id": caseID},
		`{ searchPeople(input: {name: "Plantedsokha"}) { totalCount } }`: nil,
		`{ case(id: "case_PLANTEDSOKHA") { id } }`:                       nil,
		`{ plantedsokha }`:               nil,
		`{ cases(first: "Plantedsokha" `: nil,
		`mutation ($i: RecordServiceInput!) { recordService(input: $i) { case { id } } }`:                                                                           map[string]any{"i": map[string]any{"requestId": "plantedsokha-2", "caseId": caseID, "service": "plantedsokha", "note": "Plantedsokha"}},
		`query ($n: Int) { cases(first: $n) { totalCount } }`:                                                                                                       map[string]any{"n": "plantedsokha"},
		fmt.Sprintf(`mutation { recordService(input: {requestId: "n", caseId: %q, service: "counselling_trauma", note: "Plantedsokha"}) { case { id } } }`, caseID): nil,
	} {
		if _, err := s.ask(token, query, variables); err != nil {
			t.Error(err)
		}
	}
	_, _ = s.ask("onward_plantedsokha", `{ cases { totalCount } }`, nil)
	for _, path := range []string{"/plantedsokha?name=plantedsokha", "/auth/password", "/graphql/plantedsokha", "/graphql"} {
		req, err := http.NewRequest("PLANTEDSOKHA", s.url+path, strings.NewReader(`{"name": "plantedsokha", "password": "plantedsokha"}`))
		if err != nil {
			t.Fatal(err)
		}
		if path == "/auth/password" {
			req.Method = http.MethodPost
		}
		req.Host = "plantedsokha.example"
		for header, value := range map[string]string{"Content-Type": "application/json", "User-Agent": "plantedsokha", "Tracestate": "plantedsokha=1",
			"Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Baggage": "plantedsokha=1"} {
			req.Header.Set(header, value)
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
	}
}

// get returns a page and its status.
func get(t *testing.T, url string) (string, int) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), answer.StatusCode
}

// TestWhatTheOperatorSees proves that a serving process shows its figures, its profiles
// and its traces to the operator and not to its clients, that the figures are those of
// what was asked, and that no word of a client's is in them, in a span or in the log.
func TestWhatTheOperatorSees(t *testing.T) {
	t.Parallel()
	traces, url := collect(t)
	p := append(local(t), "ONWARD_DEBUG_LISTEN=127.0.0.1:0", "OTEL_EXPORTER_OTLP_ENDPOINT="+url, "OTEL_BSP_SCHEDULE_DELAY=100", "ONWARD_LOG_LEVEL=debug")
	token := newProgramme(t, p)
	s := start(t, p, "serve")
	m := figuresAt.FindStringSubmatch(s.log())
	if m == nil {
		t.Fatalf("the log does not say where figures are: %s", s.log())
	}
	askAround(t, s, token)
	figures, _ := get(t, m[1]+"/metrics")
	for _, want := range []string{
		`onward_requests_total{outcome="ok",route="/graphql"} [1-9]`, `onward_requests_total{outcome="refused",route="/graphql"} [1-9]`,
		`onward_requests_total{outcome="refused",route="other"} 2`, `onward_requests_total{outcome="refused",route="/auth/password"} 1`,
		`onward_errors_total{code="UNAUTHENTICATED"} [1-9]`, `onward_errors_total{code="NOT_FOUND"} [1-9]`, `onward_errors_total{code="INVALID"} [1-9]`,
		`onward_errors_total{code="INTERNAL"} 0`, `onward_request_seconds_count{route="/graphql"} [1-9]`, `onward_register_cases 1`,
		`onward_register_age_seconds [0-9.]+`, `onward_store_seconds_count{collection="cases",operation="insert"} 1`,
		`onward_job_runs_total{name="stall-scan",outcome="done"} 1`, `onward_job_lag_days{name="stall-scan"} 0`, `onward_leases_held{name="stall-scan"} 0`,
		`onward_subscriptions_open 0`, `onward_audit_records_total [1-9]`, `onward_requests_under_way 0`, `go_goroutines \d+`,
	} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(figures) {
			t.Errorf("no figure %s", want)
		}
	}
	if _, status := get(t, m[1]+"/debug/pprof/heap"); status != http.StatusOK {
		t.Errorf("the profile of the heap: %d", status)
	}
	for _, path := range []string{"/metrics", "/debug/pprof/"} {
		if _, status := get(t, s.url+path); status != http.StatusNotFound {
			t.Errorf("clients are shown %s: %d", path, status)
		}
	}
	if ready, status := get(t, s.url+"/readyz"); status != http.StatusOK {
		t.Errorf("it is not ready: %s", ready)
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-s.done
	for _, want := range []string{"request /graphql", "query", "mutation", "store insert", "store get", "job stall-scan"} {
		if !bytes.Contains([]byte(strings.Join(traces.names, "\n")+"\n"), []byte(want+"\n")) {
			t.Errorf("no span %q among %v", want, traces.names)
		}
	}
	if !strings.Contains(traces.text, "Query.cases") || !strings.Contains(traces.text, `"onward"`) {
		t.Error("no span says where it began, or of what program it is")
	}
	log := s.log()
	for _, want := range []string{`msg=request request=\S+ route=/graphql outcome=ok .*actor=worker_\S+ operation=query fields=\[Query.cases\] document=[0-9a-f]{32} cost=\d+`,
		`level=INFO msg=request .*outcome=refused .*codes=\[UNAUTHENTICATED\]`} {
		if !regexp.MustCompile(want).MatchString(log) {
			t.Errorf("no line %s in the log", want)
		}
	}
	for what, text := range map[string]string{"the figures": figures, "a span": traces.text, "the log": log} {
		if at := strings.Index(strings.ToLower(text), plantedStem); at >= 0 {
			t.Errorf("%s tells what a client wrote: %s", what, text[max(0, at-200):at+50])
		}
		if what != "the log" && strings.Contains(text, "worker_") {
			t.Errorf("%s names a worker", what)
		}
	}
}

// TestWhereTheOperatorWatches proves that an address that other machines reach is refused
// unless it is meant, and that there it has figures and no profiles.
func TestWhereTheOperatorWatches(t *testing.T) {
	t.Parallel()
	p := local(t)
	newProgramme(t, p)
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "nowhere"} {
		if out := failsSoon(t, append(p, "ONWARD_DEBUG_LISTEN="+address), "serve", "--listen", "127.0.0.1:0"); !strings.Contains(out, "--debug-listen") {
			t.Errorf("%s: %s", address, out)
		}
	}
	s := start(t, append(p, "ONWARD_DEBUG_LISTEN=0.0.0.0:0", "ONWARD_DEBUG_ANYWHERE=true"), "serve")
	m := figuresAt.FindStringSubmatch(s.log())
	if m == nil {
		t.Fatalf("the log does not say where figures are: %s", s.log())
	}
	at := strings.Replace(m[1], "[::]", "127.0.0.1", 1)
	if _, status := get(t, at+"/metrics"); status != http.StatusOK {
		t.Errorf("the figures: %d", status)
	}
	if _, status := get(t, at+"/debug/pprof/"); status != http.StatusNotFound {
		t.Errorf("the profiles: %d", status)
	}
}
