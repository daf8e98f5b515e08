package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"onward/graph"
)

// send sends a request as it is given and returns the status and the answer.
func (w *world) send(url string, req *http.Request) (int, string) {
	w.t.Helper()
	var err error
	req.URL, err = req.URL.Parse(url + "/graphql")
	w.must(err)
	resp, err := http.DefaultClient.Do(req)
	w.must(err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	w.must(err)
	return resp.StatusCode, string(answer)
}

// TestRefusalsOfTheEdge proves that whatever does not reach GraphQL is refused
// with a code, in GraphQL's form, and that nothing of a body is answered or
// logged.
func TestRefusalsOfTheEdge(t *testing.T) {
	w := newWorld(t)
	var log bytes.Buffer
	server := httptest.NewServer(graph.Handler(w.resolver(), graph.Options{Log: debugLog(&log)}))
	defer server.Close()
	const secret = "Sreymom of Takeo"
	big := `{"query":"{ viewer { role } }","variables":{"note":"` + strings.Repeat(secret, 5000) + `"}}`
	for _, c := range []struct {
		name, method, contentType, body string
		chunked                         bool
		status                          int
		code                            string
	}{
		{"a trailing comma", "POST", "application/json", `{"query":"mutation{x(note:\"` + secret + `\")}",}`, false, 400, "INVALID"},
		{"nothing", "POST", "application/json", ``, false, 400, "INVALID"},
		{"a batch", "POST", "application/json", `[{"query":"{ viewer { role } }"}]`, false, 400, "INVALID"},
		{"a text", "POST", "application/json", `"` + secret + `"`, false, 400, "INVALID"},
		{"no query", "POST", "application/json", `{"variables":{"note":"` + secret + `"}}`, false, 400, "INVALID"},
		{"a query that is a number", "POST", "application/json", `{"query":5}`, false, 400, "INVALID"},
		{"variables that are a text", "POST", "application/json", `{"query":"{ viewer { role } }","variables":"` + secret + `"}`, false, 400, "INVALID"},
		{"variables that are a list", "POST", "application/json", `{"query":"{ viewer { role } }","variables":[]}`, false, 400, "INVALID"},
		{"extensions that are a list", "POST", "application/json", `{"query":"{ viewer { role } }","extensions":["` + secret + `"]}`, false, 400, "INVALID"},
		{"a byte order mark", "POST", "application/json", "\ufeff{\"query\":\"{ viewer { role } }\"}", false, 400, "INVALID"},
		{"compressed", "POST", "application/json", "\x1f\x8b\x08\x00" + secret, false, 400, "INVALID"},
		{"nested", "POST", "application/json", `{"query":"{ viewer { role } }","variables":{"note":` + strings.Repeat("[", 19) + `"` + secret + `"` + strings.Repeat("]", 19) + `}}`, false, 400, "INVALID"},
		{"nested in a text", "POST", "application/json", `{"query":"{ __typename __type(name: \"` + strings.Repeat("[{", 50) + `\") { name } }"}`, false, 200, "FORBIDDEN"},
		{"too large", "POST", "application/json", big, false, 413, "INVALID"},
		{"too large, in chunks", "POST", "application/json", big, true, 413, "INVALID"},
		{"another content type", "POST", "text/plain", `{"query":"{ viewer { role } }"}`, false, 415, "INVALID"},
		{"a form", "POST", "application/x-www-form-urlencoded", `query={viewer{role}}`, false, 415, "INVALID"},
		{"GET", "GET", "application/json", ``, false, 405, "INVALID"},
		{"PUT", "PUT", "application/json", `{"query":"{ viewer { role } }"}`, false, 405, "INVALID"},
		{"introspection", "POST", "application/json", `{"query":"{ __schema { types { name } } }"}`, false, 200, "FORBIDDEN"},
	} {
		var body io.Reader = strings.NewReader(c.body)
		if c.chunked {
			body = io.MultiReader(body) // of a length that is not known
		}
		req, err := http.NewRequest(c.method, server.URL, body)
		w.must(err)
		req.Header.Set("Content-Type", c.contentType)
		req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
		status, answer := w.send(server.URL, req)
		if status != c.status || !strings.Contains(answer, `"code":"`+c.code+`"`) || strings.Contains(answer, secret) {
			t.Errorf("%s: %d %s", c.name, status, answer)
		}
	}
	if said := log.String(); strings.Contains(said, secret) || strings.Contains(said, "ERROR") {
		t.Errorf("the log says %s", said)
	}
}

// TestBearer proves that a token counts only behind its scheme, however that is
// written, and that a page of another site cannot use it.
func TestBearer(t *testing.T) {
	w := newWorld(t)
	token := w.tokens["SUPERVISOR"]
	ask := func(header, site string) (int, string) {
		req, err := http.NewRequest(http.MethodPost, w.server.URL, strings.NewReader(`{"query":"{ viewer { role } }"}`))
		w.must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", header)
		if site != "" {
			req.Header.Set("Sec-Fetch-Site", site)
		}
		return w.send(w.server.URL, req)
	}
	for header, want := range map[string]int{"Bearer " + token: 200, "bearer " + token: 200, "BEARER " + token: 200, token: 401, "Basic " + token: 401, "Bearer": 401, "": 401} {
		if status, answer := ask(header, ""); status != want {
			t.Errorf("%.7q: %d %s", header, status, answer)
		}
	}
	if status, answer := ask("Bearer "+token, "cross-site"); status != 403 || !strings.Contains(answer, "FORBIDDEN") {
		t.Errorf("from another site: %d %s", status, answer)
	}
}

// TestNullIsAbsence proves that every input field that may be null can be sent as
// null, which clients with types do: no refusal is about that field's form.
func TestNullIsAbsence(t *testing.T) {
	w := newWorld(t)
	schema := loadSchema(t)
	tried := 0
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation} {
		for _, field := range root.Fields {
			for _, argument := range field.Arguments {
				input := schema.Types[argument.Type.Name()]
				if input.Kind != ast.InputObject {
					continue
				}
				for _, f := range input.Fields {
					if f.Type.NonNull {
						continue
					}
					tried++
					value := sample(schema, input)
					value[f.Name] = nil
					variables, err := json.Marshal(map[string]any{"v": value})
					w.must(err)
					_, body := w.post("SUPERVISOR", fmt.Sprintf(`%s ($v: %s) { %s(%s: $v) { __typename } }`,
						map[bool]string{true: "query", false: "mutation"}[root == schema.Query], argument.Type, field.Name, argument.Name), variables)
					for _, words := range []string{"must be a", "cannot", "null", "INTERNAL"} {
						if bytes.Contains(body, []byte(`"path":"`+f.Name+`","message":"`+words)) || words == "INTERNAL" && bytes.Contains(body, []byte(words)) {
							t.Errorf("%s.%s: null: %s", input.Name, f.Name, body)
						}
					}
				}
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d fields were tried", tried)
	}
}

// sample returns a value of an input type with every field that must be there.
func sample(schema *ast.Schema, input *ast.Definition) map[string]any {
	value := map[string]any{}
	for _, f := range input.Fields {
		if f.Type.NonNull {
			value[f.Name] = sampleOf(schema, f.Type)
		}
	}
	return value
}

func sampleOf(schema *ast.Schema, t *ast.Type) any {
	if t.Elem != nil {
		return []any{sampleOf(schema, t.Elem)}
	}
	switch def := schema.Types[t.Name()]; {
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Kind == ast.InputObject:
		return sample(schema, def)
	case def.Name == "Int":
		return 1
	case def.Name == "Boolean":
		return true
	case def.Name == "Date":
		return "2026-02-01"
	case def.Name == "DateTime":
		return "2026-02-01T00:00:00Z"
	}
	return "x"
}

// TestEnumsOfSingleValues proves that a single value which stands for a list is
// checked like a list: a misspelt one is refused by the name of its field.
func TestEnumsOfSingleValues(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct{ query, variables, path string }{
		"in an input": {`mutation ($i: OpenCaseInput!) { openCase(input: $i) { case { id } } }`, `{"i": {"requestId": "r", "population": "AT_RISK", "consents": "services"}}`, "consents"},
		"in a nested input": {`mutation ($i: UpdatePlanInput!) { updatePlan(input: $i) { case { id } } }`,
			`{"i": {"requestId": "r", "caseId": "{{case.active}}", "goals": {"title": "g", "track": "shelter"}}}`, "track"},
		"a variable": {`mutation ($p: [ConsentPurpose!]) { openCase(input: {requestId: "r", population: AT_RISK, consents: $p}) { case { id } } }`, `{"p": "share"}`, "p"},
		"a filter":   {`query ($f: CaseFilter) { cases(filter: $f) { totalCount } }`, `{"f": {"status": "active"}}`, "status"},
	} {
		_, body := w.post("SUPERVISOR", c.query, json.RawMessage(w.fill(c.variables)))
		if !bytes.Contains(body, []byte("INVALID")) || !bytes.Contains(body, []byte(c.path)) {
			t.Errorf("%s: %s", name, body)
		}
	}
}

// TestOnlyWhatIsReadGoesOn proves that the library never sees a member of a body
// that the edge has passed over: it reads more names, in any case, and would put
// the body into the log where their form is wrong.
func TestOnlyWhatIsReadGoesOn(t *testing.T) {
	w := newWorld(t)
	for _, member := range []string{`"headers": "x"`, `"Variables": "x"`, `"OPERATIONNAME": 5`, `"Extensions": []`, `"extensions": {"a": 1}`} {
		req, err := http.NewRequest(http.MethodPost, w.server.URL, strings.NewReader(`{"query": "{ viewer { role } }", `+member+`}`))
		w.must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
		if status, answer := w.send(w.server.URL, req); status != 200 || strings.Contains(answer, "errors") {
			t.Errorf("%s: %d %s", member, status, answer)
		}
	}
}

// TestNullOfADefault proves that a variable with a default is refused as null
// where the schema allows no null, and allowed where it does.
func TestNullOfADefault(t *testing.T) {
	w := newWorld(t)
	for query, refused := range map[string]bool{
		`query ($v: CaseOrderField = CODE) { cases(orderBy: {field: $v}) { totalCount } }`:          true,
		`query ($v: ID = "{{case.active}}") { node(id: $v) { id } }`:                                true,
		`query ($v: Boolean = true) { viewer { role @include(if: $v) } }`:                           true,
		`query ($v: Boolean = true) { ...f } fragment f on Query { viewer @skip(if: $v) { role } }`: true,
		`query ($v: Date = "2026-01-01") { cases(filter: {dueBefore: $v}) { totalCount } }`:         false,
		`query ($v: [CaseStatus!] = [ACTIVE]) { cases(filter: {status: $v}) { totalCount } }`:       false,
	} {
		query = w.fill(query)
		_, body := w.post("SUPERVISOR", query, json.RawMessage(`{"v": null}`))
		if got := bytes.Contains(body, []byte(`"message":"v: cannot be null"`)); got != refused || !refused && bytes.Contains(body, []byte("errors")) {
			t.Errorf("%s: %s", query, body)
		}
		if _, body = w.post("SUPERVISOR", query, nil); bytes.Contains(body, []byte("errors")) {
			t.Errorf("%s: without it: %s", query, body)
		}
	}
}

// TestRefusalsNameTheField proves that a value of the wrong form is refused by the
// name of its field, in words of the schema and not of Go.
func TestRefusalsNameTheField(t *testing.T) {
	w := newWorld(t)
	filter := `query ($v: CaseFilter) { cases(filter: $v) { totalCount } }`
	for _, c := range []struct{ query, value, message string }{
		{`{ cases(filter: {status: "ACTIVE"}) { totalCount } }`, `0`, "status: Enum"},
		{`{ cases(filter: {status: [ACTIVE, "x"]}) { totalCount } }`, `0`, "status: Enum"},
		{`{ cases(filter: {status: [ACTIVE, ASLEEP]}) { totalCount } }`, `0`, "status: Value"},
		{`query ($v: Int = "five") { cases(first: $v) { totalCount } }`, `0`, "v: Int"},
		{`query ($v: [CaseStatus!] = ["x"]) { cases(filter: {status: $v}) { totalCount } }`, `0`, "v: Enum"},
		{`{ a: viewer { role } bogus }`, `0`, "query: Cannot query"},
		{`query A { viewer { role } } query B { viewer { role } }`, `0`, "query: There are several operations"},
		{`query ($v: String) { cases(after: $v) { totalCount } }`, `5`, "after: must be a text"},
		{`query ($v: String) { cases(after: $v) { totalCount } }`, `{"x": 1}`, "v: must be of type String"},
		{`query ($v: Int) { cases(first: $v) { totalCount } }`, `5.5`, "v: must be of type Int"},
		{filter, `[]`, "v: must be of type CaseFilter"},
		{filter, `{"flagged": 5}`, "flagged: must be of type Boolean"},
		{filter, `{"status": true}`, "status[0]: must be a name of its enum"},
	} {
		_, body := w.post("SUPERVISOR", c.query, json.RawMessage(`{"v": `+c.value+`}`))
		if !bytes.Contains(body, []byte(`"message":"`+c.message)) || !bytes.Contains(body, []byte("INVALID")) {
			t.Errorf("%s with %s: %s", c.query, c.value, body)
		}
	}
}

// TestExactlyOne proves that an input of which exactly one field is meant is refused
// with none, with two, and with null, in a document as well as in a variable, by the
// name of what is wrong; and that every such input is tried.
func TestExactlyOne(t *testing.T) {
	w := newWorld(t)
	typed := `query ($v: SearchPeopleInput!) { searchPeople(input: $v) { more } }`
	for _, c := range []struct{ literal, variable, at string }{
		{`{}`, `{}`, "input"},
		{`{name: "a", phone: "012345678"}`, `{"name": "a", "phone": "012345678"}`, "input"},
		{`{name: null}`, `{"name": null}`, "name"},
		{`{phone: null}`, `{"phone": null}`, "phone"},
		{`{name: "a", phone: null}`, `{"name": "a", "phone": null}`, "input"},
	} {
		_, literal := w.post("SUPERVISOR", `{ searchPeople(input: `+c.literal+`) { more } }`, nil)
		_, variable := w.post("SUPERVISOR", typed, json.RawMessage(`{"v": `+c.variable+`}`))
		_, byDefault := w.post("SUPERVISOR", `query ($v: SearchPeopleInput = `+c.literal+`) { searchPeople(input: $v) { more } }`, nil)
		if !bytes.Contains(literal, []byte(`"code":"INVALID","fields":[{"path":"`+c.at+`"`)) {
			t.Errorf("%s: %s", c.literal, literal)
		}
		if !bytes.Contains(variable, []byte(`"message":"v: give exactly one of name, phone and number"`)) || !bytes.Contains(variable, []byte("INVALID")) {
			t.Errorf("%s: %s", c.variable, variable)
		}
		if !bytes.Contains(byDefault, []byte("INVALID")) {
			t.Errorf("%s by default: %s", c.literal, byDefault)
		}
	}
	for query, variables := range map[string]string{
		`{ searchPeople(input: {name: "dara"}) { more } }`: `{}`,
		typed: `{"v": {"name": "dara"}}`,
		`query ($n: String!) { searchPeople(input: {name: $n}) { more } }`: `{"n": "dara"}`,
	} {
		if _, body := w.post("SUPERVISOR", query, json.RawMessage(variables)); string(body) != `{"data":{"searchPeople":{"more":false}}}` {
			t.Errorf("%s: %s", query, body)
		}
	}
	for name, d := range loadSchema(t).Types {
		if d.Directives.ForName("oneOf") != nil && name != "SearchPeopleInput" {
			t.Errorf("%s is not tried", name)
		}
	}
}

// TestIdentifiers proves that an identifier that may be left out can be null, and
// that one can be written as a whole number, in a document and in a variable.
func TestIdentifiers(t *testing.T) {
	for name, c := range map[string]struct{ query, variables string }{
		"in a document":          {`mutation ($c: ID!) { enrol(input: {requestId: "q", caseId: $c, scholarshipId: null}) { entry { id } } }`, `{"c": "{{case.awarded}}"}`},
		"in a variable":          {`mutation ($i: EnrolInput!) { enrol(input: $i) { entry { id } } }`, `{"i": {"requestId": "q", "caseId": "{{case.awarded}}", "scholarshipId": null}}`},
		"a number":               {`mutation ($c: ID!) { enrol(input: {requestId: 7, caseId: $c}) { entry { id } } }`, `{"c": "{{case.awarded}}"}`},
		"a number in a variable": {`mutation ($i: EnrolInput!) { enrol(input: $i) { entry { id } } }`, `{"i": {"requestId": 7, "caseId": "{{case.awarded}}"}}`},
	} {
		w := newWorld(t)
		if _, body := w.post("SCHOLARSHIP_OFFICER", c.query, json.RawMessage(w.fill(c.variables))); bytes.Contains(body, []byte("errors")) {
			t.Errorf("%s: %s", name, body)
		}
	}
}
