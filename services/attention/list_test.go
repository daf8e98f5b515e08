package attention_test

import (
	"encoding/json"
	"reflect"
	"sync"
	"testing"
	"time"

	"onward/services/attention"
	"onward/services/fault"
	"onward/services/outcome"
	"onward/services/store"
	"onward/services/store/sqlite"
)

func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// found is a missed target as a run finds it.
func found(code outcome.Code, on string, reached float64) attention.Item {
	return attention.Item{Reason: attention.TargetMissed, FoundOn: day(on), Target: &attention.Target{
		Code: code, From: day("2026-01-01"), To: day("2026-03-31"), Version: 1, Target: 20, Reached: reached}}
}

// TestKeep proves that a list is revised when something changes and only then,
// that every revision stays, that an item keeps the day on which it was found
// until it is gone, and that an earlier day replaces nothing.
func TestKeep(t *testing.T) {
	ctx, s := t.Context(), openStore(t)
	lists := attention.NewLists(s)
	at := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		name, asOf string
		items      []attention.Item
		changed    bool
		revision   int
		want       []attention.Item
	}{
		{"nothing yet", "2026-04-01", nil, false, 0, nil},
		{"two", "2026-04-02", []attention.Item{found(outcome.Employed, "2026-04-02", 3), found(outcome.Assisted, "2026-04-02", 12)}, true, 1,
			[]attention.Item{found(outcome.Assisted, "2026-04-02", 12), found(outcome.Employed, "2026-04-02", 3)}},
		{"the same the day after", "2026-04-03", []attention.Item{found(outcome.Assisted, "2026-04-03", 12), found(outcome.Employed, "2026-04-03", 3)}, false, 1,
			[]attention.Item{found(outcome.Assisted, "2026-04-02", 12), found(outcome.Employed, "2026-04-02", 3)}},
		{"one better, one mended", "2026-04-04", []attention.Item{found(outcome.Assisted, "2026-04-04", 13)}, true, 2, []attention.Item{found(outcome.Assisted, "2026-04-02", 13)}},
		{"a run for an earlier day", "2026-04-03", []attention.Item{found(outcome.Assisted, "2026-04-03", 9)}, false, 2, []attention.Item{found(outcome.Assisted, "2026-04-02", 13)}},
		{"mended", "2026-04-05", nil, true, 3, nil},
		{"again", "2026-04-06", []attention.Item{found(outcome.Assisted, "2026-04-06", 12)}, true, 4, []attention.Item{found(outcome.Assisted, "2026-04-06", 12)}},
	} {
		changed, err := lists.Keep(ctx, "org_1", day(step.asOf), at, step.items)
		if err != nil || changed != step.changed {
			t.Fatalf("%s: changed %v, %v", step.name, changed, err)
		}
		got, err := lists.Of(ctx, "org_1")
		if err != nil || got.Revision != step.revision || len(got.Items) != len(step.want) {
			t.Fatalf("%s: %+v, %v", step.name, got, err)
		}
		for i := range step.want {
			if !reflect.DeepEqual(got.Items[i], step.want[i]) {
				t.Errorf("%s: %+v, want %+v", step.name, got.Items[i], step.want[i])
			}
		}
	}
	doc, err := s.Get(ctx, store.Releases, "attention_1")
	if err != nil || len(doc.History) != 4 {
		t.Fatalf("%d revisions, %v", len(doc.History), err)
	}
	for i, e := range doc.History {
		var list attention.List
		if err := json.Unmarshal(e.Data, &list); err != nil || list.Revision != i+1 || list.Organisation != "org_1" || e.Version != i+1 || e.Kind != "attention.revised" || e.On != list.AsOf || !e.At.Equal(at) {
			t.Errorf("entry %d: %+v, %v", i+1, list, err)
		}
	}
	if other, err := lists.Of(ctx, "org_2"); err != nil || len(other.Items) != 0 {
		t.Errorf("another organisation: %+v, %v", other, err)
	}
}

// TestKeepByMany proves that of processes that keep at once each has kept its
// list or is told of the conflict.
func TestKeepByMany(t *testing.T) {
	ctx, s := t.Context(), openStore(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	kept := 0
	for n := range 8 {
		group.Go(func() {
			_, err := attention.NewLists(s).Keep(ctx, "org_1", day("2026-04-02"), time.Unix(0, 0).UTC(), []attention.Item{found(outcome.Assisted, "2026-04-02", float64(n))})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				kept++
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if list, err := attention.NewLists(s).Of(ctx, "org_1"); err != nil || list.Revision != kept || kept == 0 {
		t.Errorf("revision %d of %d that were kept, %v", list.Revision, kept, err)
	}
}

// TestUnreadableList proves that a list that cannot be read is an INTERNAL fault
// and is not written over.
func TestUnreadableList(t *testing.T) {
	ctx, s := t.Context(), openStore(t)
	if err := s.Insert(ctx, store.Releases, store.Document{ID: "attention_1", Version: 1, State: json.RawMessage(`{"revision": "one"}`)}); err != nil {
		t.Fatal(err)
	}
	lists := attention.NewLists(s)
	if _, err := lists.Of(ctx, "org_1"); !fault.Is(err, fault.Internal) {
		t.Errorf("read: %v", err)
	}
	if changed, err := lists.Keep(ctx, "org_1", day("2026-04-02"), time.Unix(0, 0), nil); changed || !fault.Is(err, fault.Internal) {
		t.Errorf("kept over it: %v, %v", changed, err)
	}
}
