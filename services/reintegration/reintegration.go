// Package reintegration follows the return to the community and the time after
// it, until a life there is stable.
package reintegration

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// LivingWith is with whom she lives after the return.
type LivingWith string

// The arrangements.
const (
	Parents       LivingWith = "PARENTS"
	Relatives     LivingWith = "RELATIVES"
	Spouse        LivingWith = "SPOUSE"
	FosterFamily  LivingWith = "FOSTER_FAMILY"
	Independently LivingWith = "INDEPENDENTLY"
	WithEmployer  LivingWith = "EMPLOYER"
	SomeoneElse   LivingWith = "OTHER"
	NotKnown      LivingWith = "UNKNOWN"
)

// Returned is the entry for a return to the community.
type Returned struct {
	LivingWith          LivingWith `json:"livingWith" validate:"required"`
	SafeInWorkersView   *bool      `json:"safeInWorkersView,omitempty"`
	SafeInSurvivorsView *bool      `json:"safeInSurvivorsView,omitempty"`
	track.Remark
}

// Kind names the entry.
func (Returned) Kind() string { return "reintegration.returned" }

// Summary describes the entry in a sentence.
func (r Returned) Summary() string {
	return "Returned to the community, living with: " + string(r.LivingWith)
}

// WindowDays is how many days before and after a point its follow-up is good.
const WindowDays = 30

// Contact is what a scheduled follow-up found, as far as this track needs it.
type Contact struct {
	Point          track.FollowUpPoint `json:"point"`
	On             calendar.Day        `json:"on"`
	Safe           *bool               `json:"safe,omitempty"`
	IncomeOrSchool bool                `json:"incomeOrSchool,omitempty"`
}

// Return is one spell in the community.
type Return struct {
	ReturnedOn calendar.Day `json:"returnedOn"`
	LivingWith LivingWith   `json:"livingWith"`
	Contacts   []Contact    `json:"contacts,omitempty"`
}

// State is all returns, in order. Milestones before the first return belong to
// the spell that the return begins.
type State struct {
	Returns    []Return  `json:"returns,omitempty"`
	Milestones track.Log `json:"milestones,omitempty"`
}

// Clone returns a copy that shares nothing that the state's methods change.
func (s State) Clone() State {
	s.Returns, s.Milestones = slices.Clone(s.Returns), slices.Clone(s.Milestones)
	for i := range s.Returns {
		s.Returns[i].Contacts = slices.Clone(s.Returns[i].Contacts)
	}
	return s
}

// RecordReturn begins a spell in the community. After a return that did not
// last, another one may follow.
func (s *State) RecordReturn(r Returned, at track.Stamp) error {
	if err := track.Full("caseId", len(s.Returns), "returns to the community"); err != nil {
		return err
	}
	if last, ok := s.Current(); ok {
		if at.On == last.ReturnedOn {
			return fault.Input("on", "a return on %s is recorded already", at.On)
		}
		if err := track.NotBefore("on", at.On, last.ReturnedOn, "the last return"); err != nil {
			return err
		}
	}
	s.Milestones.Add(track.ReturnedToCommunity, len(s.Returns), at)
	s.Returns = append(s.Returns, Return{ReturnedOn: at.On, LivingWith: id.Intern(r.LivingWith)})
	return nil
}

// FollowUp records a scheduled follow-up of the last return. Without contact the
// point stays missed, and may be tried again.
func (s *State) FollowUp(c Contact, contactMade bool, at track.Stamp) error {
	r, ok := s.Current()
	if !ok {
		return fault.Input("point", "%s counts from a return to the community, and none is recorded", c.Point)
	}
	if err := track.NotBefore("on", at.On, r.ReturnedOn, "the return to the community"); err != nil {
		return err
	}
	if due := r.ReturnedOn.AddMonths(c.Point.Months()); at.On < due-WindowDays {
		return fault.Input("on", "%s is too early: %s falls on %s and may be done from %d days before", at.On, c.Point, due, WindowDays)
	}
	spell := len(s.Returns) - 1
	if m, done := s.Milestones.Find(spell, c.Point.Milestone()); done {
		return fault.Input("point", "%s was done on %s already; reverse that entry to correct it", c.Point, m.On)
	}
	if !contactMade {
		return nil
	}
	c.On = at.On
	r.Contacts = append(r.Contacts, c)
	s.Milestones.Add(c.Point.Milestone(), spell, at)
	return nil
}

// Reach records a milestone that has no verb of its own.
func (s *State) Reach(code track.Code, at track.Stamp) error {
	spell := len(s.Returns)
	switch code {
	case track.ReturnedToCommunity:
		return fault.Input("code", "a return is recorded with recordReturn")
	case track.FollowUpM3, track.FollowUpM6, track.FollowUpM12:
		return fault.Input("code", "%s is recorded with recordFollowUp", code)
	case track.Stable:
		spell--
		if !s.stableGround(at.On) {
			return fault.Input("code", "STABLE needs a follow-up six months or more after the return that found her safe and with income or in school")
		}
	}
	if err := s.Milestones.Once(spell, code); err != nil {
		return err
	}
	s.Milestones.Add(code, spell, at)
	return nil
}

// stableGround reports whether a contact of M6 or later supports STABLE.
func (s *State) stableGround(on calendar.Day) bool {
	r, ok := s.Current()
	return ok && slices.ContainsFunc(r.Contacts, func(c Contact) bool {
		return c.Point != track.Month3 && c.On <= on && c.Safe != nil && *c.Safe && c.IncomeOrSchool
	})
}

// Current returns the last return.
func (s *State) Current() (*Return, bool) {
	if n := len(s.Returns); n > 0 {
		return &s.Returns[n-1], true
	}
	return nil, false
}

// FollowedUp reports whether the last return was followed up at the point.
func (s *State) FollowedUp(p track.FollowUpPoint) bool {
	_, done := s.Milestones.Find(len(s.Returns)-1, p.Milestone())
	return done
}

// SustainedBy reports whether the spell that a return began was found safe at
// its sixth month, on or before the day.
func (s *State) SustainedBy(spell int, day calendar.Day) bool {
	return spell < len(s.Returns) && slices.ContainsFunc(s.Returns[spell].Contacts, func(c Contact) bool {
		return c.Point == track.Month6 && c.On <= day && c.Safe != nil && *c.Safe
	})
}

// Progress says how far the track has come.
func (s *State) Progress() track.State {
	if len(s.Milestones) == 0 {
		return track.NotStarted
	}
	if _, stable := s.Milestones.Find(len(s.Returns)-1, track.Stable); stable {
		return track.Completed
	}
	return track.InProgress
}

// Missing is a scheduled follow-up of the last return that has not been done.
type Missing struct {
	Return track.Milestone
	Point  track.FollowUpPoint
	On     calendar.Day // the day of the point itself, without its window
}

// Missing returns the scheduled follow-ups of the last return that have not been
// done, in order. A later one makes the earlier ones moot: nobody can go back.
func (s *State) Missing() []Missing {
	r, ok := s.Current()
	if !ok {
		return nil
	}
	spell := len(s.Returns) - 1
	returned, _ := s.Milestones.Find(spell, track.ReturnedToCommunity)
	var out []Missing
	for _, p := range slices.Backward(track.FollowUpPoints) {
		if _, done := s.Milestones.Find(spell, p.Milestone()); done {
			break
		}
		out = append(out, Missing{Return: returned, Point: p, On: r.ReturnedOn.AddMonths(p.Months())})
	}
	slices.Reverse(out)
	return out
}
