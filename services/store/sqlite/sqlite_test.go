package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"onward/services/fault"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/store/storetest"
)

// TestConformance runs the suite. The further handle is for reading only, as
// that of another process would be.
func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Place {
		dir := t.TempDir()
		return storetest.Place{
			Open:  func(t *testing.T) store.Store { return open(t, dir) },
			Again: func(t *testing.T) store.Store { return openReadOnly(t, dir) },
		}
	})
}

func open(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func openReadOnly(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// document is a case file with the number of entries, each recorded by the
// change to its version.
func document(id string, entries int) store.Document {
	doc := store.Document{ID: id, Version: entries, State: []byte(`{"status":"open"}`)}
	for v := 1; v <= entries; v++ {
		doc.History = append(doc.History, store.Entry{Version: v, Kind: "followup.visited"})
	}
	return doc
}

func TestSecondWriterIsRefused(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir)
	_, err := sqlite.Open(dir)
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("got %v, want an Unavailable fault that says why", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestReadOnly(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	writing := open(t, dir)
	if err := writing.Insert(ctx, store.Cases, document("case_1", 1)); err != nil {
		t.Fatal(err)
	}
	s := openReadOnly(t, dir)
	if _, err := s.Get(ctx, store.Cases, "case_1"); err != nil {
		t.Error(err)
	}
	for operation, err := range map[string]error{
		"insert case_2": s.Insert(ctx, store.Cases, document("case_2", 1)),
		"append case_1": s.Append(ctx, store.Cases, store.Change{ID: "case_1", From: 1, To: 2, State: []byte(`{}`)}),
		"remove run_1":  s.Remove(ctx, store.Runs, "run_1"),
	} {
		if !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), operation+": the store is open for reading only") {
			t.Errorf("%s: got %v", operation, err)
		}
	}

	// It goes on while the writer leaves, and opens when there is none.
	if err := writing.Close(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*sqlite.Store{s, openReadOnly(t, dir)} {
		if _, err := s.Get(ctx, store.Cases, "case_1"); err != nil {
			t.Error(err)
		}
	}
}

func TestReadOnlyNeedsData(t *testing.T) {
	empty := t.TempDir()
	unready := t.TempDir() // as left by a process that died while it made the file
	if err := os.WriteFile(filepath.Join(unready, "onward.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(empty, "absent"), empty, unready} {
		if _, err := sqlite.OpenReadOnly(dir); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want a NotFound fault", dir, err)
		}
	}
	if left, _ := os.ReadDir(empty); len(left) != 0 {
		t.Errorf("opening for reading left %v behind", left)
	}
	open(t, unready)
}

func TestFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "made")
	s := open(t, dir)
	if err := s.Insert(context.Background(), store.Cases, document("case_1", 1)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v, %v", info.Mode(), err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 4 { // the database, its log, the log's index, the lock
		t.Errorf("files: %v, %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

// TestAwkwardDirectory opens a directory whose name means something in a URI.
func TestAwkwardDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?mode=memory&x#y%41ទិន្នន័យ")
	s := open(t, dir)
	if err := s.Insert(context.Background(), store.Cases, document("case_1", 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "onward.db")); err != nil {
		t.Error(err)
	}
	if _, err := openReadOnly(t, dir).Get(context.Background(), store.Cases, "case_1"); err != nil {
		t.Error(err)
	}
}

// TestFailureInBatch: a change that the engine refuses does not take those with
// it that were to share its commit.
func TestFailureInBatch(t *testing.T) {
	ctx, s := context.Background(), open(t, t.TempDir())
	if err := s.Insert(ctx, store.Cases, document("taken", 1)); err != nil {
		t.Fatal(err)
	}
	const writers = 64
	results := make(chan error, writers)
	for i := range writers {
		go func() {
			id := fmt.Sprintf("case_%02d", i)
			if i%8 == 0 {
				// Two documents, the second of which fails: the first is undone.
				err := s.Insert(ctx, store.Cases, document(id, 1), document("taken", 1))
				if fault.Is(err, fault.Conflict) {
					err = nil
				}
				results <- err
				return
			}
			results <- s.Insert(ctx, store.Cases, document(id, 1))
		}()
	}
	for range writers {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	for i := range writers {
		_, err := s.Get(ctx, store.Cases, fmt.Sprintf("case_%02d", i))
		if i%8 == 0 && !fault.Is(err, fault.NotFound) || i%8 != 0 && err != nil {
			t.Errorf("case_%02d: got %v", i, err)
		}
	}
}

// tamper runs a statement on the file behind the store's back.
func tamper(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "onward.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestNewerDataIsRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, dir).Close()
	tamper(t, dir, "PRAGMA user_version = 99")
	_, writing := sqlite.Open(dir)
	_, reading := sqlite.OpenReadOnly(dir)
	for _, err := range []error{writing, reading} {
		if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("got %v, want an Unavailable fault that says why", err)
		}
	}
	tamper(t, dir, "PRAGMA user_version = 1")
	open(t, dir) // the refusal has given up its claim
}

func TestDamageIsReported(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	if err := s.Insert(ctx, store.Cases, document("case_1", 3), document("case_2", 3)); err != nil {
		t.Fatal(err)
	}
	tamper(t, dir, "UPDATE cases SET history = substr(history, 1, 90) WHERE id = 'case_2'")
	if _, err := s.Get(ctx, store.Cases, "case_1"); err != nil {
		t.Error(err)
	}
	_, getting := s.Get(ctx, store.Cases, "case_2")
	_, scanning := s.Scan(ctx, store.Cases, func(store.Document) error { return nil })
	watching := s.Watch(ctx, store.Cases, "", func(store.Document) error { return nil })
	for _, err := range []error{getting, scanning, watching} {
		if !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), "case_2") {
			t.Errorf("got %v, want an Internal fault that names the document", err)
		}
	}
}

func TestClosedStoreAnswers(t *testing.T) {
	ctx, s := context.Background(), open(t, t.TempDir())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, getting := s.Get(ctx, store.Cases, "case_1")
	_, scanning := s.Scan(ctx, store.Cases, func(store.Document) error { return nil })
	for _, err := range []error{
		getting, scanning,
		s.Insert(ctx, store.Cases, document("case_1", 1)),
		s.Append(ctx, store.Cases, store.Change{ID: "case_1", From: 1, To: 2, State: []byte(`{}`)}),
		s.Remove(ctx, store.Runs, "run_1"),
		s.Watch(ctx, store.Cases, "", func(store.Document) error { return nil }),
	} {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("got %v, want an Unavailable fault", err)
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}

// TestOlderDataGainsTables proves that the data of a program which knew fewer
// collections are read as they are, and are complete once they are opened for
// writing.
func TestOlderDataGainsTables(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	if err := s.Insert(ctx, store.Cases, document("case_1", 1)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	tamper(t, dir, "DROP TABLE instruments; DROP TABLE activities; DROP TABLE runs; DROP TABLE reached")
	r, err := sqlite.OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Get(ctx, store.Cases, "case_1"); err != nil {
		t.Error(err)
	}
	if _, err := r.Get(ctx, store.Instruments, "one@1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := r.Scan(ctx, store.Instruments, func(store.Document) error { return errors.New("a document") }); err != nil {
		t.Error(err)
	}
	r.Close()
	s = open(t, dir)
	if err := s.Insert(ctx, store.Instruments, document("one@1", 1)); err != nil {
		t.Error(err)
	}
	if err := s.Remove(ctx, store.Runs, "run_1"); err != nil {
		t.Error(err)
	}
}
