package scholarship_test

import (
	"testing"

	"onward/services/money"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/track/tracktest"
)

func pay(scholarshipID string, amount int, currency, period, at string) step {
	return func(s *state) error {
		return s.RecordStipend(scholarship.StipendPaid{ScholarshipID: scholarshipID, Amount: money.Money{Amount: amount, Currency: currency},
			Period: sealed.Text(period), Method: scholarship.Cash, ReceivedBy: scholarship.Her}, tracktest.On(at))
	}
}

// TestStipendRefusals proves which payments are refused, and that the refusal
// names the field to correct.
func TestStipendRefusals(t *testing.T) {
	given, second := award("a", "2026-03-01"), award("b", "2026-03-02")
	paid := pay("", 6000, "USD", "2026-03", "2026-03-31")
	over := []step{given, pay("", 2_000_000_000, "KHR", "1", "2026-04-01")}
	tracktest.Refusals(t, []refusal{
		{"without an award", nil, paid, "scholarshipId", "award the scholarship first"},
		{"on an application", []step{apply("2026-02-01")}, paid, "scholarshipId", "no award"},
		{"on a named application", []step{apply("2026-02-01")}, pay("app_2026-02-01", 6000, "USD", "", "2026-03-31"), "scholarshipId", "not awarded"},
		{"before the award", []step{given}, pay("", 6000, "USD", "", "2026-02-28"), "on", "the award"},
		{"of nothing", []step{given}, pay("", 0, "USD", "", "2026-03-31"), "amount.amount", "at least 1"},
		{"the same again", []step{given, paid}, paid, "on", "2026-03-31"},
		{"several awards", []step{given, second}, paid, "scholarshipId", "say which one"},
		{"several ended awards", []step{given, end("", scholarship.Withdrawn, "2026-03-01"), second, end("", scholarship.Withdrawn, "2026-03-02")}, paid, "scholarshipId", "say which one"},
		{"more than can be summed", over, pay("", 147_483_648, "KHR", "2", "2026-04-01"), "amount.amount", "at most 2147483647"},
		{"a sixth currency", []step{given, paid, pay("", 1, "KHR", "", "2026-03-31"), pay("", 1, "THB", "", "2026-03-31"),
			pay("", 1, "VND", "", "2026-03-31"), pay("", 1, "EUR", "", "2026-03-31")}, pay("", 1, "SGD", "", "2026-03-31"), "amount.currency", "at most 5"},
	})
}

// TestStipends proves on which award a payment is recorded, and that one that
// differs in its day, amount or period is another one.
func TestStipends(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-03-01"), pay("", 6000, "USD", "2026-03", "2026-03-31"),
		pay("", 6000, "USD", "2026-04", "2026-03-31"), pay("", 6001, "USD", "2026-03", "2026-03-31"), pay("", 6000, "USD", "2026-03", "2026-04-01"),
		pay("", 6000, "KHR", "2026-03", "2026-03-31"),
		end("", scholarship.Withdrawn, "2026-05-01"), pay("", 100, "USD", "last", "2026-05-15"), // the only award, which has ended
		award("b", "2026-06-01"), pay("", 200, "USD", "", "2026-06-02"), // the only one that is open
		pay("a", 300, "USD", "very last", "2026-06-03"))
	a, b := s.Scholarships[0].StipendsPaid(), s.Scholarships[1].StipendsPaid()
	if len(a) != 2 || a[0] != (money.Money{Amount: 24401, Currency: "USD"}) || a[1] != (money.Money{Amount: 6000, Currency: "KHR"}) {
		t.Errorf("the first award: %v", a)
	}
	if len(b) != 1 || b[0].Amount != 200 || len(s.Milestones) != 3 {
		t.Errorf("the second award: %v; milestones %v", b, s.Milestones)
	}
	if err := pay("", 147_483_647, "KHR", "2", "2026-04-01")(tracktest.After(t, award("a", "2026-03-01"), pay("", 2_000_000_000, "KHR", "1", "2026-04-01"))); err != nil {
		t.Errorf("as much as can be summed: %v", err)
	}
}
