package casefile

import (
	"cmp"
	"slices"

	"onward/services/calendar"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/reintegration"
	"onward/services/track"
)

var contactKinds = []kind{always((*Case).setSafeContact), work((*Case).scheduleFollowUp), work((*Case).cancelFollowUp)}

// setSafeContact takes a rule in force. It may be known before a referral is
// accepted. One of an earlier day, from a form that came late, does not undo a
// later one. That a home visit is refused where none is allowed is decided when
// it is recorded, not here: what has happened must fold.
func (c *Case) setSafeContact(r followup.RuleSet, e Entry) error {
	if !c.Status.Open() {
		return fault.Input("caseId", "the case is %s; nothing more is recorded here", c.Status)
	}
	rule, err := followup.Set(r, c.stamp(e))
	if err != nil {
		return err
	}
	if c.SafeContact() == nil || rule.On >= c.SafeContact().On {
		write(&c.Contacts).SafeContact = rule
	}
	return nil
}

func (c *Case) scheduleFollowUp(s followup.Schedule, at track.Stamp) error {
	return write(&c.Contacts).FollowUps.Schedule(s, id.Within("followup_", c.ID, at.Entry), at)
}

func (c *Case) cancelFollowUp(x followup.Cancellation, _ track.Stamp) error {
	return write(&c.Contacts).FollowUps.Cancel(x)
}

// FollowUpReason is why a follow-up is to be done.
type FollowUpReason string

// The reasons.
const (
	AfterReturn    FollowUpReason = "AFTER_RETURN"
	AfterPlacement FollowUpReason = "AFTER_PLACEMENT"
	ByHand         FollowUpReason = "BY_HAND"
	Agreed         FollowUpReason = "AGREED"
)

// ScheduledFollowUp is a follow-up that is to be done, to be shown. What does
// not belong to its reason is zero.
type ScheduledFollowUp struct {
	Case           *Case
	Why            FollowUpReason
	ID             string              // BY_HAND
	Method         followup.Method     // BY_HAND, where one was chosen
	Point          track.FollowUpPoint // all but AFTER_PLACEMENT
	RetentionPoint employment.Point    // AFTER_PLACEMENT
	PlacementID    string              // AFTER_PLACEMENT
	DueOn          calendar.Day
	From           calendar.Day // the first good day
	Until          calendar.Day // the last good day, where there is one
}

// SafeContact returns the safe-contact rule as it stands, or nil.
func (f ScheduledFollowUp) SafeContact() *followup.Rule { return f.Case.SafeContact() }

// ScheduledFollowUps returns what is to be followed up on a case that is under
// way, what is due first before the rest, and no more than track.Most of it.
func (c *Case) ScheduledFollowUps() []ScheduledFollowUp {
	all := []ScheduledFollowUp{}
	if !c.Status.UnderWay() {
		return all
	}
	for _, m := range c.Reintegration.Missing() {
		all = append(all, ScheduledFollowUp{Why: AfterReturn, Point: m.Point, DueOn: m.On,
			From: m.On - reintegration.WindowDays, Until: m.On + reintegration.WindowDays})
	}
	for u := range c.Employment().Unchecked() {
		all = append(all, ScheduledFollowUp{Why: AfterPlacement, RetentionPoint: u.Point, PlacementID: u.Placement.ID(), DueOn: u.On,
			From: u.On - employment.WindowDays, Until: u.On + employment.WindowDays})
	}
	for _, s := range c.FollowUps().Open() {
		all = append(all, ScheduledFollowUp{Why: ByHand, ID: s.ID, Method: s.Method, Point: track.Unscheduled, DueOn: s.DueOn, From: s.DueOn})
	}
	if next := c.FollowUps().NextOn; !next.IsZero() {
		all = append(all, ScheduledFollowUp{Why: Agreed, Point: track.Unscheduled, DueOn: next, From: next})
	}
	slices.SortStableFunc(all, func(a, b ScheduledFollowUp) int { return cmp.Compare(a.DueOn, b.DueOn) })
	all = all[:min(len(all), track.Most)]
	for i := range all {
		all[i].Case = c
	}
	return all
}
