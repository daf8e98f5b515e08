package casework

import (
	"context"
	"iter"
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
	"onward/services/page"
	"onward/services/people"
	"onward/services/register"
	"onward/services/store"
	"onward/services/track"
	"onward/services/vault"
)

// View is what one actor sees at one moment: one snapshot of the register and
// one of the directory, so that all parts of an answer agree with each other.
type View struct {
	Actor      access.Actor
	Today      calendar.Day
	At         time.Time
	Cases      *register.Snapshot
	Directory  *directory.Snapshot
	Library    *instrument.Snapshot
	Activities *activity.Snapshot
	desk       desk
	vault      *vault.Vault
	lists      *attention.Lists // nil over drafts, as readings
	readings   *attention.Lists
	people     *people.Book // nil over drafts and where cases are verified

	outsiders bool // whether cases of other organisations are shared with the actor's

	mu        sync.Mutex
	histories map[id.Case][]casefile.Entry // read once for each case and view

	ledger   *activity.Ledger               // nil where there is none
	ledgered map[id.Activity]store.Document // read once likewise
}

// View returns what the actor sees now.
func (s *Service) View(actor access.Actor, cases *register.Snapshot) *View {
	return s.ViewOn(actor, cases, s.Today())
}

// ViewOn returns what the actor sees now, as it is on a day: what is overdue then,
// and what is due soon.
func (s *Service) ViewOn(actor access.Actor, cases *register.Snapshot, on calendar.Day) *View {
	now := s.now().UTC()
	actor.At = calendar.InstantOf(now)
	return &View{
		outsiders: actor.Scope().Shared && cases.Refers(actor.Organisation),
		Actor:     actor, Today: on, At: now, Cases: cases,
		Directory: s.directory.Snapshot(), Library: s.library.Snapshot(), Activities: s.activities.Snapshot(),
		desk: s.desk, vault: s.vault, lists: s.attention, readings: s.readings, people: s.people, histories: map[id.Case][]casefile.Entry{},
		ledger: s.activities, ledgered: map[id.Activity]store.Document{},
	}
}

// ReadsAlways reports whether the actor may read fields of a class wherever they
// are, so that nobody needs to ask again for each case.
func (v *View) ReadsAlways(class access.Class) bool {
	return !v.outsiders && v.Actor.ReadsAlways(class)
}

// Reads reports whether the actor may read fields of a class on a case, or where
// no case is meant.
func (v *View) Reads(class access.Class, c *casefile.Case) bool {
	if c == nil {
		return v.Actor.ReadsAlways(class)
	}
	return v.Actor.Reads(class, c, v.Today)
}

// Viewer is who is asking.
type Viewer struct {
	Worker       directory.Worker
	Role         access.Role
	Organisation directory.Organisation
	Actions      []access.Action
}

// Viewer returns who is asking, and what they may do where no case is meant.
func (v *View) Viewer() *Viewer {
	return &Viewer{
		Worker: v.Directory.Workers[v.Actor.Worker], Role: v.Actor.Role,
		Organisation: v.Directory.Organisations[v.Actor.Organisation], Actions: v.Actor.ProgrammeActions(),
	}
}

// own yields the cases of the actor's organisation that the actor sees.
func (v *View) own() iter.Seq[*casefile.Case] {
	return func(yield func(*casefile.Case) bool) {
		for c := range v.Cases.Of(v.Actor.Organisation) {
			if v.Actor.Sees(c, v.Today) && !yield(c) {
				return
			}
		}
	}
}

// Case returns one case by its identifier. NotFound reads the same whether the
// case is absent or not the actor's to know of.
func (v *View) Case(caseID id.Case) (*casefile.Case, error) {
	c, ok := v.Cases.Case(caseID)
	if !ok || !v.Actor.Sees(c, v.Today) {
		return nil, access.Absent()
	}
	return c, nil
}

// CaseByCode returns one case by its code.
func (v *View) CaseByCode(code string) (*casefile.Case, error) {
	c, ok := v.Cases.ByCode(code)
	if !ok || !v.Actor.Sees(c, v.Today) {
		return nil, access.Absent()
	}
	return c, nil
}

// The pages of cases and entries.
type (
	CaseConnection  = page.Connection[*casefile.Case]
	CaseEdge        = page.Edge[*casefile.Case]
	EntryConnection = page.Connection[casefile.Entry]
	EntryEdge       = page.Edge[casefile.Entry]
)

// ListCases returns a page of the cases that the actor may know of.
func (v *View) ListCases(filter *register.Filter, order *register.Order, args page.Args) (*CaseConnection, error) {
	if v.Actor.Scope().Empty() {
		return nil, fault.New(fault.Forbidden, "your role reads no cases")
	}
	f := given(filter)
	if len(f.Site) > 0 && !v.Actor.ReadsAlways(access.Location) {
		return nil, fault.New(fault.Forbidden, "your role may not ask where cases are (filter.site)")
	}
	scope := v.Actor.Scope()
	if !scope.Legal {
		if field := legalIn(f); field != "" {
			return nil, fault.New(fault.Forbidden, "your role may not ask about legal matters (filter.%s)", field)
		}
	}
	if len(f.Site) > 0 {
		scope.Shared = false // where another organisation's case is may not be shared
	}
	return v.Cases.Page(register.Query{Scope: scope, Today: v.Today, Filter: f, Order: given(order), Args: args})
}

// legalIn returns the first field of a filter that asks about legal matters, or "".
func legalIn(f register.Filter) string {
	legal := func(c track.Code) bool { return c.Track() == track.Legal }
	switch {
	case slices.ContainsFunc(f.Reached, legal):
		return "reached"
	case slices.ContainsFunc(f.NotReached, legal):
		return "notReached"
	case slices.Contains(f.Track, track.Legal):
		return "track"
	}
	return ""
}

// Tracks returns the six tracks of a case. That of legal matters reads as one that
// has not begun to those who may not read about them.
func (v *View) Tracks(c *casefile.Case) []casefile.Track {
	tracks := c.Tracks()
	for i, t := range tracks {
		if t.Kind == track.Legal && !v.Reads(access.Legal, c) {
			tracks[i] = casefile.Track{Case: c, Kind: t.Kind, State: track.NotStarted}
		}
	}
	return tracks
}

// History returns the entries of a case as far as this view knows it.
func (v *View) History(ctx context.Context, c *casefile.Case) ([]casefile.Entry, error) {
	all, err := v.known(ctx, c.ID, c.Version)
	if err != nil {
		return nil, err
	}
	known := slices.Clone(all[:c.Version])
	for i := range known {
		if known[i].ReversedBy > c.Version {
			known[i].ReversedBy = 0
		}
	}
	return known, nil
}

// known returns all entries of a case, which has at least so many.
func (v *View) known(ctx context.Context, caseID id.Case, version int) ([]casefile.Entry, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	all, ok := v.histories[caseID]
	if !ok || len(all) < version {
		var err error
		if all, err = v.desk.history(ctx, caseID); err != nil {
			return nil, err
		}
		v.histories[caseID] = all
	}
	if len(all) < version {
		return nil, fault.New(fault.Internal, "history of %s ends at %d, before %d", caseID, len(all), version)
	}
	return all, nil
}

// ListHistory returns a page of the entries of a case that the actor may read, the
// oldest first.
func (v *View) ListHistory(ctx context.Context, c *casefile.Case, args page.Args) (*EntryConnection, error) {
	entries, err := v.History(ctx, c)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e casefile.Entry) bool { return !v.recorded(c, e) })
	return page.Of(entries, casefile.Entry.ID, args)
}

// Entry returns one entry of a case.
func (v *View) Entry(ctx context.Context, c *casefile.Case, version int) (*casefile.Entry, error) {
	entries, err := v.History(ctx, c)
	if err != nil {
		return nil, err
	}
	if version < 1 || version > len(entries) {
		return nil, fault.New(fault.Internal, "case %s has no entry %d", c.ID, version)
	}
	return &entries[version-1], nil
}

// EntryOf returns the entry of a case on which something rests, or nil where it
// rests on the absence of one, or on one that the history does not show to the
// actor.
func (v *View) EntryOf(ctx context.Context, c *casefile.Case, version int) (*casefile.Entry, error) {
	if version == 0 {
		return nil, nil
	}
	e, err := v.Entry(ctx, c, version)
	if err != nil || !v.recorded(c, *e) {
		return nil, err
	}
	return e, nil
}

// recorded reports whether the history of a case shows an entry to the actor: of
// a case that is shared, only what the actor's organisation has recorded itself;
// what tells by being there of something that the actor may not read, never.
func (v *View) recorded(c *casefile.Case, e casefile.Entry) bool {
	if v.Actor.Organisation != c.Organisation && v.Actor.Organisation != e.Organisation {
		return false
	}
	if flag, of := flagIn(c, e); of {
		return v.shows(c, flag)
	}
	return v.Reads(e.Class(), c)
}

// flagIn returns the flag of a case that an entry raises or changes.
func flagIn(c *casefile.Case, e casefile.Entry) (casefile.Flag, bool) {
	if raised, is := e.Data.(casefile.FlagRaised); is {
		return casefile.Flag{Rule: raised.Rule, Facts: raised.Facts}, true
	}
	i := slices.IndexFunc(c.Flags, func(f casefile.Flag) bool { return f.ID == e.FlagID() })
	if i < 0 {
		return casefile.Flag{}, false
	}
	return c.Flags[i], true
}

// ReversedBy returns the entry that takes another one back, or nil.
func (v *View) ReversedBy(ctx context.Context, e *casefile.Entry) (*casefile.Entry, error) {
	if e.ReversedBy == 0 {
		return nil, nil
	}
	c, err := v.desk.find(ctx, e.CaseID) // at least as new as the entry
	if err != nil {
		return nil, err
	}
	return v.Entry(ctx, c, e.ReversedBy)
}

// CaseAccess is what the actor may read and do on a case.
type CaseAccess struct {
	Relations []access.Relation
	Actions   []access.Action
	Classes   []casefile.Class
}

// Access returns what the actor may read and do on a case.
func (v *View) Access(c *casefile.Case) *CaseAccess {
	a := &CaseAccess{Relations: v.Actor.Relations(c, v.Today), Actions: v.Actor.Actions(c, v.Today)}
	for _, class := range access.Classes {
		if v.Reads(class, c) {
			a.Classes = append(a.Classes, class)
		}
	}
	return a
}
