// Package cohort follows those who began something in a period: how far they came
// (a funnel), and for how long it lasted (a survival curve).
//
// It is pure: no input or output, and no clock. What was known on an earlier day
// is counted by handing in the cases as they were folded then. Reversed entries
// do not count: the fold has taken them out.
package cohort

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/track"
)

// Record is one case of a person, with the case that speaks for her: the one
// that survived the merges. Its consents are hers.
type Record struct {
	Of, Survivor *casefile.Case
}

// Person is the records of one person: one case, or several that were merged, that
// continue one another, or of which two organisations agree.
type Person []Record

// heard returns the last day, until another one, on which anybody met or heard
// her. Of the days after it nothing is known.
func (p Person) heard(until calendar.Day) calendar.Day {
	var last calendar.Day
	for _, r := range p {
		last = max(last, r.Of.LastContactOn)
	}
	return min(last, until)
}

// Start is how something began: what it can be grouped by.
type Start struct {
	Record             // in which it began
	At     track.Stamp // of the entry that began it
}

// Began returns the start itself. Spell and Entrant have it from here.
func (s Start) Began() Start { return s }

func (s Start) consented() bool {
	return s.Survivor.Consented(casefile.ForReporting, s.At.On)
}

// byStart orders by the day of the start. Ties are broken so that the order of
// the cases does not show.
func byStart[T begun](a, b T) int {
	x, y := a.Began(), b.Began()
	return cmp.Or(cmp.Compare(x.At.On, y.At.On), strings.Compare(string(x.Of.ID), string(y.Of.ID)), cmp.Compare(x.At.Entry, y.At.Entry))
}

// begun is a Spell or an Entrant.
type begun interface{ Began() Start }

// Query says which starts are asked for, and to which day they are followed.
type Query struct {
	Starts calendar.Period // both ends count
	Until  calendar.Day    // what happened after it does not count
}

// Group is a cohort: those of one group who began.
type Group[T begun] struct {
	Members []T // one for each person, in no order

	// ExcludedNoConsent is how many more persons there would be without the need
	// for consent.
	ExcludedNoConsent int
}

// Gather returns the cohorts, by what a function says of each start; without one,
// all are in the cohort "". A cohort without anybody is absent.
//
// A person is once in each cohort in which something of hers began: with the first
// start of the period that has consent for REPORTING in force on its day. The case
// that speaks for her decides. Whoever has starts without it alone is left out and
// counted apart. So the members are independent, as the estimates need it, and a
// threshold on their number is one on persons.
func Gather[T begun](people iter.Seq[Person], of func(Person, calendar.Day) []T, q Query, by func(Start) string) map[string]*Group[T] {
	groups := map[string]*Group[T]{}
	var firsts []first[T]
	for p := range people {
		firsts = firsts[:0]
		all := of(p, q.Until)
		slices.SortFunc(all, byStart[T])
		for _, one := range all {
			if start := one.Began(); q.Starts.Contains(start.At.On) {
				firsts = take(firsts, one, start, by)
			}
		}
		for _, f := range firsts {
			g := groups[f.group]
			if g == nil {
				g = &Group[T]{}
				groups[f.group] = g
			}
			if f.consented {
				g.Members = append(g.Members, f.one)
			} else {
				g.ExcludedNoConsent++
			}
		}
	}
	return groups
}

// first is a person's first start in a group: with consent, where there is one.
type first[T begun] struct {
	group     string
	consented bool
	one       T
}

func take[T begun](firsts []first[T], one T, start Start, by func(Start) string) []first[T] {
	next := first[T]{consented: start.consented(), one: one}
	if by != nil {
		next.group = by(start)
	}
	i := slices.IndexFunc(firsts, func(f first[T]) bool { return f.group == next.group })
	switch {
	case i < 0:
		return append(firsts, next)
	case next.consented && !firsts[i].consented:
		firsts[i] = next
	}
	return firsts
}
