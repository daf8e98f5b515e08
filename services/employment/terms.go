package employment

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/money"
	"onward/services/track"
)

// Period is that for which a wage is paid.
type Period string

// The periods. PIECE is pay by what is made.
const (
	PerHour  Period = "HOUR"
	PerDay   Period = "DAY"
	PerWeek  Period = "WEEK"
	PerMonth Period = "MONTH"
	PerYear  Period = "YEAR"
	PerPiece Period = "PIECE"
)

// What makes a month of other periods: six working days in each of 52 weeks come
// to 26 a month, and a month has 52/12 weeks [J].
const (
	workingDaysPerMonth = 26
	weeksPerYear        = 52
	monthsPerYear       = 12
)

// mostMonthly is the largest monthly wage in minor units, as for every amount of
// money: what comes to more is a slip of the pen.
const mostMonthly = 2_000_000_000

// Wage is an amount of money for a period.
type Wage struct {
	money.Money
	Period Period `json:"period" validate:"required"`
}

// ContractForm is what binds her and the employer.
type ContractForm string

// The forms.
const (
	Written    ContractForm = "WRITTEN"
	Verbal     ContractForm = "VERBAL"
	NoContract ContractForm = "NONE"
	NotKnown   ContractForm = "NOT_KNOWN"
)

// Conditions are the terms of a job. What is absent is not known.
type Conditions struct {
	Wage           *Wage        `json:"wage,omitempty"`
	HoursPerWeek   *int         `json:"hoursPerWeek,omitempty" validate:"omitempty,min=1,max=100"`
	Contract       ContractForm `json:"contract,omitempty"`
	ContractEndsOn calendar.Day `json:"contractEndsOn,omitzero"`
}

// Terms are the conditions from a day on. Without a day it is not known since
// when they held.
type Terms struct {
	From calendar.Day `json:"from,omitzero"`
	Conditions
}

// Monthly returns the wage as a monthly one, rounded to whole minor units: an
// hour's by the hours of the week. It is nil where that cannot be said: of pay by
// the piece, by the hour without hours, or without a wage.
func (c Conditions) Monthly() *money.Money {
	if c.Wage == nil {
		return nil
	}
	amount := c.Wage.Amount
	switch c.Wage.Period {
	case PerHour:
		if c.HoursPerWeek == nil {
			return nil
		}
		amount = rounded(amount**c.HoursPerWeek*weeksPerYear, monthsPerYear)
	case PerDay:
		amount *= workingDaysPerMonth
	case PerWeek:
		amount = rounded(amount*weeksPerYear, monthsPerYear)
	case PerMonth:
		return &c.Wage.Money
	case PerYear:
		amount = rounded(amount, monthsPerYear)
	default:
		return nil
	}
	return &money.Money{Amount: amount, Currency: c.Wage.Currency}
}

// rounded divides and rounds half up.
func rounded(amount, by int) int { return (amount + by/2) / by }

// said reports whether the conditions say anything.
func (c Conditions) said() bool { return c != Conditions{} }

// fit refuses conditions that cannot hold from a day on.
func (c Conditions) fit(from calendar.Day) error {
	if !c.ContractEndsOn.IsZero() {
		if c.Contract != Written && c.Contract != Verbal {
			return fault.Input("contractEndsOn", "only a contract that is WRITTEN or VERBAL can have a last day")
		}
		if err := track.NotBefore("contractEndsOn", c.ContractEndsOn, from, "the day from which the terms hold"); err != nil {
			return err
		}
	}
	if m := c.Monthly(); m != nil && m.Amount > mostMonthly {
		return fault.Input("wage.amount", "comes to more than %d minor units a month; look at the amount and the period", mostMonthly)
	}
	return nil
}

// with returns the conditions with what has changed. Another contract brings its
// own last day or none.
func (c Conditions) with(changed Conditions) Conditions {
	if changed.Wage != nil {
		c.Wage = changed.Wage
	}
	if changed.HoursPerWeek != nil {
		c.HoursPerWeek = changed.HoursPerWeek
	}
	if changed.Contract != "" {
		c.Contract, c.ContractEndsOn = changed.Contract, 0
	}
	if !changed.ContractEndsOn.IsZero() {
		c.ContractEndsOn = changed.ContractEndsOn
	}
	return c
}

// Updated is the entry for new terms of a placement, from its day on.
type Updated struct {
	PlacementID string `json:"placementId,omitempty"` // needed only where several are open
	Conditions
	track.Remark
}

// Kind names the entry.
func (Updated) Kind() string { return "employment.updated" }

// Summary describes the entry in a sentence.
func (Updated) Summary() string { return "The terms of the job changed" }

// UpdatePlacement changes the terms of an open placement. What the input leaves
// out stays as it was.
func (s *State) UpdatePlacement(u Updated, at track.Stamp) error {
	i, err := s.open(u.PlacementID)
	if err != nil {
		return err
	}
	if !u.said() {
		return fault.Input("wage", "say what has changed: wage, hoursPerWeek, contract or contractEndsOn")
	}
	p := &s.Placements[i]
	terms := p.Terms()
	floor, last := p.StartedOn, Conditions{}
	if n := len(terms); n > 0 {
		floor, last = max(floor, terms[n-1].From), terms[n-1].Conditions
	}
	if err := track.NotBefore("on", at.On, floor, "the last change of the terms"); err != nil {
		return err
	}
	next := last.with(u.Conditions)
	if err := next.fit(at.On); err != nil {
		return err
	}
	if err := track.Full("placementId", len(terms), "changes of the terms of one placement"); err != nil {
		return err
	}
	p.Agreed = append(terms, Terms{From: at.On, Conditions: next})
	if u.Wage != nil || next.Monthly() != nil {
		p.MonthlyWage = next.Monthly()
	}
	return nil
}

// agree takes in the terms with which a job began. A monthly wage alone is no
// more than that.
func (p *Placement) agree(e Started) error {
	if !e.said() {
		return nil
	}
	begin := e.Conditions
	if e.MonthlyWage != nil {
		if e.Wage != nil {
			return fault.Input("monthlyWage", "may not be given together with wage")
		}
		begin.Wage = &Wage{Money: *e.MonthlyWage, Period: PerMonth}
	}
	if err := begin.fit(p.StartedOn); err != nil {
		return err
	}
	p.Agreed, p.MonthlyWage = []Terms{{From: p.StartedOn, Conditions: begin}}, begin.Monthly()
	return nil
}

// Terms returns the terms of the placement as they followed each other, the last
// ones being in force. A monthly wage that was heard of without other terms is
// the first of them; after a check of retention it is not known since when it
// was paid.
func (p *Placement) Terms() []Terms {
	if len(p.Agreed) > 0 || p.MonthlyWage == nil {
		return slices.Clip(p.Agreed)
	}
	heard := Terms{Conditions: Conditions{Wage: &Wage{Money: *p.MonthlyWage, Period: PerMonth}}}
	if len(p.Checks) == 0 {
		heard.From = p.StartedOn
	}
	return []Terms{heard}
}

// hear takes in the monthly wage that a check of retention heard of. It changes
// the terms where those are on record, unless later ones are known already.
func (p *Placement) hear(wage *money.Money, on calendar.Day) error {
	n := len(p.Agreed)
	if n == 0 {
		p.MonthlyWage = wage
		return nil
	}
	last := p.Agreed[n-1]
	if m := last.Monthly(); on < last.From || m != nil && *m == *wage {
		return nil
	}
	if err := track.Full("monthlyWage", n, "changes of the terms of one placement"); err != nil {
		return err
	}
	next := last.with(Conditions{Wage: &Wage{Money: *wage, Period: PerMonth}})
	p.Agreed = append(p.Terms(), Terms{From: on, Conditions: next})
	p.MonthlyWage = wage
	return nil
}
