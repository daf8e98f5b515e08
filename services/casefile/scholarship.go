package casefile

import (
	"onward/services/id"
	"onward/services/scholarship"
	"onward/services/track"
)

// An award is granted by a committee, and an ending is often hearsay: neither
// counts as contact.
var scholarshipKinds = []kind{work((*Case).award), met((*Case).enrol), work((*Case).recordTerm), work((*Case).endScholarship)}

func (c *Case) award(a scholarship.Award, at track.Stamp) error {
	return c.Scholarship.Award(a, id.Within("scholarship_", c.ID, at.Entry), at)
}

func (c *Case) enrol(e scholarship.Enrolment, at track.Stamp) error {
	return c.Scholarship.Enrol(e, at)
}

func (c *Case) recordTerm(t scholarship.TermCheck, at track.Stamp) error {
	if err := c.Scholarship.RecordTerm(t, at); err != nil {
		return err
	}
	if t.Attendance != scholarship.NotEnrolled {
		c.contact(at.On)
	}
	return nil
}

func (c *Case) endScholarship(e scholarship.End, at track.Stamp) error {
	return c.Scholarship.End(e, at)
}
