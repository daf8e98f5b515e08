package casework

import (
	"context"

	"onward/services/access"
	"onward/services/reintegration"
)

// RecordReturnInput records a return to the community.
type RecordReturnInput struct {
	Request
	reintegration.Returned
}

// RecordReturn records that she returned to the community.
func (s *Service) RecordReturn(ctx context.Context, actor access.Actor, in RecordReturnInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordReintegration, in.Request, in.Returned)
}
