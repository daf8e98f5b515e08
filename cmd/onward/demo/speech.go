package demo

import (
	"fmt"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/legal"
	"onward/services/scholarship"
	"onward/services/track"
)

// The programme of the speech: how many lives have what, so that counting the
// histories of 2003–2006 gives its figures. None of these numbers is stored.
const (
	assisted           = 1481
	reintegrationGiven = 1288
	returned           = 121
	awardsWomen        = 152
	awardsGirls        = 180
	employed           = 202
	careerServed       = 68
	represented        = 130
	inCourt            = 35
	convicted          = 7

	// What is there beside them, and must not be counted.
	otherAwards     = 12 // of another class
	withoutEvidence = 25 // starts that nothing shows
	otherVerdicts   = 9
)

// The period of the speech. Its last days are left free, so that whatever is
// recorded late is recorded within it.
var (
	speechBegins = calendar.Date(2003, 1, 6)
	speechEnds   = calendar.Date(2006, 12, 20)
)

// lot of a life: what happens in it.
type fate struct {
	support, home, career, job, unproven bool
	women, girls, other                  int
	matters                              int
}

// fates deals the quotas out over all lives. Some lives have two awards or two
// matters, so that awards and matters are not persons.
func (w *writer) fates() []fate {
	all := make([]fate, assisted)
	deal := func(n, twice int, give func(*fate)) {
		lives := w.random.Perm(assisted)
		for i := range n - twice {
			give(&all[lives[i]])
		}
		for i := range twice {
			give(&all[lives[i]])
		}
	}
	deal(reintegrationGiven, 0, func(f *fate) { f.support = true })
	deal(returned, 0, func(f *fate) { f.home = true })
	deal(careerServed, 0, func(f *fate) { f.career = true })
	deal(awardsWomen, 5, func(f *fate) { f.women++ })
	deal(awardsGirls, 8, func(f *fate) { f.girls++ })
	deal(otherAwards, 0, func(f *fate) { f.other++ })
	deal(represented, 6, func(f *fate) { f.matters++ })
	jobs := w.random.Perm(assisted)
	for i, life := range jobs[:employed+withoutEvidence] {
		all[life].job, all[life].unproven = i < employed, i >= employed
	}
	return all
}

// speech tells the 1,481 lives.
func (w *writer) speech() error {
	court := 0
	for n, f := range w.fates() {
		opened := speechBegins + calendar.Day(w.between(0, 900))
		l := w.begin(fmt.Sprintf("speech-%d", n), n%len(organisations), opened, speechEnds)
		l.take(pick(w, casefile.VictimConfirmed, casefile.VictimPossible, casefile.AtRisk, casefile.AtRisk),
			pick(w, casefile.Low, casefile.Medium, casefile.High), usual)
		l.speechHelp(f)
		l.speechSchool(f)
		l.speechWork(f)
		court = l.speechCourt(f, court)
		l.speechReturn(f)
		l.last = calendar.Date(2007, 12, 20)
		l.on(max(l.day, speechEnds)).after(20, 300).close(pick(w, casefile.PeriodEnded, casefile.NoLongerNeeds, casefile.MovedInCountry, casefile.LostContact))
		if err := w.finish(l); err != nil {
			return err
		}
	}
	return nil
}

// speechHelp gives shelter to some and services to all; those of the group for
// reintegration only to those who are counted for it.
func (l *life) speechHelp(f fate) {
	if l.w.random.IntN(3) == 0 {
		l.after(0, 3).admit().after(3, 10).reach(track.SafetyPlanMade).after(3, 15).reach(track.NeedsAssessed)
		l.after(30, 120).reach(track.ReadyToLeave).after(1, 20).leave()
	}
	l.after(1, 20).serve(pick(l.w, "counselling_trauma", "counselling_generalist", "medical_support_access_care", "anti_trafficking_post_trafficking"))
	if f.support {
		l.after(3, 40).serve(pick(l.w, "anti_trafficking_community_reintegration", "financial_development_income_generation", "training_education_life_skills"))
	}
}

func (l *life) speechSchool(f fate) {
	school := func(class scholarship.Class) {
		l.after(5, 30).award(class).after(5, 25).enrol().after(60, 110).term("first")
		l.after(5, 60).endSchool(pick(l.w, scholarship.Graduated, scholarship.Graduated, scholarship.Withdrawn, scholarship.DroppedOut))
	}
	for range f.women {
		school(scholarship.Women)
	}
	for range f.girls {
		school(scholarship.GirlsSecondary)
	}
	for range f.other {
		school(scholarship.OtherClass)
	}
}

func (l *life) speechWork(f fate) {
	if f.career {
		l.after(2, 20).register().after(2, 10).reach(track.SkillsAssessed).after(5, 20).reach(track.TrainingStarted)
		l.after(20, 60).reach(track.TrainingCompleted).after(1, 10).reach(track.JobReady)
	}
	if f.unproven {
		l.after(5, 30).start("")
	}
	if !f.job {
		return
	}
	l.after(5, 30).start(pick(l.w, employment.Contract, employment.EmployerStated, employment.WorkplaceVisit))
	if l.day+92 <= l.last {
		l.after(88, 92).check(employment.Day90)
	}
	if l.w.random.IntN(3) == 0 {
		l.after(5, 60).separate()
	}
}

// speechCourt takes the first matters to court, and those of them that came to a
// verdict. It returns how many are in court by then.
func (l *life) speechCourt(f fate, court int) int {
	for range f.matters {
		l.after(2, 15).reach(track.Represented)
		if l.err != nil {
			return court
		}
		matter := legal.Step{MatterID: l.state.Matters()[len(l.state.Matters())-1].ID}
		if court >= inCourt {
			continue
		}
		l.after(5, 40).reachStep(track.ComplaintFiled, matter).after(5, 60).reachStep(track.ReferredToCourt, matter)
		verdict := legal.Conviction
		if court >= convicted {
			verdict = pick(l.w, legal.Acquittal, legal.Discharge, legal.Compromised)
		}
		if court < convicted+otherVerdicts {
			matter.Verdict = verdict
			l.after(20, 60).reachStep(track.VerdictGiven, matter)
		}
		court++
	}
	return court
}

func (l *life) speechReturn(f fate) {
	if !f.home {
		return
	}
	l.after(3, 20).reach(track.FamilyCommunityAssessed).after(3, 30).goHome()
	home := l.day
	for _, p := range track.FollowUpPoints[:2] {
		if due := home.AddMonths(p.Months()); due <= l.last {
			l.on(due).followUp(p, l.w.random.IntN(8) > 0)
		}
	}
}
