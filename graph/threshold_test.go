package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"onward/services/casefile"
)

// flagsOf returns the flags of a case as a role reads them: rule, state, version
// of the thresholds.
func (w *world) flagsOf(role, name string) string {
	w.t.Helper()
	_, body := w.post(role, `query ($id: ID!) { case(id: $id) { nextDueOn flags { rule state explanation { thresholdDays thresholdsVersion } } } }`, json.RawMessage(w.fill(`{"id": "{{`+name+`}}"}`)))
	var answer struct {
		Data struct {
			Case struct {
				NextDueOn string
				Flags     []struct {
					Rule, State string
					Explanation struct{ ThresholdDays, ThresholdsVersion int }
				}
			}
		}
	}
	w.must(json.Unmarshal(body, &answer))
	lines := []string{"due " + answer.Data.Case.NextDueOn}
	for _, f := range answer.Data.Case.Flags {
		lines = append(lines, fmt.Sprintf("%s %s %d days by version %d", f.Rule, f.State, f.Explanation.ThresholdDays, f.Explanation.ThresholdsVersion))
	}
	return strings.Join(lines, "; ")
}

// scan runs the stall scan as a supervisor and returns what it counted.
func (w *world) scan(request string) string {
	w.t.Helper()
	_, body := w.post("SUPERVISOR", `mutation ($r: ID!) { runJob(input: {requestId: $r, name: "stall-scan", asOf: "2026-03-02"}) { run { outcome counts { name value } } } }`,
		json.RawMessage(`{"r": "`+request+`"}`))
	return string(body)
}

// setThresholds changes thresholds as ORG_ADMIN and returns the version.
func (w *world) setThresholds(request, thresholds string) string {
	w.t.Helper()
	return string(w.administer("setThresholds", "version", `{"requestId": "`+request+`", "reason": "a test", "thresholds": [`+thresholds+`]}`))
}

// TestThresholdsChangeWhatIsFlagged proves the way of a change: an administrator
// sets a threshold, what is due follows at once, the next scan raises and resolves
// flags by it and says why, and flags that stay keep the version under which they
// were raised. The case has been awarded a scholarship 50 days ago and was opened
// 80 days ago, without any contact.
func TestThresholdsChangeWhatIsFlagged(t *testing.T) {
	w := newWorld(t)
	w.scan("first")
	const before = "due 2025-12-26; NEVER_ASSESSED OPEN 14 days by version 0; NO_CONTACT OPEN 30 days by version 0; NO_APPROVED_PLAN OPEN 30 days by version 0; MILESTONE_DWELL OPEN 30 days by version 0"
	if got := w.flagsOf("SCHOLARSHIP_OFFICER", "case.awarded"); got != before {
		t.Fatalf("before: %s", got)
	}

	// Looser: 50 days are not too long any more, and neither are 80 without an assessment.
	if got := w.setThresholds("looser", `{"code": "ENROLMENT_DWELL", "days": 60}, {"code": "FIRST_ASSESSMENT", "days": 80}`); !strings.Contains(got, `"version":1`) {
		t.Fatal(got)
	}
	want := strings.Replace(before, "due 2025-12-26", "due 2026-01-11", 1)
	if got := w.flagsOf("SCHOLARSHIP_OFFICER", "case.awarded"); got != want {
		t.Errorf("looser, before a scan: %s", got)
	}
	if got := w.scan("second"); !strings.Contains(got, `{"name":"raised","value":0}`) || strings.Contains(got, `{"name":"resolved","value":0}`) {
		t.Errorf("looser: %s", got)
	}
	want = "due 2026-01-11; NEVER_ASSESSED RESOLVED 14 days by version 0; NO_CONTACT OPEN 30 days by version 0; NO_APPROVED_PLAN OPEN 30 days by version 0; MILESTONE_DWELL RESOLVED 30 days by version 0"
	if got := w.flagsOf("SCHOLARSHIP_OFFICER", "case.awarded"); got != want {
		t.Errorf("looser: %s", got)
	}
	_, history := w.post("SUPERVISOR", `query ($id: ID!) { case(id: $id) { history(last: 2) { nodes { summary } } } }`, json.RawMessage(w.fill(`{"id": "{{case.awarded}}"}`)))
	if !strings.Contains(string(history), "Flag resolved: the day on which it is due has moved to 2026-03-02") || !strings.Contains(string(history), "has moved to 2026-03-12") {
		t.Errorf("the history: %s", history)
	}
	if got := w.scan("third"); !strings.Contains(got, `{"name":"checked","value":0}`) {
		t.Errorf("nothing is left to scan: %s", got)
	}

	// Tighter, for the time to enrol; the other one goes back to its default.
	if got := w.setThresholds("tighter", `{"code": "ENROLMENT_DWELL", "days": 49}, {"code": "FIRST_ASSESSMENT", "days": null}, {"code": "CONTACT_MEDIUM_RISK", "days": 29}`); !strings.Contains(got, `"version":2`) {
		t.Fatal(got)
	}
	w.scan("fourth")
	want = "due 2025-12-26; NEVER_ASSESSED REOPENED 14 days by version 2; NO_CONTACT OPEN 30 days by version 0; NO_APPROVED_PLAN OPEN 30 days by version 0; MILESTONE_DWELL REOPENED 49 days by version 2"
	if got := w.flagsOf("SCHOLARSHIP_OFFICER", "case.awarded"); got != want {
		t.Errorf("tighter: %s", got)
	}
}

// TestThresholdsBelongToAnOrganisation proves that an organisation's thresholds
// and their history are neither shown to another one nor change what is due on its
// cases.
func TestThresholdsBelongToAnOrganisation(t *testing.T) {
	w := newWorld(t)
	const seen = `{ stallRules { code thresholds { code days } } thresholds { version history { totalCount nodes { reason by { name } changes { code was is } } } } }`
	ask := func(role string) string {
		_, body := w.post(role, seen, nil)
		return string(body)
	}
	foreign, own := ask("OTHER_SUPERVISOR"), ask("SHELTER_STAFF")
	due := w.flagsOf("OTHER_SUPERVISOR", "case.foreign")
	if got := w.setThresholds("one", `{"code": "FIRST_ASSESSMENT", "days": 77}`); !strings.Contains(got, `"version":1`) {
		t.Fatal(got)
	}
	if got := ask("OTHER_SUPERVISOR"); got != foreign {
		t.Errorf("the other organisation sees %s, and saw %s", got, foreign)
	}
	if got := w.flagsOf("OTHER_SUPERVISOR", "case.foreign"); got != due {
		t.Errorf("the other organisation's case: %s, and was %s", got, due)
	}
	got := ask("SHELTER_STAFF")
	for _, part := range []string{`{"code":"FIRST_ASSESSMENT","days":77}`, `"version":1`, `"totalCount":1`, `"reason":"a test"`, `"by":{"name":"Lotus ORG_ADMIN"}`, `{"code":"FIRST_ASSESSMENT","was":null,"is":77}`} {
		if !strings.Contains(got, part) || strings.Contains(own, part) {
			t.Errorf("%s: now %s, before %s", part, got, own)
		}
	}
	// What a simulation of the other organisation counts is its own cases by its own thresholds.
	const simulate = `{ simulateThresholds(input: {thresholds: [{code: FIRST_ASSESSMENT, days: 1}]}) { caseCount cases { id organisation { id } } rules { rule today { now then } } } }`
	_, body := w.post("OTHER_SUPERVISOR", simulate, nil)
	if strings.Contains(string(body), "org_LOTUS") || !strings.Contains(string(body), `{"rule":"NEVER_ASSESSED","today":{"now":1,"then":2}}`) {
		t.Errorf("%s", body)
	}
}

// TestSimulationForeseesTheScan proves that what a simulation says would be
// flagged today is what is flagged once the thresholds are set and a scan has run,
// and that the cases which it names are those.
func TestSimulationForeseesTheScan(t *testing.T) {
	w := newWorld(t)
	w.scan("first")
	const thresholds = `{"code": "CONTACT_MEDIUM_RISK", "days": 16}, {"code": "CONTACT_HIGH_RISK", "days": 7}, {"code": "JOB_DWELL", "days": 150}`
	ask := func() (now, then, added, removed int, cases []string) {
		_, body := w.post("SUPERVISOR", `query ($i: SimulateThresholdsInput!) { simulateThresholds(input: $i) { rules { rule today { now then added removed } } cases { id } } }`,
			json.RawMessage(`{"i": {"thresholds": [`+thresholds+`]}}`))
		var answer struct {
			Data struct {
				SimulateThresholds struct {
					Rules []struct {
						Today struct{ Now, Then, Added, Removed int }
					}
					Cases []struct{ ID string }
				}
			}
		}
		w.must(json.Unmarshal(body, &answer))
		for _, r := range answer.Data.SimulateThresholds.Rules {
			now, then, added, removed = now+r.Today.Now, then+r.Today.Then, added+r.Today.Added, removed+r.Today.Removed
		}
		for _, c := range answer.Data.SimulateThresholds.Cases {
			cases = append(cases, c.ID)
		}
		return now, then, added, removed, cases
	}
	now, then, added, removed, cases := ask()
	if added == 0 || removed == 0 || len(cases) == 0 {
		t.Fatalf("%d now, %d then, %d added, %d removed, cases %v", now, then, added, removed, cases)
	}
	live := func() (n int) {
		for c := range w.register.Snapshot().Of(lotus) {
			for _, f := range c.Flags {
				if f.Live() && c.Status != casefile.OnHold { // a hold leaves flags as they are, and nothing is overdue
					n++
				}
			}
		}
		return n
	}
	if got := live(); got != now {
		t.Fatalf("%d live flags, the simulation says %d now", got, now)
	}
	flagged := map[string]bool{}
	before := w.register.Snapshot()
	w.setThresholds("set", thresholds)
	w.scan("second")
	if got := live(); got != then {
		t.Errorf("%d live flags, the simulation said %d", got, then)
	}
	for c := range w.register.Snapshot().Of(lotus) {
		was, _ := before.Case(c.ID)
		flagged[string(c.ID)] = len(c.Flags) > len(was.Flags)
	}
	for _, c := range cases {
		if !flagged[c] {
			t.Errorf("%s has no new flag", c)
		}
		delete(flagged, c)
	}
	for c, more := range flagged {
		if more {
			t.Errorf("%s has a new flag, and the simulation did not name it", c)
		}
	}
	if now, then, added, removed, _ := ask(); now != then || added+removed != 0 {
		t.Errorf("after the change: %d now, %d then, %d added, %d removed", now, then, added, removed)
	}
}
