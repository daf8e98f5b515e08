package disclosure

import "onward/services/calendar"

// PrimaryOnly takes complementary suppression out of Protect until the function that
// it returns is called.
func PrimaryOnly() (undo func()) {
	complementary = false
	return func() { complementary = true }
}

// Bound says between what a withheld cell's figure lies for a reader of all releases.
// Upper is -1 where nothing limits it.
type Bound struct {
	Release      int
	Series       string
	Group        []Coordinate
	Period       calendar.Period
	Lower, Upper int
}

// Bounds returns the bounds of every withheld figure: those of the linear programme,
// narrowed to whole numbers.
func Bounds(releases []Release) []Bound {
	var out []Bound
	for _, cells := range bySeries(releases) {
		m := newModel(cells)
		m.read()
		var sums []sum
		for _, c := range cells {
			if !c.Shown() {
				sums = append(sums, sum{terms: m.terms(value, c.place.key, c.Period), cell: c, low: -anything, high: anything})
			}
		}
		m.weigh(sums, func(s sum, lower, upper int64) bool {
			if upper >= anything {
				upper = -1
			}
			out = append(out, Bound{s.cell.release.Number, s.cell.Series, s.cell.Group, s.cell.Period, int(lower), int(upper)})
			return true
		})
	}
	return out
}
