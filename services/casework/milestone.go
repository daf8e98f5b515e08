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

// RecordMilestone records a milestone that has no verb of its own.
func (s *Service) RecordMilestone(ctx context.Context, actor access.Actor, in RecordMilestoneInput) (*Change, error) {
	return s.record(ctx, actor, recordingOf[in.Code.Track()], in.Request, in.MilestoneRecorded, s.ownSite(actor, "siteId", in.SiteID))
}
