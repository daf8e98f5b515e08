// Package shelter follows stays in a shelter, from admission to a safe leaving.
package shelter

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// Destination is where a survivor goes when she leaves.
type Destination string

// The destinations.
const (
	Family             Destination = "FAMILY"
	ExtendedFamily     Destination = "EXTENDED_FAMILY"
	FosterCare         Destination = "FOSTER_CARE"
	IndependentLiving  Destination = "INDEPENDENT_LIVING"
	GroupHome          Destination = "GROUP_HOME"
	OtherShelter       Destination = "OTHER_SHELTER"
	EmployerHousing    Destination = "EMPLOYER_HOUSING"
	Hospital           Destination = "HOSPITAL"
	UnknownDestination Destination = "UNKNOWN"
	OtherDestination   Destination = "OTHER"
)

// Admitted is the entry that begins a stay.
type Admitted struct {
	SiteID             id.Site     `json:"siteId" validate:"required"`
	OverCapacityReason sealed.Text `json:"overCapacityReason,omitempty" validate:"max=500"` // why a full site took her in
	track.Remark
}

// Left is the entry that ends a stay. Safety is judged twice, because the
// worker's and the survivor's own judgement often differ. A judgement that was
// not asked for stays absent: missing is a category of its own.
type Left struct {
	Destination          Destination `json:"destination" validate:"required"`
	SafeInWorkersView    *bool       `json:"safeInWorkersView,omitempty"`
	SafeInSurvivorsView  *bool       `json:"safeInSurvivorsView,omitempty"`
	DestinationConfirmed *bool       `json:"destinationConfirmed,omitempty"`
	track.Remark
}

// Kind names the entry.
func (Admitted) Kind() string { return "shelter.admitted" }

// Kind names the entry.
func (Left) Kind() string { return "shelter.left" }

// Summary describes the entry in a sentence.
func (Admitted) Summary() string { return "Admitted to the shelter" }

// Summary describes the entry in a sentence.
func (l Left) Summary() string { return "Left the shelter; destination " + string(l.Destination) }

// Stay is one spell in a shelter. It stays one when she moves to another site.
type Stay struct {
	Part                 id.Part      `json:"id"`   // read through ID
	Site                 id.Site      `json:"site"` // where she stays, or stayed last
	AdmittedOn           calendar.Day `json:"admittedOn"`
	LeftOn               calendar.Day `json:"leftOn,omitzero"`
	Destination          Destination  `json:"destination,omitempty"`
	DestinationConfirmed *bool        `json:"destinationConfirmed,omitempty"`
	SafeInWorkersView    *bool        `json:"safeInWorkersView,omitempty"`
	SafeInSurvivorsView  *bool        `json:"safeInSurvivorsView,omitempty"`
	OverCapacity         int          `json:"overCapacity,omitempty"` // the entry that says why the site took her in though full, or 0
	Moves                []Move       `json:"moves,omitempty"`
	Leaves               []Absence    `json:"absences,omitempty"`
}

// ID returns the identifier of the stay.
func (s Stay) ID() string { return s.Part.String() }

// State is all stays, in the order of admission.
type State struct {
	Stays      []Stay    `json:"stays,omitempty"`
	Milestones track.Log `json:"milestones,omitempty"`
}

// Clone returns a copy that shares nothing that Apply changes.
func (s State) Clone() State {
	s.Stays, s.Milestones = slices.Clone(s.Stays), slices.Clone(s.Milestones)
	for i := range s.Stays {
		stay := &s.Stays[i]
		stay.Moves, stay.Leaves = slices.Clone(stay.Moves), slices.Clone(stay.Leaves)
	}
	return s
}

// Current returns the open stay, if there is one.
func (s *State) Current() (*Stay, bool) {
	if n := len(s.Stays); n > 0 && s.Stays[n-1].LeftOn.IsZero() {
		return &s.Stays[n-1], true
	}
	return nil, false
}

// Admit begins a stay; stayID identifies it.
func (s *State) Admit(a Admitted, stayID id.Part, at track.Stamp) error {
	if stay, open := s.Current(); open {
		return fault.Input("caseId", "a stay is open since %s; record that she left it before a new one begins", stay.AdmittedOn)
	}
	if n := len(s.Stays); n > 0 {
		if err := track.NotBefore("on", at.On, s.Stays[n-1].LeftOn, "the end of the last stay"); err != nil {
			return err
		}
	}
	if err := track.Full("caseId", len(s.Stays), "stays in a shelter"); err != nil {
		return err
	}
	stay := Stay{Part: stayID, Site: id.Intern(a.SiteID), AdmittedOn: at.On}
	if a.OverCapacityReason != "" {
		stay.OverCapacity = int(at.Entry)
	}
	s.Stays = append(s.Stays, stay)
	s.reach(track.Admitted, at)
	return nil
}

// Leave ends the open stay, and with it an absence that she did not come back
// from.
func (s *State) Leave(l Left, at track.Stamp) error {
	stay, open := s.Current()
	if !open {
		return fault.Input("caseId", "there is no open stay to leave")
	}
	if err := stay.after(at.On); err != nil {
		return err
	}
	if a, away := stay.Away(); away {
		a.EndedOn = at.On
	}
	stay.LeftOn, stay.Destination, stay.DestinationConfirmed = at.On, id.Intern(l.Destination), l.DestinationConfirmed
	stay.SafeInWorkersView, stay.SafeInSurvivorsView = l.SafeInWorkersView, l.SafeInSurvivorsView
	s.reach(track.Left, at)
	return nil
}

// Reach records a milestone of the open stay that has no verb of its own.
func (s *State) Reach(code track.Code, at track.Stamp) error {
	stay, open := s.Current()
	switch {
	case code == track.Admitted:
		return fault.Input("code", "an admission is recorded with admitToShelter")
	case code == track.Left:
		return fault.Input("code", "leaving is recorded with leaveShelter")
	case !open:
		return fault.Input("code", "%s needs an open stay; admit her to the shelter first", code)
	}
	if err := s.Milestones.Once(len(s.Stays)-1, code); err != nil {
		return err
	}
	if err := track.NotBefore("on", at.On, stay.AdmittedOn, "the admission"); err != nil {
		return err
	}
	s.reach(code, at)
	return nil
}

func (s *State) reach(code track.Code, at track.Stamp) {
	s.Milestones.Add(code, len(s.Stays)-1, at)
}

// Progress says how far the track has come.
func (s *State) Progress() track.State {
	switch _, open := s.Current(); {
	case open:
		return track.InProgress
	case len(s.Stays) > 0:
		return track.Completed
	}
	return track.NotStarted
}

// NotReady returns the admission of an open stay that has not reached
// READY_TO_LEAVE: the start of a wait that the stall rules watch.
func (s *State) NotReady() (admission track.Milestone, waiting bool) {
	if _, open := s.Current(); !open {
		return track.Milestone{}, false
	}
	spell := len(s.Stays) - 1
	if _, ready := s.Milestones.Find(spell, track.ReadyToLeave); ready {
		return track.Milestone{}, false
	}
	return s.Milestones.Find(spell, track.Admitted)
}

// CarePlanned reports whether a care plan was approved on any stay.
func (s *State) CarePlanned() bool {
	return slices.ContainsFunc(s.Milestones, func(m track.Milestone) bool { return m.Code() == track.CarePlanApproved })
}

// Reentered returns the admission by which she came back to shelter at most a
// number of days after she had left it for a life outside, while she has not left
// for one again. Who leaves for another shelter or a hospital does not [J]: the
// stays on either side are one time in shelter, and its first admission is the
// loss.
func (s *State) Reentered(within int) (admission track.Milestone, lost bool) {
	first := len(s.Stays) - 1
	if first < 1 || !s.Stays[first].inShelter() {
		return track.Milestone{}, false
	}
	for first > 0 && s.Stays[first-1].inShelter() {
		first--
	}
	if first == 0 || s.Stays[first].AdmittedOn-s.Stays[first-1].LeftOn > calendar.Day(within) {
		return track.Milestone{}, false
	}
	return s.Milestones.Find(first, track.Admitted)
}

// inShelter reports whether she is there still, or left for another shelter or a
// hospital.
func (s *Stay) inShelter() bool {
	return s.LeftOn.IsZero() || s.Destination == OtherShelter || s.Destination == Hospital
}
