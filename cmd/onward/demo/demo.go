// Package demo writes synthetic programmes, for trying Onward out and for load
// tests. Nobody in it is real, and no survivor in it has a name.
//
// Everything goes through casework: the lives below are told as requests of
// workers, on the days on which they happen, and casework permits, decides and
// folds them as it does for people.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/store"
)

// Options says what to write.
type Options struct {
	Today      calendar.Day
	Now        time.Time // an instant of today; nothing is recorded after it
	ExtraCases int       // for load tests, beside the programme
	Progress   func(done, total int)
}

// Account is one to which the demo gives a token.
type Account struct {
	Name   string // the role, or OTHER_SUPERVISOR for the one of a second organisation
	Worker id.Worker
}

// Accounts lists the accounts of the demo: one for each role, all in the first
// organisation, and a supervisor of the second.
func Accounts() []Account {
	var all []Account
	for _, role := range access.Roles {
		all = append(all, Account{string(role), workerOf(0, role)})
	}
	return append(all, Account{"OTHER_SUPERVISOR", workerOf(1, access.Supervisor)})
}

// Wrote reports whether a directory is the demo's.
func Wrote(d *directory.Snapshot) bool {
	_, ok := d.Workers[Accounts()[0].Worker]
	return ok
}

// livingCases is the size of the living caseload.
const livingCases = 240

// Write fills an empty store: the directory, the programme of 2003–2006, and a
// caseload that lives today. The same day gives the same documents.
func Write(ctx context.Context, s store.Store, d *directory.Directory, o Options) error {
	if err := d.Add(ctx, things()...); err != nil {
		return err
	}
	w := newWriter(ctx, s, d, o)
	if err := w.speech(); err != nil {
		return err
	}
	if err := w.living(); err != nil {
		return err
	}
	if err := w.load(); err != nil {
		return err
	}
	return w.flush()
}

// writer tells lives and stores them in lots.
type writer struct {
	ctx    context.Context
	store  store.Store
	o      Options
	random *rand.Rand
	drafts *casework.Drafts
	s      *casework.Service
	now    time.Time // the clock of the life that is being told
	done   int
	total  int
}

func newWriter(ctx context.Context, s store.Store, d *directory.Directory, o Options) *writer {
	w := &writer{ctx: ctx, store: s, o: o, random: rand.New(rand.NewPCG(1481, 2006)), total: assisted + livingCases + o.ExtraCases}
	w.drafts, w.s = casework.NewDrafts(d, func() time.Time { return w.now })
	return w
}

// lot is how many cases are stored at once.
const lot = 1000

// finish counts a life that has been told, and stores a lot when it is full.
func (w *writer) finish(l *life) error {
	if l.err != nil {
		return fmt.Errorf("life %s: %w", l.name, l.err)
	}
	w.done++
	if w.drafts.Len() >= lot {
		return w.flush()
	}
	return nil
}

func (w *writer) flush() error {
	if err := w.drafts.Store(w.ctx, w.store); err != nil {
		return err
	}
	if w.o.Progress != nil {
		w.o.Progress(w.done, w.total)
	}
	return nil
}

// between returns a random number of a range, both ends included.
func (w *writer) between(low, high int) int {
	if high <= low {
		return low
	}
	return low + w.random.IntN(high-low+1)
}

func pick[T any](w *writer, from ...T) T { return from[w.random.IntN(len(from))] }
