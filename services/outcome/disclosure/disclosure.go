// Package disclosure decides what of a release's figures may be published. It
// knows cells and numbers only: no case, no person, and nothing of where figures
// come from. It is pure.
//
// A count of people from 1 to the threshold less one is small. A small count is
// not shown (primary suppression), and what is shown must not tell it (the
// complementary one). The reader whom it is safe from has every release, can
// reckon without mistake, knows how the tables hang together, takes a figure to
// have stayed the same until a later release says otherwise, and knows the base of
// every share exactly. He knows nobody's file.
package disclosure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"onward/services/calendar"
	"onward/services/fault"
)

// Threshold is the smallest count of people that is shown, apart from 0, unless the
// programme sets another.
const Threshold = 11

// Coordinate says where a cell lies in one dimension.
type Coordinate struct {
	Dimension, Value string
}

// times are the dimensions that a cell's period says already.
var times = []string{"MONTH", "QUARTER", "YEAR", "FISCAL_YEAR"}

// Cell is one figure of a release. The cells of a release that have the same
// series, the same dimensions and the same period are a table, and it is complete:
// a group that it does not list counts nobody.
type Cell struct {
	// Series is an indicator. Series have nothing to do with each other. Who was
	// left out for want of consent is a series of its own, "<code>/EXCLUDED".
	Series string

	// Group is where the cell lies; empty for the whole. It says everything that
	// is known of the place: a cell of a site names the organisation and the
	// province of the site as well, since readers know them. The order does not
	// matter. Months, quarters and years in it are for the name only.
	Group []Coordinate

	// Period is which days are counted: those of a month in a cell of that month.
	Period calendar.Period

	// Count is the figure: of a share, how many fulfil; of a mean or a median, how
	// many were observed.
	Count int

	// Share says that Count is out of Base, and that both tell how many do not
	// fulfil.
	Share bool
	Base  int

	// Additive says that each counted thing lies in one group of every dimension and
	// in one month, as a placement does. Otherwise distinct persons are counted, who
	// may be in several groups and months: a whole is then at least each of its parts
	// and at most their sum. Fixed names the dimensions in which a person lies in one
	// group all the same, such as SEX.
	Additive bool
	Fixed    []string

	// Exempt says that no people are counted, such as networks. It is shown unless it
	// is Kept, and nothing is withheld for its sake.
	Exempt bool

	// Kept says that whoever publishes keeps the cell back, however large it is.
	Kept bool `json:",omitempty"`
}

// Reason is why a cell is withheld; empty for one that is shown.
type Reason string

// The reasons.
const (
	Primary       Reason = "PRIMARY"       // the figure, the base of a share or what is left of it is small
	WholeGroup    Reason = "WHOLE_GROUP"   // a share that is none or all of a group: it tells of everyone in it
	Chosen        Reason = "CHOSEN"        // whoever publishes keeps it back
	Complementary Reason = "COMPLEMENTARY" // others would be told by it
)

// Decision is a cell and whether it is shown. Of a cell that is withheld, Audit and
// Check read no number.
type Decision struct {
	Cell
	Reason Reason
}

// Shown reports whether the cell is published.
func (d Decision) Shown() bool { return d.Reason == "" }

// Release is what was published together.
type Release struct {
	Number int // later ones are higher
	Cells  []Decision
}

// primary returns why a cell is withheld for its own sake, or "".
//
// A share of a group that is none or all of it tells of each of its people, however
// many they are. Counts have no such rule: that everyone whom an organisation counts
// has one sex, age or population is what the organisation is for, and known.
func primary(c Cell, threshold int) Reason {
	small := func(n int) bool { return n > 0 && n < threshold }
	switch {
	case c.Exempt:
		return ""
	case small(c.Count), c.Share && (small(c.Base) || small(c.Base-c.Count)):
		return Primary
	case c.Share && c.Base > 0 && len(c.Group) > 0 && (c.Count == 0 || c.Count == c.Base):
		return WholeGroup
	}
	return ""
}

// check refuses cells that cannot be a release: two of one place, numbers out of
// range, and series that are not all of one kind.
func check(cells []Cell) error {
	seen, first := map[string]bool{}, map[string]Cell{}
	for i, c := range cells {
		path := fmt.Sprintf("cells[%d]", i)
		f, known := first[c.Series]
		switch {
		case c.Count < 0 || c.Count >= largest:
			return fault.Input(path+".count", "%d is not a count", c.Count)
		case c.Share && (c.Base < c.Count || c.Base >= largest):
			return fault.Input(path+".base", "%d is not a base of %d", c.Base, c.Count)
		case c.Period.To < c.Period.From:
			return fault.Input(path+".period", "ends before it begins")
		case known && (f.Additive != c.Additive || f.Share != c.Share || f.Exempt != c.Exempt || !slices.Equal(f.Fixed, c.Fixed)):
			return fault.Input(path, "%s is additive, a share or exempt in one cell and not in another", c.Series)
		case seen[c.key()]:
			return fault.Input(path, "there are two cells of %s", c.name())
		}
		seen[c.key()], first[c.Series] = true, c
	}
	return nil
}

// place is where a cell lies, apart from time: its dimensions in order, and the
// value in each.
type place struct {
	dimensions, values []string
	table, key         string // name the dimensions, and the place
}

// placeOf returns a place, with its names.
func placeOf(dimensions, values []string) place {
	table := strings.Join(dimensions, "\x1f")
	return place{dimensions, values, table, table + "\x1e" + strings.Join(values, "\x1f")}
}

// place returns where the cell lies.
func (c Cell) place() place {
	group := slices.DeleteFunc(slices.Clone(c.Group), func(x Coordinate) bool { return slices.Contains(times, x.Dimension) })
	slices.SortFunc(group, func(a, b Coordinate) int { return cmp.Compare(a.Dimension, b.Dimension) })
	var dimensions, values []string
	for _, x := range group {
		dimensions, values = append(dimensions, x.Dimension), append(values, x.Value)
	}
	return placeOf(dimensions, values)
}

// on returns the place as the dimensions of a coarser table see it.
func (p place) on(dimensions []string) place {
	var kept, values []string
	for i, d := range p.dimensions {
		if slices.Contains(dimensions, d) {
			kept, values = append(kept, d), append(values, p.values[i])
		}
	}
	return placeOf(kept, values)
}

// key names the cell within a release.
func (c Cell) key() string { return fmt.Sprint(c.Series, "\x1d", c.place().key, "\x1d", c.Period) }

// name says in words what the cell is, without its numbers.
func (c Cell) name() string { return name(c.Series, c.Group, c.Period) }

func name(series string, group []Coordinate, period calendar.Period) string {
	var b strings.Builder
	b.WriteString(series)
	for i, x := range group {
		if i == 0 {
			b.WriteString(" of ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(x.Dimension + " " + x.Value)
	}
	return fmt.Sprintf("%s from %s to %s", b.String(), period.From, period.To)
}

// within reports whether every day of p is in q.
func within(p, q calendar.Period) bool { return q.From <= p.From && p.To <= q.To }
