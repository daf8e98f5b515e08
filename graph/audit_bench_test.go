package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"onward/graph"
)

// BenchmarkCases measures a page of cases with their tracks and milestones, which
// tells no field of a personal class, and one that tells where they are, so that its
// record is committed before it leaves.
func BenchmarkCases(b *testing.B) {
	for name, fields := range map[string]string{"plain": "", "recorded": " site{name}"} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			ask := w.page(fields)
			b.ReportAllocs()
			for b.Loop() {
				ask()
			}
		})
	}
}

// page returns a request for a page of cases, with more fields of each.
func (w *world) page(fields string) (ask func()) {
	return w.pageOf(unbounded, fields)
}

// pageOf is page of an edge that behaves as the options say.
func (w *world) pageOf(o graph.Options, fields string) (ask func()) {
	o.WorkerRate, o.Points = unbounded.WorkerRate, unbounded.Points // which are not measured
	handler := graph.Handler(w.resolver(), o)
	body := `{"query":"{cases(first:20){nodes{id code status` + fields + ` tracks{kind state milestones{code on}}}}}"}`
	return func() {
		req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, req)
		if answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), "errors") {
			w.t.Fatal(answer.Body.String())
		}
	}
}

// BenchmarkUnread measures a page that reads no sealed field, of cases on which much
// is sealed and of the same cases without, and prints what the sealed ones cost of the
// others. It should be 1.
func BenchmarkUnread(b *testing.B) {
	with, without := newWorld(b), newWorld(b)
	for name, caseID := range with.names {
		if !strings.HasPrefix(name, "case.") {
			continue
		}
		for _, w := range []*world{with, without} {
			note := ""
			if w == with {
				note = strings.Repeat("She asks about her sister. ", 20)
			}
			for n := range 5 {
				_, _ = w.post("SUPERVISOR", `mutation ($i: RecordServiceInput!) { recordService(input: $i) { case { id } } }`,
					json.RawMessage(fmt.Sprintf(`{"i": {"requestId": "n%d", "caseId": %q, "service": "counselling_trauma", "note": %q}}`, n, caseID, note))) // where the case is under way
			}
		}
	}
	asks := []func(){with.page(""), without.page("")}
	var took [2]time.Duration
	for n := 0; b.Loop(); n++ {
		for i := range asks {
			turn := (n + i) % 2 // either goes first in turn
			began := time.Now()
			asks[turn]()
			took[turn] += time.Since(began)
		}
	}
	b.ReportMetric(took[0].Seconds()/took[1].Seconds(), "of-unsealed")
}
