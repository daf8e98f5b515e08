package shelter

import (
	"cmp"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// Moved is the entry that takes the open stay to another site.
type Moved struct {
	SiteID             id.Site     `json:"siteId" validate:"required"`
	OverCapacityReason sealed.Text `json:"overCapacityReason,omitempty" validate:"max=500"` // why a full site took her in
	track.Remark
}

// Kind names the entry.
func (Moved) Kind() string { return "shelter.moved" }

// Summary describes the entry in a sentence.
func (Moved) Summary() string { return "Moved to another site of the shelter" }

// Move is a change of the site within a stay.
type Move struct {
	On           calendar.Day `json:"on"`                     // the first day at the new site
	From         id.Site      `json:"from"`                   // the site that she left
	OverCapacity int          `json:"overCapacity,omitempty"` // that of the stay, until then
}

// Segment is the part of a stay at one site.
type Segment struct {
	StayID       string
	Site         id.Site
	From         calendar.Day
	To           calendar.Day // the day on which she moved on or left; zero where she is there
	OverCapacity int          // the entry that says why the site took her in though full, or 0
}

// Segments returns the parts of the stay, in order: one more than its moves.
func (s Stay) Segments() []Segment {
	all := make([]Segment, 0, len(s.Moves)+1)
	from := s.AdmittedOn
	for _, m := range s.Moves {
		all = append(all, Segment{StayID: s.ID(), Site: m.From, From: from, To: m.On, OverCapacity: m.OverCapacity})
		from = m.On
	}
	return append(all, Segment{StayID: s.ID(), Site: s.Site, From: from, To: s.LeftOn, OverCapacity: s.OverCapacity})
}

// SiteOn returns the site at which she stayed on a day of the stay; on the day of
// a move, the new one.
func (s Stay) SiteOn(day calendar.Day) id.Site {
	for _, m := range s.Moves {
		if day < m.On {
			return m.From
		}
	}
	return s.Site
}

// Move takes the open stay to another site from a day on.
func (s *State) Move(m Moved, at track.Stamp) error {
	stay, open := s.Current()
	switch {
	case !open:
		return fault.Input("caseId", "there is no open stay to move; admit her to the shelter first")
	case stay.Site == m.SiteID:
		return fault.Input("siteId", "she stays at this site already")
	}
	err := cmp.Or(track.NotBefore("on", at.On, stay.AdmittedOn, "the admission"),
		track.Full("siteId", len(stay.Moves)+1, "sites in one stay")) // the first one is no move
	if n := len(stay.Moves); n > 0 {
		err = cmp.Or(err, track.NotBefore("on", at.On, stay.Moves[n-1].On, "the last move to another site"))
	}
	if err != nil {
		return err
	}
	stay.Moves = append(stay.Moves, Move{On: at.On, From: stay.Site, OverCapacity: stay.OverCapacity})
	stay.Site, stay.OverCapacity = id.Intern(m.SiteID), 0
	if m.OverCapacityReason != "" {
		stay.OverCapacity = int(at.Entry)
	}
	return nil
}
