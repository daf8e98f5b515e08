package casefile

import (
	"slices"
	"time"

	"onward/services/employment"
	"onward/services/legal"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
)

// Track is one of the six tracks of a case, to be shown.
type Track struct {
	Case       *Case
	Kind       track.Kind
	State      track.State
	milestones track.Log
}

// Milestone is one milestone of a case, to be shown.
type Milestone struct {
	Case *Case
	*track.Milestone
}

// Walk returns on which walk of its track it was reached, from 0.
func (m Milestone) Walk() int { return int(m.Spell) }

// RecordedAt returns when the milestone was recorded.
func (m Milestone) RecordedAt() time.Time { return m.At.Time() }

// Tracks returns the six tracks, in the order in which they are shown.
func (c *Case) Tracks() []Track {
	tracks := make([]Track, len(track.Kinds))
	for i, k := range track.Kinds {
		tracks[i] = Track{Case: c, Kind: k, State: c.TrackState(k), milestones: c.Milestones(k)}
	}
	return tracks
}

// Milestones returns the milestones of the track, in the order of recording.
func (t Track) Milestones() []Milestone {
	ms := make([]Milestone, len(t.milestones))
	for i := range t.milestones {
		ms[i] = Milestone{Case: t.Case, Milestone: &t.milestones[i]}
	}
	return ms
}

// Milestones returns the milestones of one track of the case.
func (c *Case) Milestones(k track.Kind) track.Log {
	switch k {
	case track.Shelter:
		return c.Shelter().Milestones
	case track.Scholarship:
		return c.Scholarship().Milestones
	case track.Career:
		return c.Career().Milestones
	case track.Employment:
		return c.Employment().Milestones
	case track.Legal:
		return c.Legal().Milestones
	case track.Reintegration:
		return c.Reintegration.Milestones
	}
	return nil
}

// TrackState says how far one track of the case has come.
func (c *Case) TrackState(k track.Kind) track.State {
	switch k {
	case track.Shelter:
		return c.Shelter().Progress()
	case track.Scholarship:
		return c.Scholarship().Progress()
	case track.Career:
		return c.Career().Progress()
	case track.Employment:
		return c.Employment().Progress()
	case track.Legal:
		return c.Legal().Progress()
	case track.Reintegration:
		return c.Reintegration.Progress()
	}
	return track.NotStarted
}

// Placements returns her jobs, in the order in which they were recorded.
func (c *Case) Placements() []employment.Placement { return c.Employment().Placements }

// Stays returns her stays in a shelter, in order.
func (c *Case) Stays() []shelter.Stay { return c.Shelter().Stays }

// Scholarships returns her scholarships, in order.
func (c *Case) Scholarships() []scholarship.Scholarship { return c.Scholarship().Scholarships }

// WithoutLegal returns the case as it would read if she had no legal matter. It shares
// what the case has, so that it is to be read and not to be changed.
func (c *Case) WithoutLegal() *Case {
	of := func(f Flag) bool { return f.Class() == ClassLegal }
	if len(c.Legal().Matters)+len(c.Legal().Milestones) == 0 && !slices.ContainsFunc(c.Flags, of) {
		return c
	}
	without := *c
	without.Programmes.Legal = nil
	without.Flags = slices.DeleteFunc(slices.Clone(c.Flags), of)
	return &without
}

// Matters returns her legal matters, in order.
func (c *Case) Matters() []legal.Matter { return listed(c.Legal().Matters) }

// listed returns an empty list for none: in an answer, null says that the reader
// may not know.
func listed[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

// IsNode marks the case as a node of the schema.
func (*Case) IsNode() {}
