package casework

import (
	"context"
	"errors"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/register"
)

// Backlog is how many changes wait for a subscriber of flags, at most; one more
// ends the subscription. A scan may raise many flags at once [J].
const Backlog = 4096

// ErrEnded is how a subscription ends of which there is nothing to say: what it
// is about is out of the subscriber's sight, or the subscriber has gone.
var ErrEnded = errors.New("the subscription has ended")

// Subscription brings events to one subscriber. Every event is authorised by
// itself, on the newest view of the subscriber. It is read by one goroutine; End
// it when it is no longer read.
type Subscription[T any] struct {
	feed   *register.Feed
	events events[T]
}

// events makes what a subscriber sees of the changes of a feed.
type events[T any] interface {
	// add takes in a change that the register has applied.
	add(c register.Change)
	// left reports whether there may be events of what was added.
	left() bool
	// pick returns the next event that the view shows and removes it; nil where
	// there is none now, and ErrEnded where there never will be.
	pick(v *View) (*T, error)
}

// Next waits for the next event and returns it with the view that shows it. view
// returns what the subscriber sees now, or why the subscription must end; it is
// asked for every event, after that has come to pass, and at every tick, so that
// a subscription without events ends, too. Beside that error it returns
// Unavailable where the subscriber was too slow and would have missed events, and
// ErrEnded.
func (s *Subscription[T]) Next(ctx context.Context, tick <-chan time.Time, view func() (*View, error)) (*T, *View, error) {
	for {
		more, err := s.take()
		if err != nil {
			return nil, nil, err
		}
		v, err := view()
		if err != nil {
			return nil, nil, err
		}
		if event, err := s.events.pick(v); event != nil || err != nil {
			return event, v, err
		}
		if more {
			continue // what was taken shows nothing; another change may wait
		}
		select {
		case <-ctx.Done():
			return nil, nil, ErrEnded
		case <-s.feed.Ready():
		case <-tick:
		}
	}
}

// take hands the next change on, once nothing is left of the last one: what waits,
// waits in the feed, which has a limit. It returns false where there is nothing to
// pick from.
func (s *Subscription[T]) take() (more bool, err error) {
	if s.events.left() {
		return true, nil
	}
	c, more, whole := s.feed.Take()
	if !whole {
		return false, fault.New(fault.Unavailable, "too slow: events would have been missed; read what matters again, and subscribe again")
	}
	if more {
		s.events.add(c)
	}
	return more, nil
}

// End ends the subscription. It can be called again.
func (s *Subscription[T]) End() { s.feed.End() }

// FlagFilter says which flags; all given parts must hold.
type FlagFilter struct {
	Rule     []casefile.RuleCode
	Severity []casefile.Severity
	Mine     *bool
}

// FlagRaised subscribes to the flags that are raised, or raised again, on cases
// that the viewer sees: those whose flags a query shows. It returns Forbidden
// where the viewer's role reads no cases.
//
// A flag is raised where it asks for something that it did not ask for before.
// One that is acknowledged by the time that this process hears of it is seen.
func (s *Service) FlagRaised(v *View, feeds *register.Register, filter *FlagFilter) (*Subscription[Flag], error) {
	scope := v.Actor.Scope()
	if scope.Empty() {
		return nil, fault.New(fault.Forbidden, "your role reads no cases")
	}
	kept := given(filter)
	wants := func(c register.Change) bool {
		return scope.Includes(c.After, s.Today()) && len(kept.raised(c)) > 0
	}
	return &Subscription[Flag]{feeds.Feed(Backlog, wants), &raisedFlags{filter: kept}}, nil
}

// raisedFlags are the flags that a change has raised.
type raisedFlags struct {
	filter  FlagFilter
	waiting []Flag
}

func (r *raisedFlags) add(c register.Change) { r.waiting = r.filter.raised(c) }

func (r *raisedFlags) left() bool { return len(r.waiting) > 0 }

// pick shows a flag as it stands now, on the case as it stands now, so that it is
// masked as a query is. It passes over one that asks for nothing any more, and over
// one on a case that is out of the viewer's sight, as it was when the flag was
// raised or as it is now.
func (r *raisedFlags) pick(v *View) (*Flag, error) {
	for len(r.waiting) > 0 {
		f := r.waiting[0]
		r.waiting = r.waiting[1:]
		c, err := v.Case(f.Case.ID)
		if err != nil || !v.Actor.Sees(f.Case, v.Today) || !r.filter.owned(v.Actor, c) {
			continue
		}
		if now, ok := c.Flag(f.Rule, f.Episode); ok && now.Live() && v.shows(c, now) {
			return &Flag{c, now}, nil
		}
	}
	return nil, nil
}

// raised returns the flags that a change has raised and the filter keeps, whoever
// the viewer is.
func (f FlagFilter) raised(c register.Change) []Flag {
	var raised []Flag
	for _, flag := range c.After.Flags {
		if (flag.State == casefile.FlagOpen || flag.State == casefile.FlagReopened) && !liveBefore(c.Before, flag) &&
			(len(f.Rule) == 0 || slices.Contains(f.Rule, flag.Rule)) &&
			(len(f.Severity) == 0 || slices.Contains(f.Severity, flag.Severity)) {
			raised = append(raised, Flag{c.After, flag})
		}
	}
	return raised
}

// owned reports whether a case is the viewer's own, or not, as the filter asks.
func (f FlagFilter) owned(viewer access.Actor, c *casefile.Case) bool {
	return f.Mine == nil || *f.Mine == (c.Owner == viewer.Worker)
}

// liveBefore reports whether a flag asked for something before a change.
func liveBefore(before *casefile.Case, flag casefile.Flag) bool {
	return before != nil && slices.ContainsFunc(before.Flags, func(f casefile.Flag) bool { return f.ID == flag.ID && f.Live() })
}

// CaseChanged subscribes to the changes of a case: its newest version, each time
// that there is one and the subscriber is ready for it. It ends when the viewer
// no longer sees the case. It returns NotFound where the case is absent or not
// the viewer's to know of.
func (s *Service) CaseChanged(v *View, feeds *register.Register, caseID string) (*Subscription[casefile.Case], error) {
	c, err := v.Case(id.Case(caseID))
	if err != nil {
		return nil, err
	}
	return &Subscription[casefile.Case]{feeds.FeedOf(c.ID), &caseVersions{c.ID, c.Version}}, nil
}

// caseVersions are the versions of a case that come after one.
type caseVersions struct {
	caseID id.Case
	shown  int
}

// add does nothing: the view has the newest version.
func (*caseVersions) add(register.Change) {}

func (*caseVersions) left() bool { return false }

func (n *caseVersions) pick(v *View) (*casefile.Case, error) {
	c, err := v.Case(n.caseID)
	if err != nil {
		return nil, ErrEnded
	}
	if c.Version <= n.shown {
		return nil, nil
	}
	n.shown = c.Version
	return c, nil
}
