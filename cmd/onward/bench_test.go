package main

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"onward/cmd/onward/demo"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/register"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// The figures to hold, from the design.
const (
	startRate   = 50000 // case files a second
	caseBytes   = 2048  // all in
	impactTime  = time.Second
	appendShare = 0.7 // of bare guarded appends
)

// caseload writes the demo with 20,000 cases more, once for all benchmarks.
var caseload = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "onward-bench")
	if err != nil {
		return "", err
	}
	s, err := sqlite.Open(dir)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }()
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		return "", err
	}
	return dir, demo.Write(context.Background(), s, d, demo.Options{Today: calendar.DayOf(time.Now()), Now: time.Now(), ExtraCases: 20000})
})

func openCaseload(b *testing.B) store.Store {
	b.Helper()
	dir, err := caseload()
	if err != nil {
		b.Fatal(err)
	}
	s, err := sqlite.OpenReadOnly(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// BenchmarkStart measures how fast a process folds its cases at start.
func BenchmarkStart(b *testing.B) {
	s := openCaseload(b)
	tuneMemory()
	b.ResetTimer()
	cases := 0
	for b.Loop() {
		r := register.New()
		if _, err := casework.Load(context.Background(), s, r); err != nil {
			b.Fatal(err)
		}
		cases += r.Snapshot().Len()
	}
	rate := float64(cases) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "cases/s")
	b.ReportMetric(rate/startRate, "of-figure")
}
