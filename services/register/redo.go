package register

import (
	"iter"
	"slices"

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
	move(s.due, all, nextDueOn, true)
	move(s.open, all, openlyDueOn, true)
	move(s.scan, all, scanOn, false)
	own := map[int]bool{}
	for _, d := range all {
		s.put(d.ord, d.c, own)
	}
	r.publish()
	return len(all)
}

// move moves cases in an ordered index, in the index's own order, which is much
// faster than in theirs. Without all, those with the zero key are not in it.
func move(t *tree[calendar.Day], cases []redone, key func(*casefile.Case) calendar.Day, all bool) {
	var gone, come []item[calendar.Day]
	for _, d := range cases {
		was, is, tie := key(d.old), key(d.c), tieOf(d.c)
		if was == is {
			continue
		}
		if all || !was.IsZero() {
			gone = append(gone, item[calendar.Day]{was, tie, d.ord})
		}
		if all || !is.IsZero() {
			come = append(come, item[calendar.Day]{is, tie, d.ord})
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
