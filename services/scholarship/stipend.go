package scholarship

import (
	"math"
	"slices"
	"strconv"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/money"
	"onward/services/sealed"
	"onward/services/track"
)

// Currencies is in how many currencies the stipends of one scholarship can be
// paid [J].
const Currencies = 5

// Method is how a stipend was paid.
type Method string

// The methods.
const (
	Cash        Method = "CASH"
	MobileMoney Method = "MOBILE_MONEY"
	Bank        Method = "BANK"
	InKind      Method = "IN_KIND" // the amount is the value of what was given
)

// Receiver is into whose hands a stipend was paid.
type Receiver string

// The receivers.
const (
	Her      Receiver = "HER"
	Guardian Receiver = "GUARDIAN"
	School   Receiver = "SCHOOL"
)

// Stipend is one payment.
type Stipend struct {
	On         calendar.Day `json:"on"`
	Entry      int32        `json:"entry"` // version of the case with this entry
	Amount     money.Money  `json:"amount"`
	Period     sealed.Text  `json:"period,omitempty"`
	Method     Method       `json:"method"`
	ReceivedBy Receiver     `json:"receivedBy,omitempty"`
}

// Place returns the place of the payment among those of its scholarship.
func (p Stipend) Place() string { return strconv.Itoa(int(p.Entry)) }

// RecordStipend records a payment on an award, whether it is open or has ended:
// the last payment often comes after the last term.
func (s *State) RecordStipend(p StipendPaid, at track.Stamp) error {
	i, err := s.awarded(p.ScholarshipID)
	if err != nil {
		return err
	}
	sc := &s.Scholarships[i]
	if err := track.NotBefore("on", at.On, sc.AwardedOn, "the award"); err != nil {
		return err
	}
	if p.Amount.Amount <= 0 {
		return fault.Input("amount.amount", "must be at least 1 minor unit")
	}
	for _, o := range sc.Stipends {
		if o.On == at.On && o.Amount == p.Amount && o.Period.Same(p.Period) {
			return fault.Input("on", "a payment of %s on %s for the same period is recorded already; reverse that entry to correct it", o.Amount, o.On)
		}
	}
	if err := sc.summable(p.Amount); err != nil {
		return err
	}
	p.Amount.Currency = id.Intern(p.Amount.Currency)
	sc.Stipends = append(sc.Stipends, Stipend{On: at.On, Entry: int32(at.Entry), Amount: p.Amount,
		Period: p.Period, Method: id.Intern(p.Method), ReceivedBy: id.Intern(p.ReceivedBy)})
	return nil
}

// summable refuses a payment that would make a sum larger than the schema's Int,
// or a list of sums longer than it may be.
func (sc *Scholarship) summable(m money.Money) error {
	paid := sc.StipendsPaid()
	i := slices.IndexFunc(paid, func(sum money.Money) bool { return sum.Currency == m.Currency })
	switch {
	case i < 0 && len(paid) >= Currencies:
		return fault.Input("amount.currency", "the stipends of a scholarship are paid in at most %d currencies", Currencies)
	case i >= 0 && m.Amount > math.MaxInt32-paid[i].Amount:
		return fault.Input("amount.amount", "the stipends of a scholarship add up to at most %d minor units of a currency", math.MaxInt32)
	}
	return nil
}

// StipendsPaid returns the sums of the payments, one for each currency, in the
// order in which the currencies were first paid.
func (sc *Scholarship) StipendsPaid() []money.Money {
	var sums []money.Money
	for _, p := range sc.Stipends {
		i := slices.IndexFunc(sums, func(sum money.Money) bool { return sum.Currency == p.Amount.Currency })
		if i < 0 {
			sums = append(sums, p.Amount)
			continue
		}
		sums[i].Amount += p.Amount.Amount
	}
	return sums
}
