package directory_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/store"
)

// The periods of the targets.
var (
	firstQuarter = calendar.Period{From: calendar.Date(2026, 1, 1), To: calendar.Date(2026, 3, 31)}
	wholeYear    = calendar.Period{From: calendar.Date(2026, 1, 1), To: calendar.Date(2026, 12, 31)}
)

var coordinator = access.Actor{Worker: "worker_COORDINATOR", Role: access.Coordinator, Organisation: "org_LOTUS"}

// employed is an input that breaks no rule.
func employed(request string, period calendar.Period, target float64) directory.SetTargetInput {
	return directory.SetTargetInput{Request: directory.Request{RequestID: request}, Indicator: "EMPLOYED",
		From: period.From, To: period.To, Target: &target, Reason: "because of " + request}
}

func setTarget(t *testing.T, d *directory.Directory, by access.Actor, in directory.SetTargetInput) *directory.TargetPayload {
	t.Helper()
	p, err := d.SetTarget(t.Context(), by, now, in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// number writes a number that may be absent.
func number(n *float64) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n)
}

// changeOfTarget writes a change of a target.
func changeOfTarget(e directory.TargetEntry) string {
	return fmt.Sprintf("%d on %s by %s %s: baseline %s to %s, target %s to %s",
		e.Version, e.On, e.By, e.Reason, number(e.Baseline.Was), number(e.Baseline.Is), number(e.Target.Was), number(e.Target.Is))
}

// TestSetTarget proves that a target holds for its indicator, its owner and exactly
// its period, in this process and after it has been opened again, until it is taken
// away; and that every change stands in its history with who, why and what.
func TestSetTarget(t *testing.T) {
	d, s := house(t)
	baseline := 12.0
	first := employed("one", firstQuarter, 20)
	first.Baseline = &baseline
	setTarget(t, d, leader, first)
	set := setTarget(t, d, leader, employed("two", firstQuarter, 22.5))
	setTarget(t, d, leader, employed("year", wholeYear, 90))
	setTarget(t, d, riverAdmin, employed("river", firstQuarter, 3))
	setTarget(t, d, coordinator, employed("all", firstQuarter, 400))
	taken := employed("three", wholeYear, 0)
	taken.Target = nil
	gone := setTarget(t, d, leader, taken).Target
	if set.Target.Version != 2 || set.Entry.Version != 2 || gone.Version != 2 || gone.Value != nil {
		t.Errorf("set %+v, taken away %+v", *set, gone)
	}
	for name, d := range map[string]*directory.Directory{"here": d, "opened again": open(t, s)} {
		snapshot := d.Snapshot()
		for owner, want := range map[id.Organisation]string{lotus.ID: "22.5", river.ID: "3", "": "400", "org_NONE": "none"} {
			got, ok := snapshot.Target("EMPLOYED", owner, firstQuarter)
			if number(got.Value) != want || ok != (want != "none") || got.Baseline != nil {
				t.Errorf("%s: of %q: %+v, %v; want %s", name, owner, got, ok, want)
			}
		}
		for what, period := range map[string]calendar.Period{"taken away": wholeYear, "within": {From: firstQuarter.From, To: firstQuarter.From + 30}} {
			if got, ok := snapshot.Target("EMPLOYED", lotus.ID, period); ok {
				t.Errorf("%s: %s: %+v", name, what, got)
			}
		}
		if got, ok := snapshot.Target("ASSISTED", lotus.ID, firstQuarter); ok {
			t.Errorf("%s: of another indicator: %+v", name, got)
		}
		wantHistory(t, d, set.Target,
			"2 on 2026-03-02 by worker_ADMIN because of two: baseline 12 to none, target 20 to 22.5",
			"1 on 2026-03-02 by worker_ADMIN because of one: baseline none to 12, target none to 20")
		wantHistory(t, d, gone,
			"2 on 2026-03-02 by worker_ADMIN because of three: baseline none to none, target 90 to none",
			"1 on 2026-03-02 by worker_ADMIN because of year: baseline none to none, target none to 90")
	}
	// What was read before shows the history as it was then.
	gone.Version = 1
	wantHistory(t, d, gone, "1 on 2026-03-02 by worker_ADMIN because of year: baseline none to none, target none to 90")
}

func wantHistory(t *testing.T, d *directory.Directory, of directory.Target, want ...string) {
	t.Helper()
	history, err := d.TargetHistory(t.Context(), of, page.Args{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range history.Nodes() {
		lines = append(lines, changeOfTarget(e))
	}
	if !slices.Equal(lines, want) {
		t.Errorf("%s: %q, want %q", of.ID(), lines, want)
	}
}

// TestListTargets proves what a filter keeps, and the order.
func TestListTargets(t *testing.T) {
	d, _ := house(t)
	assisted := employed("assisted", wholeYear, 9)
	assisted.Indicator = "ASSISTED"
	taken := employed("taken", firstQuarter, 0)
	taken.Target = nil
	for _, set := range []struct {
		by access.Actor
		in directory.SetTargetInput
	}{
		{leader, employed("quarter", firstQuarter, 5)}, {leader, taken}, {leader, employed("year", wholeYear, 20)}, {leader, assisted},
		{leader, employed("before", calendar.Period{From: calendar.Date(2025, 1, 1), To: calendar.Date(2026, 12, 31)}, 30)},
		{coordinator, employed("programme", wholeYear, 100)}, {riverAdmin, employed("river", wholeYear, 1)},
	} {
		setTarget(t, d, set.by, set.in)
	}
	from, to := wholeYear.From, wholeYear.From+200
	both := []id.Organisation{"", lotus.ID}
	for _, c := range []struct {
		of     []id.Organisation
		filter directory.TargetFilter
		want   []string
	}{
		{both, directory.TargetFilter{}, []string{"EMPLOYED 100", "ASSISTED 9", "EMPLOYED 20", "EMPLOYED 30"}},
		{both[:1], directory.TargetFilter{}, []string{"EMPLOYED 100"}},
		{both[1:], directory.TargetFilter{Removed: true}, []string{"ASSISTED 9", "EMPLOYED 20", "EMPLOYED none", "EMPLOYED 30"}},
		{both, directory.TargetFilter{Indicator: []directory.Indicator{"ASSISTED", "NETWORKS"}}, []string{"ASSISTED 9"}},
		{both, directory.TargetFilter{From: &from}, []string{"EMPLOYED 100", "ASSISTED 9", "EMPLOYED 20"}},
		{both, directory.TargetFilter{To: &to, Removed: true}, []string{"EMPLOYED none"}},
		{nil, directory.TargetFilter{Removed: true}, nil},
	} {
		var got []string
		for _, x := range d.Snapshot().ListTargets(c.of, c.filter) {
			got = append(got, fmt.Sprint(x.Indicator, " ", number(x.Value)))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("of %q by %+v: %q, want %q", c.of, c.filter, got, c.want)
		}
	}
}

// TestSetTargetRefuses proves who may not set targets, and what is refused and
// then leaves nothing behind, before a target was set and after.
func TestSetTargetRefuses(t *testing.T) {
	d, s := house(t)
	for _, role := range append(slices.Clone(access.Roles), access.System) {
		if role != access.OrgAdmin && role != access.Coordinator {
			_, err := d.SetTarget(t.Context(), access.Actor{Worker: "worker_X", Role: role, Organisation: lotus.ID}, now, employed("r", firstQuarter, 1))
			wantFault(t, err, fault.Forbidden)
		}
	}
	seven, negative, nan, huge := 7, -0.5, math.NaN(), 1e10
	flaws := map[string]struct {
		field string
		spoil func(*directory.SetTargetInput)
	}{
		"no requestId":          {"requestId", func(in *directory.SetTargetInput) { in.RequestID = "" }},
		"no reason":             {"reason", func(in *directory.SetTargetInput) { in.Reason = "" }},
		"no indicator":          {"indicator", func(in *directory.SetTargetInput) { in.Indicator = "" }},
		"another form of code":  {"indicator", func(in *directory.SetTargetInput) { in.Indicator = "EMPLOYED.2026" }},
		"from within a month":   {"from", func(in *directory.SetTargetInput) { in.From++ }},
		"to within a month":     {"to", func(in *directory.SetTargetInput) { in.To-- }},
		"to before from":        {"to", func(in *directory.SetTargetInput) { in.To = in.From - 1 }},
		"a target below zero":   {"target", func(in *directory.SetTargetInput) { in.Target = &negative }},
		"a target beyond all":   {"target", func(in *directory.SetTargetInput) { in.Target = &huge }},
		"no number":             {"target", func(in *directory.SetTargetInput) { in.Target = &nan }},
		"a baseline beyond all": {"baseline", func(in *directory.SetTargetInput) { in.Baseline = &huge }},
		"a baseline alone":      {"baseline", func(in *directory.SetTargetInput) { in.Target, in.Baseline = nil, &negative }},
	}
	const of = "target_LOTUS.EMPLOYED.2026-01-01.2026-03-31"
	for _, version := range []int{0, 1} {
		for what, flaw := range flaws {
			t.Run(what, func(t *testing.T) {
				in := employed("r", firstQuarter, 1)
				flaw.spoil(&in)
				_, err := d.SetTarget(t.Context(), leader, now, in)
				wantFault(t, err, fault.Invalid, flaw.field)
			})
		}
		stale := employed("r", firstQuarter, 1)
		stale.ExpectedVersion = &seven
		_, err := d.SetTarget(t.Context(), leader, now, stale)
		wantFault(t, err, fault.Conflict)
		if doc, err := s.Get(t.Context(), store.Directory, of); version == 0 && !fault.Is(err, fault.NotFound) || version == 1 && doc.Version != 1 {
			t.Fatalf("after refusals: version %d, document %+v, %v", version, doc, err)
		}
		if version == 0 {
			nothing := employed("r", firstQuarter, 0)
			nothing.Target = nil
			_, err = d.SetTarget(t.Context(), leader, now, nothing)
			wantFault(t, err, fault.Invalid, "target")
			setTarget(t, d, leader, employed("set", firstQuarter, 9))
		}
	}
	_, err := d.SetTarget(t.Context(), leader, now, employed("same", firstQuarter, 9))
	wantFault(t, err, fault.Invalid, "target")
}

// TestSetTargetOnce proves that a request that is sent again, to this process or
// another, changes nothing and answers with its own line and with the target as it
// is now.
func TestSetTargetOnce(t *testing.T) {
	d, s := house(t)
	first := setTarget(t, d, leader, employed("one", firstQuarter, 5))
	setTarget(t, d, leader, employed("two", firstQuarter, 6))
	for _, d := range []*directory.Directory{d, open(t, s)} {
		again := setTarget(t, d, leader, employed("one", firstQuarter, 5))
		if changeOfTarget(again.Entry) != changeOfTarget(first.Entry) || again.Target.Version != 2 || *again.Target.Value != 6 {
			t.Errorf("again %+v, first %+v", *again, *first)
		}
	}
}

// TestFirstTargetsAtOnce proves that no change is lost when several processes set
// the same target for the first time at once.
func TestFirstTargetsAtOnce(t *testing.T) {
	d, s := house(t)
	processes := []*directory.Directory{d, open(t, s), open(t, s)}
	var group sync.WaitGroup
	for n := range 9 {
		group.Go(func() {
			if _, err := processes[n%3].SetTarget(context.Background(), leader, now, employed(fmt.Sprint("r", n), firstQuarter, float64(n))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	d = open(t, s)
	last, ok := d.Snapshot().Target("EMPLOYED", lotus.ID, firstQuarter)
	history, err := d.TargetHistory(t.Context(), last, page.Args{})
	if err != nil || !ok || last.Version != 9 || history.TotalCount != 9 || *history.Nodes()[0].Target.Is != *last.Value {
		t.Errorf("%+v, %v, %v", last, history, err)
	}
}
