package casefile_test

import (
	"testing"

	"onward/services/casefile"
	"onward/services/id"
	"onward/services/track/tracktest"
)

func agree(at string, m id.Match) step   { return do(at, casefile.MatchAgreed{MatchID: m}) }
func decline(at string, m id.Match) step { return do(at, casefile.MatchDeclined{MatchID: m}) }

// openTo records what she decides on sharing.
func openTo(at string, k casefile.ConsentRecorded) step {
	k.Purpose = casefile.ForShare
	return do(at, k)
}

// agreed is a case that agrees to a match from 10 February.
var agreed = all(offered, []step{agree("2026-02-10", "match_1")})

// TestAgreeingToAMatch proves what an agreement rests on: her consent to share with
// whomever it is, in force on the day and ever since.
func TestAgreeingToAMatch(t *testing.T) {
	only := casefile.ConsentRecorded{Decision: casefile.Given, ConsentTerms: casefile.ConsentTerms{OrganisationIDs: []id.Organisation{"org_2"}}}
	until := casefile.ConsentRecorded{Decision: casefile.Given, ExpiresOn: tracktest.Day("2026-02-09")}
	const consent = "consent for SHARE that names no organisation is needed"
	protect := do("2026-02-02", casefile.Protected{WorkerIDs: []id.Worker{"worker_1"}})
	tracktest.Refusals(t, []refusal{
		{"without consent", active, agree("2026-02-10", "match_1"), "caseId", consent},
		{"before it was given", offered, agree("2026-01-31", "match_1"), "caseId", consent},
		{"with consent that names organisations", all(active, []step{openTo("2026-02-01", only)}), agree("2026-02-10", "match_1"), "caseId", consent},
		{"with consent that has run out", all(active, []step{openTo("2026-02-01", until)}), agree("2026-02-10", "match_1"), "caseId", consent},
		{"after she withdrew", all(offered, []step{share("2026-02-10", casefile.Withdrawn)}), agree("2026-02-10", "match_1"), "caseId", consent},
		{"for a day before she withdrew", all(offered, []step{share("2026-02-12", casefile.Withdrawn)}), agree("2026-02-10", "match_1"), "caseId", consent},
		{"twice", agreed, agree("2026-02-11", "match_1"), "matchId", "agreed on 2026-02-10"},
		{"of a protected case", all(offered, []step{protect}), agree("2026-02-10", "match_1"), "caseId", "protected"},
		{"of a merged case", all(offered, []step{do("2026-02-02", casefile.MergedAway{IntoCaseID: "case_2"})}), agree("2026-02-10", "match_1"), "caseId", "MERGED"},
		{"declining twice", all(agreed, []step{decline("2026-02-11", "match_1")}), decline("2026-02-12", "match_1"), "matchId", "declined on 2026-02-11"},
	})
}

// TestWhatEndsAnAgreement proves when a case agrees no longer, and that a consent that
// she gives anew does not bring an agreement back.
func TestWhatEndsAnAgreement(t *testing.T) {
	end := tracktest.Day("2026-02-20")
	named := casefile.ConsentRecorded{Decision: casefile.Given, ConsentTerms: casefile.ConsentTerms{OrganisationIDs: []id.Organisation{"org_2"}}}
	limited := all(active, []step{openTo("2026-02-01", casefile.ConsentRecorded{Decision: casefile.Given, ExpiresOn: end}), agree("2026-02-10", "match_1")})
	expired := do("2026-02-21", casefile.ConsentExpired{Purpose: casefile.ForShare, ExpiredOn: end})
	for name, c := range map[string]struct {
		steps  []step
		agrees bool
		answer casefile.MatchAnswer
	}{
		"nothing":                               {agreed, true, casefile.MatchIsAgreed},
		"another decision":                      {all(agreed, []step{do("2026-02-11", casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Withdrawn})}), true, casefile.MatchIsAgreed},
		"consent given once more":               {all(agreed, []step{share("2026-02-11", casefile.Given)}), true, casefile.MatchIsAgreed},
		"an old refusal that is recorded late":  {all(agreed, []step{share("2026-01-31", casefile.Refused)}), true, casefile.MatchIsAgreed},
		"declined":                              {all(agreed, []step{decline("2026-02-11", "match_1")}), false, casefile.MatchIsDeclined},
		"declined, then agreed":                 {all(agreed, []step{decline("2026-02-11", "match_1"), agree("2026-02-11", "match_1")}), true, casefile.MatchIsAgreed},
		"another match declined":                {all(agreed, []step{decline("2026-02-11", "match_2")}), true, casefile.MatchIsAgreed},
		"withdrawn":                             {all(agreed, []step{share("2026-02-11", casefile.Withdrawn)}), false, casefile.MatchHasLapsed},
		"withdrawn on the day of the agreement": {all(agreed, []step{share("2026-02-10", casefile.Withdrawn)}), false, casefile.MatchHasLapsed},
		"withdrawn, then given on the same day": {all(agreed, []step{share("2026-02-10", casefile.Withdrawn), share("2026-02-10", casefile.Given)}), false, casefile.MatchHasLapsed},
		"withdrawn, given and agreed":           {all(agreed, []step{share("2026-02-10", casefile.Withdrawn), share("2026-02-10", casefile.Given), agree("2026-02-10", "match_1")}), true, casefile.MatchIsAgreed},
		"withdrawn before it, recorded late":    {all(agreed, []step{share("2026-02-09", casefile.Withdrawn)}), false, casefile.MatchHasLapsed},
		"narrowed to organisations":             {all(agreed, []step{openTo("2026-02-11", named)}), false, casefile.MatchHasLapsed},
		"run out, and noted":                    {all(limited, []step{expired}), false, casefile.MatchHasLapsed},
		"renewed after it had run out":          {all(limited, []step{share("2026-02-22", casefile.Given)}), false, casefile.MatchHasLapsed},
		"renewed in time":                       {all(limited, []step{share("2026-02-21", casefile.Given)}), true, casefile.MatchIsAgreed},
		"protected":                             {all(agreed, []step{do("2026-02-11", casefile.Protected{WorkerIDs: []id.Worker{"worker_1"}})}), false, casefile.MatchIsAgreed},
		"closed":                                {all(agreed, []step{do("2026-02-11", closed(casefile.LostContact))}), true, casefile.MatchIsAgreed},
		"merged":                                {all(agreed, []step{do("2026-02-11", casefile.MergedAway{IntoCaseID: "case_2"})}), false, casefile.MatchIsAgreed},
		"erased":                                {all(agreed, []step{do("2026-02-11", closed(casefile.LostContact)), do("2026-02-11", casefile.Erased{Reason: casefile.HerWish})}), false, casefile.MatchIsAgreed},
	} {
		t.Run(name, func(t *testing.T) {
			after := tracktest.After(t, c.steps...)
			agrees := false
			for m := range after.Agreed() {
				agrees = agrees || m.ID == "match_1"
			}
			if m, _ := after.Match("match_1"); agrees != c.agrees || m.Answer != c.answer {
				t.Errorf("agrees %v, answered %s", agrees, m.Answer)
			}
		})
	}
	lasting := tracktest.After(t, limited...)
	for on, want := range map[string]int{"2026-02-20": 1, "2026-02-21": 0} {
		n := 0
		for range lasting.AgreedOn(tracktest.Day(on)) {
			n++
		}
		if n != want {
			t.Errorf("on %s it agrees to %d matches", on, n)
		}
	}
}
