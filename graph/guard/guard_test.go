package guard_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"onward/graph/guard"
	"onward/services/fault"
)

// schema has each kind of list.
var schema = gqlparser.MustLoadSchema(&ast.Source{Input: `
directive @atMost(n: Int!) on FIELD_DEFINITION
directive @costs(n: Int!) on FIELD_DEFINITION
directive @mark on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | FRAGMENT_DEFINITION | QUERY
type Query { thing: Thing things(first: Int, after: String, last: Int): Things! node: Node
  these(ids: [ID!]!): [Thing]! @atMost(n: 50) figure: Thing! @costs(n: 200) figures: [Thing!]! @atMost(n: 15) @costs(n: 200)
  counted(first: Int): Things! @costs(n: 200) }
type Mutation { change: Thing! count: Thing! @costs(n: 1000) }
type Subscription { changed: Thing! }
interface Node { id: ID }
type Thing implements Node {
  id: ID
  name: String
  words: [String!]
  digest: String @costs(n: 20)
  thing: Thing
  few: [Thing!]! @atMost(n: 3)
  some: [Thing!]! @atMost(n: 50)
  many: [Thing!]!
  things(first: Int, after: String, last: Int): Things!
  these(ids: [ID!]!): [Thing]! @atMost(n: 50)
  figure: Thing! @costs(n: 200)
  figures: [Thing!]! @atMost(n: 15) @costs(n: 200)
}
type Things { nodes: [Thing!]! edges: [Edge!]! few: [Thing!]! @atMost(n: 3) totalCount: Int! }
type Edge { node: Thing! }
`})

// check measures a document and returns the cost of its operation.
func check(schema *ast.Schema, doc *ast.QueryDocument, operationName string, variables map[string]any) (guard.Cost, error) {
	if err := guard.Measure(doc); err != nil {
		return guard.Cost{}, err
	}
	return guard.CostOf(schema, doc, operationName, variables)
}

// TestCost says what operations cost.
func TestCost(t *testing.T) {
	for _, c := range []struct {
		document, variables string
		want                int
	}{
		{`{ __typename }`, ``, 0},
		{`{ thing { id name words } }`, ``, 1},
		{`{ things(first: 5) { nodes { digest } } }`, ``, 106},
		{`{ thing { thing { id } other: thing { id } } }`, ``, 3},
		{`{ thing { few { id } } }`, ``, 1 + 3},
		{`{ thing { some { id } } }`, ``, 1 + 10},
		{`{ thing { many { few { id } } } }`, ``, 1 + 10*(1+3)},
		{`{ things { totalCount } }`, ``, 1},
		{`{ things { nodes { id } } }`, ``, 1 + 20},
		{`{ things(first: 7) { nodes { id } } }`, ``, 1 + 7},
		{`{ things(first: 7) { edges { node { id } } } }`, ``, 1 + 7*2},
		{`{ things(first: 7) { few { id } } }`, ``, 1 + 3},
		{`{ things(first: 7) { ... { nodes { id } } ... on Things { nodes { id } } ...f } } fragment f on Things { nodes { id } }`, ``, 1 + 3*7},
		{`{ a: things(first: 7) { ...f } b: things(first: 5) { ...f } } fragment f on Things { nodes { id } }`, ``, 2 + 7 + 5},
		{`{ things(first: 2) { nodes { many { id } } } }`, ``, 1 + 2*(1+10)},
		{`{ things(last: 7) { nodes { id } } }`, ``, 1 + 7},
		{`{ things(first: 7, last: 5) { nodes { id } } }`, ``, 1 + 100},
		{`{ things(first: null) { nodes { id } } }`, ``, 1 + 20},
		{`{ things(first: 0) { nodes { id } } }`, ``, 1 + 100},
		{`{ things(first: -1) { nodes { id } } }`, ``, 1 + 100},
		{`{ things(first: 1000000000) { nodes { id } } }`, ``, 1 + 100},
		{`{ things(first: 99999999999999999999999) { nodes { id } } }`, ``, 1 + 100},
		{`{ things(first: "7") { nodes { id } } }`, ``, 1 + 7},
		{`{ things(first: [7]) { nodes { id } } }`, ``, 1 + 100},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{"n": 7}`, 1 + 7},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{"n": "7"}`, 1 + 7},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{"n": null}`, 1 + 20},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{}`, 1 + 20},
		{`query ($n: Int = 7) { things(first: $n) { nodes { id } } }`, `{}`, 1 + 7},
		{`query ($n: Int = 7) { things(first: $n) { nodes { id } } }`, `{"n": null}`, 1 + 20},
		{`query ($n: Int = 7) { things(first: $n) { nodes { id } } }`, `{"n": 5}`, 1 + 5},
		{`query ($n: Int = null) { things(first: $n) { nodes { id } } }`, `{}`, 1 + 20},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{"n": 0}`, 1 + 100},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{"n": -1}`, 1 + 100},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{"n": 1e9}`, 1 + 100},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{"n": [7]}`, 1 + 100},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{"n": {"$ne": null}}`, 1 + 100},
		{`query ($n: Int) { things(first: $n) { nodes { id } } }`, `{"n": true}`, 1 + 100},
		{`mutation { change { id } again: change { few { id } } }`, ``, 10 + 1 + 10 + 4},
		{`subscription { changed { few { id } } }`, ``, 4},
		{`{ node { id ... on Thing { few { id } } } }`, ``, 1 + 3},
		{`{ these(ids: []) { id } }`, ``, 0},
		{`{ these(ids: ["a", "b", "b"]) { id few { id } } }`, ``, 3 * (1 + 3)},
		{`{ these(ids: [` + strings.Repeat(`"a" `, 51) + `]) { id } }`, ``, 50},
		{`{ these(ids: "a") { id } }`, ``, 50},
		{`{ these { id } }`, ``, 50},
		{`{ these(ids: null) { id } }`, ``, 50},
		{`query ($i: ID!) { these(ids: [$i, $i]) { id } }`, `{"i": "a"}`, 2},
		{`query ($i: [ID!]!) { these(ids: $i) { id } }`, `{"i": ["a", "b", "c"]}`, 3},
		{`query ($i: [ID!]!) { these(ids: $i) { id } }`, `{"i": [` + strings.Repeat(`"a",`, 50) + `"a"]}`, 50},
		{`query ($i: [ID!]!) { these(ids: $i) { id } }`, `{"i": null}`, 50},
		{`query ($i: [ID!]!) { these(ids: $i) { id } }`, `{"i": {"0": "a"}}`, 50},
		{`query ($i: [ID!]!) { these(ids: $i) { id } }`, `{}`, 50},
		{`query ($i: [ID!] = ["a"]) { these(ids: $i) { id } }`, `{}`, 50},
		{`{ things(first: 2) { nodes { these(ids: ["a", "b", "c"]) { id } } } }`, ``, 1 + 2*(1+3)},
		{`{ figure { id } }`, ``, 200 + 1},
		{`{ a: figure { few { id } } b: figure { id } }`, ``, 200 + 1 + 3 + 200 + 1},
		{`{ figures { id } }`, ``, 200 + 10},
		{`{ counted(first: 3) { nodes { id } } }`, ``, 200 + 1 + 3},
		{`{ things(first: 3) { nodes { figure { id } } } }`, ``, 1 + 3*(1+200+1)},
		{`mutation { count { id } }`, ``, 1000 + 10 + 1},
		{`query one { thing { id } } query two { thing { id } }`, ``, 0},
		{`query one { thing { id } } query two { thing { many { id } } }`, `"two"`, 1 + 10},
		{`{ thing { absent { id } } absent { id } ...absent ... on Absent { id } thing { few { id } } }`, ``, 1 + 1 + 3},
		{`{ thing @skip(if: true) { few { id } } }`, ``, 1 + 3},
		{`{ __schema { types { fields { type { ofType { name } } } } } }`, ``, 0},
	} {
		doc := parsed(t, c.document)
		name, variables := "", map[string]any(nil)
		if strings.HasPrefix(c.variables, `"`) {
			name = strings.Trim(c.variables, `"`)
		} else if c.variables != "" {
			variables = decoded(t, c.variables)
		}
		if cost, err := check(schema, doc, name, variables); err != nil || cost != (guard.Cost{Requested: c.want, Limit: 5000}) {
			t.Errorf("%s with %s: %+v %v, want %d", c.document, c.variables, cost, err, c.want)
		}
	}
}

// TestNumbersOfGo proves that a size counts in whatever form a caller holds it.
func TestNumbersOfGo(t *testing.T) {
	doc := parsed(t, `query ($n: Int) { things(first: $n) { nodes { id } } }`)
	for _, c := range []struct {
		n    any
		want int
	}{{7, 8}, {int64(7), 8}, {7.0, 8}, {json.Number("7"), 8}, {json.Number("7.5"), 101}, {1e300, 101}, {-1, 101}, {struct{}{}, 101}} {
		if cost, err := check(schema, doc, "", map[string]any{"n": c.n}); err != nil || cost.Requested != c.want {
			t.Errorf("%T %v: %+v %v", c.n, c.n, cost, err)
		}
	}
}

// TestLimits proves each limit from both sides: what is at it passes, and one more
// is refused in words.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name  string
		limit int
		says  string
		of    func(n int) string
	}{
		{"depth", guard.MaxDepth, "fields inside one another", func(n int) string { return nested("thing", n-1) }},
		{"depth of fragments", guard.MaxDepth, "fields inside one another", func(n int) string {
			return `{ thing { ...f } } fragment f on Thing { ... { ...g } } fragment g on Thing ` + nested("thing", n-2)
		}},
		{"depth of an unused operation", guard.MaxDepth, "fields inside one another", func(n int) string {
			return `query q { thing { id } } query unused ` + nested("thing", n-1)
		}},
		{"depth of an unused fragment", guard.MaxDepth, "fields inside one another", func(n int) string {
			return `{ thing { id } } fragment unused on Thing ` + nested("thing", n-1)
		}},
		{"aliases", guard.MaxAliases, "aliases", func(n int) string { return `{ thing {` + each(n, "a%d: id") + `} }` }},
		{"aliases of a fragment that is spread twice", guard.MaxAliases, "aliases", func(n int) string {
			return `{ thing { ...f few { ...f }` + each(n-10, "a%d: id") + `} } fragment f on Thing {` + each(5, "b%d: id") + `}`
		}},
		{"root fields", guard.MaxRootFields, "root", func(n int) string { return `{` + each(n, "f%d") + `}` }},
		{"root fields of fragments", guard.MaxRootFields, "root", func(n int) string {
			return `{ ...f ... { g { h } } } fragment f on Query {` + each(n-1, "f%d") + `}`
		}},
		{"operations", guard.MaxOperations, "operations", func(n int) string { return each(n, "query q%d { thing { id } }") }},
		{"fragments", guard.MaxFragments, "fragments", func(n int) string { return `{ thing { id } }` + each(n, "fragment f%d on Thing { id }") }},
		{"directives", guard.MaxDirectives, "directives", func(n int) string { return `{ thing {` + each(n, "f%d @mark") + `} }` }},
		{"directives of every part", guard.MaxDirectives, "directives", func(n int) string {
			return `query ($v: Int @mark) @mark { thing { ...f @mark ... @mark { id } } } fragment f on Thing @mark {` + each(n-5, "f%d @mark") + `}`
		}},
		{"directives in one place", guard.MaxAtOne, "in one place", func(n int) string { return `{ thing ` + strings.Repeat("@mark ", n) + `{ id } }` }},
		{"fields of one name", guard.MaxSameName, "of one name", func(n int) string { return `{ thing {` + strings.Repeat("id ", n) + `} }` }},
		{"fields of fragments", guard.MaxFields, "fields in the document", func(n int) string {
			// of the operation 1 + 8 × (1 + 100) + the rest, of the fragment 100
			return `{ thing {` + strings.Repeat("...f ", 8) + each(n-909, "g%d") + `} } fragment f on Thing {` + each(100, "f%d") + `}`
		}},
		{"fields of fragments of one name", guard.MaxFields, "fields in the document", func(n int) string {
			return `{ thing { id } } fragment f on Thing { id } fragment f on Thing {` + strings.Repeat("...g ", 8) + each(n-911, "h%d") + `} fragment g on Thing {` + each(100, "g%d") + `}`
		}},
		{"lists in a value", guard.MaxNesting, "lists and objects inside one another", func(n int) string {
			return `{ thing(x: ` + strings.Repeat("[", n) + strings.Repeat("]", n) + `) { id } }`
		}},
		{"objects in a value of a directive", guard.MaxNesting, "lists and objects inside one another", func(n int) string {
			return `{ thing @mark(x: ` + strings.Repeat("{a: ", n) + "1" + strings.Repeat("}", n) + `) { id } }`
		}},
		{"lists in a default", guard.MaxNesting, "lists and objects inside one another", func(n int) string {
			return `query ($v: Int = ` + strings.Repeat("[", n) + strings.Repeat("]", n) + `) { thing { id } }`
		}},
		{"lists in a type", guard.MaxNesting, "lists inside one another", func(n int) string {
			return `query ($v: ` + strings.Repeat("[", n) + "Int" + strings.Repeat("]", n) + `) { thing { id } }`
		}},
		{"cost", guard.MaxCost, "costs", func(n int) string {
			// 1 + 49 × (1 + 1 + 100), and the rest
			return `{ things(first: 49) { nodes { things(first: 100) { nodes { id } } } }` + each(n-4999, "t%d: thing { id }") + `}`
		}},
	} {
		if _, err := check(schema, parsed(t, c.of(c.limit)), "", nil); err != nil {
			t.Errorf("%s: %d: %v", c.name, c.limit, err)
		}
		_, err := check(schema, parsed(t, c.of(c.limit+1)), "", nil)
		if !fault.Is(err, fault.TooCostly) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), fmt.Sprint(c.limit)) {
			t.Errorf("%s: beyond %d: %v", c.name, c.limit, err)
		}
	}
}

// TestNames proves that no name is longer than the limit, wherever it stands.
func TestNames(t *testing.T) {
	for _, document := range []string{
		`query NAME { thing { id } }`, `{ NAME: thing { id } }`, `{ NAME { id } }`, `{ thing { ...NAME } }`, `{ thing { ... on NAME { id } } }`,
		`{ thing { id } } fragment NAME on Thing { id }`, `{ thing { id } } fragment f on NAME { id }`, `query ($NAME: Int) { thing { id } }`,
		`query ($v: [NAME]) { thing { id } }`, `{ thing @NAME { id } }`, `{ thing @mark(NAME: 1) { id } }`, `{ thing(NAME: 1) { id } }`,
		`{ thing(x: [{NAME: 1}]) { id } }`, `{ thing(x: $NAME) { id } }`, `{ thing(x: NAME) { id } }`,
	} {
		if err := guard.Measure(parsed(t, strings.ReplaceAll(document, "NAME", strings.Repeat("n", guard.MaxName)))); err != nil {
			t.Errorf("%s: %v", document, err)
		}
		if err := guard.Measure(parsed(t, strings.ReplaceAll(document, "NAME", strings.Repeat("n", guard.MaxName+1)))); !fault.Is(err, fault.TooCostly) {
			t.Errorf("%s: %v", document, err)
		}
	}
}

// TestNumbers proves the same of numbers, which are read as exactly as they are written.
func TestNumbers(t *testing.T) {
	for _, document := range []string{`{ thing(x: -1%s) { id } }`, `{ thing(x: [1.%s]) { id } }`} {
		if err := guard.Measure(parsed(t, fmt.Sprintf(document, strings.Repeat("1", guard.MaxName-2)))); err != nil {
			t.Errorf("%s: %v", document, err)
		}
		if err := guard.Measure(parsed(t, fmt.Sprintf(document, strings.Repeat("1", guard.MaxName-1)))); !fault.Is(err, fault.TooCostly) {
			t.Errorf("%s: %v", document, err)
		}
	}
}

// TestTokens proves that no more is read of a document than its limit, comments too.
func TestTokens(t *testing.T) {
	for document, refused := range map[string]bool{
		`{` + strings.Repeat(" a", guard.MaxTokens-2) + `}`: false,
		`{` + strings.Repeat(" a", guard.MaxTokens-1) + `}`: true,
		strings.Repeat("#\n", guard.MaxTokens) + `{ a }`:    true,
		strings.Repeat("[", 20_000):                         false, // it stops at the first one
		`{ a(b: ` + strings.Repeat("[", 20_000):             true,
		strings.Repeat("{a", 20_000):                        true,
	} {
		if _, err := guard.Parse(document); fault.Is(err, fault.TooCostly) != refused {
			t.Errorf("%.20s: %v", document, err)
		}
	}
}

// TestCycles proves that fragments that spread themselves are refused, used or not.
func TestCycles(t *testing.T) {
	for _, document := range []string{
		`{ thing { ...f } } fragment f on Thing { ...f }`,
		`{ thing { id } } fragment f on Thing { thing { ...g } } fragment g on Thing { ... { ...f } }`,
	} {
		doc := parsed(t, document)
		if _, err := check(schema, doc, "", nil); !fault.Is(err, fault.TooCostly) {
			t.Errorf("%s: %v", document, err)
		}
		if _, err := guard.CostOf(schema, doc, "", nil); err != nil {
			t.Errorf("%s: its cost does not end well: %v", document, err)
		}
	}
}

// TestDoubling proves that fragments which double cost no more than they are written:
// without the memo the first would allocate a million times, and the others never end.
func TestDoubling(t *testing.T) {
	if n := testing.AllocsPerRun(1, func() { _ = guard.Measure(doubling(20, "")) }); n > 2000 {
		t.Errorf("20 doubling fragments: %v allocations", n)
	}
	if err := guard.Measure(doubling(guard.MaxFragments, "")); !fault.Is(err, fault.TooCostly) {
		t.Errorf("fragments: %v", err)
	}
	if err := guard.Measure(doubling(guard.MaxFragments, `query used { thing { id } } `)); !fault.Is(err, fault.TooCostly) {
		t.Errorf("fragments behind another operation: %v", err)
	}
	for name, doc := range map[string]*ast.QueryDocument{"70 doubling fragments": doubling(70, ""), "14 pages in pages": parsed(t, nested("things(first: 100) { nodes", 14)+strings.Repeat("}", 14))} {
		if cost, err := guard.CostOf(schema, doc, "", nil); !fault.Is(err, fault.TooCostly) || cost.Requested != 1<<30 {
			t.Errorf("%s: the sum does not stop: %+v %v", name, cost, err)
		}
	}
}

// doubling returns a document of n fragments, each of which spreads the next one twice.
func doubling(n int, before string) *ast.QueryDocument {
	var b strings.Builder
	b.WriteString(before + `query doubles { thing { ...f1 } }`)
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, " fragment f%d on Thing { ...f%d ...f%d }", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment f%d on Thing { thing { id } }", n)
	doc, err := parser.ParseQuery(&ast.Source{Input: b.String()})
	if err != nil {
		panic(err)
	}
	return doc
}

// nested returns a selection set of n fields inside one another and a last one.
func nested(field string, n int) string {
	return strings.Repeat("{ "+field+" ", n) + "{ id }" + strings.Repeat(" }", n)
}

// each writes a format for each number below n.
func each(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " "+format, i)
	}
	return b.String()
}

func parsed(t *testing.T, document string) *ast.QueryDocument {
	t.Helper()
	doc, err := guard.Parse(document)
	if err != nil {
		t.Fatalf("%s: %v", document, err)
	}
	return doc
}

// decoded reads variables as the edge does.
func decoded(t *testing.T, text string) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var variables map[string]any
	if err := d.Decode(&variables); err != nil {
		t.Fatal(err)
	}
	return variables
}
