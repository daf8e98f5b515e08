package attention_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/attention"
	"onward/services/audit"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/locale"
	"onward/services/outcome"
)

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// target is one of a period.
func target(code outcome.Code, from, to string, value float64) directory.Target {
	return directory.Target{Organisation: "org_1", Indicator: directory.Indicator(code), From: day(from), To: day(to), Value: &value,
		Versioned: directory.Versioned{Version: 3}}
}

func days(median float64) outcome.Row {
	return outcome.Row{Code: outcome.OpenToClose, Value: 9, Days: &outcome.Quartiles{Lower: 1, Median: median, Upper: 900}}
}

func mean(code outcome.Code, of float64) outcome.Row {
	return outcome.Row{Code: code, Value: 9, Mean: &of}
}

// TestJudge proves when a target is judged, by which number, and what is found.
func TestJudge(t *testing.T) {
	count := func(n int) outcome.Row { return outcome.Row{Code: outcome.Assisted, Value: n} }
	share := func(code outcome.Code, value, base int) outcome.Row {
		return outcome.Row{Code: code, Value: value, Base: base}
	}
	for name, test := range map[string]struct {
		asOf, from, to string
		target         float64
		row            outcome.Row
		want           attention.Reason // empty: nothing
	}{
		"a count below":                         {"2026-04-01", "2026-01-01", "2026-03-31", 20, count(19), attention.TargetMissed},
		"a count at it":                         {"2026-04-01", "2026-01-01", "2026-03-31", 20, count(20), ""},
		"nothing counted":                       {"2026-04-01", "2026-01-01", "2026-03-31", 1, count(0), attention.TargetMissed},
		"on the last day it can be met":         {"2026-03-31", "2026-01-01", "2026-03-31", 20, count(19), ""},
		"a year after":                          {"2027-03-31", "2026-01-01", "2026-03-31", 20, count(19), attention.TargetMissed},
		"more than a year after":                {"2027-04-01", "2026-01-01", "2026-03-31", 20, count(19), ""},
		"before its period":                     {"2025-12-31", "2026-01-01", "2026-03-31", 20, count(0), ""},
		"a share below":                         {"2026-04-01", "2026-01-01", "2026-03-31", 67, share(outcome.PlanWithin30, 2, 3), attention.TargetMissed},
		"a share as it is shown":                {"2026-04-01", "2026-01-01", "2026-03-31", 66.7, share(outcome.PlanWithin30, 2, 3), ""},
		"a share of nothing":                    {"2026-04-01", "2026-01-01", "2026-03-31", 67, share(outcome.PlanWithin30, 0, 0), ""},
		"a share that is better lower, above":   {"2026-04-01", "2026-01-01", "2026-03-31", 66, share(outcome.StallRate, 2, 3), attention.TargetMissed},
		"a share that is better lower, below":   {"2026-04-01", "2026-01-01", "2026-03-31", 67, share(outcome.StallRate, 2, 3), ""},
		"a return to a shelter":                 {"2026-04-01", "2026-01-01", "2026-03-31", 10, share(outcome.ShelterReturn365, 2, 3), attention.TargetMissed},
		"a median above":                        {"2026-04-01", "2026-01-01", "2026-03-31", 90, days(91), attention.TargetMissed},
		"a median below":                        {"2026-04-01", "2026-01-01", "2026-03-31", 90, days(89), ""},
		"no days":                               {"2026-04-01", "2026-01-01", "2026-03-31", 90, outcome.Row{Code: outcome.OpenToClose}, ""},
		"a caseload above":                      {"2026-04-01", "2026-01-01", "2026-03-31", 25, mean(outcome.Caseload, 25.1), attention.TargetMissed},
		"a mean that is better higher":          {"2026-04-01", "2026-01-01", "2026-03-31", 25, mean(outcome.IndexChange, 25.1), ""},
		"two thirds gone, behind":               {"2026-09-02", "2026-01-01", "2026-12-31", 30, count(19), attention.TargetLags},
		"two thirds gone, not by a whole one":   {"2026-09-02", "2026-01-01", "2026-12-31", 30, count(20), ""},
		"less than two thirds gone":             {"2026-09-01", "2026-01-01", "2026-12-31", 30, count(0), ""},
		"on the last day, behind":               {"2026-12-31", "2026-01-01", "2026-12-31", 30, count(28), attention.TargetLags},
		"on the last day, one to come":          {"2026-12-31", "2026-01-01", "2026-12-31", 30, count(29), ""},
		"a share does not add up":               {"2026-12-31", "2026-01-01", "2026-12-31", 90, share(outcome.PlanWithin30, 2, 3), ""},
		"neither do networks":                   {"2026-12-31", "2026-01-01", "2026-12-31", 90, outcome.Row{Code: outcome.Networks, Value: 1}, ""},
		"networks are judged when it has ended": {"2027-01-01", "2026-01-01", "2026-12-31", 90, outcome.Row{Code: outcome.Networks, Value: 1}, attention.TargetMissed},
	} {
		t.Run(name, func(t *testing.T) {
			of := target(test.row.Code, test.from, test.to, test.target)
			var item attention.Item
			found := attention.Judged(of, day(test.asOf))
			if found {
				item, found = attention.Judge(of, test.row, day(test.asOf))
			}
			if found != (test.want != "") || found && (item.Reason != test.want || item.FoundOn != day(test.asOf) || item.Target.Version != 3) {
				t.Errorf("found %v: %+v", found, item)
			}
		})
	}
}

// TestBetterIsNeverFound proves that of two figures the better one is never found
// where the worse one is not, whichever way is better.
func TestBetterIsNeverFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.SampledFrom(outcome.Registry).Draw(t, "indicator")
		of := target(i.Code, "2026-01-01", "2026-12-31", float64(rapid.IntRange(0, 100).Draw(t, "target")))
		asOf := day("2026-01-01") + calendar.Day(rapid.IntRange(0, 800).Draw(t, "day"))
		found := func(v int) bool {
			m := float64(v)
			row := outcome.Row{Code: i.Code, Value: v}
			switch i.Measure {
			case outcome.Share:
				row.Base = 100
			case outcome.Distribution:
				row.Days = &outcome.Quartiles{Median: m}
			case outcome.Mean:
				row.Mean = &m
			}
			_, found := attention.Judge(of, row, asOf)
			return attention.Judged(of, asOf) && found
		}
		low := rapid.IntRange(0, 99).Draw(t, "low")
		worse, better := low, low+rapid.IntRange(1, 100-low).Draw(t, "more")
		if i.LowerIsBetter {
			worse, better = better, worse
		}
		if found(better) && !found(worse) {
			t.Fatalf("%s as of %s: %d is found, %d is not", i.Code, asOf, better, worse)
		}
	})
}

// TestTexts proves what is said in English, and that Khmer says it with the same
// numbers and days.
func TestTexts(t *testing.T) {
	judge := func(of directory.Target, row outcome.Row, asOf string) attention.Item {
		item, found := attention.Judge(of, row, day(asOf))
		if !found {
			t.Fatalf("%+v is not found", of)
		}
		return item
	}
	for _, test := range []struct {
		item     attention.Item
		due      string
		severity casefile.Severity
		english  string
		also     []string // in Khmer too
	}{
		{judge(target(outcome.Assisted, "2026-01-01", "2026-03-31", 20), outcome.Row{Code: outcome.Assisted, Value: 12}, "2026-04-02"),
			"2026-04-02", casefile.SeverityMedium,
			"People assisted: 12 from 2026-01-01 to 2026-03-31; the target was at least 20.", []string{"12", "2026-01-01", "2026-03-31", "20"}},
		{judge(target(outcome.StallRate, "2026-01-01", "2026-03-31", 12.5), outcome.Row{Code: outcome.StallRate, Value: 1, Base: 3}, "2026-04-02"),
			"2026-04-02", casefile.SeverityMedium,
			"Cases that were stalled: 33.3% from 2026-01-01 to 2026-03-31; the target was at most 12.5%.", []string{"33.3%", "12.5%"}},
		{judge(target(outcome.OpenToClose, "2026-01-01", "2026-03-31", 90), days(200), "2026-04-02"),
			"2026-04-02", casefile.SeverityMedium,
			"Days from opening to closing: a median of 200 days from 2026-01-01 to 2026-03-31; the target was at most a median of 90 days.", []string{"200", "90"}},
		{judge(target(outcome.Caseload, "2026-01-01", "2026-03-31", 25), mean(outcome.Caseload, 31.26), "2026-04-02"),
			"2026-04-02", casefile.SeverityMedium,
			"Cases per worker: a mean of 31.3 from 2026-01-01 to 2026-03-31; the target was at most a mean of 25.", []string{"31.3", "25"}},
		{judge(target(outcome.Assisted, "2026-01-01", "2026-12-31", 30), outcome.Row{Code: outcome.Assisted, Value: 12}, "2026-10-01"),
			"2026-12-31", casefile.SeverityLow,
			"People assisted: 12 since 2026-01-01; to reach the target of 30 by 2026-12-31 there would have to be 22 by now.", []string{"12", "30", "22", "2026-12-31"}},
		{attention.Item{Reason: attention.CohortBehind, FoundOn: day("2026-04-02"), Cohort: &attention.Cohort{Subject: "JOB_RETENTION", From: day("2025-04-01"),
			To: day("2026-03-31"), Persons: 14, PersonsBefore: 15, Ended: 9, Expected: 4.6, P: 0.012}},
			"2026-04-02", casefile.SeverityMedium,
			"Staying in work: of 14 persons who began from 2025-04-01 to 2026-03-31, it ended for 9; had it lasted as for the 15 of the year before," +
				" about 4.6 would be expected (p ≤ 0.012).", []string{"14", "15", "9", "4.6", "0.012", "2025-04-01", "2026-03-31"}},
		{attention.Item{Reason: attention.Reason(audit.OutsideCaseload), FoundOn: day("2026-04-02"), Reading: &attention.Reading{Worker: "worker_1", From: day("2026-03-28"), To: day("2026-04-01"), Days: 2, Cases: 61}},
			"2026-04-02", casefile.SeverityMedium,
			"A worker read 61 cases that were not hers, on 2 of the days from 2026-03-28 to 2026-04-01: more in a day than is usual for the role. Ask what it was for.", []string{"61", "2", "2026-03-28", "2026-04-01"}},
		{attention.Item{Reason: attention.Reason(audit.ManySearches), FoundOn: day("2026-04-02"), Reading: &attention.Reading{Worker: "worker_1", From: day("2026-04-01"), To: day("2026-04-01"), Days: 1, Searches: 44}},
			"2026-04-02", casefile.SeverityMedium,
			"A worker searched for persons 44 times, on 1 of the days from 2026-04-01 to 2026-04-01: more in a day than is usual. Ask what it was for.", []string{"44", "1", "2026-04-01"}},
		{attention.Item{Reason: attention.Reason(audit.BeforeLeaving), FoundOn: day("2026-04-02"), Reading: &attention.Reading{Worker: "worker_1", From: day("2026-03-20"), To: day("2026-04-01"), Days: 9, Cases: 80}},
			"2026-04-02", casefile.SeverityHigh,
			"A worker who has left, or leaves soon, read 80 cases on 9 of the days from 2026-03-20 to 2026-04-01, the last ones here, and made a copy of all that is held of a case 0 times. Find out what it was for.", []string{"80", "9", "0", "2026-03-20", "2026-04-01"}},
		{attention.Item{Reason: attention.Reason(audit.SameSearch), FoundOn: day("2026-04-02"), Reading: &attention.Reading{Worker: "worker_1", From: day("2026-03-28"), To: day("2026-04-01"), Days: 4, Searches: 17}},
			"2026-04-02", casefile.SeverityMedium,
			"A worker searched for the same person again and again, 17 times in all, on 4 of the days from 2026-03-28 to 2026-04-01. Ask what it was for.", []string{"17", "4", "2026-03-28", "2026-04-01"}},
		{attention.Item{Reason: attention.Reason(audit.ManyExports), FoundOn: day("2026-04-02"), Reading: &attention.Reading{Worker: "worker_1", From: day("2026-03-28"), To: day("2026-04-01"), Days: 2, Exports: 9}},
			"2026-04-02", casefile.SeverityMedium,
			"A worker made a copy of all that is held of a case 9 times, on 2 of the days from 2026-03-28 to 2026-04-01: more in a day than is usual. Ask what it was for.", []string{"9", "2", "2026-03-28", "2026-04-01"}},
	} {
		if got := test.item.Text(locale.EN); got != test.english {
			t.Errorf("English: %s", got)
		}
		khmer := test.item.Text(locale.KM)
		for _, part := range append(test.also, "៖") {
			if !strings.Contains(khmer, part) {
				t.Errorf("Khmer lacks %s: %s", part, khmer)
			}
		}
		if strings.ContainsAny(khmer, "{<abcdefghijklmnoqrstuvwxyz") { // but for the p of a test
			t.Errorf("Khmer holds what is not: %s", khmer)
		}
		if test.item.DueOn() != day(test.due) || test.item.Severity() != test.severity {
			t.Errorf("due on %s, %s: %+v", test.item.DueOn(), test.item.Severity(), test.item)
		}
	}
}
