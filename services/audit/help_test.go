package audit_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/id"
	"onward/services/seal"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// noon is when the tests begin.
var noon = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

// clock tells a minute more each time that it is asked.
func clock() func() time.Time {
	now := noon
	return func() time.Time {
		now = now.Add(time.Minute)
		return now
	}
}

func openStore(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// look is a record of a worker's look at a case.
func look(worker id.Worker, of ...id.Case) audit.Record {
	return audit.Record{Worker: worker, Role: access.LegalOfficer, Organisation: "org_LOTUS", From: "192.0.2.7", Request: "r", Roots: []string{"Query.cases"},
		Looks: []audit.Look{{Kind: audit.Read, Cases: of, Classes: []access.Class{access.Legal}, Fields: []string{"Case.matters"}}}}
}

func commit(t testing.TB, l *audit.Log, records ...audit.Record) {
	t.Helper()
	for _, r := range records {
		if err := l.Commit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

// testKey makes a key that is the same in every run.
func testKey(t interface{ Fatal(...any) }) *seal.Key {
	private, _, err := seal.NewKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), "test")
	if err != nil {
		t.Fatal(err)
	}
	k, err := seal.ReadKey(private, "tests", "a test")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// keeper keeps checkpoints in a file of their own.
func keeper(t testing.TB, s store.Store, now func() time.Time) *audit.Keeper {
	k := audit.NewKeeper(s, now)
	k.Key, k.File = testKey(t), filepath.Join(t.TempDir(), "checkpoints")
	return k
}

func keep(t testing.TB, k *audit.Keeper) {
	t.Helper()
	if _, err := k.Keep(t.Context()); err != nil {
		t.Fatal(err)
	}
}
