package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

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
	conn     *sql.Conn
	insert   map[store.Collection]*sql.Stmt
	append   map[store.Collection]*sql.Stmt
	version  map[store.Collection]*sql.Stmt
	begin    *sql.Stmt
	commit   *sql.Stmt
	rollback *sql.Stmt
	seq      int64 // number of the last change; numbers of changes that failed are not used again

	tasks   chan *task
	closing chan struct{} // closed by close: no task is begun any more
	stopped chan struct{} // closed when the goroutine has ended
}

// task is a change, or several, that one caller waits for.
type task struct {
	ctx    context.Context
	single bool // one statement, which needs no transaction around it
	// run makes the change. Its refusal is a guard that did not hold, which
	// leaves the transaction as it was; its err is a statement that failed,
	// which does not.
	run    func(*writer) (refusal, err error)
	result chan error // buffered
	answer error      // refusal, kept until the commit
}

// unguarded contexts: a statement on the writer's connection is never
// interrupted, since that would undo the changes of others with it. A caller
// whose context ends stops waiting instead.
var uninterrupted = context.Background()

func newWriter(path string) (_ *writer, err error) {
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
		tasks:   make(chan *task, batchLimit),
		closing: make(chan struct{}),
		stopped: make(chan struct{}),
	}
	if err := w.prepare(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	go w.work()
	return w, nil
}

func (w *writer) prepare() (err error) {
	if w.conn, err = w.db.Conn(uninterrupted); err != nil {
		return err
	}
	if err := prepareSchema(uninterrupted, w.conn); err != nil {
		return err
	}
	if w.seq, err = lastChange(uninterrupted, w.conn); err != nil {
		return err
	}
	prepare := func(query string) (stmt *sql.Stmt) {
		if err == nil {
			stmt, err = w.conn.PrepareContext(uninterrupted, query)
		}
		return stmt
	}
	for _, c := range store.Collections {
		w.insert[c] = prepare(fmt.Sprintf("INSERT INTO %s (id, v, seq, state, history) VALUES (?, ?, ?, ?, ?)", c))
		w.append[c] = prepare(fmt.Sprintf("UPDATE %s SET v = ?, seq = ?, state = ?, history = history || ? WHERE id = ? AND v = ?", c))
		w.version[c] = prepare(fmt.Sprintf("SELECT v FROM %s WHERE id = ?", c))
	}
	w.begin, w.commit, w.rollback = prepare("BEGIN IMMEDIATE"), prepare("COMMIT"), prepare("ROLLBACK")
	return err
}
