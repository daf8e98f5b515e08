package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"onward/graph"
	"onward/services/directory"
)

// casesOf is a document as a partner's application has it registered.
const casesOf = `query CasesOf($first: Int) { cases(first: $first) { totalCount nodes { id code birthYear status } } }`

// registerDocument registers a document as the administrator of the first organisation does.
func (w *world) registerDocument(requestID, text string) (documentID, id string) {
	w.t.Helper()
	input, err := json.Marshal(map[string]string{"requestId": requestID, "text": text})
	w.must(err)
	var answer struct {
		Data struct {
			RegisterDocument struct {
				Document struct{ ID, DocumentID string }
			}
		}
	}
	body := w.administer("registerDocument", "document { id documentId }", string(input))
	w.must(json.Unmarshal(body, &answer))
	if answer.Data.RegisterDocument.Document.ID == "" {
		w.t.Fatalf("%s", body)
	}
	return answer.Data.RegisterDocument.Document.DocumentID, answer.Data.RegisterDocument.Document.ID
}

// wantCode compares the code of an answer's first error; "" is none.
func wantCode(t *testing.T, what string, body []byte, code string) {
	t.Helper()
	var answer struct {
		Errors []struct{ Extensions struct{ Code string } }
		Data   json.RawMessage
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%s: %s", what, body)
	}
	got := ""
	if len(answer.Errors) > 0 {
		got = answer.Errors[0].Extensions.Code
	}
	if got != code || code == "" && string(answer.Data) == "null" {
		t.Errorf("%s: %s, want the code %q", what, body, code)
	}
}

// sendMembers sends the members of a request as they are.
func (w *world) sendMembers(role string, members map[string]any) []byte {
	w.t.Helper()
	text, err := json.Marshal(members)
	w.must(err)
	req, err := http.NewRequest(http.MethodPost, w.server.URL, strings.NewReader(string(text)))
	w.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+w.tokens[role])
	_, answer := w.send(w.server.URL, req)
	return []byte(answer)
}

// TestTrustedDocuments proves that a partner's application, and a worker whose account
// is not let query ad hoc, send what their organisation has registered and nothing
// else: by its documentId or whole, until it is retired, from the next request on.
func TestTrustedDocuments(t *testing.T) {
	w := newWorld(t)
	foreign := directory.RegisterDocumentInput{RequestID: "foreign", Text: `query Who { viewer { role } }`}
	_, err := w.dir.RegisterDocument(t.Context(), riverAdmin, noon, foreign, graph.InspectDocument)
	w.must(err)
	whole := map[string]any{"query": casesOf, "variables": map[string]any{"first": 2}}
	for _, role := range []string{"PARTNER_APP", "SHELTER_STAFF"} {
		if role == "SHELTER_STAFF" {
			wantCode(t, "staff who may", w.sendMembers(role, whole), "")
			w.administer("updateWorker", "worker { queriesAdHoc }", `{"requestId": "u", "workerId": "worker_SHELTER_STAFF", "queriesAdHoc": false}`)
		}
		wantCode(t, role+", not registered", w.sendMembers(role, whole), "FORBIDDEN")
		documentID, id := w.registerDocument("register-"+role, casesOf)
		byID := map[string]any{"documentId": documentID, "variables": map[string]any{"first": 2}}
		one, other := withoutCost(w.sendMembers(role, whole)), withoutCost(w.sendMembers(role, byID))
		wantCode(t, role+", registered", one, "")
		if string(one) != string(other) {
			t.Errorf("%s: whole %s\nby id %s", role, one, other)
		}
		wantCode(t, "one byte more", w.sendMembers(role, map[string]any{"query": casesOf + " "}), "FORBIDDEN")
		wantCode(t, "another organisation's", w.sendMembers(role, map[string]any{"query": foreign.Text}), "FORBIDDEN")
		wantCode(t, "another organisation's, by id", w.sendMembers(role, map[string]any{"documentId": "sha256:" + directory.DigestOf(foreign.Text)}), "NOT_FOUND")
		wantCode(t, "without what the digest is", w.sendMembers(role, map[string]any{"documentId": directory.DigestOf(casesOf)}), "NOT_FOUND")
		wantCode(t, "unknown", w.sendMembers(role, map[string]any{"documentId": "sha256:00"}), "NOT_FOUND")
		wantCode(t, "both", w.sendMembers(role, map[string]any{"documentId": documentID, "query": casesOf}), "INVALID")
		wantCode(t, "variables of another type", w.sendMembers(role, map[string]any{"documentId": documentID, "variables": map[string]any{"first": "two"}}), "INVALID")

		w.administer("retireDocument", "document { retiredAt }", fmt.Sprintf(`{"requestId": "retire-%s", "documentId": %q}`, role, id))
		wantCode(t, role+", retired", w.sendMembers(role, whole), "FORBIDDEN")
		wantCode(t, role+", retired, by id", w.sendMembers(role, byID), "NOT_FOUND")
	}
	wantCode(t, "who may query ad hoc by id, in the other organisation", w.sendMembers("OTHER_SUPERVISOR", map[string]any{"documentId": "sha256:" + directory.DigestOf(foreign.Text)}), "")
}

// TestTrustedSubscription proves that a subscription can be registered and begun by
// its documentId, and that what is not registered cannot.
func TestTrustedSubscription(t *testing.T) {
	w := newWorld(t)
	const text = `subscription Told($id: ID!) { caseChanged(id: $id) { id version } }`
	documentID, _ := w.registerDocument("r", text)
	for payload, want := range map[string]string{
		`{"documentId": "` + documentID + `", "variables": {"id": "{{case.active}}"}}`:   "next",
		`{"query": "subscription Told { caseChanged(id: \"{{case.active}}\") { id } }"}`: "error",
	} {
		s := w.socket("Bearer " + w.tokens["PARTNER_APP"])
		s.say(`{"id": "1", "type": "subscribe", "payload": ` + w.fill(payload) + `}`)
		if want == "next" {
			s.say(`{"type": "ping"}`)
			s.placed()
			w.change("SUPERVISOR", "one", "active")
		}
		if h, err := s.hear(); err != nil || h.Type != want {
			t.Errorf("%s: %+v %v", payload, h, err)
		}
	}
}

// TestDocumentsEndBetweenEvents proves that a subscription ends, before it tells of what
// happens afterwards, when its document is retired, and when its worker may not query ad
// hoc any more.
func TestDocumentsEndBetweenEvents(t *testing.T) {
	const text = `subscription Told($id: ID!) { caseChanged(id: $id) { id version } }`
	for code, c := range map[string]struct{ member, operation, selection, input string }{
		"NOT_FOUND": {"documentId", "retireDocument", "document { id }", `{"requestId": "end", "documentId": %q}`},
		"FORBIDDEN": {"query", "updateWorker", "worker { id }", `{"requestId": "end", "workerId": "worker_SHELTER_STAFF", "queriesAdHoc": false}`},
	} {
		w := newWorld(t)
		sent, input := text, c.input
		if c.member == "documentId" {
			documentID, id := w.registerDocument("r", text)
			sent, input = documentID, fmt.Sprintf(c.input, id)
		}
		s := w.socket("Bearer " + w.tokens["SHELTER_STAFF"])
		s.say(w.fill(fmt.Sprintf(`{"id": "1", "type": "subscribe", "payload": {%q: %q, "variables": {"id": "{{case.active}}"}}}`, c.member, sent)))
		s.say(`{"type": "ping"}`)
		s.placed()
		w.administer(c.operation, c.selection, input)
		w.change("SUPERVISOR", "one", "active")
		if h, err := s.hear(); err != nil || h.Type != "error" || !strings.Contains(string(h.Payload), code) {
			t.Errorf("%s: %+v %v", code, h, err)
		}
	}
}

// TestInspection proves that a document is registered with what it asks for, and that
// one which could never be sent is refused for its flaw.
func TestInspection(t *testing.T) {
	for text, want := range map[string]string{
		casesOf: `{"name":"CasesOf","kind":"QUERY","cost":101,"classes":["CASE","IDENTITY"]}`,
		`mutation Hold($input: HoldCaseInput!) { holdCase(input: $input) { case { ...State } } } fragment State on Case { status plan { version } }`: `{"name":"Hold","kind":"MUTATION","cost":13,"classes":["CASE","LOCATION"]}`,
	} {
		found, err := graph.InspectDocument(text)
		got, _ := json.Marshal(found)
		if err != nil || string(got) != want {
			t.Errorf("%s\n got %s %v\nwant %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		`query A {`:               "line 1, column 10: The document cannot be read from here on.",
		`query A { nosuchthing }`: `line 1, column 11: Cannot query a field that type "Query" does not have.`,
		`{ viewer { role } }`:     "must have exactly one operation, and that a name",
		`query A { viewer { role } } query B { viewer { role } }`:                          "must have exactly one operation, and that a name",
		`query A { cases(first: 100) { nodes { history(first: 100) { nodes { id } } } } }`: "the request costs",
	} {
		if _, err := graph.InspectDocument(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// TestFlaws proves that a document which was registered under another schema, where it
// was valid, is listed with what is wrong with it now, until it is retired; and that
// the others have no flaw.
func TestFlaws(t *testing.T) {
	w := newWorld(t)
	w.registerDocument("good", casesOf)
	_, bad := w.registerDocument("bad", `query Was { viewer { role } }`)
	anything := func(string) (directory.Inspection, error) { return directory.Inspection{Name: "Gone"}, nil }
	gone := directory.RegisterDocumentInput{RequestID: "gone", Text: `query Gone { cases(first: 1) { nodes { nickname } } }`}
	was, err := w.dir.RegisterDocument(t.Context(), orgAdmin, noon, gone, anything)
	w.must(err)
	flaws := func() (found []string) {
		var answer struct {
			Documents struct {
				Nodes []struct {
					ID   string
					Flaw *string
				}
			}
		}
		w.ask("ORG_ADMIN", `{ documents(first: 100) { nodes { id flaw } } }`, &answer)
		for _, d := range answer.Documents.Nodes {
			if d.Flaw != nil {
				found = append(found, d.ID+" "+*d.Flaw)
			}
		}
		return found
	}
	want := string(was.Document.ID) + ` line 1, column 40: Cannot query a field that type "Case" does not have.`
	if got := flaws(); len(got) != 1 || got[0] != want {
		t.Errorf("flaws: %q, want %q", got, want)
	}
	for _, id := range []string{bad, string(was.Document.ID)} {
		w.administer("retireDocument", "document { retiredAt }", fmt.Sprintf(`{"requestId": "retire-%s", "documentId": %q}`, id, id))
	}
	if got := flaws(); len(got) != 0 {
		t.Errorf("once it is retired: %q", got)
	}
}
