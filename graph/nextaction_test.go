package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"onward/services/access"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/stall"
	"onward/services/track"
)

// scene is a case in trouble, and the next action that a role is offered there.
type scene struct {
	rule     casefile.RuleCode
	mutation string
	role     string
	write    func(a *author, name string)
}

// scenes has every rule, and every mutation that can be a next action.
var scenes = []scene{
	{stall.NoOwner, "assignCase", "SUPERVISOR", func(a *author, name string) { a.open(name, 20, casefile.Opened{}) }},
	{stall.NeverAssessed, "recordMilestone", "SHELTER_STAFF", func(a *author, name string) { a.active(name, 20) }},
	{stall.NoApprovedPlan, "updatePlan", "SUPERVISOR", func(a *author, name string) { a.active(name, 40) }},
	{stall.NoApprovedPlan, "updatePlan", "SHELTER_STAFF", func(a *author, name string) {
		a.active(name, 40)
		a.write(30, plan.GoalInput{Title: "A home", StartOn: day(300), Actions: []plan.ActionInput{{Title: "Visit", OwnerID: "worker_LEAVING", DueOn: day(10)}}})
	}},
	{stall.NoApprovedPlan, "submitPlan", "SUPERVISOR", func(a *author, name string) { a.active(name, 40); a.plan(a.s, 30) }},
	{stall.NoApprovedPlan, "approveRequest", "SUPERVISOR", func(a *author, name string) {
		a.actor = lotusStaff
		a.active(name, 40)
		a.plan(a.s, 5)
		a.note(a.s.SubmitPlan(a.ctx, a.actor, casework.SubmitPlanInput{Request: a.on(4)}))
	}},
	{stall.NoApprovedPlan, "updatePlan", "SHELTER_STAFF", func(a *author, name string) {
		a.actor = lotusStaff
		a.active(name, 40)
		a.plan(a.s, 5)
		a.note(a.s.SubmitPlan(a.ctx, a.actor, casework.SubmitPlanInput{Request: a.on(4)}))
		a.note(a.s.RejectRequest(a.ctx, lotusSupervisor, casework.RejectRequestInput{Request: a.on(3), RequestRejected: casefile.RequestRejected{
			ApprovalID: a.w.names[name+".approval"], Reason: "Too little"}}))
	}},
	{stall.NoContact, "recordFollowUp", "LEGAL_OFFICER", func(a *author, name string) { a.active(name, 40) }},
	{stall.NoContact, "recordFollowUp", "SUPERVISOR", func(a *author, name string) {
		a.active(name, 40)
		a.note(a.s.SetSafeContact(a.ctx, a.actor, casework.SetSafeContactInput{Request: a.on(39), RuleSet: followup.RuleSet{
			Methods: []followup.Method{followup.HomeVisit}, HomeVisitAllowed: true}}))
	}},
	{stall.ReassessmentDue, "scheduleFollowUp", "CAREER_ADVISOR", func(a *author, name string) {
		a.active(name, 200)
		a.reach(190, casefile.MilestoneRecorded{Code: track.FamilyCommunityAssessed})
	}},
	{stall.ActionOverdue, "completeAction", "SUPERVISOR", func(a *author, name string) {
		a.active(name, 40)
		a.write(30, plan.GoalInput{Title: "A home", Actions: []plan.ActionInput{{Title: "Visit", DueOn: day(-5)}}})
	}},
	{stall.ActionOverdue, "reviewPlan", "SUPERVISOR", func(a *author, name string) { a.approved(name, 120) }},
	{stall.ActionOverdue, "recordFollowUp", "SUPERVISOR", func(a *author, name string) {
		a.active(name, 40)
		a.note(a.s.ScheduleFollowUp(a.ctx, a.actor, casework.ScheduleFollowUpInput{Request: a.on(20), Schedule: followup.Schedule{DueOn: day(-10)}}))
	}},
	{stall.MilestoneDwell, "recordMilestone", "SHELTER_STAFF", func(a *author, name string) { a.active(name, 200); a.admit(190) }},
	{stall.MilestoneDwell, "recordMilestone", "CAREER_ADVISOR", func(a *author, name string) {
		a.active(name, 150)
		a.note(a.s.RegisterAtCareerCentre(a.ctx, a.actor, casework.RegisterAtCareerCentreInput{Request: a.on(140), Registered: career.Registered{SiteID: "site_CAREER"}}))
		a.reach(100, casefile.MilestoneRecorded{Code: track.JobReady})
	}},
	{stall.MilestoneDwell, "recordMilestone", "LEGAL_OFFICER", func(a *author, name string) {
		a.active(name, 200)
		a.reach(190, casefile.MilestoneRecorded{Code: track.Represented})
		a.reach(189, casefile.MilestoneRecorded{Code: track.Represented})
	}},
	{stall.MilestoneDwell, "enrol", "SCHOLARSHIP_OFFICER", func(a *author, name string) { a.active(name, 80); a.award(50); a.award(5) }},
	{stall.Absences, "recordFollowUp", "SCHOLARSHIP_OFFICER", func(a *author, name string) {
		a.pupil(name)
		no := false
		a.note(a.s.RecordSchoolAbsence(a.ctx, a.actor, casework.RecordSchoolAbsenceInput{Request: a.on(10), AbsenceRecorded: scholarship.AbsenceRecorded{
			From: day(-14), To: day(-10), Excused: &no}}))
	}},
	{stall.RetentionCheckMissed, "checkRetention", "CAREER_ADVISOR", func(a *author, name string) { a.active(name, 200); a.job(110); a.job(108) }},
	{stall.ReturnFollowUpMissed, "recordFollowUp", "SHELTER_STAFF", func(a *author, name string) {
		a.active(name, 300)
		a.note(a.s.RecordReturn(a.ctx, a.actor, casework.RecordReturnInput{Request: a.on(130), Returned: reintegration.Returned{LivingWith: reintegration.Parents}}))
	}},
	{stall.ReferralUnanswered, "acceptCase", "SUPERVISOR", func(a *author, name string) { a.open(name, 20, casefile.Opened{}) }},
	{stall.ReferralUnanswered, "acceptCase", "SHELTER_STAFF", func(a *author, name string) { a.open(name, 20, casefile.Opened{OwnerID: a.actor.Worker}) }},
	{stall.ReferralUnanswered, "revokeReferral", "SUPERVISOR", func(a *author, name string) { a.active(name, 40); a.sends("counselling_trauma", 20) }},
	{stall.ReferralUnanswered, "revokeReferral", "SUPERVISOR", func(a *author, name string) {
		a.active(name, 40)
		a.share(25)
		a.note(a.s.TransferCase(a.ctx, a.actor, casework.TransferCaseInput{Request: a.on(20), ReferralSent: casefile.ReferralSent{OrganisationID: river}}))
		a.note(a.s.ApproveRequest(a.ctx, orgAdmin, casework.ApproveRequestInput{Request: a.on(19), Approved: casefile.Approved{ApprovalID: a.w.names[name+".approval"]}}))
	}},
	// Who receives one sees the case through another, which is accepted.
	{stall.ReferralUnanswered, "answerReferral", "OTHER_SUPERVISOR", func(a *author, name string) {
		a.active(name, 40)
		a.sends("counselling_trauma", 20)
		_, err := a.s.AnswerReferral(a.ctx, riverSupervisor, casework.AnswerReferralInput{Request: a.on(19), ReferralAnswered: casefile.ReferralAnswered{
			ReferralID: a.w.names[name+".referral"], Accepted: true}})
		a.w.must(err)
		a.sends("counselling_generalist", 18)
	}},
	{stall.ApprovalPending, "approveRequest", "SUPERVISOR", func(a *author, name string) {
		a.actor = lotusStaff
		a.active(name, 40)
		a.note(a.s.CloseCase(a.ctx, a.actor, casework.CloseCaseInput{Request: a.on(10), Ended: casefile.Ended{Reason: casefile.LostContact}}))
	}},
	{stall.ApprovalPending, "rejectRequest", "SUPERVISOR", func(a *author, name string) {
		a.actor = lotusStaff
		a.active(name, 60)
		a.note(a.s.HoldCase(a.ctx, a.actor, casework.HoldCaseInput{Request: a.on(50), Held: casefile.Held{Until: day(-10), Reason: "abroad"}}))
	}},
	{stall.Regression, "recordFollowUp", "CAREER_ADVISOR", func(a *author, name string) { a.active(name, 100); a.job(80); a.endJob(5) }},
	{stall.Regression, "reviewPlan", "CAREER_ADVISOR", func(a *author, name string) { a.approved(name, 40); a.job(20); a.endJob(5) }},
	{stall.Regression, "recordFollowUp", "SCHOLARSHIP_OFFICER", func(a *author, name string) {
		a.pupil(name)
		a.note(a.s.EndScholarship(a.ctx, a.actor, casework.EndScholarshipInput{Request: a.on(5), End: scholarship.End{Ending: scholarship.DroppedOut}}))
	}},
	{stall.Regression, "recordFollowUp", "SHELTER_STAFF", func(a *author, name string) { a.active(name, 100); a.admit(90); a.leave(50); a.admit(5) }},
	{stall.Turned18, "recordConsent", "LEGAL_OFFICER", func(a *author, name string) {
		a.open(name, 40, casefile.Opened{OwnerID: a.actor.Worker, AdultOn: day(-1), Consents: []casefile.Purpose{casefile.ForServices}})
		a.note(a.s.AcceptCase(a.ctx, a.actor, casework.AcceptCaseInput{Request: a.on(39)}))
	}},
	{stall.RecordIncomplete, "recordConsent", "SUPERVISOR", func(a *author, name string) {
		a.open(name, 40, casefile.Opened{OwnerID: a.actor.Worker})
		a.note(a.s.AcceptCase(a.ctx, a.actor, casework.AcceptCaseInput{Request: a.on(39)}))
	}},
	{stall.RecordIncomplete, "activateCase", "SUPERVISOR", func(a *author, name string) {
		a.open(name, 40, casefile.Opened{Consents: []casefile.Purpose{casefile.ForServices}})
		a.note(a.s.AcceptCase(a.ctx, a.actor, casework.AcceptCaseInput{Request: a.on(39)}))
	}},
	{stall.RecordIncomplete, "resumeCase", "SUPERVISOR", func(a *author, name string) {
		a.intake(name, 40)
		a.note(a.s.HoldCase(a.ctx, a.actor, casework.HoldCaseInput{Request: a.on(30), Held: casefile.Held{Until: day(-10), Reason: "She visits her sister"}}))
	}},
	{stall.RecordIncomplete, "recordFollowUp", "SHELTER_STAFF", func(a *author, name string) { a.active(name, 100); a.admit(90); a.leave(50) }},
}

// Parts of scenes.

func (a *author) open(name string, daysAgo int, o casefile.Opened) {
	a.name, a.n, a.id = name, 0, ""
	r := a.on(daysAgo)
	o.Population = casefile.AtRisk
	c, err := a.s.OpenCase(a.ctx, a.actor, casework.OpenCaseInput{RequestID: r.RequestID, OpenedOn: r.On, Opened: o})
	a.note(c, err)
	a.id = c.Case.ID
}

func (a *author) write(daysAgo int, goals ...plan.GoalInput) {
	a.note(a.s.UpdatePlan(a.ctx, a.actor, casework.UpdatePlanInput{Request: a.on(daysAgo), Updated: plan.Updated{Goals: goals}}))
}

// approved is a case whose plan was approved soon after the opening.
func (a *author) approved(name string, daysAgo int) {
	a.active(name, daysAgo)
	a.plan(a.s, daysAgo-3)
	a.note(a.s.SubmitPlan(a.ctx, a.actor, casework.SubmitPlanInput{Request: a.on(daysAgo - 4)}))
	a.note(a.s.ApproveRequest(a.ctx, orgAdmin, casework.ApproveRequestInput{Request: a.on(daysAgo - 5), Approved: casefile.Approved{ApprovalID: a.w.names[name+".approval"]}}))
}

func (a *author) reach(daysAgo int, m casefile.MilestoneRecorded) {
	a.note(a.s.RecordMilestone(a.ctx, a.actor, casework.RecordMilestoneInput{Request: a.on(daysAgo), MilestoneRecorded: m}))
}

func (a *author) admit(daysAgo int) {
	a.note(a.s.AdmitToShelter(a.ctx, a.actor, casework.AdmitToShelterInput{Request: a.on(daysAgo), Admitted: shelter.Admitted{SiteID: "site_SHELTER"}}))
}

func (a *author) leave(daysAgo int) {
	a.note(a.s.LeaveShelter(a.ctx, a.actor, casework.LeaveShelterInput{Request: a.on(daysAgo), Left: shelter.Left{Destination: shelter.Family}}))
}

func (a *author) award(daysAgo int) {
	a.note(a.s.AwardScholarship(a.ctx, a.actor, casework.AwardScholarshipInput{Request: a.on(daysAgo), Award: scholarship.Award{
		Class: scholarship.Women, Level: scholarship.UpperSecondary, School: "School (invented)"}}))
}

// pupil is a case of somebody at school.
func (a *author) pupil(name string) {
	a.active(name, 100)
	a.award(90)
	a.note(a.s.Enrol(a.ctx, a.actor, casework.EnrolInput{Request: a.on(80)}))
}

func (a *author) job(daysAgo int) {
	r := a.on(daysAgo)
	r.On = 0
	a.note(a.s.LogPlacement(a.ctx, a.actor, casework.LogPlacementInput{Request: r, StartedOn: day(-daysAgo), Started: employment.Started{
		EmployerID: "employer_SILK", Occupation: "weaver", Type: employment.FullTime}}))
}

func (a *author) endJob(daysAgo int) {
	a.note(a.s.EndPlacement(a.ctx, a.actor, casework.EndPlacementInput{Request: a.on(daysAgo), Ended: employment.Ended{Reason: employment.LaidOff}}))
}

func (a *author) share(daysAgo int) {
	a.note(a.s.RecordConsent(a.ctx, a.actor, casework.RecordConsentInput{Request: a.on(daysAgo), ConsentRecorded: casefile.ConsentRecorded{
		Purpose: casefile.ForShare, Decision: casefile.Given}}))
}

// sends refers her to the second organisation for a service.
func (a *author) sends(service string, daysAgo int) {
	a.share(daysAgo + 1)
	a.note(a.s.SendReferral(a.ctx, a.actor, casework.SendReferralInput{Request: a.on(daysAgo), ReferralSent: casefile.ReferralSent{
		OrganisationID: river, Service: service, Need: "Help near her family", Shares: []access.Class{access.Health}}}))
}

// TestNextActionOfEveryRule proves for every rule, and for every mutation that
// can be a next action, that what a role is offered on a flag that a scan has
// raised is accepted as it stands, sent back over HTTP by that role.
func TestNextActionOfEveryRule(t *testing.T) {
	w := newWorld(t, func(a *author) {
		a.w.must(a.w.dir.Add(a.ctx, directory.Worker{ID: "worker_LEAVING", Organisation: lotus, Name: "Lotus leaving", Role: access.ShelterStaff, QueriesAdHoc: true}))
		for i, s := range scenes {
			a.actor = lotusSupervisor
			s.write(a, fmt.Sprintf("scene%d", i))
		}
	})
	w.accepted(t, "ORG_ADMIN", "endWorker", json.RawMessage(`{"requestId": "leaving", "workerId": "worker_LEAVING", "reason": "She has moved"}`), "worker { active }")
	w.accepted(t, "SUPERVISOR", "runJob", json.RawMessage(`{"requestId": "scan", "name": "stall-scan", "asOf": "2026-03-02"}`), "run { outcome }")
	rules, mutations := map[casefile.RuleCode]bool{}, map[string]bool{"agreeMatch": true, "declineMatch": true} // which no rule asks for; TestNextActionsOfAMatch tries them
	for i, s := range scenes {
		t.Run(fmt.Sprintf("%s/%s as %s/%d", s.rule, s.mutation, s.role, i), func(t *testing.T) {
			offered := w.offered(t, s, w.names[fmt.Sprintf("case.scene%d", i)])
			w.accepted(t, s.role, s.mutation, offered, "entry { kind }")
			rules[s.rule], mutations[s.mutation] = true, true
		})
	}
	for _, r := range stall.Rules {
		if !rules[r.Code] {
			t.Errorf("%s was not tried", r.Code)
		}
	}
	if got := slices.Sorted(maps.Keys(mutations)); !slices.Equal(got, stall.Mutations) {
		t.Errorf("tried are %v, can be named %v", got, stall.Mutations)
	}
}

// offered reads the input of the next action that a scene is about, as the role
// is offered it on the flag.
func (w *world) offered(t *testing.T, s scene, caseID string) json.RawMessage {
	t.Helper()
	variables, err := json.Marshal(map[string]string{"id": caseID})
	w.must(err)
	_, body := w.post(s.role, `query ($id: ID!) { case(id: $id) { flags(state: [OPEN]) { rule explanation { nextActions { mutation input } } } } }`, variables)
	var got struct {
		Data struct {
			Case struct {
				Flags []struct {
					Rule        casefile.RuleCode
					Explanation struct {
						NextActions []struct{ Mutation, Input string }
					}
				}
			}
		}
	}
	w.must(json.Unmarshal(body, &got))
	for _, f := range got.Data.Case.Flags {
		for _, a := range f.Explanation.NextActions {
			if f.Rule == s.rule && a.Mutation == s.mutation {
				return json.RawMessage(a.Input)
			}
		}
	}
	t.Fatalf("not offered: %s", body)
	return nil
}

// accepted sends an input to a mutation as a role, and fails the test where it is
// not accepted.
func (w *world) accepted(t *testing.T, role, mutation string, input json.RawMessage, answer string) {
	t.Helper()
	variables, err := json.Marshal(map[string]json.RawMessage{"input": input})
	w.must(err)
	name := strings.ToUpper(mutation[:1]) + mutation[1:]
	_, body := w.post(role, fmt.Sprintf("mutation ($input: %sInput!) { %s(input: $input) { %s } }", name, mutation, answer), variables)
	var got struct{ Errors []json.RawMessage }
	if err := json.Unmarshal(body, &got); err != nil || len(got.Errors) > 0 {
		t.Errorf("%s refuses %s: %s", mutation, input, body)
	}
}
