package disclosure_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/outcome/disclosure"
)

func monthOf(n int) time.Month { return time.Month(n) }

// release protects cells and makes a release of them.
func release(t testing.TB, number int, cells []disclosure.Cell, earlier []disclosure.Release) disclosure.Release {
	t.Helper()
	decisions, err := disclosure.Protect(cells, disclosure.Threshold, earlier)
	if err != nil {
		t.Fatal(err)
	}
	return disclosure.Release{Number: number, Cells: decisions}
}

// months is a period of months of 2026.
func months(from, to time.Month) calendar.Period {
	return calendar.Period{From: calendar.Date(2026, from, 1), To: calendar.Date(2026, to+1, 1) - 1}
}

// cell is an additive count in January, in a group written as A=1 B=2.
func cell(count int, group ...string) disclosure.Cell {
	c := disclosure.Cell{Series: "PLACED", Period: months(1, 1), Count: count, Additive: true}
	for _, g := range group {
		d, v, _ := strings.Cut(g, "=")
		c.Group = append(c.Group, disclosure.Coordinate{Dimension: d, Value: v})
	}
	return c
}

// share is a share in January.
func share(count, base int, group ...string) disclosure.Cell {
	c := cell(count, group...)
	c.Share, c.Base = true, base
	return c
}

// kept returns the cell as one that is kept back.
func kept(c disclosure.Cell) disclosure.Cell {
	c.Kept = true
	return c
}

// of returns the cell for another time and way of counting.
func of(c disclosure.Cell, period calendar.Period, additive bool) disclosure.Cell {
	c.Period, c.Additive = period, additive
	return c
}

// reasons writes down the decisions, one word each.
func reasons(r disclosure.Release) string {
	var out []string
	for _, d := range r.Cells {
		out = append(out, cmp.Or(string(d.Reason), "shown"))
	}
	return strings.Join(out, " ")
}

// TestProtect proves rule by rule what is withheld and why.
func TestProtect(t *testing.T) {
	exempt := cell(3)
	exempt.Exempt = true
	for _, c := range []struct {
		name  string
		cells []disclosure.Cell
		want  string
	}{
		{"a small figure", []disclosure.Cell{cell(10)}, "PRIMARY"},
		{"the threshold, and nobody", []disclosure.Cell{cell(11), cell(0, "A=1"), cell(11, "A=2")}, "shown shown shown"},
		{"no people", []disclosure.Cell{exempt}, "shown"},
		{"the smallest figure beside it", []disclosure.Cell{cell(75, "A=1"), cell(5, "A=2"), cell(20, "A=3"), cell(100)},
			"shown PRIMARY COMPLEMENTARY shown"},
		{"a whole, where there is nothing beside it", []disclosure.Cell{cell(105), cell(100, "A=1"), cell(5, "A=2")},
			"shown COMPLEMENTARY PRIMARY"},
		{"small figures that are small together", []disclosure.Cell{cell(69), cell(3, "A=1"), cell(4, "A=2"), cell(40, "A=3"), cell(22, "A=4")},
			"shown PRIMARY PRIMARY shown COMPLEMENTARY"},
		{"small figures that hide each other", []disclosure.Cell{cell(58), cell(9, "A=1"), cell(9, "A=2"), cell(40, "A=3")},
			"shown PRIMARY PRIMARY shown"},
		{"a figure that is kept back, and the smallest beside it", []disclosure.Cell{cell(100), kept(cell(50, "A=1")), cell(30, "A=2"), cell(20, "A=3")},
			"shown CHOSEN shown COMPLEMENTARY"},
		{"a whole that is kept back", []disclosure.Cell{kept(cell(100)), cell(60, "A=1"), cell(40, "A=2")}, "CHOSEN shown COMPLEMENTARY"},
		{"a small figure that is kept back", []disclosure.Cell{kept(cell(10))}, "PRIMARY"},
		{"no people, kept back", []disclosure.Cell{kept(exempt)}, "CHOSEN"},
		{"a share that is kept back", []disclosure.Cell{share(60, 160), kept(share(20, 60, "A=1")), share(40, 100, "A=2")}, "shown CHOSEN COMPLEMENTARY"},
		{"a share of few", []disclosure.Cell{share(0, 7)}, "PRIMARY"},
		{"a share that few do not fulfil", []disclosure.Cell{share(40, 45)}, "PRIMARY"},
		{"a share of everyone, the whole", []disclosure.Cell{share(40, 40)}, "shown"},
		{"a share of everyone in a group", []disclosure.Cell{share(80, 160), share(40, 40, "A=1"), share(20, 60, "A=2"), share(20, 60, "A=3")},
			"shown WHOLE_GROUP COMPLEMENTARY shown"},
		{"a share of nobody in a group, and a group of nobody", []disclosure.Cell{share(40, 140), share(0, 20, "A=1"), share(20, 60, "A=2"), share(20, 60, "A=3"), share(0, 0, "A=4")},
			"shown WHOLE_GROUP COMPLEMENTARY shown shown"},
	} {
		r := release(t, 1, c.cells, nil)
		if got := reasons(r); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		for _, f := range disclosure.Audit([]disclosure.Release{r}, disclosure.Threshold) {
			t.Errorf("%s: %s", c.name, f)
		}
	}
}

// TestProtectRefuses proves that cells which cannot be one release are refused, by
// name.
func TestProtectRefuses(t *testing.T) {
	share11 := share(11, 10)
	backwards := of(cell(20), calendar.Period{From: 20, To: 19}, true)
	for _, c := range []struct {
		want  string
		cells []disclosure.Cell
	}{
		{"cells[0].count", []disclosure.Cell{cell(-1)}},
		{"cells[0].base", []disclosure.Cell{share11}},
		{"cells[0].period", []disclosure.Cell{backwards}},
		{"two cells of PLACED of B 2, A 1", []disclosure.Cell{cell(20, "A=1", "B=2"), cell(20, "B=2", "A=1")}},
		{"not in another", []disclosure.Cell{cell(20), share(20, 40, "A=1")}},
		{"does not agree", []disclosure.Cell{cell(50), cell(20, "A=1"), cell(20, "A=2")}},
		{"does not agree", []disclosure.Cell{of(cell(50), months(1, 1), false), of(cell(60, "A=1"), months(1, 1), false)}},
	} {
		_, err := disclosure.Protect(c.cells, disclosure.Threshold, nil)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want a refusal with %q", c.cells, err, c.want)
		}
	}
}

// shown makes a release that shows everything, whatever may be.
func shown(number int, cells ...disclosure.Cell) disclosure.Release {
	r := disclosure.Release{Number: number}
	for _, c := range cells {
		r.Cells = append(r.Cells, disclosure.Decision{Cell: c})
	}
	return r
}

// withheld withholds a cell of a release.
func withheld(r disclosure.Release, i int) disclosure.Release {
	r.Cells[i].Reason = disclosure.Primary
	r.Cells[i].Count, r.Cells[i].Base = 0, 0 // whoever has the release does not have them
	return r
}

// TestCheck proves what one release tells after another, and that it says of which
// cell without saying a number.
func TestCheck(t *testing.T) {
	january, february, both := months(1, 1), months(2, 2), months(1, 2)
	first := shown(1, cell(100), cell(60, "A=1"), cell(40, "A=2"))
	for _, c := range []struct {
		name    string
		earlier []disclosure.Release
		next    disclosure.Release
		want    []string
	}{
		{"nothing new", []disclosure.Release{first}, shown(2, first.Cells[0].Cell), nil},
		{"a small figure", nil, shown(1, cell(4)), []string{"PLACED from 2026-01-01 to 2026-01-31: " + "a small figure is shown"}},
		{"a late entry", []disclosure.Release{first}, shown(2, cell(101), cell(60, "A=1"), cell(41, "A=2")), []string{
			"PLACED from 2026-01-01 to 2026-01-31: it differs by little from what another release says",
			"PLACED of A 2 from 2026-01-01 to 2026-01-31: it differs by little from what another release says"}},
		{"many late entries", []disclosure.Release{first}, shown(2, cell(120), cell(80, "A=1"), cell(40, "A=2")), nil},
		{"many late entries that a withheld sum tells", []disclosure.Release{first}, withheld(shown(2, cell(0), cell(60, "A=1"), cell(52, "A=2"), cell(11, "A=3")), 0), nil},
		{"a late entry that a withheld sum tells", []disclosure.Release{shown(1, cell(100))}, withheld(shown(2, cell(0), cell(60, "A=1"), cell(43, "A=2")), 0), []string{
			"PLACED from 2026-01-01 to 2026-01-31: it differs by little from what another release says"}},
		{"a longer period", []disclosure.Release{first}, shown(2, of(cell(105), both, true)), []string{
			"PLACED from 2026-01-01 to 2026-02-28: little is left of it beside another figure that is a part of it"}},
		{"a longer period with many more", []disclosure.Release{first}, shown(2, of(cell(111), both, true)), nil},
		{"a longer period of persons", []disclosure.Release{shown(1, of(cell(100), january, false))}, shown(2, of(cell(105), both, false)), []string{
			"PLACED from 2026-01-01 to 2026-02-28: little is left of it beside another figure that is a part of it"}},
		{"a month that was withheld", []disclosure.Release{withheld(shown(1, of(cell(5), january, true)), 0)},
			shown(2, of(cell(45), both, true), of(cell(40), february, true)), []string{
				"PLACED from 2026-01-01 to 2026-02-28: little is left of it beside another figure that is a part of it",
				"PLACED from 2026-01-01 to 2026-01-31: the withheld figure is small, as what is shown tells"}},
		{"what hid another is shown", []disclosure.Release{withheld(withheld(shown(1, cell(100), cell(75, "A=1"), cell(5, "A=2"), cell(20, "A=3")), 2), 3)},
			shown(2, cell(20, "A=3"), cell(75, "A=1"), cell(5, "A=2")), []string{
				"PLACED of A 2 from 2026-01-01 to 2026-01-31: a small figure is shown",
				"PLACED of A 2 from 2026-01-01 to 2026-01-31: the withheld figure is small, as what is shown tells"}},
		{"another series", []disclosure.Release{first}, shown(2, other(cell(101))), nil},
	} {
		var got []string
		for _, f := range disclosure.Check(c.next, c.earlier, disclosure.Threshold) {
			got = append(got, f.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// other puts a cell in another series.
func other(c disclosure.Cell) disclosure.Cell {
	c.Series = "PLACED/EXCLUDED"
	return c
}

// TestRestatement proves that a release which restates another after late entries can
// always be made: what would tell the entries is withheld.
func TestRestatement(t *testing.T) {
	first := release(t, 1, []disclosure.Cell{cell(100), cell(60, "A=1"), cell(40, "A=2")}, nil)
	cells := []disclosure.Cell{cell(103), cell(60, "A=1"), cell(43, "A=2")}
	second := release(t, 2, cells, []disclosure.Release{first})
	if got := reasons(second); got != "COMPLEMENTARY COMPLEMENTARY COMPLEMENTARY" && got != "COMPLEMENTARY shown COMPLEMENTARY" {
		t.Errorf("%s, want the figures that changed to be withheld", got)
	}
	if f := disclosure.Check(second, []disclosure.Release{first}, disclosure.Threshold); len(f) > 0 {
		t.Error(f)
	}
}

// TestFigures proves from when on means are shown, how bases are rounded, and of
// what no percentage is made.
func TestFigures(t *testing.T) {
	if disclosure.Observed(10, disclosure.Threshold) || !disclosure.Observed(11, disclosure.Threshold) {
		t.Error("a mean is shown from the threshold on")
	}
	for base, want := range map[int]int{0: 0, 11: 10, 12: 10, 13: 15, 17: 15, 18: 20, 100: 100} {
		if got := disclosure.RoundedBase(base); got != want {
			t.Errorf("the base %d is rounded to %d, want %d", base, got, want)
		}
	}
	for _, c := range []struct {
		cell   disclosure.Cell
		reason disclosure.Reason
		want   float64
		ok     bool
	}{
		{share(15, 58), "", 25, true},
		{share(12, 12), "", 100, true},
		{share(0, 31), "", 0, true},
		{share(0, 0), "", 0, false},
		{share(15, 58), disclosure.Complementary, 0, false},
		{cell(40), "", 0, false},
	} {
		if got, ok := disclosure.Percent(disclosure.Decision{Cell: c.cell, Reason: c.reason}); got != c.want || ok != c.ok {
			t.Errorf("%+v: %v %v, want %v %v", c.cell, got, ok, c.want, c.ok)
		}
	}
}

// TestProtectHolds proves of random worlds that what is shown is never small, that the
// decisions do not depend on the order of the cells nor change when the release is made
// again, and that a release which was decided on can be published.
func TestProtectHolds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64Range(0, 1<<40).Draw(rt, "seed")
		k := rapid.SampledFrom([]kind{things, persons, shares, personShares}).Draw(rt, "kind")
		r := rand.New(rand.NewPCG(seed, 3))
		w := newWorld(r, 30+r.IntN(300), 5, 2, 3, 3)
		var earlier []disclosure.Release
		for month := time.Month(1); month <= 2; month++ {
			cells := w.cells("X", k, tables[:7], 1, month)
			next := release(t, int(month), cells, earlier)
			for _, d := range next.Cells {
				small := func(n int) bool { return n > 0 && n < disclosure.Threshold }
				if d.Shown() && (small(d.Count) || d.Share && (small(d.Base) || small(d.Base-d.Count))) {
					rt.Fatalf("%+v is shown", d.Cell)
				}
			}
			shuffled := slices.Clone(cells)
			r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if a, b := lines(next), lines(release(t, int(month), shuffled, earlier)); !slices.Equal(a, b) {
				rt.Fatalf("another order gives\n%q\nfor\n%q", b, a)
			}
			if f := disclosure.Check(next, earlier, disclosure.Threshold); len(f) > 0 {
				rt.Fatalf("refused: %v", f)
			}
			earlier = append(earlier, next)
			again := release(t, int(month)+100, cells, earlier)
			for i, d := range again.Cells {
				if d.Shown() != next.Cells[i].Shown() {
					rt.Fatalf("%+v is %q at first and %q again", d.Cell, next.Cells[i].Reason, d.Reason)
				}
			}
		}
	})
}

// lines writes down the decisions, in an order of their own.
func lines(r disclosure.Release) []string {
	var out []string
	for _, d := range r.Cells {
		out = append(out, fmt.Sprint(d.Group, d.Period, d.Reason))
	}
	slices.Sort(out)
	return out
}
