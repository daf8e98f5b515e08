package release_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/outcome"
	"onward/services/outcome/cohort"
	"onward/services/outcome/disclosure"
	"onward/services/release"
)

var (
	january  = calendar.Period{From: calendar.Date(2026, 1, 1), To: calendar.Date(2026, 1, 31)}
	nobody   = release.Words{Directory: &directory.Snapshot{}}
	counting = []outcome.Code{outcome.Employed, outcome.PlanWithin30, outcome.Networks}
)

// counted is one thing that counts, with its place in every dimension.
type counted struct {
	code    outcome.Code
	place   map[outcome.Dimension]string
	fulfils bool // of a share
	times   int
}

// someThings draws what was counted in a month: each indicator at several places.
func someThings(t *rapid.T) []counted {
	sites := map[string][2]string{"site_1": {"org_1", "KH-1"}, "site_2": {"org_1", "KH-2"}, "site_3": {"org_2", "KH-2"}}
	one := rapid.Custom(func(t *rapid.T) counted {
		site := rapid.SampledFrom([]string{"site_1", "site_2", "site_3"}).Draw(t, "site")
		return counted{code: rapid.SampledFrom(counting).Draw(t, "code"), fulfils: rapid.Bool().Draw(t, "fulfils"), times: rapid.IntRange(1, 30).Draw(t, "times"),
			place: map[outcome.Dimension]string{outcome.BySite: site, outcome.ByOrganisation: sites[site][0], outcome.ByProvince: sites[site][1],
				outcome.ByPopulation: rapid.SampledFrom([]string{"VICTIM_CONFIRMED", "AT_RISK"}).Draw(t, "population"),
				outcome.BySex:        rapid.SampledFrom([]string{"F", "M"}).Draw(t, "sex"), outcome.ByAgeBand: "AGE_18_24"}}
	})
	return rapid.SliceOfN(one, 0, 8).Draw(t, "things")
}

// figuresOf counts things by each grouping of a period, as reports do: the whole has a
// row of each indicator, and a group one where anything counts.
func figuresOf(p calendar.Period, things []counted) release.Figures {
	var f release.Figures
	for _, by := range release.Groupings(p) {
		r := outcome.Report{Period: p, Digest: fmt.Sprint(by, things)}
		for _, code := range counting {
			i, _ := outcome.Find(code)
			r.Counted = append(r.Counted, outcome.Definition{Code: code, Version: i.Version})
			var rows []outcome.Row
			if len(by) == 0 {
				rows = append(rows, outcome.Row{Code: code, Group: []outcome.GroupValue{}, Entries: "ab"})
			}
			for _, thing := range things {
				if thing.code != code {
					continue
				}
				group := []outcome.GroupValue{}
				for _, d := range by {
					group = append(group, outcome.GroupValue{Dimension: d, Value: thing.place[d]})
				}
				at := slices.IndexFunc(rows, func(row outcome.Row) bool { return slices.Equal(row.Group, group) })
				if at < 0 {
					at, rows = len(rows), append(rows, outcome.Row{Code: code, Group: group, Entries: "ab"})
				}
				if i.Measure == outcome.Share {
					rows[at].Base += thing.times
				}
				if i.Measure != outcome.Share || thing.fulfils {
					rows[at].Value += thing.times
				}
			}
			r.Rows = append(r.Rows, rows...)
		}
		f.Reports = append(f.Reports, r)
	}
	for _, funnel := range cohort.Funnels {
		f.Cohorts.Counts = append(f.Cohorts.Counts, make([]int, len(funnel.Steps)))
	}
	f.Cohorts.Curves = make([]cohort.Curve, len(cohort.Subjects))
	return f
}

// TestBuild proves, of any figures, that every one is shown as it was counted or marked
// as withheld and without any number, in the content and in what later releases are
// checked against; that none from 1 to 10 of people is shown and none can be told; that
// networks, which are no people, always are; and that the same figures make the same
// content, which agrees with them counted again.
func TestBuild(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := figuresOf(january, someThings(t))
		spec := release.Spec{Period: january, KnownAt: noon, Threshold: disclosure.Threshold}
		c, cells, err := release.Build(spec, f, nobody, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, table := range c.Tables {
			if len(table.Rows) != len(f.Reports[i].Rows) {
				t.Fatalf("%v: %d rows of %d", table.GroupBy, len(table.Rows), len(f.Reports[i].Rows))
			}
			for k, row := range table.Rows {
				wantRow(t, row, f.Reports[i].Rows[k])
			}
		}
		for _, cell := range cells {
			if !cell.Shown() && (cell.Count != 0 || cell.Base != 0) {
				t.Fatalf("the withheld cell %s of %v keeps its number", cell.Series, cell.Group)
			}
		}
		if found := disclosure.Audit([]disclosure.Release{{Number: 1, Cells: cells}}, disclosure.Threshold); len(found) > 0 {
			t.Fatalf("%v", found)
		}
		again, _, err := release.Build(spec, f, nobody, nil)
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("built again it is another one: %v", err)
		}
		r := release.Release{Draft: release.Draft{From: january.From, To: january.To, Content: c, Cells: cells}}
		if differences, err := r.Compare(f); err != nil || len(differences) > 0 {
			t.Fatalf("it does not agree with its figures: %v, %v", differences, err)
		}
	})
}

func wantRow(t *rapid.T, got release.Row, is outcome.Row) {
	if got.Code != is.Code || !slices.Equal(got.Group, is.Group) || len(got.Labels) != len(is.Group) {
		t.Fatalf("%s of %v stands for %s of %v", got.Code, got.Group, is.Code, is.Group)
	}
	i, _ := outcome.Find(is.Code)
	if got.Suppressed {
		bare := release.Row{Code: got.Code, Group: got.Group, Labels: got.Labels, Suppressed: true}
		if !reflect.DeepEqual(got, bare) || !i.Unit.AboutPeople() {
			t.Fatalf("withheld is %+v", got)
		}
		return
	}
	if *got.Value != is.Value || got.Digest != is.Entries {
		t.Fatalf("%s of %v says %d, counted were %d", got.Code, got.Group, *got.Value, is.Value)
	}
	few := func(n int) bool { return n > 0 && n < disclosure.Threshold }
	if i.Unit.AboutPeople() && (few(is.Value) || i.Measure == outcome.Share && (few(is.Base) || few(is.Base-is.Value))) {
		t.Fatalf("%s of %v shows %d of %d", got.Code, got.Group, is.Value, is.Base)
	}
	if got.Base != nil && (*got.Base%5 != 0 || *got.Base-is.Base > 2 || is.Base-*got.Base > 2) {
		t.Fatalf("the base %d is shown as %d", is.Base, *got.Base)
	}
}

// TestCompare proves that one more or less anywhere in the figures is found, whether or
// not the release shows it.
func TestCompare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		things := append(someThings(t), counted{code: outcome.Employed, times: 3, place: map[outcome.Dimension]string{outcome.BySite: "site_1", outcome.ByOrganisation: "org_1",
			outcome.ByProvince: "KH-1", outcome.ByPopulation: "AT_RISK", outcome.BySex: "F", outcome.ByAgeBand: "AGE_18_24"}})
		f := figuresOf(january, things)
		c, cells, err := release.Build(release.Spec{Period: january, KnownAt: noon, Threshold: disclosure.Threshold}, f, nobody, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := release.Release{Draft: release.Draft{From: january.From, To: january.To, Content: c, Cells: cells}}
		which := rapid.IntRange(0, len(things)-1).Draw(t, "which")
		things[which].times++
		differences, err := r.Compare(figuresOf(january, things))
		if err != nil || !slices.Contains(differences, "the figures, counted again, are others") {
			t.Fatalf("one more of %s: %v, %v", things[which].code, differences, err)
		}
		things = slices.Delete(things, which, which+1)
		if differences, err := r.Compare(figuresOf(january, things)); err != nil || len(differences) == 0 {
			t.Fatalf("one thing less: %v", err)
		}
	})
}

// TestWithhold proves that a cell which whoever drafts keeps back is withheld like any
// other one, with others where these would tell it, and that one which is in no table
// is refused.
func TestWithhold(t *testing.T) {
	sex := func(s string) map[outcome.Dimension]string { return map[outcome.Dimension]string{outcome.BySex: s} }
	f := figuresOf(january, []counted{{code: outcome.Employed, times: 40, place: sex("F")}, {code: outcome.Employed, times: 30, place: sex("X")}})
	spec := release.Spec{Period: january, KnownAt: noon, Threshold: disclosure.Threshold}
	group := func(sex string) []outcome.GroupValue {
		return []outcome.GroupValue{{Dimension: outcome.BySex, Value: sex}}
	}
	for name, c := range map[string]struct {
		withhold release.Withheld
		rows     int // that are withheld, with it; 0 where it is refused
	}{
		"the whole, which each table of one group tells": {release.Withheld{Indicator: outcome.Employed}, 7},
		"a group, which the other one tells":             {release.Withheld{Indicator: outcome.Employed, Group: group("F")}, 2},
		"a group of nobody":                              {release.Withheld{Indicator: outcome.Employed, Group: group("M")}, 0},
		"another indicator":                              {release.Withheld{Indicator: outcome.Assisted}, 0},
	} {
		spec.Withhold = []release.Withheld{c.withhold}
		content, cells, err := release.Build(spec, f, nobody, nil)
		if c.rows == 0 {
			if wantFault(t, err, fault.Invalid, "withhold: names a cell of "+string(c.withhold.Indicator)); content.Tables != nil || cells != nil {
				t.Errorf("%s: it is built all the same", name)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		withheld, named := 0, false
		for _, table := range content.Tables {
			for _, row := range table.Rows {
				if row.Suppressed {
					withheld++
					named = named || slices.Equal(row.Group, c.withhold.Group)
					if row.Code != c.withhold.Indicator || row.Value != nil {
						t.Errorf("%s: withheld is %+v", name, row)
					}
				}
			}
		}
		if withheld != c.rows || !named {
			t.Errorf("%s: %d rows are withheld, it among them: %t", name, withheld, named)
		}
		draft := release.Draft{From: january.From, To: january.To, Content: content, Cells: cells}
		if findings := draft.Findings(nil); len(findings) > 0 {
			t.Errorf("%s: it cannot be published: %v", name, findings)
		}
	}
}

// TestGroupings proves that a period is cut into quarters where it is longer than one,
// into months where it is longer than a month, and else not; and that a figure of a
// site tells its organisation and province.
func TestGroupings(t *testing.T) {
	for _, c := range []struct {
		months int
		cut    string
	}{{1, ""}, {2, "MONTH"}, {3, "MONTH"}, {4, "QUARTER"}, {12, "QUARTER"}} {
		p := calendar.Period{From: january.From, To: january.From.AddMonths(c.months) - 1}
		got := strings.TrimPrefix(fmt.Sprint(release.Groupings(p)), "[[] [ORGANISATION] [PROVINCE] [SITE ORGANISATION PROVINCE] [POPULATION] [SEX] [AGE_BAND]")
		if want := strings.TrimSpace(" ["+c.cut+"]") + "]"; c.cut == "" && got != "]" || c.cut != "" && strings.TrimSpace(got) != want {
			t.Errorf("%d months: %s", c.months, got)
		}
	}
}
