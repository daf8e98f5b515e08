package demo

import (
	"math/rand/v2"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/track"
)

// The living caseload: of the last 18 months, in all houses. The first house,
// which has the accounts, has more of it than any other.
const (
	livingCases = 240
	ownCases    = 112
	twins       = 2 // people of the first house who came twice
)

// longAgo are the ranges of days for which the stalled cases of the first house
// have been overdue. One more of each kind is overdue only since today: its last
// day was yesterday.
var longAgo = [][2]int{{5, 20}, {20, 40}, {40, 60}}

// livingLots tells the living caseload at one desk.
func livingLots() []lot {
	return []lot{{lives: livingCases, living: true, tell: (*desk).tellLiving}}
}

// tellLiving tells in the first house every way to stall, three times long ago
// and once since today, and every way to be well; in the others a mixture.
func (d *desk) tellLiving() error {
	n := 0
	tell := func(h *house, s story) (*life, error) {
		l, err := d.live("living", n, h, s.sentOn())
		n++
		return l, err
	}
	for _, s := range ownStories() {
		if _, err := tell(houses[0], s); err != nil {
			return err
		}
	}
	for range twins {
		first, err := tell(houses[0], story{"first", access.ShelterStaff, (*life).crisis})
		if err != nil {
			return err
		}
		if _, err := tell(houses[0], story{"twin", access.ShelterStaff, func(l *life) {
			l.person = first.person
			l.before(25).taken().after(1, 5).merge(first.id)
		}}); err != nil {
			return err
		}
	}
	random := rand.New(rand.NewPCG(livingCases, ownCases))
	for n < livingCases {
		if _, err := tell(houses[1+n%(len(houses)-1)], anyStory(random, 4)); err != nil {
			return err
		}
	}
	return nil
}

// sent says of some stories how far the referral of their people to another house is.
// Lives for load tests, which have the same stories, have none.
var sent = map[string]func(*life){
	"job ready":        func(l *life) { l.on(max(l.day, l.ago(1))).ask() },
	"left the shelter": func(l *life) { l.ask().after(0, 2).accepted() },
	"at school":        func(l *life) { l.ask().after(0, 2).accepted().after(0, 3).given() },
	"represented":      func(l *life) { l.ask().after(0, 2).accepted().after(0, 3).given() },
}

// sentOn adds to a story that she is referred to another house, where she is.
func (s story) sentOn() story {
	on, ok := sent[s.name]
	if !ok {
		return s
	}
	return story{s.name, s.role, func(l *life) {
		s.tell(l)
		on(l)
	}}
}

// ownStories lists the stories of the first house but for the twins.
func ownStories() []story {
	var all []story
	for _, u := range undone {
		for _, days := range longAgo {
			all = append(all, u.since(days[0], days[1]))
		}
		all = append(all, u.since(1, 1))
	}
	for n := 0; len(all) < ownCases-2*twins; n++ {
		all = append(all, healthy[n%len(healthy)])
	}
	return all
}

// anyStory is the story of somebody who has stalled, once in a number of times,
// or else of somebody who is well.
func anyStory(random *rand.Rand, once int) story {
	if random.IntN(once) == 0 {
		return undone[random.IntN(len(undone))].since(2, 60)
	}
	return healthy[random.IntN(len(healthy))]
}

// taken takes the case to an approved plan, within two weeks.
func (l *life) taken() *life { return l.planless().after(1, 4).agreed() }

// planless takes the case to where its plan is to be written. A few have not consented to REPORTING, and
// every third is open to a partner's application.
func (l *life) planless() *life {
	consents := usual
	switch {
	case l.number%12 == 5:
		consents = servicesOnly
	case l.number%3 == 0:
		consents = open
	}
	risk := pick(l, casefile.Low, casefile.Medium, casefile.Medium, casefile.High)
	return l.take(pick(l, casefile.VictimConfirmed, casefile.VictimPossible, casefile.AtRisk), risk, consents)
}

// assessed takes the case to its plan and assesses her family and community.
func (l *life) assessed() *life {
	return l.taken().after(2, 8).reach(track.FamilyCommunityAssessed).served()
}

// skilled takes the case to a career centre that knows what she can do.
func (l *life) skilled() *life {
	return l.taken().after(1, 6).register().after(1, 5).reach(track.SkillsAssessed).served()
}

// sheltered takes the case to a shelter that knows what she needs.
func (l *life) sheltered() *life {
	return l.taken().after(0, 3).admit().after(1, 4).reach(track.SafetyPlanMade).after(1, 5).reach(track.NeedsAssessed).served()
}

// served gives her the services of the first weeks, where the lot asks for some.
func (l *life) served() *life {
	for range l.services {
		l.after(0, 2).serve(pick(l, otherServices...))
	}
	return l
}

// heard ends a story well: within the last days somebody has been in contact,
// assessed her again where that was due, and reviewed the plan.
func (l *life) heard() {
	l.on(max(l.day, l.ago(l.between(0, 9)))).reassessed().contacted()
}

// reassessed screens her risk again where the last assessment is long ago.
func (l *life) reassessed() *life {
	if l.err == nil && !l.state.ReassessedOn.IsZero() && l.state.ReassessedOn+reassessmentDays < l.o.Today+10 {
		return l.screen()
	}
	return l
}

// contacted reviews the plan where that is due, and is in contact with her.
func (l *life) contacted() {
	if l.err == nil && l.state.Plan.InForce() && l.state.Plan.ReviewOn < l.o.Today+10 {
		l.review()
	}
	if l.chance(3) {
		l.followUp(track.Unscheduled, true)
		return
	}
	l.serve(pick(l, "counselling_generalist", "training_education_life_skills", "social_work_case_work_generalist"))
}
