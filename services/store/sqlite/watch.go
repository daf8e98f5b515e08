package sqlite

import (
	"context"
	"strconv"
	"sync"
	"time"

	"onward/services/fault"
	"onward/services/store"
)

const (
	// pollInterval bounds how late a change by another process is seen. A look
	// that finds nothing is one step down an index.
	pollInterval = 250 * time.Millisecond
	// watchBatch is how many documents are read before fn sees the first.
	watchBatch = 64
)

// Watch implements store.Store. Changes made through this Store are delivered
// at once. A failure to read ends the watch with that fault, and Close ends it
// with an Unavailable one.
func (s *Store) Watch(ctx context.Context, c store.Collection, since store.Mark, fn func(store.Document) error) error {
	t, err := s.table(c, "watch "+string(c))
	if err != nil {
		return err
	}
	seq, err := parseMark(since)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "watch %s: not a mark of this store", c)
	}
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for ctx.Err() == nil {
		rung := t.changed.wait() // before reading, so that no change falls between
		docs, last, err := t.changedAfter(ctx, seq)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return s.failed(err, "watch %s", c)
		}
		for _, doc := range docs {
			if ctx.Err() != nil {
				return nil
			}
			if err := fn(doc); err != nil {
				return err
			}
		}
		seq = last
		if len(docs) == watchBatch {
			continue
		}
		select {
		case <-rung:
		case <-tick.C:
		case <-ctx.Done():
		case <-s.closing:
			return closed("watch " + string(c))
		}
	}
	return nil
}

// changedAfter returns the documents that changed last after the change seq,
// the first watchBatch of them, and the number of the last one's change.
func (t *table) changedAfter(ctx context.Context, seq int64) ([]store.Document, int64, error) {
	rows, err := t.after.QueryContext(ctx, seq, watchBatch)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var docs []store.Document
	var r row
	for rows.Next() {
		doc, err := r.read(rows)
		if err != nil {
			return nil, 0, err
		}
		docs, seq = append(docs, doc), r.seq
	}
	return docs, seq, rows.Err()
}

// A mark is the number of a change; the zero mark stands before the first.
func formatMark(seq int64) store.Mark { return store.Mark(strconv.FormatInt(seq, 10)) }

func parseMark(m store.Mark) (int64, error) {
	if m == "" {
		return 0, nil
	}
	return strconv.ParseInt(string(m), 10, 64)
}

// bell wakes everyone who waits for the next change. The zero bell is ready.
type bell struct {
	mu   sync.Mutex
	next chan struct{}
}

// wait returns a channel that is closed by the next ring.
func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}
