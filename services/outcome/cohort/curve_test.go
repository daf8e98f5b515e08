package cohort_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/outcome/cohort"
)

// The worked examples. A plus sign marks a time after which no more is known.
//
// 6-mercaptopurine against placebo: weeks of remission of 42 patients. Freireich
// and others, Blood 21 (1963), 699–716; the table and the estimates stand in Cox
// and Oakes, Analysis of Survival Data (1984), table 1.1, Kalbfleisch and Prentice
// (1980) and Kleinbaum and Klein, Survival Analysis, chapter 2.
//
// Maintenance of chemotherapy in acute myelogenous leukaemia: weeks. Miller,
// Survival Analysis (1981), page 49; the data set aml of R's package survival.
const (
	mercaptopurine = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
	placebo        = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
	maintained     = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
	notMaintained  = "5 5 8 8 12 16+ 23 27 30 33 43 45"
)

func spells(times string) []cohort.Spell {
	var all []cohort.Spell
	for _, time := range strings.Fields(times) {
		number, gone := strings.CutSuffix(time, "+")
		days, err := strconv.Atoi(number)
		if err != nil {
			panic(err)
		}
		all = append(all, cohort.Spell{Days: days, Ended: !gone})
	}
	return all
}

// TestEstimateOfWorkedExamples holds the estimates against those that are
// published: survival to as many digits as the source gives. The bounds of the
// 6-mercaptopurine group are those that Stata and SAS print, whose default is the
// log(-log) scale; those of the others were worked out apart, with exact
// fractions for the sums.
func TestEstimateOfWorkedExamples(t *testing.T) {
	type point struct {
		day, atRisk, ended     int
		survival, lower, upper float64
	}
	for _, example := range []struct {
		name, times string
		median      int
		points      []point // those with an ending
	}{
		{"6-mercaptopurine", mercaptopurine, 23, []point{
			{6, 21, 3, 0.8571, 0.6197, 0.9516}, {7, 17, 1, 0.8067, 0.5631, 0.9228}, {10, 15, 1, 0.7529, 0.5032, 0.8894},
			{13, 12, 1, 0.6902, 0.4316, 0.8491}, {16, 11, 1, 0.6275, 0.3675, 0.8049}, {22, 7, 1, 0.5378, 0.2678, 0.7468},
			{23, 6, 1, 0.4482, 0.1881, 0.6801},
		}},
		{"placebo", placebo, 8, []point{
			{1, 21, 2, 0.9048, 0.6700, 0.9753}, {2, 19, 2, 0.8095, 0.5689, 0.9239}, {3, 17, 1, 0.7619, 0.5194, 0.8933},
			{4, 16, 2, 0.6667, 0.4254, 0.8250}, {5, 14, 2, 0.5714, 0.3380, 0.7492}, {8, 12, 4, 0.3810, 0.1831, 0.5778},
			{11, 8, 2, 0.2857, 0.1166, 0.4818}, {12, 6, 2, 0.1905, 0.0595, 0.3774}, {15, 4, 1, 0.1429, 0.0357, 0.3212},
			{17, 3, 1, 0.0952, 0.0163, 0.2612}, {22, 2, 1, 0.0476, 0.0033, 0.1970}, {23, 1, 1, 0, 0, 0.1970},
		}},
		{"maintained", maintained, 31, []point{
			{9, 11, 1, 0.9091, 0.5081, 0.9867}, {13, 10, 1, 0.8182, 0.4474, 0.9512}, {18, 8, 1, 0.7159, 0.3502, 0.8990},
			{23, 7, 1, 0.6136, 0.2658, 0.8353}, {31, 5, 1, 0.4909, 0.1673, 0.7534}, {34, 4, 1, 0.3682, 0.0928, 0.6570},
			{48, 2, 1, 0.1841, 0.0117, 0.5250},
		}},
	} {
		t.Run(example.name, func(t *testing.T) {
			c := cohort.Estimate(spells(example.times))
			if c.Median == nil || *c.Median != example.median {
				t.Errorf("median %v, want %d", c.Median, example.median)
			}
			var ended []cohort.Point
			for _, p := range c.Points {
				if p.Ended > 0 {
					ended = append(ended, p)
				}
			}
			if len(ended) != len(example.points) {
				t.Fatalf("%d days with an ending, want %d", len(ended), len(example.points))
			}
			for i, want := range example.points {
				got := point{ended[i].Day, ended[i].AtRisk, ended[i].Ended, digits(ended[i].Survival), digits(ended[i].Lower), digits(ended[i].Upper)}
				if got != want {
					t.Errorf("got %v, want %v", got, want)
				}
			}
		})
	}
}

// digits rounds to the four that the sources give.
func digits(x float64) float64 { return math.Round(x*1e4) / 1e4 }

func TestEstimateAtTheEdges(t *testing.T) {
	for name, test := range map[string]struct {
		times  string
		points []cohort.Point
		median int // or -1
	}{
		"nobody":           {"", nil, -1},
		"nothing ended":    {"3+ 5+", []cohort.Point{{3, 2, 0, 1, 1, 1}, {5, 1, 0, 1, 1, 1}}, -1},
		"all on one day":   {"4 4 4", []cohort.Point{{4, 3, 3, 0, 0, 1}}, 4},
		"on the first day": {"0+", []cohort.Point{{0, 1, 0, 1, 1, 1}}, -1},
		// What ended on day 2 did so while the other two were at risk: 2/3, not 1/2.
		"lost from sight on the day of an ending": {"2 2+ 3+", []cohort.Point{{2, 3, 1, 0.6667, 0.0541, 0.9452}, {3, 1, 0, 0.6667, 0.0541, 0.9452}}, -1},
		// Exactly half counts, whatever the product is rounded to.
		"half": {"1 2 3 4 5 6 7 8 9 10 11 12 13+ 13+ 13+ 13+ 13+ 13+ 13+ 13+ 13+ 13+ 13+ 13+", nil, 12},
	} {
		t.Run(name, func(t *testing.T) {
			c := cohort.Estimate(spells(test.times))
			if got := c.Median; (got == nil) != (test.median < 0) || got != nil && *got != test.median {
				t.Errorf("median %v, want %d", got, test.median)
			}
			if test.points == nil && test.times != "" {
				return
			}
			if len(c.Points) != len(test.points) {
				t.Fatalf("points %v, want %v", c.Points, test.points)
			}
			for i, p := range c.Points {
				p.Survival, p.Lower, p.Upper = digits(p.Survival), digits(p.Lower), digits(p.Upper)
				if p != test.points[i] {
					t.Errorf("point %v, want %v", p, test.points[i])
				}
			}
		})
	}
}

// someSpells draws spells, with many ties.
func someSpells(t *rapid.T, most int) []cohort.Spell {
	all := make([]cohort.Spell, rapid.IntRange(0, most).Draw(t, "spells"))
	longest := rapid.IntRange(0, 800).Draw(t, "longest")
	ends := rapid.IntRange(0, 4).Draw(t, "ends")
	for i := range all {
		all[i] = cohort.Spell{Days: rapid.IntRange(0, longest).Draw(t, "days"), Ended: rapid.IntRange(1, 4).Draw(t, "ended") <= ends}
	}
	return all
}

// TestEstimateIsACurve proves that a curve comes down from 1 to 0 at most, stays
// between its bounds, accounts for every spell, and does not depend on their order.
func TestEstimateIsACurve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := someSpells(t, 60)
		c := cohort.Estimate(all)
		before := cohort.Point{Day: -1, AtRisk: len(all), Survival: 1}
		ended := 0
		for i, p := range c.Points {
			ended += p.Ended
			switch {
			case p.Day <= before.Day || p.Survival > before.Survival || i > 0 && p.AtRisk >= before.AtRisk-before.Ended+1:
				t.Fatalf("point %+v after %+v", p, before)
			case !(0 <= p.Lower && p.Lower <= p.Survival && p.Survival <= p.Upper && p.Upper <= 1):
				t.Fatalf("bounds of %+v", p)
			case (p.Ended == 0) != (p.Survival == before.Survival):
				t.Fatalf("%+v after %+v: the curve steps where something ended, and only there", p, before)
			}
			before = p
		}
		want := 0
		for _, s := range all {
			if s.Ended {
				want++
			}
		}
		if ended != want || len(all) > 0 && c.Points[0].AtRisk != len(all) {
			t.Fatalf("%d ended, want %d: %+v", ended, want, c)
		}
		again := cohort.Estimate(rapid.Permutation(all).Draw(t, "order"))
		for i, p := range again.Points {
			if p != c.Points[i] {
				t.Fatalf("in another order %+v, not %+v", p, c.Points[i])
			}
		}
	})
}

// TestEstimateWithoutCensoring proves that a curve of which all is known is the
// share that lasted longer.
func TestEstimateWithoutCensoring(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := someSpells(t, 60)
		for i := range all {
			all[i].Ended = true
		}
		for _, p := range cohort.Estimate(all).Points {
			longer := 0
			for _, s := range all {
				if s.Days > p.Day {
					longer++
				}
			}
			if want := float64(longer) / float64(len(all)); math.Abs(p.Survival-want) > 1e-12 {
				t.Fatalf("on day %d %v goes on, want %v", p.Day, p.Survival, want)
			}
		}
	})
}

// TestEstimateByDefinition holds the estimate against its definition, written out:
// over all days with an ending up to t, the product of one less those that ended
// among those at risk.
func TestEstimateByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := someSpells(t, 40)
		survival := 1.0
		points := map[int]float64{}
		for day := 0; day <= 800; day++ {
			atRisk, ended := 0, 0
			for _, s := range all {
				if s.Days >= day {
					atRisk++
				}
				if s.Days == day && s.Ended {
					ended++
				}
			}
			if atRisk > 0 {
				survival *= 1 - float64(ended)/float64(atRisk)
			}
			points[day] = survival
		}
		for _, p := range cohort.Estimate(all).Points {
			if math.Abs(p.Survival-points[p.Day]) > 1e-12 {
				t.Fatalf("day %d: %v, want %v", p.Day, p.Survival, points[p.Day])
			}
		}
	})
}

// TestCompareWorkedExamples holds the log-rank test against published results:
// 16.793 for 6-mercaptopurine (Kleinbaum and Klein, chapter 2: O-E of 10.25), and
// what survdiff of R's package survival prints for aml: 7 observed, 10.69 expected,
// chi-square 3.4, p 0.0653.
func TestCompareWorkedExamples(t *testing.T) {
	for _, test := range []struct {
		name, recent, before   string
		ended                  int
		expected, chiSquare, p float64
		behind                 bool
	}{
		{"placebo against 6-mercaptopurine", placebo, mercaptopurine, 21, 10.7495, 16.7929, 0.0000, true},
		{"6-mercaptopurine against placebo", mercaptopurine, placebo, 9, 19.2505, 16.7929, 0.0000, false},
		{"maintained against not", maintained, notMaintained, 7, 10.6893, 3.3964, 0.0653, false},
		{"not maintained against maintained", notMaintained, maintained, 11, 7.3107, 3.3964, 0.0653, false},
		{"a cohort against itself", placebo, placebo, 21, 21, 0, 1, false},
		{"nobody before", placebo, "", 21, 21, 0, 1, false},
		{"nobody", "", placebo, 0, 0, 0, 1, false},
		{"nothing ended", "3+ 4+", "5+", 0, 0, 0, 1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := cohort.Compare(spells(test.recent), spells(test.before))
			if c.Ended != test.ended || digits(c.Expected) != test.expected || digits(c.ChiSquare) != test.chiSquare || digits(c.P) != test.p || c.Behind() != test.behind {
				t.Errorf("got %+v, behind %v; want %+v", c, c.Behind(), test)
			}
		})
	}
}

// TestCompareIsFair proves that the test says the same of two cohorts whichever is
// named first, and that only one of them can be behind.
func TestCompareIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someSpells(t, 40), someSpells(t, 40)
		ab, ba := cohort.Compare(a, b), cohort.Compare(b, a)
		if math.Abs(ab.P-ba.P) > 1e-9 || ab.Behind() && ba.Behind() || ab.P < 0 || ab.P > 1 {
			t.Fatalf("%+v and %+v", ab, ba)
		}
		if sum := ab.Expected + ba.Expected; math.Abs(sum-float64(ab.Ended+ba.Ended)) > 1e-9 {
			t.Fatalf("%v expected, %d ended", sum, ab.Ended+ba.Ended)
		}
	})
}
