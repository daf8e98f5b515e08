package audit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/store"
)

// faulty is a store that answers inserts of looks with an error: before it has
// inserted, or after.
type faulty struct {
	store.Store
	before, after atomic.Int32 // how many inserts more fail so
	inserts       atomic.Int32
	slow          time.Duration
}

func (f *faulty) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	f.inserts.Add(1)
	time.Sleep(f.slow)
	if f.before.Add(-1) >= 0 {
		return fault.New(fault.Unavailable, "the store does not answer")
	}
	if err := f.Store.Insert(ctx, c, docs...); err != nil {
		return err
	}
	if f.after.Add(-1) >= 0 {
		return fault.New(fault.Unavailable, "the store's answer was lost")
	}
	return nil
}

// TestCommitByMany proves that each of many records that are committed at once is in the
// store when its commit returns, once, and that they share writes.
func TestCommitByMany(t *testing.T) {
	s := &faulty{Store: openStore(t), slow: 2 * time.Millisecond}
	l := audit.NewLog(s, time.Now)
	const many = 400
	var group sync.WaitGroup
	for n := range many {
		group.Go(func() {
			if err := l.Commit(t.Context(), look(id.Worker(fmt.Sprint("worker_", n)), "case_1")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	found := map[id.Worker]int{}
	if err := audit.All(t.Context(), s, time.Time{}, func(r audit.Record) { found[r.Worker]++ }); err != nil {
		t.Fatal(err)
	}
	if len(found) != many {
		t.Errorf("%d of %d records", len(found), many)
	}
	for w, n := range found {
		if n != 1 {
			t.Errorf("%s stands %d times", w, n)
		}
	}
	if n := s.inserts.Load(); n > many/4 {
		t.Errorf("%d writes for %d records at once", n, many)
	}
	if v, err := audit.Verify(t.Context(), s, nil); err != nil || len(v.Differences) > 0 || v.Records != many {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestCommitOnTrouble proves that a record that could not be written is refused, and
// that a write whose answer was lost is found again: nothing stands twice, nothing is
// missing, and the tree is right.
func TestCommitOnTrouble(t *testing.T) {
	s := &faulty{Store: openStore(t)}
	now := clock()
	l, k := audit.NewLog(s, now), keeper(t, s, now)
	commit(t, l, look("worker_1", "case_1"))
	for name, trouble := range map[string]*atomic.Int32{"before": &s.before, "after": &s.after} {
		trouble.Store(1)
		err := l.Commit(t.Context(), look("worker_2", "case_1"))
		if !fault.Is(err, fault.Unavailable) {
			t.Fatalf("%s: %v", name, err)
		}
		commit(t, l, look("worker_3", "case_1"))
	}
	if v, err := audit.Verify(t.Context(), s, nil); err != nil || len(v.Differences) > 0 || v.Records != 4 {
		t.Errorf("%+v, %v", v, err)
	}
	keep(t, k)
	if err := k.Close(t.Context(), l); err != nil { // its head is that of the store
		t.Fatal(err)
	}
	keep(t, k)
}

// TestCommitEndsWithItsRequest proves that a request whose time runs out is refused
// while the store is busy, and that the others' records are written all the same.
func TestCommitEndsWithItsRequest(t *testing.T) {
	s := &faulty{Store: openStore(t), slow: 200 * time.Millisecond}
	l := audit.NewLog(s, time.Now)
	var group sync.WaitGroup
	group.Go(func() { commit(t, l, look("worker_1", "case_1")) })
	for s.inserts.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Commit(ctx, look("worker_2", "case_1")); !fault.Is(err, fault.Unavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	group.Wait()
	commit(t, l, look("worker_3", "case_1"))
}

// TestHeads proves that the heads of logs of any length are those that tlog computes.
func TestHeads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := openStoreOf(t)
		l := audit.NewLog(s, clock())
		n := rapid.IntRange(1, 40).Draw(t, "records")
		var stored []tlog.Hash
		reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
			out := make([]tlog.Hash, len(at))
			for i, x := range at {
				out[i] = stored[x]
			}
			return out, nil
		})
		for i := range n {
			if err := l.Commit(context.Background(), look(id.Worker(fmt.Sprint(i)), "case_1")); err != nil {
				t.Fatal(err)
			}
		}
		for i, text := range leaves(t, s, l.ID) {
			more, err := tlog.StoredHashes(int64(i), text, reader)
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, more...)
		}
		want, err := tlog.TreeHash(int64(n), reader)
		if err != nil {
			t.Fatal(err)
		}
		if h := l.Head(); h.Size != int64(n) || h.Root != want {
			t.Fatalf("head %+v, tlog has %s of %d", h, want, n)
		}
	})
}

// TestTrail proves that a trail finds the looks at a case, the newest first, in pages,
// those of before it was loaded and those of after, and none at another case.
func TestTrail(t *testing.T) {
	s := openStore(t)
	l, trail := audit.NewLog(s, clock()), audit.NewTrail(s)
	if _, err := trail.Of(t.Context(), "case_1", page.Args{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("before it is loaded: %v", err)
	}
	for n := range 5 {
		commit(t, l, look(id.Worker(fmt.Sprint("worker_", n)), "case_1", "case_2"), look("worker_9", "case_3"))
	}
	since, err := trail.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { _ = trail.Watch(ctx, since) })
	t.Cleanup(func() { stop(); group.Wait() })
	commit(t, l, look("worker_5", "case_1"))
	two := 2
	var who []id.Worker
	for args := (page.Args{First: &two}); ; {
		looks, err := trail.Of(t.Context(), "case_1", args)
		if err != nil {
			t.Fatal(err)
		}
		if looks.TotalCount < 6 {
			time.Sleep(time.Millisecond) // the newest is on its way
			continue
		}
		for _, e := range looks.Edges {
			who = append(who, e.Node.Worker)
			if e.Node.Kind != audit.Read || e.Node.Role != access.LegalOfficer || e.Node.Origin() != audit.Internet || e.Node.Fields[0] != "Case.matters" {
				t.Errorf("%+v", e.Node)
			}
		}
		if !looks.PageInfo.HasNextPage {
			break
		}
		args.After = looks.PageInfo.EndCursor
	}
	if fmt.Sprint(who) != "[worker_5 worker_4 worker_3 worker_2 worker_1 worker_0]" {
		t.Errorf("%v", who)
	}
	if none, err := trail.Of(t.Context(), "case_4", page.Args{}); err != nil || none.TotalCount != 0 {
		t.Errorf("a case that nobody looked at: %+v, %v", none, err)
	}
}

// TestLooks proves that cases of which the same was seen stand together, that a change
// is apart from reading, and that the order of what was noted does not matter.
func TestLooks(t *testing.T) {
	sights := []audit.Sight{
		{Kind: audit.Read, Case: "case_2", Class: access.Legal, Field: "Case.matters"},
		{Kind: audit.Read, Case: "case_1", Class: access.Legal, Field: "Case.matters"},
		{Kind: audit.Read, Case: "case_1", Class: access.Legal, Field: "LegalMatter.kind"},
		{Kind: audit.Read, Case: "case_3", Class: access.Legal, Field: "Case.matters"},
		{Kind: audit.Read, Case: "case_4", Own: true, Class: access.Legal, Field: "Case.matters"},
		{Kind: audit.Write, Case: "case_3", Class: access.Case, Field: "Mutation.closeCase"},
		{Kind: audit.Read, Case: "case_2", Class: access.Legal, Field: "LegalMatter.kind"},
	}
	legal := []access.Class{access.Legal}
	want := fmt.Sprint([]audit.Look{
		{Kind: audit.Read, Cases: []id.Case{"case_1", "case_2"}, Classes: legal, Fields: []string{"Case.matters", "LegalMatter.kind"}},
		{Kind: audit.Read, Cases: []id.Case{"case_3"}, Classes: legal, Fields: []string{"Case.matters"}},
		{Kind: audit.Write, Cases: []id.Case{"case_3"}, Classes: []access.Class{access.Case}, Fields: []string{"Mutation.closeCase"}},
		{Kind: audit.Read, Cases: []id.Case{"case_4"}, Own: true, Classes: legal, Fields: []string{"Case.matters"}},
	})
	rapid.Check(t, func(t *rapid.T) {
		if got := fmt.Sprint(audit.Looks(rapid.Permutation(sights).Draw(t, "order"))); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}

// TestOrigin proves what an address is told as.
func TestOrigin(t *testing.T) {
	for from, want := range map[string]audit.Origin{
		"": audit.CommandLine, "127.0.0.1": audit.ThisMachine, "::1": audit.ThisMachine, "10.1.2.3": audit.PrivateNetwork, "192.168.0.4": audit.PrivateNetwork,
		"fd00::1": audit.PrivateNetwork, "fe80::1": audit.PrivateNetwork, "203.0.113.9": audit.Internet, "2001:db8::1": audit.Internet, "pipe": audit.Internet,
	} {
		if got := (audit.Record{From: from}).Origin(); got != want {
			t.Errorf("%q is %s, want %s", from, got, want)
		}
	}
}
