package demo

import (
	"fmt"
	"slices"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/track"
)

// stalls tell lives that have stalled: each leaves one thing undone that was due
// some days ago, and everything else well.
var stalls = []func(l *life, daysAgo int){
	(*life).stallNoOwner, (*life).stallNeverAssessed, (*life).stallNoContact, (*life).stallAction, (*life).stallShelter,
	(*life).stallEnrolment, (*life).stallJob, (*life).stallCourt, (*life).stallRetention, (*life).stallFollowUp,
}

// wells tell lives that go well, in every status.
var wells = []func(l *life){
	(*life).wellReferred, (*life).wellIntake, (*life).wellCrisis, (*life).wellSheltered, (*life).wellSchool, (*life).wellReady,
	(*life).wellPlaced, (*life).wellHome, (*life).wellFollowUp, (*life).wellHeld, (*life).wellClosed, (*life).wellDeclined,
	(*life).wellTransferred, (*life).wellAwarded,
}

// ownCases is how many of the living cases are the first organisation's, whose
// accounts the demo hands out.
const ownCases = 96

// living tells the caseload of the last 18 months: in the first organisation
// every way to stall, three times long ago and once since today, and every
// status; in the others a mixture.
func (w *writer) living() error {
	if err := w.flush(); err != nil { // a MERGED case needs the other one on the desk
		return err
	}
	n := 0
	tell := func(org int, story func(*life)) error {
		l := w.begin(fmt.Sprintf("living-%d", n), org, 0, w.o.Today)
		n++
		story(l)
		return w.finish(l)
	}
	for _, stall := range stalls {
		for _, daysAgo := range []int{w.between(5, 20), w.between(20, 40), w.between(40, 60), 1} {
			if err := tell(0, func(l *life) { stall(l, daysAgo) }); err != nil {
				return err
			}
		}
	}
	if err := w.duplicates(tell); err != nil {
		return err
	}
	for n < ownCases {
		if err := tell(0, wells[n%len(wells)]); err != nil {
			return err
		}
	}
	for n < livingCases {
		org := 1 + n%(len(organisations)-1)
		story := wells[w.random.IntN(len(wells))]
		if w.random.IntN(4) == 0 {
			stall, daysAgo := stalls[w.random.IntN(len(stalls))], w.between(2, 60)
			story = func(l *life) { stall(l, daysAgo) }
		}
		if err := tell(org, story); err != nil {
			return err
		}
	}
	return nil
}

// duplicates tells two persons who came twice: the second case of each is MERGED
// into the first.
func (w *writer) duplicates(tell func(int, func(*life)) error) error {
	for range 2 {
		var first *life
		if err := tell(0, func(l *life) { l.wellCrisis(); first = l }); err != nil {
			return err
		}
		if err := tell(0, func(l *life) { l.before(40).taken().on(w.ago(20)).merge(first.at) }); err != nil {
			return err
		}
	}
	return nil
}

// ago returns the day some days before today.
func (w *writer) ago(days int) calendar.Day { return w.o.Today - calendar.Day(days) }

// before sets the day of the opening, some days before today.
func (l *life) before(days int) *life { return l.on(l.w.ago(days)) }

// taken takes the case to its plan. A few have not consented to REPORTING, and
// every third is open to a partner's application.
func (l *life) taken() *life {
	consents := slices.Clone(usual)
	if l.w.random.IntN(12) == 0 {
		consents = consents[:1]
	}
	if l.w.random.IntN(3) == 0 {
		consents = append(consents, casefile.ForPartnerApp)
	}
	return l.take(pick(l.w, casefile.VictimConfirmed, casefile.VictimPossible, casefile.AtRisk), casefile.Medium, consents)
}

// assessed takes the case to its plan and assesses her.
func (l *life) assessed() *life { return l.taken().after(2, 8).reach(track.FamilyCommunityAssessed) }

// well ends a story: somebody has been in contact within the last days.
func (l *life) well() {
	l.on(max(l.day, l.w.ago(l.w.between(0, 9)))).serve(pick(l.w, "counselling_generalist", "training_education_life_skills", "social_work_case_work_generalist"))
}

func (l *life) stallNoOwner(daysAgo int) {
	l.before(daysAgo+2).refer(casefile.VictimPossible, "", usual)
}

func (l *life) stallNeverAssessed(daysAgo int) {
	l.before(daysAgo + 14).taken().well()
}

func (l *life) stallNoContact(daysAgo int) {
	l.before(daysAgo + 50).assessed().on(l.w.ago(daysAgo + 30)).serve("counselling_generalist")
}

func (l *life) stallAction(daysAgo int) {
	l.before(daysAgo+40).assessed().after(1, 10).plan(l.w.ago(daysAgo)).well()
}

func (l *life) stallShelter(daysAgo int) {
	l.before(daysAgo + 200).assessed().on(l.w.ago(daysAgo + 180)).admit().well()
}

func (l *life) stallEnrolment(daysAgo int) {
	l.before(daysAgo + 60).assessed().on(l.w.ago(daysAgo + 30)).award(scholarship.Women).well()
}

func (l *life) stallJob(daysAgo int) {
	l.before(daysAgo+160).assessed().after(1, 20).register().on(l.w.ago(daysAgo + 90)).reach(track.JobReady).well()
}

func (l *life) stallCourt(daysAgo int) {
	l.before(daysAgo + 210).assessed().on(l.w.ago(daysAgo + 180)).reach(track.Represented).well()
}

func (l *life) stallRetention(daysAgo int) {
	l.before(daysAgo + 140).assessed().on(l.w.ago(daysAgo + 90 + employment.WindowDays)).start(employment.Contract).well()
}

// stallFollowUp returns her so that a follow-up was due on the very day. Not
// every day lies a number of months after another, so it tries all three.
func (l *life) stallFollowUp(daysAgo int) {
	due := l.w.ago(daysAgo) - reintegration.WindowDays
	for i, p := range track.FollowUpPoints {
		for home := due - calendar.Day(31*p.Months()); home < due; home++ {
			if home.AddMonths(p.Months()) != due {
				continue
			}
			l.on(home - 60).assessed().on(home).goHome()
			for _, done := range track.FollowUpPoints[:i] {
				l.on(home.AddMonths(done.Months())).followUp(done, true)
			}
			l.well()
			return
		}
	}
}

func (l *life) wellReferred() {
	l.before(l.w.between(0, 2)).refer(casefile.VictimPossible, l.owner(), usual)
}

func (l *life) wellIntake() {
	l.before(l.w.between(2, 8)).refer(casefile.AtRisk, l.owner(), usual).after(0, 1).accept()
}

func (l *life) wellCrisis() { l.before(l.w.between(30, 150)).assessed().well() }

func (l *life) wellSheltered() {
	l.before(l.w.between(60, 160)).assessed().after(0, 5).admit().after(2, 5).reach(track.SafetyPlanMade).after(5, 20).phase(casefile.Transition)
	l.plan(l.w.o.Today + calendar.Day(l.w.between(3, 30))).well()
}

func (l *life) wellSchool() {
	l.before(l.w.between(150, 300)).assessed().after(5, 20).award(pick(l.w, scholarship.Women, scholarship.GirlsSecondary)).after(5, 20).enrol()
	l.after(60, 80).term("2025-26/2").well()
}

func (l *life) wellAwarded() {
	l.before(l.w.between(40, 90)).assessed().on(l.w.ago(l.w.between(3, 20))).award(scholarship.Women).well()
}

func (l *life) wellReady() {
	l.before(l.w.between(120, 200)).assessed().after(5, 15).register().after(3, 10).reach(track.SkillsAssessed)
	l.on(l.w.ago(l.w.between(5, 60))).reach(track.JobReady).phase(casefile.Transition).well()
}

func (l *life) wellPlaced() {
	l.before(l.w.between(150, 250)).assessed().after(5, 15).register().after(3, 10).reach(track.JobReady)
	l.on(l.w.ago(l.w.between(85, 100))).start(pick(l.w, employment.Contract, employment.Payslip)).well()
}

func (l *life) wellHome() {
	l.before(l.w.between(100, 200)).assessed().phase(casefile.ReintegrationPhase).on(l.w.ago(l.w.between(10, 80))).goHome().well()
}

func (l *life) wellFollowUp() {
	l.before(l.w.between(200, 300)).assessed().on(l.w.ago(l.w.between(100, 110))).goHome().after(1, 5).startFollowUp()
	l.on(l.w.ago(l.w.between(1, 9))).followUp(track.Month3, true)
}

func (l *life) wellHeld() {
	l.before(l.w.between(60, 120)).assessed().on(l.w.ago(l.w.between(1, 20))).hold(l.w.between(25, 80))
}

func (l *life) wellClosed() {
	l.before(l.w.between(200, 500)).assessed().after(20, 60).serve("family_support_family_support").after(10, 60)
	l.close(pick(l.w, casefile.NoLongerNeeds, casefile.MovedInCountry, casefile.PeriodEnded, casefile.LostContact))
}

func (l *life) wellDeclined() {
	l.before(l.w.between(20, 300)).refer(casefile.AtRisk, workerOf(l.org, access.ShelterStaff), usual).after(1, 6).decline()
}

func (l *life) wellTransferred() {
	l.before(l.w.between(100, 300)).assessed().after(20, 60).transfer((l.org + 1) % len(organisations))
}
