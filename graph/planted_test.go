package graph_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"

	"onward/graph"
	"onward/graph/generated"
)

// planting is how many synthetic texts are planted: names, phones and villages.
const planting = 1000

// planted returns the nth synthetic text: no two have one in them.
func planted(n int) string {
	latin := []string{"Sokha", "Chanthou", "Sreymom", "Bopha", "Kunthea"}
	khmer := []string{"សុខា", "ចាន់ធូ", "ស្រីមុំ", "បុប្ផា", "គន្ធា"}
	i := n / 5
	switch n % 5 {
	case 0:
		return fmt.Sprintf("%s Plantedname%04d", latin[i%5], n)
	case 1:
		return fmt.Sprintf("%s ឈ្មោះ%04d", khmer[i%5], n)
	case 2:
		return fmt.Sprintf("+8551277%04d", n)
	case 3:
		return fmt.Sprintf("Phum Plantedvillage%04d", n)
	}
	return fmt.Sprintf("ភូមិ%s%04d", khmer[i%5], n)
}

// notHers are the mutations whose texts are about no survivor, and why.
var notHers = map[string]string{
	"addEmployer": "the directory", "updateEmployer": "the directory", "endEmployer": "the directory",
	"addSite": "the directory", "updateSite": "the directory", "endSite": "the directory",
	"addTeam": "the directory", "updateTeam": "the directory", "endTeam": "the directory",
	"addWorker": "the directory", "updateWorker": "the directory", "endWorker": "the directory",
	"addSchool": "the directory", "updateSchool": "the directory", "endSchool": "the directory",
	"addNetwork": "the directory", "updateNetwork": "the directory", "endNetwork": "the directory",
	"updateOrganisation": "the directory", "issueToken": "the directory", "revokeTokens": "the directory",
	"inviteWorker": "the directory", "linkSignIn": "the directory",
	"issuePartnerKey": "the directory", "rotatePartnerKey": "the directory", "revokePartnerKey": "the directory",
	"registerDocument": "the directory", "retireDocument": "the directory",
	"draftRelease": "published figures", "checkRelease": "published figures", "publishRelease": "published figures", "withdrawRelease": "published figures",
	"setTarget": "figures", "setThresholds": "rules", "runJob": "jobs",
}

// plainTexts are the inputs of type String that take only what a list has, by the name of
// the field.
var plainTexts = map[string]bool{"service": true, "instrument": true, "item": true, "option": true, "province": true, "provinces": true, "code": true, "currency": true,
	"nationality": true, "district": true, "commune": true}

// insteadOf says which inputs are left out where another one is planted, since they
// do not go together.
var insteadOf = map[string][]string{
	"employerName": {"employerId", "placementId"}, "providerName": {"providerId"},
	"name": {"workerId"}, "organisation": {"workerId"},
}

// written returns in what letters a place of a mutation is written.
func written(mutation string, p place) *regexp.Regexp {
	switch {
	case mutation == "recordIdentity" && p.path[0] == "name":
		return regexp.MustCompile(`^[A-Z]`)
	case mutation == "recordIdentity" && p.path[0] == "nameKhmer":
		return regexp.MustCompile(`^\p{Khmer}`)
	}
	return regexp.MustCompile("")
}

// place is an input of a mutation in which something can be written.
type place struct {
	path []string // as in the schema, lists with []
	code bool     // what is written there must be on a list, or name a thing that is there
}

// placesOf returns where something can be written in an input, as the schema has it.
func placesOf(schema *ast.Schema, t *ast.Type, at []string) []place {
	list := t.Elem != nil
	for t.Elem != nil {
		t = t.Elem
	}
	if list {
		at = append(slices.Clone(at[:len(at)-1]), at[len(at)-1]+"[]")
	}
	def := schema.Types[t.NamedType]
	switch {
	case def.Kind == ast.InputObject:
		var all []place
		for _, f := range def.Fields {
			all = append(all, placesOf(schema, f.Type, append(slices.Clone(at), f.Name))...)
		}
		return all
	case t.NamedType == "String":
		return []place{{at, plainTexts[strings.TrimSuffix(at[len(at)-1], "[]")]}}
	case t.NamedType == "ID" && at[len(at)-1] != "requestId" && at[len(at)-1] != "caseId":
		return []place{{at, true}}
	}
	return nil
}

// plant writes a text at a place of an input.
func (p place) plant(input map[string]any, text string) {
	at := input
	for _, name := range p.path[:len(p.path)-1] {
		key, list := strings.CutSuffix(name, "[]")
		inner := map[string]any{}
		switch there := at[key].(type) {
		case map[string]any:
			inner = there
		case []any:
			inner = there[0].(map[string]any)
		default:
			at[key] = any(inner)
			if list {
				at[key] = []any{inner}
			}
		}
		at = inner
	}
	key, list := strings.CutSuffix(p.path[len(p.path)-1], "[]")
	at[key] = text
	if list {
		at[key] = []any{text}
	}
	for _, other := range insteadOf[key] {
		delete(at, other)
	}
}

// loud is a world that keeps all that it logs, and all errors that it answers with.
type loud struct {
	*world
	mu   sync.Mutex
	said bytes.Buffer
}

func (l *loud) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.Write(p)
}

func newLoud(t *testing.T) *loud {
	l := &loud{world: newWorld(t)}
	log := debugLog(l)
	l.server = httptest.NewServer(graph.Handler(l.resolver(), graph.Options{Log: log}))
	t.Cleanup(l.server.Close)
	return l
}

// send sends a mutation and returns its errors.
func (l *loud) send(r request) string {
	variables, err := json.Marshal(r.variables)
	l.must(err)
	_, body := l.post(r.as, r.query, variables)
	var answer struct{ Errors json.RawMessage }
	l.must(json.Unmarshal(body, &answer))
	_, _ = l.Write(answer.Errors)
	return string(answer.Errors)
}

// wantNothing fails the test where a text stands in what was logged and answered, or
// in a file of the store, while that is open and in the copy that stays of it.
func (l *loud) wantNothing(what string, texts []string) {
	l.t.Helper()
	l.search(what, "logs and errors", l.said.Bytes(), texts)
	for _, when := range []string{"the open store", "a copy of the store"} {
		files, err := filepath.Glob(filepath.Join(l.data, "*"))
		l.must(err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			l.must(err)
			l.search(what, when+", "+filepath.Base(file), data, texts)
		}
		_ = l.store.Close()
	}
}

func (l *loud) search(what, where string, data []byte, texts []string) {
	l.t.Helper()
	for _, text := range texts {
		if bytes.Contains(data, []byte(text)) {
			l.t.Errorf("%s: %q stands in %s", what, text, where)
		}
	}
}

// fitting are the golden requests in which a place can be planted, where it is not
// the one that is called ok, and what else they say then.
var fitting = map[string]struct {
	file   string
	beside map[string]any
}{
	"admitToShelter/overCapacityReason": {file: "overCapacity"},
	"recordWorkplaceCheck/employerName": {beside: map[string]any{"when": "BEFORE_START"}},
	"recordIdentity/contacts[].value":   {beside: map[string]any{"contacts": []any{map[string]any{"kind": "MESSENGER"}}}},
}

// request is a golden request that succeeds: who sends it, and what, for a mutation
// of which a place is planted. Its other variables are those of requests before it.
type request struct {
	as, query string
	input     map[string]any // of the mutation
	variables map[string]map[string]any
}

func (w *world) request(mutation, place string) request {
	w.t.Helper()
	fits := fitting[mutation+"/"+place]
	raw, err := os.ReadFile(filepath.Join("testdata", mutation, cmp.Or(fits.file, "ok")+".txt"))
	if err != nil {
		w.t.Fatalf("%s has no golden request: %v", mutation, err)
	}
	var r request
	for _, f := range txtar.Parse(raw).Files {
		switch text := strings.TrimSpace(string(f.Data)); f.Name {
		case "as":
			r.as = text
		case "query":
			r.query = w.fill(text)
		case "variables":
			w.must(json.Unmarshal([]byte(w.fill(text)), &r.variables))
		}
	}
	name := regexp.MustCompile(`\b` + mutation + `\(input: \$(\w+)\)`).FindStringSubmatch(r.query)
	if name == nil {
		w.t.Fatalf("the golden request of %s does not have its input as a variable", mutation)
	}
	r.input = r.variables[name[1]]
	maps.Copy(r.input, fits.beside)
	return r
}

// TestPlantedTextsAreNowhere proves that what is written of survivors stands neither
// in the store, nor in a log, nor in an error: a thousand names, phones and villages
// are sent through every input of every mutation of the schema, one that takes free
// text must take it, and then all that is there is searched.
func TestPlantedTextsAreNowhere(t *testing.T) {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	n := 0
	next := func() string { n++; return planted(n - 1) }
	for _, m := range schema.Mutation.Fields {
		if notHers[m.Name] != "" {
			continue
		}
		for _, p := range placesOf(schema, m.Arguments.ForName("input").Type, nil) {
			texts := []string{next(), next()}
			for !written(m.Name, p).MatchString(texts[0]) {
				texts[0] = next()
			}
			t.Run(m.Name+"/"+strings.Join(p.path, "."), func(t *testing.T) {
				t.Parallel()
				plantOne(t, m.Name, p, texts)
			})
		}
	}
	if n >= planting {
		t.Fatalf("%d texts are too few", planting)
	}
	var others []string
	for n < planting {
		others = append(others, next())
	}
	t.Run("the others", func(t *testing.T) {
		t.Parallel()
		plantMany(t, others)
	})
	t.Run("who they are", func(t *testing.T) {
		t.Parallel()
		plantPeople(t)
	})
}

// plantOne plants a text at a place of a mutation, and another one as the requestId.
// First the request goes to no case, so that it is refused.
func plantOne(t *testing.T, mutation string, p place, texts []string) {
	l := newLoud(t)
	r := l.request(mutation, strings.Join(p.path, "."))
	p.plant(r.input, texts[0])
	r.input["requestId"] = texts[1]
	if caseID, ok := r.input["caseId"]; ok {
		r.input["caseId"] = "case_0000000000000000000000000A"
		if l.send(r) == "" {
			t.Error("no case was changed, without an error")
		}
		r.input["caseId"] = caseID
	}
	if errors := l.send(r); errors != "" && !p.code {
		t.Errorf("the text was not taken: %s", errors)
	}
	l.wantNothing(mutation, texts)
}

// plantMany plants what is left of the texts in notes, and reads one back.
func plantMany(t *testing.T, texts []string) {
	l := newLoud(t)
	i := 0
	for note := range slices.Chunk(texts, 40) {
		i++
		r := l.request("recordService", "note")
		r.input["requestId"], r.input["note"] = fmt.Sprint("note-", i), strings.Join(note, ", ")
		if errors := l.send(r); errors != "" {
			t.Fatal(errors)
		}
	}
	input := l.request("recordService", "note").input
	_, body := l.post("SUPERVISOR", fmt.Sprintf(`{case(id: %q) {history(last: 5) {nodes {note}}}}`, input["caseId"]), json.RawMessage("{}"))
	if !bytes.Contains(body, []byte(texts[len(texts)-1])) {
		t.Errorf("the last note cannot be read: %s", body)
	}
	l.wantNothing("notes", texts)
}

// plantPeople plants a thousand names, phones and villages in identities, each of them
// where such a thing stands, searches for some, and reads one back.
func plantPeople(t *testing.T) {
	l := newLoud(t)
	var texts []string
	for n := 0; n < planting; n += 5 {
		l.moveTo(l.clock().Add(30 * time.Second)) // so long the names of one recording take
		five := []string{planted(n), planted(n + 1), planted(n + 2), planted(n + 3), planted(n + 4)}
		texts = append(texts, five...)
		r := l.request("recordIdentity", "")
		maps.Copy(r.input, map[string]any{
			"requestId": fmt.Sprint("identity-", n), "expectedVersion": n / 5,
			"name": map[string]any{"given": five[0]}, "nameKhmer": map[string]any{"family": five[1]}, "aliases": []string{five[0], five[1]},
			"contacts":  []any{map[string]any{"kind": "PHONE", "value": five[2]}},
			"addresses": []any{map[string]any{"kind": "CURRENT", "village": five[3]}, map[string]any{"kind": "HOME", "village": five[4]}},
		})
		if errors := l.send(r); errors != "" {
			t.Fatal(errors)
		}
	}
	last := texts[len(texts)-5:]
	_, body := l.post("SUPERVISOR", fmt.Sprintf(`{name: searchPeople(input: {name: %q}) {cases {identity {addresses {village}}}} khmer: searchPeople(input: {name: %q}) {cases {id}} phone: searchPeople(input: {phone: %q}) {cases {id}}}`,
		last[0], last[1], last[2]), json.RawMessage("{}"))
	if bytes.Count(body, []byte("id\":\"case_")) != 2 || !bytes.Contains(body, []byte(last[4])) {
		t.Errorf("the last one cannot be found and read: %s", body)
	}
	l.wantNothing("identities", texts)
}
