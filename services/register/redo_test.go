package register_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/page"
	"onward/services/register"
)

// TestRedoEqualsLoading proves that a register whose cases of one organisation
// were redone answers as one that was loaded with them as they now are, that the
// cases of others and all versions stay, and that a snapshot from before stays as
// it was.
func TestRedoEqualsLoading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var first, after []*casefile.Case
		changed := 0
		for n := range rapid.IntRange(0, 30).Draw(t, "cases") {
			c := randomCase(t, n)
			first = append(first, c)
			next := c.Clone()
			if c.Organisation == "org_A" {
				next.NextDueOn = calendar.Day(rapid.IntRange(0, 5).Draw(t, "next due")) * 10
				next.OpenlyDueOn = calendar.Day(rapid.IntRange(0, 5).Draw(t, "next openly due")) * 10
				next.ScanOn = calendar.Day(rapid.IntRange(0, 5).Draw(t, "next scan")) * 10
			}
			if next.NextDueOn == c.NextDueOn && next.OpenlyDueOn == c.OpenlyDueOn && next.ScanOn == c.ScanOn {
				next = c
			} else {
				changed++
			}
			after = append(after, next)
		}
		r, want := register.New(), register.New()
		r.Load(first)
		want.Load(after)
		before := r.Snapshot()
		was := told(t, before)
		n := r.Redo("org_A", func(c *casefile.Case) *casefile.Case {
			if c.Organisation != "org_A" {
				t.Fatalf("asked about a case of %s", c.Organisation)
			}
			return after[slices.Index(first, c)]
		})
		if n != changed {
			t.Fatalf("%d were replaced, %d differ", n, changed)
		}
		if got, want := told(t, r.Snapshot()), told(t, want.Snapshot()); !slices.Equal(got, want) {
			t.Fatalf("redone %v\nloaded %v", got, want)
		}
		if again := told(t, before); !slices.Equal(again, was) {
			t.Fatalf("the snapshot from before says %v, and said %v", again, was)
		}
		for _, c := range after { // the next change finds its place, too
			next := c.Clone()
			next.Version, next.NextDueOn, next.ScanOn = c.Version+1, 70, 70
			if !r.Apply(next) {
				t.Fatalf("the next version of %s is refused", c.ID)
			}
		}
		if due := len(slices.Collect(r.Snapshot().Due(70))); due != len(after) {
			t.Fatalf("%d of %d cases are to be scanned", due, len(after))
		}
	})
}

// told writes what a snapshot says by its indexes of days.
func told(t *rapid.T, s *register.Snapshot) []string {
	var all []string
	add := func(c *casefile.Case) {
		all = append(all, string(c.ID)+c.NextDueOn.String()+c.OpenlyDueOn.String()+c.ScanOn.String())
	}
	for on := range calendar.Day(60) {
		for c := range s.Due(on) {
			add(c)
		}
	}
	for _, org := range []access.Scope{{Organisation: "org_A"}, {Organisation: "org_B"}, {Organisation: "org_A", Legal: true, Birthdays: true}} {
		from := len(all)
		for c := range s.Next(org, 1000) {
			add(c)
		}
		slices.Sort(all[from:]) // it has no order
		first := 100
		for _, f := range []register.Filter{{}, {DueBefore: 30}} {
			p, err := s.Page(register.Query{Scope: org, Today: today, Filter: f, Order: register.Order{Field: register.NextDueOn}, Args: page.Args{First: &first}})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range p.Nodes() {
				add(c)
			}
		}
	}
	return all
}
