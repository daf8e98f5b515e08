package render

import (
	"slices"
	"strings"

	"onward/services/locale"
	"onward/services/release"
)

// grid is a table of numbers. The names of a row come first; a row that is
// withheld has no numbers and says so across them.
type grid struct {
	Caption string
	Heads   []string
	Rows    []gridRow
}

// gridRow is a row of it.
type gridRow struct {
	Names    []string
	Cells    []string
	Withheld int // over how many columns the word stands
}

// gridColumn is a column of numbers: its head, and what stands there of a row.
type gridColumn struct {
	head string
	cell func(release.Row) string
}

// gridOf is the table of an indicator's figures. Baselines and targets have a
// column where any row has one.
func gridOf(l locale.Locale, d release.Definition, t release.Table, rows []release.Row) grid {
	columns := numbers(l, d)
	some := func(of func(release.Row) *float64, head string) {
		if slices.ContainsFunc(rows, func(r release.Row) bool { return of(r) != nil }) {
			columns = append(columns, gridColumn{text(l, head, nil), func(r release.Row) string { return dashed(amount(of(r), d)) }})
		}
	}
	columns = append(columns, gridColumn{text(l, "head.excluded", nil), func(r release.Row) string { return leftOut(l, r) }})
	some(func(r release.Row) *float64 { return r.Baseline }, "head.baseline")
	some(func(r release.Row) *float64 { return r.Target }, "head.target")

	g := grid{Caption: in(l, d.Label) + " – " + tableTitle(l, t)}
	for _, by := range t.GroupBy {
		g.Heads = append(g.Heads, upper(dimensionName(l, by)))
	}
	for _, c := range columns {
		g.Heads = append(g.Heads, c.head)
	}
	for _, r := range rows {
		row := gridRow{}
		for i, v := range r.Group {
			row.Names = append(row.Names, groupLabel(l, v, r.Labels[i]))
		}
		if r.Suppressed {
			row.Withheld = len(columns)
		} else {
			for _, c := range columns {
				row.Cells = append(row.Cells, c.cell(r))
			}
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// leftOut says how many were left out for want of consent. Of a figure that is shown,
// it is absent where it is withheld itself.
func leftOut(l locale.Locale, r release.Row) string {
	if r.ExcludedNoConsent == nil {
		return absent(l, true)
	}
	return whole(*r.ExcludedNoConsent)
}

// numbers are the columns that a measure has.
func numbers(l locale.Locale, d release.Definition) []gridColumn {
	column := func(head string, cell func(release.Row) string) gridColumn {
		return gridColumn{text(l, head, nil), cell}
	}
	number := func(of func(release.Row) *float64) func(release.Row) string {
		return func(r release.Row) string { return dashed(amount(of(r), d)) }
	}
	n := func(r release.Row) string { return orDash(r.Value) }
	switch d.Measure {
	case share:
		return []gridColumn{column("head.share", number(func(r release.Row) *float64 { return r.Percent })), column("head.fulfil", n),
			column("head.base", func(r release.Row) string { return orDash(r.Base) })}
	case distribution:
		return []gridColumn{column("head.lower", number(func(r release.Row) *float64 { return r.Lower })), column("head.median", number(func(r release.Row) *float64 { return r.Median })),
			column("head.upper", number(func(r release.Row) *float64 { return r.Upper })), column("head.observed", n)}
	case mean:
		return []gridColumn{column("head.mean", number(func(r release.Row) *float64 { return r.Mean })), column("head.observed", n)}
	}
	return []gridColumn{{upper(unitName(l, d.Unit)), n}}
}

func dashed(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// upper makes the first letter a capital, where the script has any.
func upper(text string) string {
	first := []rune(text)[:1]
	return strings.ToUpper(string(first)) + strings.TrimPrefix(text, string(first))
}
