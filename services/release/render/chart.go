package render

import (
	"math"
	"slices"

	"onward/services/locale"
	"onward/services/release"
)

// datum is one figure in a chart.
type datum struct {
	Label    string
	Value    *float64 // absent where it is withheld or nobody knows it
	Text     string   // what stands beside it
	Withheld bool
	Low      *float64 // quartiles, where it has them
	High     *float64
	Target   *float64
}

// measured is a chart's figures, with what is measured and whether it comes in
// whole numbers.
type measured struct {
	data  []datum
	whole bool
	unit  string // of the axis
}

// axis is that of all figures.
func (m measured) axis() (from, to float64, ticks []float64) {
	low, high := 0.0, 0.0
	for _, d := range m.data {
		for _, v := range []*float64{d.Value, d.Low, d.High, d.Target} {
			if v != nil {
				low, high = min(low, *v), max(high, *v)
			}
		}
	}
	return axis(low, high, m.whole)
}

// legend explains the marks that need it, of those that the figures have.
func (m measured) legend(l locale.Locale) []key {
	var keys []key
	if slices.ContainsFunc(m.data, func(d datum) bool { return d.Low != nil }) {
		keys = append(keys, key{"k-range", text(l, "legend.quartiles", nil)})
	}
	if slices.ContainsFunc(m.data, func(d datum) bool { return d.Target != nil }) {
		keys = append(keys, key{"k-target", text(l, "legend.target", nil)})
	}
	if slices.ContainsFunc(m.data, func(d datum) bool { return d.Withheld }) {
		keys = append(keys, key{"k-hatch", text(l, "withheld", nil)})
	}
	return keys
}

// bars draws a bar below the name of each figure, so that long names have room.
func bars(l locale.Locale, m measured) picture {
	const row, bar, left, right = 40.0, 12.0, 2.0, width - 14.0
	bottom := row * float64(len(m.data))
	p := picture{Height: int(bottom) + 42, Legend: m.legend(l)}
	from, to, ticks := m.axis()
	x := scale{from, to, left, right}
	for _, t := range ticks {
		p.shape("grid", "", line(x.at(t), 2, x.at(t), bottom+4))
		p.word(anchor(t, ticks), x.at(t), bottom+18, tick(t))
	}
	p.word("unit m", (left+right)/2, bottom+36, m.unit)
	for i, d := range m.data {
		y := row * float64(i)
		p.word("name s", left+5, y+15, fit(d.Label, right-left-5-breadth(d.Text)-10))
		p.word("figure e", right, y+15, d.Text)
		y += 21
		switch {
		case d.Withheld:
			p.shape("hatch", d.Label+": "+d.Text, rect(x.at(0), y, 24, bar))
		case d.Value != nil:
			p.shape("bar", d.Label+": "+d.Text, rect(min(x.at(0), x.at(*d.Value)), y, math.Abs(x.at(*d.Value)-x.at(0)), bar))
		}
		if d.Low != nil && d.High != nil {
			p.shape("range", "", line(x.at(*d.Low), y+bar/2, x.at(*d.High), y+bar/2), line(x.at(*d.Low), y+2, x.at(*d.Low), y+bar-2), line(x.at(*d.High), y+2, x.at(*d.High), y+bar-2))
		}
		if d.Target != nil {
			p.shape("target", "", line(x.at(*d.Target), y-3, x.at(*d.Target), y+bar+3))
		}
	}
	p.shape("axis", "", line(x.at(0), 2, x.at(0), bottom+4))
	return p
}

// anchor keeps the words at both ends of an axis within the picture.
func anchor(t float64, ticks []float64) string {
	switch t {
	case ticks[0]:
		return "tick s"
	case ticks[len(ticks)-1]:
		return "tick e"
	}
	return "tick m"
}

// trend draws figures over time: whole numbers as columns, measured ones as a
// line that breaks where one is missing.
func trend(l locale.Locale, m measured) picture {
	const height, left, right, top, bottom = 236, 46.0, width - 8.0, 28.0, 200.0
	p := picture{Height: height, Legend: m.legend(l)}
	from, to, ticks := m.axis()
	y := scale{from, to, bottom, top}
	p.word("unit s", 0, 14, m.unit)
	for _, t := range ticks {
		p.shape("grid", "", line(left, y.at(t), right, y.at(t)))
		p.word("tick e", left-6, y.at(t)+4, tick(t))
	}
	band := (right - left) / float64(len(m.data))
	middle := func(i int) float64 { return left + band*(float64(i)+0.5) }
	for _, i := range spread(m.data, band) {
		p.word("tick m", middle(i), bottom+20, m.data[i].Label)
	}
	thick := min(band*0.7, 40)
	path := ""
	for i, d := range m.data {
		tip := d.Label + ": " + d.Text
		switch {
		case d.Withheld:
			p.shape("hatch", tip, rect(middle(i)-thick/2, y.at(0)-14, thick, 14))
		case d.Value != nil && m.whole:
			p.shape("bar", tip, rect(middle(i)-thick/2, min(y.at(0), y.at(*d.Value)), thick, math.Abs(y.at(*d.Value)-y.at(0))))
		case d.Value != nil:
			if i > 0 && m.data[i-1].Value != nil {
				path += line(middle(i-1), y.at(*m.data[i-1].Value), middle(i), y.at(*d.Value))
			}
			if d.Low != nil && d.High != nil {
				p.shape("range", "", line(middle(i), y.at(*d.Low), middle(i), y.at(*d.High)))
			}
		}
		if d.Target != nil {
			p.shape("target", "", line(middle(i)-thick/2-3, y.at(*d.Target), middle(i)+thick/2+3, y.at(*d.Target)))
		}
	}
	if path != "" {
		p.shape("curve", "", path)
	}
	for i, d := range m.data {
		if d.Value != nil && !m.whole {
			p.shape("bar", d.Label+": "+d.Text, dot(middle(i), y.at(*d.Value), 4))
		}
	}
	p.shape("axis", "", line(left, y.at(0), right, y.at(0)))
	return p
}

// spread returns which of the figures are named below a chart: every one, every
// second or fewer, as their names have room.
func spread(data []datum, band float64) []int {
	widest := 0.0
	for _, d := range data {
		widest = max(widest, breadth(d.Label))
	}
	step := max(1, int(math.Ceil((widest+8)/band)))
	var at []int
	for i := (len(data) - 1) % step / 2; i < len(data); i += step {
		at = append(at, i)
	}
	return at
}

// funnel draws how many took each step, with their share of those who took the
// first.
func funnel(l locale.Locale, f release.Funnel) picture {
	m := measured{whole: true, unit: unitName(l, "PERSON")}
	for _, s := range f.Steps {
		m.data = append(m.data, datum{Label: in(l, s.Label), Value: value(s.Count), Text: stepText(l, f, s), Withheld: s.Suppressed})
	}
	return bars(l, m)
}

// stepText says how many took a step and what share of the first that is.
func stepText(l locale.Locale, f release.Funnel, s release.Step) string {
	if s.Count == nil {
		return absent(l, s.Suppressed)
	}
	if share := shareOfFirst(f, s); share != "" {
		return whole(*s.Count) + " · " + share
	}
	return whole(*s.Count)
}

// shareOfFirst is a step's part of the first one, or "" where there is none to
// be had.
func shareOfFirst(f release.Funnel, s release.Step) string {
	first := f.Steps[0].Count
	if first == nil || *first == 0 || s.Count == nil {
		return ""
	}
	return decimal(100*float64(*s.Count)/float64(*first), 1) + "%"
}

// absent is what stands where there is no number.
func absent(l locale.Locale, suppressed bool) string {
	if suppressed {
		return text(l, "withheld", nil)
	}
	return "–"
}

func value(n *int) *float64 {
	if n == nil {
		return nil
	}
	v := float64(*n)
	return &v
}
