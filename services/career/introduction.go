package career

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// Answered is what came of an introduction.
type Answered string

// What can come of an introduction.
const (
	Interviewed       Answered = "INTERVIEWED"
	Offered           Answered = "OFFERED"
	Hired             Answered = "HIRED"
	RefusedByEmployer Answered = "REFUSED_BY_EMPLOYER"
	RefusedByHer      Answered = "REFUSED_BY_HER"
	NoAnswer          Answered = "NO_ANSWER"
)

// after says what can come after each result. What is not here is final.
var after = map[Answered][]Answered{
	"":          {Interviewed, Offered, Hired, RefusedByEmployer, RefusedByHer, NoAnswer},
	NoAnswer:    {Interviewed, Offered, Hired, RefusedByEmployer, RefusedByHer},
	Interviewed: {Offered, Hired, RefusedByEmployer, RefusedByHer, NoAnswer},
	Offered:     {Hired, RefusedByEmployer, RefusedByHer, NoAnswer},
}

// Introduced is the entry for one introduction to an employer, of the directory
// or not.
type Introduced struct {
	EmployerID   id.Employer `json:"employerId,omitempty" validate:"required_without=EmployerName,excluded_with=EmployerName"`
	EmployerName sealed.Text `json:"employerName,omitempty" validate:"max=200"`
	Occupation   sealed.Text `json:"occupation" validate:"required,max=120"`
	Result       Answered    `json:"result,omitempty"` // where it is known at once
	track.Remark
}

// IntroductionAnswered is the entry for what came of an introduction.
type IntroductionAnswered struct {
	IntroductionID string   `json:"introductionId" validate:"required,max=64"`
	Result         Answered `json:"result" validate:"required"`
	track.Remark
}

// Kind names the entry.
func (Introduced) Kind() string { return "career.introduced" }

// Kind names the entry.
func (IntroductionAnswered) Kind() string { return "career.introductionAnswered" }

// Summary describes the entry in a sentence.
func (i Introduced) Summary() string {
	if i.Result != "" {
		return "Introduced to an employer: " + string(i.Result)
	}
	return "Introduced to an employer"
}

// Summary describes the entry in a sentence.
func (i IntroductionAnswered) Summary() string {
	return "Result of an introduction: " + string(i.Result)
}

// Introduction is one introduction to an employer.
type Introduction struct {
	ID           string       `json:"id"`
	EmployerID   id.Employer  `json:"employerId,omitempty"`
	EmployerName sealed.Text  `json:"employerName,omitempty"`
	Occupation   sealed.Text  `json:"occupation"`
	On           calendar.Day `json:"on"`
	Result       Answered     `json:"result,omitempty"` // as last heard
	ResultOn     calendar.Day `json:"resultOn,omitzero"`
}

// Introduce records an introduction in the last spell. Each reaches
// INTRODUCED_TO_EMPLOYER.
func (s *State) Introduce(i Introduced, newID string, at track.Stamp) error {
	spell, err := s.spell("caseId", at)
	if err != nil {
		return err
	}
	r := &s.Registrations[spell]
	if err := track.Full("caseId", len(r.Introductions), "introductions in one spell at the career centre"); err != nil {
		return err
	}
	made := Introduction{
		ID: newID, EmployerID: id.Intern(i.EmployerID), EmployerName: i.EmployerName,
		Occupation: i.Occupation, On: at.On, Result: id.Intern(i.Result),
	}
	if i.Result != "" {
		made.ResultOn = at.On
	}
	r.Introductions = append(r.Introductions, made)
	s.Milestones.Add(track.IntroducedToEmployer, spell, at)
	return nil
}

// AnswerIntroduction records what came of an introduction, of whichever spell.
// One result may follow another, as an offer follows an interview; being hired
// or refused is the last.
func (s *State) AnswerIntroduction(a IntroductionAnswered, at track.Stamp) error {
	i := s.introduction(a.IntroductionID)
	if i == nil {
		return fault.Input("introductionId", "there is no such introduction on this case; record it with introduceToEmployer")
	}
	if !slices.Contains(after[i.Result], a.Result) {
		return fault.Input("result", "%s cannot follow %s of %s; reverse that entry to correct it", a.Result, i.Result, i.ResultOn)
	}
	if err := track.NotBefore("on", at.On, max(i.On, i.ResultOn), "what is known of the introduction so far"); err != nil {
		return err
	}
	i.Result, i.ResultOn = id.Intern(a.Result), at.On
	return nil
}

// introduction returns an introduction, or nil.
func (s *State) introduction(introductionID string) *Introduction {
	for spell := range s.Registrations {
		for i := range s.Registrations[spell].Introductions {
			if made := &s.Registrations[spell].Introductions[i]; made.ID == introductionID {
				return made
			}
		}
	}
	return nil
}
