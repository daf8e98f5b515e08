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
func Persons(cases iter.Seq[*casefile.Case]) iter.Seq[cohort.Person] {
	return func(yield func(cohort.Person) bool) {
		all := slices.Collect(cases)
		merged := byPerson(all)
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
			if !yield(records) {
				return
			}
		}
		for _, records := range merged { // the order does not show in a report
			if !yield(records) {
				return
			}
		}
	}
}

// leadsTo returns the case into which a case was merged, or the one that
// continues it elsewhere.
func leadsTo(c *casefile.Case) id.Case {
	if c.MergedInto != "" {
		return c.MergedInto
	}
	return c.ContinuedBy
}

// byPerson returns the records of the cases that lead to others, by person.
func byPerson(all []*casefile.Case) map[id.Case]cohort.Person {
	m := merges{known: map[id.Case]*casefile.Case{}, ends: map[id.Case]end{}}
	targets := map[id.Case]bool{}
	for _, c := range all {
		if next := leadsTo(c); next != "" {
			m.known[c.ID] = c
			targets[next] = true
		}
	}
	if len(targets) == 0 {
		return nil
	}
	for _, c := range all {
		if targets[c.ID] {
			m.known[c.ID] = c
		}
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
		if p.MergedInto == "" { // it speaks for itself, and for those merged into it
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
