package guard

import (
	"encoding/json"
	"reflect"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"onward/services/fault"
	"onward/services/page"
)

// Cost is what an operation asks for, and what one may ask for at most.
type Cost struct {
	Requested int `json:"requested"`
	Limit     int `json:"limit"`
}

const (
	changeCost = 10 // of each change, beside what it answers [J]
	guessed    = 10 // items of a list that is no page: most are short, whatever they may be at most [J]
)

// CostOf returns what an operation costs: 1 for each object that it can answer with,
// and 10 for each change. A page counts with the size that is asked for; a list of
// another kind with the most that it can have, or 10 where that is less; one of what is
// asked for by identifiers with their number. What has to be computed costs beside that
// what @costs says. Fields that @skip and @include leave out count as well. Beyond the
// limit it is refused.
func CostOf(schema *ast.Schema, doc *ast.QueryDocument, operationName string, variables map[string]any) (Cost, error) {
	cost := Cost{Limit: MaxCost}
	op := doc.Operations.ForName(operationName)
	if op == nil {
		return cost, nil // the executor refuses it
	}
	c := coster{schema: schema, doc: doc, given: variables, declared: op.VariableDefinitions, known: map[spread]*int{}}
	cost.Requested = c.set(c.root(op), op.SelectionSet, guessed)
	if cost.Requested > MaxCost {
		return cost, fault.New(fault.TooCostly, "the request costs %d and may cost %d: ask for fewer items or fewer fields at once", cost.Requested, MaxCost)
	}
	return cost, nil
}

// coster adds up the cost of one operation.
type coster struct {
	schema   *ast.Schema
	doc      *ast.QueryDocument
	given    map[string]any
	declared ast.VariableDefinitionList
	known    map[spread]*int
}

// spread is a fragment where its lists have a length.
type spread struct {
	fragment string
	items    int
}

func (c *coster) root(op *ast.OperationDefinition) *ast.Definition {
	switch op.Operation {
	case ast.Mutation:
		return c.schema.Mutation
	case ast.Subscription:
		return c.schema.Subscription
	}
	return c.schema.Query
}

// set adds up a selection set of a type; items is how many a list in it has that
// says nothing of its own.
func (c *coster) set(parent *ast.Definition, set ast.SelectionSet, items int) int {
	sum := 0
	if parent == nil {
		return sum
	}
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			sum = plus(sum, c.field(parent, s, items))
		case *ast.InlineFragment:
			if s.TypeCondition != "" {
				sum = plus(sum, c.set(c.schema.Types[s.TypeCondition], s.SelectionSet, items))
			} else {
				sum = plus(sum, c.set(parent, s.SelectionSet, items))
			}
		case *ast.FragmentSpread:
			sum = plus(sum, c.fragment(spread{s.Name, items}))
		}
	}
	return sum
}

// fragment adds up a fragment once for each length. A fragment that spreads itself
// adds nothing there: Measure refuses it.
func (c *coster) fragment(s spread) int {
	if sum, met := c.known[s]; met {
		return *sum
	}
	sum := new(int)
	c.known[s] = sum
	if f := c.doc.Fragments.ForName(s.fragment); f != nil {
		*sum = c.set(c.schema.Types[f.TypeCondition], f.SelectionSet, s.items)
	}
	return *sum
}

func (c *coster) field(parent *ast.Definition, f *ast.Field, items int) int {
	def := parent.Fields.ForName(f.Name)
	if def == nil || describesTheSchema(f) {
		return 0
	}
	computed, _ := numberOf(def, "costs") // once, whatever there is in it
	of := c.schema.Types[def.Type.Name()]
	if of == nil || !of.IsCompositeType() {
		return computed
	}
	below := guessed
	if paged(def) {
		below = c.pageSize(f)
		items = below
	}
	one := plus(1, c.set(of, f.SelectionSet, below))
	if parent == c.schema.Mutation {
		one = plus(one, changeCost)
	}
	if def.Type.Elem != nil {
		one *= c.length(def, f, items)
	}
	return plus(one, computed)
}

// length returns how many items a list has: those of the page of which it is a part,
// unless it says itself how many it can have, or is asked for by identifiers.
func (c *coster) length(def *ast.FieldDefinition, f *ast.Field, items int) int {
	most, bound := numberOf(def, "atMost")
	switch {
	case !bound:
		return items
	case def.Arguments.ForName("ids") != nil:
		return c.count(f, "ids", most)
	}
	return min(most, guessed)
}

// count returns how many values an argument has. One that will be refused counts as
// the most.
func (c *coster) count(f *ast.Field, name string, most int) int {
	n := most
	if a := f.Arguments.ForName(name); a != nil && a.Value != nil && a.Value.Kind == ast.ListValue {
		n = len(a.Value.Children)
	} else if given, ok := c.argument(f, name).([]any); ok {
		n = len(given)
	}
	return min(n, most)
}

// numberOf returns the number that a directive of the schema gives a field.
func numberOf(def *ast.FieldDefinition, directive string) (n int, ok bool) {
	d := def.Directives.ForName(directive)
	if d == nil {
		return 0, false
	}
	n, err := strconv.Atoi(d.Arguments.ForName("n").Value.Raw)
	return n, err == nil
}

// paged reports whether a field answers with a page.
func paged(def *ast.FieldDefinition) bool {
	return def.Arguments.ForName("first") != nil || def.Arguments.ForName("last") != nil
}

// pageSize returns the size of the page that a field asks for. One that will be
// refused counts as the largest.
func (c *coster) pageSize(f *ast.Field) int {
	first, last := c.argument(f, "first"), c.argument(f, "last")
	switch {
	case first == nil && last == nil:
		return page.DefaultSize
	case first == nil:
		return bounded(last)
	case last == nil:
		return bounded(first)
	}
	return page.MaxSize
}

// argument returns the value of an argument; nil where it is absent or null.
func (c *coster) argument(f *ast.Field, name string) any {
	a := f.Arguments.ForName(name)
	if a == nil || a.Value == nil || a.Value.Kind == ast.NullValue {
		return nil
	}
	if a.Value.Kind != ast.Variable {
		return a.Value.Raw
	}
	if v, ok := c.given[a.Value.Raw]; ok {
		return v
	}
	if d := c.declared.ForName(a.Value.Raw); d != nil && d.DefaultValue != nil && d.DefaultValue.Kind != ast.NullValue {
		return d.DefaultValue.Raw
	}
	return nil
}

// bounded reads the size of a page, written or as JSON: the largest, where it is
// none.
func bounded(v any) int {
	n := 0
	switch v := v.(type) {
	case string:
		n, _ = strconv.Atoi(v)
	case json.Number:
		n, _ = strconv.Atoi(v.String())
	default:
		if r := reflect.ValueOf(v); r.CanInt() {
			n = int(r.Int())
		} else if r.CanFloat() {
			n = int(r.Float())
		}
	}
	if n < 1 || n > page.MaxSize {
		return page.MaxSize
	}
	return n
}
