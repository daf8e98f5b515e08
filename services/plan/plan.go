// Package plan holds a survivor's care and reintegration plan: goals, and under
// each the actions that lead there.
package plan

import (
	"cmp"
	"fmt"
	"slices"

	"onward/services/sealed"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
	"onward/services/word"
)

// ReviewDays is how many days after its approval, or after the last review, a
// plan is to be reviewed [J].
const ReviewDays = 90

// State is how far the version of a plan has come.
type State string

// The states of a version.
const (
	Draft     State = "DRAFT"
	Submitted State = "SUBMITTED"
	Approved  State = "APPROVED"
	Rejected  State = "REJECTED"
)

// States lists them.
var States = []State{Draft, Submitted, Approved, Rejected}

// Words returns all words of the kind.
func (State) Words() []State { return States }

// Progress is what a review found of a goal.
type Progress string

// The findings.
const (
	NotBegun Progress = "NOT_BEGUN"
	OnTrack  Progress = "ON_TRACK"
	Behind   Progress = "BEHIND"
	Achieved Progress = "ACHIEVED"
	GivenUp  Progress = "GIVEN_UP"
)

// Findings lists them.
var Findings = []Progress{NotBegun, OnTrack, Behind, Achieved, GivenUp}

// Words returns all words of the kind.
func (Progress) Words() []Progress { return Findings }

// GoalInput is a goal as a worker writes it. An id keeps a goal or an action of
// the plan so far; without one it is new. A draft may leave out the track, the
// timeframe and the measure; a plan is submitted with all of them.
type GoalInput struct {
	ID        string        `json:"id,omitempty"`
	Title     sealed.Text   `json:"title" validate:"required,max=300"`
	Track     track.Kind    `json:"track,omitempty"`
	StartOn   calendar.Day  `json:"startOn,omitzero"`
	AchieveBy calendar.Day  `json:"achieveBy,omitzero"`
	Measure   sealed.Text   `json:"measure,omitempty" validate:"max=300"` // how one sees that it is reached
	Actions   []ActionInput `json:"actions,omitempty" validate:"max=50,dive"`
}

// ActionInput is an action as a worker writes it.
type ActionInput struct {
	ID      string       `json:"id,omitempty"`
	Title   sealed.Text  `json:"title" validate:"required,max=300"`
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
	ActionID string      `json:"actionId" validate:"required"`
	Outcome  sealed.Text `json:"outcome,omitempty" validate:"max=1000"`
}

// Reviewed is the entry for a review of the approved plan.
type Reviewed struct {
	Goals    []GoalReview `json:"goals,omitempty" validate:"max=20,dive"`
	ReviewOn calendar.Day `json:"reviewOn,omitzero"` // the next review; ReviewDays later where it is absent
	track.Remark
}

// GoalReview is what a review found of one goal.
type GoalReview struct {
	GoalID   string   `json:"goalId" validate:"required"`
	Progress Progress `json:"progress" validate:"required"`
}

// Kind names the entry.
func (Updated) Kind() string { return "plan.updated" }

// Kind names the entry.
func (ActionCompleted) Kind() string { return "plan.actionCompleted" }

// Kind names the entry.
func (Reviewed) Kind() string { return "plan.reviewed" }

// Summary describes the entry in a sentence.
func (Updated) Summary() string { return "Plan updated" }

// Summary describes the entry in a sentence.
func (ActionCompleted) Summary() string { return "Action of the plan completed" }

// Summary describes the entry in a sentence.
func (Reviewed) Summary() string { return "Plan reviewed" }

// Plan is the newest version of the plan. An approval is of one version; the
// goals of an approved plan can be rewritten, which makes a draft of the next.
type Plan struct {
	Number          int32             `json:"version"` // counts the updates; read through Version
	UpdatedOn       calendar.Day      `json:"updatedOn"`
	AuthorID        id.Worker         `json:"author,omitempty"`          // who wrote this version
	Stands          word.Place[State] `json:"state,omitzero"`            // read through State
	ApprovedVersion int32             `json:"approvedVersion,omitempty"` // the newest one that was approved, or 0
	ApprovedOn      calendar.Day      `json:"approvedOn,omitzero"`
	ReviewedOn      calendar.Day      `json:"reviewedOn,omitzero"`
	ReviewOn        calendar.Day      `json:"reviewOn,omitzero"` // the day by which it is to be reviewed
	Goals           []Goal            `json:"goals"`
}

// Version returns how often the plan was written.
func (p *Plan) Version() int { return int(p.Number) }

// State returns how far the version has come.
func (p *Plan) State() State { return p.Stands.Word() }

// Goal is one goal of the plan.
type Goal struct {
	Part      id.Part                `json:"id"` // read through ID
	Title     sealed.Text            `json:"title"`
	On        word.Place[track.Kind] `json:"track,omitzero"` // read through Track
	StartOn   calendar.Day           `json:"startOn,omitzero"`
	AchieveBy calendar.Day           `json:"achieveBy,omitzero"`
	Measure   sealed.Text            `json:"measure,omitempty"`
	Found     word.Place[Progress]   `json:"progress,omitzero"` // as the last review found it; read through Progress
	Actions   []Action               `json:"actions,omitempty"`
}

// Track returns the track on which the goal lies, or "".
func (g Goal) Track() track.Kind { return g.On.Word() }

// Progress returns what the last review found of the goal, or "".
func (g Goal) Progress() Progress { return g.Found.Word() }

// ID returns the identifier of the goal.
func (g Goal) ID() string { return g.Part.String() }

// Action is one step towards a goal.
type Action struct {
	Part    id.Part      `json:"id"` // read through ID
	Title   sealed.Text  `json:"title"`
	OwnerID id.Worker    `json:"ownerId,omitempty"`
	DueOn   calendar.Day `json:"dueOn,omitzero"`
	DoneOn  calendar.Day `json:"doneOn,omitzero"`
	Outcome sealed.Text  `json:"outcome,omitempty"`
}

// ID returns the identifier of the action.
func (a Action) ID() string { return a.Part.String() }

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
// makes identifiers for goals and actions that have none, by their number. A
// version that waits for its approval cannot be rewritten.
func (p *Plan) Update(u Updated, author id.Worker, newID func(n int) id.Part, at track.Stamp) (*Plan, error) {
	next := &Plan{Number: 1, UpdatedOn: at.On, AuthorID: id.Intern(author), Stands: word.At(Draft)}
	if p != nil {
		if p.State() == Submitted {
			return nil, fault.Input("caseId", "version %d of the plan waits for its approval; withdraw the request first", p.Version())
		}
		next.Number = p.Number + 1
		next.ApprovedVersion, next.ApprovedOn = p.ApprovedVersion, p.ApprovedOn
		next.ReviewedOn, next.ReviewOn = p.ReviewedOn, p.ReviewOn
	}
	w := writing{over: p, newID: newID, named: map[string]bool{}}
	for i, g := range u.Goals {
		goal, err := w.goal(i, g)
		if err != nil {
			return nil, err
		}
		next.Goals = append(next.Goals, goal)
	}
	return next, nil
}

// writing is one version while it is written.
type writing struct {
	over  *Plan
	newID func(n int) id.Part
	made  int
	named map[string]bool // the goals and actions that the entry has kept so far
}

func (w *writing) fresh() id.Part { w.made++; return w.newID(w.made) }

func (w *writing) goal(i int, g GoalInput) (Goal, error) {
	goal := Goal{Title: g.Title, On: word.At(g.Track), StartOn: g.StartOn, AchieveBy: g.AchieveBy, Measure: g.Measure}
	old := w.over.goal(g.ID)
	switch {
	case g.ID == "":
		goal.Part = w.fresh()
	case old == nil:
		return Goal{}, fault.Input("goals.id", "there is no such goal in this plan")
	case w.named[g.ID]:
		return Goal{}, fault.Input("goals.id", "a goal is given twice")
	default:
		goal.Part, goal.Found = old.Part, old.Found
	}
	if !g.AchieveBy.IsZero() && g.AchieveBy < g.StartOn {
		return Goal{}, fault.Input(goalField(i, "achieveBy"), "%s is before the start of the goal, which is on %s", g.AchieveBy, g.StartOn)
	}
	w.named[g.ID] = true
	for _, a := range g.Actions {
		action, err := w.action(a)
		if err != nil {
			return Goal{}, err
		}
		goal.Actions = append(goal.Actions, action)
	}
	return goal, nil
}

func (w *writing) action(a ActionInput) (Action, error) {
	action := Action{Title: a.Title, OwnerID: id.Intern(a.OwnerID), DueOn: a.DueOn}
	old := w.over.action(a.ID)
	switch {
	case a.ID == "":
		action.Part = w.fresh()
	case old == nil:
		return Action{}, fault.Input("goals.actions.id", "there is no such action in this plan")
	case w.named[a.ID]:
		return Action{}, fault.Input("goals.actions.id", "an action is given twice")
	default:
		action.Part, action.DoneOn, action.Outcome = old.Part, old.DoneOn, old.Outcome
	}
	w.named[a.ID] = true
	return action, nil
}

func goalField(i int, name string) string { return fmt.Sprintf("goals[%d].%s", i, name) }

// Submit asks for the approval of the newest version. It refuses a version that
// was submitted or approved already, and names what a goal still lacks.
func (p *Plan) Submit() error {
	switch {
	case p == nil:
		return fault.Input("caseId", "there is no plan to submit; write it with updatePlan")
	case p.State() == Rejected:
		return fault.Input("caseId", "version %d of the plan was rejected; write the next with updatePlan", p.Version())
	case p.State() == Submitted || p.State() == Approved:
		return fault.Input("caseId", "version %d of the plan is %s already", p.Version(), p.State())
	}
	if missing := p.lacks(); len(missing) > 0 {
		return fault.Inputs(missing...)
	}
	p.Stands = word.At(Submitted)
	return nil
}

// lacks names what the goals lack before the plan can be submitted.
func (p *Plan) lacks() []fault.Field {
	var missing []fault.Field
	for i, g := range p.Goals {
		for name, lacks := range map[string]bool{"track": g.Track() == "", "achieveBy": g.AchieveBy.IsZero(), "measure": g.Measure == ""} {
			if lacks {
				missing = append(missing, fault.Field{Path: goalField(i, name), Message: "is needed before the plan is submitted; write it with updatePlan"})
			}
		}
	}
	slices.SortFunc(missing, func(a, b fault.Field) int { return cmp.Compare(a.Path, b.Path) })
	return missing
}

// Approve puts the submitted version in force.
func (p *Plan) Approve(on calendar.Day) {
	p.Stands, p.ApprovedVersion, p.ApprovedOn = word.At(Approved), p.Number, on
	p.ReviewOn = on + ReviewDays
}

// Return gives the submitted version back to its author: as rejected, or as the
// draft that it was.
func (p *Plan) Return(rejected bool) {
	p.Stands = word.At(Draft)
	if rejected {
		p.Stands = word.At(Rejected)
	}
}

// VersionInForce returns the newest version that was approved, or nil.
func (p *Plan) VersionInForce() *int {
	if !p.InForce() {
		return nil
	}
	return new(int(p.ApprovedVersion))
}

// InForce reports whether a version of the plan was approved.
func (p *Plan) InForce() bool { return p != nil && p.ApprovedVersion > 0 }

// Review records a review of the approved plan, and when the next one is due.
func (p *Plan) Review(r Reviewed, at track.Stamp) error {
	if !p.InForce() {
		return fault.Input("caseId", "no version of the plan is approved yet; only an approved plan is reviewed")
	}
	if err := track.NotBefore("on", at.On, max(p.ApprovedOn, p.ReviewedOn), "the approval or the last review"); err != nil {
		return err
	}
	if !r.ReviewOn.IsZero() && (r.ReviewOn <= at.On || r.ReviewOn > at.On+2*ReviewDays) {
		return fault.Input("reviewOn", "must be 1 to %d days after %s", 2*ReviewDays, at.On)
	}
	for i, g := range r.Goals {
		goal := p.goal(g.GoalID)
		if goal == nil {
			return fault.Input(goalField(i, "goalId"), "there is no such goal in this plan")
		}
		goal.Found = word.At(g.Progress)
	}
	p.ReviewedOn, p.ReviewOn = at.On, r.ReviewOn
	if p.ReviewOn.IsZero() {
		p.ReviewOn = at.On + ReviewDays
	}
	return nil
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
	a.DoneOn, a.Outcome = at.On, c.Outcome
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

func (p *Plan) goal(goalID string) *Goal {
	if p == nil {
		return nil
	}
	for i := range p.Goals {
		if p.Goals[i].ID() == goalID {
			return &p.Goals[i]
		}
	}
	return nil
}

func (p *Plan) action(actionID string) *Action {
	if p == nil {
		return nil
	}
	for i := range p.Goals {
		for j := range p.Goals[i].Actions {
			if a := &p.Goals[i].Actions[j]; a.ID() == actionID {
				return a
			}
		}
	}
	return nil
}
