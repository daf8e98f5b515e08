package casefile

import (
	"slices"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/track"
)

var milestoneKinds = []kind{work((*Case).reach)}

// MilestoneRecorded is the entry for a milestone that has no verb of its own.
type MilestoneRecorded struct {
	Code   track.Code `json:"code" validate:"required"`
	SiteID id.Site    `json:"siteId,omitempty"`
	legal.Step
	track.Remark
}

// Kind names the entry.
func (MilestoneRecorded) Kind() string { return "milestone.recorded" }

// Summary describes the entry in a sentence.
func (m MilestoneRecorded) Summary() string { return "Milestone reached: " + string(m.Code) }

// reach folds a milestone that has no verb of its own.
func (c *Case) reach(m MilestoneRecorded, at track.Stamp) error {
	kind := m.Code.Track()
	if kind != track.Legal && m.Step.MatterID+string(m.Step.Verdict) != "" {
		return fault.Input("code", "matterId and verdict go only with legal milestones")
	}
	if m.SiteID != "" {
		at = at.AtSite(m.SiteID)
	}
	m.Code = id.Intern(m.Code)
	if err := c.reachOn(kind, m, at); err != nil {
		return err
	}
	switch m.Code {
	case track.NeedsAssessed, track.SkillsAssessed, track.FamilyCommunityAssessed:
		c.assessed(at.On)
	}
	if kind != track.Legal && kind != track.Scholarship {
		c.contact(at.On)
	}
	return nil
}

func (c *Case) reachOn(kind track.Kind, m MilestoneRecorded, at track.Stamp) error {
	switch kind {
	case track.Shelter:
		return write(&c.Programmes.Shelter).Reach(m.Code, c.atStay(at))
	case track.Scholarship:
		if m.Code != track.Applied {
			return fault.Input("code", "%s is recorded with awardScholarship, enrol, recordTerm or endScholarship", m.Code)
		}
		return write(&c.Programmes.Scholarship).Apply(id.PartOf(id.ScholarshipPart, c.ID, at.Entry), at)
	case track.Career:
		if n := len(c.Career().Registrations); n > 0 && m.SiteID == "" {
			at = at.AtSite(c.Career().Registrations[n-1].Site)
		}
		return write(&c.Programmes.Career).Reach(m.Code, at)
	case track.Employment:
		return write(&c.Programmes.Employment).Reach(m.Code, at)
	case track.Legal:
		return write(&c.Programmes.Legal).Reach(m.Code, m.Step, id.PartOf(id.MatterPart, c.ID, at.Entry), at)
	case track.Reintegration:
		if m.Code == track.Stable && slices.ContainsFunc(c.Flags, func(f Flag) bool { return f.Live() && f.Severity == SeverityHigh }) {
			return fault.Input("code", "STABLE needs every HIGH flag to be resolved")
		}
		return c.Reintegration.Reach(m.Code, at)
	}
	return fault.Input("code", "%.40q is not a milestone", m.Code)
}
