package plan_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"testing"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/plan"
	"onward/services/sealed"
	"onward/services/track"
	"onward/services/track/tracktest"
	"onward/services/word"
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
		next, err := s.Update(plan.Updated{Goals: goals}, "worker_1", func(n int) id.Part { return id.Named(at + "." + strconv.Itoa(n)) }, tracktest.On(at))
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
	return plan.GoalInput{ID: goalID, Title: sealed.Text(title), Track: track.Employment, Actions: actions}
}

func action(actionID, title, due string) plan.ActionInput {
	a := plan.ActionInput{ID: actionID, Title: sealed.Text(title), OwnerID: "worker_1"}
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
		{"goal kept of no plan", nil, update("2026-03-01", goal("g", "A job")), "goals.id", "no such goal"},
		{"action kept of no plan", nil, update("2026-03-01", goal("", "A job", action("a", "Skills test", ""))), "goals.actions.id", "no such action"},
		{"unknown goal", []step{first}, update("2026-04-01", goal("2026-03-01.9", "A job")), "goals.id", "no such goal"},
		{"unknown action", []step{first}, update("2026-04-01", goal("2026-03-01.1", "A job", action("z", "?", ""))), "goals.actions.id", "no such action"},
		{"an action is no goal", []step{first}, update("2026-04-01", goal("2026-03-01.2", "A job")), "goals.id", "no such goal"},
		{"a goal is no action", []step{first}, update("2026-04-01", goal("", "A job", action("2026-03-01.1", "?", ""))), "goals.actions.id", "no such action"},
		{"goal that was left out before", []step{first, other}, update("2026-05-01", goal("2026-03-01.1", "A job")), "goals.id", "no such goal"},
		{"action that was left out before", []step{first, other}, update("2026-05-01", goal("", "A job", action("2026-03-01.2", "?", ""))), "goals.actions.id", "no such action"},
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
	want := plan.Plan{Number: 2, UpdatedOn: tracktest.Day("2026-04-01"), AuthorID: "worker_1", Stands: word.At(plan.Draft), Goals: []plan.Goal{
		{Part: id.Named("2026-04-01.1"), Title: "A safe home", On: word.At(track.Employment), Actions: []plan.Action{
			{Part: id.Named("2026-04-01.2"), Title: "Find a room", OwnerID: "worker_1", DueOn: tracktest.Day("2026-05-01")},
			{Part: id.Named("2026-03-01.3"), Title: "Two interviews", OwnerID: "worker_1", DueOn: tracktest.Day("2026-04-30"), DoneOn: tracktest.Day("2026-03-20")},
		}},
		{Part: id.Named("2026-03-01.1"), Title: "A good job", On: word.At(track.Employment)},
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
			got = append(got, string(a.Title)+" "+a.DueOn.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// whole is a goal that lacks nothing for its submission.
func whole(goalID string) plan.GoalInput {
	return plan.GoalInput{ID: goalID, Title: "A job", Track: track.Employment, AchieveBy: tracktest.Day("2026-12-31"), Measure: "three months of wages"}
}

func submit(s *state) error { return s.Submit() }

func approve(at string) step {
	return func(s *state) error { s.Approve(tracktest.Day(at)); return nil }
}

func giveBack(rejected bool) step {
	return func(s *state) error { s.Return(rejected); return nil }
}

func review(at, next string, goals ...plan.GoalReview) step {
	r := plan.Reviewed{Goals: goals}
	if next != "" {
		r.ReviewOn = tracktest.Day(next)
	}
	return func(s *state) error { return s.Review(r, tracktest.On(at)) }
}

// ready is a plan that can be submitted, and inForce one that was approved.
var (
	ready   = update("2026-03-01", whole(""))
	inForce = []step{ready, submit, approve("2026-03-10")}
)

// TestSubmission proves that a version waits once, cannot be rewritten while it
// waits, and can be submitted again once it was given back.
func TestSubmission(t *testing.T) {
	achieveBy := whole("")
	achieveBy.StartOn = tracktest.Day("2027-01-01")
	tracktest.Refusals(t, []refusal{
		{"no plan", nil, submit, "caseId", "updatePlan"},
		{"twice", []step{ready, submit}, submit, "caseId", "SUBMITTED already"},
		{"what is in force", inForce, submit, "caseId", "APPROVED already"},
		{"rewritten while it waits", []step{ready, submit}, update("2026-03-02", whole("")), "caseId", "withdraw the request first"},
		{"goal that ends before it begins", nil, update("2026-03-01", goal("", "School"), achieveBy), "goals[1].achieveBy", "2027-01-01"},
	})
	for _, c := range []struct {
		name  string
		steps []step
		want  plan.State
	}{
		{"written", []step{ready}, plan.Draft},
		{"submitted", []step{ready, submit}, plan.Submitted},
		{"withdrawn", []step{ready, submit, giveBack(false)}, plan.Draft},
		{"rejected", []step{ready, submit, giveBack(true)}, plan.Rejected},
		{"written anew after a rejection", []step{ready, submit, giveBack(true), update("2026-03-05", whole("2026-03-01.1"))}, plan.Draft},
		{"approved", inForce, plan.Approved},
		{"written anew while in force", append(slices.Clone(inForce), update("2026-03-11", whole("2026-03-01.1"))), plan.Draft},
	} {
		got := tracktest.After(t, c.steps...)
		if got.State() != c.want {
			t.Errorf("%s: %s, want %s", c.name, got.State(), c.want)
		}
	}
	if next := tracktest.After(t, append(slices.Clone(inForce), update("2026-03-11", whole("")))...); !next.InForce() || next.Version() != 2 || next.ApprovedVersion != 1 {
		t.Errorf("the version in force is forgotten: %+v", next.Plan)
	}
}

// TestEverythingMissing proves that a submission names all that the goals lack at
// once, in their order.
func TestEverythingMissing(t *testing.T) {
	s := tracktest.After(t, update("2026-03-01", plan.GoalInput{Title: "A safe home"}, whole(""), goal("", "A job")))
	var f *fault.Error
	if err := s.Submit(); !errors.As(err, &f) || f.Kind != fault.Invalid {
		t.Fatalf("got %v", err)
	}
	var paths []string
	for _, field := range f.Fields {
		paths = append(paths, field.Path)
	}
	want := []string{"goals[0].achieveBy", "goals[0].measure", "goals[0].track", "goals[2].achieveBy", "goals[2].measure"}
	if !slices.Equal(paths, want) || s.State() != plan.Draft {
		t.Errorf("%q, plan %s; want %q", paths, s.State(), want)
	}
}

// TestReview proves that only a plan in force is reviewed, in the order of the
// days, and when the next review is due.
func TestReview(t *testing.T) {
	first := "2026-03-01.1"
	reviewed := append(slices.Clone(inForce), review("2026-06-01", ""))
	tracktest.Refusals(t, []refusal{
		{"no plan", nil, review("2026-03-01", ""), "caseId", "approved"},
		{"draft", []step{ready}, review("2026-03-11", ""), "caseId", "approved"},
		{"submitted", []step{ready, submit}, review("2026-03-11", ""), "caseId", "approved"},
		{"before the approval", inForce, review("2026-03-09", ""), "on", "2026-03-10"},
		{"before the last review", reviewed, review("2026-05-31", ""), "on", "2026-06-01"},
		{"next on the same day", inForce, review("2026-04-01", "2026-04-01"), "reviewOn", "1 to 180 days"},
		{"next in 181 days", inForce, review("2026-04-01", "2026-09-29"), "reviewOn", "1 to 180 days"},
		{"unknown goal", inForce, review("2026-04-01", "", plan.GoalReview{GoalID: first, Progress: plan.OnTrack}, plan.GoalReview{GoalID: "g"}), "goals[1].goalId", "no such goal"},
	})
	for _, c := range []struct{ next, due string }{{"", "2026-06-30"}, {"2026-04-02", "2026-04-02"}, {"2026-09-28", "2026-09-28"}} {
		s := tracktest.After(t, append(slices.Clone(inForce), review("2026-04-01", c.next, plan.GoalReview{GoalID: first, Progress: plan.Behind}))...)
		if s.ReviewedOn != tracktest.Day("2026-04-01") || s.ReviewOn != tracktest.Day(c.due) || s.Goals[0].Progress() != plan.Behind {
			t.Errorf("next %q: %+v, want due on %s", c.next, s.Plan, c.due)
		}
	}
	if s := tracktest.After(t, inForce...); s.ReviewOn != tracktest.Day("2026-06-08") {
		t.Errorf("approved on 2026-03-10, the first review is due on %s", s.ReviewOn)
	}
	kept := tracktest.After(t, append(slices.Clone(inForce), review("2026-04-01", "", plan.GoalReview{GoalID: first, Progress: plan.Behind}), update("2026-04-02", whole(first)))...)
	if kept.Goals[0].Progress() != plan.Behind || kept.ReviewOn != tracktest.Day("2026-06-30") {
		t.Errorf("written anew: %+v", kept.Plan)
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
	if len(c.Open()) != 0 || next.Version() != 2 {
		t.Errorf("the copy has %v open, the update is version %d", c.Open(), next.Version())
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
