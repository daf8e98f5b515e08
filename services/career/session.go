package career

import (
	"cmp"

	"onward/services/id"
	"onward/services/track"
)

// SessionKind is what a session at a career centre is about.
type SessionKind string

// The kinds of session.
const (
	Counselling       SessionKind = "COUNSELLING"
	CVWriting         SessionKind = "CV_WRITING"
	InterviewPractice SessionKind = "INTERVIEW_PRACTICE"
	JobSearch         SessionKind = "JOB_SEARCH"
	FinancialLiteracy SessionKind = "FINANCIAL_LITERACY"
	LifeSkills        SessionKind = "LIFE_SKILLS"
	OtherSession      SessionKind = "OTHER"
)

// SessionHeld is the entry for one session with an advisor. It is also a service
// given at the centre's site, so that it counts as every service does: for the
// case to be assisted, and to be served by a career centre.
type SessionHeld struct {
	Session SessionKind `json:"kind" validate:"required"`
	Minutes *int        `json:"minutes,omitempty" validate:"omitempty,min=1,max=720"`
	SiteID  id.Site     `json:"siteId,omitempty"`                    // that of the registration where it is absent
	Service string      `json:"service,omitempty" validate:"max=80"` // a code of the service taxonomy
	track.Remark
}

// Kind names the entry.
func (SessionHeld) Kind() string { return "career.sessionHeld" }

// Summary describes the entry in a sentence.
func (s SessionHeld) Summary() string { return "Session at the career centre: " + string(s.Session) }

// Code returns the code of the service taxonomy as which the session counts: the
// one that was given, or what the taxonomy has for the kind. It has no line for
// career advice, which is another service there; what counselling it lists is
// psychosocial [J].
func (s SessionHeld) Code() string {
	if s.Session == LifeSkills {
		return cmp.Or(s.Service, "training_education_life_skills")
	}
	return cmp.Or(s.Service, "other_other_service")
}

// Attend counts a session in the last spell. The sessions themselves stay in the
// history alone: there may be many.
func (s *State) Attend(at track.Stamp) error {
	spell, err := s.spell("caseId", at)
	if err != nil {
		return err
	}
	r := &s.Registrations[spell]
	r.Sessions++
	r.LastSessionOn = max(r.LastSessionOn, at.On)
	return nil
}
