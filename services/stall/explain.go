package stall

import (
	"cmp"
	"encoding/json"
	"slices"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/track"
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
	Input string
	DueBy calendar.Day

	message string
}

// Remedy is a mutation that helps against a deadline, and what decides who may
// send it.
type Remedy struct {
	Mutation string
	Code     track.Code // the milestone that recordMilestone would record
	Approval string     // the request that approveRequest would approve
}

// Viewer is for whom something is explained, and on what day.
type Viewer struct {
	Worker id.Worker
	Today  calendar.Day
}

// Label returns what the action does, in a language.
func (a NextAction) Label(l locale.Locale) string { return messages.text(l, a.message, reason{}) }

// ExplainFlag explains a flag by what was true when it was raised. A flag that
// has been resolved needs no action.
func ExplainFlag(c *casefile.Case, th *Thresholds, f casefile.Flag, v Viewer) Explanation {
	e := Explanation{Facts: f.Facts, ThresholdDays: f.ThresholdDays, RuleVersion: f.RuleVersion, code: string(f.Rule), dueOn: f.DueOn}
	for _, d := range Deadlines(c, th) {
		if f.Live() && d.Rule == f.Rule && d.Episode() == f.Episode {
			e.NextActions = actions(c, d, v)
		}
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
	r := reason{Since: e.Facts[0].On, Threshold: e.ThresholdDays, Due: e.dueOn}
	if len(e.Facts) > 1 {
		point := e.Facts[1]
		r.Point, r.PointOn = messages.text(l, "point."+point.Name, reason{}), point.On
	}
	return messages.text(l, messages.of("explain", e.code, e.Facts[0].Name), r)
}

// Remedy returns what helps against a deadline of the case.
func (d Deadline) Remedy(c *casefile.Case) Remedy {
	switch d.Rule {
	case "":
		if d.since.Name == consentGiven {
			return Remedy{Mutation: "recordConsent"}
		}
		return Remedy{Mutation: "answerReferral"}
	case NoOwner:
		return Remedy{Mutation: "assignCase"}
	case NeverAssessed:
		return Remedy{Mutation: "recordMilestone", Code: assessment(c)}
	case ApprovalPending:
		return Remedy{Mutation: "approveRequest", Approval: d.part}
	case ActionOverdue:
		switch d.since.Name {
		case actionDue:
			return Remedy{Mutation: "completeAction"}
		case planReview:
			return Remedy{Mutation: "reviewPlan"}
		}
	case RetentionCheckMissed:
		return Remedy{Mutation: "checkRetention"}
	case MilestoneDwell:
		switch track.Code(d.since.Name) {
		case track.Awarded:
			return Remedy{Mutation: "enrol"}
		case track.Admitted:
			return Remedy{Mutation: "recordMilestone", Code: track.ReadyToLeave}
		case track.JobReady:
			return Remedy{Mutation: "recordMilestone", Code: track.IntroducedToEmployer}
		default:
			return Remedy{Mutation: "recordMilestone", Code: track.ReferredToCourt}
		}
	}
	return Remedy{Mutation: "recordFollowUp"}
}

// actions returns what would end a deadline or lead there, the best first.
func actions(c *casefile.Case, d Deadline, v Viewer) []NextAction {
	remedy := d.Remedy(c)
	input := map[string]any{"requestId": requestID(c, d), "caseId": c.ID}
	switch remedy.Mutation {
	case "assignCase":
		input["ownerId"] = v.Worker
	case "recordMilestone":
		input["code"] = remedy.Code
		if remedy.Code == track.ReferredToCourt {
			input["matterId"] = d.part
		}
	case "completeAction":
		input["actionId"] = d.part
	case "checkRetention":
		input["placementId"], input["point"], input["employed"] = d.part, d.point, true
	case "enrol":
		input["scholarshipId"] = d.part
	case "recordFollowUp":
		input["point"], input["method"], input["contactMade"] = cmp.Or(d.point, string(track.Unscheduled)), method(c), true
		if d.since.Name == followUpDue && d.part != "" {
			input["followUpId"] = d.part
		}
	case "approveRequest":
		input["approvalId"] = d.part
	case "recordConsent":
		input["purpose"], input["decision"] = d.part, casefile.Given
		if reach := c.ConsentReach(casefile.Purpose(d.part)); len(reach) > 0 {
			input["organisationIds"] = reach
		}
	case "answerReferral":
		input["referralId"], input["accepted"] = d.part, true
	}
	text, err := json.Marshal(input)
	if err != nil {
		return nil // strings, booleans and texts: cannot happen
	}
	return []NextAction{{Remedy: remedy, Input: string(text), DueBy: d.DueOn, message: messages.of("action", d.Code(), d.since.Name)}}
}

// method returns how to contact her: by phone, unless the rule for contacting her
// safely names other ways.
func method(c *casefile.Case) followup.Method {
	if r := c.SafeContact; r != nil && len(r.Methods) > 0 && !slices.Contains(r.Methods, followup.Phone) {
		return r.Methods[0]
	}
	return followup.Phone
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
