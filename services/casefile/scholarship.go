package casefile

import (
	"onward/services/id"
	"onward/services/scholarship"
	"onward/services/track"
)

// An award is granted by a committee, and an ending is often hearsay; absences,
// grades and payments come from lists. None of these counts as contact.
var scholarshipKinds = []kind{
	work((*Case).award), met((*Case).enrol), work((*Case).recordTerm), work((*Case).recordAbsence),
	work((*Case).recordGrade), work((*Case).recordStipend), work((*Case).endScholarship), work((*Case).resumeScholarship),
}

func (c *Case) award(a scholarship.Award, at track.Stamp) error {
	return write(&c.Programmes.Scholarship).Award(a, id.PartOf(id.ScholarshipPart, c.ID, at.Entry), at)
}

func (c *Case) enrol(e scholarship.Enrolment, at track.Stamp) error {
	return write(&c.Programmes.Scholarship).Enrol(e, at)
}

func (c *Case) recordTerm(t scholarship.TermCheck, at track.Stamp) error {
	if err := write(&c.Programmes.Scholarship).RecordTerm(t, at); err != nil {
		return err
	}
	if t.Attendance != scholarship.NotEnrolled {
		c.contact(at.On)
	}
	return nil
}

func (c *Case) recordAbsence(a scholarship.AbsenceRecorded, at track.Stamp) error {
	return write(&c.Programmes.Scholarship).RecordAbsence(a, at)
}

func (c *Case) recordGrade(g scholarship.GradeRecorded, at track.Stamp) error {
	return write(&c.Programmes.Scholarship).RecordGrade(g, at)
}

func (c *Case) recordStipend(p scholarship.StipendPaid, at track.Stamp) error {
	return write(&c.Programmes.Scholarship).RecordStipend(p, at)
}

func (c *Case) endScholarship(e scholarship.End, at track.Stamp) error {
	return write(&c.Programmes.Scholarship).End(e, at)
}

func (c *Case) resumeScholarship(r scholarship.Resumption, at track.Stamp) error {
	return write(&c.Programmes.Scholarship).Resume(r, at)
}
