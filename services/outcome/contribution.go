package outcome

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"onward/services/casefile"
	"onward/services/fault"
)

// Contributions returns what makes up one figure of a query: every entry and state
// that counts in a group, those that are left out for want of consent included,
// the latest first. It counts as Compute does, and returns the same faults; the
// group must name a value for each dimension of the query, in its order.
func Contributions(cases iter.Seq[*casefile.Case], beside Programme, q Query, code Code, in []GroupValue) ([]Contribution, error) {
	q.Indicators = []Code{code}
	if err := q.Check(); err != nil {
		return nil, err
	}
	if len(in) != len(q.GroupBy) || !slices.EqualFunc(in, q.GroupBy, func(v GroupValue, d Dimension) bool { return v.Dimension == d }) {
		return nil, fault.Input("group", "must have a value for each dimension of groupBy, in its order")
	}
	c := newCounter(q, &beside.Places)
	asked := c.tables[len(c.tables)-1]
	heard := map[int][]Contribution{} // by cell
	c.hears = func(t *table, place int, found Contribution) {
		if t == asked {
			heard[place] = append(heard[place], found)
		}
	}
	c.all(cases, beside)
	for _, g := range asked.groups.sorted() {
		if slices.Equal(g.values, in) {
			all := heard[g.number*len(c.asked)]
			slices.SortFunc(all, Contribution.compare)
			return all, nil
		}
	}
	return nil, nil
}

// compare orders the latest first.
func (c Contribution) compare(o Contribution) int {
	return cmp.Or(cmp.Compare(o.On, c.On), strings.Compare(string(c.Case), string(o.Case)), slices.Compare(c.Entries, o.Entries),
		strings.Compare(string(c.Activity), string(o.Activity)), strings.Compare(string(c.Network), string(o.Network)))
}
