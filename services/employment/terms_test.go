package employment_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"onward/services/employment"
	"onward/services/id"
	"onward/services/money"
	"onward/services/track/tracktest"
)

func pay(amount int, p employment.Period) *employment.Wage {
	return &employment.Wage{Money: money.Money{Amount: amount, Currency: "USD"}, Period: p}
}

func hours(n int) *int { return &n }

func startOn(newID string, c employment.Conditions, at string) step {
	return func(s *state) error {
		return s.LogPlacement(employment.Started{EmployerName: "Bakery", Occupation: "baker", Type: employment.FullTime, Conditions: c}, id.Named(newID), tracktest.On(at))
	}
}

func agree(placementID string, c employment.Conditions, at string) step {
	return func(s *state) error {
		return s.UpdatePlacement(employment.Updated{PlacementID: placementID, Conditions: c}, tracktest.On(at))
	}
}

func startMonthly(wage int, c employment.Conditions, at string) step {
	return func(s *state) error {
		e := employment.Started{EmployerName: "Bakery", Occupation: "baker", Type: employment.FullTime, MonthlyWage: &money.Money{Amount: wage, Currency: "USD"}, Conditions: c}
		return s.LogPlacement(e, id.Named("a"), tracktest.On(at))
	}
}

func checkWage(point employment.Point, wage int, at string) step {
	return func(s *state) error {
		r := employment.RetentionChecked{Point: point, Employed: true, MonthlyWage: &money.Money{Amount: wage, Currency: "USD"}}
		return s.CheckRetention(r, tracktest.On(at))
	}
}

// TestMonthly proves what wages of other periods come to in a month: 26 working
// days, 52/12 weeks, hours by those of the week, rounded half up.
func TestMonthly(t *testing.T) {
	for _, c := range []struct {
		in   employment.Conditions
		want string
	}{
		{employment.Conditions{Wage: pay(20000, employment.PerMonth)}, "200.00 USD"},
		{employment.Conditions{Wage: pay(800, employment.PerDay)}, "208.00 USD"},
		{employment.Conditions{Wage: pay(4800, employment.PerWeek)}, "208.00 USD"},
		{employment.Conditions{Wage: pay(5000, employment.PerWeek)}, "216.67 USD"}, // 21,666.67 cents
		{employment.Conditions{Wage: pay(100, employment.PerHour), HoursPerWeek: hours(48)}, "208.00 USD"},
		{employment.Conditions{Wage: pay(250000, employment.PerYear)}, "208.33 USD"},
		{employment.Conditions{Wage: pay(6, employment.PerYear)}, "0.01 USD"}, // half a cent
		{employment.Conditions{Wage: pay(100, employment.PerHour)}, "none"},
		{employment.Conditions{Wage: pay(100, employment.PerPiece), HoursPerWeek: hours(48)}, "none"},
		{employment.Conditions{HoursPerWeek: hours(48)}, "none"},
	} {
		got := "none"
		if m := c.in.Monthly(); m != nil {
			got = m.String()
		}
		if got != c.want {
			t.Errorf("%+v: %s, want %s", c.in, got, c.want)
		}
	}
}

// TestTermsRules proves which terms are refused, and that a refusal names the
// field.
func TestTermsRules(t *testing.T) {
	begun := []step{startOn("a", employment.Conditions{Wage: pay(20000, employment.PerMonth)}, "2026-01-01")}
	raise := employment.Conditions{Wage: pay(21000, employment.PerMonth)}
	until := func(form employment.ContractForm, last string) employment.Conditions {
		return employment.Conditions{Contract: form, ContractEndsOn: tracktest.Day(last)}
	}
	full := begun
	for range 49 {
		full = append(full, agree("", raise, "2026-02-01"))
	}
	tracktest.Refusals(t, []refusal{
		{"two wages", nil, startMonthly(20000, raise, "2026-01-01"), "monthlyWage", "together with wage"},
		{"contract that ends before the start", nil, startOn("a", until(employment.Written, "2025-12-31"), "2026-01-01"), "contractEndsOn", "2026-01-01"},
		{"last day without a contract", nil, startOn("a", until(employment.NoContract, "2026-12-31"), "2026-01-01"), "contractEndsOn", "WRITTEN or VERBAL"},
		{"last day without a word of a contract", nil, startOn("a", until("", "2026-12-31"), "2026-01-01"), "contractEndsOn", "WRITTEN or VERBAL"},
		{"wage beyond reason", nil, startOn("a", employment.Conditions{Wage: pay(100_000_000, employment.PerDay)}, "2026-01-01"), "wage.amount", "2000000000"},
		{"change before any start", nil, agree("", raise, "2026-01-01"), "placementId", "log the start first"},
		{"change of nothing", begun, agree("", employment.Conditions{}, "2026-02-01"), "wage", "say what has changed"},
		{"change before the start", begun, agree("", raise, "2025-12-31"), "on", "2026-01-01"},
		{"change before the last one", append(begun, agree("", raise, "2026-03-01")), agree("", raise, "2026-02-01"), "on", "2026-03-01"},
		{"change of an ended job", append(begun, end("", "2026-02-01")), agree("a", raise, "2026-02-01"), "placementId", "ended on 2026-02-01"},
		{"change with several jobs", append(begun, start("b", "2026-01-02")), agree("", raise, "2026-02-01"), "placementId", "say which one"},
		{"change 51", full, agree("", raise, "2026-03-01"), "placementId", "at most 50"},
		{"wage 51 at a check", full, checkWage(employment.Day90, 22000, "2026-04-01"), "monthlyWage", "at most 50"},
	})
}

// TestTerms proves that changes keep what they do not name, that the terms follow
// each other with their days, and that the monthly wage is that of the last.
func TestTerms(t *testing.T) {
	written := employment.Conditions{Wage: pay(100, employment.PerHour), HoursPerWeek: hours(48), Contract: employment.Written, ContractEndsOn: tracktest.Day("2026-12-31")}
	for _, c := range []struct {
		name    string
		steps   []step
		monthly string
		want    []string
	}{
		{"a start in full", []step{startOn("a", written, "2026-01-01")}, "208.00 USD", []string{"2026-01-01 1.00 USD HOUR 48h WRITTEN 2026-12-31"}},
		{"fewer hours", []step{startOn("a", written, "2026-01-01"), agree("", employment.Conditions{HoursPerWeek: hours(24)}, "2026-03-01")}, "104.00 USD",
			[]string{"2026-01-01 1.00 USD HOUR 48h WRITTEN 2026-12-31", "2026-03-01 1.00 USD HOUR 24h WRITTEN 2026-12-31"}},
		{"another contract", []step{startOn("a", written, "2026-01-01"), agree("", employment.Conditions{Contract: employment.Verbal}, "2026-03-01")}, "208.00 USD",
			[]string{"2026-01-01 1.00 USD HOUR 48h WRITTEN 2026-12-31", "2026-03-01 1.00 USD HOUR 48h VERBAL "}},
		{"a contract made longer", []step{startOn("a", written, "2026-01-01"), agree("", employment.Conditions{ContractEndsOn: tracktest.Day("2027-12-31")}, "2026-03-01")}, "208.00 USD",
			[]string{"2026-01-01 1.00 USD HOUR 48h WRITTEN 2026-12-31", "2026-03-01 1.00 USD HOUR 48h WRITTEN 2027-12-31"}},
		{"pay by the piece", []step{startOn("a", written, "2026-01-01"), agree("", employment.Conditions{Wage: pay(5, employment.PerPiece)}, "2026-03-01")}, "none",
			[]string{"2026-01-01 1.00 USD HOUR 48h WRITTEN 2026-12-31", "2026-03-01 0.05 USD PIECE 48h WRITTEN 2026-12-31"}},
		{"a check hears of another wage", []step{startOn("a", written, "2026-01-01"), checkWage(employment.Day90, 21000, "2026-04-01")}, "210.00 USD",
			[]string{"2026-01-01 1.00 USD HOUR 48h WRITTEN 2026-12-31", "2026-04-01 210.00 USD MONTH 48h WRITTEN 2026-12-31"}},
		{"a check hears of the same wage", []step{startOn("a", written, "2026-01-01"), checkWage(employment.Day90, 20800, "2026-04-01")}, "208.00 USD",
			[]string{"2026-01-01 1.00 USD HOUR 48h WRITTEN 2026-12-31"}},
		{"a check that is recorded after later terms", []step{startOn("a", written, "2026-01-01"), agree("", employment.Conditions{Wage: pay(22000, employment.PerMonth)}, "2026-05-01"), checkWage(employment.Day90, 21000, "2026-04-01")}, "220.00 USD",
			[]string{"2026-01-01 1.00 USD HOUR 48h WRITTEN 2026-12-31", "2026-05-01 220.00 USD MONTH 48h WRITTEN 2026-12-31"}},
		{"a monthly wage alone", []step{startMonthly(20000, employment.Conditions{}, "2026-01-01")}, "200.00 USD", []string{"2026-01-01 200.00 USD MONTH  "}},
		{"a monthly wage with hours", []step{startMonthly(20000, employment.Conditions{HoursPerWeek: hours(40)}, "2026-01-01")}, "200.00 USD", []string{"2026-01-01 200.00 USD MONTH 40h  "}},
		{"a monthly wage that a check heard of", []step{startMonthly(20000, employment.Conditions{}, "2026-01-01"), checkWage(employment.Day90, 21000, "2026-04-01"), agree("", employment.Conditions{Wage: pay(22000, employment.PerMonth)}, "2026-05-01")}, "220.00 USD",
			[]string{" 210.00 USD MONTH  ", "2026-05-01 220.00 USD MONTH  "}},
		{"nothing said", []step{start("a", "2026-01-01")}, "none", nil},
		{"hours alone", []step{start("a", "2026-01-01"), agree("", employment.Conditions{HoursPerWeek: hours(40)}, "2026-02-01")}, "none", []string{"2026-02-01  40h  "}},
	} {
		p := tracktest.After(t, c.steps...).Placements[0]
		monthly := "none"
		if p.MonthlyWage != nil {
			monthly = p.MonthlyWage.String()
		}
		var got []string
		for _, terms := range p.Terms() {
			line := terms.From.String() + " "
			if w := terms.Wage; w != nil {
				line += w.String() + " " + string(w.Period)
			}
			line += " "
			if h := terms.HoursPerWeek; h != nil {
				line += fmt.Sprintf("%dh ", *h)
			}
			got = append(got, line+string(terms.Contract)+" "+terms.ContractEndsOn.String())
		}
		if monthly != c.monthly || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
			t.Errorf("%s: %s a month, %q; want %s, %q", c.name, monthly, got, c.monthly, c.want)
		}
	}
}

// TestOldStartsFoldAsBefore proves that the state of a start with a monthly wage
// is stored as it was before there were other terms.
func TestOldStartsFoldAsBefore(t *testing.T) {
	s := tracktest.After(t, startMonthly(20000, employment.Conditions{}, "2026-01-01"), checkWage(employment.Day90, 21000, "2026-04-01"))
	got, _ := json.Marshal(s.Placements)
	want := `[{"id":"a","employerName":"Bakery","occupation":"baker","type":"FULL_TIME","startedOn":"2026-01-01","monthlyWage":{"amount":21000,"currency":"USD"},` +
		`"checks":[{"point":"DAY_90","on":"2026-04-01","employed":true}]}]`
	if string(got) != want {
		t.Errorf("stored as\n%s\nwant\n%s", got, want)
	}
}
