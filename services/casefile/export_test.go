package casefile

import (
	"maps"
	"slices"
)

// KindNames lists the kinds of entry, for the tests that try every one.
func KindNames() []string { return slices.Sorted(maps.Keys(kinds)) }
