package disclosure

import (
	"maps"
	"slices"
)

// mostCrossing is how many groups a table may have that is not published and only
// ties others together [J]. Where it would have more, readers are taken to reckon
// without it.
const mostCrossing = 1000

// crossing returns the table by all dimensions of those published tables that go in
// a circle, such as A by B, B by C and C by A; nil if none do. Tables that do not can
// always be filled in together if each two of them agree on what they have in common
// (a hypergraph without cycles); in a circle only the crossing tells whether they can.
func crossing(published []*table, cells []published) *table {
	dimensions := circle(published)
	if len(dimensions) == 0 {
		return nil
	}
	groups := []place{placeOf(nil, nil)}
	for i, d := range dimensions {
		values := map[string]bool{}
		for _, c := range cells {
			if j := slices.Index(c.place.dimensions, d); j >= 0 {
				values[c.place.values[j]] = true
			}
		}
		groups = extend(groups, dimensions[:i+1], slices.Sorted(maps.Keys(values)), published, cells)
		if len(groups) > mostCrossing {
			return nil
		}
	}
	out := &table{dimensions, map[string]place{}}
	for _, g := range groups {
		out.groups[g.key] = g
	}
	return out
}

// circle returns the dimensions of the tables that go in a circle, by Graham's
// reduction: a dimension that only one table has, and a table within another, tie
// nothing together.
func circle(tables []*table) []string {
	var edges [][]string
	for _, t := range tables {
		edges = append(edges, t.dimensions)
	}
	for before := -1; before != size(edges); {
		before = size(edges)
		uses := map[string]int{}
		for _, e := range edges {
			for _, d := range e {
				uses[d]++
			}
		}
		for i, e := range edges {
			edges[i] = slices.DeleteFunc(slices.Clone(e), func(d string) bool { return uses[d] == 1 })
		}
		for i := len(edges) - 1; i >= 0; i-- {
			others := slices.Delete(slices.Clone(edges), i, i+1)
			if slices.ContainsFunc(others, func(o []string) bool { return subset(edges[i], o) }) {
				edges = others
			}
		}
	}
	all := slices.Concat(edges...)
	slices.Sort(all)
	return slices.Compact(all)
}

// size counts the tables and their dimensions.
func size(edges [][]string) int { return len(edges) + len(slices.Concat(edges...)) }

// extend adds each value of one more dimension to each group, as long as every
// published table has a group that agrees with it.
func extend(groups []place, dimensions, values []string, tables []*table, cells []published) []place {
	known := make([]map[string]bool, len(tables))
	for i, t := range tables {
		known[i] = map[string]bool{}
		for _, c := range cells {
			if slices.Equal(c.place.dimensions, t.dimensions) {
				known[i][c.place.on(dimensions).key] = true
			}
		}
	}
	var out []place
	for _, g := range groups {
		for _, v := range values {
			p := placeOf(dimensions, append(slices.Clone(g.values), v))
			impossible := false
			for i, t := range tables {
				impossible = impossible || !known[i][p.on(t.dimensions).key]
			}
			if !impossible {
				out = append(out, p)
			}
		}
	}
	return out
}
