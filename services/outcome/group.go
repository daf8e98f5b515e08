package outcome

import (
	"slices"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
)

// Dimension is by what figures can be grouped.
type Dimension string

// The dimensions.
const (
	ByOrganisation Dimension = "ORGANISATION" // that recorded the event, by its identifier
	ByProvince     Dimension = "PROVINCE"     // of the event's site, or else of its organisation
	ByQuarter      Dimension = "QUARTER"      // of the event's day, as in 2026-Q4
	ByPopulation   Dimension = "POPULATION"   // of the surviving case, as it stands
)

// Dimensions lists them.
var Dimensions = []Dimension{ByOrganisation, ByProvince, ByQuarter, ByPopulation}

// MaxDimensions is by how many dimensions a query may group.
const MaxDimensions = 3

// Unknown is the value of a dimension that nobody knows: missing is a category,
// never dropped.
const Unknown = "UNKNOWN"

// GroupValue is the value of one dimension: an identifier, a province code, a
// quarter or a population, or Unknown.
type GroupValue struct {
	Dimension Dimension `json:"dimension"`
	Value     string    `json:"value"`
}

// where is what the groups of an event or a network depend on.
type where struct {
	organisation id.Organisation
	province     string
	on           calendar.Day
	population   casefile.Population
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
	by       []Dimension
	names    [MaxDimensions]dictionary // by position in by
	quarters []calendar.Period         // those that the period touches, in order
	numbers  map[key]int
	keys     []key // by number
	last     int   // the group found last: events come in runs
}

// key is the numbers of a group's values, by position of the dimension.
type key [MaxDimensions]int32

func newGrouping(q Query) *grouping {
	g := &grouping{by: q.GroupBy, numbers: map[key]int{}}
	for i := range g.by {
		g.names[i].numbers = map[string]int32{}
	}
	if slices.Contains(g.by, ByQuarter) {
		for day := q.Period.From; day <= q.Period.To; {
			quarter := calendar.QuarterOf(day)
			g.quarters = append(g.quarters, quarter)
			day = quarter.To + 1
		}
	}
	if len(g.by) == 0 {
		g.of(where{}) // the whole is there even when it is empty
	}
	return g
}

// of returns the number of the group.
func (g *grouping) of(w where) int {
	var k key
	for i, d := range g.by {
		switch d {
		case ByOrganisation:
			k[i] = g.names[i].number(string(w.organisation))
		case ByProvince:
			k[i] = g.names[i].number(w.province)
		case ByQuarter:
			k[i] = g.quarter(w.on)
		case ByPopulation:
			k[i] = g.names[i].number(string(w.population))
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

// quarter returns the place of a day of the period in the quarters. No quarter
// has more than 92 days, so that the guess is never too late and, within a
// lifetime, hardly ever early.
func (g *grouping) quarter(on calendar.Day) int32 {
	i := int(on-g.quarters[0].From) / 92
	for g.quarters[i].To < on {
		i++
	}
	return int32(i)
}

// values returns the values of a group, in the order of the dimensions.
func (g *grouping) values(number int) []GroupValue {
	out := make([]GroupValue, len(g.by))
	for i, d := range g.by {
		n := g.keys[number][i]
		if d == ByQuarter {
			out[i] = GroupValue{Dimension: d, Value: g.quarters[n].From.Quarter()}
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
