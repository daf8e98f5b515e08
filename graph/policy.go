package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onward/services/access"
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
	classes := classesOf(schema)
	return func(ctx context.Context, next graphql.Resolver) (any, error) {
		fc := graphql.GetFieldContext(ctx)
		class, guarded := classes[fc.Field.Definition]
		if !guarded {
			return opened(ctx, next)
		}
		view := viewOf(ctx)
		if view.ReadsAlways(class) || view.Reads(class, caseAbove(fc)) {
			return opened(ctx, next)
		}
		return nil, nil
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

// classesOf reads the class of every field that is not PUBLIC or CASE. PUBLIC
// fields tell nothing of a survivor, and CASE is what makes a case visible at
// all: who reached one through its scope may read them.
func classesOf(schema *ast.Schema) map[*ast.FieldDefinition]access.Class {
	classes := map[*ast.FieldDefinition]access.Class{}
	for _, t := range schema.Types {
		for _, f := range t.Fields {
			d := f.Directives.ForName("class")
			if d == nil {
				continue
			}
			if class := access.Class(d.Arguments.ForName("is").Value.Raw); class != access.Public && class != access.Case {
				classes[f] = class
			}
		}
	}
	return classes
}

// caseAbove returns the case to which a field belongs. Whatever tells of one stands
// below it, or below a change, a result of a group, a piece of work or a flag of it.
func caseAbove(fc *graphql.FieldContext) *casefile.Case {
	for ; fc != nil; fc = fc.Parent {
		switch r := fc.Result.(type) {
		case *casefile.Case:
			return r
		case **casefile.Case:
			return *r
		case *casework.Change:
			return r.Case
		case *casework.ReferralChange:
			return r.Case
		case *casework.GroupServiceResult:
			return r.Case()
		case *casework.WorkItem:
			return r.About()
		case *casework.Flag:
			return r.Case
		}
	}
	return nil
}
