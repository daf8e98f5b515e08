package directory

import (
	"context"
	"encoding/json"
	"maps"
	"strconv"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/stall"
	"onward/services/store"
)

// Thresholds are the numbers of the stall rules that an organisation has
// changed, in days. Every other number has its default. They are versioned by
// their document: version 0 is that of an organisation which has changed none.
type Thresholds struct {
	Organisation id.Organisation             `json:"organisation"`
	Changed      map[stall.ThresholdCode]int `json:"changed"`
	Versioned
}

func (t Thresholds) key() string            { return thresholdsKey(t.Organisation) }
func (t Thresholds) owner() id.Organisation { return t.Organisation }

func thresholdsKey(org id.Organisation) string { return id.ThresholdsPrefix + id.Suffix(org) }

func thresholds(s *Snapshot) map[string]Thresholds { return s.thresholds }

// defaults hold for an organisation that has set no thresholds.
var defaults = stall.Defaults()

// Thresholds returns the thresholds of the stall rules that hold for an
// organisation. They are the same value for as long as nobody changes them.
func (s *Snapshot) Thresholds(org id.Organisation) *stall.Thresholds {
	if th, ok := s.inForce[org]; ok {
		return th
	}
	return defaults
}

// ThresholdsOf returns what an organisation has changed of the thresholds.
func (s *Snapshot) ThresholdsOf(org id.Organisation) Thresholds {
	if t, ok := s.thresholds[thresholdsKey(org)]; ok {
		return t
	}
	return Thresholds{Organisation: org}
}

// Proposed returns the thresholds that would hold for an organisation with
// proposals made true, as stall.Revise does; their version is that of the next
// change.
func (s *Snapshot) Proposed(org id.Organisation, proposals []stall.Proposal) (*stall.Thresholds, error) {
	t := s.ThresholdsOf(org)
	changed, err := stall.Revise(t.Changed, proposals)
	if err != nil {
		return nil, err
	}
	return stall.Defaults().With(t.Version+1, changed), nil
}

// addThresholds reads a document of thresholds.
func (s *Snapshot) addThresholds(doc store.Document) error {
	if err := put(doc, s.thresholds); err != nil {
		return err
	}
	t := s.thresholds[doc.ID]
	s.inForce[t.Organisation] = t.inForce()
	return nil
}

// OnThresholds has fn called with every organisation whose thresholds change
// from now on, by this process or another, once the new ones are in the snapshot.
// A change that this process makes waits for it.
func (d *Directory) OnThresholds(fn func(id.Organisation)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heard = append(d.heard, fn)
}

// SetThresholdsInput changes thresholds of the actor's own organisation. Those
// that it does not name stay as they are.
type SetThresholdsInput struct {
	Request
	Thresholds []stall.Proposal
	Reason     string
}

// ThresholdsPayload is the answer to SetThresholds: the thresholds as they are
// now, and the line of their history that the request has made.
type ThresholdsPayload struct {
	Thresholds
	Entry ThresholdsEntry
}

// Rules returns the rules as they hold with these thresholds.
func (t *Thresholds) Rules() []stall.OrganisationRule { return t.inForce().Rules() }

// Escalation returns what holds with these thresholds for the escalation of flags.
func (t *Thresholds) Escalation() []stall.Setting { return t.inForce().Escalation() }

func (t *Thresholds) inForce() *stall.Thresholds { return stall.Defaults().With(t.Version, t.Changed) }

// SetThresholds changes thresholds of the stall rules for the actor's
// organisation, once for each request. What is due on its cases follows at once.
// It returns Forbidden, Conflict where the thresholds have moved on from
// ExpectedVersion (0 where none were ever set), and Invalid as stall.Revise does,
// and where nothing would change.
func (d *Directory) SetThresholds(ctx context.Context, actor access.Actor, at time.Time, in SetThresholdsInput) (*ThresholdsPayload, error) {
	if err := permit(actor, access.SetThresholds, in.RequestID); err != nil {
		return nil, err
	}
	if err := checkReason(in.Reason); err != nil {
		return nil, err
	}
	a := updating(actor, at, "thresholds.set", in.Request)
	a.reason = in.Reason
	t, made, err := settle(ctx, d, a, Thresholds{Organisation: actor.Organisation}, thresholds, func(_ *Snapshot, t *Thresholds) (err error) {
		t.Changed, err = revised(t.Changed, in.Thresholds)
		return err
	})
	if err != nil {
		return nil, err
	}
	entry, err := thresholdsEntry(made)
	if err != nil {
		return nil, err
	}
	return &ThresholdsPayload{t, entry}, nil
}

// revised returns the numbers with proposals made true, of which at least one
// must say something new.
func revised(changed map[stall.ThresholdCode]int, proposals []stall.Proposal) (map[stall.ThresholdCode]int, error) {
	next, err := stall.Revise(changed, proposals)
	if err != nil {
		return nil, err
	}
	if maps.Equal(changed, next) {
		return nil, fault.Input("thresholds", "would change nothing")
	}
	return next, nil
}

// ThresholdsEntry is one change of the thresholds of an organisation.
type ThresholdsEntry struct {
	Version int
	On      calendar.Day
	At      time.Time
	By      id.Worker
	Reason  string
	Changes []ThresholdChange
}

// ThresholdChange is what a change did to one threshold. A number is nil where
// the default held, or holds again.
type ThresholdChange struct {
	Code    stall.ThresholdCode
	Was, Is *int
}

// The page of the changes of thresholds.
type (
	ThresholdsEntryConnection = page.Connection[ThresholdsEntry]
	ThresholdsEntryEdge       = page.Edge[ThresholdsEntry]
)

// ThresholdsHistory returns a page of the changes that made thresholds what they
// are, the newest first.
func (d *Directory) ThresholdsHistory(ctx context.Context, t Thresholds, args page.Args) (*ThresholdsEntryConnection, error) {
	all, err := history(ctx, d, t.key(), t.Version, thresholdsEntry)
	if err != nil {
		return nil, err
	}
	return page.Of(all, func(e ThresholdsEntry) string { return strconv.Itoa(e.Version) }, args)
}

// thresholdsEntry reads one line of the history of thresholds.
func thresholdsEntry(e store.Entry) (ThresholdsEntry, error) {
	entry := ThresholdsEntry{Version: e.Version, On: e.On, At: e.At, By: id.Worker(e.By)}
	var r record
	if err := json.Unmarshal(e.Data, &r); err != nil {
		return entry, fault.Wrap(fault.Internal, err, "read the history of thresholds")
	}
	was, err := numbers(r.Changed["changed"].Was)
	if err != nil {
		return entry, err
	}
	is, err := numbers(r.Changed["changed"].Is)
	if err != nil {
		return entry, err
	}
	entry.Reason, entry.Changes = r.Reason, changes(was, is)
	return entry, nil
}

func numbers(text json.RawMessage) (map[stall.ThresholdCode]*int, error) {
	var n map[stall.ThresholdCode]*int
	if len(text) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(text, &n); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read the history of thresholds")
	}
	return n, nil
}

// changes returns the numbers in which two sets differ, in the order of the
// rules.
func changes(was, is map[stall.ThresholdCode]*int) []ThresholdChange {
	var all []ThresholdChange
	for h := range stall.Table {
		before, after := was[h.Code], is[h.Code]
		if (before == nil) != (after == nil) || before != nil && *before != *after {
			all = append(all, ThresholdChange{h.Code, before, after})
		}
	}
	return all
}
