package cohort

import "math"

// Level is the probability below which a difference between two cohorts is not
// taken for chance [J].
const Level = 0.05

// Comparison is the log-rank test of a cohort against another one.
type Comparison struct {
	Ended     int     // spells of the first cohort that ended
	Expected  float64 // how many would have, if both cohorts were alike
	Variance  float64 // of the difference
	ChiSquare float64 // with one degree of freedom
	P         float64 // the probability of so great a difference, either way, by chance
}

// Behind reports whether more ended in the first cohort than chance explains.
func (c Comparison) Behind() bool { return float64(c.Ended) > c.Expected && c.P < Level }

// Compare compares a cohort with the one before it. Each day on which a spell of
// either ended is a table of two by two; the variance is hypergeometric. Where no
// spell ended while both were at risk there is nothing to compare, and P is 1.
//
// Mantel, Cancer Chemotherapy Reports 50 (1966), 163–170; Peto and Peto, Journal
// of the Royal Statistical Society A 135 (1972), 185–207.
func Compare(recent, before []Spell) Comparison {
	var c Comparison
	atRisk, other := float64(len(recent)), float64(len(before))
	for d := range byDay(recent, before) {
		all, ended := atRisk+other, float64(d.ended[0]+d.ended[1])
		c.Ended += d.ended[0]
		c.Expected += ended * atRisk / all
		if all > 1 {
			c.Variance += ended * (all - ended) * atRisk * other / (all * all * (all - 1))
		}
		atRisk -= float64(d.over(0))
		other -= float64(d.over(1))
	}
	c.P = 1
	if c.Variance > 0 {
		c.ChiSquare = math.Pow(float64(c.Ended)-c.Expected, 2) / c.Variance
		c.P = math.Erfc(math.Sqrt(c.ChiSquare / 2))
	}
	return c
}
