package sqlite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onward/services/calendar"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// caseFile is a document as a case has it after some months: a state of 1.5 KB
// and entries of some 230 bytes each.
func caseFile(id string, entries int) store.Document {
	doc := store.Document{ID: id, Version: entries, State: json.RawMessage(`{"status":"open","summary":"` + strings.Repeat("s", 1470) + `"}`)}
	for v := 1; v <= entries; v++ {
		doc.History = append(doc.History, caseEntry(v, `{"placement":"plc_01JX","still":true,"wage":{"amount":21000,"currency":"USD"}}`))
	}
	return doc
}

func caseEntry(version int, data string) store.Entry {
	return store.Entry{Version: version, Kind: "employment.followed_up", On: calendar.Date(2026, 3, 1) + calendar.Day(version),
		At: time.UnixMilli(1772000000123 + int64(version)).UTC(), By: "wrk_01JXYZ6N2K8T", Organisation: "org_hope",
		Key: fmt.Sprintf("req-%08d", version), Data: json.RawMessage(data)}
}

// caseID spreads ids as ULIDs of different moments are spread.
func caseID(i int) string { return fmt.Sprintf("case_%026d", uint32(i)*2654435761) }

// BenchmarkAppend makes bare guarded appends of an entry of 300 bytes, each with
// a state of 1.5 KB, and reports how many are acknowledged in a second.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 8} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s := open(b, b.TempDir())
			for w := range writers {
				if err := s.Insert(b.Context(), store.Cases, caseFile(caseID(w), 1)); err != nil {
					b.Fatal(err)
				}
			}
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			var writing sync.WaitGroup
			for w := range writers {
				writing.Go(func() { appendAll(b, s, w, &left) })
			}
			writing.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
		})
	}
}

// appendAll changes documents of its own until none of the changes is left. It
// takes a new document now and then, so that none grows beyond what a case does.
func appendAll(b *testing.B, s *sqlite.Store, writer int, left *atomic.Int64) {
	doc := caseFile(caseID(writer), 1)
	data := `{"note":"` + strings.Repeat("n", 135) + `"}`
	next := writer
	for left.Add(-1) >= 0 {
		change := store.Change{ID: doc.ID, From: doc.Version, To: doc.Version + 1, State: doc.State,
			Entries: []store.Entry{caseEntry(doc.Version+1, data)}}
		if err := s.Append(context.Background(), store.Cases, change); err != nil {
			b.Error(err)
			return
		}
		doc.Version++
		if doc.Version == 30 {
			next += 1000
			doc = caseFile(caseID(next), 1)
			if err := s.Insert(context.Background(), store.Cases, doc); err != nil {
				b.Error(err)
				return
			}
		}
	}
}

// BenchmarkInsert inserts 20,000 case files in one call, new ones (0.6 KB) and
// old ones (3.9 KB), and reports documents per second.
func BenchmarkInsert(b *testing.B) {
	for _, entries := range []int{1, 10} {
		b.Run(fmt.Sprintf("entries=%d", entries), func(b *testing.B) {
			docs := make([]store.Document, 20_000)
			for i := range docs {
				docs[i] = caseFile(caseID(i), entries)
				if entries == 1 {
					docs[i].State = json.RawMessage(`{"status":"open","summary":"` + strings.Repeat("s", 370) + `"}`)
				}
			}
			for b.Loop() {
				b.StopTimer()
				s := open(b, b.TempDir())
				b.StartTimer()
				if err := s.Insert(b.Context(), store.Cases, docs...); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}

// BenchmarkScan reads and decodes 20,000 case files of 10 entries, as at process
// start, and reports documents per second.
func BenchmarkScan(b *testing.B) {
	const n = 20_000
	s := open(b, b.TempDir())
	docs := make([]store.Document, n)
	for i := range docs {
		docs[i] = caseFile(caseID(i), 10)
	}
	if err := s.Insert(b.Context(), store.Cases, docs...); err != nil {
		b.Fatal(err)
	}
	docs = nil
	b.ReportAllocs()
	for b.Loop() {
		seen := 0
		if _, err := s.Scan(b.Context(), store.Cases, func(doc store.Document) error {
			seen += len(doc.History)
			return nil
		}); err != nil || seen != 10*n {
			b.Fatal(seen, err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "docs/s")
}
