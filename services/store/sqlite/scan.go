package sqlite

import (
	"context"
	"database/sql"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"onward/services/store"
)

const (
	// scanRows is how many rows one query of a scan covers. Short queries let
	// the log be folded into the file while a scan goes on.
	scanRows = 256
	// Documents go to the caller in lots of at most so many or so many bytes
	// (and one document more), which bounds the memory that a scan takes.
	lotDocuments = 64
	lotBytes     = 1 << 20
)

// Scan implements store.Store. Rows are read and decoded on every core; fn is
// called on the caller's goroutine, one document at a time. As with Get, the
// Data of a document's entries share one piece of memory.
func (s *Store) Scan(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	return s.scan(ctx, c, func(t *table) *sql.Stmt { return t.between }, fn)
}

// ScanHistories implements store.Store.
func (s *Store) ScanHistories(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	return s.scan(ctx, c, func(t *table) *sql.Stmt { return t.folding }, fn)
}

// scan reads all rows with a query by their number.
func (s *Store) scan(ctx context.Context, c store.Collection, query func(*table) *sql.Stmt, fn func(store.Document) error) (store.Mark, error) {
	t, err := s.table(c, "scan "+string(c))
	if err != nil {
		return "", err
	}
	var seq, last int64
	if err := t.last.QueryRowContext(ctx).Scan(&seq, &last); err != nil {
		return "", s.failed(err, "scan %s", c)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lots, done := readLots(ctx, query(t), last)
	for lot := range lots {
		for _, doc := range lot {
			if ctx.Err() != nil {
				break
			}
			if err := fn(doc); err != nil {
				stop()
				<-done
				return "", err
			}
		}
	}
	if err := <-done; err != nil {
		return "", s.failed(err, "scan %s", c)
	}
	if err := ctx.Err(); err != nil {
		return "", outOfTime(err, "scan "+string(c))
	}
	return formatMark(seq), nil
}

// readLots reads the rows up to the one numbered last, on every core. When all
// is read, or the context ends, it closes the first channel and sends what came
// of it on the second.
func readLots(ctx context.Context, query *sql.Stmt, last int64) (<-chan []store.Document, <-chan error) {
	workers := runtime.GOMAXPROCS(0)
	lots := make(chan []store.Document, workers)
	done := make(chan error, 1)
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range workers {
		group.Go(func() error {
			var r row
			for {
				to := next.Add(scanRows)
				if to-scanRows >= last {
					return nil
				}
				if err := readRange(ctx, query, &r, to-scanRows, min(to, last), lots); err != nil {
					return err
				}
			}
		})
	}
	go func() {
		done <- group.Wait()
		close(lots)
	}()
	return lots, done
}

// readRange sends the documents of the rows in (from, to].
func readRange(ctx context.Context, query *sql.Stmt, r *row, from, to int64, lots chan<- []store.Document) error {
	rows, err := query.QueryContext(ctx, from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	var lot []store.Document
	size := 0
	send := func() error {
		select {
		case lots <- lot:
			lot, size = nil, 0
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for rows.Next() {
		doc, err := r.read(rows)
		if err != nil {
			return err
		}
		lot, size = append(lot, doc), size+r.size
		if len(lot) == lotDocuments || size >= lotBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return send()
}
