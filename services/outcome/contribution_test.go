package outcome_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/activity"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
)

// TestContributionsMakeTheFigure proves over random histories that each figure of
// each indicator follows from its contributions, those without consent included,
// and that the tables are those that Compute makes one by one.
func TestContributionsMakeTheFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cases, q := someCases(t), someQuery(t)
		beside := outcome.Programme{Places: places, Networks: []outcome.Network{{ID: "network_1", Organisation: orgA}, {ID: "network_2", YouthClub: true, Organisation: orgB, ActiveTo: day("2026-05-01")}},
			Activities: []activity.Activity{done("activity_1", orgA, activity.AwarenessCampaign, "2026-02-01", 7, "KH-1", "KH-2"), done("activity_2", orgB, activity.Rescue, "2026-05-01", 3, "KH-1")}}
		q.AsOf = q.Period.From + (q.Period.To-q.Period.From)/2
		r, err := outcome.Compute(slices.Values(cases), beside, q)
		if err != nil {
			t.Fatal(err)
		}
		tables, err := outcome.Tables(slices.Values(cases), beside, q, [][]outcome.Dimension{nil, q.GroupBy})
		if err != nil || tables[1].Digest != r.Digest || !slices.Equal(lines(tables[1]), lines(r)) {
			t.Fatalf("%v, %v is not %v", err, lines(tables[1]), lines(r))
		}
		for i, total := range r.Totals {
			if whole := tables[0].Rows[i]; whole.Code != total.Code || whole.Value != total.Whole.Value || whole.Entries != total.Whole.Entries {
				t.Errorf("the whole of %s is %+v, not %+v", total.Code, total.Whole, whole)
			}
		}
		for _, row := range r.Rows {
			all, err := outcome.Contributions(slices.Values(cases), beside, q, row.Code, row.Group)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := fromContributions(row, all, cases), measured(row); got != want {
				t.Errorf("%s %v: its contributions make %s, not %s: %+v", row.Code, row.Group, got, want, all)
			}
		}
	})
}

// fromContributions makes a figure of its contributions, by the definition of its
// measure, as measured writes it.
func fromContributions(row outcome.Row, all []outcome.Contribution, cases []*casefile.Case) string {
	again := outcome.Row{Code: row.Code}
	count, excluded, fulfil := counted{}, counted{}, counted{}
	sum := 0
	var days []int
	for n, c := range all {
		unit := unitOf(row.Indicator(), n, c, cases)
		if !c.Consented {
			excluded[unit] = 1
			continue
		}
		count[unit] = 1
		switch row.Indicator().Unit {
		case outcome.Participant:
			count[unit] = c.Amount
		case outcome.Person, outcome.LegalMatter:
			if c.Activity != "" {
				count[unit] = c.Amount
			}
		}
		if c.Fulfils {
			fulfil[unit] = 1
		}
		sum += c.Amount
		days = append(days, c.Amount)
	}
	for unit := range count {
		delete(excluded, unit)
	}
	again.Value, again.ExcludedNoConsent = count.sum(), excluded.sum()
	switch row.Indicator().Measure {
	case outcome.Share:
		again.Value, again.Base = fulfil.sum(), count.sum()
	case outcome.Distribution:
		again.Days = quartilesByHand(days)
	case outcome.Mean:
		if again.Value > 0 {
			again.Mean = new(float64(sum) / float64(again.Value))
		}
	}
	return measured(again)
}

// counted says how much each unit adds.
type counted map[string]int

func (c counted) sum() (n int) {
	for _, add := range c {
		n += add
	}
	return n
}

// unitOf names what a contribution is one of: what is counted once has one name.
func unitOf(i outcome.Indicator, n int, c outcome.Contribution, cases []*casefile.Case) string {
	switch {
	case i.Code == outcome.Caseload:
		return ownerByHand(c, cases)
	case c.Network != "":
		return string(c.Network)
	case c.Case != "" && (i.Unit == outcome.Person || i.Code == outcome.ServicesPerCase):
		return string(personByHand(c.Case, cases))
	}
	return fmt.Sprint("number ", n)
}

func caseOf(caseID id.Case, cases []*casefile.Case) *casefile.Case {
	i := slices.IndexFunc(cases, func(c *casefile.Case) bool { return c.ID == caseID })
	if i < 0 {
		return nil
	}
	return cases[i]
}

func personByHand(caseID id.Case, cases []*casefile.Case) id.Case {
	person := mergedByHand(caseID, cases)
	return cmp.Or(matchedByHand(cases)[person], person)
}

func mergedByHand(caseID id.Case, cases []*casefile.Case) id.Case {
	for c := caseOf(caseID, cases); c != nil && c.MergedInto() != ""; c = caseOf(caseID, cases) {
		caseID = c.MergedInto()
	}
	return caseID
}

func ownerByHand(c outcome.Contribution, cases []*casefile.Case) string {
	return string(caseOf(c.Case, cases).ProfileOn(c.On).Owner) + c.On.String()
}

// quartilesByHand takes the quartiles of days one by one: at (n-1)p of the sorted
// days, between neighbours in proportion.
func quartilesByHand(days []int) *outcome.Quartiles {
	if len(days) == 0 {
		return nil
	}
	slices.Sort(days)
	at := func(p float64) float64 {
		place := float64(len(days)-1) * p
		below := int(place)
		above := min(below+1, len(days)-1)
		return float64(days[below]) + (place-float64(below))*float64(days[above]-days[below])
	}
	return &outcome.Quartiles{Lower: at(0.25), Median: at(0.5), Upper: at(0.75)}
}

// TestContributionsOfAGroup proves that only what counts in the group is opened,
// the latest first, with the entries on which it rests.
func TestContributionsOfAGroup(t *testing.T) {
	cases := fold(t, served("case_1", casefile.ForReporting).add("2026-02-03", delivered(casework, farOffice)).add("2026-02-04", delivered(casework, "")),
		served("case_2"))
	q := outcome.Query{Period: firstQuarter, GroupBy: []outcome.Dimension{outcome.ByProvince}}
	open := func(province string) []outcome.Contribution {
		all, err := outcome.Contributions(slices.Values(cases), outcome.Programme{Places: places}, q, outcome.Assisted,
			[]outcome.GroupValue{{Dimension: outcome.ByProvince, Value: province}})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := open("KH-17"); len(all) != 1 || all[0].Case != "case_1" || all[0].On != day("2026-02-03") || !slices.Equal(all[0].Entries, []int{4}) || !all[0].Consented {
		t.Errorf("%+v", all)
	}
	all := open("KH-12")
	if len(all) != 3 || all[0].On != day("2026-02-04") || all[1].Case != "case_1" || all[2].Case != "case_2" || all[2].Consented {
		t.Errorf("%+v", all)
	}
	if all := open("KH-1"); len(all) != 0 {
		t.Errorf("a group without anything has %+v", all)
	}
	for _, group := range [][]outcome.GroupValue{nil, {{Dimension: outcome.BySite, Value: "KH-12"}}} {
		_, err := outcome.Contributions(slices.Values(cases), outcome.Programme{Places: places}, q, outcome.Assisted, group)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Fields[0].Path != "group" {
			t.Errorf("group %v: %v, want a fault of group", group, err)
		}
	}
}
