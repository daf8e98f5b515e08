package attention

import (
	"iter"
	"math"

	"onward/services/calendar"
	"onward/services/id"
	"onward/services/outcome/cohort"
)

// FewestPersons is how many a cohort has at least to be compared: as many as a
// group that may be published.
const FewestPersons = 11

// yearMonths is how long somebody begins in a cohort: a year, so that no season
// shows as a difference.
const yearMonths = 12

// Cohorts compares, for each organisation, those who began in the last four whole
// quarters before a day with those who began in the four before, of each subject
// of which there are curves. It returns those that fall behind by more than chance
// explains in so many comparisons: all of the day, of every organisation, are one
// family. The people are everybody, each once; both cohorts are followed to the day.
func Cohorts(people iter.Seq[cohort.Person], asOf calendar.Day) map[id.Organisation][]Item {
	now := calendar.QuarterOf(asOf).From
	recent := calendar.Period{From: now.AddMonths(-yearMonths), To: now - 1}
	before := calendar.Period{From: recent.From.AddMonths(-yearMonths), To: recent.From - 1}
	var family []comparison
	for _, subject := range cohort.Subjects {
		earlier := cohort.Gather(people, subject.Spells, cohort.Query{Starts: before, Until: asOf}, organisation)
		for org, group := range cohort.Gather(people, subject.Spells, cohort.Query{Starts: recent, Until: asOf}, organisation) {
			other := earlier[org]
			if other == nil || min(len(group.Members), len(other.Members)) < FewestPersons {
				continue
			}
			c := cohort.Compare(group.Members, other.Members)
			family = append(family, comparison{c, id.Organisation(org), Cohort{Subject: subject.Code, From: recent.From, To: recent.To,
				Persons: len(group.Members), PersonsBefore: len(other.Members), Ended: c.Ended, Expected: tenths(c.Expected), P: math.Ceil(c.P*1000) / 1000}})
		}
	}
	return behind(family, asOf)
}

func organisation(s cohort.Start) string { return string(s.At.Organisation) }

// comparison is one of the comparisons of a day, and what there is to say of it.
type comparison struct {
	cohort.Comparison
	organisation id.Organisation
	found        Cohort
}

// behind returns the cohorts of a family of comparisons that fall behind.
func behind(family []comparison, asOf calendar.Day) map[id.Organisation][]Item {
	ps := make([]float64, len(family))
	for i, c := range family {
		ps[i] = c.P
	}
	items := map[id.Organisation][]Item{}
	for i, found := range cohort.Discoveries(ps) {
		if c := family[i]; found && c.Behind() {
			items[c.organisation] = append(items[c.organisation], Item{Reason: CohortBehind, FoundOn: asOf, Cohort: &c.found})
		}
	}
	return items
}
