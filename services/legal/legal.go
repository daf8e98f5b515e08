// Package legal follows legal matters, from representation to a verdict and
// compensation. A matter is counted once, however many steps it takes.
package legal

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// Verdict is how a trial ended.
type Verdict string

// The verdicts.
const (
	Conviction  Verdict = "CONVICTION"
	Acquittal   Verdict = "ACQUITTAL"
	Discharge   Verdict = "DISCHARGE"
	Compromised Verdict = "COMPROMISED" // settled out of court
)

// Step is what a legal milestone says beyond its code.
type Step struct {
	MatterID string  `json:"matterId,omitempty"` // needed only where several are open
	Verdict  Verdict `json:"verdict,omitempty"`
}

// Matter is one spell of the legal track.
type Matter struct {
	ID      string       `json:"id"`
	BeganOn calendar.Day `json:"beganOn"`
	LastOn  calendar.Day `json:"lastOn"` // the latest step
	Verdict Verdict      `json:"verdict,omitempty"`
}

// State is all matters, in the order in which they began.
type State struct {
	Matters    []Matter  `json:"matters,omitempty"`
	Milestones track.Log `json:"milestones,omitempty"`
}

// Clone returns a copy that shares nothing that the state's methods change.
func (s State) Clone() State {
	s.Matters, s.Milestones = slices.Clone(s.Matters), slices.Clone(s.Milestones)
	return s
}

// Reach records a step of a matter. REPRESENTED without a matterId begins a new
// matter unless one is waiting to be represented; a step with no matter to
// belong to begins one.
func (s *State) Reach(code track.Code, step Step, newID string, at track.Stamp) error {
	if err := checkVerdict(code, step.Verdict); err != nil {
		return err
	}
	i, err := s.matter(code, step.MatterID)
	if err != nil {
		return err
	}
	if i == len(s.Matters) {
		if code == track.VerdictGiven || code == track.Trial {
			return fault.Input("code", "%s needs REFERRED_TO_COURT first", code)
		}
		s.Matters = append(s.Matters, Matter{ID: newID, BeganOn: at.On, LastOn: at.On})
	}
	m := &s.Matters[i]
	if err := s.allow(code, i, at); err != nil {
		return err
	}
	m.LastOn = max(m.LastOn, at.On)
	if code == track.VerdictGiven {
		m.Verdict = id.Intern(step.Verdict)
	}
	s.Milestones.Add(code, i, at)
	return nil
}

// allow holds the order of the steps of a matter.
func (s *State) allow(code track.Code, i int, at track.Stamp) error {
	if err := s.Milestones.Once(i, code); err != nil {
		return err
	}
	if err := track.NotBefore("on", at.On, s.Matters[i].BeganOn, "the beginning of the matter"); err != nil {
		return err
	}
	if code != track.Trial && code != track.VerdictGiven {
		return nil
	}
	court, ok := s.Milestones.Find(i, track.ReferredToCourt)
	if !ok {
		return fault.Input("code", "%s needs REFERRED_TO_COURT first", code)
	}
	return track.NotBefore("on", at.On, court.On, "the referral to court")
}

func checkVerdict(code track.Code, v Verdict) error {
	switch {
	case code == track.VerdictGiven && v == "":
		return fault.Input("verdict", "is needed with the milestone VERDICT")
	case code != track.VerdictGiven && v != "":
		return fault.Input("verdict", "goes only with the milestone VERDICT")
	}
	return nil
}

// matter returns the index of the matter that the input means: the named one,
// the only open one, or the index of a new one.
func (s *State) matter(code track.Code, matterID string) (int, error) {
	open := []int{}
	for i, m := range s.Matters {
		if matterID == m.ID {
			return i, nil
		}
		if _, has := s.Milestones.Find(i, code); m.Verdict == "" && (code != track.Represented || !has) {
			open = append(open, i)
		}
	}
	switch {
	case matterID != "":
		return 0, fault.Input("matterId", "there is no such matter in this case")
	case len(open) > 1:
		return 0, fault.Input("matterId", "several matters are open; say which one")
	case len(open) == 1:
		return open[0], nil
	case code == track.Compensation && len(s.Matters) > 0: // follows a verdict
		return len(s.Matters) - 1, nil
	}
	return len(s.Matters), nil
}

// Progress says how far the track has come: a verdict completes it.
func (s *State) Progress() track.State {
	n := len(s.Matters)
	switch {
	case n == 0:
		return track.NotStarted
	case slices.ContainsFunc(s.Matters, func(m Matter) bool { return m.Verdict == "" }):
		return track.InProgress
	}
	return track.Completed
}

// NotInCourt returns the represented matters that nobody has referred to court:
// waits that the stall rules watch.
func (s *State) NotInCourt() []track.Milestone {
	var waiting []track.Milestone
	for i := range s.Matters {
		m, represented := s.Milestones.Find(i, track.Represented)
		_, court := s.Milestones.Find(i, track.ReferredToCourt)
		if represented && !court {
			waiting = append(waiting, m)
		}
	}
	return waiting
}
