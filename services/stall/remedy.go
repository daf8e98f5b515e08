package stall

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/track"
)

// Remedy is a mutation that helps against a deadline, and what decides who may
// send it.
type Remedy struct {
	Mutation string
	Code     track.Code // the milestone that recordMilestone would record
	Approval string     // the request that approveRequest or rejectRequest would answer
	Referral string     // the referral that answerReferral would accept
}

// Remedies returns what helps against a deadline of the case on a day, the best
// first. Each can be done on the case as it stands, by somebody.
func (d Deadline) Remedies(c *casefile.Case, today calendar.Day) []Remedy {
	switch d.Rule {
	case "":
		switch d.since.Name {
		case consentGiven:
			return one("recordConsent")
		case matchAsked:
			return answeringMatch(c, today)
		}
		return []Remedy{{Mutation: "answerReferral", Referral: d.Part()}}
	case NoOwner:
		return one("assignCase")
	case NeverAssessed:
		return []Remedy{{Mutation: "recordMilestone", Code: assessment(c)}}
	case NoApprovedPlan:
		return towardsPlan(c)
	case ReassessmentDue: // her answers cannot be known before she is asked
		return one("scheduleFollowUp")
	case ApprovalPending:
		return []Remedy{answering(c, d.Part(), today)}
	case ActionOverdue:
		return one(overdue(d))
	case RetentionCheckMissed:
		return one("checkRetention")
	case MilestoneDwell:
		return []Remedy{dwelling(d)}
	case ReferralUnanswered:
		if d.part.IsZero() {
			return one("acceptCase")
		}
		return []Remedy{{Mutation: "revokeReferral"}, {Mutation: "answerReferral", Referral: d.Part()}}
	case Regression:
		if c.Plan.InForce() {
			return one("reviewPlan")
		}
	case Turned18:
		return one("recordConsent")
	case RecordIncomplete: // an exit is completed by what she says
		if d.since.Name == intakeSince {
			return one(towardsActivation(c, today))
		}
	}
	return one("recordFollowUp")
}

func one(mutation string) []Remedy { return []Remedy{{Mutation: mutation}} }

func overdue(d Deadline) string {
	switch d.since.Name {
	case actionDue:
		return "completeAction"
	case planReview:
		return "reviewPlan"
	}
	return "recordFollowUp"
}

// answering returns the answer to a request: what cannot be done any more, or not
// while something stands in its way, is rejected.
func answering(c *casefile.Case, approvalID string, today calendar.Day) Remedy {
	if c.Feasible(approvalID, today) {
		return Remedy{Mutation: "approveRequest", Approval: approvalID}
	}
	return Remedy{Mutation: "rejectRequest", Approval: approvalID}
}

// answeringMatch returns the answers to a match. To agree, she is asked first.
func answeringMatch(c *casefile.Case, today calendar.Day) []Remedy {
	agree := Remedy{Mutation: "agreeMatch"}
	if !c.SharesWithAll(today) {
		agree.Mutation = "recordConsent"
	}
	return []Remedy{agree, {Mutation: "declineMatch"}}
}

// dwelling returns what leads on from the milestone after which she waits.
func dwelling(d Deadline) Remedy {
	switch track.Code(d.since.Name) {
	case track.Awarded:
		return Remedy{Mutation: "enrol"}
	case track.Admitted:
		return Remedy{Mutation: "recordMilestone", Code: track.ReadyToLeave}
	case track.JobReady:
		return Remedy{Mutation: "recordMilestone", Code: track.IntroducedToEmployer}
	}
	return Remedy{Mutation: "recordMilestone", Code: track.ReferredToCourt}
}

// towardsPlan returns the next step to an approved plan: to write it, to submit
// it, to approve it.
func towardsPlan(c *casefile.Case) []Remedy {
	i := slices.IndexFunc(c.Approvals, func(a casefile.Approval) bool {
		return a.Of() == casefile.PlanApproval && a.State() == casefile.Pending
	})
	switch {
	case i >= 0:
		return []Remedy{{Mutation: "approveRequest", Approval: c.Approvals[i].ID()}}
	case c.Plan.Submittable():
		return one("submitPlan")
	}
	return one("updatePlan")
}

// towardsActivation returns the next step to the end of an intake.
func towardsActivation(c *casefile.Case, today calendar.Day) string {
	switch {
	case !c.Consented(casefile.ForServices, today):
		return "recordConsent"
	case c.Status == casefile.OnHold:
		return "resumeCase"
	}
	return "activateCase"
}

// input is what a next action is filled in with: the deadline, its case, and for
// whom.
type input struct {
	Deadline
	c      *casefile.Case
	viewer Viewer
	remedy Remedy
}

// fields are the fields of a mutation's input, beside requestId and caseId.
type fields map[string]any

// forms fill in the input of every mutation that can be a next action. Whoever
// sends one corrects what was not so; what only she can say stays open.
var forms = map[string]func(input) fields{
	"acceptCase":      owning,
	"activateCase":    activation,
	"agreeMatch":      match,
	"answerReferral":  func(in input) fields { return fields{"referralId": in.Part(), "accepted": true} },
	"approveRequest":  func(in input) fields { return fields{"approvalId": in.remedy.Approval} },
	"assignCase":      func(in input) fields { return fields{"ownerId": in.viewer.Worker} },
	"checkRetention":  func(in input) fields { return fields{"placementId": in.Part(), "point": in.point, "employed": true} },
	"completeAction":  func(in input) fields { return fields{"actionId": in.Part()} },
	"declineMatch":    match,
	"enrol":           func(in input) fields { return fields{"scholarshipId": in.Part()} },
	"recordConsent":   consent,
	"recordFollowUp":  contacted,
	"recordMilestone": milestone,
	"rejectRequest": func(in input) fields {
		return fields{"approvalId": in.remedy.Approval, "reason": "It cannot be done as the case stands"}
	},
	"resumeCase":       nothing,
	"reviewPlan":       nothing,
	"revokeReferral":   func(in input) fields { return fields{"referralId": in.Part(), "reason": "No answer came in time"} },
	"scheduleFollowUp": func(in input) fields { return fields{"dueOn": in.viewer.Today + NoticeDays} },
	"submitPlan":       nothing,
	"updatePlan":       func(in input) fields { return fields{"goals": in.c.Plan.Completed(in.viewer.Today).Goals} },
}

// Mutations lists what can be a next action.
var Mutations = slices.Sorted(maps.Keys(forms))

func nothing(input) fields { return fields{} }

func match(in input) fields { return fields{"matchId": in.Part()} }

// owning names the viewer as the owner of a case that has none.
func owning(in input) fields {
	if in.c.Owner != "" {
		return fields{}
	}
	return fields{"ownerId": in.viewer.Worker}
}

func activation(in input) fields {
	f := owning(in)
	if in.c.Risk() == "" {
		f["risk"] = casefile.Medium
	}
	return f
}

// consent is what is asked for; she may refuse. A girl who has turned 18 decides
// herself. One that runs out is asked for again as far as it reached.
func consent(in input) fields {
	f := fields{"purpose": casefile.ForServices, "decision": casefile.Given}
	switch {
	case in.Rule == Turned18:
		f["givenBy"] = casefile.Herself
	case in.since.Name == matchAsked:
		f["purpose"] = casefile.ForShare
	case in.since.Name == consentGiven:
		f["purpose"] = in.Part()
		if reach := in.c.ConsentReach(casefile.Purpose(in.Part())); len(reach) > 0 {
			f["organisationIds"] = reach
		}
	}
	return f
}

func milestone(in input) fields {
	f := fields{"code": in.remedy.Code}
	if in.remedy.Code == track.ReferredToCourt {
		f["matterId"] = in.Part()
	}
	return f
}

func contacted(in input) fields {
	f := fields{"point": track.Unscheduled, "method": method(in.c), "contactMade": true}
	switch {
	case in.Rule == ReturnFollowUpMissed:
		f["point"] = in.point
	case in.since.Name == followUpDue && !in.part.IsZero():
		f["followUpId"] = in.Part()
	}
	return f
}

// actions returns what would end a deadline or lead there, the best first.
func actions(c *casefile.Case, d Deadline, v Viewer) []NextAction {
	var all []NextAction
	for _, r := range d.Remedies(c, v.Today) {
		f := forms[r.Mutation](input{d, c, v, r})
		f["requestId"], f["caseId"] = requestID(c, d, r), c.ID
		text, err := json.Marshal(f)
		if err != nil {
			continue // strings, booleans, days and lists of these: cannot happen
		}
		all = append(all, NextAction{Remedy: r, CaseID: c.ID, Input: string(text), DueBy: d.DueOn, message: messageOf("action", d.Code(), d.since.Name, r.Mutation)})
	}
	return all
}

// requestID returns the requestId of a next action. It is bound to the version of
// the case, so that sending it twice does nothing twice, and the action can be
// taken again if it is reversed or does not suffice.
func requestID(c *casefile.Case, d Deadline, r Remedy) string {
	return id.Derive("request_", string(c.ID), strconv.Itoa(c.Version), string(d.Rule), d.Episode(), r.Mutation)
}

// method returns how to contact her: by phone, unless the rule for contacting her
// safely names other ways.
func method(c *casefile.Case) followup.Method {
	if r := c.SafeContact(); r != nil && len(r.Methods) > 0 && !slices.Contains(r.Methods, followup.Phone) {
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
	case len(c.Career().Registrations) > 0:
		return track.SkillsAssessed
	}
	return track.FamilyCommunityAssessed
}
