package register_test

import (
	"fmt"
	"sync"
	"testing"

	"onward/services/casefile"
	"onward/services/id"
	"onward/services/register"
)

func version(caseID id.Case, n int) *casefile.Case {
	return &casefile.Case{ID: caseID, Code: "C-" + string(caseID), Version: n}
}

func everything(register.Change) bool { return true }

// TestFeed proves that a feed brings every change that it wants once, in order,
// with the case as it was before, and nothing of a load or of an old version.
func TestFeed(t *testing.T) {
	r := register.New()
	r.Load([]*casefile.Case{version("case_a", 1)})
	all := r.Feed(10, everything)
	odd := r.Feed(10, func(c register.Change) bool { return c.After.Version%2 == 1 })
	r.Load([]*casefile.Case{version("case_loaded", 1)})
	for _, c := range []*casefile.Case{version("case_a", 2), version("case_a", 2), version("case_a", 1), version("case_b", 1), version("case_a", 3)} {
		r.Apply(c)
	}
	if got := taken(t, all); got != "case_a:1-2 case_b:0-1 case_a:2-3 " {
		t.Errorf("all: %s", got)
	}
	if got := taken(t, odd); got != "case_b:0-1 case_a:2-3 " {
		t.Errorf("odd: %s", got)
	}
	if got := taken(t, all); got != "" {
		t.Errorf("once more: %s", got)
	}
	all.End()
	all.End()
	odd.End()
	r.Apply(version("case_b", 2))
	if got := taken(t, all); got != "" || r.Feeds() != 0 {
		t.Errorf("after the end: %q, %d feeds", got, r.Feeds())
	}
}

// taken writes what waits in a feed.
func taken(t *testing.T, f *register.Feed) string {
	t.Helper()
	said := ""
	for {
		c, ok, whole := f.Take()
		if !whole {
			t.Error("the feed is not whole")
		}
		if !ok {
			return said
		}
		before := 0
		if c.Before != nil {
			before = c.Before.Version
		}
		said += fmt.Sprintf("%s:%d-%d ", c.After.ID, before, c.After.Version)
	}
}

// TestSlowReader proves that a reader who is too slow is told so, rather than
// missing something, and is a burden to the register no longer; and that a feed of
// one case keeps its newest version for however slow a reader.
func TestSlowReader(t *testing.T) {
	r := register.New()
	slow, of := r.Feed(3, everything), r.FeedOf("case_a")
	for n := range 4 {
		r.Apply(version("case_a", n+1))
	}
	r.Apply(version("case_b", 1))
	<-slow.Ready()
	for range 2 {
		if c, ok, whole := slow.Take(); whole || ok {
			t.Errorf("the slow reader gets %v, %v", c, whole)
		}
	}
	if r.Feeds() != 1 {
		t.Errorf("%d feeds are open", r.Feeds())
	}
	<-of.Ready()
	if got := taken(t, of); got != "case_a:3-4 " {
		t.Errorf("of the case: %s", got)
	}
}

// TestFeedsAndWriters proves that readers who come and go while others write get
// every change after the one they came at, and that nobody waits for ever.
func TestFeedsAndWriters(t *testing.T) {
	r := register.New()
	const cases, versions = 4, 300
	var writers, readers sync.WaitGroup
	for n := range cases {
		caseID := id.Case(fmt.Sprint("case_", n))
		writers.Go(func() {
			for v := range versions {
				r.Apply(version(caseID, v+1))
			}
		})
		readers.Go(func() {
			f := r.Feed(versions, func(c register.Change) bool { return c.After.ID == caseID })
			defer f.End()
			last := 0
			for last < versions {
				if c, ok := r.Snapshot().Case(caseID); ok && last == 0 && c.Version == versions {
					return // it came too late
				}
				switch c, ok, whole := f.Take(); {
				case !whole:
					t.Error("a feed with room for all is cut off")
					return
				case !ok && last > 0:
					<-f.Ready()
				case ok && last > 0 && c.After.Version != last+1:
					t.Errorf("%s: %d after %d", caseID, c.After.Version, last)
					return
				case ok:
					last = c.After.Version
				}
			}
		})
	}
	writers.Wait()
	readers.Wait()
	if r.Feeds() != 0 {
		t.Errorf("%d feeds are left", r.Feeds())
	}
}
