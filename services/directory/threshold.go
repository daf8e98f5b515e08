package directory

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
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
	s.inForce[t.Organisation] = stall.Defaults().With(t.Version, t.Changed)
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

// Rules returns the rules as they hold now.
func (p *ThresholdsPayload) Rules() []stall.OrganisationRule {
	return stall.Defaults().With(p.Version, p.Changed).Rules()
}

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
	key := thresholdsKey(actor.Organisation)
	err := d.begin(ctx, a, in.Thresholds)
	if err == errRaced { // there are some already
		_, err = edit(ctx, d, a, key, thresholds, func(_ *Snapshot, t *Thresholds) error {
			t.Changed, err = revised(t.Changed, in.Thresholds)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	return d.answer(ctx, a, key)
}

// begin stores the first thresholds of an organisation. It returns errRaced where
// there are some already.
func (d *Directory) begin(ctx context.Context, a act, proposals []stall.Proposal) error {
	d.editing.Lock()
	defer d.editing.Unlock()
	t := d.Snapshot().ThresholdsOf(a.actor.Organisation)
	if t.Version > 0 {
		return errRaced
	}
	_, err := d.newest(ctx, t.key())
	switch {
	case err == nil:
		return errRaced
	case !fault.Is(err, fault.NotFound):
		return err
	case a.ExpectedVersion != nil && *a.ExpectedVersion != 0:
		return fault.New(fault.Conflict, "it is at version 0, not %d; read it again", *a.ExpectedVersion)
	}
	if t.Changed, err = revised(nil, proposals); err != nil {
		return err
	}
	state, err := encode(t)
	if err != nil {
		return err
	}
	entry, err := a.entry(1, json.RawMessage("{}"), state)
	if err != nil {
		return err
	}
	err = d.insert(ctx, store.Document{ID: t.key(), Version: 1, State: state, History: []store.Entry{entry}})
	if fault.Is(err, fault.Conflict) {
		return errRaced
	}
	return err
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

// answer returns what a request has made of the thresholds.
func (d *Directory) answer(ctx context.Context, a act, key string) (*ThresholdsPayload, error) {
	doc, err := d.newest(ctx, key)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(doc.History, func(e store.Entry) bool { return e.Key == a.RequestID && e.By == string(a.actor.Worker) })
	if i < 0 {
		return nil, fault.New(fault.Internal, "a change of thresholds is not in their history")
	}
	entry, err := thresholdsEntry(doc.History[i])
	if err != nil {
		return nil, err
	}
	t, err := read[Thresholds](doc)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read thresholds")
	}
	return &ThresholdsPayload{t, entry}, nil
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
	var all []ThresholdsEntry
	if t.Version > 0 {
		doc, err := d.store.Get(ctx, store.Directory, t.key())
		if err != nil {
			return nil, err
		}
		for _, e := range slices.Backward(doc.History[:min(t.Version, len(doc.History))]) {
			entry, err := thresholdsEntry(e)
			if err != nil {
				return nil, err
			}
			all = append(all, entry)
		}
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
	for _, r := range stall.Rules {
		for _, h := range r.Thresholds {
			before, after := was[h.Code], is[h.Code]
			if (before == nil) != (after == nil) || before != nil && *before != *after {
				all = append(all, ThresholdChange{h.Code, before, after})
			}
		}
	}
	return all
}
