package casework

import (
	"context"
	"fmt"

	"onward/services/access"
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
			owners = append(owners, s.ownWorker(actor, fmt.Sprintf("goals[%d].actions[%d].ownerId", i, j), a.OwnerID))
		}
	}
	return s.record(ctx, actor, access.WritePlan, in.Request, in.Updated, owners...)
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
