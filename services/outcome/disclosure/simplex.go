package disclosure

import "errors"

// errTooLarge is what a tableau answers whose numbers outgrow its integers. It
// proves nothing, so whoever asked must take the figure for unprotected.
var errTooLarge = errors.New("the numbers of the linear programme outgrow its integers")

// largest is how large a number of a tableau may become: two products of such
// numbers fit in 64 bits.
const largest = 1 << 30

// simplex is a linear programme over variables that are not negative, in a basis
// in which it is feasible. All numbers are integers over one denominator, which is
// the pivot before (Edmonds): tables of counts have coefficients 0, 1 and -1, so
// the denominator is nearly always 1, and there is nothing to round. A row says
//
//	denominator * x[basic] = right side - sum of cell * x[column]
//
// The objective is a row like the others, the last one while it is there.
type simplex struct {
	rows        [][]int64 // the right side is the last number of a row
	denominator int64
	basic       []int // the variable of each row; artificial ones are negative
	columns     []int // the variable of each column
	next        int   // the number of the next slack
	tooLarge    bool
}

// artificial is a variable that must be 0: it holds an equation's place in the
// first basis.
const artificial = -1

// newSimplex returns the programme without a row, over the variables 0 to n-1.
func newSimplex(n int) *simplex {
	s := &simplex{denominator: 1, next: n}
	for v := range n {
		s.columns = append(s.columns, v)
	}
	return s
}

// add adds a row: its terms are at most the right side, or equal to it.
func (s *simplex) add(terms []term, right int64, equal bool) {
	row := make([]int64, len(s.columns)+1)
	for _, t := range terms {
		row[t.variable] += t.factor
	}
	row[len(s.columns)] = right
	basic := artificial
	if !equal && right >= 0 {
		basic = s.slack()
	} else if !equal {
		s.column(s.slack())
		row = append(row[:len(row)-1], 1, right)
	}
	if right < 0 {
		for j := range row {
			row[j] = -row[j]
		}
	}
	s.rows = append(s.rows, row)
	s.basic = append(s.basic, basic)
}

// slack returns a new variable that takes up what a row leaves.
func (s *simplex) slack() int {
	s.next++
	return s.next - 1
}

// column adds a column of zeros for a variable.
func (s *simplex) column(variable int) {
	for i, row := range s.rows {
		last := len(row) - 1
		s.rows[i] = append(row[:last], 0, row[last])
	}
	s.columns = append(s.columns, variable)
}

// start finds a feasible basis: it drives the artificial variables to 0 and takes
// them out, with the rows that say nothing new. It reports whether there is one.
func (s *simplex) start() (bool, error) {
	sum := make([]int64, len(s.columns)+1) // minus the sum of the artificial variables
	for i, row := range s.rows {
		if s.basic[i] != artificial {
			continue
		}
		for j, n := range row {
			sum[j] -= n
		}
	}
	s.rows = append(s.rows, sum)
	if _, err := s.climb(0); err != nil {
		return false, err
	}
	sum = s.rows[len(s.rows)-1]
	s.rows = s.rows[:len(s.rows)-1]
	if sum[len(sum)-1] != 0 {
		return false, nil
	}
	for i := len(s.rows) - 1; i >= 0; i-- {
		if s.basic[i] == artificial {
			s.expel(i)
		}
	}
	if s.tooLarge {
		return false, errTooLarge
	}
	return true, nil
}

// expel takes the artificial variable of a row, which is 0, out of the basis.
func (s *simplex) expel(r int) {
	row := s.rows[r]
	for c := range s.columns {
		if row[c] == 0 {
			continue
		}
		if row[c] < 0 {
			for j := range row {
				row[j] = -row[j]
			}
		}
		s.pivot(r, c)
		return
	}
	last := len(s.rows) - 1
	s.rows[r], s.basic[r] = s.rows[last], s.basic[last]
	s.rows, s.basic = s.rows[:last], s.basic[:last]
}

// maximise walks from the basis that it is in to one in which the terms are
// largest, or, earlier, to one in which they reach enough. It reports whether
// there is a largest or the terms grow without end; the value is then at.
func (s *simplex) maximise(terms []term, enough int64) (bounded bool, err error) {
	goal := make([]int64, len(s.columns)+1)
	factor := map[int]int64{}
	for _, t := range terms {
		factor[t.variable] += t.factor
	}
	for j, v := range s.columns {
		goal[j] = -factor[v] * s.denominator
	}
	for i, v := range s.basic {
		if f := factor[v]; f != 0 {
			for j, n := range s.rows[i] {
				goal[j] += f * n
			}
		}
	}
	s.rows = append(s.rows, goal)
	bounded, err = s.climb(enough)
	s.rows = s.rows[:len(s.rows)-1]
	return bounded, err
}

// patience is after how many steps that gain nothing Bland's rule takes over,
// which never goes in circles.
const patience = 20

// climb makes the last row as large as it can be, or at least enough.
func (s *simplex) climb(enough int64) (bounded bool, err error) {
	for idle := 0; ; {
		goal := s.rows[len(s.rows)-1]
		before := goal[len(goal)-1]
		if before >= enough*s.denominator {
			return true, nil
		}
		c := s.entering(goal, idle > patience)
		if c < 0 {
			return true, nil
		}
		r := s.leaving(c)
		if r < 0 {
			return false, nil
		}
		if s.rows[r][len(goal)-1] == 0 {
			idle++
		} else {
			idle = 0
		}
		s.pivot(r, c)
		if s.tooLarge {
			return false, errTooLarge
		}
	}
}

// entering returns the column by which the goal grows fastest or, to Bland's
// rule, that of the lowest variable by which it grows; -1 if there is none.
func (s *simplex) entering(goal []int64, bland bool) int {
	best := -1
	for c := range s.columns {
		if goal[c] >= 0 {
			continue
		}
		if best < 0 || bland && s.columns[c] < s.columns[best] || !bland && goal[c] < goal[best] {
			best = c
		}
	}
	return best
}

// leaving returns the row that first stops the growth of a column, that of the
// lowest variable among equals; -1 if none does.
func (s *simplex) leaving(c int) int {
	best := -1
	for i := range s.basic {
		row := s.rows[i]
		if row[c] <= 0 {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		last := len(row) - 1
		here, there := row[last]*s.rows[best][c], s.rows[best][last]*row[c]
		if here < there || here == there && s.basic[i] < s.basic[best] {
			best = i
		}
	}
	return best
}

// pivot exchanges the variable of a row for that of a column. An artificial
// variable that leaves does not come back.
func (s *simplex) pivot(r, c int) {
	row, p := s.rows[r], s.rows[r][c]
	var filled []int // columns of the row that are not 0: mostly few
	for j, n := range row {
		if n != 0 {
			filled = append(filled, j)
		}
	}
	for i, other := range s.rows {
		f := other[c]
		if i == r || f == 0 && p == s.denominator {
			continue
		}
		if p != s.denominator {
			s.scale(other, p, f, row)
		} else {
			s.subtract(other, f, row, filled)
		}
		other[c] = -f
	}
	row[c] = s.denominator
	s.denominator = p
	s.basic[r], s.columns[c] = s.columns[c], s.basic[r]
	if s.columns[c] == artificial {
		s.drop(c)
	}
}

// subtract takes a row, f times, from another whose denominator stays.
func (s *simplex) subtract(other []int64, f int64, row []int64, filled []int) {
	for _, j := range filled {
		v := f * row[j]
		if s.denominator != 1 {
			v /= s.denominator
		}
		other[j] -= v
		s.tooLarge = s.tooLarge || other[j] > largest || other[j] < -largest
	}
}

// scale takes a row, f times, from another and gives that the denominator p.
func (s *simplex) scale(other []int64, p, f int64, row []int64) {
	for j, n := range row {
		if other[j] == 0 && n == 0 {
			continue
		}
		other[j] = (other[j]*p - f*n) / s.denominator
		s.tooLarge = s.tooLarge || other[j] > largest || other[j] < -largest
	}
}

// drop takes a column out.
func (s *simplex) drop(c int) {
	last := len(s.columns) - 1
	for i, row := range s.rows {
		row[c] = row[last]
		row[last] = row[last+1]
		s.rows[i] = row[:last+1]
	}
	s.columns[c] = s.columns[last]
	s.columns = s.columns[:last]
}

// values returns the first n variables times the denominator.
func (s *simplex) values(n int) []int64 {
	out := make([]int64, n)
	for i, v := range s.basic {
		if v >= 0 && v < n {
			out[v] = s.rows[i][len(s.columns)]
		}
	}
	return out
}
