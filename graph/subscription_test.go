package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/graph"
	"onward/services/access"
	"onward/services/casework"
	"onward/services/id"
	"onward/services/register"
	"onward/services/vault/vaulttest"
)

const (
	flagRaised  = `subscription ($filter: FlagFilter) { flagRaised(filter: $filter) { id rule state case { id organisation { id } } } }`
	caseChanged = `subscription ($id: ID!) { caseChanged(id: $id) { id version } }`
)

// flagEvent is an event of flagRaised.
type flagEvent struct {
	ID, Rule, State string
	Case            struct {
		ID           string
		Organisation struct{ ID string }
	}
}

func flagOf(t *testing.T, h told) flagEvent {
	t.Helper()
	var e struct {
		Data struct{ FlagRaised flagEvent }
	}
	if err := json.Unmarshal([]byte(h.body), &e); err != nil || h.kind != "next" || e.Data.FlagRaised.ID == "" {
		t.Fatalf("no flag: %s", h)
	}
	return e.Data.FlagRaised
}

// scan runs the stall scan of today through the API and returns what it counted.
func (w *world) scan(request string) string {
	w.t.Helper()
	_, body := w.post("SUPERVISOR", `mutation ($r: ID!, $today: Date!) { runJob(input: {requestId: $r, name: "stall-scan", asOf: $today}) { run { outcome counts { name value } } } }`,
		json.RawMessage(`{"r": "`+request+`", "today": "`+w.casework.Today().String()+`"}`))
	if !strings.Contains(string(body), "DONE") {
		w.t.Fatalf("scan: %s", body)
	}
	return string(body)
}

// change records something on a case, and returns the version that it makes.
func (w *world) change(role, request, name string) int {
	w.t.Helper()
	_, body := w.post(role, `mutation ($r: ID!, $id: ID!) { done: recordService(input: {requestId: $r, caseId: $id, service: "training_education_life_skills"}) { case { version } } }`,
		json.RawMessage(w.fill(`{"r": "`+request+`", "id": "{{case.`+name+`}}"}`)))
	var made struct {
		Data struct {
			Done struct{ Case struct{ Version int } }
		}
	}
	if err := json.Unmarshal(body, &made); err != nil || made.Data.Done.Case.Version == 0 {
		w.t.Fatalf("change: %s", body)
	}
	return made.Data.Done.Case.Version
}

// unowned opens a case of which a scan finds that nobody owns it.
func (w *world) unowned(role string) (caseID string) {
	w.t.Helper()
	_, body := w.post(role, `mutation { openCase(input: {requestId: "unowned", openedOn: "2026-02-10", population: AT_RISK, consents: [SERVICES]}) { case { id } } }`, nil)
	var made struct {
		Data struct {
			OpenCase struct{ Case struct{ ID string } }
		}
	}
	if err := json.Unmarshal(body, &made); err != nil || made.Data.OpenCase.Case.ID == "" {
		w.t.Fatalf("open: %s", body)
	}
	return made.Data.OpenCase.Case.ID
}

// flagsShown returns the flags that a query shows to a role, by identifier.
func (w *world) flagsShown(role string) map[string]flagEvent {
	w.t.Helper()
	_, body := w.post(role, `{ cases(first: 100) { nodes { flags { id rule state case { id organisation { id } } } } } }`, nil)
	var list struct {
		Data struct {
			Cases struct{ Nodes []struct{ Flags []flagEvent } }
		}
	}
	if err := json.Unmarshal(body, &list); err != nil || len(list.Data.Cases.Nodes) == 0 {
		w.t.Fatalf("flags: %s", body)
	}
	shown := map[string]flagEvent{}
	for _, n := range list.Data.Cases.Nodes {
		for _, f := range n.Flags {
			shown[f.ID] = f
		}
	}
	return shown
}

// TestNoEventOfAnotherOrganisation proves that a subscriber gets each flag that a
// scan raises on a case which she sees, once, and no other: none of another
// organisation's, but for those of a case that is shared with hers, whose flags a
// query shows her, too.
func TestNoEventOfAnotherOrganisation(t *testing.T) {
	eachTransport(t, graph.Options{}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
		roles := map[string]id.Organisation{"SUPERVISOR": lotus, "CAREER_ADVISOR": lotus, "OTHER_SUPERVISOR": river, "OTHER_STAFF": river}
		w.now = noon.AddDate(0, 0, 40) // when something is due on every case
		subscribers, before := map[string]subscriber{}, map[string]map[string]flagEvent{}
		for role := range roles {
			before[role] = w.flagsShown(role)
			subscribers[role] = subscribe(role, flagRaised, "")
			if s, ok := subscribers[role].(*socket); ok {
				s.placed()
			}
		}
		w.scan("all")
		// What is raised last says that all that came before has been told.
		last := map[id.Organisation]string{lotus: w.unowned("SUPERVISOR"), river: w.unowned("OTHER_SUPERVISOR")}
		w.scan("last")
		for role, org := range roles {
			want := w.flagsShown(role)
			for flag := range before[role] {
				delete(want, flag)
			}
			foreign := 0
			for len(want) > 0 {
				f := flagOf(t, subscribers[role].next())
				if _, ok := want[f.ID]; !ok {
					t.Errorf("%s is told of %+v, twice or wrongly", role, f)
				}
				if f.Case.Organisation.ID != string(org) {
					if foreign++; f.Case.ID != w.names["case.shared"] || org != river {
						t.Errorf("%s is told of %+v", role, f)
					}
				}
				delete(want, f.ID)
				if len(want) == 0 && f.Case.ID != last[org] {
					t.Errorf("%s is told of %+v after what was raised last", role, f)
				}
			}
			if (foreign > 0) != (org == river) {
				t.Errorf("%s is told of %d flags on shared cases", role, foreign)
			}
		}
	})
}

// TestUnauthorisedSubscribers proves that roles which read no cases are refused,
// and that a case of another organisation reads as an absent one, to the byte.
func TestUnauthorisedSubscribers(t *testing.T) {
	eachTransport(t, graph.Options{}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
		for _, role := range []string{"COORDINATOR", "AUDITOR"} {
			if h := subscribe(role, flagRaised, "").next(); !h.refused("FORBIDDEN") {
				t.Errorf("%s, flags: %s", role, h)
			}
			if h := subscribe(role, caseChanged, `{"id": "{{case.active}}"}`).next(); !h.refused("NOT_FOUND") {
				t.Errorf("%s, a case: %s", role, h)
			}
		}
		foreign := subscribe("CAREER_ADVISOR", caseChanged, `{"id": "{{case.foreign}}"}`).next()
		absent := subscribe("CAREER_ADVISOR", caseChanged, `{"id": "case_0000000000000000000000000A"}`).next()
		if foreign != absent || !foreign.refused("NOT_FOUND") {
			t.Errorf("\nforeign %s\nabsent  %s", foreign, absent)
		}
	})
}

// TestCaseChanged proves that each change of a case is told with its version, that
// of several at once the newest always comes, and that the end of a subscription
// is one.
func TestCaseChanged(t *testing.T) {
	eachTransport(t, graph.Options{}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
		s := subscribe("CAREER_ADVISOR", caseChanged, `{"id": "{{case.active}}"}`)
		if ws, ok := s.(*socket); ok {
			ws.placed()
		}
		w.change("SUPERVISOR", "another", "ready")
		for _, request := range []string{"one", "two"} {
			version := w.change("SUPERVISOR", request, "active")
			if got, want := s.next().body, w.fill(fmt.Sprintf(`{"data":{"caseChanged":{"id":"{{case.active}}","version":%d}}}`, version)); got != want {
				t.Errorf("%s: got %s, want %s", request, got, want)
			}
		}
		newest := 0
		for _, request := range []string{"three", "four", "five"} {
			newest = w.change("SUPERVISOR", request, "active")
		}
		for last := ""; !strings.Contains(last, fmt.Sprintf(`"version":%d}`, newest)); {
			h := s.next()
			if last = h.body; h.kind != "next" {
				t.Fatalf("the newest did not come: %s", h)
			}
		}
	})
}

// TestRaisedAgain proves that a flag whose trouble comes back is told again, and
// that the filter keeps out what it does not name.
func TestRaisedAgain(t *testing.T) {
	eachTransport(t, graph.Options{}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
		s := subscribe("SUPERVISOR", flagRaised, `{"filter": {"rule": ["RETENTION_CHECK_MISSED"], "severity": null, "mine": true}}`)
		if ws, ok := s.(*socket); ok {
			ws.placed()
		}
		w.scan("one")
		first := flagOf(t, s.next())
		if first.Rule != "RETENTION_CHECK_MISSED" || first.State != "OPEN" || first.Case.ID != w.names["case.placed"] {
			t.Errorf("first %+v", first)
		}
		ask := func(query, variables string) string {
			_, body := w.post("SUPERVISOR", query, json.RawMessage(w.fill(variables)))
			return string(body)
		}
		checked := ask(`mutation ($id: ID!) { checkRetention(input: {requestId: "late", caseId: $id, point: DAY_90, employed: true}) { entry { id } } }`, `{"id": "{{case.placed}}"}`)
		var entry struct {
			Data struct {
				CheckRetention struct{ Entry struct{ ID string } }
			}
		}
		w.must(json.Unmarshal([]byte(checked), &entry))
		if undone := ask(`mutation ($id: ID!, $e: ID!) { reverseEntry(input: {requestId: "undo", caseId: $id, entryId: $e, reason: "It was another worker"}) { entry { id } } }`,
			`{"id": "{{case.placed}}", "e": "`+entry.Data.CheckRetention.Entry.ID+`"}`); strings.Contains(undone, "errors") {
			t.Fatal(undone)
		}
		w.scan("two")
		if again := flagOf(t, s.next()); again.ID != first.ID || again.State != "REOPENED" {
			t.Errorf("again %+v", again)
		}
	})
}

// TestEventsShowWhatQueriesShow proves that an event masks what a query masks, for
// every role that reads cases, and for one with which a case is shared.
func TestEventsShowWhatQueriesShow(t *testing.T) {
	const fields = `{ id version status site { id } plan { version } matters { id } flags { rule state explanation { text facts { entry { note } } } }
		history(last: 2) { totalCount nodes { note } } access { relations actions classes } }`
	eachTransport(t, graph.Options{}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
		shown := map[string]int{}
		for name, roles := range map[string][]string{
			"sheltered": {"SHELTER_STAFF", "CAREER_ADVISOR", "LEGAL_OFFICER", "SUPERVISOR", "PARTNER_APP"},
			"court":     {"CAREER_ADVISOR", "LEGAL_OFFICER", "SUPERVISOR"},
			"shared":    {"OTHER_SUPERVISOR", "OTHER_STAFF", "SUPERVISOR"},
		} {
			caseID := `{"id": "{{case.` + name + `}}"}`
			w.trust(`subscription ($id: ID!) { caseChanged(id: $id) ` + fields + ` }`)
			subscribers := map[string]subscriber{}
			for _, role := range roles {
				subscribers[role] = subscribe(role, `subscription ($id: ID!) { caseChanged(id: $id) `+fields+` }`, caseID)
				if s, ok := subscribers[role].(*socket); ok {
					s.placed()
				}
			}
			w.change("SUPERVISOR", "one", name)
			for _, role := range roles {
				_, body := w.post(role, `query ($id: ID!) { caseChanged: case(id: $id) `+fields+` }`, json.RawMessage(w.fill(caseID)))
				h := subscribers[role].next()
				if h.kind != "next" || h.body != string(body) || strings.Contains(h.body, "errors") {
					t.Errorf("%s of %s\nevent %s\nquery %s", role, name, h, body)
				}
				shown[strings.ReplaceAll(h.body, w.names["case."+name], name)]++
			}
		}
		if len(shown) < 8 {
			t.Errorf("the roles hardly differ: %v", shown)
		}
	})
}

// endings are the ways in which the authority of a subscriber ends, as ORG_ADMIN
// brings them about, and what the subscriber is told.
var endings = map[string]struct{ operation, selection, input, code string }{
	"the token is revoked": {"revokeTokens", "worker { active }", `{"requestId": "r", "workerId": "worker_CAREER_ADVISOR"}`, "UNAUTHENTICATED"},
	"the worker is ended":  {"endWorker", "worker { active }", `{"requestId": "r", "workerId": "worker_CAREER_ADVISOR", "reason": "moved"}`, "UNAUTHENTICATED"},
	"the role is another":  {"updateWorker", "worker { role }", `{"requestId": "r", "workerId": "worker_CAREER_ADVISOR", "role": "COORDINATOR"}`, "FORBIDDEN"},
}

// TestAuthorityEndsBetweenEvents proves that a subscriber whose authority has ended
// gets no event of what happens afterwards, that a colleague still
// does. Nothing is looked at in between but for the
// event: the time of looking at idle subscriptions never comes.
func TestAuthorityEndsBetweenEvents(t *testing.T) {
	for name, ending := range endings {
		t.Run(name, func(t *testing.T) {
			eachTransport(t, graph.Options{Recheck: time.Hour}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
				s, colleague := subscribe("CAREER_ADVISOR", caseChanged, `{"id": "{{case.active}}"}`), subscribe("LEGAL_OFFICER", caseChanged, `{"id": "{{case.active}}"}`)
				for _, s := range []subscriber{s, colleague} {
					if ws, ok := s.(*socket); ok {
						ws.placed()
					}
				}
				w.change("SUPERVISOR", "one", "active")
				for _, s := range []subscriber{s, colleague} {
					if h := s.next(); h.kind != "next" {
						t.Fatalf("before: %s", h)
					}
				}
				if body := string(w.administer(ending.operation, ending.selection, ending.input)); strings.Contains(body, "errors") {
					t.Fatal(body)
				}
				w.change("SUPERVISOR", "two", "active")
				ended(t, s, ending.code)
				if h := colleague.next(); h.kind != "next" {
					t.Errorf("the colleague: %s", h)
				}
			})
		})
	}
}

// TestAuthorityEndsWithoutEvents proves that a subscription to which nothing
// happens ends with the authority of its subscriber, too, and a socket without
// subscriptions with its token.
func TestAuthorityEndsWithoutEvents(t *testing.T) {
	for name, ending := range endings {
		t.Run(name, func(t *testing.T) {
			eachTransport(t, graph.Options{Recheck: time.Millisecond}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
				s, idle := subscribe("CAREER_ADVISOR", flagRaised, ""), w.socket("Bearer "+w.tokens["CAREER_ADVISOR"])
				if ws, ok := s.(*socket); ok {
					ws.placed()
				}
				if body := string(w.administer(ending.operation, ending.selection, ending.input)); strings.Contains(body, "errors") {
					t.Fatal(body)
				}
				ended(t, s, ending.code)
				if ending.code == "UNAUTHENTICATED" {
					ended(t, idle, ending.code)
				}
			})
		})
	}
}

// ended fails the test unless the subscriber is told next that her authority has
// ended, and nothing after it.
func ended(t *testing.T, s subscriber, code string) {
	t.Helper()
	h := s.next()
	if _, ok := s.(*socket); ok && code == "UNAUTHENTICATED" {
		if h.kind != "closed" || h.code != 4401 {
			t.Errorf("not closed: %s", h)
		}
		return
	}
	if !h.refused(code) {
		t.Errorf("not refused: %s", h)
	}
	if _, ok := s.(*stream); ok {
		if h := s.next(); h.kind != "complete" {
			t.Errorf("not complete: %s", h)
		}
	}
}

// TestOutOfSight proves that a subscription to a case that was shared ends with the
// referral and with her consent, before the event that ends it, and says nothing
// but that.
func TestOutOfSight(t *testing.T) {
	for name, mutation := range map[string]string{
		"the referral is revoked":  `mutation { revokeReferral(input: {requestId: "r", caseId: "{{case.shared}}", referralId: "{{shared.referral}}", reason: "Not needed"}) { entry { id } } }`,
		"the consent is withdrawn": `mutation { recordConsent(input: {requestId: "r", caseId: "{{case.shared}}", purpose: SHARE, decision: WITHDRAWN}) { entry { id } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			eachTransport(t, graph.Options{Recheck: time.Hour}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
				s := subscribe("OTHER_STAFF", caseChanged, `{"id": "{{case.shared}}"}`)
				if ws, ok := s.(*socket); ok {
					ws.placed()
				}
				w.change("SUPERVISOR", "one", "shared")
				if h := s.next(); h.kind != "next" {
					t.Fatalf("while it is shared: %s", h)
				}
				if _, body := w.post("SUPERVISOR", w.fill(mutation), nil); strings.Contains(string(body), "errors") {
					t.Fatalf("%s", body)
				}
				if h := s.next(); h.kind != "complete" || h.body != "" {
					t.Errorf("after it: %s", h)
				}
			})
		})
	}
}

// TestEventsOfOtherProcesses proves that what another process changes is told as
// well, once this one has heard of it.
func TestEventsOfOtherProcesses(t *testing.T) {
	w := newWorld(t)
	w.serve(graph.Options{})
	elsewhere := register.New()
	other := casework.New(w.store, vaulttest.New(t, w.store), elsewhere, w.dir, w.clock)
	mark, err := other.Load(t.Context())
	w.must(err)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { _ = w.casework.Follow(ctx, mark) })
	defer group.Wait()
	defer cancel()
	s := w.stream("CAREER_ADVISOR", flagRaised, "")
	placed := id.Case(w.names["case.placed"])
	w.must(other.Sweep(t.Context(), access.Job("stall-scan"), placed, day(0)))
	if f := flagOf(t, s.next()); f.Case.ID != string(placed) {
		t.Errorf("told of %+v", f)
	}
	s.leave()
}
