package outcome

import (
	"iter"
	"maps"
	"slices"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/register"
)

// Running keeps the figures of a query up to date. It counts everything once; from
// then on it takes back what changed persons had added, and adds what they add now,
// so that it costs what has changed and not what exists. Its figures are at any time
// those that Compute counts from nothing. It is not safe for concurrent use.
type Running struct {
	counter *counter
	cases   *register.Snapshot // as they were counted
	beside  Programme
	leading links
	ripe    map[calendar.Day][]id.Case // which cases have something that counts from a later day on
}

// NewRunning counts the groupings of a query, as Tables does.
func NewRunning(cases *register.Snapshot, beside Programme, q Query, groupings [][]Dimension) (*Running, error) {
	if _, err := Tables(func(func(*casefile.Case) bool) {}, Programme{}, q, groupings); err != nil {
		return nil, err
	}
	q.GroupBy = nil
	r := &Running{cases: cases, beside: beside, leading: links{}, ripe: map[calendar.Day][]id.Case{}}
	r.counter = newCounter(q, &r.beside.Places, groupings...)
	for c := range cases.All() {
		r.leading.add(c)
	}
	r.count(cases.All(), 1)
	r.counter.beside(beside)
	return r, nil
}

// Update takes in what has changed, as of a day that is not earlier than that of the
// update before. It reports how many persons it counted again, and whether it had
// to count everything: places have changed, or the day is earlier.
func (r *Running) Update(cases *register.Snapshot, beside Programme, asOf calendar.Day) (persons int, whole bool, err error) {
	q := r.counter.query
	if asOf < q.AsOf || !r.beside.Places.equal(&beside.Places) {
		q.AsOf = asOf
		groupings := make([][]Dimension, 0, len(r.counter.tables))
		for _, t := range r.counter.tables[1:] {
			groupings = append(groupings, t.groups.by)
		}
		again, err := NewRunning(cases, beside, q, groupings)
		if err == nil {
			*r = *again
		}
		return cases.Len(), true, err
	}
	changed := r.changed(cases, asOf)
	before := r.closure(changed, cases)
	r.count(find(r.cases, before), -1)
	r.retake(beside)
	for c := range cases.Changed(r.cases) {
		r.leading.remove(c.Before)
		r.leading.add(c.After)
	}
	r.cases, r.counter.query.AsOf = cases, asOf
	r.counter.until = r.counter.query.until()
	r.counter.event.until = r.counter.until
	r.count(find(cases, before), 1)
	return len(before), false, nil
}

// Reports returns the figures, in the order of the groupings.
func (r *Running) Reports() []Report {
	reports := make([]Report, 0, len(r.counter.tables)-1)
	for _, t := range r.counter.tables[1:] {
		reports = append(reports, r.counter.reportOf(t))
	}
	return reports
}

// count adds the persons of some cases, which are all of theirs, or takes them
// back.
func (r *Running) count(cases iter.Seq[*casefile.Case], sign int) {
	c := r.counter
	c.sign = sign
	for records := range Persons(cases) {
		if sign > 0 {
			c.ripens = func(on calendar.Day) { r.ripens(on, records[0].Of.ID) }
		}
		c.person(records)
	}
	c.sign, c.ripens = 1, nil
}

// ripens notes that a person is to be counted again on a day.
func (r *Running) ripens(on calendar.Day, caseID id.Case) {
	if all := r.ripe[on]; len(all) == 0 || all[len(all)-1] != caseID {
		r.ripe[on] = append(all, caseID)
	}
}

// retake counts what is no case anew. There is little of it.
func (r *Running) retake(beside Programme) {
	r.counter.sign = -1
	r.counter.beside(r.beside)
	r.counter.sign = 1
	r.beside = beside
	r.counter.beside(beside)
}

// changed returns the cases that have changed, and those of which something ripens
// by a day.
func (r *Running) changed(cases *register.Snapshot, asOf calendar.Day) map[id.Case]bool {
	all := map[id.Case]bool{}
	for c := range cases.Changed(r.cases) {
		all[c.After.ID] = true
	}
	for on, of := range r.ripe {
		if on <= asOf {
			for _, caseID := range of {
				all[caseID] = true
			}
			delete(r.ripe, on)
		}
	}
	return all
}

// closure returns all cases of the persons of some cases, as they are and as they
// were: a merge or a match joins what was two, and its end parts it.
func (r *Running) closure(changed map[id.Case]bool, cases *register.Snapshot) []id.Case {
	after := links{}
	for c := range cases.Changed(r.cases) {
		after.add(c.After)
	}
	waiting := slices.Collect(maps.Keys(changed))
	for len(waiting) > 0 {
		caseID := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		for _, next := range slices.Concat(r.leading[caseID], after[caseID], ahead(r.cases, caseID), ahead(cases, caseID), agreeing(r.cases, caseID), agreeing(cases, caseID)) {
			if !changed[next] {
				changed[next] = true
				waiting = append(waiting, next)
			}
		}
	}
	return slices.Collect(maps.Keys(changed))
}

// ahead returns the case to which a case leads, where there is one.
func ahead(cases *register.Snapshot, caseID id.Case) []id.Case {
	if c, ok := cases.Case(caseID); ok && leadsTo(c) != "" {
		return []id.Case{leadsTo(c)}
	}
	return nil
}

// agreeing returns the cases that agree to a match to which a case agrees.
func agreeing(cases *register.Snapshot, caseID id.Case) (all []id.Case) {
	if c, ok := cases.Case(caseID); ok {
		for m := range c.Agreed() {
			for other := range cases.AgreeingTo(m.ID) {
				all = append(all, other.ID)
			}
		}
	}
	return all
}

// find yields cases by their identifiers, those that there are.
func find(cases *register.Snapshot, ids []id.Case) iter.Seq[*casefile.Case] {
	return func(yield func(*casefile.Case) bool) {
		for _, caseID := range ids {
			if c, ok := cases.Case(caseID); ok && !yield(c) {
				return
			}
		}
	}
}

// links says which cases lead to a case.
type links map[id.Case][]id.Case

func (l links) add(c *casefile.Case) {
	if to := leadsTo(c); to != "" {
		l[to] = append(l[to], c.ID)
	}
}

// remove forgets where a case led; nil led nowhere.
func (l links) remove(c *casefile.Case) {
	if c == nil || leadsTo(c) == "" {
		return
	}
	to := leadsTo(c)
	if l[to] = slices.DeleteFunc(l[to], func(from id.Case) bool { return from == c.ID }); len(l[to]) == 0 {
		delete(l, to)
	}
}

// equal reports whether places say the same.
func (p *Places) equal(o *Places) bool {
	return maps.Equal(p.SiteProvince, o.SiteProvince) && maps.Equal(p.OrganisationProvince, o.OrganisationProvince) &&
		maps.Equal(p.CareerCentre, o.CareerCentre)
}
