package reminder

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/page"
	"onward/services/register"
	"onward/services/stall"
	"onward/services/store"
)

// Digests makes the digests, keeps them and sends their events.
type Digests struct {
	store     store.Store
	casework  *casework.Service
	directory *directory.Directory
	now       func() time.Time
	webhook   *Webhook // nil where events go nowhere
	log       *slog.Logger
}

// New returns the digests of a store. Without a webhook they are only kept.
func New(s store.Store, c *casework.Service, d *directory.Directory, now func() time.Time, w *Webhook, log *slog.Logger) *Digests {
	return &Digests{store: s, casework: c, directory: d, now: now, webhook: w, log: log}
}

// Made is what came of making the digests of a day: how many were new, and of how
// many events that waited were delivered, were refused for good and still wait.
type Made struct{ Digests, Sent, Refused, Unsent int }

// Make makes the digest of a day for every active worker who has something to do
// and has none of that day, and then sends the events that wait: of these digests
// and of earlier ones, the newest first. It can be repeated, and be done by several
// processes at once: each digest is made once, and its event sent until it is
// delivered, is refused for good or is older than 7 days. A day of which digests
// are kept no longer has none. It returns Unavailable where the context ended.
func (k *Digests) Make(ctx context.Context, cases *register.Snapshot, on calendar.Day) (Made, error) {
	var made Made
	held, waiting, err := k.held(ctx, on)
	if err != nil {
		return made, err
	}
	for _, w := range k.workers(on) {
		if ctx.Err() != nil {
			return made, fault.Wrap(fault.Unavailable, ctx.Err(), "making digests stopped")
		}
		if held[idOf(w.ID, on)] {
			continue
		}
		d, err := k.add(ctx, cases, w, on)
		if err != nil {
			return made, err
		}
		if d == nil {
			continue
		}
		made.Digests++
		if d.Unsent {
			waiting = append(waiting, pending{d.ID, on})
		}
	}
	if k.webhook == nil {
		return made, nil
	}
	all := k.deliver(ctx, waiting)
	made.Sent, made.Refused, made.Unsent = int(all.sent.Load()), int(all.refused.Load()), int(all.unsent.Load())
	if ctx.Err() != nil {
		return made, fault.Wrap(fault.Unavailable, ctx.Err(), "sending the events of digests stopped")
	}
	return made, nil
}

// pending is a digest whose event waits, and its day.
type pending struct {
	id string
	on calendar.Day
}

// held returns which digests of a day there are, and all whose events wait. A
// digest that cannot be read is named in the log and waits for nothing.
func (k *Digests) held(ctx context.Context, on calendar.Day) (held map[string]bool, waiting []pending, err error) {
	held = map[string]bool{}
	_, err = k.store.Scan(ctx, store.Digests, func(doc store.Document) error {
		d := k.readable(ctx, doc)
		if d.ID == "" {
			return nil
		}
		if d.On == on {
			held[d.ID] = true
		}
		if d.Unsent && k.sends(d.On) {
			waiting = append(waiting, pending{d.ID, d.On})
		}
		return nil
	})
	return held, waiting, err
}

// workers returns the people who work on cases and can sign in, for a day of which
// digests are kept.
func (k *Digests) workers(on calendar.Day) []directory.Worker {
	if on < calendar.DayOf(k.now())-KeptDays {
		return nil
	}
	all := k.directory.Snapshot().Workers
	var out []directory.Worker
	for _, workerID := range slices.Sorted(maps.Keys(all)) {
		if w := all[workerID]; w.Active() && w.Role.WorksOnCases() {
			out = append(out, w)
		}
	}
	return out
}

// add makes and stores the digest of a worker. It returns nil where there is
// nothing to do, or where another process was first.
func (k *Digests) add(ctx context.Context, cases *register.Snapshot, w directory.Worker, on calendar.Day) (*Digest, error) {
	d, err := k.digest(ctx, cases, w, on)
	if err != nil || len(d.Items) == 0 {
		return nil, err
	}
	doc, err := d.document(1, "digest.made", d.MadeAt)
	if err != nil {
		return nil, err
	}
	if err := k.store.Insert(ctx, store.Digests, doc); fault.Is(err, fault.Conflict) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return &d, nil
}

// digest returns what the worklist of a worker says on a day.
func (k *Digests) digest(ctx context.Context, cases *register.Snapshot, w directory.Worker, on calendar.Day) (Digest, error) {
	actor := access.Actor{Worker: w.ID, Name: w.Name, Role: w.Role, Organisation: w.Organisation}
	first := maxItems
	list, err := k.casework.ViewOn(actor, cases, on).Worklist(ctx, nil, page.Args{First: &first})
	if err != nil {
		return Digest{}, err
	}
	d := Digest{
		ID: idOf(w.ID, on), Worker: w.ID, Organisation: w.Organisation, On: on, MadeAt: k.instant(),
		Counts: list.Counts, Unsent: k.webhook != nil && k.sends(on),
	}
	for _, item := range list.Nodes() {
		d.Items = append(d.Items, itemOf(item))
	}
	return d, nil
}

func (k *Digests) instant() time.Time { return k.now().UTC().Truncate(time.Millisecond) }

// KeptDays is how far back a worker's digests are listed: a quarter [J], after
// which they are removed.
const KeptDays = 90

// readers is how many documents are read at once.
const readers = 8

// List returns a page of the viewer's own digests of the last 90 days, the newest
// first. Items that are not the viewer's to know of any more are left out.
func (k *Digests) List(ctx context.Context, v *casework.View, args page.Args) (*DigestConnection, error) {
	if !v.Actor.Role.WorksOnCases() {
		return nil, fault.New(fault.Forbidden, "your role works on no cases")
	}
	byDay, err := k.ofDays(ctx, v)
	if err != nil {
		return nil, err
	}
	var all []Digest
	for _, d := range byDay {
		if d.ID != "" && d.Organisation == v.Actor.Organisation {
			all = append(all, seen(v, d))
		}
	}
	return page.Sorted(all, func(d Digest) string { return fmt.Sprintf("%08d", calendar.LastDay-d.On) }, args)
}

// ofDays reads the viewer's digests, today's first; that of a day without one is
// empty. They are found by their identifiers, so that it costs what is kept of
// one worker and not of all. Every page reads them all, for it says how many there
// are.
func (k *Digests) ofDays(ctx context.Context, v *casework.View) ([]Digest, error) {
	all := make([]Digest, KeptDays+1)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for i := range all {
		group.Go(func() error {
			doc, err := k.store.Get(ctx, store.Digests, idOf(v.Actor.Worker, v.Today-calendar.Day(i)))
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			if err == nil {
				all[i] = k.readable(ctx, doc)
			}
			return err
		})
	}
	return all, group.Wait()
}

// readable reads a digest. One that cannot be read is named in the log and is
// empty: the viewer's others are listed as if it were not there.
func (k *Digests) readable(ctx context.Context, doc store.Document) Digest {
	d, err := read(doc)
	if err != nil {
		k.log.WarnContext(ctx, "digest skipped", "digest", doc.ID, "error", err)
		return Digest{}
	}
	return d
}

// Unreadable names the stored digests that cannot be read, and why.
func Unreadable(ctx context.Context, s store.Store) (all []string, err error) {
	_, err = s.Scan(ctx, store.Digests, func(doc store.Document) error {
		if _, err := read(doc); err != nil {
			all = append(all, err.Error())
		}
		return nil
	})
	return all, err
}

// seen leaves out of a digest what the viewer may not know of now.
func seen(v *casework.View, d Digest) Digest {
	items := d.Items
	d.Items = []Item{}
	for _, i := range items {
		c, ok := v.Cases.Case(i.CaseID)
		switch {
		case i.Kind == stall.WorkFigure:
			if v.Actor.Role.Steers() {
				d.Items = append(d.Items, i)
			}
		case !ok:
		case v.Actor.Sees(c, v.Today):
			d.Items = append(d.Items, i)
		case v.Actor.May(access.AnswerReferral, c, v.Today):
			i.CaseCode = ""
			d.Items = append(d.Items, i)
		}
	}
	return d
}

// RemoveBefore removes the digests of the days before a day from a store, and
// returns how many there were. One that has no day or cannot be read is kept.
func RemoveBefore(ctx context.Context, s store.Store, day calendar.Day) (int, error) {
	var old []string
	_, err := s.Scan(ctx, store.Digests, func(doc store.Document) error {
		if d, err := read(doc); err == nil && !d.On.IsZero() && d.On < day {
			old = append(old, doc.ID)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, digestID := range old {
		if err := s.Remove(ctx, store.Digests, digestID); err != nil {
			return i, err
		}
	}
	return len(old), nil
}
