package casework

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"onward/services/access"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/store"
)

// RecordActivityInput records an activity of the actor's organisation.
type RecordActivityInput struct {
	RequestID string
	activity.Facts
}

// ActivityRequest is what every change of an activity carries.
type ActivityRequest struct {
	RequestID       string
	ActivityID      id.Activity
	ExpectedVersion *int
}

// CorrectActivityInput replaces all that was said of an activity.
type CorrectActivityInput struct {
	ActivityRequest
	activity.Corrected
}

// WithdrawActivityInput takes an activity back.
type WithdrawActivityInput struct {
	ActivityRequest
	activity.Withdrawn
}

// ActivityPayload is the answer to every change of an activity.
type ActivityPayload struct{ Activity activity.Activity }

// RecordActivity records an activity. Its identifier is derived from who asks
// and the requestId, so that the same request records one activity only.
func (s *Service) RecordActivity(ctx context.Context, actor access.Actor, in RecordActivityInput) (*ActivityPayload, error) {
	activityID := id.Activity(id.Derive(id.ActivityPrefix, string(actor.Worker), in.RequestID))
	r := ActivityRequest{RequestID: in.RequestID, ActivityID: activityID}
	return s.changeActivity(ctx, actor, r, activity.Recorded{Facts: in.Facts})
}

// CorrectActivity replaces all that was said of an activity. What was said before
// stays in its history.
func (s *Service) CorrectActivity(ctx context.Context, actor access.Actor, in CorrectActivityInput) (*ActivityPayload, error) {
	return s.changeActivity(ctx, actor, in.ActivityRequest, in.Corrected)
}

// WithdrawActivity takes an activity back, which then counts no more.
func (s *Service) WithdrawActivity(ctx context.Context, actor access.Actor, in WithdrawActivityInput) (*ActivityPayload, error) {
	return s.changeActivity(ctx, actor, in.ActivityRequest, in.Withdrawn)
}

// changeActivity stores a change of an activity, once for each request. A change
// that loses a race decides again on the newer state.
func (s *Service) changeActivity(ctx context.Context, actor access.Actor, r ActivityRequest, change activity.Change) (*ActivityPayload, error) {
	if err := s.permitActivity(actor, r); err != nil {
		return nil, err
	}
	for {
		doc, err := s.ownActivity(ctx, actor, r.ActivityID, change)
		if err != nil {
			return nil, err
		}
		if made, seen := activity.Made(doc, actor.Worker, id.RequestKey(actor.Worker, r.RequestID)); seen {
			return replayedActivity(doc, made, change)
		}
		if err := s.checkActivity(actor, doc, r, change); err != nil {
			return nil, err
		}
		header := s.activityEntry(actor, r)
		sealed, err := s.sealActivity(ctx, doc, header.Organisation, change)
		if err != nil {
			return nil, err
		}
		changed, err := s.activities.Append(ctx, doc, header, sealed)
		if err == nil {
			return &ActivityPayload{changed}, nil
		}
		if !fault.Is(err, fault.Conflict) {
			return nil, err
		}
		if err := backOff(ctx); err != nil {
			return nil, err
		}
	}
}

func (s *Service) permitActivity(actor access.Actor, r ActivityRequest) error {
	if err := actor.PermitProgramme(access.RecordActivity); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(r.RequestID); n == 0 || n > 128 {
		return fault.Input("requestId", "must have 1 to 128 characters")
	}
	if s.activities == nil {
		return fault.New(fault.Internal, "drafts have no activity ledger")
	}
	return nil
}

// ownActivity returns an activity of the actor's organisation as it is stored.
// NotFound reads the same whether it is absent or another's. One that is to be
// recorded has no history yet, unless the request was made before.
func (s *Service) ownActivity(ctx context.Context, actor access.Actor, activityID id.Activity, change activity.Change) (store.Document, error) {
	doc, err := s.activities.Get(ctx, activityID)
	if fault.Is(err, fault.NotFound) {
		if _, begins := change.(activity.Recorded); begins {
			return store.Document{ID: string(activityID)}, nil
		}
		return doc, access.Absent()
	}
	if err != nil {
		return doc, err
	}
	a, err := activity.Read(doc)
	if err == nil && a.Organisation != actor.Organisation {
		err = access.Absent()
	}
	return doc, err
}

// replayedActivity answers a request as it was answered the first time. It
// refuses a requestId that was used for another kind of change.
func replayedActivity(doc store.Document, made store.Entry, change activity.Change) (*ActivityPayload, error) {
	if made.Kind != change.EntryKind() {
		return nil, fault.New(fault.Conflict, "this requestId was used for another change (%s); choose a new one", made.Kind)
	}
	a, err := activity.Read(activity.Until(doc, made.Version))
	if err != nil {
		return nil, err
	}
	return &ActivityPayload{a}, nil
}

// checkActivity refuses a change that does not fit the activity as it stands, or
// breaks a rule, or refers to what is not there.
func (s *Service) checkActivity(actor access.Actor, doc store.Document, r ActivityRequest, change activity.Change) error {
	if v := r.ExpectedVersion; v != nil && *v != doc.Version {
		return fault.New(fault.Conflict, "the activity is at version %d, not %d; read it again", doc.Version, *v)
	}
	if n := len(doc.History); n > 0 && doc.History[n-1].Kind == (activity.Withdrawn{}).EntryKind() {
		return fault.Input("activityId", "was withdrawn; record the activity again")
	}
	if err := change.Check(s.Today()); err != nil {
		return err
	}
	switch c := change.(type) {
	case activity.Recorded:
		return s.checkPlaces(actor, c.Facts)
	case activity.Corrected:
		return s.checkPlaces(actor, c.Facts)
	}
	return nil
}

// checkPlaces refuses places that are not there, or not the actor's.
func (s *Service) checkPlaces(actor access.Actor, f activity.Facts) error {
	for i, p := range f.Provinces {
		if _, ok := directory.Provinces[p]; !ok {
			return fault.Input(fmt.Sprintf("provinces[%d]", i), "must be a province by ISO 3166-2:KH, KH-1 to KH-25")
		}
	}
	if f.SiteID == "" {
		return nil
	}
	if site, ok := s.directory.Snapshot().Sites[f.SiteID]; !ok || site.Organisation != actor.Organisation {
		return fault.Input("siteId", "there is no such site in your organisation")
	}
	return nil
}

// activityEntry returns the header of the next entry of an activity.
func (s *Service) activityEntry(actor access.Actor, r ActivityRequest) store.Entry {
	return store.Entry{
		On: s.Today(), At: s.now().UTC().Truncate(time.Millisecond), By: string(actor.Worker),
		Organisation: string(actor.Organisation), Key: id.RequestKey(actor.Worker, r.RequestID),
	}
}

// ActivityFilter says which activities; all given parts must hold.
type ActivityFilter struct {
	Kind     []activity.Kind
	From, To *calendar.Day // the bounds of the last day
	Province []string
}

func (f ActivityFilter) keeps(a activity.Activity) bool {
	return (len(f.Kind) == 0 || slices.Contains(f.Kind, a.Kind)) &&
		(f.From == nil || *f.From <= a.To) && (f.To == nil || a.To <= *f.To) &&
		(len(f.Province) == 0 || slices.ContainsFunc(a.Provinces, func(p string) bool { return slices.Contains(f.Province, p) }))
}

// The page of activities.
type (
	ActivityConnection = page.Connection[activity.Activity]
	ActivityEdge       = page.Edge[activity.Activity]
)

// ListActivities returns a page of the activities of the actor's organisation
// that count, the latest first.
func (v *View) ListActivities(filter *ActivityFilter, args page.Args) (*ActivityConnection, error) {
	if err := v.Actor.PermitProgramme(access.ReadActivities); err != nil {
		return nil, err
	}
	f := given(filter)
	if f.From != nil && f.To != nil && *f.To < *f.From {
		return nil, fault.Input("filter.to", "is before the first day")
	}
	var own []activity.Activity
	for _, a := range v.Activities.Counting() {
		if a.Organisation == v.Actor.Organisation && f.keeps(a) {
			own = append(own, a)
		}
	}
	return page.Of(own, func(a activity.Activity) string { return string(a.ID) }, args)
}

// Activity returns one activity of the actor's organisation, also one that was
// withdrawn. NotFound reads the same whether it is absent or another's.
func (v *View) Activity(activityID string) (*activity.Activity, error) {
	if err := v.Actor.PermitProgramme(access.ReadActivities); err != nil {
		return nil, err
	}
	a, ok := v.Activities.Find(id.Activity(activityID))
	if !ok || a.Organisation != v.Actor.Organisation {
		return nil, access.Absent()
	}
	return &a, nil
}
