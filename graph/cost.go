package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onward/graph/guard"
)

// limits refuses documents that are beyond a limit or cost too much, before they are
// validated, and charges their cost to the worker. Documents that are known to be valid
// have been measured; their cost is another one with other variables.
type limits struct {
	schema *ast.Schema
	known  graphql.Cache[*ast.QueryDocument]
	rates  *rates
}

// ExtensionName names the extension.
func (limits) ExtensionName() string { return "Limits" }

// Validate has nothing to check.
func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters changes nothing: it is the place before the validation.
func (l limits) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	graphql.GetOperationContext(ctx).RawQuery = params.Query // for refusals to say where
	doc, known := l.known.Get(ctx, params.Query)
	if !known {
		var err error
		if doc, err = guard.Parse(params.Query); err != nil {
			return refused(err)
		}
		if err := guard.Measure(doc); err != nil {
			return refused(err)
		}
	}
	cost, err := guard.CostOf(l.schema, doc, params.OperationName, params.Variables)
	noteCost(ctx, cost)
	if err == nil {
		err = l.rates.charge(requestOf(ctx), cost.Requested)
	}
	return refused(err)
}

// refused returns an error in the form that the executor asks for; nil for none.
func refused(err error) *gqlerror.Error {
	if err == nil {
		return nil
	}
	g, ofParser := err.(*gqlerror.Error)
	if ofParser {
		errcode.Set(g, errcode.ParseFailed)
		return g
	}
	g = gqlerror.Wrap(err)
	errcode.Set(g, errcode.ValidationFailed)
	return g
}

// costExtension is where a reply says what its request costs.
const costExtension = "cost"

// noteCost keeps the cost of a request for its reply.
func noteCost(ctx context.Context, cost guard.Cost) {
	graphql.GetOperationContext(ctx).Stats.SetExtension(costExtension, cost)
}

// withCost says in each reply what its request costs, and what its worker has left; a
// document that could not be read has no cost.
func (r *rates) withCost(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) && requestOf(ctx).view != nil {
		if cost, ok := graphql.GetOperationContext(ctx).Stats.GetExtension(costExtension).(guard.Cost); ok {
			graphql.RegisterExtension(ctx, costExtension, charged{cost, r.left(requestOf(ctx))})
		}
	}
	return next(ctx)
}

// charged is a cost and what it leaves.
type charged struct {
	guard.Cost
	budget
}

var _ graphql.OperationParameterMutator = limits{}
