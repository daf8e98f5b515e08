package stall

import (
	"strconv"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/track"
)

// ofTracks adds what is due on the tracks that she walks.
func (l *deadlines) ofTracks() {
	l.dwells()
	l.retention()
	l.followUps()
	l.absences()
	l.exit()
	l.regressions()
}

func (l *deadlines) dwells() {
	c := l.c
	if m, waiting := c.Shelter().NotReady(); waiting {
		l.dwell(m, l.th.ShelterDwell, id.Part{})
	}
	for _, m := range c.Scholarship().NotEnrolled() {
		l.dwell(m, l.th.EnrolmentDwell, c.Scholarship().Scholarships[m.Spell].Part)
	}
	if m, ready := c.Career().Ready(); ready && !c.Employment().StartedSince(m.On) {
		l.dwell(m, l.th.JobDwell, id.Part{})
	}
	for _, m := range c.Legal().NotInCourt() {
		l.dwell(m, l.th.CourtDwell, c.Legal().Matters[m.Spell].Part)
	}
}

// dwell adds the wait for the milestone after m.
func (l *deadlines) dwell(m track.Milestone, days int, part id.Part) {
	l.from(MilestoneDwell, m.Code().Track(), fact(m), days, part)
}

func (l *deadlines) retention() {
	for u := range l.c.Employment().Unchecked() {
		l.add(Deadline{
			Rule: RetentionCheckMissed, Track: track.Employment, DueOn: u.On + calendar.Day(l.th.RetentionWindow), ThresholdDays: l.th.RetentionWindow,
			since: fact(u.Start), point: string(u.Point), pointOn: u.On, part: u.Placement.Part,
		})
	}
}

func (l *deadlines) followUps() {
	for _, m := range l.c.Reintegration.Missing() {
		l.add(Deadline{
			Rule: ReturnFollowUpMissed, Track: track.Reintegration, DueOn: m.On + calendar.Day(l.th.ReturnWindow), ThresholdDays: l.th.ReturnWindow,
			since: fact(m.Return), point: string(m.Point), pointOn: m.On,
		})
	}
}

func fact(m track.Milestone) casefile.Fact {
	return casefile.Fact{Name: string(m.Code()), On: m.On, Entry: int(m.Entry)}
}

// absences adds each run of unexcused absence that has come to as many school days
// as the threshold says. It is overdue on the day on which it did, and stays the
// same trouble as the run grows: by a day more, or by one before that is recorded
// late, unless that joins it to an earlier run, whose name it takes.
func (l *deadlines) absences() {
	for _, run := range l.c.Scholarship().UnexcusedRuns() {
		if on, reached := run.Reached(l.th.Absences); reached {
			l.add(Deadline{
				Rule: Absences, Track: track.Scholarship, DueOn: on - 1, ThresholdDays: l.th.Absences,
				since: casefile.Fact{Name: "ABSENT", On: run.Since, Entry: run.Entry}, episode: "absence-" + strconv.Itoa(run.First),
			})
		}
	}
}

// exit adds the leaving of a shelter of which nobody has recorded how safe it is,
// or where to.
func (l *deadlines) exit() {
	if leaving, waiting := l.c.Shelter().Unjudged(); waiting {
		l.from(RecordIncomplete, track.Shelter, fact(leaving), l.th.Record, id.Part{})
	}
}

// regressions adds what she had reached and has lost, within the days that the
// threshold says after she had reached it. The programmes know what counts as lost
// and when it is regained.
func (l *deadlines) regressions() {
	if job, lost := l.c.Employment().Lost(l.th.Regression); lost {
		// The end of a job and the check that found her gone are one loss.
		l.lost(track.Employment, casefile.Fact{Name: jobLost, On: job.On, Entry: job.Entry}, "job-"+strconv.Itoa(int(job.Start.Entry)))
	}
	if ending, lost := l.c.Scholarship().DroppedOut(l.th.Regression); lost {
		l.lost(track.Scholarship, fact(ending), "")
	}
	if admission, lost := l.c.Shelter().Reentered(l.th.Regression); lost {
		l.lost(track.Shelter, fact(admission), "")
	}
}

// lost adds a loss that nobody has responded to. It is overdue on the day of the
// loss itself. One before the case was opened, or opened again, was known then.
func (l *deadlines) lost(kind track.Kind, since casefile.Fact, episode string) {
	if since.On < opened(l.c) || responded(l.c, since.On) {
		return
	}
	l.add(Deadline{
		Rule: Regression, Track: kind, DueOn: since.On - 1, ThresholdDays: l.th.Regression,
		since: since, episode: episode,
	})
}

// responded reports whether somebody has done something about a loss, on its day
// or later [J]: reviewed the plan or had a new version approved; where no plan is
// in force, reached her in a follow-up. Other contact does not do: an admission to
// the shelter is the loss itself.
func responded(c *casefile.Case, loss calendar.Day) bool {
	if p := c.Plan; p.InForce() {
		return p.ReviewedOn >= loss || p.ApprovedOn >= loss
	}
	return c.FollowUps().LastOn >= loss
}
