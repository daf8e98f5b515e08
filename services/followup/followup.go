// Package followup records the contacts that workers make with a survivor to
// hear how she is, whether they reached her or not; those that are scheduled by
// hand; and her safe-contact rule, which says how she may be contacted.
package followup

import (
	"slices"

	"onward/services/calendar"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// Method is how contact was made or tried.
type Method string

// The methods.
const (
	HomeVisit   Method = "HOME_VISIT"
	OfficeVisit Method = "OFFICE_VISIT"
	Phone       Method = "PHONE"
	Message     Method = "MESSAGE"
	ThirdParty  Method = "THIRD_PARTY"
)

// Recorded is the entry for one follow-up. Safe, Income and InSchool are as she
// sees them; what was not asked stays absent.
type Recorded struct {
	Point       track.FollowUpPoint `json:"point" validate:"required"`
	Method      Method              `json:"method" validate:"required"`
	ContactMade bool                `json:"contactMade"`
	Safe        *bool               `json:"safe,omitempty"`
	HasIncome   *bool               `json:"hasIncome,omitempty"`
	InSchool    *bool               `json:"inSchool,omitempty"`
	Findings    sealed.Text         `json:"findings,omitempty" validate:"max=4000"`
	NextOn      calendar.Day        `json:"nextOn,omitzero"`                        // the next one that was agreed
	FollowUpID  string              `json:"followUpId,omitempty" validate:"max=64"` // the one scheduled by hand that this was
}

// Kind names the entry.
func (Recorded) Kind() string { return "followup.recorded" }

// Summary describes the entry in a sentence.
func (r Recorded) Summary() string {
	if !r.ContactMade {
		return "Follow-up " + string(r.Point) + " tried, no contact made"
	}
	return "Follow-up " + string(r.Point) + " done"
}

// State is what the follow-ups so far amount to.
type State struct {
	LastOn     calendar.Day `json:"lastOn,omitzero"` // the latest one with contact
	NextOn     calendar.Day `json:"nextOn,omitzero"` // agreed and not yet done
	LastMethod Method       `json:"lastMethod,omitempty"`
	Scheduled  []Scheduled  `json:"scheduled,omitempty"` // by hand and still to be done
}

// Clone returns a copy that shares nothing that the state's methods change.
func (s State) Clone() State {
	s.Scheduled = slices.Clone(s.Scheduled)
	return s
}

// Record takes a follow-up into the state. It refuses one that names a scheduled
// follow-up which is not there to be done.
func (s *State) Record(r Recorded, at track.Stamp) error {
	if err := s.complete(r, at.On); err != nil {
		return err
	}
	if r.ContactMade {
		if at.On >= s.LastOn {
			s.LastOn, s.LastMethod = at.On, id.Intern(r.Method)
		}
		if at.On >= s.NextOn {
			s.NextOn = 0
		}
	}
	if r.NextOn > at.On {
		s.NextOn = r.NextOn
	}
	return nil
}
