// Package legal follows legal matters, from representation to a verdict and
// compensation. A matter is counted once, however many steps it takes, however
// many forms are sent and however many defendants it has.
package legal

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/money"
	"onward/services/track"
)

// MostDefendants is how many defendants a matter can have: one for each letter.
const MostDefendants = 26

// Matter is one spell of the legal track.
type Matter struct {
	Part id.Part `json:"id"` // read through ID
	Description
	BeganOn calendar.Day `json:"beganOn"`
	LastOn  calendar.Day `json:"lastOn"` // the latest step

	Representations []Representation `json:"representations,omitempty"`
	Defendants      []Defendant      `json:"defendants,omitempty"`

	// Verdict is CONVICTION once a defendant is convicted, and until then the
	// verdict that was recorded first. Convicted says when that first conviction
	// came, by the day of the verdict.
	Verdict   Verdict      `json:"verdict,omitempty"`
	Convicted *track.Stamp `json:"convicted,omitempty"`

	CompensationOrdered *money.Money `json:"compensationOrdered,omitempty"` // as last heard
	Payments            []Payment    `json:"payments,omitempty"`
	ClosedOn            calendar.Day `json:"closedOn,omitzero"`
	Ending              Ending       `json:"ending,omitempty"`
}

// ID returns the identifier of the matter.
func (m Matter) ID() string { return m.Part.String() }

// Representation is who spoke for her, and from when to when.
type Representation struct {
	Representative
	From calendar.Day `json:"from"`
	To   calendar.Day `json:"to,omitzero"` // the day on which another took over
}

// Defendant is one against whom a matter is, without a name.
type Defendant struct {
	ID                  string       `json:"id"`
	Label               string       `json:"label"` // A to Z
	Role                Role         `json:"role"`
	Verdict             Verdict      `json:"verdict,omitempty"`
	VerdictOn           calendar.Day `json:"verdictOn,omitzero"`
	SentenceMonths      *int         `json:"sentenceMonths,omitempty"`
	CompensationOrdered *money.Money `json:"compensationOrdered,omitempty"`
	AppealUntil         calendar.Day `json:"appealUntil,omitzero"`
}

// Payment is compensation that was paid.
type Payment struct {
	PaidOn calendar.Day `json:"paidOn"`
	Amount money.Money  `json:"amount"`
}

// ConvictedOn returns the day of the first conviction, or the zero Day.
func (m Matter) ConvictedOn() calendar.Day {
	if m.Convicted == nil {
		return 0
	}
	return m.Convicted.On
}

// waiting reports whether a verdict on the defendant is still to come.
func (d Defendant) waiting() bool { return d.Verdict == "" }

// Open reports whether the matter goes on: it is not closed, and a verdict on
// it, or on one of its defendants, is still to come.
func (m Matter) Open() bool {
	return m.ClosedOn.IsZero() && (m.Verdict == "" || slices.ContainsFunc(m.Defendants, Defendant.waiting))
}

// State is all matters, in the order in which they were recorded.
type State struct {
	Matters    []Matter  `json:"matters,omitempty"`
	Milestones track.Log `json:"milestones,omitempty"`
}

// Clone returns a copy that shares nothing that the state's methods change.
func (s State) Clone() State {
	s.Matters, s.Milestones = slices.Clone(s.Matters), slices.Clone(s.Milestones)
	for i := range s.Matters {
		m := &s.Matters[i]
		m.Representations, m.Defendants, m.Payments = slices.Clone(m.Representations), slices.Clone(m.Defendants), slices.Clone(m.Payments)
	}
	return s
}

// Reach records a step of a matter. REPRESENTED without a matterId begins a new
// matter unless one is waiting to be represented; a step with no matter to
// belong to begins one. VERDICT gives the verdict of the one defendant who waits
// for it, or that of a matter of which no defendants are listed.
func (s *State) Reach(code track.Code, step Step, newID id.Part, at track.Stamp) error {
	if err := checkVerdict(code, step.Verdict); err != nil {
		return err
	}
	i, err := s.meant(code, step.MatterID)
	if err != nil {
		return err
	}
	if i == len(s.Matters) {
		if code == track.VerdictGiven || code == track.Trial {
			return fault.Input("code", "%s needs REFERRED_TO_COURT first", code)
		}
		if err := s.begin(Matter{Part: newID, BeganOn: at.On, LastOn: at.On}); err != nil {
			return err
		}
	}
	if err := s.allow(code, i, at); err != nil {
		return err
	}
	if code == track.VerdictGiven {
		return s.giveOnly(i, step.Verdict, at)
	}
	s.take(i, at.On)
	s.Milestones.Add(code, i, at)
	return nil
}

// begin adds a matter.
func (s *State) begin(m Matter) error {
	if err := track.Full("caseId", len(s.Matters), "legal matters"); err != nil {
		return err
	}
	s.Matters = append(s.Matters, m)
	return nil
}

// take notes a step of a matter on its day.
func (s *State) take(i int, on calendar.Day) { s.Matters[i].LastOn = max(s.Matters[i].LastOn, on) }

// allow holds the order of the steps of a matter.
func (s *State) allow(code track.Code, i int, at track.Stamp) error {
	if err := s.Milestones.Once(i, code); err != nil {
		return err
	}
	if code != track.Compensation { // it may be paid when all else is over
		if err := s.Matters[i].goesOn("code"); err != nil {
			return err
		}
	}
	if err := s.notBeforeIt(i, at.On); err != nil {
		return err
	}
	if code == track.Trial || code == track.VerdictGiven {
		return s.inCourt("code", code, i, at.On)
	}
	return nil
}

// goesOn refuses a matter that was closed, under the name of a field.
func (m Matter) goesOn(field string) error {
	if !m.ClosedOn.IsZero() {
		return fault.Input(field, "this matter was closed on %s; reverse that entry if it goes on", m.ClosedOn)
	}
	return nil
}

// notBeforeIt refuses a day before the matter began.
func (s *State) notBeforeIt(i int, on calendar.Day) error {
	return track.NotBefore("on", on, s.Matters[i].BeganOn, "the beginning of the matter")
}

// inCourt refuses what comes after the referral to court, where there is none or
// only a later one.
func (s *State) inCourt(field string, code track.Code, i int, on calendar.Day) error {
	court, ok := s.Milestones.Find(i, track.ReferredToCourt)
	if !ok {
		return fault.Input(field, "%s needs REFERRED_TO_COURT first", code)
	}
	return track.NotBefore("on", on, court.On, "the referral to court")
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

// meant returns the index of the matter that a milestone means: the named one,
// the only open one, or the index of a new one.
func (s *State) meant(code track.Code, matterID string) (int, error) {
	if matterID != "" {
		return s.find(matterID)
	}
	open := []int{}
	for i, m := range s.Matters {
		if _, has := s.Milestones.Find(i, code); m.Open() && (code != track.Represented || !has) {
			open = append(open, i)
		}
	}
	switch {
	case len(open) > 1:
		return 0, fault.Input("matterId", "several matters are open; say which one")
	case len(open) == 1:
		return open[0], nil
	case code == track.Compensation && len(s.Matters) > 0: // follows a verdict
		return len(s.Matters) - 1, nil
	}
	return len(s.Matters), nil
}

// find returns the index of a matter.
func (s *State) find(matterID string) (int, error) {
	i := slices.IndexFunc(s.Matters, func(m Matter) bool { return m.ID() == matterID })
	if i < 0 {
		return 0, fault.Input("matterId", "there is no such matter in this case")
	}
	return i, nil
}

// Progress says how far the track has come. A matter that is closed without a
// verdict, a settlement or a conclusion was given up before its end; of several,
// the last one counts.
func (s *State) Progress() track.State {
	n := len(s.Matters)
	switch {
	case n == 0:
		return track.NotStarted
	case slices.ContainsFunc(s.Matters, Matter.Open):
		return track.InProgress
	}
	if last := s.Matters[n-1]; last.Verdict == "" && (last.Ending == Withdrawn || last.Ending == Dismissed) {
		return track.Ended
	}
	return track.Completed
}

// NotInCourt returns the represented matters that go on and that nobody has
// referred to court: waits that the stall rules watch.
func (s *State) NotInCourt() []track.Milestone {
	var waiting []track.Milestone
	for i, m := range s.Matters {
		reached, represented := s.Milestones.Find(i, track.Represented)
		_, court := s.Milestones.Find(i, track.ReferredToCourt)
		if represented && !court && m.ClosedOn.IsZero() {
			waiting = append(waiting, reached)
		}
	}
	return waiting
}

// intern lets equal words of all cases share their bytes.
func (d Description) intern() Description {
	d.Type, d.Subject, d.Province = id.Intern(d.Type), id.Intern(d.Subject), id.Intern(d.Province)
	return d
}
