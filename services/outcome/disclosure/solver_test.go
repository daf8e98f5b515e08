package disclosure_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"onward/services/outcome/disclosure"
)

// windows are ways to make three consecutive monthly releases: of the month, of the
// year until its end, and of the three months until then. They are the first and the
// last month of the release in a month.
var windows = map[string]func(month int) (from, to int){
	"months":     func(m int) (int, int) { return m, m },
	"cumulative": func(m int) (int, int) { return 1, m },
	"rolling":    func(m int) (int, int) { return m, m + 2 },
}

// kinds of series, by how they count.
var kindsOfSeries = map[string]kind{"things": things, "persons": persons, "shares": shares, "shares of persons": personShares}

// threeReleases makes three consecutive monthly releases of a world whose people come
// to several sites, of several organisations and provinces.
func threeReleases(t testing.TB, seed uint64, k kind, window func(month int) (from, to int)) []disclosure.Release {
	r := rand.New(rand.NewPCG(seed, 5))
	w := newWorld(r, 100+r.IntN(500), 8, 3, 4, 5)
	var out []disclosure.Release
	for month := 1; month <= 3; month++ {
		from, to := window(month)
		cells := w.cells("X", k, tables, time.Month(from), time.Month(to))
		out = append(out, release(t, month, cells, out))
	}
	return out
}

// confined returns the withheld cells whose count is certainly small, by the bounds
// of the solver alone.
func confined(releases []disclosure.Release) []string {
	var out []string
	for _, b := range disclosure.Bounds(releases) {
		if b.Lower >= 1 && b.Upper >= 0 && b.Upper < disclosure.Threshold {
			out = append(out, fmt.Sprintf("release %d, %v %v: %d to %d", b.Release, b.Group, b.Period, b.Lower, b.Upper))
		}
	}
	return out
}

// TestSolver proves that the readers of three consecutive monthly releases, with
// people who come to several sites, cannot bound one withheld figure within 1 to 10,
// in any table; and that nothing else is found that must not be told.
func TestSolver(t *testing.T) {
	for kindName, k := range kindsOfSeries {
		for name, window := range windows {
			t.Run(kindName+" in "+name, func(t *testing.T) {
				for seed := range uint64(6) {
					releases := threeReleases(t, seed, k, window)
					for _, s := range confined(releases) {
						t.Errorf("seed %d: %s", seed, s)
					}
					for _, f := range disclosure.Audit(releases, disclosure.Threshold) {
						t.Errorf("seed %d: %s", seed, f)
					}
				}
			})
		}
	}
}

// TestSolverNeedsComplementary proves that the test above finds something where only
// what is small itself is withheld.
func TestSolverNeedsComplementary(t *testing.T) {
	defer disclosure.PrimaryOnly()()
	for kindName, k := range kindsOfSeries {
		for name, window := range windows {
			cells, findings := 0, 0
			for seed := range uint64(6) {
				releases := threeReleases(t, seed, k, window)
				cells += len(confined(releases))
				findings += len(disclosure.Audit(releases, disclosure.Threshold))
			}
			if cells == 0 || findings == 0 {
				t.Errorf("%s in %s: %d figures confined and %d findings without complementary suppression", kindName, name, cells, findings)
			}
		}
	}
}

// TestSolverKept proves that the readers of two releases know a figure that is kept
// back in the second one no nearer than a small one.
func TestSolverKept(t *testing.T) {
	for kindName, k := range kindsOfSeries {
		t.Run(kindName, func(t *testing.T) {
			looked := 0
			for seed := range uint64(12) {
				r := rand.New(rand.NewPCG(seed, 9))
				w := newWorld(r, 200+r.IntN(300), 8, 3, 4, 5)
				first := release(t, 1, w.cells("X", k, tables, 1, 2), nil)
				cells := w.cells("X", k, tables, 1, 3)
				cells[r.IntN(len(cells))].Kept = true
				releases := []disclosure.Release{first, release(t, 2, cells, []disclosure.Release{first})}
				for _, f := range disclosure.Check(releases[1], releases[:1], disclosure.Threshold) {
					t.Errorf("seed %d: %s", seed, f)
				}
				for _, b := range disclosure.Bounds(releases) {
					chosen := slices.ContainsFunc(releases[1].Cells, func(d disclosure.Decision) bool {
						return d.Reason == disclosure.Chosen && b.Release == 2 && d.Period == b.Period && slices.Equal(d.Group, b.Group)
					})
					if !chosen {
						continue
					}
					looked++
					if b.Upper >= 0 && b.Upper-b.Lower < disclosure.Threshold-1 {
						t.Errorf("seed %d: %v is from %d to %d", seed, b.Group, b.Lower, b.Upper)
					}
				}
			}
			if looked == 0 {
				t.Error("nothing large was kept back")
			}
		})
	}
}
