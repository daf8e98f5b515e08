package casefile

import (
	"onward/services/employment"
	"onward/services/id"
	"onward/services/track"
)

// The end of a job and new terms of it are often hearsay, and a workplace is
// looked at without her: these do not count as contact.
var employmentKinds = []kind{
	met((*Case).startJob), met((*Case).checkRetention), work((*Case).endJob),
	work((*Case).updateJob), work((*Case).checkWorkplace),
}

func (c *Case) startJob(s employment.Started, at track.Stamp) error {
	return write(&c.Programmes.Employment).LogPlacement(s, id.PartOf(id.PlacementPart, c.ID, at.Entry), at)
}

func (c *Case) checkRetention(r employment.RetentionChecked, at track.Stamp) error {
	return write(&c.Programmes.Employment).CheckRetention(r, at)
}

func (c *Case) endJob(e employment.Ended, at track.Stamp) error {
	return write(&c.Programmes.Employment).EndPlacement(e, at)
}

func (c *Case) updateJob(u employment.Updated, at track.Stamp) error {
	return write(&c.Programmes.Employment).UpdatePlacement(u, at)
}

func (c *Case) checkWorkplace(w employment.WorkplaceChecked, at track.Stamp) error {
	return write(&c.Programmes.Employment).RecordWorkplaceCheck(w, at)
}

// WorkplaceChecks returns the checks of workplaces, in the order of recording.
func (c *Case) WorkplaceChecks() []employment.WorkplaceCheck {
	return listed(c.Employment().WorkplaceChecks)
}
