package casework

import (
	"context"

	"onward/services/access"
	"onward/services/followup"
)

// RecordFollowUpInput records a follow-up.
type RecordFollowUpInput struct {
	Request
	followup.Recorded
}

// RecordFollowUp records a follow-up, with contact or without.
func (s *Service) RecordFollowUp(ctx context.Context, actor access.Actor, in RecordFollowUpInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordFollowUp, in.Request, in.Recorded)
}
