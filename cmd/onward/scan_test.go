package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
	"onward/services/store/mongodb"
	"onward/services/store/sqlite"
	"onward/services/track"
	"onward/services/vault/vaulttest"
)

// open opens the store of a place, as a process does.
func (p place) open(t *testing.T) store.Store {
	t.Helper()
	var s store.Store
	var err error
	if uri, ok := strings.CutPrefix(p[0], "MONGODB_URI="); ok {
		s, err = mongodb.Open(t.Context(), uri, mongodb.Options{AllowUnsafe: true})
	} else {
		s, err = sqlite.Open(p.dir())
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// dir is the directory of a local place.
func (p place) dir() string { return strings.TrimPrefix(p[0], "ONWARD_DATA=") }

// copied returns another local place with the same data. No process may have it
// open.
func (p place) copied(t *testing.T) place {
	t.Helper()
	other := local(t)
	if err := os.CopyFS(other.dir(), os.DirFS(p.dir())); err != nil {
		t.Fatal(err)
	}
	return other
}

// history is a case as it is stored.
type history struct {
	state   *casefile.Case
	entries []casefile.Entry
}

// histories reads all cases of a store.
func histories(t *testing.T, s store.Store) map[id.Case]history {
	t.Helper()
	all := map[id.Case]history{}
	_, err := s.Scan(t.Context(), store.Cases, func(doc store.Document) error {
		entries, err := casework.Entries(doc)
		if err != nil {
			return err
		}
		c, err := casework.Read(doc)
		all[id.Case(doc.ID)] = history{c, entries}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// raised counts how often each flag was raised.
func (h history) raised() map[string]int {
	n := map[string]int{}
	for _, e := range h.entries {
		if r, ok := e.Data.(casefile.FlagRaised); ok {
			n[casefile.FlagID(h.state.ID, r.Rule, r.Episode)]++
		}
	}
	return n
}

// flags returns the flags of all cases that have some. It fails the test where
// one was raised twice.
func (p place) flags(t *testing.T) map[id.Case][]casefile.Flag {
	t.Helper()
	s := p.open(t)
	defer func() { _ = s.Close() }()
	all := map[id.Case][]casefile.Flag{}
	for caseID, h := range histories(t, s) {
		for flag, n := range h.raised() {
			if n != 1 {
				t.Errorf("%s was raised %d times", flag, n)
			}
		}
		if len(h.state.Flags) > 0 {
			all[caseID] = h.state.Flags
		}
	}
	return all
}

// flagged counts the cases of a local place for which a flag was raised.
func (p place) flagged(t *testing.T) int {
	t.Helper()
	s, err := sqlite.OpenReadOnly(p.dir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	n := 0
	_, err = s.Scan(t.Context(), store.Cases, func(doc store.Document) error {
		if slices.ContainsFunc(doc.History, func(e store.Entry) bool { return e.Kind == casefile.FlagRaised{}.Kind() }) {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// wantFlags compares the flags of a place with those of an undisturbed one, and
// has the program verify the place. Whether a served place has escalated them too
// depends on the hour, and is not the scan's.
func (p place) wantFlags(t *testing.T, want map[id.Case][]casefile.Flag) {
	t.Helper()
	got := p.flags(t)
	for _, flags := range got {
		for i := range flags {
			flags[i].EscalatedTo, flags[i].EscalatedOn = "", 0
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the flags differ (-undisturbed +disturbed):\n%.4000s", diff)
	}
	if out := mustRun(t, p, "verify"); !strings.Contains(out, ": 0 differences") {
		t.Error(out)
	}
}

// lapse lets the lease of the stall scan run out, so that nobody needs to wait
// for that after its holder has died.
func (p place) lapse(t *testing.T) {
	t.Helper()
	s := p.open(t)
	defer func() { _ = s.Close() }()
	doc, err := s.Get(t.Context(), store.Leases, "job_stall-scan")
	if fault.Is(err, fault.NotFound) {
		return // it had not begun
	}
	if err != nil {
		t.Fatal(err)
	}
	var lease map[string]any
	if err := json.Unmarshal(doc.State, &lease); err != nil {
		t.Fatal(err)
	}
	delete(lease, "until")
	state, err := json.Marshal(lease)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), store.Leases, store.Change{ID: doc.ID, From: doc.Version, To: doc.Version + 1, State: state}); err != nil {
		t.Fatal(err)
	}
}

// stalledCases is how many cases a scan is disturbed at.
const stalledCases = 10_000

// stalled is a new local place with cases that have all stalled, in different
// ways, and the token of their supervisor. Nothing falls due within weeks of
// today, so that it does not matter on which of these days they are scanned.
func stalled(t *testing.T) (place, string) {
	t.Helper()
	p := local(t)
	token := newProgramme(t, p)
	s := p.open(t)
	defer func() { _ = s.Close() }()
	d, _, err := directory.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	opened := calendar.DayOf(time.Now()) - 500
	drafts, service := casework.NewDrafts(vaulttest.Master(t), d, func() time.Time { return (opened + 300).Start() })
	for _, w := range d.Snapshot().Workers {
		desk := stalledDesk{t.Context(), service, access.Actor{Worker: w.ID, Role: w.Role, Organisation: w.Organisation}, opened}
		for i := range stalledCases {
			if err := desk.write(i); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := drafts.Store(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return p, token
}

// stalledDesk is where the cases of stalled are written.
type stalledDesk struct {
	ctx     context.Context // of the one call of stalled that the desk serves
	service *casework.Service
	actor   access.Actor
	opened  calendar.Day
}

// write opens a case and takes it, by its number, one to four steps on.
func (d stalledDesk) write(n int) error {
	c, err := d.service.OpenCase(d.ctx, d.actor, casework.OpenCaseInput{RequestID: fmt.Sprint("open-", n), OpenedOn: d.opened,
		Opened: casefile.Opened{Population: casefile.AtRisk, Risk: casefile.Medium, Consents: []casefile.Purpose{casefile.ForServices}}})
	if err != nil {
		return err
	}
	request := func(requestID string, days int) casework.Request {
		return casework.Request{RequestID: requestID, CaseID: c.Case.ID, On: d.opened + calendar.Day(days)}
	}
	steps := []func() error{
		func() error {
			_, err := d.service.AcceptCase(d.ctx, d.actor, casework.AcceptCaseInput{Request: request("accept", 1), Accepted: casefile.Accepted{OwnerID: d.actor.Worker}})
			return err
		},
		func() error {
			_, err := d.service.ActivateCase(d.ctx, d.actor, casework.ActivateCaseInput{Request: request("activate", 2)})
			return err
		},
		func() error {
			_, err := d.service.RecordMilestone(d.ctx, d.actor, casework.RecordMilestoneInput{Request: request("represented", 40),
				MilestoneRecorded: casefile.MilestoneRecorded{Code: track.Represented}})
			return err
		},
		func() error {
			_, err := d.service.LogPlacement(d.ctx, d.actor, casework.LogPlacementInput{Request: request("placed", 0), StartedOn: d.opened + 45,
				Started: employment.Started{EmployerName: "Invented mill", Occupation: "weaver", Type: employment.FullTime}})
			return err
		},
	}
	for _, step := range steps[:n%(len(steps)+1)] {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// scanToday is the command that scans as of today.
func scanToday() []string {
	return []string{"job", "run", "stall-scan", "--as-of", calendar.DayOf(time.Now()).String()}
}

// scanning starts a scan and returns once it begins with the cases. The function
// that it returns waits for the end.
func scanning(t *testing.T, p place) (kill func(), wait func()) {
	t.Helper()
	cmd := p.command(t, scanToday()...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() && !strings.Contains(lines.Text(), "register loaded") {
	}
	kill = func() { _ = cmd.Process.Kill() }
	return kill, func() {
		for lines.Scan() {
		}
		_ = cmd.Wait()
	}
}

// TestDisturbedScan proves that a scan that is killed or stopped at any moment
// does no harm: once it is run again, the flags are those of a scan that nobody
// has disturbed, and each was raised once.
func TestDisturbedScan(t *testing.T) {
	t.Parallel()
	prepared, token := stalled(t)
	undisturbed := prepared.copied(t)
	_, wait := scanning(t, undisturbed)
	began := time.Now()
	wait()
	took := time.Since(began)
	want := undisturbed.flags(t)
	if rules := rulesOf(want); len(want) != stalledCases || len(rules) < 4 {
		t.Fatalf("%d of %d cases have a flag, by the rules %v", len(want), stalledCases, rules)
	}
	t.Run("killed", func(t *testing.T) { killScans(t, prepared, want, took) })
	t.Run("stopped", func(t *testing.T) { stopScan(t, prepared, token, want, took) })
}

// killScans kills ten scans, each at a random moment, of which the next goes on
// with what the last has left.
func killScans(t *testing.T, prepared place, want map[id.Case][]casefile.Flag, took time.Duration) {
	const kills = 10
	p, before := prepared.copied(t), 0
	for tries, disturbed := 0, 0; disturbed < kills; tries++ {
		if tries == 10*kills {
			t.Fatalf("of %d kills, %d fell into a scan", tries, disturbed)
		}
		kill, wait := scanning(t, p)
		time.AfterFunc(rand.N(took/3), kill)
		wait()
		p.lapse(t)
		switch n := p.flagged(t); {
		case n == stalledCases: // it had done everything
			p.wantFlags(t, want)
			p, before = prepared.copied(t), 0
		case n > before:
			t.Logf("killed when %d cases had their flags, %d before", n, before)
			disturbed, before = disturbed+1, n
		}
	}
	mustRun(t, p, scanToday()...)
	p.wantFlags(t, want)
}

// stopScan stops a process that catches a scan up, and lets the next one do it.
func stopScan(t *testing.T, prepared place, token string, want map[id.Case][]casefile.Flag, took time.Duration) {
	var p place
	for tries, n := 0, 0; n == 0 || n == stalledCases; tries++ {
		if tries == 20 {
			t.Fatalf("of %d stops, none fell into a scan", tries)
		}
		p = prepared.copied(t)
		s := start(t, p, "serve")
		time.Sleep(rand.N(took / 2)) // any moment will do
		s.stop()
		n = p.flagged(t)
		t.Logf("stopped when %d cases had their flags", n)
	}
	s := start(t, p, "serve")
	s.scanned(token)
	if runs := s.scans(token); !slices.Equal(runs, []string{"DONE", "ABANDONED"}) {
		t.Errorf("the record of the scans is %v", runs)
	}
	s.stop()
	p.wantFlags(t, want)
}

// scans returns how the runs of the stall scan ended, the newest first.
func (s *server) scans(token string) []string {
	s.t.Helper()
	var got struct {
		Jobs []struct {
			Name     string
			LastRuns []struct{ Outcome string }
		}
	}
	s.must(token, `{ jobs { name lastRuns { outcome } } }`, nil, &got)
	var outcomes []string
	for _, j := range got.Jobs {
		for _, run := range j.LastRuns {
			if j.Name == "stall-scan" {
				outcomes = append(outcomes, run.Outcome)
			}
		}
	}
	return outcomes
}

// scanned waits until the process has scanned what was missed before it started.
func (s *server) scanned(token string) {
	s.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if runs := s.scans(token); len(runs) > 0 && runs[0] == "DONE" {
			return
		}
	}
	s.t.Fatal("the missed scan was not caught up")
}

// stop asks the process to stop and fails the test unless it ends cleanly.
func (s *server) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.done:
		if s.err != nil {
			s.t.Errorf("it does not stop cleanly: %v", s.err)
		}
	case <-time.After(time.Minute):
		s.t.Fatal("it does not stop")
	}
}

// rulesOf lists the rules of flags.
func rulesOf(flags map[id.Case][]casefile.Flag) []casefile.RuleCode {
	seen := map[casefile.RuleCode]bool{}
	for _, of := range flags {
		for _, f := range of {
			seen[f.Rule] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
