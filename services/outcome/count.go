package outcome

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/outcome/cohort"
	"onward/services/track"
)

// counter counts what a query asks for into cells, one for each group and
// indicator of each table, in one pass over the cases. What was counted can be
// taken back: the figures are sums over persons, and what a person adds depends on
// her own cases alone.
type counter struct {
	query              Query
	until              calendar.Day // nothing after it is counted
	places             *Places
	province, personal bool        // whether a grouping needs provinces, or who she was
	asked              []Indicator // in the order of the Registry
	rules              rules       // the places in asked, by how they count
	tables             []*table    // the whole first
	event              event
	unit               int32 // the person or network being counted, from 1
	sign               int   // +1 while things are added, -1 while they are taken back

	of       record // the case that is looked at
	identity mark   // of that case
	looking  int    // the indicator for which it is looked at
	found    func(sighting)
	follow   func(record, sighting)

	hears  func(*table, int, Contribution) // called with each contribution and its cell; nil where nobody asks
	ripens func(calendar.Day)              // called with the days after until on which something of a person will count, or fulfil; nil where nobody asks
}

// rules are the places of indicators in counter.asked, by how they count.
type rules struct {
	events []int // look at each event of a case
	cases  []int // look at each case
	spans  []int // look at each case in each span of time
	people []int // look at all cases of a person
}

// table is the cells of one grouping.
type table struct {
	groups *grouping
	spans  []calendar.Period // in which things that last are counted: the shortest of the grouping, or the whole
	cells  []cell            // of group g and asked indicator i: at g*len(asked)+i
	first  int               // the first cell of the event being counted
}

func newCounter(q Query, places *Places, groupings ...[]Dimension) *counter {
	if len(groupings) == 0 && len(q.GroupBy) > 0 {
		groupings = [][]Dimension{q.GroupBy}
	}
	needed := slices.Concat(groupings...)
	c := &counter{query: q, until: q.until(), places: places, sign: 1,
		province: slices.Contains(needed, ByProvince),
		personal: slices.ContainsFunc(needed, Dimension.personal), event: event{places: places, until: q.until()}}
	c.query.months = monthEnds(q.Period)
	c.listen()
	c.ask()
	c.tables = []*table{newTable(q, nil)}
	for _, by := range groupings {
		c.tables = append(c.tables, newTable(q, by))
	}
	return c
}

// ask notes which indicators are asked for, by how they count.
func (c *counter) ask() {
	for _, i := range Registry {
		if len(c.query.Indicators) > 0 && !slices.Contains(c.query.Indicators, i.Code) || i.Code == DaysBetween && c.query.Between == nil {
			continue
		}
		n := len(c.asked)
		c.asked = append(c.asked, i)
		switch {
		case i.counts != nil:
			c.rules.events = append(c.rules.events, n)
		case i.finds != nil:
			c.rules.cases = append(c.rules.cases, n)
		case i.lasts != nil:
			c.rules.spans = append(c.rules.spans, n)
		case i.follows != nil:
			c.rules.people = append(c.rules.people, n)
		}
	}
}

func newTable(q Query, by []Dimension) *table {
	t := &table{groups: newGrouping(q, by)}
	for _, s := range t.groups.shortest() {
		t.spans = append(t.spans, calendar.Period{From: max(s.From, q.Period.From), To: min(s.To, q.Period.To)})
	}
	if t.spans == nil {
		t.spans = []calendar.Period{q.Period}
	}
	return t
}

// all counts everything.
func (c *counter) all(cases iter.Seq[*casefile.Case], beside Programme) {
	if r := c.rules; len(r.events)+len(r.cases)+len(r.spans)+len(r.people) > 0 {
		for records := range Persons(cases) {
			c.person(records)
		}
	}
	c.beside(beside)
}

// beside counts what is no case.
func (c *counter) beside(p Programme) {
	c.networks(p.Networks)
	c.activities(p.Activities)
}

// person counts what happened to a person.
func (c *counter) person(records cohort.Person) {
	c.unit++
	for _, r := range records {
		c.record(r)
	}
	for _, i := range c.rules.people {
		c.looking = i
		c.asked[i].follows(records, c.follow)
	}
}

func (c *counter) record(r record) {
	c.turn(r)
	c.events(r)
	for _, i := range c.rules.cases {
		c.looking = i
		c.asked[i].finds(&c.query, r.Of, c.found)
	}
	if len(c.rules.spans) > 0 {
		for _, t := range c.tables {
			c.lasting(t, r)
		}
		for i := range r.Of.Flags {
			c.waits(r.Of.Flags[i].Since) // from which on a case that was counted has it
		}
	}
	for i := range r.Of.Referrals() {
		c.waits(r.Of.Referrals()[i].EndedOn) // on which a referral that was counted is done
	}
}

// turn makes a record the one that is looked at.
func (c *counter) turn(r record) {
	if c.of.Of != r.Of {
		c.identity = identityOf(r.Of.ID)
	}
	c.of = r
}

// listen prepares what rules call with what they find, once for all.
func (c *counter) listen() {
	c.found = func(s sighting) {
		if c.ripens != nil && s.ripens > c.until {
			c.ripens(s.ripens)
		}
		for _, t := range c.tables {
			c.sight(t, c.looking, &s)
		}
	}
	c.follow = func(r record, s sighting) {
		c.turn(r)
		c.found(s)
	}
}

// events counts the milestones, the convictions and the deliveries of a case.
func (c *counter) events(r record) {
	if len(c.rules.events) == 0 {
		return
	}
	c.event.of = r.Of
	for _, kind := range track.Kinds {
		milestones := r.Of.Milestones(kind)
		for i := range milestones {
			if m := &milestones[i]; c.asks(m.On, m.Organisation) {
				c.event.milestone(kind, m)
				c.count(r)
			}
		}
	}
	for i := range r.Of.Legal().Matters {
		if first := r.Of.Legal().Matters[i].Convicted; first != nil && c.asks(first.On, first.Organisation) {
			c.event.conviction(first)
			c.count(r)
		}
	}
	for i := range r.Of.Services {
		if d := &r.Of.Services[i]; c.asks(d.On, d.Organisation) {
			c.event.delivery(d)
			c.count(r)
		}
	}
}

// waits notes that something comes to pass after the last day that is counted.
func (c *counter) waits(on calendar.Day) {
	if c.ripens != nil && c.until < on && on <= c.query.Period.To {
		c.ripens(on)
	}
}

// asks reports whether the query asks for what happens then and there. What comes
// after the last day that is counted is noted.
func (c *counter) asks(on calendar.Day, by id.Organisation) bool {
	c.waits(on)
	return c.query.Period.From <= on && on <= c.until && (c.query.Organisation == "" || c.query.Organisation == by)
}

// count counts the event for every indicator for which it counts.
func (c *counter) count(r record) {
	at := c.event.stamp
	placed, consented, entry := false, false, mark{}
	for _, i := range c.rules.events {
		indicator := &c.asked[i]
		if !indicator.counts(&c.event) {
			continue
		}
		if !placed {
			placed = true
			c.place(c.where(at.On, at.Organisation, at.Site, c.event.track(), c.event.class, r.Survivor))
			consented = r.Survivor.Consented(casefile.ForReporting, at.On)
			entry = c.identity.entry(int(at.Entry), at.On, consented)
		}
		entries := entry
		var second int32
		if indicator.also != nil {
			also := indicator.also(&c.event)
			second = also.Entry
			entries = entries.plus(c.identity.entry(int(also.Entry), also.On, consented))
		}
		s := sighting{on: at.On, organisation: at.Organisation, entries: [2]int32{at.Entry, second}, amount: 1}
		for _, t := range c.tables {
			c.add(t, t.first+i, indicator, &s, consented, entries)
			if c.hears != nil {
				c.hears(t, t.first+i, s.contribution(r.Of, consented))
			}
		}
	}
}

// lasting counts a case in each span of time in which it was open, at the first
// day of each on which it was: that does not change as time passes.
func (c *counter) lasting(t *table, r record) {
	counted := -1 // the last span
	for stretch := range open(r.Of) {
		n, _ := slices.BinarySearchFunc(t.spans, stretch.From, func(p calendar.Period, day calendar.Day) int { return cmp.Compare(p.To, day) })
		for n = max(n, counted+1); n < len(t.spans) && t.spans[n].From <= stretch.To; n++ {
			counted = n
			s := ofCase(r.Of, max(stretch.From, t.spans[n].From))
			for _, i := range c.rules.spans {
				s.hit = c.asked[i].lasts(r.Of, calendar.Period{From: t.spans[n].From, To: min(t.spans[n].To, c.until)})
				c.sight(t, i, &s)
			}
			if s.on > c.until {
				break
			}
		}
	}
}

// sight counts in a table what a rule has found in the case that is looked at.
func (c *counter) sight(t *table, i int, s *sighting) {
	if !c.asks(s.on, s.organisation) {
		return
	}
	indicator := &c.asked[i]
	consented := indicator.Unit == Worker || c.of.Survivor.Consented(casefile.ForReporting, s.on)
	t.place(c.where(s.on, s.organisation, s.site, s.track, s.class, c.of.Survivor), len(c.asked))
	c.add(t, t.first+i, indicator, s, consented, s.mark(c.identity, consented))
	if c.hears != nil {
		c.hears(t, t.first+i, s.contribution(c.of.Of, consented))
	}
}

// where tells the groups of what happened on a day in a place. It fills in what
// the groupings need.
func (c *counter) where(on calendar.Day, org id.Organisation, site id.Site, kind track.Kind, class string, survivor *casefile.Case) where {
	w := where{organisation: org, site: site, on: on, track: kind, class: class}
	if c.province {
		w.province = c.places.province(site, org)
	}
	if c.personal {
		p := survivor.ProfileOn(on)
		w.population, w.risk, w.sex, w.age = p.Population, p.Risk, string(p.Sex), string(p.Age)
	}
	return w
}

// place makes every table point at the cells of a group.
func (c *counter) place(w where) {
	for _, t := range c.tables {
		t.place(w, len(c.asked))
	}
}

func (t *table) place(w where, width int) {
	t.first = t.groups.of(w) * width
	for len(t.cells) < t.first+width {
		t.cells = append(t.cells, cell{})
	}
}

// add counts a sighting in a cell of a table.
func (c *counter) add(t *table, place int, indicator *Indicator, s *sighting, consented bool, entries mark) {
	found := &t.cells[place]
	found.rest(entries, c.sign)
	counted := &found.value
	if indicator.Measure == Share {
		counted = &found.base
	}
	if indicator.once() {
		found.addOnce(counted, c.unit, consented, c.sign)
	} else {
		found.add(counted, consented, c.sign)
	}
	if consented {
		found.measure(indicator, s, c.unit, c.sign)
	}
}

// cell is one figure while it is counted.
type cell struct {
	value, base, excluded int
	counted, leftOut      int32        // the unit that was last counted, or left out
	fulfilled             int32        // the unit that was last found to fulfil a share
	entries               mark         // the sum of those that count, with consent or without
	sum                   int          // of the amounts of a MEAN
	tally                 map[int]int  // how often each number of days was observed, of a DISTRIBUTION
	load                  map[duty]int // how many cases each worker had on each day, of a caseload
}

// duty is a worker on a day.
type duty struct {
	worker id.Worker
	on     calendar.Day
}

// rest notes entries behind the figure, or takes them back.
func (c *cell) rest(entries mark, sign int) {
	if sign > 0 {
		c.entries = c.entries.plus(entries)
	} else {
		c.entries = c.entries.minus(entries)
	}
}

// add counts a thing of which each is one.
func (c *cell) add(counted *int, consented bool, sign int) {
	if consented {
		*counted += sign
	} else {
		c.excluded += sign
	}
}

// addOnce counts a unit unless it was counted before. All of a unit's events
// come one after another, so that remembering the last one is enough. A unit
// that was left out is counted after all when an event with consent turns up.
func (c *cell) addOnce(counted *int, unit int32, consented bool, sign int) {
	switch {
	case c.counted == unit, !consented && c.leftOut == unit:
		return
	case !consented:
		c.excluded += sign
		c.leftOut = unit
		return
	case c.leftOut == unit:
		c.excluded -= sign
	}
	*counted += sign
	c.counted = unit
}

// measure adds what an indicator measures beside the count.
func (c *cell) measure(indicator *Indicator, s *sighting, unit int32, sign int) {
	switch indicator.Measure {
	case Share:
		if s.hit && !(indicator.once() && c.fulfilled == unit) {
			c.value += sign
			c.fulfilled = unit
		}
	case Distribution:
		if c.tally == nil {
			c.tally = map[int]int{}
		}
		bump(c.tally, s.amount, sign)
	case Mean:
		if s.worker == "" {
			c.sum += sign * s.amount
			return
		}
		if c.load == nil {
			c.load = map[duty]int{}
		}
		bump(c.load, duty{s.worker, s.on}, sign)
		c.sum, c.value = c.sum+sign, len(c.load)
	}
}

// bump adds to a number that is absent while it is 0.
func bump[K comparable](m map[K]int, key K, by int) {
	if m[key] += by; m[key] == 0 {
		delete(m, key)
	}
}

// empty reports whether the cell says nothing.
func (c *cell) empty() bool { return c.value+c.base+c.excluded == 0 }

// row writes the cell as a figure.
func (c *cell) row(indicator *Indicator, group []GroupValue) Row {
	r := Row{Code: indicator.Code, Group: group, Value: c.value, Base: c.base, ExcludedNoConsent: c.excluded, Entries: c.entries.hex()}
	switch {
	case indicator.Measure == Distribution && len(c.tally) > 0:
		r.Days = quartiles(c.tally)
	case indicator.Measure == Mean && c.value > 0:
		mean := float64(c.sum) / float64(c.value)
		r.Mean = &mean
	}
	return r
}

// report makes the rows of the grouping that was asked for.
func (c *counter) report() Report { return c.reportOf(c.tables[len(c.tables)-1]) }

// reportOf makes the rows of the cells of a table that hold anything.
func (c *counter) reportOf(t *table) Report {
	r := Report{Period: c.query.Period, Rows: []Row{}, Totals: make([]Total, len(c.asked))}
	groups := t.groups.sorted()
	q := c.query
	q.GroupBy = t.groups.by
	digest := newDigest(q, c.asked)
	for i := range c.asked {
		indicator := &c.asked[i]
		r.Totals[i] = Total{Code: indicator.Code, Whole: c.at(c.tables[0], i).row(indicator, []GroupValue{})}
		for _, g := range groups {
			found := c.at(t, g.number*len(c.asked)+i)
			if found.empty() && len(t.groups.by) > 0 {
				continue
			}
			row := found.row(indicator, g.values)
			r.Rows = append(r.Rows, row)
			r.Totals[i].Sum += row.Value
			digest.row(row, indicator, found.entries)
		}
	}
	r.Digest, r.Counted = digest.hex(), definitions(c.asked)
	return r
}

// at returns a cell of a table, or an empty one where nothing was counted.
func (c *counter) at(t *table, place int) *cell {
	if place < len(t.cells) {
		return &t.cells[place]
	}
	return &cell{}
}

type group struct {
	number int
	values []GroupValue
}

// sorted returns the groups in the order of their values.
func (g *grouping) sorted() []group {
	groups := make([]group, len(g.keys))
	for n := range groups {
		groups[n] = group{number: n, values: g.values(n)}
	}
	slices.SortFunc(groups, func(a, b group) int {
		return slices.CompareFunc(a.values, b.values, func(x, y GroupValue) int {
			return strings.Compare(x.Value, y.Value)
		})
	})
	return groups
}
