package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onward/cmd/onward/demo"
	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/stall"
	"onward/services/store"
	"onward/services/store/mongodb/mongodbtest"
	"onward/services/vault/vaulttest"
)

// The days on which the trial scans, and the changes that workers make on each
// before the scan.
const (
	scanDays    = 30
	changesADay = 4
)

// TestThirtyDays proves that thirty days of scans and of work, with two processes
// on one MongoDB that scan at the same time and with one on the local file, give
// the flags of a pure fold of the same days, each raised once.
//
// The cases are the living ones of the demo's first organisation as they were
// thirty days ago, which hold every way to stall and to be well. The
// processes keep the real time, so the days lie in the past up to today, and what
// a worker records of such a day ends flags as of today: the fold does the same.
func TestThirtyDays(t *testing.T) {
	t.Parallel()
	tr := newTrial(t)
	for on := tr.today - (scanDays - 1); on <= tr.today; on++ {
		for range changesADay {
			tr.work(on)
		}
		tr.scan(on)
	}
	tr.wantShown()
	for _, p := range tr.processes {
		p.stop()
	}
	tr.wantStored()
	tr.wantMuch()
}

// trial is a programme that is kept three times: in a model that folds it, on a
// MongoDB with two processes and in a local file with one.
type trial struct {
	t         *testing.T
	random    *rand.Rand
	today     calendar.Day
	model     map[id.Case]*history
	order     []id.Case
	workers   map[id.Organisation]id.Worker // who makes the changes
	places    map[string]place
	processes []*process // two on the first place, one on the other
	changes   map[string]int
	services  []recorded
}

// recorded is a service of which the trial may take the record back.
type recorded struct {
	caseID  id.Case
	version int
}

// process is a serving process with the tokens of the workers.
type process struct {
	*server
	tokens map[id.Organisation]string
}

func newTrial(t *testing.T) *trial {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	tr := &trial{t: t, random: rand.New(rand.NewPCG(seed, 0)), today: untroubledToday(), model: map[id.Case]*history{},
		workers: map[id.Organisation]id.Worker{}, changes: map[string]int{}}
	docs := tr.tell()
	tr.places = map[string]place{"MongoDB": {"MONGODB_URI=" + mongodbtest.StartSet(t).URI()}, "local": local(t)}
	for name, p := range tr.places {
		tr.places[name] = append(p, "ONWARD_MASTER_KEY="+vaulttest.Text(t), "ONWARD_ERASURES="+filepath.Join(t.TempDir(), "erasures"))
	}
	tokens := map[string]map[id.Organisation]string{}
	for name, p := range tr.places {
		tokens[name] = tr.settle(p, docs)
	}
	for _, name := range []string{"MongoDB", "MongoDB", "local"} {
		tr.processes = append(tr.processes, &process{start(t, tr.places[name], "serve", "--no-jobs"), tokens[name]})
	}
	return tr
}

// untroubledToday returns the day, which does not end while the trial goes on.
func untroubledToday() calendar.Day {
	midnight := (calendar.DayOf(time.Now()) + 1).Start()
	if left := time.Until(midnight); left < 4*time.Minute {
		time.Sleep(left)
	}
	return calendar.DayOf(time.Now())
}

// tell writes the demo as of the day before the first scan, and returns its
// directory and its living caseload with the keys, which the model takes in.
func (tr *trial) tell() map[store.Collection][]store.Document {
	s := local(tr.t).open(tr.t)
	defer func() { _ = s.Close() }()
	d, _, err := directory.Open(tr.t.Context(), s)
	if err != nil {
		tr.t.Fatal(err)
	}
	before := tr.today - scanDays
	if err := demo.Write(tr.t.Context(), s, d, demo.Options{Master: vaulttest.Master(tr.t), Today: before, Now: before.Start().Add(11 * time.Hour)}); err != nil {
		tr.t.Fatal(err)
	}
	for _, w := range d.Snapshot().Workers {
		if w.Role == access.Supervisor {
			tr.workers[w.Organisation] = w.ID
		}
	}
	docs := map[store.Collection][]store.Document{}
	for _, c := range []store.Collection{store.Directory, store.Keys} {
		_, err = s.Scan(tr.t.Context(), c, func(doc store.Document) error { docs[c] = append(docs[c], doc); return nil })
		if err != nil {
			tr.t.Fatal(err)
		}
	}
	all, first := histories(tr.t, s), d.Snapshot().Workers[demo.Accounts()[0].Worker].Organisation
	maps.DeleteFunc(all, func(_ id.Case, h history) bool {
		return h.state.OpenedOn < before-3*365 || h.state.Organisation != first || h.state.Status == casefile.Transferred
	})
	for i, caseID := range slices.Sorted(maps.Keys(all)) {
		if i%2 == 0 { // the MongoDB-compatible server reads all of them for each write
			tr.order = append(tr.order, caseID)
		}
	}
	for _, caseID := range tr.order {
		doc, err := s.Get(tr.t.Context(), store.Cases, string(caseID))
		if err != nil {
			tr.t.Fatal(err)
		}
		docs[store.Cases] = append(docs[store.Cases], doc)
		h := all[caseID]
		tr.model[caseID] = &h
	}
	return docs
}

// settle fills a place and returns a token for a worker of each organisation.
func (tr *trial) settle(p place, docs map[store.Collection][]store.Document) map[id.Organisation]string {
	s := p.open(tr.t)
	defer func() { _ = s.Close() }()
	ctx := tr.t.Context()
	for c, all := range docs {
		if err := s.Insert(ctx, c, all...); err != nil {
			tr.t.Fatal(err)
		}
	}
	d, _, err := directory.Open(ctx, s)
	if err != nil {
		tr.t.Fatal(err)
	}
	tokens := map[id.Organisation]string{}
	for organisation, worker := range tr.workers {
		if tokens[organisation], err = d.Issue(ctx, worker, time.Now()); err != nil {
			tr.t.Fatal(err)
		}
	}
	return tokens
}

// work makes a change of some case, drawn so that it fits, in the model and
// through one process of each place, and waits until all know of it.
func (tr *trial) work(on calendar.Day) {
	for {
		caseID := tr.order[tr.random.IntN(len(tr.order))]
		name, data := tr.draw(&caseID)
		h := tr.model[caseID]
		if data == nil || h.work(tr.workers[h.state.Organisation], on, tr.today, data) != nil {
			continue // it does not fit
		}
		if name == "recordService" {
			tr.services = append(tr.services, recorded{caseID, h.state.Version - len(h.settled())})
		}
		tr.changes[name]++
		first := tr.random.IntN(2)
		for _, p := range []*process{tr.processes[first], tr.processes[2]} {
			p.change(name, h.state, input(caseID, on, fmt.Sprint("change-", tr.changes), data))
		}
		tr.processes[1-first].eventually(tr.processes[0].tokens[h.state.Organisation], string(caseID), h.state.Version)
		return
	}
}

// draw draws a change: mostly what helps against a flag, and else something that
// moves a deadline, or that takes back what had helped. The latter is of a case
// of its own choice.
func (tr *trial) draw(caseID *id.Case) (mutation string, data casefile.Data) {
	if n := len(tr.services); n > 0 && tr.random.IntN(5) == 0 {
		i := tr.random.IntN(n)
		r := tr.services[i]
		tr.services = slices.Delete(tr.services, i, i+1)
		*caseID = r.caseID
		return "reverseEntry", casefile.Reversed{Version: r.version, Reason: "another woman's"}
	}
	c := tr.model[*caseID].state
	live := slices.IndexFunc(c.Flags, casefile.Flag.Live)
	if live < 0 {
		risk := []casefile.Risk{casefile.Low, casefile.Medium, casefile.High}[tr.random.IntN(3)]
		if tr.random.IntN(4) != 0 || c.Risk() == risk {
			return "", nil
		}
		return "reviseCase", casefile.Revised{Risk: risk}
	}
	switch f := c.Flags[live]; {
	case f.Rule == stall.NoOwner:
		return "assignCase", casefile.Assigned{OwnerID: tr.workers[c.Organisation]}
	case f.Rule == stall.NoContact:
		return "recordService", delivery.Delivered{Service: "counselling_generalist"}
	case tr.random.IntN(2) == 0:
		return "acknowledgeFlag", casefile.FlagAcknowledgement{FlagID: f.ID}
	default:
		return "resolveFlag", casefile.FlagResolution{FlagID: f.ID, Reason: "It is known why"}
	}
}

// input is the input of the mutation that records the data.
func input(caseID id.Case, on calendar.Day, requestID string, data casefile.Data) map[string]any {
	in := map[string]any{}
	encoded, _ := json.Marshal(data) // entries are written as JSON everywhere
	_ = json.Unmarshal(encoded, &in)
	if r, ok := data.(casefile.Reversed); ok {
		in = map[string]any{"reason": r.Reason, "entryId": id.Within(id.EntryPrefix, caseID, r.Version)}
	}
	in["requestId"], in["caseId"], in["on"] = requestID, caseID, on
	return in
}

// change makes a change and fails the test unless it brings the case to where the
// model is.
func (p *process) change(mutation string, want *casefile.Case, in map[string]any) {
	p.t.Helper()
	kind := strings.ToUpper(mutation[:1]) + mutation[1:] + "Input"
	var got map[string]struct{ Case struct{ Version int } }
	p.must(p.tokens[want.Organisation], fmt.Sprintf(`mutation($in: %s!) { %s(input: $in) { case { version } } }`, kind, mutation), map[string]any{"in": in}, &got)
	if v := got[mutation].Case.Version; v != want.Version {
		p.t.Fatalf("%s brings %s to version %d, the model to %d", mutation, want.ID, v, want.Version)
	}
}

// scan has all processes scan at once, those of one place against each other.
func (tr *trial) scan(on calendar.Day) {
	for _, h := range tr.model {
		h.scan(on)
	}
	done := make([]bool, len(tr.processes))
	var scanning sync.WaitGroup
	for i, p := range tr.processes {
		scanning.Go(func() { done[i] = p.scan(fmt.Sprintf("scan-%s-%d", on, i), on) })
	}
	scanning.Wait()
	if !(done[0] || done[1]) || !done[2] {
		tr.t.Fatalf("%s was scanned by %v", on, done)
	}
}

// scan runs the scan of a day, and reports whether it was done. It is not where
// another process is at it. A store that is slower than a request may last leaves
// the outcome unknown: the same request is sent again, as clients do. A run to
// which the store did not answer in time has failed, and another is made, as the
// schedule does.
func (p *process) scan(requestID string, on calendar.Day) bool {
	runs := 1
	for range 10 {
		switch p.scanOnce(fmt.Sprint(requestID, "-", runs), on) {
		case "DONE":
			return true
		case "CONFLICT":
			return false
		case "FAILED":
			runs++
		}
	}
	p.t.Errorf("the scan of %s does not come to an end", on)
	return false
}

// scanOnce sends the request once, and returns how the run ended, CONFLICT where
// another runs, or UNAVAILABLE where that is not known.
func (p *process) scanOnce(requestID string, on calendar.Day) string {
	const run = `mutation($r: ID!, $on: Date!) { runJob(input: {requestId: $r, name: "stall-scan", asOf: $on}) { run { outcome error } } }`
	var got struct {
		RunJob struct {
			Run struct{ Outcome, Error string }
		}
	}
	for _, token := range p.tokens { // anybody's
		a, err := p.ask(token, run, map[string]any{"r": requestID, "on": on})
		switch {
		case err != nil:
			p.t.Error(err)
		case len(a.Errors) == 1 && a.Errors[0].Extensions.Code == "CONFLICT":
			return "CONFLICT"
		case len(a.Errors) == 1 && a.Errors[0].Extensions.Code == "UNAVAILABLE":
			p.t.Logf("the scan of %s: %+v", on, a.Errors)
			return "UNAVAILABLE"
		case len(a.Errors) > 0 || json.Unmarshal(a.Data, &got) != nil:
			p.t.Errorf("the scan of %s: %+v %s", on, a.Errors, a.Data)
		}
		break
	}
	if r := got.RunJob.Run; r.Outcome == "FAILED" && r.Error != "UNAVAILABLE" {
		p.t.Errorf("the scan of %s failed: %s", on, r.Error)
	} else if r.Error != "" {
		p.t.Logf("the scan of %s: %+v", on, r)
	}
	return got.RunJob.Run.Outcome
}

// wantShown checks that every process shows the flags of the model.
func (tr *trial) wantShown() {
	type flag struct {
		ID, Rule, State string
		Since, DueOn    calendar.Day
	}
	for i, p := range tr.processes {
		for _, caseID := range tr.order {
			c := tr.model[caseID].state
			want := make([]flag, len(c.Flags))
			for i, f := range c.Flags {
				want[i] = flag{f.ID, string(f.Rule), string(f.State), f.Since, f.DueOn}
			}
			var got struct{ Case struct{ Flags []flag } }
			for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
				p.must(p.tokens[c.Organisation], `query($id: ID!) { case(id: $id) { flags { id rule state since dueOn } } }`, map[string]any{"id": caseID}, &got)
				if reflect.DeepEqual(got.Case.Flags, want) {
					break
				}
				if time.Now().After(deadline) {
					tr.t.Fatalf("process %d shows of %s the flags %v, the model %v", i, caseID, got.Case.Flags, want)
				}
			}
		}
	}
}

// wantStored checks that every place has the flags of the model, each raised as
// often, and that it verifies.
func (tr *trial) wantStored() {
	for name, p := range tr.places {
		s := p.open(tr.t)
		stored := histories(tr.t, s)
		_ = s.Close()
		if len(stored) != len(tr.model) {
			tr.t.Errorf("%s has %d cases, the model %d", name, len(stored), len(tr.model))
		}
		for _, caseID := range tr.order {
			want, got := tr.model[caseID], stored[caseID]
			if diff := cmp.Diff(want.state.Flags, got.state.Flags); diff != "" {
				tr.t.Errorf("%s: the flags of %s differ (-model +stored):\n%s", name, caseID, diff)
			}
			if !maps.Equal(want.raised(), got.raised()) {
				tr.t.Errorf("%s: the flags of %s were raised %v times, in the model %v", name, caseID, got.raised(), want.raised())
			}
		}
		if out := mustRun(tr.t, p, "verify"); !strings.Contains(out, ": 0 differences") {
			tr.t.Error(name, out)
		}
	}
}

// wantMuch checks that much has happened, so that the trial says something, and
// that nothing was raised again but what had been resolved.
func (tr *trial) wantMuch() {
	states, again, rules := map[casefile.FlagState]int{}, 0, map[id.Case][]casefile.Flag{}
	for caseID, h := range tr.model {
		rules[caseID] = h.state.Flags
		for _, f := range h.state.Flags {
			states[f.State]++
		}
		for flag, n := range h.raised() {
			if n > 1+h.resolved()[flag] {
				tr.t.Errorf("%s was raised %d times and resolved %d times", flag, n, h.resolved()[flag])
			}
			again += n - 1
		}
	}
	tr.t.Logf("%d cases; flags %v, %d raised again after they were resolved; changes %v; rules %v", len(tr.model), states, again, tr.changes, rulesOf(rules))
	if states[casefile.FlagOpen] < 20 || states[casefile.FlagResolved] < 10 || again == 0 || len(rulesOf(rules)) < 7 {
		tr.t.Error("too little has happened")
	}
}

// resolved counts how often each flag was resolved.
func (h *history) resolved() map[string]int {
	n := map[string]int{}
	for _, e := range h.entries {
		if r, ok := e.Data.(casefile.FlagResolution); ok {
			n[r.FlagID]++
		}
	}
	return n
}

// work records what a worker did on a day, today, and resolves the flags that it
// ends. It changes nothing and returns the refusal where the entry does not fit.
func (h *history) work(by id.Worker, on, today calendar.Day, data casefile.Data) error {
	next := history{h.state.Clone(), slices.Clone(h.entries)}
	if err := next.record(by, on, data); err != nil {
		return err
	}
	for _, r := range stall.Settle(h.state, next.state, next.entries[len(next.entries)-1], defaults, today) {
		if err := next.record(by, today, r); err != nil {
			return err
		}
	}
	*h = next
	return nil
}

// settled returns the entries with which the history ends that the last change
// has made beside its own.
func (h *history) settled() []casefile.Entry {
	n := len(h.entries)
	for n > 0 {
		r, resolves := h.entries[n-1].Data.(casefile.FlagResolution)
		_, regrades := h.entries[n-1].Data.(casefile.FlagRegraded)
		if !regrades && (!resolves || !r.Automatic) {
			break
		}
		n--
	}
	return h.entries[n:]
}

// defaults are the thresholds of an organisation that has set none.
var defaults = stall.Defaults()

// scan records what a scan of the case finds on a day.
func (h *history) scan(on calendar.Day) {
	for _, data := range stall.Assess(h.state, defaults, on).Data() {
		if err := h.record("", on, data); err != nil {
			panic(err) // the rules of stall are wrong, whose own tests say how
		}
	}
}

// record folds one more entry. The history is of no more use where that does not
// fit.
func (h *history) record(by id.Worker, on calendar.Day, data casefile.Data) error {
	e := casefile.Entry{CaseID: h.state.ID, Version: len(h.entries) + 1, On: on, At: h.state.UpdatedAt.Time(), By: by, Organisation: h.state.Organisation, Data: data}
	h.entries = append(h.entries, e)
	if _, corrects := data.(casefile.Reversed); !corrects {
		return h.state.Apply(e)
	}
	var err error
	h.state, err = casefile.Fold(h.state.ID, h.entries)
	return err
}
