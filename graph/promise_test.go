package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestForeignReadsAsAbsent proves that another organisation's case and a case
// that does not exist give the same bytes, for every operation on a case.
func TestForeignReadsAsAbsent(t *testing.T) {
	w := newWorld(t)
	readsAsAbsent(t, w, w.names["case.foreign"], "")
}

// readsAsAbsent sends every operation on a case that is not there, and the same on
// one that must look like it, as every role but the one that may know of it.
func readsAsAbsent(t *testing.T, w *world, caseID, knows string) {
	t.Helper()
	files, err := filepath.Glob("testdata/*/missing.txt")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d operations: %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		part := map[string]string{}
		for _, f := range txtar.Parse(raw).Files {
			part[f.Name] = strings.TrimSpace(string(f.Data))
		}
		if part["as"] == knows {
			continue
		}
		const absent = "case_0000000000000000000000000A"
		ask := func(caseID string) []byte {
			swap := func(s string) string { return w.fill(strings.ReplaceAll(s, absent, caseID)) }
			status, body := w.post(part["as"], swap(part["query"]), json.RawMessage(swap(part["variables"])))
			return fmt.Appendf(nil, "%d %s", status, body)
		}
		hidden, missing := ask(caseID), ask(absent)
		if !bytes.Equal(hidden, missing) {
			t.Errorf("%s\nhidden  %s\nmissing %s", file, hidden, missing)
		}
	}
}

// TestForeignIsNotCounted proves that no list, filter or figure of an advisor
// tells of another organisation's case.
func TestForeignIsNotCounted(t *testing.T) {
	w := newWorld(t)
	for _, query := range []string{
		`{ cases(filter: {organisation: ["org_RIVER"]}) { totalCount nodes { id } } }`,
		`{ cases(filter: {owner: ["worker_OTHER_SUPERVISOR"]}) { totalCount nodes { id } pageInfo { hasNextPage } } }`,
		`{ impact(input: {from: "2020-01-01", to: "2026-12-31", groupBy: [ORGANISATION], organisation: "org_LOTUS"}) { rows { group { value } } } }`,
		`{ worklist(first: 100) { nodes { case { organisation { id } } referral { from { id } } } } }`,
		`{ digests { nodes { items { caseId } } } }`,
	} {
		_, body := w.post("CAREER_ADVISOR", query, nil)
		if bytes.Contains(body, []byte("org_RIVER")) || bytes.Contains(body, []byte(w.names["case.foreign"])) || bytes.Contains(body, []byte(`"totalCount":1`)) {
			t.Errorf("%s\n%s", query, body)
		}
	}
	_, body := w.post("CAREER_ADVISOR", `{ impact(input: {from: "2020-01-01", to: "2026-12-31", organisation: "org_RIVER"}) { digest } }`, nil)
	if !bytes.Contains(body, []byte("FORBIDDEN")) {
		t.Errorf("another organisation's figures: %s", body)
	}
}

const logPlacement = `mutation ($input: LogPlacementInput!) { logPlacement(input: $input) { entry { id version } case { id version placements { id } } } }`

// TestOneRequestManyTimes proves that a request sent fifty times at once makes
// one entry, and that every answer is the first answer to the letter.
func TestOneRequestManyTimes(t *testing.T) {
	w := newWorld(t)
	input := json.RawMessage(w.fill(`{"input": {"requestId": "again", "caseId": "{{case.ready}}", "employerName": "Mill", "occupation": "weaver", "type": "FULL_TIME", "startedOn": "2026-02-20"}}`))
	answers := make([][]byte, 50)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { _, answers[i] = w.post("CAREER_ADVISOR", logPlacement, input) })
	}
	group.Wait()
	for i, a := range answers {
		if !bytes.Equal(a, answers[0]) || bytes.Contains(a, []byte("errors")) {
			t.Fatalf("answer %d: %s\nfirst: %s", i, a, answers[0])
		}
	}
	// Another change later does not change the first answer either.
	w.post("CAREER_ADVISOR", `mutation ($id: ID!) { recordService(input: {requestId: "other", caseId: $id, service: "training_education_life_skills"}) { entry { id } } }`,
		json.RawMessage(w.fill(`{"id": "{{case.ready}}"}`)))
	if _, a := w.post("CAREER_ADVISOR", logPlacement, input); !bytes.Equal(a, answers[0]) {
		t.Errorf("after another change: %s\nfirst: %s", a, answers[0])
	}
}

// TestManyWritersOneCase proves that no change is lost when many workers change
// one case at once, and that an expected version lets exactly one of them win.
func TestManyWritersOneCase(t *testing.T) {
	w := newWorld(t)
	const service = `mutation ($input: RecordServiceInput!) { recordService(input: $input) { case { version } } }`
	send := func(request, expected string) []byte {
		_, body := w.post("CAREER_ADVISOR", service, json.RawMessage(w.fill(
			`{"input": {"requestId": "`+request+`", "caseId": "{{case.active}}", "service": "training_education_life_skills"`+expected+`}}`)))
		return body
	}
	var group sync.WaitGroup
	for i := range 32 {
		group.Go(func() {
			if body := send(fmt.Sprint("free-", i), ""); bytes.Contains(body, []byte("errors")) {
				t.Errorf("writer %d: %s", i, body)
			}
		})
	}
	group.Wait()
	var c struct {
		Data struct {
			Case struct {
				Version    int
				Deliveries struct{ TotalCount int }
			}
		}
	}
	read := func() {
		_, body := w.post("CAREER_ADVISOR", `query ($id: ID!) { case(id: $id) { version deliveries { totalCount } } }`, json.RawMessage(w.fill(`{"id": "{{case.active}}"}`)))
		if err := json.Unmarshal(body, &c); err != nil {
			t.Fatal(err)
		}
	}
	read()
	if c.Data.Case.Deliveries.TotalCount != 32 {
		t.Fatalf("32 writers made %d entries", c.Data.Case.Deliveries.TotalCount)
	}
	var mu sync.Mutex
	won, conflicts := 0, 0
	expected := fmt.Sprintf(`, "expectedVersion": %d`, c.Data.Case.Version)
	for i := range 8 {
		group.Go(func() {
			body := send(fmt.Sprint("guarded-", i), expected)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case bytes.Contains(body, []byte("CONFLICT")):
				conflicts++
			case !bytes.Contains(body, []byte("errors")):
				won++
			}
		})
	}
	group.Wait()
	if won != 1 || conflicts != 7 {
		t.Errorf("%d won and %d met a conflict", won, conflicts)
	}
}

// TestScanTwice proves that a scan raises nothing twice, and that a missing
// check, once logged, resolves the flag by itself.
func TestScanTwice(t *testing.T) {
	w := newWorld(t)
	scan := func(request string) string {
		_, body := w.post("SUPERVISOR", `mutation ($r: ID!) { runJob(input: {requestId: $r, name: "stall-scan", asOf: "2026-03-02"}) { run { outcome counts { name value } } } }`,
			json.RawMessage(`{"r": "`+request+`"}`))
		return string(body)
	}
	if first := scan("one"); strings.Contains(first, `{"name":"raised","value":0}`) || !strings.Contains(first, "DONE") {
		t.Fatalf("the first scan raises nothing: %s", first)
	}
	if second := scan("two"); !strings.Contains(second, `{"name":"raised","value":0}`) || !strings.Contains(second, "DONE") {
		t.Errorf("the second scan: %s", second)
	}
	flags := func() string {
		_, body := w.post("CAREER_ADVISOR", `query ($id: ID!) { case(id: $id) { flags { rule state } } }`, json.RawMessage(w.fill(`{"id": "{{case.placed}}"}`)))
		return string(body)
	}
	if f := flags(); !strings.Contains(f, `{"rule":"RETENTION_CHECK_MISSED","state":"OPEN"}`) {
		t.Fatalf("no flag for the missed check: %s", f)
	}
	w.post("CAREER_ADVISOR", `mutation ($id: ID!) { checkRetention(input: {requestId: "late", caseId: $id, point: DAY_90, employed: true}) { entry { id } } }`,
		json.RawMessage(w.fill(`{"id": "{{case.placed}}"}`)))
	if f := flags(); !strings.Contains(f, `{"rule":"RETENTION_CHECK_MISSED","state":"RESOLVED"}`) {
		t.Errorf("the late check does not resolve the flag: %s", f)
	}
}

// TestEveryNextActionIsAccepted proves that the input of every next action on
// the worklist is accepted, as it stands, by the mutation that it names.
func TestEveryNextActionIsAccepted(t *testing.T) {
	w := newWorld(t)
	schema := loadSchema(t)
	w.post("SUPERVISOR", `mutation ($id: ID!) { recordConsent(input: {requestId: "until", caseId: $id, purpose: SHARE, decision: GIVEN, expiresOn: "2026-03-20", organisationIds: ["org_RIVER"]}) { entry { id } } }`,
		json.RawMessage(w.fill(`{"id": "{{case.active}}"}`)))
	_, body := w.post("SUPERVISOR", `{ worklist(first: 100) { nodes { kind rule case { id } explanation { nextActions { mutation input } } } } }`, nil)
	var list struct {
		Data struct {
			Worklist struct {
				Nodes []struct {
					Kind, Rule  string
					Explanation struct {
						NextActions []struct{ Mutation, Input string }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(body, &list); err != nil || len(list.Data.Worklist.Nodes) == 0 {
		t.Fatalf("no work: %v %s", err, body)
	}
	kinds := map[string]bool{}
	for _, n := range list.Data.Worklist.Nodes {
		kinds[n.Kind] = true
		if len(n.Explanation.NextActions) == 0 {
			t.Errorf("%s has no next action", n.Rule)
		}
		for _, a := range n.Explanation.NextActions {
			input := schema.Mutation.Fields.ForName(a.Mutation).Arguments.ForName("input").Type.String()
			_, answer := w.post("SUPERVISOR", fmt.Sprintf(`mutation ($input: %s) { %s(input: $input) { entry { id } } }`, input, a.Mutation),
				json.RawMessage(`{"input": `+a.Input+`}`))
			if bytes.Contains(answer, []byte("errors")) {
				t.Errorf("%s %s: %s(%s): %s", n.Kind, n.Rule, a.Mutation, a.Input, answer)
			}
		}
	}
	for _, kind := range []string{"CONSENT", "REFERRAL", "CONTACT", "ACTION"} {
		if !kinds[kind] {
			t.Errorf("no work of kind %s was tried", kind)
		}
	}
}

// TestNotesAreMasked proves that free text is read by those whom the table
// names, and is null for everyone else.
func TestNotesAreMasked(t *testing.T) {
	w := newWorld(t)
	w.post("CAREER_ADVISOR", logPlacement, json.RawMessage(w.fill(
		`{"input": {"requestId": "n", "caseId": "{{case.ready}}", "employerName": "Mill", "occupation": "weaver", "type": "FULL_TIME", "startedOn": "2026-02-20", "note": "a private word"}}`)))
	for role, reads := range map[string]bool{"SUPERVISOR": true, "SHELTER_STAFF": true, "CAREER_ADVISOR": false, "PARTNER_APP": false} {
		_, body := w.post(role, `query ($id: ID!) { case(id: $id) { history(last: 5) { nodes { note } } } }`, json.RawMessage(w.fill(`{"id": "{{case.ready}}"}`)))
		if got := bytes.Contains(body, []byte("a private word")); got != reads {
			t.Errorf("%s reads the note: %v; %s", role, got, body)
		}
	}
}

// TestNotesBelowWork proves that who may read the notes of a case reads them by
// every way that leads to an entry, and nobody else does.
func TestNotesBelowWork(t *testing.T) {
	w := newWorld(t)
	ask := func(role, query, variables string) string {
		_, body := w.post(role, query, json.RawMessage(w.fill(variables)))
		return string(body)
	}
	ask("SUPERVISOR", `mutation ($id: ID!) { assignCase(input: {requestId: "o", caseId: $id, ownerId: "worker_CAREER_ADVISOR"}) { entry { id } } }`, `{"id": "{{case.ready}}"}`)
	ask("CAREER_ADVISOR", logPlacement, `{"input": {"requestId": "n", "caseId": "{{case.ready}}", "employerName": "Mill", "occupation": "weaver", "type": "FULL_TIME", "startedOn": "2025-11-10", "note": "a private word"}}`)
	ask("SUPERVISOR", `mutation { runJob(input: {requestId: "s", name: "stall-scan", asOf: "2026-03-02"}) { run { outcome } } }`, `null`)
	var list struct {
		Data struct {
			Case struct{ Flags []struct{ ID, Rule string } }
		}
	}
	if err := json.Unmarshal([]byte(ask("SUPERVISOR", `query ($id: ID!) { case(id: $id) { flags { id rule } } }`, `{"id": "{{case.ready}}"}`)), &list); err != nil || len(list.Data.Case.Flags) == 0 {
		t.Fatalf("no flags: %v", err)
	}
	const why = `explanation { facts { entry { note } } }`
	for role, reads := range map[string]bool{"SUPERVISOR": true, "CAREER_ADVISOR": true, "LEGAL_OFFICER": false} {
		below := ""
		for _, f := range list.Data.Case.Flags {
			below += ask(role, `query ($id: ID!) { node(id: $id) { ... on Flag { `+why+` } } }`, `{"id": "`+f.ID+`"}`)
		}
		if got := strings.Contains(below, "a private word"); got != reads {
			t.Errorf("%s reads the note below a flag: %v; %s", role, got, below)
		}
		work := ask(role, `{ worklist(first: 100) { nodes { `+why+` } } }`, `null`)
		if got := strings.Contains(work, "a private word"); got != reads {
			t.Errorf("%s reads the note below work: %v; %s", role, got, work)
		}
	}
}
