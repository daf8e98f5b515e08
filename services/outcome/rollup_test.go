package outcome_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/shelter"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// byPlace is how the roll-up job groups.
var byPlace = []outcome.Dimension{outcome.ByOrganisation, outcome.ByProvince}

// cleaner is what rapid's and testing's own T have in common here.
type cleaner interface {
	Helper()
	Fatal(...any)
	Cleanup(func())
}

// keep opens the kept reports of an empty store in a directory.
func keep(t cleaner, dir string) (*outcome.RollUps, *sqlite.Store) {
	t.Helper()
	s, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return outcome.NewRollUps(s), s
}

// quarterly counts a quarter as the roll-up job does, and returns with the
// report the instant of the last entry that it knows of.
func quarterly(t cleaner, histories []*history, quarter calendar.Period, networks ...outcome.Network) (outcome.Report, time.Time) {
	t.Helper()
	var known time.Time
	var cases []*casefile.Case
	for _, h := range histories {
		c, err := casefile.Fold(h.caseID, h.entries)
		if err != nil {
			t.Fatal(err)
		}
		if cases = append(cases, c); c.UpdatedAt.Time().After(known) {
			known = c.UpdatedAt.Time()
		}
	}
	r, err := outcome.Compute(slices.Values(cases), outcome.Programme{Networks: networks, Places: places}, outcome.Query{Period: quarter, GroupBy: byPlace})
	if err != nil {
		t.Fatal(err)
	}
	return r, known.UTC()
}

// knownAt returns the histories as they were known at an instant.
func knownAt(histories []*history, at time.Time) (known []*history) {
	for _, h := range histories {
		before := &history{caseID: h.caseID}
		for _, e := range h.entries {
			if !e.At.After(at) {
				e.ReversedBy = 0 // a fold may have marked it since
				before.entries = append(before.entries, e)
			}
		}
		if len(before.entries) > 0 {
			known = append(known, before)
		}
	}
	return known
}

// list returns the kept reports.
func list(t *testing.T, k *outcome.RollUps) []outcome.RollUp {
	t.Helper()
	all, err := k.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// revisions returns every revision of a quarter, from the history of its
// document.
func revisions(t *testing.T, s store.Store, quarter string) []outcome.RollUp {
	t.Helper()
	doc, err := s.Get(t.Context(), store.Releases, "rollup_"+quarter)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]outcome.RollUp, len(doc.History))
	for i, e := range doc.History {
		if err := json.Unmarshal(e.Data, &all[i]); err != nil {
			t.Fatal(err)
		}
		if e.Version != i+1 || all[i].Revision != i+1 || e.Kind != "rollup.revised" || e.On != all[i].AsOf || !e.At.Equal(all[i].KnownAt) {
			t.Errorf("entry %d is version %d, %s on %s at %s for %+v", i+1, e.Version, e.Kind, e.On, e.At, all[i])
		}
	}
	if doc.Version != len(all) {
		t.Errorf("version %d with %d revisions", doc.Version, len(all))
	}
	return all
}

// TestKeep proves that a report is kept whole, that keeping the same figures
// again changes nothing, and that figures that have changed are a new revision
// beside which the old one stays.
func TestKeep(t *testing.T) {
	k, s := keep(t, t.TempDir())
	h := open("case_1", casefile.ForReporting).add("2026-02-01", delivered(casework, ""))
	first, known := quarterly(t, []*history{h}, firstQuarter)
	step := func(name string, asOf calendar.Day, at time.Time, r outcome.Report, changed bool, want outcome.RollUp) {
		t.Helper()
		got, err := k.Keep(t.Context(), asOf, at, r)
		if err != nil || got != changed {
			t.Fatalf("%s: changed %v, %v; want %v", name, got, err, changed)
		}
		if all := list(t, k); len(all) != 1 || !reflect.DeepEqual(all[0], want) {
			t.Fatalf("%s: kept %+v, want %+v", name, all, want)
		}
	}

	want := outcome.RollUp{Period: "2026-Q1", Revision: 1, AsOf: day("2026-02-02"), KnownAt: known,
		From: firstQuarter.From, To: firstQuarter.To, CountedTo: day("2026-02-02"), Digest: first.Digest, Rows: first.Rows, Counted: first.Counted}
	step("the first", want.AsOf, known, first, true, want)
	step("the same day again", want.AsOf, known, first, false, want)
	step("the same figures the day after", want.AsOf+1, known.Add(time.Hour), first, false, want)

	h.late("2026-03-31", "2026-04-20", delivered(reunification, ""))
	second, known := quarterly(t, []*history{h}, firstQuarter)
	revised := outcome.RollUp{Period: "2026-Q1", Revision: 2, AsOf: day("2026-04-21"), KnownAt: known,
		From: firstQuarter.From, To: firstQuarter.To, CountedTo: firstQuarter.To, Digest: second.Digest, Rows: second.Rows, Counted: second.Counted}
	step("a late entry", revised.AsOf, known, second, true, revised)
	step("the same again", revised.AsOf, known, second, false, revised)
	step("what was before, of an earlier day", want.AsOf, want.KnownAt, first, false, revised)

	if got := revisions(t, s, "2026-Q1"); !reflect.DeepEqual(got, []outcome.RollUp{want, revised}) {
		t.Errorf("revisions %+v, want %+v", got, []outcome.RollUp{want, revised})
	}
	if got := revised.Quarter(); got != firstQuarter {
		t.Errorf("the quarter of the report is %v", got)
	}
}

// TestRestatedForWhatDoesNotShow proves that a quarter is revised when the
// entries behind its figures change, even where no figure does, and when a
// community network does.
func TestRestatedForWhatDoesNotShow(t *testing.T) {
	k, s := keep(t, t.TempDir())
	h := open("case_1", casefile.ForReporting).add("2026-02-01", delivered(casework, ""))
	network := outcome.Network{ID: "network_1", Organisation: orgA, ActiveFrom: day("2026-01-01")}
	one, known := quarterly(t, []*history{h}, firstQuarter)
	two, _ := quarterly(t, []*history{h.add("2026-02-02", shelter.Admitted{SiteID: shelterHouse})}, firstQuarter)
	three, _ := quarterly(t, []*history{h}, firstQuarter, network)
	if !reflect.DeepEqual(withoutEntries(one.Rows), withoutEntries(two.Rows)) {
		t.Fatalf("a second event of the same person shows: %v, %v", lines(one), lines(two))
	}
	for i, r := range []outcome.Report{one, two, three} {
		if changed, err := k.Keep(t.Context(), day("2026-03-01"), known, r); err != nil || !changed {
			t.Errorf("report %d: changed %v, %v", i+1, changed, err)
		}
	}
	if got := len(revisions(t, s, "2026-Q1")); got != 3 {
		t.Errorf("%d revisions, want 3", got)
	}
}

// withoutEntries returns rows without the digests of what is behind them.
func withoutEntries(rows []outcome.Row) []outcome.Row {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].Entries = ""
	}
	return rows
}

// TestEmptyQuarter proves that a quarter without any entry is kept too, once.
func TestEmptyQuarter(t *testing.T) {
	k, _ := keep(t, t.TempDir())
	empty, known := quarterly(t, nil, firstQuarter)
	for i, want := range []bool{true, false} {
		if changed, err := k.Keep(t.Context(), day("2026-01-01"), known, empty); err != nil || changed != want {
			t.Errorf("time %d: changed %v, %v", i+1, changed, err)
		}
	}
	if all := list(t, k); len(all) != 1 || len(all[0].Rows) != 0 || !all[0].KnownAt.IsZero() || all[0].Digest != empty.Digest {
		t.Errorf("kept %+v", all)
	}
}

// TestList proves that each quarter is listed once, the latest first, and that
// other releases in the store are left alone.
func TestList(t *testing.T) {
	k, s := keep(t, t.TempDir())
	if all := list(t, k); len(all) != 0 {
		t.Errorf("an empty store lists %v", all)
	}
	if err := s.Insert(t.Context(), store.Releases, store.Document{ID: "release_1", Version: 1, State: json.RawMessage(`{"period": 5}`)}); err != nil {
		t.Fatal(err)
	}
	for _, on := range []string{"2026-01-01", "2025-12-31", "2026-10-01", "2026-06-30", "2026-02-01"} {
		r, known := quarterly(t, nil, calendar.QuarterOf(day(on)))
		if _, err := k.Keep(t.Context(), day(on), known, r); err != nil {
			t.Fatal(err)
		}
	}
	var periods []string
	for _, r := range list(t, k) {
		periods = append(periods, r.Period)
		if calendar.QuarterOf(r.From) != r.Quarter() || r.From.Quarter() != r.Period {
			t.Errorf("%s runs from %s to %s", r.Period, r.From, r.To)
		}
	}
	if got := strings.Join(periods, " "); got != "2026-Q4 2026-Q2 2026-Q1 2025-Q4" {
		t.Errorf("listed %s", got)
	}
}

// TestUnreadableRollUp proves that a kept report that cannot be read is an
// INTERNAL fault and is not written over, and that a store that is away is
// UNAVAILABLE.
func TestUnreadableRollUp(t *testing.T) {
	k, s := keep(t, t.TempDir())
	planted := store.Document{ID: "rollup_2026-Q1", Version: 1, State: json.RawMessage(`{"revision": "one"}`)}
	if err := s.Insert(t.Context(), store.Releases, planted); err != nil {
		t.Fatal(err)
	}
	r, known := quarterly(t, nil, firstQuarter)
	if changed, err := k.Keep(t.Context(), day("2026-02-01"), known, r); changed || !fault.Is(err, fault.Internal) {
		t.Errorf("kept over it: changed %v, %v", changed, err)
	}
	if _, err := k.List(t.Context()); !fault.Is(err, fault.Internal) {
		t.Errorf("listed: %v", err)
	}
	if doc, err := s.Get(t.Context(), store.Releases, planted.ID); err != nil || doc.Version != 1 {
		t.Errorf("the document is at version %d, %v", doc.Version, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if changed, err := k.Keep(t.Context(), day("2026-02-01"), known, r); changed || !fault.Is(err, fault.Unavailable) {
		t.Errorf("kept in a closed store: changed %v, %v", changed, err)
	}
}

// TestKeepByMany proves that processes that keep at once lose no revision that
// they were told is kept: each either kept one or was told of the conflict, and
// the revisions are numbered without a gap.
func TestKeepByMany(t *testing.T) {
	k, s := keep(t, t.TempDir())
	const keepers = 8
	reports := make([]outcome.Report, keepers)
	for i := range reports {
		h := served(id.Case(fmt.Sprintf("case_%d", i)), casefile.ForReporting)
		reports[i], _ = quarterly(t, []*history{h}, firstQuarter)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	kept := map[string]bool{}
	for _, r := range reports {
		group.Go(func() {
			changed, err := k.Keep(t.Context(), day("2026-03-01"), day("2026-03-01").Start().UTC(), r)
			mu.Lock()
			defer mu.Unlock()
			if kept[r.Digest] = err == nil; err == nil && !changed || err != nil && !fault.Is(err, fault.Conflict) {
				t.Errorf("changed %v, %v", changed, err)
			}
		})
	}
	group.Wait()
	all := revisions(t, s, "2026-Q1")
	for i, r := range all {
		if !kept[r.Digest] {
			t.Errorf("revision %d is kept, and its keeper was told that it is not", i+1)
		}
		delete(kept, r.Digest)
	}
	for digest, told := range kept {
		if told {
			t.Errorf("%s was kept and is lost", digest)
		}
	}
}

// TestRollUpsAreCountedAgain proves that the kept report of each quarter equals
// the figures counted afresh, and that every revision can be counted again to
// the same rows and digest from what was known at its instant, whatever was
// recorded, corrected or merged since.
func TestRollUpsAreCountedAgain(t *testing.T) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		k, s := keep(rt, filepath.Join(dir, fmt.Sprint(n)))
		quarters := []calendar.Period{firstQuarter, period("2026-04-01", "2026-06-30")}
		histories := []*history{openAt(orgA, "case_0"), openAt(orgB, "case_1")}
		today := day("2026-01-01")
		for range rapid.IntRange(1, 4).Draw(rt, "days") {
			today += calendar.Day(rapid.IntRange(1, 40).Draw(rt, "later"))
			for _, h := range histories {
				for range rapid.IntRange(0, 3).Draw(rt, "entries") {
					record(rt, h, today)
				}
			}
			for _, q := range quarters {
				fresh, known := quarterly(rt, histories, q)
				if _, err := k.Keep(t.Context(), today, known, fresh); err != nil {
					rt.Fatal(err)
				}
				all, err := k.List(t.Context())
				if err != nil {
					rt.Fatal(err)
				}
				i := slices.IndexFunc(all, func(r outcome.RollUp) bool { return r.Quarter() == q })
				if i < 0 || all[i].Digest != fresh.Digest || !reflect.DeepEqual(all[i].Rows, fresh.Rows) {
					rt.Fatalf("%s: kept %+v, counted afresh %v", q.From.Quarter(), all, lines(fresh))
				}
			}
		}
		for _, q := range quarters {
			for _, kept := range revisions(t, s, q.From.Quarter()) {
				again, _ := quarterly(rt, knownAt(histories, kept.KnownAt), q)
				if again.Digest != kept.Digest || !reflect.DeepEqual(again.Rows, kept.Rows) {
					rt.Fatalf("revision %d of %s was %v; counted again as known at %s it is %v",
						kept.Revision, kept.Period, lines(outcome.Report{Rows: kept.Rows}), kept.KnownAt, lines(again))
				}
			}
		}
	})
}

// record writes a drawn entry, or a correction of an earlier one, that is
// recorded today about a day of before. One that does not fit is left out.
func record(t *rapid.T, h *history, today calendar.Day) {
	sofar, err := casefile.Fold(h.caseID, h.entries)
	if err != nil {
		t.Fatal(err)
	}
	data := step(chance(t), sofar)
	if rapid.IntRange(0, 5).Draw(t, "correct") == 0 {
		data = casefile.Reversed{Version: rapid.IntRange(3, len(h.entries)+1).Draw(t, "mistake"), Reason: "a mistake"}
	}
	h.late((today - calendar.Day(rapid.IntRange(0, 60).Draw(t, "ago"))).String(), today.String(), data)
	if _, err := casefile.Fold(h.caseID, slices.Clone(h.entries)); err != nil {
		h.entries = h.entries[:len(h.entries)-1]
		for i := range h.entries {
			h.entries[i].ReversedBy = 0
		}
	}
}
