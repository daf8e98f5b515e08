package casefile_test

import (
	"fmt"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/track/tracktest"
)

// offered is a case with consent for SHARE from 1 February; what is sent is its
// seventh entry.
var offered = all(active, []step{share("2026-02-01", casefile.Given)})

const firstReferral = "referral_1.7"

func send(at string, of casefile.ReferralKind, to id.Organisation, shares ...casefile.Class) step {
	return do(at, casefile.ReferralSent{Referral: of, OrganisationID: to, Shares: shares, Need: "a place on a course"})
}

func answer(at string, accepted bool) step {
	return do(at, casefile.ReferralAnswered{ReferralID: firstReferral, Accepted: accepted})
}
func complete(at string) step { return do(at, casefile.ReferralCompleted{ReferralID: firstReferral}) }
func revoke(at string) step {
	return do(at, casefile.ReferralWithdrawn{ReferralID: firstReferral, Reason: "not needed"})
}

// sent, accepted and transfer lead to what waits or is in force from 10 February.
var (
	sent         = all(offered, []step{send("2026-02-10", casefile.ReferralOf, "org_2", "HEALTH")})
	accepted     = all(sent, []step{answer("2026-02-11", true)})
	transferring = all(offered, []step{send("2026-02-10", casefile.TransferOf, "org_2")})
)

// TestConsentToShare proves which consent a referral and its answer rest on: the
// last one of the day or before it, that extends to the organisation.
func TestConsentToShare(t *testing.T) {
	consent := func(at string, k casefile.ConsentRecorded) step {
		k.Purpose = casefile.ForShare
		return do(at, k)
	}
	given := casefile.ConsentRecorded{Decision: casefile.Given}
	until := casefile.ConsentRecorded{Decision: casefile.Given, ExpiresOn: tracktest.Day("2026-02-09")}
	only := func(orgs ...id.Organisation) casefile.ConsentRecorded {
		return casefile.ConsentRecorded{Decision: casefile.Given, ConsentTerms: casefile.ConsentTerms{OrganisationIDs: orgs}}
	}
	for _, of := range []casefile.ReferralKind{casefile.ReferralOf, casefile.TransferOf} {
		try := send("2026-02-10", of, "org_2")
		for _, c := range []struct {
			name    string
			consent []step
			holds   bool
		}{
			{"no consent", nil, false},
			{"a consent for something else", []step{do("2026-02-01", casefile.ConsentRecorded{Purpose: casefile.ForPartnerApp, Decision: casefile.Given})}, false},
			{"a refusal", []step{consent("2026-02-01", casefile.ConsentRecorded{Decision: casefile.Refused})}, false},
			{"a consent that ran out the day before", []step{consent("2026-02-01", until)}, false},
			{"a withdrawal", []step{consent("2026-02-01", given), consent("2026-02-10", casefile.ConsentRecorded{Decision: casefile.Withdrawn})}, false},
			{"a consent for another organisation", []step{consent("2026-02-01", only("org_3"))}, false},
			{"a consent given the day after", []step{consent("2026-02-11", given)}, false},
			{"a consent narrowed since", []step{consent("2026-02-01", given), consent("2026-02-02", only("org_3"))}, false},
			{"a consent of the day", []step{consent("2026-02-10", given)}, true},
			{"a consent for this one and another", []step{consent("2026-02-01", only("org_3", "org_2"))}, true},
			{"a withdrawal the day after", []step{consent("2026-02-01", given), consent("2026-02-11", casefile.ConsentRecorded{Decision: casefile.Withdrawn})}, true},
		} {
			before := all(active, c.consent)
			if c.holds {
				t.Run(fmt.Sprint(of, " on ", c.name), func(t *testing.T) { tracktest.After(t, append(before, try)...) })
				continue
			}
			t.Run(fmt.Sprint(of, " on ", c.name), tracktest.Refusal[casefile.Case]{Before: before, Do: try, Path: "organisationId", Says: "not in force on 2026-02-10"}.Check)
		}
	}
	withdrawn := []step{share("2026-02-11", casefile.Withdrawn)}
	tracktest.Refusals(t, []refusal{
		{"acceptance after a withdrawal", all(sent, withdrawn), answer("2026-02-12", true), "referralId", "SHARE"},
		{"acceptance of a transfer after a withdrawal", all(transferring, withdrawn), answer("2026-02-12", true), "referralId", "SHARE"},
	})
	tracktest.After(t, all(sent, withdrawn, []step{answer("2026-02-12", false)})...) // a rejection shares nothing
	tracktest.After(t, all(accepted, withdrawn, []step{complete("2026-02-12")})...)
}

// TestReferralRules proves the order in which a referral is sent, answered,
// completed and revoked, and that each is done once.
func TestReferralRules(t *testing.T) {
	elsewhere := all(transferring, []step{answer("2026-02-11", true)})
	tracktest.Refusals(t, []refusal{
		{"to the own organisation", offered, send("2026-02-10", casefile.ReferralOf, "org_1"), "organisationId", "already"},
		{"transfer to the own organisation", offered, send("2026-02-10", casefile.TransferOf, "org_1"), "organisationId", "already"},
		{"of a referral", referred, send("2026-02-10", casefile.ReferralOf, "org_2"), "caseId", "accept it first"},
		{"of a closed case", ended, send("2026-02-10", casefile.ReferralOf, "org_2"), "caseId", "reopen it first"},
		{"twice while it waits", sent, send("2026-02-11", casefile.ReferralOf, "org_2"), "organisationId", "2026-02-10"},
		{"twice while it is in force", accepted, send("2026-02-12", casefile.ReferralOf, "org_2"), "organisationId", "2026-02-10"},
		{"two transfers", transferring, send("2026-02-11", casefile.TransferOf, "org_3"), "organisationId", "2026-02-10"},
		{"answer to nothing", offered, answer("2026-02-11", true), "referralId", "no such referral"},
		{"answer before it was sent", sent, answer("2026-02-09", true), "on", "the last step of the referral, which was on 2026-02-10"},
		{"answer twice", accepted, answer("2026-02-12", true), "referralId", "ACCEPTED"},
		{"rejection of what is accepted", accepted, answer("2026-02-12", false), "referralId", "ACCEPTED"},
		{"answer to what is revoked", all(sent, []step{revoke("2026-02-11")}), answer("2026-02-12", true), "referralId", "REVOKED"},
		{"completion before the answer", sent, complete("2026-02-11"), "referralId", "SENT; this needs ACCEPTED"},
		{"completion of what was rejected", all(sent, []step{answer("2026-02-11", false)}), complete("2026-02-12"), "referralId", "REJECTED"},
		{"completion on a day before the answer", accepted, complete("2026-02-10"), "on", "2026-02-11"},
		{"completion twice", all(accepted, []step{complete("2026-02-12")}), complete("2026-02-13"), "referralId", "DONE"},
		{"revocation of what is done", all(accepted, []step{complete("2026-02-12")}), revoke("2026-02-13"), "referralId", "DONE"},
		{"revocation twice", all(accepted, []step{revoke("2026-02-12")}), revoke("2026-02-13"), "referralId", "REVOKED"},
		{"revocation before it was sent", sent, revoke("2026-02-09"), "on", "2026-02-10"},
		{"answer to a transfer twice", elsewhere, answer("2026-02-12", true), "referralId", "ACCEPTED"},
		{"revocation of a transfer that was accepted", elsewhere, revoke("2026-02-12"), "referralId", "ACCEPTED"},
		{"work on a case that was transferred", elsewhere, do("2026-02-12", served), "caseId", "nothing more"},
		{"transfer accepted before a step of the case", all(transferring, []step{do("2026-02-15", casefile.Held{Until: tracktest.Day("2026-02-20"), Reason: "away"})}), answer("2026-02-14", true), "on", "the last step of the case"},
	})
	for name, steps := range map[string][]step{
		"to two organisations":    all(sent, []step{send("2026-02-10", casefile.ReferralOf, "org_3")}),
		"beside a transfer":       all(sent, []step{send("2026-02-10", casefile.TransferOf, "org_2")}),
		"for two services":        all(sent, []step{do("2026-02-10", casefile.ReferralSent{OrganisationID: "org_2", Service: "counselling_trauma", Need: "counselling"})}),
		"again once it is done":   all(accepted, []step{complete("2026-02-12"), send("2026-02-12", casefile.ReferralOf, "org_2")}),
		"again after a rejection": all(sent, []step{answer("2026-02-11", false), send("2026-02-12", casefile.ReferralOf, "org_2")}),
		"transfer again":          all(transferring, []step{revoke("2026-02-11"), send("2026-02-12", casefile.TransferOf, "org_3")}),
	} {
		t.Run(name, func(t *testing.T) { tracktest.After(t, steps...) })
	}
}

// TestSharing proves on which days whom the case invites and with whom it is
// shared: while the referral is in force, she consents and the work goes on.
func TestSharing(t *testing.T) {
	until := do("2026-02-12", casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given, ExpiresOn: tracktest.Day("2026-02-20")})
	for _, c := range []struct {
		name  string
		steps []step
		on    string
		want  string
	}{
		{"sent", sent, "2026-02-20", "invited"},
		{"accepted", accepted, "2026-02-20", "[HEALTH]"},
		{"a second one", all(accepted, []step{do("2026-02-12", casefile.ReferralSent{OrganisationID: "org_2", Service: "counselling_trauma", Shares: []casefile.Class{"LEGAL"}})}), "2026-02-20", "invited [HEALTH]"},
		{"rejected", all(sent, []step{answer("2026-02-11", false)}), "2026-02-20", ""},
		{"done", all(accepted, []step{complete("2026-02-12")}), "2026-02-20", ""},
		{"revoked", all(accepted, []step{revoke("2026-02-12")}), "2026-02-20", ""},
		{"withdrawn while it waits", all(sent, []step{share("2026-02-12", casefile.Withdrawn)}), "2026-02-12", ""},
		{"withdrawn", all(accepted, []step{share("2026-02-12", casefile.Withdrawn)}), "2026-02-12", ""},
		{"given again", all(accepted, []step{share("2026-02-12", casefile.Withdrawn), share("2026-02-13", casefile.Given)}), "2026-02-13", "[HEALTH]"},
		{"the last day of the consent", all(accepted, []step{until}), "2026-02-20", "[HEALTH]"},
		{"the day after", all(accepted, []step{until}), "2026-02-21", ""},
		{"closed", all(accepted, []step{do("2026-02-12", closed(casefile.LostContact))}), "2026-02-20", ""},
		{"reopened", all(accepted, []step{do("2026-02-12", closed(casefile.LostContact)), do("2026-02-13", casefile.Reopened{Reason: "she came back"})}), "2026-02-20", ""},
		{"merged", all(accepted, []step{do("2026-02-12", casefile.MergedAway{IntoCaseID: "case_2", Reason: "the same"})}), "2026-02-20", ""},
		{"on hold", all(accepted, []step{do("2026-02-12", casefile.Held{Until: tracktest.Day("2026-02-28"), Reason: "away"})}), "2026-02-20", "[HEALTH]"},
		{"transfer offered", transferring, "2026-02-20", "invited"},
		{"transfer accepted", all(transferring, []step{answer("2026-02-11", true)}), "2026-02-20", ""},
	} {
		got := tracktest.After(t, c.steps...)
		if s := sharing(got, "org_2", tracktest.Day(c.on)); s != c.want {
			t.Errorf("%s: %q, want %q", c.name, s, c.want)
		}
		if s := sharing(got, "org_3", tracktest.Day(c.on)); s != "" {
			t.Errorf("%s: a third organisation has %q", c.name, s)
		}
	}
}

func sharing(c *casefile.Case, with id.Organisation, on calendar.Day) (s string) {
	if c.Invites(with, on) {
		s = "invited"
	}
	if classes, shared := c.Shares(with, on); shared {
		if s != "" {
			s += " "
		}
		s += fmt.Sprint(classes)
	}
	return s
}

// TestTransfer proves that an accepted transfer ends the work here and all that
// waits or is shared, and says by which case it goes on; a rejected one does not.
func TestTransfer(t *testing.T) {
	busy := all(transferring, []step{send("2026-02-10", casefile.ReferralOf, "org_3"), do("2026-02-10", asking[casefile.HoldApproval])})
	c := tracktest.After(t, all(busy, []step{answer("2026-02-11", true)})...)
	if c.Status != casefile.Transferred || c.TransferredTo() != "org_2" || c.ContinuedBy() != casefile.Continuation(firstReferral) ||
		c.ClosedOn != tracktest.Day("2026-02-11") || c.Phase() != "" || c.Approvals[0].State() != casefile.ApprovalWithdrawn {
		t.Errorf("accepted: %s to %s, continued by %q, %v", c.Status, c.TransferredTo(), c.ContinuedBy(), c.Approvals)
	}
	states := ""
	for _, r := range c.Referrals() {
		states += fmt.Sprint(r.State, " ", r.EndedOn, ";")
	}
	if states != "ACCEPTED 2026-02-11;REVOKED 2026-02-11;" {
		t.Errorf("accepted: %s", states)
	}
	c = tracktest.After(t, all(busy, []step{answer("2026-02-11", false)})...)
	if r, _ := c.Referral(firstReferral); c.Status != casefile.Active || c.TransferredTo() != "" || c.ContinuedBy() != "" || r.State != casefile.ReferralRejected {
		t.Errorf("rejected: %s, %+v", c.Status, r)
	}
	if casefile.Continuation(firstReferral) == casefile.Continuation("referral_1.8") {
		t.Error("two transfers open one case")
	}
}
