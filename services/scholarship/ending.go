package scholarship

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// EndReason is why an award was given up, suspended or taken away.
type EndReason string

// The reasons of an ending.
const (
	NeedsIncome EndReason = "FAMILY_NEEDS_INCOME"
	Marriage    EndReason = "MARRIAGE"
	Migration   EndReason = "MIGRATION"
	Health      EndReason = "HEALTH"
	Safety      EndReason = "SAFETY"
	Distance    EndReason = "DISTANCE"
	Academic    EndReason = "ACADEMIC"
	FoundWork   EndReason = "FOUND_WORK"
	Conduct     EndReason = "CONDUCT"
	Absent      EndReason = "ABSENCE"
	Fees        EndReason = "FEES"
	OtherReason EndReason = "OTHER"
)

// EndReasons lists the reasons that an ending can have [J]. An ending without any
// explains itself.
var EndReasons = map[Ending][]EndReason{
	Withdrawn:  {NeedsIncome, Marriage, Migration, Health, Safety, Distance, Academic, FoundWork, OtherReason},
	DroppedOut: {NeedsIncome, Marriage, Migration, Health, Safety, Distance, Academic, FoundWork, Fees, OtherReason},
	Suspended:  {Conduct, Absent, Fees, Academic, Health, OtherReason},
	Expelled:   {Conduct, Absent, Fees, Academic, OtherReason},
}

// Suspension is a time for which an award was suspended.
type Suspension struct {
	From   calendar.Day `json:"from"`
	To     calendar.Day `json:"to"` // the day on which it was lifted
	Reason EndReason    `json:"reason,omitempty"`
}

// End ends an award, or an application that was not granted.
func (s *State) End(e End, at track.Stamp) error {
	i, err := s.ending(e)
	if err != nil {
		return err
	}
	if err := e.reasonFits(); err != nil {
		return err
	}
	sc := &s.Scholarships[i]
	if e.Ending == Graduated && sc.EnrolledOn.IsZero() {
		return fault.Input("ending", "she cannot graduate without having been enrolled")
	}
	if err := track.NotBefore("on", at.On, sc.lastStep(), "the last step of the scholarship"); err != nil {
		return err
	}
	if sc.onWaitingList() {
		sc.leaveWaitingList()
	}
	sc.EndedOn, sc.Ending, sc.EndReason = at.On, id.Intern(e.Ending), id.Intern(e.ReasonCode)
	s.Milestones.Add(track.Code(sc.Ending), i, at)
	return nil
}

// reasonFits refuses a reason that does not go with the ending. An ending needs
// no reason: old clients give none.
func (e End) reasonFits() error {
	switch allowed := EndReasons[e.Ending]; {
	case e.ReasonCode == "":
		return nil
	case len(allowed) == 0:
		return fault.Input("reasonCode", "%s has no reason code; leave it out", e.Ending)
	case !slices.Contains(allowed, e.ReasonCode):
		return fault.Input("reasonCode", "%s is no reason for %s; choose one of %v", e.ReasonCode, e.Ending, allowed)
	case e.ReasonCode == OtherReason && e.Reason == "":
		return fault.Input("reason", "say in words what the reason OTHER is")
	}
	return nil
}

// ending returns the index of what an ending ends: an application for DENIED and
// WAITLISTED, an award or an application for WITHDRAWN, an award for all others.
func (s *State) ending(e End) (int, error) {
	switch e.Ending {
	case Waitlisted:
		return s.waiting(e, s.pending())
	case Denied:
		i, err := s.undecided(e.ScholarshipID)
		if err != nil {
			return 0, err
		}
		return s.waiting(e, i)
	case Withdrawn:
		return s.withdrawn(e.ScholarshipID)
	}
	return s.open(e.ScholarshipID)
}

// waiting refuses an answer where no application waits for it, or another one.
func (s *State) waiting(e End, i int) (int, error) {
	switch {
	case i < 0:
		return 0, fault.Input("ending", "%s ends an application, and none is waiting", e.Ending)
	case e.ScholarshipID != "" && !s.Scholarships[i].named(e.ScholarshipID):
		return 0, fault.Input("scholarshipId", "this is not the waiting application")
	}
	return i, nil
}

// withdrawn returns the index of the award or the application that is withdrawn.
// Where none is named, an open award is meant before an application.
func (s *State) withdrawn(scholarshipID string) (int, error) {
	award, err := s.open(scholarshipID)
	if err == nil || scholarshipID == "" && slices.ContainsFunc(s.Scholarships, func(sc Scholarship) bool { return sc.isOpen() }) {
		return award, err
	}
	i, unsure := s.undecided(scholarshipID)
	switch {
	case unsure != nil && scholarshipID == "":
		return 0, unsure
	case unsure != nil || i < 0:
		return 0, err
	}
	return i, nil
}

// Resume lifts a suspension: the award is open again, and the suspension stays in
// the spell.
func (s *State) Resume(r Resumption, at track.Stamp) error {
	i, err := s.suspended(r.ScholarshipID)
	if err != nil {
		return err
	}
	sc := &s.Scholarships[i]
	if err := track.NotBefore("on", at.On, sc.EndedOn, "the suspension"); err != nil {
		return err
	}
	if err := track.Full("scholarshipId", len(sc.Suspensions), "suspensions of one scholarship"); err != nil {
		return err
	}
	sc.Suspensions = append(sc.Suspensions, Suspension{From: sc.EndedOn, To: at.On, Reason: sc.EndReason})
	sc.EndedOn, sc.Ending, sc.EndReason = 0, "", ""
	return nil
}

// DroppedOut returns the ending of her last award to end, where she dropped out of
// it or was expelled, at most a number of days after she was last enrolled under
// it, and is not at school: no other award has her enrolled then or since.
func (s *State) DroppedOut(within int) (ending track.Milestone, lost bool) {
	last := -1
	for i := range s.Scholarships {
		switch sc := &s.Scholarships[i]; {
		case sc.EnrolledOn.IsZero():
			continue
		case sc.EndedOn.IsZero() && !s.away(i):
			return track.Milestone{}, false
		case !sc.EndedOn.IsZero() && (last < 0 || sc.EndedOn >= s.Scholarships[last].EndedOn):
			last = i
		}
	}
	if last < 0 {
		return track.Milestone{}, false
	}
	sc := &s.Scholarships[last]
	if sc.Ending != DroppedOut && sc.Ending != Expelled || sc.EndedOn-sc.lastEnrolment() > calendar.Day(within) || s.enrolledSince(sc.EndedOn) {
		return track.Milestone{}, false
	}
	return s.Milestones.Find(last, track.Code(sc.Ending))
}

// enrolledSince reports whether she was enrolled on a day or after it, under an
// award that has not ended.
func (s *State) enrolledSince(day calendar.Day) bool {
	return slices.ContainsFunc(s.Scholarships, func(sc Scholarship) bool { return sc.isOpen() && sc.lastEnrolment() >= day })
}
