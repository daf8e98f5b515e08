package attention

import (
	"iter"
	"math"
	"strings"

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
	years := cohort.Query{Starts: calendar.Period{From: recent.From.AddMonths(-yearMonths), To: recent.To}, Until: asOf}
	by := func(s cohort.Start) string {
		if s.At.On < recent.From {
			return string(s.At.Organisation)
		}
		return string(s.At.Organisation) + later
	}
	var family []comparison
	for _, subject := range cohort.Subjects {
		groups := cohort.Gather(people, subject.Spells, years, by)
		for name, group := range groups {
			org, isLater := strings.CutSuffix(name, later)
			before := groups[org]
			if !isLater || before == nil || min(len(group.Members), len(before.Members)) < FewestPersons {
				continue
			}
			c := cohort.Compare(group.Members, before.Members)
			family = append(family, comparison{c, id.Organisation(org), Cohort{Subject: subject.Code, From: recent.From, To: recent.To,
				Persons: len(group.Members), PersonsBefore: len(before.Members), Ended: c.Ended, Expected: tenths(c.Expected), P: math.Ceil(c.P*1000) / 1000}})
		}
	}
	return behind(family, asOf)
}

// later marks the cohort of the later of the two years in its name.
const later = "/later"

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
