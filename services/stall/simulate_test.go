package stall_test

import (
	"fmt"
	"maps"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/stall"
	"onward/services/track"
)

// simulate runs other thresholds beside the defaults over the files.
func simulate(t interface{ Fatal(...any) }, then *stall.Thresholds, today calendar.Day, files ...*file) stall.Simulation {
	trial := stall.NewTrial(defaults, then, today)
	for _, f := range files {
		trial.Today(f.c)
		past, err := trial.Replay(f.c.ID, f.entries)
		if err != nil {
			t.Fatal(err)
		}
		trial.Count(past)
	}
	return trial.Result()
}

func with(code stall.ThresholdCode, days int) *stall.Thresholds {
	return defaults.With(1, map[stall.ThresholdCode]int{code: days})
}

// ofRule returns the line of a rule.
func ofRule(s stall.Simulation, rule casefile.RuleCode) stall.RuleSimulation {
	for _, r := range s.Rules {
		if r.Rule == rule {
			return r
		}
	}
	return stall.RuleSimulation{}
}

// TestSimulateNoContact proves what a simulation says of one case at the days
// about its thresholds. It was opened on 1 January, and nobody has been in contact
// since: by the default of 30 days that was due on the 31st.
func TestSimulateNoContact(t *testing.T) {
	for _, c := range []struct {
		today string
		then  int
		want  stall.RuleSimulation
		cases int
	}{
		{"2026-01-31", 29, stall.RuleSimulation{Today: today(0, 1, 1, 0), LastYear: stall.Compared{Now: 0, Then: 1}}, 1},
		{"2026-01-31", 30, stall.RuleSimulation{}, 0},
		{"2026-02-01", 30, stall.RuleSimulation{Today: today(1, 1, 0, 0), LastYear: stall.Compared{Now: 1, Then: 1}}, 0},
		{"2026-02-01", 31, stall.RuleSimulation{Today: today(1, 0, 0, 1), LastYear: stall.Compared{Now: 1, Then: 0}}, 0},
		{"2026-02-02", 31, stall.RuleSimulation{Today: today(1, 1, 0, 0), LastYear: stall.Compared{Now: 1, Then: 1}}, 0},
		{"2027-01-31", 31, stall.RuleSimulation{Today: today(1, 1, 0, 0), LastYear: stall.Compared{Now: 1, Then: 1}}, 0}, // February 2026 is the first month
		{"2027-02-01", 31, stall.RuleSimulation{Today: today(1, 1, 0, 0)}, 0},
		{"2027-02-01", 60, stall.RuleSimulation{Today: today(1, 1, 0, 0), LastYear: stall.Compared{Then: 1}}, 0}, // 3 March 2026
	} {
		s := simulate(t, with("CONTACT_MEDIUM_RISK", c.then), day(c.today), active())
		c.want.Rule = stall.NoContact
		if got := ofRule(s, stall.NoContact); got != c.want || len(s.Cases) != c.cases || s.Count != c.cases {
			t.Errorf("on %s at %d days: %+v, %d cases", c.today, c.then, got, len(s.Cases))
		}
	}
}

func today(now, then, added, removed int) stall.ComparedToday {
	return stall.ComparedToday{Compared: stall.Compared{Now: now, Then: then}, Added: added, Removed: removed}
}

// TestSimulateKnowsWhatWasKnown proves that a simulation of the past sees a case
// as it was recorded then: a contact that was recorded late ends nothing before,
// a correction changes nothing before it, and each trouble is counted once, in
// the month in which it is first found.
func TestSimulateKnowsWhatWasKnown(t *testing.T) {
	f := active()
	f.today = day("2026-03-10")
	f.must("2026-01-20", met(track.Unscheduled, true)) // seven weeks late
	mistaken := len(f.entries)
	f.today = day("2026-03-20")
	f.must("2026-03-20", casefile.Reversed{Version: mistaken, Reason: "another case"})
	f.today = day("2026-04-15")
	f.must("2026-04-15", met(track.Unscheduled, true))

	s := simulate(t, with("CONTACT_MEDIUM_RISK", 60), day("2026-06-01"), f)
	want := map[string]stall.Compared{ // from the opening, due on 31 January or 2 March; from 20 January, due on 19 February or 21 March; from 15 April, due on 15 May or 14 June
		"2026-02-01": {Now: 1}, "2026-03-01": {Now: 1, Then: 1}, "2026-05-01": {Now: 1},
	}
	got := map[string]stall.Compared{}
	for _, m := range s.Months {
		if m.Compared != (stall.Compared{}) {
			got[m.Month.String()] = m.Compared
		}
	}
	if line := ofRule(s, stall.NoContact); line.LastYear != (stall.Compared{Now: 3, Then: 1}) {
		t.Errorf("%+v", line)
	}
	// By both, the first assessment is overdue from 16 January and the plan from 1 February.
	want["2026-01-01"] = stall.Compared{Now: 1, Then: 1}
	want["2026-02-01"] = stall.Compared{Now: 2, Then: 1}
	if !maps.Equal(got, want) {
		t.Errorf("by month %v, want %v", got, want)
	}
	if len(s.Months) != 12 || s.Months[0].Month != day("2025-07-01") || s.Period != (calendar.Period{From: day("2025-07-01"), To: day("2026-06-01")}) {
		t.Errorf("%d months from %s, period %v", len(s.Months), s.Months[0].Month, s.Period)
	}
}

// TestSimulateLeavesOutDismissed proves that what somebody has dismissed is not
// flagged today, by whatever thresholds.
func TestSimulateLeavesOutDismissed(t *testing.T) {
	f := active()
	f.scan(day("2026-02-01"))
	f.must("2026-02-02", casefile.FlagResolution{FlagID: f.flag(t, stall.NoContact, "2026-01-01").ID, Reason: "she has said that she will call"})
	s := simulate(t, with("CONTACT_MEDIUM_RISK", 20), day("2026-02-10"), f)
	if got := ofRule(s, stall.NoContact); got.Today != today(0, 0, 0, 0) || got.LastYear != (stall.Compared{Now: 1, Then: 1}) {
		t.Errorf("%+v", got)
	}
}

// TestSimulationNamesTheLongestDue proves that a simulation counts all cases and
// names the first fifty, the longest due first.
func TestSimulationNamesTheLongestDue(t *testing.T) {
	var files []*file
	for i := range 60 {
		f := active()
		f.c = f.c.Clone()
		f.c.ID = id.Case(fmt.Sprintf("case_%02d", i))
		f.c.OpenedOn += calendar.Day(i % 7)
		files = append(files, f)
	}
	trial := stall.NewTrial(defaults, with("CONTACT_MEDIUM_RISK", 1), day("2026-01-15"))
	for _, f := range files {
		trial.Today(f.c)
	}
	s := trial.Result()
	if s.Count != 60 || len(s.Cases) != stall.SimulatedCases {
		t.Fatalf("%d cases, %d of them named", s.Count, len(s.Cases))
	}
	if s.Cases[0] != "case_00" || s.Cases[1] != "case_07" || s.Cases[9] != "case_01" {
		t.Errorf("%v", s.Cases)
	}
}

// scannedDaily draws a case that is scanned every morning before anybody works on
// it, and the day on which it stands.
func scannedDaily(t *rapid.T) (*file, calendar.Day) {
	f := referred(rapid.SampledFrom([]casefile.Risk{"", casefile.Low, casefile.Medium, casefile.High}).Draw(t, "risk"))
	on := day("2026-01-01")
	for range rapid.IntRange(0, 25).Draw(t, "steps") {
		for range rapid.IntRange(0, 40).Draw(t, "days") {
			on++
			f.scan(on)
		}
		for range rapid.IntRange(1, 3).Draw(t, "entries") {
			work(t, f, on)
		}
	}
	return f, on
}

// TestSimulatingTheSame proves that the thresholds that hold, simulated, flag what
// they flag: today, in the past, and in every month.
func TestSimulatingTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, today := someFile(t)
		today += calendar.Day(rapid.IntRange(0, 200).Draw(t, "later"))
		s := simulate(t, defaults.With(1, nil), today, f)
		for _, r := range s.Rules {
			if r.Today.Now != r.Today.Then || r.Today.Added+r.Today.Removed != 0 || r.LastYear.Now != r.LastYear.Then {
				t.Fatalf("%+v", r)
			}
		}
		for _, m := range s.Months {
			if m.Now != m.Then {
				t.Fatalf("%+v", m)
			}
		}
		if len(s.Cases) != 0 || s.Count != 0 {
			t.Fatalf("%v", s.Cases)
		}
	})
}

// TestSimulationAddsUp proves that what is added and removed today is the
// difference, and that the rules and the months count the same past.
func TestSimulationAddsUp(t *testing.T) {
	codes := []stall.ThresholdCode{"CONTACT_MEDIUM_RISK", "OWNER", "FIRST_ASSESSMENT", "ACTION", "SHELTER_DWELL", "JOB_DWELL", "RETENTION_WINDOW", "RETURN_WINDOW"}
	rapid.Check(t, func(t *rapid.T) {
		f, today := someFile(t)
		today += calendar.Day(rapid.IntRange(0, 200).Draw(t, "later"))
		code := rapid.SampledFrom(codes).Draw(t, "code")
		h, _ := stall.Lookup(code)
		s := simulate(t, with(code, rapid.IntRange(h.Least, h.Most).Draw(t, "threshold")), today, f)
		var rules, months stall.Compared
		for _, r := range s.Rules {
			if r.Today.Then-r.Today.Now != r.Today.Added-r.Today.Removed {
				t.Fatalf("%+v", r)
			}
			rules.Now, rules.Then = rules.Now+r.LastYear.Now, rules.Then+r.LastYear.Then
		}
		for _, m := range s.Months {
			months.Now, months.Then = months.Now+m.Now, months.Then+m.Then
		}
		if rules != months {
			t.Fatalf("by rule %+v, by month %+v", rules, months)
		}
	})
}

// TestSimulationFindsWhatScansRaised proves that a simulation of the thresholds
// that hold counts the flags that scans of every day have raised in the period,
// rule by rule and month by month, but for those that were raised again.
func TestSimulationFindsWhatScansRaised(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, today := scannedDaily(t)
		s := simulate(t, with("CONTACT_MEDIUM_RISK", 40), today, f)
		rules, months := map[casefile.RuleCode]int{}, map[calendar.Day]int{}
		seen := map[string]bool{}
		for _, e := range f.entries {
			raised, ok := e.Data.(casefile.FlagRaised)
			flag := casefile.FlagID(f.c.ID, raised.Rule, raised.Episode)
			if ok && !seen[flag] && s.Period.Contains(e.On) {
				y, m, _ := e.On.Time().Date()
				rules[raised.Rule]++
				months[calendar.Date(y, m, 1)]++
			}
			seen[flag] = seen[flag] || ok
		}
		got := map[casefile.RuleCode]int{}
		for _, r := range s.Rules {
			if r.LastYear.Now > 0 {
				got[r.Rule] = r.LastYear.Now
			}
		}
		if !maps.Equal(got, rules) {
			t.Fatalf("the simulation counts %v, scans raised %v", got, rules)
		}
		for _, m := range s.Months {
			if m.Now != months[m.Month] {
				t.Fatalf("in %s the simulation counts %d, scans raised %d", m.Month, m.Now, months[m.Month])
			}
		}
	})
}

// TestSimulationForeseesOtherScans proves that what a simulation counts for other
// thresholds is what scans of every day would have raised by them, on the same
// course of events.
func TestSimulationForeseesOtherScans(t *testing.T) {
	other := defaults.With(1, map[stall.ThresholdCode]int{"CONTACT_MEDIUM_RISK": 12, "CONTACT_HIGH_RISK": 9, "OWNER": 10, "FIRST_ASSESSMENT": 40, "ACTION": 6})
	rapid.Check(t, func(t *rapid.T) {
		f, on := referred(casefile.Medium), day("2026-01-01")
		raised := map[string]casefile.RuleCode{}
		for range rapid.IntRange(0, 20).Draw(t, "steps") {
			for range rapid.IntRange(0, 40).Draw(t, "days") {
				on++
				// What a scan by the other thresholds would find, of a case to
				// which no scan has said anything.
				for _, d := range stall.Deadlines(f.c, other) {
					if d.Flagged() && d.Overdue(on) {
						raised[string(d.Rule)+d.Episode()] = d.Rule
					}
				}
			}
			f.today = on
			_ = f.try(on-calendar.Day(rapid.IntRange(0, 20).Draw(t, "late")), step(t, f, on)) // or it does not fit
		}
		if on >= day("2026-12-31") {
			t.Skip("the period would not hold the whole course")
		}
		want := map[casefile.RuleCode]int{}
		for _, rule := range raised {
			want[rule]++
		}
		got := map[casefile.RuleCode]int{}
		for _, r := range simulate(t, other, on, f).Rules {
			if r.LastYear.Then > 0 {
				got[r.Rule] = r.LastYear.Then
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("the simulation counts %v, scans would have raised %v", got, want)
		}
	})
}
