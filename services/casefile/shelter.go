package casefile

import (
	"onward/services/id"
	"onward/services/shelter"
	"onward/services/track"
)

var shelterKinds = []kind{met((*Case).admit), met((*Case).leave)}

func (c *Case) admit(a shelter.Admitted, at track.Stamp) error {
	at.Site = id.Intern(a.SiteID)
	return c.Shelter.Admit(a, id.Within("stay_", c.ID, at.Entry), at)
}

func (c *Case) leave(l shelter.Left, at track.Stamp) error {
	if stay, open := c.Shelter.Current(); open {
		at.Site = stay.Site
	}
	return c.Shelter.Leave(l, at)
}
