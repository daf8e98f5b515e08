package graph_test

import (
	"strings"
	"testing"

	"onward/graph"
)

// TestCost proves that a reply says what its request costs: an answer, a refusal for its
// cost and for another reason, and each event of a subscription.
func TestCost(t *testing.T) {
	w := newWorld(t)
	handler := graph.Handler(w.resolver(), graph.Options{Log: quiet})
	for _, c := range []struct{ document, variables, cost string }{
		{`{ viewer { role } }`, ``, `{"requested":1,"limit":5000,"remaining":`},
		{`query ($n: Int) { cases(first: $n) { nodes { id tracks { kind } } } }`, `{"n": 3}`, `{"requested":22,"limit":5000,"remaining":`},
		{`query ($n: Int) { cases(first: $n) { nodes { id tracks { kind } } } }`, `{"n": null}`, `{"requested":141,"limit":5000,"remaining":`},
		{`query ($n: Int) { cases(first: $n) { nodes { id tracks { kind } } } }`, `{"n": 101}`, `{"requested":701,"limit":5000,"remaining":`},
		{`{ cases(first: 100) { nodes { tracks { milestones { code } } } } }`, ``, `{"requested":6701,"limit":5000,"remaining":`},
		{`{ cases(filter: {dueBefore: "x"}) { totalCount } }`, ``, `{"requested":1,"limit":5000,"remaining":`},
		{`{ impact(input: {from: "2026-01-01", to: "2026-03-31"}) { digest } }`, ``, `{"requested":201,"limit":5000,"remaining":`},
		{`query ($i: [ID!]!) { nodes(ids: $i) { id ... on Case { tracks { kind } } } }`, `{"i": ["a", "b", "c"]}`, `{"requested":21,"limit":5000,"remaining":`},
		{`mutation { runJob(input: {requestId: "r", name: "x", asOf: "2026-01-01"}) { run { outcome } } }`, ``, `{"requested":1012,"limit":5000,"remaining":`},
		{`mutation { recordService(input: {requestId: "r", caseId: "x", service: "x"}) { entry { id } } }`, ``, `{"requested":12,"limit":5000,"remaining":`},
	} {
		for range 2 { // the second time, the document is known
			if _, reply := w.attack(handler, hostileDocument("", c.document, c.variables)); !strings.Contains(reply, `,"extensions":{"cost":`+c.cost) {
				t.Errorf("%s with %s: %s", c.document, c.variables, reply)
			}
		}
	}
	socket := w.socket("Bearer " + w.tokens["CAREER_ADVISOR"])
	socket.subscribe("1", caseChanged, w.fill(`{"id": "{{case.active}}"}`))
	socket.placed()
	w.change("SUPERVISOR", "one", "active")
	if event, err := socket.hear(); err != nil || !strings.Contains(string(event.Payload), `,"extensions":{"cost":{"requested":1,"limit":5000,"remaining":`) {
		t.Errorf("an event: %s %v", event.Payload, err)
	}
	if _, reply := w.attack(handler, hostileDocument("", `{`, ``)); strings.Contains(reply, "cost") {
		t.Errorf("what cannot be read costs something: %s", reply)
	}
}
