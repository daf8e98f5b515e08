package graph_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"
)

// route is how the fields of a type are reached from the query root.
type route struct {
	of   *ast.Definition
	path []*ast.FieldDefinition
	on   []string // the types of the path's fields
}

// routesOf returns the shortest way to each object type, by the case where it
// leads there.
func routesOf(schema *ast.Schema) []route {
	var all []route
	reached := map[string]bool{}
	first := schema.Query.Fields.ForName("case")
	queue := []route{{schema.Types["Case"], []*ast.FieldDefinition{first}, []string{"Query"}}}
	reached["Case"] = true
	follow := func(r route, f *ast.FieldDefinition) {
		to := schema.Types[f.Type.Name()]
		if to.Kind == ast.Object && !reached[to.Name] && !strings.HasPrefix(f.Name, "__") {
			reached[to.Name] = true
			queue = append(queue, route{to, append(slices.Clone(r.path), f), append(slices.Clone(r.on), r.of.Name)})
		}
	}
	root := route{of: schema.Query}
	for len(queue) > 0 || root.of != nil {
		if len(queue) == 0 {
			for _, f := range root.of.Fields {
				follow(root, f)
			}
			root.of = nil
			continue
		}
		r := queue[0]
		queue = queue[1:]
		all = append(all, r)
		for _, f := range r.of.Fields {
			follow(r, f)
		}
	}
	return all
}

// ofCase reports whether the way leads by the case.
func (r route) ofCase() bool { return r.path[0].Name == "case" }

// given are the arguments that are needed, and values where the type does not say
// what is a good one, by TYPE.FIELD.ARGUMENT, the last by their own name.
var given = map[string]string{
	"Query.case.id": `"{{life}}"`, "Query.case.code": `"{{life.code}}"`, "Query.node.id": `"{{life}}"`, "Query.nodes.ids": `["{{life}}"]`,
	"Query.caseAccess.caseId": `"{{life}}"`, "Query.caseExport.caseId": `"{{life}}"`, "Query.activity.id": `"{{activity.campaign}}"`, "Query.instrument.code": `"shelter-needs"`,
	"Query.impact.input":        `{from: "2026-01-01", to: "2026-06-30", organisation: "org_LOTUS"}`,
	"Query.contributions.input": `{from: "2026-01-01", to: "2026-12-31", indicator: ASSISTED}`,
	"Query.funnel.input":        `{from: "2026-01-01", to: "2026-12-31", name: REINTEGRATION}`,
	"Query.survival.input":      `{from: "2026-01-01", to: "2026-12-31", subject: JOB_RETENTION}`,
	"Query.release.number":      `1`, "Query.restatement.release": `1`,
	"Query.schoolCalendar.schoolYear": `"2026-27"`, "Query.stallQuality.period": `{from: "2026-01-01", to: "2026-12-31"}`,
	"Query.searchPeople.input": `{name: "srey"}`, "Query.searchPeople.input.phone": `"012345678"`,
	"Query.simulateThresholds.input": `{thresholds: [{code: OWNER, days: 5}]}`,
	"RegisterDocumentInput.text":     `"query Asked { viewer { role } }"`,
	"first":                          "5", "last": "5", "after": `"bm90IGEgY3Vyc29y"`, "before": `"bm90IGEgY3Vyc29y"`, "locale": "KM",
}

// arguments writes the arguments that a field needs, and one more.
func (m *matrix) arguments(on string, f *ast.FieldDefinition, more ...string) string {
	var all []string
	for _, a := range f.Arguments {
		name := on + "." + f.Name + "." + a.Name
		if i := slices.IndexFunc(more, func(s string) bool { return strings.HasPrefix(s, a.Name+": ") }); i >= 0 {
			all = append(all, more[i])
			continue
		}
		if a.Type.NonNull && a.DefaultValue == nil || name == "Query.case.id" && len(more) == 0 {
			all = append(all, a.Name+": "+m.value(name, a.Type))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "(" + strings.Join(all, ", ") + ")"
}

// value writes a value of a type, which the schema or the table gives.
func (m *matrix) value(name string, of *ast.Type) string {
	own := name[strings.LastIndex(name, ".")+1:]
	for _, key := range []string{name, own} {
		if v, ok := given[key]; ok {
			return v
		}
	}
	if of.Elem != nil {
		return "[" + m.value(name, of.Elem) + "]"
	}
	switch d := m.schema.Types[of.NamedType]; {
	case d.Kind == ast.Enum:
		return d.EnumValues[0].Name
	case d.Kind == ast.InputObject:
		var fields []string
		for _, f := range d.Fields {
			if f.Type.NonNull && f.DefaultValue == nil {
				fields = append(fields, f.Name+": "+m.value(name+"."+f.Name, f.Type))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	case d.Name == "Date":
		return `"2026-06-01"`
	case d.Name == "DateTime":
		return `"2026-09-01T00:00:00Z"`
	case d.Name == "Boolean":
		return "true"
	case d.Name == "Int":
		return "1"
	case d.Name == "ID" || d.Name == "String":
		return `"org_LOTUS"`
	}
	m.t.Fatalf("name a value for the argument %s in the table", name)
	return ""
}

// selection writes what is asked of a type: all its fields, of objects that they
// are there.
func (m *matrix) selection(of *ast.Definition) string {
	var b strings.Builder
	for _, f := range of.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		b.WriteString(f.Name + m.arguments(of.Name, f))
		if m.schema.Types[f.Type.Name()].IsCompositeType() {
			b.WriteString(" { __typename }")
		}
		b.WriteString(" ")
	}
	return b.String()
}

// query writes the request for the fields of a route's type.
func (m *matrix) query(r route) string {
	text := m.selection(r.of)
	for i := len(r.path) - 1; i >= 0; i-- {
		text = r.path[i].Name + m.arguments(r.on[i], r.path[i]) + " { " + text + "}"
	}
	return "{ " + text + "}"
}

// probe is a mutation that changes nothing: it expects a version that the case
// does not have, which is asked once it is sure that the actor may make the change.
type probe struct{ line, query, input string }

// mutations returns a probe for each mutation of a case, with the input of its
// golden case.
func (m *matrix) mutations() []probe {
	var all []probe
	for _, f := range m.schema.Mutation.Fields {
		input := m.inputOf(f.Name)
		if _, of := input["caseId"]; !of {
			continue
		}
		input["caseId"], input["expectedVersion"] = "{{life}}", 1<<20
		text, err := json.Marshal(map[string]any{"input": input})
		m.must(err)
		all = append(all, probe{"Mutation." + f.Name, mutate(f), string(text)})
	}
	return all
}

func mutate(f *ast.FieldDefinition) string {
	return fmt.Sprintf("mutation ($input: %s) { %s(input: $input) { __typename } }", f.Arguments[0].Type, f.Name)
}

// inputOf returns the input of the golden case of a mutation that succeeds.
func (m *matrix) inputOf(mutation string) map[string]any {
	raw, err := os.ReadFile(filepath.Join("testdata", mutation, "ok.txt"))
	m.must(err)
	for _, f := range txtar.Parse(raw).Files {
		if f.Name == "variables" {
			var variables map[string]map[string]any
			m.must(json.Unmarshal(f.Data, &variables))
			return variables["input"]
		}
	}
	m.t.Fatalf("%s/ok.txt has no input", mutation)
	return nil
}

func (m *matrix) attempt(p probe, as string) byte {
	m.n++
	letter := m.letter(m.send(as, p.query, strings.Replace(p.input, `"requestId":"`, fmt.Sprintf(`"requestId":"probe-%d-`, m.n), 1)))
	switch letter {
	case refusals["CONFLICT"]:
		return granted
	case granted:
		m.t.Errorf("%s as %s expected a version that is not there, and was done", p.line, as)
	}
	return letter
}

// asked asks with every argument, and every field of an argument, as one role.
func (m *matrix) asked(role int, as string) {
	for _, r := range append([]route{{of: m.schema.Query}}, m.routes...) {
		for _, f := range r.of.Fields {
			for _, a := range f.Arguments {
				for _, w := range m.ways(r.of.Name+"."+f.Name+"."+a.Name, a) {
					line := fmt.Sprintf("%s.%s(%s)", r.of.Name, f.Name, w.name)
					m.put(line, "own", role, m.letter(m.send(as, m.argument(r, f, a.Name+": "+w.value), "")))
				}
			}
		}
	}
}

// way is one way to give an argument.
type way struct{ name, value string }

// ways returns an argument as it is, or once with each field that it can have.
func (m *matrix) ways(name string, a *ast.ArgumentDefinition) []way {
	d := m.schema.Types[a.Type.Name()]
	if d.Kind != ast.InputObject {
		return []way{{a.Name, m.value(name, a.Type)}}
	}
	var all []way
	for _, more := range d.Fields {
		value := m.value(name, a.Type)
		if d.Directives.ForName("oneOf") != nil {
			value = "{}" // with this field alone
		}
		if !strings.Contains(value, more.Name+": ") {
			value = strings.TrimSuffix(value, "}") + ", " + more.Name + ": " + m.value(name+"."+more.Name, more.Type) + "}"
			value = strings.Replace(value, "{, ", "{", 1)
		}
		all = append(all, way{a.Name + "." + more.Name, value})
	}
	return all
}

// argument writes the request for one field with an argument.
func (m *matrix) argument(r route, f *ast.FieldDefinition, argument string) string {
	text := f.Name + m.arguments(r.of.Name, f, argument)
	if m.schema.Types[f.Type.Name()].IsCompositeType() {
		text += " { __typename }"
	}
	for i := len(r.path) - 1; i >= 0; i-- {
		text = r.path[i].Name + m.arguments(r.on[i], r.path[i]) + " { " + text + " }"
	}
	return "{ " + text + " }"
}
