package casework_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/stall"
	"onward/services/store"
)

var scanner = access.Job("stall-scan")

// scan scans what is due today.
func (r *replica) scan() (casework.Swept, error) {
	return r.casework.ScanStalled(context.Background(), scanner, r.register.Snapshot(), calendar.DayOf(now))
}

// openMany opens cases that have all stalled by today.
func (r *replica) openMany(t *testing.T, n int) []id.Case {
	t.Helper()
	all := make([]id.Case, n)
	for i := range all {
		all[i] = r.open(t, fmt.Sprint("stalled-", i)).ID
	}
	return all
}

// TestScanBesideWriters proves that scans of two processes that run beside eight
// writers lose no flag and raise none twice: every flag was called for when it was
// raised, every one that a scan resolved had ended, and nothing is left to find.
func TestScanBesideWriters(t *testing.T) {
	s := openStore(t)
	a := newReplica(t, s, true)
	cases := a.openMany(t, 40)
	deaf := newReplica(t, s, false) // never hears of a change
	var writing, scanning sync.WaitGroup
	for w := range 8 {
		writing.Go(func() {
			for i := range 60 {
				a.disturb(t, cases[rand.IntN(len(cases))], fmt.Sprintf("w-%d-%d", w, i))
			}
		})
	}
	stop := make(chan struct{})
	for _, r := range []*replica{a, deaf} {
		scanning.Go(func() {
			for done := false; !done; {
				select {
				case <-stop:
					done = true // one more, of what the last writers left
				default:
				}
				if _, err := r.scan(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	close(stop)
	scanning.Wait()
	last := newReplica(t, s, false)
	if _, err := last.scan(); err != nil {
		t.Fatal(err)
	}
	raised, resolved := 0, 0
	for _, caseID := range cases {
		doc, err := s.Get(t.Context(), store.Cases, string(caseID))
		if err != nil {
			t.Fatal(err)
		}
		n, m := wantCalledFor(t, doc)
		raised, resolved = raised+n, resolved+m
	}
	t.Logf("%d flags were raised and %d resolved", raised, resolved)
	if raised <= len(cases) || resolved == 0 {
		t.Errorf("%d flags were raised and %d resolved: the test proves little", raised, resolved)
	}
	if v, err := casework.Verify(t.Context(), s, last.directory, nil); err != nil || len(v.Differences) > 0 {
		t.Errorf("%+v %v", v, err)
	}
}

// disturb makes one of several changes that end flags, call for new ones or move
// the day on which they are due.
func (r *replica) disturb(t *testing.T, caseID id.Case, requestID string) {
	in := request(caseID, requestID)
	var err error
	switch rand.IntN(4) {
	case 0, 1:
		in.On = calendar.DayOf(now) - calendar.Day(rand.IntN(100)) // contact again, of which some is long ago
		_, err = r.casework.RecordService(context.Background(), supervisor, casework.RecordServiceInput{Request: in, Delivered: delivery.Delivered{Service: "counselling_generalist"}})
	case 2:
		risk := []casefile.Risk{casefile.Low, casefile.Medium, casefile.High}[rand.IntN(3)]
		_, err = r.casework.ReviseCase(context.Background(), supervisor, casework.ReviseCaseInput{Request: in, Revised: casefile.Revised{Risk: risk}})
	default:
		c, _ := r.register.Snapshot().Case(caseID)
		flag := slices.IndexFunc(c.Flags, casefile.Flag.Live)
		if flag < 0 {
			return
		}
		_, err = r.casework.ResolveFlag(context.Background(), supervisor, casework.ResolveFlagInput{Request: in,
			FlagResolution: casefile.FlagResolution{FlagID: c.Flags[flag].ID, Reason: "It is known why"}})
		if fault.Is(err, fault.Invalid) {
			err = nil // another writer has ended it
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// wantCalledFor checks that every entry which a scan has made of a case is one that
// the rules find on the case as it was before it, and that they find nothing more
// today. It returns how many flags were raised and resolved.
func wantCalledFor(t *testing.T, doc store.Document) (raised, resolved int) {
	t.Helper()
	entries, err := casework.Entries(doc)
	if err != nil {
		t.Fatal(err)
	}
	thresholds := stall.Defaults()
	for i, e := range entries {
		if e.By != "" {
			continue // a worker's
		}
		before, err := casefile.Fold(e.CaseID, entries[:i])
		if err != nil {
			t.Fatal(err)
		}
		found := stall.Assess(before, thresholds, e.On)
		switch d := e.Data.(type) {
		case casefile.FlagRaised:
			raised++
			if !slices.ContainsFunc(found.Raise, func(r casefile.FlagRaised) bool { return r.Rule == d.Rule && r.Episode == d.Episode }) {
				t.Errorf("%s: %s %s was raised, and nothing calls for it", e.ID(), d.Rule, d.Episode)
			}
		case casefile.FlagResolution:
			if !slices.Contains(found.Resolve, d) {
				t.Errorf("%s: %s was resolved, and its condition holds", e.ID(), d.FlagID)
			}
		}
	}
	c, err := casework.Read(doc)
	if err != nil {
		t.Fatal(err)
	}
	if left := stall.Assess(c, thresholds, calendar.DayOf(now)); len(left.Data()) > 0 {
		t.Errorf("%s: a scan has left %v", c.ID, left)
	}
	for _, f := range c.Flags {
		if !f.Live() {
			resolved++
		}
	}
	return raised, resolved
}

// writeUnknown adds to a case's history what only a newer program can read.
func writeUnknown(t *testing.T, s store.Store, caseID id.Case) {
	t.Helper()
	doc, err := s.Get(t.Context(), store.Cases, string(caseID))
	if err != nil {
		t.Fatal(err)
	}
	newer := store.Entry{Version: doc.Version + 1, Kind: "case.not_known_yet", At: now, Data: json.RawMessage(`{}`)}
	if err := s.Append(t.Context(), store.Cases, store.Change{ID: doc.ID, From: doc.Version, To: doc.Version + 1, State: doc.State, Entries: []store.Entry{newer}}); err != nil {
		t.Fatal(err)
	}
}

// TestOneCaseThatCannotBeSwept proves that a case in which a newer program has
// written what this one cannot read is counted, keeps no other case from its flags
// and fails no scan, so that the scans of later days go on.
func TestOneCaseThatCannotBeSwept(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	cases := r.openMany(t, 20)
	writeUnknown(t, s, cases[7])
	for _, want := range []casework.Swept{{Checked: len(cases), Failed: 1}, {Checked: 1, Failed: 1}} {
		scan, err := r.scan()
		if err != nil || scan.Checked != want.Checked || scan.Failed != want.Failed {
			t.Errorf("scanned %+v, %v; want %+v", scan, err, want)
		}
	}
	for i, caseID := range cases {
		if c, _ := r.register.Snapshot().Case(caseID); (len(c.Flags) > 0) == (i == 7) {
			t.Errorf("case %d has the flags %v", i, c.Flags)
		}
	}
}

// TestStoreThatIsAway proves that a scan which cannot reach the store says so, and
// does not try every case first.
func TestStoreThatIsAway(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	cases := r.openMany(t, 60)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	scan, err := r.scan()
	if !fault.Is(err, fault.Unavailable) || scan.Checked == 0 || scan.Checked == len(cases) || scan.Failed != scan.Checked {
		t.Errorf("scanned %+v of %d cases, %v", scan, len(cases), err)
	}
}

// TestStoppedScan proves that a scan whose context ends says that it did not do
// everything, and that the next one does the rest.
func TestStoppedScan(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	cases := r.openMany(t, 20)
	ctx, stop := context.WithCancel(context.Background())
	stop()
	scan, err := r.casework.ScanStalled(ctx, scanner, r.register.Snapshot(), calendar.DayOf(now))
	if !fault.Is(err, fault.Unavailable) || scan.Checked != 0 {
		t.Errorf("scanned %+v, %v", scan, err)
	}
	if scan, err = r.scan(); err != nil || scan.Checked != len(cases) || scan.Failed != 0 {
		t.Errorf("scanned %+v, %v", scan, err)
	}
}
