package people

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"onward/services/calendar"
	"onward/services/id"
	"onward/services/identity"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/vault"
	"onward/services/vault/vaulttest"
)

// caseload is for how many people the index is planned in one organisation.
const caseload = 100_000

// slowest is how long a search of that many may take.
const slowest = 50 * time.Millisecond

// BenchmarkFind measures a search among 100,000 people: for the commonest part of a
// name, which a twentieth of them have, for a whole name, and for a phone. share is of
// the time that it may take, and B/person the memory of the index.
func BenchmarkFind(b *testing.B) {
	s, err := sqlite.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	book := New(s, vault.New(s, vaulttest.Master(b), nil))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := range caseload {
		if err := book.index.take(synthetic(b, book, n)); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	part, _ := identity.ByName("family7")
	whole, _ := identity.ByName("given77 family17")
	phone, _ := identity.ByPhone("012 000 077")
	for name, q := range map[string]identity.Query{"part": part, "whole": whole, "phone": phone} {
		b.Run(name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				cases, err := book.Find(b.Context(), "org_1", q)
				if err != nil {
					b.Fatal(err)
				}
				found = len(cases)
			}
			b.ReportMetric(float64(found), "found")
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(slowest), "share")
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/caseload, "B/person")
		})
	}
	runtime.KeepAlive(book)
}

// synthetic returns the document of the nth person, with names in both scripts, a
// birth day, a phone and a card.
func synthetic(b *testing.B, book *Book, n int) store.Document {
	b.Helper()
	who := identity.Identity{
		Name:      &identity.Name{Family: fmt.Sprint("family", n%20), Given: fmt.Sprint("given", n)},
		NameKhmer: &identity.Name{Family: fmt.Sprint("សុខ", n%20), Given: fmt.Sprint("ដារ៉ា", n)},
		Birth:     &identity.Birth{On: calendar.Date(1990+n%20, 1, 1), Precision: identity.ToYear},
		Numbers:   []identity.Number{{Kind: identity.NationalID, Number: fmt.Sprintf("%09d", n)}},
		Contacts:  []identity.Contact{{Kind: identity.Phone, Value: fmt.Sprintf("+85512%06d", n)}},
	}
	tokens, err := book.tokens(b.Context(), "org_1", &who)
	if err != nil {
		b.Fatal(err)
	}
	encoded, err := json.Marshal(state{Organisation: "org_1", Tokens: written(tokens)})
	if err != nil {
		b.Fatal(err)
	}
	return store.Document{ID: id.New(id.CasePrefix), Version: 1, State: encoded}
}
