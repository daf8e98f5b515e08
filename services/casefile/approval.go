package casefile

import (
	"slices"

	"onward/services/sealed"
	"onward/services/word"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

var approvalKinds = []kind{always((*Case).request), always((*Case).approve), always((*Case).reject), always((*Case).withdraw)}

// ApprovalKind is what an approval is asked for.
type ApprovalKind string

// The kinds of approval.
const (
	PlanApproval     ApprovalKind = "PLAN"
	ClosureApproval  ApprovalKind = "CLOSURE"
	HoldApproval     ApprovalKind = "HOLD"     // beyond LongHoldDays
	TransferApproval ApprovalKind = "TRANSFER" // to another organisation
	GlassReview      ApprovalKind = "BREAK_GLASS"
)

// ApprovalKinds lists them.
var ApprovalKinds = []ApprovalKind{PlanApproval, ClosureApproval, HoldApproval, TransferApproval, GlassReview}

// Words returns all words of the kind.
func (ApprovalKind) Words() []ApprovalKind { return ApprovalKinds }

// ApprovalState is where a request for approval stands.
type ApprovalState string

// The states of a request.
const (
	Pending           ApprovalState = "PENDING"
	ApprovalGiven     ApprovalState = "APPROVED"
	ApprovalRefused   ApprovalState = "REJECTED"
	ApprovalWithdrawn ApprovalState = "WITHDRAWN"
)

// ApprovalStates lists them.
var ApprovalStates = []ApprovalState{Pending, ApprovalGiven, ApprovalRefused, ApprovalWithdrawn}

// Words returns all words of the kind.
func (ApprovalState) Words() []ApprovalState { return ApprovalStates }

// Requested is the entry that asks for an approval. It holds what is to be done
// once it is approved; for a plan, that is the submitted version.
type Requested struct {
	Of       ApprovalKind  `json:"of"`
	Closure  *Ended        `json:"closure,omitempty"`
	Hold     *Held         `json:"hold,omitempty"`
	Transfer *ReferralSent `json:"transfer,omitempty"`
	track.Remark
}

// Approved is the entry that approves a request, and does what it asks for.
type Approved struct {
	ApprovalID string `json:"approvalId" validate:"required"`
	track.Remark
}

// RequestRejected is the entry that rejects a request.
type RequestRejected struct {
	ApprovalID string      `json:"approvalId" validate:"required"`
	Reason     sealed.Text `json:"reason" validate:"required,max=500"`
}

// RequestWithdrawn is the entry by which whoever asked takes a request back.
type RequestWithdrawn struct {
	ApprovalID string `json:"approvalId" validate:"required"`
	track.Remark
}

// Kind names the entry.
func (Requested) Kind() string { return "approval.requested" }

// Kind names the entry.
func (Approved) Kind() string { return "approval.approved" }

// Kind names the entry.
func (RequestRejected) Kind() string { return "approval.rejected" }

// Kind names the entry.
func (RequestWithdrawn) Kind() string { return "approval.withdrawn" }

// Summary describes the entry in a sentence.
func (r Requested) Summary() string { return "Approval asked for: " + string(r.Of) }

// Summary describes the entry in a sentence.
func (Approved) Summary() string { return "Approved" }

// Summary describes the entry in a sentence.
func (RequestRejected) Summary() string { return "Approval rejected" }

// Summary describes the entry in a sentence.
func (RequestWithdrawn) Summary() string { return "Request for approval withdrawn" }

// Approval is one request, and the answer to it if there is one.
type Approval struct {
	Part        id.Part                   `json:"id"`    // read through ID
	For         word.Place[ApprovalKind]  `json:"of"`    // read through Of
	Stands      word.Place[ApprovalState] `json:"state"` // read through State
	RequestedOn calendar.Day              `json:"requestedOn"`
	RequestedBy id.Worker                 `json:"requestedBy,omitempty"`
	Entry       int32                     `json:"entry"` // the request
	DecidedOn   calendar.Day              `json:"decidedOn,omitzero"`
	DecidedBy   id.Worker                 `json:"decidedBy,omitempty"`
	Answer      int32                     `json:"answer,omitempty"` // the entry that decided
	PlanVersion int32                     `json:"planVersion,omitempty"`
	Asked       *Requested                `json:"asked,omitempty"` // while it is pending
}

// ID returns the identifier of the request.
func (a Approval) ID() string { return a.Part.String() }

// Of returns what the approval is asked for.
func (a Approval) Of() ApprovalKind { return a.For.Word() }

// State returns where the request stands.
func (a Approval) State() ApprovalState { return a.Stands.Word() }

// OfPlan returns the version of the plan that it is for, or nil where it is for
// something else.
func (a Approval) OfPlan() *int {
	if a.Of() != PlanApproval {
		return nil
	}
	return new(int(a.PlanVersion))
}

// ClosureReason returns why the case is to be closed, while that waits.
func (a Approval) ClosureReason() ClosureReason {
	if a.Asked == nil || a.Asked.Closure == nil {
		return ""
	}
	return a.Asked.Closure.Reason
}

// HoldUntil returns until when the case is to be on hold, while that waits.
func (a Approval) HoldUntil() calendar.Day {
	if a.Asked == nil || a.Asked.Hold == nil {
		return 0
	}
	return a.Asked.Hold.Until
}

// TransferTo returns where the case is to go, while that waits.
func (a Approval) TransferTo() id.Organisation {
	if a.Asked == nil || a.Asked.Transfer == nil {
		return ""
	}
	return a.Asked.Transfer.OrganisationID
}

// Approval returns a request by its identifier.
func (c *Case) Approval(approvalID string) (Approval, bool) {
	i := c.approvalAt(approvalID)
	if i < 0 {
		return Approval{}, false
	}
	return c.Approvals[i], true
}

func (c *Case) approvalAt(approvalID string) int {
	return slices.IndexFunc(c.Approvals, func(a Approval) bool { return a.ID() == approvalID })
}

// pending returns the index of the request that waits for its answer, or says
// why there is none.
func (c *Case) pending(approvalID string, on calendar.Day) (int, error) {
	i := c.approvalAt(approvalID)
	if i < 0 {
		return 0, fault.Input("approvalId", "there is no such request on this case")
	}
	if a := c.Approvals[i]; a.State() != Pending {
		return 0, fault.Input("approvalId", "this request was %s on %s already", a.State(), a.DecidedOn)
	}
	return i, track.NotBefore("on", on, c.Approvals[i].RequestedOn, "the request")
}

// request tries what is asked for, so that nobody has to approve what could not
// be done. The guards are asked again when it is approved.
func (c *Case) request(r Requested, e Entry) error {
	if i := slices.IndexFunc(c.Approvals, func(a Approval) bool { return a.Of() == r.Of && a.State() == Pending }); i >= 0 {
		return fault.Input("caseId", "a request of this kind (%s) waits for its answer since %s; withdraw it first", r.Of, c.Approvals[i].RequestedOn)
	}
	if err := track.Full("caseId", len(c.Approvals), "requests for approval"); err != nil {
		return err
	}
	a := Approval{
		Part: id.PartOf(id.ApprovalPart, c.ID, e.Version), For: word.At(r.Of), Stands: word.At(Pending),
		RequestedOn: e.On, RequestedBy: id.Intern(e.By), Entry: int32(e.Version), Asked: &r,
	}
	if r.Of == PlanApproval {
		if err := c.underWay(); err != nil {
			return err
		}
		if err := c.Plan.Submit(); err != nil {
			return err
		}
		a.PlanVersion = c.Plan.Number
	} else if err := c.Clone().carryOut(a, e); err != nil {
		return err
	}
	c.Approvals = append(c.Approvals, a)
	return nil
}

// carryOut does what was asked for.
func (c *Case) carryOut(a Approval, e Entry) error {
	switch asked := a.Asked; {
	case a.Of() == GlassReview:
		return nil // it is looked at afterwards
	case a.Of() == PlanApproval:
		if err := c.underWay(); err != nil {
			return err
		}
		c.approvePlan(c.stamp(e))
		return nil
	case a.Of() == ClosureApproval && asked.Closure != nil:
		return c.advance(e, func() error { return c.closeFor(*asked.Closure, a.RequestedBy, e) })
	case a.Of() == HoldApproval && asked.Hold != nil:
		return c.advance(e, func() error { return c.hold(*asked.Hold, e) })
	case a.Of() == TransferApproval && asked.Transfer != nil:
		return c.send(*asked.Transfer, id.Within("referral_", c.ID, e.Version), e)
	}
	return fault.New(fault.Internal, "a request for %s says not what to do", a.Of())
}

// Feasible reports whether what a request asks for could be done on a day, as the
// case stands.
func (c *Case) Feasible(approvalID string, on calendar.Day) bool {
	a, ok := c.Approval(approvalID)
	return ok && c.Clone().carryOut(a, Entry{CaseID: c.ID, Version: c.Version + 1, On: on}) == nil
}

func (c *Case) approve(d Approved, e Entry) error {
	i, err := c.pending(d.ApprovalID, e.On)
	if err != nil {
		return err
	}
	if err := c.carryOut(c.Approvals[i], e); err != nil {
		return ofRequest(err)
	}
	c.decide(i, ApprovalGiven, e)
	return nil
}

// ofRequest names the request where something that was asked for stands in the
// way: whoever approves has filled in none of its fields.
func ofRequest(err error) error {
	f, ok := err.(*fault.Error)
	if !ok || f.Kind != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i := range fields {
		if p := fields[i].Path; p != "on" && p != "caseId" {
			fields[i].Path = "approvalId"
		}
	}
	return fault.Inputs(fields...)
}

func (c *Case) reject(d RequestRejected, e Entry) error {
	return c.giveBack(d.ApprovalID, ApprovalRefused, e)
}

func (c *Case) withdraw(d RequestWithdrawn, e Entry) error {
	return c.giveBack(d.ApprovalID, ApprovalWithdrawn, e)
}

// giveBack ends a request without doing what it asks for.
func (c *Case) giveBack(approvalID string, state ApprovalState, e Entry) error {
	i, err := c.pending(approvalID, e.On)
	if err != nil {
		return err
	}
	if c.Approvals[i].Of() == PlanApproval {
		c.Plan.Return(state == ApprovalRefused)
	}
	c.decide(i, state, e)
	return nil
}

func (c *Case) decide(i int, state ApprovalState, e Entry) {
	a := &c.Approvals[i]
	a.Stands, a.DecidedOn, a.DecidedBy, a.Answer, a.Asked = word.At(state), e.On, id.Intern(e.By), int32(e.Version), nil
}

// lapse withdraws what still waits for an answer when the work on the case ends,
// but for reviews of what was done already.
func (c *Case) lapse(e Entry) {
	for i, a := range c.Approvals {
		if a.State() == Pending && a.Of() != GlassReview && int(a.Entry) != e.Version {
			if a.Of() == PlanApproval {
				c.Plan.Return(false)
			}
			c.decide(i, ApprovalWithdrawn, e)
		}
	}
}
