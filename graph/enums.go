package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// exactEnums refuses enum values in variables that differ from the schema's in
// upper and lower case. The library's own check of variables lets them pass, and
// they would be stored as they came.
type exactEnums struct{ schema *ast.Schema }

// ExtensionName names the extension.
func (exactEnums) ExtensionName() string { return "ExactEnums" }

// Validate has nothing to check.
func (exactEnums) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext checks the variables of an operation.
func (x exactEnums) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	for _, v := range op.Operation.VariableDefinitions {
		path := ast.Path{ast.PathName("variable"), ast.PathName(v.Variable)}
		if err := x.check(v.Type, op.Variables[v.Variable], path); err != nil {
			errcode.Set(err, errcode.ValidationFailed)
			return err
		}
	}
	return nil
}

func (x exactEnums) check(t *ast.Type, value any, path ast.Path) *gqlerror.Error {
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			if t.Elem == nil {
				break
			}
			if err := x.check(t.Elem, item, append(path[:len(path):len(path)], ast.PathIndex(i))); err != nil {
				return err
			}
		}
	case map[string]any:
		def := x.schema.Types[t.Name()]
		for _, f := range def.Fields {
			if err := x.check(f.Type, value[f.Name], append(path[:len(path):len(path)], ast.PathName(f.Name))); err != nil {
				return err
			}
		}
	case string:
		def := x.schema.Types[t.Name()]
		if def.Kind == ast.Enum && def.EnumValues.ForName(value) == nil {
			return gqlerror.ErrorPathf(path, "%s is not a valid %s", value, def.Name)
		}
	}
	return nil
}
