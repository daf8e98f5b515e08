package render_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/release"
	"onward/services/release/render"
)

// pageOf renders and reads a page.
func pageOf(t interface{ Fatal(...any) }, c release.Content, l locale.Locale) *html.Node {
	var out bytes.Buffer
	if err := render.HTML(&out, c, seal, l); err != nil {
		t.Fatal(err)
	}
	page, err := html.Parse(&out)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// every lists the elements of a name below a node.
func every(n *html.Node, name string) []*html.Node {
	var all []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name {
			all = append(all, d)
		}
	}
	return all
}

// attribute returns the value of one, or "".
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words returns the text below a node.
func words(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(out.String())
}

var locales = []locale.Locale{locale.EN, locale.KM}

// TestPageNeedsNothingElse proves that a page runs nothing, loads nothing and
// refers to nothing outside itself.
func TestPageNeedsNothingElse(t *testing.T) {
	for _, l := range locales {
		page := pageOf(t, example(), l)
		ids := map[string]bool{}
		for d := range page.Descendants() {
			if d.Type != html.ElementNode {
				continue
			}
			if id := attribute(d, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s: the id %s stands twice", l, id)
				}
				ids[id] = true
			}
		}
		for d := range page.Descendants() {
			if d.Type != html.ElementNode {
				continue
			}
			if slices.Contains([]string{"script", "iframe", "object", "embed", "form", "base", "img", "audio", "video"}, d.Data) {
				t.Errorf("%s: the page has a %s", l, d.Data)
			}
			for _, a := range d.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					t.Errorf("%s: %s has %s", l, d.Data, a.Key)
				}
				switch a.Key {
				case "href", "src", "srcset", "action", "data", "poster", "background":
					if id, own := strings.CutPrefix(a.Val, "#"); a.Val != "data:," && !(own && ids[id]) {
						t.Errorf("%s: %s leads to %q", l, d.Data, a.Val)
					}
				case "aria-labelledby":
					for id := range strings.FieldsSeq(a.Val) {
						if !ids[id] {
							t.Errorf("%s: nothing has the id %s", l, id)
						}
					}
				}
			}
		}
		for _, s := range every(page, "style") {
			css := regexp.MustCompile(`url\(#[a-z-]+\)`).ReplaceAllString(words(s), "")
			if strings.Contains(css, "url(") || strings.Contains(css, "@import") {
				t.Errorf("%s: the style loads something", l)
			}
		}
		policy := ""
		for _, m := range every(page, "meta") {
			if attribute(m, "http-equiv") == "Content-Security-Policy" {
				policy = attribute(m, "content")
			}
		}
		if !strings.HasPrefix(policy, "default-src 'none'; style-src 'unsafe-inline'; img-src data:;") {
			t.Errorf("%s: the policy is %q", l, policy)
		}
	}
}

// TestPageIsAccessible proves that every picture has a name, a description and a
// table of its numbers, every table a caption and heads with a scope, and that no
// heading leaves a level out.
func TestPageIsAccessible(t *testing.T) {
	for _, l := range locales {
		page := pageOf(t, example(), l)
		if got := attribute(every(page, "html")[0], "lang"); got != strings.ToLower(string(l)) {
			t.Errorf("the page in %s says lang %q", l, got)
		}
		pictures := 0
		for _, s := range every(page, "svg") {
			if len(every(s, "title")) == 0 || words(every(s, "title")[0]) == "" {
				t.Errorf("%s: a picture has no title", l)
			}
			if attribute(s, "aria-hidden") == "true" {
				continue
			}
			pictures++
			if attribute(s, "role") != "img" || len(every(s, "desc")) != 1 || words(every(s, "desc")[0]) == "" {
				t.Errorf("%s: %s has no role or description", l, words(every(s, "title")[0]))
			}
			article := s
			for article.Data != "article" {
				article = article.Parent
			}
			if len(every(article, "table")) == 0 {
				t.Errorf("%s: %s has no table beside it", l, words(every(s, "title")[0]))
			}
		}
		if pictures != 14 { // a funnel, a curve, and four indicators by quarter, province and organisation
			t.Errorf("%s: %d pictures", l, pictures)
		}
		for _, table := range every(page, "table") {
			if len(every(table, "caption")) != 1 || words(every(table, "caption")[0]) == "" {
				t.Errorf("%s: a table has no caption", l)
			}
			for _, th := range every(table, "th") {
				if s := attribute(th, "scope"); s != "col" && s != "row" {
					t.Errorf("%s: %q has the scope %q", l, words(th), s)
				}
			}
		}
		level := 0
		for d := range page.Descendants() {
			if d.Type == html.ElementNode && len(d.Data) == 2 && d.Data[0] == 'h' && d.Data[1] >= '1' && d.Data[1] <= '6' {
				if here := int(d.Data[1] - '0'); here > level+1 {
					t.Errorf("%s: %q is of level %d after %d", l, words(d), here, level)
				} else {
					level = here
				}
			}
		}
	}
}

// TestFigureHasItsMeaningBesideIt proves that each figure of the whole and each
// chart of an indicator has the definition and its version beside it, and what
// was left out.
func TestFigureHasItsMeaningBesideIt(t *testing.T) {
	page := pageOf(t, example(), locale.EN)
	for _, a := range every(page, "article") {
		name := words(every(a, "h3")[0])
		for _, d := range all {
			if name == d.Label.EN {
				text := words(a)
				for _, want := range []string{d.Definition.EN, string(d.Code), "Version " + string(rune('0'+d.Version)), "Left out without consent"} {
					if !strings.Contains(text, want) {
						t.Errorf("%s does not say %q", name, want)
					}
				}
			}
		}
	}
}

// TestWithheldExclusionsAreSaid proves that where a figure is shown and the number of those who
// were left out of it is not, page and workbook say that it is withheld, as of no figure of nobody.
func TestWithheldExclusionsAreSaid(t *testing.T) {
	row := rowOf(people, 150, []outcome.GroupValue{by("ORGANISATION", "org_1")}, both("Lotus House"))
	row.ExcludedNoConsent = nil
	total := row
	total.Group, total.Labels = nil, nil
	c := release.Content{Threshold: 11, Definitions: all, Tables: []release.Table{{Rows: []release.Row{total}}, {GroupBy: []outcome.Dimension{"ORGANISATION"}, Rows: []release.Row{row}}}}
	for _, l := range locales {
		page := pageOf(t, c, l)
		if cells := every(page, "td"); len(cells) != 2 || words(cells[0]) != "150" || words(cells[1]) != withheldIn[l] {
			t.Errorf("%s: the row is %q and %q", l, words(cells[0]), words(cells[1]))
		}
		if figure := words(every(page, "article")[0]); !strings.Contains(figure, withheldIn[l]) {
			t.Errorf("%s: the figure of the whole says %q", l, figure)
		}
	}
	rows, err := workbook(t, c).GetRows("1 total")
	if err != nil {
		t.Fatal(err)
	}
	if got := rows[1][11]; got != "withheld" {
		t.Errorf("in the workbook, %s is %q", rows[0][11], got)
	}
}

// TestCurveTellsOfNoOtherDay proves that the page says of a curve what is published and
// no more: a dot and a line of the table for each published day, and nothing of a day
// before it, on which the curve may have come down already.
func TestCurveTellsOfNoOtherDay(t *testing.T) {
	c := release.Content{Threshold: 11, Curves: []release.Curve{{Name: "JOB_RETENTION", Label: both("Staying in work"), Since: both("the first day of work"),
		Points: []release.Point{{Day: 365, Survival: 0.59, Lower: 0.51, Upper: 0.66, AtRisk: 74, Ended: 80, Gone: 48}}}}}
	for _, l := range locales {
		page := pageOf(t, c, l)
		var table [][]string
		for _, tr := range every(every(page, "tbody")[0], "tr") {
			var cells []string
			for _, cell := range slices.Concat(every(tr, "th"), every(tr, "td")) {
				cells = append(cells, words(cell))
			}
			table = append(table, cells)
		}
		if want := [][]string{{"365", "59.0%", "51.0%", "66.0%", "74"}}; !slices.EqualFunc(table, want, slices.Equal) {
			t.Errorf("%s: the table of the curve is %v", l, table)
		}
		dots := 0
		for _, p := range every(page, "path") {
			switch attribute(p, "class") {
			case "bar":
				dots++
			case "between":
				if d := attribute(p, "d"); strings.Count(d, "L") != 1 || strings.ContainsAny(d, "HV") {
					t.Errorf("%s: between the days the curve goes %s", l, d)
				}
			case "curve", "band":
				t.Errorf("%s: the curve is drawn through days that are withheld", l)
			}
		}
		if dots != 1 {
			t.Errorf("%s: %d dots", l, dots)
		}
	}
}

// TestLanguageOfPage proves that each page is written in its own language, and
// marks what is not.
func TestLanguageOfPage(t *testing.T) {
	khmer := func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Khmer, r) })
	}
	if khmer(words(every(pageOf(t, example(), locale.EN), "body")[0])) {
		t.Error("the English page has Khmer letters")
	}
	page := pageOf(t, example(), locale.KM)
	numbers := regexp.MustCompile(`^[\d-]+(-Q\d)?: [\d,.%-]+$`) // a quarter and its figure
	for _, name := range []string{"h1", "h2", "h3", "caption", "dt", "summary", "a", "title", "desc", "figcaption"} {
		for _, n := range every(page, name) {
			if text := words(n); text != "–" && text != "" && !khmer(text) && !numbers.MatchString(text) {
				t.Errorf("a %s of the Khmer page is %q", name, text)
			}
		}
	}
	foreign := 0
	for _, p := range every(page, "p") {
		if text := words(p); strings.HasPrefix(text, "Distinct persons") {
			foreign++
			if attribute(p, "lang") != "en" {
				t.Error("an English definition is not marked as English")
			}
		}
	}
	if foreign == 0 {
		t.Error("a definition without a translation is not in the Khmer page")
	}
}

// TestLongNamesAreCutWhole proves that a name which has no room in a chart ends
// in an ellipsis and that no letter of it is cut from its marks, nor from the one
// that stands below it.
func TestLongNamesAreCutWhole(t *testing.T) {
	const below = '\u17d2'
	rapid.Check(t, func(t *rapid.T) {
		syllables := rapid.SampledFrom([]string{"ក", "ខ្មែ", "ស្ត្រី", "ភ្នំ", "ពេញ", "ាំ", "ម", "e", "Mekong ", " ", "é"})
		label := "ផ" + strings.Join(rapid.SliceOfN(syllables, 15, 60).Draw(t, "label"), "") + "ន"
		c := release.Content{Threshold: 11, Definitions: all, Tables: []release.Table{{GroupBy: []outcome.Dimension{"ORGANISATION"},
			Rows: []release.Row{rowOf(people, 1481, []outcome.GroupValue{by("ORGANISATION", "org_1")}, both(label))}}}}
		for _, text := range every(pageOf(t, c, locale.KM), "text") {
			if attribute(text, "class") != "name s" {
				continue
			}
			shown, cut := strings.CutSuffix(text.FirstChild.Data, "…")
			rest, prefix := strings.CutPrefix(label, shown)
			if !prefix || cut != (rest != "") {
				t.Fatalf("%q is shown as %q", label, text.FirstChild.Data)
			}
			if next, _ := utf8.DecodeRuneInString(rest); cut && (unicode.Is(unicode.M, next) || strings.HasSuffix(shown, string(below))) {
				t.Fatalf("%q is cut within a letter: %q", label, shown)
			}
		}
	})
}
