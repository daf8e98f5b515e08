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
// of which there are curves. It returns those that fall behind. The people are
// everybody, each once; both cohorts are followed to the day.
func Cohorts(people iter.Seq[cohort.Person], asOf calendar.Day) map[id.Organisation][]Item {
	now := calendar.QuarterOf(asOf).From
	recent := calendar.Period{From: now.AddMonths(-yearMonths), To: now - 1}
	before := calendar.Period{From: recent.From.AddMonths(-yearMonths), To: recent.From - 1}
	items := map[id.Organisation][]Item{}
	for _, subject := range cohort.Subjects {
		earlier := cohort.Gather(people, subject.Spells, cohort.Query{Starts: before, Until: asOf}, organisation)
		for org, group := range cohort.Gather(people, subject.Spells, cohort.Query{Starts: recent, Until: asOf}, organisation) {
			if earlier[org] == nil {
				continue
			}
			if found, behind := compare(group.Members, earlier[org].Members); behind {
				found.Subject, found.From, found.To = subject.Code, recent.From, recent.To
				items[id.Organisation(org)] = append(items[id.Organisation(org)], Item{Reason: CohortBehind, FoundOn: asOf, Cohort: &found})
			}
		}
	}
	return items
}

func organisation(s cohort.Start) string { return string(s.At.Organisation) }

// compare compares a cohort with the one before it, and reports whether it falls
// behind.
func compare(recent, before []cohort.Spell) (found Cohort, behind bool) {
	if min(len(recent), len(before)) < FewestPersons {
		return found, false
	}
	c := cohort.Compare(recent, before)
	return Cohort{Persons: len(recent), PersonsBefore: len(before), Ended: c.Ended, Expected: tenths(c.Expected),
		P: math.Ceil(c.P*1000) / 1000}, c.Behind()
}
