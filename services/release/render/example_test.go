package render_test

import (
	"math"
	"time"

	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/release"
)

func ptr[T any](v T) *T { return &v }

// The indicators of the example: one of each measure.
var (
	people = release.Definition{Code: "ASSISTED", Version: 1, Unit: "PERSON", Measure: "COUNT",
		Label:      locale.Text{EN: "People assisted", KM: "អ្នកដែលបានទទួលជំនួយ"},
		Definition: locale.Text{EN: "Distinct persons with at least one service delivery or milestone in the period. Whoever has no consent for REPORTING is left out and counted apart."}}
	kept = release.Definition{Code: "PLAN_IN_TIME", Version: 2, Unit: "CASE", Measure: "SHARE",
		Label:      locale.Text{EN: "Plan within 30 days", KM: "ផែនការក្នុងរយៈពេល 30 ថ្ងៃ"},
		Definition: locale.Text{EN: "Of the cases opened in the period, those with an approved plan within 30 days.", KM: "ក្នុងចំណោមករណីដែលបានបើក ករណីដែលមានផែនការអនុម័តក្នុងរយៈពេល 30 ថ្ងៃ។"}}
	wait = release.Definition{Code: "OPEN_TO_CLOSE", Version: 1, Unit: "CASE", Measure: "DISTRIBUTION",
		Label:      locale.Text{EN: "Days from opening to closing", KM: "ចំនួនថ្ងៃពីការបើកដល់ការបិទ"},
		Definition: locale.Text{EN: "Days between the opening and the closing of cases closed in the period."}}
	load = release.Definition{Code: "INDEX_CHANGE", Version: 1, Unit: "PERSON", Measure: "MEAN",
		Label:      locale.Text{EN: "Change in the reintegration index", KM: "ការប្រែប្រួលនៃសន្ទស្សន៍សមាហរណកម្ម"},
		Definition: locale.Text{EN: "The mean change between the first and the last score of persons scored twice."}}
	all = []release.Definition{people, kept, wait, load}
)

// rowOf makes a row of an indicator that shows what n people, cases or
// observations would. Fewer than 11 are withheld.
func rowOf(d release.Definition, n int, group []outcome.GroupValue, labels ...locale.Text) release.Row {
	r := release.Row{Code: d.Code, Group: group, Labels: labels}
	if n > 0 && n < 11 {
		r.Suppressed = true
		return r
	}
	r.Value, r.ExcludedNoConsent, r.Digest = ptr(n), ptr(n/9), "5f2d"
	switch d.Measure {
	case "SHARE":
		r.Base = ptr((n*8/5 + 4) / 5 * 5)
		if *r.Base > 0 {
			r.Percent = ptr(100 * float64(n) / float64(*r.Base))
		}
	case "DISTRIBUTION":
		if n > 0 {
			r.Lower, r.Median, r.Upper = ptr(90+float64(n%40)), ptr(140.5+float64(n%60)), ptr(230+float64(n%90))
		}
	case "MEAN":
		if n > 0 {
			r.Mean = ptr(float64(n%23)/100 - 0.05)
		}
	}
	return r
}

func by(d outcome.Dimension, value string) outcome.GroupValue {
	return outcome.GroupValue{Dimension: d, Value: value}
}

func both(text string) locale.Text { return locale.Text{EN: text, KM: text} }

// example is a content of synthetic figures that has everything: each measure,
// each chart, what is withheld, what is absent, and words that have to be escaped.
func example() release.Content {
	c := release.Content{Number: 7, From: calendar.Date(2025, 1, 1), To: calendar.Date(2026, 9, 30), Threshold: 11,
		KnownAt: time.Date(2026, 10, 14, 17, 0, 0, 0, time.UTC), Definitions: all}
	var total, places, quarters, organisations, crossed []release.Row
	homes := []struct {
		id    string
		label locale.Text
	}{
		{"org_1", locale.Text{EN: "Lotus House & Garden", KM: "ផ្ទះផ្កាឈូក និងសួន"}},
		{"org_2", locale.Text{EN: "=HYPERLINK(\"x\") Centre for Women who Begin Again in the North-Western Provinces", KM: "មជ្ឈមណ្ឌលស្ត្រីដែលចាប់ផ្តើមជីវិតជាថ្មីនៅខេត្តភាគពាយ័ព្យនៃប្រទេសកម្ពុជា"}},
		{"org_3", locale.Text{EN: "<Silk> Workshop", KM: "សិប្បកម្មសូត្រ"}},
	}
	for k, d := range all {
		row := rowOf(d, 1481/(k+1), nil)
		if d.Measure == "COUNT" || d.Measure == "SHARE" {
			row.Baseline, row.Target = ptr(50.0), ptr(65.0)
		}
		total = append(total, row)
		for i, p := range directory.AllProvinces {
			if n := (i*37 + k*11) % 140; i%8 != 5 {
				places = append(places, rowOf(d, n, []outcome.GroupValue{by("PROVINCE", p.ISO)}, p.Name))
			}
		}
		places = append(places, rowOf(d, 25, []outcome.GroupValue{by("PROVINCE", "UNKNOWN")}, locale.Text{}))
		for i, q := range []string{"2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"} {
			if i == 3 && k == 2 {
				continue
			}
			n := 160 + i*30 - k*20
			if i == 2 {
				n = 5
			}
			r := rowOf(d, n, []outcome.GroupValue{by("QUARTER", q)}, both(q))
			if k == 0 && i != 2 {
				r.Target = ptr(200.0)
			}
			quarters = append(quarters, r)
		}
		for i, o := range homes {
			organisations = append(organisations, rowOf(d, []int{903, 412, 9}[i]/(k%2+1), []outcome.GroupValue{by("ORGANISATION", o.id)}, o.label))
		}
	}
	for i, o := range homes {
		for j, q := range []string{"2026-Q2", "2026-Q3"} {
			crossed = append(crossed, rowOf(people, 90-i*40-j*3, []outcome.GroupValue{by("ORGANISATION", o.id), by("QUARTER", q)}, o.label, both(q)))
		}
	}
	c.Tables = []release.Table{{Rows: total},
		{GroupBy: []outcome.Dimension{"QUARTER"}, Rows: quarters},
		{GroupBy: []outcome.Dimension{"PROVINCE"}, Rows: places},
		{GroupBy: []outcome.Dimension{"ORGANISATION"}, Rows: organisations},
		{GroupBy: []outcome.Dimension{"ORGANISATION", "QUARTER"}, Rows: crossed}}
	c.Funnels = []release.Funnel{{Name: "REINTEGRATION", Label: locale.Text{EN: "From admission to stable reintegration", KM: "ពីការចូលស្នាក់នៅដល់សមាហរណកម្មស្ថិតស្ថេរ"},
		Steps: []release.Step{
			{Code: "ADMITTED", Label: locale.Text{EN: "Admitted to a shelter", KM: "បានចូលមណ្ឌល"}, Count: ptr(1240)},
			{Code: "CARE_PLAN_APPROVED", Label: locale.Text{EN: "Care plan approved", KM: "ផែនការថែទាំបានអនុម័ត"}, Count: ptr(1012)},
			{Code: "RETURNED_TO_COMMUNITY", Label: locale.Text{EN: "Returned to the community", KM: "បានវិលត្រឡប់ទៅសហគមន៍"}, Count: ptr(121)},
			{Code: "FOLLOW_UP_M6", Label: locale.Text{EN: "Safe after six months", KM: "មានសុវត្ថិភាពក្រោយប្រាំមួយខែ"}, Count: ptr(64)},
			{Code: "STABLE", Label: locale.Text{EN: "Stable", KM: "ស្ថិតស្ថេរ"}, Suppressed: true},
		}}}
	work := release.Curve{Name: "JOB", Label: locale.Text{EN: "Still in work", KM: "នៅតែមានការងារ"}, Since: locale.Text{EN: "the first day of work", KM: "ថ្ងៃដំបូងនៃការងារ"}}
	survival := 1.0
	for i, atRisk := 0, 202; atRisk >= 11; i, atRisk = i+1, atRisk-12 {
		survival *= 1 - 7.0/float64(atRisk+40)
		margin := 1.96 * math.Sqrt(survival*(1-survival)/float64(atRisk))
		work.Points = append(work.Points, release.Point{Day: 14 + i*37, Survival: round4(survival), Lower: round4(max(0, survival-margin)), Upper: round4(min(1, survival+margin)), AtRisk: atRisk})
	}
	school := release.Curve{Name: "SCHOOL", Label: locale.Text{EN: "Still at school", KM: "នៅតែរៀន"}, Since: locale.Text{EN: "the enrolment", KM: "ការចុះឈ្មោះចូលរៀន"},
		Group: []outcome.GroupValue{by("ORGANISATION", "org_3")}, Labels: []locale.Text{homes[2].label}}
	c.Curves = []release.Curve{work, school}
	return c
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

var seal = release.Seal{
	Digest:      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	Signature:   "release.onward.example+1c2ea4f0+AZf5xk3Y1Jqk0yQe7mFz1bS4q2mU6l0rS5B8cQp1T0vW9xYzA2b3C4d5E6f7G8h9I0jKlMnOpQrStUvWxYz0123456789=",
	Signer:      "release.onward.example+1c2ea4f0",
	PublishedAt: time.Date(2026, 10, 15, 3, 30, 0, 0, time.UTC),
	Publisher:   locale.Text{EN: "Coordinator", KM: "អ្នកសម្របសម្រួល"},
}
