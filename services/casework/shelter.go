package casework

import (
	"context"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/shelter"
)

// AdmitToShelterInput begins a stay.
type AdmitToShelterInput struct {
	Request
	shelter.Admitted
}

// AdmitToShelter records that she was admitted.
func (s *Service) AdmitToShelter(ctx context.Context, actor access.Actor, in AdmitToShelterInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordShelter, in.Request, in.Admitted, s.ownSite(actor, "siteId", in.SiteID, directory.ShelterSite))
}

// LeaveShelterInput ends the open stay.
type LeaveShelterInput struct {
	Request
	shelter.Left
}

// LeaveShelter records that she left, where to, and how safe that is.
func (s *Service) LeaveShelter(ctx context.Context, actor access.Actor, in LeaveShelterInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordShelter, in.Request, in.Left)
}
