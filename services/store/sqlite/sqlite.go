// Package sqlite keeps documents in one local file, onward.db in the data
// directory, with a driver that needs no C compiler. It is the default engine:
// one machine, one process that writes, any number that read.
//
// A change is acknowledged once it is in the write-ahead log and the log has
// been forced to disk, so it survives kill -9 and power loss.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/gofrs/flock"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"onward/services/fault"
	"onward/services/store"
)

// The files in the data directory; SQLite adds onward.db-wal and onward.db-shm.
const (
	fileName = "onward.db"
	lockName = "onward.lock"
)

// Store is a document store in one SQLite file. It implements store.Store.
type Store struct {
	dir     string
	readers *sql.DB
	tables  map[store.Collection]*table
	writer  *writer      // nil if the store is open for reading only
	lock    *flock.Flock // nil likewise; held until Close, or until the process dies

	closing chan struct{} // closed when Close begins; ends watches
	close   func() error  // does the work of Close once
}

var _ store.Store = (*Store)(nil)

// Open opens the store in the data directory for reading and writing, and
// creates both if they are missing (directory 0700, file 0600). Only one Store
// may have a directory open for writing, in this process or another: a second
// one gets an Unavailable fault. The claim is a lock on onward.lock that the
// system releases when the process ends, however it ends.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "open store: the data directory cannot be made")
	}
	lock, err := claim(dir)
	if err != nil {
		return nil, err
	}
	s := newStore(dir)
	s.lock = lock
	if err := s.openForWriting(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// OpenReadOnly opens the store in the data directory for reading, which is
// possible while another process writes. It returns a NotFound fault if there is
// no data yet. Insert, Append and Remove answer with an Internal fault. Watch sees
// changes by other processes within a quarter of a second.
func OpenReadOnly(dir string) (*Store, error) {
	if _, err := os.Stat(filepath.Join(dir, fileName)); errors.Is(err, fs.ErrNotExist) {
		return nil, noData(dir)
	} else if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "open store: the data cannot be read")
	}
	s := newStore(dir)
	if err := s.openForReading(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close ends the watches, lets changes that are being made finish, folds the
// log into the file and gives up the claim on the directory. It may be called
// more than once.
func (s *Store) Close() error { return s.close() }

func newStore(dir string) *Store {
	s := &Store{dir: dir, closing: make(chan struct{})}
	s.close = sync.OnceValue(s.shut)
	return s
}

// claim takes the directory for writing.
func claim(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "open store: the data directory cannot be locked")
	}
	if !held {
		return nil, fault.New(fault.Unavailable,
			"open store: another process is using the data directory %s; stop it first, or choose another directory", dir)
	}
	return lock, nil
}

func noData(dir string) error {
	return fault.New(fault.NotFound, "open store: there is no data in %s yet", dir)
}

func (s *Store) openForWriting() error {
	path := filepath.Join(s.dir, fileName)
	if err := createPrivate(path); err != nil {
		return fault.Wrap(fault.Unavailable, err, "open store: the file cannot be made")
	}
	w, err := newWriter(path)
	if err != nil {
		return failed(err, "open store")
	}
	s.writer = w
	return s.openForReading()
}

// createPrivate makes the file, if it is missing, so that only its owner can
// read it; SQLite gives its log the same mode. A file that exists is not opened:
// closing it again would drop the locks that SQLite holds on it in this process.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.Chmod(path, 0o600)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func (s *Store) openForReading() error {
	db, err := sql.Open("sqlite", dataSource(filepath.Join(s.dir, fileName), "mode=ro"))
	if err != nil {
		return failed(err, "open store")
	}
	s.readers = db
	// Scans use a connection for each core; four more keep Get and Watch from
	// having to wait for one.
	connections := runtime.GOMAXPROCS(0) + 4
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	version, err := schemaOf(context.Background(), db)
	if err != nil {
		return failed(err, "open store")
	}
	if version == 0 {
		return noData(s.dir)
	}
	s.tables, err = openTables(db)
	if err != nil {
		return failed(err, "open store")
	}
	return nil
}

// shut releases everything that an Open got as far as taking. The writer goes
// last but for the lock: the last connection to close folds the log into the
// file, which a reader may not.
func (s *Store) shut() error {
	close(s.closing)
	var errs []error
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
	}
	if err := errors.Join(errs...); err != nil {
		return failed(err, "close store")
	}
	return nil
}
