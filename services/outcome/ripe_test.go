package outcome_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"onward/services/casefile"
	"onward/services/outcome"
	"onward/services/register"
)

// TestRunningWaitsForReferrals proves that a referral which is done after the day
// up to which was counted, as where figures are brought back to an earlier day, is
// counted as done once that day has come, though nothing has been recorded since.
func TestRunningWaitsForReferrals(t *testing.T) {
	h := open("case_1", casefile.ForReporting, casefile.ForShare).
		add("2026-01-05", casefile.ReferralSent{OrganisationID: orgB, Need: "a bed"})
	referral := h.fold(t).Referrals()[0].ID
	h.add("2026-01-06", casefile.ReferralAnswered{ReferralID: referral, Accepted: true}).
		add("2026-02-20", casefile.ReferralCompleted{ReferralID: referral})
	r := register.New()
	r.Apply(h.fold(t))
	q := outcome.Query{Period: firstQuarter, AsOf: day("2026-02-01"), Indicators: []outcome.Code{outcome.ReferralsCompleted}}
	groupings := [][]outcome.Dimension{nil}
	running, err := outcome.NewRunning(r.Snapshot(), outcome.Programme{Places: places}, q, groupings)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		asOf string
		done int
	}{{"2026-02-01", 0}, {"2026-02-19", 0}, {"2026-02-20", 1}, {"2026-03-31", 1}, {"2026-02-01", 0}, {"2026-02-21", 1}} {
		q.AsOf = day(test.asOf)
		if _, _, err := running.Update(r.Snapshot(), outcome.Programme{Places: places}, q.AsOf); err != nil {
			t.Fatal(err)
		}
		want, err := outcome.Tables(r.Snapshot().All(), outcome.Programme{Places: places}, q, groupings)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, running.Reports()); diff != "" || want[0].Rows[0].Value != test.done {
			t.Errorf("as of %s, %d done (-counted +kept):\n%s", test.asOf, want[0].Rows[0].Value, diff)
		}
	}
}
