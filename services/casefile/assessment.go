package casefile

import (
	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/track"
)

var assessmentKinds = []kind{met((*Case).assess)}

// assess folds an assessment. One of needs or skills is the milestone of that name
// too, on the spell in which it falls, unless the spell has reached it.
func (c *Case) assess(a assessment.Recorded, at track.Stamp) error {
	if err := write(&c.Assessed).Record(a, at); err != nil {
		return err
	}
	c.assessed(at.On)
	switch a.Purpose {
	case assessment.Needs:
		return c.needsAssessed(at)
	case assessment.Skills:
		return c.skillsAssessed(at)
	}
	return nil
}

func (c *Case) needsAssessed(at track.Stamp) error {
	stay, open := c.Shelter().Current()
	if !open || at.On < stay.AdmittedOn || c.Shelter().Milestones.Once(len(c.Shelter().Stays)-1, track.NeedsAssessed) != nil {
		return nil
	}
	at = at.AtSite(stay.Site)
	return write(&c.Programmes.Shelter).Reach(track.NeedsAssessed, at)
}

func (c *Case) skillsAssessed(at track.Stamp) error {
	spell := len(c.Career().Registrations) - 1
	if spell < 0 || at.On < c.Career().Registrations[spell].RegisteredOn || c.Career().Milestones.Once(spell, track.SkillsAssessed) != nil {
		return nil
	}
	at = at.AtSite(c.Career().Registrations[spell].Site)
	return write(&c.Programmes.Career).Reach(track.SkillsAssessed, at)
}

// assessed keeps the days of the first and the last assessment. They may be
// recorded in any order.
func (c *Case) assessed(on calendar.Day) {
	if c.AssessedOn.IsZero() || on < c.AssessedOn {
		c.AssessedOn = on
	}
	c.ReassessedOn = max(c.ReassessedOn, on)
}
