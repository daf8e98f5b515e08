package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/casework"
)

// policyHook masks the fields whose class the actor may not read: they answer
// null, like a field that nobody filled in. Whether a class is readable depends
// on the actor's relation to the case only for some roles, so most fields cost
// one look-up.
func policyHook(schema *ast.Schema) graphql.FieldMiddleware {
	classes := classesOf(schema)
	return func(ctx context.Context, next graphql.Resolver) (any, error) {
		fc := graphql.GetFieldContext(ctx)
		class, guarded := classes[fc.Field.Definition]
		if !guarded {
			return next(ctx)
		}
		view := viewOf(ctx)
		if view.ReadsAlways(class) || view.Reads(class, caseAbove(fc)) {
			return next(ctx)
		}
		return nil, nil
	}
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
