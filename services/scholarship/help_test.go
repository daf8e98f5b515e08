package scholarship_test

import (
	"errors"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/track"
)

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func on(s string) track.Stamp { return track.Stamp{On: day(s)} }

// step records something in a state.
type step func(*state) error

// after returns the state after some steps, all of which must fit.
func after(t *testing.T, steps ...step) *state {
	t.Helper()
	s := &state{}
	for i, do := range steps {
		if err := do(s); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
	return s
}

// refusal is a step that does not fit the steps before it: the input field that
// the fault names, and words of its message.
type refusal struct {
	name       string
	before     []step
	do         step
	path, says string
}

func (r refusal) check(t *testing.T) {
	err := r.do(after(t, r.before...))
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 {
		t.Fatalf("got %v, want an INVALID fault about one field", err)
	}
	if got := f.Fields[0]; got.Path != r.path || !strings.Contains(got.Message, r.says) {
		t.Errorf("got %s: %s; want %s: … %s …", got.Path, got.Message, r.path, r.says)
	}
}

func refusals(t *testing.T, all []refusal) {
	for _, r := range all {
		t.Run(r.name, r.check)
	}
}

// stop is a step and the state of the track once it is taken.
type stop struct {
	do   step
	want track.State
}

// walk takes the stops and checks the state of the track at each.
func walk(t *testing.T, stops []stop) {
	t.Helper()
	s := after(t)
	if got := s.Progress(); got != track.NotStarted {
		t.Errorf("at the start: %s, want NOT_STARTED", got)
	}
	for i, stop := range stops {
		if err := stop.do(s); err != nil {
			t.Fatalf("stop %d: %v", i+1, err)
		}
		if got := s.Progress(); got != stop.want {
			t.Errorf("at stop %d: %s, want %s", i+1, got, stop.want)
		}
	}
}
