package render

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"onward/services/calendar"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/release"
)

//go:embed page.html page.css
var pageFiles embed.FS

// pages are the template of the page, one a language.
var pages = map[locale.Locale]*template.Template{locale.EN: readPage(locale.EN), locale.KM: readPage(locale.KM)}

// readPage reads the template for a language: there, say writes a message.
func readPage(l locale.Locale) *template.Template {
	functions := template.FuncMap{
		"say": func(id string, data ...any) string {
			if len(data) == 0 {
				return text(l, id, nil)
			}
			return text(l, id, data[0])
		},
		"width": func() int { return width },
		"atlas": func() atlas { return cambodia },
	}
	return template.Must(template.New("page.html").Funcs(functions).ParseFS(pageFiles, "page.html"))
}

// style is that of the page: ours, and so no matter for escaping.
var style = func() template.CSS {
	css, err := pageFiles.ReadFile("page.css")
	if err != nil {
		panic("page.css: " + err.Error())
	}
	return template.CSS(css)
}()

// HTML writes a release as one page in a language that needs nothing else: no
// script, no font, no picture and no style comes from elsewhere, and its policy
// forbids it. Beside each chart stands a table of the same numbers, and with each
// figure its definition, what it leaves out, and its baseline and target where it
// has them. What was not translated is in English and marked so.
func HTML(w io.Writer, c release.Content, s release.Seal, l locale.Locale) error {
	if err := check(c); err != nil {
		return err
	}
	if l != locale.KM {
		l = locale.EN
	}
	var out bytes.Buffer
	if err := pages[l].Execute(&out, newPage(c, s, l)); err != nil {
		return err
	}
	_, err := out.WriteTo(w)
	return err
}

// page is what the template is filled with.
type page struct {
	release.Content
	Seal             release.Seal
	Lang             string
	Style            template.CSS
	Draft            bool
	Known, Published string
	Publisher        string
	Figures          []figure
	Sections         []section
	HasMap           bool
}

// section is a part of the page: a table, the funnels or the curves.
type section struct {
	ID, Title, Intro string
	Exhibits         []exhibit
}

// exhibit is a chart, the table of its numbers, and what is needed to read them.
type exhibit struct {
	Title    string
	Picture  *picture
	Grid     grid
	Meaning  *meaning
	Withheld string // why there is nothing to show
}

// meaning is the definition of a figure.
type meaning struct {
	Code    outcome.Code
	Version int
	Text    string
	Foreign string // the language of the text where it is not that of the page
}

// figure is one figure of the whole.
type figure struct {
	Label, Number, Unit, Detail string
	Withheld                    bool
	Excluded, Baseline, Target  string
	Meaning                     meaning
}

func newPage(c release.Content, s release.Seal, l locale.Locale) page {
	p := page{Content: c, Seal: s, Lang: strings.ToLower(string(l)), Style: style, Draft: s.Digest == "", Publisher: in(l, s.Publisher),
		Known: localTime(c.KnownAt), Published: localTime(s.PublishedAt)}
	for i, t := range c.Tables {
		if len(t.GroupBy) == 0 {
			for _, r := range t.Rows {
				p.Figures = append(p.Figures, newFigure(c, l, r))
			}
			continue
		}
		p.Sections = append(p.Sections, newSection(c, l, i, t))
		p.HasMap = p.HasMap || isMap(t)
	}
	if len(c.Curves) > 0 {
		p.Sections = slices.Insert(p.Sections, 0, curveSection(c, l))
	}
	if len(c.Funnels) > 0 {
		p.Sections = slices.Insert(p.Sections, 0, funnelSection(c, l))
	}
	p.number()
	return p
}

// number gives every picture an identifier of its own.
func (p *page) number() {
	n := 0
	for _, s := range p.Sections {
		for _, e := range s.Exhibits {
			if e.Picture != nil {
				n++
				e.Picture.ID = fmt.Sprintf("picture-%d", n)
			}
		}
	}
}

func newFigure(c release.Content, l locale.Locale, r release.Row) figure {
	d, _ := c.Definition(r.Code)
	f := figure{Label: in(l, d.Label), Withheld: r.Suppressed, Meaning: meaningOf(l, d)}
	if r.Suppressed {
		f.Number = absent(l, true)
		return f
	}
	if f.Number = headline(r, d); d.Measure != share { // of a share, the detail says of what
		f.Unit = axisUnit(l, d)
	}
	f.Detail = detail(l, r, d)
	f.Excluded = text(l, "figure.excluded", map[string]string{"N": leftOut(l, r)})
	f.Baseline, f.Target = amount(r.Baseline, d), amount(r.Target, d)
	return f
}

// principal is the number by which a figure is charted and compared with its target.
func principal(r release.Row, d release.Definition) *float64 {
	switch d.Measure {
	case share:
		return r.Percent
	case distribution:
		return r.Median
	case mean:
		return r.Mean
	}
	return value(r.Value)
}

// amount writes a number in the measure of a figure, or nothing where there is
// none.
func amount(v *float64, d release.Definition) string {
	switch {
	case v == nil:
		return ""
	case d.Measure == count:
		return tick(*v)
	case d.Measure == share:
		return decimal(*v, 1) + "%"
	case d.Measure == mean:
		return decimal(*v, 2)
	}
	return decimal(*v, 1)
}

func headline(r release.Row, d release.Definition) string {
	if n := amount(principal(r, d), d); n != "" {
		return n
	}
	return "–"
}

// axisUnit is what a figure is measured in.
func axisUnit(l locale.Locale, d release.Definition) string {
	switch d.Measure {
	case share:
		return text(l, "axis.share", map[string]string{"Unit": unitName(l, d.Unit)})
	case distribution:
		return text(l, "axis.days", nil)
	case mean:
		return text(l, "axis.mean", nil)
	}
	return unitName(l, d.Unit)
}

// detail says what stands behind a figure that is no plain count.
func detail(l locale.Locale, r release.Row, d release.Definition) string {
	n := map[string]string{"Value": orDash(r.Value), "Unit": unitName(l, d.Unit)}
	switch {
	case d.Measure == share && r.Base != nil:
		n["Base"] = whole(*r.Base)
		return text(l, "figure.share", n)
	case d.Measure == distribution && r.Lower != nil && r.Upper != nil:
		n["Lower"], n["Upper"] = decimal(*r.Lower, 1), decimal(*r.Upper, 1)
		return text(l, "figure.quartiles", n)
	case d.Measure == mean:
		return text(l, "figure.mean", n)
	}
	return ""
}

func orDash(n *int) string {
	if n == nil {
		return "–"
	}
	return whole(*n)
}

func meaningOf(l locale.Locale, d release.Definition) meaning {
	m := meaning{Code: d.Code, Version: d.Version, Text: in(l, d.Definition)}
	if l == locale.KM && d.Definition.KM == "" {
		m.Foreign = "en"
	}
	return m
}

// newSection is the part of the page about a grouped table: for each indicator
// its rows, charted where the table groups by one dimension.
func newSection(c release.Content, l locale.Locale, number int, t release.Table) section {
	s := section{ID: fmt.Sprintf("table-%d", number), Title: text(l, "section.by", map[string]string{"Names": tableTitle(l, t)}), Intro: text(l, "section.groups", nil)}
	for _, d := range c.Definitions {
		var rows []release.Row
		for _, r := range t.Rows {
			if r.Code == d.Code {
				rows = append(rows, r)
			}
		}
		if len(rows) > 0 {
			s.Exhibits = append(s.Exhibits, newExhibit(l, d, t, rows))
		}
	}
	return s
}

func newExhibit(l locale.Locale, d release.Definition, t release.Table, rows []release.Row) exhibit {
	m := meaningOf(l, d)
	e := exhibit{Title: in(l, d.Label), Grid: gridOf(l, d, t, rows), Meaning: &m}
	if len(t.GroupBy) != 1 {
		return e
	}
	data := measured{whole: d.Measure == count, unit: axisUnit(l, d)}
	if t.GroupBy[0].Timed() {
		rows = overTime(t, rows)
	}
	by := make([]outcome.GroupValue, len(rows))
	for i, r := range rows {
		by[i] = r.Group[0]
		data.data = append(data.data, datumOf(l, d, r))
	}
	var p picture
	switch {
	case isMap(t):
		p = provinceMap(l, data, by)
	case t.GroupBy[0].Timed():
		p = trend(l, data)
	default:
		p = bars(l, data)
	}
	p.Title, p.Desc = e.Title+" – "+tableTitle(l, t), text(l, "picture.desc", map[string]string{"Unit": data.unit})
	e.Picture = &p
	return e
}

func isMap(t release.Table) bool { return len(t.GroupBy) == 1 && t.GroupBy[0] == outcome.ByProvince }

// overTime returns the rows in the order of time, with an empty one for each
// period of which the table speaks and they do not: an axis leaves none out.
func overTime(t release.Table, rows []release.Row) []release.Row {
	byPeriod := map[string]release.Row{}
	for _, r := range t.Rows {
		byPeriod[r.Group[0].Value] = release.Row{Group: r.Group, Labels: r.Labels}
	}
	for _, r := range rows {
		byPeriod[r.Group[0].Value] = r
	}
	var all []release.Row
	for _, p := range slices.Sorted(maps.Keys(byPeriod)) {
		all = append(all, byPeriod[p])
	}
	return all
}

func datumOf(l locale.Locale, d release.Definition, r release.Row) datum {
	out := datum{Label: groupName(l, r.Group, r.Labels), Value: principal(r, d), Withheld: r.Suppressed, Low: r.Lower, High: r.Upper, Target: r.Target}
	if out.Text = amount(out.Value, d); out.Text == "" {
		out.Text = absent(l, r.Suppressed)
	}
	return out
}

func funnelSection(c release.Content, l locale.Locale) section {
	s := section{ID: "funnels", Title: text(l, "section.funnels", nil), Intro: text(l, "funnels.meaning", nil)}
	for _, f := range c.Funnels {
		p := funnel(l, f)
		p.Title, p.Desc = titleOf(in(l, f.Label), groupName(l, f.Group, f.Labels)), text(l, "funnels.desc", nil)
		g := grid{Caption: p.Title, Heads: []string{text(l, "head.step", nil), upper(unitName(l, "PERSON")), text(l, "head.ofFirst", nil)}}
		for _, step := range f.Steps {
			row := gridRow{Names: []string{in(l, step.Label)}}
			if step.Suppressed {
				row.Withheld = 2
			} else {
				row.Cells = []string{orDash(step.Count), dashed(shareOfFirst(f, step))}
			}
			g.Rows = append(g.Rows, row)
		}
		s.Exhibits = append(s.Exhibits, exhibit{Title: p.Title, Picture: &p, Grid: g})
	}
	return s
}

func titleOf(label, group string) string {
	if group == "" {
		return label
	}
	return label + " – " + group
}

func curveSection(c release.Content, l locale.Locale) section {
	s := section{ID: "curves", Title: text(l, "section.curves", nil), Intro: text(l, "curves.meaning", c)}
	for _, one := range c.Curves {
		e := exhibit{Title: titleOf(in(l, one.Label), groupName(l, one.Group, one.Labels))}
		if len(one.Points) == 0 {
			e.Withheld = text(l, "curves.withheld", c)
		} else {
			p := curve(l, one)
			p.Title, p.Desc = e.Title, text(l, "curves.desc", map[string]string{"What": in(l, one.Since)})
			e.Picture, e.Grid = &p, curveGrid(l, one, e.Title)
		}
		s.Exhibits = append(s.Exhibits, e)
	}
	return s
}

// curveGrid is the table of a curve: the days that are published, and no other.
func curveGrid(l locale.Locale, c release.Curve, caption string) grid {
	g := grid{Caption: caption, Heads: []string{text(l, "head.day", nil), text(l, "head.estimate", nil), text(l, "head.lowerBound", nil), text(l, "head.upperBound", nil), text(l, "head.atRisk", nil)}}
	for _, p := range c.Points {
		g.Rows = append(g.Rows, gridRow{Names: []string{whole(p.Day)}, Cells: []string{percent(p.Survival), percent(p.Lower), percent(p.Upper), whole(p.AtRisk)}})
	}
	return g
}

// percent writes a part of 1.
func percent(share float64) string { return decimal(100*share, 1) + "%" }

// localTime writes an instant in the programme's time zone, or nothing where there
// is none.
func localTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone).Format("2006-01-02 15:04") + " (UTC+7)"
}
