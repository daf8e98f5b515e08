package followup

import (
	"cmp"
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// Schedule is the entry that schedules a follow-up by hand.
type Schedule struct {
	DueOn  calendar.Day `json:"dueOn" validate:"required"`
	Method Method       `json:"method,omitempty"` // open where it is absent
	track.Remark
}

// Cancellation is the entry that cancels a follow-up scheduled by hand.
type Cancellation struct {
	FollowUpID string      `json:"followUpId" validate:"required,max=64"`
	Reason     sealed.Text `json:"reason" validate:"required,max=500"`
}

// Kind names the entry.
func (Schedule) Kind() string { return "followup.scheduled" }

// Kind names the entry.
func (Cancellation) Kind() string { return "followup.cancelled" }

// Summary describes the entry in a sentence.
func (s Schedule) Summary() string { return "Follow-up scheduled for " + s.DueOn.String() }

// Summary describes the entry in a sentence.
func (Cancellation) Summary() string { return "Scheduled follow-up cancelled" }

// Texts returns the free text.
func (c Cancellation) Texts() []sealed.Text { return []sealed.Text{c.Reason} }

// Scheduled is a follow-up scheduled by hand that is still to be done.
type Scheduled struct {
	ID     string       `json:"id"`
	DueOn  calendar.Day `json:"dueOn"`
	Method Method       `json:"method,omitempty"`
	Entry  int          `json:"entry"` // version of the case with the entry that scheduled it
}

// Schedule adds a follow-up. A case has at most track.Most that are open.
func (s *State) Schedule(e Schedule, newID string, at track.Stamp) error {
	if err := track.NotBefore("dueOn", e.DueOn, at.On, "the scheduling"); err != nil {
		return err
	}
	if err := track.Full("dueOn", len(s.Scheduled), "scheduled follow-ups that are still to be done"); err != nil {
		return err
	}
	s.Scheduled = append(s.Scheduled, Scheduled{ID: newID, DueOn: e.DueOn, Method: id.Intern(e.Method), Entry: int(at.Entry)})
	return nil
}

// Cancel takes a scheduled follow-up out.
func (s *State) Cancel(c Cancellation) error {
	i, err := s.find(c.FollowUpID)
	if err != nil {
		return err
	}
	s.settle(i)
	return nil
}

// Open returns the follow-ups scheduled by hand that are still to be done, those
// that are due first before the others.
func (s *State) Open() []Scheduled {
	open := slices.Clone(s.Scheduled)
	slices.SortFunc(open, func(a, b Scheduled) int {
		return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.Entry, b.Entry))
	})
	return open
}

// complete settles the scheduled follow-up that a recorded one does: the named
// one or, without a name, the one that was due first of those that were due. One
// without contact does none: it may be tried again.
func (s *State) complete(r Recorded, on calendar.Day) error {
	followUpID := r.FollowUpID
	if followUpID == "" {
		open := s.Open()
		if len(open) == 0 || open[0].DueOn > on {
			return nil
		}
		followUpID = open[0].ID
	}
	i, err := s.find(followUpID)
	if err != nil {
		return err
	}
	if r.ContactMade {
		s.settle(i)
	}
	return nil
}

func (s *State) find(followUpID string) (int, error) {
	i := slices.IndexFunc(s.Scheduled, func(x Scheduled) bool { return x.ID == followUpID })
	if i < 0 {
		return 0, fault.Input("followUpId", "no such follow-up is still to be done; scheduledFollowUps lists those that are")
	}
	return i, nil
}

func (s *State) settle(i int) {
	if s.Scheduled = slices.Delete(s.Scheduled, i, i+1); len(s.Scheduled) == 0 {
		s.Scheduled = nil // a state with nothing in it is the zero state
	}
}
