package followup_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"onward/services/followup"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	state   = followup.State
	step    = tracktest.Step[state]
	refusal tracktest.Refusal[state]
)

// plan schedules a follow-up with an identifier on the first of March.
func plan(name, due string, entry int) step {
	return func(s *state) error {
		at := track.Stamp{On: tracktest.Day("2026-03-01"), Entry: int32(entry)}
		return s.Schedule(followup.Schedule{DueOn: tracktest.Day(due), Method: followup.Phone}, name, at)
	}
}

func cancel(name string) step {
	return func(s *state) error { return s.Cancel(followup.Cancellation{FollowUpID: name}) }
}

func record(name string, contact bool, at string) step {
	return func(s *state) error {
		return s.Record(followup.Recorded{Point: track.Unscheduled, Method: followup.Phone, ContactMade: contact, FollowUpID: name}, tracktest.On(at))
	}
}

// TestSchedule proves which follow-ups are still to be done, and in which order.
func TestSchedule(t *testing.T) {
	three := []step{plan("c", "2026-03-20", 3), plan("a", "2026-03-10", 4), plan("b", "2026-03-10", 5)}
	for _, c := range []struct {
		name string
		then []step
		want []string
	}{
		{"what is due first before the rest", nil, []string{"a", "b", "c"}},
		{"contact does the first that was due", []step{record("", true, "2026-03-10")}, []string{"b", "c"}},
		{"each contact does one", []step{record("", true, "2026-03-20"), record("", true, "2026-03-20")}, []string{"c"}},
		{"contact before any was due", []step{record("", true, "2026-03-09")}, []string{"a", "b", "c"}},
		{"no contact", []step{record("", false, "2026-03-20")}, []string{"a", "b", "c"}},
		{"the named one, before its day", []step{record("c", true, "2026-03-05")}, []string{"a", "b"}},
		{"the named one in vain", []step{record("c", false, "2026-03-20")}, []string{"a", "b", "c"}},
		{"cancelled", []step{cancel("b")}, []string{"a", "c"}},
	} {
		s := tracktest.After(t, append(slices.Clone(three), c.then...)...)
		var got []string
		for _, o := range s.Open() {
			got = append(got, o.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	s := tracktest.After(t, plan("a", "2026-03-10", 4))
	if o := s.Open()[0]; o != (followup.Scheduled{ID: "a", DueOn: tracktest.Day("2026-03-10"), Method: followup.Phone, Entry: 4}) {
		t.Errorf("%+v", o)
	}
	if empty := tracktest.After(t, plan("a", "2026-03-10", 4), cancel("a")); empty.Scheduled != nil {
		t.Error("nothing is left, and yet a list of it")
	}
}

// TestScheduleOrder proves what is refused, with the field to correct.
func TestScheduleOrder(t *testing.T) {
	var full []step
	for i := range track.Most {
		full = append(full, plan(fmt.Sprint(i), "2026-03-10", i))
	}
	tracktest.Refusals(t, []refusal{
		{"due before it was scheduled", nil, plan("a", "2026-02-28", 1), "dueOn", "before the scheduling"},
		{"one too many", full, plan("a", "2026-03-10", 60), "dueOn", "at most 50"},
		{"cancel what is not there", nil, cancel("a"), "followUpId", "scheduledFollowUps"},
		{"cancel twice", []step{plan("a", "2026-03-10", 1), cancel("a")}, cancel("a"), "followUpId", "still to be done"},
		{"do what is not there", []step{plan("a", "2026-03-10", 1)}, record("b", true, "2026-03-10"), "followUpId", "still to be done"},
		{"try what is cancelled", []step{plan("a", "2026-03-10", 1), cancel("a")}, record("a", false, "2026-03-10"), "followUpId", "still to be done"},
	})
	tracktest.After(t, append(append(full, cancel("7")), plan("a", "2026-03-10", 60))...)
}

// TestClone proves that a change of a copy leaves the state as it was.
func TestClone(t *testing.T) {
	s := tracktest.After(t, plan("a", "2026-03-10", 1), plan("b", "2026-03-11", 2))
	before, _ := json.Marshal(s)
	c := s.Clone()
	for _, do := range []step{cancel("a"), plan("c", "2026-03-12", 3)} {
		if err := do(&c); err != nil {
			t.Fatal(err)
		}
	}
	if now, _ := json.Marshal(s); string(now) != string(before) || len(c.Scheduled) != 2 {
		t.Errorf("the state became %s", now)
	}
}
