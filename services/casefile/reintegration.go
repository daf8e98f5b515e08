package casefile

import (
	"onward/services/followup"
	"onward/services/id"
	"onward/services/reintegration"
	"onward/services/track"
)

var reintegrationKinds = []kind{met((*Case).recordReturn), work((*Case).followUp)}

func (c *Case) recordReturn(r reintegration.Returned, at track.Stamp) error {
	return c.Reintegration.RecordReturn(r, at)
}

func (c *Case) followUp(f followup.Recorded, at track.Stamp) error {
	if f.Point != track.Unscheduled {
		found := reintegration.Contact{
			Point: id.Intern(f.Point), Safe: f.Safe,
			IncomeOrSchool: f.HasIncome != nil && *f.HasIncome || f.InSchool != nil && *f.InSchool,
		}
		if err := c.Reintegration.FollowUp(found, f.ContactMade, at); err != nil {
			return err
		}
	}
	if err := write(&c.Contacts).FollowUps.Record(f, at); err != nil {
		return err
	}
	if f.ContactMade {
		c.contact(at.On)
	}
	return nil
}
