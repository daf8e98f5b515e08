package disclosure

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"onward/services/calendar"
)

// published is a cell of one series in one release.
type published struct {
	*Decision
	release *Release
	place   place
}

// layer is which count of a share is meant. Other figures have a value only.
type layer int

const (
	value layer = iota
	base
)

// model is what the releases of one series say to a reader.
//
// Its unknowns, where each counted thing lies in one month, are the count of each
// group in each stretch of time that no period cuts: a period is a sum of stretches,
// so releases of other periods hang together. Of distinct persons they are the count
// of each group in each period: those who come twice make sums of time say little.
type model struct {
	problem
	cells    []published // the newest release first, then by place
	additive bool
	share    bool
	fixed    []string
	spans    []calendar.Period // stretches, or the periods
	tables   [][]*table        // by span, the finer ones last
	unknowns map[unknown]int
	wholes   []whole
	says     []statement // the newest release first
	against  []published // what contradicts what was read before it
}

// statement is a count that a cell says where it is shown, or that its table does:
// that a group which it does not list counts nobody.
type statement struct {
	row    int
	cell   published
	layer  layer
	nobody bool
}

// unknown names a count.
type unknown struct {
	layer layer
	place string
	span  int
}

// whole is a count and those of its parts in a finer table.
type whole struct {
	span  int
	place place
	parts []place
	exact bool // nothing lies in two parts
}

// table is the groups by some dimensions.
type table struct {
	dimensions []string
	groups     map[string]place
}

// newModel returns what a reader knows of a series after the releases, before he has
// read a number. The cells come from releases that are sorted, the newest first.
func newModel(cells []published) *model {
	m := &model{cells: cells, additive: cells[0].Additive, share: cells[0].Share, fixed: cells[0].Fixed, unknowns: map[unknown]int{}}
	m.spans = spans(cells, m.additive)
	for span := range m.spans {
		m.tables = append(m.tables, m.tablesIn(span))
		m.relateTables(span)
	}
	if !m.additive {
		m.relatePeriods()
	}
	for first := 0; first < len(cells); {
		end := first
		for end < len(cells) && cells[end].release == cells[first].release {
			end++
		}
		m.listen(cells[first:end])
		first = end
	}
	return m
}

// spans returns the periods of the cells or, where they add up, the stretches into
// which they cut each other; in order.
func spans(cells []published, additive bool) []calendar.Period {
	all, cuts := map[calendar.Period]bool{}, map[calendar.Day]bool{}
	for _, c := range cells {
		all[c.Period], cuts[c.Period.From], cuts[c.Period.To+1] = true, true, true
	}
	var out []calendar.Period
	if additive {
		days := slices.Sorted(maps.Keys(cuts))
		for i := range days[1:] {
			out = append(out, calendar.Period{From: days[i], To: days[i+1] - 1})
		}
		return out
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b calendar.Period) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
}

// covers returns the spans of which a period consists.
func (m *model) covers(p calendar.Period) []int {
	var out []int
	for i, s := range m.spans {
		if s == p || m.additive && within(s, p) {
			out = append(out, i)
		}
	}
	return out
}

// tablesIn returns the tables that are published for a span, and those that hold
// them together: what two of them have in common.
func (m *model) tablesIn(span int) []*table {
	named := map[string]*table{}
	add := func(dimensions []string) {
		key := placeOf(dimensions, nil).table
		if named[key] == nil {
			named[key] = &table{dimensions, map[string]place{}}
		}
	}
	here := map[string]bool{}
	for _, c := range m.cells {
		if slices.Contains(m.covers(c.Period), span) {
			here[c.place.table] = true
			add(c.place.dimensions)
		}
	}
	var cross *table
	if m.additive {
		cross = crossing(slices.Collect(maps.Values(named)), m.cells)
	}
	if cross != nil {
		add(cross.dimensions)
	}
	m.close(named, add)
	for _, c := range m.cells {
		if !here[c.place.table] {
			continue
		}
		for _, t := range named {
			if subset(t.dimensions, c.place.dimensions) {
				p := c.place.on(t.dimensions)
				t.groups[p.key] = p
			}
		}
	}
	if cross != nil {
		maps.Copy(named[placeOf(cross.dimensions, nil).table].groups, cross.groups)
	}
	return slices.SortedFunc(maps.Values(named), func(a, b *table) int {
		return cmp.Or(cmp.Compare(len(a.dimensions), len(b.dimensions)), slices.Compare(a.dimensions, b.dimensions))
	})
}

// close adds what two tables have in common until nothing is new and, of persons,
// each table by what is fixed in it, in which it adds up.
func (m *model) close(named map[string]*table, add func([]string)) {
	for before := -1; before < len(named); {
		before = len(named)
		all := slices.Collect(maps.Values(named))
		for _, a := range all {
			for _, b := range all {
				add(common(a.dimensions, b.dimensions))
			}
			if !m.additive {
				add(common(a.dimensions, m.fixed))
			}
		}
	}
}

// common returns the members of a that are in b too.
func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !slices.Contains(b, s) })
}

// subset reports whether every member of a is in b.
func subset(a, b []string) bool { return len(common(a, b)) == len(a) }

// layers returns the layers of the series.
func (m *model) layers() []layer {
	if m.share {
		return []layer{value, base}
	}
	return []layer{value}
}

// relateTables adds the counts of a span and relates each group to its parts in the
// next finer tables, and each count of a share to its base.
func (m *model) relateTables(span int) {
	for _, t := range m.tables[span] {
		for _, key := range slices.Sorted(maps.Keys(t.groups)) {
			for _, l := range m.layers() {
				m.unknowns[unknown{l, key, span}] = m.variable()
			}
			if m.share {
				m.relate([]term{{m.unknowns[unknown{value, key, span}], 1}, {m.unknowns[unknown{base, key, span}], -1}}, -endless, 0)
			}
		}
	}
	for i, coarse := range m.tables[span] {
		for _, fine := range m.tables[span][i+1:] {
			if m.next(coarse, fine, m.tables[span]) {
				m.relateGroups(coarse, fine, span)
			}
		}
	}
}

// next reports whether the fine table divides the coarse one and none between them
// does.
func (m *model) next(coarse, fine *table, all []*table) bool {
	if !subset(coarse.dimensions, fine.dimensions) {
		return false
	}
	return !slices.ContainsFunc(all, func(t *table) bool {
		return t != coarse && t != fine && subset(coarse.dimensions, t.dimensions) && subset(t.dimensions, fine.dimensions)
	})
}

// relateGroups relates the groups of one table to their parts in another.
func (m *model) relateGroups(coarse, fine *table, span int) {
	parts := map[string][]place{}
	for _, key := range slices.Sorted(maps.Keys(fine.groups)) {
		p := fine.groups[key]
		of := p.on(coarse.dimensions).key
		parts[of] = append(parts[of], p)
	}
	exact := m.additive || !slices.ContainsFunc(fine.dimensions, func(d string) bool {
		return !slices.Contains(coarse.dimensions, d) && !slices.Contains(m.fixed, d)
	})
	for _, key := range slices.Sorted(maps.Keys(coarse.groups)) {
		w := whole{span, coarse.groups[key], parts[key], exact}
		m.wholes = append(m.wholes, w)
		for _, l := range m.layers() {
			m.relateWhole(w, l)
		}
	}
}

// relateWhole says that a whole is the sum of its parts or, of persons, at most that
// and at least each of them.
func (m *model) relateWhole(w whole, l layer) {
	all := []term{{m.unknowns[unknown{l, w.place.key, w.span}], 1}}
	for _, p := range w.parts {
		part := m.unknowns[unknown{l, p.key, w.span}]
		all = append(all, term{part, -1})
		if !w.exact {
			m.relate([]term{{part, 1}, {all[0].variable, -1}}, -endless, 0)
		}
	}
	if w.exact {
		m.relate(all, 0, 0)
	} else {
		m.relate(all, -endless, 0)
	}
}

// relatePeriods relates the persons of one group in periods that lie in each other:
// a longer one has at least as many, and at most as many as shorter ones that make it
// up have together.
func (m *model) relatePeriods() {
	for span, period := range m.spans {
		for _, t := range m.tables[span] {
			for _, key := range slices.Sorted(maps.Keys(t.groups)) {
				for _, l := range m.layers() {
					m.relatePeriod(unknown{l, key, span}, period)
				}
			}
		}
	}
}

func (m *model) relatePeriod(u unknown, period calendar.Period) {
	var inside []int
	for span, p := range m.spans {
		v, ok := m.unknowns[unknown{u.layer, u.place, span}]
		if ok && span != u.span && within(p, period) {
			inside = append(inside, span)
			m.relate([]term{{v, 1}, {m.unknowns[u], -1}}, -endless, 0)
		}
	}
	all := []term{{m.unknowns[u], 1}}
	for day := period.From; day <= period.To; {
		far := -1
		for _, span := range inside {
			if m.spans[span].From <= day && m.spans[span].To >= day && (far < 0 || m.spans[span].To > m.spans[far].To) {
				far = span
			}
		}
		if far < 0 {
			return
		}
		all = append(all, term{m.unknowns[unknown{u.layer, u.place, far}], -1})
		day = m.spans[far].To + 1
	}
	m.relate(all, -endless, 0)
}

// terms returns a cell's count as a sum of unknowns.
func (m *model) terms(l layer, key string, period calendar.Period) []term {
	var out []term
	for _, span := range m.covers(period) {
		out = append(out, term{m.unknowns[unknown{l, key, span}], 1})
	}
	return out
}

// listen adds what the cells of one release may say, and their tables.
func (m *model) listen(cells []published) {
	listed := map[string]bool{}
	for _, c := range cells {
		listed[fmt.Sprint(c.Period, c.place.key)] = true
		for _, l := range m.layers() {
			m.hear(m.terms(l, c.place.key, c.Period), statement{cell: c, layer: l})
		}
	}
	done := map[string]bool{}
	for _, c := range cells {
		id := fmt.Sprint(c.Period, c.place.table)
		if done[id] {
			continue
		}
		done[id] = true
		for _, span := range m.covers(c.Period) {
			t := m.tables[span][slices.IndexFunc(m.tables[span], func(t *table) bool { return slices.Equal(t.dimensions, c.place.dimensions) })]
			for _, key := range slices.Sorted(maps.Keys(t.groups)) {
				for _, l := range m.layers() {
					if !listed[fmt.Sprint(c.Period, key)] {
						m.hear([]term{{m.unknowns[unknown{l, key, span}], 1}}, statement{cell: c, layer: l, nobody: true})
					}
				}
			}
		}
	}
}

func (m *model) hear(terms []term, s statement) {
	s.row = m.relate(terms, -endless, endless)
	m.says = append(m.says, s)
}

// read takes in what is shown, the newest release first, in place of what was read
// before. What an older one says against it was corrected since and is passed over.
func (m *model) read() {
	m.forget()
	m.against = nil
	for _, s := range m.says {
		m.rows[s.row].low, m.rows[s.row].high = -endless, endless
	}
	for _, s := range m.says {
		n := s.cell.Count
		if s.layer == base {
			n = s.cell.Base
		}
		if s.nobody {
			n = 0
		}
		if (s.nobody || s.cell.Shown()) && !m.learn(s.row, int64(n)) {
			m.against = append(m.against, s.cell)
		}
	}
}
