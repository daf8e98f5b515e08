package demo_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"onward/cmd/onward/demo"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/vault/vaulttest"
)

// inStore runs fn on a fresh store.
func inStore(fn func(store.Store) error) error {
	dir, err := os.MkdirTemp("", "onward-demo")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := sqlite.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(fn(s), s.Close())
}

// unkept is a store that forgets the cases, to measure the telling alone.
type unkept struct {
	store.Store
}

func (u unkept) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	if c == store.Cases {
		return nil
	}
	return u.Store.Insert(ctx, c, docs...)
}

// BenchmarkTell measures how many cases are told a second, not stored.
func BenchmarkTell(b *testing.B) {
	benchmark(b, func(s store.Store) store.Store { return unkept{s} })
}

// BenchmarkWrite measures how many cases are written a second to a local file.
func BenchmarkWrite(b *testing.B) {
	benchmark(b, func(s store.Store) store.Store { return s })
}

func benchmark(b *testing.B, over func(store.Store) store.Store) {
	ctx, today, cases := context.Background(), calendar.Date(2026, 11, 24), 0
	for b.Loop() {
		err := inStore(func(s store.Store) error {
			s = over(s)
			d, _, err := directory.Open(ctx, s)
			if err != nil {
				return err
			}
			return demo.Write(ctx, s, d, demo.Options{
				Master: vaulttest.Master(b), Today: today, Now: today.Start().Add(11 * time.Hour), ExtraCases: 20000,
				Progress: func(_, total int) { cases = total },
			})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cases*b.N)/b.Elapsed().Seconds(), "cases/s")
}
