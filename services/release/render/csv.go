package render

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"onward/services/outcome"
	"onward/services/release"
)

// CSV writes the tables of a release as one tidy file after RFC 4180: UTF-8, a
// header, one line a figure. Each dimension by which any table groups has two
// columns, its value and its English label; both are empty in other tables.
// Numbers are unrounded; where a figure is withheld, suppressed is true and every
// number is empty. A text that a spreadsheet would take for a formula begins with
// an apostrophe. Funnels and curves are of another shape and are in the other
// three forms.
func CSV(w io.Writer, c release.Content) error {
	if err := check(c); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	by := dimensions(c)
	if err := out.Write(header(by)); err != nil {
		return err
	}
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			if err := out.Write(record(c, t, r, by)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// dimensions lists those by which any table groups, in the order in which they
// turn up.
func dimensions(c release.Content) []outcome.Dimension {
	var all []outcome.Dimension
	for _, t := range c.Tables {
		for _, d := range t.GroupBy {
			if !slices.Contains(all, d) {
				all = append(all, d)
			}
		}
	}
	return all
}

func header(by []outcome.Dimension) []string {
	names := []string{"release", "from", "to", "table", "indicator", "label", "unit", "measure"}
	for _, d := range by {
		name := strings.ToLower(string(d))
		names = append(names, name, name+"_label")
	}
	return append(names, "value", "base", "percent", "lower_quartile_days", "median_days", "upper_quartile_days", "mean",
		"excluded_no_consent", "suppressed", "baseline", "target", "definition_version", "digest")
}

func record(c release.Content, t release.Table, r release.Row, by []outcome.Dimension) []string {
	d, _ := c.Definition(r.Code)
	fields := []string{strconv.Itoa(c.Number), c.From.String(), c.To.String(), tableName(t), string(d.Code), safe(d.Label.EN), string(d.Unit), d.Measure}
	for _, dimension := range by {
		value, label := "", ""
		if i := slices.Index(t.GroupBy, dimension); i >= 0 {
			value, label = r.Group[i].Value, r.Labels[i].EN
		}
		fields = append(fields, safe(value), safe(label))
	}
	return append(fields, integer(r.Value), integer(r.Base), float(r.Percent), float(r.Lower), float(r.Median), float(r.Upper), float(r.Mean),
		integer(r.ExcludedNoConsent), strconv.FormatBool(r.Suppressed), float(r.Baseline), float(r.Target), strconv.Itoa(d.Version), r.Digest)
}

// tableName names a table by its dimensions: TOTAL, or PROVINCE+QUARTER.
func tableName(t release.Table) string {
	if len(t.GroupBy) == 0 {
		return "TOTAL"
	}
	names := make([]string, len(t.GroupBy))
	for i, d := range t.GroupBy {
		names[i] = string(d)
	}
	return strings.Join(names, "+")
}

// safe marks a text that a spreadsheet would calculate as text.
func safe(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// integer and float write a number as it is, and one that is absent as nothing.
func integer(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func float(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}
