package graph

import (
	"context"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// exactVariables refuses what the library's own check of variables lets pass: enum
// values that differ from the schema's in upper and lower case, which would be stored
// as they came, and @oneOf inputs that do not give exactly one field, which it refuses
// in a document only.
type exactVariables struct{ schema *ast.Schema }

var _ graphql.OperationContextMutator = exactVariables{}

// ExtensionName names the extension.
func (exactVariables) ExtensionName() string { return "ExactVariables" }

// Validate has nothing to check.
func (exactVariables) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext checks the variables of an operation.
func (x exactVariables) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	for _, v := range op.Operation.VariableDefinitions {
		path := ast.Path{ast.PathName("variable"), ast.PathName(v.Variable)}
		if err := x.check(v.Type, reflect.ValueOf(op.Variables[v.Variable]), path); err != nil {
			errcode.Set(err, errcode.ValidationFailed)
			return err
		}
	}
	return nil
}

// check looks at a value of any form that the library may have made of it: a
// single value that stands for a list has become a list of its own type.
func (x exactVariables) check(t *ast.Type, value reflect.Value, path ast.Path) *gqlerror.Error {
	switch value.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !value.IsNil() {
			return x.check(t, value.Elem(), path)
		}
	case reflect.Slice:
		if t.Elem == nil {
			return nil
		}
		for i := range value.Len() {
			if err := x.check(t.Elem, value.Index(i), append(path[:len(path):len(path)], ast.PathIndex(i))); err != nil {
				return err
			}
		}
	case reflect.Map:
		def := x.schema.Types[t.Name()]
		if def.Directives.ForName("oneOf") != nil && !givesOne(value) {
			return gqlerror.ErrorPathf(path, "give exactly one of %s", listOf(def.Fields))
		}
		for _, f := range def.Fields {
			member := value.MapIndex(reflect.ValueOf(f.Name))
			if !member.IsValid() {
				continue
			}
			if err := x.check(f.Type, member, append(path[:len(path):len(path)], ast.PathName(f.Name))); err != nil {
				return err
			}
		}
	case reflect.String:
		def := x.schema.Types[t.Name()]
		if def.Kind == ast.Enum && def.EnumValues.ForName(value.String()) == nil {
			return gqlerror.ErrorPathf(path, "is not a valid %s", def.Name)
		}
	}
	return nil
}

// givesOne reports whether an input gives one field, and not null.
func givesOne(input reflect.Value) bool {
	if input.Len() != 1 {
		return false
	}
	members := input.MapRange()
	members.Next()
	return members.Value().Kind() != reflect.Interface || !members.Value().IsNil()
}

// listOf names the fields of an input, two at least.
func listOf(fields ast.FieldList) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
