package graph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"onward/graph/generated"
)

// schema is what the edge serves. The parser knows @defer beside it, of which our
// transports would send the first part alone: so that nobody waits for another one, it
// is unknown here.
var schema = func() *ast.Schema {
	s := generated.NewExecutableSchema(generated.Config{}).Schema()
	delete(s.Directives, "defer")
	return s
}()

// Schema returns the schema that the edge serves.
func Schema() *ast.Schema { return schema }
