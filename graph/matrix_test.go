package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/id"
)

const matrixFile = "testdata/matrix.txt"

// TestMatrix asks over HTTP for every field of the schema, with every argument,
// tries every mutation and every subscription, as every role and from every
// standing to a case that has everything, and compares what comes with one golden
// file. The schema itself is walked: what is new stands in the matrix, or the test
// says what it needs. Run with -update to write the file, and read the difference.
func TestMatrix(t *testing.T) {
	t.Parallel()
	got := newMatrix(t).draw()
	if *update {
		if err := os.WriteFile(matrixFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	raw, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(raw), "\n")
	differing := 0
	for i, line := range strings.Split(got, "\n") {
		if i >= len(want) || line != want[i] {
			if differing++; differing <= 10 {
				t.Errorf("line %d\nnow  %s\nfile %s", i+1, line, append(want, "")[min(i, len(want))])
			}
		}
	}
	if n := strings.Count(got, "\n") + 1; differing > 0 || n != len(want) {
		t.Errorf("%d lines differ; the matrix has %d lines, the file %d", differing, n, len(want))
	}
}

// What a cell of the matrix says. Of what several objects of a type show, the best
// stands.
const (
	unseen  = '.' // null, or what it belongs to is
	nothing = '0' // an empty list, which may be read
	shown   = 'V' // a value
	granted = '+' // allowed
)

// refusals are the letters of what is refused.
var refusals = map[string]byte{"FORBIDDEN": 'F', "NOT_FOUND": 'N', "INVALID": 'I', "CONFLICT": 'C', "UNAVAILABLE": 'U', "INTERNAL": 'X', "UNAUTHENTICATED": 'A'}

const legend = `What each role gets from each standing to one case that has everything, asked over HTTP.
In a cell, one letter for each role: %s.
  V a value   0 an empty list   . null, or nothing that has the field is shown   + allowed
  F FORBIDDEN   N NOT_FOUND   I INVALID   C CONFLICT   U UNAVAILABLE   X INTERNAL
Standings: %s.
`

// standings are the ways in which somebody can stand to the case, in the order in
// which it is brought into them.
var standings = []string{"foreign", "invited", "shared", "own", "assigned", "consented", "glass", "protected"}

// matrix is the matrix while it is drawn.
type matrix struct {
	*tale
	schema *ast.Schema
	routes []route
	cells  map[string]map[string][]byte // by line and standing, a letter for each role
}

func newMatrix(t *testing.T) *matrix {
	m := &matrix{tale: &tale{world: newWorld(t)}, schema: loadSchema(t), cells: map[string]map[string][]byte{}}
	ctx := context.Background()
	more := []directory.Thing{
		directory.Worker{ID: "worker_OWNER", Organisation: lotus, Name: "Lotus owner", Role: access.ShelterStaff, QueriesAdHoc: true},
		directory.Worker{ID: "worker_LEAD", Organisation: lotus, Name: "Lotus lead", Role: access.OrgAdmin, QueriesAdHoc: true},
	}
	tokens := map[string]id.Worker{"LEAD": "worker_LEAD", "OWNER": "worker_OWNER"}
	for _, role := range access.Roles {
		w := id.Worker("worker_RIVER_" + string(role))
		more = append(more, directory.Worker{ID: w, Organisation: river, Name: "River " + string(role), Role: role, QueriesAdHoc: access.MayQueryAdHoc(role)})
		tokens["RIVER_"+string(role)] = w
	}
	m.must(m.dir.Add(ctx, more...))
	for name, w := range tokens {
		m.tokens[name] = m.issue(ctx, w)
	}
	m.routes = routesOf(m.schema)
	return m
}

// put sets a cell, where it says more than what stands there.
func (m *matrix) put(line, standing string, role int, letter byte) {
	if m.cells[line] == nil {
		m.cells[line] = map[string][]byte{}
	}
	if m.cells[line][standing] == nil {
		m.cells[line][standing] = []byte(strings.Repeat(" ", len(access.Roles)))
	}
	const rank = " .0V"
	if at := &m.cells[line][standing][role]; strings.IndexByte(rank, letter) < 0 || strings.IndexByte(rank, letter) > strings.IndexByte(rank, *at) {
		*at = letter
	}
}

// reply is what a request got.
type reply struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code string }
	}
}

func (m *matrix) send(as, query string, variables string) reply {
	m.t.Helper()
	if variables == "" {
		variables = "{}"
	}
	_, body := m.post(as, m.fill(query), json.RawMessage(m.fill(variables)))
	var got reply
	if err := json.Unmarshal(body, &got); err != nil {
		m.t.Fatalf("%s: %s", query, body)
	}
	return got
}

// letter returns the letter of the first refusal, or that something is allowed.
func (m *matrix) letter(a reply) byte {
	if len(a.Errors) == 0 {
		return granted
	}
	letter, known := refusals[a.Errors[0].Extensions.Code]
	if !known {
		m.t.Fatalf("an unknown code: %+v", a.Errors[0])
	}
	return letter
}

// fields asks for all fields that a way leads to, as one role.
func (m *matrix) fields(r route, standing, as string, role int) {
	a := m.send(as, m.query(r), "")
	for _, f := range r.of.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		line := r.of.Name + "." + f.Name
		m.put(line, standing, role, unseen)
		if len(a.Errors) > 0 && a.Data == nil {
			m.put(line, standing, role, m.letter(a))
		}
	}
	m.look(a.Data, r, 0, standing, role)
	for _, e := range a.Errors {
		if e.Extensions.Code == "INTERNAL" || strings.HasPrefix(e.Message, "query:") {
			m.t.Errorf("%s as %s, %s: %+v", m.query(r), as, standing, e)
		}
	}
}

// look follows a way through an reply and notes what is shown at its end.
func (m *matrix) look(at any, r route, depth int, standing string, role int) {
	switch v := at.(type) {
	case []any:
		for _, e := range v {
			m.look(e, r, depth, standing, role)
		}
	case map[string]any:
		if depth < len(r.path) {
			m.look(v[r.path[depth].Name], r, depth+1, standing, role)
			return
		}
		for name, value := range v {
			letter := byte(shown)
			if list, is := value.([]any); value == nil {
				letter = unseen
			} else if is && len(list) == 0 {
				letter = nothing
			}
			m.put(r.of.Name+"."+name, standing, role, letter)
		}
	}
}

// viewer returns who looks as a role from a standing.
func viewer(standing string, role access.Role) string {
	if slices.Contains([]string{"foreign", "invited", "shared"}, standing) {
		return "RIVER_" + string(role)
	}
	return string(role)
}

// draw brings the case into each standing and asks for everything.
func (m *matrix) draw() string {
	m.holdReleases()
	for _, c := range everything {
		if c.mutation == "agreeMatch" {
			m.nameMatch(id.Case(m.names["life"]))
		}
		m.live(c)
	}
	mutations := m.mutations()
	for _, standing := range standings {
		m.bring(standing)
		for i, role := range access.Roles {
			if standing == "assigned" && !role.WorksOnCases() {
				continue
			}
			if standing == "assigned" {
				m.live(chapter{"2026-10-05", "LEAD", "assignCase", `"ownerId": "worker_` + string(role) + `"`, ""})
			}
			as := viewer(standing, role)
			for _, r := range m.routes {
				if r.ofCase() {
					m.fields(r, standing, as, i)
				}
			}
			for _, p := range mutations {
				m.put(p.line, standing, i, m.attempt(p, as))
			}
		}
		m.watch(standing)
	}
	m.live(chapter{"2026-10-05", "LEAD", "unprotectCase", `"reason": "It is over"`, ""})
	for i, role := range access.Roles {
		for _, r := range m.routes {
			if !r.ofCase() {
				m.fields(r, "own", string(role), i)
			}
		}
		m.asked(i, string(role))
	}
	m.flagged()
	m.alone()
	return m.text()
}

// bring brings the case into a standing. Those of the other organisation come
// first, so that consent for it is all that they rest on.
func (m *matrix) bring(standing string) {
	live := func(role, mutation, input string) { m.live(chapter{"2026-10-05", role, mutation, input, ""}) }
	switch standing {
	case "invited":
		live("SUPERVISOR", "sendReferral", `"organisationId": "org_RIVER", "need": "A course", "service": "training_education_vocational", "shares": ["CASE", "OUTCOME", "CONTACT", "LOCATION", "HEALTH", "TRAFFICKING", "LEGAL"]`)
	case "shared":
		live("OTHER_SUPERVISOR", "answerReferral", `"referralId": "{{referral}}", "accepted": true`)
	case "consented":
		live("LEAD", "assignCase", `"ownerId": "worker_OWNER"`)
		live("SUPERVISOR", "recordConsent", `"purpose": "PARTNER_APP", "decision": "GIVEN"`)
	case "glass":
		for _, role := range access.Roles {
			if role.WorksOnCases() && !role.Steers() {
				live(string(role), "breakGlass", `"reason": "She has fainted"`)
			}
		}
	case "protected":
		live("LEAD", "protectCase", `"workerIds": ["worker_LEAD", "worker_OWNER"], "reason": "A threat"`)
	}
}

// alone tries the mutations that are about no case, each as every role.
func (m *matrix) alone() {
	var w *world
	for _, f := range m.schema.Mutation.Fields {
		input := m.inputOf(f.Name)
		if _, of := input["caseId"]; of {
			continue
		}
		text, err := json.Marshal(map[string]any{"input": input})
		m.must(err)
		for i, role := range access.Roles {
			if w == nil {
				w = newWorld(m.t)
				w.holdReleases()
			}
			fresh := &matrix{tale: &tale{world: w}}
			letter := fresh.letter(fresh.send(string(role), mutate(f), string(text)))
			m.put("Mutation."+f.Name, "own", i, letter)
			if letter == granted {
				w.server.Close()
				w = nil
			}
		}
	}
}

// watch subscribes as every role, and lets something happen to the case.
func (m *matrix) watch(standing string) {
	const told = `subscription ($id: ID!) { caseChanged(id: $id) { id } }`
	m.trust(told)
	subscribers := make([]*stream, len(access.Roles))
	for i, role := range access.Roles {
		subscribers[i] = m.stream(viewer(standing, role), told, m.fill(`{"id": "{{life}}"}`))
	}
	m.happen(chapter{role: "LEAD", mutation: "recordService", input: `"service": "counselling_trauma"`})
	for i, s := range subscribers {
		m.put("Subscription.caseChanged", standing, i, firstTold(s.next()))
		s.leave()
	}
}

// happen tells a step of the case's life on the day that it is: subscribers read the
// clock, which nobody moves under them.
func (m *matrix) happen(c chapter) {
	m.n++
	m.step(c)
}

// firstTold returns the letter of what a subscriber is told first.
func firstTold(h told) byte {
	for code, letter := range refusals {
		if h.refused(code) {
			return letter
		}
	}
	if h.kind == "next" {
		return granted
	}
	return '?'
}

// flagged subscribes to flags as every role, and lets one be raised.
func (m *matrix) flagged() {
	m.moveTo(time.Date(2026, 12, 31, 12, 0, 0, 0, calendar.Zone))
	const raised = `subscription { flagRaised { id } }`
	m.trust(raised)
	subscribers := make([]*stream, len(access.Roles))
	for i, role := range access.Roles {
		subscribers[i] = m.stream(string(role), raised, "")
	}
	m.happen(chapter{role: "SUPERVISOR", mutation: "runJob", input: `"name": "stall-scan", "asOf": "2026-12-31"`})
	for i, s := range subscribers {
		m.put("Subscription.flagRaised", "own", i, firstTold(s.next()))
		s.leave()
	}
}

// text writes the matrix.
func (m *matrix) text() string {
	var b strings.Builder
	roles := make([]string, len(access.Roles))
	for i, role := range access.Roles {
		roles[i] = string(role)
	}
	fmt.Fprintf(&b, legend, strings.Join(roles, " "), strings.Join(standings, " "))
	for _, part := range []struct {
		title string
		lines func(string) bool
	}{
		{"Fields", func(l string) bool {
			return !strings.Contains(l, "(") && !strings.HasPrefix(l, "Mutation.") && !strings.HasPrefix(l, "Subscription.")
		}},
		{"Arguments, of the own organisation", func(l string) bool { return strings.Contains(l, "(") }},
		{"Mutations", func(l string) bool { return strings.HasPrefix(l, "Mutation.") }},
		{"Subscriptions", func(l string) bool { return strings.HasPrefix(l, "Subscription.") }},
	} {
		fmt.Fprintf(&b, "\n%-50s", part.title)
		for _, s := range standings {
			fmt.Fprintf(&b, " %-9s", s)
		}
		b.WriteString("\n")
		for _, line := range slices.Sorted(maps.Keys(m.cells)) {
			if !part.lines(line) {
				continue
			}
			row := fmt.Sprintf("%-50s", line)
			for _, s := range standings {
				row += " " + fmt.Sprintf("%-9s", m.cells[line][s])
			}
			b.WriteString(strings.TrimRight(row, " ") + "\n")
		}
	}
	return b.String()
}
