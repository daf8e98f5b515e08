package audit_test

import (
	"fmt"
	"testing"
	"time"

	"onward/services/audit"
	"onward/services/id"
	"onward/services/page"
)

// BenchmarkVerify measures how many records are verified in a second, and how soon a
// trail is loaded.
func BenchmarkVerify(b *testing.B) {
	s := openStore(b)
	l := audit.NewLog(s, time.Now)
	const batches, together = 200, 100
	for range batches {
		done := make(chan error, together)
		for n := range together {
			go func() {
				done <- l.Commit(b.Context(), look(id.Worker(fmt.Sprint("worker_", n)), "case_1", id.Case(fmt.Sprint("case_", n))))
			}()
		}
		for range together {
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if v, err := audit.Verify(b.Context(), s, nil); err != nil || v.Records != batches*together {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*batches*together)/b.Elapsed().Seconds(), "records/s")
	})
	b.Run("trail", func(b *testing.B) {
		for b.Loop() {
			if _, err := audit.NewTrail(s).Load(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*batches*together)/b.Elapsed().Seconds(), "records/s")
	})
	b.Run("page", func(b *testing.B) {
		t := audit.NewTrail(s)
		if _, err := t.Load(b.Context()); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := t.Of(b.Context(), "case_1", page.Args{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
