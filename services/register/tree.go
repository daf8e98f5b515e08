package register

import (
	"cmp"
	"math"
	"slices"

	"github.com/tidwall/btree"

	"onward/services/id"
)

// item is one case in an ordered index: by key, then by a number made of its
// identifier, which is the same in every process. With the number in two halves, an
// item with a day takes 16 bytes, and not 24.
type item[K cmp.Ordered] struct {
	key             K
	tieHigh, tieLow uint32
	ord             uint32
}

func itemOf[K cmp.Ordered](key K, tie uint64, ord uint32) item[K] {
	return item[K]{key, uint32(tie >> 32), uint32(tie), ord}
}

// tie returns the number that orders cases with the same key.
func (a item[K]) tie() uint64 { return uint64(a.tieHigh)<<32 | uint64(a.tieLow) }

// tieOf makes that number: the 64 bits of FNV-1a.
func tieOf(c id.Case) uint64 {
	tie := uint64(14695981039346656037)
	for i := range len(c) {
		tie = (tie ^ uint64(c[i])) * 1099511628211
	}
	return tie
}

// order compares two items. The ordinal counts only where two identifiers give
// the same number.
func (a item[K]) order(b item[K]) int {
	if a.key != b.key {
		return cmp.Compare(a.key, b.key)
	}
	if a.tie() != b.tie() {
		return cmp.Compare(a.tie(), b.tie())
	}
	return cmp.Compare(a.ord, b.ord)
}

// tree is an ordered index whose copies cost nothing until one side changes.
type tree[K cmp.Ordered] struct {
	of     *btree.BTreeG[item[K]]
	shared *tree[K] // the last copy, until the tree changes
}

func newTree[K cmp.Ordered]() *tree[K] {
	return &tree[K]{of: btree.NewBTreeGOptions(func(a, b item[K]) bool { return a.order(b) < 0 }, btree.Options{NoLocks: true})}
}

// copy returns what the tree is now, for readers: the same copy until it changes.
func (t *tree[K]) copy() *tree[K] {
	if t.shared == nil {
		t.shared = &tree[K]{of: t.of.Copy()}
	}
	return t.shared
}

func (t *tree[K]) set(i item[K]) {
	t.shared = nil
	t.of.Set(i)
}

func (t *tree[K]) delete(i item[K]) {
	t.shared = nil
	t.of.Delete(i)
}

// load inserts items in their order. That leaves nodes half full, in the memory of full
// ones; copies of them take no more than they need.
func (t *tree[K]) load(items []item[K]) {
	t.shared = nil
	slices.SortFunc(items, item[K].order)
	for _, i := range items {
		t.of.Load(i)
	}
	t.of = t.of.Copy()
	t.of.WalkMut(func([]item[K]) bool { return true })
}

// ascend calls fn with the items from a place on, until fn returns false.
func (t *tree[K]) ascend(from item[K], fn func(item[K]) bool) { t.of.Ascend(from, fn) }

// walk calls fn with the items of a list, from a place that is left out or from
// the list's beginning, until fn returns false; backward begins at its end. Items
// with the zero key, which stands for a day that is not known, come last in the
// list whatever its direction.
func (t *tree[K]) walk(d Direction, backward bool, from *item[K], fn func(item[K]) bool) {
	edge := &item[K]{tieHigh: math.MaxUint32, tieLow: math.MaxUint32, ord: math.MaxUint32} // between the unknown and the known
	unknown := func(i item[K]) bool { return i.key == edge.key }
	known := func(i item[K]) bool { return i.key != edge.key }
	every := func(item[K]) bool { return true }
	switch {
	case d == Descending && backward:
		t.up(from, every, fn)
	case d == Descending:
		t.down(from, every, fn)
	case !backward:
		if from == nil || known(*from) {
			if !t.up(cmp.Or(from, edge), every, fn) {
				return
			}
			from = nil
		}
		t.up(from, unknown, fn)
	default:
		if from == nil || unknown(*from) {
			if !t.down(cmp.Or(from, edge), every, fn) {
				return
			}
			from = nil
		}
		t.down(from, known, fn)
	}
}

// up calls fn with the items above a place, or with all, while they satisfy a
// condition. It returns false where fn has.
func (t *tree[K]) up(from *item[K], while, fn func(item[K]) bool) bool {
	v := visit[K]{from: from, while: while, fn: fn}
	if from == nil {
		t.of.Scan(v.each)
	} else {
		t.of.Ascend(*from, v.each)
	}
	return !v.stopped
}

// down is up in the other direction.
func (t *tree[K]) down(from *item[K], while, fn func(item[K]) bool) bool {
	v := visit[K]{from: from, while: while, fn: fn}
	if from == nil {
		t.of.Reverse(v.each)
	} else {
		t.of.Descend(*from, v.each)
	}
	return !v.stopped
}

// visit is one pass over a tree.
type visit[K cmp.Ordered] struct {
	from      *item[K]
	while, fn func(item[K]) bool
	stopped   bool // by fn
}

func (v *visit[K]) each(i item[K]) bool {
	switch {
	case v.from != nil && i.key == v.from.key && i.tie() == v.from.tie():
		return true
	case !v.while(i):
		return false
	}
	v.stopped = !v.fn(i)
	return !v.stopped
}
