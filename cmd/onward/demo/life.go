package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// life tells one case as the requests of workers, step by step. The cursor day
// says when the next step happens; it never runs backwards. The first refusal
// ends the life and stays in err.
type life struct {
	*desk
	random *rand.Rand
	name   string // begins every requestId
	number int    // within its part of the demo
	house  *house
	role   access.Role // of the owner
	owner  id.Worker

	day  calendar.Day // of the next step
	last calendar.Day // no step is later
	n    int          // steps so far

	person
	services int // given in the first weeks, where the story leaves room

	id    id.Case
	state *casefile.Case
	entry casefile.Entry // the last one
	err   error
}

// after moves on by some days, but not beyond the last.
func (l *life) after(low, high int) *life {
	l.day = min(l.day+calendar.Day(l.between(low, high)), l.last)
	return l
}

// on moves on to a day.
func (l *life) on(day calendar.Day) *life {
	if l.err == nil && (day < l.day || day > l.last) {
		l.err = fmt.Errorf("after step %d: %s lies outside %s–%s", l.n, day, l.day, l.last)
	}
	l.day = day
	return l
}

// ago returns the day some days before today.
func (l *life) ago(days int) calendar.Day { return l.o.Today - calendar.Day(days) }

// before moves on to the day some days before today.
func (l *life) before(days int) *life { return l.on(l.ago(days)) }

// between returns a random number of a range, both ends included.
func (l *life) between(low, high int) int { return low + l.random.IntN(high-low+1) }

// chance is true once in n times.
func (l *life) chance(n int) bool { return l.random.IntN(n) == 0 }

func pick[T any](l *life, from ...T) T { return from[l.random.IntN(len(from))] }

// colleague is somebody of a role in the house. The first one of each role, who
// has an account in the demo, gets every second case.
func (l *life) colleague(role access.Role) id.Worker {
	workers := l.house.workers[role]
	if l.chance(2) {
		return workers[0]
	}
	return pick(l, workers...)
}

// as is the worker who acts in a role: the owner where the role fits.
func (l *life) as(role access.Role) access.Actor {
	worker := l.owner
	if role != l.role {
		worker = l.colleague(role)
	}
	return access.Actor{Worker: worker, Role: role, Organisation: l.house.id}
}

// overseer is a supervisor whose word suffices on the case: one who does not own
// it.
func (l *life) overseer() access.Actor {
	if a := l.as(access.Supervisor); a.Worker != l.owner {
		return a
	}
	return access.Actor{Worker: l.house.workers[access.OrgAdmin][0], Role: access.OrgAdmin, Organisation: l.house.id}
}

// step asks casework for the next step and takes its answer in.
func (l *life) step(ask func(casework.Request) (*casework.Change, error)) *life {
	if l.err != nil {
		return l
	}
	l.n++
	l.clock = l.writtenUpAt()
	request := casework.Request{RequestID: l.name + "-" + strconv.Itoa(l.n), CaseID: l.id, On: l.day}
	c, err := ask(request)
	if err != nil {
		l.err = fmt.Errorf("step %d on %s: %w", l.n, l.day, err)
		return l
	}
	l.id, l.state, l.entry = c.Case.ID, c.Case, c.Entry
	return l
}

// writtenUpAt is when the next step is recorded: in the working hours of its
// day or, for one in six, of a day soon after. Nothing is recorded on Sundays or
// after the present.
func (l *life) writtenUpAt() time.Time {
	day := l.day
	if l.chance(6) {
		day += calendar.Day(l.between(1, 3))
	}
	if day.Time().Weekday() == time.Sunday {
		day++
	}
	at := day.Start().Add(8*time.Hour + time.Duration(l.random.IntN(9*3600))*time.Second)
	if at.After(l.o.Now) {
		return l.o.Now
	}
	return at
}

// The consents that most survivors give. Without REPORTING a case is left out of
// the figures.
var (
	servicesOnly = []casefile.Purpose{casefile.ForServices}
	usual        = []casefile.Purpose{casefile.ForServices, casefile.ForReporting}
	open         = []casefile.Purpose{casefile.ForServices, casefile.ForReporting, casefile.ForPartnerApp}
)

// workplace is the kind of site at which the owners of cases work.
var workplace = map[access.Role]directory.SiteKind{
	access.ShelterStaff: directory.ShelterSite, access.CareerAdvisor: directory.CareerCentre,
	access.ScholarshipOfficer: directory.Office, access.LegalOfficer: directory.LegalClinic, access.Supervisor: directory.Office,
}

// refer opens the case; owner may be empty.
func (l *life) refer(p casefile.Population, owner id.Worker, consents []casefile.Purpose) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		in := casework.OpenCaseInput{
			RequestID: r.RequestID, OpenedOn: r.On,
			Opened: casefile.Opened{
				Population: p, OwnerID: owner, SiteID: pick(l, l.house.sites[workplace[l.role]]...), Consents: consents,
				ReferredBy: pick[sealed.Text](l, "Provincial office", "Police unit", "Community network", "Hotline", "Border reception centre"),
			},
		}
		l.introduce(&in.Opened)
		return l.s.OpenCase(l.ctx, l.as(access.ShelterStaff), in)
	})
}

func (l *life) accept() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.AcceptCase(l.ctx, l.as(access.ShelterStaff), casework.AcceptCaseInput{Request: r})
	})
}

func (l *life) decline(reason sealed.Text) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.DeclineCase(l.ctx, l.as(access.Supervisor), casework.DeclineCaseInput{
			Request: r, Refusal: casefile.Refusal{Reason: reason}})
	})
}

func (l *life) activate(risk casefile.Risk) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.ActivateCase(l.ctx, l.as(l.role), casework.ActivateCaseInput{
			Request: r, Activated: casefile.Activated{Risk: risk}})
	})
}

// take opens the case and takes it to its plan, within a week.
func (l *life) take(p casefile.Population, risk casefile.Risk, consents []casefile.Purpose) *life {
	return l.refer(p, l.owner, consents).after(0, 2).accept().after(0, 3).activate(risk)
}

// decide records what she decided about a purpose.
func (l *life) decide(p casefile.Purpose, d casefile.Decision) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordConsent(l.ctx, l.as(l.role), casework.RecordConsentInput{
			Request: r, ConsentRecorded: casefile.ConsentRecorded{Purpose: p, Decision: d}})
	})
}

func (l *life) phase(p casefile.Phase) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.ReviseCase(l.ctx, l.as(l.role), casework.ReviseCaseInput{
			Request: r, Revised: casefile.Revised{Phase: p}})
	})
}

func (l *life) hold(days int) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.HoldCase(l.ctx, l.overseer(), casework.HoldCaseInput{
			Request: r, Held: casefile.Held{Until: l.day + calendar.Day(days), Reason: "She stays with relatives for a while"}})
	})
}

// startFollowUp begins the follow-up, once a supervisor has noted that the plan was
// approved on paper.
func (l *life) startFollowUp() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordMilestone(l.ctx, l.as(access.Supervisor), casework.RecordMilestoneInput{
			Request: r, MilestoneRecorded: casefile.MilestoneRecorded{Code: track.PlanApproved}})
	}).monitor()
}

// monitor begins the follow-up after her return, where her plan was approved.
func (l *life) monitor() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.StartFollowUp(l.ctx, l.as(l.role), casework.StartFollowUpInput{Request: r})
	})
}

func (l *life) close(reason casefile.ClosureReason) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.CloseCase(l.ctx, l.overseer(), casework.CloseCaseInput{
			Request: r, Ended: casefile.Ended{Reason: reason}})
	})
}

func (l *life) reopen() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.ReopenCase(l.ctx, l.as(access.Supervisor), casework.ReopenCaseInput{
			Request: r, Reopened: casefile.Reopened{Reason: "She came back and asked for help"}})
	})
}

// transfer hands the case over to the next house, which takes it on and soon finds
// that she has moved.
func (l *life) transfer() *life {
	to := houses[(l.house.number+1)%len(houses)]
	supervisor := access.Actor{Worker: to.workers[access.Supervisor][0], Role: access.Supervisor, Organisation: to.id}
	return l.decide(casefile.ForShare, casefile.Given).step(func(r casework.Request) (*casework.Change, error) {
		return l.s.TransferCase(l.ctx, l.overseer(), casework.TransferCaseInput{
			Request: r, ReferralSent: casefile.ReferralSent{OrganisationID: to.id}})
	}).step(func(r casework.Request) (*casework.Change, error) {
		answer, err := l.s.AnswerReferral(l.ctx, supervisor, casework.AnswerReferralInput{
			Request: r, ReferralAnswered: casefile.ReferralAnswered{ReferralID: l.state.Referrals()[0].ID, Accepted: true}})
		if err != nil {
			return nil, err
		}
		return &casework.Change{Case: answer.Case, Entry: answer.Entry}, nil
	}).step(func(r casework.Request) (*casework.Change, error) {
		return l.s.CloseCase(l.ctx, supervisor, casework.CloseCaseInput{Request: r, Ended: casefile.Ended{Reason: casefile.MovedInCountry}})
	})
}

// elsewhere is the house that is asked for what this one does not do, and its
// supervisor: both houses with an account ask each other.
func (l *life) elsewhere() (*house, access.Actor) {
	to := houses[0]
	if l.house == to {
		to = houses[1]
	}
	return to, access.Actor{Worker: to.workers[access.Supervisor][0], Role: access.Supervisor, Organisation: to.id}
}

// ask refers her to another house, with her consent.
func (l *life) ask() *life {
	to, _ := l.elsewhere()
	return l.decide(casefile.ForShare, casefile.Given).step(func(r casework.Request) (*casework.Change, error) {
		return l.s.SendReferral(l.ctx, l.as(l.role), casework.SendReferralInput{
			Request: r, ReferralSent: casefile.ReferralSent{OrganisationID: to.id, Service: "counselling_trauma", Need: "She asks for somebody to talk to, near where she lives"}})
	})
}

// accepted has the other house take the referral on.
func (l *life) accepted() *life {
	return l.there(func(there access.Actor, r casework.Request, referral string) (*casework.ReferralChange, error) {
		return l.s.AnswerReferral(l.ctx, there, casework.AnswerReferralInput{
			Request: r, ReferralAnswered: casefile.ReferralAnswered{ReferralID: referral, Accepted: true}})
	})
}

// given has the other house do what it was asked for.
func (l *life) given() *life {
	return l.there(func(there access.Actor, r casework.Request, referral string) (*casework.ReferralChange, error) {
		return l.s.CompleteReferral(l.ctx, there, casework.CompleteReferralInput{
			Request: r, ReferralCompleted: casefile.ReferralCompleted{ReferralID: referral}})
	})
}

// there takes a step of the other house in a referral, after which it may read the case
// no longer: so the state stays as this house last saw it.
func (l *life) there(ask func(access.Actor, casework.Request, string) (*casework.ReferralChange, error)) *life {
	_, there := l.elsewhere()
	return l.step(func(r casework.Request) (*casework.Change, error) {
		answer, err := ask(there, r, l.state.Referrals()[0].ID)
		if err != nil {
			return nil, err
		}
		return &casework.Change{Case: l.state, Entry: answer.Entry}, nil
	})
}

func (l *life) merge(into id.Case) *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.MergeCase(l.ctx, l.as(access.Supervisor), casework.MergeCaseInput{
			Request: r, MergedAway: casefile.MergedAway{IntoCaseID: into, Reason: "She came to two of our sites"}})
	})
}

// reverse takes the last entry back.
func (l *life) reverse() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.ReverseEntry(l.ctx, l.as(access.Supervisor), casework.ReverseEntryInput{
			Request: r, EntryID: l.entry.ID(), Reason: "Recorded in the wrong case"})
	})
}
