package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/audit"
	"onward/services/id"
	"onward/services/store/sqlite"
)

// kills is how often the process is killed between a read and its reply.
const kills = 200

// readers is how many read at once meanwhile.
const readers = 4

// TestNoReplyWithoutItsRecord proves that whoever got a reply stands in the access log: the
// process is killed at a random moment under reads, 200 times, each time of another
// case, so that the replies of each can be counted beside its records. The log then
// verifies against the checkpoint of the last process, which stopped in peace.
func TestNoReplyWithoutItsRecord(t *testing.T) {
	t.Parallel()
	p := local(t)
	dir := strings.TrimPrefix(p[0], "ONWARD_DATA=")
	key, checkpoints := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "checkpoints")
	mustRun(t, p, "audit", "key", "--out", key)
	p = append(p, "ONWARD_AUDIT_KEY_FILE="+key, "ONWARD_CHECKPOINT_FILE="+checkpoints)
	token := newProgramme(t, p)
	cases := openCases(t, p, token)
	replies := make([]int, len(cases))
	for i, c := range cases {
		s := start(t, p, "serve", "--no-jobs")
		var group sync.WaitGroup
		var mu sync.Mutex
		for range readers {
			group.Go(func() {
				for {
					a, err := s.ask(token, `query($c: ID!) { case(id: $c) { safeContact { note } } }`, map[string]any{"c": c})
					if err != nil {
						return
					}
					if len(a.Errors) > 0 {
						t.Errorf("%+v", a.Errors)
						return
					}
					mu.Lock()
					replies[i]++
					mu.Unlock()
				}
			})
		}
		time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond)
		s.kill()
		group.Wait()
	}
	store, err := sqlite.OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	records := map[id.Case]int{}
	err = audit.All(context.Background(), store, time.Time{}, func(r audit.Record) {
		for _, l := range r.Looks {
			if l.Kind == audit.Read {
				records[l.Cases[0]]++
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = store.Close()
	total := 0
	for i, c := range cases {
		total += replies[i]
		if n := records[c]; n < replies[i] || n > replies[i]+readers {
			t.Errorf("kill %d: %d replies, %d records", i, replies[i], n)
		}
	}
	if total < kills {
		t.Fatalf("only %d replies in %d rounds: the test proves little", total, kills)
	}
	t.Logf("%d replies, each with its record, over %d kills", total, kills)
	s := start(t, p, "serve", "--no-jobs")
	s.must(token, `{ cases(first: 1) { nodes { safeContact { note } } } }`, nil, &struct{}{})
	stopped(t, s)
	if out := mustRun(t, p, "audit", "verify"); !strings.Contains(out, "checkpoints 2: 0 differences") {
		t.Error(out)
	}
	// Some were killed before anybody got a reply: nobody looked at those cases.
	listOf(t, p, cases[slices.IndexFunc(replies, func(n int) bool { return n > 0 })])
}

// TestCheckpointWhileServing proves that looks are under a signed checkpoint while the process
// serves, and stay so when it is killed.
func TestCheckpointWhileServing(t *testing.T) {
	t.Parallel()
	p := local(t)
	key, checkpoints := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "checkpoints")
	mustRun(t, p, "audit", "key", "--out", key)
	p = append(p, "ONWARD_AUDIT_KEY_FILE="+key, "ONWARD_CHECKPOINT_FILE="+checkpoints)
	token := newProgramme(t, p)
	s := start(t, p, "serve", "--no-jobs", "--checkpoint-every", "1s")
	s.must(token, `mutation { openCase(input: {requestId: "open", population: AT_RISK, consents: [SERVICES]}) { case { id } } }`, nil, &struct{}{})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if signed, err := os.ReadFile(checkpoints); err == nil && strings.Contains(string(signed), "one log") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no checkpoint within twenty seconds")
		}
	}
	s.kill()
	if out := mustRun(t, p, "audit", "verify"); !strings.Contains(out, "checkpoints 1: 0 differences") {
		t.Error(out)
	}
}

// openCases opens a case for each kill, and stops the process that did in peace.
func openCases(t *testing.T, p place, token string) []id.Case {
	t.Helper()
	s := start(t, p, "serve", "--no-jobs")
	cases := make([]id.Case, kills)
	for i := range cases {
		a, err := s.ask(token, `mutation($r: ID!) { openCase(input: {requestId: $r, population: AT_RISK, consents: [SERVICES]}) { case { id } } }`, map[string]any{"r": fmt.Sprint("open-", i)})
		if err != nil {
			t.Fatal(err)
		}
		cases[i] = id.Case(caseOf(t, a))
	}
	stopped(t, s)
	return cases
}

// stopped stops a process in peace.
func stopped(t *testing.T, s *server) {
	t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-s.done
	if s.err != nil {
		t.Fatal(s.err)
	}
}

// listOf proves that the list for the survivor names who looked and what for, in both
// languages, and that writing it is recorded.
func listOf(t *testing.T, p place, c id.Case) {
	t.Helper()
	for _, again := range []bool{false, true} {
		out := filepath.Join(t.TempDir(), "list.txt")
		mustRun(t, p, "audit", "case", string(c), "--out", out)
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Who looked at the case LOT-", "Test supervisor, Lotus House: read: how to reach her", "Test supervisor, Lotus House: changed the case", "អ្នកដែលបានមើល", "បានអាន៖"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("no %q in %s", want, text)
			}
		}
		if strings.Contains(string(text), "the operator of the program: read this list") != again {
			t.Errorf("the operator's own look, at the second time %v: %s", again, text)
		}
	}
	if out, err := run(t, p, "audit", "case", "case_none", "--out", filepath.Join(t.TempDir(), "x")); err == nil {
		t.Error(out)
	}
}
