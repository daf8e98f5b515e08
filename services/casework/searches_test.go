package casework_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/casework"
	"onward/services/fault"
	"onward/services/signin"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// searchAt searches at an instant and returns of which kind the refusal is.
func (r *replica) searchAt(ctx context.Context, actor access.Actor, at time.Time) fault.Kind {
	name := "Dara"
	v := r.casework.View(actor, r.register.Snapshot())
	v.At = at
	if _, err := r.casework.SearchPeople(ctx, v, casework.SearchPeopleInput{Name: &name}); err != nil {
		return fault.KindOf(err)
	}
	return ""
}

// TestProcessesCountSearchesTogether proves that what a worker searches at once at two
// processes is bounded as at one; that a restart does not begin it anew, and another day
// does; that nobody else waits; and that what was counted is removed.
func TestProcessesCountSearchesTogether(t *testing.T) {
	dir := t.TempDir()
	s, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var made atomic.Int32
	var group sync.WaitGroup
	for _, r := range []*replica{newReplica(t, s, false), newReplica(t, s, false)} {
		for range 15 {
			group.Go(func() {
				if r.searchAt(t.Context(), supervisor, now) == "" {
					made.Add(1)
				}
			})
		}
	}
	group.Wait()
	if n := made.Load(); n != 20 {
		t.Errorf("%d of 30 searches at once are made, want 20", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = sqlite.Open(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	again := newReplica(t, s, false)
	for _, c := range []struct {
		what  string
		actor access.Actor
		after time.Duration
		want  fault.Kind
	}{
		{"after a restart", supervisor, 0, fault.Unavailable},
		{"somebody else", admin, 0, ""},
		{"six seconds later", supervisor, 6 * time.Second, ""},
		{"a second one then", supervisor, 6 * time.Second, fault.Unavailable},
		{"the next day", supervisor, 24 * time.Hour, ""},
	} {
		if got := again.searchAt(t.Context(), c.actor, now.Add(c.after)); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	removed, err := signin.RemoveEnded(t.Context(), s, now.Add(36*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	if _, err := s.Scan(t.Context(), store.Sessions, func(store.Document) error { left++; return nil }); err != nil {
		t.Fatal(err)
	}
	if removed != 2 || left != 1 {
		t.Errorf("of two on one day and one on the next, %d are removed and %d left", removed, left)
	}
}
