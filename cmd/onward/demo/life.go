package demo

import (
	"fmt"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/money"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
)

// life tells one case as the requests of workers. The first refusal ends it and
// stays in err.
type life struct {
	w    *writer
	name string // begins every requestId
	org  int
	at   id.Case
	day  calendar.Day // the day of the next step
	last calendar.Day // no step is later
	n    int          // steps so far
	err  error

	state *casefile.Case
}

// begin begins a life in an organisation on a day.
func (w *writer) begin(name string, org int, day, last calendar.Day) *life {
	return &life{w: w, name: name, org: org, day: day, last: last}
}

// after moves on by some days, but not beyond the last.
func (l *life) after(low, high int) *life {
	l.day = min(l.day+calendar.Day(l.w.between(low, high)), l.last)
	return l
}

// on moves on to a day.
func (l *life) on(day calendar.Day) *life {
	l.day = day
	return l
}

// actor is a worker of the life's organisation.
func (l *life) actor(role access.Role) access.Actor {
	return access.Actor{Worker: workerOf(l.org, role), Role: role, Organisation: organisationID(l.org)}
}

// request begins the next step: it sets the clock to the working hours of the
// day, but never beyond the present.
func (l *life) request() casework.Request {
	l.n++
	l.w.now = l.day.Start().Add(8*time.Hour + time.Duration(l.w.random.IntN(8*3600))*time.Second)
	if l.w.now.After(l.w.o.Now) {
		l.w.now = l.w.o.Now
	}
	return casework.Request{RequestID: fmt.Sprintf("%s-%d", l.name, l.n), CaseID: l.at, On: l.day}
}

// step takes the answer to a request in.
func (l *life) step(c *casework.Change, err error) *life {
	switch {
	case l.err != nil:
	case err != nil:
		l.err = fmt.Errorf("step %d on %s: %w", l.n, l.day, err)
	default:
		l.state, l.at = c.Case, c.Case.ID
	}
	return l
}

// usual are the consents that most survivors give.
var usual = []casefile.Purpose{casefile.ForServices, casefile.ForReporting}

// refer opens the case; owner may be empty.
func (l *life) refer(p casefile.Population, owner id.Worker, consents []casefile.Purpose) *life {
	r := l.request()
	return l.step(l.w.s.OpenCase(l.w.ctx, l.actor(access.ShelterStaff), casework.OpenCaseInput{
		RequestID: r.RequestID, OpenedOn: r.On,
		Opened: casefile.Opened{Population: p, SiteID: siteID(l.org, directory.ShelterSite), OwnerID: owner,
			ReferredBy: pick(l.w, "Provincial office", "Police unit", "Community network", "Hotline"), Consents: consents},
	}))
}

// owner is one of the organisation's staff.
func (l *life) owner() id.Worker { return workerOf(l.org, staff[l.w.random.IntN(len(staff))]) }

// take opens the case and takes it to its plan.
func (l *life) take(p casefile.Population, risk casefile.Risk, consents []casefile.Purpose) *life {
	l.refer(p, l.owner(), consents).after(0, 2).accept().after(0, 3)
	return l.step(l.w.s.ActivateCase(l.w.ctx, l.actor(access.ShelterStaff), casework.ActivateCaseInput{
		Request: l.request(), Activated: casefile.Activated{Risk: risk}}))
}

func (l *life) accept() *life {
	return l.step(l.w.s.AcceptCase(l.w.ctx, l.actor(access.ShelterStaff), casework.AcceptCaseInput{Request: l.request()}))
}

func (l *life) decline() *life {
	return l.step(l.w.s.DeclineCase(l.w.ctx, l.actor(access.Supervisor), casework.DeclineCaseInput{
		Request: l.request(), Refusal: casefile.Refusal{Reason: "Outside the programme's area"}}))
}

func (l *life) phase(p casefile.Phase) *life {
	return l.step(l.w.s.ReviseCase(l.w.ctx, l.actor(access.ShelterStaff), casework.ReviseCaseInput{
		Request: l.request(), Revised: casefile.Revised{Phase: p}}))
}

func (l *life) hold(days int) *life {
	return l.step(l.w.s.HoldCase(l.w.ctx, l.actor(access.Supervisor), casework.HoldCaseInput{
		Request: l.request(), Held: casefile.Held{Until: l.day + calendar.Day(days), Reason: "Staying with relatives for a while"}}))
}

func (l *life) close(reason casefile.ClosureReason) *life {
	return l.step(l.w.s.CloseCase(l.w.ctx, l.actor(access.Supervisor), casework.CloseCaseInput{
		Request: l.request(), Ended: casefile.Ended{Reason: reason}}))
}

func (l *life) transfer(to int) *life {
	return l.step(l.w.s.TransferCase(l.w.ctx, l.actor(access.Supervisor), casework.TransferCaseInput{
		Request: l.request(), HandedOver: casefile.HandedOver{OrganisationID: organisationID(to)}}))
}

func (l *life) merge(into id.Case) *life {
	return l.step(l.w.s.MergeCase(l.w.ctx, l.actor(access.Supervisor), casework.MergeCaseInput{
		Request: l.request(), MergedAway: casefile.MergedAway{IntoCaseID: into, Reason: "The same person came to two of our sites"}}))
}

// reach records a milestone without a verb of its own.
func (l *life) reach(code track.Code) *life { return l.reachStep(code, legal.Step{}) }

func (l *life) reachStep(code track.Code, step legal.Step) *life {
	return l.step(l.w.s.RecordMilestone(l.w.ctx, l.actor(access.Supervisor), casework.RecordMilestoneInput{
		Request: l.request(), MilestoneRecorded: casefile.MilestoneRecorded{Code: code, Step: step}}))
}

func (l *life) serve(service string) *life {
	return l.step(l.w.s.RecordService(l.w.ctx, l.actor(pick(l.w, staff...)), casework.RecordServiceInput{
		Request: l.request(), Delivered: delivery.Delivered{Service: service}}))
}

func (l *life) admit() *life {
	return l.step(l.w.s.AdmitToShelter(l.w.ctx, l.actor(access.ShelterStaff), casework.AdmitToShelterInput{
		Request: l.request(), Admitted: shelter.Admitted{SiteID: siteID(l.org, directory.ShelterSite)}}))
}

func (l *life) leave() *life {
	safe := l.w.random.IntN(10) > 0
	return l.step(l.w.s.LeaveShelter(l.w.ctx, l.actor(access.ShelterStaff), casework.LeaveShelterInput{
		Request: l.request(), Left: shelter.Left{Destination: pick(l.w, shelter.Family, shelter.ExtendedFamily, shelter.IndependentLiving, shelter.GroupHome),
			SafeInWorkersView: &safe, SafeInSurvivorsView: &safe}}))
}

// plan writes a plan with one action that is due on a day.
func (l *life) plan(due calendar.Day) *life {
	return l.step(l.w.s.UpdatePlan(l.w.ctx, l.actor(access.ShelterStaff), casework.UpdatePlanInput{Request: l.request(),
		Updated: plan.Updated{Goals: []plan.GoalInput{{Title: "A safe place to live and an income", Track: track.Reintegration,
			Actions: []plan.ActionInput{{Title: pick(l.w, "Visit the family", "Apply for an identity card", "Open a savings account"), DueOn: due}}}}}}))
}

func (l *life) completePlan() *life {
	if l.err != nil {
		return l
	}
	return l.step(l.w.s.CompleteAction(l.w.ctx, l.actor(access.ShelterStaff), casework.CompleteActionInput{Request: l.request(),
		ActionCompleted: plan.ActionCompleted{ActionID: l.state.Plan.Goals[0].Actions[0].ID}}))
}

func (l *life) award(class scholarship.Class) *life {
	level := scholarship.NonFormal
	if class == scholarship.GirlsSecondary {
		level = pick(l.w, scholarship.LowerSecondary, scholarship.UpperSecondary)
	}
	return l.step(l.w.s.AwardScholarship(l.w.ctx, l.actor(access.ScholarshipOfficer), casework.AwardScholarshipInput{Request: l.request(),
		Award: scholarship.Award{Class: class, Level: level, School: "School of " + organisations[l.org].name,
			Amount: &money.Money{Amount: 100 * l.w.between(80, 300), Currency: "USD"}}}))
}

func (l *life) enrol() *life {
	return l.step(l.w.s.Enrol(l.w.ctx, l.actor(access.ScholarshipOfficer), casework.EnrolInput{Request: l.request()}))
}

func (l *life) term(name string) *life {
	attendance := pick(l.w, scholarship.Regular, scholarship.Regular, scholarship.Irregular)
	return l.step(l.w.s.RecordTerm(l.w.ctx, l.actor(access.ScholarshipOfficer), casework.RecordTermInput{Request: l.request(),
		TermCheck: scholarship.TermCheck{Term: name, Attendance: attendance, Completed: attendance == scholarship.Regular}}))
}

func (l *life) endSchool(e scholarship.Ending) *life {
	return l.step(l.w.s.EndScholarship(l.w.ctx, l.actor(access.ScholarshipOfficer), casework.EndScholarshipInput{Request: l.request(),
		End: scholarship.End{Ending: e}}))
}

func (l *life) register() *life {
	return l.step(l.w.s.RegisterAtCareerCentre(l.w.ctx, l.actor(access.CareerAdvisor), casework.RegisterAtCareerCentreInput{Request: l.request(),
		Registered: career.Registered{SiteID: siteID(l.org, directory.CareerCentre)}}))
}

// start logs a placement; without evidence it is not counted as EMPLOYED.
func (l *life) start(evidence employment.Evidence) *life {
	r := l.request()
	return l.step(l.w.s.LogPlacement(l.w.ctx, l.actor(access.CareerAdvisor), casework.LogPlacementInput{Request: r, StartedOn: r.On,
		Started: employment.Started{EmployerID: employerID(l.org), Occupation: pick(l.w, "weaver", "cook", "seamstress", "shop assistant", "hotel worker"),
			Type: pick(l.w, employment.FullTime, employment.FullTime, employment.PartTime, employment.Apprentice), Evidence: evidence,
			MonthlyWage: &money.Money{Amount: 100 * l.w.between(60, 220), Currency: "USD"}}}))
}

func (l *life) check(p employment.Point) *life {
	return l.step(l.w.s.CheckRetention(l.w.ctx, l.actor(access.CareerAdvisor), casework.CheckRetentionInput{Request: l.request(),
		RetentionChecked: employment.RetentionChecked{Point: p, Employed: true, Evidence: employment.Payslip}}))
}

func (l *life) separate() *life {
	return l.step(l.w.s.EndPlacement(l.w.ctx, l.actor(access.CareerAdvisor), casework.EndPlacementInput{Request: l.request(),
		Ended: employment.Ended{Reason: pick(l.w, employment.Resigned, employment.BetterJob, employment.ContractEnded)}}))
}

func (l *life) goHome() *life {
	return l.step(l.w.s.RecordReturn(l.w.ctx, l.actor(access.ShelterStaff), casework.RecordReturnInput{Request: l.request(),
		Returned: reintegration.Returned{LivingWith: pick(l.w, reintegration.Parents, reintegration.Relatives, reintegration.Independently)}}))
}

// followUp makes contact; a scheduled point hears how safe she is.
func (l *life) followUp(p track.FollowUpPoint, safe bool) *life {
	return l.step(l.w.s.RecordFollowUp(l.w.ctx, l.actor(access.ShelterStaff), casework.RecordFollowUpInput{Request: l.request(),
		Recorded: followup.Recorded{Point: p, Method: pick(l.w, followup.Phone, followup.HomeVisit), ContactMade: true, Safe: &safe, HasIncome: &safe}}))
}

func (l *life) startFollowUp() *life {
	return l.step(l.w.s.StartFollowUp(l.w.ctx, l.actor(access.ShelterStaff), casework.StartFollowUpInput{Request: l.request()}))
}
