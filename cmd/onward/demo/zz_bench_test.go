package demo_test

import (
	"context"
	"testing"
	"time"

	"onward/cmd/onward/demo"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/store"
	"onward/services/store/sqlite"
)

type sink struct{ store.Store }

func (sink) Insert(_ context.Context, _ store.Collection, _ ...store.Document) error { return nil }

func BenchmarkSink(b *testing.B) {
	run(b, true)
}
func BenchmarkSQLite(b *testing.B) { run(b, false) }

func run(b *testing.B, null bool) {
	ctx := context.Background()
	today := calendar.Date(2026, 11, 24)
	for b.Loop() {
		s, err := sqlite.Open(b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		var st store.Store = s
		if null {
			st = sink{s}
		}
		d, _, err := directory.Open(ctx, st)
		if err != nil {
			b.Fatal(err)
		}
		t := time.Now()
		if err := demo.Write(ctx, st, d, demo.Options{Today: today, Now: today.Start().Add(11 * time.Hour), ExtraCases: 30000}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(31721)/time.Since(t).Seconds(), "cases/s")
		s.Close()
	}
}
