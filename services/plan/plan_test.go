package plan_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"onward/services/plan"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// state is the plan in force, or none.
type state struct{ *plan.Plan }

type (
	step    = tracktest.Step[state]
	refusal tracktest.Refusal[state]
)

// update writes a version of the plan. A new goal or action is named by the day
// and its number in the entry.
func update(at string, goals ...plan.GoalInput) step {
	return func(s *state) error {
		next, err := s.Update(plan.Updated{Goals: goals}, "worker_1", func(n int) string { return at + "." + strconv.Itoa(n) }, tracktest.On(at))
		if err == nil {
			s.Plan = next
		}
		return err
	}
}

func complete(actionID, at string) step {
	return func(s *state) error { return s.Complete(plan.ActionCompleted{ActionID: actionID}, tracktest.On(at)) }
}

func goal(goalID, title string, actions ...plan.ActionInput) plan.GoalInput {
	return plan.GoalInput{ID: goalID, Title: title, Track: track.Employment, Actions: actions}
}

func action(actionID, title, due string) plan.ActionInput {
	a := plan.ActionInput{ID: actionID, Title: title, OwnerID: "worker_1"}
	if due != "" {
		a.DueOn = tracktest.Day(due)
	}
	return a
}

// first is the plan from which most tests start: 2026-03-01.1 is its goal, .2 and
// .3 are the actions.
var first = update("2026-03-01", goal("", "A job", action("", "Skills test", "2026-03-15"), action("", "Three interviews", "")))

// TestOrder proves that an update keeps only goals and actions of the plan so
// far, each once, that an action is completed once, and that a refusal names the
// field to correct.
func TestOrder(t *testing.T) {
	other := update("2026-04-01", goal("", "School"))
	twice := goal("2026-03-01.1", "A job", action("2026-03-01.2", "Skills test", ""), action("2026-03-01.2", "Skills test", ""))
	tracktest.Refusals(t, []refusal{
		{"goal kept of no plan", nil, update("2026-03-01", goal("g", "A job")), "goals.id", `no goal "g"`},
		{"action kept of no plan", nil, update("2026-03-01", goal("", "A job", action("a", "Skills test", ""))), "goals.actions.id", `no action "a"`},
		{"unknown goal", []step{first}, update("2026-04-01", goal("2026-03-01.9", "A job")), "goals.id", "2026-03-01.9"},
		{"unknown action", []step{first}, update("2026-04-01", goal("2026-03-01.1", "A job", action("z", "?", ""))), "goals.actions.id", `no action "z"`},
		{"an action is no goal", []step{first}, update("2026-04-01", goal("2026-03-01.2", "A job")), "goals.id", "2026-03-01.2"},
		{"a goal is no action", []step{first}, update("2026-04-01", goal("", "A job", action("2026-03-01.1", "?", ""))), "goals.actions.id", "2026-03-01.1"},
		{"goal that was left out before", []step{first, other}, update("2026-05-01", goal("2026-03-01.1", "A job")), "goals.id", "2026-03-01.1"},
		{"action that was left out before", []step{first, other}, update("2026-05-01", goal("", "A job", action("2026-03-01.2", "?", ""))), "goals.actions.id", "2026-03-01.2"},
		{"goal twice", []step{first}, update("2026-04-01", goal("2026-03-01.1", "A job"), goal("2026-03-01.1", "A job")), "goals.id", "twice"},
		{"action twice", []step{first}, update("2026-04-01", twice), "goals.actions.id", "twice"},
		{"action in two goals", []step{first}, update("2026-04-01", goal("", "A", action("2026-03-01.2", "?", "")), goal("", "B", action("2026-03-01.2", "?", ""))), "goals.actions.id", "twice"},
		{"completion without a plan", nil, complete("a", "2026-03-01"), "actionId", "no such action"},
		{"completion of an unknown action", []step{first}, complete("z", "2026-03-02"), "actionId", "no such action"},
		{"completion of a goal", []step{first}, complete("2026-03-01.1", "2026-03-02"), "actionId", "no such action"},
		{"completion of an action left out", []step{first, other}, complete("2026-03-01.2", "2026-05-01"), "actionId", "no such action"},
		{"completion twice", []step{first, complete("2026-03-01.2", "2026-03-09")}, complete("2026-03-01.2", "2026-03-10"), "actionId", "2026-03-09"},
		{"completion twice, over an update", []step{first, complete("2026-03-01.2", "2026-03-09"),
			update("2026-04-01", goal("2026-03-01.1", "A job", action("2026-03-01.2", "Skills test", "")))}, complete("2026-03-01.2", "2026-04-02"), "actionId", "2026-03-09"},
	})
}

// TestUpdate proves that an update is the whole plan from now on: it counts the
// versions, keeps what it names with the day on which it was done, wherever it
// now stands, and drops the rest.
func TestUpdate(t *testing.T) {
	s := tracktest.After(t, first, complete("2026-03-01.3", "2026-03-20"), update("2026-04-01",
		goal("", "A safe home", action("", "Find a room", "2026-05-01"), action("2026-03-01.3", "Two interviews", "2026-04-30")),
		goal("2026-03-01.1", "A good job")))
	want := plan.Plan{Version: 2, UpdatedOn: tracktest.Day("2026-04-01"), AuthorID: "worker_1", State: plan.Draft, Goals: []plan.Goal{
		{ID: "2026-04-01.1", Title: "A safe home", Track: track.Employment, Actions: []plan.Action{
			{ID: "2026-04-01.2", Title: "Find a room", OwnerID: "worker_1", DueOn: tracktest.Day("2026-05-01")},
			{ID: "2026-03-01.3", Title: "Two interviews", OwnerID: "worker_1", DueOn: tracktest.Day("2026-04-30"), DoneOn: tracktest.Day("2026-03-20")},
		}},
		{ID: "2026-03-01.1", Title: "A good job", Track: track.Employment},
	}}
	if got, want := written(t, s.Plan), written(t, &want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestOpen proves which actions wait: those with a due day that nobody has done.
func TestOpen(t *testing.T) {
	due := update("2026-03-01", goal("", "A", action("", "one", "2026-03-10"), action("", "two", "")), goal("", "B", action("", "three", "2026-03-05")))
	for _, c := range []struct {
		name  string
		steps []step
		want  []string
	}{
		{"no plan", nil, nil},
		{"a plan", []step{due}, []string{"one 2026-03-10", "three 2026-03-05"}},
		{"one done", []step{due, complete("2026-03-01.2", "2026-03-09")}, []string{"three 2026-03-05"}},
		{"done too late", []step{due, complete("2026-03-01.2", "2026-06-09")}, []string{"three 2026-03-05"}},
		{"left out", []step{due, update("2026-03-02", goal("2026-03-01.1", "A", action("2026-03-01.2", "one", "2026-04-10")))}, []string{"one 2026-04-10"}},
	} {
		var got []string
		for _, a := range tracktest.After(t, c.steps...).Open() {
			got = append(got, a.Title+" "+a.DueOn.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestClone proves that neither a completion in a copy nor an update changes the
// plan from which they came, and that no plan has a copy that is none.
func TestClone(t *testing.T) {
	s := tracktest.After(t, first)
	before := written(t, s.Plan)
	c := state{s.Clone()}
	if err := complete("2026-03-01.2", "2026-03-09")(&c); err != nil {
		t.Fatal(err)
	}
	next := state{s.Plan}
	if err := update("2026-04-01", goal("2026-03-01.1", "Another title", action("2026-03-01.2", "Another test", "")))(&next); err != nil {
		t.Fatal(err)
	}
	if now := written(t, s.Plan); now != before {
		t.Errorf("the plan became %s", now)
	}
	if len(c.Open()) != 0 || next.Version != 2 {
		t.Errorf("the copy has %v open, the update is version %d", c.Open(), next.Version)
	}
	if none := (*plan.Plan)(nil).Clone(); none != nil {
		t.Errorf("a copy of no plan is %+v", none)
	}
}

func written(t *testing.T, p *plan.Plan) string {
	t.Helper()
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
