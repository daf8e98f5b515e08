package telemetry_test

import (
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"onward/services/fault"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/telemetry"
)

// scrape returns what Prometheus would read.
func scrape(t *testing.T, r *telemetry.Recorder) string {
	t.Helper()
	answer := httptest.NewRecorder()
	r.Figures().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStore proves that a store that is looked at answers as itself, that each verb is
// counted by its collection and code, and that no id and no text of a document is in
// the figures.
func TestStore(t *testing.T) {
	ctx, r := context.Background(), telemetry.New(nil)
	plain, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := r.Store(plain)
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	doc := store.Document{ID: "case_SOKHA", Version: 1, State: []byte(`{"name":"Sokha"}`)}
	if err := s.Insert(ctx, store.Cases, doc); err != nil {
		t.Fatal(err)
	}
	if err := s.Insert(ctx, store.Cases, doc); !fault.Is(err, fault.Conflict) {
		t.Errorf("inserted twice: %v", err)
	}
	if err := s.Append(ctx, store.Cases, store.Change{ID: doc.ID, From: 7, To: 8, State: doc.State}); !fault.Is(err, fault.Conflict) {
		t.Errorf("appended to a version that is not there: %v", err)
	}
	if got, err := s.Get(ctx, store.Cases, doc.ID); err != nil || got.ID != doc.ID {
		t.Errorf("got %+v %v", got, err)
	}
	if _, err := s.Get(ctx, store.People, "absent"); !fault.Is(err, fault.NotFound) {
		t.Errorf("what is absent: %v", err)
	}
	if err := s.Remove(ctx, store.Runs, "absent"); err != nil {
		t.Error(err)
	}
	n := 0
	if _, err := s.Scan(ctx, store.Cases, func(store.Document) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("scanned %d %v", n, err)
	}
	figures := scrape(t, r)
	for _, want := range []string{
		`onward_store_seconds_count{collection="cases",operation="insert"} 2`,
		`onward_store_seconds_count{collection="cases",operation="append"} 1`,
		`onward_store_seconds_count{collection="cases",operation="get"} 1`,
		`onward_store_seconds_count{collection="cases",operation="scan"} 1`,
		`onward_store_seconds_count{collection="runs",operation="remove"} 1`,
		`onward_store_errors_total{code="CONFLICT",collection="cases",operation="insert"} 1`,
		`onward_store_errors_total{code="CONFLICT",collection="cases",operation="append"} 1`,
		`onward_store_errors_total{code="NOT_FOUND",collection="people",operation="get"} 1`,
	} {
		if !strings.Contains(figures, want+"\n") {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(strings.ToLower(figures), "sokha") {
		t.Error("the figures tell of a document")
	}
}
