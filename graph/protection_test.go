package graph_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/casefile"
)

// done sends a mutation, and ends the test where it is refused.
func (w *world) done(as, query, variables string) []byte {
	w.t.Helper()
	_, body := w.post(as, query, json.RawMessage(w.fill(variables)))
	if bytes.Contains(body, []byte(`"errors"`)) {
		w.t.Fatalf("as %s: %s", as, body)
	}
	return body
}

const protectCase = `mutation ($input: ProtectCaseInput!) { protectCase(input: $input) { case { id } } }`

// TestProtectedReadsAsAbsent proves that a protected case and one that does not
// exist give the same bytes, for every operation on a case, to all whom it does not
// name.
func TestProtectedReadsAsAbsent(t *testing.T) {
	w := newWorld(t)
	w.done("ORG_ADMIN", `mutation ($input: AssignCaseInput!) { assignCase(input: $input) { case { id } } }`,
		`{"input": {"requestId": "mine", "caseId": "{{case.active}}", "ownerId": "worker_ORG_ADMIN"}}`)
	w.done("ORG_ADMIN", protectCase, `{"input": {"requestId": "protect", "caseId": "{{case.active}}", "workerIds": ["worker_ORG_ADMIN"], "reason": "A threat"}}`)
	readsAsAbsent(t, w, w.names["case.active"], string(access.OrgAdmin))
}

// TestProtectedIsCountedNowhere proves that once a case is sealed, no search, list,
// worklist or filter of those whom it does not name tells of it or counts it, and
// that those whom it names find it as before.
func TestProtectedIsCountedNowhere(t *testing.T) {
	w := newWorld(t)
	sealed := w.names["case.shared"]
	var is struct{ Case struct{ Code string } }
	w.ask("SUPERVISOR", `{ case(id: "`+sealed+`") { code } }`, &is)
	queries := []string{
		`{ cases(first: 100) { totalCount nodes { id } } }`,
		`{ cases(filter: {status: [ACTIVE]}, first: 100) { totalCount nodes { id } } }`,
		`{ cases(filter: {organisation: ["org_LOTUS"]}, orderBy: {field: NEXT_DUE_ON, direction: ASC}, first: 100) { totalCount nodes { id } } }`,
		`{ case(code: "` + is.Case.Code + `") { id } }`,
		`{ case(id: "` + sealed + `") { id } }`,
		`{ node(id: "` + sealed + `") { id } }`,
		`{ worklist(first: 100) { nodes { case { id } referral { caseId } } } }`,
		`{ referrals(first: 100) { totalCount nodes { caseId } } }`,
	}
	count := func(as, query string) int {
		var counted struct{ Cases struct{ TotalCount int } }
		w.ask(as, query, &counted)
		return counted.Cases.TotalCount
	}
	roles := []string{"SHELTER_STAFF", "CAREER_ADVISOR", "SUPERVISOR", "PARTNER_APP", "OTHER_SUPERVISOR"}
	before := map[string]int{}
	for _, as := range roles {
		for _, query := range queries[:2] {
			before[as+query] = count(as, query)
		}
	}
	seen := func(as, query string) bool {
		_, body := w.post(as, query, nil)
		return bytes.Contains(body, []byte(sealed))
	}
	if !seen("SHELTER_STAFF", queries[0]) || !seen("OTHER_SUPERVISOR", queries[4]) {
		t.Fatal("the case is not seen before it is sealed")
	}
	answer := w.done("SUPERVISOR", `mutation ($input: SealCaseInput!) { sealCase(input: $input) { on } }`, `{"input": {"requestId": "seal", "caseId": "`+sealed+`"}}`)
	again := w.done("SUPERVISOR", `mutation ($input: SealCaseInput!) { sealCase(input: $input) { on } }`, `{"input": {"requestId": "seal", "caseId": "`+sealed+`"}}`)
	if !bytes.Equal(answer, again) || !strings.Contains(string(answer), `"on":"2026-03-02"`) {
		t.Errorf("sealed %s, and again %s", answer, again)
	}
	for _, as := range roles {
		for _, query := range queries {
			if seen(as, query) {
				t.Errorf("%s finds the sealed case: %s", as, query)
			}
		}
		for _, query := range queries[:2] {
			saw := as != "PARTNER_APP" && as != "OTHER_SUPERVISOR"
			if got, was := count(as, query), before[as+query]; saw && got != was-1 {
				t.Errorf("%s counted %v, and %v with the sealed case: %s", as, got, was, query)
			}
		}
	}
	for _, query := range queries[:6] {
		if !seen("ORG_ADMIN", query) {
			t.Errorf("ORG_ADMIN does not find the sealed case: %s", query)
		}
	}
}

// TestBrokenGlass proves that a broken glass lets its worker read for an hour what
// is wrong, not where she is; that nobody else reads more; that the supervisor finds
// it in her worklist and says whether it was right; and that it cannot be taken back.
func TestBrokenGlass(t *testing.T) {
	w := newWorld(t)
	caseID := w.names["case.active"]
	classes := func(as string) string {
		_, body := w.post(as, `{ case(id: "`+caseID+`") { access { classes } } }`, nil)
		return string(body)
	}
	others := classes("SCHOLARSHIP_OFFICER")
	if strings.Contains(classes("CAREER_ADVISOR"), "NOTES") {
		t.Fatal("a career advisor reads notes of a case that is not hers")
	}
	w.done("CAREER_ADVISOR", `mutation ($input: BreakGlassInput!) { breakGlass(input: $input) { case { id } } }`,
		`{"input": {"requestId": "glass", "caseId": "`+caseID+`", "reason": "She has fainted"}}`)
	if got := classes("CAREER_ADVISOR"); !strings.Contains(got, "NOTES") || !strings.Contains(got, "TRAFFICKING") {
		t.Errorf("after breaking the glass: %s", got)
	}
	if got := classes("SCHOLARSHIP_OFFICER"); got != others {
		t.Errorf("another worker reads %s since, and %s before", got, others)
	}
	_, list := w.post("SUPERVISOR", `{ worklist(first: 100) { nodes { case { id } rule dueOn explanation { text(locale: EN) } } } }`, nil)
	if !bytes.Contains(list, []byte("In an emergency, somebody read on 2026-03-02")) {
		t.Errorf("the supervisor is not told: %s", list)
	}
	var is struct {
		Case struct {
			History struct{ Nodes []struct{ ID, Kind string } }
		}
	}
	w.ask("SUPERVISOR", `{ case(id: "`+caseID+`") { history(first: 100) { nodes { id kind } } } }`, &is)
	last := is.Case.History.Nodes[len(is.Case.History.Nodes)-1]
	_, body := w.post("SUPERVISOR", `mutation ($input: ReverseEntryInput!) { reverseEntry(input: $input) { case { id } } }`,
		json.RawMessage(`{"input": {"requestId": "back", "caseId": "`+caseID+`", "entryId": "`+last.ID+`", "reason": "x"}}`))
	if last.Kind != (casefile.GlassBroken{}).Kind() || !bytes.Contains(body, []byte("is not taken back")) {
		t.Errorf("the last entry is %s, and is reversed with %s", last.Kind, body)
	}
	w.now = noon.Add(casefile.GlassTime - time.Second)
	if got := classes("CAREER_ADVISOR"); !strings.Contains(got, "NOTES") {
		t.Errorf("within the hour: %s", got)
	}
	w.now = noon.Add(casefile.GlassTime)
	if got := classes("CAREER_ADVISOR"); strings.Contains(got, "NOTES") {
		t.Errorf("after the hour: %s", got)
	}
}
