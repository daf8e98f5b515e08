package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
)

func getAbsent(t *testing.T, p Place) {
	s := p.Open(t)
	_, err := s.Get(timeout(t), store.Cases, "case_absent")
	wantKind(t, err, fault.NotFound, "get case_absent")
	_, err = s.Get(timeout(t), store.Cases, "")
	wantKind(t, err, fault.NotFound, "get")
}

func collectionsApart(t *testing.T, p Place) {
	s := p.Open(t)
	for i, c := range store.Collections {
		doc := admitted("same_id")
		doc.State = json.RawMessage(fmt.Sprintf(`{"collection":%d}`, i))
		if err := s.Insert(timeout(t), c, doc); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range store.Collections {
		doc, err := s.Get(timeout(t), c, "same_id")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := meaning(doc.State), meaning(json.RawMessage(fmt.Sprintf(`{"collection":%d}`, i))); got != want {
			t.Errorf("%s has the state %s", c, got)
		}
	}
}

func unknownCollection(t *testing.T, p Place) {
	s, ctx := p.Open(t), timeout(t)
	never := func(store.Document) error { t.Error("fn was called"); return nil }
	const c = "cases; DROP TABLE cases"
	_, err := s.Get(ctx, c, "x")
	wantKind(t, err, fault.Internal, "get x")
	wantKind(t, s.Insert(ctx, c, admitted("x")), fault.Internal, "insert x")
	wantKind(t, s.Append(ctx, c, followUp("x", 1, "")), fault.Internal, "append x")
	wantKind(t, s.Remove(ctx, c, "x"), fault.Internal, "remove x")
	_, err = s.Scan(ctx, c, never)
	wantKind(t, err, fault.Internal, "scan")
	_, err = s.ScanHistories(ctx, c, never)
	wantKind(t, err, fault.Internal, "scan")
	wantKind(t, s.Watch(ctx, c, "", never), fault.Internal, "watch")
}

// awkward is a state and data of everything that JSON can say and that an
// engine might bend: numbers at the edges, names and texts that mean something
// to a database, text in Khmer, and names whose order matters.
const awkward = `{
	"_id": "other", "zeta": 1, "alpha": 2, "Mid": 3,
	"integers": [0, -1, 2147483647, 2147483648, 9007199254740993, 9223372036854775807, -9223372036854775808],
	"floats": [0.1, 1.0, -0.5, 1e21, 1.5e300, 5e-324, 123456789.123],
	"words": ["", "ភូមិថ្មី សុភា", "a\"b\\c/d\n\t\u0000\u2028", "<b>&amp;</b>", "😀", "$set", "2026-03-09T00:00:00Z"],
	"ភាសា": "khmer",
	"nothing": null, "yes": true, "no": false,
	"empty": {"object": {}, "array": []},
	"deep": {"a": {"b": {"c": [{"d": 1}, {"e": [2.5, {"f": null}]}]}}},
	"operators": {"$set": {"v": 9}, "$date": "x", "$oid": "y", "$": 1, "a.b": 2, ".": 3, "~": 4, "~1x": 5, "a$b": 6, "＄x": 7},
	"extended": [{"$numberLong": "5"}, {"$date": {"$numberLong": "0"}}, {"$binary": {"base64": "AA==", "subType": "00"}}],
	"v": -1, "history": []
}`

func roundTrip(t *testing.T, p Place) {
	s := p.Open(t)
	full := entryAt(1, "shelter.admitted", "request-1")
	full.Data = json.RawMessage(awkward)
	bare := store.Entry{Version: 1, Kind: "followup.missed", At: morning}
	empty := store.Entry{Version: 1, Kind: "case.opened", On: calendar.Date(1900, 1, 1), At: morning, Data: json.RawMessage(`{}`)}
	docs := []store.Document{
		{ID: "case_full", Version: 1, State: json.RawMessage(awkward), History: []store.Entry{full, bare, empty}},
		{ID: "case_no_history", Version: 7, State: json.RawMessage(`{}`)},
		{ID: `សុភា '"\ $x.y % ? # 😀`, Version: 1 << 30, State: stateAt(1), History: []store.Entry{bare}},
	}
	insert(t, s, docs[0])
	insert(t, s, docs[1:]...)

	// Appended entries take another way in than inserted ones.
	change := store.Change{ID: "case_no_history", From: 7, To: 9, State: json.RawMessage(awkward), Entries: []store.Entry{full, bare, empty}}
	makeChange(t, s, change)
	docs[1] = store.Document{ID: change.ID, Version: change.To, State: change.State, History: change.Entries}

	scanned, _ := scan(t, s)
	w := startWatch(t, s, "")
	for _, want := range docs {
		wantSame(t, get(t, s, want.ID), want)
		wantSame(t, scanned[want.ID], want)
		wantSame(t, w.await(want.ID, want.Version), want)
	}
}

func roundTripNested(t *testing.T, p Place) {
	s := p.Open(t)
	doc := admitted("case_1")
	doc.State = json.RawMessage(`{"arrays": [[], [[]], [1, [2, {"three": [[3]]}]]]}`)
	insert(t, s, doc)
	wantSame(t, get(t, s, doc.ID), doc)
}

func roundTripTimes(t *testing.T, p Place) {
	s := p.Open(t)
	doc := admitted("case_1")
	doc.History[0].At = time.Date(2026, 3, 9, 8, 30, 0, 250_999_999, calendar.Zone)
	insert(t, s, doc)
	if got := get(t, s, "case_1").History[0].At; got != morning {
		t.Errorf("recorded at %v, want %v", got, morning)
	}
}

func largeDocument(t *testing.T, p Place) {
	s := p.Open(t)
	doc := admitted("case_large")
	doc.State = json.RawMessage(`{"text":"` + strings.Repeat("ក", 1<<20/3) + `"}`)
	entry := doc.History[0]
	entry.Data = json.RawMessage(`{"notes":[""` + strings.Repeat(`,"`+strings.Repeat("note ", 200)+`"`, 4<<10) + `]}`)
	doc.History = []store.Entry{entry}
	_, mark := scan(t, s)
	insert(t, s, doc)
	wantSame(t, get(t, s, doc.ID), doc)

	change := followUp(doc.ID, 1, "k")
	change.State = doc.State
	makeChange(t, s, change)
	doc.Version, doc.History = 2, append(doc.History, change.Entries...)
	wantSame(t, get(t, s, doc.ID), doc)
	scanned, _ := scan(t, s)
	wantSame(t, scanned[doc.ID], doc)
	wantSame(t, startWatch(t, s, mark).await(doc.ID, 2), doc)
	if size := len(doc.State) + len(doc.History[0].Data); size < 5_000_000 {
		t.Errorf("the document has only %d bytes", size)
	}
}

func endedContext(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_1"))
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	late, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	fn := func(store.Document) error { return nil }
	for _, ctx := range []context.Context{cancelled, late} {
		start := time.Now()
		_, err := s.Get(ctx, store.Cases, "case_1")
		wantKind(t, err, fault.Unavailable, "get case_1")
		if !errors.Is(err, ctx.Err()) {
			t.Errorf("the fault %v has lost its cause", err)
		}
		wantKind(t, s.Insert(ctx, store.Cases, admitted("case_2")), fault.Unavailable, "insert case_2")
		wantKind(t, s.Append(ctx, store.Cases, followUp("case_1", 1, "")), fault.Unavailable, "append case_1")
		wantKind(t, s.Remove(ctx, store.Runs, "run_1"), fault.Unavailable, "remove run_1")
		_, err = s.Scan(ctx, store.Cases, fn)
		wantKind(t, err, fault.Unavailable, "scan cases")
		if err := s.Watch(ctx, store.Cases, "", fn); err != nil {
			t.Errorf("watch: got %v, want nil", err)
		}
		if took := time.Since(start); took > soon {
			t.Errorf("took %v", took)
		}
	}
	wantSame(t, get(t, s, "case_1"), admitted("case_1"))
}

func reopened(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_1"))
	makeChange(t, s, followUp("case_1", 1, "k"))
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	s = p.Open(t)
	doc := get(t, s, "case_1")
	wantWhole(t, doc)
	if doc.Version != 2 {
		t.Errorf("version %d, want 2", doc.Version)
	}
	// Changes made now come after the marks given before.
	_, mark := scan(t, s)
	makeChange(t, s, followUp("case_1", 2, "k"))
	startWatch(t, s, mark).await("case_1", 3)
}

func scanEmpty(t *testing.T, p Place) {
	s := p.Open(t)
	docs, mark := scan(t, s)
	if len(docs) != 0 {
		t.Errorf("found %d documents", len(docs))
	}
	insert(t, s, admitted("case_1"))
	startWatch(t, s, mark).await("case_1", 1)
}

func scanStops(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, many("case", 500)...)
	stop := errors.New("enough")
	calls := 0
	_, err := s.Scan(timeout(t), store.Cases, func(store.Document) error {
		if calls++; calls == 3 {
			return stop
		}
		return nil
	})
	if err != stop || calls != 3 {
		t.Errorf("got %v after %d calls, want the error of the third", err, calls)
	}
}

func scanCancelled(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, many("case", 500)...)
	ctx, cancel := context.WithCancel(timeout(t))
	defer cancel()
	calls := 0
	_, err := s.Scan(ctx, store.Cases, func(store.Document) error {
		calls++
		cancel()
		return nil
	})
	wantKind(t, err, fault.Unavailable, "scan cases")
	if calls != 1 {
		t.Errorf("%d calls, want none after the context ended", calls)
	}
}

// histories is a store that scans without the states.
type histories struct{ store.Store }

func (h histories) Scan(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	return h.Store.ScanHistories(ctx, c, fn)
}

// ofHistories makes a place that scans without the states of a place.
func ofHistories(p Place) Place {
	return p.through(func(s store.Store) store.Store { return histories{s} })
}

// scanHistories: the documents are those of Scan, without their states.
func scanHistories(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, append(many("case", 300), admitted("case_1"))...)
	makeChange(t, s, followUp("case_1", 1, "k"))
	whole, _ := scan(t, s)
	folding, mark := scan(t, histories{s})
	if len(whole) != 301 || len(folding) != len(whole) {
		t.Errorf("%d documents, and %d without their states", len(whole), len(folding))
	}
	for id, doc := range whole {
		if folding[id].State != nil {
			t.Fatalf("%s has a state: %s", id, folding[id].State)
		}
		doc.State = nil
		wantSame(t, folding[id], doc)
	}
	makeChange(t, s, followUp("case_1", 2, "k"))
	startWatch(t, s, mark).await("case_1", 3)
}

// scanDuringWrites: every document that the scan gave is whole, and what it
// gave, brought up to date by the watch from its mark, is everything.
func scanDuringWrites(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, many("old", 300)...)
	ctx := timeout(t)
	var writing sync.WaitGroup
	begun := make(chan struct{})
	writing.Go(func() {
		for i := range 60 {
			if err := s.Insert(ctx, store.Cases, admitted(fmt.Sprintf("new_%04d", i))); err != nil {
				t.Errorf("insert: %v", err)
			}
			if err := attempt(ctx, s, fmt.Sprintf("old_%04d", i*5), "k"); err != nil {
				t.Errorf("append: %v", err)
			}
			if i == 5 {
				close(begun)
			}
		}
	})
	<-begun
	docs, mark := scan(t, s)
	writing.Wait()
	for _, doc := range docs {
		wantWhole(t, doc)
	}
	w := startWatch(t, s, mark)
	final, _ := scan(t, s)
	if len(final) != 360 {
		t.Errorf("%d documents, want 360", len(final))
	}
	for id, doc := range final {
		if docs[id].Version != doc.Version {
			wantSame(t, w.await(id, doc.Version), doc)
		}
	}
}

// many returns n small documents, numbered from 0.
func many(prefix string, n int) []store.Document {
	docs := make([]store.Document, n)
	for i := range docs {
		docs[i] = admitted(fmt.Sprintf("%s_%04d", prefix, i))
	}
	return docs
}
