package guard

import (
	"github.com/vektah/gqlparser/v2/ast"

	"onward/services/fault"
)

// Measure refuses a document that is beyond a limit of its form, whatever the schema.
func Measure(doc *ast.QueryDocument) error {
	switch {
	case len(doc.Operations) > MaxOperations:
		return tooMuch("operations in the document", MaxOperations)
	case len(doc.Fragments) > MaxFragments:
		return tooMuch("fragments in the document", MaxFragments)
	}
	m := measurer{doc: doc, known: map[*ast.FragmentDefinition]*tally{}}
	var whole tally
	for _, op := range doc.Operations {
		t, err := m.operation(op)
		if err != nil {
			return err
		}
		whole.beside(t)
	}
	for _, f := range doc.Fragments {
		t, err := m.fragment(f)
		if err != nil {
			return err
		}
		whole.beside(t)
	}
	if whole.fields > MaxFields {
		return tooMuch("fields in the document, with its fragments written out", MaxFields)
	}
	return nil
}

// tally counts what a part of a document says, with its fragments written out.
type tally struct {
	depth      int // of fields inside one another
	fields     int // fields, spreads and inline fragments
	roots      int // fields that stand outside of every other one
	aliases    int
	directives int
}

// enough is where counting stops; no limit is near it.
const enough = 1 << 30

func plus(a, b int) int { return min(a+b, enough) }

// beside adds what stands beside it in the same place.
func (t *tally) beside(u tally) {
	t.depth = max(t.depth, u.depth)
	t.fields = plus(t.fields, u.fields)
	t.roots = plus(t.roots, u.roots)
	t.aliases = plus(t.aliases, u.aliases)
	t.directives = plus(t.directives, u.directives)
}

// within refuses what is beyond a limit.
func (t tally) within() error {
	switch {
	case t.depth > MaxDepth:
		return tooMuch("fields inside one another", MaxDepth)
	case t.aliases > MaxAliases:
		return tooMuch("aliases", MaxAliases)
	case t.directives > MaxDirectives:
		return tooMuch("directives", MaxDirectives)
	}
	return nil
}

// measurer counts the parts of one document.
type measurer struct {
	doc   *ast.QueryDocument
	known map[*ast.FragmentDefinition]*tally // nil while it is being counted
}

func (m *measurer) operation(op *ast.OperationDefinition) (tally, error) {
	if err := fits(op.Name); err != nil {
		return tally{}, err
	}
	t, err := m.definition(op.VariableDefinitions, op.Directives, op.SelectionSet)
	if err != nil {
		return tally{}, err
	}
	if t.roots > MaxRootFields {
		return tally{}, tooMuch("fields at the root of an operation", MaxRootFields)
	}
	return t, nil
}

// fragment counts a fragment the first time that it is asked for.
func (m *measurer) fragment(f *ast.FragmentDefinition) (tally, error) {
	t, met := m.known[f]
	switch {
	case met && t == nil:
		return tally{}, fault.New(fault.TooCostly, "a fragment spreads itself")
	case met:
		return *t, nil
	}
	m.known[f] = nil
	if err := fits(f.Name, f.TypeCondition); err != nil {
		return tally{}, err
	}
	counted, err := m.definition(f.VariableDefinition, f.Directives, f.SelectionSet)
	m.known[f] = &counted
	return counted, err
}

// definition counts an operation or a fragment, and refuses it beyond a limit.
func (m *measurer) definition(variables ast.VariableDefinitionList, directives ast.DirectiveList, set ast.SelectionSet) (tally, error) {
	t, err := m.directives(directives)
	if err != nil {
		return tally{}, err
	}
	for _, v := range variables {
		at, err := m.variable(v)
		if err != nil {
			return tally{}, err
		}
		t.beside(at)
	}
	below, err := m.set(set)
	if err != nil {
		return tally{}, err
	}
	t.beside(below)
	return t, t.within()
}

func (m *measurer) variable(v *ast.VariableDefinition) (tally, error) {
	if err := fits(v.Variable, v.Type.Name()); err != nil {
		return tally{}, err
	}
	nesting := 0
	for t := v.Type; t != nil; t = t.Elem {
		if nesting++; nesting > MaxNesting {
			return tally{}, tooMuch("lists inside one another", MaxNesting)
		}
	}
	if err := shallow(v.DefaultValue, MaxNesting); err != nil {
		return tally{}, err
	}
	return m.directives(v.Directives)
}

// set counts a selection set.
func (m *measurer) set(set ast.SelectionSet) (tally, error) {
	var sum tally
	names := map[string]int{}
	for _, s := range set {
		if f, ok := s.(*ast.Field); ok {
			if names[f.Alias]++; names[f.Alias] > MaxSameName {
				return tally{}, tooMuch("fields of one name in one place", MaxSameName)
			}
		}
		t, err := m.selection(s)
		if err != nil {
			return tally{}, err
		}
		sum.beside(t)
	}
	return sum, nil
}

func (m *measurer) selection(s ast.Selection) (tally, error) {
	switch s := s.(type) {
	case *ast.Field:
		return m.field(s)
	case *ast.InlineFragment:
		if err := fits(s.TypeCondition); err != nil {
			return tally{}, err
		}
		return m.around(s.Directives, func() (tally, error) { return m.set(s.SelectionSet) })
	case *ast.FragmentSpread:
		if err := fits(s.Name); err != nil {
			return tally{}, err
		}
		return m.around(s.Directives, func() (tally, error) {
			if f := m.doc.Fragments.ForName(s.Name); f != nil {
				return m.fragment(f)
			}
			return tally{}, nil // the validator refuses it
		})
	}
	return tally{}, nil
}

// around counts a fragment where it is written or spread, with what it holds.
func (m *measurer) around(directives ast.DirectiveList, inside func() (tally, error)) (tally, error) {
	t, err := m.directives(directives)
	if err != nil {
		return tally{}, err
	}
	t.fields = 1
	below, err := inside()
	if err != nil {
		return tally{}, err
	}
	t.beside(below)
	return t, nil
}

func (m *measurer) field(f *ast.Field) (tally, error) {
	if err := fits(f.Alias, f.Name); err != nil {
		return tally{}, err
	}
	t, err := m.directives(f.Directives)
	if err != nil {
		return tally{}, err
	}
	if err := arguments(f.Arguments); err != nil {
		return tally{}, err
	}
	below, err := m.set(f.SelectionSet)
	if err != nil {
		return tally{}, err
	}
	t.beside(below)
	t.depth, t.roots, t.fields = below.depth+1, 1, plus(below.fields, 1)
	if describesTheSchema(f) {
		t.depth = 1 // the validator has a limit of its own for these
	}
	if f.Alias != f.Name {
		t.aliases = plus(t.aliases, 1)
	}
	return t, nil
}

func (m *measurer) directives(list ast.DirectiveList) (tally, error) {
	if len(list) > MaxAtOne {
		return tally{}, tooMuch("directives in one place", MaxAtOne)
	}
	for _, d := range list {
		if err := fits(d.Name); err != nil {
			return tally{}, err
		}
		if err := arguments(d.Arguments); err != nil {
			return tally{}, err
		}
	}
	return tally{directives: len(list)}, nil
}

func arguments(list ast.ArgumentList) error {
	for _, a := range list {
		if err := fits(a.Name); err != nil {
			return err
		}
		if err := shallow(a.Value, MaxNesting); err != nil {
			return err
		}
	}
	return nil
}

// shallow refuses a value that nests deeper than it may from here.
func shallow(v *ast.Value, left int) error {
	if v == nil {
		return nil
	}
	if v.Kind == ast.Variable {
		return fits(v.Raw)
	}
	if len(v.Children) > 0 && left == 0 {
		return tooMuch("lists and objects inside one another", MaxNesting)
	}
	for _, c := range v.Children {
		if err := fits(c.Name); err != nil {
			return err
		}
		if err := shallow(c.Value, left-1); err != nil {
			return err
		}
	}
	return nil
}

func fits(names ...string) error {
	for _, n := range names {
		if len(n) > MaxName {
			return fault.New(fault.TooCostly, "a name is too long: at most %d bytes are allowed", MaxName)
		}
	}
	return nil
}

// describesTheSchema reports whether a field tells of the schema, which is only for
// development.
func describesTheSchema(f *ast.Field) bool { return f.Name == "__schema" || f.Name == "__type" }
