package render

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"onward/services/locale"
	"onward/services/release"
)

// withheld stands in a workbook where a figure is withheld. It is no "n<11": a
// figure can be withheld to protect another one and be larger.
const withheld = "withheld"

// XLSX writes a release as a workbook in English: a sheet About, one for each
// table, one for funnels and one for curves where there are any, and one with the
// definitions. Each begins with a row of headers that stays in sight. Numbers are
// unrounded numbers, shown with one digit after the point; every text is text,
// so that none is calculated.
func XLSX(w io.Writer, c release.Content, s release.Seal) error {
	if err := check(c); err != nil {
		return err
	}
	b, err := newBook()
	if err != nil {
		return err
	}
	for _, sh := range sheets(c, s) {
		if err := b.add(sh); err != nil {
			return err
		}
	}
	if err := b.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	b.SetActiveSheet(0)
	_, err = b.WriteTo(w)
	return err
}

// sheet is one sheet of a workbook.
type sheet struct {
	name    string
	columns []column
	rows    [][]any
}

// column is a header and how wide its column is, in characters.
type column struct {
	header string
	width  float64
}

func sheets(c release.Content, s release.Seal) []sheet {
	all := []sheet{about(c, s)}
	for i, t := range c.Tables {
		all = append(all, tableSheet(c, i+1, t))
	}
	if len(c.Funnels) > 0 {
		all = append(all, funnelSheet(c))
	}
	if len(c.Curves) > 0 {
		all = append(all, curveSheet(c))
	}
	return append(all, definitionSheet(c))
}

func about(c release.Content, s release.Seal) sheet {
	state := "published"
	if s.Digest == "" {
		state = "draft: neither published nor signed"
	}
	return sheet{"About", []column{{"What", 26}, {"", 100}}, [][]any{
		{"Release", c.Number},
		{"State", state},
		{"First day", c.From.String()},
		{"Last day", c.To.String()},
		{"Known at", instant(c.KnownAt)},
		{"Threshold", c.Threshold},
		{"Published at", instant(s.PublishedAt)},
		{"Published by", s.Publisher.EN},
		{"Digest (SHA-256)", s.Digest},
		{"Signature", s.Signature},
		{"Signed by", s.Signer},
		{"Withheld", text(locale.EN, "withheld.meaning", c)},
		{"Left out", text(locale.EN, "excluded.meaning", c)},
		{"Bases", text(locale.EN, "base.meaning", c)},
	}}
}

// tableSheet is the sheet of a table. Its number keeps its name apart from those
// of others that begin in the same way.
func tableSheet(c release.Content, number int, t release.Table) sheet {
	name := []rune(fmt.Sprintf("%d %s", number, strings.ToLower(tableTitle(locale.EN, t))))
	sh := sheet{name: string(name[:min(len(name), excelize.MaxSheetNameLength)])}
	sh.columns = []column{{"Indicator", 26}, {"Label", 44}, {"Unit", 14}, {"Measure", 14}}
	for _, d := range t.GroupBy {
		name := dimensionName(locale.EN, d)
		sh.columns = append(sh.columns, column{name, 18}, column{name + ", label", 28})
	}
	sh.columns = append(sh.columns, column{"Value", 11}, column{"Base", 11}, column{"Percent", 11}, column{"Lower quartile (days)", 20},
		column{"Median (days)", 14}, column{"Upper quartile (days)", 20}, column{"Mean", 11}, column{"Left out without consent", 24},
		column{"Baseline", 11}, column{"Target", 11}, column{"Definition version", 18}, column{"Digest of the entries", 68})
	for _, r := range t.Rows {
		d, _ := c.Definition(r.Code)
		row := []any{string(r.Code), d.Label.EN, string(d.Unit), d.Measure}
		for i, g := range r.Group {
			row = append(row, g.Value, r.Labels[i].EN)
		}
		row = append(row, valueOrWithheld(r.Value, r.Suppressed), cell(r.Base), cell(r.Percent), cell(r.Lower), cell(r.Median), cell(r.Upper),
			cell(r.Mean), valueOrWithheld(r.ExcludedNoConsent, r.ExcludedNoConsent == nil && !r.Suppressed), cell(r.Baseline), cell(r.Target), d.Version, r.Digest)
		sh.rows = append(sh.rows, row)
	}
	return sh
}

func funnelSheet(c release.Content) sheet {
	sh := sheet{name: "Funnels", columns: []column{{"Funnel", 22}, {"Label", 44}, {"Group", 28}, {"Step", 28}, {"Step, label", 44}, {"Persons", 11}}}
	for _, f := range c.Funnels {
		for _, s := range f.Steps {
			sh.rows = append(sh.rows, []any{f.Name, f.Label.EN, groupName(locale.EN, f.Group, f.Labels), s.Code, s.Label.EN, valueOrWithheld(s.Count, s.Suppressed)})
		}
	}
	return sh
}

func curveSheet(c release.Content) sheet {
	sh := sheet{name: "Curves", columns: []column{{"Curve", 22}, {"Label", 44}, {"Group", 28}, {"Day", 9}, {"Share", 11}, {"Lower 95%", 11}, {"Upper 95%", 11}, {"At risk", 11}}}
	for _, curve := range c.Curves {
		for _, p := range curve.Points {
			sh.rows = append(sh.rows, []any{curve.Name, curve.Label.EN, groupName(locale.EN, curve.Group, curve.Labels), p.Day, p.Survival, p.Lower, p.Upper, p.AtRisk})
		}
	}
	return sh
}

func definitionSheet(c release.Content) sheet {
	sh := sheet{name: "Definitions", columns: []column{{"Indicator", 26}, {"Version", 9}, {"Unit", 14}, {"Measure", 14}, {"Label", 44}, {"Label, Khmer", 44}, {"Definition", 120}}}
	for _, d := range c.Definitions {
		sh.rows = append(sh.rows, []any{string(d.Code), d.Version, string(d.Unit), d.Measure, d.Label.EN, d.Label.KM, d.Definition.EN})
	}
	return sh
}

// cell is a number, or nothing where there is none.
func cell[N int | float64](n *N) any {
	if n == nil {
		return nil
	}
	return *n
}

func valueOrWithheld(n *int, suppressed bool) any {
	if suppressed {
		return withheld
	}
	return cell(n)
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// book is a workbook with the styles of its cells.
type book struct {
	*excelize.File
	header, text, integer, decimal, withheld int
}

func newBook() (*book, error) {
	b := &book{File: excelize.NewFile()}
	oneDigit := "#,##0.0##"
	top := &excelize.Alignment{Vertical: "top"}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&b.header, excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"0B5F62"}}}},
		{&b.text, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
		{&b.integer, excelize.Style{NumFmt: 3, Alignment: top}},
		{&b.decimal, excelize.Style{CustomNumFmt: &oneDigit, Alignment: top}},
		{&b.withheld, excelize.Style{Font: &excelize.Font{Italic: true, Color: "55606E"}, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "right"}}},
	} {
		id, err := b.NewStyle(&s.style)
		if err != nil {
			return nil, err
		}
		*s.id = id
	}
	return b, nil
}

// add writes a sheet, its headers frozen. It does not stream: excelize packs
// streamed sheets in an order that changes from file to file.
func (b *book) add(sh sheet) error {
	if _, err := b.NewSheet(sh.name); err != nil {
		return err
	}
	for i, c := range sh.columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := b.SetColWidth(sh.name, name, name, c.width); err != nil {
			return err
		}
		if err := b.set(sh.name, i+1, 1, c.header, b.header); err != nil {
			return err
		}
	}
	for i, row := range sh.rows {
		for j, v := range row {
			if err := b.set(sh.name, j+1, i+2, v, b.styleOf(v)); err != nil {
				return err
			}
		}
	}
	if err := b.SetRowHeight(sh.name, 1, 24); err != nil {
		return err
	}
	return b.SetPanes(sh.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// set writes one cell, or none where there is nothing to write.
func (b *book) set(sheet string, column, row int, v any, style int) error {
	if v == nil || v == "" {
		return nil
	}
	at, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return err
	}
	if err := b.SetCellValue(sheet, at, v); err != nil {
		return err
	}
	return b.SetCellStyle(sheet, at, at, style)
}

func (b *book) styleOf(v any) int {
	switch v.(type) {
	case int:
		return b.integer
	case float64:
		return b.decimal
	}
	if v == withheld {
		return b.withheld
	}
	return b.text
}
