package scholarship

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
)

// pending returns the index of an application without an answer, or -1.
func (s *State) pending() int {
	return slices.IndexFunc(s.Scholarships, func(sc Scholarship) bool {
		return sc.AwardedOn.IsZero() && sc.EndedOn.IsZero()
	})
}

// onWaitingList reports whether it is an application on the waiting list.
func (sc *Scholarship) onWaitingList() bool { return sc.AwardedOn.IsZero() && sc.Ending == Waitlisted }

// leaveWaitingList makes an application one that waits for its answer again.
func (sc *Scholarship) leaveWaitingList() {
	sc.WaitedFrom, sc.EndedOn, sc.Ending = sc.EndedOn, 0, ""
}

// WaitlistedOn returns the day on which the application came on the waiting list,
// or none.
func (sc *Scholarship) WaitlistedOn() calendar.Day {
	if sc.onWaitingList() {
		return sc.EndedOn
	}
	return sc.WaitedFrom
}

// answered returns the index of the application that an award answers: the named
// one, the one that waits for its answer, or the last that is on the waiting list
// since a day not after the award. It returns -1 where there is none, and the
// award begins a spell.
func (s *State) answered(scholarshipID string, on calendar.Day) (int, error) {
	if scholarshipID != "" {
		return s.application(scholarshipID)
	}
	if i := s.pending(); i >= 0 {
		return i, nil
	}
	for i := len(s.Scholarships) - 1; i >= 0; i-- {
		if sc := &s.Scholarships[i]; sc.onWaitingList() && sc.EndedOn <= on {
			return i, nil
		}
	}
	return -1, nil
}

// application returns the index of a named application that waits for its answer
// or is on the waiting list.
func (s *State) application(scholarshipID string) (int, error) {
	for i := range s.Scholarships {
		sc := &s.Scholarships[i]
		if sc.named(scholarshipID) && (i == s.pending() || sc.onWaitingList()) {
			return i, nil
		}
	}
	return 0, fault.Input("scholarshipId", "this is not a waiting application")
}

// undecided returns the index of the application that the input means: the named
// one, the one that waits for its answer, or the only one on the waiting list. It
// returns -1 where there is none.
func (s *State) undecided(scholarshipID string) (int, error) {
	if scholarshipID != "" {
		return s.application(scholarshipID)
	}
	if i := s.pending(); i >= 0 {
		return i, nil
	}
	return s.one("", (*Scholarship).onWaitingList, "", "several applications are on the waiting list; say which one")
}

// open returns the index of the award that the input means: the named one, or
// the only one that is open.
func (s *State) open(scholarshipID string) (int, error) {
	i, err := s.one(scholarshipID, (*Scholarship).isOpen, "this scholarship is not an open award", "several scholarships are open; say which one")
	if err == nil && i < 0 {
		err = fault.Input("scholarshipId", "there is no open award; award the scholarship first")
	}
	return i, err
}

// awarded returns the index of the award that the input means, which may have
// ended: the named one, the only one that is open, or the only one.
func (s *State) awarded(scholarshipID string) (int, error) {
	wasAwarded := func(sc *Scholarship) bool { return !sc.AwardedOn.IsZero() }
	several := "there are several awards; say which one"
	if scholarshipID == "" {
		if i, err := s.one("", (*Scholarship).isOpen, "", several); err != nil || i >= 0 {
			return i, err
		}
	}
	i, err := s.one(scholarshipID, wasAwarded, "this scholarship was not awarded", several)
	if err == nil && i < 0 {
		err = fault.Input("scholarshipId", "there is no award; award the scholarship first")
	}
	return i, err
}

// suspended returns the index of the award that the input means: the named one,
// or the only one that is suspended.
func (s *State) suspended(scholarshipID string) (int, error) {
	isSuspended := func(sc *Scholarship) bool { return sc.Ending == Suspended }
	i, err := s.one(scholarshipID, isSuspended, "this scholarship is not suspended", "several scholarships are suspended; say which one")
	if err == nil && i < 0 {
		err = fault.Input("scholarshipId", "no scholarship is suspended")
	}
	return i, err
}

// one returns the index of the named scholarship, or of the only one that is
// meant; -1 where there is none. Its refusals are in the words given.
func (s *State) one(scholarshipID string, meant func(*Scholarship) bool, wrong, several string) (int, error) {
	found := -1
	for i := range s.Scholarships {
		sc := &s.Scholarships[i]
		switch {
		case scholarshipID != "" && !sc.named(scholarshipID), scholarshipID == "" && !meant(sc):
			continue
		case scholarshipID != "" && !meant(sc):
			return 0, fault.Input("scholarshipId", "%s", wrong)
		case found >= 0:
			return 0, fault.Input("scholarshipId", "%s", several)
		}
		found = i
	}
	return found, nil
}
