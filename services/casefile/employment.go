package casefile

import (
	"onward/services/employment"
	"onward/services/id"
	"onward/services/track"
)

// The end of a job is often hearsay: it does not count as contact.
var employmentKinds = []kind{met((*Case).startJob), met((*Case).checkRetention), work((*Case).endJob)}

func (c *Case) startJob(s employment.Started, at track.Stamp) error {
	return c.Employment.LogPlacement(s, id.Within("placement_", c.ID, at.Entry), at)
}

func (c *Case) checkRetention(r employment.RetentionChecked, at track.Stamp) error {
	return c.Employment.CheckRetention(r, at)
}

func (c *Case) endJob(e employment.Ended, at track.Stamp) error {
	return c.Employment.EndPlacement(e, at)
}
