package employment

import (
	"cmp"

	"onward/services/calendar"
	"onward/services/track"
)

// Loss is the loss of a job.
type Loss struct {
	Placement *Placement
	Start     track.Milestone
	On        calendar.Day // the day on which it ended, or on which a check found her gone, where that was before
	Entry     int          // that says so
}

// Lost returns the loss of the last job that she had, where it was lost at most a
// number of days after it began and she has no other. A job that she left for a
// better one, or to go to school, was not lost.
func (s *State) Lost(within int) (loss Loss, lost bool) {
	for i := range s.Placements {
		this, over := s.overBy(i)
		if !over {
			return Loss{}, false
		}
		if loss.Placement == nil || this.On >= loss.On {
			loss = this
		}
	}
	if p := loss.Placement; p == nil || p.EndReason == BetterJob || p.EndReason == ReturnedToSchool || loss.On-p.StartedOn > calendar.Day(within) {
		return Loss{}, false
	}
	return loss, true
}

// overBy returns when a placement was over, and by which entry we know it.
func (s *State) overBy(i int) (over Loss, ok bool) {
	p := &s.Placements[i]
	start, _ := s.Milestones.Find(i, track.Started)
	over = Loss{Placement: p, Start: start}
	if end, ended := s.Milestones.Find(i, track.Separated); ended {
		over.On, over.Entry = end.On, int(end.Entry)
	}
	for _, c := range p.Checks {
		if !c.Employed && c.On < cmp.Or(over.On, calendar.LastDay) {
			over.On, over.Entry = c.On, int(c.Entry)
		}
	}
	return over, !over.On.IsZero()
}
