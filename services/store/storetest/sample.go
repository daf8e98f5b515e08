package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
)

// morning is when everything in the suite is recorded, give or take.
var morning = time.Date(2026, time.March, 9, 1, 30, 0, 250e6, time.UTC)

// admitted returns a small case file at version 1.
func admitted(id string) store.Document {
	return store.Document{ID: id, Version: 1, State: stateAt(1), History: []store.Entry{entryAt(1, "shelter.admitted", "")}}
}

// followUp returns the change that follows the version. The key tells it from
// the same change made by others.
func followUp(id string, from int, key string) store.Change {
	return store.Change{ID: id, From: from, To: from + 1, State: stateAt(from + 1),
		Entries: []store.Entry{entryAt(from+1, "followup.visited", key)}}
}

func stateAt(version int) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"status":"open","version":%d}`, version))
}

func entryAt(version int, kind, key string) store.Entry {
	return store.Entry{Version: version, Kind: kind, On: calendar.Date(2026, time.March, 9),
		At: morning.Add(time.Duration(version) * time.Millisecond), By: "worker_sophea", Organisation: "org_hope", Key: key,
		Data: json.RawMessage(fmt.Sprintf(`{"visit":%d}`, version))}
}

func insert(t *testing.T, s store.Store, docs ...store.Document) {
	t.Helper()
	if err := s.Insert(timeout(t), store.Cases, docs...); err != nil {
		t.Fatalf("insert: %v", err)
	}
}

func makeChange(t *testing.T, s store.Store, change store.Change) {
	t.Helper()
	if err := s.Append(timeout(t), store.Cases, change); err != nil {
		t.Fatalf("append: %v", err)
	}
}

func get(t *testing.T, s store.Store, id string) store.Document {
	t.Helper()
	doc, err := s.Get(timeout(t), store.Cases, id)
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	return doc
}

// scan returns every case file by its id, and the mark.
func scan(t *testing.T, s store.Store) (map[string]store.Document, store.Mark) {
	t.Helper()
	docs := make(map[string]store.Document)
	mark, err := s.Scan(timeout(t), store.Cases, func(doc store.Document) error {
		if _, twice := docs[doc.ID]; twice {
			t.Errorf("scan: %s came twice", doc.ID)
		}
		docs[doc.ID] = doc
		return nil
	})
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	return docs, mark
}

// wantKind fails the case unless err is a fault of the kind that names the
// operation.
func wantKind(t *testing.T, err error, kind fault.Kind, operation string) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: got %v, want a fault of kind %s", operation, err, kind)
	} else if !strings.Contains(err.Error(), operation) {
		t.Errorf("the fault %q does not name the operation %q", err, operation)
	}
}

// wantSame fails the case unless the documents say the same.
func wantSame(t *testing.T, got, want store.Document) {
	t.Helper()
	if g, w := describe(got), describe(want); g != w {
		t.Errorf("document %s differs (-want +got):\n%s", want.ID, cmp.Diff(clip(w), clip(g)))
	}
}

// describe writes the document, one line for each entry, so that two documents
// say the same exactly if they are written the same.
func describe(doc store.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q at version %d: %s\n", doc.ID, doc.Version, meaning(doc.State))
	for _, e := range doc.History {
		fmt.Fprintf(&b, "%d %q on %v at %v by %q of %q key %q data %s\n",
			e.Version, e.Kind, e.On, e.At, e.By, e.Organisation, e.Key, meaning(e.Data))
	}
	return b.String()
}

// wantWhole fails the case unless the document is one that the changes of
// followUp can have made, from the first entry to the last.
func wantWhole(t *testing.T, doc store.Document) {
	t.Helper()
	if got, want := meaning(doc.State), meaning(stateAt(doc.Version)); got != want {
		t.Errorf("%s at version %d has the state %s", doc.ID, doc.Version, got)
	}
	if len(doc.History) != doc.Version {
		t.Errorf("%s at version %d has %d entries", doc.ID, doc.Version, len(doc.History))
	}
	for i, e := range doc.History {
		if e.Version != i+1 {
			t.Errorf("%s: entry %d has version %d", doc.ID, i, e.Version)
		}
	}
}

// meaning writes JSON so that two texts have the same meaning exactly if they
// are written the same: names in the order given, no spaces, no escapes, texts
// with their lengths, an integer as its digits, any other number as the float64
// that it stands for.
func meaning(text json.RawMessage) string {
	var b strings.Builder
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			return fmt.Sprintf("%s (not JSON: %v)", text, err)
		}
		switch token := token.(type) {
		case json.Number:
			b.WriteString(number(token.String()))
		case string:
			b.WriteString(strconv.Itoa(len(token)))
			b.WriteByte(':')
			b.WriteString(token)
		default:
			fmt.Fprint(&b, token)
		}
		b.WriteByte(' ')
	}
}

func number(literal string) string {
	if _, err := strconv.ParseInt(literal, 10, 64); err == nil {
		return literal
	}
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return literal
	}
	return "float " + strconv.FormatFloat(f, 'g', -1, 64)
}

// clip shortens the description of a large document.
func clip(s string) string {
	if len(s) > 4000 {
		return s[:4000] + "…"
	}
	return s
}

// attempt appends the change that follows the document's present version until
// no other writer is in its way.
func attempt(ctx context.Context, s store.Store, id, key string) error {
	for {
		doc, err := s.Get(ctx, store.Cases, id)
		if err != nil {
			return err
		}
		err = s.Append(ctx, store.Cases, followUp(id, doc.Version, key))
		if !fault.Is(err, fault.Conflict) {
			return err
		}
	}
}
