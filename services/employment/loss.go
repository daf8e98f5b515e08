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
		this, over := s.OverBy(i)
		if !over {
			return Loss{}, false
		}
		if loss.Placement == nil || this.On >= loss.On {
			loss = this
		}
	}
	if p := loss.Placement; p == nil || loss.MovedOn() || loss.On-p.StartedOn > calendar.Day(within) {
		return Loss{}, false
	}
	return loss, true
}

// MovedOn reports whether she left the job for a better one, or to go to school.
func (l Loss) MovedOn() bool {
	return l.Placement.EndReason() == BetterJob || l.Placement.EndReason() == ReturnedToSchool
}

// OverBy returns when a placement was over, where it was, and by which entry we
// know it; its start in any case.
func (s *State) OverBy(i int) (over Loss, ok bool) {
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
