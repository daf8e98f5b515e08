package employment_test

import (
	"encoding/json"
	"slices"
	"testing"

	"onward/services/employment"
	"onward/services/id"
	"onward/services/money"
	"onward/services/sealed"
	"onward/services/track/tracktest"
)

func inspect(placementID string, when employment.Moment, safe bool, at string) step {
	return func(s *state) error {
		w := employment.WorkplaceChecked{PlacementID: placementID, When: when, Safe: safe, Checks: []employment.Aspect{employment.FreeToLeave}}
		return s.RecordWorkplaceCheck(w, tracktest.On(at))
	}
}

func inspectEmployer(employerID id.Employer, name string, safe bool, at string) step {
	return func(s *state) error {
		w := employment.WorkplaceChecked{EmployerID: employerID, EmployerName: sealed.Text(name), When: employment.BeforeStart, Safe: safe}
		return s.RecordWorkplaceCheck(w, tracktest.On(at))
	}
}

// begin starts a job as casework does: only where it is allowed.
func begin(e employment.Started, newID, at string) step {
	return func(s *state) error {
		if err := s.AllowStart(e, tracktest.Day(at)); err != nil {
			return err
		}
		return s.LogPlacement(e, id.Named(newID), tracktest.On(at))
	}
}

func leave(placementID string, why employment.Reason, at string) step {
	return func(s *state) error {
		return s.EndPlacement(employment.Ended{PlacementID: placementID, Reason: why}, tracktest.On(at))
	}
}

// TestWorkplaceRules proves that a check is that of a placement, or an employer's
// before a start, on a day that fits, and that a start where the last finding was
// that the workplace is not safe is refused.
func TestWorkplaceRules(t *testing.T) {
	silk := employment.Started{EmployerID: "employer_1", Occupation: "weaver", Type: employment.FullTime}
	bakery := employment.Started{EmployerName: "Bakery", Occupation: "baker", Type: employment.FullTime}
	job := []step{begin(silk, "a", "2026-02-01")}
	var fifty []step
	for range 50 {
		fifty = append(fifty, inspectEmployer("employer_1", "", true, "2026-01-01"))
	}
	after := employment.WorkplaceChecked{EmployerName: "Bakery", When: employment.AfterStart}
	tracktest.Refusals(t, []refusal{
		{"of an unknown placement", job, inspect("z", employment.AfterStart, true, "2026-02-01"), "placementId", "no such placement"},
		{"after a start that there is not", job, func(s *state) error { return s.RecordWorkplaceCheck(after, tracktest.On("2026-02-02")) }, "placementId", "say of which"},
		{"before the start, but after it", job, inspect("a", employment.BeforeStart, true, "2026-02-02"), "on", "AFTER_START"},
		{"after the start, but before it", job, inspect("a", employment.AfterStart, true, "2026-01-31"), "on", "2026-02-01"},
		{"check 51", fifty, inspectEmployer("employer_1", "", true, "2026-01-01"), "caseId", "at most 50"},
		{"start after a check that found it unsafe", []step{inspectEmployer("employer_1", "", false, "2026-01-10")}, begin(silk, "a", "2026-02-01"), "employerId", "on 2026-01-10; record a new check with recordWorkplaceCheck"},
		{"start at an employer without an id", []step{inspectEmployer("", " bakery ", false, "2026-01-10")}, begin(bakery, "a", "2026-02-01"), "employerName", "2026-01-10"},
		{"second start after a check of the first", append(job, inspect("a", employment.AfterStart, false, "2026-03-01"), end("a", "2026-03-02")), begin(silk, "b", "2026-04-01"), "employerId", "2026-03-01"},
		{"second start after she left for danger", append(job, leave("a", employment.Unsafe, "2026-03-01")), begin(silk, "b", "2026-04-01"), "employerId", "2026-03-01"},
		{"second start after she was exploited", append(job, leave("a", employment.Exploitation, "2026-03-01")), begin(silk, "b", "2026-04-01"), "employerId", "2026-03-01"},
		{"left for danger on the day on which it was found safe", append(job, inspect("a", employment.AfterStart, true, "2026-03-01"), leave("a", employment.Unsafe, "2026-03-01")), begin(silk, "b", "2026-04-01"), "employerId", "2026-03-01"},
		{"found safe before she left for danger", append(job, leave("a", employment.Unsafe, "2026-03-01"), inspectEmployer("employer_1", "", true, "2026-02-20")), begin(silk, "b", "2026-04-01"), "employerId", "2026-03-01"},
	})
	reasoned := silk
	reasoned.UnsafeReason = "the foreman has gone; she decided so herself"
	for name, steps := range map[string][]step{
		"found safe since":              append(job, leave("a", employment.Unsafe, "2026-03-01"), inspectEmployer("employer_1", "", true, "2026-03-20"), begin(silk, "b", "2026-04-01")),
		"found unsafe only afterwards":  {inspectEmployer("employer_1", "", false, "2026-02-02"), begin(silk, "a", "2026-02-01")},
		"another employer":              {inspectEmployer("employer_2", "", false, "2026-01-10"), begin(silk, "a", "2026-02-01")},
		"she goes there all the same":   {inspectEmployer("employer_1", "", false, "2026-01-10"), begin(reasoned, "a", "2026-02-01")},
		"left for another reason":       append(job, leave("a", employment.Dismissed, "2026-03-01"), begin(silk, "b", "2026-04-01")),
		"found safe later the same day": {inspectEmployer("employer_1", "", false, "2026-01-10"), inspectEmployer("employer_1", "", true, "2026-01-10"), begin(silk, "a", "2026-02-01")},
	} {
		t.Run(name, func(t *testing.T) { tracktest.After(t, steps...) })
	}
}

// TestSafety proves which checks a placement shows: the last of its own before
// the start and after it, and those of its employer from before it began,
// whichever of the two was recorded first.
func TestSafety(t *testing.T) {
	job := func(newID, at string) step {
		return func(s *state) error {
			return s.LogPlacement(employment.Started{EmployerID: "employer_1", Occupation: "weaver", Type: employment.FullTime}, id.Named(newID), tracktest.On(at))
		}
	}
	early, late := inspectEmployer("employer_1", "", true, "2026-01-10"), inspectEmployer("employer_1", "", true, "2026-03-10")
	for _, c := range []struct {
		name          string
		steps         []step
		before, after string
	}{
		{"none", []step{job("a", "2026-02-01")}, "", ""},
		{"the employer's", []step{early, late, job("a", "2026-02-01")}, "2026-01-10", ""},
		{"the employer's, recorded late", []step{job("a", "2026-02-01"), early}, "2026-01-10", ""},
		{"its own after the employer's", []step{early, job("a", "2026-02-01"), inspect("a", employment.BeforeStart, true, "2026-01-20")}, "2026-01-20", ""},
		{"an earlier one, recorded late", []step{job("a", "2026-02-01"), inspect("a", employment.BeforeStart, true, "2026-01-20"), early}, "2026-01-20", ""},
		{"another employer's", []step{inspectEmployer("employer_2", "", true, "2026-01-10"), inspectEmployer("", "employer_1", true, "2026-01-10"), job("a", "2026-02-01")}, "", ""},
		{"after the start", []step{job("a", "2026-02-01"), job("b", "2026-02-01"), inspect("a", employment.AfterStart, false, "2026-02-01"), inspect("b", employment.AfterStart, false, "2026-03-01")}, "", "2026-02-01"},
		{"after the end", []step{job("a", "2026-02-01"), end("a", "2026-03-01"), inspect("a", employment.AfterStart, false, "2026-03-05")}, "", "2026-03-05"},
	} {
		p := tracktest.After(t, c.steps...).Placements[0]
		before, after := "", ""
		if p.SafetyBefore != nil {
			before = p.SafetyBefore.On.String()
		}
		if p.SafetyAfter != nil {
			after = p.SafetyAfter.On.String()
		}
		if before != c.before || after != c.after {
			t.Errorf("%s: before %q, after %q; want %q, %q", c.name, before, after, c.before, c.after)
		}
	}
}

// TestFreeTextOfAStart proves that why she starts at an unsafe workplace is read
// with the note, and only there.
func TestFreeTextOfAStart(t *testing.T) {
	e := employment.Started{UnsafeReason: "her decision"}
	if got, want := e.Texts(), []sealed.Text{"", "her decision"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	e.Note = "by bus"
	if got, want := e.Texts(), []sealed.Text{"by bus", "her decision"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestCloneOfTerms proves that what is done on a copy leaves the state as it was.
func TestCloneOfTerms(t *testing.T) {
	s := tracktest.After(t, startMonthly(20000, employment.Conditions{HoursPerWeek: hours(40)}, "2026-01-01"), inspect("a", employment.BeforeStart, true, "2026-01-01"))
	s.Placements[0].Agreed = append(make([]employment.Terms, 0, 8), s.Placements[0].Agreed...)
	s.WorkplaceChecks = append(make([]employment.WorkplaceCheck, 0, 8), s.WorkplaceChecks...)
	before, _ := json.Marshal(s)
	c := s.Clone()
	raise := employment.RetentionChecked{Point: employment.Day90, Employed: true, MonthlyWage: &money.Money{Amount: 30000, Currency: "USD"}}
	for i, do := range []step{agree("", employment.Conditions{HoursPerWeek: hours(20)}, "2026-02-01"), inspect("a", employment.AfterStart, false, "2026-02-01"),
		func(s *state) error { return s.CheckRetention(raise, tracktest.On("2026-04-01")) }} {
		if err := do(&c); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
	if now, _ := json.Marshal(s); string(now) != string(before) {
		t.Errorf("the state became %s\nit was %s", now, before)
	}
	if len(s.Placements[0].Agreed[:2][1].Contract) != 0 || s.WorkplaceChecks[:2][1].When != "" {
		t.Error("the copy wrote into the state's own lists")
	}
}
