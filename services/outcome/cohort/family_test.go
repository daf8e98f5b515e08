package cohort_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/outcome/cohort"
)

// infarction has the fifteen probabilities of the worked example of Benjamini and
// Hochberg (1995, section 3.2), of a trial of two treatments of myocardial
// infarction (Neuhaus and others, Journal of the American College of Cardiology 19
// (1992), 885–891): their procedure rejects the four lowest at 0.05.
var infarction = []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000}

// TestDiscoveriesWorkedExamples holds the procedure against a published result, and
// against its definition at the edges.
func TestDiscoveriesWorkedExamples(t *testing.T) {
	for name, test := range map[string]struct {
		ps   []float64
		want int // of the lowest
	}{
		"Benjamini and Hochberg":         {infarction, 4},
		"its last eleven":                {infarction[4:], 0},
		"one below the level":            {[]float64{0.049}, 1},
		"one above it":                   {[]float64{0.051}, 0},
		"all just below it":              {[]float64{0.045, 0.046, 0.047, 0.048, 0.049}, 5},
		"one of forty":                   {append(slices.Repeat([]float64{0.5}, 39), 0.03), 0},
		"one of forty by a long way":     {append(slices.Repeat([]float64{0.5}, 39), 0.001), 1},
		"a low one lets a higher one in": {[]float64{0.001, 0.025, 0.9}, 2},
		"none":                           {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			sorted := slices.Sorted(slices.Values(test.ps))
			for i, found := range cohort.Discoveries(sorted) {
				if found != (i < test.want) {
					t.Errorf("%v of %v: found %v", sorted[i], sorted, found)
				}
			}
		})
	}
}

// adjusted returns the probabilities as Benjamini and Hochberg adjust them, by hand:
// the least of p * m / k over all that are no lower.
func adjusted(ps []float64, i int) float64 {
	least := 1.0
	for _, p := range ps {
		if p >= ps[i] {
			k := 0
			for _, other := range ps {
				if other <= p {
					k++
				}
			}
			least = min(least, p*float64(len(ps))/float64(k))
		}
	}
	return least
}

// TestDiscoveries proves, of any family, that those are found whose adjusted
// probability is at most the level, whatever their order; and that none is found
// that would not be found alone.
func TestDiscoveries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 { return math.Pow(rapid.Float64Range(0, 1).Draw(t, "p"), 3) }), 0, 30).Draw(t, "ps")
		for i, found := range cohort.Discoveries(ps) {
			a := adjusted(ps, i)
			if math.Abs(a-cohort.Level) < 1e-12 {
				continue // rounding decides
			}
			if found != (a <= cohort.Level) || found && ps[i] > cohort.Level {
				t.Fatalf("%v of %v: found %v, adjusted %v", ps[i], ps, found, a)
			}
		}
	})
}
