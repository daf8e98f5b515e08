// Package render writes a release as a file: JSON for programs, CSV and XLSX for
// those who count on, and one HTML page for those who read. All four say the same
// numbers. It is pure: it makes bytes of a content and its seal, and the same
// bytes of the same.
package render

import (
	"fmt"
	"strconv"
	"strings"

	"onward/services/locale"
	"onward/services/release"
)

// What a figure is, as a definition says it.
const (
	count        = "COUNT"
	share        = "SHARE"
	distribution = "DISTRIBUTION"
	mean         = "MEAN"
)

// check returns an error that names a figure which cannot be written: one whose
// definition is not there, whose groups are not those of its table, or which is
// withheld and has a number all the same. The last would publish what disclosure
// control took out; so it is looked for here once more, before any byte.
func check(c release.Content) error {
	for i, t := range c.Tables {
		for j, r := range t.Rows {
			_, defined := c.Definition(r.Code)
			switch {
			case !defined:
				return fmt.Errorf("row %d of table %d: no definition of %s", j, i, r.Code)
			case len(r.Group) != len(t.GroupBy) || len(r.Labels) != len(t.GroupBy):
				return fmt.Errorf("row %d of table %d: %d groups and %d labels, the table has %d", j, i, len(r.Group), len(r.Labels), len(t.GroupBy))
			case r.Suppressed && hasNumber(r):
				return fmt.Errorf("row %d of table %d: %s is withheld and has a number", j, i, r.Code)
			}
		}
	}
	for _, f := range c.Funnels {
		for _, s := range f.Steps {
			if s.Suppressed && s.Count != nil {
				return fmt.Errorf("funnel %s: %s is withheld and has a number", f.Name, s.Code)
			}
		}
	}
	return nil
}

// hasNumber reports whether a row says more than that something is withheld.
func hasNumber(r release.Row) bool {
	return r.Value != nil || r.Base != nil || r.Percent != nil || r.Lower != nil || r.Median != nil || r.Upper != nil || r.Mean != nil ||
		r.ExcludedNoConsent != nil || r.Baseline != nil || r.Target != nil || r.Digest != ""
}

// in returns a text in a language, or in English where it was not translated.
func in(l locale.Locale, t locale.Text) string {
	if text := t.In(l); text != "" {
		return text
	}
	return t.EN
}

// whole writes a number of things, in groups of three digits. Both languages are
// given the same signs: a point that parts thousands in one and decimals in the
// other would be misread.
func whole(n int) string {
	digits := strconv.Itoa(n)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(digits) - 3; i > first; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// decimal writes a measured number with so many digits after the point.
func decimal(v float64, digits int) string {
	text := strconv.FormatFloat(v, 'f', digits, 64)
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	if strings.Trim(text, "0.") == "" {
		sign = "" // what rounds to zero is neither above nor below it
	}
	before, after, _ := strings.Cut(text, ".")
	n, _ := strconv.Atoi(before) // digits alone; a figure has no more than an int holds
	return sign + whole(n) + "." + after
}
