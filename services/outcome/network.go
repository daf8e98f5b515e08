package outcome

import (
	"slices"
	"strings"

	"onward/services/calendar"
	"onward/services/id"
)

// Network is a community network or a youth club, as far as it is counted.
type Network struct {
	ID           id.Network
	YouthClub    bool            // and not a community network
	Organisation id.Organisation // that set it up
	Province     string          // where it is; its organisation's where it is empty
	ActiveFrom   calendar.Day    // zero where it is not known: it counts as begun
	ActiveTo     calendar.Day    // its last day; zero while it is active
}

// active reports whether the network is active on the day.
func (n *Network) active(on calendar.Day) bool {
	return n.ActiveFrom <= on && (n.ActiveTo.IsZero() || on <= n.ActiveTo)
}

// networks counts the networks that are active on the last day of each span of
// time. One that is listed twice is one.
func (c *counter) networks(all []Network) {
	community, clubs := c.askedAt(Networks), c.askedAt(YouthClubs)
	sorted := slices.SortedFunc(slices.Values(all), func(a, b Network) int {
		return strings.Compare(string(a.ID), string(b.ID))
	})
	for n := range sorted {
		network := &sorted[n]
		if n == 0 || network.ID != sorted[n-1].ID {
			c.unit++
		}
		i := community
		if network.YouthClub {
			i = clubs
		}
		if i < 0 || c.query.Organisation != "" && c.query.Organisation != network.Organisation {
			continue
		}
		for _, t := range c.tables {
			for _, span := range t.spans {
				if network.active(span.To) {
					c.network(t, i, network, span.To)
				}
			}
		}
	}
}

// askedAt returns the place of an indicator among those asked for, or -1.
func (c *counter) askedAt(code Code) int {
	return slices.IndexFunc(c.asked, func(i Indicator) bool { return i.Code == code })
}

func (c *counter) network(t *table, i int, n *Network, day calendar.Day) {
	w := where{organisation: n.Organisation, province: n.Province, on: day, site: NotApplicable,
		risk: NotApplicable, sex: NotApplicable, age: NotApplicable, track: NotApplicable, class: NotApplicable}
	if w.province == "" {
		w.province = c.places.OrganisationProvince[n.Organisation]
	}
	t.place(w, len(c.asked))
	s := sighting{on: day, organisation: n.Organisation, amount: 1}
	c.add(t, t.first+i, &c.asked[i], &s, true, identityOf(n.ID).entry(int(n.ActiveFrom), day, true))
	if c.hears != nil {
		c.hears(t, t.first+i, Contribution{Network: n.ID, On: day, Organisation: n.Organisation, Consented: true, Amount: 1})
	}
}
