package casework_test

import (
	"context"
	"slices"
	"testing"

	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
)

// TestNobodyIsForgottenBehindAProtection proves that a protected case keeps its
// protection when one of those whom it names loses her access, that those who steer
// the organisation are named when the last has, and that the case is flagged and
// counted like any other for those who know of it.
func TestNobodyIsForgottenBehindAProtection(t *testing.T) {
	ctx := context.Background()
	s := twoOrganisations(t)
	a := newAlmanac(t, s, "2026-01-01")
	c := a.active(t, casefile.Medium, supervisor.Worker)
	protect := casework.ProtectCaseInput{Request: a.ask(c.ID), Reason: "A threat", WorkerIDs: []id.Worker{supervisor.Worker, worker.Worker}}
	must(t)(a.casework.ProtectCase(ctx, supervisor, protect))
	end := func(w id.Worker) {
		t.Helper()
		if _, err := a.casework.EndWorker(ctx, a.view(admin), directory.EndWorkerInput{
			Request: directory.Request{RequestID: "end " + string(w)}, WorkerID: w, Reason: "moved away"}); err != nil {
			t.Fatal(err)
		}
		a.jobs(t)
	}
	named := func() []id.Worker { return a.mustFind(t, c.ID).Protection().Workers }
	end(worker.Worker)
	if got := named(); !slices.Equal(got, protect.WorkerIDs) || a.sees(admin, c.ID) {
		t.Errorf("with one of two left it names %v", got)
	}
	end(supervisor.Worker)
	if got := named(); !slices.Contains(got, admin.Worker) || slices.Contains(got, supervisor.Worker) || a.sees(colleague, c.ID) {
		t.Errorf("with none left it names %v", got)
	}
	if held := a.mustFind(t, c.ID); held.Owner != "" {
		t.Errorf("it is owned by %s, who has no access", held.Owner)
	}
	before := a.mustFind(t, c.ID).Version
	a.jobs(t)
	if now := a.mustFind(t, c.ID); now.Version != before {
		t.Errorf("another run recorded %d entries", now.Version-before)
	}
	must(t)(a.casework.UnprotectCase(ctx, admin, casework.UnprotectCaseInput{Request: a.ask(c.ID), Unprotected: casefile.Unprotected{Reason: "over"}}))
	if !a.sees(colleague, c.ID) {
		t.Error("a colleague does not see it after the protection")
	}
	verified(t, s, a.directory)
}
