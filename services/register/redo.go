package register

import (
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
)

// Of returns the cases of an organisation, in no particular order.
func (s *Snapshot) Of(org id.Organisation) iter.Seq[*casefile.Case] {
	return s.each(s.facet("organisation:" + string(org)))
}

// redone is a case of the register and what takes its place.
type redone struct {
	old, c *casefile.Case
	ord    uint32
}

// Redo replaces every case of an organisation by what fn makes of it, and
// publishes once. It is for what follows from more than the history of a case:
// what fn returns differs in NextDueOn, OpenlyDueOn and ScanOn only, or is the same case where
// those stay. It is no change of a case, and its version stays. No other change
// comes in between. It returns how many were replaced.
func (r *Register) Redo(org id.Organisation, fn func(*casefile.Case) *casefile.Case) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.next
	var all []redone
	for it := s.facet("organisation:" + string(org)).Iterator(); it.HasNext(); {
		ord := it.Next()
		old := s.at(ord)
		if c := fn(old); c != old {
			all = append(all, redone{old, c, ord})
		}
	}
	if len(all) == 0 {
		return 0
	}
	moveAll(s.due, all, nextDueOn)
	moveAll(s.open, all, openlyDueOn)
	moveAll(s.scan, all, scanOn)
	s.changeFacet(hiding, func(b *roaring.Bitmap) {
		for _, d := range all {
			if b.Remove(d.ord); hides(d.c) {
				b.Add(d.ord)
			}
		}
	})
	for _, d := range all {
		s.put(d.ord, d.c)
	}
	r.publish()
	return len(all)
}

// moveAll moves cases in an ordered index, in the index's own order, which is much
// faster than in theirs.
func moveAll(t *tree[calendar.Day], cases []redone, key func(*casefile.Case) (calendar.Day, bool)) {
	var gone, come []item[calendar.Day]
	for _, d := range cases {
		was, held := key(d.old)
		is, in := key(d.c)
		if was == is && held == in {
			continue
		}
		tie := tieOf(d.c.ID)
		if held {
			gone = append(gone, itemOf(was, tie, d.ord))
		}
		if in {
			come = append(come, itemOf(is, tie, d.ord))
		}
	}
	slices.SortFunc(gone, item[calendar.Day].order)
	slices.SortFunc(come, item[calendar.Day].order)
	for _, i := range gone {
		t.delete(i)
	}
	for _, i := range come {
		t.set(i)
	}
}
