package casework

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
)

// ResumeCaseInput ends a hold.
type ResumeCaseInput struct{ Request }

// ResumeCase takes a case back to the status that it had before the hold.
func (s *Service) ResumeCase(ctx context.Context, actor access.Actor, in ResumeCaseInput) (*Change, error) {
	return s.record(ctx, actor, access.ManageCase, in.Request, casefile.Resumed{})
}

// StartFollowUpInput ends the active part of the plan.
type StartFollowUpInput struct{ Request }

// StartFollowUp moves a case from ACTIVE to FOLLOW_UP, after the return to the
// community.
func (s *Service) StartFollowUp(ctx context.Context, actor access.Actor, in StartFollowUpInput) (*Change, error) {
	return s.record(ctx, actor, access.ManageCase, in.Request, casefile.FollowUpStarted{})
}

// ReopenCaseInput opens a closed case again.
type ReopenCaseInput struct {
	Request
	casefile.Reopened
}

// ReopenCase moves a case from CLOSED to ACTIVE, or back to REFERRED or INTAKE
// where it was closed from there. Every closing stays on record.
func (s *Service) ReopenCase(ctx context.Context, actor access.Actor, in ReopenCaseInput) (*Change, error) {
	return s.record(ctx, actor, access.ReopenCase, in.Request, in.Reopened)
}

// MergeCaseInput marks a case as a duplicate of another.
type MergeCaseInput struct {
	Request
	casefile.MergedAway
}

// MergeCase marks a case as MERGED into another one of the same organisation.
// Counting moves to that one. Reversing the entry undoes it.
func (s *Service) MergeCase(ctx context.Context, actor access.Actor, in MergeCaseInput) (*Change, error) {
	return s.record(ctx, actor, access.MoveCase, in.Request, in.MergedAway, s.survivor(actor, in.IntoCaseID))
}

// survivor refuses a case that another one cannot be merged into. The case that
// was opened first survives: with one direction, two merges at the same time can
// make a chain and never a circle, in which no case would be left to count.
func (s *Service) survivor(actor access.Actor, intoID id.Case) reference {
	return func(ctx context.Context, c *casefile.Case) error {
		into, err := s.desk.find(ctx, intoID)
		switch {
		case err != nil || !actor.Sees(into, s.Today()):
			return fault.Input("intoCaseId", "there is no such case")
		case into.Status == casefile.Merged:
			return fault.Input("intoCaseId", "that case is MERGED itself; merge into the case that survives")
		case into.ID != c.ID && cmp.Or(cmp.Compare(into.OpenedOn, c.OpenedOn), cmp.Compare(into.ID, c.ID)) > 0:
			return fault.Input("intoCaseId", "that case was opened after this one; merge it into this one instead")
		}
		return nil
	}
}

// ReverseEntryInput takes an earlier entry back.
type ReverseEntryInput struct {
	Request
	EntryID string      `json:"entryId" validate:"required,max=96"`
	Reason  sealed.Text `json:"reason" validate:"required,max=500"`
}

// ReverseEntry takes an earlier entry out of the fold. Both stay in the history.
// An entry on which later ones rest cannot be reversed before they are.
func (s *Service) ReverseEntry(ctx context.Context, actor access.Actor, in ReverseEntryInput) (*Change, error) {
	r := in.Request
	reversal := casefile.Reversed{Version: versionOf(in.EntryID, in.CaseID), Reason: in.Reason}
	if err := check(s.Today(), "on", &r, reversal); err != nil {
		return nil, err
	}
	return s.change(ctx, actor, r, plain(access.CorrectEntry, reversal), func(ctx context.Context, c *casefile.Case, e casefile.Entry) (*casefile.Case, []casefile.Entry, error) {
		history, err := s.desk.history(ctx, c.ID)
		if err != nil {
			return nil, nil, err
		}
		if len(history) != c.Version {
			return nil, nil, fault.New(fault.Conflict, "the case has moved on; read it again")
		}
		if err := reversible(history, reversal.Version); err != nil {
			return nil, nil, err
		}
		e.Data = reversal
		if e, err = s.seal(ctx, e); err != nil {
			return nil, nil, err
		}
		next, err := casefile.Fold(c.ID, append(history, e))
		if err != nil {
			return nil, nil, restsOn(err)
		}
		return s.settled(ctx, c, next, e)
	})
}

// versionOf returns the version that an entry's identifier names, or 0 where it
// is not an entry of the case.
func versionOf(entryID string, caseID id.Case) int {
	version, ok := strings.CutPrefix(entryID, id.EntryPrefix+id.Suffix(caseID)+".")
	n, err := strconv.Atoi(version)
	if !ok || err != nil {
		return 0
	}
	return n
}

// reversible refuses entries that cannot be taken back.
func reversible(history []casefile.Entry, version int) error {
	if version < 1 || version > len(history) {
		return fault.Input("entryId", "there is no such entry in this case")
	}
	e := history[version-1]
	if e.ReversedBy != 0 {
		return fault.Input("entryId", "this entry is reversed already")
	}
	switch e.Data.(type) {
	case casefile.ReferralAnswered, casefile.ReferralCompleted:
		return fault.Input("entryId", "the other organisation has recorded this; revoke the referral, or send another one")
	case casefile.Opened:
		return fault.Input("entryId", "the opening of a case cannot be reversed; close or decline the case")
	case casefile.Erased:
		return fault.Input("entryId", "an erasure cannot be reversed: the key is destroyed")
	case casefile.Reversed:
		return fault.Input("entryId", "a reversal cannot be reversed; record the entry again")
	case casefile.FlagRaised, casefile.FlagAcknowledgement, casefile.FlagWoken, casefile.FlagRegraded, casefile.FlagEscalated, casefile.FlagResolution:
		return fault.Input("entryId", "flags follow the case by themselves; correct the entry that they rest on")
	case casefile.ConsentExpired:
		return fault.Input("entryId", "a consent runs out by itself; record what she has decided with recordConsent")
	case casefile.Protected, casefile.Unprotected, casefile.GlassBroken:
		return fault.Input("entryId", "who may know of a case, or has looked in an emergency, is not taken back; use protectCase or unprotectCase")
	case casefile.MatchAgreed, casefile.MatchDeclined:
		return fault.Input("entryId", "what was answered to a match is not taken back; answer it anew with agreeMatch or declineMatch")
	case casefile.Released:
		return fault.Input("entryId", "the owner's access has ended; give the case to somebody with assignCase")
	}
	return nil
}

// restsOn turns the refusal of a fold into one that a person can act on.
func restsOn(err error) error {
	f, ok := err.(*fault.Error)
	if !ok || f.Kind != fault.Invalid {
		return err
	}
	return &fault.Error{Kind: fault.Invalid, Message: "entryId: " + f.Message, Err: err,
		Fields: []fault.Field{{Path: "entryId", Message: "without it, " + f.Message + "; reverse that one first"}}}
}

// AcknowledgeFlagInput says that somebody has seen a flag.
type AcknowledgeFlagInput struct {
	Request
	casefile.FlagAcknowledgement
}

// AcknowledgeFlag records that a flag was seen, and snoozes it where the input
// says until when.
func (s *Service) AcknowledgeFlag(ctx context.Context, actor access.Actor, in AcknowledgeFlagInput) (*Change, error) {
	ahead := func(context.Context, *casefile.Case) error {
		if !in.SnoozeUntil.IsZero() && in.SnoozeUntil <= s.Today() {
			return fault.Input("snoozeUntil", "must be after today, which is %s", s.Today())
		}
		return nil
	}
	return s.record(ctx, actor, access.HandleFlag, in.Request, in.FlagAcknowledgement, ahead)
}

// ResolveFlagInput resolves a flag by hand.
type ResolveFlagInput struct {
	Request
	casefile.FlagResolution
}

// ResolveFlag resolves a flag by hand, with the reason why its condition does
// not matter. A flag whose condition ends resolves by itself.
func (s *Service) ResolveFlag(ctx context.Context, actor access.Actor, in ResolveFlagInput) (*Change, error) {
	return s.record(ctx, actor, access.HandleFlag, in.Request, in.FlagResolution)
}
