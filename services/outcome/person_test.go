package outcome_test

import (
	"slices"
	"testing"

	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/scholarship"
)

// served writes a case with one delivery in the first quarter.
func served(c id.Case, consents ...casefile.Purpose) *history {
	return open(c, consents...).add("2026-02-01", delivered(casework, ""))
}

// into merges the case into another.
func (h *history) into(c id.Case) *history { return h.add("2026-03-01", merged(c)) }

func TestMerges(t *testing.T) {
	const consent = casefile.ForReporting
	tests := []struct {
		name             string
		cases            []*history
		value, excludedN int
	}{
		{"two persons", []*history{served("case_1", consent), served("case_2", consent)}, 2, 0},
		{"one person in two cases", []*history{served("case_1", consent), served("case_2", consent).into("case_1")}, 1, 0},
		{"events only in the merged case", []*history{open("case_1", consent), served("case_2").into("case_1")}, 1, 0},
		{"two cases merged into a third", []*history{
			served("case_1", consent), served("case_2", consent).into("case_1"), served("case_3").into("case_1"),
		}, 1, 0},
		{"a chain of merges", []*history{
			served("case_4", consent).into("case_3"), served("case_3", consent).into("case_2"),
			served("case_2", consent).into("case_1"), served("case_1", consent),
		}, 1, 0},
		{"the survivor's consents decide, for", []*history{served("case_1", consent), served("case_2").into("case_1")}, 1, 0},
		{"the survivor's consents decide, against", []*history{served("case_1"), served("case_2", consent).into("case_1")}, 0, 1},
		{"a merge that was reversed", []*history{
			served("case_1", consent), served("case_2", consent).into("case_1").reverse("2026-03-02"),
		}, 2, 0},
		{"into a case that is not there", []*history{served("case_2", consent).into("case_1")}, 1, 0},
		{"two into a case that is not there", []*history{
			served("case_2", consent).into("case_1"), served("case_3", consent).into("case_1"),
		}, 1, 0},
		{"two into a case that is not there, one without consent", []*history{
			served("case_2").into("case_1"), served("case_3", consent).into("case_1"),
		}, 1, 0},
		{"a chain into a case that is not there", []*history{
			served("case_3").into("case_2"), served("case_2", consent).into("case_1"),
		}, 1, 0},
		{"a circle", []*history{
			served("case_1", consent).into("case_2"), served("case_2").into("case_3"), served("case_3").into("case_1"),
		}, 1, 0},
		{"a chain into a circle", []*history{
			served("case_0", consent).into("case_1"), served("case_1").into("case_2"), served("case_2", consent).into("case_1"),
		}, 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cases := fold(t, test.cases...)
			q := outcome.Query{Period: firstQuarter, Indicators: []outcome.Code{outcome.Assisted}}
			first := compute(t, cases, q)
			for range cases { // every rotation, both ways
				cases = append(cases[1:], cases[0])
				slices.Reverse(cases)
				r := compute(t, cases, q)
				row := figure(t, r, outcome.Assisted)
				if row.Value != test.value || row.ExcludedNoConsent != test.excludedN {
					t.Errorf("value %d, left out %d; want %d, %d", row.Value, row.ExcludedNoConsent, test.value, test.excludedN)
				}
				if r.Digest != first.Digest {
					t.Error("the digest depends on the order of the cases")
				}
				slices.Reverse(cases)
			}
		})
	}
}

func TestMergedAwardsStayApart(t *testing.T) {
	cases := fold(t,
		open("case_1", casefile.ForReporting).add("2026-02-01", award(scholarship.Women)),
		open("case_2").add("2026-02-05", award(scholarship.Women)).into("case_1"))
	r := compute(t, cases, outcome.Query{Period: firstQuarter})
	if got := figure(t, r, outcome.ScholarshipsWomen).Value; got != 2 {
		t.Errorf("%d awards, want 2", got)
	}
	if got := figure(t, r, outcome.Assisted).Value; got != 1 {
		t.Errorf("%d persons, want 1", got)
	}
}

// TestTransferredIsOnePerson proves that a case which was transferred and the one
// that continues it are one person, in any order, that what each organisation did
// counts there, and that each rests on the consents of its own case.
func TestTransferredIsOnePerson(t *testing.T) {
	transferred := func(consents ...casefile.Purpose) *history {
		h := open("case_1", append(consents, casefile.ForShare)...).add("2026-01-10", award(scholarship.Women))
		h.add("2026-02-01", casefile.ReferralSent{Referral: casefile.TransferOf, OrganisationID: orgB, Need: "she moves"})
		return h.add("2026-02-02", casefile.ReferralAnswered{ReferralID: id.Within("referral_", "case_1", len(h.entries)), Accepted: true})
	}
	next := transferred().fold(t).ContinuedBy()
	continuing := openAt(orgB, next, casefile.ForReporting).add("2026-03-01", award(scholarship.Women))
	for name, c := range map[string]struct {
		cases             []*casefile.Case
		persons, excluded int
		awards            int
	}{
		"both with consent":     {fold(t, transferred(casefile.ForReporting), continuing), 1, 0, 2},
		"in the other order":    {fold(t, continuing, transferred(casefile.ForReporting)), 1, 0, 2},
		"the first without":     {fold(t, transferred(), continuing), 1, 0, 1},
		"the next one not here": {fold(t, transferred(casefile.ForReporting)), 1, 0, 1},
	} {
		r := compute(t, c.cases, outcome.Query{Period: firstQuarter})
		assisted, awards := figure(t, r, outcome.Assisted), figure(t, r, outcome.ScholarshipsWomen)
		if assisted.Value != c.persons || assisted.ExcludedNoConsent != c.excluded || awards.Value != c.awards {
			t.Errorf("%s: %d persons, %d left out, %d awards", name, assisted.Value, assisted.ExcludedNoConsent, awards.Value)
		}
	}
}

func TestConsent(t *testing.T) {
	tests := []struct {
		name            string
		write           func(*history)
		value, excluded int
	}{
		{"never asked", func(h *history) {}, 0, 1},
		{"given", func(h *history) { h.add("2026-01-05", consented(casefile.Given, 0)) }, 1, 0},
		{"refused", func(h *history) { h.add("2026-01-05", consented(casefile.Refused, 0)) }, 0, 1},
		{"withdrawn after the event", func(h *history) {
			h.add("2026-01-05", consented(casefile.Given, 0)).add("2026-06-01", consented(casefile.Withdrawn, 0))
		}, 0, 1},
		{"withdrawn, then given again", func(h *history) {
			h.add("2026-01-05", consented(casefile.Withdrawn, 0)).add("2026-06-01", consented(casefile.Given, 0))
		}, 1, 0},
		{"expired the day before the event", func(h *history) { h.add("2026-01-05", consented(casefile.Given, day("2026-01-31"))) }, 0, 1},
		{"expires on the day of the event", func(h *history) { h.add("2026-01-05", consented(casefile.Given, day("2026-02-01"))) }, 1, 0},
		{"one of two events with consent", func(h *history) {
			h.add("2026-01-05", consented(casefile.Given, day("2026-02-10"))).add("2026-03-01", delivered(reunification, "")).
				add("2026-02-10", delivered(casework, ""))
		}, 1, 0},
		{"two events without", func(h *history) { h.add("2026-02-20", delivered(casework, "")) }, 0, 1},
		{"for another purpose only", func(h *history) {
			h.add("2026-01-05", casefile.ConsentRecorded{Purpose: casefile.ForResearch, Decision: casefile.Given})
		}, 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := open("case_1", casefile.ForServices).add("2026-02-01", delivered(casework, ""))
			test.write(h)
			row := figure(t, compute(t, fold(t, h), outcome.Query{Period: firstQuarter}), outcome.Assisted)
			if row.Value != test.value || row.ExcludedNoConsent != test.excluded {
				t.Errorf("value %d, left out %d; want %d, %d", row.Value, row.ExcludedNoConsent, test.value, test.excluded)
			}
		})
	}
}

// TestConsentTurnsUp counts a person once, whether the event with consent comes
// before the one without or after it.
func TestConsentTurnsUp(t *testing.T) {
	for _, days := range [][]string{{"2026-03-01", "2026-02-01"}, {"2026-02-01", "2026-03-01"}, {"2026-03-01", "2026-02-01", "2026-03-02"}} {
		h := open("case_1").add("2026-01-05", consented(casefile.Given, day("2026-02-15")))
		for _, on := range days {
			h.add(on, started(employment.Contract))
		}
		row := figure(t, compute(t, fold(t, h), outcome.Query{Period: firstQuarter}), outcome.Employed)
		if row.Value != 1 || row.ExcludedNoConsent != 0 {
			t.Errorf("%v: value %d, left out %d; want 1, 0", days, row.Value, row.ExcludedNoConsent)
		}
	}
}

func TestAwardsWithoutConsent(t *testing.T) {
	h := open("case_1").add("2026-02-01", award(scholarship.Women)).add("2026-02-02", award(scholarship.Women)).
		add("2026-02-02", consented(casefile.Given, day("2026-02-02"))).add("2026-02-03", award(scholarship.Women))
	row := figure(t, compute(t, fold(t, h), outcome.Query{Period: firstQuarter}), outcome.ScholarshipsWomen)
	if row.Value != 2 || row.ExcludedNoConsent != 1 {
		t.Errorf("value %d, left out %d; want 2, 1", row.Value, row.ExcludedNoConsent)
	}
}
