// Package track holds what all programmes share: the tracks that a survivor
// walks, and the milestones on them. The codes are the field's own terms.
package track

import (
	"sync"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/word"
)

// Most is how many spells of a track, or parts of a spell, a case can have: what
// a list of the schema holds without pages [J].
const Most = 50

// Full refuses one more of a list that has as many as it can have.
func Full(field string, have int, what string) error {
	if have >= Most {
		return fault.Input(field, "a case has at most %d %s", Most, what)
	}
	return nil
}

// Kind is one of the six tracks.
type Kind string

// The tracks, in the order in which they are shown.
const (
	Shelter       Kind = "SHELTER"
	Scholarship   Kind = "SCHOLARSHIP"
	Career        Kind = "CAREER"
	Employment    Kind = "EMPLOYMENT"
	Legal         Kind = "LEGAL"
	Reintegration Kind = "REINTEGRATION"
)

// Kinds lists the tracks in the order in which they are shown.
var Kinds = []Kind{Shelter, Scholarship, Career, Employment, Legal, Reintegration}

// Words returns all words of the kind.
func (Kind) Words() []Kind { return Kinds }

// State says how far a track has come; of several spells, the last one counts.
type State string

// The states of a track.
const (
	NotStarted State = "NOT_STARTED"
	InProgress State = "IN_PROGRESS"
	Completed  State = "COMPLETED" // walked to its end: left, graduated, stable
	Ended      State = "ENDED"     // given up before its end: withdrawn, dropped out, separated
)

// States lists the states of a track.
var States = []State{NotStarted, InProgress, Completed, Ended}

// Code is a milestone. No code is used by two tracks.
type Code string

// The milestones, by track and in the order in which they are usually reached.
const (
	Admitted         Code = "ADMITTED"
	SafetyPlanMade   Code = "SAFETY_PLAN_MADE"
	NeedsAssessed    Code = "NEEDS_ASSESSED"
	CarePlanApproved Code = "CARE_PLAN_APPROVED"
	ReadyToLeave     Code = "READY_TO_LEAVE"
	Left             Code = "LEFT"

	Applied            Code = "APPLIED"
	Awarded            Code = "AWARDED"
	Enrolled           Code = "ENROLLED"
	AttendanceVerified Code = "ATTENDANCE_VERIFIED"
	TermCompleted      Code = "TERM_COMPLETED"
	Graduated          Code = "GRADUATED"
	Denied             Code = "DENIED"
	Waitlisted         Code = "WAITLISTED"
	Withdrawn          Code = "WITHDRAWN"
	DroppedOut         Code = "DROPPED_OUT"
	Suspended          Code = "SUSPENDED"
	Expelled           Code = "EXPELLED"

	Registered           Code = "REGISTERED"
	SkillsAssessed       Code = "SKILLS_ASSESSED"
	TrainingStarted      Code = "TRAINING_STARTED"
	TrainingCompleted    Code = "TRAINING_COMPLETED"
	JobReady             Code = "JOB_READY"
	IntroducedToEmployer Code = "INTRODUCED_TO_EMPLOYER"

	Offered     Code = "OFFERED"
	Started     Code = "STARTED"
	Retained90  Code = "RETAINED_90"
	Retained180 Code = "RETAINED_180"
	Retained365 Code = "RETAINED_365"
	Separated   Code = "SEPARATED"

	Represented     Code = "REPRESENTED"
	ComplaintFiled  Code = "COMPLAINT_FILED"
	Investigation   Code = "INVESTIGATION"
	ReferredToCourt Code = "REFERRED_TO_COURT"
	Trial           Code = "TRIAL"
	VerdictGiven    Code = "VERDICT"
	Compensation    Code = "COMPENSATION"

	FamilyCommunityAssessed Code = "FAMILY_COMMUNITY_ASSESSED"
	PlanApproved            Code = "PLAN_APPROVED"
	ReturnedToCommunity     Code = "RETURNED_TO_COMMUNITY"
	FollowUpM3              Code = "FOLLOW_UP_M3"
	FollowUpM6              Code = "FOLLOW_UP_M6"
	FollowUpM12             Code = "FOLLOW_UP_M12"
	Stable                  Code = "STABLE"
)

// codes lists the milestones of each track.
var codes = map[Kind][]Code{
	Shelter: {Admitted, SafetyPlanMade, NeedsAssessed, CarePlanApproved, ReadyToLeave, Left},
	Scholarship: {Applied, Awarded, Enrolled, AttendanceVerified, TermCompleted, Graduated,
		Denied, Waitlisted, Withdrawn, DroppedOut, Suspended, Expelled},
	Career:        {Registered, SkillsAssessed, TrainingStarted, TrainingCompleted, JobReady, IntroducedToEmployer},
	Employment:    {Offered, Started, Retained90, Retained180, Retained365, Separated},
	Legal:         {Represented, ComplaintFiled, Investigation, ReferredToCourt, Trial, VerdictGiven, Compensation},
	Reintegration: {FamilyCommunityAssessed, PlanApproved, ReturnedToCommunity, FollowUpM3, FollowUpM6, FollowUpM12, Stable},
}

// allCodes lists the milestones of all tracks.
var allCodes = func() (all []Code) {
	for _, k := range Kinds {
		all = append(all, codes[k]...)
	}
	return all
}()

// Words returns all words of the kind.
func (Code) Words() []Code { return allCodes }

// Codes returns the milestones of a track, in the order in which they are
// usually reached.
func (k Kind) Codes() []Code { return codes[k] }

// tracks is the inverse of codes.
var tracks = func() map[Code]Kind {
	m := map[Code]Kind{}
	for k, cs := range codes {
		for _, c := range cs {
			m[c] = k
		}
	}
	return m
}()

// Track returns the track to which the milestone belongs, or "" for no
// milestone.
func (c Code) Track() Kind { return tracks[c] }

// Place is where something happened, and whose work it was. All that happened
// there share one: it is never changed.
type Place struct {
	Organisation id.Organisation `json:"organisation,omitempty"`
	Site         id.Site         `json:"site,omitempty"`
}

// places holds one of each place. There are few; a case has many stamps.
var places = struct {
	sync.RWMutex
	all map[Place]*Place
}{all: map[Place]*Place{}}

func placeOf(p Place) *Place {
	places.RLock()
	known := places.all[p]
	places.RUnlock()
	if known != nil {
		return known
	}
	places.Lock()
	defer places.Unlock()
	if known = places.all[p]; known == nil {
		known = &Place{p.Organisation, p.Site}
		places.all[p] = known
	}
	return known
}

// Stamp says when, where and by which entry something happened. NewStamp makes
// one.
type Stamp struct {
	On    calendar.Day     `json:"on"`
	Entry int32            `json:"entry"` // version of the case with this entry
	At    calendar.Instant `json:"at"`    // when it was recorded
	*Place
}

// NewStamp returns a stamp of a place.
func NewStamp(on calendar.Day, entry int, at calendar.Instant, p Place) Stamp {
	return Stamp{On: on, Entry: int32(entry), At: at, Place: placeOf(p)}
}

// AtSite returns the stamp with another site of the same organisation.
func (s Stamp) AtSite(site id.Site) Stamp {
	s.Place = placeOf(Place{s.Organisation, site})
	return s
}

// Milestone is one that was reached, on one spell of its track.
type Milestone struct {
	Reached word.Place[Code] `json:"code"`  // read through Code
	Spell   int32            `json:"spell"` // counts the walks of the track from 0
	Stamp
}

// Code returns which milestone it is.
func (m Milestone) Code() Code { return m.Reached.Word() }

// Log is the milestones of a track, in the order in which they were recorded.
type Log []Milestone

// Find returns the last milestone of the code on a spell.
func (l Log) Find(spell int, code Code) (Milestone, bool) {
	reached := word.At(code)
	for i := len(l) - 1; i >= 0; i-- {
		if int(l[i].Spell) == spell && l[i].Reached == reached {
			return l[i], true
		}
	}
	return Milestone{}, false
}

// Once refuses a milestone that the spell has already.
func (l Log) Once(spell int, code Code) error {
	if m, done := l.Find(spell, code); done {
		return fault.Input("code", "%s was reached on %s already", code, m.On)
	}
	return nil
}

// Add records a milestone of a spell.
func (l *Log) Add(code Code, spell int, at Stamp) {
	*l = append(*l, Milestone{Reached: word.At(code), Spell: int32(spell), Stamp: at})
}

// NotBefore refuses a day that lies before another one, naming the input field
// and what happened on the other day.
func NotBefore(field string, on, floor calendar.Day, what string) error {
	if on < floor {
		return fault.Input(field, "%s is before %s, which was on %s", on, what, floor)
	}
	return nil
}
