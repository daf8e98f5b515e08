package graph_test

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestAssessmentsAreMasked proves that whoever reads a case without its health
// reads none of its assessments, though they are there for others.
func TestAssessmentsAreMasked(t *testing.T) {
	w := newWorld(t)
	_, body := w.post("SUPERVISOR", `mutation ($input: RecordAssessmentInput!) { recordAssessment(input: $input) { entry { id } } }`,
		json.RawMessage(w.fill(`{"input": {"requestId": "r", "caseId": "{{case.active}}", "instrument": "risk-screening", "answers": [
			{"item": "threatened", "option": "YES"}, {"item": "exploiter_near", "option": "YES"}, {"item": "violence_home", "option": "NO"},
			{"item": "testimony", "option": "NOT_APPLICABLE"}, {"item": "debt_bond", "option": "PARTLY"}, {"item": "offer_away", "option": "NO"},
			{"item": "no_income", "option": "YES"}, {"item": "no_papers", "option": "NO"}, {"item": "self_harm", "option": "NO"},
			{"item": "untreated", "option": "NO"}, {"item": "alone", "option": "NO"}]}}`)))
	if bytes.Contains(body, []byte("errors")) {
		t.Fatal(string(body))
	}
	query := w.fill(`{ case(id: "{{case.active}}") { status assessments { composite band recomputed { composite } dimensions { score } } } }`)
	if _, body := w.post("SHELTER_STAFF", query, nil); !bytes.Contains(body, []byte(`"band":"MEDIUM"`)) {
		t.Errorf("shelter staff read %s", body)
	}
	if _, body := w.post("PARTNER_APP", query, nil); !bytes.Contains(body, []byte(`"assessments":null`)) {
		t.Errorf("a partner's machine reads %s", body)
	}
}
