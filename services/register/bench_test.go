package register_test

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/hashicorp/go-memdb"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/page"
	"onward/services/register"
	"onward/services/shelter"
	"onward/services/stall"
	"onward/services/track"
	"onward/services/word"
)

// The figures to hold: a filter page at 100,000 and at 1,000,000 cases.
var pageFigure = map[int]time.Duration{100_000: time.Millisecond, 1_000_000: 3 * time.Millisecond}

// caseload makes n cases of 8 organisations and 200 workers; the oldest 50 are
// the only ones that are REFERRED, so that a list of the newest first finds them
// at its very end.
func caseload(n int) []*casefile.Case {
	cases := make([]*casefile.Case, n)
	for i := range cases {
		c := &casefile.Case{
			ID: id.Case(fmt.Sprintf("case_%07d", (i*7919)%n)), Code: fmt.Sprintf("C-%07d", i), Version: 1,
			Status: casefile.Statuses[1+i%8], About: word.At(casefile.AtRisk), Danger: word.At([]casefile.Risk{casefile.Low, casefile.Medium, casefile.High}[i%3]),
			Organisation: id.Organisation(fmt.Sprintf("org_%d", i%8)), Owner: id.Worker(fmt.Sprintf("worker_%d", i%200)),
			OpenedOn: calendar.Day(700000 + i/100), LastContactOn: calendar.Day(730000 + i%1000),
		}
		if i%10 == 0 {
			c.NextDueOn = calendar.Day(740000 + i%365)
		}
		if i < 50 {
			c.Status, c.Organisation = casefile.Referred, "org_0"
		}
		if i%4 == 0 {
			c.Programmes.Shelter = &shelter.State{Stays: []shelter.Stay{{AdmittedOn: c.OpenedOn}}, Milestones: track.Log{{Reached: word.At(track.Admitted)}}}
		}
		cases[i] = c
	}
	return cases
}

// pages are the filters that are measured, the easy and the hostile.
var pages = []struct {
	name   string
	filter register.Filter
	order  register.Order
}{
	{"all", register.Filter{}, register.Order{}},
	{"dense", register.Filter{Status: []casefile.Status{casefile.Active, casefile.Intake}, Risk: []casefile.Risk{casefile.High}}, register.Order{}},
	{"sparse", register.Filter{Owner: []id.Worker{"worker_8"}, NotReached: []track.Code{track.Admitted}}, register.Order{Field: register.LastContactOn}},
	{"far-end", register.Filter{Status: []casefile.Status{casefile.Referred}}, register.Order{}},
	{"half-far-end", register.Filter{OpenedTo: 700000 + 400}, register.Order{}},
	{"due", register.Filter{DueBefore: 740100}, register.Order{Field: register.NextDueOn, Direction: register.Ascending}},
}

// BenchmarkPage measures a page of twenty with its total.
func BenchmarkPage(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		r := register.New()
		r.Load(caseload(n))
		s := r.Snapshot()
		for _, p := range pages {
			b.Run(fmt.Sprintf("%d/%s", n, p.name), func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Page(register.Query{Scope: access.Scope{Organisation: "org_0"}, Today: today, Filter: p.filter, Order: p.order}); err != nil {
						b.Fatal(err)
					}
				}
				each := b.Elapsed() / time.Duration(b.N)
				b.ReportMetric(float64(each)/float64(pageFigure[n]), "of-figure")
			})
		}
	}
}

// BenchmarkApply measures taking in one change and publishing it.
func BenchmarkApply(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		cases := caseload(n)
		r := register.New()
		r.Load(cases)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				held, _ := r.Snapshot().Case(cases[i%n].ID)
				c := held.Clone()
				c.Version++
				c.LastContactOn++
				c.NextDueOn = calendar.Day(740000 + i%365)
				c.Danger = word.At(casefile.High)
				r.Apply(c)
			}
		})
	}
}

// scanFigure is the figure to hold for a scan: a hundred cases due among a million.
const scanFigure = 5 * time.Millisecond

// BenchmarkDue measures a scan that finds a hundred cases that are due and what to
// raise on them, among ten thousand and among a million, beside a scan that looks
// at all of them: it costs what is due, not what exists.
func BenchmarkDue(b *testing.B) {
	const due = 100
	thresholds := stall.Defaults()
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("%d-of-%d", due, n), func(b *testing.B) {
			s := waiting(n, due)
			found := 0
			b.ResetTimer()
			for b.Loop() {
				found = stalled(s.Due(today), thresholds)
			}
			each := b.Elapsed() / time.Duration(b.N)
			began := time.Now()
			swept := stalled(s.All(), thresholds)
			sweep := time.Since(began)
			if found != due || swept != due {
				b.Fatalf("%d found and %d by the full sweep, want %d", found, swept, due)
			}
			b.ReportMetric(0, "ns/op") // it is below, in milliseconds
			b.ReportMetric(float64(each)/float64(time.Millisecond), "ms")
			b.ReportMetric(float64(sweep)/float64(time.Millisecond), "full-sweep-ms")
			b.ReportMetric(float64(sweep)/float64(each), "sweep/due")
			b.ReportMetric(float64(each)/float64(scanFigure), "of-figure")
		})
	}
}

// stalled counts the cases on which a scan would raise something today.
func stalled(cases iter.Seq[*casefile.Case], th *stall.Thresholds) int {
	n := 0
	for c := range cases {
		if len(stall.Assess(c, th, today).Raise) > 0 {
			n++
		}
	}
	return n
}

// waiting is a register of n active cases, of which some were last worked on more
// than a year ago, and the others in the last days.
func waiting(n, due int) *register.Snapshot {
	cases, thresholds := make([]*casefile.Case, n), stall.Defaults()
	for i := range cases {
		on := today - calendar.Day(i%5)
		if i%(n/due) == 0 {
			on -= 400
		}
		cases[i] = &casefile.Case{
			ID: id.Case(fmt.Sprintf("case_%07d", (i*7919)%n)), Code: fmt.Sprintf("C-%07d", i), Version: 1,
			Status: casefile.Active, About: word.At(casefile.AtRisk), Danger: word.At(casefile.Medium), Organisation: "org_1", Owner: "worker_1",
			OpenedOn: on, MovedOn: on, AssessedOn: on, LastContactOn: on,
		}
		new(stall.Deriver).Derive(cases[i], thresholds, today)
	}
	r := register.New()
	r.Load(cases)
	return r.Snapshot()
}

// BenchmarkLoad measures taking in all cases at start.
func BenchmarkLoad(b *testing.B) {
	cases := caseload(100_000)
	for b.Loop() {
		register.New().Load(cases)
	}
	b.ReportMetric(float64(len(cases))*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}

// BenchmarkMemDB measures the same caseload in hashicorp/go-memdb, the other way
// to build a register: loading it, a page of twenty of one organisation by an
// index with a residual filter and a count, and one change.
func BenchmarkMemDB(b *testing.B) {
	cases := caseload(100_000)
	load := func() *memdb.MemDB {
		index := func(field string) *memdb.IndexSchema {
			return &memdb.IndexSchema{Name: field, Indexer: &memdb.StringFieldIndex{Field: field}}
		}
		unique := &memdb.IndexSchema{Name: "id", Unique: true, Indexer: &memdb.StringFieldIndex{Field: "ID"}}
		db, err := memdb.NewMemDB(&memdb.DBSchema{Tables: map[string]*memdb.TableSchema{"case": {Name: "case", Indexes: map[string]*memdb.IndexSchema{
			"id": unique, "Organisation": index("Organisation"), "Status": index("Status"), "Owner": index("Owner"), "Risk": index("Risk")}}}})
		if err != nil {
			b.Fatal(err)
		}
		t := db.Txn(true)
		for _, c := range cases {
			if err := t.Insert("case", c); err != nil {
				b.Fatal(err)
			}
		}
		t.Commit()
		return db
	}
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			load()
		}
		b.ReportMetric(float64(len(cases))*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	})
	db := load()
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			it, err := db.Txn(false).Get("case", "Organisation", "org_0")
			if err != nil {
				b.Fatal(err)
			}
			var found []*casefile.Case
			total := 0
			for o := it.Next(); o != nil; o = it.Next() {
				if c := o.(*casefile.Case); c.Status == casefile.Active && c.Risk() == casefile.High {
					if total++; len(found) < page.DefaultSize {
						found = append(found, c)
					}
				}
			}
		}
	})
	b.Run("apply", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			c := *cases[i%len(cases)]
			c.LastContactOn++
			t := db.Txn(true)
			if err := t.Insert("case", &c); err != nil {
				b.Fatal(err)
			}
			t.Commit()
		}
	})
}
