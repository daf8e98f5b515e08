package graph

import (
	"context"
	"reflect"

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
		if err := x.check(v.Type, reflect.ValueOf(op.Variables[v.Variable]), path); err != nil {
			errcode.Set(err, errcode.ValidationFailed)
			return err
		}
	}
	return nil
}

// check looks at a value of any form that the library may have made of it: a
// single value that stands for a list has become a list of its own type.
func (x exactEnums) check(t *ast.Type, value reflect.Value, path ast.Path) *gqlerror.Error {
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
		for _, f := range x.schema.Types[t.Name()].Fields {
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
