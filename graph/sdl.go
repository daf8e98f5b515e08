package graph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"onward/graph/generated"
)

// Schema returns the schema that the edge serves.
func Schema() *ast.Schema { return generated.NewExecutableSchema(generated.Config{}).Schema() }
