package casefile

import (
	"onward/services/career"
	"onward/services/id"
	"onward/services/track"
)

var careerKinds = []kind{met((*Case).register)}

func (c *Case) register(r career.Registered, at track.Stamp) error {
	at.Site = id.Intern(r.SiteID)
	return c.Career.Register(r, at)
}
