package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

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
	var state, history handedOver
	err := rows.Scan(&doc.ID, &doc.Version, &state, &history, &r.seq)
	if err != nil {
		return doc, err
	}
	doc.State = json.RawMessage(state)
	r.size = len(state) + len(history)
	doc.History, err = r.decoder.history(history)
	if err != nil {
		return doc, fault.Wrap(fault.Internal, err, "read %s: the history is damaged", doc.ID)
	}
	return doc, nil
}

// handedOver receives a blob without copying it. The driver copies each blob
// into memory of its own and keeps no hold of it, so database/sql's second copy,
// which is meant for drivers that use their memory again, would only be work
// for the garbage collector: a third of what a scan allocates. Should a driver
// ever use its memory again, the suite's "insert: many at once" fails.
type handedOver []byte

// Scan implements sql.Scanner.
func (h *handedOver) Scan(value any) error {
	blob, ok := value.([]byte)
	if !ok && value != nil { // an empty blob comes as nil
		return fmt.Errorf("a %T where a blob was asked for", value)
	}
	*h = blob
	return nil
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
		return store.Document{}, s.failed(err, "get %s", id)
	}
	return doc, nil
}
