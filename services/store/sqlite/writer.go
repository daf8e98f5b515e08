package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	"onward/services/store"
)

// batchLimit is how many changes at most share one commit.
const batchLimit = 256

// writer makes all changes, from one goroutine on one connection. Changes that
// arrive while it commits wait, and are then committed together, so that one
// forced write to disk serves them all; a change that arrives alone is made at
// once, as a single statement.
type writer struct {
	db       *sql.DB
	insert   map[store.Collection]*sql.Stmt
	append   map[store.Collection]*sql.Stmt
	version  map[store.Collection]*sql.Stmt
	remove   map[store.Collection]*sql.Stmt
	reach    *sql.Stmt // notes how far seq has come
	conn     *sql.Conn
	begin    *sql.Stmt
	commit   *sql.Stmt
	rollback *sql.Stmt
	zeroing  bool  // whether what is overwritten is overwritten with zeros
	seq      int64 // number of the last change; numbers of changes that failed are not used again

	tasks   chan *task
	scrubs  chan *scrub
	closing chan struct{} // closed by close: no task is begun any more
	stopped chan struct{} // closed when the goroutine has ended
}

// task is a change, or several, that one caller waits for.
type task struct {
	ctx       context.Context
	operation string
	single    bool // one statement, which needs no transaction around it
	// run makes the change. A refusal is a guard that did not hold and has
	// changed nothing; err is a statement that failed, after which the
	// transaction is to be rolled back.
	run     func(*writer) (refusal, err error)
	changed *bell      // rung if the change was made
	answer  chan error // holds one
}

func newWriter(path string) (*writer, error) {
	db, err := sql.Open("sqlite", dataSource(path, writing))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	w := &writer{
		db:      db,
		insert:  make(map[store.Collection]*sql.Stmt),
		append:  make(map[store.Collection]*sql.Stmt),
		version: make(map[store.Collection]*sql.Stmt),
		remove:  make(map[store.Collection]*sql.Stmt),
		tasks:   make(chan *task, batchLimit),
		scrubs:  make(chan *scrub),
		closing: make(chan struct{}),
		stopped: make(chan struct{}),
	}
	if err := w.prepare(context.Background()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	go w.work()
	return w, nil
}

func (w *writer) prepare(ctx context.Context) (err error) {
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return err
	}
	if err := prepareSchema(ctx, w.conn); err != nil {
		return err
	}
	if w.seq, err = lastChange(ctx, w.conn); err != nil {
		return err
	}
	prepare := func(query string, args ...any) (stmt *sql.Stmt) {
		if err == nil {
			stmt, err = w.conn.PrepareContext(ctx, fmt.Sprintf(query, args...))
		}
		return stmt
	}
	for _, c := range store.Collections {
		w.insert[c] = prepare("INSERT INTO %s (id, v, seq, state, history) VALUES (?, ?, ?, ?, ?)", c)
		w.append[c] = prepare("UPDATE %s SET v = ?, seq = ?, state = ?, history = history || ? WHERE id = ? AND v = ?", c)
		w.version[c] = prepare("SELECT v FROM %s WHERE id = ?", c)
		w.remove[c] = prepare("DELETE FROM %s WHERE id = ?", c)
	}
	w.reach = prepare("INSERT INTO reached (one, seq) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq")
	w.begin, w.commit, w.rollback = prepare("BEGIN IMMEDIATE"), prepare("COMMIT"), prepare("ROLLBACK")
	return err
}

// do hands the task to the writer and waits for its answer, but not longer than
// the task's context lasts. A change that was begun is then finished all the
// same: to interrupt it would undo the changes of others with it.
func (w *writer) do(t *task) error {
	if err := t.ctx.Err(); err != nil {
		return outOfTime(err, t.operation)
	}
	t.answer = make(chan error, 1)
	select {
	case w.tasks <- t:
	case <-t.ctx.Done():
		return outOfTime(t.ctx.Err(), t.operation)
	case <-w.stopped:
		return closed(t.operation)
	}
	select {
	case err := <-t.answer:
		return err
	case <-t.ctx.Done():
		return outOfTime(t.ctx.Err(), t.operation)
	case <-w.stopped:
	}
	select { // the last task may have been answered before the end
	case err := <-t.answer:
		return err
	default:
		return closed(t.operation)
	}
}

// close lets the batch that is being written finish and releases the file.
func (w *writer) close() error {
	close(w.closing)
	<-w.stopped
	return errors.Join(w.conn.Close(), w.db.Close())
}

func (w *writer) work() {
	defer close(w.stopped)
	for {
		select {
		case <-w.closing:
			return
		case first := <-w.tasks:
			w.serve(w.gather(first))
		case s := <-w.scrubs:
			s.answer <- w.scrub(s)
		}
	}
}

// gather adds to the first task those that wait already.
func (w *writer) gather(first *task) []*task {
	batch := []*task{first}
	runtime.Gosched() // lets callers that were just answered come with their next change
	for len(batch) < batchLimit {
		select {
		case t := <-w.tasks:
			batch = append(batch, t)
		default:
			return batch
		}
	}
	return batch
}

// serve makes the changes of a batch together. If a statement fails, which is
// rare, they are made again one by one, so that only the change at fault fails.
func (w *writer) serve(batch []*task) {
	answers, err := w.transact(batch)
	if err != nil && len(batch) > 1 {
		for _, t := range batch {
			w.serve([]*task{t})
		}
		return
	}
	for i, t := range batch {
		switch {
		case err != nil:
			t.answer <- failed(err, "%s", t.operation)
		case answers[i] != nil:
			t.answer <- answers[i]
		default:
			t.changed.ring()
			t.answer <- nil
		}
	}
}

// transact makes the changes in one transaction and returns the refusal of each,
// or an error if a statement failed and nothing was changed.
func (w *writer) transact(batch []*task) (refusals []error, err error) {
	alone := len(batch) == 1 && batch[0].single // its statement is a transaction
	if !alone {
		if _, err := w.begin.Exec(); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil {
			// SQLite may have rolled back already; then this does nothing.
			_, _ = w.rollback.Exec()
		}
	}()
	refusals = make([]error, len(batch))
	for i, t := range batch {
		if late := t.ctx.Err(); late != nil {
			refusals[i] = outOfTime(late, t.operation)
			continue
		}
		if refusals[i], err = t.run(w); err != nil {
			return nil, err
		}
	}
	if !alone {
		_, err = w.commit.Exec()
	}
	return refusals, err
}
