package demo

import (
	"onward/services/access"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/legal"
	"onward/services/scholarship"
	"onward/services/track"
)

// healthy lists stories of cases in which nothing is overdue: every status, every
// phase, and every state that a track can have.
var healthy = []story{
	{"referred", access.ShelterStaff, (*life).referred},
	{"intake", access.ShelterStaff, (*life).intake},
	{"crisis", access.Supervisor, (*life).crisis},
	{"in the shelter", access.ShelterStaff, (*life).inShelter},
	{"left the shelter", access.ShelterStaff, (*life).leftShelter},
	{"applied", access.ScholarshipOfficer, (*life).applied},
	{"awarded", access.ScholarshipOfficer, (*life).awarded},
	{"at school", access.ScholarshipOfficer, (*life).atSchool},
	{"graduated", access.ScholarshipOfficer, (*life).graduated},
	{"dropped out", access.ScholarshipOfficer, (*life).droppedOut},
	{"in training", access.CareerAdvisor, (*life).inTraining},
	{"job ready", access.CareerAdvisor, (*life).jobReady},
	{"offered", access.CareerAdvisor, (*life).offered},
	{"placed", access.CareerAdvisor, (*life).newlyPlaced},
	{"retained", access.CareerAdvisor, (*life).retained},
	{"a year in work", access.CareerAdvisor, (*life).yearInWork},
	{"separated", access.CareerAdvisor, (*life).separated},
	{"own business", access.CareerAdvisor, (*life).selfEmployed},
	{"represented", access.LegalOfficer, (*life).represented},
	{"in court", access.LegalOfficer, (*life).inCourt},
	{"verdict", access.LegalOfficer, (*life).verdict},
	{"just returned", access.ShelterStaff, (*life).justReturned},
	{"returned", access.ShelterStaff, (*life).returned},
	{"followed up", access.ShelterStaff, (*life).followedUp},
	{"stable", access.ShelterStaff, (*life).stable},
	{"on hold", access.Supervisor, (*life).held},
	{"intake on hold", access.ShelterStaff, (*life).heldIntake},
	{"closed", access.ShelterStaff, (*life).closed},
	{"goals met", access.ShelterStaff, (*life).goalsMet},
	{"declined", access.ShelterStaff, (*life).declined},
	{"transferred", access.Supervisor, (*life).transferred},
	{"reopened", access.Supervisor, (*life).reopened},
	{"corrected", access.CareerAdvisor, (*life).corrected},
}

// somewhat moves on to a day of a range of days before today.
func (l *life) somewhat(low, high int) *life { return l.before(l.between(low, high)) }

// planned writes a plan with an action that is due in the next weeks.
func (l *life) planned() *life { return l.plan(l.ago(-l.between(3, 30))) }

func (l *life) referred() { l.somewhat(0, 2).refer(casefile.VictimPossible, l.owner, usual) }

func (l *life) intake() {
	l.somewhat(2, 6).refer(casefile.AtRisk, l.owner, usual).after(0, 1).accept()
}

func (l *life) crisis() { l.somewhat(30, 150).assessed().after(1, 5).askHow().planned().heard() }

func (l *life) inShelter() {
	l.somewhat(60, 160).sheltered().after(5, 15).phase(casefile.Transition).planned().heard()
}

func (l *life) leftShelter() {
	l.somewhat(120, 300).sheltered().after(30, 60).reach(track.ReadyToLeave).after(1, 10).leave().phase(casefile.Transition).heard()
}

func (l *life) applied() { l.somewhat(40, 90).assessed().somewhat(3, 12).reach(track.Applied).heard() }

func (l *life) awarded() {
	l.somewhat(40, 90).assessed().somewhat(3, 20).award(l.class()).heard()
}

func (l *life) schooled() *life {
	return l.somewhat(240, 330).assessed().after(5, 20).award(l.class()).after(5, 20).enrol().after(10, 20).stipend()
}

func (l *life) atSchool() { l.schooled().after(40, 100).term().stipend().heard() }

func (l *life) graduated() {
	l.schooled().after(40, 100).term().stipend().after(10, 40).endSchool(scholarship.Graduated).heard()
}

func (l *life) droppedOut() {
	l.schooled().after(20, 60).endSchool(pick(l, scholarship.DroppedOut, scholarship.Withdrawn)).after(1, 5).review().heard()
}

func (l *life) inTraining() {
	l.somewhat(60, 120).skilled().after(5, 20).reach(track.TrainingStarted).heard()
}

func (l *life) jobReady() {
	l.somewhat(120, 200).skilled().somewhat(5, 60).reach(track.JobReady).phase(casefile.Transition).heard()
}

func (l *life) offered() {
	l.somewhat(120, 200).skilled().somewhat(30, 60).reach(track.JobReady)
	l.after(3, 10).reach(track.IntroducedToEmployer).after(2, 8).reach(track.Offered).heard()
}

// newlyPlaced works since a day that makes the check of day 90 due about now.
func (l *life) newlyPlaced() {
	l.somewhat(150, 250).skilled().after(5, 15).reach(track.JobReady).somewhat(91, 98).start().heard()
}

func (l *life) retained() {
	l.somewhat(260, 330).skilled().somewhat(192, 205).start()
	l.after(88, 95).check(employment.Day90, true).after(88, 95).check(employment.Day180, true).heard()
}

func (l *life) yearInWork() {
	l.somewhat(430, 500).skilled().somewhat(375, 390).start().after(88, 95).check(employment.Day90, true)
	l.after(88, 95).check(employment.Day180, true).after(180, 185).check(employment.Day365, true).heard()
}

func (l *life) separated() {
	l.somewhat(200, 300).skilled().somewhat(100, 150).start().after(88, 95).check(employment.Day90, true).after(1, 4).separate().after(1, 5).review().heard()
}

func (l *life) selfEmployed() { l.somewhat(120, 200).assessed().somewhat(20, 60).ownBusiness().heard() }

func (l *life) represented() {
	l.somewhat(170, 250).assessed().somewhat(20, 150).reach(track.Represented).after(3, 15).reach(track.ComplaintFiled).heard()
}

func (l *life) tried() *life {
	l.somewhat(260, 360).assessed().after(5, 20).reach(track.Represented).after(5, 20).reach(track.ComplaintFiled)
	return l.after(10, 40).reach(track.ReferredToCourt)
}

func (l *life) inCourt() { l.tried().heard() }

func (l *life) verdict() {
	l.tried().after(10, 30).reach(track.Trial).after(5, 30)
	l.reachStep(track.VerdictGiven, legal.Step{Verdict: pick(l, legal.Conviction, legal.Conviction, legal.Acquittal)}).heard()
}

func (l *life) justReturned() {
	l.somewhat(90, 150).assessed().phase(casefile.ReintegrationPhase).somewhat(4, 18).goHome().heard()
}

func (l *life) returned() {
	l.somewhat(120, 200).assessed().phase(casefile.ReintegrationPhase).somewhat(30, 80).goHome().askHow().planned().heard()
}

func (l *life) followedUp() {
	l.somewhat(160, 260).assessed().somewhat(100, 110).goHome().after(1, 5).startFollowUp()
	l.somewhat(1, 9).followUp(track.Month3, true).review()
}

// monthsHome returns her some days ago and follows up at three and six months. How
// she fares is measured before and after.
func (l *life) monthsHome(low, high int) *life {
	l.somewhat(high+40, high+90).assessed().askHow().measure(true).somewhat(low, high).goHome()
	home := l.day
	l.after(1, 5).startFollowUp()
	for _, p := range []track.FollowUpPoint{track.Month3, track.Month6} {
		l.on(home.AddMonths(p.Months())).followUp(p, true)
	}
	return l.measure(false)
}

func (l *life) stable() { l.monthsHome(190, 215).reach(track.Stable).review() }

func (l *life) goalsMet() { l.monthsHome(230, 320).after(5, 20).close(casefile.GoalsMet) }

func (l *life) held() { l.somewhat(60, 120).assessed().somewhat(1, 20).hold(l.between(25, 80)) }

func (l *life) heldIntake() {
	l.somewhat(10, 30).refer(casefile.VictimPossible, l.owner, usual).after(0, 2).accept().somewhat(1, 6).hold(l.between(10, 30))
}

func (l *life) closed() {
	l.somewhat(200, 500).assessed().after(3, 10).plan(l.day+30).after(5, 25).completePlan().after(10, 60)
	l.close(pick(l, casefile.NoLongerNeeds, casefile.MovedInCountry, casefile.PeriodEnded, casefile.LostContact))
}

func (l *life) declined() {
	l.somewhat(20, 300).refer(casefile.AtRisk, l.owner, usual).after(1, 6).decline("No place is free; referred on")
}

func (l *life) transferred() { l.somewhat(100, 300).assessed().after(20, 60).transfer() }

func (l *life) reopened() {
	l.somewhat(300, 400).assessed().after(20, 60).close(casefile.NoLongerNeeds).somewhat(40, 80).reopen().heard()
}

// corrected starts a job that was recorded in the wrong case, and then her own.
func (l *life) corrected() {
	l.somewhat(100, 200).skilled().somewhat(40, 70).start().after(1, 3).reverse().after(1, 10).start().heard()
}
