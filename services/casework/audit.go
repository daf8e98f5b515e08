package casework

import (
	"context"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/id"
	"onward/services/page"
)

// CaseAccesses returns a page of who looked at a case and who changed it, the newest
// first. Auditors read it of every case, and nothing of the case itself.
func (v *View) CaseAccesses(ctx context.Context, trail *audit.Trail, caseID id.Case, args page.Args) (*audit.SeenConnection, error) {
	c, ok := v.Cases.Case(caseID)
	if !ok {
		return nil, access.Absent()
	}
	if v.Actor.PermitProgramme(access.ReadAudit) != nil {
		if err := v.Actor.Permit(access.ReadAudit, c, v.Today); err != nil {
			return nil, err
		}
	}
	return trail.Of(ctx, c.ID, args)
}
