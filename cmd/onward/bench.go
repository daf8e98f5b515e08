package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"onward/cmd/onward/bench"
	"onward/services/store"
	"onward/services/store/sqlite"
)

type benchCmd struct {
	Cases   int           `help:"How many cases to measure with, beside those of the demo." default:"100000"`
	Clients int           `help:"How many ask at the same time." default:"2"`
	Each    time.Duration `help:"How long each line is measured." default:"6s"`
	In      string        `help:"Keep the cases in this directory, for the next run. Without it they are written anew and removed." type:"path"`
	Only    string        `help:"Measure only the requests whose name has this in it."`
	Profile string        `help:"Write a profile of the processor's time, of our side and the other, to this file." type:"path"`
}

// The figures that the design asks for.
const (
	startRate   = 50000 // case files a second
	caseBytes   = 2048  // all in
	impactTime  = time.Second
	pageShare   = 0.6 // of the requests that constants answer
	appendShare = 0.7 // of bare guarded appends
)

// Run writes synthetic cases where there are none, and measures how they are answered.
func (b *benchCmd) Run(ctx context.Context, c *Config) error {
	dir := b.In
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "onward-bench-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	if err := b.write(ctx, dir); err != nil {
		return err
	}
	s, err := sqlite.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	local := *c
	local.Data, local.LogLevel = dir, "error"
	return b.measure(ctx, &local, s)
}

// write writes the demo with the cases into a directory that holds none.
func (b *benchCmd) write(ctx context.Context, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "demo-master.key")); err == nil {
		fmt.Fprintln(os.Stderr, "The cases are there already.")
		return nil
	}
	s, err := sqlite.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	_, err = (&demoCmd{Cases: b.Cases}).write(ctx, dir, s)
	return err
}

// measure prints each line as soon as it is measured.
func (b *benchCmd) measure(ctx context.Context, c *Config, s store.Store) error {
	m, err := masterKey(ctx, c.Data, s)
	if err != nil {
		return err
	}
	stop, err := profile(b.Profile)
	if err != nil {
		return err
	}
	defer stop()
	before, began, busy := heapInUse(), time.Now(), bench.CPUTime()
	h, err := open(ctx, c, s, m, nil)
	if err != nil {
		return err
	}
	took, spent := time.Since(began), bench.CPUTime()-busy
	n := h.register.Snapshot().Len()
	memory := float64(heapInUse()-before) / float64(n)
	out := os.Stdout
	fmt.Fprintf(out, "%s, %d cores, %s; %d cases, %d clients in one process, no network.\n\n",
		time.Now().Format(time.DateOnly), runtime.GOMAXPROCS(0), runtime.Version(), n, b.Clients)
	l, err := newBenchLines(ctx, h)
	if err != nil {
		return err
	}
	bench.Heading(out)
	for _, r := range l.rows {
		if !strings.Contains(r.Name, b.Only) {
			continue
		}
		ours, other, err := bench.Measure(r, b.Clients, b.Each)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Name, err)
		}
		r.Line(out, ours, other)
	}
	fmt.Fprint(out, "\n| what | asked for | measured |\n|---|---|---|\n")
	rate := float64(n) / took.Seconds()
	fmt.Fprintf(out, "| start from the local file, with all else that a start reads: case files a second | ≥ %s | %s; %.0f for each second of a core |\n",
		bench.Number(startRate), bench.AtLeast(rate, startRate, "%.0f"), float64(n)/spent.Seconds())
	fmt.Fprintf(out, "| memory for a case, with all else that a process holds | ≤ %s bytes | %s |\n", bench.Number(caseBytes), bench.AtMost(memory, caseBytes, "%.0f"))
	return l.impact(out)
}

// heapInUse returns the bytes that are in use after a collection.
func heapInUse() int64 {
	runtime.GC()
	runtime.GC() // the first one frees what finalizers held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
