package outcome

import (
	"maps"
	"slices"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/track"
)

// sighting is what a rule finds in a case that is no single event: an interval
// that has ended, a deadline that has come, a state that lasts.
type sighting struct {
	on           calendar.Day // on which it counts
	organisation id.Organisation
	site         id.Site
	track        track.Kind
	class        string
	entries      [2]int32     // versions of the entries on which it rests; 0 for none
	hit          bool         // of a SHARE: it fulfils
	ripens       calendar.Day // of a SHARE: when it fulfils, where that may be after it counts
	amount       int          // of a DISTRIBUTION, days; of a MEAN, what is averaged
	worker       id.Worker    // of a caseload
}

// stamped begins a sighting at a stamp.
func stamped(at *track.Stamp, kind track.Kind) sighting {
	return sighting{on: at.On, organisation: at.Organisation, site: at.Site, track: kind, entries: [2]int32{at.Entry}}
}

// ofCase begins a sighting of a case on a day.
func ofCase(c *casefile.Case, on calendar.Day) sighting {
	return sighting{on: on, organisation: c.Organisation, site: c.Site, track: NotApplicable, class: NotApplicable}
}

// mark returns what the sighting adds to the digest of a figure.
func (s *sighting) mark(identity mark, consented bool) mark {
	sum := identity.entry(int(s.entries[0]), s.on, consented)
	if s.entries[1] != 0 {
		sum = sum.plus(identity.entry(int(s.entries[1]), s.on, consented))
	}
	if s.hit {
		sum = sum.plus(identity.entry(-1, s.on, consented))
	}
	return sum.plus(identity.entry(-2-s.amount, s.on, consented))
}

// Contribution is one thing of those that make up a figure.
type Contribution struct {
	Case         id.Case     // empty of what is no case
	Entries      []int       // versions of the case with the entries on which it rests; none where it rests on a state
	Activity     id.Activity // of the ledger
	Network      id.Network
	On           calendar.Day
	Organisation id.Organisation
	Consented    bool // else it is left out of the figure
	Fulfils      bool // of a SHARE
	Amount       int  // of a DISTRIBUTION, days; of a MEAN, what is averaged; else how many it adds
}

func (s *sighting) contribution(of *casefile.Case, consented bool) Contribution {
	c := Contribution{Case: of.ID, On: s.on, Organisation: s.organisation, Consented: consented, Fulfils: s.hit, Amount: s.amount}
	for _, e := range s.entries {
		if e != 0 {
			c.Entries = append(c.Entries, int(e))
		}
	}
	return c
}

// quartiles returns those of a tally of days, by the rule of the weighted
// average at (n-1)p (Hyndman and Fan's definition 7, which spreadsheets use).
func quartiles(tally map[int]int) *Quartiles {
	days := slices.Sorted(maps.Keys(tally))
	n := 0
	for _, d := range days {
		n += tally[d]
	}
	at := func(place int) float64 {
		for _, d := range days {
			if place -= tally[d]; place < 0 {
				return float64(d)
			}
		}
		return 0
	}
	quantile := func(quarter int) float64 {
		whole, part := (n-1)*quarter/4, (n-1)*quarter%4
		below := at(whole)
		if part == 0 {
			return below
		}
		return below + (at(whole+1)-below)*float64(part)/4
	}
	return &Quartiles{Lower: quantile(1), Median: quantile(2), Upper: quantile(3)}
}
