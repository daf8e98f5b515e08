// Package activity keeps the ledger of what an organisation does beyond cases:
// campaigns, trainings, forums and courses, and what it did for others' cases.
// It counts people in groups and names nobody; what is written of an activity, which
// might name somebody all the same, stands sealed in the store and as a reference in
// memory, as the texts of cases do.
package activity

import (
	"time"

	"onward/services/calendar"
	"onward/services/demography"
	"onward/services/id"
	"onward/services/sealed"
)

// Kind is what was done.
type Kind string

// The kinds of activity.
const (
	AwarenessCampaign Kind = "AWARENESS_CAMPAIGN"
	PoliceTraining    Kind = "POLICE_TRAINING"
	TeacherTraining   Kind = "TEACHER_TRAINING"
	CommunityForum    Kind = "COMMUNITY_FORUM"
	Course            Kind = "COURSE"
	Rescue            Kind = "RESCUE"             // of persons, by the police with the organisation's help
	PartnerConviction Kind = "PARTNER_CONVICTION" // of a court case that a partner led
)

// Kinds lists them.
var Kinds = []Kind{AwarenessCampaign, PoliceTraining, TeacherTraining, CommunityForum, Course, Rescue, PartnerConviction}

// HasOutcome reports whether an activity of the kind counts what came of it,
// persons rescued or matters convicted, and not only who took part.
func (k Kind) HasOutcome() bool { return k == Rescue || k == PartnerConviction }

// Group is participants of one sex and age band.
type Group struct {
	Sex     demography.Sex     `json:"sex"`
	AgeBand demography.AgeBand `json:"ageBand"`
	Count   int                `json:"count"`
}

// Facts is what a worker says of an activity.
type Facts struct {
	Kind         Kind         `json:"kind"`
	Title        sealed.Text  `json:"title"` // one line
	From         calendar.Day `json:"from"`
	To           calendar.Day `json:"to"` // its last day, by which it is counted
	Provinces    []string     `json:"provinces"`
	SiteID       id.Site      `json:"siteId,omitempty"`       // where it was at a site of the organisation
	Partner      sealed.Text  `json:"partner,omitempty"`      // the name of who did it with the organisation
	Participants []Group      `json:"participants,omitempty"` // no sex and age band twice
	OutcomeCount *int         `json:"outcomeCount,omitempty"` // of kinds that have one: persons or matters
}

// Participated returns how many took part. Nobody is looked for twice: who took
// part in two activities is counted in both.
func (f Facts) Participated() int {
	sum := 0
	for _, g := range f.Participants {
		sum += g.Count
	}
	return sum
}

// Outcome returns how many persons were rescued or matters convicted, 0 for
// other kinds.
func (f Facts) Outcome() int {
	if f.OutcomeCount == nil {
		return 0
	}
	return *f.OutcomeCount
}

// Activity is one activity as its history makes it.
type Activity struct {
	ID           id.Activity     `json:"id"`
	Version      int             `json:"version"` // the number of its entries
	Organisation id.Organisation `json:"organisation"`
	Facts
	RecordedAt time.Time   `json:"recordedAt"`
	UpdatedAt  time.Time   `json:"updatedAt"`           // of the last entry
	Withdrawn  bool        `json:"withdrawn,omitempty"` // it does not count any more
	Reason     sealed.Text `json:"reason,omitempty"`    // of the last correction, or of the withdrawal
}

// IsNode marks the activity as a node of the schema.
func (Activity) IsNode() {}
