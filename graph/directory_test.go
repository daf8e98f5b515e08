package graph_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"onward/graph"
)

const whoAmI = `{ viewer { worker { id } } }`

// administer sends a mutation of the directory as ORG_ADMIN and returns the
// answer.
func (w *world) administer(operation, selection, input string) []byte {
	w.t.Helper()
	name := strings.ToUpper(operation[:1]) + operation[1:]
	_, body := w.post("ORG_ADMIN", `mutation ($input: `+name+`Input!) { `+operation+`(input: $input) { `+selection+` } }`, json.RawMessage(`{"input": `+w.fill(input)+`}`))
	return body
}

// TestEndedWorkerIsRefused proves that a worker who is ended while the server
// runs is refused on the very next request, with the token that was good before,
// and that the colleagues are not.
func TestEndedWorkerIsRefused(t *testing.T) {
	w := newWorld(t)
	if status, body := w.post("SHELTER_STAFF", whoAmI, nil); status != http.StatusOK {
		t.Fatalf("before: %d %s", status, body)
	}
	if body := w.administer("endWorker", "worker { active }", `{"requestId": "r", "workerId": "worker_SHELTER_STAFF", "reason": "moved"}`); !bytes.Contains(body, []byte(`"active":false`)) {
		t.Fatalf("%s", body)
	}
	if status, body := w.post("SHELTER_STAFF", whoAmI, nil); status != http.StatusUnauthorized || !bytes.Contains(body, []byte("UNAUTHENTICATED")) {
		t.Errorf("after: %d %s", status, body)
	}
	if status, _ := w.post("CAREER_ADVISOR", whoAmI, nil); status != http.StatusOK {
		t.Errorf("a colleague: %d", status)
	}
}

// TestTokenIsShownOnce proves that a token that is issued through the API is good
// until it is revoked, that the same request does not show it again, and that it
// stands in no log.
func TestTokenIsShownOnce(t *testing.T) {
	w := newWorld(t)
	var logged bytes.Buffer
	log := debugLog(&logged)
	w.server = httptest.NewServer(graph.Handler(w.resolver(), graph.Options{Log: log}))
	defer w.server.Close()
	var added struct {
		Data struct {
			AddWorker struct{ Worker struct{ ID string } }
		}
	}
	w.must(json.Unmarshal(w.administer("addWorker", "worker { id }", `{"requestId": "a", "name": "App (invented)", "role": "PARTNER_APP"}`), &added))
	input := `{"requestId": "b", "workerId": "` + added.Data.AddWorker.Worker.ID + `"}`
	var issued struct {
		Data struct{ IssueToken struct{ Token string } }
	}
	w.must(json.Unmarshal(w.administer("issueToken", "token", input), &issued))
	token := issued.Data.IssueToken.Token
	w.tokens["APP"] = token
	if status, body := w.post("APP", whoAmI, nil); status != http.StatusOK || !strings.HasPrefix(token, "onward_") {
		t.Fatalf("with the new token: %d %s", status, body)
	}
	if again := w.administer("issueToken", "token", input); !bytes.Contains(again, []byte("CONFLICT")) || bytes.Contains(again, []byte("onward_")) {
		t.Errorf("the same request: %s", again)
	}
	if body := w.administer("revokeTokens", "worker { active }", strings.Replace(input, `"b"`, `"c"`, 1)); !bytes.Contains(body, []byte(`"active":true`)) {
		t.Errorf("%s", body)
	}
	if status, _ := w.post("APP", whoAmI, nil); status != http.StatusUnauthorized {
		t.Errorf("after the revocation: %d", status)
	}
	if logged.Len() == 0 || strings.Contains(logged.String(), token) {
		t.Errorf("the log: %s", &logged)
	}
}

// TestHandOver proves that the open cases of a worker who ends go to the
// successor, once each, and that the same request, sent again, gets the same
// answer.
func TestHandOver(t *testing.T) {
	w := newWorld(t)
	const input = `{"requestId": "r", "workerId": "worker_SUPERVISOR", "reason": "moved", "successorId": "worker_CAREER_ADVISOR"}`
	first := w.administer("endWorker", "openCases reassigned", input)
	if !bytes.Contains(first, []byte(`{"openCases":16,"reassigned":16}`)) {
		t.Fatalf("%s", first)
	}
	if again := w.administer("endWorker", "openCases reassigned", input); !bytes.Equal(again, first) {
		t.Errorf("again: %s", again)
	}
	if next := w.administer("endWorker", "openCases reassigned", strings.Replace(input, `"r"`, `"s"`, 1)); !bytes.Contains(next, []byte(`{"openCases":0,"reassigned":0}`)) {
		t.Errorf("another request: %s", next)
	}
	for name, owner := range map[string]string{"active": "worker_CAREER_ADVISOR", "closed": "worker_SUPERVISOR"} {
		_, body := w.post("ORG_ADMIN", `query ($id: ID!) { case(id: $id) { owner { id } history(last: 20) { nodes { kind } } } }`, json.RawMessage(w.fill(`{"id": "{{case.`+name+`}}"}`)))
		if !bytes.Contains(body, []byte(owner)) || bytes.Count(body, []byte("case.assigned")) > 1 {
			t.Errorf("%s: %s", name, body)
		}
	}
}

// TestWithoutSuccessor proves that the answer says how many open cases are left
// with nobody to see to them, and that they stay as they are.
func TestWithoutSuccessor(t *testing.T) {
	w := newWorld(t)
	body := w.administer("endWorker", "openCases reassigned", `{"requestId": "r", "workerId": "worker_SUPERVISOR", "reason": "moved"}`)
	if !bytes.Contains(body, []byte(`{"openCases":16,"reassigned":0}`)) {
		t.Errorf("%s", body)
	}
}

// TestEndedThingsAreNotUsedAnew proves that nobody is registered or assigned at a
// site that has ended, or placed with an employer that has; and that a shelter
// can be ended once the last person has left.
func TestEndedThingsAreNotUsedAnew(t *testing.T) {
	w := newWorld(t)
	w.administer("endSite", "site { id }", `{"requestId": "a", "siteId": "site_CAREER"}`)
	w.administer("endEmployer", "employer { id }", `{"requestId": "b", "employerId": "employer_SILK"}`)
	for operation, test := range map[string]struct{ input, field string }{
		"registerAtCareerCentre": {`{"requestId": "c", "caseId": "{{case.active}}", "siteId": "site_CAREER"}`, "siteId"},
		"assignCase":             {`{"requestId": "d", "caseId": "{{case.active}}", "siteId": "site_CAREER"}`, "siteId"},
		"logPlacement":           {`{"requestId": "e", "caseId": "{{case.ready}}", "employerId": "employer_SILK", "occupation": "weaver", "type": "FULL_TIME", "startedOn": "2026-02-20"}`, "employerId"},
	} {
		body := w.administer(operation, "entry { id }", test.input)
		if !bytes.Contains(body, []byte(`"path":"`+test.field+`"`)) || !bytes.Contains(body, []byte("out of use")) {
			t.Errorf("%s: %s", operation, body)
		}
	}
	const end = `{"requestId": "f", "siteId": "site_SHELTER"}`
	if body := w.administer("endSite", "site { activeTo }", end); !bytes.Contains(body, []byte("leaveShelter")) {
		t.Errorf("with somebody in it: %s", body)
	}
	w.administer("leaveShelter", "entry { id }", `{"requestId": "g", "caseId": "{{case.sheltered}}", "destination": "FAMILY"}`)
	if body := w.administer("endSite", "site { activeTo }", end); !bytes.Contains(body, []byte(`"activeTo":"2026-03-02"`)) {
		t.Errorf("empty: %s", body)
	}
	if body := w.administer("admitToShelter", "entry { id }", `{"requestId": "h", "caseId": "{{case.active}}", "siteId": "site_SHELTER"}`); !bytes.Contains(body, []byte("out of use")) {
		t.Errorf("admitted: %s", body)
	}
}
