// Package storetest is the conformance suite of the document store: what every
// engine has to do, said once. An engine's tests call Run.
package storetest

import (
	"context"
	"testing"
	"time"

	"onward/services/store"
)

// Place is where one empty store can be opened.
type Place struct {
	// Open opens the store for reading and writing. A test may close it and
	// open it again, and then expects to find what it had put there.
	Open func(t *testing.T) store.Store
	// Again opens a further handle while the first is open, as another process
	// would. It may be for reading only.
	Again func(t *testing.T) store.Store
}

// through makes a place whose stores are reached through others that change what is
// asked of them.
func (p Place) through(other func(store.Store) store.Store) Place {
	return Place{
		Open:  func(t *testing.T) store.Store { return other(p.Open(t)) },
		Again: func(t *testing.T) store.Store { return other(p.Again(t)) },
	}
}

// Promise is a part of the contract that some servers, fit for tests only,
// cannot keep.
type Promise string

// The promises that can be lacking.
const (
	// AtomicAppend: of two changes from the same version, one is refused.
	AtomicAppend Promise = "atomic append"
	// NestedArrays: an array may hold arrays.
	NestedArrays Promise = "nested arrays"
)

// Lack says that an engine does not keep a promise, and why. The cases that
// prove the promise are skipped.
type Lack struct {
	Of      Promise
	Because string
}

// Run runs the suite. newPlace returns a new empty place for each case and
// cleans up through t.
func Run(t *testing.T, newPlace func(t *testing.T) Place, lacks ...Lack) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, lack := range lacks {
				if lack.Of == c.needs {
					t.Skipf("no %s: %s", lack.Of, lack.Because)
				}
			}
			c.prove(t, newPlace(t))
		})
	}
}

// cases are the promises of the contract, each with its proof.
var cases = []struct {
	name  string
	needs Promise
	prove func(*testing.T, Place)
}{
	{"get: an absent document is not found", "", getAbsent},
	{"get: every collection is its own", "", collectionsApart},
	{"any: an unknown collection is refused", "", unknownCollection},
	{"any: documents come back as they were", "", roundTrip},
	{"any: arrays may hold arrays", NestedArrays, roundTripNested},
	{"any: times come back in UTC, in whole milliseconds", "", roundTripTimes},
	{"any: a document may have 5 MB", "", largeDocument},
	{"any: an ended context stops it", "", endedContext},
	{"any: documents outlive the handle", "", reopened},
	{"insert: a document that exists is refused", "", insertTwice},
	{"insert: of several racing, one wins", "", insertRace},
	{"insert: many at once", "", insertMany},
	{"insert: many stop at the one that exists", "", insertManyStops},
	{"insert: what is no document is refused", "", insertInvalid},
	{"append: adds to the history and replaces the state", "", appendChange},
	{"append: another version is refused", "", appendGuard},
	{"append: an absent document is not found", "", appendAbsent},
	{"append: what is no change is refused", "", appendInvalid},
	{"append: racing writers lose nothing", AtomicAppend, appendRace},
	{"append: writers of different documents do not meet", "", appendApart},
	{"append: the version never goes back", "", versionsRise},
	{"remove: only logs are removed", "", removePermitted},
	{"remove: the document is gone, and no other", "", removeOne},
	{"remove: what is absent is no error", "", removeAbsent},
	{"remove: a watch goes on with later changes", "", removeWatched},
	{"remove: it outlives the handle, and later changes are seen", "", removeReopened},
	{"scrub: what is there stays", "", scrubKeeps},
	{"scan: an empty collection", "", scanEmpty},
	{"scan: stops at the first error", "", scanStops},
	{"scan: stops when its context ends", "", scanCancelled},
	{"scan: misses nothing that is written meanwhile", "", scanDuringWrites},
	{"scan histories: an empty collection", "", func(t *testing.T, p Place) { scanEmpty(t, ofHistories(p)) }},
	{"scan histories: stops at the first error", "", func(t *testing.T, p Place) { scanStops(t, ofHistories(p)) }},
	{"scan histories: stops when its context ends", "", func(t *testing.T, p Place) { scanCancelled(t, ofHistories(p)) }},
	{"scan histories: all but the states comes back as it was", "", scanHistories},
	{"watch: sees this handle's changes", "", watchOwn},
	{"watch: sees another handle's changes", "", watchOther},
	{"watch: from the zero mark sees everything", "", watchFromZero},
	{"watch: the newest version comes", "", watchBurst},
	{"watch: stops at the first error", "", watchStops},
	{"watch: ends with its context, and with the store", "", watchEnds},
}

// soon is how long a case waits for what should come within a second: long
// enough for a loaded machine, short enough for a broken engine.
const soon = 30 * time.Second

// timeout returns a context for a whole case.
func timeout(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}
