package demo

import (
	"math/rand/v2"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/legal"
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
	convictions        = 7

	// Of them:
	fromShelter  = 84 // of the returned
	returnedLate = 20 // so late that the sixth month lies beyond the period
	visitors     = 12 // served at the career centre without registering there
	jobsByCentre = 40 // of those who registered
	twiceWomen   = 5  // have two awards
	twiceGirls   = 8
	twiceMatters = 6

	// Beside them, and not to be counted:
	mistakenReturns = 4 // recorded in the wrong case, and reversed
	withoutEvidence = 25
	otherAwards     = 12 // of another class
	otherVerdicts   = 9
)

// How the work was done, which the speech does not say [J].
const (
	measured = 430 // by the reintegration index
	inGroups = 640 // took part in the sessions of a group
	cameBack = 40  // into a shelter, of those who had left one and not returned to their community
)

// plans is how soon, of the lives of a role in a house, one after another has its
// plan [J]. They are dealt out evenly: among the few people of a site, chance would
// leave many cells of a release too small to be shown.
var plans = []promptness{afterMonth, withinMonth, never, withinMonth, withinMonth, afterMonth, withinMonth, withinMonth, afterMonth, withinMonth}

// The period of the speech. Its last days are left free, so that what is
// recorded late is still recorded within it. The lives go on for a year.
var (
	speechBegins = calendar.Date(2003, 1, 6)
	speechEnds   = calendar.Date(2006, 12, 20)
	speechClosed = calendar.Date(2007, 12, 14)
)

// fate is what happens in a life of the programme.
type fate struct {
	sheltered, support, home, late, mistaken bool
	registered, visitor                      bool // at the career centre
	job, unproven                            bool
	women, girls, other                      int // awards
	matters                                  []matter
	plan                                     promptness
	measured, group, back                    bool
}

// promptness is how soon a life has its plan.
type promptness int

const (
	withinMonth promptness = iota
	afterMonth
	never
)

type matter struct {
	court   bool
	verdict legal.Verdict
}

// deal gives something to a number of lives, among those that may have it.
type deal struct {
	n     int
	among func(*fate) bool
	give  func(*fate)
}

func anybody(*fate) bool { return true }

// deals deal the quotas out, each on what those before it have dealt.
var deals = []deal{
	{assisted / 3, anybody, func(f *fate) { f.sheltered = true }},
	{reintegrationGiven, anybody, func(f *fate) { f.support = true }},
	{fromShelter, func(f *fate) bool { return f.mayReturn() && f.sheltered }, func(f *fate) { f.home = true }},
	{returned - fromShelter, func(f *fate) bool { return f.mayReturn() && !f.sheltered }, func(f *fate) { f.home = true }},
	{returnedLate, func(f *fate) bool { return f.home }, func(f *fate) { f.late = true }},
	{mistakenReturns, func(f *fate) bool { return !f.home }, func(f *fate) { f.mistaken = true }},
	{visitors, anybody, func(f *fate) { f.visitor = true }},
	{careerServed - visitors, func(f *fate) bool { return !f.visitor }, func(f *fate) { f.registered = true }},
	{jobsByCentre, func(f *fate) bool { return f.registered }, func(f *fate) { f.job = true }},
	{employed - jobsByCentre, func(f *fate) bool { return !f.registered }, func(f *fate) { f.job = true }},
	{withoutEvidence, func(f *fate) bool { return !f.job }, func(f *fate) { f.unproven = true }},
	{awardsWomen - twiceWomen, func(f *fate) bool { return !f.registered }, func(f *fate) { f.women++ }},
	{twiceWomen, func(f *fate) bool { return f.women == 1 && !f.job }, func(f *fate) { f.women++ }},
	{awardsGirls - twiceGirls, (*fate).atHome, func(f *fate) { f.girls++ }},
	{twiceGirls, func(f *fate) bool { return f.girls == 1 }, func(f *fate) { f.girls++ }},
	{otherAwards, (*fate).atHome, func(f *fate) { f.other++ }},
	{represented - twiceMatters, anybody, func(f *fate) { f.matters = append(f.matters, matter{}) }},
	{twiceMatters, func(f *fate) bool { return len(f.matters) == 1 }, func(f *fate) { f.matters = append(f.matters, matter{}) }},
	{returned, func(f *fate) bool { return f.home }, func(f *fate) { f.measured = true }},
	{measured - returned, func(f *fate) bool { return f.plan != never && !f.home }, func(f *fate) { f.measured = true }},
	{inGroups, func(f *fate) bool { return f.support }, func(f *fate) { f.group = true }},
	{cameBack, func(f *fate) bool { return f.sheltered && !f.home }, func(f *fate) { f.back = true }},
}

// atHome reports whether neither work nor school takes her time yet.
func (f *fate) atHome() bool {
	return !f.registered && !f.job && !f.unproven && f.women+f.girls+f.other == 0
}

// mayReturn reports whether somebody has prepared her return with her.
func (f *fate) mayReturn() bool { return f.support && f.plan != never }

// dealt deals the quotas out over all lives of the programme.
func dealt() []fate {
	random := rand.New(rand.NewPCG(assisted, reintegrationGiven))
	all := make([]fate, assisted)
	for n := range all {
		all[n].plan = plans[n/len(houses)/len(owners)%len(plans)]
	}
	for _, d := range deals {
		left := d.n
		for _, i := range random.Perm(assisted) {
			if left > 0 && d.among(&all[i]) {
				d.give(&all[i])
				left--
			}
		}
	}
	dealCourt(random, all)
	return all
}

// dealCourt says which matters come to court, and to which verdict. All convictions
// are of the first organisation: shared with others, so small a figure would be
// withheld from those who know how many of them are their own.
func dealCourt(random *rand.Rand, all []fate) {
	var matters, first []*matter
	for i := range all {
		for j := range all[i].matters {
			if i%len(houses) == 0 && len(first) < convictions {
				first = append(first, &all[i].matters[j])
			} else {
				matters = append(matters, &all[i].matters[j])
			}
		}
	}
	random.Shuffle(len(matters), func(i, j int) { matters[i], matters[j] = matters[j], matters[i] })
	matters = append(first, matters...)
	others := []legal.Verdict{legal.Acquittal, legal.Discharge, legal.Compromised}
	for i, m := range matters[:inCourt] {
		m.court = true
		switch {
		case i < convictions:
			m.verdict = legal.Conviction
		case i < convictions+otherVerdicts:
			m.verdict = others[i%len(others)]
		}
	}
}

// speechLives is how many lives of the programme are told at one desk.
const speechLives = 250

// speechLots tells the programme, and beside it the cases that must not count.
func speechLots() []lot {
	fates := dealt()
	var lots []lot
	for from := 0; from < assisted; from += speechLives {
		to := min(from+speechLives, assisted)
		lots = append(lots, lot{lives: to - from + 1, tell: func(d *desk) error {
			return d.tellSpeech(from, fates[from:to])
		}})
	}
	return append(lots, besideLot())
}

// tellSpeech tells lives of the programme. One of each lot came twice.
func (d *desk) tellSpeech(from int, fates []fate) error {
	for i, f := range fates {
		n := from + i
		l, err := d.live("speech", n, houses[n%len(houses)], story{"speech", ownerOf(n), f.tell})
		if err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		twin := story{"duplicate", access.ShelterStaff, func(t *life) { t.tellTwin(l) }}
		if _, err := d.live("speech-twin", n, l.house, twin); err != nil {
			return err
		}
	}
	return nil
}

// owners are the roles over which the cases are spread. None is owned at a career
// centre: services given at the site of the case would count as the centre's.
var owners = []access.Role{access.ShelterStaff, access.ShelterStaff, access.ScholarshipOfficer, access.LegalOfficer, access.Supervisor}

func ownerOf(n int) access.Role { return owners[n/len(houses)%len(owners)] }
