// Package plan holds a survivor's care and reintegration plan: goals, and under
// each the actions that lead there.
package plan

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// GoalInput is a goal as a worker writes it. An id keeps a goal or an action of
// the plan so far; without one it is new.
type GoalInput struct {
	ID      string        `json:"id,omitempty"`
	Title   string        `json:"title" validate:"required,max=300"`
	Track   track.Kind    `json:"track,omitempty"`
	Actions []ActionInput `json:"actions,omitempty" validate:"max=50,dive"`
}

// ActionInput is an action as a worker writes it.
type ActionInput struct {
	ID      string       `json:"id,omitempty"`
	Title   string       `json:"title" validate:"required,max=300"`
	OwnerID id.Worker    `json:"ownerId,omitempty"`
	DueOn   calendar.Day `json:"dueOn,omitzero"`
}

// Updated is the entry that writes a version of the plan: the whole plan as it
// is from now on. What it leaves out is no longer part of it.
type Updated struct {
	Goals []GoalInput `json:"goals" validate:"required,min=1,max=20,dive"`
}

// ActionCompleted is the entry that marks an action as done.
type ActionCompleted struct {
	ActionID string `json:"actionId" validate:"required"`
	Outcome  string `json:"outcome,omitempty" validate:"max=1000"`
}

// Kind names the entry.
func (Updated) Kind() string { return "plan.updated" }

// Kind names the entry.
func (ActionCompleted) Kind() string { return "plan.actionCompleted" }

// Summary describes the entry in a sentence.
func (Updated) Summary() string { return "Plan updated" }

// Summary describes the entry in a sentence.
func (ActionCompleted) Summary() string { return "Action of the plan completed" }

// Plan is the plan in force.
type Plan struct {
	Version   int          `json:"version"` // counts the updates
	UpdatedOn calendar.Day `json:"updatedOn"`
	Goals     []Goal       `json:"goals"`
}

// Goal is one goal of the plan.
type Goal struct {
	ID      string     `json:"id"`
	Title   string     `json:"title"`
	Track   track.Kind `json:"track,omitempty"`
	Actions []Action   `json:"actions,omitempty"`
}

// Action is one step towards a goal.
type Action struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	OwnerID id.Worker    `json:"ownerId,omitempty"`
	DueOn   calendar.Day `json:"dueOn,omitzero"`
	DoneOn  calendar.Day `json:"doneOn,omitzero"`
}

// Clone returns a copy that shares nothing that the plan's methods change.
func (p *Plan) Clone() *Plan {
	if p == nil {
		return nil
	}
	c := *p
	c.Goals = slices.Clone(p.Goals)
	for i := range c.Goals {
		c.Goals[i].Actions = slices.Clone(c.Goals[i].Actions)
	}
	return &c
}

// Update returns the plan that the entry writes over p, which may be nil. newID
// makes identifiers for goals and actions that have none, by their number.
func (p *Plan) Update(u Updated, newID func(n int) string, at track.Stamp) (*Plan, error) {
	next := &Plan{Version: 1, UpdatedOn: at.On}
	if p != nil {
		next.Version = p.Version + 1
	}
	n := 0
	fresh := func() string { n++; return newID(n) }
	named := map[string]bool{} // the goals and actions that the entry has kept so far
	for _, g := range u.Goals {
		goal := Goal{ID: g.ID, Title: g.Title, Track: id.Intern(g.Track)}
		if g.ID == "" {
			goal.ID = fresh()
		} else if !p.hasGoal(g.ID) {
			return nil, fault.Input("goals.id", "there is no goal %.40q in this plan", g.ID)
		} else if named[g.ID] {
			return nil, fault.Input("goals.id", "goal %.40q is given twice", g.ID)
		}
		named[g.ID] = true
		for _, a := range g.Actions {
			action := Action{ID: a.ID, Title: a.Title, OwnerID: id.Intern(a.OwnerID), DueOn: a.DueOn}
			if a.ID == "" {
				action.ID = fresh()
			} else if old := p.action(a.ID); old == nil {
				return nil, fault.Input("goals.actions.id", "there is no action %.40q in this plan", a.ID)
			} else if named[a.ID] {
				return nil, fault.Input("goals.actions.id", "action %.40q is given twice", a.ID)
			} else {
				action.DoneOn = old.DoneOn
			}
			named[a.ID] = true
			goal.Actions = append(goal.Actions, action)
		}
		next.Goals = append(next.Goals, goal)
	}
	return next, nil
}

// Complete marks an action as done.
func (p *Plan) Complete(c ActionCompleted, at track.Stamp) error {
	a := p.action(c.ActionID)
	switch {
	case a == nil:
		return fault.Input("actionId", "there is no such action in the plan")
	case !a.DoneOn.IsZero():
		return fault.Input("actionId", "this action was completed on %s already", a.DoneOn)
	}
	a.DoneOn = at.On
	return nil
}

// Open returns the actions that are not done and have a due day.
func (p *Plan) Open() []Action {
	if p == nil {
		return nil
	}
	var open []Action
	for _, g := range p.Goals {
		for _, a := range g.Actions {
			if a.DoneOn.IsZero() && !a.DueOn.IsZero() {
				open = append(open, a)
			}
		}
	}
	return open
}

func (p *Plan) hasGoal(goalID string) bool {
	return p != nil && slices.ContainsFunc(p.Goals, func(g Goal) bool { return g.ID == goalID })
}

func (p *Plan) action(actionID string) *Action {
	if p == nil {
		return nil
	}
	for i := range p.Goals {
		for j := range p.Goals[i].Actions {
			if a := &p.Goals[i].Actions[j]; a.ID == actionID {
				return a
			}
		}
	}
	return nil
}
