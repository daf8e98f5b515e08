// Package casework is the one place where a change to a case happens: permit →
// decide → append → apply. It serves people and jobs alike.
//
// What is free text is sealed under the key of its case before it is applied, so that
// neither the register nor the store ever holds it in clear.
//
// Every change is one guarded append to one document. A change that loses a race
// decides again on the newer state; one that was made before, under the same
// requestId, answers as it did the first time.
package casework

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"onward/services/access"
	"onward/services/activity"
	"onward/services/attention"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/instrument"
	"onward/services/people"
	"onward/services/release"
	"onward/services/stall"
	"onward/services/vault"
)

// Service makes changes to cases and answers questions about them.
type Service struct {
	desk       desk
	vault      *vault.Vault
	live       *live // the desk, where it is the live one; nil over drafts
	directory  *directory.Directory
	now        func() time.Time
	admissions admissions
	library    *instrument.Library
	activities *activity.Ledger // nil where there is none
	releases   *release.Book    // nil where there are none
	key        *release.Key     // which signs releases; nil where none does
	reading    sync.Map         // the organisations that are reading all their histories
	figures    figures
	ended      ended
	attention  *attention.Lists // nil over drafts, as readings
	readings   *attention.Lists
	people     *people.Book // nil over drafts and where cases are verified
	derivers   sync.Pool    // of *stall.Deriver, which have room from the last case
	unpaced    bool         // nobody has to wait between searches
}

// desk is where the service finds cases and puts changes: the live register and
// store, or a pile of drafts that are not stored yet.
type desk interface {
	// find returns the case, or NotFound.
	find(ctx context.Context, caseID id.Case) (*casefile.Case, error)
	// reload returns the case as it stands in the store, or NotFound.
	reload(ctx context.Context, caseID id.Case) (*casefile.Case, error)
	// history returns all entries of a case.
	history(ctx context.Context, caseID id.Case) ([]casefile.Entry, error)
	// knownAt returns all cases, folded up to what was known at an instant.
	knownAt(ctx context.Context, at time.Time) ([]*casefile.Case, error)
	// staying returns how many have a bed at a site, as this desk knows it.
	staying(site id.Site) int
	// create stores a case with its first entries, or returns Conflict.
	create(ctx context.Context, c *casefile.Case, entries []casefile.Entry) error
	// commit stores the entries that turn before into after, or returns Conflict.
	commit(ctx context.Context, before, after *casefile.Case, entries []casefile.Entry) error
}

// Request is what every change of a case carries. On is the day of what is
// recorded; without it the day is today.
type Request struct {
	RequestID       string       `json:"requestId" validate:"required,max=128"`
	CaseID          id.Case      `json:"caseId" validate:"required,max=64"`
	ExpectedVersion *int         `json:"expectedVersion"`
	On              calendar.Day `json:"on"`
}

// Change is what a change made of a case: its new state, and the entry that says
// what was done.
type Change struct {
	Case  *casefile.Case
	Entry casefile.Entry
}

// decision turns a case into its next state and the entries between the two. It
// is asked again when another change came first.
type decision func(ctx context.Context, c *casefile.Case, e casefile.Entry) (*casefile.Case, []casefile.Entry, error)

// reference refuses an input that refers to something which is not there, or
// not the actor's to refer to. It is asked only once it is sure that the request
// is new and that the actor may make it.
type reference func(ctx context.Context, c *casefile.Case) error

// intent is what an actor wants to record on a case. What it takes, and what is
// recorded, may depend on the case: a worker asks for what a supervisor does.
type intent struct {
	action     func(c *casefile.Case) access.Action
	data       func(c *casefile.Case) casefile.Data
	kinds      []string // of the entry that the data can make
	references []reference
	unseen     bool // the answer shows nothing of the case, so that a retry is answered where it is out of sight
}

// plain is an intent that is the same on every case.
func plain(action access.Action, data casefile.Data, references ...reference) intent {
	return intent{
		action: func(*casefile.Case) access.Action { return action },
		data:   func(*casefile.Case) casefile.Data { return data },
		kinds:  []string{data.Kind()}, references: references,
	}
}

// record changes a case by one entry with the data.
func (s *Service) record(ctx context.Context, actor access.Actor, action access.Action, r Request, data casefile.Data, references ...reference) (*Change, error) {
	return s.recordOn(ctx, actor, action, r, "on", data, references...)
}

// recordOn is record for an input whose day has a name of its own.
func (s *Service) recordOn(ctx context.Context, actor access.Actor, action access.Action, r Request, dayField string, data casefile.Data, references ...reference) (*Change, error) {
	if err := check(s.Today(), dayField, &r, data); err != nil {
		return nil, err
	}
	return s.intend(ctx, actor, r, plain(action, data, references...))
}

// intend carries an intent out whose input has been checked.
func (s *Service) intend(ctx context.Context, actor access.Actor, r Request, i intent) (*Change, error) {
	return s.change(ctx, actor, r, i, func(ctx context.Context, c *casefile.Case, e casefile.Entry) (*casefile.Case, []casefile.Entry, error) {
		for _, refers := range i.references {
			if err := refers(ctx, c); err != nil {
				return nil, nil, err
			}
		}
		e.Data = i.data(c)
		return s.appended(ctx, c, e)
	})
}

// appended applies an entry to a copy of the case, and with it what it does to
// the flags.
func (s *Service) appended(ctx context.Context, c *casefile.Case, e casefile.Entry) (*casefile.Case, []casefile.Entry, error) {
	e, err := s.seal(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	next := c.Clone()
	if err := next.Apply(e); err != nil {
		return nil, nil, err
	}
	return s.settled(ctx, c, next, e)
}

// settled resolves the flags whose condition the entry has ended, and regrades
// those that press more or less since.
func (s *Service) settled(ctx context.Context, before, next *casefile.Case, e casefile.Entry) (*casefile.Case, []casefile.Entry, error) {
	entries := []casefile.Entry{e}
	today := s.Today()
	for _, data := range stall.Settle(before, next, e, s.thresholds(next), today) {
		f, err := s.seal(ctx, casefile.Entry{CaseID: e.CaseID, Version: next.Version + 1, On: today, At: e.At, Organisation: e.Organisation, Key: e.Key, By: e.By, Data: data})
		if err != nil {
			return nil, nil, err
		}
		if err := next.Apply(f); err != nil {
			return nil, nil, err
		}
		entries = append(entries, f)
	}
	return next, entries, nil
}

// thresholds returns the thresholds of the stall rules that hold for a case.
func (s *Service) thresholds(c *casefile.Case) *stall.Thresholds {
	return s.directory.Snapshot().Thresholds(c.Organisation)
}

// derive sets on a case what is due next.
func (s *Service) derive(c *casefile.Case) {
	due, _ := s.derivers.Get().(*stall.Deriver)
	if due == nil {
		due = &stall.Deriver{}
	}
	due.Derive(c, s.thresholds(c), s.Today())
	s.derivers.Put(due)
}

// change runs a decision on a case and stores what it makes, once for each
// request. The intent says what it takes and what it can make.
func (s *Service) change(ctx context.Context, actor access.Actor, r Request, i intent, decide decision) (*Change, error) {
	var change *Change
	err := s.onNewest(ctx, r.CaseID, func(c *casefile.Case) (err error) {
		change, err = s.attempt(ctx, actor, r, i, decide, c)
		return err
	})
	return change, err
}

// attempt runs a decision on one version of a case. A request that was made
// before is answered first: what it changed may have changed what the actor may
// do, or what it referred to.
func (s *Service) attempt(ctx context.Context, actor access.Actor, r Request, i intent, decide decision, c *casefile.Case) (*Change, error) {
	if _, seen := c.Seen(actor.Worker, id.RequestKey(actor.Worker, r.RequestID)); seen && (i.unseen || actor.Sees(c, s.Today())) {
		if change, made, err := s.replay(ctx, actor, r.CaseID, r.RequestID, i.kinds...); made || err != nil {
			return change, err
		}
	}
	if err := actor.Permit(i.action(c), c, s.Today()); err != nil {
		return nil, err
	}
	if v := r.ExpectedVersion; v != nil && *v != c.Version {
		return nil, fault.New(fault.Conflict, "the case is at version %d, not %d; read it again", c.Version, *v)
	}
	next, entries, err := decide(ctx, c, s.entry(actor, c, r))
	if err != nil {
		return nil, err
	}
	if err := s.desk.commit(ctx, c, next, entries); err != nil {
		return nil, err
	}
	return &Change{Case: next, Entry: entries[0]}, nil
}

// onNewest calls fn with the case as this process holds it. That may be an older
// version than the stored one, because another process has just changed it or
// wins the race now: where fn fails and the stored version is newer, fn is called
// again with that. It gives up when the context ends.
func (s *Service) onNewest(ctx context.Context, caseID id.Case, fn func(*casefile.Case) error) error {
	c, err := s.desk.find(ctx, caseID)
	if err != nil {
		return err
	}
	for {
		refusal := fn(c)
		if refusal == nil {
			return nil
		}
		stored, err := s.desk.reload(ctx, caseID)
		if err != nil {
			return err
		}
		if stored.Version == c.Version {
			return refusal
		}
		if err := backOff(ctx); err != nil {
			return err
		}
		c = stored
	}
}

// entry returns the header of the next entry of a case. Time never runs
// backwards in a history, whatever the machine's clock does. The organisation is
// the one for which the actor acts.
func (s *Service) entry(actor access.Actor, c *casefile.Case, r Request) casefile.Entry {
	at := s.now().UTC().Truncate(time.Millisecond)
	if last := c.UpdatedAt.Time(); at.Before(last) {
		at = last
	}
	return casefile.Entry{
		CaseID: c.ID, Version: c.Version + 1, On: r.On, At: at,
		By: actor.Worker, Organisation: cmp.Or(actor.Organisation, c.Organisation), Key: id.RequestKey(actor.Worker, r.RequestID),
	}
}

// backOff waits a moment, so that writers who race do not march in step.
func backOff(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err(), "the case is busy; send the same request again")
	case <-time.After(time.Duration(rand.Int64N(int64(2 * time.Millisecond)))):
		return nil
	}
}

// replay answers a request as it was answered the first time: with the entry
// that it made and the case as it then was. made is false where it made none: the
// case took another request for it. It refuses a requestId that was used for another
// kind of change, which would otherwise be lost without a word.
func (s *Service) replay(ctx context.Context, actor access.Actor, caseID id.Case, requestID string, kinds ...string) (change *Change, made bool, err error) {
	history, err := s.desk.history(ctx, caseID)
	if err != nil {
		return nil, false, err
	}
	first, last := madeBy(history, actor.Worker, requestID)
	if first < 0 {
		return nil, false, nil
	}
	if was := history[first].Data.Kind(); !slices.Contains(kinds, was) {
		return nil, true, fault.New(fault.Conflict, "this requestId was used for another change (%s); choose a new one", was)
	}
	c, err := casefile.Fold(caseID, history[:last+1])
	if err != nil {
		return nil, true, err
	}
	s.derive(c)
	return &Change{Case: c, Entry: history[first]}, true, nil
}

// madeBy returns the places of the first and the last entry that a request made, or
// -1.
func madeBy(history []casefile.Entry, by id.Worker, requestID string) (first, last int) {
	key, first, last := id.RequestKey(by, requestID), -1, -1
	for i, e := range history {
		if e.By == by && e.Key == key {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// made reports whether a request made an entry of the case. It asks the history only
// where the case takes it to have made one.
func (s *Service) made(ctx context.Context, c *casefile.Case, by id.Worker, requestID string) (bool, error) {
	if _, seen := c.Seen(by, id.RequestKey(by, requestID)); !seen {
		return false, nil
	}
	history, err := s.desk.history(ctx, c.ID)
	first, _ := madeBy(history, by, requestID)
	return first >= 0, err
}

// Today returns the day in the programme's zone.
func (s *Service) Today() calendar.Day { return calendar.DayOf(s.now()) }
