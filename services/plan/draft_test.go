package plan_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/id"
	"onward/services/plan"
	"onward/services/sealed"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// TestCompleted proves that whatever has been written of a plan, the completed
// plan is taken by an update and can then be submitted, and that it keeps every
// goal and action with what is known of it.
func TestCompleted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &state{}
		for n := range rapid.IntRange(0, 3).Draw(t, "versions") {
			if err := update(tracktest.Day("2026-03-01").AddMonths(n).String(), someGoals(t)...)(s); err != nil {
				t.Fatal(err)
			}
		}
		if s.Plan != nil && rapid.Bool().Draw(t, "rejected") && s.Submit() == nil {
			s.Return(true)
		}
		before := s.Clone()
		today := tracktest.Day("2026-09-01")
		at := tracktest.On(today.String())
		next, err := s.Update(s.Completed(today), "worker_1", func(n int) id.Part { return id.Named("new" + strconv.Itoa(n)) }, at)
		if err != nil {
			t.Fatalf("the completed plan is refused: %v", err)
		}
		if !next.Submittable() || next.Submit() != nil {
			t.Fatalf("the completed plan cannot be submitted: %+v", next)
		}
		for i, g := range goalsOf(before) {
			now := next.Goals[i]
			if now.ID() != g.ID() || now.Title != g.Title || g.Track() != "" && now.Track() != g.Track() || g.AchieveBy != 0 && now.AchieveBy != g.AchieveBy ||
				g.Measure != "" && now.Measure != g.Measure || len(now.Actions) != len(g.Actions) {
				t.Fatalf("goal %+v became %+v", g, now)
			}
			for j, a := range g.Actions {
				if now.Actions[j] != a {
					t.Fatalf("action %+v became %+v", a, now.Actions[j])
				}
			}
		}
	})
}

func goalsOf(p *plan.Plan) []plan.Goal {
	if p == nil {
		return nil
	}
	return p.Goals
}

// someGoals draws goals of which some lack something.
func someGoals(t *rapid.T) []plan.GoalInput {
	goals := make([]plan.GoalInput, rapid.IntRange(1, 3).Draw(t, "goals"))
	day := func(label string) calendar.Day {
		return rapid.SampledFrom([]calendar.Day{0, tracktest.Day("2026-10-01"), tracktest.Day("2028-01-01")}).Draw(t, label)
	}
	for i := range goals {
		g := plan.GoalInput{
			Title: "A job", Track: rapid.SampledFrom([]track.Kind{"", track.Employment}).Draw(t, "track"),
			StartOn: day("start"), Measure: rapid.SampledFrom([]sealed.Text{"", "wages"}).Draw(t, "measure"),
		}
		if by := day("by"); by >= g.StartOn {
			g.AchieveBy = by
		}
		for range rapid.IntRange(0, 2).Draw(t, "actions") {
			g.Actions = append(g.Actions, plan.ActionInput{Title: "Visit", OwnerID: "worker_2", DueOn: day("due")})
		}
		goals[i] = g
	}
	return goals
}

// TestFirstDraft proves that a plan that nobody has written begins with an action
// that is due later.
func TestFirstDraft(t *testing.T) {
	today := tracktest.Day("2026-03-01")
	var none *plan.Plan
	goals := none.Completed(today).Goals
	if len(goals) != 1 || len(goals[0].Actions) != 1 || goals[0].Actions[0].DueOn <= today || goals[0].AchieveBy <= goals[0].Actions[0].DueOn {
		t.Errorf("begun with %+v", goals)
	}
	if none.Submittable() || none.OwnerOf("a") != "" {
		t.Error("a plan that is not there is submitted, or somebody's")
	}
}
