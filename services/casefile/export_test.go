package casefile

import (
	"maps"
	"slices"

	"onward/services/sealed"
)

// KindNames lists the kinds of entry, for the tests that try every one.
func KindNames() []string { return slices.Sorted(maps.Keys(kinds)) }

// Decode reads the data of an entry of a kind with its texts as they are stored.
func Decode(name string, data []byte) (Data, error) {
	return decode(name, data, func(_ string, _ bool, t sealed.Text) (sealed.Text, error) { return t, nil })
}
