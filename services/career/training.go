package career

import (
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// Modality is how a training is given.
type Modality string

// The modalities.
const (
	Classroom        Modality = "CLASSROOM"
	OnTheJob         Modality = "ON_THE_JOB"
	Online           Modality = "ONLINE"
	VocationalSchool Modality = "VOCATIONAL_SCHOOL"
)

// Result is how a training ended.
type Result string

// The results.
const (
	Completed  Result = "COMPLETED"
	DroppedOut Result = "DROPPED_OUT"
	Failed     Result = "FAILED"
)

// TrainingBegun is the entry that begins a training, with an organisation of the
// directory or another provider.
type TrainingBegun struct {
	ProviderID   id.Organisation `json:"providerId,omitempty" validate:"required_without=ProviderName,excluded_with=ProviderName"`
	ProviderName sealed.Text     `json:"providerName,omitempty" validate:"max=200"`
	Subject      sealed.Text     `json:"subject" validate:"required,max=120"` // the trade or occupation
	Modality     Modality        `json:"modality" validate:"required"`
	HoursPlanned *int            `json:"hoursPlanned,omitempty" validate:"omitempty,min=1,max=5000"`
	track.Remark
}

// Certificate is what shows that a training was completed.
type Certificate struct {
	Title    sealed.Text  `json:"title" validate:"required,max=200"`
	IssuedBy sealed.Text  `json:"issuedBy" validate:"required,max=200"`
	Number   sealed.Text  `json:"number,omitempty" validate:"max=80"`
	IssuedOn calendar.Day `json:"issuedOn" validate:"required"`
}

// TrainingEnded is the entry that ends a training.
type TrainingEnded struct {
	TrainingID  string       `json:"trainingId" validate:"required,max=64"`
	Result      Result       `json:"result" validate:"required"`
	Certificate *Certificate `json:"certificate,omitempty"`
	track.Remark
}

// Kind names the entry.
func (TrainingBegun) Kind() string { return "career.trainingStarted" }

// Kind names the entry.
func (TrainingEnded) Kind() string { return "career.trainingCompleted" }

// Summary describes the entry in a sentence.
func (t TrainingBegun) Summary() string { return "Training started, " + string(t.Modality) }

// Summary describes the entry in a sentence.
func (t TrainingEnded) Summary() string { return "Training ended: " + string(t.Result) }

// Training is one training of a spell.
type Training struct {
	ID           string          `json:"id"`
	ProviderID   id.Organisation `json:"providerId,omitempty"`
	ProviderName sealed.Text     `json:"providerName,omitempty"`
	Subject      sealed.Text     `json:"subject"`
	Modality     Modality        `json:"modality"`
	HoursPlanned *int            `json:"hoursPlanned,omitempty"`
	StartedOn    calendar.Day    `json:"startedOn"`
	EndedOn      calendar.Day    `json:"endedOn,omitzero"`
	Result       Result          `json:"result,omitempty"`
	Certificate  *Certificate    `json:"certificate,omitempty"`
}

// StartTraining begins a training in the last spell. The first one of the spell
// reaches TRAINING_STARTED.
func (s *State) StartTraining(t TrainingBegun, newID string, at track.Stamp) error {
	spell, err := s.spell("caseId", at)
	if err != nil {
		return err
	}
	r := &s.Registrations[spell]
	if err := track.Full("caseId", len(r.Trainings), "trainings in one spell at the career centre"); err != nil {
		return err
	}
	r.Trainings = append(r.Trainings, Training{
		ID: newID, ProviderID: id.Intern(t.ProviderID), ProviderName: t.ProviderName, Subject: t.Subject,
		Modality: id.Intern(t.Modality), HoursPlanned: t.HoursPlanned, StartedOn: at.On,
	})
	s.first(track.TrainingStarted, spell, at)
	return nil
}

// CompleteTraining ends a training, of whichever spell. The first one of its
// spell that is completed reaches TRAINING_COMPLETED.
func (s *State) CompleteTraining(e TrainingEnded, at track.Stamp) error {
	spell, t := s.training(e.TrainingID)
	switch {
	case t == nil:
		return fault.Input("trainingId", "there is no such training on this case; start it with startTraining")
	case !t.EndedOn.IsZero():
		return fault.Input("trainingId", "this training ended on %s already; reverse that entry to correct it", t.EndedOn)
	case e.Certificate != nil && e.Result != Completed:
		return fault.Input("certificate", "a certificate goes only with the result COMPLETED")
	}
	if err := track.NotBefore("on", at.On, t.StartedOn, "the start of the training"); err != nil {
		return err
	}
	if c := e.Certificate; c != nil {
		if err := track.NotBefore("certificate.issuedOn", c.IssuedOn, t.StartedOn, "the start of the training"); err != nil {
			return err
		}
	}
	t.EndedOn, t.Result, t.Certificate = at.On, id.Intern(e.Result), e.Certificate
	if e.Result == Completed {
		s.first(track.TrainingCompleted, spell, at)
	}
	return nil
}

// training returns a training and its spell, or nil.
func (s *State) training(trainingID string) (int, *Training) {
	for spell := range s.Registrations {
		for i := range s.Registrations[spell].Trainings {
			if t := &s.Registrations[spell].Trainings[i]; t.ID == trainingID {
				return spell, t
			}
		}
	}
	return 0, nil
}
