package main_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestProcessesOnMongoDB proves that two processes on one MongoDB see each
// other's changes, accounts among them, that one which has not seen the newest
// version overwrites nothing, and that what they wrote together verifies.
func TestProcessesOnMongoDB(t *testing.T) {
	t.Parallel()
	p := mongo(t)
	token := newProgramme(t, p)
	a, b := start(t, p, "serve", "--no-jobs"), start(t, p, "serve", "--no-jobs")

	opened, err := a.ask(token, `mutation { openCase(input: {requestId: "r", population: AT_RISK, consents: [SERVICES]}) { case { id } } }`, nil)
	if err != nil {
		t.Fatal(err)
	}
	caseID := caseOf(t, opened)
	b.eventually(token, caseID, 1)
	b.must(token, `mutation($id: ID!) { acceptCase(input: {requestId: "a", caseId: $id}) { case { id } } }`, map[string]any{"id": caseID}, &struct{}{})

	// Each writes in turn, at once, so that it mostly has not seen the other's yet.
	const record = `mutation($id: ID!, $r: ID!) { recordService(input: {requestId: $r, caseId: $id, service: "training_education_life_skills"}) { case { version } } }`
	const changes = 20
	for i := range changes {
		s := []*server{a, b}[i%2]
		var changed struct {
			RecordService struct{ Case struct{ Version int } }
		}
		s.must(token, record, map[string]any{"id": caseID, "r": fmt.Sprint("r-", i)}, &changed)
		if changed.RecordService.Case.Version != 3+i {
			t.Fatalf("change %d made version %d", i, changed.RecordService.Case.Version)
		}
	}
	a.eventually(token, caseID, 2+changes)
	b.eventually(token, caseID, 2+changes)

	stale, err := b.ask(token, `mutation($id: ID!) { recordService(input: {requestId: "stale", caseId: $id, expectedVersion: 3, service: "training_education_life_skills"}) { case { version } } }`,
		map[string]any{"id": caseID})
	if err != nil || len(stale.Errors) != 1 || stale.Errors[0].Extensions.Code != "CONFLICT" {
		t.Errorf("a stale version: %v %+v", err, stale)
	}
	mustRun(t, p, "account", "add", "--organisation", "LOT", "--role", "AUDITOR", "--name", "Test auditor", "--ad-hoc")
	if out := mustRun(t, p, "verify"); !strings.Contains(out, ": 0 differences") {
		t.Error(out)
	}
}

// eventually waits until the process has the case at the version.
func (s *server) eventually(token, caseID string, version int) {
	s.t.Helper()
	var got struct{ Case struct{ Version int } }
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		a, err := s.ask(token, `query($id: ID!) { case(id: $id) { version } }`, map[string]any{"id": caseID})
		if err != nil {
			s.t.Fatal(err)
		}
		if json.Unmarshal(a.Data, &got) == nil && got.Case.Version == version {
			return
		}
	}
	s.t.Fatalf("the process has the case at version %d, not %d", got.Case.Version, version)
}
