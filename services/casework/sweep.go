package casework

import (
	"context"
	"iter"
	"sync"

	"golang.org/x/sync/errgroup"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/register"
	"onward/services/stall"
)

// errand is what a job does to cases, one by one: the action that it takes, and
// what it finds to record on a case on a day. Once that is recorded, nothing is
// left to find: an errand is harmless to run twice.
type errand struct {
	action access.Action
	on     calendar.Day
	finds  func(*casefile.Case) []casefile.Data
}

// Swept is what a sweep did: how many cases there was something to record on, and
// how many entries of each kind it has written. A case that Failed is as it was,
// and due still: the next sweep tries it again.
type Swept struct {
	Checked, Failed int
	written         map[string]int
}

// Written returns how many entries of a kind were written.
func (s Swept) Written(kind casefile.Data) int { return s.written[kind.Kind()] }

// sweepers is how many cases are swept at once: a store that commits in groups
// is then kept busy.
const sweepers = 8

// sweep runs an errand on those of the found cases on which it has something to
// record; the others need not be read again.
func (s *Service) sweep(ctx context.Context, actor access.Actor, found iter.Seq[*casefile.Case], x errand) (Swept, error) {
	due := func(yield func(*casefile.Case) bool) {
		for c := range found {
			if len(x.finds(c)) > 0 && !yield(c) {
				return
			}
		}
	}
	return visitEach(ctx, due, func(c *casefile.Case) ([]casefile.Entry, error) { return s.visit(ctx, actor, c.ID, x) })
}

// visitEach calls visit, which returns what it has written, with every case that is
// due. One case on which it cannot be done, such as one in which a newer program
// has written what this one cannot read, keeps neither the others nor the sweeps of
// later days from it: it is counted. Where the store cannot be reached the sweep
// returns Unavailable, and gives up once that goes for so many cases in a row as
// are swept at once.
func visitEach(ctx context.Context, due iter.Seq[*casefile.Case], visit func(*casefile.Case) ([]casefile.Entry, error)) (Swept, error) {
	t := visits{swept: Swept{written: map[string]int{}}}
	var group errgroup.Group
	group.SetLimit(sweepers)
	for c := range due {
		if ctx.Err() != nil || t.hopeless() {
			break
		}
		group.Go(func() error {
			t.add(visit(c))
			return nil
		})
	}
	_ = group.Wait() // errors are in t
	if err := ctx.Err(); err != nil {
		return t.swept, fault.Wrap(fault.Unavailable, err, "sweep stopped")
	}
	return t.swept, t.away
}

// visits adds up what a sweep does.
type visits struct {
	mu    sync.Mutex
	swept Swept
	away  error // why the store could not be reached for a case
	row   int   // cases in a row for which it could not be
}

func (t *visits) add(entries []casefile.Entry, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.swept.Checked++
	for _, e := range entries {
		t.swept.written[e.Kind()]++
	}
	t.row++
	if !fault.Is(err, fault.Unavailable) {
		t.row = 0
	}
	if err != nil {
		t.swept.Failed++
	}
	if t.away == nil && t.row > 0 {
		t.away = err
	}
}

// hopeless reports whether the store is away for good.
func (t *visits) hopeless() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.row >= sweepers
}

// visit runs an errand on the newest version of one case, and returns the entries
// that it has written.
func (s *Service) visit(ctx context.Context, actor access.Actor, caseID id.Case, x errand) (written []casefile.Entry, err error) {
	err = s.onNewest(ctx, caseID, func(c *casefile.Case) error {
		written = nil
		if err := actor.Permit(x.action, c, s.Today()); err != nil {
			return err
		}
		next, entries, err := s.ran(ctx, actor, c, x)
		if err != nil || len(entries) == 0 {
			return err
		}
		if err := s.desk.commit(ctx, c, next, entries); err != nil {
			return err
		}
		written = entries
		return nil
	})
	return written, err
}

// ran applies what an errand finds on a case to a copy of it.
func (s *Service) ran(ctx context.Context, actor access.Actor, c *casefile.Case, x errand) (*casefile.Case, []casefile.Entry, error) {
	next := c.Clone()
	var entries []casefile.Entry
	for _, data := range x.finds(c) {
		e := s.entry(actor, next, Request{On: x.on})
		e.Data = data
		e, err := s.seal(ctx, e)
		if err != nil {
			return nil, nil, err
		}
		if err := next.Apply(e); err != nil {
			return nil, nil, err
		}
		entries = append(entries, e)
	}
	return next, entries, nil
}

// ScanStalled brings the flags of every case that is due for it to what they are
// on a day: it raises, wakes, regrades and resolves them. It costs what is due,
// not what exists.
func (s *Service) ScanStalled(ctx context.Context, actor access.Actor, cases *register.Snapshot, on calendar.Day) (Swept, error) {
	return s.sweep(ctx, actor, cases.Due(on), s.scan(on))
}

// Sweep is ScanStalled for one case, whether it is due or not.
func (s *Service) Sweep(ctx context.Context, actor access.Actor, caseID id.Case, on calendar.Day) error {
	_, err := s.visit(ctx, actor, caseID, s.scan(on))
	return err
}

func (s *Service) scan(on calendar.Day) errand {
	return errand{access.RaiseFlag, on, func(c *casefile.Case) []casefile.Data {
		return stall.Assess(c, s.thresholds(c), on).Data()
	}}
}

// EscalateFlags takes the flags that have been overdue for too long on a day to
// the supervisor and to the lead. It costs what is flagged, not what exists.
func (s *Service) EscalateFlags(ctx context.Context, actor access.Actor, cases *register.Snapshot, on calendar.Day) (Swept, error) {
	return s.sweep(ctx, actor, cases.Flagged(), errand{access.RaiseFlag, on, func(c *casefile.Case) []casefile.Data {
		return entriesOf(stall.Escalations(c, s.thresholds(c), on))
	}})
}

// NoteExpiredConsents records on each case, once, the consents that have run out
// before a day. What rests on them has ended by itself.
func (s *Service) NoteExpiredConsents(ctx context.Context, actor access.Actor, cases *register.Snapshot, on calendar.Day) (Swept, error) {
	return s.sweep(ctx, actor, cases.Expiring(), errand{access.NoteExpiry, on, func(c *casefile.Case) []casefile.Data {
		return entriesOf(c.ConsentsToNote(on))
	}})
}

// ReleaseCases takes the open cases of workers whose access has ended from them,
// so that they are seen to have no owner, and names those who steer the organisation
// on protected cases that name nobody any more who has access. It costs what such
// workers have owned, and what is protected, not what exists.
func (s *Service) ReleaseCases(ctx context.Context, actor access.Actor, cases *register.Snapshot, on calendar.Day) (Swept, error) {
	return s.sweep(ctx, actor, s.left(cases), errand{access.ReleaseCase, on, func(c *casefile.Case) []casefile.Data {
		var found []casefile.Data
		if owner, known := s.directory.Snapshot().Workers[c.Owner]; known && !owner.Active() && c.Status.Open() {
			found = append(found, casefile.Released{OwnerID: c.Owner})
		}
		if named := s.forgotten(c); len(named) > 0 {
			found = append(found, casefile.Protected{WorkerIDs: named})
		}
		return found
	}})
}

// left yields the cases that are owned by workers whose access has ended, and the
// protected ones.
func (s *Service) left(cases *register.Snapshot) iter.Seq[*casefile.Case] {
	return func(yield func(*casefile.Case) bool) {
		for _, w := range s.directory.Snapshot().Workers {
			if w.Active() {
				continue
			}
			for c := range cases.OwnedBy(w.ID) {
				if !yield(c) {
					return
				}
			}
		}
		for c := range cases.Protected() {
			if !yield(c) {
				return
			}
		}
	}
}

// entriesOf returns data of one kind as what entries say.
func entriesOf[T casefile.Data](found []T) []casefile.Data {
	all := make([]casefile.Data, len(found))
	for i, d := range found {
		all[i] = d
	}
	return all
}
