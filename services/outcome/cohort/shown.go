package cohort

import (
	"math"
	"slices"
)

// ShownDays are the days since the start at which a published curve can have a
// point [J].
var ShownDays = []int{30, 60, 90, 180, 270, 365, 545, 730, 1095, 1460, 1825}

// ShownPoint is where a published curve stands at the end of a day.
type ShownPoint struct {
	Day      int
	State            // of the persons of the cohort; the same number of them at every point
	Survival float64 // in whole percent, 0 to 1
	Lower    float64 // rounded down to whole percent
	Upper    float64 // rounded up
}

// State says how many persons of a cohort have ended by a day since their start,
// how many have gone from sight, and how many are known to go on past it.
type State struct {
	Ended, Gone, Followed int
}

func (s State) persons() int { return s.Ended + s.Gone + s.Followed }

// Shown returns what may be published of a curve on persons: of the ShownDays,
// those from which no count of 1 to threshold-1 persons can be had. A day is shown
// where, since the last one shown, nobody or at least a threshold of persons ended,
// where the same holds of those who have gone from sight, and where at least a
// threshold go on; so the curve ends before fewer do, and nothing is shown of a
// cohort below the threshold. Any other day is left out, and its steps go into the
// next one that is shown. Whole percents hide how the endings lie between the days.
//
// What was published of the same cohort before is held against it: a day is left
// out where its counts differ from those of any point by 1 to threshold-1, and the
// whole curve where the cohort itself has grown or shrunk by so few. Zeros are
// shown, as everywhere.
func Shown(c Curve, threshold int, before ...[]ShownPoint) []ShownPoint {
	var shown []ShownPoint
	last := State{Followed: c.Spells}
	for _, day := range ShownDays {
		now, at := c.by(day)
		hidden := now.Followed < threshold || now.Nears(last, threshold) ||
			slices.ContainsFunc(slices.Concat(before...), func(p ShownPoint) bool { return now.Nears(p.State, threshold) })
		if hidden {
			continue
		}
		shown = append(shown, ShownPoint{
			Day: day, State: now, Survival: math.Round(at.Survival*100) / 100,
			Lower: math.Floor(at.Lower*100) / 100, Upper: math.Ceil(at.Upper*100) / 100,
		})
		last = now
	}
	return shown
}

// Few reports whether the difference of two counts is of people who are few.
func Few(a, b, threshold int) bool { return a != b && a-b < threshold && b-a < threshold }

// Nears reports whether the difference of two states gives a small count away.
func (s State) Nears(o State, threshold int) bool {
	return Few(s.Ended, o.Ended, threshold) || Few(s.Gone, o.Gone, threshold) || Few(s.Followed, o.Followed, threshold) ||
		Few(s.persons(), o.persons(), threshold)
}

// by returns the state at the end of a day, and the point of the curve that holds
// then.
func (c Curve) by(day int) (State, Point) {
	s, at := State{Followed: c.Spells}, Point{Survival: 1, Lower: 1, Upper: 1}
	for i := 0; i < len(c.Points) && c.Points[i].Day <= day; i++ {
		at = c.Points[i]
		s.Ended += at.Ended
		s.Followed = c.atRisk(i + 1)
		s.Gone = c.Spells - s.Ended - s.Followed
	}
	return s, at
}

// atRisk returns how many are at risk at a point; after the last one, nobody is.
func (c Curve) atRisk(i int) int {
	if i < len(c.Points) {
		return c.Points[i].AtRisk
	}
	return 0
}
