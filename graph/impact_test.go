package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"onward/services/casework"
	"onward/services/outcome"
)

// figures asks for the figures of two quarters by province, as they were known at
// an instant, or now where none is given.
func (w *world) figures(at string) string {
	w.t.Helper()
	_, body := w.post("SUPERVISOR", `query ($at: DateTime) { impact(input: {from: "2025-10-01", to: "2026-03-31", asKnownAt: $at, organisation: "org_LOTUS", groupBy: PROVINCE, indicators: [CAREER_CENTRE_SERVED, NETWORKS, YOUTH_CLUBS]}) {
		digest rows { indicator { code } group { value } value } } }`, json.RawMessage(at))
	return string(body)
}

// wantVerified proves that the kept reports are counted again as they were known.
func (w *world) wantVerified() {
	w.t.Helper()
	kept, err := outcome.NewRollUps(w.store).List(context.Background())
	w.must(err)
	v, err := casework.Verify(context.Background(), w.store, w.dir, kept)
	if err != nil || len(kept) != 2 || len(v.Differences) > 0 {
		w.t.Errorf("%d reports, %+v, %v", len(kept), v, err)
	}
}

// TestImpactKnowsThePlacesOfThatDay proves that figures as they were known at an
// instant, and reports that were kept, are counted with the sites and the networks
// of then: one site moves, one network is added and one ends.
func TestImpactKnowsThePlacesOfThatDay(t *testing.T) {
	w := newWorld(t)
	const then, noParticularTime = `{"at": "2026-03-02T05:00:00Z"}`, `{}`
	first := w.figures(noParticularTime)
	if !strings.Contains(first, `{"indicator":{"code":"CAREER_CENTRE_SERVED"},"group":[{"value":"KH-8"}],"value":1}`) {
		t.Fatalf("before: %s", first)
	}
	w.rollUp("first")
	w.now = noon.Add(time.Hour)
	for operation, input := range map[string]string{
		"updateSite site { id }":       `{"requestId": "a", "siteId": "site_CAREER", "province": "KH-3"}`,
		"addNetwork network { id }":    `{"requestId": "b", "kind": "COMMUNITY_NETWORK", "name": "Network two", "province": "KH-9", "activeFrom": "2025-11-01"}`,
		"endNetwork network { id }":    `{"requestId": "c", "networkId": "network_CLUB", "activeTo": "2025-12-01"}`,
		"updateSchool school { name }": `{"requestId": "d", "schoolId": "school_ONE", "name": "School two (invented)"}`,
	} {
		name, selection, _ := strings.Cut(operation, " ")
		if body := w.administer(name, selection, input); bytes.Contains(body, []byte("errors")) {
			t.Fatalf("%s: %s", name, body)
		}
	}
	if got := w.figures(then); got != first {
		t.Errorf("as known before: %s, want %s", got, first)
	}
	now := w.figures(noParticularTime)
	for _, row := range []string{`"CAREER_CENTRE_SERVED"},"group":[{"value":"KH-3"}],"value":1}`, `"NETWORKS"},"group":[{"value":"KH-9"}],"value":1}`} {
		if !strings.Contains(now, row) || strings.Contains(first, row) {
			t.Errorf("now: %s lacks %s", now, row)
		}
	}
	if strings.Contains(now, "YOUTH_CLUBS") || !strings.Contains(first, "YOUTH_CLUBS") {
		t.Errorf("now: %s, before: %s", now, first)
	}
	w.wantVerified() // what was kept before the changes

	w.now = noon.Add(2 * time.Hour)
	w.rollUp("second")
	w.wantVerified() // what was kept after them
	if got := w.figures(`{"at": "2026-03-02T06:30:00Z"}`); got != now {
		t.Errorf("as known since: %s, want %s", got, now)
	}
}

// rollUp runs the roll-up of the world's day.
func (w *world) rollUp(request string) {
	w.t.Helper()
	_, body := w.post("ORG_ADMIN", `mutation ($input: RunJobInput!) { runJob(input: $input) { run { counts { name value } } } }`,
		json.RawMessage(`{"input": {"requestId": "`+request+`", "name": "roll-up", "asOf": "2026-03-02"}}`))
	if !bytes.Contains(body, []byte(`{"name":"revised","value":2}`)) {
		w.t.Fatalf("%s", body)
	}
}
