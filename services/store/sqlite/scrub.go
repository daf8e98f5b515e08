package sqlite

import (
	"context"
	"fmt"
	"time"

	"onward/services/fault"
	"onward/services/store"
)

// zeroed are the collections of which no earlier state may stay in the file: whoever has
// an erased key could open with it what was erased, and by an index tell who was there. SQLite overwrites
// with zeros what it frees of their pages. For the others it does not: what is about
// survivors there is sealed, and it would make every change a quarter slower.
var zeroed = map[store.Collection]bool{store.Keys: true, store.People: true}

// zero has what a change of the collection frees overwritten with zeros, or not.
func (w *writer) zero(c store.Collection) error {
	if w.zeroing == zeroed[c] {
		return nil
	}
	setting := map[bool]string{true: "ON", false: "OFF"}[zeroed[c]]
	if _, err := w.conn.ExecContext(context.Background(), "PRAGMA secure_delete = "+setting); err != nil {
		return err
	}
	w.zeroing = zeroed[c]
	return nil
}

// scrub is a call of Scrub that waits. It asks again with the same one where it has to
// wait for readers.
type scrub struct {
	rewritten bool       // the rows are written anew
	upTo      int64      // the number of the last change before that
	answer    chan error // holds one
}

// How often and for how long a scrub tries to find no reader that holds on to the log [J].
const (
	scrubPause = 50 * time.Millisecond
	scrubWait  = 100 * time.Millisecond
)

// Scrub implements store.Store. The log is folded into the file and cut to nothing;
// what was there of earlier states is gone with it. Readers that are under way are waited for.
// Where nothing was overwritten since the last scrub, it does nothing.
func (s *Store) Scrub(ctx context.Context) error {
	const operation = "scrub"
	if s.writer == nil {
		return fault.New(fault.Internal, "%s: the store is open for reading only", operation)
	}
	one := &scrub{answer: make(chan error, 1)}
	for {
		select {
		case s.writer.scrubs <- one:
		case <-ctx.Done():
			return outOfTime(ctx.Err(), operation)
		case <-s.writer.stopped:
			return closed(operation)
		}
		err := <-one.answer
		if err == nil || !fault.Is(err, fault.Conflict) {
			return err
		}
		select {
		case <-time.After(scrubPause):
		case <-ctx.Done():
			return outOfTime(ctx.Err(), operation)
		}
	}
}

// rewrite writes the rows of a collection anew and overwrites all pages on which they
// stood: where SQLite moves rows between pages it leaves copies in the room between them, which
// secure_delete alone does not reach.
const rewrite = `
ALTER TABLE %[1]s RENAME TO %[1]s_old;
DROP INDEX %[1]s_seq;
%[2]s
INSERT INTO %[1]s SELECT * FROM %[1]s_old ORDER BY n;
DROP TABLE %[1]s_old;`

func (w *writer) rewrite(ctx context.Context, c store.Collection) error {
	if err := w.zero(c); err != nil {
		return err
	}
	tx, err := w.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(rewrite, c, fmt.Sprintf(createTable, c))); err != nil {
		return err
	}
	return tx.Commit()
}

// overwritten reports whether a row of a zeroed collection was changed after its insertion
// and after the last scrub. A file that was never scrubbed by a program that notes it counts
// every change.
func (w *writer) overwritten(ctx context.Context) (found bool, err error) {
	for c := range zeroed {
		query := fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM %s WHERE seq > (SELECT ifnull(max(seq), 0) FROM scrubbed) AND v > 1)", c)
		if err := w.conn.QueryRowContext(ctx, query).Scan(&found); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// scrub takes away what was overwritten, if anything was, and notes up to which change. It
// returns Conflict where somebody reads what is in the log.
func (w *writer) scrub(one *scrub) error {
	ctx := context.Background()
	if !one.rewritten {
		found, err := w.overwritten(ctx)
		if err == nil && found {
			one.rewritten, one.upTo = true, w.seq
			err = w.rewriteAll(ctx)
		}
		if err != nil {
			return failed(err, "scrub")
		}
		if !found {
			return nil
		}
	}
	if err := w.cutLog(ctx); err != nil {
		return err
	}
	if _, err := w.conn.ExecContext(ctx, noteScrubbed, one.upTo); err != nil {
		return failed(err, "scrub")
	}
	return nil
}

const noteScrubbed = "INSERT INTO scrubbed (one, seq) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET seq = max(seq, excluded.seq)"

func (w *writer) rewriteAll(ctx context.Context) error {
	for c := range zeroed {
		if err := w.rewrite(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// cutLog folds the log into the file and cuts it to nothing. It returns Conflict where
// somebody reads what is in it.
func (w *writer) cutLog(ctx context.Context) error {
	wait := func(d time.Duration) error {
		_, err := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", d.Milliseconds()))
		return err
	}
	if err := wait(scrubWait); err != nil {
		return failed(err, "scrub")
	}
	var busy, frames, folded int
	err := w.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &folded)
	if back := wait(busyWait); err == nil {
		err = back
	}
	switch {
	case err != nil:
		return failed(err, "scrub")
	case busy != 0:
		return fault.New(fault.Conflict, "scrub: somebody reads the log")
	}
	return nil
}
