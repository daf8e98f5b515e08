package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"onward/graph"
	"onward/services/access"
	"onward/services/audit"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// records returns the records of the access log since the world was made.
func (w *world) records() (all []audit.Record) {
	w.t.Helper()
	w.must(audit.All(context.Background(), w.store, time.Time{}, func(r audit.Record) {
		if r.Request != "" { // those of openLog have none
			all = append(all, r)
		}
	}))
	return all
}

// TestLooksAreRecorded proves what is recorded of whom: reading what a class guards,
// by whatever way it was reached, opening a case that is not one's own, every change,
// and reading the record; and that nothing is where nothing personal was told.
func TestLooksAreRecorded(t *testing.T) {
	for name, test := range map[string]struct {
		role, query string
		want        string // roots, then looks; empty for no record
	}{
		"a list without personal classes": {"SUPERVISOR", `{ cases(first: 5) { nodes { id code status owner { name } tracks { kind milestones { code } } } } }`, ""},
		"what the role may not read":      {"CAREER_ADVISOR", `query { cases(first: 100) { nodes { matters { kind } sex birthYear adultOn } } }`, ""},
		"no case at all":                  {"SUPERVISOR", `{ viewer { role } sites { nodes { name district } } }`, ""},
		"a case of one's own":             {"SUPERVISOR", `query X($id: ID!) { case(id: $id) { status } }`, ""},
		"a case of one's own, read":       {"SUPERVISOR", `query X($id: ID!) { case(id: $id) { a: matters { kind } ...f } } fragment f on Case { again: matters { id } }`, `[Query.case] READ [{{case.court}}] own [LEGAL] [Case.matters LegalMatter.id LegalMatter.kind]`},
		"a case of another's":             {"LEGAL_OFFICER", `query X($id: ID!) { case(id: $id) { status } }`, `[Query.case] READ [{{case.court}}] [CASE] [Query.case]`},
		"a case by its identifier alone":  {"LEGAL_OFFICER", `query X($id: ID!) { n: node(id: $id) { id } }`, `[Query.node] READ [{{case.court}}] [CASE] [Query.node]`},
		"cases by their identifiers":      {"LEGAL_OFFICER", `query X($id: ID!) { nodes(ids: ["org_LOTUS", $id, "{{case.foreign}}", "case_NONE"]) { id ... on Case { matters { kind } } } }`, `[Query.nodes] READ [{{case.court}}] [CASE LEGAL] [Case.matters LegalMatter.kind Query.nodes]`},
		"cases by theirs, masked":         {"CAREER_ADVISOR", `query X($id: ID!) { nodes(ids: [$id]) { ... on Case { matters { kind } sex birthYear } } }`, `[Query.nodes] READ [{{case.court}}] [CASE] [Query.nodes]`},
		"a case that is not theirs":       {"OTHER_SUPERVISOR", `query X($id: ID!) { case(id: $id) { matters { kind } } }`, ""},
		"read by an officer":              {"LEGAL_OFFICER", `query X($id: ID!) { case(id: $id) { safeContact { note } matters { kind } } }`, `[Query.case] READ [{{case.court}}] [CASE CONTACT LEGAL] [Case.matters Case.safeContact LegalMatter.kind Query.case]`},
		"the record itself":               {"AUDITOR", `query X($id: ID!) { caseAccess(caseId: $id) { totalCount } }`, `[Query.caseAccess] AUDIT [{{case.court}}] [CASE] [Query.caseAccess]`},
		"the record refused":              {"LEGAL_OFFICER", `query X($id: ID!) { caseAccess(caseId: $id) { totalCount } }`, ""},
		"a change": {"LEGAL_OFFICER", `mutation X($id: ID!) { recordService(input: {requestId: "r", caseId: $id, service: "training_education_life_skills"}) { case { matters { kind } } } }`,
			`[Mutation.recordService] READ [{{case.court}}] [LEGAL] [Case.matters LegalMatter.kind] WRITE [{{case.court}}] [CASE] [Mutation.recordService]`},
		"an end that gives cases away": {"ORG_ADMIN", `mutation { endWorker(input: {requestId: "r", workerId: "worker_SUPERVISOR", successorId: "worker_SHELTER_STAFF", reason: "moved"}) { reassigned } }`, `[Mutation.endWorker] WRITE [{{case.court}} {{case.active}} {{case.shared}} {{case.ready}} {{case.placed}} {{case.shareable}} {{case.sheltered}} {{case.enrolled}} {{case.away}} {{case.referred}} {{case.sent}} {{case.intake}} {{case.awarded}} {{case.returned}} {{case.closing}} {{case.held}}] [CASE] [Mutation.endWorker]`},
		"a change refused":             {"LEGAL_OFFICER", `mutation X($id: ID!) { recordService(input: {requestId: "r", caseId: $id, service: "no_such"}) { case { id } } }`, ""},
		"a change for several": {"SHELTER_STAFF", `mutation X($id: ID!) { recordGroupService(input: {requestId: "r", service: "training_education_life_skills", participants: [{caseId: $id}, {caseId: "{{case.away}}"}, {caseId: "case_0000000000000000000000000A"}]}) { results { case { id } } } }`,
			`[Mutation.recordGroupService] WRITE [{{case.court}} {{case.away}}] [CASE] [Mutation.recordGroupService]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			_, body := w.post(test.role, w.fill(test.query), json.RawMessage(w.fill(`{"id": "{{case.court}}"}`)))
			var got []string
			for _, r := range w.records() {
				got = append(got, w.named(said(r)))
				if r.Worker != workerOf(r.Role) && !strings.HasPrefix(test.role, "OTHER") || string(r.Role) != test.role || r.From != "127.0.0.1" || !r.At.Equal(noon) {
					t.Errorf("%+v", r)
				}
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("answer %s\nwant %s\ngot  %s", body, test.want, strings.Join(got, "\n"))
			}
		})
	}
}

// said writes a record for a test to compare.
func said(r audit.Record) string {
	text := fmt.Sprint(r.Roots)
	for _, l := range r.Looks {
		own := ""
		if l.Own {
			own = " own"
		}
		text += fmt.Sprintf(" %s %s%s %s %s", l.Kind, l.Cases, own, l.Classes, l.Fields)
	}
	return text
}

// lostLog is a store that takes no looks.
type lostLog struct{ store.Store }

func (lostLog) Insert(context.Context, store.Collection, ...store.Document) error {
	return fault.New(fault.Unavailable, "the disk is full")
}

// requestIn finds the identifier of a request in an answer.
var requestIn = regexp.MustCompile(`"request":"[0-9A-Z]{26}"`)

// TestNothingLeavesUnrecorded proves that an answer whose record cannot be written says
// UNAVAILABLE and nothing else, and that what needs no record is answered.
func TestNothingLeavesUnrecorded(t *testing.T) {
	w := newWorld(t)
	w.audit = audit.NewLog(lostLog{w.store}, w.clock)
	w.serve(graph.Options{})
	nothing := `{"errors":[{"message":"what you asked for could not be recorded, so it is not shown; try again","extensions":{"code":"UNAVAILABLE","request":"R"}}]}`
	for name, query := range map[string]string{
		"a read":               `query ($id: ID!) { case(id: $id) { matters { kind } } }`,
		"a list":               `query ($id: ID!) { cases(first: 3) { nodes { safeContact { note } } } case(id: $id) { id } }`,
		"a read with an error": `query ($id: ID!) { case(id: $id) { matters { kind } } other: case(id: "case_0000000000000000000000000A") { id } }`,
		"a change":             `mutation ($id: ID!) { recordService(input: {requestId: "r", caseId: $id, service: "training_education_life_skills"}) { case { code } } }`,
		"the record of a case": `query ($id: ID!) { caseAccess(caseId: $id) { totalCount } }`,
	} {
		if _, body := w.post("ORG_ADMIN", query, json.RawMessage(w.fill(`{"id": "{{case.court}}"}`))); requestIn.ReplaceAllString(string(body), `"request":"R"`) != nothing {
			t.Errorf("%s: %s", name, body)
		}
	}
	if _, body := w.post("ORG_ADMIN", `{ cases(first: 1) { nodes { status } } }`, nil); strings.Contains(string(body), "errors") {
		t.Errorf("what needs no record: %s", body)
	}
}

// TestEventsAreRecorded proves that each event of a subscription is recorded before it
// is sent, and that one that cannot be recorded is not sent and ends the subscription.
func TestEventsAreRecorded(t *testing.T) {
	const watch = `subscription ($id: ID!) { caseChanged(id: $id) { version matters { kind } } }`
	eachTransport(t, graph.Options{}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
		s := subscribe("LEGAL_OFFICER", watch, `{"id": "{{case.court}}"}`)
		for n := range 2 {
			w.change("SHELTER_STAFF", fmt.Sprint("event-", n), "court")
			if h := s.next(); h.kind != "next" || !strings.Contains(h.body, "matters") {
				t.Fatalf("%s", h)
			}
			got := 0
			for _, r := range w.records() {
				if w.named(said(r)) == `[Subscription.caseChanged] READ [{{case.court}}] [CASE LEGAL] [Case.matters LegalMatter.kind Subscription.caseChanged]` && r.From == "127.0.0.1" {
					got++
				}
			}
			if got != n+1 {
				t.Errorf("%d records of %d events: %v", got, n+1, w.records())
			}
		}
	})
	for name, subscribe := range transports {
		t.Run(name+" that cannot be recorded", func(t *testing.T) {
			w := newWorld(t)
			w.audit = audit.NewLog(lostLog{w.store}, w.clock)
			w.serve(graph.Options{})
			s := subscribe(w, "LEGAL_OFFICER", watch, w.fill(`{"id": "{{case.court}}"}`))
			t.Cleanup(s.leave)
			_, _ = w.post("SHELTER_STAFF", `mutation ($id: ID!) { recordService(input: {requestId: "r", caseId: $id, service: "training_education_life_skills"}) { case { version } } }`,
				json.RawMessage(w.fill(`{"id": "{{case.court}}"}`)))
			h := s.next()
			if !strings.Contains(h.body, "UNAVAILABLE") || strings.Contains(h.body, "matters") || strings.Contains(h.body, "kind") {
				t.Errorf("%s", h)
			}
		})
	}
}

// TestNoValuesInLog proves that nothing that a client writes stands in the access log:
// no text of an input, no argument, alias, name of an operation or header.
func TestNoValuesInLog(t *testing.T) {
	w := newWorld(t)
	plant := "PLANTED"
	say := func(query string, variables string) {
		body, err := json.Marshal(map[string]any{"query": query, "operationName": "OpPLANTED", "variables": json.RawMessage(w.fill(variables))})
		w.must(err)
		req, err := http.NewRequest(http.MethodPost, w.server.URL+"/graphql", bytes.NewReader(body))
		w.must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
		req.Header.Set("X-Forwarded-For", plant)
		req.Header.Set("User-Agent", plant)
		req.Header.Set("X-Request-Id", plant)
		resp, err := http.DefaultClient.Do(req)
		w.must(err)
		defer func() { _ = resp.Body.Close() }()
		var answer bytes.Buffer
		_, err = answer.ReadFrom(resp.Body)
		w.must(err)
		if strings.Contains(answer.String(), "errors") {
			t.Fatalf("%s", answer.String())
		}
	}
	say(`mutation OpPLANTED($id: ID!) { PLANTED: setSafeContact(input: {requestId: "PLANTED", caseId: $id, methods: [PHONE], dayParts: [MORNING], homeVisitAllowed: false, note: "PLANTED"}) { case { PLANTED2: safeContact { PLANTED3: note } } } }`, `{"id": "{{case.court}}"}`)
	say(`query OpPLANTED($id: ID!) { PLANTED: case(id: $id) { PLANTED2: matters { kind } history(first: 100) { nodes { note } } safeContact { note } } }`, `{"id": "{{case.court}}"}`)
	documents := 0
	_, err := w.store.Scan(context.Background(), store.AccessLog, func(doc store.Document) error {
		documents++
		if bytes.Contains(doc.State, []byte(plant)) {
			t.Errorf("%s", doc.State)
		}
		return nil
	})
	w.must(err)
	if documents < 4 {
		t.Errorf("%d documents", documents)
	}
}

// TestClientBehindProxies proves whose address is recorded: that of the connection, or
// what a trusted proxy says, and never what a client says of itself.
func TestClientBehindProxies(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	for _, test := range []struct {
		trusted   []netip.Prefix
		forwarded []string
		want      string
	}{
		{nil, []string{"203.0.113.9"}, "127.0.0.1"},
		{proxies[1:], []string{"203.0.113.9"}, "127.0.0.1"},
		{proxies, nil, "127.0.0.1"},
		{proxies, []string{"203.0.113.9"}, "203.0.113.9"},
		{proxies, []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		{proxies, []string{"198.51.100.1, 203.0.113.9, 10.1.1.1"}, "203.0.113.9"},
		{proxies, []string{"198.51.100.1", "203.0.113.9", "10.1.1.1"}, "203.0.113.9"},
		{proxies, []string{"10.2.2.2, 10.1.1.1"}, "10.2.2.2"},
		{proxies, []string{"nonsense, 10.1.1.1"}, "10.1.1.1"},
		{proxies, []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{proxies, []string{"2001:db8::1%eth0"}, "2001:db8::1"},
	} {
		w := newWorld(t)
		w.serve(graph.Options{TrustedProxies: test.trusted})
		req, err := http.NewRequest(http.MethodPost, w.server.URL+"/graphql", strings.NewReader(w.fill(`{"query":"{case(id:\"{{case.court}}\"){matters{kind}}}"}`)))
		w.must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
		for _, f := range test.forwarded {
			req.Header.Add("X-Forwarded-For", f)
		}
		resp, err := http.DefaultClient.Do(req)
		w.must(err)
		_ = resp.Body.Close()
		if all := w.records(); len(all) != 1 || all[0].From != test.want {
			t.Errorf("trusting %v, forwarded for %q: %+v, want %s", test.trusted, test.forwarded, all, test.want)
		}
	}
}

// TestAnswerWaitsForItsRecord proves that an answer is held until its record is in the
// store.
func TestAnswerWaitsForItsRecord(t *testing.T) {
	w := newWorld(t)
	log := stopped{w.store, make(chan struct{}), make(chan struct{})}
	w.audit = audit.NewLog(log, w.clock)
	w.serve(graph.Options{})
	var answered atomic.Bool
	done := make(chan []byte, 1)
	go func() {
		_, body := w.post("SUPERVISOR", `query ($id: ID!) { case(id: $id) { matters { kind } } }`, json.RawMessage(w.fill(`{"id": "{{case.court}}"}`)))
		answered.Store(true)
		done <- body
	}()
	<-log.holds
	if answered.Load() || len(w.records()) != 0 {
		t.Errorf("answered %v with %d records", answered.Load(), len(w.records()))
	}
	close(log.letGo)
	if body := <-done; !bytes.Contains(body, []byte("matters")) || !slices.ContainsFunc(w.records(), func(r audit.Record) bool { return r.Worker == workerOf("SUPERVISOR") }) {
		t.Errorf("%s, %v", body, w.records())
	}
}

// review runs the job that reviews reading, for today.
func (w *world) review(requestID string) {
	w.t.Helper()
	body := w.told("ORG_ADMIN", `mutation { runJob(input: {requestId: "`+requestID+`", name: "audit-review", asOf: "`+w.casework.Today().String()+`"}) { run { outcome } } }`)
	if !strings.Contains(body, "DONE") {
		w.t.Fatal(body)
	}
}

// TestUnusualReading proves that what the review finds comes to the worklists of those
// who answer for the reader, and of nobody else, in words without names or cases; and
// that it goes away.
func TestUnusualReading(t *testing.T) {
	w := newWorld(t)
	for n := range 30 { // one more than these stands in the log already
		w.must(w.audit.Commit(context.Background(), audit.Record{Request: "r", Worker: workerOf(access.LegalOfficer), Role: access.LegalOfficer, Organisation: lotus,
			Looks: []audit.Look{{Kind: audit.Read, Cases: []id.Case{id.Case(fmt.Sprint("case_", n))}}}}))
	}
	const query = `{ worklist(filter: {kind: [READING]}) { counts { kind overdue soon } nodes { kind case { id } figure { reason } reading { reason worker { name } from to days cases searches } severity dueOn explanation { text(locale: EN) km: text(locale: KM) facts { name } nextActions { mutation } } } } }`
	w.review("first")
	for _, role := range []string{"SUPERVISOR", "ORG_ADMIN"} {
		_, body := w.post(role, query, nil)
		for _, want := range []string{`"kind":"READING"`, `"figure":null`, `"case":null`,
			`"reading":{"reason":"OUTSIDE_CASELOAD","worker":{"name":"Lotus LEGAL_OFFICER"},"from":"2026-03-02","to":"2026-03-02","days":1,"cases":31,"searches":0}`,
			`A worker read 31 cases that were not hers, on 1 of the days from 2026-03-02 to 2026-03-02`, `ការអាន៖ បុគ្គលិកម្នាក់បានអានករណី 31`, `"severity":"MEDIUM"`} {
			if !strings.Contains(string(body), want) {
				t.Errorf("%s: no %s in %s", role, want, body)
			}
		}
		if strings.Contains(string(body), "case_") {
			t.Errorf("%s: %s", role, body)
		}
	}
	for _, role := range []string{"LEGAL_OFFICER", "SHELTER_STAFF", "OTHER_SUPERVISOR"} {
		if _, body := w.post(role, query, nil); strings.Contains(string(body), "OUTSIDE") {
			t.Errorf("%s: %s", role, body)
		}
	}
	w.now = w.now.AddDate(0, 0, 8)
	w.review("second")
	if _, body := w.post("SUPERVISOR", query, nil); !strings.Contains(string(body), `"nodes":[]`) {
		t.Errorf("a week after: %s", body)
	}
}

// TestRepeatedSearch proves that who searches for the same person again and again, however
// the name is typed, becomes a piece of work for who answers for the searcher; that the
// record holds neither the name nor anything that stands in the index; and that to look
// for one's own client is nothing unusual.
func TestRepeatedSearch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"Sok Dara", "dara sok", "SOK  DARA", "sok dara", "Dara Sok", "sok-dara"} {
		w.wantAnswer("ORG_ADMIN", `{ searchPeople(input: {name: "`+name+`"}) { cases { id } } }`, activeFound)
		w.wantAnswer("SUPERVISOR", `{ searchPeople(input: {name: "`+name+`"}) { cases { id } } }`, activeFound)
	}
	w.wantAnswer("ORG_ADMIN", `{ searchPeople(input: {name: "Chan"}) { cases { id } } }`, nobodyFound)
	sought := map[string]int{}
	for _, r := range w.records() {
		if text, err := json.Marshal(r); err != nil || strings.Contains(strings.ToLower(string(text)), "dara") {
			t.Errorf("%s %v", text, err)
		}
		for _, l := range r.Looks {
			sought[l.Sought]++
		}
	}
	if len(sought) != 2 {
		t.Errorf("two were sought, and the record has %v", sought)
	}
	_, err := w.store.Scan(context.Background(), store.People, func(doc store.Document) error {
		for digest := range sought {
			if digest == "" || bytes.Contains(doc.State, []byte(digest)) {
				t.Errorf("%s has the digest %q", doc.ID, digest)
			}
		}
		return nil
	})
	w.must(err)
	w.review("j")
	w.wantAnswer("SUPERVISOR", `{ worklist(filter: {kind: [READING]}) { nodes { reading { reason worker { id } searches cases exports } } } }`,
		`{"data":{"worklist":{"nodes":[{"reading":{"reason":"SAME_SEARCH","worker":{"id":"worker_ORG_ADMIN"},"searches":6,"cases":0,"exports":0}}]}}}`)
}

// TestRecordingNamesIsASearch proves that who records a name or a number is recorded as
// having searched as well, and who records what asks nothing is not.
func TestRecordingNamesIsASearch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for given, want := range map[string]bool{`sex: FEMALE`: false, `aliases: ["Leakena"]`: true, `numbers: [{kind: NATIONAL_ID, number: "010 123 999"}]`: true} {
		got := w.told("SUPERVISOR", fmt.Sprintf(`mutation { recordIdentity(input: {requestId: %q, caseId: "{{case.active}}", %s}) { case { id } } }`, given[:3], given))
		records := w.records()
		looks := records[len(records)-1].Looks
		searched := slices.ContainsFunc(looks, func(l audit.Look) bool {
			return l.Kind == audit.Search && slices.Equal(l.Fields, []string{"Mutation.recordIdentity"})
		})
		if searched != want {
			t.Errorf("%s: %s is recorded as %+v", given, got, looks)
		}
	}
}

// TestExport proves who takes a copy of all that is held of a case, that it is recorded
// with what it is for, and that one by somebody who leaves soon becomes a piece of work
// until it is said that she stays.
func TestExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const query = `{ caseExport(caseId: "{{case.active}}", purpose: COURT) { case { code } madeAt page(locale: KM) json } }`
	absent := w.told("SUPERVISOR", `{ caseExport(caseId: "case_0000000000000000000000000A", purpose: COURT) { json } }`)
	for role, want := range map[string]string{"SHELTER_STAFF": "FORBIDDEN", "LEGAL_OFFICER": "FORBIDDEN", "CAREER_ADVISOR": "FORBIDDEN", "PARTNER_APP": "FORBIDDEN", "OTHER_SUPERVISOR": "NOT_FOUND", "COORDINATOR": "NOT_FOUND", "AUDITOR": "NOT_FOUND"} {
		if got := w.told(role, query); !strings.Contains(got, want) || strings.Contains(got, "Dara") || want == "NOT_FOUND" && got != absent {
			t.Errorf("%s: %s", role, got)
		}
	}
	if len(w.records()) != 0 {
		t.Errorf("refusals are recorded: %v", w.records())
	}
	for _, want := range []string{"Sok", "ដារ៉ា", "អត្តសញ្ញាណរបស់អ្នក", "2026-03-02"} {
		if got := w.told("ORG_ADMIN", query); !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	w.wantAnswer("AUDITOR", `{ caseAccess(caseId: "{{case.active}}", first: 2) { nodes { kind exportedFor classes fields worker { id } } } }`,
		`{"data":{"caseAccess":{"nodes":[{"kind":"READ","exportedFor":null,"classes":["IDENTITY"],"fields":["CaseExport.json","CaseExport.page"],"worker":{"id":"worker_ORG_ADMIN"}},{"kind":"EXPORT","exportedFor":"COURT","classes":["CONTACT","HEALTH","IDENTITY","LEGAL","LOCATION","NOTES","TRAFFICKING"],"fields":["Query.caseExport"],"worker":{"id":"worker_ORG_ADMIN"}}]}}}`)
	leaves := func(requestID, says string) {
		if got := w.told("ORG_ADMIN", `mutation { updateWorker(input: {requestId: "`+requestID+`", workerId: "worker_SUPERVISOR", `+says+`}) { worker { leavesOn } } }`); strings.Contains(got, "errors") {
			t.Fatal(got)
		}
		w.review(requestID)
	}
	found := func(want string) {
		t.Helper()
		w.wantAnswer("ORG_ADMIN", `{ worklist(filter: {kind: [READING]}) { nodes { severity reading { reason worker { id } cases exports } } } }`, `{"data":{"worklist":{"nodes":[`+want+`]}}}`)
	}
	if got := w.told("SUPERVISOR", `{ caseExport(caseId: "{{case.active}}", purpose: SURVIVOR) { madeAt } }`); strings.Contains(got, "errors") {
		t.Fatal(got)
	}
	often := `{"severity":"MEDIUM","reading":{"reason":"MANY_EXPORTS","worker":{"id":"worker_ORG_ADMIN"},"cases":0,"exports":4}}`
	leaves("leaves", `leavesOn: "2026-03-09"`)
	found(`{"severity":"HIGH","reading":{"reason":"BEFORE_LEAVING","worker":{"id":"worker_SUPERVISOR"},"cases":1,"exports":1}},` + often)
	leaves("stays", `stays: true`)
	found(often)
	if got := w.told("ORG_ADMIN", `mutation { updateWorker(input: {requestId: "both", workerId: "worker_SUPERVISOR", leavesOn: "2026-03-09", stays: true}) { worker { id } } }`); !strings.Contains(got, "INVALID") {
		t.Error(got)
	}
}

// caseTypes are the types by which the hook finds the case above a field.
var caseTypes = []string{"Case", "CasePayload", "ReferralPayload", "GroupServiceResult", "WorkItem", "Flag", "RecordIdentityPayload", "CaseExport"}

// TestPersonalFieldsStandBelowACase proves that no field of a personal class can be
// reached but below a case, so that every look at one is recorded; but for a few that
// tell of no survivor.
func TestPersonalFieldsStandBelowACase(t *testing.T) {
	schema := loadSchema(t)
	ofNobody := []string{"Activity.reason", "Site.commune", "Site.district"} // of what was counted, and of a place
	var found []string
	seen := map[string]bool{}
	var walk func(name string)
	walk = func(name string) {
		d := schema.Types[name]
		if seen[name] || slices.Contains(caseTypes, name) || d.Kind == ast.Scalar || d.Kind == ast.Enum {
			return
		}
		seen[name] = true
		for _, f := range d.Fields {
			if c := f.Directives.ForName("class"); c != nil && slices.Contains(audit.Personal, access.Class(c.Arguments.ForName("is").Value.Raw)) {
				found = append(found, name+"."+f.Name)
			}
			walk(f.Type.Name())
		}
		for _, p := range schema.GetPossibleTypes(d) {
			walk(p.Name)
		}
	}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		walk(root.Name)
	}
	slices.Sort(found)
	if !slices.Equal(found, ofNobody) {
		t.Errorf("reached without a case: %v, want %v", found, ofNobody)
	}
}

// TestEnumsOfTheRecord proves that the schema has the kinds and origins that the record
// knows, and the record no others.
func TestEnumsOfTheRecord(t *testing.T) {
	schema := loadSchema(t)
	for name, want := range map[string]string{"AccessKind": fmt.Sprint(audit.Kinds), "AccessOrigin": fmt.Sprint(audit.Origins),
		"ExportPurpose": fmt.Sprint(audit.ExportPurposes), "WorkReadingReason": fmt.Sprint(audit.Reasons)} {
		var values []string
		for _, v := range schema.Types[name].EnumValues {
			values = append(values, v.Name)
		}
		if fmt.Sprint(values) != want {
			t.Errorf("%s has %v, want %s", name, values, want)
		}
	}
}
