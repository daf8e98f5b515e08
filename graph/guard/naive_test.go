package guard_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"pgregory.net/rapid"

	"onward/graph/generated"
	"onward/graph/guard"
	"onward/services/page"
)

// written is a selection with its fragments written out: the slow and plain way to
// count, which the guard's way must equal.
type written struct {
	name, alias string // of a field
	on          string // of a fragment, where it has a type of its own
	first, last *ast.Value
	ids         *ast.Value
	directives  int
	below       []written
}

// writeOut writes out a selection set, and stops where it has become too long.
func writeOut(doc *ast.QueryDocument, set ast.SelectionSet, left *int) []written {
	var out []written
	for _, s := range set {
		if *left--; *left < 0 {
			return out
		}
		switch s := s.(type) {
		case *ast.Field:
			w := written{name: s.Name, alias: s.Alias, directives: len(s.Directives), below: writeOut(doc, s.SelectionSet, left)}
			for _, a := range s.Arguments {
				switch {
				case a.Name == "first" && w.first == nil:
					w.first = a.Value
				case a.Name == "last" && w.last == nil:
					w.last = a.Value
				case a.Name == "ids" && w.ids == nil:
					w.ids = a.Value
				}
			}
			out = append(out, w)
		case *ast.InlineFragment:
			out = append(out, written{on: s.TypeCondition, directives: len(s.Directives), below: writeOut(doc, s.SelectionSet, left)})
		case *ast.FragmentSpread:
			w := written{directives: len(s.Directives)}
			if f := doc.Fragments.ForName(s.Name); f != nil {
				w.on, w.below = f.TypeCondition, writeOut(doc, f.SelectionSet, left)
				w.directives += len(f.Directives)
				for _, v := range f.VariableDefinition {
					w.directives += len(v.Directives)
				}
			}
			out = append(out, w)
		}
	}
	return out
}

// numbers counts what is written out.
func numbers(set []written) (depth, fields, roots, aliases, directives int) {
	for _, s := range set {
		d, f, r, a, x := numbers(s.below)
		fields, aliases, directives = fields+f+1, aliases+a, directives+x+s.directives
		switch {
		case s.name == "":
			roots += r
		case s.name == "__schema" || s.name == "__type":
			d, roots = 1, roots+1
		default:
			d, roots = d+1, roots+1
		}
		depth = max(depth, d)
		if s.alias != s.name {
			aliases++
		}
	}
	return depth, fields, roots, aliases, directives
}

// beyond returns the limits that the parts of a document break, by the words in which
// they are refused.
func beyond(doc *ast.QueryDocument) []string {
	left := 3 * guard.MaxFields
	whole, broken := 0, map[string]bool{}
	count := func(set ast.SelectionSet, directives ast.DirectiveList, variables ast.VariableDefinitionList, operation bool) {
		depth, fields, roots, aliases, n := numbers(writeOut(doc, set, &left))
		n += len(directives)
		for _, v := range variables {
			n += len(v.Directives)
		}
		whole += fields
		broken["inside one another"] = broken["inside one another"] || depth > guard.MaxDepth
		broken["root"] = broken["root"] || operation && roots > guard.MaxRootFields
		broken["aliases"] = broken["aliases"] || aliases > guard.MaxAliases
		broken["directives"] = broken["directives"] || n > guard.MaxDirectives
	}
	for _, op := range doc.Operations {
		count(op.SelectionSet, op.Directives, op.VariableDefinitions, true)
	}
	for _, f := range doc.Fragments {
		count(f.SelectionSet, f.Directives, f.VariableDefinition, false)
	}
	broken["fields in the document"] = whole > guard.MaxFields || left < 0
	var words []string
	for word, is := range broken {
		if is {
			words = append(words, word)
		}
	}
	return words
}

// priced adds up what is written out, of a type of the schema.
func priced(schema *ast.Schema, variables map[string]any, parent *ast.Definition, items int, set []written) int {
	sum := 0
	for _, s := range set {
		if s.name == "" {
			on := parent
			if s.on != "" {
				on = schema.Types[s.on]
			}
			if on != nil {
				sum += priced(schema, variables, on, items, s.below)
			}
			continue
		}
		def := parent.Fields.ForName(s.name)
		if def == nil || strings.HasPrefix(s.name, "__") {
			continue
		}
		if computed := def.Directives.ForName("costs"); computed != nil {
			n, _ := strconv.Atoi(computed.Arguments[0].Value.Raw)
			sum += n
		}
		if !schema.Types[def.Type.Name()].IsCompositeType() {
			continue
		}
		below := 10
		if def.Arguments.ForName("first") != nil {
			below = sizeOf(variables, s.first, s.last)
		}
		one := 1 + priced(schema, variables, schema.Types[def.Type.Name()], below, s.below)
		if parent == schema.Mutation {
			one += 10
		}
		switch bound := def.Directives.ForName("atMost"); {
		case def.Type.Elem == nil:
		case def.Arguments.ForName("ids") != nil:
			one *= countOf(variables, s.ids)
		case bound != nil:
			n, _ := strconv.Atoi(bound.Arguments[0].Value.Raw)
			one *= min(n, 10)
		default:
			one *= items
		}
		sum += one
	}
	return sum
}

func sizeOf(variables map[string]any, first, last *ast.Value) int {
	var given []string
	for _, v := range []*ast.Value{first, last} {
		switch {
		case v == nil || v.Kind == ast.NullValue:
		case v.Kind != ast.Variable:
			given = append(given, v.Raw)
		case variables[v.Raw] != nil:
			given = append(given, fmt.Sprint(variables[v.Raw]))
		}
	}
	if len(given) == 0 {
		return page.DefaultSize
	}
	n, err := strconv.Atoi(given[0])
	if len(given) > 1 || err != nil || n < 1 || n > page.MaxSize {
		return page.MaxSize
	}
	return n
}

// countOf returns how many identifiers are asked for, of 50 that may be.
func countOf(variables map[string]any, ids *ast.Value) int {
	switch {
	case ids == nil:
	case ids.Kind == ast.ListValue:
		return min(50, len(ids.Children))
	case ids.Kind == ast.Variable:
		if list, ok := variables[ids.Raw].([]any); ok {
			return min(50, len(list))
		}
	}
	return 50
}

// TestMemo proves that what the guard counts, each fragment once, equals what is
// counted with all fragments written out.
func TestMemo(t *testing.T) {
	passed, refused := 0, map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		document := drawDocument(t)
		doc, err := parser.ParseQuery(&ast.Source{Input: document})
		if err != nil {
			t.Fatal(err)
		}
		variables := map[string]any{"n": rapid.SampledFrom([]any{3, "5", nil, 0, 1000}).Draw(t, "n"), "i": rapid.SampledFrom([]any{nil, "a", []any{}, []any{"a", "b"}, make([]any, 60)}).Draw(t, "i")}
		want := beyond(doc)
		err = guard.Measure(doc)
		if (err == nil) != (len(want) == 0) || err != nil && !slices.ContainsFunc(want, func(w string) bool { return strings.Contains(err.Error(), w) }) {
			t.Fatalf("%s: %v, want %v", document, err, want)
		}
		if err != nil {
			refused[err.Error()] = true
			return
		}
		passed++
		left := 1 << 20
		cost, _ := guard.CostOf(schema, doc, "", variables)
		if want := priced(schema, variables, schema.Query, 10, writeOut(doc, doc.Operations[0].SelectionSet, &left)); cost.Requested != want {
			t.Fatalf("%s with %v costs %d, want %d", document, variables, cost.Requested, want)
		}
	})
	if passed == 0 || len(refused) == 0 {
		t.Errorf("%d documents passed, and refused were %v", passed, refused)
	}
}

// drawDocument draws an operation and up to five fragments, each of which spreads
// later ones.
func drawDocument(t *rapid.T) string {
	fragments := rapid.IntRange(0, 5).Draw(t, "fragments")
	var b strings.Builder
	b.WriteString("query ($n: Int, $i: [ID!]!) { thing" + drawSet(t, "Thing", 4, 0, fragments))
	if rapid.Bool().Draw(t, "page") {
		b.WriteString(" things(first: 3)" + drawSet(t, "Things", 3, 0, fragments))
	}
	b.WriteString(" }")
	for i := range fragments {
		on := [...]string{"Thing", "Things"}[i%2]
		fmt.Fprintf(&b, " fragment f%d on %s%s%s", i, on, drawDirectives(t), drawSet(t, on, 2, i+1, fragments))
	}
	return b.String()
}

// drawSet draws a selection set of at most so many fields inside one another, which
// spreads fragments from a number on.
func drawSet(t *rapid.T, on string, depth, from, fragments int) string {
	var b strings.Builder
	for range rapid.IntRange(1, 4).Draw(t, "selections") {
		b.WriteString(" " + drawSelection(t, on, depth, from, fragments))
	}
	return " {" + b.String() + " }"
}

func drawSelection(t *rapid.T, on string, depth, from, fragments int) string {
	kinds := []string{"leaf", "alias", "spread", "spread"}
	if depth > 0 {
		kinds = append(kinds, "list", "field", "page", "inline", "these", "figure")
	}
	below := func(on string) string {
		return drawDirectives(t) + drawSet(t, on, depth-1, from, fragments)
	}
	switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); {
	case kind == "alias":
		return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "alias") + ": __typename"
	case kind == "spread" && from < fragments:
		var of []int
		for i := from; i < fragments; i++ {
			if (on == "Thing") == (i%2 == 0) {
				of = append(of, i)
			}
		}
		if len(of) > 0 {
			return fmt.Sprintf("...f%d%s", rapid.SampledFrom(of).Draw(t, "of"), drawDirectives(t))
		}
	case kind == "inline":
		return rapid.SampledFrom([]string{"...", "... on " + on}).Draw(t, "inline") + below(on)
	case kind == "list" && on == "Thing":
		return rapid.SampledFrom([]string{"few", "some", "many"}).Draw(t, "list") + below("Thing")
	case kind == "list":
		return rapid.SampledFrom([]string{"nodes", "nodes", "few"}).Draw(t, "list") + below("Thing")
	case kind == "field" && on == "Thing":
		return "thing" + below("Thing")
	case kind == "field":
		return "edges { node" + below("Thing") + " }"
	case kind == "these" && on == "Thing":
		ids := []string{"", "(ids: $i)", "(ids: [])", `(ids: ["a", $n])`, `(ids: "a")`, "(ids: null)"}
		return "these" + rapid.SampledFrom(ids).Draw(t, "ids") + below("Thing")
	case kind == "figure" && on == "Thing":
		return rapid.SampledFrom([]string{"figure", "figures"}).Draw(t, "figure") + below("Thing")
	case kind == "page" && on == "Thing":
		sizes := []string{"", "(first: 1)", "(last: 4)", "(first: $n)", "(first: 2, last: $n)", "(first: null)", "(first: 101)", "(first: -1)"}
		return "things" + rapid.SampledFrom(sizes).Draw(t, "size") + below("Things")
	}
	return "__typename" + drawDirectives(t)
}

func drawDirectives(t *rapid.T) string {
	return strings.Repeat(" @mark", max(0, rapid.IntRange(-4, 3).Draw(t, "directives")))
}

// FuzzGuard proves of any document that the guard does not panic, that nothing passes
// which is beyond a limit with its fragments written out, and that a document which
// asks twice as much, or for larger pages, costs no less.
func FuzzGuard(f *testing.F) {
	for _, document := range []string{
		`{ viewer { role } }`,
		`query ($n: Int = 5) { cases(first: $n, filter: {status: [ACTIVE]}) { totalCount nodes { ...c } } } fragment c on Case { tracks { milestones { code } } }`,
		`mutation m($i: OpenCaseInput!) { openCase(input: $i) { case { id } } } query q { node(id: "x") { ... on Flag @skip(if: true) { id } } }`,
		`{ a: cases { ...f } } fragment f on CaseConnection { edges { node { history(last: 100) { nodes { by { id } } } } } ...g } fragment g on CaseConnection { ...f }`,
		`subscription { caseChanged(id: """x""") { flags { explanation { facts { entry { id } } } } } }`,
		strings.Repeat("{a", 120) + strings.Repeat("}", 120), `{ a(b: ` + strings.Repeat("[{c: ", 80),
	} {
		f.Add(document, "q", 7)
	}
	api := generated.NewExecutableSchema(generated.Config{}).Schema()
	f.Fuzz(func(t *testing.T, document, operation string, n int) {
		doc, err := guard.Parse(document)
		if err != nil {
			return
		}
		small, refusal := guard.CostOf(api, doc, operation, map[string]any{"n": 1})
		if (refusal != nil) != (small.Requested > guard.MaxCost) {
			t.Fatalf("it costs %d: %v", small.Requested, refusal)
		}
		if given, _ := guard.CostOf(api, doc, operation, map[string]any{"n": n}); given.Requested < small.Requested {
			t.Fatalf("%d items cost %d and one costs %d", n, given.Requested, small.Requested)
		}
		if err := guard.Measure(doc); err == nil {
			if broken := beyond(doc); len(broken) > 0 || len(doc.Operations) > guard.MaxOperations || len(doc.Fragments) > guard.MaxFragments {
				t.Fatalf("it passed and is beyond %v", broken)
			}
		}
		for _, op := range doc.Operations {
			op.SelectionSet = slices.Concat(op.SelectionSet, op.SelectionSet)
		}
		if twice, _ := guard.CostOf(api, doc, operation, map[string]any{"n": 1}); twice.Requested != min(2*small.Requested, 1<<30) {
			t.Fatalf("it costs %d, and twice it costs %d", small.Requested, twice.Requested)
		}
	})
}
