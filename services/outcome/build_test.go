package outcome_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/outcome"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/track"
)

// The places of the tests.
const (
	shelterHouse id.Site         = "site_shelter"
	careerCentre id.Site         = "site_career"
	farOffice    id.Site         = "site_far"    // in another province than its organisation
	nowhere      id.Site         = "site_nobody" // not in the directory
	orgA         id.Organisation = "org_a"
	orgB         id.Organisation = "org_b"
	orgX         id.Organisation = "org_x" // not in the directory
)

var places = outcome.Places{
	SiteProvince:         map[id.Site]string{careerCentre: "KH-12", farOffice: "KH-17"},
	OrganisationProvince: map[id.Organisation]string{orgA: "KH-12", orgB: "KH-2"},
	CareerCentre:         map[id.Site]bool{careerCentre: true},
}

// firstQuarter is the period of most tests.
var firstQuarter = calendar.Period{From: day("2026-01-01"), To: day("2026-03-31")}

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// history writes the entries of one case.
type history struct {
	caseID  id.Case
	entries []casefile.Entry
}

// open begins the history of a case under way at organisation A, with consent
// for the purposes.
func open(caseID id.Case, consents ...casefile.Purpose) *history {
	return openAt(orgA, caseID, consents...)
}

func openAt(org id.Organisation, caseID id.Case, consents ...casefile.Purpose) *history {
	h := openOn("2020-01-01", caseID, consents...)
	h.entries[0].Organisation = org
	return h
}

// openOn begins a history at organisation A on a day.
func openOn(on string, caseID id.Case, consents ...casefile.Purpose) *history {
	h := &history{caseID: caseID}
	h.add(on, casefile.Opened{Population: casefile.AtRisk, Consents: consents})
	h.entries[0].Organisation = orgA
	return h.add(on, casefile.Accepted{})
}

// add writes an entry, recorded on the day on which it happened.
func (h *history) add(on string, data casefile.Data) *history {
	return h.late(on, on, data)
}

// late writes an entry that was recorded on a later day.
func (h *history) late(on, recorded string, data casefile.Data) *history {
	h.entries = append(h.entries, casefile.Entry{
		CaseID: h.caseID, Version: len(h.entries) + 1, On: day(on), At: day(recorded).Start(), By: "worker_1", Data: data,
	})
	return h
}

// reverse takes the last entry out of the fold.
func (h *history) reverse(on string) *history {
	return h.add(on, casefile.Reversed{Version: len(h.entries), Reason: "wrong case"})
}

func (h *history) fold(t rapid.TB) *casefile.Case {
	t.Helper()
	c, err := casefile.Fold(h.caseID, h.entries)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func fold(t testing.TB, histories ...*history) []*casefile.Case {
	t.Helper()
	cases := make([]*casefile.Case, len(histories))
	for i, h := range histories {
		cases[i] = h.fold(t)
	}
	return cases
}

func compute(t testing.TB, cases []*casefile.Case, q outcome.Query, networks ...outcome.Network) outcome.Report {
	t.Helper()
	r, err := outcome.Compute(slices.Values(cases), outcome.Programme{Networks: networks, Places: places}, q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// figure returns the one row of an indicator that is not grouped.
func figure(t testing.TB, r outcome.Report, code outcome.Code) outcome.Row {
	t.Helper()
	var found []outcome.Row
	for _, row := range r.Rows {
		if row.Code == code {
			found = append(found, row)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s has %d rows, want 1", code, len(found))
	}
	return found[0]
}

// The entries of the tests.

func award(class scholarship.Class) casefile.Data {
	return scholarship.Award{Class: class, Level: scholarship.Bachelor, School: "School"}
}

func started(evidence employment.Evidence) casefile.Data {
	return employment.Started{EmployerName: "Workshop", Occupation: "Tailor", Type: employment.FullTime, Evidence: evidence}
}

func returned() casefile.Data { return reintegration.Returned{LivingWith: reintegration.Parents} }

func followUp(point track.FollowUpPoint, contact bool, safe *bool) casefile.Data {
	return followup.Recorded{Point: point, Method: followup.Phone, ContactMade: contact, Safe: safe}
}

func delivered(service string, at id.Site) casefile.Data {
	return delivery.Delivered{Service: service, SiteID: at}
}

func reached(code track.Code) casefile.Data { return casefile.MilestoneRecorded{Code: code} }

func legalStep(code track.Code, matterID string, v legal.Verdict) casefile.Data {
	return casefile.MilestoneRecorded{Code: code, Step: legal.Step{MatterID: matterID, Verdict: v}}
}

func consented(decision casefile.Decision, until calendar.Day) casefile.Data {
	return casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: decision, ExpiresOn: until}
}

func merged(into id.Case) casefile.Data {
	return casefile.MergedAway{IntoCaseID: into, Reason: "the same person"}
}

// agreed agrees to a match with a case elsewhere.
func agreed(match id.Match) casefile.Data { return casefile.MatchAgreed{MatchID: match} }

func declined(match id.Match) casefile.Data { return casefile.MatchDeclined{MatchID: match} }

func matterID(c id.Case, version int) string { return id.Within("matter_", c, version) }

func closedFor() casefile.Data { return casefile.Ended{Reason: casefile.LostContact} }

func reopened() casefile.Data { return casefile.Reopened{Reason: "she is back"} }

// raised raises a flag of a rule whose condition begins the day after one.
func raised(rule casefile.RuleCode, due string) casefile.Data {
	return casefile.FlagRaised{Rule: rule, Episode: due, Severity: casefile.SeverityLow, DueOn: day(due)}
}

func resolved(c id.Case, rule casefile.RuleCode, due string) casefile.Data {
	return casefile.FlagResolution{FlagID: casefile.FlagID(c, rule, due), Automatic: true}
}

// index is a reintegration index of so many points.
func index(points int) casefile.Data { return indexWith("ris-28", points) }

func indexWith(instrument string, points int) casefile.Data {
	return assessment.Recorded{Instrument: instrument, InstrumentVersion: 1, Purpose: assessment.ReintegrationIndex,
		Score: assessment.Score{Coverage: 100, Composite: points}}
}

func shared() casefile.Data {
	return casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given}
}

func unshared() casefile.Data {
	return casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Withdrawn}
}

func referral(to id.Organisation) casefile.Data {
	return casefile.ReferralSent{Referral: casefile.ReferralOf, OrganisationID: to, Need: "legal help"}
}

// wholePlan is a plan that can be submitted.
var wholePlan = plan.Updated{Goals: []plan.GoalInput{{Title: "A job", Track: track.Employment, AchieveBy: day("2027-12-31"), Measure: "three months of wages"}}}

// Services of the taxonomy, in and outside of the reintegration group.
const (
	reunification = "family_based_care_family_reunification"
	casework      = "social_work_case_work_generalist"
)

var yes, no = true, false
