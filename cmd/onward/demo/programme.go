package demo

import (
	"fmt"
	"time"

	"onward/services/access"
	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/instrument"
	"onward/services/legal"
	"onward/services/money"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/shelter"
	"onward/services/track"
)

// recorder is who records the milestones of a track.
var recorder = map[track.Kind]access.Role{
	track.Shelter: access.ShelterStaff, track.Scholarship: access.ScholarshipOfficer, track.Career: access.CareerAdvisor,
	track.Employment: access.CareerAdvisor, track.Legal: access.LegalOfficer, track.Reintegration: access.ShelterStaff,
}

// reach records a milestone without a verb of its own.
func (l *life) reach(code track.Code) *life { return l.reachStep(code, legal.Step{}) }

// reachStep is reach for a legal milestone that says more.
func (l *life) reachStep(code track.Code, s legal.Step) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordMilestone(l.ctx, l.as(recorder[code.Track()]), casework.RecordMilestoneInput{
			Request: r, MilestoneRecorded: casefile.MilestoneRecorded{Code: code, Step: s}})
	})
}

// serve records a service, at the site of the case.
func (l *life) serve(service string) *life { return l.serveAt("", service) }

func (l *life) serveAt(site id.Site, service string) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordService(l.ctx, l.as(l.role), casework.RecordServiceInput{
			Request: r, Delivered: delivery.Delivered{Service: service, SiteID: site}})
	})
}

// site is the first one of a kind in the house.
func (l *life) site(kind directory.SiteKind) id.Site { return l.house.sites[kind][0] }

func (l *life) admit() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.AdmitToShelter(l.ctx, l.as(access.ShelterStaff), casework.AdmitToShelterInput{
			Request: r, Admitted: shelter.Admitted{SiteID: pick(l, l.house.sites[directory.ShelterSite]...)}})
	})
}

// leave ends the stay. The two judgements of her safety now and then differ.
func (l *life) leave() *life {
	workers, hers := !l.chance(10), !l.chance(8)
	return l.step(func(r casework.Request) (*casework.Change, error) {
		destination := pick(l, shelter.Family, shelter.ExtendedFamily, shelter.IndependentLiving, shelter.GroupHome)
		confirmed := l.chance(2)
		return l.s.LeaveShelter(l.ctx, l.as(access.ShelterStaff), casework.LeaveShelterInput{
			Request: r, Left: shelter.Left{
				Destination: destination, DestinationConfirmed: &confirmed, SafeInWorkersView: &workers, SafeInSurvivorsView: &hers,
			}})
	})
}

// leaveUnjudged ends the stay, and nobody asks how safe it is where she goes.
func (l *life) leaveUnjudged() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.LeaveShelter(l.ctx, l.as(access.ShelterStaff), casework.LeaveShelterInput{Request: r, Left: shelter.Left{Destination: shelter.Family}})
	})
}

// plan writes a plan with one action that is due on a day.
func (l *life) plan(due calendar.Day) *life {
	action := pick[sealed.Text](l, "Visit the family", "Apply for an identity card", "Open a savings account", "Agree on a safe way to call")
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.UpdatePlan(l.ctx, l.as(l.role), casework.UpdatePlanInput{Request: r, Updated: plan.Updated{
			Goals: []plan.GoalInput{{Title: "A safe place to live and an income", Track: track.Reintegration,
				Actions: []plan.ActionInput{{Title: action, OwnerID: l.owner, DueOn: due}}}}}})
	})
}

// agreed writes a plan with her, which a supervisor approves soon after.
func (l *life) agreed() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.UpdatePlan(l.ctx, l.as(l.role), casework.UpdatePlanInput{Request: r, Updated: plan.Updated{
			Goals: []plan.GoalInput{{Title: "A safe place to live and an income", Track: track.Reintegration, AchieveBy: l.day + 365,
				Measure: pick[sealed.Text](l, "She says that she is safe where she lives", "Three months of wages", "She pays her own rent"),
				Actions: []plan.ActionInput{{Title: "Agree on the next steps with her", OwnerID: l.owner}}}}}})
	}).step(func(r casework.Request) (*casework.Change, error) {
		return l.s.SubmitPlan(l.ctx, l.as(l.role), casework.SubmitPlanInput{Request: r})
	}).after(0, 2).step(func(r casework.Request) (*casework.Change, error) {
		return l.s.ApproveRequest(l.ctx, l.overseer(), casework.ApproveRequestInput{
			Request: r, Approved: casefile.Approved{ApprovalID: l.state.Approvals[0].ID()}})
	})
}

// review reviews the plan, and agrees on a day for the next review that is ahead.
func (l *life) review() *life {
	next := min(l.o.Today+calendar.Day(l.between(15, 80)), l.day+2*plan.ReviewDays)
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.ReviewPlan(l.ctx, l.as(l.role), casework.ReviewPlanInput{Request: r, Reviewed: plan.Reviewed{ReviewOn: next}})
	})
}

// screen screens her risk; most answers are good ones.
func (l *life) screen() *life {
	screening, _ := instrument.Shipped().Snapshot().Find("risk-screening", nil)
	answers := make([]assessment.Answer, len(screening.Items))
	for i, item := range screening.Items {
		answers[i] = assessment.Answer{Item: item.Code, Option: item.Options[0].Code}
		if l.chance(4) {
			answers[i].Option = pick(l, item.Options...).Code
		}
	}
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordAssessment(l.ctx, l.as(l.role), casework.RecordAssessmentInput{Request: r, Instrument: screening.Code, Answers: answers})
	})
}

func (l *life) completePlan() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.CompleteAction(l.ctx, l.as(l.role), casework.CompleteActionInput{Request: r,
			ActionCompleted: plan.ActionCompleted{ActionID: l.state.Plan.Goals[0].Actions[0].ID()}})
	})
}

// levels are the levels at which an award of a class is given.
var levels = map[scholarship.Class][]scholarship.Level{
	scholarship.Women:          {scholarship.NonFormal, scholarship.PostSecondary, scholarship.ShortTertiary},
	scholarship.GirlsSecondary: {scholarship.LowerSecondary, scholarship.UpperSecondary},
	scholarship.OtherClass:     {scholarship.Primary, scholarship.NonFormal},
}

func (l *life) award(class scholarship.Class) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.AwardScholarship(l.ctx, l.as(access.ScholarshipOfficer), casework.AwardScholarshipInput{Request: r,
			Award: scholarship.Award{Class: class, Level: pick(l, levels[class]...), School: sealed.Text("Partner school of " + l.house.name),
				Amount: &money.Money{Amount: 1000 * l.between(8, 30), Currency: "USD"}}})
	})
}

func (l *life) enrol() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.Enrol(l.ctx, l.as(access.ScholarshipOfficer), casework.EnrolInput{Request: r})
	})
}

// term records the check of the term in which the day falls: she is at school.
func (l *life) term() *life {
	return l.checked(pick(l, scholarship.Regular, scholarship.Regular, scholarship.Irregular))
}

// checked records what the check of the term found.
func (l *life) checked(attendance scholarship.Attendance) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordTerm(l.ctx, l.as(access.ScholarshipOfficer), casework.RecordTermInput{Request: r,
			TermCheck: scholarship.TermCheck{Term: sealed.Text(termOf(l.day)), Attendance: attendance, Completed: attendance == scholarship.Regular}})
	})
}

// termOf names the term of a school year that begins in November.
func termOf(day calendar.Day) string {
	year, month, _ := day.Time().Date()
	if month < time.November {
		year--
	}
	half := 2
	if month >= time.November || month < time.April {
		half = 1
	}
	return fmt.Sprintf("%d-%02d/%d", year, (year+1)%100, half)
}

// absent records three school days without her, of which the last is a day or,
// where that is a Sunday, the day before.
func (l *life) absent(last calendar.Day) *life {
	if last.Time().Weekday() == time.Sunday {
		last--
	}
	first := last - 2
	if first <= last-calendar.Day(last.Time().Weekday()) {
		first-- // there is a Sunday between
	}
	unexcused := false
	return l.on(last).step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordSchoolAbsence(l.ctx, l.as(access.ScholarshipOfficer), casework.RecordSchoolAbsenceInput{Request: r,
			AbsenceRecorded: scholarship.AbsenceRecorded{From: first, To: last, Excused: &unexcused}})
	})
}

func (l *life) endSchool(e scholarship.Ending) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.EndScholarship(l.ctx, l.as(access.ScholarshipOfficer), casework.EndScholarshipInput{
			Request: r, End: scholarship.End{Ending: e}})
	})
}

func (l *life) register() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RegisterAtCareerCentre(l.ctx, l.as(access.CareerAdvisor), casework.RegisterAtCareerCentreInput{
			Request: r, Registered: career.Registered{SiteID: l.site(directory.CareerCentre)}})
	})
}

// proofs are what shows that she works there.
var proofs = []employment.Evidence{employment.Contract, employment.Payslip, employment.EmployerStated, employment.WorkplaceVisit, employment.SurvivorReported}

// start logs a job at one of the house's employers.
func (l *life) start() *life { return l.job(pick(l, proofs...)) }

// job logs a job; without evidence it is not counted as EMPLOYED.
func (l *life) job(evidence employment.Evidence) *life {
	employer := l.random.IntN(len(employerTable))
	return l.placed(employment.Started{
		EmployerID: l.house.employers[employer], Occupation: sealed.Text(pick(l, employerTable[employer].occupations...)),
		Type: pick(l, employment.FullTime, employment.FullTime, employment.PartTime, employment.Apprentice), Evidence: evidence,
	})
}

// ownBusiness logs that she works for herself.
func (l *life) ownBusiness() *life {
	return l.placed(employment.Started{
		EmployerName: "Her own stall", Occupation: "market seller", Type: employment.SelfEmployed, Evidence: employment.BusinessRecord,
	})
}

func (l *life) placed(s employment.Started) *life {
	s.MonthlyWage = &money.Money{Amount: 1000 * l.between(6, 22), Currency: "USD"}
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.LogPlacement(l.ctx, l.as(access.CareerAdvisor), casework.LogPlacementInput{Request: r, StartedOn: r.On, Started: s})
	})
}

func (l *life) check(p employment.Point, employed bool) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.CheckRetention(l.ctx, l.as(access.CareerAdvisor), casework.CheckRetentionInput{Request: r,
			RetentionChecked: employment.RetentionChecked{Point: p, Employed: employed, Evidence: pick(l, proofs...)}})
	})
}

func (l *life) separate() *life {
	return l.separateFor(pick(l, employment.Resigned, employment.BetterJob, employment.ContractEnded, employment.FamilyDuties, employment.LaidOff))
}

func (l *life) separateFor(reason employment.Reason) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.EndPlacement(l.ctx, l.as(access.CareerAdvisor), casework.EndPlacementInput{Request: r, Ended: employment.Ended{Reason: reason}})
	})
}

func (l *life) goHome() *life {
	workers, hers := !l.chance(10), !l.chance(8)
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordReturn(l.ctx, l.as(access.ShelterStaff), casework.RecordReturnInput{Request: r, Returned: reintegration.Returned{
			LivingWith:        pick(l, reintegration.Parents, reintegration.Relatives, reintegration.Independently, reintegration.Spouse),
			SafeInWorkersView: &workers, SafeInSurvivorsView: &hers,
		}})
	})
}

// followUp makes contact at a point, and hears whether she is safe and has an
// income.
func (l *life) followUp(p track.FollowUpPoint, safe bool) *life {
	findings := pick[sealed.Text](l, "", "", "She asks about the savings group.", "She would like to be called in the evening.")
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordFollowUp(l.ctx, l.as(access.ShelterStaff), casework.RecordFollowUpInput{Request: r, Recorded: followup.Recorded{
			Point: p, Method: l.way(), ContactMade: true,
			Safe: &safe, HasIncome: &safe, Findings: findings}})
	})
}
