package money_test

import (
	"testing"

	"onward/services/money"
)

// TestString proves that minor units are written as major ones, with both digits
// of the cents and no rounding.
func TestString(t *testing.T) {
	for _, c := range []struct {
		amount         int
		currency, want string
	}{
		{12000, "USD", "120.00 USD"},
		{12345, "USD", "123.45 USD"},
		{7, "USD", "0.07 USD"},
		{0, "KHR", "0.00 KHR"},
		{99, "KHR", "0.99 KHR"},
		{100, "KHR", "1.00 KHR"},
		{2_000_000_000, "KHR", "20000000.00 KHR"},
	} {
		if got := (money.Money{Amount: c.amount, Currency: c.currency}).String(); got != c.want {
			t.Errorf("%d: %q, want %q", c.amount, got, c.want)
		}
	}
}
