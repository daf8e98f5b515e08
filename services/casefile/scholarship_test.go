package casefile_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/money"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/track/tracktest"
)

// TestStipendsAreTheirEntries proves that the sums of the stipends in each
// currency are those of the payments in the history that nobody has reversed.
func TestStipendsAreTheirEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		history := under(line{"2026-02-01", awarded})
		c, err := casefile.Fold(caseID, history)
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(0, 40).Draw(t, "entries") {
			e := entry(c, tracktest.Day("2026-02-01")+calendar.Day(rapid.IntRange(0, 3).Draw(t, "later")), stipend(t))
			if rapid.IntRange(0, 2).Draw(t, "reverse") == 0 {
				e.Data = casefile.Reversed{Version: rapid.IntRange(5, len(history)).Draw(t, "version")}
			}
			next := append(slices.Clone(history), e)
			if folded, err := casefile.Fold(caseID, next); err == nil {
				c, history = folded, next
			}
		}
		casefile.MarkReversed(history)
		want := map[string]int{}
		for _, e := range history {
			if p, ok := e.Data.(scholarship.StipendPaid); ok && e.ReversedBy == 0 {
				want[p.Amount.Currency] += p.Amount.Amount
			}
		}
		got := 0
		for _, sc := range c.Scholarships() {
			for _, sum := range sc.StipendsPaid() {
				if got++; sum.Amount != want[sum.Currency] {
					t.Fatalf("%s, want %d", sum, want[sum.Currency])
				}
			}
		}
		if got != len(want) {
			t.Fatalf("sums in %d currencies, want %d", got, len(want))
		}
	})
}

func stipend(t *rapid.T) scholarship.StipendPaid {
	return scholarship.StipendPaid{Method: scholarship.Cash, Period: rapid.SampledFrom([]sealed.Text{"", "1", "2"}).Draw(t, "period"), Amount: money.Money{
		Amount: rapid.IntRange(0, 3).Draw(t, "amount"), Currency: rapid.SampledFrom([]string{"USD", "KHR"}).Draw(t, "currency")}}
}
