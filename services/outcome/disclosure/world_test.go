package disclosure_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"onward/services/calendar"
	"onward/services/outcome/disclosure"
)

// event is one thing that counts: of a person, at a site, in a month of 2026.
type event struct {
	person, site, month int
	fulfils             bool
}

// world is people who do not exist and what happened to them. Persons come to
// several sites, of several organisations, and in several months.
type world struct {
	sites     [][3]string // site, organisation, province
	people    [][3]string // population, sex, age band
	events    []event
	provinces int
}

// newWorld draws people, most of them at a few of the sites.
func newWorld(r *rand.Rand, people, sites, organisations, provinces, months int) *world {
	w := &world{provinces: provinces}
	for s := range sites {
		w.sites = append(w.sites, [3]string{fmt.Sprintf("site_%02d", s), fmt.Sprintf("org_%d", s%organisations), fmt.Sprintf("P%02d", r.IntN(provinces))})
	}
	draw := func(n int) int { return min(r.IntN(n), r.IntN(n)) }
	for p := range people {
		w.people = append(w.people, [3]string{fmt.Sprintf("POP_%d", draw(3)), fmt.Sprintf("SEX_%d", draw(3)), fmt.Sprintf("AGE_%d", draw(6))})
		for range 1 + r.IntN(3) {
			w.events = append(w.events, event{p, draw(sites), 1 + r.IntN(months), r.IntN(3) > 0})
		}
	}
	return w
}

// kind is how a series counts the events.
type kind int

const (
	things  kind = iota // each of them
	persons             // each person once
	shares              // how many of them fulfil
	personShares
)

// tables are the groupings of a release, with the coordinates that readers know.
var tables = [][]string{{}, {"ORGANISATION"}, {"ORGANISATION", "PROVINCE", "SITE"}, {"PROVINCE"}, {"POPULATION"}, {"SEX"}, {"AGE_BAND"}, {"AGE_BAND", "POPULATION"}}

// cells counts the events of a span of months in each table.
func (w *world) cells(series string, k kind, tables [][]string, from, to time.Month) []disclosure.Cell {
	period := calendar.Period{From: calendar.Date(2026, from, 1), To: calendar.Date(2026, to+1, 1) - 1}
	return w.cellsOf(series, k, tables, period, func(e event) bool { return e.month >= int(from) && e.month <= int(to) })
}

func (w *world) cellsOf(series string, k kind, tables [][]string, period calendar.Period, counts func(e event) bool) []disclosure.Cell {
	var out []disclosure.Cell
	for _, dimensions := range tables {
		base, value := map[string]map[int]bool{}, map[string]map[int]bool{}
		groups := map[string][]disclosure.Coordinate{}
		var order []string
		for i, e := range w.events {
			if !counts(e) {
				continue
			}
			group := w.group(e, dimensions)
			key := fmt.Sprint(group)
			if base[key] == nil {
				base[key], value[key], groups[key] = map[int]bool{}, map[int]bool{}, group
				order = append(order, key)
			}
			id := i
			if k == persons || k == personShares {
				id = e.person
			}
			base[key][id] = true
			if e.fulfils {
				value[key][id] = true
			}
		}
		slices.Sort(order)
		for _, key := range order {
			c := disclosure.Cell{Series: series, Group: groups[key], Period: period, Count: len(base[key]), Additive: k == things || k == shares}
			if k == persons || k == personShares {
				c.Fixed = []string{"POPULATION", "SEX"}
			}
			if k == shares || k == personShares {
				c.Share, c.Count, c.Base = true, len(value[key]), len(base[key])
			}
			out = append(out, c)
		}
	}
	return out
}

// group returns the coordinates of an event in some dimensions.
func (w *world) group(e event, dimensions []string) []disclosure.Coordinate {
	s, p := w.sites[e.site], w.people[e.person]
	all := map[string]string{"SITE": s[0], "ORGANISATION": s[1], "PROVINCE": s[2], "POPULATION": p[0], "SEX": p[1], "AGE_BAND": p[2]}
	var out []disclosure.Coordinate
	for _, d := range dimensions {
		out = append(out, disclosure.Coordinate{Dimension: d, Value: all[d]})
	}
	return out
}
