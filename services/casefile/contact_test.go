package casefile_test

import (
	"slices"
	"testing"

	"onward/services/casefile"
	"onward/services/followup"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// only returns the rule that allows one method and no home visit.
func only(m followup.Method) followup.RuleSet {
	return followup.RuleSet{Methods: []followup.Method{m}}
}

// TestSafeContact proves which rule a case has: the one of the latest day, and of
// two of one day the one recorded last; a form that comes late undoes nothing.
func TestSafeContact(t *testing.T) {
	for _, c := range []struct {
		name string
		then []step
		want followup.Method
		on   string
	}{
		{"a first one", []step{do("2026-02-01", only(followup.Phone))}, followup.Phone, "2026-02-01"},
		{"a later one", []step{do("2026-02-01", only(followup.Phone)), do("2026-02-02", only(followup.Message))}, followup.Message, "2026-02-02"},
		{"one of the same day", []step{do("2026-02-01", only(followup.Phone)), do("2026-02-01", only(followup.Message))}, followup.Message, "2026-02-01"},
		{"a form that comes late", []step{do("2026-02-02", only(followup.Phone)), do("2026-02-01", only(followup.Message))}, followup.Phone, "2026-02-02"},
	} {
		r := tracktest.After(t, all(active, c.then)...).SafeContact()
		if r == nil || r.Methods[0] != c.want || r.On != tracktest.Day(c.on) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

// TestHomeVisitFolds proves that a home visit of the past folds whatever the rule
// says: it is refused when it is recorded, and what is recorded stays readable.
func TestHomeVisitFolds(t *testing.T) {
	visit := followup.Recorded{Point: track.Unscheduled, Method: followup.HomeVisit, ContactMade: true}
	tracktest.After(t, all(active, []step{do("2026-02-01", only(followup.Phone)), do("2026-02-02", visit)})...)
}

// TestScheduledFollowUps proves what is to be followed up, why, when, and in
// which order; and that nothing is once the case has ended.
func TestScheduledFollowUps(t *testing.T) {
	agreed := followup.Recorded{Point: track.Unscheduled, Method: followup.Phone, ContactMade: true, NextOn: tracktest.Day("2026-03-15")}
	steps := all(active, []step{
		do("2026-02-01", returned), do("2026-02-01", hired), do("2026-02-01", only(followup.Phone)),
		do("2026-02-02", followup.Schedule{DueOn: tracktest.Day("2026-03-01"), Method: followup.Phone}), do("2026-02-03", agreed),
	})
	c := tracktest.After(t, steps...)
	var got []string
	for _, f := range c.ScheduledFollowUps() {
		got = append(got, string(f.Why)+" "+string(f.Point)+string(f.RetentionPoint)+" "+f.DueOn.String()+" from "+f.From.String()+" until "+f.Until.String())
		if (f.ID != "") != (f.Why == casefile.ByHand) || (f.PlacementID != "") != (f.Why == casefile.AfterPlacement) || f.SafeContact() != c.SafeContact() || f.SafeContact() == nil {
			t.Errorf("%+v", f)
		}
	}
	want := []string{
		"BY_HAND UNSCHEDULED 2026-03-01 from 2026-03-01 until ",
		"AGREED UNSCHEDULED 2026-03-15 from 2026-03-15 until ",
		"AFTER_RETURN M3 2026-05-01 from 2026-04-01 until 2026-05-31",
		"AFTER_PLACEMENT DAY_90 2026-05-02 from 2026-04-17 until 2026-05-17",
		"AFTER_PLACEMENT DAY_180 2026-07-31 from 2026-07-16 until 2026-08-15",
		"AFTER_RETURN M6 2026-08-01 from 2026-07-02 until 2026-08-31",
		"AFTER_RETURN M12 2027-02-01 from 2027-01-02 until 2027-03-03",
		"AFTER_PLACEMENT DAY_365 2027-02-01 from 2027-01-17 until 2027-02-16",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if ended := tracktest.After(t, all(steps, []step{do("2026-02-10", closed(casefile.LostContact))})...); len(ended.ScheduledFollowUps()) != 0 {
		t.Error("a closed case is to be followed up")
	}
	many := steps
	for range track.Most - 1 {
		many = append(many, do("2026-02-04", followup.Schedule{DueOn: tracktest.Day("2026-02-20")}))
	}
	if shown := tracktest.After(t, many...).ScheduledFollowUps(); len(shown) != track.Most || shown[0].DueOn != tracktest.Day("2026-02-20") {
		t.Errorf("of many, %d are shown", len(shown))
	}
}
