package outcome

import (
	"time"

	"onward/services/outcome/cohort"
	"onward/services/track"
)

// GroupOf returns the group of the start of a spell or of a way through a funnel,
// by one dimension: as that of the milestone with which it began. A month of zero
// is DefaultFiscalStart.
func (p *Places) GroupOf(s cohort.Start, by Dimension, fiscalStart time.Month) GroupValue {
	if by.Timed() {
		_, name := by.span(s.At.On, Query{FiscalStart: fiscalStart}.fiscalStart())
		return GroupValue{Dimension: by, Value: name}
	}
	kind, class := began(s)
	c := counter{places: p, province: by == ByProvince, personal: by.personal()}
	w := c.where(s.At.On, s.At.Organisation, s.At.Site, kind, class, s.Survivor)
	if v := w.value(by); v != "" {
		return GroupValue{Dimension: by, Value: v}
	}
	return GroupValue{Dimension: by, Value: Unknown}
}

// began returns the track of the milestone with which something began, and the
// class of its scholarship.
func began(s cohort.Start) (track.Kind, string) {
	for _, kind := range track.Kinds {
		milestones := s.Of.Milestones(kind)
		for i := range milestones {
			if milestones[i].Stamp == s.At {
				e := event{of: s.Of}
				e.milestone(kind, &milestones[i])
				return e.track(), e.class
			}
		}
	}
	return NotApplicable, NotApplicable
}
