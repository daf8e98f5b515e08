package people_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/identity"
	"onward/services/people"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/vault"
	"onward/services/vault/vaulttest"
)

// shelf is a book on a real store.
type shelf struct {
	testing.TB
	store *sqlite.Store
	vault *vault.Vault
	book  *people.Book
}

func open(t testing.TB, list *vault.List) *shelf {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	v := vault.New(s, vaulttest.Master(t), list)
	return &shelf{t, s, v, people.New(s, v)}
}

var noon = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

func recording(caseID id.Case, who identity.Identity) people.Recording {
	return people.Recording{Case: caseID, Organisation: "org_1", By: "worker_1", For: "org_1", At: noon, Key: "key-" + string(caseID), Identity: who}
}

func (s *shelf) record(r people.Recording) people.Person {
	s.Helper()
	p, err := s.book.Record(context.Background(), r)
	if err != nil {
		s.Fatal(err)
	}
	return p
}

func (s *shelf) get(caseID id.Case) people.Person {
	s.Helper()
	p, err := s.book.Get(context.Background(), caseID)
	if err != nil {
		s.Fatal(err)
	}
	return p
}

func (s *shelf) find(b *people.Book, name string) []id.Case {
	s.Helper()
	q, _ := identity.ByName(name)
	found, err := b.Find(context.Background(), "org_1", q)
	if err != nil {
		s.Fatal(err)
	}
	return found
}

func named(family, given string) identity.Identity {
	return identity.Identity{Name: &identity.Name{Family: family, Given: given}}
}

// TestRecordReplacesWhatIsGiven proves that a recording changes the fields that it
// names and no other, that it is found by what she is called now and no longer by what
// she was, and that the history says who has recorded what.
func TestRecordReplacesWhatIsGiven(t *testing.T) {
	s := open(t, nil)
	first := named("Sok", "Dara")
	first.Nationality, first.Aliases = "KH", []string{"Mealea"}
	s.record(recording("case_1", first))
	second := recording("case_1", named("Keo", "Dara"))
	second.Key, second.By, second.Clear = "second", "worker_2", []identity.Field{identity.AliasesField}
	if p := s.record(second); p.Version != 2 || p.Name.Family != "Keo" || p.Nationality != "KH" || p.Aliases != nil {
		t.Errorf("it is %+v", p)
	}
	if p := s.get("case_1"); p.Version != 2 || p.Name.Family != "Keo" || p.Nationality != "KH" || p.Aliases != nil || p.RecordedBy != "worker_2" {
		t.Errorf("it is read as %+v", p)
	}
	for name, want := range map[string]int{"keo": 1, "dara keo": 1, "daraKeo": 1, "sok": 0, "sok dara": 0, "mealea": 0} {
		if got := s.find(s.book, name); len(got) != want {
			t.Errorf("%s finds %v", name, got)
		}
	}
	again, seen, err := s.book.Seen(t.Context(), "case_1", "worker_1", "key-case_1")
	if err != nil || !seen || again.Version != 1 || again.Name.Family != "Sok" || !slices.Equal(again.Aliases, []string{"Mealea"}) {
		t.Errorf("the first request is answered again with %+v, %v, %v", again, seen, err)
	}
	if _, seen, _ := s.book.Seen(t.Context(), "case_1", "worker_2", "key-case_1"); seen {
		t.Error("another worker's request counts as made")
	}
	changes, err := s.book.Changes(t.Context(), "case_1")
	if err != nil || len(changes) != 2 || changes[1].By != "worker_2" || !slices.Equal(changes[1].Recorded, []identity.Field{identity.NameField}) || !slices.Equal(changes[1].Cleared, []identity.Field{identity.AliasesField}) {
		t.Errorf("the history says %+v, %v", changes, err)
	}
}

// TestSealedValuesOpenWhereTheyWereSealed proves that a sealed value which is moved to
// another person, field or version opens nowhere.
func TestSealedValuesOpenWhereTheyWereSealed(t *testing.T) {
	type value struct {
		V      int    `json:"v"`
		Sealed []byte `json:"sealed"`
	}
	type state struct {
		Organisation string           `json:"organisation"`
		Fields       map[string]value `json:"fields"`
	}
	moves := map[string]func(mine, other state){
		"another person": func(mine, other state) { mine.Fields["NAME"] = other.Fields["NAME"] },
		"another field":  func(mine, _ state) { mine.Fields["NAME_KHMER"] = mine.Fields["NAME"] },
		"another version": func(mine, _ state) {
			mine.Fields["NAME"] = value{2, mine.Fields["NAME"].Sealed}
		},
	}
	for name, move := range moves {
		t.Run(name, func(t *testing.T) {
			s := open(t, nil)
			s.record(recording("case_1", named("Sok", "Dara")))
			s.record(recording("case_2", named("Keo", "Srey")))
			read := func(caseID string) (st state) {
				doc, err := s.store.Get(t.Context(), store.People, caseID)
				if err != nil || json.Unmarshal(doc.State, &st) != nil {
					t.Fatal(err)
				}
				return st
			}
			mine, other := read("case_1"), read("case_2")
			move(mine, other)
			forged, err := json.Marshal(mine)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.store.Append(t.Context(), store.People, store.Change{ID: "case_1", From: 1, To: 2, State: forged}); err != nil {
				t.Fatal(err)
			}
			if p, err := s.book.Get(t.Context(), "case_1"); !fault.Is(err, fault.Internal) {
				t.Errorf("it opens as %+v, %v", p, err)
			}
		})
	}
}

// TestErasedIsGone proves that an erasure takes the sealed fields and the tokens away,
// that nothing is recorded or found afterwards, and that this holds where an older copy
// of the store is put back.
func TestErasedIsGone(t *testing.T) {
	s := open(t, vault.OpenList(filepath.Join(t.TempDir(), "erasures")))
	s.record(recording("case_1", named("Sok", "Dara")))
	older, err := s.store.Get(t.Context(), store.People, "case_1")
	if err != nil {
		t.Fatal(err)
	}
	key, err := s.store.Get(t.Context(), store.Keys, "case_1")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.vault.Erase(t.Context(), vault.Erasure{Subject: "case_1", At: noon, By: "worker_1", Reason: "HER_WISH"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.book.Erase(t.Context(), "case_1", noon, "worker_1"); err != nil {
			t.Fatal(err)
		}
	}
	s.wantGone(s.book)
	if _, err := s.book.Record(t.Context(), recording("case_1", named("Sok", "Dara"))); !fault.Is(err, fault.Conflict) {
		t.Errorf("recording on an erased case: %v", err)
	}

	restored := open(t, nil)
	older.History = older.History[:1]
	for c, doc := range map[store.Collection]store.Document{store.People: older, store.Keys: key} {
		if err := restored.store.Insert(t.Context(), c, doc); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.vault.Listed()
	if err != nil || len(list) != 1 {
		t.Fatalf("listed are %v, %v", list, err)
	}
	back := &shelf{t, restored.store, vault.New(restored.store, vaulttest.Master(t), listOf(t, list)), nil}
	if _, err := back.vault.Replay(t.Context()); err != nil {
		t.Fatal(err)
	}
	back.book = people.New(back.store, back.vault)
	if err := back.book.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	back.wantGone(back.book)
}

// TestErasedByAnotherProcess proves that a process which has the key of a case open, and
// has not heard that it was destroyed, records nothing more of her.
func TestErasedByAnotherProcess(t *testing.T) {
	s := open(t, nil)
	unaware := &shelf{t, s.store, vault.New(s.store, vaulttest.Master(t), nil), nil}
	unaware.book = people.New(unaware.store, unaware.vault)
	unaware.record(recording("case_1", named("Sok", "Dara")))
	if err := s.vault.Erase(t.Context(), vault.Erasure{Subject: "case_1", At: noon, By: "worker_1", Reason: "HER_WISH"}); err != nil {
		t.Fatal(err)
	}
	if err := s.book.Erase(t.Context(), "case_1", noon, "worker_1"); err != nil {
		t.Fatal(err)
	}
	again := recording("case_1", named("Sok", "Bopha"))
	again.Key = "again"
	if p, err := unaware.book.Record(t.Context(), again); !fault.Is(err, fault.Conflict) {
		t.Errorf("recorded as %+v, %v", p, err)
	}
	unaware.wantGone(s.book)
}

// listOf writes a list of erasures to a file of its own.
func listOf(t *testing.T, all []vault.Erasure) *vault.List {
	t.Helper()
	s := open(t, vault.OpenList(filepath.Join(t.TempDir(), "list")))
	path := filepath.Join(t.TempDir(), "erasures")
	v := vault.New(s.store, vaulttest.Master(t), vault.OpenList(path))
	for _, e := range all {
		if err := v.Erase(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	return vault.OpenList(path)
}

func (s *shelf) wantGone(b *people.Book) {
	s.Helper()
	if p := s.get("case_1"); p.Version != 0 || p.Name != nil {
		s.Errorf("erased, it is %+v", p)
	}
	if found := s.find(b, "sok"); len(found) > 0 {
		s.Errorf("erased, it is found: %v", found)
	}
	doc, err := s.store.Get(context.Background(), store.People, "case_1")
	if err != nil || strings.Contains(string(doc.State), "tokens") || strings.Contains(string(doc.State), "sealed") {
		s.Errorf("erased, its state is %s, %v", doc.State, err)
	}
}

// TestEverybodysRecordingIsKept proves that recordings at the same time are kept all,
// each with its field, and that an expected version lets one of two through.
func TestEverybodysRecordingIsKept(t *testing.T) {
	s := open(t, nil)
	parts := []identity.Identity{named("Sok", "Dara"), {Aliases: []string{"Mealea"}}, {Nationality: "KH"}, {Sex: "FEMALE"},
		{NameKhmer: &identity.Name{Given: "ដារ៉ា"}}, {Birth: &identity.Birth{On: calendar.Date(2004, 1, 1), Precision: identity.ToYear}}}
	var all sync.WaitGroup
	for i, part := range parts {
		all.Go(func() {
			r := recording("case_1", part)
			r.Key = fmt.Sprint("key-", i)
			if _, err := s.book.Record(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if p := s.get("case_1"); p.Version != len(parts) || len(p.Given()) != len(parts) {
		t.Errorf("kept are %v at version %d", p.Given(), p.Version)
	}
	expected := len(parts)
	r := recording("case_1", named("Keo", "Srey"))
	r.ExpectedVersion = &expected
	s.record(r)
	if _, err := s.book.Record(t.Context(), r); !fault.Is(err, fault.Conflict) {
		t.Errorf("the version before: %v", err)
	}
}

// TestFoundAgain proves that what one process has recorded another one finds, which
// loads it or follows, and that organisations have tokens of their own.
func TestFoundAgain(t *testing.T) {
	s := open(t, nil)
	s.record(recording("case_1", named("Sok", "Dara")))
	other := people.New(s.store, s.vault)
	if err := other.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.find(other, "sok"); !slices.Equal(got, []id.Case{"case_1"}) {
		t.Errorf("loaded, %v is found", got)
	}
	ctx, stop := context.WithCancel(t.Context())
	followed := make(chan error, 1)
	go func() { followed <- other.Follow(ctx) }()
	s.record(recording("case_2", named("Sok", "Bopha")))
	for tries := 0; len(s.find(other, "bopha")) == 0; tries++ {
		if tries > 1000 {
			t.Fatal("what another process has recorded is not found")
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-followed; err != nil {
		t.Error(err)
	}
	q, _ := identity.ByName("sok")
	if got, err := s.book.Find(t.Context(), "org_2", q); err != nil || len(got) > 0 {
		t.Errorf("another organisation's index finds %v, %v", got, err)
	}
}

// TestSistersAreNotAlike proves that papers which are of all who live together, or of which
// nobody says what they are, tell no organisation that another one knows somebody of them;
// and that a person is found by their number in her own.
func TestSistersAreNotAlike(t *testing.T) {
	for _, kind := range []identity.NumberKind{identity.FamilyBook, identity.ResidentBook, identity.EquityCard, identity.OtherPaper} {
		s := open(t, nil)
		household := []identity.Number{{Kind: kind, Number: "12-345"}}
		her := named("Sok", "Dara")
		her.Numbers = household
		p := s.record(recording("case_1", her))
		sister := recording("case_2", identity.Identity{Name: &identity.Name{Family: "Sok", Given: "Bopha"}, Numbers: household})
		sister.Organisation = "org_2"
		s.record(sister)
		if alike, err := s.book.Alike(t.Context(), p); err != nil || len(alike) > 0 || len(s.book.Sharing("case_1")) > 0 {
			t.Errorf("%s: %v, %v", kind, alike, err)
		}
		q, _ := identity.ByNumber("12345")
		if found, err := s.book.Find(t.Context(), "org_1", q); err != nil || !slices.Equal(found, []id.Case{"case_1"}) {
			t.Errorf("%s finds %v, %v", kind, found, err)
		}
	}
}

// TestAlike proves by what two organisations are told that they may know the same
// person, and by what not.
func TestAlike(t *testing.T) {
	born := func(year int) *identity.Birth {
		return &identity.Birth{On: calendar.Date(year, 1, 1), Precision: identity.ToYear}
	}
	card := func(kind identity.NumberKind, n string) []identity.Number {
		return []identity.Number{{Kind: kind, Number: n}}
	}
	name := &identity.Name{Family: "Sok", Given: "Dara"}
	hers := identity.Identity{Name: name, Birth: born(2004), Numbers: card(identity.NationalID, "010 123 456")}
	for i, test := range []struct {
		other identity.Identity
		want  []identity.Sign
	}{
		{identity.Identity{Numbers: card(identity.NationalID, "010-123-456")}, []identity.Sign{identity.SameNumber}},
		{identity.Identity{Numbers: card(identity.Passport, "010123456")}, nil},
		{identity.Identity{Name: &identity.Name{Family: "Dara", Given: "SOK"}, Birth: born(2004)}, []identity.Sign{identity.SameNameAndBirth}},
		{identity.Identity{Name: name, Birth: born(2005)}, nil},
		{identity.Identity{Name: name}, nil},
		{identity.Identity{Name: &identity.Name{Given: "Dara"}, Birth: born(2004)}, nil},
		{hers, []identity.Sign{identity.SameNameAndBirth, identity.SameNumber}},
	} {
		s := open(t, nil)
		p := s.record(recording("case_1", hers))
		r := recording("case_2", test.other)
		r.Organisation = "org_2"
		s.record(r)
		alike, err := s.book.Alike(t.Context(), p)
		got := alike["case_2"]
		slices.Sort(got)
		if err != nil || len(alike) > 1 || !slices.Equal(got, test.want) {
			t.Errorf("%d: %v, %v; want %v", i, alike, err, test.want)
		}
	}
}
