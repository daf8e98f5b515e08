package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/fault"
	"onward/services/sealed"
)

// policyHook masks the fields whose class the actor may not read: they answer
// null, like a field that nobody filled in. Whether a class is readable depends
// on the actor's relation to the case only for some roles, so most fields cost
// one look-up. A sealed text is opened once it is sure that it may be read; fields
// that answer with anything else cost nothing more.
func policyHook(schema *ast.Schema) graphql.FieldMiddleware {
	guards := guardsOf(schema)
	return func(ctx context.Context, next graphql.Resolver) (any, error) {
		fc := graphql.GetFieldContext(ctx)
		g, guarded := guards[fc.Field.Definition]
		if !guarded {
			return opened(ctx, next)
		}
		if view := viewOf(ctx); g.masked && !view.ReadsAlways(g.class) && !view.Reads(g.class, caseAbove(fc)) {
			return nil, nil
		}
		switch {
		case g.begins:
			return beginning(ctx, fc, g, next)
		case g.personal:
			looked(ctx, audit.Read, g, caseAbove(fc))
		}
		return opened(ctx, next)
	}
}

// opened resolves a field, and opens the text that it answers with: null where the
// case is erased.
func opened(ctx context.Context, next graphql.Resolver) (any, error) {
	result, err := next(ctx)
	text, ok := result.(sealed.Text)
	if !ok || text.Clear() || err != nil {
		return result, err
	}
	c := caseAbove(graphql.GetFieldContext(ctx))
	if c == nil {
		return nil, fault.New(fault.Internal, "a sealed text stands below no case")
	}
	clear, err := viewOf(ctx).Open(ctx, c.ID, text)
	if clear == nil || err != nil {
		return nil, err
	}
	return sealed.Text(*clear), nil
}

// fieldGuard is what the hook does about a field.
type fieldGuard struct {
	class    access.Class
	name     string // Case.birthYear
	masked   bool   // whether some may not read it: it is not PUBLIC or CASE
	personal bool   // whether reading it is recorded
	begins   bool   // whether requests begin here: it may open or change a case
}

// guardsOf reads the class of every field that is not PUBLIC or CASE, and of those
// where requests begin. PUBLIC fields tell nothing of a survivor, and CASE is what
// makes a case visible at all: who reached one through its scope may read them.
func guardsOf(schema *ast.Schema) map[*ast.FieldDefinition]fieldGuard {
	guards := map[*ast.FieldDefinition]fieldGuard{}
	for _, t := range schema.Types {
		begins := t == schema.Query || t == schema.Mutation
		for _, f := range t.Fields {
			d := f.Directives.ForName("class")
			if d == nil {
				continue
			}
			class := access.Class(d.Arguments.ForName("is").Value.Raw)
			masked := class != access.Public && class != access.Case
			if begins || masked {
				guards[f] = fieldGuard{class: class, name: t.Name + "." + f.Name, masked: masked, personal: slices.Contains(audit.Personal, class), begins: begins}
			}
		}
	}
	return guards
}

// caseAbove returns the case to which a field belongs. Whatever tells of one stands
// below it, or below a change, a result of a group, a piece of work or a flag of it.
func caseAbove(fc *graphql.FieldContext) *casefile.Case {
	for ; fc != nil; fc = fc.Parent {
		if c := caseOf(fc.Result); c != nil {
			return c
		}
	}
	return nil
}

// caseOf returns the case that a result is, or is about; nil of other results.
func caseOf(result any) *casefile.Case {
	switch r := result.(type) {
	case *casefile.Case:
		return r
	case **casefile.Case:
		return *r
	case *casework.Change:
		return r.Case
	case *casework.ReferralChange:
		return r.Case
	case *casework.IdentityChange:
		return r.Case
	case *casework.GroupServiceResult:
		return r.Case()
	case *casework.WorkItem:
		return r.About()
	case *casework.Flag:
		return r.Case
	}
	return nil
}
