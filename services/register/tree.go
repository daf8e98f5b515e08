package register

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"

	"github.com/tidwall/btree"

	"onward/services/casefile"
)

// item is one case in an ordered index: by key, then by a number made of its
// identifier, which is the same in every process.
type item[K cmp.Ordered] struct {
	key K
	tie uint64
	ord uint32
}

// tieOf returns the number that orders cases with the same key.
func tieOf(c *casefile.Case) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.ID))
	return h.Sum64()
}

func compare[K cmp.Ordered](a, b K) int { return cmp.Compare(a, b) }

// order compares two items. The ordinal counts only where two identifiers give
// the same number.
func (a item[K]) order(b item[K]) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.tie, b.tie), cmp.Compare(a.ord, b.ord))
}

// tree is an ordered index whose copies cost nothing until one side changes.
type tree[K cmp.Ordered] struct{ of *btree.BTreeG[item[K]] }

func newTree[K cmp.Ordered]() *tree[K] {
	return &tree[K]{btree.NewBTreeGOptions(func(a, b item[K]) bool { return a.order(b) < 0 }, btree.Options{NoLocks: true})}
}

func (t *tree[K]) copy() *tree[K] { return &tree[K]{t.of.Copy()} }

func (t *tree[K]) set(i item[K]) { t.of.Set(i) }

func (t *tree[K]) delete(i item[K]) { t.of.Delete(i) }

// load inserts items in their order.
func (t *tree[K]) load(items []item[K]) {
	slices.SortFunc(items, item[K].order)
	for _, i := range items {
		t.of.Load(i)
	}
}

// ascend calls fn with the items from a place on, until fn returns false.
func (t *tree[K]) ascend(from item[K], fn func(item[K]) bool) { t.of.Ascend(from, fn) }

// walk calls fn with the items of a list, from a place that is left out or from
// the list's beginning, until fn returns false; backward begins at its end. Items
// with the zero key, which stands for a day that is not known, come last in the
// list whatever its direction.
func (t *tree[K]) walk(d Direction, backward bool, from *item[K], fn func(item[K]) bool) {
	edge := &item[K]{tie: math.MaxUint64, ord: math.MaxUint32} // between the unknown and the known
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
	case v.from != nil && i.key == v.from.key && i.tie == v.from.tie:
		return true
	case !v.while(i):
		return false
	}
	v.stopped = !v.fn(i)
	return !v.stopped
}
