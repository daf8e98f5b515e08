package disclosure

import (
	"cmp"
	"math"
	"slices"

	"onward/services/fault"
)

// Protect decides for each cell of a release whether it can be shown after the
// earlier releases; the decisions come in the order of the cells. It returns an
// Invalid fault if the cells cannot be one release: two of one place, a number out
// of range, or a table that does not add up.
//
// It goes by these steps, one series at a time:
//  1. What is small or tells of a whole group is withheld, what is kept, and what an
//     earlier release withheld.
//  2. Audit is asked what readers of all releases could tell.
//  3. For each finding one more cell is withheld: the same group in another period,
//     else the smallest figure beside it, under the whole where the withheld parts
//     have the least in common to hide behind, else a whole, else any. Then step 2.
//  4. What was withheld for the sake of others, the largest figure first, is shown
//     again if Audit finds nothing even so.
//
// Withholding everything leaves nothing to tell, so it ends. It does not find the
// least that could be withheld; that nothing can be told does not rest on it, but on
// the audit.
func Protect(cells []Cell, threshold int, earlier []Release) ([]Decision, error) {
	if err := check(cells); err != nil {
		return nil, err
	}
	next := Release{Number: math.MaxInt}
	for _, c := range cells {
		next.Cells = append(next.Cells, Decision{Cell: c})
	}
	for _, series := range bySeries([]Release{next}) {
		m := newModel(series)
		if m.read(); len(m.against) > 0 {
			return nil, fault.Input("cells", "%s does not agree with the other cells", m.against[0].name())
		}
	}
	hide(&next, threshold, earlier)
	if complementary {
		past := map[string][]published{}
		for _, cells := range bySeries(earlier) {
			past[cells[0].Series] = cells
		}
		sideBySide(bySeries([]Release{next}), func(_ int, series []published) {
			protect(series, past[series[0].Series], threshold)
		})
	}
	return next.Cells, nil
}

// complementary is false only in the test that shows what it is for.
var complementary = true

// hide withholds what is withheld for its own sake, and what was withheld before.
func hide(next *Release, threshold int, earlier []Release) {
	before := map[string]bool{}
	for _, r := range earlier {
		for _, d := range r.Cells {
			if !d.Shown() {
				before[d.key()] = true
			}
		}
	}
	for i := range next.Cells {
		d := &next.Cells[i]
		d.Reason = primary(d.Cell, threshold)
		switch {
		case !d.Shown():
		case d.Kept:
			d.Reason = Chosen
		case before[d.key()] && !d.Exempt:
			d.Reason = Complementary
		}
	}
}

// protection is the cells of one series in the next release, and what readers know
// with the earlier ones.
type protection struct {
	cells   []published
	model   *model
	inquiry inquiry // for what was not there without the next release
}

// protect withholds cells until there is nothing to find that was not there before.
func protect(cells, earlier []published, threshold int) {
	p := protection{cells, newModel(slices.Concat(cells, earlier)), inquiry{threshold: threshold, known: map[string]bool{}}}
	if len(earlier) > 0 {
		past := inquiry{threshold: threshold}
		past.audit(newModel(earlier))
		for _, f := range past.found {
			p.inquiry.known[f.key()] = true
		}
	}
	var withheld []published
	for p.find(); len(p.inquiry.found) > 0; p.find() {
		taken := p.withhold(p.inquiry.found)
		if len(taken) == 0 {
			return
		}
		withheld = append(withheld, taken...)
	}
	p.restore(withheld)
}

// find looks for what there is to find as the cells stand.
func (p *protection) find() { p.inquiry.audit(p.model) }

// withhold withholds a cell for each finding, but for those that are mended already,
// perhaps, by what was withheld for another. It returns the cells.
func (p *protection) withhold(found []Finding) []published {
	var taken []published
	for _, f := range found {
		at := Cell{Group: f.Group}.place()
		if slices.ContainsFunc(taken, func(c published) bool { return c.place.near(at) }) {
			continue
		}
		if c, ok := p.choose(f, at); ok {
			c.Reason = Complementary
			taken = append(taken, c)
		}
	}
	return taken
}

// restore shows again what need not be withheld, the largest figure first.
func (p *protection) restore(withheld []published) {
	slices.SortStableFunc(withheld, func(a, b published) int { return -cmp.Compare(a.size(), b.size()) })
	p.inquiry.one = true
	for _, c := range withheld {
		c.Reason = ""
		if p.find(); len(p.inquiry.found) > 0 {
			c.Reason = Complementary
		}
	}
}

// size is how many the cell is of.
func (c published) size() int { return max(c.Count, c.Base) }

// merit is how well a cell serves to mend a finding: the lowest serves best.
type merit struct {
	relation int // how near it is
	hidden   int // how many are withheld beside it
	coarse   int // how few dimensions the whole has under which they are
	size     int
}

func (m merit) compare(n merit) int {
	return cmp.Or(cmp.Compare(m.relation, n.relation), cmp.Compare(m.hidden, n.hidden), cmp.Compare(m.coarse, n.coarse), cmp.Compare(m.size, n.size))
}

// choose returns the shown cell that is best withheld to mend a finding.
func (p *protection) choose(f Finding, at place) (published, bool) {
	var best published
	var least merit
	for _, c := range p.cells {
		if !c.Shown() {
			continue
		}
		m := merit{relation: p.relation(c, f, at), size: c.size()}
		m.hidden, m.coarse = p.hidden(c, at)
		if best.Decision == nil || m.compare(least) < 0 {
			best, least = c, m
		}
	}
	return best, best.Decision != nil
}

// relation returns how near a cell is to a finding. A cell of nobody hides little,
// and comes after the others that are near.
func (p *protection) relation(c published, f Finding, at place) int {
	var n int
	switch whole := c.place.on(at.dimensions).key == at.key; {
	case c.place.key == at.key && f.Why != Together:
		n = 0
	case whole && c.place.key != at.key || c.place.table == at.table:
		n = 1 // a part of it, or beside it
	case at.on(c.place.dimensions).key == c.place.key:
		n = 2 // the whole of it
	default:
		return 20
	}
	if c.Period != f.Period {
		n += 3
	}
	if c.size() == 0 {
		n += 6
	}
	return n
}

// hidden returns how many are withheld beside a cell: under the whole that it shares
// with the place where the fewest are, in its own table and period; and how few
// dimensions that whole has.
func (p *protection) hidden(c published, at place) (least, coarse int) {
	least = math.MaxInt
	for _, whole := range p.cells {
		d := whole.place.dimensions
		if whole.Period != c.Period || len(d) >= len(c.place.dimensions) || !whole.place.holds(c.place) || !whole.place.holds(at) {
			continue
		}
		sum := 0
		for _, x := range p.cells {
			if !x.Shown() && x.Period == c.Period && x.place.table == c.place.table && whole.place.holds(x.place) {
				sum += x.Count
			}
		}
		if sum < least || sum == least && -len(d) < coarse {
			least, coarse = sum, -len(d)
		}
	}
	return least, coarse
}

// holds reports whether a place is p or a part of it.
func (p place) holds(q place) bool { return q.on(p.dimensions).key == p.key }

// near reports whether two places can hide each other: one holds the other, or they
// have something in common.
func (p place) near(q place) bool {
	if p.holds(q) || q.holds(p) {
		return true
	}
	return p.table == q.table && (len(p.dimensions) == 1 || slices.ContainsFunc(p.group(), func(x Coordinate) bool { return slices.Contains(q.group(), x) }))
}
