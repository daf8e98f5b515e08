package stall

import (
	"cmp"
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
// by the mutation; whoever sends it corrects what was not so. Code is the
// milestone that recordMilestone would record.
type NextAction struct {
	Name     locale.Text
	Mutation string
	Input    string
	DueBy    calendar.Day
	Code     track.Code
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

// Remedy returns the mutation that helps against a deadline of the case and, for
// recordMilestone, the milestone that it would record.
func (d Deadline) Remedy(c *casefile.Case) (mutation string, code track.Code) {
	switch d.Rule {
	case NoOwner:
		return "assignCase", ""
	case NeverAssessed:
		return "recordMilestone", assessment(c)
	case ActionOverdue:
		return "completeAction", ""
	case RetentionCheckMissed:
		return "checkRetention", ""
	case MilestoneDwell:
		switch track.Code(d.since.Name) {
		case track.Awarded:
			return "enrol", ""
		case track.Admitted:
			return "recordMilestone", track.ReadyToLeave
		case track.JobReady:
			return "recordMilestone", track.IntroducedToEmployer
		default:
			return "recordMilestone", track.ReferredToCourt
		}
	}
	return "recordFollowUp", ""
}

// actions returns what would end a deadline or lead there, the best first.
func actions(c *casefile.Case, d Deadline, viewer id.Worker) []NextAction {
	mutation, code := d.Remedy(c)
	input := map[string]any{"requestId": requestID(c, d), "caseId": c.ID}
	switch mutation {
	case "assignCase":
		input["ownerId"] = viewer
	case "recordMilestone":
		input["code"] = code
		if code == track.ReferredToCourt {
			input["matterId"] = d.part
		}
	case "completeAction":
		input["actionId"] = d.part
	case "checkRetention":
		input["placementId"], input["point"], input["employed"] = d.part, d.point, true
	case "enrol":
		input["scholarshipId"] = d.part
	case "recordFollowUp":
		input["point"], input["method"], input["contactMade"] = cmp.Or(d.point, string(track.Unscheduled)), "PHONE", true
	}
	text, err := json.Marshal(input)
	if err != nil {
		return nil // strings, booleans and texts: cannot happen
	}
	name := labels[string(d.Rule)]
	if d.Rule == MilestoneDwell {
		name = labels[d.since.Name]
	}
	return []NextAction{{Name: name, Mutation: mutation, Input: string(text), DueBy: d.DueOn, Code: code}}
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
