package outcome

import (
	"time"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/track"
)

// Dimension is by what figures can be grouped.
type Dimension string

// The dimensions.
const (
	ByOrganisation Dimension = "ORGANISATION" // that recorded the event, by its identifier
	BySite         Dimension = "SITE"         // of the event, by its identifier
	ByProvince     Dimension = "PROVINCE"     // of the event's site, or else of its organisation
	ByPopulation   Dimension = "POPULATION"   // of the surviving case, as it was on the event's day
	BySex          Dimension = "SEX"          // hers, or a participant's
	ByAgeBand      Dimension = "AGE_BAND"     // on the event's day
	ByRisk         Dimension = "RISK"         // of the surviving case, as it was on the event's day
	ByTrack        Dimension = "TRACK"        // of the milestone
	ByClass        Dimension = "CLASS"        // of the scholarship
	ByMonth        Dimension = "MONTH"        // of the event's day, as in 2026-11
	ByQuarter      Dimension = "QUARTER"      // of the event's day, as in 2026-Q4
	ByYear         Dimension = "YEAR"         // of the event's day, as in 2026
	ByFiscalYear   Dimension = "FISCAL_YEAR"  // of the event's day, named by the year in which it ends, as in FY2027
)

// Dimensions lists them.
var Dimensions = []Dimension{ByOrganisation, BySite, ByProvince, ByPopulation, BySex, ByAgeBand, ByRisk, ByTrack, ByClass,
	ByMonth, ByQuarter, ByYear, ByFiscalYear}

// MaxDimensions is by how many dimensions a query may group.
const MaxDimensions = 3

// Values of a dimension that are no value.
const (
	Unknown       = "UNKNOWN"        // nobody knows: missing is a category, never dropped
	NotApplicable = "NOT_APPLICABLE" // the dimension says nothing of such a thing
)

// GroupValue is the value of one dimension: an identifier, a code, a span of time,
// or Unknown or NotApplicable.
type GroupValue struct {
	Dimension Dimension `json:"dimension"`
	Value     string    `json:"value"`
}

// Timed reports whether the dimension is a span of time.
func (d Dimension) Timed() bool {
	return d == ByMonth || d == ByQuarter || d == ByYear || d == ByFiscalYear
}

// personal reports whether the dimension says who she was on the day.
func (d Dimension) personal() bool {
	return d == ByPopulation || d == BySex || d == ByAgeBand || d == ByRisk
}

// span returns the span of time in which a day falls, and its name.
func (d Dimension) span(on calendar.Day, fiscalStart time.Month) (calendar.Period, string) {
	switch d {
	case ByMonth:
		return calendar.MonthOf(on), on.Month()
	case ByQuarter:
		return calendar.QuarterOf(on), on.Quarter()
	case ByYear:
		return calendar.YearFrom(time.January, on), on.Year()
	default:
		return calendar.YearFrom(fiscalStart, on), on.FiscalYear(fiscalStart)
	}
}

// longest returns the days of the longest span.
func (d Dimension) longest() int {
	switch d {
	case ByMonth:
		return 31
	case ByQuarter:
		return 92
	default:
		return 366
	}
}

// where is what the groups of an event, a network or an activity depend on. What
// is empty is Unknown.
type where struct {
	organisation id.Organisation
	site         id.Site
	province     string
	on           calendar.Day
	population   casefile.Population
	risk         casefile.Risk
	sex, age     string
	track        track.Kind
	class        string
}

// province returns the province of a site, or else of an organisation, or "".
func (p *Places) province(site id.Site, organisation id.Organisation) string {
	if v := p.SiteProvince[site]; v != "" {
		return v
	}
	return p.OrganisationProvince[organisation]
}

// grouping numbers the groups from 0 as they turn up. Values become small
// integers once, so that an event costs a few look-ups and no memory.
type grouping struct {
	by      []Dimension
	names   [MaxDimensions]dictionary // by position in by
	spans   [MaxDimensions][]span     // of a dimension of time: those that the period touches, in order
	numbers map[key]int
	keys    []key // by number
	last    int   // the group found last: events come in runs
}

// span is a stretch of time with its name.
type span struct {
	calendar.Period
	name string
}

// key is the numbers of a group's values, by position of the dimension.
type key [MaxDimensions]int32

func newGrouping(q Query, by []Dimension) *grouping {
	g := &grouping{by: by, numbers: map[key]int{}}
	for i, d := range by {
		g.names[i].numbers = map[string]int32{}
		if d.Timed() {
			g.spans[i] = spansOf(d, q)
		}
	}
	if len(g.by) == 0 {
		g.of(where{}) // the whole is there even when it is empty
	}
	return g
}

// spansOf returns the spans of a dimension that the period of a query touches.
func spansOf(d Dimension, q Query) []span {
	var all []span
	for day := q.Period.From; day <= q.Period.To; {
		p, name := d.span(day, q.fiscalStart())
		all = append(all, span{p, name})
		day = p.To + 1
	}
	return all
}

// shortest returns the shortest spans by which the groups are cut, or none.
func (g *grouping) shortest() []span {
	var found []span
	for _, s := range g.spans {
		if len(s) > len(found) {
			found = s
		}
	}
	return found
}

// of returns the number of the group.
func (g *grouping) of(w where) int {
	var k key
	for i, d := range g.by {
		if g.spans[i] != nil {
			k[i] = g.span(i, d.longest(), w.on)
		} else {
			k[i] = g.names[i].number(w.value(d))
		}
	}
	if g.last < len(g.keys) && g.keys[g.last] == k {
		return g.last
	}
	n, known := g.numbers[k]
	if !known {
		n = len(g.keys)
		g.numbers[k] = n
		g.keys = append(g.keys, k)
	}
	g.last = n
	return n
}

// value returns the value of a dimension that is no span of time.
func (w *where) value(d Dimension) string {
	switch d {
	case ByOrganisation:
		return string(w.organisation)
	case BySite:
		return string(w.site)
	case ByProvince:
		return w.province
	case ByPopulation:
		return string(w.population)
	case BySex:
		return w.sex
	case ByAgeBand:
		return w.age
	case ByRisk:
		return string(w.risk)
	case ByTrack:
		return string(w.track)
	case ByClass:
		return w.class
	}
	return ""
}

// span returns the place of a day of the period in the spans of a dimension. None
// is longer than the longest, so that the guess is never too late and, within a
// lifetime, hardly ever early.
func (g *grouping) span(i, longest int, on calendar.Day) int32 {
	spans := g.spans[i]
	n := int(on-spans[0].From) / longest
	for spans[n].To < on {
		n++
	}
	return int32(n)
}

// values returns the values of a group, in the order of the dimensions.
func (g *grouping) values(number int) []GroupValue {
	out := make([]GroupValue, len(g.by))
	for i, d := range g.by {
		n := g.keys[number][i]
		if spans := g.spans[i]; spans != nil {
			out[i] = GroupValue{Dimension: d, Value: spans[n].name}
		} else {
			out[i] = GroupValue{Dimension: d, Value: g.names[i].values[n]}
		}
	}
	return out
}

// dictionary numbers the values of a dimension from 0 as they turn up.
type dictionary struct {
	numbers map[string]int32
	values  []string
	last    int32
}

// number returns the number of a value; of none, that of Unknown.
func (d *dictionary) number(value string) int32 {
	if value == "" {
		value = Unknown
	}
	if int(d.last) < len(d.values) && d.values[d.last] == value {
		return d.last
	}
	n, known := d.numbers[value]
	if !known {
		n = int32(len(d.values))
		d.numbers[value] = n
		d.values = append(d.values, value)
	}
	d.last = n
	return n
}
