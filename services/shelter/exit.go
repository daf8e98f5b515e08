package shelter

import (
	"cmp"
	"slices"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// ExitJudged is the entry that completes what was not known when she left: how
// safe it is where she went, and where that is.
type ExitJudged struct {
	StayID               string      `json:"stayId" validate:"required,max=64"`
	SafeInWorkersView    *bool       `json:"safeInWorkersView,omitempty" validate:"required_without_all=SafeInSurvivorsView Destination DestinationConfirmed"`
	SafeInSurvivorsView  *bool       `json:"safeInSurvivorsView,omitempty"`
	Destination          Destination `json:"destination,omitempty"`
	DestinationConfirmed *bool       `json:"destinationConfirmed,omitempty"`
	track.Remark
}

// Kind names the entry.
func (ExitJudged) Kind() string { return "shelter.exitJudged" }

// Summary describes the entry in a sentence.
func (ExitJudged) Summary() string { return "Leaving the shelter judged afterwards" }

// JudgeExit completes what is absent of a stay that she left. What is known is
// not overwritten: whoever corrects it reverses its entry. A destination replaces
// one that was UNKNOWN, and with it whether that was confirmed.
func (s *State) JudgeExit(j ExitJudged, at track.Stamp) error {
	i := slices.IndexFunc(s.Stays, func(stay Stay) bool { return stay.ID() == j.StayID })
	if i < 0 || s.Stays[i].LeftOn.IsZero() {
		return fault.Input("stayId", "there is no such stay that she has left; record that with leaveShelter")
	}
	stay := &s.Stays[i]
	found := j.Destination != "" && stay.Destination == UnknownDestination
	if err := cmp.Or(
		track.NotBefore("on", at.On, stay.LeftOn, "the day on which she left"),
		known("safeInWorkersView", j.SafeInWorkersView != nil && stay.SafeInWorkersView != nil),
		known("safeInSurvivorsView", j.SafeInSurvivorsView != nil && stay.SafeInSurvivorsView != nil),
		known("destination", j.Destination != "" && !found),
		known("destinationConfirmed", j.DestinationConfirmed != nil && stay.DestinationConfirmed != nil && !found),
	); err != nil {
		return err
	}
	if j.Destination == UnknownDestination {
		return fault.Input("destination", "UNKNOWN says nothing new; leave it out")
	}
	if found {
		stay.Destination, stay.DestinationConfirmed = id.Intern(j.Destination), nil
	}
	stay.DestinationConfirmed = cmp.Or(j.DestinationConfirmed, stay.DestinationConfirmed)
	stay.SafeInWorkersView = cmp.Or(j.SafeInWorkersView, stay.SafeInWorkersView)
	stay.SafeInSurvivorsView = cmp.Or(j.SafeInSurvivorsView, stay.SafeInSurvivorsView)
	return nil
}

// known refuses what is recorded already.
func known(field string, already bool) error {
	if already {
		return fault.Input(field, "is recorded already; reverse that entry to correct it")
	}
	return nil
}

// Unjudged returns the leaving of the last stay where nobody's judgement of its
// safety is recorded, or nobody knows where she went: a wait that the stall rules
// watch. It is moot once she is back.
func (s *State) Unjudged() (leaving track.Milestone, waiting bool) {
	n := len(s.Stays)
	if n == 0 || s.Stays[n-1].LeftOn.IsZero() {
		return track.Milestone{}, false
	}
	last := s.Stays[n-1]
	if last.Destination != UnknownDestination && (last.SafeInWorkersView != nil || last.SafeInSurvivorsView != nil) {
		return track.Milestone{}, false
	}
	return s.Milestones.Find(n-1, track.Left)
}
