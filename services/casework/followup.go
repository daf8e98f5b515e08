package casework

import (
	"cmp"
	"context"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/page"
)

// SetSafeContactInput sets her safe-contact rule.
type SetSafeContactInput struct {
	Request
	followup.RuleSet
}

// SetSafeContact records how and when she may be contacted, from a day on. The
// rule of the latest day holds.
func (s *Service) SetSafeContact(ctx context.Context, actor access.Actor, in SetSafeContactInput) (*Change, error) {
	return s.record(ctx, actor, access.SetSafeContact, in.Request, in.RuleSet)
}

// RecordFollowUpInput records a follow-up.
type RecordFollowUpInput struct {
	Request
	followup.Recorded
}

// RecordFollowUp records a follow-up, with contact or without. A home visit on a
// day on which the safe-contact rule allowed none is refused: it puts her in
// danger, and must not become a habit that the record passes over. Any other
// contact outside the rule is recorded as it happened, and shows that it was.
func (s *Service) RecordFollowUp(ctx context.Context, actor access.Actor, in RecordFollowUpInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordFollowUp, in.Request, in.Recorded, s.safeVisit(in.Method, cmp.Or(in.On, s.Today())))
}

// maxAheadDays is how far ahead a follow-up is scheduled by hand [J].
const maxAheadDays = 366

// ScheduleFollowUpInput schedules a follow-up by hand.
type ScheduleFollowUpInput struct {
	Request
	followup.Schedule
}

// ScheduleFollowUp schedules a follow-up by hand. A home visit is refused where
// the safe-contact rule allows none.
func (s *Service) ScheduleFollowUp(ctx context.Context, actor access.Actor, in ScheduleFollowUpInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordFollowUp, in.Request, in.Schedule, s.ahead("dueOn", in.DueOn), s.safeVisit(in.Method, in.DueOn))
}

// CancelFollowUpInput cancels a follow-up that was scheduled by hand.
type CancelFollowUpInput struct {
	Request
	followup.Cancellation
}

// CancelFollowUp cancels a follow-up that was scheduled by hand.
func (s *Service) CancelFollowUp(ctx context.Context, actor access.Actor, in CancelFollowUpInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordFollowUp, in.Request, in.Cancellation)
}

// ahead refuses a day that is past, or too far ahead to be a plan.
func (s *Service) ahead(field string, on calendar.Day) reference {
	return func(context.Context, *casefile.Case) error {
		switch today := s.Today(); {
		case on < today:
			return fault.Input(field, "%s is past; today is %s", on, today)
		case on > today+maxAheadDays:
			return fault.Input(field, "%s is more than %d days ahead; the last day is %s", on, maxAheadDays, today+maxAheadDays)
		}
		return nil
	}
}

// safeVisit refuses a home visit on a day for which her safe-contact rule allows
// none. Where no rule is known, it is allowed.
func (s *Service) safeVisit(m followup.Method, on calendar.Day) reference {
	return func(ctx context.Context, c *casefile.Case) error {
		if m != followup.HomeVisit || c.SafeContact() == nil {
			return nil
		}
		rule, err := s.ruleOn(ctx, c, on)
		if err != nil || rule == nil || rule.HomeVisitAllowed {
			return err
		}
		return fault.Input("method", "no home visit is allowed on %s: her safe-contact rule rules it out since %s; choose another method, or set what she wishes now with setSafeContact", on, rule.On)
	}
}

// ruleOn returns the safe-contact rule in force on a day, or nil. The state has
// the one of the latest day; for a day before that the history has it.
func (s *Service) ruleOn(ctx context.Context, c *casefile.Case, on calendar.Day) (*followup.Rule, error) {
	if c.SafeContact().On <= on {
		return c.SafeContact(), nil
	}
	history, err := s.desk.history(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	return followup.InForce(rules(history), on), nil
}

// rules returns the safe-contact rules of a history, in the order of recording.
func rules(history []casefile.Entry) []*followup.Rule {
	var all []*followup.Rule
	for _, e := range history {
		if r, ok := e.Data.(followup.RuleSet); ok && e.ReversedBy == 0 {
			all = append(all, &followup.Rule{RuleSet: r, On: e.On, Entry: e.Version})
		}
	}
	return all
}

// FollowUp is one follow-up of a case, to be shown.
type FollowUp struct {
	Case  *casefile.Case
	Entry casefile.Entry
	followup.Recorded

	// OutsideRule says whether it lay outside the safe-contact rule that was in
	// force on its day, as we know that now; nil where no rule is known.
	OutsideRule *bool
}

// ID returns the identifier of the follow-up: that of its entry.
func (f FollowUp) ID() string { return f.Entry.ID() }

// On returns the day of the follow-up.
func (f FollowUp) On() calendar.Day { return f.Entry.On }

// SafeContact returns the safe-contact rule as it stands now, or nil.
func (f FollowUp) SafeContact() *followup.Rule { return f.Case.SafeContact() }

// The page of follow-ups.
type (
	FollowUpConnection = page.Connection[FollowUp]
	FollowUpEdge       = page.Edge[FollowUp]
)

// ListFollowUps returns a page of the follow-ups of a case, in the order of
// recording, without those that were taken back.
func (v *View) ListFollowUps(ctx context.Context, c *casefile.Case, args page.Args) (*FollowUpConnection, error) {
	history, err := v.History(ctx, c)
	if err != nil {
		return nil, err
	}
	known, all := rules(history), []FollowUp{}
	for _, e := range history {
		if r, ok := e.Data.(followup.Recorded); ok && e.ReversedBy == 0 {
			f := FollowUp{Case: c, Entry: e, Recorded: r}
			if rule := followup.InForce(known, e.On); rule != nil {
				outside := rule.Outside(r.Method, e.On)
				f.OutsideRule = &outside
			}
			all = append(all, f)
		}
	}
	return page.Of(all, FollowUp.ID, args)
}
