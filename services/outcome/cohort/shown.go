package cohort

import "math"

// ShownDays are the days since the start at which a published curve can have a
// point [J].
var ShownDays = []int{30, 60, 90, 180, 270, 365, 545, 730, 1095, 1460, 1825}

// ShownPoint is where a published curve stands at the end of a day.
type ShownPoint struct {
	Day      int
	Followed int     // persons who are known to have gone on past the day
	Survival float64 // in whole percent, 0 to 1
	Lower    float64 // rounded down to whole percent
	Upper    float64 // rounded up
}

// Shown returns what may be published of a curve on persons: of the ShownDays
// those from which no count of 1 to threshold-1 persons can be had. A day is shown
// where, since the last one shown, no spell or at least a threshold of them ended,
// where the same holds of those that were lost from sight, and where at least a
// threshold is followed past it; so the curve ends before fewer are. Any other day
// is left out, and its steps go into the next one that is shown. Nothing is shown
// of a cohort below the threshold.
//
// Whole percents hide on which days between the spells ended. The form is safe by
// itself; that two releases of one curve differ by few persons, Safe refuses.
func Shown(c Curve, threshold int) []ShownPoint {
	var shown []ShownPoint
	last := state{followed: c.Spells}
	for _, day := range ShownDays {
		now := c.at(day)
		if now.followed < threshold || small(now.ended-last.ended, threshold) || small(now.gone-last.gone, threshold) {
			continue
		}
		shown = append(shown, ShownPoint{
			Day: day, Followed: now.followed, Survival: math.Round(now.Survival*100) / 100,
			Lower: math.Floor(now.Lower*100) / 100, Upper: math.Ceil(now.Upper*100) / 100,
		})
		last = now
	}
	return shown
}

// small reports whether a count, or the difference of two, is neither nothing nor
// as great as the threshold.
func small(n, threshold int) bool { return n != 0 && -threshold < n && n < threshold }

// state is what has happened to a cohort by the end of a day since the start.
type state struct {
	ended, gone, followed  int
	Survival, Lower, Upper float64
}

// at returns the state at the end of a day.
func (c Curve) at(day int) state {
	s := state{followed: c.Spells, Survival: 1, Lower: 1, Upper: 1}
	for i, p := range c.Points {
		if p.Day > day {
			break
		}
		s.followed = c.atRisk(i + 1)
		s.ended += p.Ended
		s.gone = c.Spells - s.followed - s.ended
		s.Survival, s.Lower, s.Upper = p.Survival, p.Lower, p.Upper
	}
	return s
}

// atRisk returns how many are at risk at a point; after the last one, nobody is.
func (c Curve) atRisk(i int) int {
	if i < len(c.Points) {
		return c.Points[i].AtRisk
	}
	return 0
}
