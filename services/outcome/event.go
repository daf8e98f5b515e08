package outcome

import (
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/scholarship"
	"onward/services/track"
)

// event is one thing that happened to a person: a milestone, a delivery or the
// first conviction in a matter. It is what the rules of the indicators look at.
// One event is reused for all, since a report looks at millions.
type event struct {
	of      *casefile.Case
	stamp   *track.Stamp
	kind    track.Kind // of a milestone; empty for others
	code    track.Code // of a milestone; empty for others
	spell   int        // of a milestone
	service string     // of a delivery; empty for others
	class   string     // of a scholarship's milestone, as a group

	places *Places
	until  calendar.Day // the period's last day
}

// milestone makes the event that of a milestone.
func (e *event) milestone(kind track.Kind, m *track.Milestone) {
	e.stamp, e.kind, e.code, e.spell, e.service = &m.Stamp, kind, m.Code(), int(m.Spell), ""
	e.class = NotApplicable
	if kind == track.Scholarship {
		e.class = classOf(e.of, e.spell)
	}
}

// delivery makes the event that of a delivery.
func (e *event) delivery(d *delivery.Delivery) {
	e.stamp, e.kind, e.code, e.spell, e.service, e.class = &d.Stamp, "", "", 0, d.Service(), NotApplicable
}

// conviction makes the event the first conviction in a matter: neither milestone
// nor delivery. The milestone VERDICT may have come with another defendant's
// acquittal, in another period.
func (e *event) conviction(first *track.Stamp) {
	e.stamp, e.kind, e.code, e.spell, e.service, e.class = first, "", "", 0, "", NotApplicable
}

// track returns the track of the event, as a group.
func (e *event) track() track.Kind {
	switch {
	case e.kind != "":
		return e.kind
	case e.isConviction():
		return track.Legal
	}
	return NotApplicable
}

// classOf returns the class of a scholarship, as a group.
func classOf(c *casefile.Case, spell int) string {
	if awards := c.Scholarship().Scholarships; spell < len(awards) {
		return string(awards[spell].Class)
	}
	return Unknown
}

func (e *event) isConviction() bool { return e.code == "" && e.service == "" }

func (e *event) supportsReintegration() bool {
	if e.service == "" {
		return false
	}
	s, _ := delivery.Find(e.service)
	return s.Group == delivery.Reintegration
}

func (e *event) sustained() bool {
	return e.code == track.ReturnedToCommunity && e.of.Reintegration.SustainedBy(e.spell, e.until)
}

// sixthMonth returns the follow-up by which a return is sustained.
func (e *event) sixthMonth() track.Stamp {
	m, _ := e.of.Reintegration.Milestones.Find(e.spell, track.FollowUpM6)
	return m.Stamp
}

func (e *event) awarded(class scholarship.Class) bool {
	if e.code != track.Awarded {
		return false
	}
	awards := e.of.Scholarship().Scholarships
	return e.spell < len(awards) && awards[e.spell].Class == class
}

func (e *event) startedWithEvidence() bool {
	if e.code != track.Started {
		return false
	}
	placements := e.of.Employment().Placements
	return e.spell < len(placements) && placements[e.spell].Evidence() != ""
}

func (e *event) servedByCareerCentre() bool {
	return (e.service != "" || e.kind == track.Career) && e.places.CareerCentre[e.stamp.Site]
}

// convicted returns the first conviction in the matter that was referred to court,
// where there is one by the period's last day.
func (e *event) convicted() *track.Stamp {
	if e.code != track.ReferredToCourt {
		return nil
	}
	first := e.of.Legal().Matters[e.spell].Convicted
	if first == nil || first.On > e.until {
		return nil
	}
	return first
}
