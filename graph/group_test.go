package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"onward/graph"
	"onward/services/casework"
	"onward/services/store"
	"onward/services/vault/vaulttest"
)

// ablaze is a store that cannot change one case.
type ablaze struct {
	store.Store
	caseID string
}

func (a ablaze) Append(ctx context.Context, c store.Collection, change store.Change) error {
	if change.ID == a.caseID {
		return errors.New("disk on fire near Takeo")
	}
	return a.Store.Append(ctx, c, change)
}

// TestRefusalOfOne proves that the error of one participant says what the error
// of the same change alone would say, also where it is a defect of ours: then it
// tells nothing, and the log has the rest.
func TestRefusalOfOne(t *testing.T) {
	w := newWorld(t)
	w.casework = casework.New(ablaze{w.store, w.names["case.ready"]}, vaulttest.New(t, ablaze{w.store, w.names["case.ready"]}), w.register, w.dir, w.clock)
	var log bytes.Buffer
	server := httptest.NewServer(graph.Handler(w.resolver(), graph.Options{Log: slog.New(slog.NewTextHandler(&log, nil))}))
	defer server.Close()
	w.server.Close()
	w.server = server

	_, body := w.post("CAREER_ADVISOR", `mutation ($input: RecordGroupServiceInput!) { recordGroupService(input: $input) { results { entry { id } error { code message fields { path message } } } } }`,
		json.RawMessage(w.fill(`{"input": {"requestId": "group", "service": "counselling_family", "participants": [
			{"caseId": "{{case.active}}"}, {"caseId": "{{case.ready}}"}, {"caseId": "{{case.closed}}"}, {"caseId": "{{case.foreign}}"}, {"caseId": "{{case.placed}}", "expectedVersion": 1}]}}`)))
	type field struct{ Path, Message string }
	var group struct {
		Data struct {
			RecordGroupService struct {
				Results []struct {
					Entry *struct{ ID string }
					Error *struct {
						Code, Message string
						Fields        []field
					}
				}
			}
		}
	}
	w.must(json.Unmarshal(body, &group))
	for i, input := range []string{`"caseId": "{{case.active}}"`, `"caseId": "{{case.ready}}"`, `"caseId": "{{case.closed}}"`, `"caseId": "{{case.foreign}}"`, `"caseId": "{{case.placed}}", "expectedVersion": 1`} {
		got := group.Data.RecordGroupService.Results[i]
		if i == 0 {
			if got.Entry == nil || got.Error != nil {
				t.Errorf("%s: %s", input, body)
			}
			continue
		}
		_, alone := w.post("CAREER_ADVISOR", `mutation ($input: RecordServiceInput!) { recordService(input: $input) { entry { id } } }`,
			json.RawMessage(w.fill(`{"input": {"requestId": "alone", "service": "counselling_family", `+input+`}}`)))
		var single struct {
			Errors []struct {
				Message    string
				Extensions struct {
					Code   string
					Fields []field
				}
			}
		}
		w.must(json.Unmarshal(alone, &single))
		want := single.Errors[0]
		message, _, _ := strings.Cut(want.Message, " under request ") // which differs
		if got.Entry != nil || got.Error == nil || got.Error.Code != want.Extensions.Code || !strings.HasPrefix(got.Error.Message, message) || len(got.Error.Fields) != len(want.Extensions.Fields) {
			t.Errorf("%s\nin the group %+v\nalone        %s", input, got.Error, alone)
		}
	}
	if bytes.Contains(body, []byte("Takeo")) || !bytes.Contains(body, []byte(`"INTERNAL"`)) {
		t.Errorf("the client is told too much or too little: %s", body)
	}
	if n := strings.Count(log.String(), "disk on fire"); n != 2 {
		t.Errorf("the log has it %d times, want one for each request: %s", n, log.String())
	}
}

// TestResultsBelongToTheirCase proves that what a result tells is masked by the
// reader's relation to its own case: an advisor reads the notes of the one that is
// hers, and not of another.
func TestResultsBelongToTheirCase(t *testing.T) {
	w := newWorld(t)
	w.post("SUPERVISOR", `mutation ($id: ID!) { assignCase(input: {requestId: "hers", caseId: $id, ownerId: "worker_CAREER_ADVISOR"}) { entry { id } } }`,
		json.RawMessage(w.fill(`{"id": "{{case.ready}}"}`)))
	_, body := w.post("CAREER_ADVISOR", `mutation ($input: RecordGroupServiceInput!) { recordGroupService(input: $input) { results { entry { note } } } }`,
		json.RawMessage(w.fill(`{"input": {"requestId": "group", "service": "counselling_family", "note": "a quiet talk", "participants": [{"caseId": "{{case.active}}"}, {"caseId": "{{case.ready}}"}]}}`)))
	const want = `{"data":{"recordGroupService":{"results":[{"entry":{"note":null}},{"entry":{"note":"a quiet talk"}}]}}}`
	if got := strings.TrimSpace(string(body)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
