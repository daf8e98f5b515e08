// Package money holds amounts of money as whole minor units of a currency.
package money

import "fmt"

// Money is an amount in minor units (cents, sen) of an ISO 4217 currency.
type Money struct {
	Amount   int    `json:"amount" validate:"min=0,max=2000000000"`
	Currency string `json:"currency" validate:"required,iso4217"`
}

// String returns the amount in major units, as in "120.00 USD". Both currencies
// in use, KHR and USD, have two minor digits.
func (m Money) String() string {
	return fmt.Sprintf("%d.%02d %s", m.Amount/100, m.Amount%100, m.Currency)
}
