package disclosure

import "slices"

// endless stands for a bound that there is not. Counts stay far below half of it,
// so that a sum shows whether it has an end.
const endless = int64(1) << 40

// term is a variable times a whole number.
type term struct {
	variable int
	factor   int64
}

// row is a relation: the terms lie between low and high, both included. Factors
// are 1 and -1, and no variable occurs twice.
type row struct {
	terms     []term
	low, high int64
}

// problem is what somebody knows who reads everything that is published: unknown
// counts, between bounds, and relations between them.
type problem struct {
	low, high []int64 // of each variable
	rows      []row
	rowsOf    [][]int // of each variable
	undo      []change
}

// change is what a bound was before.
type change struct {
	variable  int
	low, high int64
}

// variable adds an unknown count and returns its number.
func (p *problem) variable() int {
	p.low, p.high, p.rowsOf = append(p.low, 0), append(p.high, endless), append(p.rowsOf, nil)
	return len(p.low) - 1
}

// relate adds a relation and returns its number.
func (p *problem) relate(terms []term, low, high int64) int {
	n := len(p.rows)
	p.rows = append(p.rows, row{terms, low, high})
	for _, t := range terms {
		p.rowsOf[t.variable] = append(p.rowsOf[t.variable], n)
	}
	return n
}

// forget takes every count for anything again.
func (p *problem) forget() {
	for v := range p.low {
		p.low[v], p.high[v] = 0, endless
	}
}

// learn fixes the value of a relation and follows what that says about others. If
// it contradicts what is known it is forgotten again, and learn reports false.
func (p *problem) learn(n int, value int64) bool {
	low, high := p.rows[n].low, p.rows[n].high
	p.undo = p.undo[:0]
	if value >= low && value <= high {
		p.rows[n].low, p.rows[n].high = value, value
		if p.follow(n) {
			return true
		}
	}
	p.rows[n].low, p.rows[n].high = low, high
	for _, c := range slices.Backward(p.undo) {
		p.low[c.variable], p.high[c.variable] = c.low, c.high
	}
	return false
}

// follow narrows the bounds of variables by a relation and by those that it
// touches, until nothing changes. It reports whether they can all hold. Counts are
// whole, so bounds can only change so often; the limit is for long ways there, and
// the programme finds what is left.
func (p *problem) follow(first ...int) bool {
	queue, waiting := slices.Clone(first), map[int]bool{}
	for steps := 0; len(queue) > 0 && steps < 20*len(p.rows); steps++ {
		n := queue[0]
		queue = queue[1:]
		delete(waiting, n)
		changed, possible := p.narrow(p.rows[n])
		if !possible {
			return false
		}
		for _, v := range changed {
			for _, m := range p.rowsOf[v] {
				if !waiting[m] && m != n {
					waiting[m] = true
					queue = append(queue, m)
				}
			}
		}
	}
	return true
}

// narrow narrows the bounds of a relation's variables by the relation alone.
func (p *problem) narrow(r row) (changed []int, possible bool) {
	least, most := int64(0), int64(0)
	for _, t := range r.terms {
		low, high := p.span(t)
		least, most = least+low, most+high
	}
	for _, t := range r.terms {
		low, high := p.span(t)
		newLow, newHigh := low, high
		if r.high < endless && least-low > -endless/2 {
			newHigh = min(high, r.high-(least-low))
		}
		if r.low > -endless && most-high < endless/2 {
			newLow = max(low, r.low-(most-high))
		}
		if newLow > newHigh {
			return nil, false
		}
		if newLow == low && newHigh == high {
			continue
		}
		p.set(t, newLow, newHigh)
		changed = append(changed, t.variable)
		least, most = least+newLow-low, most+newHigh-high
	}
	return changed, true
}

// span returns between what a term lies.
func (p *problem) span(t term) (low, high int64) {
	if t.factor < 0 {
		return -p.high[t.variable], -p.low[t.variable]
	}
	return p.low[t.variable], p.high[t.variable]
}

// set says between what a term lies.
func (p *problem) set(t term, low, high int64) {
	p.undo = append(p.undo, change{t.variable, p.low[t.variable], p.high[t.variable]})
	if t.factor < 0 {
		low, high = -high, -low
	}
	p.low[t.variable], p.high[t.variable] = low, high
}

// known reports whether a variable can have one value only.
func (p *problem) known(variable int) bool { return p.low[variable] == p.high[variable] }

// part is a set of unknowns that have nothing to do with others, as a programme.
type part struct {
	variables []int // of the problem, by number in the programme
	number    map[int]int
	low       []int64 // what the programme counts each variable from
	programme *simplex
}

// parts splits what is unknown into parts: variables that share a relation or one
// of the sums.
func (p *problem) parts(sums [][]term) []*part {
	parent := make([]int, len(p.low))
	for v := range parent {
		parent[v] = v
	}
	find := func(v int) int {
		for parent[v] != v {
			parent[v] = parent[parent[v]]
			v = parent[v]
		}
		return v
	}
	asked := make([]bool, len(p.low))
	join := func(terms []term, ask bool) {
		first := -1
		for _, t := range terms {
			if p.known(t.variable) {
				continue
			}
			asked[t.variable] = asked[t.variable] || ask
			if first < 0 {
				first = find(t.variable)
			}
			parent[find(t.variable)] = first
		}
	}
	for _, r := range p.rows {
		if r.low > -endless || r.high < endless {
			join(r.terms, false)
		}
	}
	for _, s := range sums {
		join(s, true)
	}
	wanted := map[int]bool{}
	for v, a := range asked {
		if a {
			wanted[find(v)] = true
		}
	}
	byRoot := map[int]*part{}
	var out []*part
	for v := range p.low {
		root := find(v)
		if p.known(v) || !wanted[root] {
			continue
		}
		if byRoot[root] == nil {
			byRoot[root] = &part{number: map[int]int{}}
			out = append(out, byRoot[root])
		}
		q := byRoot[root]
		q.number[v] = len(q.variables)
		q.variables = append(q.variables, v)
		q.low = append(q.low, p.low[v])
	}
	return out
}

// solve finds a first solution of the part's programme. It reports whether there
// is one.
func (p *problem) solve(q *part) (bool, error) {
	q.programme = newSimplex(len(q.variables))
	implied := make([]bool, len(q.variables))
	seen := map[int]bool{}
	for _, v := range q.variables {
		for _, n := range p.rowsOf[v] {
			if !seen[n] {
				seen[n] = true
				p.addRow(q, p.rows[n], implied)
			}
		}
	}
	for i, v := range q.variables {
		if !implied[i] && p.high[v] < endless {
			q.programme.add([]term{{i, 1}}, p.high[v]-p.low[v], false)
		}
	}
	return q.programme.start()
}

// addRow adds a relation to the part's programme, without what is known. It marks
// variables whose upper bound the relation says as well.
func (p *problem) addRow(q *part, r row, implied []bool) {
	terms, constant := p.shift(q, r.terms)
	if len(terms) < 2 {
		return // it is in the bounds
	}
	low, high := r.low, r.high
	positive := !slices.ContainsFunc(terms, func(t term) bool { return t.factor < 0 })
	if high < endless && positive {
		for _, t := range terms {
			v := q.variables[t.variable]
			implied[t.variable] = implied[t.variable] || p.high[v]-p.low[v] >= high-constant
		}
	}
	if low == high {
		q.programme.add(terms, high-constant, true)
		return
	}
	if high < endless {
		q.programme.add(terms, high-constant, false)
	}
	if low > -endless {
		q.programme.add(negative(terms), constant-low, false)
	}
}

// shift puts terms in the part's numbers, counted from the lower bounds, and
// returns apart from them what is known of the sum.
func (p *problem) shift(q *part, terms []term) (out []term, constant int64) {
	for _, t := range terms {
		constant += t.factor * p.low[t.variable]
		if n, ok := q.number[t.variable]; ok && !p.known(t.variable) {
			out = append(out, term{n, t.factor})
		}
	}
	return out, constant
}

// negative returns the terms with the other sign.
func negative(terms []term) []term {
	out := slices.Clone(terms)
	for i := range out {
		out[i].factor = -out[i].factor
	}
	return out
}
