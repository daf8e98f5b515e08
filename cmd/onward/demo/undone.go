package demo

import (
	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/employment"
	"onward/services/reintegration"
	"onward/services/track"
)

// stalled is a story of somebody who has stalled: it leaves one thing undone
// that was due some days ago, and everything else well.
type stalled struct {
	name string
	role access.Role
	tell func(l *life, daysAgo int)
}

// undone lists them: one for each stall rule, and of MILESTONE_DWELL one for each
// milestone that is waited for.
var undone = []stalled{
	{"nobody owns the case", access.ShelterStaff, (*life).noOwner},
	{"referral unanswered", access.ShelterStaff, (*life).referralUnanswered},
	{"never assessed", access.ShelterStaff, (*life).neverAssessed},
	{"reassessment due", access.Supervisor, (*life).reassessmentDue},
	{"no approved plan", access.ShelterStaff, (*life).noApprovedPlan},
	{"no contact", access.ShelterStaff, (*life).noContact},
	{"action overdue", access.Supervisor, (*life).actionOverdue},
	{"not ready to leave", access.ShelterStaff, (*life).notReadyToLeave},
	{"not enrolled", access.ScholarshipOfficer, (*life).notEnrolled},
	{"without a job", access.CareerAdvisor, (*life).withoutJob},
	{"not in court", access.LegalOfficer, (*life).notInCourt},
	{"retention unchecked", access.CareerAdvisor, (*life).retentionUnchecked},
	{"follow-up missed", access.ShelterStaff, (*life).followUpMissed},
	{"away from school", access.ScholarshipOfficer, (*life).awayFromSchool},
	{"job lost", access.CareerAdvisor, (*life).jobLost},
	{"turned 18", access.ScholarshipOfficer, (*life).turned18},
	{"exit not judged", access.ShelterStaff, (*life).exitNotJudged},
}

// since is the story of which the last day was a number of days of a range ago.
func (s stalled) since(low, high int) story {
	return story{s.name, s.role, func(l *life) { s.tell(l, l.between(low, high)) }}
}

// The days that the stall rules allow. They are written here once more so that a
// change of a rule shows: the demo's test then finds a case too many or too few.
const (
	ownerDays      = 2
	assessmentDays = 14
	shelterDays    = 180
	enrolmentDays  = 30
	jobDays        = 90
	courtDays      = 180

	planDays         = 30
	reassessmentDays = 183
	answerDays       = 7
	recordDays       = 7
)

var contactDays = map[casefile.Risk]int{casefile.High: 14, casefile.Medium: 30, casefile.Low: 60}

// noOwner is a referral that came in lately: one that nobody owned for long would
// be unanswered too.
func (l *life) noOwner(daysAgo int) {
	l.before(min(daysAgo+ownerDays, answerDays-1)).refer(casefile.VictimPossible, "", usual)
}

func (l *life) referralUnanswered(daysAgo int) {
	l.before(daysAgo+answerDays).refer(casefile.AtRisk, l.owner, usual)
}

func (l *life) noApprovedPlan(daysAgo int) {
	l.before(daysAgo+planDays).planless().after(2, 8).reach(track.FamilyCommunityAssessed).served().heard()
}

func (l *life) reassessmentDue(daysAgo int) {
	l.before(daysAgo + reassessmentDays + 20).taken().before(daysAgo + reassessmentDays).reach(track.FamilyCommunityAssessed).served()
	l.on(max(l.day, l.ago(l.between(0, 9)))).contacted()
}

func (l *life) neverAssessed(daysAgo int) { l.before(daysAgo + assessmentDays).taken().heard() }

// noContact was in contact for the last time when the next contact, at her risk,
// fell due that many days ago.
func (l *life) noContact(daysAgo int) {
	if l.before(daysAgo + 110).assessed(); l.err == nil {
		l.before(daysAgo + contactDays[l.state.Risk()]).serve("counselling_generalist").review()
	}
}

func (l *life) actionOverdue(daysAgo int) {
	l.before(daysAgo+60).assessed().after(1, 10).plan(l.ago(daysAgo)).heard()
}

func (l *life) notReadyToLeave(daysAgo int) {
	l.before(daysAgo+shelterDays+20).taken().before(daysAgo+shelterDays).admit().after(3, 10).reach(track.NeedsAssessed).served().heard()
}

func (l *life) notEnrolled(daysAgo int) {
	l.before(daysAgo + enrolmentDays + 40).assessed().before(daysAgo + enrolmentDays).award(l.class()).heard()
}

func (l *life) withoutJob(daysAgo int) {
	l.before(daysAgo + jobDays + 70).skilled().before(daysAgo + jobDays).reach(track.JobReady).heard()
}

func (l *life) notInCourt(daysAgo int) {
	l.before(daysAgo + courtDays + 40).assessed().before(daysAgo + courtDays).reach(track.Represented).heard()
}

// retentionUnchecked misses the check of day 90 or, for every second life, of
// day 180.
func (l *life) retentionUnchecked(daysAgo int) {
	missed := employment.Points[l.number%2]
	l.before(daysAgo + missed.Days() + 100).skilled().before(daysAgo + missed.Days() + employment.WindowDays).start()
	if missed == employment.Day180 {
		l.after(88, 95).check(employment.Day90, true)
	}
	l.heard()
}

// followUpMissed returns her so that a follow-up was due on the very day. Not
// every day lies a number of months after another one, so it tries the points in
// turn; a year before any day there is always one that fits.
func (l *life) followUpMissed(daysAgo int) {
	due := l.ago(daysAgo) - reintegration.WindowDays
	for i, missed := range track.FollowUpPoints {
		home, ok := monthsBefore(due, missed.Months())
		if !ok {
			continue
		}
		l.on(home - 40).assessed().on(home).goHome()
		for _, done := range track.FollowUpPoints[:i] {
			l.on(home.AddMonths(done.Months())).followUp(done, true)
		}
		if l.number%2 == 0 {
			l.startFollowUp()
		}
		l.heard()
		return
	}
}

// monthsBefore returns the day of which the other one lies n months after.
func monthsBefore(day calendar.Day, n int) (calendar.Day, bool) {
	for d := day - calendar.Day(31*n); d < day; d++ {
		if d.AddMonths(n) == day {
			return d, true
		}
	}
	return 0, false
}

// awayFromSchool comes to three days of absence on the day after the last day.
func (l *life) awayFromSchool(daysAgo int) {
	l.before(daysAgo+90).assessed().after(5, 20).award(l.class()).after(2, 8).enrol().absent(l.ago(daysAgo - 1)).heard()
}

// jobLost loses a job on the day after the last day, and nobody has looked at the
// plan since.
func (l *life) jobLost(daysAgo int) {
	l.before(daysAgo + 80).skilled().before(daysAgo + 50).start().before(daysAgo + 5).review()
	l.before(daysAgo - 1).separateFor(pick(l, employment.LaidOff, employment.ContractEnded, employment.Resigned)).heard()
}

// turned18 turns 18 on the day after the last day.
func (l *life) turned18(daysAgo int) {
	l.adultOn = l.ago(daysAgo - 1)
	l.birthYear = demography.BornInYear(l.adultOn)
	l.before(daysAgo + 80).assessed().heard()
}

func (l *life) exitNotJudged(daysAgo int) {
	l.before(daysAgo + recordDays + 70).sheltered().before(daysAgo + recordDays + 5).reach(track.ReadyToLeave)
	l.before(daysAgo + recordDays).leaveUnjudged().heard()
}
