package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/outcome/disclosure"
)

// Spec says what a release is of.
type Spec struct {
	Period    calendar.Period
	KnownAt   time.Time
	Threshold int
	Withhold  []Withheld // beside what disclosure control withholds
}

// Withheld names a cell that whoever drafts keeps back.
type Withheld struct {
	Indicator outcome.Code         `json:"indicator"`
	Group     []outcome.GroupValue `json:"group,omitempty"` // empty for the whole
}

// Groupings returns by what the tables of a period are grouped, in their order. A
// site stands with its organisation and province, as readers know them. A period
// longer than a quarter is cut into quarters, a shorter one into months.
func Groupings(p calendar.Period) [][]outcome.Dimension {
	by := [][]outcome.Dimension{{}, {outcome.ByOrganisation}, {outcome.ByProvince},
		{outcome.BySite, outcome.ByOrganisation, outcome.ByProvince}, {outcome.ByPopulation}, {outcome.BySex}, {outcome.ByAgeBand}}
	switch {
	case p.From.AddMonths(3) <= p.To:
		return append(by, []outcome.Dimension{outcome.ByQuarter})
	case p.From.AddMonths(1) <= p.To:
		return append(by, []outcome.Dimension{outcome.ByMonth})
	}
	return by
}

// Figures is what was counted for a release, one report for each of its Groupings.
type Figures struct {
	Reports []outcome.Report
	Cohorts Cohorts
}

// Digest is a SHA-256, in hex, of all that was counted.
func (f Figures) Digest() (string, error) {
	all := struct {
		Tables  []string
		Cohorts Cohorts
	}{Cohorts: f.Cohorts}
	for _, r := range f.Reports {
		all.Tables = append(all.Tables, r.Digest)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "digest figures")
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Tables is a SHA-256, in hex, of what was counted for the tables: the figures
// without the cohorts, whom each day that goes by follows for longer.
func (f Figures) Tables() string {
	all := sha256.New()
	for _, r := range f.Reports {
		all.Write([]byte(r.Digest)) // each as long as the next
	}
	return hex.EncodeToString(all.Sum(nil))
}

// Cells are what disclosure control has decided. Those that are withheld have no
// numbers, so that nothing can show them.
type Cells []disclosure.Decision

// Build makes the content of a release from what was counted, with what disclosure
// control withholds after the earlier releases taken out. It returns with it what
// later releases are checked against, and an Invalid fault that names withhold for
// a cell that is in no table.
func Build(spec Spec, f Figures, w Words, earlier []Release) (Content, Cells, error) {
	b := builder{spec: spec, words: w, index: map[place]int{}}
	for _, r := range f.Reports {
		b.count(r)
	}
	if err := b.keep(); err != nil {
		return Content{}, nil, err
	}
	b.protect(earlier)
	digest, err := f.Digest()
	if err != nil {
		return Content{}, nil, err
	}
	c := Content{From: spec.Period.From, To: spec.Period.To, KnownAt: spec.KnownAt, Threshold: spec.Threshold, Figures: digest}
	groupings := Groupings(spec.Period)
	for i, r := range f.Reports {
		c.Tables = append(c.Tables, b.table(i, groupings[i], r))
	}
	for _, d := range f.Reports[0].Counted {
		c.Definitions = append(c.Definitions, definition(d.Code))
	}
	near := nested(earlier, spec.Period)
	c.Funnels, c.Curves = f.Cohorts.funnels(spec.Threshold, near), f.Cohorts.curves(spec.Threshold, near)
	return c, b.blank(), nil
}

func definition(code outcome.Code) Definition {
	i, _ := outcome.Find(code)
	return Definition{Code: code, Version: i.Version, Unit: i.Unit, Measure: string(i.Measure), Label: i.Labels, Definition: i.Definition}
}

// place is a row of a report, or who was left out of it for want of consent.
type place struct {
	table, row int
	excluded   bool
}

// builder makes one content.
type builder struct {
	spec   Spec
	words  Words
	cells  []disclosure.Cell
	index  map[place]int // of the cells
	made   []disclosure.Decision
	tables int // counted so far
}

// count takes the rows of a table as cells.
func (b *builder) count(r outcome.Report) {
	table := b.tables
	b.tables++
	for n, row := range r.Rows {
		i := row.Indicator()
		cell := disclosure.Cell{Series: string(row.Code), Group: coordinates(row.Group), Period: within(b.spec.Period, row.Group),
			Count: row.Value, Share: i.Measure == outcome.Share, Base: row.Base, Additive: i.Additive(), Exempt: !i.Unit.AboutPeople()}
		if !cell.Additive {
			cell.Fixed = []string{string(outcome.BySex)}
		}
		if opposite(row.Code) {
			cell.Count = row.Base - row.Value
		}
		b.add(place{table, n, false}, cell)
		if cell.Additive || len(row.Group) == 0 {
			cell.Series, cell.Count, cell.Share, cell.Base = cell.Series+"/EXCLUDED", row.ExcludedNoConsent, false, 0
			b.add(place{table, n, true}, cell)
		}
	}
}

func (b *builder) add(at place, c disclosure.Cell) {
	b.index[at] = len(b.cells)
	b.cells = append(b.cells, c)
}

// opposite reports whether control looks at those who do not fulfil a share: a case
// without a flag in a year has none in each quarter, so that only those with one
// are in the whole wherever they are in a part. To control both are the same.
func opposite(code outcome.Code) bool { return code == outcome.ContactKept }

func coordinates(group []outcome.GroupValue) []disclosure.Coordinate {
	var out []disclosure.Coordinate
	for _, g := range group {
		out = append(out, disclosure.Coordinate{Dimension: string(g.Dimension), Value: g.Value})
	}
	return out
}

// within returns the days of a period that a group counts.
func within(p calendar.Period, group []outcome.GroupValue) calendar.Period {
	for _, g := range group {
		for day := p.From; g.Dimension.Timed() && day <= p.To; day = day.AddMonths(1) {
			if g.Dimension == outcome.ByMonth && day.Month() == g.Value {
				return calendar.MonthOf(day)
			}
			if g.Dimension == outcome.ByQuarter && day.Quarter() == g.Value {
				q := calendar.QuarterOf(day)
				return calendar.Period{From: max(q.From, p.From), To: min(q.To, p.To)}
			}
		}
	}
	return p
}

// protect decides what is withheld, one series after the other. A series whose
// tables do not hang together as control understands them is withheld whole: what
// it could tell is not known.
func (b *builder) protect(earlier []Release) {
	before := published(touching(earlier, b.spec.Period))
	b.made = make([]disclosure.Decision, len(b.cells))
	series := map[string][]int{}
	for n, c := range b.cells {
		series[c.Series] = append(series[c.Series], n)
	}
	for _, all := range series {
		var cells []disclosure.Cell
		for _, n := range all {
			cells = append(cells, b.cells[n])
		}
		decided, err := disclosure.Protect(cells, b.spec.Threshold, before)
		for k, n := range all {
			b.made[n] = disclosure.Decision{Cell: b.cells[n], Reason: disclosure.Complementary}
			if err == nil {
				b.made[n] = decided[k]
			}
		}
	}
}

// keep marks what whoever drafts keeps back.
func (b *builder) keep() error {
	for _, w := range b.spec.Withhold {
		group, found := coordinates(w.Group), false
		for n := range b.cells {
			if c := &b.cells[n]; c.Series == string(w.Indicator) && same(c.Group, group) {
				c.Kept, found = true, true
			}
		}
		if !found {
			return fault.Input("withhold", "names a cell of %s that is in no table of the release", w.Indicator)
		}
	}
	return nil
}

func same(a, b []disclosure.Coordinate) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(c disclosure.Coordinate) bool { return !slices.Contains(b, c) })
}

// blank returns the decisions without the numbers of what is withheld.
func (b *builder) blank() Cells {
	for n := range b.made {
		if d := &b.made[n]; !d.Shown() {
			d.Count, d.Base = 0, 0
		}
	}
	return b.made
}

// table writes a table.
func (b *builder) table(n int, by []outcome.Dimension, r outcome.Report) Table {
	t := Table{GroupBy: by, Rows: make([]Row, 0, len(r.Rows))}
	for k, row := range r.Rows {
		t.Rows = append(t.Rows, b.row(n, k, row))
	}
	return t
}

func (b *builder) row(table, n int, r outcome.Row) Row {
	out := Row{Code: r.Code, Group: r.Group, Labels: make([]locale.Text, 0, len(r.Group))}
	for _, g := range r.Group {
		out.Labels = append(out.Labels, b.words.Label(g))
	}
	d := b.made[b.index[place{table, n, false}]]
	if out.Suppressed = !d.Shown(); out.Suppressed {
		return out
	}
	out.Value, out.Digest = &r.Value, r.Entries
	out.measure(r, d, b.spec.Threshold)
	if k, ok := b.index[place{table, n, true}]; ok && b.made[k].Shown() {
		out.ExcludedNoConsent = &r.ExcludedNoConsent
	}
	out.Baseline, out.Target = b.words.target(r, b.spec.Period)
	return out
}

// measure writes what a figure says beside its count.
func (out *Row) measure(r outcome.Row, d disclosure.Decision, threshold int) {
	if d.Share {
		base := disclosure.RoundedBase(r.Base)
		out.Base = &base
		d.Count = r.Value // of what control may have seen the opposite
		if percent, ok := disclosure.Percent(d); ok {
			out.Percent = &percent
		}
	}
	if !d.Exempt && !disclosure.Observed(r.Value, threshold) {
		return
	}
	if q := r.Days; q != nil {
		out.Lower, out.Median, out.Upper = &q.Lower, &q.Median, &q.Upper
	}
	out.Mean = r.Mean
}

// touching returns the releases whose days are among those of a period, or of
// another one that touches it. The others have nothing to do with it.
func touching(all []Release, p calendar.Period) []Release {
	var near []Release
	far := slices.Clone(all)
	reach := []calendar.Period{p}
	for len(reach) > 0 {
		next := reach[0]
		reach = reach[1:]
		far = slices.DeleteFunc(far, func(r Release) bool {
			touches := r.From <= next.To && next.From <= r.To
			if touches {
				near, reach = append(near, r), append(reach, calendar.Period{From: r.From, To: r.To})
			}
			return touches
		})
	}
	return near
}

// nested returns the releases of a period, of a part of it, and of one of which it
// is a part.
func nested(all []Release, p calendar.Period) []Release {
	return slices.DeleteFunc(slices.Clone(all), func(r Release) bool {
		return !(r.From <= p.From && p.To <= r.To) && !(p.From <= r.From && r.To <= p.To)
	})
}

// published returns releases as disclosure control reads them.
func published(all []Release) []disclosure.Release {
	var out []disclosure.Release
	for _, r := range all {
		out = append(out, disclosure.Release{Number: r.Number, Cells: r.Cells})
	}
	return out
}

// Findings returns what forbids publishing a draft after the earlier releases, in
// words that name cells and no number.
func (d Draft) Findings(earlier []Release) []string {
	near := touching(earlier, calendar.Period{From: d.From, To: d.To})
	next := disclosure.Release{Number: len(earlier) + 1, Cells: d.Cells}
	var out []string
	for _, f := range disclosure.Check(next, published(near), d.Content.Threshold) {
		out = append(out, f.String())
	}
	return append(out, d.Content.cohortFindings(nested(earlier, calendar.Period{From: d.From, To: d.To}))...)
}
