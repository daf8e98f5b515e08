package casework

import (
	"cmp"
	"context"
	"strconv"

	"golang.org/x/sync/errgroup"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/sealed"
)

// RecordServiceInput records a service given.
type RecordServiceInput struct {
	Request
	delivery.Delivered
}

// RecordService records a service given.
func (s *Service) RecordService(ctx context.Context, actor access.Actor, in RecordServiceInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordService, in.Request, in.Delivered, s.ownSite(actor, "siteId", in.SiteID))
}

// RecordGroupServiceInput records a service given to several people at once.
// Its data is that of each of them, but for what a participant says otherwise.
type RecordGroupServiceInput struct {
	RequestID string       `json:"requestId" validate:"required,max=128"`
	On        calendar.Day `json:"on"`
	delivery.Delivered
	Participants []Participant `json:"participants" validate:"required,min=1,max=50"`
}

// Participant is one person in a group session.
type Participant struct {
	CaseID          id.Case     `json:"caseId"`
	ExpectedVersion *int        `json:"expectedVersion"`
	Note            sealed.Text `json:"note"` // stands in the place of the session's
}

// GroupService is what came of a group session: one result for each participant,
// in the order of the input.
type GroupService struct {
	SessionID string
	Results   []GroupServiceResult
}

// GroupServiceResult is what came of the session for one participant: a change
// or the refusal of one.
type GroupServiceResult struct {
	CaseID id.Case
	Change *Change
	Err    error
}

// Case returns the case as the change left it, or nil.
func (r *GroupServiceResult) Case() *casefile.Case {
	if r.Change == nil {
		return nil
	}
	return r.Change.Case
}

// Entry returns the entry that the change made, or nil.
func (r *GroupServiceResult) Entry() *casefile.Entry {
	if r.Change == nil {
		return nil
	}
	return &r.Change.Entry
}

// recorders is how many participants are recorded at once: a store that commits
// in groups is then kept busy.
const recorders = 8

// RecordGroupService records one service for every participant who may have it:
// all or nothing for each person, and one who is refused does not keep the
// others out. What is wrong with the session itself is refused as a whole.
func (s *Service) RecordGroupService(ctx context.Context, actor access.Actor, in RecordGroupServiceInput) (*GroupService, error) {
	if err := s.checkSession(ctx, actor, &in); err != nil {
		return nil, err
	}
	out := &GroupService{SessionID: id.Derive("session_", string(actor.Worker), in.RequestID), Results: make([]GroupServiceResult, len(in.Participants))}
	named := map[id.Case]bool{}
	var group errgroup.Group
	group.SetLimit(recorders)
	for i, p := range in.Participants {
		result := &out.Results[i]
		result.CaseID = p.CaseID
		if named[p.CaseID] {
			result.Err = fault.Input("caseId", "this participant is named above already, and counts once")
			continue
		}
		named[p.CaseID] = true
		group.Go(func() error {
			result.Change, result.Err = s.attended(ctx, actor, in, p, out.SessionID)
			return nil
		})
	}
	_ = group.Wait() // each result has its own error
	return out, nil
}

// checkSession refuses a session that nobody can have taken part in, and settles
// its day: today where none was given.
func (s *Service) checkSession(ctx context.Context, actor access.Actor, in *RecordGroupServiceInput) error {
	if fields := broken(in); len(fields) > 0 {
		return fault.Inputs(fields...)
	}
	r := Request{RequestID: in.RequestID, CaseID: "of each participant", On: in.On}
	if err := check(s.Today(), "on", &r, in.Delivered); err != nil {
		return err
	}
	in.On = r.On
	if err := delivery.Known(in.Service); err != nil {
		return err
	}
	return s.ownSite(actor, "siteId", in.SiteID)(ctx, nil)
}

// attended records the service for one participant.
func (s *Service) attended(ctx context.Context, actor access.Actor, in RecordGroupServiceInput, p Participant, session string) (*Change, error) {
	r := Request{RequestID: in.RequestID, CaseID: p.CaseID, ExpectedVersion: p.ExpectedVersion, On: in.On}
	data := in.Delivered
	data.SessionID, data.Note = session, cmp.Or(p.Note, in.Note)
	change, err := s.record(ctx, actor, access.RecordService, r, data)
	if err != nil {
		return nil, err
	}
	if d, ok := change.Entry.Data.(delivery.Delivered); !ok || d.SessionID != session {
		return nil, fault.New(fault.Conflict, "this requestId was used for another change (%s); choose a new one", change.Entry.Kind())
	}
	return change, nil
}

// The page of services given.
type (
	DeliveryConnection = page.Connection[delivery.Delivery]
	DeliveryEdge       = page.Edge[delivery.Delivery]
)

// ListDeliveries returns a page of the services given to her, in the order of
// recording. A cursor names the entry that says so.
func (v *View) ListDeliveries(c *casefile.Case, args page.Args) (*DeliveryConnection, error) {
	return page.Of(c.Services, func(d delivery.Delivery) string { return strconv.Itoa(int(d.Entry)) }, args)
}
