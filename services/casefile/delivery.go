package casefile

import (
	"onward/services/delivery"
	"onward/services/id"
	"onward/services/track"
)

var deliveryKinds = []kind{met((*Case).deliver)}

func (c *Case) deliver(d delivery.Delivered, at track.Stamp) error {
	if d.SiteID != "" {
		at.Site = id.Intern(d.SiteID)
	}
	return c.Services.Deliver(d, at)
}
