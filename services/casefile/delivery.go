package casefile

import (
	"onward/services/delivery"
	"onward/services/track"
)

var deliveryKinds = []kind{met((*Case).deliver)}

func (c *Case) deliver(d delivery.Delivered, at track.Stamp) error {
	if d.SiteID != "" {
		at = at.AtSite(d.SiteID)
	}
	return c.Services.Deliver(d, at)
}
