package casework

import (
	"context"
	"fmt"
	"strconv"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/page"
	"onward/services/plan"
)

// UpdatePlanInput writes the plan as it is from now on.
type UpdatePlanInput struct {
	Request
	plan.Updated
}

// UpdatePlan writes a new version of the plan.
func (s *Service) UpdatePlan(ctx context.Context, actor access.Actor, in UpdatePlanInput) (*Change, error) {
	var owners []reference
	for i, g := range in.Goals {
		for j, a := range g.Actions {
			field := fmt.Sprintf("goals[%d].actions[%d].ownerId", i, j)
			owners = append(owners, kept(a, s.ownWorker(actor, field, a.OwnerID)))
		}
	}
	return s.record(ctx, actor, access.WritePlan, in.Request, in.Updated, owners...)
}

// kept asks for the owner of an action only where the input names another one: an
// action keeps its owner, also one who has left.
func kept(a plan.ActionInput, owner reference) reference {
	return func(ctx context.Context, c *casefile.Case) error {
		if a.OwnerID == c.Plan.OwnerOf(a.ID) {
			return nil
		}
		return owner(ctx, c)
	}
}

// CompleteActionInput marks an action of the plan as done.
type CompleteActionInput struct {
	Request
	plan.ActionCompleted
}

// CompleteAction marks an action of the plan as done.
func (s *Service) CompleteAction(ctx context.Context, actor access.Actor, in CompleteActionInput) (*Change, error) {
	return s.record(ctx, actor, access.WritePlan, in.Request, in.ActionCompleted)
}

// The page of versions of a plan.
type (
	PlanConnection = page.Connection[plan.Plan]
	PlanEdge       = page.Edge[plan.Plan]
)

// ListPlanVersions returns a page of the versions of the plan, the oldest first,
// each as it was when the next was written. They are folded from the history.
func (v *View) ListPlanVersions(ctx context.Context, c *casefile.Case, args page.Args) (*PlanConnection, error) {
	entries, err := v.History(ctx, c)
	if err != nil {
		return nil, err
	}
	var versions []plan.Plan
	for i, e := range entries {
		if _, written := e.Data.(plan.Updated); !written || e.ReversedBy != 0 || len(versions) == 0 && c.Plan == nil {
			continue
		}
		before, err := casefile.Fold(c.ID, entries[:i])
		if err != nil {
			return nil, err
		}
		if before.Plan != nil {
			versions = append(versions, *before.Plan)
		}
	}
	if c.Plan != nil {
		versions = append(versions, *c.Plan)
	}
	return page.Of(versions, func(p plan.Plan) string { return strconv.Itoa(p.Version()) }, args)
}
