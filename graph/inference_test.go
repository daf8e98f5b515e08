package graph_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"onward/services/access"
)

// questions are ways to learn of something that one may not read: by filter, order,
// count, cursor, error, subscription of the work on it, and by what stands beside it.
// The version of a case is none of them: it says that something was recorded, and not
// what.
var questions = []string{
	`{ cases(first: 100) { totalCount nodes { id tracks { kind state milestones { code on } } } pageInfo { endCursor hasNextPage } } }`,
	`{ cases(filter: {flagged: true}, first: 100) { totalCount nodes { id } pageInfo { endCursor } } }`,
	`{ cases(filter: {flagged: false}, first: 100) { totalCount nodes { id } } }`,
	`{ cases(filter: {rule: [MILESTONE_DWELL]}, first: 100) { totalCount nodes { id } } }`,
	`{ cases(filter: {severity: [LOW, MEDIUM, HIGH]}, first: 100) { totalCount nodes { id } } }`,
	`{ cases(filter: {trackState: [IN_PROGRESS]}, first: 100) { totalCount nodes { id } } }`,
	`{ cases(filter: {track: [LEGAL]}, first: 100) { totalCount } }`,
	`{ cases(filter: {reached: [REPRESENTED]}, first: 100) { totalCount } }`,
	`{ cases(filter: {notReached: [REFERRED_TO_COURT]}, first: 100) { totalCount } }`,
	`{ cases(filter: {reached: [VERDICT]}, orderBy: {field: OPENED_ON, direction: ASC}, first: 1) { nodes { id } pageInfo { endCursor } } }`,
	`{ case(id: "{{life}}") { matters { id } flags { rule state } tracks { kind state nextDueOn milestones { code entry { kind } } } history(first: 100) { totalCount nodes { kind summary on } } } }`,
	`{ impact(input: {from: "2026-01-01", to: "2026-12-31", organisation: "org_LOTUS", groupBy: [MONTH], indicators: [LEGAL_REPRESENTED, COURT_REFERRED, CONVICTIONS]}) { rows { indicator { code } value suppressed } totals { value } } }`,
	`{ worklist(first: 100) { totalCount nodes { kind rule case { id } } } }`,
	`{ case(id: "{{life}}") { nextDueOn lastContactOn } }`,
	`{ cases(orderBy: {field: NEXT_DUE_ON, direction: ASC}, first: 100) { nodes { id nextDueOn } edges { cursor } } }`,
	`{ cases(orderBy: {field: NEXT_DUE_ON, direction: DESC}, first: 3) { nodes { id nextDueOn } pageInfo { endCursor } } }`,
	`{ cases(filter: {dueBefore: "2026-03-05"}, first: 100) { totalCount nodes { id } } }`,
	`{ impact(input: {from: "2026-01-01", to: "2026-12-31", organisation: "org_LOTUS"}) { digest rows { indicator { code } value base percent suppressed entriesDigest excludedNoConsent } totals { value sumOfGroups } } }`,
	`{ impact(input: {from: "2026-01-01", to: "2026-12-31", organisation: "org_LOTUS", groupBy: [MONTH], indicators: [ASSISTED]}) { digest rows { group { value } value entriesDigest } totals { value sumOfGroups } } }`,
	`{ impact(input: {from: "2026-01-01", to: "2027-12-31", organisation: "org_LOTUS", indicators: [STALL_RATE, FLAG_RESOLUTION_DAYS]}) { digest rows { value base } } }`,
	`{ impact(input: {from: "2026-01-01", to: "2026-12-31", organisation: "org_LOTUS", indicators: [DAYS_BETWEEN], between: {from: REPRESENTED, to: REFERRED_TO_COURT}}) { digest rows { value base } } }`,
	`{ rollUps(first: 10) { nodes { period digest rows { indicator { code } group { value } value suppressed entriesDigest } } } }`,
}

// answers asks all questions as a role.
func (w *world) answers(role string) []string {
	all := make([]string, len(questions))
	for i, q := range questions {
		_, body := w.post(role, w.fill(q), nil)
		if all[i] = string(bytes.TrimSpace(body)); strings.Contains(all[i], `"path":"query"`) {
			w.t.Fatalf("%s: %s", q, body)
		}
	}
	return all
}

// TestLegalMattersAreNotInferred proves that whoever may not read about legal
// matters gets the same answer to every question, to the letter, whether there is a
// matter that has long waited at court or not; and that whoever may, does not.
func TestLegalMattersAreNotInferred(t *testing.T) {
	later := noon.AddDate(0, 0, 400)
	scan := chapter{later.Format(time.DateOnly), "SUPERVISOR", "runJob", `"name": "stall-scan", "asOf": "` + later.Format(time.DateOnly) + `"`, ""}
	ask := func(matter bool) map[string][]string {
		l := &tale{world: newWorld(t)}
		l.live(chapter{"2026-03-02", "SUPERVISOR", "openCase", `"population": "VICTIM_CONFIRMED", "ownerId": "worker_SUPERVISOR", "consents": ["SERVICES", "REPORTING"]`, ""})
		l.live(chapter{"2026-03-02", "SUPERVISOR", "acceptCase", ``, ""})
		l.setThresholds("soon", `{"code": "COURT_DWELL", "days": 1}`) // so that nothing else is due on the case before
		if matter {
			for _, c := range []chapter{
				{"2026-03-02", "LEGAL_OFFICER", "openMatter", `"kind": "CRIMINAL", "subject": "TRAFFICKING", "representedBy": {"name": "Lawyer (invented)"}`, ""},
				{"2026-03-02", "LEGAL_OFFICER", "recordMilestone", `"code": "REFERRED_TO_COURT"`, ""},
				{"2026-03-02", "LEGAL_OFFICER", "openMatter", `"kind": "CIVIL", "subject": "TRAFFICKING", "representedBy": {"name": "Lawyer (invented)"}`, ""},
			} {
				l.live(c)
			}
		}
		l.live(scan)
		l.live(chapter{"2027-04-06", "SUPERVISOR", "runJob", `"name": "roll-up", "asOf": "2026-03-31"`, ""})
		got := map[string][]string{}
		for _, role := range access.Roles {
			got[string(role)] = l.answers(string(role))
		}
		return got
	}
	with, without := ask(true), ask(false)
	readers := map[access.Role]bool{access.LegalOfficer: true, access.Supervisor: true, access.OrgAdmin: true}
	for _, role := range access.Roles {
		differ := 0
		for i, q := range questions {
			a, b := with[string(role)][i], without[string(role)][i]
			if a == b {
				continue
			}
			if differ++; !readers[role] {
				t.Errorf("%s learns of a legal matter from %s\nwith    %s\nwithout %s", role, q, a, b)
			}
		}
		if readers[role] && differ < 14 {
			t.Errorf("%s reads about legal matters, and only %d answers tell of one", role, differ)
		}
		for i, q := range questions {
			if !readers[role] && strings.Contains(q, "reached: [") && !strings.Contains(with[string(role)][i], "FORBIDDEN") && role.WorksOnCases() {
				t.Errorf("%s may ask %s: %s", role, q, with[string(role)][i])
			}
		}
	}
}
