package employment

import (
	"cmp"
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// Moment says whether a workplace was checked before she started there or after.
type Moment string

// The moments.
const (
	BeforeStart Moment = "BEFORE_START"
	AfterStart  Moment = "AFTER_START"
)

// Aspect is one thing that makes a workplace safe.
type Aspect string

// The aspects.
const (
	LegalAge            Aspect = "LEGAL_AGE"
	ContractFair        Aspect = "CONTRACT_FAIR"
	NoDocumentRetention Aspect = "NO_DOCUMENT_RETENTION"
	FreeToLeave         Aspect = "FREE_TO_LEAVE"
	SafeTransport       Aspect = "SAFE_TRANSPORT"
	SafeHousing         Aspect = "SAFE_HOUSING"
	NoHarassment        Aspect = "NO_HARASSMENT"
	WagesPaid           Aspect = "WAGES_PAID"
)

// WorkplaceChecked is the entry for one check of how safe a workplace is: that of
// a placement, or an employer's before there is a placement.
type WorkplaceChecked struct {
	PlacementID  string      `json:"placementId,omitempty" validate:"required_without_all=EmployerID EmployerName"`
	EmployerID   id.Employer `json:"employerId,omitempty" validate:"excluded_with=PlacementID"`
	EmployerName sealed.Text `json:"employerName,omitempty" seal:"same" validate:"excluded_with=PlacementID,excluded_with=EmployerID,max=200"`
	When         Moment      `json:"when" validate:"required"`
	Safe         bool        `json:"safe"`
	Checks       []Aspect    `json:"checks,omitempty" validate:"max=8,unique"` // what was found in order
	track.Remark
}

// Kind names the entry.
func (WorkplaceChecked) Kind() string { return "employment.workplaceChecked" }

// Summary describes the entry in a sentence.
func (w WorkplaceChecked) Summary() string {
	if w.Safe {
		return "Workplace check, " + string(w.When) + ": safe"
	}
	return "Workplace check, " + string(w.When) + ": not safe"
}

// WorkplaceCheck is what one check of a workplace found.
type WorkplaceCheck struct {
	PlacementID  string       `json:"placementId,omitempty"`
	EmployerID   id.Employer  `json:"employerId,omitempty"`
	EmployerName sealed.Text  `json:"employerName,omitempty" seal:"same"`
	When         Moment       `json:"when"`
	On           calendar.Day `json:"on"`
	Safe         bool         `json:"safe"`
	Checks       []Aspect     `json:"checks,omitempty"`
}

// RecordWorkplaceCheck records a check. A check of an employer before a start
// holds for every placement there that began on its day or later.
func (s *State) RecordWorkplaceCheck(w WorkplaceChecked, at track.Stamp) error {
	if err := track.Full("caseId", len(s.WorkplaceChecks), "checks of workplaces"); err != nil {
		return err
	}
	found := WorkplaceCheck{
		EmployerID: id.Intern(w.EmployerID), EmployerName: w.EmployerName,
		When: id.Intern(w.When), On: at.On, Safe: w.Safe,
	}
	for _, a := range w.Checks {
		found.Checks = append(found.Checks, id.Intern(a))
	}
	if w.PlacementID == "" {
		if w.When == AfterStart {
			return fault.Input("placementId", "a check AFTER_START is that of a placement; say of which")
		}
	} else if err := s.ofPlacement(&found, w); err != nil {
		return err
	}
	s.WorkplaceChecks = append(s.WorkplaceChecks, found)
	for i := range s.Placements {
		s.Placements[i].assure(&found)
	}
	return nil
}

// ofPlacement makes a check that of a placement, open or ended.
func (s *State) ofPlacement(found *WorkplaceCheck, w WorkplaceChecked) error {
	for i := range s.Placements {
		p := &s.Placements[i]
		if p.ID() != w.PlacementID {
			continue
		}
		found.PlacementID, found.EmployerID, found.EmployerName = p.ID(), p.EmployerID, p.EmployerName
		if w.When == BeforeStart && found.On > p.StartedOn {
			return fault.Input("on", "%s is after the start of the placement on %s; a check of this day is AFTER_START", found.On, p.StartedOn)
		}
		if w.When == AfterStart {
			return track.NotBefore("on", found.On, p.StartedOn, "the start of the placement")
		}
		return nil
	}
	return fault.Input("placementId", "there is no such placement on this case")
}

// assure shows a check on the placement if it is the last one of it.
func (p *Placement) assure(c *WorkplaceCheck) {
	last := &p.SafetyAfter
	if c.When == BeforeStart {
		last = &p.SafetyBefore
	}
	its := c.PlacementID == p.ID()
	if c.PlacementID == "" {
		its = c.On <= p.StartedOn && sameEmployer(c.EmployerID, c.EmployerName, p.EmployerID, p.EmployerName)
	}
	if its && (*last == nil || (*last).On <= c.On) {
		*last = c
	}
}

// sameEmployer compares two employers: by the directory where both are in it, or
// by their names, whatever the case of the letters. An employer that stands once
// in the directory and once by its name is not known to be the same.
func sameEmployer(id1 id.Employer, name1 sealed.Text, id2 id.Employer, name2 sealed.Text) bool {
	if id1 != "" || id2 != "" {
		return id1 == id2
	}
	return name1.Same(name2)
}

// AllowStart refuses a start at an employer whose last finding on this case, up
// to the day of the start, was that the workplace is not safe: by a check, or
// because she left a job there for its danger or exploitation. A new check that
// finds it safe lifts that; where she goes there all the same, the input says why.
//
// It is asked when a start is recorded and not by the fold: that she works there
// stays a fact, whatever is found or corrected afterwards.
func (s *State) AllowStart(e Started, on calendar.Day) error {
	since, unsafe := s.unsafeSince(e, on)
	if !unsafe || e.UnsafeReason != "" {
		return nil
	}
	field := cmp.Or(map[bool]string{true: "employerName"}[e.EmployerID == ""], "employerId")
	return fault.Input(field, "the workplace was found not to be safe on %s; record a new check with recordWorkplaceCheck, or say in unsafeReason why she starts there all the same", since)
}

// FoundUnsafe reports whether any workplace was ever found not to be safe for her.
func (s *State) FoundUnsafe() bool {
	return slices.ContainsFunc(s.WorkplaceChecks, func(c WorkplaceCheck) bool { return !c.Safe }) ||
		slices.ContainsFunc(s.Placements, func(p Placement) bool { return p.leftForDanger() })
}

// unsafeSince returns the day of the last finding about an employer up to a day,
// and whether it was that the workplace is not safe. Of two findings of one day
// the later entry counts, but that she left for its danger counts most.
func (s *State) unsafeSince(e Started, until calendar.Day) (day calendar.Day, unsafe bool) {
	for _, c := range s.WorkplaceChecks {
		if c.On <= until && c.On >= day && sameEmployer(c.EmployerID, c.EmployerName, e.EmployerID, e.EmployerName) {
			day, unsafe = c.On, !c.Safe
		}
	}
	for i := range s.Placements {
		p := &s.Placements[i]
		if p.leftForDanger() && p.EndedOn <= until && p.EndedOn >= day && sameEmployer(p.EmployerID, p.EmployerName, e.EmployerID, e.EmployerName) {
			day, unsafe = p.EndedOn, true
		}
	}
	return day, unsafe
}

func (p *Placement) leftForDanger() bool {
	return p.EndReason() == Unsafe || p.EndReason() == Exploitation
}
