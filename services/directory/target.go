package directory

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/store"
)

// Indicator is the code of what is counted. The directory knows its form only:
// which codes there are, and what they count, is the outcome's to say.
type Indicator string

var indicatorPattern = regexp.MustCompile(`^[A-Z0-9_]{1,64}$`)

// Target is what an indicator is to reach in a period, for an organisation or for
// the whole programme. There is one for each indicator, owner and period. Numbers
// are in the indicator's unit, of a share in percent.
type Target struct {
	Organisation id.Organisation `json:"organisation,omitempty"` // empty where it is the programme's
	Indicator    Indicator       `json:"indicator"`
	From         calendar.Day    `json:"from"` // the first day of a month
	To           calendar.Day    `json:"to"`   // the last day of a month
	Baseline     *float64        `json:"baseline,omitempty"`
	Value        *float64        `json:"target,omitempty"` // nil where it was taken away
	Versioned
}

// ID returns the identifier of the target, which says what it is of.
func (t Target) ID() string {
	return id.TargetPrefix + strings.Join([]string{id.Suffix(t.Organisation), string(t.Indicator), t.From.String(), t.To.String()}, ".")
}

func (t Target) key() string            { return t.ID() }
func (t Target) owner() id.Organisation { return t.Organisation }

func targets(s *Snapshot) map[string]Target { return s.targets }

// Target returns the target of an indicator for exactly a period: an
// organisation's, or the programme's where the organisation is empty. It reports
// false where none is set.
func (s *Snapshot) Target(indicator Indicator, org id.Organisation, period calendar.Period) (Target, bool) {
	t, ok := s.targets[Target{Organisation: org, Indicator: indicator, From: period.From, To: period.To}.ID()]
	return t, ok && t.Value != nil
}

// FindTarget returns a target by its identifier, and whether there is one.
func (s *Snapshot) FindTarget(targetID string) (Target, bool) {
	t, known := s.targets[targetID]
	return t, known
}

// TargetFilter says which targets; all given parts must hold.
type TargetFilter struct {
	Indicator []Indicator
	From, To  *calendar.Day // within which the whole period lies
	Removed   bool          // those that were taken away too
}

func (f TargetFilter) keeps(t Target) bool {
	return within(f.Indicator, t.Indicator) && (f.Removed || t.Value != nil) &&
		(f.From == nil || *f.From <= t.From) && (f.To == nil || t.To <= *f.To)
}

// ListTargets returns the targets of organisations, or of the programme where one
// is empty: the period that begins last first, the longest of those first.
func (s *Snapshot) ListTargets(of []id.Organisation, f TargetFilter) []Target {
	var all []Target
	for _, t := range s.targets {
		if slices.Contains(of, t.Organisation) && f.keeps(t) {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b Target) int {
		return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(b.To, a.To), cmp.Compare(a.key(), b.key()))
	})
	return all
}

// SetTargetInput sets a target whole: what is absent is taken away.
type SetTargetInput struct {
	Request
	Indicator Indicator
	From, To  calendar.Day
	Baseline  *float64
	Target    *float64 // nil takes the target away
	Reason    string
}

// TargetPayload is the answer to SetTarget: the target as it is now, and the line
// of its history that the request has made.
type TargetPayload struct {
	Target Target
	Entry  TargetEntry
}

// SetTarget sets or takes away the target of an indicator for a period, once for
// each request: the programme's for whoever may set those, and else that of the
// actor's organisation. It returns Forbidden, Conflict where the target has moved
// on from ExpectedVersion (0 where it was never set), and Invalid where the period
// is not of whole months, a number is out of bounds, or nothing would change.
func (d *Directory) SetTarget(ctx context.Context, actor access.Actor, at time.Time, in SetTargetInput) (*TargetPayload, error) {
	action := access.SetTargets
	if actor.PermitProgramme(access.SetProgrammeTargets) == nil {
		action, actor.Organisation = access.SetProgrammeTargets, "" // for which she acts
	}
	if err := cmp.Or(permit(actor, action, in.RequestID), checkReason(in.Reason)); err != nil {
		return nil, err
	}
	a := updating(actor, at, "target.set", in.Request)
	a.reason = in.Reason
	blank := Target{Organisation: actor.Organisation, Indicator: in.Indicator, From: in.From, To: in.To}
	t, made, err := settle(ctx, d, a, blank, targets, func(_ *Snapshot, t *Target) error { return t.set(in.Baseline, in.Target) })
	if err != nil {
		return nil, err
	}
	entry, err := targetEntry(made)
	if err != nil {
		return nil, err
	}
	return &TargetPayload{t, entry}, nil
}

// set changes the numbers, of which at least one must be new.
func (t *Target) set(baseline, target *float64) error {
	switch {
	case target == nil && baseline != nil:
		return fault.Input("baseline", "goes with a target")
	case equal(t.Baseline, baseline) && equal(t.Value, target):
		return fault.Input("target", "would change nothing")
	}
	t.Baseline, t.Value = baseline, target
	return nil
}

func equal(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

// most is beyond every figure that a programme can reach [J]; it finds slips of
// the pen.
const most = 1e9

// check refuses a target that breaks a rule. A baseline may be less than nothing:
// that of a change.
func (t Target) check() error {
	switch {
	case !indicatorPattern.MatchString(string(t.Indicator)):
		return fault.Input("indicator", "must be the code of an indicator")
	case calendar.MonthOf(t.From).From != t.From:
		return fault.Input("from", "must be the first day of a month")
	case t.To < t.From:
		return fault.Input("to", "is before from")
	case calendar.MonthOf(t.To).To != t.To:
		return fault.Input("to", "must be the last day of a month")
	case t.Baseline != nil && !(math.Abs(*t.Baseline) <= most): // nor is it not a number
		return fault.Input("baseline", "must be between -%.0f and %.0f", most, most)
	case t.Value != nil && !(0 <= *t.Value && *t.Value <= most):
		return fault.Input("target", "must be between 0 and %.0f", most)
	}
	return nil
}

// TargetEntry is one change of a target.
type TargetEntry struct {
	Version          int
	On               calendar.Day
	At               time.Time
	By               id.Worker
	Reason           string
	Baseline, Target TargetChange
}

// TargetChange is what a change did to a number. A number is nil where there was
// none, or is none any more; both are nil where it stayed as it was.
type TargetChange struct{ Was, Is *float64 }

// The pages of targets and of their changes.
type (
	TargetConnection      = page.Connection[Target]
	TargetEdge            = page.Edge[Target]
	TargetEntryConnection = page.Connection[TargetEntry]
	TargetEntryEdge       = page.Edge[TargetEntry]
)

// TargetHistory returns a page of the changes that made a target what it is, the
// newest first.
func (d *Directory) TargetHistory(ctx context.Context, t Target, args page.Args) (*TargetEntryConnection, error) {
	all, err := history(ctx, d, t.key(), t.Version, targetEntry)
	if err != nil {
		return nil, err
	}
	return page.Of(all, func(e TargetEntry) string { return strconv.Itoa(e.Version) }, args)
}

// targetEntry reads one line of the history of a target.
func targetEntry(e store.Entry) (TargetEntry, error) {
	entry := TargetEntry{Version: e.Version, On: e.On, At: e.At, By: id.Worker(e.By)}
	var r struct {
		Changed struct{ Baseline, Target TargetChange }
		Reason  string
	}
	if err := json.Unmarshal(e.Data, &r); err != nil {
		return entry, fault.Wrap(fault.Internal, err, "read the history of a target")
	}
	entry.Reason, entry.Baseline, entry.Target = r.Reason, r.Changed.Baseline, r.Changed.Target
	return entry, nil
}
