package cohort

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// Spell is a time that lasted from a start to an ending, or to the last day on
// which it is known to have gone on.
type Spell struct {
	Days  int  // from the first day to the last, 0 or more
	Ended bool // false: it went on on the last day, and no more is known
	Start
}

// Curve is an estimate of the share that goes on, by the days since the start.
type Curve struct {
	Spells int     // how many it rests on
	Points []Point // one for each day on which a spell ended or was last known of, in order

	// Median is the first day after which at most half go on; nil where the curve
	// does not come down so far.
	Median *int
}

// Point is where a curve stands from a day on.
type Point struct {
	Day      int     // since the start
	AtRisk   int     // spells that had neither ended nor been lost from sight before the day
	Ended    int     // on the day
	Survival float64 // the share that goes on past the day, 0 to 1
	Lower    float64 // the bounds of its 95% confidence interval
	Upper    float64
}

// z95 is the 97.5% point of the standard normal distribution.
const z95 = 1.959963984540054

// rounding is more than what the product of a curve's shares can be wrong by.
const rounding = 1e-9

// Estimate returns the product-limit estimate of Kaplan and Meier. What ended on
// the day on which another spell was last known of ended first: the other one was
// at risk. Without spells the curve has no points.
//
// The bounds are those of the log(-log) scale, with Greenwood's variance: S to the
// power exp(±1.96·s/|log S|), where s² is the sum of ended/(atRisk·(atRisk-ended)).
// They stay between 0 and 1. While nothing has ended the formula knows no variance
// and both are 1; where everything has ended it has no value, and they are 0 and
// the upper bound of the point before.
//
// Kaplan and Meier, Journal of the American Statistical Association 53 (1958),
// 457–481; Greenwood, Reports on Public Health and Medical Subjects 33 (1926);
// Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data (1980),
// section 1.3.
func Estimate(spells []Spell) Curve {
	c := Curve{Spells: len(spells)}
	survival, variance, upper := 1.0, 0.0, 1.0
	atRisk := len(spells)
	for d := range byDay(spells) {
		ended := d.ended[0]
		p := Point{Day: d.on, AtRisk: atRisk, Ended: ended}
		survival *= float64(atRisk-ended) / float64(atRisk)
		variance += float64(ended) / (float64(atRisk) * float64(atRisk-ended))
		p.Survival = survival
		p.Lower, p.Upper = bounds(survival, variance, upper)
		upper = p.Upper
		if c.Median == nil && survival <= 0.5+rounding {
			median := p.Day
			c.Median = &median
		}
		c.Points = append(c.Points, p)
		atRisk -= d.over(0)
	}
	return c
}

// day is how many spells of one cohort, or of two, ended on a day since their
// start, and how many others were last known of on it.
type day struct {
	on          int
	ended, gone [2]int
}

// over returns how many spells of a cohort are no longer at risk after the day.
func (d day) over(cohort int) int { return d.ended[cohort] + d.gone[cohort] }

// byDay yields the days of one cohort, or of two, in order: each day on which a
// spell ended or was last known of.
func byDay(cohorts ...[]Spell) iter.Seq[day] {
	type lasted struct {
		days, cohort int
		ended        bool
	}
	var all []lasted
	for cohort, spells := range cohorts {
		all = slices.Grow(all, len(spells))
		for i := range spells {
			all = append(all, lasted{spells[i].Days, cohort, spells[i].Ended})
		}
	}
	slices.SortFunc(all, func(a, b lasted) int { return cmp.Compare(a.days, b.days) })
	return func(yield func(day) bool) {
		for rest := all; len(rest) > 0; {
			d := day{on: rest[0].days}
			for len(rest) > 0 && rest[0].days == d.on {
				if rest[0].ended {
					d.ended[rest[0].cohort]++
				} else {
					d.gone[rest[0].cohort]++
				}
				rest = rest[1:]
			}
			if !yield(d) {
				return
			}
		}
	}
}

// bounds returns the confidence bounds; before is the upper one of the point
// before.
func bounds(survival, variance, before float64) (lower, upper float64) {
	switch {
	case survival <= 0:
		return 0, before
	case variance == 0:
		return 1, 1
	}
	width := z95 * math.Sqrt(variance) / math.Abs(math.Log(survival))
	return math.Pow(survival, math.Exp(width)), math.Pow(survival, math.Exp(-width))
}
