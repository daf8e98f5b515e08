package demo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"onward/cmd/onward/demo"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/outcome"
	"onward/services/release"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/vault/vaulttest"
)

// interrupted is a store of the demo that keeps releases apart, and fails at the nth
// write to them: before it, or after it was written.
type interrupted struct {
	store.Store
	releases store.Store
	left     int
	after    bool
}

var errInterrupted = errors.New("interrupted")

func (i *interrupted) of(c store.Collection) store.Store {
	if c == store.Releases {
		return i.releases
	}
	return i.Store
}

func (i *interrupted) Get(ctx context.Context, c store.Collection, id string) (store.Document, error) {
	return i.of(c).Get(ctx, c, id)
}

func (i *interrupted) Scan(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	return i.of(c).Scan(ctx, c, fn)
}

func (i *interrupted) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	return i.write(func() error { return i.of(c).Insert(ctx, c, docs...) })
}

func (i *interrupted) Append(ctx context.Context, c store.Collection, change store.Change) error {
	return i.write(func() error { return i.of(c).Append(ctx, c, change) })
}

func (i *interrupted) write(fn func() error) error {
	i.left--
	if i.left != 0 {
		return fn()
	}
	if i.after {
		if err := fn(); err != nil {
			return err
		}
	}
	return fault.Wrap(fault.Unavailable, errInterrupted, "write")
}

// TestPublishAfterInterruption proves that release 1 of the demo is there once, with
// the years of the speech, is drafted and published by two people and verifies, wherever
// publishing it was interrupted and whether it goes on the next day; and that a further
// start publishes nothing more.
func TestPublishAfterInterruption(t *testing.T) {
	ctx, today := context.Background(), calendar.Date(2026, 11, 24)
	now := today.Start().Add(9 * time.Hour)
	k, err := release.ReadKey("PRIVATE+KEY+test+9fc3dc13+AU3ifVHCWvUPVQdQM2glR2yfk3wObXZpbjXPiSk+o4Yu")
	if err != nil {
		t.Fatal(err)
	}
	err = inStore(func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		if err := demo.Write(ctx, s, d, demo.Options{Master: vaulttest.Master(t), Today: today, Now: now}); err != nil {
			return err
		}
		for write, after := range map[int]bool{1: true, 2: false, 3: true} { // of the draft, its check, its publishing
			releases, err := sqlite.Open(t.TempDir())
			if err != nil {
				return err
			}
			apart := &interrupted{s, releases, write, after}
			if err := demo.Publish(ctx, apart, vaulttest.New(t, s), d, k, now.Add(time.Minute)); !errors.Is(err, errInterrupted) {
				t.Errorf("interrupted at write %d: %v", write, err)
			}
			for days := range 2 {
				if err := demo.Publish(ctx, apart, vaulttest.New(t, s), d, k, now.AddDate(0, 0, days+1)); err != nil {
					t.Errorf("interrupted at write %d, %d days later: %v", write, days+1, err)
				}
			}
			wantRelease1(t, apart, d, k)
			if err := releases.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func wantRelease1(t *testing.T, s store.Store, d *directory.Directory, k *release.Key) {
	t.Helper()
	all, err := release.NewBook(s).List(t.Context())
	if err != nil || len(all) != 1 || all[0].Number != 1 || all[0].DraftedBy == all[0].PublishedBy {
		t.Fatalf("%d releases, %v", len(all), err)
	}
	table, _ := all[0].Content.Table(nil)
	for _, r := range table.Rows {
		if r.Code == outcome.Assisted && (r.Suppressed || *r.Value != 1481) {
			t.Errorf("release 1 does not say how many were assisted: %+v", r)
		}
	}
	v := &casework.Verification{}
	if err := v.VerifyReleases(t.Context(), s, d, k.Public()); err != nil || v.Releases != 1 || v.Outdated != 0 || len(v.Differences) > 0 {
		t.Errorf("release 1 does not verify: %+v, %v", v, err)
	}
}
