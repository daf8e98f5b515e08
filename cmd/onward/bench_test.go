package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/cmd/onward/demo"
	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/page"
	"onward/services/register"
	"onward/services/sealed"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/track"
	"onward/services/vault/vaulttest"
)

// workTime is what the worklist may take, of 100,000 cases.
const workTime = 20 * time.Millisecond

// caseload writes the demo with 20,000 cases more, once for all benchmarks.
var caseload = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "onward-bench")
	if err != nil {
		return "", err
	}
	s, err := sqlite.Open(dir)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }()
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		return "", err
	}
	m, err := vaulttest.Shared()
	if err != nil {
		return "", err
	}
	return dir, demo.Write(context.Background(), s, d, demo.Options{Master: m, Today: calendar.DayOf(time.Now()), Now: time.Now(), ExtraCases: 20000})
})

func openCaseload(b *testing.B) store.Store {
	b.Helper()
	dir, err := caseload()
	if err != nil {
		b.Fatal(err)
	}
	s, err := sqlite.OpenReadOnly(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// load folds the cases of a store into a register, as a process does at start.
func load(b *testing.B, s store.Store, r *register.Register) {
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := casework.New(s, vaulttest.New(b, s), r, d, time.Now).Load(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkStart measures how fast a process folds its cases at start.
func BenchmarkStart(b *testing.B) {
	s := openCaseload(b)
	tuneMemory()
	collectAfter(loadPercent)
	defer collectAfter(heapPercent)
	b.ResetTimer()
	cases := 0
	for b.Loop() {
		r := register.New()
		load(b, s, r)
		cases += r.Snapshot().Len()
	}
	rate := float64(cases) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "cases/s")
	b.ReportMetric(rate/startRate, "of-figure")
}

// BenchmarkCaseMemory measures what a case takes in memory, all in: its state and
// its share of the register's indexes.
func BenchmarkCaseMemory(b *testing.B) {
	s := openCaseload(b)
	for b.Loop() {
		before := heap()
		r := register.New()
		load(b, s, r)
		bytes := float64(heap()-before) / float64(r.Snapshot().Len())
		b.ReportMetric(bytes, "B/case")
		b.ReportMetric(bytes/caseBytes, "of-figure")
		runtime.KeepAlive(r)
	}
}

// heap returns the bytes that are in use after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC() // the first one frees what finalizers held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkImpact measures all indicators by organisation and quarter, and what
// that would take of the figure for 100,000 cases.
func BenchmarkImpact(b *testing.B) {
	s, r := openCaseload(b), register.New()
	load(b, s, r)
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	q := outcome.Query{Period: calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.DayOf(time.Now())},
		GroupBy: []outcome.Dimension{outcome.ByOrganisation, outcome.ByQuarter}}
	cases := 0
	b.ResetTimer()
	for b.Loop() {
		if _, err := outcome.Compute(r.Snapshot().All(), casework.Beside(d.Snapshot(), nil), q); err != nil {
			b.Fatal(err)
		}
		cases += r.Snapshot().Len()
	}
	for100k := time.Duration(float64(b.Elapsed()) / float64(cases) * 100_000)
	b.ReportMetric(float64(for100k.Milliseconds()), "ms/100k-cases")
	b.ReportMetric(float64(for100k)/float64(impactTime), "of-figure")
}

// BenchmarkChange measures a change, from the permission to the register, beside
// a bare guarded append of the same size to the same store. One writer, and cases
// with a history of a dozen entries.
func BenchmarkChange(b *testing.B) {
	const cases = 200
	s, err := sqlite.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	c, actor := oneOrganisation(b, s)
	all := make([]id.Case, cases)
	for i := range all {
		all[i] = caseWithHistory(b, s, c, actor, i)
	}
	var bare, whole time.Duration
	n := 0
	b.ResetTimer()
	for b.Loop() {
		caseID := all[n%cases]
		n++
		began := time.Now()
		serve(b, c, actor, caseID, fmt.Sprint("change-", n))
		whole += time.Since(began)
		bare += bareAppend(b, s, caseID)
	}
	b.ReportMetric(float64(n)/whole.Seconds(), "changes/s")
	b.ReportMetric(float64(n)/bare.Seconds(), "bare/s")
	b.ReportMetric(bare.Seconds()/whole.Seconds(), "of-bare")
	b.ReportMetric(bare.Seconds()/whole.Seconds()/appendShare, "of-figure")
}

// caseWithHistory opens a case with a dozen entries, and copies it to a document
// beside it.
func caseWithHistory(b *testing.B, s store.Store, c *casework.Service, actor access.Actor, i int) id.Case {
	b.Helper()
	ctx := context.Background()
	opened, err := c.OpenCase(ctx, actor, casework.OpenCaseInput{RequestID: fmt.Sprint("open-", i), Opened: casefile.Opened{
		Population: casefile.AtRisk, OwnerID: actor.Worker, Consents: []casefile.Purpose{casefile.ForServices}}})
	if err != nil {
		b.Fatal(err)
	}
	caseID := opened.Case.ID
	if _, err := c.AcceptCase(ctx, actor, casework.AcceptCaseInput{Request: casework.Request{RequestID: "accept", CaseID: caseID}}); err != nil {
		b.Fatal(err)
	}
	for n := range 10 {
		serve(b, c, actor, caseID, fmt.Sprint("before-", n))
	}
	doc, err := s.Get(ctx, store.Cases, string(caseID))
	if err != nil {
		b.Fatal(err)
	}
	doc.ID += "_twin"
	if err := s.Insert(ctx, store.Cases, doc); err != nil {
		b.Fatal(err)
	}
	return caseID
}

func serve(b *testing.B, c *casework.Service, actor access.Actor, caseID id.Case, requestID string) {
	b.Helper()
	if _, err := c.RecordService(context.Background(), actor, casework.RecordServiceInput{
		Request:   casework.Request{RequestID: requestID, CaseID: caseID},
		Delivered: delivery.Delivered{Service: "training_education_life_skills"},
	}); err != nil {
		b.Fatal(err)
	}
}

// bareAppend makes the last change of a case to the document beside it, and
// returns how long the guarded append took.
func bareAppend(b *testing.B, s store.Store, caseID id.Case) time.Duration {
	b.Helper()
	ctx := context.Background()
	doc, err := s.Get(ctx, store.Cases, string(caseID))
	if err != nil {
		b.Fatal(err)
	}
	change := store.Change{ID: doc.ID + "_twin", From: doc.Version - 1, To: doc.Version, State: doc.State, Entries: doc.History[len(doc.History)-1:]}
	began := time.Now()
	if err := s.Append(ctx, store.Cases, change); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

// oneOrganisation returns the service over a store with one supervisor.
func oneOrganisation(b *testing.B, s store.Store) (*casework.Service, access.Actor) {
	b.Helper()
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	actor := access.Actor{Worker: "worker_1", Role: access.Supervisor, Organisation: "org_1"}
	if err := d.Add(context.Background(), directory.Organisation{ID: "org_1", Code: "ORG", Name: "One", Province: "KH-12"},
		directory.Worker{ID: "worker_1", Organisation: "org_1", Name: "Supervisor", Role: access.Supervisor}); err != nil {
		b.Fatal(err)
	}
	return casework.New(s, vaulttest.New(b, s), register.New(), d, time.Now), actor
}

// BenchmarkWorklist measures the first page of the worklist with its counts, of a
// supervisor, and what that would take of the figure for 100,000 cases.
func BenchmarkWorklist(b *testing.B) {
	tuneMemory()
	s, r := openCaseload(b), register.New()
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	work := casework.New(s, vaulttest.New(b, s), r, d, time.Now)
	if _, err := work.Load(context.Background()); err != nil {
		b.Fatal(err)
	}
	workers := d.Snapshot().Workers
	first := slices.Sorted(maps.Keys(workers))
	i := slices.IndexFunc(first, func(w id.Worker) bool { return workers[w].Role == access.Supervisor })
	actor := access.Actor{Worker: first[i], Role: access.Supervisor, Organisation: workers[first[i]].Organisation}
	b.ResetTimer()
	for b.Loop() {
		if _, err := work.View(actor, r.Snapshot()).Worklist(b.Context(), nil, page.Args{}); err != nil {
			b.Fatal(err)
		}
	}
	for100k := b.Elapsed() / time.Duration(b.N) * 100_000 / time.Duration(r.Snapshot().Len())
	b.ReportMetric(float64(for100k.Microseconds())/1000, "ms/100k-cases")
	b.ReportMetric(float64(for100k)/float64(workTime), "of-figure")
}

// BenchmarkRollUp measures a run of the roll-up job after 100 cases have changed,
// for 100,000 cases, and what it takes of the first run of a process.
func BenchmarkRollUp(b *testing.B) {
	tuneMemory()
	full, r := openCaseload(b), register.New()
	load(b, full, r)
	d, _, err := directory.Open(context.Background(), full)
	if err != nil {
		b.Fatal(err)
	}
	s, err := sqlite.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	work, kept := casework.New(s, vaulttest.New(b, s), r, d, time.Now), outcome.NewRollUps(s)
	run := func() time.Duration {
		began := time.Now()
		if _, err := work.RollUp(b.Context(), r, kept, work.Today()); err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	first, again := run(), time.Duration(0)
	cases := slices.Collect(r.Snapshot().All())
	for n := 0; b.Loop(); n++ {
		for i := range 100 {
			next := cases[i].Clone()
			next.Version += n + 1
			r.Apply(next)
		}
		again += run()
	}
	again /= time.Duration(b.N)
	for100k := again * 100_000 / time.Duration(r.Snapshot().Len())
	b.ReportMetric(float64(for100k.Microseconds())/1000, "ms/100k-cases")
	b.ReportMetric(float64(again)/float64(first), "of-first-run")
}

// sealShare is what sealing may add to a change.
const sealShare = 1.2

// BenchmarkSeal measures a change whose note is sealed beside the same change without
// a note, of cases whose keys are open. One writer, and cases with a history of a
// dozen entries.
func BenchmarkSeal(b *testing.B) {
	const cases = 200
	s, err := sqlite.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	c, actor := oneOrganisation(b, s)
	all := make([]id.Case, cases)
	note := sealed.Text(strings.Repeat("She asks about her sister. ", 8))
	for i := range all {
		all[i] = caseWithHistory(b, s, c, actor, i)
		say(b, c, actor, all[i], "first", note) // which makes the key
	}
	var without, with time.Duration
	n := 0
	b.ResetTimer()
	for b.Loop() {
		n++
		turns := []sealed.Text{"", note}
		if n%2 == 0 {
			slices.Reverse(turns)
		}
		for i, text := range turns { // either goes first in turn
			began := time.Now()
			say(b, c, actor, all[(n+i*cases/2)%cases], fmt.Sprint("change-", n), text)
			if took := time.Since(began); text == "" {
				without += took
			} else {
				with += took
			}
		}
	}
	b.ReportMetric(with.Seconds()/without.Seconds(), "of-unsealed")
	b.ReportMetric(sealShare/(with.Seconds()/without.Seconds()), "of-figure")
}

func say(b *testing.B, c *casework.Service, actor access.Actor, caseID id.Case, requestID string, note sealed.Text) {
	b.Helper()
	if _, err := c.RecordService(context.Background(), actor, casework.RecordServiceInput{
		Request:   casework.Request{RequestID: requestID, CaseID: caseID},
		Delivered: delivery.Delivered{Service: "training_education_life_skills", Remark: track.Remark{Note: note}},
	}); err != nil {
		b.Fatal(err)
	}
}
