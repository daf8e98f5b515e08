// Package employment follows jobs: an offer, a start with evidence, checks of
// retention at 90, 180 and 365 days, and a separation.
package employment

import (
	"iter"
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/money"
	"onward/services/sealed"
	"onward/services/track"
	"onward/services/word"
)

// Type is the kind of employment.
type Type string

// The types.
const (
	FullTime     Type = "FULL_TIME"
	PartTime     Type = "PART_TIME"
	Seasonal     Type = "SEASONAL"
	SelfEmployed Type = "SELF_EMPLOYED"
	Apprentice   Type = "APPRENTICE"
)

// Types lists them.
var Types = []Type{FullTime, PartTime, Seasonal, SelfEmployed, Apprentice}

// Words returns all words of the kind.
func (Type) Words() []Type { return Types }

// Evidence is what shows that she works there. A start without evidence is
// recorded, but not counted as EMPLOYED.
type Evidence string

// The kinds of evidence.
const (
	Contract         Evidence = "CONTRACT"
	Payslip          Evidence = "PAYSLIP"
	EmployerStated   Evidence = "EMPLOYER_CONFIRMATION"
	WorkplaceVisit   Evidence = "WORKPLACE_VISIT"
	BusinessRecord   Evidence = "BUSINESS_RECORD"
	SurvivorReported Evidence = "SURVIVOR_REPORT"
)

// EvidenceKinds lists them.
var EvidenceKinds = []Evidence{Contract, Payslip, EmployerStated, WorkplaceVisit, BusinessRecord, SurvivorReported}

// Words returns all words of the kind.
func (Evidence) Words() []Evidence { return EvidenceKinds }

// Point is a day of retention to check, counted from the start.
type Point string

// The points, and with each its milestone.
const (
	Day90  Point = "DAY_90"
	Day180 Point = "DAY_180"
	Day365 Point = "DAY_365"
)

// Points lists them in order.
var Points = []Point{Day90, Day180, Day365}

// Days returns the number of days after the start.
func (p Point) Days() int { return map[Point]int{Day90: 90, Day180: 180, Day365: 365}[p] }

// Milestone returns the milestone that a passed check reaches.
func (p Point) Milestone() track.Code {
	return map[Point]track.Code{Day90: track.Retained90, Day180: track.Retained180, Day365: track.Retained365}[p]
}

// Reason is why a job ended.
type Reason string

// The reasons.
const (
	Resigned         Reason = "RESIGNED"
	Dismissed        Reason = "DISMISSED"
	ContractEnded    Reason = "CONTRACT_ENDED"
	LaidOff          Reason = "LAID_OFF"
	BetterJob        Reason = "BETTER_JOB"
	Unsafe           Reason = "UNSAFE_WORKPLACE"
	Exploitation     Reason = "EXPLOITATION"
	HealthReason     Reason = "HEALTH"
	FamilyDuties     Reason = "FAMILY_DUTIES"
	ReturnedToSchool Reason = "RETURNED_TO_SCHOOL"
	Moved            Reason = "MOVED"
	OtherReason      Reason = "OTHER"
)

// Reasons lists them.
var Reasons = []Reason{
	Resigned, Dismissed, ContractEnded, LaidOff, BetterJob, Unsafe, Exploitation, HealthReason, FamilyDuties,
	ReturnedToSchool, Moved, OtherReason,
}

// Words returns all words of the kind.
func (Reason) Words() []Reason { return Reasons }

// Started is the entry that begins a placement.
type Started struct {
	EmployerID   id.Employer  `json:"employerId,omitempty" validate:"required_without=EmployerName,excluded_with=EmployerName"`
	EmployerName sealed.Text  `json:"employerName,omitempty" seal:"same" validate:"max=200"`
	Occupation   sealed.Text  `json:"occupation" validate:"required,max=120"`
	Type         Type         `json:"type" validate:"required"`
	MonthlyWage  *money.Money `json:"monthlyWage,omitempty"` // or Wage, not both
	Evidence     Evidence     `json:"evidence,omitempty"`
	Conditions
	UnsafeReason sealed.Text `json:"unsafeReason,omitempty" validate:"max=500"` // why she starts where it was found not to be safe
	track.Remark
}

// RetentionChecked is the entry for one check of retention.
type RetentionChecked struct {
	PlacementID string       `json:"placementId,omitempty"` // needed only where several are open
	Point       Point        `json:"point" validate:"required"`
	Employed    bool         `json:"employed"`
	MonthlyWage *money.Money `json:"monthlyWage,omitempty"`
	Evidence    Evidence     `json:"evidence,omitempty"`
	track.Remark
}

// Ended is the entry that ends a placement.
type Ended struct {
	PlacementID string `json:"placementId,omitempty"`
	Reason      Reason `json:"reason" validate:"required"`
	track.Remark
}

// Kind names the entry.
func (Started) Kind() string { return "employment.started" }

// Kind names the entry.
func (RetentionChecked) Kind() string { return "employment.retentionChecked" }

// Kind names the entry.
func (Ended) Kind() string { return "employment.ended" }

// Summary describes the entry in a sentence.
func (e Started) Summary() string {
	return "Started work, " + string(e.Type)
}

// Texts returns the free text: the note, and why she starts where it was found not
// to be safe.
func (e Started) Texts() []sealed.Text { return []sealed.Text{e.Note, e.UnsafeReason} }

// Summary describes the entry in a sentence.
func (r RetentionChecked) Summary() string {
	if r.Employed {
		return "Retention check " + string(r.Point) + ": still employed"
	}
	return "Retention check " + string(r.Point) + ": no longer employed"
}

// Summary describes the entry in a sentence.
func (e Ended) Summary() string { return "Employment ended: " + string(e.Reason) }

// Placement is one job.
type Placement struct {
	Part         id.Part              `json:"id"` // read through ID
	EmployerID   id.Employer          `json:"employerId,omitempty"`
	EmployerName sealed.Text          `json:"employerName,omitempty"`
	Occupation   sealed.Text          `json:"occupation"`
	Sort         word.Place[Type]     `json:"type"` // read through Type
	StartedOn    calendar.Day         `json:"startedOn"`
	MonthlyWage  *money.Money         `json:"monthlyWage,omitempty"` // as last heard, or derived from the terms
	Agreed       []Terms              `json:"terms,omitempty"`       // as recorded; Terms returns what is known
	Proof        word.Place[Evidence] `json:"evidence,omitzero"`     // read through Evidence
	Checks       []Check              `json:"checks,omitempty"`
	EndedOn      calendar.Day         `json:"endedOn,omitzero"`
	Why          word.Place[Reason]   `json:"endReason,omitzero"` // read through EndReason

	// The last check of the workplace before she started there, and after.
	SafetyBefore *WorkplaceCheck `json:"safetyBefore,omitempty"`
	SafetyAfter  *WorkplaceCheck `json:"safetyAfter,omitempty"`
}

// Type returns what kind of work it is.
func (p Placement) Type() Type { return p.Sort.Word() }

// Evidence returns what shows the placement.
func (p Placement) Evidence() Evidence { return p.Proof.Word() }

// EndReason returns why it ended, or "".
func (p Placement) EndReason() Reason { return p.Why.Word() }

// ID returns the identifier of the placement.
func (p Placement) ID() string { return p.Part.String() }

// Check is the result of one check of retention.
type Check struct {
	Point    Point        `json:"point"`
	On       calendar.Day `json:"on"`
	Employed bool         `json:"employed"`
	Entry    int32        `json:"entry,omitempty"` // version of the case with its entry
}

// State is all placements, in the order in which they were recorded. Several may
// be open at once. Offers are milestones without a placement.
type State struct {
	Placements      []Placement      `json:"placements,omitempty"`
	WorkplaceChecks []WorkplaceCheck `json:"workplaceChecks,omitempty"` // in the order in which they were recorded
	Milestones      track.Log        `json:"milestones,omitempty"`
}

// Clone returns a copy that shares nothing that the state's methods change.
func (s State) Clone() State {
	s.Placements, s.Milestones = slices.Clone(s.Placements), slices.Clone(s.Milestones)
	s.WorkplaceChecks = slices.Clone(s.WorkplaceChecks)
	for i := range s.Placements {
		p := &s.Placements[i]
		p.Checks, p.Agreed = slices.Clone(p.Checks), slices.Clone(p.Agreed)
	}
	return s
}

// LogPlacement begins a placement.
func (s *State) LogPlacement(e Started, newID id.Part, at track.Stamp) error {
	if err := track.Full("caseId", len(s.Placements), "placements"); err != nil {
		return err
	}
	p := Placement{
		Part: newID, EmployerID: id.Intern(e.EmployerID), EmployerName: e.EmployerName,
		Occupation: e.Occupation, Sort: word.At(e.Type), StartedOn: at.On,
		MonthlyWage: e.MonthlyWage, Proof: word.At(e.Evidence),
	}
	if err := p.agree(e); err != nil {
		return err
	}
	for i := range s.WorkplaceChecks {
		c := s.WorkplaceChecks[i]
		p.assure(&c)
	}
	s.Placements = append(s.Placements, p)
	s.Milestones.Add(track.Started, len(s.Placements)-1, at)
	return nil
}

// CheckRetention records whether she still works there at a point. A check that
// finds her at work reaches the point's milestone.
func (s *State) CheckRetention(r RetentionChecked, at track.Stamp) error {
	i, err := s.open(r.PlacementID)
	if err != nil {
		return err
	}
	p := &s.Placements[i]
	if err := track.NotBefore("on", at.On, p.StartedOn, "the start of the placement"); err != nil {
		return err
	}
	if due := p.StartedOn + calendar.Day(r.Point.Days()); at.On < due-WindowDays {
		return fault.Input("on", "%s is too early: %s falls on %s and may be checked from %d days before", at.On, r.Point, due, WindowDays)
	}
	if c, done := p.Checked(r.Point); done {
		return fault.Input("point", "%s was checked on %s already; reverse that entry to correct it", r.Point, c.On)
	}
	if err := p.contradicted(r.Employed, at.On); err != nil {
		return err
	}
	p.Checks = append(p.Checks, Check{Point: id.Intern(r.Point), On: at.On, Employed: r.Employed, Entry: at.Entry})
	if r.MonthlyWage != nil {
		if err := p.hear(r.MonthlyWage, at.On); err != nil {
			return err
		}
	}
	if r.Employed {
		s.Milestones.Add(r.Point.Milestone(), i, at)
	}
	return nil
}

// contradicted refuses a check that another check of the same placement speaks
// against: who has left one is not found at work there later.
func (p *Placement) contradicted(employed bool, on calendar.Day) error {
	for _, c := range p.Checks {
		switch {
		case employed && !c.Employed && c.On <= on:
			return fault.Input("employed", "a check on %s found that she had left; end this placement and log the new one", c.On)
		case !employed && c.Employed && c.On >= on:
			return fault.Input("employed", "a check on %s found her at work there", c.On)
		}
	}
	return nil
}

// EndPlacement ends a placement.
func (s *State) EndPlacement(e Ended, at track.Stamp) error {
	i, err := s.open(e.PlacementID)
	if err != nil {
		return err
	}
	p := &s.Placements[i]
	floor := p.StartedOn
	for _, c := range p.Checks {
		if c.Employed {
			floor = max(floor, c.On)
		}
	}
	if err := track.NotBefore("on", at.On, floor, "the last day on which she was known to work there"); err != nil {
		return err
	}
	p.EndedOn, p.Why = at.On, word.At(e.Reason)
	s.Milestones.Add(track.Separated, i, at)
	return nil
}

// Reach records an offer, the one milestone without a verb of its own. It
// belongs to the spell that a start would begin.
func (s *State) Reach(code track.Code, at track.Stamp) error {
	switch code {
	case track.Offered:
		s.Milestones.Add(code, len(s.Placements), at)
		return nil
	case track.Started:
		return fault.Input("code", "a start is recorded with logPlacement")
	case track.Separated:
		return fault.Input("code", "a separation is recorded with endPlacement")
	}
	return fault.Input("code", "%s is recorded with checkRetention", code)
}

// open returns the index of the placement that the input means: the named one,
// or the only one that is open.
func (s *State) open(placementID string) (int, error) {
	found := -1
	for i, p := range s.Placements {
		switch isOpen := p.EndedOn.IsZero(); {
		case placementID == p.ID() && isOpen:
			return i, nil
		case placementID == p.ID():
			return 0, fault.Input("placementId", "this placement ended on %s", p.EndedOn)
		case placementID == "" && isOpen && found >= 0:
			return 0, fault.Input("placementId", "several placements are open; say which one")
		case placementID == "" && isOpen:
			found = i
		}
	}
	if found < 0 {
		return 0, fault.Input("placementId", "there is no open placement; log the start first")
	}
	return found, nil
}

// Checked returns the check of a point, if there was one.
func (p *Placement) Checked(point Point) (Check, bool) {
	for _, c := range p.Checks {
		if c.Point == point {
			return c, true
		}
	}
	return Check{}, false
}

// Progress says how far the track has come: a year in one job completes it.
func (s *State) Progress() track.State {
	n := len(s.Placements)
	if n == 0 {
		if len(s.Milestones) > 0 { // an offer
			return track.InProgress
		}
		return track.NotStarted
	}
	if _, kept := s.Milestones.Find(n-1, track.Retained365); kept {
		return track.Completed
	}
	if slices.ContainsFunc(s.Placements, func(p Placement) bool { return p.EndedOn.IsZero() }) {
		return track.InProgress
	}
	return track.Ended
}

// StartedSince reports whether a job began on or after the day.
func (s *State) StartedSince(day calendar.Day) bool {
	return slices.ContainsFunc(s.Placements, func(p Placement) bool { return p.StartedOn >= day })
}

// Unchecked is a point of an open placement that nobody has checked.
type Unchecked struct {
	Placement *Placement
	Start     track.Milestone
	Point     Point
	On        calendar.Day // the day of the point itself, without its window
}

// Unchecked returns, for each open placement, the points without a check, in
// order. A later check makes the earlier points moot: nobody can go back.
func (s *State) Unchecked() iter.Seq[Unchecked] {
	return func(yield func(Unchecked) bool) {
		for i := range s.Placements {
			p := &s.Placements[i]
			if !p.EndedOn.IsZero() || p.lost() {
				continue
			}
			start, _ := s.Milestones.Find(i, track.Started)
			for _, point := range Points[p.nextPoint():] {
				if !yield(Unchecked{Placement: p, Start: start, Point: point, On: p.StartedOn + calendar.Day(point.Days())}) {
					return
				}
			}
		}
	}
}

// nextPoint returns the index of the first point after the last one checked.
func (p *Placement) nextPoint() int {
	next := 0
	for i, point := range Points {
		if _, done := p.Checked(point); done {
			next = i + 1
		}
	}
	return next
}

// lost reports whether a check found that she no longer works there, although
// nobody has recorded the separation yet.
func (p *Placement) lost() bool {
	return slices.ContainsFunc(p.Checks, func(c Check) bool { return !c.Employed })
}
