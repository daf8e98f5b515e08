package outcome_test

import (
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/track"
)

// base writes a case that has been returned and was safe at six months.
func base(c id.Case) *history {
	return open(c, casefile.ForReporting).
		add("2026-01-15", delivered(reunification, "")).add("2026-01-16", returned()).add("2026-07-15", followUp(track.Month6, true, &yes))
}

// TestDigestTellsHistoriesApart changes one thing at a time that leaves every
// figure as it was.
func TestDigestTellsHistoriesApart(t *testing.T) {
	q := outcome.Query{Period: period("2026-01-01", "2026-12-31")}
	network := outcome.Network{ID: "network_1", Organisation: orgA, ActiveFrom: day("2026-01-01")}
	other := outcome.Network{ID: "network_2", Organisation: orgA, ActiveFrom: day("2026-01-01")}
	changed := func(change func(*outcome.Query)) outcome.Query {
		n := q
		change(&n)
		return n
	}
	reports := map[string]outcome.Report{
		"the first": compute(t, fold(t, base("case_1")), q, network),
		"one more delivery of the same person": compute(t, fold(t,
			base("case_1").add("2026-07-16", delivered(reunification, ""))), q, network),
		"another case":                  compute(t, fold(t, base("case_2")), q, network),
		"corrected to what it was":      compute(t, fold(t, base("case_1").reverse("2026-07-20").add("2026-07-15", followUp(track.Month6, true, &yes))), q, network),
		"another day":                   compute(t, fold(t, base("case_1").reverse("2026-07-20").add("2026-07-16", followUp(track.Month6, true, &yes))), q, network),
		"another network":               compute(t, fold(t, base("case_1")), q, other),
		"one day more":                  compute(t, fold(t, base("case_1")), changed(func(n *outcome.Query) { n.Period.To++ }), network),
		"asked of one organisation":     compute(t, fold(t, base("case_1")), changed(func(n *outcome.Query) { n.Organisation = orgA }), network),
		"an event left out for consent": compute(t, fold(t, base("case_1").add("2026-07-20", consented(casefile.Given, day("2026-07-20"))).add("2026-07-21", delivered(reunification, ""))), q, network),
	}
	seen := map[string]string{}
	for name, r := range reports {
		if twin, taken := seen[r.Digest]; taken {
			t.Errorf("%s has the digest of %s", name, twin)
		}
		seen[r.Digest] = name
		if got := figure(t, r, outcome.Sustained); got.Value != 1 {
			t.Errorf("%s: SUSTAINED is %d, want 1 as everywhere", name, got.Value)
		}
	}
}

// TestDigestHoldsTheFollowUp asks for SUSTAINED alone, which counts returns and
// rests on follow-ups too.
func TestDigestHoldsTheFollowUp(t *testing.T) {
	q := outcome.Query{Period: period("2026-01-01", "2026-12-31"), Indicators: []outcome.Code{outcome.Sustained}}
	first := compute(t, fold(t, base("case_1")), q)
	again := compute(t, fold(t, base("case_1").reverse("2026-07-20").add("2026-07-15", followUp(track.Month6, true, &yes))), q)
	wantRows(t, first, "SUSTAINED 1 0")
	wantRows(t, again, "SUSTAINED 1 0")
	if first.Digest == again.Digest {
		t.Error("another follow-up gives the same digest")
	}
}

// TestDigestKeepsToWhatCounts leaves the digest alone for what no indicator
// counts, and for recording at another time.
func TestDigestKeepsToWhatCounts(t *testing.T) {
	q := outcome.Query{Period: firstQuarter}
	first := compute(t, fold(t, open("case_1", casefile.ForReporting).add("2026-02-01", delivered(casework, ""))), q)
	later := compute(t, fold(t,
		open("case_1", casefile.ForReporting).late("2026-02-01", "2026-02-09", delivered(casework, "")).
			add("2026-02-10", casefile.Revised{Risk: casefile.High}).add("2026-06-01", delivered(casework, "")),
		openOn("2026-04-01", "case_2", casefile.ForReporting), // open cases count
		open("case_3", casefile.ForReporting).add("2025-12-30", casefile.Ended{Reason: casefile.LostContact})), q)
	if first.Digest != later.Digest {
		t.Error("the digest changed with something that does not count")
	}
	if len(first.Digest) != 64 {
		t.Errorf("digest %q is no SHA-256 in hex", first.Digest)
	}
}

// firstIndicators are those that there were at first.
var firstIndicators = []outcome.Code{
	outcome.Assisted, outcome.ReintegrationSupport, outcome.Reintegrated, outcome.Sustained, outcome.ScholarshipsWomen, outcome.ScholarshipsGirls,
	outcome.Employed, outcome.CareerCentreServed, outcome.LegalRepresented, outcome.CourtReferred, outcome.Convictions, outcome.Networks,
}

// TestDigestStaysAsPublished guards digests that stand in published reports. The
// question names the indicators that there were then: one that is added later
// changes the digest of a question for all, and of no other.
func TestDigestStaysAsPublished(t *testing.T) {
	q := outcome.Query{Period: firstQuarter, GroupBy: []outcome.Dimension{outcome.ByQuarter, outcome.ByOrganisation}, Indicators: firstIndicators}
	r := compute(t, fold(t, base("case_1"), served("case_2")), q,
		outcome.Network{ID: "network_1", Organisation: orgA, ActiveFrom: calendar.Date(2026, 1, 1)})
	const want = "0abfaa85e9558b2288a3b88ac575210444a82c4dfbaa02cdbae05aa96ab69bde"
	if r.Digest != want {
		t.Errorf("digest %s, want %s: a change of the digest needs a new first line in newDigest, unless an indicator was added or defined anew", r.Digest, want)
	}
}
