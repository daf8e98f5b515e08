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
	turn    int // of the writer: one more with each snapshot
	blocks  []*block
	ids     *tree[calendar.Day] // by the number made of the identifier alone: without a key
	opened  *tree[calendar.Day]
	due     *tree[calendar.Day] // of all that is due
	open    *tree[calendar.Day] // of what everybody may know to be due who sees the case, where that is not all
	contact *tree[calendar.Day]
	scan    *tree[calendar.Day] // cases with ScanOn only
	code    *tree[string]
	facets  *btree.Map[string, *roaring.Bitmap]
	own     map[string]*roaring.Bitmap // the facets that the writer changes; nil for readers
}

// New returns an empty register.
func New() *Register {
	r := &Register{feeds: map[*Feed]bool{}, next: Snapshot{
		ids: newTree[calendar.Day](), opened: newTree[calendar.Day](), due: newTree[calendar.Day](), open: newTree[calendar.Day](),
		contact: newTree[calendar.Day](), scan: newTree[calendar.Day](), code: newTree[string](),
		facets: &btree.Map[string, *roaring.Bitmap]{}, own: map[string]*roaring.Bitmap{},
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
	r.next.turn++
	s.own = nil
	s.blocks = slices.Clone(s.blocks)
	s.facets = s.facets.Copy()
	s.ids, s.opened, s.due, s.open, s.contact = s.ids.copy(), s.opened.copy(), s.due.copy(), s.open.copy(), s.contact.copy()
	s.scan, s.code = s.scan.copy(), s.code.copy()
	r.current.Store(&s)
}

// Apply takes in a case, publishes, and tells the feeds. It returns false, and
// does nothing, where the register holds the same version or a newer one.
func (r *Register) Apply(c *casefile.Case) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.next
	ord, known := s.ordOf(c.ID)
	var old *casefile.Case
	if known {
		if old = s.at(ord); old.Version >= c.Version {
			return false
		}
	} else {
		ord = uint32(s.count)
		s.count++
		s.ids.set(itemOf[calendar.Day](0, tieOf(c.ID), ord))
	}
	s.index(old, c, ord)
	s.refacet(old, c, ord)
	s.put(ord, c)
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
	all := make([]placed, len(cases))
	for i, c := range cases {
		all[i] = placed{c: c, tie: tieOf(c.ID)}
	}
	slices.SortFunc(all, placed.order)
	l := loading{s: &r.next, added: make([]placed, 0, len(all))}
	for i, p := range all {
		if i == 0 || p.c.ID != all[i-1].c.ID {
			l.take(p)
		}
	}
	var group sync.WaitGroup // the indexes know nothing of each other
	group.Go(func() { loadTree(l.s.ids, l.added, noKey) })
	group.Go(func() { loadTree(l.s.opened, l.added, openedOn) })
	group.Go(func() { loadTree(l.s.due, l.added, nextDueOn) })
	group.Go(func() { loadTree(l.s.open, l.added, openlyDueOn) })
	group.Go(func() { loadTree(l.s.contact, l.added, lastContactOn) })
	group.Go(func() { loadTree(l.s.scan, l.added, scanOn) })
	group.Go(func() { loadTree(l.s.code, l.added, code) })
	group.Go(l.loadFacets)
	group.Wait()
	r.publish()
}

// loading is the state of one Load.
type loading struct {
	s     *Snapshot
	added []placed
}

// placed is a case with its place in the register.
type placed struct {
	c   *casefile.Case
	tie uint64
	ord uint32
}

// order sorts by the identifier's number, and brings the newest version of a case first.
func (p placed) order(q placed) int {
	if p.tie != q.tie {
		return cmp.Compare(p.tie, q.tie)
	}
	return cmp.Or(cmp.Compare(p.c.ID, q.c.ID), cmp.Compare(q.c.Version, p.c.Version))
}

// take gives a case its place.
func (l *loading) take(p placed) {
	ord, known := l.s.ordOf(p.c.ID)
	if known {
		if old := l.s.at(ord); old.Version < p.c.Version {
			l.s.index(old, p.c, ord)
			l.s.refacet(old, p.c, ord)
			l.s.put(ord, p.c)
		}
		return
	}
	p.ord = uint32(l.s.count)
	l.s.count++
	l.s.put(p.ord, p.c)
	l.added = append(l.added, p)
}

// loadFacets joins the facets of the added cases with those that were there.
func (l *loading) loadFacets() {
	facets := map[facet]*roaring.Bitmap{}
	for _, p := range l.added {
		eachFacet(p.c, func(f facet) {
			b := facets[f]
			if b == nil {
				b = roaring.New()
				facets[f] = b
			}
			b.Add(p.ord)
		})
	}
	for f, b := range facets {
		l.s.changeFacet(f.name(), func(own *roaring.Bitmap) {
			own.Or(b)
			own.RunOptimize()
		})
	}
}

// loadTree inserts cases into an ordered index in its own order, which is much
// faster than one by one.
func loadTree[K cmp.Ordered](t *tree[K], added []placed, key func(*casefile.Case) (K, bool)) {
	items := make([]item[K], 0, len(added))
	for _, p := range added {
		if k, in := key(p.c); in {
			items = append(items, itemOf(k, p.tie, p.ord))
		}
	}
	t.load(items)
}

// The keys of a case in the ordered indexes, and whether it is in them.
func noKey(*casefile.Case) (calendar.Day, bool)           { return 0, true }
func openedOn(c *casefile.Case) (calendar.Day, bool)      { return c.OpenedOn, true }
func nextDueOn(c *casefile.Case) (calendar.Day, bool)     { return c.NextDueOn, true }
func openlyDueOn(c *casefile.Case) (calendar.Day, bool)   { return c.OpenlyDueOn, hides(c) }
func lastContactOn(c *casefile.Case) (calendar.Day, bool) { return c.LastContactOn, true }
func scanOn(c *casefile.Case) (calendar.Day, bool)        { return c.ScanOn, !c.ScanOn.IsZero() }
func code(c *casefile.Case) (string, bool)                { return c.Code, true }

// index moves a case in the ordered indexes; old is nil for a new one.
func (s *Snapshot) index(old, c *casefile.Case, ord uint32) {
	tie := tieOf(c.ID)
	move(s.opened, openedOn, old, c, tie, ord)
	move(s.due, nextDueOn, old, c, tie, ord)
	move(s.open, openlyDueOn, old, c, tie, ord)
	move(s.contact, lastContactOn, old, c, tie, ord)
	move(s.scan, scanOn, old, c, tie, ord)
	move(s.code, code, old, c, tie, ord)
}

func move[K cmp.Ordered](t *tree[K], key func(*casefile.Case) (K, bool), old, c *casefile.Case, tie uint64, ord uint32) {
	k, in := key(c)
	if old != nil {
		was, held := key(old)
		if held == in && was == k {
			return
		}
		if held {
			t.delete(itemOf(was, tie, ord))
		}
	}
	if in {
		t.set(itemOf(k, tie, ord))
	}
}

// Len returns the number of cases.
func (s *Snapshot) Len() int { return s.count }

// Case returns a case by its identifier.
func (s *Snapshot) Case(caseID id.Case) (*casefile.Case, bool) {
	ord, ok := s.ordOf(caseID)
	if !ok {
		return nil, false
	}
	return s.at(ord), true
}

// ordOf returns the ordinal of a case.
func (s *Snapshot) ordOf(caseID id.Case) (ord uint32, ok bool) {
	tie := tieOf(caseID)
	s.ids.ascend(itemOf[calendar.Day](0, tie, 0), func(i item[calendar.Day]) bool {
		if ord, ok = i.ord, i.tie() == tie && s.at(i.ord).ID == caseID; ok {
			return false
		}
		return i.tie() == tie // two identifiers may give one number
	})
	return ord, ok
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
