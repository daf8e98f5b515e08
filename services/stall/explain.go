package stall

import (
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/locale"
)

// Explanation says why something is due or was flagged, and what would end it.
type Explanation struct {
	Facts         []casefile.Fact
	ThresholdDays int
	RuleVersion   int // 0 where no rule asks for it
	NextActions   []NextAction

	code  string // the rule, or the kind of the work where no rule asks for it
	dueOn calendar.Day
}

// NextAction is a mutation that would help. Input is JSON, accepted as it stands
// by the mutation; whoever sends it corrects what was not so.
type NextAction struct {
	Remedy
	CaseID id.Case
	Input  string // JSON; a text of the case stands there as its reference
	DueBy  calendar.Day

	message string
}

// Viewer is for whom something is explained, and on what day.
type Viewer struct {
	Worker id.Worker
	Today  calendar.Day
}

// Label returns what the action does, in a language.
func (a NextAction) Label(l locale.Locale) string { return text(l, a.message, reason{}) }

// ExplainFlag explains a flag by what was true when it was raised. A flag that
// has been resolved needs no action.
func ExplainFlag(c *casefile.Case, th *Thresholds, f casefile.Flag, v Viewer) Explanation {
	e := Explanation{Facts: f.Facts, ThresholdDays: f.ThresholdDays, RuleVersion: f.RuleVersion, code: string(f.Rule), dueOn: f.DueOn}
	if !f.Live() {
		return e
	}
	if d, waits := waiting(f, Deadlines(c, th)); waits {
		e.NextActions = actions(c, d, v)
	}
	return e
}

// ExplainDeadline explains something that is due.
func ExplainDeadline(c *casefile.Case, d Deadline, v Viewer) Explanation {
	e := Explanation{Facts: d.Facts(), ThresholdDays: d.ThresholdDays, NextActions: actions(c, d, v), code: d.Code(), dueOn: d.DueOn}
	if rule, asks := Find(d.Rule); asks {
		e.RuleVersion = rule.Version
	}
	return e
}

// Text returns the reason in a sentence.
func (e Explanation) Text(l locale.Locale) string {
	r := reason{Since: e.Facts[0].On, Threshold: e.ThresholdDays, Due: e.dueOn, Overdue: e.dueOn + 1}
	if len(e.Facts) > 1 {
		point := e.Facts[1]
		r.Point, r.PointOn = text(l, "point."+point.Name, reason{}), point.On
	}
	return text(l, messageOf("explain", e.code, e.Facts[0].Name), r)
}
