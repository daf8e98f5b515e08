package graph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"onward/graph"
)

// BenchmarkCases measures a page of cases with their tracks and milestones, which
// tells no field of a personal class, and one that tells where they are, so that its
// record is committed before it leaves.
func BenchmarkCases(b *testing.B) {
	for name, fields := range map[string]string{"plain": "", "recorded": " site{name}"} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			handler := graph.Handler(w.resolver(), graph.Options{Log: quiet})
			body := `{"query":"{cases(first:20){nodes{id code status` + fields + ` tracks{kind state milestones{code on}}}}}"}`
			b.ReportAllocs()
			for b.Loop() {
				req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, req)
				if answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), "errors") {
					b.Fatal(answer.Body.String())
				}
			}
		})
	}
}
