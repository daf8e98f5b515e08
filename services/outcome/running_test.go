package outcome_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/register"
)

// TestRunningEqualsCounting proves that figures which are kept up to date are those
// that are counted from nothing: after entries, late ones, reversals, merges and
// their reversals, agreements to matches and their ends, decisions about consent, and
// as days go by.
func TestRunningEqualsCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, random := register.New(), chance(t)
		var histories []*history
		for _, name := range []id.Case{"case_1", "case_2", "case_3", "case_4"} {
			h := openAt(rapid.SampledFrom([]id.Organisation{orgA, orgB}).Draw(t, "organisation"), name)
			h.entries[0].On = rapid.SampledFrom([]calendar.Day{day("2020-01-01"), day("2026-01-10"), day("2026-04-01")}).Draw(t, "opened")
			h.entries[1].On = h.entries[0].On
			histories = append(histories, h.add("2026-04-01", shared()))
		}
		for range random.IntN(40) {
			change(t, random, histories, r)
		}
		q := outcome.Query{Period: period("2026-01-01", "2026-12-31"), AsOf: day("2026-02-01"),
			Between: &outcome.Between{From: "ADMITTED", To: "RETURNED_TO_COMMUNITY"}}
		groupings := [][]outcome.Dimension{nil, {outcome.ByOrganisation, outcome.ByMonth}, {outcome.ByPopulation, outcome.ByTrack, outcome.ByQuarter}}
		beside := outcome.Programme{Places: places}
		running, err := outcome.NewRunning(r.Snapshot(), beside, q, groupings)
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 8).Draw(t, "updates") {
			for range random.IntN(5) {
				change(t, random, histories, r)
			}
			q.AsOf += calendar.Day(random.IntN(60))
			if _, _, err := running.Update(r.Snapshot(), beside, q.AsOf); err != nil {
				t.Fatal(err)
			}
			want, err := outcome.Tables(r.Snapshot().All(), beside, q, groupings)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, running.Reports()); diff != "" {
				t.Fatalf("as of %s (-counted +kept):\n%s", q.AsOf, diff)
			}
		}
	})
}

// change adds an entry to a history, merges a case, answers a match, changes what that
// rests on, or takes the last entry back.
func change(t *rapid.T, random *rand.Rand, histories []*history, r *register.Register) {
	i := random.IntN(len(histories))
	h := histories[i]
	was, n := h.fold(t), len(h.entries)
	switch match := pick(random, []id.Match{"match_1", "match_2"}); random.IntN(24) {
	case 0:
		h.add("2026-12-31", merged(pick(random, histories).caseID))
	case 1:
		h.add("2026-12-31", casefile.Reversed{Version: n, Reason: "another woman's"})
	case 2, 3, 4:
		h.add("2026-12-31", agreed(match))
	case 5:
		h.add("2026-12-31", declined(match))
	case 6:
		h.add("2026-12-31", pick(random, []casefile.Data{shared(), unshared()}))
	case 7:
		h.add("2026-12-31", pick(random, []casefile.Data{casefile.Protected{WorkerIDs: []id.Worker{"worker_1"}}, casefile.Unprotected{Reason: "safe again"}}))
	default:
		h.add(someDay(random, h), step(random, was))
	}
	next, err := casefile.Fold(h.caseID, h.entries)
	if err != nil {
		h.entries = slices.Clone(h.entries[:n])
		next = was
	}
	r.Apply(next)
}

// TestRunningRipens proves that a referral which is done after the day up to which
// figures were counted is found done once that day has come, though no case changes.
func TestRunningRipens(t *testing.T) {
	r := register.New()
	r.Apply(open("case_1", casefile.ForReporting).refer("2026-02-01", "2026-03-02").fold(t))
	q := outcome.Query{Period: firstQuarter, AsOf: day("2026-03-01"), Indicators: []outcome.Code{outcome.ReferralsCompleted}}
	beside := outcome.Programme{Places: places}
	running, err := outcome.NewRunning(r.Snapshot(), beside, q, [][]outcome.Dimension{nil})
	if err != nil {
		t.Fatal(err)
	}
	for asOf, want := range []string{"0/1", "1/1"} {
		if _, whole, err := running.Update(r.Snapshot(), beside, day("2026-03-01")+calendar.Day(asOf)); err != nil || whole {
			t.Fatal(whole, err)
		}
		if got := measured(running.Reports()[0].Rows[0]); got != want {
			t.Errorf("after %d days: %s, want %s", asOf, got, want)
		}
	}
}
