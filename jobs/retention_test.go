package jobs_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"onward/jobs"
	"onward/services/calendar"
	"onward/services/store"
)

// TestRetentionOfLogs proves that runs are kept for 400 days and digests for 90,
// that those of the day before are removed and counted, once, and that nothing else
// is removed. What cannot be read is kept and holds up nothing.
func TestRetentionOfLogs(t *testing.T) {
	ctx, s := context.Background(), openStore(t)
	put := func(c store.Collection, id, state string) {
		t.Helper()
		if err := s.Insert(ctx, c, store.Document{ID: id, Version: 1, State: []byte(state)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, age := range []int{0, 89, 90, 91, 399, 400, 401, 1000} {
		on := day - calendar.Day(age)
		put(store.Digests, fmt.Sprint("digest_", age), fmt.Sprintf(`{"on":%q,"worker":"worker_1"}`, on))
		put(store.Runs, fmt.Sprint("run_old.", age), fmt.Sprintf(`{"job":"old","asOf":%q,"startedAt":%q,"outcome":"RUNNING"}`, on, on.Start().Add(time.Hour).UTC().Format(time.RFC3339)))
		put(store.Releases, fmt.Sprint("release_", age), fmt.Sprintf(`{"on":%q}`, on))
	}
	put(store.Sessions, "session_ended", fmt.Sprintf(`{"ends":%q}`, day.Start().Add(-time.Second).UTC().Format(time.RFC3339)))
	put(store.Sessions, "session_live", fmt.Sprintf(`{"ends":%q}`, day.Start().UTC().Format(time.RFC3339)))
	put(store.Sessions, "session_undated", `{}`)
	put(store.Digests, "digest_undated", `{"worker":"worker_1"}`)
	put(store.Digests, "digest_broken", `{"on":5}`)
	put(store.Runs, "run_broken.1", `{"startedAt":5}`)

	r := jobs.New(s, at(day, 6), "a", quiet, jobs.RetentionOfLogs(s))
	for i, want := range [][]jobs.Count{{{Name: "runs", Value: 2}, {Name: "digests", Value: 5}, {Name: "sessions", Value: 1}}, {{Name: "runs"}, {Name: "digests"}, {Name: "sessions"}}} {
		run, err := r.RunNow(ctx, jobs.RunInput{Name: "retention-of-logs", AsOf: day})
		if err != nil || run.Outcome != jobs.Done || !slices.Equal(run.Counts, want) {
			t.Errorf("run %d: %+v %v", i+1, run, err)
		}
	}
	left := map[store.Collection]int{}
	for _, c := range store.Collections {
		if _, err := s.Scan(ctx, c, func(store.Document) error { left[c]++; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if want := map[store.Collection]int{store.Runs: 6 + 1 + 2, store.Digests: 3 + 2, store.Releases: 8, store.Leases: 1, store.Sessions: 2}; !maps.Equal(left, want) {
		t.Errorf("left are %v, want %v", left, want)
	}
	for _, id := range []string{"run_old.400", "run_old.399"} {
		if _, err := s.Get(ctx, store.Runs, id); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Get(ctx, store.Digests, "digest_90"); err != nil {
		t.Error(err)
	}
}
