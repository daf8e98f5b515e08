package casefile

import (
	"strconv"

	"onward/services/id"
	"onward/services/plan"
	"onward/services/track"
)

var planKinds = []kind{work((*Case).updatePlan), work((*Case).completeAction)}

func (c *Case) updatePlan(u plan.Updated, at track.Stamp) error {
	next, err := c.Plan.Update(u, func(n int) string {
		return id.Within("plan_", c.ID, at.Entry) + "." + strconv.Itoa(n)
	}, at)
	if err == nil {
		c.Plan = next
	}
	return err
}

func (c *Case) completeAction(a plan.ActionCompleted, at track.Stamp) error {
	return c.Plan.Complete(a, at)
}
