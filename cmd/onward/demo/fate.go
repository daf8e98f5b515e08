package demo

import (
	"cmp"
	"slices"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/legal"
	"onward/services/scholarship"
	"onward/services/track"
)

// Services that any life may have, and those that only the lives with support
// for reintegration have, by the groups of the taxonomy.
var (
	otherServices = []string{"counselling_trauma", "counselling_generalist", "medical_support_access_care",
		"anti_trafficking_post_trafficking", "social_work_case_work_generalist"}
	reintegrationServices = []string{"anti_trafficking_community_reintegration", "financial_development_income_generation",
		"training_education_life_skills", "family_based_care_family_reunification", "training_education_vocational"}
)

// tell tells a life of the programme: what counts, within the period, and then
// what comes of it.
func (f fate) tell(l *life) {
	l.person, l.last = f.whom(l), speechEnds
	room := int(speechEnds-speechBegins) - f.span()
	opened := speechBegins + calendar.Day(l.between(0, room))
	if f.late {
		opened = speechBegins + calendar.Day(room)
	}
	l.on(opened).take(pick(l, casefile.VictimConfirmed, casefile.VictimPossible, casefile.AtRisk, casefile.AtRisk),
		pick(l, casefile.Low, casefile.Medium, casefile.Medium, casefile.High), usual)
	if l.chance(2) {
		l.after(0, 3).askHow()
	}
	f.help(l)
	f.school(l)
	f.work(l)
	f.court(l)
	f.goHome(l)
	l.last = speechClosed
	l.followThrough(f)
	l.end()
}

// span is how many days the steps of a fate take at most, from the opening to
// the last that counts.
func (f fate) span() int {
	days := 5 + 3 + 20 + 225*(f.women+f.girls+f.other)
	for _, part := range []struct {
		has  bool
		days int
	}{
		{f.sheltered, 168}, {f.support, 40}, {f.registered, 120}, {f.visitor, 20}, {f.job, 40}, {f.unproven, 30}, {f.mistaken, 23},
		{f.home, 50}, {f.home && !f.late, 190}, {f.plan == withinMonth, 14}, {f.plan == afterMonth, 77}, {f.measured, 14},
	} {
		if part.has {
			days += part.days
		}
	}
	for _, m := range f.matters {
		days += 15
		if m.court {
			days += 180
		}
	}
	return days
}

// help gives shelter to some, a plan to most and services to all.
func (f fate) help(l *life) {
	if f.sheltered {
		l.after(0, 3).admit()
	}
	f.promptly(l)
	if f.sheltered {
		l.after(3, 10).reach(track.SafetyPlanMade).after(3, 15).reach(track.NeedsAssessed)
	}
	f.belatedly(l)
	if f.measured {
		l.after(0, 14).measure(true)
	}
	if f.sheltered {
		l.after(30, 120).reach(track.ReadyToLeave).after(1, 20).leave()
	}
	l.after(1, 20).serve(pick(l, otherServices...))
	if f.support {
		l.after(3, 40).serve(pick(l, reintegrationServices...))
	}
}

// promptly writes the plan within a month of the opening.
func (f fate) promptly(l *life) {
	if f.plan == withinMonth {
		l.after(1, 12).agreed()
	}
}

// belatedly writes the plan when the month is over.
func (f fate) belatedly(l *life) {
	if f.plan == afterMonth && l.err == nil {
		l.on(max(l.day, l.state.OpenedOn+calendar.Day(l.between(31, 75)))).agreed()
	}
}

func (f fate) school(l *life) {
	for _, a := range []struct {
		class scholarship.Class
		n     int
	}{{scholarship.Women, f.women}, {scholarship.GirlsSecondary, f.girls}, {scholarship.OtherClass, f.other}} {
		for range a.n {
			l.after(5, 30).award(a.class).after(5, 25).enrol().after(15, 35).stipend()
			switch {
			case l.chance(9):
				l.after(5, 130).endSchool(pick(l, scholarship.Withdrawn, scholarship.DroppedOut))
			case l.chance(12):
				l.after(45, 75).checked(scholarship.NotEnrolled).after(2, 20).endSchool(scholarship.DroppedOut)
			default:
				l.after(45, 75).term().stipend().after(5, 60).endSchool(scholarship.Graduated)
			}
		}
	}
}

func (f fate) work(l *life) {
	if f.registered {
		l.after(2, 20).register().after(2, 10).reach(track.SkillsAssessed).after(5, 20).reach(track.TrainingStarted)
		l.after(20, 60).reach(track.TrainingCompleted).after(1, 10).reach(track.JobReady)
	}
	if f.visitor {
		l.after(2, 20).serveAt(l.site(directory.CareerCentre), "training_education_supplementary")
	}
	if f.unproven {
		l.after(5, 30).job("")
	}
	switch {
	case f.job && l.chance(5):
		l.after(5, 30).ownBusiness()
	case f.job && f.registered:
		l.after(2, 10).reach(track.Offered).after(5, 30).start()
	case f.job:
		l.after(5, 30).start()
	}
}

// court begins each matter, and takes some of them to court and to a verdict.
func (f fate) court(l *life) {
	for _, m := range f.matters {
		l.after(2, 15).reach(track.Represented)
		if !m.court || l.err != nil {
			continue
		}
		step := legal.Step{MatterID: l.state.Legal().Matters[len(l.state.Legal().Matters)-1].ID()}
		l.after(5, 40).reachStep(track.ComplaintFiled, step).after(5, 60).reachStep(track.ReferredToCourt, step)
		if m.verdict != "" {
			l.after(5, 20).reachStep(track.Trial, step)
			step.Verdict = m.verdict
			l.after(20, 60).reachStep(track.VerdictGiven, step)
		}
	}
}

func (f fate) goHome(l *life) {
	if f.mistaken {
		l.after(3, 20).goHome().after(1, 3).reverse()
	}
	if f.home {
		l.after(3, 20).reach(track.FamilyCommunityAssessed).after(3, 30).goHome().monitor()
	}
}

// visit is something to do when its day comes.
type visit struct {
	on  calendar.Day
	pay func()
}

// followThrough pays the visits that follow from what the life has come to, in
// the order of their days. What was due long before is not done any more.
func (l *life) followThrough(f fate) {
	if l.err != nil {
		return
	}
	visits := slices.Concat(l.returnVisits(), l.retentionVisits(), f.groupVisits(l), f.measureVisits(l), f.backVisits(l))
	slices.SortStableFunc(visits, func(a, b visit) int { return cmp.Compare(a.on, b.on) })
	for _, v := range visits {
		if v.on+employment.WindowDays < l.day || v.on > l.last {
			continue
		}
		l.on(max(l.day, v.on))
		v.pay()
	}
}

// returnVisits hear how she is after the return. Once she is not safe she comes
// back to a shelter, or somebody else takes over, and there are no more.
func (l *life) returnVisits() []visit {
	home, ok := l.state.Reintegration.Current()
	if !ok {
		return nil
	}
	safe := true
	var visits []visit
	for _, p := range track.FollowUpPoints {
		on := home.ReturnedOn.AddMonths(p.Months()) + calendar.Day(l.between(-10, 10))
		visits = append(visits, visit{on, func() {
			if !safe {
				return
			}
			safe = !l.chance(8)
			l.followUp(p, safe)
			switch {
			case !safe && p != track.Month12 && !l.chance(3):
				l.after(1, 30).comeBack()
			case p == track.Month6 && safe && !l.chance(3):
				l.reach(track.Stable)
			}
		}})
	}
	return visits
}

// retentionVisits check whether she still works where she started last. Every
// third one has left on some day of the first year.
func (l *life) retentionVisits() []visit {
	if len(l.state.Employment().Placements) == 0 {
		return nil
	}
	job, gone := l.state.Employment().Placements[len(l.state.Employment().Placements)-1], false
	var visits []visit
	for _, p := range employment.Points {
		visits = append(visits, visit{job.StartedOn + calendar.Day(p.Days()+l.between(-5, 10)), func() {
			if !gone {
				gone = l.chance(12)
				l.check(p, !gone)
			}
		}})
	}
	if !l.chance(3) {
		return visits
	}
	return append(visits, visit{job.StartedOn + calendar.Day(l.between(10, 360)), func() {
		if !gone {
			gone = true
			l.separate()
		}
	}})
}

// groupVisits are some sessions of the group of her house, one after another.
func (f fate) groupVisits(l *life) []visit {
	if !f.group {
		return nil
	}
	var visits []visit
	on := l.day
	for range l.between(2, 4) {
		on = l.house.meets(on + 1)
		visits = append(visits, visit{on, l.attend})
	}
	return visits
}

// measureVisits measure again how she fares, half a year after the first time and
// for some half a year later. One in six is not found any more.
func (f fate) measureVisits(l *life) []visit {
	if !f.measured || l.chance(6) {
		return nil
	}
	again := visit{max(l.day, l.state.Assessments()[0].On+calendar.Day(l.between(150, 210))), func() { l.measure(false) }}
	if !l.chance(3) {
		return []visit{again}
	}
	return []visit{again, {again.on + calendar.Day(l.between(150, 210)), again.pay}}
}

// backVisits take her into a shelter once more.
func (f fate) backVisits(l *life) []visit {
	if !f.back {
		return nil
	}
	left, _ := l.state.Shelter().Milestones.Find(len(l.state.Shelter().Stays)-1, track.Left)
	return []visit{{max(l.day, left.On+calendar.Day(l.between(20, 500))), func() { l.comeBack() }}}
}

// end closes the case, or hands it over.
func (l *life) end() {
	if l.err != nil {
		return
	}
	l.after(10, 120)
	switch {
	case l.state.Reintegration.FollowedUp(track.Month6):
		l.close(casefile.GoalsMet)
	case l.chance(50):
		l.transfer()
	default:
		l.close(pick(l, casefile.PeriodEnded, casefile.NoLongerNeeds, casefile.NoLongerNeeds, casefile.MovedInCountry, casefile.LostContact))
	}
}
