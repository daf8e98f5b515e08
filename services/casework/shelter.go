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

// AdmitToShelter records that she was admitted. A full site is refused, unless
// the input has a reason and the actor may exceed its capacity.
func (s *Service) AdmitToShelter(ctx context.Context, actor access.Actor, in AdmitToShelterInput) (*Change, error) {
	defer s.admissions.wait(in.SiteID, s.directory.Snapshot())()
	return s.record(ctx, actor, access.RecordShelter, in.Request, in.Admitted,
		s.ownSite(actor, "siteId", in.SiteID, directory.ShelterSite), s.bed(actor, in.SiteID, in.OverCapacityReason))
}

// TransferToSiteInput moves the open stay to another site.
type TransferToSiteInput struct {
	Request
	shelter.Moved
}

// TransferToSite records that she moved to another shelter site of the
// organisation. It asks for a bed as an admission does.
func (s *Service) TransferToSite(ctx context.Context, actor access.Actor, in TransferToSiteInput) (*Change, error) {
	defer s.admissions.wait(in.SiteID, s.directory.Snapshot())()
	return s.record(ctx, actor, access.RecordShelter, in.Request, in.Moved,
		s.ownSite(actor, "siteId", in.SiteID, directory.ShelterSite), s.bed(actor, in.SiteID, in.OverCapacityReason))
}

// RecordAbsenceInput begins an absence.
type RecordAbsenceInput struct {
	Request
	shelter.AbsenceBegan
}

// RecordAbsence records that she is away while her stay goes on.
func (s *Service) RecordAbsence(ctx context.Context, actor access.Actor, in RecordAbsenceInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordShelter, in.Request, in.AbsenceBegan)
}

// RecordAbsenceReturnInput ends an absence.
type RecordAbsenceReturnInput struct {
	Request
	shelter.AbsenceEnded
}

// RecordAbsenceReturn records that she came back.
func (s *Service) RecordAbsenceReturn(ctx context.Context, actor access.Actor, in RecordAbsenceReturnInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordShelter, in.Request, in.AbsenceEnded)
}

// LeaveShelterInput ends the open stay.
type LeaveShelterInput struct {
	Request
	shelter.Left
}

// RecordExitSafetyInput completes what is not known of a stay that she left.
type RecordExitSafetyInput struct {
	Request
	shelter.ExitJudged
}

// RecordExitSafety records afterwards how safe it is where she went when she left,
// or where that is.
func (s *Service) RecordExitSafety(ctx context.Context, actor access.Actor, in RecordExitSafetyInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordShelter, in.Request, in.ExitJudged)
}

// LeaveShelter records that she left, where to, and how safe that is.
func (s *Service) LeaveShelter(ctx context.Context, actor access.Actor, in LeaveShelterInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordShelter, in.Request, in.Left)
}
