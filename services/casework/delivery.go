package casework

import (
	"context"

	"onward/services/access"
	"onward/services/delivery"
)

// RecordServiceInput records a service given.
type RecordServiceInput struct {
	Request
	delivery.Delivered
}

// RecordService records a service given.
func (s *Service) RecordService(ctx context.Context, actor access.Actor, in RecordServiceInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordService, in.Request, in.Delivered, s.ownSite(actor, "siteId", in.SiteID))
}
