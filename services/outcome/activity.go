package outcome

import (
	"slices"

	"onward/services/activity"
)

// participantsOf returns the rule that counts the participants of kinds.
func participantsOf(kinds ...activity.Kind) func(*activity.Activity) int {
	return func(a *activity.Activity) int {
		if !slices.Contains(kinds, a.Kind) {
			return 0
		}
		return a.Participated()
	}
}

// outcomeOf returns the rule that counts what came of activities of a kind.
func outcomeOf(kind activity.Kind) func(*activity.Activity) int {
	return func(a *activity.Activity) int {
		if a.Kind != kind {
			return 0
		}
		return a.Outcome()
	}
}

// reached is a province as it is counted in one cell of a table.
type reached struct {
	of       *table
	cell     int
	province string
}

// activities counts the activities that ended in the period.
func (c *counter) activities(all []activity.Activity) {
	provinces := c.askedAt(ActivityProvincesReached)
	seen := map[reached]bool{}
	for n := range all {
		a := &all[n]
		if !c.query.Period.Contains(a.To) || c.query.Organisation != "" && c.query.Organisation != a.Organisation {
			continue
		}
		for _, t := range c.tables {
			c.activity(t, a)
			if provinces >= 0 && a.Kind == activity.AwarenessCampaign {
				c.reached(t, provinces, a, seen)
			}
		}
	}
}

// activity counts an activity for every indicator to which it adds.
func (c *counter) activity(t *table, a *activity.Activity) {
	province := "" // several are none
	if len(a.Provinces) == 1 {
		province = a.Provinces[0]
	}
	for i := range c.asked {
		adds := c.asked[i].adds
		if adds == nil {
			continue
		}
		n := adds(a)
		if n == 0 {
			continue
		}
		w := ofActivity(a, province)
		if a.Kind.HasOutcome() || !t.groups.tellsPeople() {
			c.takesPart(t, i, a, w, n)
			continue
		}
		for _, g := range a.Participants {
			w.sex, w.age = string(g.Sex), string(g.AgeBand)
			c.takesPart(t, i, a, w, g.Count)
		}
	}
}

// tellsPeople reports whether the groups are of sex or age, which an activity
// tells of its participants.
func (g *grouping) tellsPeople() bool {
	return slices.Contains(g.by, BySex) || slices.Contains(g.by, ByAgeBand)
}

// ofActivity tells the groups of an activity.
func ofActivity(a *activity.Activity, province string) where {
	return where{organisation: a.Organisation, province: province, on: a.To, site: NotApplicable,
		risk: NotApplicable, track: NotApplicable, class: NotApplicable}
}

// takesPart adds a number of an activity to a group.
func (c *counter) takesPart(t *table, i int, a *activity.Activity, w where, n int) {
	place := c.activityCell(t, i, a, w)
	t.cells[place].value += c.sign * n
	if c.hears != nil {
		c.hears(t, place, Contribution{Activity: a.ID, Entries: []int{a.Version}, On: a.To, Organisation: a.Organisation, Consented: true, Amount: n})
	}
}

// reached counts the provinces of a campaign that are new in their cells.
func (c *counter) reached(t *table, i int, a *activity.Activity, seen map[reached]bool) {
	for _, province := range a.Provinces {
		place := c.activityCell(t, i, a, ofActivity(a, province))
		if c.hears != nil {
			c.hears(t, place, Contribution{Activity: a.ID, Entries: []int{a.Version}, On: a.To, Organisation: a.Organisation, Consented: true})
		}
		if found := (reached{t, place, province}); !seen[found] {
			seen[found] = true
			t.cells[place].value += c.sign
		}
	}
}

// activityCell returns the place of the cell where an activity counts, after it
// has entered the activity there.
func (c *counter) activityCell(t *table, i int, a *activity.Activity, w where) int {
	t.place(w, len(c.asked))
	place := t.first + i
	t.cells[place].rest(identityOf(a.ID).entry(a.Version, a.To, true), c.sign)
	return place
}
