package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"onward/services/fault"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// victim is the environment variable that turns this test binary into the
// process that is killed; its value is the data directory.
const victim = "ONWARD_TEST_SQLITE_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victim); dir != "" {
		appendForever(dir)
	}
	os.Exit(m.Run())
}

// appendForever makes one change after the other, puts a run in the place of the
// last one, and prints each version once all that is acknowledged.
func appendForever(dir string) {
	ctx := context.Background()
	s, err := sqlite.Open(dir)
	if err != nil {
		panic(err)
	}
	doc, err := s.Get(ctx, store.Cases, "case_1")
	if err != nil {
		panic(err)
	}
	for v := doc.Version; ; v++ {
		err := s.Append(ctx, store.Cases, store.Change{ID: doc.ID, From: v, To: v + 1,
			State: fmt.Appendf(nil, `{"version":%d}`, v+1), Entries: []store.Entry{{Version: v + 1, Kind: "followup.visited"}}})
		if err != nil {
			panic(err)
		}
		if err := s.Insert(ctx, store.Runs, store.Document{ID: runID(v + 1), Version: 1, State: []byte(`{}`)}); err != nil {
			panic(err)
		}
		if err := s.Remove(ctx, store.Runs, runID(v)); err != nil {
			panic(err)
		}
		fmt.Println(v + 1)
	}
}

func runID(version int) string { return fmt.Sprintf("run_%d", version) }

// TestKill kills a process that writes, at a random moment, and finds every
// change that was acknowledged, once, without gaps, what was removed gone, and the
// directory free.
func TestKill(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	if err := s.Insert(ctx, store.Cases, document("case_1", 1)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	for round := range 5 {
		acknowledged := killWriter(t, dir, time.Duration(rand.IntN(100))*time.Millisecond)

		// A reader alone must manage too: it may not repair the file.
		reader, err := sqlite.OpenReadOnly(dir)
		if err != nil {
			t.Fatal(err)
		}
		wantAcknowledged(t, reader, acknowledged)
		reader.Close()
		s, err := sqlite.Open(dir)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		wantAcknowledged(t, s, acknowledged)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// killWriter starts a process that writes, kills it that long after its first
// change, and returns the last version that it said was acknowledged.
func killWriter(t *testing.T, dir string, after time.Duration) (acknowledged int) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victim+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		version, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		if acknowledged == 0 {
			if _, err := sqlite.Open(dir); !fault.Is(err, fault.Unavailable) {
				t.Errorf("while another process writes: got %v, want an Unavailable fault", err)
			}
			time.AfterFunc(after, func() { cmd.Process.Kill() })
		}
		acknowledged = version
	}
	if acknowledged == 0 {
		t.Fatal("the process made no change")
	}
	return acknowledged
}

func wantAcknowledged(t *testing.T, s *sqlite.Store, acknowledged int) {
	t.Helper()
	doc, err := s.Get(context.Background(), store.Cases, "case_1")
	if err != nil {
		t.Fatal(err)
	}
	// One more may be there: made, but killed before it was printed.
	if doc.Version < acknowledged || doc.Version > acknowledged+1 {
		t.Errorf("version %d, but %d was acknowledged", doc.Version, acknowledged)
	}
	if _, err := s.Get(context.Background(), store.Runs, runID(acknowledged-1)); !fault.Is(err, fault.NotFound) {
		t.Errorf("a run whose removal was acknowledged: got %v, want NotFound", err)
	}
	if _, err := s.Get(context.Background(), store.Runs, runID(acknowledged)); err != nil && doc.Version == acknowledged {
		t.Errorf("a run that nobody removed: %v", err)
	}
	if len(doc.History) != doc.Version {
		t.Errorf("version %d with %d entries", doc.Version, len(doc.History))
	}
	for i, e := range doc.History {
		if e.Version != i+1 {
			t.Errorf("entry %d has version %d", i, e.Version)
		}
	}
}
