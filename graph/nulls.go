package graph

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// validationRules returns the language's rules and one more. By the language, a
// variable with a default may stand where the schema allows no null, and is
// refused there when it comes as null after all. The library does not refuse it,
// and reads it as an empty text, zero or false.
func validationRules() *rules.Rules {
	r := rules.NewDefaultRules()
	r.AddRule("DefaultsAreNotNull", defaultsAreNotNull)
	return r
}

// defaultsAreNotNull makes a variable non-null where it is used as such, so that
// its null is refused with those of the others.
func defaultsAreNotNull(events *core.Events, _ core.AddErrFunc) {
	events.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Kind != ast.Variable || v.ExpectedType == nil || !v.ExpectedType.NonNull {
			return
		}
		if d := v.VariableDefinition; d != nil && d.DefaultValue != nil && d.DefaultValue.Kind != ast.NullValue {
			d.Type.NonNull = true
		}
	})
}
