package compat_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"onward/graph/compat"
	"onward/services/calendar"
)

var today = calendar.Date(2026, 3, 2)

func parse(t testing.TB, text string) *ast.Schema {
	t.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Input: text})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return s
}

// released is what the changes of the table are made to.
const released = `
directive @class(is: String!) on FIELD_DEFINITION
directive @atMost(n: Int!) on FIELD_DEFINITION
directive @mark(level: Int = 1, of: String) repeatable on FIELD_DEFINITION | OBJECT
type Query { thing(id: ID!, size: Int = 5, kind: Kind): Thing  all(filter: Filter!): [Thing!]  found: Found  node: Node  misc: Misc  old: Old @deprecated(reason: "Use Query.thing; it may go after 2026-03-01.") }
type Mutation { make(input: MakeInput): Thing }
interface Node { id: ID! }
type Thing implements Node { id: ID!  name: String  list: [String]  kind: Kind! }
type Other implements Node { id: ID!  note: String @class(is: "NOTES")  parts: [Int!] @atMost(n: 20) }
type Old { id: ID  part: OldPart }
type OldPart { id: ID }
union Found = Thing | Other
enum Kind { ONE TWO THREE @deprecated(reason: "Nothing follows it; it may go after 2026-03-02.") }
input Filter { kind: Kind  size: Int! = 3  deep: MakeInput }
input MakeInput { name: String  count: Int!  gone: Int @deprecated(reason: "Nothing follows it; it may go after 2025-12-31. Nobody asked.") }
scalar Day
scalar Misc
`

// TestCompare proves of each kind of change what is said of it.
func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		want          []string // breaking with an exclamation mark
	}{
		"nothing":                            {"", "", nil},
		"a field is new":                     {"type Thing implements Node {", "type Thing implements Node { more: Int", nil},
		"a field was removed":                {"list: [String]", "", []string{"!Thing.list was removed"}},
		"a field has another type":           {"name: String  list", "name: Int  list", []string{"!Thing.name was String and is Int"}},
		"a field is a list":                  {"name: String  list", "name: [String]  list", []string{"!Thing.name was String and is [String]"}},
		"a field is no list":                 {"list: [String]", "list: String", []string{"!Thing.list was [String] and is String"}},
		"a field can be null":                {"kind: Kind! }", "kind: Kind }", []string{"!Thing.kind was Kind! and is Kind"}},
		"a field cannot be null":             {"name: String  list", "name: String!  list", nil},
		"items cannot be null":               {"list: [String]", "list: [String!]!", nil},
		"items can be null":                  {"all(filter: Filter!): [Thing!]", "all(filter: Filter!): [Thing]", []string{"!Query.all was [Thing!] and is [Thing]"}},
		"a field is of a part of it":         {"node: Node", "node: Thing", []string{"!Query.node was Node and is Thing"}},
		"a member was removed":               {"union Found = Thing | Other", "union Found = Thing", []string{"!Found is never Other any more"}},
		"a type is new":                      {"scalar Day", "scalar Day type New { id: ID! }", nil},
		"a type that nothing leads to":       {"scalar Day", "", nil},
		"a type is of another kind":          {"scalar Misc", "enum Misc { ANY }", []string{"!Misc was of the kind SCALAR and is ENUM"}},
		"an argument was removed":            {", kind: Kind)", ")", []string{"!Query.thing(kind:) was removed"}},
		"an argument is new":                 {"thing(id: ID!", "thing(more: Int, id: ID!", nil},
		"an argument is new and required":    {"thing(id: ID!", "thing(more: Int!, id: ID!", []string{"!Query.thing(more:) is new and required"}},
		"a new one has a default":            {"thing(id: ID!", "thing(more: Int! = 1, id: ID!", nil},
		"an argument is required":            {"kind: Kind): Thing", "kind: Kind!): Thing", []string{"!Query.thing(kind:) took Kind and takes Kind!"}},
		"an argument is not required":        {"thing(id: ID!", "thing(id: ID", nil},
		"an argument takes another type":     {"thing(id: ID!", "thing(id: Int!", []string{"!Query.thing(id:) took ID! and takes Int!"}},
		"an argument takes a list":           {"kind: Kind): Thing", "kind: [Kind]): Thing", []string{"!Query.thing(kind:) took Kind and takes [Kind]"}},
		"a default is another":               {"size: Int = 5", "size: Int = 6", []string{"!Query.thing(size:) was 5 by default and is 6"}},
		"a default was removed":              {"size: Int = 5", "size: Int", []string{"!Query.thing(size:) was 5 by default and has no default"}},
		"a default is new":                   {", kind: Kind)", ", kind: Kind = ONE)", []string{"Query.thing(kind:) is ONE by default now"}},
		"a default of an input":              {"size: Int! = 3", "size: Int! = 4", []string{"!Filter.size was 3 by default and is 4"}},
		"an input's default was removed":     {"size: Int! = 3", "size: Int!", []string{"!Filter.size was 3 by default and has no default"}},
		"a field of an input was removed":    {"deep: MakeInput", "", []string{"!Filter.deep was removed"}},
		"an input has a new field":           {"input MakeInput {", "input MakeInput { more: [Int!]", nil},
		"an input has a new, required field": {"input MakeInput {", "input MakeInput { more: [Int!]!", []string{"!MakeInput.more is new and required"}},
		"a field of an input is required":    {"input MakeInput { name: String", "input MakeInput { name: String!", []string{"!MakeInput.name took String and takes String!"}},
		"a field of an input is not":         {"count: Int!", "count: Int", nil},
		"exactly one field":                  {"input Filter { kind: Kind  size: Int! = 3  deep: MakeInput }", "input Filter @oneOf { kind: Kind  size: Int  deep: MakeInput }", []string{"!Filter.size was 3 by default and has no default", "!Filter takes exactly one field now"}},
		"a value was removed":                {"ONE TWO", "ONE", []string{"!Kind.TWO was removed"}},
		"a value is new":                     {"ONE TWO", "ONE TWO FOUR", []string{"Kind.FOUR is a new value"}},
		"a member is new":                    {"union Found = Thing | Other", "union Found = Thing | Other | Old", []string{"Found can be Old now"}},
		"a type leaves an interface":         {"type Other implements Node {", "type Other {", []string{"!Other does not implement Node any more"}},
		"a type joins an interface":          {"type Old { id: ID  part", "type Old implements Node { id: ID!  part", []string{"Node can be Old now"}},
		"a new type joins an interface":      {"scalar Day", "scalar Day type New implements Node { id: ID! }", []string{"Node can be New now"}},
		"a field has another class":          {`is: "NOTES"`, `is: "HEALTH"`, []string{"!Other.note was of the class NOTES and is of HEALTH"}},
		"a field has no class":               {` @class(is: "NOTES")`, ``, []string{"!Other.note was of the class NOTES and is of none"}},
		"a field has a class":                {"parts: [Int!]", `parts: [Int!] @class(is: "CASE")`, nil},
		"a list can be longer":               {"n: 20", "n: 21", nil},
		"a list can be as long as it likes":  {" @atMost(n: 20)", "", nil},
		"a list is shorter":                  {"n: 20", "n: 19", []string{"!Other.parts had at most 20 items and has at most 19"}},
		"a directive was removed":            {"directive @mark(level: Int = 1, of: String) repeatable on FIELD_DEFINITION | OBJECT", "", []string{"!@mark was removed"}},
		"a directive lost a place":           {"FIELD_DEFINITION | OBJECT", "OBJECT", []string{"!@mark cannot stand on FIELD_DEFINITION any more"}},
		"a directive stands once":            {") repeatable on", ") on", []string{"!@mark cannot be repeated any more"}},
		"a directive lost an argument":       {"level: Int = 1, of", "of", []string{"!@mark(level:) was removed"}},
		"a directive needs an argument":      {"@mark(level", "@mark(why: Int!, level", []string{"!@mark(why:) is new and required"}},
		"a root was removed":                 {"type Mutation { make(input: MakeInput): Thing }", "", []string{"!mutation does not begin at Mutation any more", "!Mutation was removed"}},
		"a root begins elsewhere":            {"scalar Day", "scalar Day schema { query: Other mutation: Mutation }", []string{"!query does not begin at Query any more"}},

		"what was said to go":                  {`  old: Old @deprecated(reason: "Use Query.thing; it may go after 2026-03-01.")`, "", nil},
		"what it alone led to, too":            {"type Old { id: ID  part: OldPart }\ntype OldPart { id: ID }", "type Old { id: ID }", nil},
		"what was said to go, on its last day": {` THREE @deprecated(reason: "Nothing follows it; it may go after 2026-03-02.")`, "", []string{"!Kind.THREE was removed"}},
		"a field of an input was said to go":   {`gone: Int @deprecated(reason: "Nothing follows it; it may go after 2025-12-31. Nobody asked.")`, "", nil},
		"deprecated in time":                   {"list: [String]", `list: [String] @deprecated(reason: "Use Thing.name; it may go after 2026-09-02.")`, nil},
		"deprecated too late":                  {"list: [String]", `list: [String] @deprecated(reason: "Use Thing.name; it may go after 2026-09-01.")`, []string{"Thing.list is deprecated with less than 6 months of notice"}},
		"an argument deprecated too late":      {", kind: Kind)", `, kind: Kind @deprecated(reason: "Nothing follows it; it may go after 2026-05-01."))`, []string{"Query.thing(kind:) is deprecated with less than 6 months of notice"}},
		"a value deprecated too late":          {"ONE TWO", `ONE TWO @deprecated(reason: "Nothing follows it; it may go after 2026-05-01.")`, []string{"Kind.TWO is deprecated with less than 6 months of notice"}},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Count(released, c.before) != 1 && c.before != "" {
				t.Fatalf("%q is there %d times", c.before, strings.Count(released, c.before))
			}
			var got []string
			for _, change := range compat.Compare(parse(t, released), parse(t, strings.Replace(released, c.before, c.after, 1)), today) {
				said := change.String()
				if change.Breaking {
					said = "!" + said
				}
				got = append(got, said)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestGoneTogether proves that a field that was said to go takes along the types that
// it alone led to.
func TestGoneTogether(t *testing.T) {
	now := released
	for _, gone := range []string{`  old: Old @deprecated(reason: "Use Query.thing; it may go after 2026-03-01.")`, "type Old { id: ID  part: OldPart }\n", "type OldPart { id: ID }\n"} {
		now = strings.Replace(now, gone, "", 1)
	}
	if got := compat.Compare(parse(t, released), parse(t, now), today); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if got := compat.Compare(parse(t, released), parse(t, now), today-1); len(got) != 3 {
		t.Errorf("on the last day: %v", got)
	}
}

// TestDeprecations proves what the policy takes and what it refuses.
func TestDeprecations(t *testing.T) {
	for name, c := range map[string]struct{ schema, want string }{
		"nothing is deprecated":     {`type Query { a: Int }`, ""},
		"as it should be":           {`type Query { a: Int @deprecated(reason: "Use Query.b; it may go after 2026-12-31. It counts better.") b: Int }`, ""},
		"by a type":                 {`type Query { a: Int @deprecated(reason: "Use Thing; it may go after 2026-12-31.") b: Thing } type Thing { id: ID }`, ""},
		"by an argument":            {`type Query { a(x: Int @deprecated(reason: "Use Query.a(y:); it may go after 2026-12-31."), y: Int): Int }`, ""},
		"by a value":                {`type Query { a: E } enum E { A @deprecated(reason: "Use E.B; it may go after 2026-12-31.") B }`, ""},
		"without a reason":          {`type Query { a: Int @deprecated b: Int }`, "Query.a is deprecated; the reason"},
		"without a day":             {`type Query { a: Int @deprecated(reason: "Use Query.b.") b: Int }`, "Query.a is deprecated; the reason"},
		"with a day that is none":   {`type Query { a: Int @deprecated(reason: "Use Query.b; it may go after 2026-02-30.") b: Int }`, "Query.a is deprecated; the reason"},
		"a value without":           {`type Query { a: E } enum E { A @deprecated B }`, "E.A is deprecated; the reason"},
		"an input field without":    {`type Query { a(i: I): Int } input I { x: Int @deprecated(reason: "old") }`, "I.x is deprecated; the reason"},
		"followed by nothing known": {`type Query { a: Int @deprecated(reason: "Use Query.c; it may go after 2026-12-31.") b: Int }`, "Query.a is followed by Query.c, which is not there"},
		"by an argument unknown":    {`type Query { a(x: Int @deprecated(reason: "Use Query.a(z:); it may go after 2026-12-31."), y: Int): Int }`, "Query.a(x:) is followed by Query.a(z:), which is not there"},
		"by what is no coordinate":  {`type Query { a: Int @deprecated(reason: "Use b:; it may go after 2026-12-31.") b: Int }`, "Query.a is followed by b:, which is not there"},
		"a required argument":       {`type Query { a(x: Int! @deprecated(reason: "Nothing follows it; it may go after 2026-12-31.")): Int }`, "Query.a(x:) is deprecated and required"},
		"a required input field":    {`type Query { a(i: I): Int } input I { x: Int! @deprecated(reason: "Nothing follows it; it may go after 2026-12-31.") y: Int }`, "I.x is deprecated and required"},
		"one with a default is not": {`type Query { a(x: Int! = 1 @deprecated(reason: "Nothing follows it; it may go after 2026-12-31.")): Int }`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(compat.Deprecations(parse(t, c.schema)), "\n")
			if got != c.want && (c.want == "" || !strings.HasPrefix(got, c.want)) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// ours reads the schema of the API anew.
func ours(t testing.TB) *ast.Schema {
	t.Helper()
	files, err := filepath.Glob("../../schema/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	var text strings.Builder
	for _, f := range files {
		part, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(part)
	}
	return parse(t, text.String())
}

// TestWhatIsTakenAwayBreaks proves of the API's schema that whatever is taken from it
// breaks by its name, whatever it is, and that what is put to it so breaks nothing.
func TestWhatIsTakenAwayBreaks(t *testing.T) {
	whole, less := ours(t), ours(t)
	if got := compat.Compare(whole, less, today); len(got) != 0 {
		t.Fatalf("the same schema: %v", got)
	}
	var types []string
	for name, d := range less.Types {
		if !d.BuiltIn && d.Kind != ast.Scalar {
			types = append(types, name)
		}
	}
	slices.Sort(types)
	rapid.Check(t, func(t *rapid.T) {
		d := less.Types[rapid.SampledFrom(types).Draw(t, "type")]
		var where string
		fields, values := d.Fields, d.EnumValues
		if d.Kind == ast.Enum {
			i := rapid.IntRange(0, len(values)-1).Draw(t, "value")
			where, d.EnumValues = d.Name+"."+values[i].Name, slices.Delete(slices.Clone(values), i, i+1)
		} else {
			i := rapid.IntRange(0, len(fields)-1).Draw(t, "field")
			where, d.Fields = d.Name+"."+fields[i].Name, slices.Delete(slices.Clone(fields), i, i+1)
		}
		breaks, adds := compat.Compare(whole, less, today), compat.Compare(less, whole, today)
		d.Fields, d.EnumValues = fields, values
		if strings.Contains(where, ".__") {
			return // the language's own
		}
		if len(breaks) != 1 || !breaks[0].Breaking || breaks[0].Where != where {
			t.Errorf("without %s: %v", where, breaks)
		}
		for _, c := range adds {
			if c.Breaking && c.What != "is new and required" {
				t.Errorf("with %s: %v", where, c)
			}
		}
	})
}
