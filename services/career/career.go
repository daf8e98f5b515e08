// Package career follows what a career centre does with a survivor before she
// has a job: registration, sessions, trainings, readiness, introductions.
package career

import (
	"slices"
	"strings"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// Registered is the entry that begins a spell at a career centre.
type Registered struct {
	SiteID id.Site `json:"siteId" validate:"required"`
	track.Remark
}

// Kind names the entry.
func (Registered) Kind() string { return "career.registered" }

// Summary describes the entry in a sentence.
func (Registered) Summary() string { return "Registered at the career centre" }

// Registration is one spell at a career centre, with what was done in it.
type Registration struct {
	Site          id.Site        `json:"site"`
	RegisteredOn  calendar.Day   `json:"registeredOn"`
	Sessions      int            `json:"sessions,omitempty"` // how many; they stand in the history
	LastSessionOn calendar.Day   `json:"lastSessionOn,omitzero"`
	Trainings     []Training     `json:"trainings,omitempty"`
	Readiness     *Readiness     `json:"readiness,omitempty"` // nil until the checklist is begun
	Introductions []Introduction `json:"introductions,omitempty"`
}

// State is all registrations, in order.
type State struct {
	Registrations []Registration `json:"registrations,omitempty"`
	Milestones    track.Log      `json:"milestones,omitempty"`
}

// Clone returns a copy that shares nothing that the state's methods change.
func (s State) Clone() State {
	s.Registrations, s.Milestones = slices.Clone(s.Registrations), slices.Clone(s.Milestones)
	for i := range s.Registrations {
		r := &s.Registrations[i] // its Readiness is replaced whole
		r.Trainings, r.Introductions = slices.Clone(r.Trainings), slices.Clone(r.Introductions)
	}
	return s
}

// Register begins a spell. A new one needs the last one to have led somewhere,
// so that a form sent twice does not count twice.
func (s *State) Register(r Registered, at track.Stamp) error {
	if err := track.Full("caseId", len(s.Registrations), "registrations at a career centre"); err != nil {
		return err
	}
	if n := len(s.Registrations); n > 0 {
		last := s.Registrations[n-1]
		if _, ready := s.Milestones.Find(n-1, track.JobReady); !ready {
			return fault.Input("caseId", "she has been registered since %s and is not JOB_READY yet", last.RegisteredOn)
		}
		if err := track.NotBefore("on", at.On, last.RegisteredOn, "the last registration"); err != nil {
			return err
		}
	}
	s.Registrations = append(s.Registrations, Registration{Site: id.Intern(r.SiteID), RegisteredOn: at.On})
	s.Milestones.Add(track.Registered, len(s.Registrations)-1, at)
	return nil
}

// spell returns the last spell, to which new work belongs. It refuses work
// without one, naming the field, and work before it began.
func (s *State) spell(field string, at track.Stamp) (int, error) {
	spell := len(s.Registrations) - 1
	if spell < 0 {
		return 0, fault.Input(field, "she is not registered at a career centre; record that with registerAtCareerCentre first")
	}
	return spell, track.NotBefore("on", at.On, s.Registrations[spell].RegisteredOn, "the registration")
}

// first records a milestone that a spell reaches once, with the first of several
// things that reach it. One that is heard of late but happened earlier takes the
// place of the one that was thought to be the first: so no training is completed
// before the first one started.
func (s *State) first(code track.Code, spell int, at track.Stamp) {
	if m, done := s.Milestones.Find(spell, code); done {
		if m.On <= at.On {
			return
		}
		s.Milestones = slices.DeleteFunc(s.Milestones, func(m track.Milestone) bool { return int(m.Spell) == spell && m.Code() == code })
	}
	s.Milestones.Add(code, spell, at)
}

// Reach records a milestone of the last spell that has no verb of its own.
// Introductions may be many; everything else is reached once a spell.
func (s *State) Reach(code track.Code, at track.Stamp) error {
	spell := len(s.Registrations) - 1
	if code == track.Registered {
		return fault.Input("code", "a registration is recorded with registerAtCareerCentre")
	}
	if spell < 0 {
		return fault.Input("code", "%s needs a registration at the career centre first", code)
	}
	if code != track.IntroducedToEmployer {
		if err := s.Milestones.Once(spell, code); err != nil {
			return err
		}
	}
	floor := s.Registrations[spell].RegisteredOn
	if code == track.TrainingCompleted {
		started, ok := s.Milestones.Find(spell, track.TrainingStarted)
		if !ok {
			return fault.Input("code", "TRAINING_COMPLETED needs TRAINING_STARTED first")
		}
		floor = started.On
	}
	if err := track.NotBefore("on", at.On, floor, "the step before it"); err != nil {
		return err
	}
	if r := s.Registrations[spell].Readiness; code == track.JobReady && r != nil {
		if open := r.Open(); len(open) > 0 {
			return fault.Input("code", "JOB_READY needs the checklist to be done; still open: %s", strings.Join(open, ", "))
		}
	}
	s.Milestones.Add(code, spell, at)
	return nil
}

// Progress says how far the track has come: being ready for a job completes it.
func (s *State) Progress() track.State {
	n := len(s.Registrations)
	if n == 0 {
		return track.NotStarted
	}
	if _, ready := s.Milestones.Find(n-1, track.JobReady); ready {
		return track.Completed
	}
	return track.InProgress
}

// Ready returns the last JOB_READY of the last spell.
func (s *State) Ready() (track.Milestone, bool) {
	return s.Milestones.Find(len(s.Registrations)-1, track.JobReady)
}
