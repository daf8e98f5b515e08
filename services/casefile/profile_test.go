package casefile_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/id"
	"onward/services/track/tracktest"
)

// TestProfileOn proves who she was at the end of each day, whenever it was
// recorded: a late entry changes the days up to the next one that speaks of the
// same, and what is said again on a later day is not undone by it.
func TestProfileOn(t *testing.T) {
	revise := func(on string, p casefile.Population, r casefile.Risk) step {
		return do(on, casefile.Revised{Population: p, Risk: r})
	}
	assign := func(on string, w id.Worker) step { return do(on, casefile.Assigned{OwnerID: w}) }
	release := func(on string, w id.Worker) step { return do(on, casefile.Released{OwnerID: w}) }
	opened := []step{do("2026-01-01", casefile.Opened{Population: casefile.AtRisk, OwnerID: "worker_1"}), do("2026-01-01", casefile.Accepted{})}
	for _, c := range []struct {
		name   string
		steps  []step
		former string
		now    string
	}{
		{"nothing changes", nil, "", "AT_RISK  worker_1"},
		{"on the day of the opening", []step{revise("2026-01-01", "", casefile.Low)}, "", "AT_RISK LOW worker_1"},
		{"before the opening", []step{revise("2025-12-01", casefile.VictimPossible, casefile.Low)}, "", "VICTIM_POSSIBLE LOW worker_1"},
		{"the same again", []step{revise("2026-02-01", casefile.AtRisk, "")}, "", "AT_RISK  worker_1"},
		{"one after the other", []step{revise("2026-02-01", "", casefile.Low), revise("2026-03-01", casefile.VictimConfirmed, casefile.High)},
			"2026-01-31 AT_RISK  worker_1, 2026-02-28 AT_RISK LOW worker_1", "VICTIM_CONFIRMED HIGH worker_1"},
		{"late", []step{revise("2026-03-01", "", casefile.High), revise("2026-02-01", "", casefile.Low)},
			"2026-01-31 AT_RISK  worker_1, 2026-02-28 AT_RISK LOW worker_1", "AT_RISK HIGH worker_1"},
		{"late, what the later one leaves out", []step{revise("2026-03-01", "", casefile.High), revise("2026-02-01", casefile.VictimConfirmed, "")},
			"2026-01-31 AT_RISK  worker_1, 2026-02-28 VICTIM_CONFIRMED  worker_1", "VICTIM_CONFIRMED HIGH worker_1"},
		{"late, before the same was said again", []step{revise("2026-02-01", "", casefile.High), revise("2026-04-01", "", casefile.High), revise("2026-03-01", "", casefile.Low)},
			"2026-01-31 AT_RISK  worker_1, 2026-02-28 AT_RISK HIGH worker_1, 2026-03-31 AT_RISK LOW worker_1", "AT_RISK HIGH worker_1"},
		{"there and back within a day", []step{revise("2026-02-01", casefile.VictimPossible, ""), revise("2026-02-01", casefile.AtRisk, "")}, "", "AT_RISK  worker_1"},
		{"released", []step{release("2026-02-01", "worker_1")}, "2026-01-31 AT_RISK  worker_1", "AT_RISK  "},
		{"assigned late, before the release", []step{release("2026-02-01", "worker_1"), assign("2026-01-20", "worker_2")}, "2026-01-19 AT_RISK  worker_1", "AT_RISK  worker_2"},
		{"released, and given to another", []step{release("2026-02-01", "worker_1"), assign("2026-02-10", "worker_2")},
			"2026-01-31 AT_RISK  worker_1, 2026-02-09 AT_RISK  ", "AT_RISK  worker_2"},
	} {
		got := tracktest.After(t, all(opened, c.steps)...)
		var former []string
		for _, f := range got.Former() {
			former = append(former, fmt.Sprint(f.Until, " ", f.Population, " ", f.Risk, " ", f.Owner))
		}
		if s := strings.Join(former, ", "); s != c.former || fmt.Sprint(got.Population(), " ", got.Risk(), " ", got.Owner) != c.now {
			t.Errorf("%s: %s, now %s %s %s", c.name, s, got.Population(), got.Risk(), got.Owner)
		}
	}
	if c := tracktest.After(t, opened...); c.ProfileChanges != nil {
		t.Errorf("a case of which only the opening speaks holds %v", c.ProfileChanges)
	}
}

// TestUnownedSince proves that a case without an owner says since when and by
// whom it was left, also after a late entry.
func TestUnownedSince(t *testing.T) {
	release := do("2026-02-01", casefile.Released{OwnerID: "worker_1"})
	for name, c := range map[string]struct {
		steps       []step
		since, from string
	}{
		"late, of the worker who is released": {[]step{release, do("2026-01-20", casefile.Assigned{OwnerID: "worker_1"})}, "2026-02-01", "worker_1"},
		"a risk recorded since":               {[]step{release, do("2026-02-05", casefile.Revised{Risk: casefile.Low})}, "2026-02-01", "worker_1"},
		"reopened since": {[]step{release, do("2026-02-03", closed(casefile.OtherReason)), do("2026-03-01", casefile.Reopened{Reason: "she came back"}),
			do("2026-03-02", casefile.Revised{Risk: casefile.Low})}, "2026-03-01", "worker_1"},
	} {
		got := tracktest.After(t, all(active, c.steps)...)
		if got.Owner != "" || got.UnownedSince.String() != c.since || string(got.ReleasedFrom()) != c.from {
			t.Errorf("%s: owner %q, unowned since %s, released from %q", name, got.Owner, got.UnownedSince, got.ReleasedFrom())
		}
	}
}

// TestSexAndAge proves what is taken of her sex and age, and that both are a
// category of their own where nobody knows.
func TestSexAndAge(t *testing.T) {
	opened := func(o casefile.Opened) step {
		o.Population, o.Consents = casefile.AtRisk, []casefile.Purpose{casefile.ForServices}
		return do("2026-01-01", o)
	}
	day := tracktest.Day
	in := []step{opened(casefile.Opened{AdultOn: day("2026-07-01")}), do("2026-01-02", casefile.Accepted{})}
	tracktest.Refusals(t, []refusal{
		{"born too long ago", nil, opened(casefile.Opened{BirthYear: new(1899)}), "birthYear", "1900 to 2026"},
		{"not born yet", nil, opened(casefile.Opened{BirthYear: new(2027)}), "birthYear", "1900 to 2026"},
		{"not born yet on the day of the entry", active, do("2026-02-01", casefile.Revised{BirthYear: new(2027)}), "birthYear", "1900 to 2026"},
		{"not what the birthday says", nil, opened(casefile.Opened{BirthYear: new(2006), AdultOn: day("2026-07-01")}), "birthYear", "2026-07-01"},
		{"not what was said of the birthday", in, do("2026-02-01", casefile.Revised{BirthYear: new(2010)}), "birthYear", "2026-07-01"},
		{"a birthday that is not in the year", all(active, []step{do("2026-02-01", casefile.Revised{BirthYear: new(2006)})}),
			do("2026-02-01", casefile.Revised{AdultOn: day("2026-07-01")}), "adultOn", "2006"},
	})
	for _, c := range []struct {
		name  string
		steps []step
		want  string
	}{
		{"nothing", active, "UNKNOWN UNKNOWN"},
		{"at the opening", []step{opened(casefile.Opened{Sex: demography.Male, BirthYear: new(2012)})}, "MALE UNDER_15"},
		{"later", all(active, []step{do("2026-02-01", casefile.Revised{Sex: demography.Female, BirthYear: new(1960)})}), "FEMALE AGE_60_PLUS"},
		{"not noted", []step{opened(casefile.Opened{Sex: demography.UnknownSex})}, "UNKNOWN UNKNOWN"},
		{"the birthday alone", in, "UNKNOWN AGE_15_17"},
		{"a year before it", all(in, []step{do("2026-02-01", casefile.Revised{BirthYear: new(2007)})}), "UNKNOWN AGE_15_17"},
		{"a year after it", all(in, []step{do("2026-02-01", casefile.Revised{BirthYear: new(2009)})}), "UNKNOWN AGE_15_17"},
		{"both corrected at once", all(in, []step{do("2026-02-01", casefile.Revised{BirthYear: new(2012), AdultOn: day("2030-03-01")})}), "UNKNOWN UNDER_15"},
		{"the last word on it", all(active, []step{do("2026-02-01", casefile.Revised{BirthYear: new(1990)}), do("2026-01-10", casefile.Revised{BirthYear: new(2003)})}), "UNKNOWN AGE_18_24"},
	} {
		p := tracktest.After(t, c.steps...).ProfileOn(day("2026-03-01"))
		if got := fmt.Sprint(p.Sex, " ", p.Age); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if c := tracktest.After(t, all(in, []step{do("2026-02-01", casefile.Revised{BirthYear: new(2008)})})...); *c.YearOfBirth() != 2008 || tracktest.After(t, in...).YearOfBirth() != nil {
		t.Errorf("the year of birth is %d", *c.YearOfBirth())
	}
}

// standsOn reads who she was at the end of a day from the entries that hold, in
// the order of their days.
func standsOn(history []casefile.Entry, day calendar.Day) casefile.Profile {
	gone := map[int]bool{}
	for _, e := range history {
		if r, ok := e.Data.(casefile.Reversed); ok {
			gone[r.Version] = true
		}
	}
	opened := history[0].On
	held := slices.DeleteFunc(slices.Clone(history), func(e casefile.Entry) bool { return gone[e.Version] || max(e.On, opened) > max(day, opened) })
	slices.SortStableFunc(held, func(a, b casefile.Entry) int { return cmp.Compare(max(a.On, opened), max(b.On, opened)) })
	var p casefile.Profile
	for _, e := range held {
		switch d := e.Data.(type) {
		case casefile.Opened:
			p.Population, p.Risk, p.Owner = d.Population, d.Risk, d.OwnerID
		case casefile.Accepted:
			p.Owner = cmp.Or(d.OwnerID, p.Owner)
		case casefile.Activated:
			p.Population, p.Risk, p.Owner = cmp.Or(d.Population, p.Population), cmp.Or(d.Risk, p.Risk), cmp.Or(d.OwnerID, p.Owner)
		case casefile.Revised:
			p.Population, p.Risk = cmp.Or(d.Population, p.Population), cmp.Or(d.Risk, p.Risk)
		case casefile.Assigned:
			p.Owner = cmp.Or(d.OwnerID, p.Owner)
		case casefile.Released:
			if d.OwnerID == p.Owner {
				p.Owner = ""
			}
		}
	}
	return p
}

// TestProfileAgreesWithTheHistory proves, over histories with late entries and
// reversals, that the profile of every day is the one that the history tells, that
// the present is the last of them, and that what is former says the same.
func TestProfileAgreesWithTheHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, history := someHistory(t, func(_, _ *casefile.Case, _ []casefile.Entry) {})
		last := c.OpenedOn
		for _, e := range history {
			last = max(last, e.On)
		}
		former := c.Former()
		for day := c.OpenedOn - 2; day <= last+2; day++ {
			p, want := c.ProfileOn(day), standsOn(history, day)
			want.Sex, want.Age = p.Sex, demography.BandOf(c.BirthYear(), c.AdultOn, day)
			if p != want {
				t.Fatalf("%s: %+v, the history says %+v", day, p, want)
			}
			then := casefile.Former{Population: c.Population(), Risk: c.Risk(), Owner: c.Owner}
			if i := slices.IndexFunc(former, func(f casefile.Former) bool { return day <= f.Until }); i >= 0 {
				then = former[i]
			}
			if then.Population != p.Population || then.Risk != p.Risk || then.Owner != p.Owner {
				t.Fatalf("%s: %+v, but former is %+v", day, p, former)
			}
		}
		for i, f := range former {
			next := casefile.Former{Until: calendar.LastDay, Population: c.Population(), Risk: c.Risk(), Owner: c.Owner}
			if i+1 < len(former) {
				next = former[i+1]
			}
			later := next.Until > f.Until
			if next.Until = f.Until; !later || next == f {
				t.Fatalf("%+v is followed by %+v", f, next)
			}
		}
		if (c.Owner == "") == c.UnownedSince.IsZero() || c.Owner != "" && c.ReleasedFrom() != "" {
			t.Fatalf("owner %q, unowned since %q, released from %q", c.Owner, c.UnownedSince, c.ReleasedFrom())
		}
	})
}
