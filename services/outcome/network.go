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

// networks counts the networks that are active on the days that the query asks
// for. One that is listed twice is one.
func (c *counter) networks(all []Network) {
	community, clubs := c.askedAt(Networks), c.askedAt(YouthClubs)
	sorted := slices.SortedFunc(slices.Values(all), func(a, b Network) int {
		return strings.Compare(string(a.ID), string(b.ID))
	})
	days := c.networkDays()
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
		for _, day := range days {
			if network.active(day) {
				c.network(i, network, day)
			}
		}
	}
}

// askedAt returns the place of an indicator among those asked for, or -1.
func (c *counter) askedAt(code Code) int {
	return slices.IndexFunc(c.asked, func(i Indicator) bool { return i.Code == code })
}

// networkDays returns the days on which networks are counted: the period's last,
// or by quarter the last of each quarter in the period.
func (c *counter) networkDays() []calendar.Day {
	if len(c.groups.quarters) == 0 {
		return []calendar.Day{c.query.Period.To}
	}
	days := make([]calendar.Day, len(c.groups.quarters))
	for i, quarter := range c.groups.quarters {
		days[i] = min(quarter.To, c.query.Period.To)
	}
	return days
}

func (c *counter) network(i int, n *Network, day calendar.Day) {
	w := where{organisation: n.Organisation, province: n.Province, on: day}
	if w.province == "" {
		w.province = c.places.OrganisationProvince[n.Organisation]
	}
	cell := &c.cells[c.firstCell(w)+i]
	cell.addOnce(c.unit, true)
	cell.entries = cell.entries.plus(identityOf(n.ID).entry(int(n.ActiveFrom), day, true))
}
