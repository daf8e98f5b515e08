package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"onward/services/fault"
	"onward/services/store"
)

// table returns the collection's table, or an Internal fault if there is none.
func (s *Store) table(c store.Collection, operation string) (*table, error) {
	t, ok := s.tables[c]
	if !ok {
		return nil, fault.New(fault.Internal, "%s: there is no such collection", operation)
	}
	return t, nil
}

// row reads rows of a table, one after the other.
type row struct {
	seq     int64 // of the row that was read last
	size    int   // of its texts, in bytes
	decoder decoder
}

// columnScanner is one row or the present one of several.
type columnScanner interface{ Scan(dest ...any) error }

var _, _ columnScanner = (*sql.Row)(nil), (*sql.Rows)(nil)

// read returns the document of the present row, in memory of its own.
func (r *row) read(rows columnScanner) (store.Document, error) {
	var doc store.Document
	var history owned
	err := rows.Scan(&doc.ID, &doc.Version, (*owned)(&doc.State), &history, &r.seq)
	if err != nil {
		return doc, err
	}
	r.size = len(doc.State) + len(history)
	doc.History, err = r.decoder.history(history)
	if err != nil {
		return doc, fault.Wrap(fault.Internal, err, "read %s: the history is damaged", doc.ID)
	}
	return doc, nil
}

// Get implements store.Store. The Data of the entries share one piece of memory
// with each other: a caller that keeps one of them keeps them all.
func (s *Store) Get(ctx context.Context, c store.Collection, id string) (store.Document, error) {
	t, err := s.table(c, "get "+id)
	if err != nil {
		return store.Document{}, err
	}
	var r row
	doc, err := r.read(t.get.QueryRowContext(ctx, id))
	if errors.Is(err, sql.ErrNoRows) {
		return store.Document{}, fault.New(fault.NotFound, "get %s: there is no such document", id)
	}
	if err != nil {
		return store.Document{}, failed(err, "get %s", id)
	}
	return doc, nil
}

type owned []byte

func (o *owned) Scan(src any) error {
	*o, _ = src.([]byte)
	return nil
}
