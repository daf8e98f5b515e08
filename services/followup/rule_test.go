package followup_test

import (
	"testing"

	"onward/services/followup"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// rule is a step that sets the rule: a state of one pointer.
func rule(visit bool, methods ...followup.Method) tracktest.Step[*followup.Rule] {
	return func(r **followup.Rule) (err error) {
		*r, err = followup.Set(followup.RuleSet{Methods: methods, HomeVisitAllowed: visit}, track.Stamp{On: tracktest.Day("2026-03-01"), Entry: 4})
		return err
	}
}

// TestSet proves that a rule says one thing about home visits, and what is kept
// of its entry.
func TestSet(t *testing.T) {
	type refusal tracktest.Refusal[*followup.Rule]
	tracktest.Refusals(t, []refusal{
		{"listed but not allowed", nil, rule(false, followup.Phone, followup.HomeVisit), "homeVisitAllowed", "methods has HOME_VISIT"},
		{"allowed but not listed", nil, rule(true, followup.Phone), "homeVisitAllowed", "methods lacks HOME_VISIT"},
		{"allowed, and nothing else", nil, rule(true), "homeVisitAllowed", "methods lacks HOME_VISIT"},
	})
	r := *tracktest.After(t, rule(true, followup.HomeVisit, followup.Phone))
	if r.On != tracktest.Day("2026-03-01") || r.Entry != 4 || !r.HomeVisitAllowed || len(r.Methods) != 2 || r.Methods[0] != followup.HomeVisit {
		t.Errorf("the rule is %+v", r)
	}
	tracktest.After(t, rule(false)) // nobody is to contact her
}

// TestInForce proves which rule holds on a day: the one of the latest day that
// is not later, and of two of one day the one recorded last.
func TestInForce(t *testing.T) {
	on := func(day string, entry int) *followup.Rule {
		return &followup.Rule{On: tracktest.Day(day), Entry: entry}
	}
	rules := []*followup.Rule{on("2026-03-10", 1), on("2026-03-01", 2), on("2026-03-10", 3)} // the second came late
	for day, want := range map[string]int{"2026-02-28": 0, "2026-03-01": 2, "2026-03-09": 2, "2026-03-10": 3, "2026-04-01": 3} {
		r := followup.InForce(rules, tracktest.Day(day))
		if r == nil && want != 0 || r != nil && r.Entry != want {
			t.Errorf("%s: %+v, want that of entry %d", day, r, want)
		}
	}
	if r := followup.InForce(nil, tracktest.Day("2026-03-01")); r != nil {
		t.Errorf("no rules: %+v", r)
	}
}

// TestOutside proves which contacts lie outside a rule.
func TestOutside(t *testing.T) {
	const monday, sunday = "2026-03-02", "2026-03-01"
	phone := []followup.Method{followup.Phone}
	for _, c := range []struct {
		name    string
		methods []followup.Method
		parts   []followup.DayPart
		method  followup.Method
		on      string
		want    bool
	}{
		{"as she wishes", phone, nil, followup.Phone, monday, false},
		{"at any time", phone, nil, followup.Phone, sunday, false},
		{"another way", phone, nil, followup.Message, monday, true},
		{"nobody is to contact her", nil, nil, followup.Phone, monday, true},
		{"on a working day", phone, []followup.DayPart{followup.Morning, followup.Evening}, followup.Phone, monday, false},
		{"at a weekend that she did not name", phone, []followup.DayPart{followup.Morning}, followup.Phone, sunday, true},
		{"at a weekend", phone, []followup.DayPart{followup.Weekend}, followup.Phone, sunday, false},
		{"on a working day where only weekends are good", phone, []followup.DayPart{followup.Weekend}, followup.Phone, monday, true},
		{"at a weekend beside mornings", phone, []followup.DayPart{followup.Morning, followup.Weekend}, followup.Phone, sunday, false},
	} {
		r := followup.Rule{RuleSet: followup.RuleSet{Methods: c.methods, DayParts: c.parts}}
		if got := r.Outside(c.method, tracktest.Day(c.on)); got != c.want {
			t.Errorf("%s: outside is %t", c.name, got)
		}
	}
}
