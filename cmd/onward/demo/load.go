package demo

import (
	"math/rand/v2"
	"slices"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/scholarship"
	"onward/services/track"
)

// loadLives is how many lives for load tests are told at one desk: it bounds
// what is in memory.
const loadLives = 500

// loadLots tells lives for load tests, of the last three years: most of them
// closed, some going well, and one in ten with something undone.
func loadLots(n int) []lot {
	var lots []lot
	for from := 0; from < n; from += loadLives {
		to := min(from+loadLives, n)
		lots = append(lots, lot{lives: to - from, tell: func(d *desk) error { return d.tellLoad(from, to) }})
	}
	return lots
}

func (d *desk) tellLoad(from, to int) error {
	random := rand.New(rand.NewPCG(loadLives, uint64(from)))
	for n := from; n < to; n++ {
		if _, err := d.live("load", n, houses[n%len(houses)], loadStory(random)); err != nil {
			return err
		}
	}
	return nil
}

// short are the stories that are over after a few entries: a load test wants
// histories of some length.
var short = []string{"referred", "intake", "intake on hold", "declined", "nobody owns the case", "referral unanswered", "never assessed"}

func loadStory(random *rand.Rand) story {
	if random.IntN(10) < 6 {
		return past[random.IntN(len(past))]
	}
	for {
		s := anyStory(random, 4)
		if slices.Contains(short, s.name) {
			continue
		}
		return story{s.name, s.role, func(l *life) {
			l.services = l.between(1, 3)
			s.tell(l)
		}}
	}
}

// past lists stories of cases that were closed within the last years.
var past = []story{
	{"past in work", access.CareerAdvisor, (*life).pastInWork},
	{"past at school", access.ScholarshipOfficer, (*life).pastAtSchool},
	{"past in the shelter", access.ShelterStaff, (*life).pastInShelter},
	{"past in court", access.LegalOfficer, (*life).pastInCourt},
}

// longGone moves on to a day that leaves time for a whole life since.
func (l *life) longGone() *life { return l.somewhat(420, 1095) }

// over closes the case after some last services.
func (l *life) over() {
	l.after(3, 20).serve("training_education_vocational").after(10, 60).serve("family_support_family_support")
	l.after(5, 30).close(pick(l, casefile.NoLongerNeeds, casefile.PeriodEnded, casefile.MovedInCountry))
}

func (l *life) pastInWork() {
	l.longGone().skilled().after(3, 20).start().after(88, 95).check(employment.Day90, true).over()
}

func (l *life) pastAtSchool() {
	l.longGone().assessed().after(3, 20).award(l.class()).after(5, 20).enrol().after(60, 90).endSchool(scholarship.Graduated).over()
}

func (l *life) pastInShelter() {
	l.longGone().sheltered().after(30, 60).reach(track.ReadyToLeave).after(1, 10).leave().over()
}

func (l *life) pastInCourt() {
	l.longGone().assessed().after(3, 20).reach(track.Represented).after(5, 40).reach(track.ReferredToCourt).over()
}
