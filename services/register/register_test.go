package register_test

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/register"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/word"
)

const today = calendar.Day(740000)

// randomCase draws a case with few distinct values, so that filters meet.
func randomCase(t *rapid.T, n int) *casefile.Case {
	day := func(label string) calendar.Day {
		return calendar.Day(rapid.IntRange(0, 5).Draw(t, label)) * 10
	}
	c := &casefile.Case{
		ID: id.Case(fmt.Sprintf("case_%03d", n)), Code: fmt.Sprintf("C-%03d", (n*37)%1000), Version: rapid.IntRange(1, 4).Draw(t, "version"),
		Status:       rapid.SampledFrom(casefile.Statuses[:3]).Draw(t, "status"),
		Danger:       word.At(rapid.SampledFrom([]casefile.Risk{"", casefile.Low, casefile.High}).Draw(t, "risk")),
		About:        word.At(casefile.AtRisk),
		Organisation: rapid.SampledFrom([]id.Organisation{"org_A", "org_B"}).Draw(t, "organisation"),
		Owner:        rapid.SampledFrom([]id.Worker{"", "worker_1", "worker_2"}).Draw(t, "owner"),
		OpenedOn:     day("opened") + 1000, NextDueOn: day("due"), OpenlyDueOn: day("openly due"), LastContactOn: day("contact"), ScanOn: day("scan"),
	}
	if rapid.Bool().Draw(t, "sheltered") {
		c.Programmes.Shelter = &shelter.State{Stays: []shelter.Stay{{AdmittedOn: 1}}}
		c.Programmes.Shelter.Milestones.Add(track.Admitted, 0, track.Stamp{})
	}
	if rapid.Bool().Draw(t, "flagged") {
		c.Flags = []casefile.Flag{{
			Rule:     rapid.SampledFrom([]casefile.RuleCode{"NO_OWNER", "NO_CONTACT"}).Draw(t, "rule"),
			State:    rapid.SampledFrom(casefile.FlagStates).Draw(t, "state"),
			Severity: rapid.SampledFrom(casefile.Severities).Draw(t, "severity"),
		}}
	}
	if rapid.Bool().Draw(t, "consented") {
		c.Consents = []casefile.Consent{{Asked: word.At(casefile.ForPartnerApp), Decided: word.At(casefile.Given),
			ExpiresOn: rapid.SampledFrom([]calendar.Day{0, today - 1, today}).Draw(t, "expires")}}
		c.Consents[0].Expired = c.Consents[0].ExpiresOn == today-1 && rapid.Bool().Draw(t, "noted")
	}
	if rapid.Bool().Draw(t, "shared") {
		other := map[id.Organisation]id.Organisation{"org_A": "org_B", "org_B": "org_A"}[c.Organisation]
		c.Status = casefile.Active
		c.Consents = append(c.Consents, casefile.Consent{Asked: word.At(casefile.ForShare), Decided: word.At(casefile.Given)})
		c.Ties = &casefile.Ties{Referrals: []casefile.Referral{{Type: casefile.ReferralOf, To: other, State: casefile.ReferralAccepted}}}
	}
	return c
}

func randomFilter(t *rapid.T) register.Filter {
	var f register.Filter
	flip := func(label string) bool { return rapid.IntRange(0, 3).Draw(t, label) == 0 }
	if flip("by status") {
		f.Status = []casefile.Status{casefile.Referred, casefile.Active}
	}
	if flip("by risk") {
		f.Risk = []casefile.Risk{casefile.High}
	}
	if flip("by owner") {
		f.Owner = []id.Worker{"worker_1"}
	}
	if flip("by organisation") {
		f.Organisation = []id.Organisation{"org_B"}
	}
	if flip("by reached") {
		f.Reached = []track.Code{track.Admitted}
	}
	if flip("by not reached") {
		f.NotReached = []track.Code{track.Admitted}
	}
	if flip("by track") {
		f.Track = []track.Kind{track.Shelter}
	}
	if flip("by track state") {
		f.TrackState = []track.State{track.InProgress}
	}
	if flip("by flagged") {
		flagged := rapid.Bool().Draw(t, "flagged")
		f.Flagged = &flagged
	}
	if flip("by rule") {
		f.Rule = []casefile.RuleCode{"NO_OWNER"}
	}
	if flip("by severity") {
		f.Severity = []casefile.Severity{casefile.SeverityHigh, casefile.SeverityLow}
	}
	if flip("by due") {
		f.DueBefore = 30
	}
	if flip("by opened") {
		f.OpenedFrom, f.OpenedTo = 1010, 1030
	}
	return f
}

// keeps is the filter in plain words: the model that the register must equal.
func keeps(f register.Filter, s access.Scope, c *casefile.Case) bool {
	in := func(ok bool, given int) bool { return given == 0 || ok }
	live := slices.ContainsFunc(c.Flags, casefile.Flag.Live)
	reached := func(code track.Code) bool { _, ok := c.Shelter().Milestones.Find(0, code); return ok }
	inTrack := func() bool {
		kinds, states := f.Track, f.TrackState
		if len(kinds) == 0 {
			kinds = track.Kinds
		}
		return slices.ContainsFunc(kinds, func(k track.Kind) bool {
			st := c.TrackState(k)
			return len(states) == 0 && st != track.NotStarted || slices.Contains(states, st)
		})
	}
	return s.Includes(c, today) &&
		in(slices.Contains(f.Status, c.Status), len(f.Status)) &&
		in(slices.Contains(f.Risk, c.Risk()), len(f.Risk)) &&
		in(slices.Contains(f.Owner, c.Owner), len(f.Owner)) &&
		in(slices.Contains(f.Organisation, c.Organisation), len(f.Organisation)) &&
		!slices.ContainsFunc(f.Reached, func(code track.Code) bool { return !reached(code) }) &&
		!slices.ContainsFunc(f.NotReached, reached) &&
		in(inTrack(), len(f.Track)+len(f.TrackState)) &&
		(f.Flagged == nil || *f.Flagged == live) &&
		in(slices.ContainsFunc(c.Flags, func(x casefile.Flag) bool {
			return x.Live() && in(slices.Contains(f.Rule, x.Rule), len(f.Rule)) && in(slices.Contains(f.Severity, x.Severity), len(f.Severity))
		}), len(f.Rule)+len(f.Severity)) &&
		(f.DueBefore == 0 || dueOn(s, c) != 0 && dueOn(s, c) < f.DueBefore) &&
		c.OpenedOn >= f.OpenedFrom && (f.OpenedTo == 0 || c.OpenedOn <= f.OpenedTo)
}

// dueOn is the day on which something is due, as far as a scope may look at it.
func dueOn(s access.Scope, c *casefile.Case) calendar.Day {
	if s.Legal && s.Birthdays && s.Organisation == c.Organisation {
		return c.NextDueOn
	}
	return c.OpenlyDueOn
}

// sortedBy reports whether a list is in an order, with unknown days last.
func sortedBy(o register.Order, s access.Scope, cases []*casefile.Case) bool {
	key := func(c *casefile.Case) string {
		day := map[register.OrderField]calendar.Day{register.OpenedOn: c.OpenedOn, register.NextDueOn: dueOn(s, c), register.LastContactOn: c.LastContactOn}[o.Field]
		if o.Field == register.Code {
			return c.Code
		}
		if day == 0 {
			return ""
		}
		return fmt.Sprintf("%09d", day)
	}
	return slices.IsSortedFunc(cases, func(a, b *casefile.Case) int {
		x, y := key(a), key(b)
		switch {
		case x == y:
			return 0
		case x == "":
			return 1
		case y == "":
			return -1
		case o.Direction == register.Descending:
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	})
}

func ids(cases []*casefile.Case) []id.Case {
	out := make([]id.Case, len(cases))
	for i, c := range cases {
		out[i] = c.ID
	}
	return out
}

// walkAll reads a whole list in pages.
func walkAll(t *rapid.T, s *register.Snapshot, q register.Query, size int, backward bool) (all []*casefile.Case, total int) {
	for {
		q.Args.First, q.Args.Last = &size, nil
		if backward {
			q.Args.First, q.Args.Last = nil, &size
		}
		p, err := s.Page(q)
		if err != nil {
			t.Fatal(err)
		}
		total = p.TotalCount
		if backward {
			all = append(p.Nodes(), all...)
			if !p.PageInfo.HasPreviousPage {
				return all, total
			}
			q.Args.Before = p.PageInfo.StartCursor
		} else {
			all = append(all, p.Nodes()...)
			if !p.PageInfo.HasNextPage {
				return all, total
			}
			q.Args.After = p.PageInfo.EndCursor
		}
	}
}

// TestPagesEqualTheModel proves that for any cases, changes, filter, scope and
// order the register's pages hold exactly what a plain scan would, in order, in
// both directions, and that its totals agree.
func TestPagesEqualTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, model := register.New(), map[id.Case]*casefile.Case{}
		take := func(c *casefile.Case) bool {
			held, ok := model[c.ID]
			if ok && held.Version >= c.Version {
				return false
			}
			if ok {
				c.Code = held.Code // a code never changes
			}
			model[c.ID] = c
			return true
		}
		var first []*casefile.Case
		for n := range rapid.IntRange(0, 30).Draw(t, "loaded") {
			c := randomCase(t, n)
			take(c)
			first = append(first, c)
		}
		r.Load(first)
		for range rapid.IntRange(0, 20).Draw(t, "applied") {
			c := randomCase(t, rapid.IntRange(0, 40).Draw(t, "n"))
			if fresh := take(c); r.Apply(c) != fresh {
				t.Fatalf("apply of %s version %d: want %v", c.ID, c.Version, fresh)
			}
		}
		q := register.Query{
			Scope:  access.Scope{Organisation: rapid.SampledFrom([]id.Organisation{"", "org_A", "org_B"}).Draw(t, "scope")},
			Today:  today,
			Filter: randomFilter(t),
			Order: register.Order{
				Field:     rapid.SampledFrom([]register.OrderField{register.OpenedOn, register.NextDueOn, register.LastContactOn, register.Code}).Draw(t, "field"),
				Direction: rapid.SampledFrom([]register.Direction{register.Ascending, register.Descending}).Draw(t, "direction"),
			},
		}
		q.Scope.Shared = rapid.Bool().Draw(t, "sees what is shared")
		q.Scope.Legal = rapid.Bool().Draw(t, "of legal matters")
		q.Scope.Birthdays = rapid.Bool().Draw(t, "of birthdays")
		if rapid.Bool().Draw(t, "partner") {
			q.Scope.Consent = casefile.ForPartnerApp
		}
		var want []id.Case
		for _, c := range model {
			if keeps(q.Filter, q.Scope, c) {
				want = append(want, c.ID)
			}
		}
		slices.Sort(want)
		size := rapid.IntRange(1, 7).Draw(t, "size")
		forward, total := walkAll(t, r.Snapshot(), q, size, false)
		backward, _ := walkAll(t, r.Snapshot(), q, size, true)
		got := ids(forward)
		slices.Sort(got)
		if !slices.Equal(got, want) || total != len(want) {
			t.Fatalf("got %v (total %d), want %v", got, total, want)
		}
		if !sortedBy(q.Order, q.Scope, forward) {
			t.Fatalf("not in order %v", q.Order)
		}
		if !slices.Equal(ids(forward), ids(backward)) {
			t.Fatalf("forward %v, backward %v", ids(forward), ids(backward))
		}
		due := slices.Collect(r.Snapshot().Due(30))
		for _, c := range model {
			if is := c.ScanOn != 0 && c.ScanOn <= 30; is != slices.Contains(due, c) {
				t.Fatalf("%s is due: %v", c.ID, is)
			}
		}
		flagged, owned, expiring := slices.Collect(r.Snapshot().Flagged()), slices.Collect(r.Snapshot().OwnedBy("worker_1")), slices.Collect(r.Snapshot().Expiring())
		for _, c := range model {
			runsOut := slices.ContainsFunc(c.Consents, func(k casefile.Consent) bool { return k.ExpiresOn != 0 && !k.Expired })
			if slices.Contains(flagged, c) != slices.ContainsFunc(c.Flags, casefile.Flag.Live) || slices.Contains(owned, c) != (c.Owner == "worker_1") || slices.Contains(expiring, c) != runsOut {
				t.Fatalf("%s is found among the flagged: %v, the owned: %v, the expiring: %v", c.ID, slices.Contains(flagged, c), slices.Contains(owned, c), slices.Contains(expiring, c))
			}
		}
	})
}

// TestSortingEqualsWalking proves that a page is the same whether it is found by
// walking the order or, when the matches lie far, by sorting them.
func TestSortingEqualsWalking(t *testing.T) {
	r := register.New()
	var cases []*casefile.Case
	for n := range 20000 {
		c := &casefile.Case{ID: id.Case(fmt.Sprintf("case_%05d", n)), Code: fmt.Sprintf("C-%05d", n), Version: 1,
			Organisation: "org_A", Status: casefile.Active, OpenedOn: calendar.Day(1000 + n/7), NextDueOn: calendar.Day(n % 11)}
		if n < 50 {
			c.Status = casefile.Referred // far from the end of the list by day of opening
		}
		cases = append(cases, c)
	}
	r.Load(cases)
	for _, field := range []register.OrderField{register.OpenedOn, register.NextDueOn, register.Code} {
		for _, direction := range []register.Direction{register.Ascending, register.Descending} {
			q := register.Query{Scope: access.Scope{Organisation: "org_A"}, Today: today,
				Filter: register.Filter{Status: []casefile.Status{casefile.Referred}}, Order: register.Order{Field: field, Direction: direction}}
			var got []*casefile.Case
			for size := 7; ; {
				q.First = &size
				p, err := r.Snapshot().Page(q)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, p.Nodes()...)
				if !p.PageInfo.HasNextPage {
					break
				}
				q.After = p.PageInfo.EndCursor
			}
			unique := ids(got)
			slices.Sort(unique)
			if len(got) != 50 || len(slices.Compact(unique)) != 50 || !sortedBy(q.Order, q.Scope, got) {
				t.Errorf("%s %s: %d cases, sorted %v", field, direction, len(got), sortedBy(q.Order, q.Scope, got))
			}
		}
	}
}

// TestLoadOfVersions proves that of versions of a case that are loaded together the
// newest is held, whichever comes first, and that the indexes know no other.
func TestLoadOfVersions(t *testing.T) {
	older, newer := version("case_a", 1), version("case_a", 2)
	older.OpenedOn, older.Owner, older.Organisation = 1000, "worker_1", "org_A"
	newer.OpenedOn, newer.Owner, newer.Organisation = 2000, "worker_2", "org_A"
	for _, cases := range [][]*casefile.Case{{older, newer}, {newer, older}} {
		r := register.New()
		r.Load(cases)
		for _, owner := range []id.Worker{"worker_1", "worker_2"} {
			p, err := r.Snapshot().Page(register.Query{Scope: access.Scope{Organisation: "org_A"}, Today: today, Filter: register.Filter{Owner: []id.Worker{owner}}})
			if err != nil {
				t.Fatal(err)
			}
			want := map[id.Worker]int{"worker_2": 1}[owner]
			if p.TotalCount != want || len(p.Edges) != want || want == 1 && p.Edges[0].Node != newer {
				t.Errorf("%s has %d cases, of which the page shows %d, want %d", owner, p.TotalCount, len(p.Edges), want)
			}
		}
		if n := r.Snapshot().Len(); n != 1 {
			t.Errorf("%d cases are held", n)
		}
	}
}

// TestSnapshotsStand proves that a snapshot never changes under its readers while
// writers go on, and that readers race with nobody.
func TestSnapshotsStand(t *testing.T) {
	r := register.New()
	var cases []*casefile.Case
	for n := range 500 {
		cases = append(cases, &casefile.Case{ID: id.Case(fmt.Sprintf("case_%03d", n)), Code: fmt.Sprintf("C-%03d", n), Version: 1,
			Organisation: "org_A", Status: casefile.Active, OpenedOn: 1000})
	}
	r.Load(cases)
	held := r.Snapshot()
	count := func(s *register.Snapshot, status casefile.Status) int {
		p, err := s.Page(register.Query{Scope: access.Scope{Organisation: "org_A"}, Today: today, Filter: register.Filter{Status: []casefile.Status{status}}})
		if err != nil {
			t.Error(err)
			return -1
		}
		return p.TotalCount
	}
	var group sync.WaitGroup
	group.Go(func() {
		for _, c := range cases {
			closed := c.Clone()
			closed.Version, closed.Status, closed.NextDueOn = 2, casefile.Closed, 7
			r.Apply(closed)
		}
	})
	for range 4 {
		group.Go(func() {
			for range 200 {
				if n := count(held, casefile.Active); n != 500 {
					t.Errorf("the held snapshot has %d active cases", n)
				}
				now := r.Snapshot()
				if a, c := count(now, casefile.Active), count(now, casefile.Closed); a+c != 500 {
					t.Errorf("%d active and %d closed", a, c)
				}
			}
		})
	}
	group.Wait()
	if n := count(r.Snapshot(), casefile.Closed); n != 500 {
		t.Errorf("%d closed at the end", n)
	}
}

// FuzzCursor proves that a cursor of a stranger is refused as the client's
// mistake, and never breaks anything.
func FuzzCursor(f *testing.F) {
	r := register.New()
	r.Load([]*casefile.Case{{ID: "case_1", Code: "C-1", Version: 1, Organisation: "org_A", OpenedOn: 1000}})
	one := 1
	p, err := r.Snapshot().Page(register.Query{Scope: access.Scope{Organisation: "org_A"}, Args: page.Args{First: &one}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(*p.PageInfo.EndCursor)
	f.Add("")
	f.Add("MXxPUEVORURfT058eHw5OTk5OTk5OTk5OTk")
	f.Fuzz(func(t *testing.T, cursor string) {
		_, err := r.Snapshot().Page(register.Query{Scope: access.Scope{Organisation: "org_A"}, Args: page.Args{First: &one, After: &cursor}})
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	})
}
