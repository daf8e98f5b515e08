package outcome

import (
	"iter"
	"slices"
	"strings"

	"onward/services/casefile"
	"onward/services/id"
	"onward/services/outcome/cohort"
)

// record is one case of a person, with the case that speaks for her: the one
// that survived the merges. Its consents and its population are hers.
type record = cohort.Record

// Persons yields the records of each distinct person. The slice is good until
// the next one.
//
// A merged case belongs to the person of the case at the end of its chain of
// merges, and a transferred one to that of the case which continues it. Where that
// case is not among the cases, those that lead to it are still one person, and the
// last case of each chain speaks for what it leads to. A case that another one
// continues speaks for itself: her consents were given to that organisation.
// Merges in a circle, which no command makes, are one person, for whom the case
// with the smallest identifier speaks.
//
// Those of two organisations that both agree to a match are one person too, for whom
// each case still speaks for itself.
func Persons(cases iter.Seq[*casefile.Case]) iter.Seq[cohort.Person] {
	return func(yield func(cohort.Person) bool) {
		all := slices.Collect(cases)
		m := mergesOf(all)
		merged, matched := m.byPerson(all), m.matched(all)
		joined := map[id.Case]cohort.Person{}
		tell := func(person id.Case, records cohort.Person) bool {
			if first, ok := matched[person]; ok {
				joined[first] = append(joined[first], records...)
				return true
			}
			return yield(records)
		}
		var one [1]record // nearly every person has one case
		for _, c := range all {
			if leadsTo(c) != "" {
				continue
			}
			one[0] = record{Of: c, Survivor: c}
			records := one[:]
			if more, ok := merged[c.ID]; ok {
				records = append(more, one[0])
				delete(merged, c.ID)
			}
			if !tell(c.ID, records) {
				return
			}
		}
		for person, records := range merged { // the order does not show in a report
			if !tell(person, records) {
				return
			}
		}
		for _, records := range joined {
			if !yield(records) {
				return
			}
		}
	}
}

// leadsTo returns the case into which a case was merged, or the one that
// continues it elsewhere.
func leadsTo(c *casefile.Case) id.Case {
	if c.MergedInto() != "" {
		return c.MergedInto()
	}
	return c.ContinuedBy()
}

// mergesOf returns the chains of merges and transfers of some cases.
func mergesOf(all []*casefile.Case) merges {
	m := merges{known: map[id.Case]*casefile.Case{}, ends: map[id.Case]end{}}
	targets := map[id.Case]bool{}
	for _, c := range all {
		if next := leadsTo(c); next != "" {
			m.known[c.ID] = c
			targets[next] = true
		}
	}
	if len(targets) == 0 {
		return m
	}
	for _, c := range all {
		if targets[c.ID] {
			m.known[c.ID] = c
		}
	}
	return m
}

// byPerson returns the records of the cases that lead to others, by person.
func (m merges) byPerson(all []*casefile.Case) map[id.Case]cohort.Person {
	if len(m.known) == 0 {
		return nil
	}
	people := map[id.Case]cohort.Person{}
	for _, c := range all {
		if leadsTo(c) != "" {
			e := m.end(c)
			people[e.person] = append(people[e.person], record{Of: c, Survivor: e.survivor})
		}
	}
	return people
}

// merges holds the cases that lead to others, and those to which they lead.
type merges struct {
	known map[id.Case]*casefile.Case
	ends  map[id.Case]end // found so far, so that a long chain is walked once
}

// end is where a chain of merges ends.
type end struct {
	person   id.Case
	survivor *casefile.Case
}

// end follows a chain of merges and transfers to its end. The survivor is the case
// at the end of the merges alone.
func (m merges) end(c *casefile.Case) end {
	var path []*casefile.Case
	e, found := m.ends[c.ID]
	for !found {
		if i := slices.Index(path, c); i >= 0 {
			e = circle(path[i:])
			break
		}
		path = append(path, c)
		next, there := m.known[leadsTo(c)]
		switch {
		case leadsTo(c) == "":
			e, found = end{person: c.ID, survivor: c}, true
		case !there:
			e, found = end{person: leadsTo(c), survivor: c}, true
		default:
			c = next
			e, found = m.ends[c.ID]
		}
	}
	for _, p := range slices.Backward(path) {
		if p.MergedInto() == "" { // it speaks for itself, and for those merged into it
			e.survivor = p
		}
		m.ends[p.ID] = e
	}
	return e
}

// circle ends a chain that has none.
func circle(cases []*casefile.Case) end {
	first := slices.MinFunc(cases, func(a, b *casefile.Case) int {
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return end{person: first.ID, survivor: first}
}

// matched returns, for each person whom agreed matches join with others, the one among
// them with the smallest identifier.
func (m merges) matched(all []*casefile.Case) map[id.Case]id.Case {
	sides := map[id.Match]id.Case{} // the first of two persons that agree
	of := map[id.Case]id.Case{}     // who is joined leads to one with a smaller identifier, or to herself
	for _, c := range all {
		for match := range c.Agreed() {
			person := c.ID
			if leadsTo(c) != "" {
				person = m.end(c).person
			}
			other, agreed := sides[match.ID]
			if !agreed {
				sides[match.ID] = person
				continue
			}
			join(of, person, other)
		}
	}
	for person := range of {
		of[person] = first(of, person)
	}
	return of
}

// join makes two persons one.
func join(of map[id.Case]id.Case, a, b id.Case) {
	a, b = first(of, a), first(of, b)
	of[a], of[b] = min(a, b), min(a, b)
}

// first follows who is joined to the one with the smallest identifier.
func first(of map[id.Case]id.Case, person id.Case) id.Case {
	for of[person] != "" && of[person] != person {
		person = of[person]
	}
	return person
}
