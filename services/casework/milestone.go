package casework

import (
	"context"

	"onward/services/access"
	"onward/services/casefile"
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

// RecordMilestone records a milestone that has no verb of its own. That a plan
// was approved, on paper, is recorded by those who could approve it here.
func (s *Service) RecordMilestone(ctx context.Context, actor access.Actor, in RecordMilestoneInput) (*Change, error) {
	references := []reference{s.ownSite(actor, "siteId", in.SiteID)}
	if onPaper(in.Code) {
		references = append(references, s.otherAuthor(actor))
	}
	return s.record(ctx, actor, recordingAction(in.Code), in.Request, in.MilestoneRecorded, references...)
}

func onPaper(code track.Code) bool {
	return code == track.PlanApproved || code == track.CarePlanApproved
}

// recordingAction returns the action that records a milestone.
func recordingAction(code track.Code) access.Action {
	if onPaper(code) {
		return access.ApprovePlan
	}
	return recordingOf[code.Track()]
}
