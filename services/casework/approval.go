package casework

import (
	"context"
	"slices"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/plan"
	"onward/services/sealed"
)

// approving says which action decides on a kind of request.
var approving = map[casefile.ApprovalKind]access.Action{
	casefile.PlanApproval: access.ApprovePlan, casefile.ClosureApproval: access.ApproveClosure,
	casefile.HoldApproval: access.ApproveHold, casefile.TransferApproval: access.ApproveTransfer,
	casefile.GlassReview: access.ReviewGlass,
}

// orAsk is the intent to do something at once where the actor's own word
// suffices on the case, and otherwise to ask for its approval.
func (s *Service) orAsk(actor access.Actor, action access.Action, do casefile.Data, ask casefile.Requested, references ...reference) intent {
	i := plain(action, do, references...)
	i.kinds = append(i.kinds, ask.Kind())
	i.data = func(c *casefile.Case) casefile.Data {
		if actor.May(approving[ask.Of], c, s.Today()) && actor.May(access.SelfApprove, c, s.Today()) {
			return do
		}
		return ask
	}
	return i
}

// HoldCaseInput mutes a case until a day.
type HoldCaseInput struct {
	Request
	casefile.Held
}

// HoldCase puts a case ON_HOLD. A hold of more than 30 days needs an approval:
// where the actor's own word does not suffice, the change asks for it.
func (s *Service) HoldCase(ctx context.Context, actor access.Actor, in HoldCaseInput) (*Change, error) {
	if err := check(s.Today(), "on", &in.Request, in.Held); err != nil {
		return nil, err
	}
	if in.Until <= in.On+casefile.LongHoldDays {
		return s.intend(ctx, actor, in.Request, plain(access.ManageCase, in.Held))
	}
	return s.intend(ctx, actor, in.Request, s.orAsk(actor, access.ManageCase, in.Held,
		casefile.Requested{Of: casefile.HoldApproval, Hold: &in.Held}))
}

// CloseCaseInput closes a case.
type CloseCaseInput struct {
	Request
	casefile.Ended
}

// CloseCase closes a case, with the reason. It needs an approval: where the
// actor's own word does not suffice, the change asks for it.
func (s *Service) CloseCase(ctx context.Context, actor access.Actor, in CloseCaseInput) (*Change, error) {
	if err := check(s.Today(), "on", &in.Request, in.Ended); err != nil {
		return nil, err
	}
	return s.intend(ctx, actor, in.Request, s.orAsk(actor, access.CloseCase, in.Ended,
		casefile.Requested{Of: casefile.ClosureApproval, Closure: &in.Ended}))
}

// SubmitPlanInput asks for the approval of the plan.
type SubmitPlanInput struct {
	Request
	Note sealed.Text `json:"note" validate:"max=2000"`
}

// SubmitPlan asks for the approval of the newest version of the plan. Every goal
// needs a track, a day by which it is to be reached and a measure of success.
func (s *Service) SubmitPlan(ctx context.Context, actor access.Actor, in SubmitPlanInput) (*Change, error) {
	ask := casefile.Requested{Of: casefile.PlanApproval}
	ask.Note = in.Note
	return s.record(ctx, actor, access.WritePlan, in.Request, ask)
}

// ReviewPlanInput records a review of the plan.
type ReviewPlanInput struct {
	Request
	plan.Reviewed
}

// ReviewPlan records a review of the approved plan: what became of its goals, and
// when the next review is due.
func (s *Service) ReviewPlan(ctx context.Context, actor access.Actor, in ReviewPlanInput) (*Change, error) {
	return s.record(ctx, actor, access.WritePlan, in.Request, in.Reviewed)
}

// ApproveRequestInput approves a request.
type ApproveRequestInput struct {
	Request
	casefile.Approved
}

// ApproveRequest approves a request and does what it asks for. Nobody approves
// what they have asked for or written themselves, unless the policy lets them.
func (s *Service) ApproveRequest(ctx context.Context, actor access.Actor, in ApproveRequestInput) (*Change, error) {
	return s.decide(ctx, actor, in.Request, in.ApprovalID, in.Approved, s.someoneElse(actor, in.ApprovalID))
}

// RejectRequestInput rejects a request.
type RejectRequestInput struct {
	Request
	casefile.RequestRejected
}

// RejectRequest rejects a request, with the reason. A plan goes back to its
// author.
func (s *Service) RejectRequest(ctx context.Context, actor access.Actor, in RejectRequestInput) (*Change, error) {
	return s.decide(ctx, actor, in.Request, in.ApprovalID, in.RequestRejected)
}

// decide records the answer to a request, which takes the action that goes with
// its kind.
func (s *Service) decide(ctx context.Context, actor access.Actor, r Request, approvalID string, answer casefile.Data, references ...reference) (*Change, error) {
	if err := check(s.Today(), "on", &r, answer); err != nil {
		return nil, err
	}
	i := plain("", answer, references...)
	i.action = func(c *casefile.Case) access.Action {
		if a, ok := c.Approval(approvalID); ok {
			return approving[a.Of()]
		}
		return access.ApprovePlan // there is nothing to decide: whoever decides anything is told so
	}
	return s.intend(ctx, actor, r, i)
}

// someoneElse refuses an actor who approves what they have asked for or written.
func (s *Service) someoneElse(actor access.Actor, approvalID string) reference {
	return func(_ context.Context, c *casefile.Case) error {
		a, ok := c.Approval(approvalID)
		if ok && ownRequest(c, a, actor) && !actor.May(access.SelfApprove, c, s.Today()) {
			return selfApproval()
		}
		return nil
	}
}

// ownRequest reports whether the actor has asked for an approval, or written the
// plan that it is for.
func ownRequest(c *casefile.Case, a casefile.Approval, actor access.Actor) bool {
	return a.RequestedBy == actor.Worker || a.Of() == casefile.PlanApproval && wrotePlan(c, actor)
}

func wrotePlan(c *casefile.Case, actor access.Actor) bool {
	return c.Plan != nil && c.Plan.AuthorID == actor.Worker
}

// otherAuthor refuses an actor who approves a plan that they have written.
func (s *Service) otherAuthor(actor access.Actor) reference {
	return func(_ context.Context, c *casefile.Case) error {
		if wrotePlan(c, actor) && !actor.May(access.SelfApprove, c, s.Today()) {
			return selfApproval()
		}
		return nil
	}
}

func selfApproval() error {
	return fault.New(fault.Forbidden, "someone else has to approve what you have asked for or written (SELF_APPROVE)")
}

// WithdrawRequestInput takes a request back.
type WithdrawRequestInput struct {
	Request
	casefile.RequestWithdrawn
}

// WithdrawRequest takes a request back. Only whoever asked can do it, or one who
// could decide on it.
func (s *Service) WithdrawRequest(ctx context.Context, actor access.Actor, in WithdrawRequestInput) (*Change, error) {
	mine := func(_ context.Context, c *casefile.Case) error {
		a, ok := c.Approval(in.ApprovalID)
		if ok && a.RequestedBy != actor.Worker && !actor.May(approving[a.Of()], c, s.Today()) {
			return fault.New(fault.Forbidden, "only whoever asked can take the request back")
		}
		return nil
	}
	return s.record(ctx, actor, access.ManageCase, in.Request, in.RequestWithdrawn, mine)
}

// Approvals returns the requests of a case that are in one of the states, or all.
func (v *View) Approvals(c *casefile.Case, states []casefile.ApprovalState) []casefile.Approval {
	out := make([]casefile.Approval, 0, len(c.Approvals))
	for _, a := range c.Approvals {
		if len(states) == 0 || slices.Contains(states, a.State()) {
			out = append(out, a)
		}
	}
	return out
}
