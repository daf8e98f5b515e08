package directory_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/store"
	"onward/services/store/sqlite"
)

var now = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

// first is what a thing is at when it is added.
var first = directory.Versioned{Version: 1}

// The things of most tests.
var (
	lotus  = directory.Organisation{ID: "org_LOTUS", Code: "LOT", Name: "Lotus House", Province: "KH-12", Versioned: first}
	river  = directory.Organisation{ID: "org_RIVER", Code: "RIV", Name: "River Legal Aid", Province: "KH-17", Versioned: first}
	sok    = directory.Worker{ID: "worker_SOK", Organisation: "org_LOTUS", Name: "Sok", Role: access.CareerAdvisor, Versioned: first}
	admin  = directory.Worker{ID: "worker_ADMIN", Organisation: "org_LOTUS", Name: "Dara", Role: access.OrgAdmin, Versioned: first}
	leader = access.Actor{Worker: "worker_ADMIN", Name: "Dara", Role: access.OrgAdmin, Organisation: "org_LOTUS"}
)

// openStore opens an empty store in a directory, until the test ends.
func openStore(t *testing.T, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// open opens the directory of a store as one process does that follows nobody.
func open(t *testing.T, s store.Store) *directory.Directory {
	t.Helper()
	d, _, err := directory.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// follow opens the directory of a store and takes in the changes of others,
// until the test ends.
func follow(t *testing.T, s store.Store) *directory.Directory {
	t.Helper()
	d, marks, err := directory.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		if err := d.Watch(ctx, marks); err != nil {
			t.Errorf("watch: %v", err)
		}
	})
	t.Cleanup(func() { stop(); group.Wait() })
	return d
}

// house opens a directory with two organisations and two workers in it.
func house(t *testing.T) (*directory.Directory, *sqlite.Store) {
	t.Helper()
	s := openStore(t, t.TempDir())
	d := open(t, s)
	if err := d.Add(t.Context(), lotus, river, sok, admin); err != nil {
		t.Fatal(err)
	}
	return d, s
}

// issue makes a token of a worker.
func issue(t *testing.T, d *directory.Directory, w directory.Worker) string {
	t.Helper()
	token, err := d.Issue(t.Context(), w.ID, now)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// eventually waits until something holds that another goroutine brings about.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// wantFault checks the kind of a fault and the fields that it names.
func wantFault(t *testing.T, err error, kind fault.Kind, paths ...string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind {
		t.Errorf("got %v, want a fault of kind %s", err, kind)
		return
	}
	var got []string
	for _, field := range f.Fields {
		got = append(got, field.Path)
		if field.Message == "" {
			t.Errorf("%s has no message", field.Path)
		}
	}
	if !slices.Equal(got, paths) {
		t.Errorf("fields %v, want %v", got, paths)
	}
}
