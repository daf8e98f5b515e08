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

// reached is a province as it is counted in one cell.
type reached struct {
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
		c.activity(a)
		if provinces >= 0 && a.Kind == activity.AwarenessCampaign {
			c.reached(provinces, a, seen)
		}
	}
}

// activity counts an activity for every indicator to which it adds.
func (c *counter) activity(a *activity.Activity) {
	province := "" // several are none
	if len(a.Provinces) == 1 {
		province = a.Provinces[0]
	}
	for i := range c.asked {
		adds := c.asked[i].adds
		if adds == nil {
			continue
		}
		if n := adds(a); n > 0 {
			c.cells[c.activityCell(i, a, province)].value += n
		}
	}
}

// reached counts the provinces of a campaign that are new in their cells.
func (c *counter) reached(i int, a *activity.Activity, seen map[reached]bool) {
	for _, province := range a.Provinces {
		cell := c.activityCell(i, a, province)
		if place := (reached{cell, province}); !seen[place] {
			seen[place] = true
			c.cells[cell].value++
		}
	}
}

// activityCell returns the place of the cell where an activity counts, after it
// has entered the activity there.
func (c *counter) activityCell(i int, a *activity.Activity, province string) int {
	place := c.firstCell(where{organisation: a.Organisation, province: province, on: a.To}) + i
	cell := &c.cells[place]
	cell.entries = cell.entries.plus(identityOf(a.ID).entry(a.Version, a.To, true))
	return place
}
