// Package tracktest helps to try the rules of order of a programme: steps that
// record something in its state S, steps that must be refused, and the state of
// the track along a walk.
package tracktest

import (
	"errors"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/track"
)

// Day reads a day written as YYYY-MM-DD. It panics where a test has written one
// that does not exist.
func Day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// On returns the stamp of something that happened on a day, and nothing else.
func On(s string) track.Stamp { return track.NewStamp(Day(s), 0, 0, track.Place{}) }

// Step records something in a state, or returns why it does not fit.
type Step[S any] func(*S) error

// After returns the state after some steps from the zero state. A step that does
// not fit ends the test.
func After[S any](t testing.TB, steps ...Step[S]) *S {
	t.Helper()
	s := new(S)
	for i, do := range steps {
		if err := do(s); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
	return s
}

// Refusal is a step that does not fit the steps before it.
type Refusal[S any] struct {
	Name   string
	Before []Step[S]
	Do     Step[S]
	Path   string // the one input field that the fault names
	Says   string // words of the message about it
}

// Check fails the test unless the step is refused with an INVALID fault about
// the one field.
func (r Refusal[S]) Check(t *testing.T) {
	t.Helper()
	err := r.Do(After(t, r.Before...))
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 {
		t.Fatalf("got %v, want an INVALID fault about one field", err)
	}
	if got := f.Fields[0]; got.Path != r.Path || !strings.Contains(got.Message, r.Says) {
		t.Errorf("got %s: %s; want %s: … %s …", got.Path, got.Message, r.Path, r.Says)
	}
}

// Refusals checks each refusal in a test of its own. R is the test's own name for
// Refusal[S]: vet wants keys in the literals of another package's structs, and a
// table is easier to read without them.
func Refusals[S any, R ~struct {
	Name       string
	Before     []Step[S]
	Do         Step[S]
	Path, Says string
}](t *testing.T, all []R) {
	t.Helper()
	for _, r := range all {
		t.Run(Refusal[S](r).Name, Refusal[S](r).Check)
	}
}

// Stop is a step and the state of the track once it is taken.
type Stop[S any] struct {
	Do   Step[S]
	Want track.State
}

// Progress is a pointer to the state of a programme that has a track.
type Progress[S any] interface {
	*S
	Progress() track.State
}

// Walk takes the stops from the zero state, which must be NOT_STARTED, and checks
// the state of the track at each. T is the test's own name for Stop[S].
func Walk[S any, T ~struct {
	Do   Step[S]
	Want track.State
}, P Progress[S]](t *testing.T, stops []T) {
	t.Helper()
	s := new(S)
	if got := P(s).Progress(); got != track.NotStarted {
		t.Errorf("at the start: %s, want NOT_STARTED", got)
	}
	for i, stop := range stops {
		stop := Stop[S](stop)
		if err := stop.Do(s); err != nil {
			t.Fatalf("stop %d: %v", i+1, err)
		}
		if got := P(s).Progress(); got != stop.Want {
			t.Errorf("at stop %d: %s, want %s", i+1, got, stop.Want)
		}
	}
}
