package demo_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"onward/cmd/onward/demo"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/sealed"
	"onward/services/store"
	"onward/services/vault/vaulttest"
)

// todays are the days on which the demo must work: ends of months and of years,
// a leap day, and the day after one.
var todays = []calendar.Day{
	calendar.Date(2026, 2, 28), calendar.Date(2028, 2, 29), calendar.Date(2027, 12, 31), calendar.Date(2028, 3, 30),
}

const extraCases = 300

// demoOf is what a Write leaves behind.
type demoOf struct {
	now       time.Time
	docs      map[id.Case][]byte
	cases     []*casefile.Case
	entries   map[id.Case][]casefile.Entry
	directory *directory.Snapshot
	ledger    []activity.Activity
	err       error
}

// written writes the demo of each day once for all tests.
var written = func() map[calendar.Day]func(t *testing.T) *demoOf {
	all := map[calendar.Day]func(t *testing.T) *demoOf{}
	for _, today := range todays {
		once := sync.OnceValue(func() *demoOf { return write(today) })
		all[today] = func(t *testing.T) *demoOf {
			t.Helper()
			if d := once(); d.err == nil {
				return d
			}
			t.Fatalf("%s: %v", today, once().err)
			return nil
		}
	}
	return all
}()

// write writes the demo to a fresh store and reads it back.
func write(today calendar.Day) *demoOf {
	ctx := context.Background()
	made := &demoOf{now: today.Start().Add(9 * time.Hour), docs: map[id.Case][]byte{}, entries: map[id.Case][]casefile.Entry{}}
	made.err = inStore(func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		m, err := vaulttest.Shared()
		if err != nil {
			return err
		}
		if err := demo.Write(ctx, s, d, demo.Options{Today: today, Now: made.now, ExtraCases: extraCases, Master: m}); err != nil {
			return err
		}
		made.directory = d.Snapshot()
		ledger, _, err := activity.Open(ctx, s)
		if err != nil {
			return err
		}
		made.ledger = ledger.Snapshot().Counting()
		_, err = s.Scan(ctx, store.Cases, made.take)
		return err
	})
	return made
}

// sealedText is a sealed text or a reference to one: what is sealed is sealed in
// another way each time.
var sealedText = regexp.MustCompile(sealed.Prefix + `[^"]*`)

func (d *demoOf) take(doc store.Document) error {
	c, err := casework.Read(doc)
	if err != nil {
		return err
	}
	d.cases = append(d.cases, c)
	text := fmt.Appendf(nil, "%s at %d: %s", doc.ID, doc.Version, doc.State)
	for _, e := range doc.History {
		text = fmt.Appendf(text, "\n%d %s %s %s %s %s %s %s", e.Version, e.Kind, e.On, e.At, e.By, e.Organisation, e.Key, e.Data)
	}
	d.docs[c.ID] = sealedText.ReplaceAll(text, nil)
	d.entries[c.ID], err = casework.Entries(doc)
	return err
}

// count counts the indicators of the years of the speech.
func (d *demoOf) count(t *testing.T) map[outcome.Code]outcome.Row {
	t.Helper()
	report, err := outcome.Compute(slices.Values(d.cases), casework.Beside(d.directory, d.ledger), outcome.Query{
		Period: calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)}})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[outcome.Code]outcome.Row{}
	for _, r := range report.Rows {
		rows[r.Code] = r
	}
	return rows
}

// TestRecordedInTime proves that nothing is recorded after the present, before
// it happened or outside working hours, and little of it late.
func TestRecordedInTime(t *testing.T) {
	for _, today := range todays {
		d := written[today](t)
		late, all := 0, 0
		for _, c := range d.cases {
			for _, e := range d.entries[c.ID] {
				day, hour := calendar.DayOf(e.At), e.At.In(calendar.Zone).Hour()
				if e.At.After(d.now) || e.On > day || day > e.On+7 || hour < 8 || hour > 17 {
					t.Fatalf("%s: entry %d, %s of %s, is recorded at %s", c.Code, e.Version, e.Kind(), e.On, e.At.In(calendar.Zone))
				}
				all++
				if day > e.On {
					late++
				}
			}
		}
		if late*2 > all || late*20 < all {
			t.Errorf("%s: %d of %d entries are recorded late", today, late, all)
		}
	}
}

// TestSameDaySameData proves that the demo is the same for the same day, however
// the lots are shared out among processors.
func TestSameDaySameData(t *testing.T) {
	a, b := written[todays[1]](t), write(todays[1])
	if b.err != nil {
		t.Fatal(b.err)
	}
	if !maps.EqualFunc(a.docs, b.docs, bytes.Equal) {
		t.Error("the same day gives different documents")
	}
	if !reflect.DeepEqual(a.ledger, b.ledger) {
		t.Error("the same day gives different activities")
	}
	everybody := append(slices.Collect(maps.Keys(a.directory.Organisations)), "")
	if x, y := a.directory.ListTargets(everybody, directory.TargetFilter{}), b.directory.ListTargets(everybody, directory.TargetFilter{}); len(x) == 0 || !reflect.DeepEqual(x, y) {
		t.Error("the same day gives different targets")
	}
	continuing := 0 // opened by the house that took a case on
	for _, c := range a.cases {
		if c.Continues() != "" {
			continuing++
		}
	}
	if n := 1481 + 6 + 52 + 240 + extraCases + continuing; len(a.docs) != n || continuing == 0 {
		t.Errorf("%d cases, not %d; %d of them go on elsewhere", len(a.docs), n, continuing)
	}
}

// TestPartIsNotWhole proves that a demo is whole only when its last case is
// stored: one that ends after the first lots, or just before the last of its
// directory, is the demo's but a part.
func TestPartIsNotWhole(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := inStore(func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		o := demo.Options{Master: vaulttest.Master(t), Today: todays[0], Now: todays[0].Start().Add(time.Hour), Progress: func(done, total int) {
			if demo.Whole(d.Snapshot()) {
				t.Errorf("whole with %d of %d", done, total)
			}
			if done == total {
				cancel()
			}
		}}
		if err := demo.Write(ctx, s, d, o); err == nil {
			t.Error("an interruption is not reported")
		}
		if at := d.Snapshot(); !demo.Wrote(at) || demo.Whole(at) {
			t.Errorf("written %t, whole %t", demo.Wrote(at), demo.Whole(at))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestProgressAndRefusal proves that the progress reaches its total, and that an
// error of the store is not swallowed.
func TestProgressAndRefusal(t *testing.T) {
	ctx, today := context.Background(), todays[0]
	err := inStore(func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		last, sum := 0, 0
		o := demo.Options{Master: vaulttest.Master(t), Today: today, Now: today.Start().Add(time.Hour), Progress: func(done, total int) {
			if done < last {
				t.Errorf("progress went from %d to %d", last, done)
			}
			last, sum = done, total
		}}
		if err := demo.Write(ctx, s, d, o); err != nil {
			return err
		}
		if last != sum || last == 0 {
			t.Errorf("progress ends at %d of %d", last, sum)
		}
		if demo.Write(ctx, s, d, o) == nil {
			t.Error("a store that is not empty is not refused")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
