package graph

import (
	"context"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/id"
)

// looks gathers what one request, or one event of a subscription, reads and writes of
// cases. Its record is committed before the answer leaves.
type looks struct {
	mu   sync.Mutex
	seen map[audit.Sight]struct{}
}

// at notes a field of a case.
func (l *looks) at(s audit.Sight) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[audit.Sight]struct{}{}
	}
	l.seen[s] = struct{}{}
}

// all returns what was noted.
func (l *looks) all() []audit.Sight {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]audit.Sight, 0, len(l.seen))
	for s := range l.seen {
		all = append(all, s)
	}
	return all
}

// looked notes that the request reads or writes a field of a case. What stands under
// no case tells of no survivor.
func looked(ctx context.Context, kind audit.Kind, g fieldGuard, c *casefile.Case) {
	if c == nil {
		return
	}
	r := requestOf(ctx)
	r.looks.at(audit.Sight{Kind: kind, Case: c.ID, Own: owns(r.view.Actor, c), Class: g.class, Field: g.name})
}

// owns reports whether the case is the actor's own.
func owns(a access.Actor, c *casefile.Case) bool { return a.Worker != "" && c.Owner == a.Worker }

// beginning resolves a field where requests begin, and notes the cases that it changed
// or opened. Whoever owns a case opens it without a record: no field of a personal
// class has told anything yet.
func beginning(ctx context.Context, fc *graphql.FieldContext, g fieldGuard, next graphql.Resolver) (any, error) {
	result, err := next(ctx)
	if err != nil {
		return result, err
	}
	g.class = access.Case // which the field itself need not be of
	if fc.Object == "Mutation" {
		for _, c := range changed(result) {
			looked(ctx, audit.Write, g, c)
		}
		if change, recorded := result.(*casework.IdentityChange); recorded && change.Asked {
			requestOf(ctx).looks.at(audit.Sight{Kind: audit.Search, Class: access.Identity, Field: g.name})
		}
		return result, nil
	}
	if _, asksWhoLooked := result.(*audit.SeenConnection); asksWhoLooked {
		c, _ := viewOf(ctx).Cases.Case(id.Case(fc.Args["caseId"].(string)))
		looked(ctx, audit.Audit, g, c)
	}
	if found, searched := result.(*casework.PeopleFound); searched {
		noteSearch(ctx, g, found)
	}
	if export, taken := result.(*casework.CaseExport); taken {
		noteExport(ctx, g, export)
		return result, nil
	}
	for _, c := range opens(result) {
		noteOpening(ctx, g, c)
	}
	return result, nil
}

// opens returns the cases that a query opens: by an identifier or a code, or several
// by theirs. What is no case is nil.
func opens(result any) []*casefile.Case {
	nodes, several := result.([]casework.Node)
	if !several {
		return []*casefile.Case{caseOf(result)}
	}
	all := make([]*casefile.Case, len(nodes))
	for i, n := range nodes {
		all[i] = caseOf(n)
	}
	return all
}

// noteSearch notes that the request searched for a person, and whom it found. It is of
// the actor's own cases where it found these alone.
func noteSearch(ctx context.Context, g fieldGuard, found *casework.PeopleFound) {
	r := requestOf(ctx)
	others := func(c *casefile.Case) bool { return !owns(r.view.Actor, c) }
	sight := audit.Sight{Kind: audit.Search, Class: access.Identity, Field: g.name, Sought: found.Sought,
		Own: len(found.Cases) > 0 && !slices.ContainsFunc(found.Cases, others)}
	r.looks.at(sight)
	for _, c := range found.Cases {
		sight.Case = c.ID
		r.looks.at(sight)
	}
}

// noteExport notes that the request takes all that is held of a case.
func noteExport(ctx context.Context, g fieldGuard, e *casework.CaseExport) {
	r := requestOf(ctx)
	for _, class := range audit.Personal {
		r.looks.at(audit.Sight{Kind: audit.Export, Case: e.Case.ID, Own: owns(r.view.Actor, e.Case), Class: class, Field: g.name, ExportedFor: e.Purpose})
	}
}

// noteOpening notes that the request opens a case that is not the actor's own.
func noteOpening(ctx context.Context, g fieldGuard, c *casefile.Case) {
	if c != nil && !owns(viewOf(ctx).Actor, c) {
		looked(ctx, audit.Read, g, c)
	}
}

// changed returns the cases that a mutation has changed.
func changed(result any) []*casefile.Case {
	switch r := result.(type) {
	case *casework.GroupService:
		var all []*casefile.Case
		for i := range r.Results {
			all = append(all, r.Results[i].Case())
		}
		return all
	case *casework.ReferralChange:
		return []*casefile.Case{r.Referral.Of}
	case *casework.EndWorkerPayload:
		return r.Given
	}
	return []*casefile.Case{caseOf(result)}
}

// recorded holds every answer until the record of what it tells is durable. Where it
// cannot be recorded, nothing is told.
func recorded(log *audit.Log, present graphql.ErrorPresenterFunc) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		answer := next(ctx)
		req := requestOf(ctx)
		sights := req.looks.all()
		if answer == nil || len(sights) == 0 {
			return answer
		}
		actor := req.view.Actor
		err := log.Commit(ctx, audit.Record{
			Request: req.id, Worker: actor.Worker, Role: actor.Role, Organisation: actor.Organisation,
			From: req.address.String(), Purpose: actor.Purpose, Roots: rootsOf(graphql.GetOperationContext(ctx)), Looks: audit.Looks(sights),
		})
		if err != nil {
			return &graphql.Response{Errors: gqlerror.List{present(ctx, err)}}
		}
		return answer
	}
}

// rootsOf returns the fields of the schema where an operation begins. Its name is the
// client's own, and could say anything.
func rootsOf(op *graphql.OperationContext) []string {
	root := map[ast.Operation]string{ast.Query: "Query", ast.Mutation: "Mutation", ast.Subscription: "Subscription"}[op.Operation.Operation]
	var roots []string
	for _, f := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{root}) {
		roots = append(roots, root+"."+f.Name)
	}
	return roots
}
