package disclosure

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"onward/services/calendar"
)

// Why is what is wrong with what is published.
type Why string

// The kinds of findings.
const (
	Small      Why = "SMALL"      // a small figure is shown
	Derivable  Why = "DERIVABLE"  // a withheld figure is small, and what is shown tells so
	Told       Why = "TOLD"       // what is shown tells, nearly enough, a figure that is kept back
	Everyone   Why = "EVERYONE"   // what is shown tells that a withheld share is none or all of a group
	Together   Why = "TOGETHER"   // the withheld parts of a group are small together, and what is shown tells so
	Difference Why = "DIFFERENCE" // a period in another, or a group in another, leaves a small rest
	Changed    Why = "CHANGED"    // two releases say different things of one cell, with a small difference
)

// meaning says a kind in words.
var meaning = map[Why]string{
	Small:      "a small figure is shown",
	Derivable:  "the withheld figure is small, as what is shown tells",
	Told:       "the figure is kept back, and what is shown tells it nearly",
	Everyone:   "the withheld share is none or all of the group, as what is shown tells",
	Together:   "the withheld parts are small together, as what is shown tells",
	Difference: "little is left of it beside another figure that is a part of it",
	Changed:    "it differs by little from what another release says",
}

// Finding is a cell of which readers can tell what they must not. Lower and Upper are
// between what they know the number to lie: the figure itself, who does not fulfil a
// share, its base, or the rest or change that Why names.
type Finding struct {
	Release int // that has the cell
	Series  string
	Group   []Coordinate
	Period  calendar.Period
	Why     Why

	Lower, Upper int
}

// String says which cell it is and what is wrong, without a number, so that it can
// be read by those who may not see the figure.
func (f Finding) String() string { return name(f.Series, f.Group, f.Period) + ": " + meaning[f.Why] }

// key says what the finding is about, whatever the bounds.
func (f Finding) key() string { return fmt.Sprint(f.Release, f.String()) }

// Audit returns what readers of the releases can tell of people who are few: every
// small figure that is shown; every withheld cell that is, or whose base or
// remainder is, certainly from 1 to the threshold less one; every withheld
// share of a group that is certainly none or all of it; every cell that is kept and that
// they know as nearly as a small figure; withheld parts that are
// certainly small together; and every small difference between figures of one group in
// two periods, of which one lies in the other, or of one cell in two releases.
func Audit(releases []Release, threshold int) []Finding {
	all := bySeries(releases)
	found := make([][]Finding, len(all))
	sideBySide(all, func(n int, cells []published) {
		q := inquiry{threshold: threshold}
		q.audit(newModel(cells))
		found[n] = q.found
	})
	return slices.Concat(found...)
}

// sideBySide works on every series, as many at once as there are processors: what is
// known of one says nothing of another.
func sideBySide(all [][]published, work func(n int, series []published)) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for n, series := range all {
		group.Go(func() error {
			work(n, series)
			return nil
		})
	}
	_ = group.Wait() // nothing fails
}

// Check returns what forbids publishing the next release after the earlier ones: what
// Audit finds with it and not without it.
func Check(next Release, earlier []Release, threshold int) []Finding {
	before := map[string]bool{}
	for _, f := range Audit(earlier, threshold) {
		before[f.key()] = true
	}
	found := Audit(append(slices.Clone(earlier), next), threshold)
	return slices.DeleteFunc(found, func(f Finding) bool { return before[f.key()] })
}

// bySeries returns the cells about people, by series and the newest release first,
// in an order that does not depend on that in the releases.
func bySeries(releases []Release) [][]published {
	var all []published
	for i := range releases {
		for j := range releases[i].Cells {
			if d := &releases[i].Cells[j]; !d.Exempt {
				all = append(all, published{d, &releases[i], d.place()})
			}
		}
	}
	slices.SortFunc(all, func(a, b published) int {
		return cmp.Or(cmp.Compare(a.Series, b.Series), -cmp.Compare(a.release.Number, b.release.Number), a.compare(b))
	})
	var out [][]published
	for first := 0; first < len(all); {
		end := first
		for end < len(all) && all[end].Series == all[first].Series {
			end++
		}
		out = append(out, all[first:end])
		first = end
	}
	return out
}

// compare orders cells of a series: coarse tables first.
func (c published) compare(d published) int {
	return cmp.Or(cmp.Compare(len(c.place.dimensions), len(d.place.dimensions)), slices.Compare(c.place.dimensions, d.place.dimensions),
		slices.Compare(c.place.values, d.place.values), cmp.Compare(c.Period.From, d.Period.From), cmp.Compare(c.Period.To, d.Period.To))
}

// sum is a count that may not be told to lie between low and high, both included; if
// near is set, nor between any two numbers as near as that to each other.
type sum struct {
	terms     []term
	low, high int64
	near      int64
	cell      published // the finding's
	group     []Coordinate
	why       Why
}

// inquiry looks for findings in one series.
type inquiry struct {
	threshold int
	known     map[string]bool // what is not asked for
	one       bool            // one finding is enough
	found     []Finding
}

// tell takes a finding in. It reports whether more are asked for.
func (q *inquiry) tell(s sum, lower, upper int64) bool {
	f := Finding{s.cell.release.Number, s.cell.Series, s.group, s.cell.Period, s.why, int(lower), int(upper)}
	if key := f.key(); !q.known[key] && !slices.ContainsFunc(q.found, func(o Finding) bool { return o.key() == key }) {
		q.found = append(q.found, f)
	}
	return !q.one || len(q.found) == 0
}

// audit looks for all there is.
func (q *inquiry) audit(m *model) {
	q.found = nil
	if q.shown(m.cells) {
		q.weigh(m)
	}
	slices.SortFunc(q.found, func(a, b Finding) int {
		return cmp.Or(-cmp.Compare(a.Release, b.Release), cmp.Compare(a.key(), b.key()))
	})
}

// weigh looks for what can be reckoned. Where the releases contradict each other in
// a way that no row alone tells, the oldest one gives way.
func (q *inquiry) weigh(m *model) {
	for m.read(); !m.weigh(m.secrets(int64(q.threshold-1)), q.tell); m.read() {
		oldest := m.cells[len(m.cells)-1].release
		newer := slices.DeleteFunc(slices.Clone(m.cells), func(c published) bool { return c.release == oldest })
		if len(newer) == 0 {
			return
		}
		m = newModel(newer)
	}
}

// shown looks for what is shown and small, and for figures that are shown and leave
// a small difference.
func (q *inquiry) shown(cells []published) bool {
	groups := map[string][]published{}
	for _, c := range cells {
		if !c.Shown() {
			continue
		}
		if primary(c.Cell, q.threshold) != "" && !q.tell(sum{cell: c, group: c.Group, why: Small}, int64(c.Count), int64(c.Count)) {
			return false
		}
		for _, o := range groups[c.place.key] {
			if !q.compare(c, o) {
				return false
			}
		}
		groups[c.place.key] = append(groups[c.place.key], c)
	}
	return true
}

// compare looks for a small difference between two figures of one group: c of the
// older release, or of the same.
func (q *inquiry) compare(c, o published) bool {
	if !within(c.Period, o.Period) && !within(o.Period, c.Period) {
		return true
	}
	s := sum{cell: o, group: o.Group, why: Difference}
	if c.Period == o.Period {
		s.why = Changed
	}
	rests := []int{o.Count - c.Count, o.Base - c.Base}
	if c.Additive && s.why == Difference {
		rests = append(rests, rests[1]-rests[0])
	}
	for _, n := range rests {
		if s.why == Changed {
			n = max(n, -n)
		} else if within(o.Period, c.Period) {
			n = -n
		}
		if n > 0 && n < q.threshold && !q.tell(s, int64(n), int64(n)) {
			return false
		}
	}
	return true
}

// counts returns the counts of a group in some spans: how many there are and, of a
// share, how many fulfil it, how many there are and how many do not.
func (m *model) counts(key string, spans []int) [][]term {
	var fulfil, all []term
	for _, s := range spans {
		fulfil = append(fulfil, term{m.unknowns[unknown{value, key, s}], 1})
		if m.share {
			all = append(all, term{m.unknowns[unknown{base, key, s}], 1})
		}
	}
	if !m.share {
		return [][]term{fulfil}
	}
	return [][]term{fulfil, all, append(slices.Clone(all), negative(fulfil)...)}
}

// secrets returns every sum that may not be told to be from 1 to most, or to be
// none or all.
func (m *model) secrets(most int64) []sum {
	var out []sum
	for _, c := range m.cells {
		if !c.Shown() {
			out = append(out, m.secretsOf(c, most)...)
		}
	}
	out = append(out, m.restsInTime(most)...)
	out = append(out, m.restsTogether(most)...)
	return append(out, m.restsOfPersons(most)...)
}

// secretsOf returns those of a withheld cell.
func (m *model) secretsOf(c published, most int64) []sum {
	var out []sum
	counts := m.counts(c.place.key, m.covers(c.Period))
	if c.Reason == Chosen && !slices.ContainsFunc(m.cells, func(o published) bool { return o.tells(c) }) {
		out = append(out, sum{terms: counts[0], low: -anything, high: anything, near: most - 1, cell: c, group: c.Group, why: Told})
	}
	for i, terms := range counts {
		out = append(out, sum{terms: terms, low: 1, high: most, cell: c, group: c.Group, why: Derivable})
		everyone := m.share && i != 1 && len(c.Group) > 0
		if everyone && slices.ContainsFunc(counts[1], func(t term) bool { return m.high[t.variable] > 0 }) {
			out = append(out, sum{terms: terms, cell: c, group: c.Group, why: Everyone})
		}
	}
	for _, o := range m.cells {
		if o.tells(c) {
			for i, n := range []int{o.Count, o.Base}[:len(m.layers())] {
				more := sum{terms: counts[i], low: int64(n) + 1, high: int64(n) + most, cell: c, group: c.Group, why: Changed}
				less := more
				less.low, less.high = int64(n)-most, int64(n)-1
				out = append(out, more, less)
			}
		}
	}
	return out
}

// tells reports whether the cell is another one, withheld, in a release that shows it.
func (o published) tells(c published) bool {
	return o.Shown() && o.release != c.release && o.Period == c.Period && o.place.key == c.place.key
}

// restsInTime returns what periods leave of those in which they lie: of what adds up
// the count of the other days, of persons those who come on other days only.
func (m *model) restsInTime(most int64) []sum {
	groups := map[string][]published{}
	var out []sum
	for _, c := range m.cells {
		key := c.place.key
		for _, o := range groups[key] {
			if c.Shown() && o.Shown() || c.Period == o.Period {
				continue // shown finds those
			}
			if within(c.Period, o.Period) {
				out = append(out, m.restInTime(o, c, most)...)
			} else if within(o.Period, c.Period) {
				out = append(out, m.restInTime(c, o, most)...)
			}
		}
		groups[key] = append(groups[key], c)
	}
	return out
}

func (m *model) restInTime(long, short published, most int64) []sum {
	var out []sum
	key := long.place.key
	if !m.additive {
		for _, l := range m.layers() {
			terms := append(m.terms(l, key, long.Period), negative(m.terms(l, key, short.Period))...)
			out = append(out, sum{terms: terms, low: 1, high: most, cell: long, group: long.Group, why: Difference})
		}
		return out
	}
	inside := m.covers(short.Period)
	rest := slices.DeleteFunc(m.covers(long.Period), func(s int) bool { return slices.Contains(inside, s) })
	for _, terms := range m.counts(key, rest) {
		out = append(out, sum{terms: terms, low: 1, high: most, cell: long, group: long.Group, why: Difference})
	}
	return out
}

// restsTogether returns the withheld parts of each group, together.
func (m *model) restsTogether(most int64) []sum {
	type table struct {
		release *Release
		period  calendar.Period
	}
	withheld := map[table]map[string]published{}
	var order []table
	for _, c := range m.cells {
		t := table{c.release, c.Period}
		if withheld[t] == nil {
			withheld[t] = map[string]published{}
			order = append(order, t)
		}
		if !c.Shown() {
			withheld[t][c.place.key] = c
		}
	}
	var out []sum
	for _, t := range order {
		spans := m.covers(t.period)
		for _, w := range m.wholes {
			if w.exact && w.span == spans[0] {
				out = append(out, m.restTogether(w, withheld[t], spans, most)...)
			}
		}
	}
	return out
}

func (m *model) restTogether(w whole, withheld map[string]published, spans []int, most int64) []sum {
	var all [][]term
	var parts int
	var cell published
	for _, p := range w.parts {
		c, ok := withheld[p.key]
		if !ok {
			continue
		}
		parts, cell = parts+1, c
		for i, terms := range m.counts(p.key, spans) {
			if i == len(all) {
				all = append(all, nil)
			}
			all[i] = append(all[i], terms...)
		}
	}
	var out []sum
	if parts > 1 {
		for _, terms := range all {
			out = append(out, sum{terms: terms, low: 1, high: most, cell: cell, group: w.place.group(), why: Together})
		}
	}
	return out
}

// restsOfPersons returns how many persons of a group are not in a part of it, where
// both are known.
func (m *model) restsOfPersons(most int64) []sum {
	type where struct {
		place  string
		period calendar.Period
	}
	newest := map[where]published{}
	for _, c := range slices.Backward(m.cells) {
		newest[where{c.place.key, c.Period}] = c
	}
	var out []sum
	for _, w := range m.wholes {
		if w.exact {
			continue
		}
		for _, p := range w.parts {
			c, ok := newest[where{p.key, m.spans[w.span]}]
			if !ok {
				continue // nothing is published of it
			}
			for _, l := range m.layers() {
				a, b := m.unknowns[unknown{l, w.place.key, w.span}], m.unknowns[unknown{l, p.key, w.span}]
				if m.known(a) && m.known(b) {
					out = append(out, sum{terms: []term{{a, 1}, {b, -1}}, low: 1, high: most, cell: c, group: c.Group, why: Difference})
				}
			}
		}
	}
	return out
}

// group returns the coordinates of a place.
func (p place) group() []Coordinate {
	var out []Coordinate
	for i, d := range p.dimensions {
		out = append(out, Coordinate{d, p.values[i]})
	}
	return out
}

// weigh calls tell for every sum that certainly lies between what it may not, with
// the bounds of it, until that says to stop. It reports false if nothing can be as
// the releases say.
func (m *model) weigh(sums []sum, tell func(s sum, lower, upper int64) bool) bool {
	var terms [][]term
	for _, s := range sums {
		terms = append(terms, s.terms)
	}
	of := map[*part][]sum{}
	parts := m.parts(terms)
	owner := map[int]*part{}
	for _, q := range parts {
		for _, v := range q.variables {
			owner[v] = q
		}
	}
	for _, s := range sums {
		i := slices.IndexFunc(s.terms, func(t term) bool { return !m.known(t.variable) })
		if i >= 0 {
			q := owner[s.terms[i].variable]
			of[q] = append(of[q], s)
			continue
		}
		_, n := m.shift(&part{}, s.terms)
		if s.low <= n && n <= s.high && !tell(s, n, n) {
			return true
		}
	}
	for _, q := range parts {
		possible, err := m.solve(q)
		if err == nil && !possible {
			return false
		}
		if !m.weighPart(q, of[q], err, tell) {
			return true
		}
	}
	return true
}
