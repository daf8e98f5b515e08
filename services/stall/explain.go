package stall

import (
	"encoding/json"
	"fmt"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/track"
)

// Explanation says why something is due or was flagged, and what would end it.
type Explanation struct {
	Facts         []casefile.Fact
	ThresholdDays int
	RuleVersion   int
	NextActions   []NextAction

	rule  casefile.RuleCode
	dueOn calendar.Day
}

// NextAction is a mutation that would help. Input is JSON, accepted as it stands
// by the mutation; whoever sends it corrects what was not so.
type NextAction struct {
	Name     locale.Text
	Mutation string
	Input    string
	DueBy    calendar.Day
}

// Label returns what the action does, in a language.
func (a NextAction) Label(l locale.Locale) string { return a.Name.In(l) }

// ExplainFlag explains a flag by what was true when it was raised. A flag that
// has been resolved needs no action.
func ExplainFlag(c *casefile.Case, f casefile.Flag, viewer id.Worker) Explanation {
	e := Explanation{Facts: f.Facts, ThresholdDays: f.ThresholdDays, RuleVersion: f.RuleVersion, rule: f.Rule, dueOn: f.DueOn}
	for _, d := range Deadlines(c) {
		if f.Live() && d.Rule == f.Rule && d.Episode() == f.Episode {
			e.NextActions = actions(c, d, viewer)
		}
	}
	return e
}

// ExplainDeadline explains something that is due.
func ExplainDeadline(c *casefile.Case, d Deadline, viewer id.Worker) Explanation {
	rule, _ := Find(d.Rule)
	return Explanation{
		Facts: d.Facts(), ThresholdDays: d.ThresholdDays, RuleVersion: rule.Version, NextActions: actions(c, d, viewer),
		rule: d.Rule, dueOn: d.DueOn,
	}
}

// Text returns the reason in a sentence.
func (e Explanation) Text(l locale.Locale) string {
	since := e.Facts[0]
	text, ok := sentences[sentence{e.rule, since.Name}]
	if !ok {
		text = sentences[sentence{rule: e.rule}]
	}
	if len(e.Facts) > 1 {
		return fmt.Sprintf(text.In(l), since.On, e.Facts[1].On, e.dueOn, points[e.Facts[1].Name].In(l))
	}
	return fmt.Sprintf(text.In(l), since.On, e.ThresholdDays, e.dueOn)
}

// actions returns what would end a deadline, the best first.
func actions(c *casefile.Case, d Deadline, viewer id.Worker) []NextAction {
	input := map[string]any{"requestId": requestID(c, d), "caseId": c.ID}
	mutation := ""
	with := func(m string, pairs ...any) {
		mutation = m
		for i := 0; i < len(pairs); i += 2 {
			input[pairs[i].(string)] = pairs[i+1]
		}
	}
	name := labels[string(d.Rule)]
	switch d.Rule {
	case NoOwner:
		with("assignCase", "ownerId", viewer)
	case NeverAssessed:
		with("recordMilestone", "code", assessment(c))
	case NoContact:
		with("recordFollowUp", "point", track.Unscheduled, "method", "PHONE", "contactMade", true)
	case ActionOverdue:
		with("completeAction", "actionId", d.part)
	case RetentionCheckMissed:
		with("checkRetention", "placementId", d.part, "point", d.point, "employed", true)
	case ReturnFollowUpMissed:
		with("recordFollowUp", "point", d.point, "method", "PHONE", "contactMade", true)
	case MilestoneDwell:
		name = labels[d.since.Name]
		switch track.Code(d.since.Name) {
		case track.Admitted:
			with("recordMilestone", "code", track.ReadyToLeave)
		case track.Awarded:
			with("enrol", "scholarshipId", d.part)
		case track.JobReady:
			with("recordMilestone", "code", track.IntroducedToEmployer)
		case track.Represented:
			with("recordMilestone", "code", track.ReferredToCourt, "matterId", d.part)
		}
	}
	text, err := json.Marshal(input)
	if err != nil {
		return nil // strings, booleans and texts: cannot happen
	}
	return []NextAction{{Name: name, Mutation: mutation, Input: string(text), DueBy: d.DueOn}}
}

// assessment returns the assessment that fits where she is: the milestone that
// the case can reach now.
func assessment(c *casefile.Case) track.Code {
	switch {
	case c.TrackState(track.Shelter) == track.InProgress:
		return track.NeedsAssessed
	case len(c.Career.Registrations) > 0:
		return track.SkillsAssessed
	}
	return track.FamilyCommunityAssessed
}
