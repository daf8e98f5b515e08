package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"onward/graph"
)

// secret is in hostile requests where something of them might be answered.
const secret = "Sreymom"

// hostile is a request that is sent to cost much, or to learn something.
type hostile struct{ name, body string }

// hostileRequests is the corpus of them. What is about the way of a body, and not
// what it says, is in TestRefusalsOfTheEdge.
func hostileRequests() []hostile {
	all := []hostile{
		{"a batch", `[{"query":"{ viewer { role } }"},{"query":"{ viewer { role } }"}]`},
		{"brackets of JSON", strings.Repeat("[", 20_000)},
		{"brackets for variables", `{"query":"query ($v: CaseFilter) { cases(filter: $v) { totalCount } }","variables":{"v":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}}`},
		hostileDocument("deep lists in a variable", `query ($v: CaseFilter) { cases(filter: $v) { totalCount } }`, `{"v": `+strings.Repeat("[", 9000)+strings.Repeat("]", 9000)+`}`),
		hostileDocument("deep objects in a variable", `query ($v: Date) { cases(filter: {dueBefore: $v}) { totalCount } }`, `{"v": `+strings.Repeat(`{"a":`, 9000)+"1"+strings.Repeat("}", 9000)+`}`),
		hostileDocument("deep objects in an input", `query ($v: CaseFilter) { cases(filter: $v) { totalCount } }`, `{"v": {"dueBefore": `+strings.Repeat(`{"a":`, 9000)+"1"+strings.Repeat("}", 9000)+`}}`),
		hostileDocument("introspection", `{ __schema { types { name fields { name } } } }`, ``),
		hostileDocument("introspection of one type", `{ __type(name: "`+secret+`") { name } }`, ``),
		hostileDocument("deep introspection", `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`, ``),
	}
	for _, n := range []int{16, 24, 30, 31, 40, 50, 60} {
		all = append(all,
			hostileDocument(fmt.Sprintf("%d doubling fragments", n), `{...`+secret+`0}`+doubling(n), ``),
			hostileDocument(fmt.Sprintf("%d doubling fragments behind another operation", n), `query a{viewer{role}}query b{...`+secret+`0}`+doubling(n), ``, "b"),
			hostileDocument(fmt.Sprintf("%d doubling fragments beside the operation that runs", n), `query a{viewer{role}}query b{...`+secret+`0}`+doubling(n), ``, "a"),
			hostileDocument(fmt.Sprintf("%d doubling fragments that nobody uses", n), `{viewer{role}}`+doubling(n), ``))
	}
	for name, document := range map[string]string{
		"1,000 aliases":                  `{` + times(1000, secret+"%d: viewer { role } ") + `}`,
		"100 aliases":                    `{` + times(70, secret+"%d: viewer { role } ") + `}`,
		"aliases of fragments":           `{ viewer { ...f ...f ...f ...f } } fragment f on Viewer {` + times(5, secret+"%d: role ") + `}`,
		"10,000 fields":                  `{ viewer {` + strings.Repeat(" role", 10_000) + `} }`,
		"400 fields":                     `{ viewer {` + strings.Repeat(" role", 400) + `} }`,
		"100 fields with fields":         `{` + strings.Repeat(" viewer { role }", 100) + `}`,
		"400 unknown fields":             `{ viewer {` + times(400, " "+secret+"%d") + `} }`,
		"fields in two fragments":        `{ ...a ...b } fragment a on Query {` + strings.Repeat(" viewer { role }", 50) + `} fragment b on Query {` + strings.Repeat(" viewer { role }", 50) + `}`,
		"fields in inline fragments":     `{` + strings.Repeat(" viewer { role } ... {", 70) + ` viewer { role }` + strings.Repeat("}", 70) + `}`,
		"10,000 directives":              `{ viewer { role` + strings.Repeat(" @skip(if: false)", 10_000) + `} }`,
		"70 directives":                  `{ viewer { role` + strings.Repeat(" @skip(if: false)", 70) + `} }`,
		"10,000 unknown directives":      `{ viewer { role` + strings.Repeat(" @"+secret, 10_000) + `} }`,
		"depth 60":                       strings.Repeat("{ viewer ", 60) + "{ role }" + strings.Repeat(" }", 60),
		"depth 60 in an unused fragment": `{ viewer { role } } fragment f on Query ` + strings.Repeat("{ viewer ", 60) + "{ role }" + strings.Repeat(" }", 60),
		"depth of lists":                 `{ cases { nodes { flags { case { flags { case { flags { case { id } } } } } } } } }`,
		"pages in pages":                 `{ cases(first: 100) { nodes { history(first: 100) { nodes { id } } } } }`,
		"ten pages":                      `{` + times(10, "p%d: cases { nodes { flags { case { history { nodes { id } } } } } } ") + `}`,
		"eleven changes":                 `mutation {` + times(11, `m%d: recordService(input: {requestId: "`+secret+`", caseId: "x", service: "x"}) { entry { id } } `) + `}`,
		"brackets of a value":            `{ node(id: ` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `) { id } }`,
		"brackets within the tokens":     `{ node(id: ` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `) { id } }`,
		"brackets of objects":            `{ node(id: ` + strings.Repeat("{a:", 20_000),
		"brackets of selections":         strings.Repeat("{", 20_000),
		"brackets of inline fragments":   strings.Repeat("{...", 16_000),
		"brackets of a type":             `query ($v: ` + strings.Repeat("[", 20_000) + `Int` + strings.Repeat("]", 20_000) + `) { viewer { role } }`,
		"a long alias":                   `{ ` + strings.Repeat(secret, 8000) + `: viewer { role } }`,
		"a long field":                   `{ ` + strings.Repeat(secret, 8000) + ` }`,
		"a long fragment":                `{ ...` + strings.Repeat(secret, 4000) + ` } fragment ` + strings.Repeat(secret, 4000) + ` on Query { viewer { role } }`,
		"a long variable":                `query ($` + strings.Repeat(secret, 8000) + `: Int) { viewer { role } }`,
		"a long type":                    `query ($v: ` + strings.Repeat(secret, 8000) + `) { viewer { role } }`,
		"a long directive":               `{ viewer @` + strings.Repeat(secret, 8000) + ` { role } }`,
		"a long text":                    `{ node(id: "` + strings.Repeat(secret, 8000),
		"a long number":                  `{ cases(first: ` + strings.Repeat("9", 60_000) + `) { totalCount } }`,
		"comments":                       strings.Repeat("#\n", 30_000) + `{ viewer { role } }`,
		"fields of one name":             `{ viewer {` + times(10, " x: "+secret+"%d") + `} }`,
		"100 unknown types":              `query (` + times(100, "$v%d: "+secret+"%d ") + `) { viewer { role } }`,
		"100 unknown arguments":          `{ viewer(` + times(100, secret+"%d: 1 ") + `) { role } }`,
		"100 undefined variables":        `{ cases(filter: {organisation: [` + times(100, "$"+secret+"%d ") + `]}) { totalCount } }`,
		"100 unused variables":           `query (` + times(100, "$"+secret+"%d: Int ") + `) { viewer { role } }`,
		"50 operations":                  times(50, "query "+secret+"%d { viewer { role } } "),
		"a fragment that spreads itself": `{ ...` + secret + ` } fragment ` + secret + ` on Query { ...` + secret + ` }`,
		"30 fragments that spread all":   `{ viewer { role } }` + times(30, "fragment f%d on Query { ...f0 ...f1 ...f2 ...f29 } "),
		"an empty selection":             `{ viewer { } }`,
		"no operation":                   `fragment f on Query { viewer { role } }`,
		"nothing":                        ``,
		"no GraphQL":                     "\x00\x01" + secret,
		"a name that says it is not one": `{ viewer { role } } query ` + secret + ` { viewer { role } }`,
	} {
		all = append(all, hostileDocument(name, document, ``))
	}
	for _, first := range []string{`-1`, `0`, `null`, `1000000000`, `1e9`, `1e400`, `7.5`, `99999999999999999999999999`, `"` + secret + `"`, `[1]`, `{"$ne": null}`, `true`} {
		all = append(all, hostileDocument("first by variable: "+first, `query ($n: Int!) { cases(first: $n) { nodes { id } } }`, `{"n": `+first+`}`))
	}
	for _, first := range []string{`-1`, `0`, `1000000000`, `99999999999999999999999999`, `7.5`, `"` + secret + `"`, `{x: null}`, `true`, secret} {
		all = append(all, hostileDocument("first: "+first, `{ cases(first: `+first+`) { nodes { id } } }`, ``))
	}
	return all
}

// hostileDocument is a hostile document with variables and the operation that is to run.
func hostileDocument(name, document, variables string, operation ...string) hostile {
	query, err := json.Marshal(document)
	if err != nil {
		panic(err)
	}
	body := `{"query":` + string(query)
	if variables != "" {
		body += `,"variables":` + variables
	}
	if len(operation) > 0 {
		body += `,"operationName":"` + operation[0] + `"`
	}
	return hostile{name, body + `}`}
}

// doubling writes n fragments, each of which spreads the next one twice.
func doubling(n int) string {
	var b strings.Builder
	for i := range n - 1 {
		fmt.Fprintf(&b, "fragment %s%d on Query{...%s%d...%s%d}", secret, i, secret, i+1, secret, i+1)
	}
	fmt.Fprintf(&b, "fragment %s%d on Query{viewer{role}}", secret, n-1)
	return b.String()
}

// times writes a format for each number below n, which may stand in it twice.
func times(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "%d", fmt.Sprint(i)))
	}
	return b.String()
}

// hostileInputs puts an object that a database might take for an operator into every
// argument and every field of every input.
func hostileInputs(schema *ast.Schema) []hostile {
	const operator = `{"$ne": null}`
	var all []hostile
	for kind, root := range map[string]*ast.Definition{"query": schema.Query, "mutation": schema.Mutation, "subscription": schema.Subscription} {
		for _, field := range root.Fields {
			for _, argument := range field.Arguments {
				document := fmt.Sprintf(`%s ($v: %s) { %s(%s: $v%s) { __typename } }`, kind, argument.Type, field.Name, argument.Name, others(schema, field, argument))
				all = append(all, hostileDocument(field.Name+"."+argument.Name, document, `{"v": `+operator+`}`))
				input := schema.Types[argument.Type.Name()]
				if input.Kind != ast.InputObject {
					continue
				}
				for _, f := range input.Fields {
					value := sample(schema, input)
					value[f.Name] = json.RawMessage(operator)
					variables, err := json.Marshal(map[string]any{"v": value})
					if err != nil {
						panic(err)
					}
					all = append(all, hostileDocument(field.Name+"."+argument.Name+"."+f.Name, document, string(variables)))
				}
			}
		}
	}
	return all
}

// others writes the arguments that a field must have beside one.
func others(schema *ast.Schema, field *ast.FieldDefinition, but *ast.ArgumentDefinition) string {
	var b strings.Builder
	for _, a := range field.Arguments {
		if a != but && a.Type.NonNull && a.DefaultValue == nil {
			fmt.Fprintf(&b, ", %s: %s", a.Name, literal(sampleOf(schema, a.Type)))
		}
	}
	return b.String()
}

// literal writes a sample as a document does.
func literal(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var b strings.Builder
		for name, value := range v {
			fmt.Fprintf(&b, "%s: %s ", name, literal(value))
		}
		return "{" + b.String() + "}"
	case []any:
		return "[" + literal(v[0]) + "]"
	case string:
		if v == strings.ToUpper(v) && v != strings.ToLower(v) && !strings.ContainsAny(v, "-:") {
			return v // a name of an enum
		}
		return fmt.Sprintf("%q", v)
	}
	return fmt.Sprint(v)
}

// attack sends one request straight to a handler.
func (w *world) attack(handler http.Handler, h hostile) (int, string) {
	req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(h.body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
	reply := httptest.NewRecorder()
	handler.ServeHTTP(reply, req)
	return reply.Code, reply.Body.String()
}

// mostBytes is what a hostile request may allocate.
const mostBytes = 10 << 20

// TestHostile proves that every hostile request is refused with a code, that nothing of
// it comes back, that it is refused in few words, and that it takes less than 10 MB.
// BenchmarkHostile tells the time.
func TestHostile(t *testing.T) {
	w := newWorld(t)
	handler := graph.Handler(w.resolver(), unbounded)
	inputs := hostileInputs(loadSchema(t))
	if len(inputs) < 500 {
		t.Errorf("only %d inputs are tried", len(inputs))
	}
	for _, h := range append(hostileRequests(), inputs...) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, reply := w.attack(handler, h)
		runtime.ReadMemStats(&after)
		if !refusedWithCode(reply) || strings.Contains(reply, secret) || strings.Contains(reply, "$ne") || strings.Contains(reply, "Did you mean") || len(reply) > 10_000 {
			t.Errorf("%s: %.500s", h.name, reply)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > mostBytes {
			t.Errorf("%s: %d bytes", h.name, took)
		}
	}
}

// refusedWithCode reports whether a reply has nothing but nulls for data, and errors
// with codes of the API that are no defects.
func refusedWithCode(reply string) bool {
	var r struct {
		Data   map[string]any
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal([]byte(reply), &r); err != nil || len(r.Errors) == 0 {
		return false
	}
	for _, answered := range r.Data {
		if answered != nil {
			return false
		}
	}
	for _, e := range r.Errors {
		if !slices.Contains([]string{"INVALID", "TOO_COSTLY", "FORBIDDEN"}, e.Extensions.Code) {
			return false
		}
	}
	return true
}

// BenchmarkHostile tells what each hostile request takes, also as a part of the 50 ms
// that it may. Those that differ in one input are one benchmark.
func BenchmarkHostile(b *testing.B) {
	w := newWorld(b)
	handler := graph.Handler(w.resolver(), unbounded)
	run := func(name string, requests []hostile) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				w.attack(handler, requests[i%len(requests)])
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(50*time.Millisecond), "of-50ms")
		})
	}
	for _, h := range hostileRequests() {
		run(strings.ReplaceAll(h.name, secret, "text"), []hostile{h})
	}
	run("an operator in every input", hostileInputs(loadSchema(b)))
}
