package casework

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// histories calls fn with the history of every case of an organisation, from
// several goroutines at once. It holds a few histories at a time, whatever there
// is, and reads for one caller after the other: each goes through the whole store.
func (s *Service) histories(ctx context.Context, org id.Organisation, fn func(id.Case, []casefile.Entry) error) error {
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err(), "others are reading all histories; ask again")
	}
	return s.desk.histories(ctx, org, fn)
}

func (l *live) histories(ctx context.Context, org id.Organisation, fn func(id.Case, []casefile.Entry) error) error {
	docs := make(chan store.Document, loadBatch)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(docs)
		_, err := l.store.Scan(ctx, store.Cases, func(doc store.Document) error {
			// The organisation that opened a case keeps it.
			if len(doc.History) == 0 || doc.History[0].Organisation != string(org) {
				return nil
			}
			select {
			case docs <- doc:
				return nil
			case <-ctx.Done():
				return fault.Wrap(fault.Unavailable, ctx.Err(), "read histories")
			}
		})
		return err
	})
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			for doc := range docs {
				history, err := Entries(doc)
				if err != nil {
					return err
				}
				if err := fn(id.Case(doc.ID), history); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// histories has no use before the cases are stored.
func (d *Drafts) histories(context.Context, id.Organisation, func(id.Case, []casefile.Entry) error) error {
	return fault.New(fault.Internal, "drafts have no history to look back on")
}
