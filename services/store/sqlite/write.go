package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"onward/services/fault"
	"onward/services/store"
)

// Append implements store.Store: one guarded statement, which reads nothing.
// Changes that callers make at the same time share a commit.
func (s *Store) Append(ctx context.Context, c store.Collection, change store.Change) error {
	operation := "append " + change.ID
	t, err := s.writable(c, operation)
	if err != nil {
		return err
	}
	if change.ID == "" || change.From < 1 || change.To <= change.From {
		return fault.New(fault.Internal, "%s: a change from version %d to %d", operation, change.From, change.To)
	}
	state, history, err := encode(change.State, change.Entries)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "%s: the document cannot be written", operation)
	}
	return s.writer.do(&task{ctx: ctx, operation: operation, single: true, changed: &t.changed,
		run: func(w *writer) (refusal, err error) {
			if err := w.zero(c); err != nil {
				return nil, err
			}
			w.seq++
			done, err := w.append[c].Exec(change.To, w.seq, state, history, change.ID, change.From)
			if err != nil {
				return nil, err
			}
			if n, err := done.RowsAffected(); n == 1 || err != nil {
				return nil, err
			}
			return w.refuse(c, operation, change), nil
		}})
}

// refuse tells why a guard did not hold.
func (w *writer) refuse(c store.Collection, operation string, change store.Change) error {
	var version int
	err := w.version[c].QueryRow(change.ID).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "%s: there is no such document", operation)
	}
	if err != nil {
		return failed(err, "%s", operation)
	}
	return fault.New(fault.Conflict, "%s: the document is at version %d, not %d", operation, version, change.From)
}

// Insert implements store.Store. The documents are inserted in one transaction,
// all or none.
func (s *Store) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	if len(docs) == 0 {
		return nil
	}
	operation := "insert " + docs[0].ID
	if len(docs) > 1 {
		operation = fmt.Sprintf("insert %d documents", len(docs))
	}
	t, err := s.writable(c, operation)
	if err != nil {
		return err
	}
	rows, err := encodeAll(docs)
	if err != nil {
		return err
	}
	return s.writer.do(&task{ctx: ctx, operation: operation, single: len(rows) == 1, changed: &t.changed,
		run: func(w *writer) (refusal, err error) {
			if err := w.zero(c); err != nil {
				return nil, err
			}
			for _, r := range rows {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				err := w.insertRow(c, r)
				if len(rows) == 1 && fault.Is(err, fault.Conflict) {
					return err, nil // the statement undid itself; others may go on
				}
				if err != nil {
					return nil, err
				}
			}
			return nil, nil
		}})
}

// Remove implements store.Store.
func (s *Store) Remove(ctx context.Context, c store.Collection, id string) error {
	operation := "remove " + id
	if err := store.PermitRemoval(c, operation); err != nil {
		return err
	}
	t, err := s.writable(c, operation)
	if err != nil {
		return err
	}
	return s.writer.do(&task{ctx: ctx, operation: operation, changed: &t.changed,
		run: func(w *writer) (refusal, err error) {
			if err := w.zero(c); err != nil {
				return nil, err
			}
			if _, err := w.remove[c].Exec(id); err != nil {
				return nil, err
			}
			_, err = w.reach.Exec(w.seq)
			return nil, err
		}})
}

// insertedRow is a document as the table holds it.
type insertedRow struct {
	id             string
	version        int
	state, history string
}

func (w *writer) insertRow(c store.Collection, r insertedRow) error {
	w.seq++
	_, err := w.insert[c].Exec(r.id, r.version, w.seq, r.state, r.history)
	if err != nil {
		return failed(err, "insert %s", r.id)
	}
	return nil
}

// encodeAll makes rows of the documents, on every core: for a large import that
// is as much work as inserting them.
func encodeAll(docs []store.Document) ([]insertedRow, error) {
	rows := make([]insertedRow, len(docs))
	var group errgroup.Group
	share := max(64, len(docs)/runtime.GOMAXPROCS(0)+1)
	for from := 0; from < len(docs); from += share {
		group.Go(func() (err error) {
			for i := from; i < min(from+share, len(docs)) && err == nil; i++ {
				rows[i], err = encodeRow(docs[i])
			}
			return err
		})
	}
	return rows, group.Wait()
}

func encodeRow(doc store.Document) (insertedRow, error) {
	if doc.ID == "" || doc.Version < 1 {
		return insertedRow{}, fault.New(fault.Internal, "insert %q: a document at version %d", doc.ID, doc.Version)
	}
	state, history, err := encode(doc.State, doc.History)
	if err != nil {
		return insertedRow{}, fault.Wrap(fault.Internal, err, "insert %s: the document cannot be written", doc.ID)
	}
	return insertedRow{doc.ID, doc.Version, state, history}, nil
}

// writable returns the collection's table, or an Internal fault if there is
// none or the store is open for reading only.
func (s *Store) writable(c store.Collection, operation string) (*table, error) {
	if s.writer == nil {
		return nil, fault.New(fault.Internal, "%s: the store is open for reading only", operation)
	}
	return s.table(c, operation)
}

// encode returns the two texts of a row.
func encode(state json.RawMessage, entries []store.Entry) (stateText, history string, err error) {
	if err := checkState(state); err != nil {
		return "", "", err
	}
	lines, err := appendHistory(nil, entries)
	return string(state), string(lines), err
}
