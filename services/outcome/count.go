package outcome

import (
	"slices"
	"strings"

	"onward/services/casefile"
	"onward/services/track"
)

// counter counts what a query asks for into cells, one for each group and
// indicator, in one pass over the events.
type counter struct {
	query    Query
	places   *Places
	province bool        // whether provinces are asked for
	asked    []Indicator // in the order of the Registry
	rules    []int       // those of asked that count events of cases
	groups   *grouping
	cells    []cell // of group g and asked indicator i: at g*len(asked)+i
	event    event
	unit     int32 // the person or network being counted, from 1
}

func newCounter(q Query, places *Places) *counter {
	c := &counter{
		query: q, places: places, province: slices.Contains(q.GroupBy, ByProvince),
		groups: newGrouping(q), event: event{places: places, until: q.Period.To},
	}
	for _, i := range Registry {
		if len(q.Indicators) > 0 && !slices.Contains(q.Indicators, i.Code) {
			continue
		}
		if i.counts != nil {
			c.rules = append(c.rules, len(c.asked))
		}
		c.asked = append(c.asked, i)
	}
	return c
}

// person counts the events of a person.
func (c *counter) person(records []record) {
	c.unit++
	for _, r := range records {
		c.record(r)
	}
}

func (c *counter) record(r record) {
	c.event.of = r.of
	identity := identityOf(r.of.ID)
	for _, kind := range track.Kinds {
		milestones := r.of.Milestones(kind)
		for i := range milestones {
			if m := &milestones[i]; c.asks(&m.Stamp) {
				c.event.milestone(kind, m)
				c.count(r.survivor, identity)
			}
		}
	}
	for i := range r.of.Legal.Matters {
		if first := r.of.Legal.Matters[i].Convicted; first != nil && c.asks(first) {
			c.event.conviction(first)
			c.count(r.survivor, identity)
		}
	}
	for i := range r.of.Services {
		if d := &r.of.Services[i]; c.asks(&d.Stamp) {
			c.event.delivery(d)
			c.count(r.survivor, identity)
		}
	}
}

// asks reports whether the query asks for what happened then and there.
func (c *counter) asks(at *track.Stamp) bool {
	return c.query.Period.Contains(at.On) &&
		(c.query.Organisation == "" || c.query.Organisation == at.Organisation)
}

// count counts the event for every indicator for which it counts.
func (c *counter) count(survivor *casefile.Case, identity mark) {
	at := c.event.stamp
	first, consented, entry := -1, false, mark{}
	for _, i := range c.rules {
		indicator := &c.asked[i]
		if !indicator.counts(&c.event) {
			continue
		}
		if first < 0 {
			first = c.firstCell(c.where(at, survivor))
			consented = survivor.Consented(casefile.ForReporting, at.On)
			entry = identity.entry(int(at.Entry), at.On, consented)
		}
		cell := &c.cells[first+i]
		if indicator.Unit == Person {
			cell.addOnce(c.unit, consented)
		} else {
			cell.add(consented) // the fold has each award and each matter once
		}
		cell.entries = cell.entries.plus(entry)
		if indicator.also != nil {
			second := indicator.also(&c.event)
			cell.entries = cell.entries.plus(identity.entry(int(second.Entry), second.On, consented))
		}
	}
}

func (c *counter) where(at *track.Stamp, survivor *casefile.Case) where {
	w := where{organisation: at.Organisation, on: at.On, population: survivor.Population}
	if c.province {
		w.province = c.places.province(at.Site, at.Organisation)
	}
	return w
}

// firstCell returns the place of the group's first cell.
func (c *counter) firstCell(w where) int {
	first := c.groups.of(w) * len(c.asked)
	for len(c.cells) < first+len(c.asked) {
		c.cells = append(c.cells, cell{})
	}
	return first
}

// cell is one figure while it is counted.
type cell struct {
	value, excluded  int
	counted, leftOut int32 // the unit that was last
	entries          mark  // the sum of those that count, with consent or without
}

// add counts a thing of which each is one.
func (c *cell) add(consented bool) {
	if consented {
		c.value++
	} else {
		c.excluded++
	}
}

// addOnce counts a unit unless it was counted before. All of a unit's events
// come one after another, so that remembering the last one is enough. A unit
// that was left out is counted after all when an event with consent turns up.
func (c *cell) addOnce(unit int32, consented bool) {
	switch {
	case c.counted == unit, !consented && c.leftOut == unit:
		return
	case !consented:
		c.excluded++
		c.leftOut = unit
		return
	case c.leftOut == unit:
		c.excluded--
	}
	c.value++
	c.counted = unit
}

// report makes the rows of the cells that hold anything.
func (c *counter) report() Report {
	r := Report{Period: c.query.Period, Rows: []Row{}}
	groups := c.sorted()
	digest := newDigest(c.query, c.asked)
	for i, indicator := range c.asked {
		for _, g := range groups {
			var found cell
			if at := g.number*len(c.asked) + i; at < len(c.cells) {
				found = c.cells[at]
			}
			if found.value+found.excluded == 0 && len(c.query.GroupBy) > 0 {
				continue
			}
			row := Row{Code: indicator.Code, Group: g.values, Value: found.value, ExcludedNoConsent: found.excluded}
			r.Rows = append(r.Rows, row)
			digest.row(row, found.entries)
		}
	}
	r.Digest, r.Counted = digest.hex(), definitions(c.asked)
	return r
}

type group struct {
	number int
	values []GroupValue
}

// sorted returns the groups in the order of their values.
func (c *counter) sorted() []group {
	groups := make([]group, len(c.groups.keys))
	for n := range groups {
		groups[n] = group{number: n, values: c.groups.values(n)}
	}
	slices.SortFunc(groups, func(a, b group) int {
		return slices.CompareFunc(a.values, b.values, func(x, y GroupValue) int {
			return strings.Compare(x.Value, y.Value)
		})
	})
	return groups
}
