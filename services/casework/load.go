package casework

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"onward/services/casefile"
	"onward/services/id"
	"onward/services/stall"
	"onward/services/store"
)

// loadBatch is how many documents are handed on together.
const loadBatch = 256

// Load folds every stored case into the register, and takes in by what people are found. The mark that it returns is
// where Follow goes on from.
func (s *Service) Load(ctx context.Context) (store.Mark, error) {
	if s.people != nil {
		if err := s.people.Load(ctx); err != nil {
			return "", err
		}
	}
	s.live.deriving.RLock()
	defer s.live.deriving.RUnlock()
	docs := make(chan []store.Document, runtime.GOMAXPROCS(0))
	folded := make(chan []*casefile.Case, runtime.GOMAXPROCS(0))
	group, ctx := errgroup.WithContext(ctx)
	var mark store.Mark
	group.Go(func() (err error) {
		defer close(docs)
		mark, err = batches(ctx, s.live.store, docs)
		return err
	})
	var folders errgroup.Group
	for range runtime.GOMAXPROCS(0) {
		folders.Go(func() error { return s.fold(ctx, docs, folded) })
	}
	group.Go(func() error {
		defer close(folded)
		return folders.Wait()
	})
	var all []*casefile.Case
	for cases := range folded {
		all = append(all, cases...)
	}
	if err := group.Wait(); err != nil {
		return "", err
	}
	s.live.register.Load(all)
	return mark, nil
}

// batches scans the store and hands its documents on in batches.
func batches(ctx context.Context, s store.Store, out chan<- []store.Document) (store.Mark, error) {
	var batch []store.Document
	send := func() error {
		select {
		case out <- batch:
			batch = nil
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	mark, err := s.ScanHistories(ctx, store.Cases, func(doc store.Document) error {
		batch = append(batch, doc)
		if len(batch) < loadBatch {
			return nil
		}
		return send()
	})
	if err != nil {
		return "", err
	}
	return mark, send()
}

// fold folds batches of documents until there are no more, and derives what is
// due on each case.
func (s *Service) fold(ctx context.Context, docs <-chan []store.Document, out chan<- []*casefile.Case) error {
	var due stall.Deriver
	var stored reader
	for batch := range docs {
		cases := make([]*casefile.Case, len(batch))
		for i, doc := range batch {
			c, err := stored.fold(doc)
			if err != nil {
				return err
			}
			cases[i] = c.Clone() // a copy has no spare room in its slices
			due.Derive(cases[i], s.thresholds(cases[i]), s.Today())
		}
		select {
		case out <- cases:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// FollowPeople takes what other processes record of who people are into the index,
// until the context ends.
func (s *Service) FollowPeople(ctx context.Context) error { return s.people.Follow(ctx) }

// Follow takes the changes of other processes into the register until the
// context ends. An old version never overwrites a newer one.
func (s *Service) Follow(ctx context.Context, from store.Mark) error {
	return s.live.store.Watch(ctx, store.Cases, from, func(doc store.Document) error {
		if c, ok := s.live.register.Snapshot().Case(id.Case(doc.ID)); ok && c.Version >= doc.Version {
			return nil
		}
		c, err := Read(doc)
		if err != nil {
			return err
		}
		s.live.take(c)
		return nil
	})
}
