package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/store"
)

// lot is lives that are told at one desk and stored together. What is told at
// one desk does not depend on another, so that lots can be told side by side and
// the documents are still the same each time.
type lot struct {
	lives  int
	living bool // of the caseload that lives today
	tell   func(*desk) error
}

// desk is where the lives of a lot are told: casework over cases that are not
// stored yet, and a clock that the lives set.
type desk struct {
	ctx    context.Context // of the one call of Write that the desk serves
	o      Options
	drafts *casework.Drafts
	s      *casework.Service
	clock  time.Time
}

// teller has lots told, as many at once as there are processors.
type teller struct {
	store     store.Store
	directory *directory.Directory
	o         Options

	mu          sync.Mutex // held while the progress is told
	done, total int
	living      []*casefile.Case // as they are stored
}

func (t *teller) tell(ctx context.Context, lots []lot) error {
	for _, l := range lots {
		t.total += l.lives
	}
	group, telling := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, l := range lots {
		if telling.Err() != nil {
			break
		}
		group.Go(func() error { return t.tellLot(telling, l) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// tellLot tells a lot at a fresh desk and stores it.
func (t *teller) tellLot(ctx context.Context, l lot) error {
	d := &desk{ctx: ctx, o: t.o}
	d.drafts, d.s = casework.NewDrafts(t.o.Master, t.directory, func() time.Time { return d.clock })
	if err := l.tell(d); err != nil {
		return err
	}
	cases := slices.Collect(d.drafts.Cases())
	if err := d.drafts.Store(ctx, t.store); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if l.living {
		t.living = cases
	}
	t.done += l.lives
	if t.o.Progress != nil {
		t.o.Progress(t.done, t.total)
	}
	return nil
}

// story is how a life goes, and the role of the worker who owns the case.
type story struct {
	name string
	role access.Role
	tell func(*life)
}

// live tells one life of a part of the demo, numbered from 0, in a house.
func (d *desk) live(part string, number int, h *house, s story) (*life, error) {
	name := fmt.Sprintf("demo-%s-%d", part, number)
	l := &life{
		desk: d, random: rand.New(rand.NewPCG(seed(name), 2006)), name: name, number: number, house: h,
		role: s.role, last: d.o.Today,
	}
	l.owner, l.person = l.colleague(s.role), somebody(l.own(), s.role)
	s.tell(l)
	if l.err != nil {
		return nil, fmt.Errorf("life %s (%s, case %s): %w", name, s.name, l.id, l.err)
	}
	return l, nil
}

// seed makes each life's chances its own, so that a change of one story leaves
// the others as they were.
func seed(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return h.Sum64()
}
