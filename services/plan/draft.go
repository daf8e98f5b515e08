package plan

import (
	"cmp"

	"onward/services/calendar"
	"onward/services/id"
	"onward/services/track"
)

// What a plan is begun with that nobody has written yet [J]: it can be submitted
// as it stands, and whoever sends it puts her own goals in the place of these
// words. They are data, and in the language in which data is typed.
const (
	firstGoal    = "A safe life in the community"
	firstMeasure = "She says that she is safe, six months after her return"
	firstAction  = "Agree the steps of the plan with her"

	goalDays   = 180 // until the goal is to be reached
	actionDays = 14  // until the first action is due
)

// Submittable reports whether the newest version is a draft that lacks nothing for
// its submission.
func (p *Plan) Submittable() bool { return p != nil && p.State() == Draft && len(p.lacks()) == 0 }

// Completed returns the plan as it can be written on a day so that it can be
// submitted: with what is written, under its identifiers, and in what it lacks the
// words of a plan that is begun. p may be nil.
func (p *Plan) Completed(today calendar.Day) Updated {
	if p == nil {
		return Updated{Goals: []GoalInput{{
			Title: firstGoal, Track: track.Reintegration, AchieveBy: today + goalDays, Measure: firstMeasure,
			Actions: []ActionInput{{Title: firstAction, DueOn: today + actionDays}},
		}}}
	}
	goals := make([]GoalInput, len(p.Goals))
	for i, g := range p.Goals {
		goals[i] = g.completed(today)
	}
	return Updated{Goals: goals}
}

func (g Goal) completed(today calendar.Day) GoalInput {
	in := GoalInput{
		ID: g.ID(), Title: g.Title, Track: cmp.Or(g.Track(), track.Reintegration), StartOn: g.StartOn,
		AchieveBy: cmp.Or(g.AchieveBy, max(today, g.StartOn)+goalDays), Measure: cmp.Or(g.Measure, firstMeasure),
	}
	for _, a := range g.Actions {
		in.Actions = append(in.Actions, ActionInput{ID: a.ID(), Title: a.Title, OwnerID: a.OwnerID, DueOn: a.DueOn})
	}
	return in
}

// OwnerOf returns who does an action of the plan, or "". p may be nil.
func (p *Plan) OwnerOf(actionID string) id.Worker {
	if a := p.action(actionID); a != nil {
		return a.OwnerID
	}
	return ""
}
