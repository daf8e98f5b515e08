package casework

import (
	"context"
	"fmt"
	"slices"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
)

// recordingOf says which action records a milestone of a track.
var recordingOf = map[track.Kind]access.Action{
	track.Shelter: access.RecordShelter, track.Scholarship: access.RecordScholarship,
	track.Career: access.RecordCareer, track.Employment: access.RecordEmployment,
	track.Legal: access.RecordLegal, track.Reintegration: access.RecordReintegration,
}

// RecordMilestoneInput records a milestone that has no verb of its own.
type RecordMilestoneInput struct {
	Request
	casefile.MilestoneRecorded
}

// RecordMilestone records a milestone that has no verb of its own.
func (s *Service) RecordMilestone(ctx context.Context, actor access.Actor, in RecordMilestoneInput) (*Change, error) {
	return s.record(ctx, actor, recordingOf[in.Code.Track()], in.Request, in.MilestoneRecorded, s.ownSite(actor, "siteId", in.SiteID))
}

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

// AwardScholarshipInput grants a scholarship.
type AwardScholarshipInput struct {
	Request
	scholarship.Award
}

// AwardScholarship records that a scholarship was granted.
func (s *Service) AwardScholarship(ctx context.Context, actor access.Actor, in AwardScholarshipInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.Award)
}

// EnrolInput records an enrolment.
type EnrolInput struct {
	Request
	scholarship.Enrolment
}

// Enrol records that she is at school under an award.
func (s *Service) Enrol(ctx context.Context, actor access.Actor, in EnrolInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.Enrolment)
}

// RecordTermInput records one term's check.
type RecordTermInput struct {
	Request
	scholarship.TermCheck
}

// RecordTerm records the attendance of one term, and whether it was completed.
func (s *Service) RecordTerm(ctx context.Context, actor access.Actor, in RecordTermInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.TermCheck)
}

// EndScholarshipInput ends a scholarship or an application.
type EndScholarshipInput struct {
	Request
	scholarship.End
}

// EndScholarship records how a scholarship ended.
func (s *Service) EndScholarship(ctx context.Context, actor access.Actor, in EndScholarshipInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordScholarship, in.Request, in.End)
}

// RegisterAtCareerCentreInput begins a spell at a career centre.
type RegisterAtCareerCentreInput struct {
	Request
	career.Registered
}

// RegisterAtCareerCentre records a registration.
func (s *Service) RegisterAtCareerCentre(ctx context.Context, actor access.Actor, in RegisterAtCareerCentreInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordCareer, in.Request, in.Registered, s.ownSite(actor, "siteId", in.SiteID, directory.CareerCentre))
}

// LogPlacementInput begins a placement.
type LogPlacementInput struct {
	Request
	StartedOn calendar.Day `json:"startedOn"`
	employment.Started
}

// LogPlacement records that she started a job.
func (s *Service) LogPlacement(ctx context.Context, actor access.Actor, in LogPlacementInput) (*Change, error) {
	in.On = in.StartedOn
	return s.recordOn(ctx, actor, access.RecordEmployment, in.Request, "startedOn", in.Started, s.ownEmployer(actor, in.EmployerID))
}

// CheckRetentionInput records one check of retention.
type CheckRetentionInput struct {
	Request
	employment.RetentionChecked
}

// CheckRetention records whether she still works there.
func (s *Service) CheckRetention(ctx context.Context, actor access.Actor, in CheckRetentionInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordEmployment, in.Request, in.RetentionChecked)
}

// EndPlacementInput ends a placement.
type EndPlacementInput struct {
	Request
	employment.Ended
}

// EndPlacement records that a job ended, with the reason.
func (s *Service) EndPlacement(ctx context.Context, actor access.Actor, in EndPlacementInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordEmployment, in.Request, in.Ended)
}

// RecordReturnInput records a return to the community.
type RecordReturnInput struct {
	Request
	reintegration.Returned
}

// RecordReturn records that she returned to the community.
func (s *Service) RecordReturn(ctx context.Context, actor access.Actor, in RecordReturnInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordReintegration, in.Request, in.Returned)
}

// RecordFollowUpInput records a follow-up.
type RecordFollowUpInput struct {
	Request
	followup.Recorded
}

// RecordFollowUp records a follow-up, with contact or without.
func (s *Service) RecordFollowUp(ctx context.Context, actor access.Actor, in RecordFollowUpInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordFollowUp, in.Request, in.Recorded)
}

// RecordServiceInput records a service given.
type RecordServiceInput struct {
	Request
	delivery.Delivered
}

// RecordService records a service given.
func (s *Service) RecordService(ctx context.Context, actor access.Actor, in RecordServiceInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordService, in.Request, in.Delivered, s.ownSite(actor, "siteId", in.SiteID))
}

// ownSite refuses a site that is not one of the actor's organisation, or not of
// one of the kinds.
func (s *Service) ownSite(actor access.Actor, field string, siteID id.Site, kinds ...directory.SiteKind) reference {
	return func(context.Context, *casefile.Case) error {
		if siteID == "" {
			return nil
		}
		site, ok := s.directory.Snapshot().Sites[siteID]
		if !ok || site.Organisation != actor.Organisation {
			return fault.Input(field, "there is no such site in your organisation")
		}
		if len(kinds) > 0 && !slices.Contains(kinds, site.Kind) {
			return fault.Input(field, "%s is no %s", site.Name, kinds[0])
		}
		return nil
	}
}

// ownWorker refuses a worker who does not work on the cases of the actor's
// organisation.
func (s *Service) ownWorker(actor access.Actor, field string, workerID id.Worker) reference {
	return func(context.Context, *casefile.Case) error {
		if workerID == "" {
			return nil
		}
		w, ok := s.directory.Snapshot().Workers[workerID]
		if !ok || w.Organisation != actor.Organisation || !w.DisabledAt.IsZero() {
			return fault.Input(field, "there is no such worker in your organisation")
		}
		if !w.Role.WorksOnCases() {
			return fault.Input(field, "a worker with the role %s does not work on cases", w.Role)
		}
		return nil
	}
}

// ownEmployer refuses an employer that the actor's organisation does not know.
func (s *Service) ownEmployer(actor access.Actor, employerID id.Employer) reference {
	return func(context.Context, *casefile.Case) error {
		if employerID == "" {
			return nil
		}
		if e, ok := s.directory.Snapshot().Employers[employerID]; !ok || e.Organisation != actor.Organisation {
			return fault.Input("employerId", "there is no such employer; add it with addEmployer or give employerName")
		}
		return nil
	}
}
