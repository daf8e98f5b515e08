package disclosure

import "slices"

// weighPart weighs the sums of one part. Each solution that turns up on the way is
// tried on the other sums first: most are cleared by one that was made for another.
// It reports false if tell says to stop.
func (m *model) weighPart(q *part, open []sum, err error, tell func(s sum, lower, upper int64) bool) bool {
	for len(open) > 0 {
		if err != nil { // nothing is proved
			if !tell(open[0], 0, endless) {
				return false
			}
			open = open[1:]
			continue
		}
		if open = m.clear(q, open); len(open) == 0 {
			break
		}
		var lower, upper int64
		var within bool
		lower, upper, within, err = m.bounds(q, open[0])
		if err != nil {
			continue
		}
		if within && !tell(open[0], lower, upper) {
			return false
		}
		open = open[1:]
	}
	return true
}

// clear returns the sums that may still lie between what they may not: it takes out
// those that do not in the solution at hand.
func (m *model) clear(q *part, sums []sum) []sum {
	values, d := q.programme.values(len(q.variables)), q.programme.denominator
	return slices.DeleteFunc(sums, func(s sum) bool {
		terms, constant := m.shift(q, s.terms)
		n := constant * d
		for _, t := range terms {
			n += t.factor * values[t.variable]
		}
		return n <= (s.low-1)*d || n >= (s.high+1)*d
	})
}

// anything is beyond every count: what may not be between it and its opposite is
// always told.
const anything = int64(1) << 31

// bounds returns the bounds of a sum, and whether they are within what it may not be.
// Where they are not, the bounds are not made out.
func (m *model) bounds(q *part, s sum) (lower, upper int64, within bool, err error) {
	terms, constant := m.shift(q, s.terms)
	upper, reached, err := q.most(terms, s.high+1-constant)
	if err != nil || reached && s.high < anything {
		return 0, endless, false, err
	}
	lower, reached, err = q.most(negative(terms), constant-s.low+1)
	if err != nil || reached {
		return 0, endless, false, err
	}
	lower, upper = constant-lower, constant+upper
	return lower, upper, s.near == 0 || upper-lower <= s.near, nil
}

// most returns the largest whole number that the terms can be, or that they reach
// enough.
func (q *part) most(terms []term, enough int64) (n int64, reached bool, err error) {
	bounded, err := q.programme.maximise(terms, enough)
	if err != nil || !bounded {
		return endless, true, err
	}
	values := q.programme.values(len(q.variables))
	for _, t := range terms {
		n += t.factor * values[t.variable]
	}
	d := q.programme.denominator
	if n >= enough*d {
		return 0, true, nil
	}
	if n < 0 && n%d != 0 {
		return n/d - 1, false, nil
	}
	return n / d, false, nil
}
