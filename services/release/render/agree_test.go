package render_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/release"
	"onward/services/release/render"
)

// columns are the numbers of a row, by their names in a CSV.
var columns = []string{"value", "base", "percent", "lower_quartile_days", "median_days", "upper_quartile_days", "mean", "excluded_no_consent", "baseline", "target"}

// numbersOf are the numbers of a row, in the order of columns; one that is absent
// is NaN.
func numbersOf(r release.Row) []float64 {
	whole := func(n *int) float64 {
		if n == nil {
			return math.NaN()
		}
		return float64(*n)
	}
	measured := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	return []float64{whole(r.Value), whole(r.Base), measured(r.Percent), measured(r.Lower), measured(r.Median), measured(r.Upper), measured(r.Mean),
		whole(r.ExcludedNoConsent), measured(r.Baseline), measured(r.Target)}
}

// someContent draws a content: tables of none, one and two dimensions, of every
// measure, with figures of every size, some of them withheld.
func someContent(t *rapid.T) release.Content {
	c := release.Content{Number: 1, Threshold: 11, Definitions: all}
	for _, by := range [][]outcome.Dimension{nil, {"ORGANISATION"}, {"PROVINCE"}, {"QUARTER"}, {"PROVINCE", "QUARTER"}} {
		table := release.Table{GroupBy: by}
		for _, d := range all {
			for i := range rapid.IntRange(1, 4).Draw(t, "groups") {
				group := make([]outcome.GroupValue, len(by))
				labels := make([]locale.Text, len(by))
				for k, dimension := range by {
					group[k], labels[k] = outcome.GroupValue{Dimension: dimension, Value: fmt.Sprintf("KH-%d", i+1)}, both(fmt.Sprintf("g%d", i+1))
				}
				table.Rows = append(table.Rows, someRow(t, d, group, labels))
			}
		}
		c.Tables = append(c.Tables, table)
	}
	return c
}

func someRow(t *rapid.T, d release.Definition, group []outcome.GroupValue, labels []locale.Text) release.Row {
	r := release.Row{Code: d.Code, Group: group, Labels: labels, Suppressed: rapid.Bool().Draw(t, "suppressed")}
	if r.Suppressed {
		return r
	}
	n := rapid.IntRange(0, 3_000_000)
	v := rapid.Float64Range(-5000, 5000)
	r.Value, r.ExcludedNoConsent = ptr(n.Draw(t, "value")), ptr(n.Draw(t, "excluded"))
	switch d.Measure {
	case "SHARE":
		r.Base, r.Percent = ptr(n.Draw(t, "base")), ptr(math.Abs(v.Draw(t, "percent")))
	case "DISTRIBUTION":
		r.Lower, r.Median, r.Upper = ptr(v.Draw(t, "lower")), ptr(v.Draw(t, "median")), ptr(v.Draw(t, "upper"))
	case "MEAN":
		r.Mean = ptr(v.Draw(t, "mean"))
	}
	if rapid.Bool().Draw(t, "has target") {
		r.Target = ptr(float64(n.Draw(t, "target")))
	}
	return r
}

// same reports whether two numbers are equal but for what rounding to a tenth or
// less leaves out; an absent one equals only an absent one.
func same(a, b, within float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) && math.IsNaN(b)
	}
	return math.Abs(a-b) <= within
}

// read reads a number as a form writes it; what is no number is NaN.
func read(text string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSuffix(strings.ReplaceAll(text, ",", ""), "%"), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// TestFormsAgree proves of contents with any figures that all four forms say the
// same numbers in the same places, the page as far as it rounds, and that where a
// figure is withheld none of them has a number.
func TestFormsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := someContent(t)
		agreeJSON(t, c)
		agreeCSV(t, c)
		agreeXLSX(t, c)
		for _, l := range locales {
			agreeHTML(t, c, l)
		}
	})
}

func agree(t *rapid.T, form string, r release.Row, got []float64, within float64) {
	want := numbersOf(r)
	for i := range columns {
		if !same(want[i], got[i], within) {
			t.Fatalf("%s: %s of %s %v is %v, want %v", form, columns[i], r.Code, r.Group, got[i], want[i])
		}
		if r.Suppressed && !math.IsNaN(got[i]) {
			t.Fatalf("%s: %s of %s %v is withheld and is %v", form, columns[i], r.Code, r.Group, got[i])
		}
	}
}

func agreeJSON(t *rapid.T, c release.Content) {
	var out bytes.Buffer
	if err := render.JSON(&out, c, seal); err != nil {
		t.Fatal(err)
	}
	var got struct{ Content release.Content }
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for i, table := range c.Tables {
		for j, r := range table.Rows {
			agree(t, "JSON", r, numbersOf(got.Content.Tables[i].Rows[j]), 0)
		}
	}
}

func agreeCSV(t *rapid.T, c release.Content) {
	var out bytes.Buffer
	if err := render.CSV(&out, c); err != nil {
		t.Fatal(err)
	}
	lines := records(t, out.Bytes())
	for _, table := range c.Tables {
		for _, r := range table.Rows {
			line := lines[0]
			lines = lines[1:]
			var got []float64
			for _, column := range columns {
				got = append(got, read(line[column]))
			}
			agree(t, "CSV", r, got, 0)
			if line["indicator"] != string(r.Code) || line["suppressed"] != strconv.FormatBool(r.Suppressed) {
				t.Fatalf("CSV: %v stands for %v", line, r)
			}
		}
	}
	if len(lines) > 0 {
		t.Fatalf("CSV has %d lines too many", len(lines))
	}
}

func agreeXLSX(t *rapid.T, c release.Content) {
	b := workbook(t, c)
	for i, table := range c.Tables {
		rows, err := b.GetRows(b.GetSheetList()[i+1], excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for j, r := range table.Rows {
			cells := slices.Concat(rows[j+1], make([]string, 40))[4+2*len(table.GroupBy):]
			var got []float64
			for k := range columns {
				got = append(got, read(cells[k]))
			}
			agree(t, "XLSX", r, got, 1e-9)
			if r.Suppressed != (cells[0] == "withheld") {
				t.Fatalf("XLSX: %s %v says %q", r.Code, r.Group, cells[0])
			}
		}
	}
}

// agreeHTML compares the figures of the whole by their first number, and all
// others cell by cell.
func agreeHTML(t *rapid.T, c release.Content, l locale.Locale) {
	page := pageOf(t, c, l)
	var figures []*html.Node
	for _, p := range every(page, "p") {
		if strings.HasPrefix(attribute(p, "class"), "number") {
			figures = append(figures, p)
		}
	}
	for i, r := range c.Tables[0].Rows {
		first, _, _ := strings.Cut(words(figures[i]), " ")
		if got := read(first); !same(got, principal(r), 0.05+1e-9) {
			t.Fatalf("page: %s is %q, want %v", r.Code, words(figures[i]), principal(r))
		}
	}
	tables := every(page, "table")
	for _, table := range c.Tables[1:] {
		for _, d := range all {
			rows := slices.DeleteFunc(slices.Clone(table.Rows), func(r release.Row) bool { return r.Code != d.Code })
			lines := every(every(tables[0], "tbody")[0], "tr")
			tables = tables[1:]
			for i, r := range rows {
				cells := every(lines[i], "td")
				if r.Suppressed {
					if len(cells) != 1 || strings.ContainsAny(words(cells[0]), "0123456789") {
						t.Fatalf("page: %s %v is withheld and says %q", r.Code, r.Group, words(lines[i]))
					}
					continue
				}
				agree(t, "page", r, shown(d, rows, cells), 0.05+1e-9)
			}
		}
	}
	for _, title := range every(page, "title") { // what a chart says of a mark
		if name, number, found := strings.Cut(words(title), ": "); found && strings.Contains(number, withheldIn[l]) && strings.ContainsAny(number, "0123456789") {
			t.Fatalf("page: %s is withheld and says %s", name, number)
		}
	}
}

var withheldIn = map[locale.Locale]string{locale.EN: "withheld", locale.KM: "មិនបង្ហាញ"}

// principal is the number that stands for a figure of the whole.
func principal(r release.Row) float64 {
	n := numbersOf(r)
	for _, i := range []int{2, 4, 6} {
		if !math.IsNaN(n[i]) {
			return n[i]
		}
	}
	return n[0]
}

// shown reads the cells of a row of the page in the order of columns.
func shown(d release.Definition, rows []release.Row, cells []*html.Node) []float64 {
	order := map[string][]int{"COUNT": {0}, "SHARE": {2, 0, 1}, "DISTRIBUTION": {3, 4, 5, 0}, "MEAN": {6, 0}}[d.Measure]
	order = append(slices.Clone(order), 7)
	if slices.ContainsFunc(rows, func(r release.Row) bool { return r.Target != nil }) {
		order = append(order, 9)
	}
	got := slices.Repeat([]float64{math.NaN()}, len(columns))
	for i, column := range order {
		got[column] = read(words(cells[i]))
	}
	return got
}
