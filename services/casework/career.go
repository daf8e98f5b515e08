package casework

import (
	"context"

	"onward/services/access"
	"onward/services/career"
	"onward/services/directory"
)

// RegisterAtCareerCentreInput begins a spell at a career centre.
type RegisterAtCareerCentreInput struct {
	Request
	career.Registered
}

// RegisterAtCareerCentre records a registration.
func (s *Service) RegisterAtCareerCentre(ctx context.Context, actor access.Actor, in RegisterAtCareerCentreInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordCareer, in.Request, in.Registered, s.ownSite(actor, "siteId", in.SiteID, directory.CareerCentre))
}
