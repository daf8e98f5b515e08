package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"onward/services/fault"
	"onward/services/store"
)

// schemaVersion is kept in the file's user_version. It rises when the tables
// change in a way that an older program would not understand.
const schemaVersion = 1

// Each collection has one table. A change rewrites one row and two places in
// the index of seq.
//
//	n        the order of insertion; unlike a bare rowid it survives VACUUM
//	id       the document's id
//	v        its version
//	seq      the number of its last change, counted over all collections
//	state    its state, a JSON object
//	history  its entries, one JSON object a line, each line ended by a newline,
//	         so that adding one is a concatenation that needs no reading
const createTable = `
CREATE TABLE IF NOT EXISTS %[1]s (
	n       INTEGER PRIMARY KEY,
	id      TEXT    NOT NULL UNIQUE,
	v       INTEGER NOT NULL,
	seq     INTEGER NOT NULL,
	state   TEXT    NOT NULL,
	history TEXT    NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS %[1]s_seq ON %[1]s (seq);`

// The one row of reached says how far seq had come when a document was removed:
// the document may have had the last change, and its number must not be given to
// another change, which those who watch would then take for one that they have seen.
const createReached = `CREATE TABLE IF NOT EXISTS reached (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT`

// The one row of scrubbed is the number of the last change before the last scrub that was
// ended. What was overwritten up to it stands in no file.
const createScrubbed = `CREATE TABLE IF NOT EXISTS scrubbed (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT`

// busyWait is how long a connection waits for another one.
const busyWait = 5 * time.Second

// dataSource names the file for the driver, with the settings of every
// connection. The path is escaped: it may hold any character.
func dataSource(path string, settings string) string {
	name := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: fmt.Sprintf("%s&_busy_timeout=%d", settings, busyWait.Milliseconds())}
	return name.String()
}

// writing holds the settings of the connection that writes. Pages of 8 KB hold
// a usual case file without overflow: bulk inserts were measured a tenth faster
// than with 4 KB, and nothing was slower. The log is cut back to 64 MB after a
// large import.
const writing = "_pragma=page_size(8192)&_journal_mode=WAL&_synchronous=FULL&_pragma=journal_size_limit(67108864)"

// querier is a pool of connections or one of them.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

var _, _ querier = (*sql.DB)(nil), (*sql.Conn)(nil)

// schemaOf returns the file's schema version, 0 if it has not been set up, and
// an Unavailable fault if a newer program made it.
func schemaOf(ctx context.Context, db querier) (version int, err error) {
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	if version > schemaVersion {
		return 0, fault.New(fault.Unavailable,
			"open store: a newer program made the data (version %d, and this one reads up to %d)", version, schemaVersion)
	}
	return version, nil
}

// prepareSchema makes the tables where they are missing, all or none. A file of
// an older program may lack one: a table more is nothing that it would not
// understand, so the version stays.
func prepareSchema(ctx context.Context, conn *sql.Conn) error {
	version, err := schemaOf(ctx, conn)
	if err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, c := range store.Collections {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(createTable, c)); err != nil {
			return err
		}
	}
	for _, create := range []string{createReached, createScrubbed} {
		if _, err := tx.ExecContext(ctx, create); err != nil {
			return err
		}
	}
	if version != schemaVersion {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// lastChange returns the number of the last change over all collections. It is none from
// before the last scrub: the numbers of changes that were refused stand in no row, and one
// that was given again would be taken for a change that is scrubbed.
func lastChange(ctx context.Context, db querier) (int64, error) {
	var seq int64
	tables := []string{"reached", "scrubbed"}
	for _, c := range store.Collections {
		tables = append(tables, string(c))
	}
	for _, table := range tables {
		var last int64
		if err := db.QueryRowContext(ctx, "SELECT ifnull(max(seq), 0) FROM "+table).Scan(&last); err != nil {
			return 0, err
		}
		seq = max(seq, last)
	}
	return seq, nil
}

// table holds the prepared reads of one collection, and wakes its watchers.
type table struct {
	get     *sql.Stmt // by id
	between *sql.Stmt // n in (?, ?]
	folding *sql.Stmt // the same, without the states
	after   *sql.Stmt // seq > ?, in order of seq, at most ?
	last    *sql.Stmt // the greatest seq and n
	changed bell
}

// columns are what row.read expects. The texts are read as blobs because the
// driver hands those over as bytes.
const (
	columns      = "id, v, CAST(state AS BLOB), CAST(history AS BLOB), seq"
	withoutState = "id, v, NULL, CAST(history AS BLOB), seq"
)

// noTable stands for a table that the file does not have: an older program made
// it, and it is open for reading only.
const noTable = "(SELECT 0 AS n, '' AS id, 0 AS v, 0 AS seq, '' AS state, '' AS history WHERE 0)"

func openTables(db *sql.DB) (map[store.Collection]*table, error) {
	tables := make(map[store.Collection]*table)
	for _, c := range store.Collections {
		t, from := &table{}, noTable
		if err := db.QueryRow("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ?", c).Scan(&from); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		for query, stmt := range map[string]**sql.Stmt{
			"SELECT " + columns + " FROM %[1]s WHERE id = ?":                                        &t.get,
			"SELECT " + columns + " FROM %[1]s WHERE n > ? AND n <= ?":                              &t.between,
			"SELECT " + withoutState + " FROM %[1]s WHERE n > ? AND n <= ?":                         &t.folding,
			"SELECT " + columns + " FROM %[1]s WHERE seq > ? ORDER BY seq LIMIT ?":                  &t.after,
			"SELECT ifnull((SELECT max(seq) FROM %[1]s), 0), ifnull((SELECT max(n) FROM %[1]s), 0)": &t.last,
		} {
			var err error
			if *stmt, err = db.Prepare(fmt.Sprintf(query, from)); err != nil {
				return nil, err
			}
		}
		tables[c] = t
	}
	return tables, nil
}
