// Package register holds all cases in memory: compact, pseudonymous state with
// sorted indexes, published as immutable snapshots. A reader keeps one snapshot
// for the whole of its request, so that counts, pages and nested fields agree
// with each other; readers and the writer never wait for each other.
package register

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/tidwall/btree"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
)

// Register is the live register. Its writer works on trees of its own and
// publishes copies of them, which share all that has not changed.
type Register struct {
	mu      sync.Mutex
	next    Snapshot // the writer's own; never read by others
	current atomic.Pointer[Snapshot]
	feeds   map[*Feed]bool
}

// Snapshot is the register at one moment. It is never changed. A case is known
// in it by a small number, its ordinal, which its indexes hold.
type Snapshot struct {
	count   int
	chunks  []*chunk
	byID    *btree.Map[id.Case, uint32]
	opened  *tree[calendar.Day]
	due     *tree[calendar.Day] // of all that is due
	open    *tree[calendar.Day] // of what everybody may know to be due who sees the case
	contact *tree[calendar.Day]
	scan    *tree[calendar.Day] // cases with ScanOn only
	code    *tree[string]
	facets  *btree.Map[string, *roaring.Bitmap]
}

// New returns an empty register.
func New() *Register {
	r := &Register{feeds: map[*Feed]bool{}, next: Snapshot{
		byID: &btree.Map[id.Case, uint32]{}, opened: newTree[calendar.Day](), due: newTree[calendar.Day](), open: newTree[calendar.Day](),
		contact: newTree[calendar.Day](), scan: newTree[calendar.Day](), code: newTree[string](),
		facets: &btree.Map[string, *roaring.Bitmap]{},
	}}
	r.publish()
	return r
}

// Snapshot returns the register as it stands.
func (r *Register) Snapshot() *Snapshot { return r.current.Load() }

// publish makes what the writer has the snapshot of new readers. The copies are
// taken from the writer's trees, since copying marks the tree that is copied.
func (r *Register) publish() {
	s := r.next
	s.chunks = slices.Clone(s.chunks)
	s.byID, s.facets = s.byID.Copy(), s.facets.Copy()
	s.opened, s.due, s.open, s.contact = s.opened.copy(), s.due.copy(), s.open.copy(), s.contact.copy()
	s.scan, s.code = s.scan.copy(), s.code.copy()
	r.current.Store(&s)
}

// Apply takes in a case, publishes, and tells the feeds. It returns false, and
// does nothing, where the register holds the same version or a newer one.
func (r *Register) Apply(c *casefile.Case) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.next
	ord, known := s.byID.Get(c.ID)
	var old *casefile.Case
	if known {
		if old = s.at(ord); old.Version >= c.Version {
			return false
		}
	} else {
		ord = uint32(s.count)
		s.count++
		s.byID.Set(c.ID, ord)
	}
	s.index(old, c, ord)
	s.refacet(old, c, ord)
	s.put(ord, c, nil)
	r.publish()
	r.tell(Change{Before: old, After: c})
	return true
}

// Load takes in many cases and publishes once. Those that the register holds in
// the same version or a newer one are left out. It tells the feeds nothing: it is
// how a register begins.
func (r *Register) Load(cases []*casefile.Case) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := loading{s: &r.next, own: map[int]bool{}}
	sorted := slices.Clone(cases)
	slices.SortFunc(sorted, func(a, b *casefile.Case) int { return compare(a.ID, b.ID) })
	for _, c := range sorted {
		l.take(c)
	}
	var group sync.WaitGroup // the indexes know nothing of each other
	group.Go(func() { loadTree(l.s.opened, l.added, openedOn, true) })
	group.Go(func() { loadTree(l.s.due, l.added, nextDueOn, true) })
	group.Go(func() { loadTree(l.s.open, l.added, openlyDueOn, true) })
	group.Go(func() { loadTree(l.s.contact, l.added, lastContactOn, true) })
	group.Go(func() { loadTree(l.s.scan, l.added, scanOn, false) })
	group.Go(func() { loadTree(l.s.code, l.added, func(c *casefile.Case) string { return c.Code }, true) })
	group.Go(l.loadFacets)
	group.Wait()
	r.publish()
}

// loading is the state of one Load.
type loading struct {
	s     *Snapshot
	added []placed
	own   map[int]bool // chunks that no reader has
}

// placed is a case with its place in the register.
type placed struct {
	c   *casefile.Case
	tie uint64
	ord uint32
}

// take gives a case its place.
func (l *loading) take(c *casefile.Case) {
	ord, known := l.s.byID.Get(c.ID)
	if known {
		if old := l.s.at(ord); old.Version < c.Version {
			l.s.index(old, c, ord)
			l.s.refacet(old, c, ord)
			l.s.put(ord, c, l.own)
		}
		return
	}
	ord = uint32(l.s.count)
	l.s.count++
	l.s.byID.Load(c.ID, ord)
	l.s.put(ord, c, l.own)
	l.added = append(l.added, placed{c, tieOf(c), ord})
}

// loadFacets joins the facets of the added cases with those that were there.
func (l *loading) loadFacets() {
	facets := map[string]*roaring.Bitmap{}
	for _, p := range l.added {
		eachFacet(p.c, func(f string) {
			b := facets[f]
			if b == nil {
				b = roaring.New()
				facets[f] = b
			}
			b.Add(p.ord)
		})
	}
	for f, b := range facets {
		if held, ok := l.s.facets.Get(f); ok {
			b.Or(held)
		}
		b.RunOptimize()
		l.s.facets.Set(f, b)
	}
}

// loadTree inserts cases into an ordered index in its own order, which is much
// faster than one by one. Without all, it leaves out those with the zero key.
func loadTree[K cmp.Ordered](t *tree[K], added []placed, key func(*casefile.Case) K, all bool) {
	var zero K
	items := make([]item[K], 0, len(added))
	for _, p := range added {
		if k := key(p.c); all || k != zero {
			items = append(items, item[K]{k, p.tie, p.ord})
		}
	}
	t.load(items)
}

func openedOn(c *casefile.Case) calendar.Day      { return c.OpenedOn }
func nextDueOn(c *casefile.Case) calendar.Day     { return c.NextDueOn }
func openlyDueOn(c *casefile.Case) calendar.Day   { return c.OpenlyDueOn }
func lastContactOn(c *casefile.Case) calendar.Day { return c.LastContactOn }
func scanOn(c *casefile.Case) calendar.Day        { return c.ScanOn }

// index moves a case in the ordered indexes; old is nil for a new one.
func (s *Snapshot) index(old, c *casefile.Case, ord uint32) {
	tie := tieOf(c)
	move := func(t *tree[calendar.Day], key func(*casefile.Case) calendar.Day, all bool) {
		k := key(c)
		if old != nil {
			o := key(old)
			if o == k {
				return
			}
			t.delete(item[calendar.Day]{o, tie, ord})
		}
		if all || !k.IsZero() {
			t.set(item[calendar.Day]{k, tie, ord})
		}
	}
	move(s.opened, openedOn, true)
	move(s.due, nextDueOn, true)
	move(s.open, openlyDueOn, true)
	move(s.contact, lastContactOn, true)
	move(s.scan, scanOn, false)
	if old == nil {
		s.code.set(item[string]{c.Code, tie, ord})
	}
}

// Len returns the number of cases.
func (s *Snapshot) Len() int { return s.count }

// Case returns a case by its identifier.
func (s *Snapshot) Case(caseID id.Case) (*casefile.Case, bool) {
	ord, ok := s.byID.Get(caseID)
	if !ok {
		return nil, false
	}
	return s.at(ord), true
}

// ByCode returns a case by its code.
func (s *Snapshot) ByCode(code string) (*casefile.Case, bool) {
	var found *casefile.Case
	s.code.ascend(item[string]{key: code}, func(i item[string]) bool {
		if i.key == code {
			found = s.at(i.ord)
		}
		return false
	})
	return found, found != nil
}

// Staying returns how many have a bed at a site.
func (s *Snapshot) Staying(site id.Site) int {
	return int(s.facet("staying:" + string(site)).GetCardinality())
}

// All returns every case, in no particular order.
func (s *Snapshot) All() iter.Seq[*casefile.Case] {
	return func(yield func(*casefile.Case) bool) {
		for ord := range s.count {
			if !yield(s.at(uint32(ord))) {
				return
			}
		}
	}
}

// Due returns the cases on which a scan of the day would find something, the
// longest due first. It costs what is due, not what exists.
func (s *Snapshot) Due(on calendar.Day) iter.Seq[*casefile.Case] {
	return s.until(s.scan, on)
}

// Next returns the cases of a scope on which something is due by a day, in no
// order, whatever it tells of. What may be shown of it is the caller's to decide.
func (s *Snapshot) Next(scope access.Scope, by calendar.Day) iter.Seq[*casefile.Case] {
	matches := s.match(scope, by, Filter{})
	matches.And(s.within(Filter{DueBefore: by + 1, OpenedTo: math.MaxInt32}, true))
	return s.each(matches)
}

// until returns the cases of a tree with a day, up to a day.
func (s *Snapshot) until(t *tree[calendar.Day], by calendar.Day) iter.Seq[*casefile.Case] {
	return func(yield func(*casefile.Case) bool) {
		t.ascend(item[calendar.Day]{key: 1}, func(i item[calendar.Day]) bool {
			return i.key <= by && yield(s.at(i.ord))
		})
	}
}
