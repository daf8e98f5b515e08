package casefile

import (
	"onward/services/id"
	"onward/services/plan"
	"onward/services/track"
)

var planKinds = []kind{always((*Case).updatePlan), work((*Case).completeAction), work((*Case).reviewPlan)}

func (c *Case) updatePlan(u plan.Updated, e Entry) error {
	if err := c.underWay(); err != nil {
		return err
	}
	next, err := c.Plan.Update(u, e.By, id.PartOf(id.PlanPart, c.ID, e.Version).Numbered, c.stamp(e))
	if err == nil {
		c.Plan = next
	}
	return err
}

func (c *Case) completeAction(a plan.ActionCompleted, at track.Stamp) error {
	return c.Plan.Complete(a, at)
}

func (c *Case) reviewPlan(r plan.Reviewed, at track.Stamp) error {
	return c.Plan.Review(r, at)
}

// approvePlan puts the submitted version in force. The milestones that say so
// are reached with it, unless somebody has recorded them already.
func (c *Case) approvePlan(at track.Stamp) {
	c.Plan.Approve(at.On)
	if _, open := c.Shelter().Current(); open {
		_ = write(&c.Programmes.Shelter).Reach(track.CarePlanApproved, at) // once a stay
	}
	_ = c.Reintegration.Reach(track.PlanApproved, at) // once a return
}

// PlanApproved reports whether a plan was ever approved: here, or on paper, as the
// milestone says.
func (c *Case) PlanApproved() bool {
	if c.Plan.InForce() {
		return true
	}
	for _, m := range c.Reintegration.Milestones {
		if m.Code() == track.PlanApproved {
			return true
		}
	}
	return false
}
