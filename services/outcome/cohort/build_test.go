package cohort_test

import (
	"slices"
	"testing"

	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/outcome/cohort"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/shelter"
	"onward/services/track"
)

const (
	orgA      id.Organisation = "org_a"
	orgB      id.Organisation = "org_b"
	siteOne   id.Site         = "site_one"
	siteTwo   id.Site         = "site_two"
	reporting                 = casefile.ForReporting
)

// began is the day on which every history of the tests begins; the days of the
// tables count from it.
var began = calendar.Date(2026, 1, 1)

// always is the period of starts of most tests.
var always = calendar.Period{From: began, To: began + 3000}

// history writes the entries of one case.
type history struct {
	caseID  id.Case
	entries []casefile.Entry
}

// open begins the history of a case under way, with consents for the purposes.
func open(caseID id.Case, org id.Organisation, consents ...casefile.Purpose) *history {
	h := &history{caseID: caseID}
	h.on(0, casefile.Opened{Population: casefile.AtRisk, Consents: consents})
	h.entries[0].Organisation = org
	return h.on(0, casefile.Accepted{})
}

// on writes an entry of a day, counted from the beginning.
func (h *history) on(day int, data casefile.Data) *history {
	on := began + calendar.Day(day)
	h.entries = append(h.entries, casefile.Entry{
		CaseID: h.caseID, Version: len(h.entries) + 1, On: on, At: on.Start(), By: "worker_1", Data: data,
	})
	return h
}

// reverse takes the last entry out of the fold.
func (h *history) reverse(day int) *history {
	return h.on(day, casefile.Reversed{Version: len(h.entries), Reason: "wrong case"})
}

func (h *history) fold(t testing.TB) *casefile.Case {
	t.Helper()
	c, err := casefile.Fold(h.caseID, h.entries)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// alone makes a person of one case.
func (h *history) alone(t testing.TB) cohort.Person {
	c := h.fold(t)
	return cohort.Person{{Of: c, Survivor: c}}
}

// merged makes a person of several cases; the last one survives.
func merged(t testing.TB, histories ...*history) cohort.Person {
	survivor := histories[len(histories)-1].fold(t)
	var p cohort.Person
	for _, h := range histories[:len(histories)-1] {
		p = append(p, cohort.Record{Of: h.fold(t), Survivor: survivor})
	}
	return append(p, cohort.Record{Of: survivor, Survivor: survivor})
}

func people(all ...cohort.Person) func(func(cohort.Person) bool) { return slices.Values(all) }

// The entries of the tests.

func started(evidence employment.Evidence) casefile.Data {
	return employment.Started{EmployerName: "Workshop", Occupation: "Tailor", Type: employment.FullTime, Evidence: evidence}
}

func separated(reason employment.Reason) casefile.Data { return employment.Ended{Reason: reason} }

func checked(point employment.Point, employed bool) casefile.Data {
	return employment.RetentionChecked{Point: point, Employed: employed}
}

func admitted() casefile.Data { return shelter.Admitted{SiteID: siteOne} }

func left() casefile.Data { return shelter.Left{Destination: shelter.Family} }

func returned() casefile.Data { return reintegration.Returned{LivingWith: reintegration.Parents} }

func reached(code track.Code) casefile.Data { return casefile.MilestoneRecorded{Code: code} }

func registered() casefile.Data { return career.Registered{SiteID: siteOne} }

// contact is a follow-up at any time that reached her.
func contact() casefile.Data {
	return followup.Recorded{Point: track.Unscheduled, Method: followup.Phone, ContactMade: true}
}

func followedUp(point track.FollowUpPoint, safe bool) casefile.Data {
	return followup.Recorded{Point: point, Method: followup.Phone, ContactMade: true, Safe: &safe, HasIncome: &safe}
}

func award() casefile.Data {
	return scholarship.Award{Class: scholarship.Women, Level: scholarship.Bachelor, School: "School"}
}

func endedWith(ending scholarship.Ending) casefile.Data { return scholarship.End{Ending: ending} }

func term(name string, attendance scholarship.Attendance) casefile.Data {
	return scholarship.TermCheck{Term: sealed.Text(name), Attendance: attendance}
}

func consented(decision casefile.Decision) casefile.Data {
	return casefile.ConsentRecorded{Purpose: reporting, Decision: decision}
}

// contactless is a follow-up that did not reach her.
func contactless() casefile.Data {
	return followup.Recorded{Point: track.Unscheduled, Method: followup.Phone}
}
