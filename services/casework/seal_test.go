package casework_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/plan"
	"onward/services/register"
	"onward/services/sealed"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/track"
	"onward/services/vault"
	"onward/services/vault/vaulttest"
)

// twins opens two cases with entries alike, in which every text names the case: two
// notes of the same kind and a plan of two goals.
func twins(t *testing.T, r *replica) (cases []id.Case) {
	t.Helper()
	for n := range 2 {
		c := r.open(t, fmt.Sprint("twin-", n)).ID
		cases = append(cases, c)
		text := func(what string) sealed.Text { return sealed.Text(fmt.Sprintf("%s of survivor %d", what, n)) }
		for i := range 2 {
			d := delivery.Delivered{Service: "counselling_trauma", Remark: track.Remark{Note: text(fmt.Sprint("note ", i))}}
			must(t)(r.casework.RecordService(t.Context(), supervisor, casework.RecordServiceInput{Request: request(c, fmt.Sprint("serve-", i)), Delivered: d}))
		}
		goals := []plan.GoalInput{{Title: text("first goal"), Measure: text("first measure")}, {Title: text("second goal"), Measure: text("second measure")}}
		must(t)(r.casework.UpdatePlan(t.Context(), supervisor, casework.UpdatePlanInput{Request: request(c, "plan"), Updated: plan.Updated{Goals: goals}}))
	}
	return cases
}

// exchanges say how somebody who can write the store exchanges texts in the two
// cases: the data of their entries, by version.
var exchanges = map[string]func(a, b []store.Entry){
	"the note of another case": func(a, b []store.Entry) { a[2].Data, b[2].Data = b[2].Data, a[2].Data },
	"the note of another version": func(a, _ []store.Entry) {
		a[2].Data, a[3].Data = a[3].Data, a[2].Data
	},
	"another place of a list": func(a, _ []store.Entry) { swap(&a[4], 0, "title", 1, "title") },
	"another field":           func(a, _ []store.Entry) { swap(&a[4], 0, "title", 0, "measure") },
	"another kind":            func(a, _ []store.Entry) { a[2].Kind, a[2].Data = "case.reopened", renamed(a[2].Data, "note", "reason") },
	"a text that was cut": func(a, _ []store.Entry) {
		a[2].Data = json.RawMessage(strings.Replace(string(a[2].Data), `"}`, `A"}`, 1))
	},
	"a reference to another text": func(a, _ []store.Entry) {
		a[2].Data = json.RawMessage(`{"service":"counselling_trauma","note":"⟦4 note"}`)
	},
}

// swap exchanges the texts of two fields of a goal each.
func swap(e *store.Entry, goal int, field string, otherGoal int, other string) {
	var data struct {
		Goals []map[string]any `json:"goals"`
	}
	_ = json.Unmarshal(e.Data, &data)
	a, b := data.Goals[goal], data.Goals[otherGoal]
	a[field], b[other] = b[other], a[field]
	e.Data, _ = json.Marshal(data)
}

func renamed(data json.RawMessage, from, to string) json.RawMessage {
	return json.RawMessage(strings.Replace(string(data), `"`+from+`":`, `"`+to+`":`, 1))
}

// TestExchangedTextsDoNotOpen proves that a sealed text opens only in the case, the
// version, the kind of entry, the field and the place of a list for which it was
// sealed, whoever moves it, and that verify names each that was moved.
func TestExchangedTextsDoNotOpen(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	cases := twins(t, r)
	for name, exchange := range exchanges {
		t.Run(name, func(t *testing.T) {
			docs := [2]store.Document{mustGet(t, s, cases[0]), mustGet(t, s, cases[1])}
			exchange(docs[0].History, docs[1].History)
			forged := copyOf(t, s, docs[:])
			v := &casework.Verification{}
			if err := v.VerifyTexts(t.Context(), forged, vaulttest.New(t, forged)); err != nil {
				t.Fatal(err)
			}
			if len(v.Differences) == 0 {
				t.Error("verify finds nothing")
			}
			for _, said := range read(t, forged, cases[0]) {
				if strings.Contains(said, "survivor 1") {
					t.Errorf("%q was read on the case of survivor 0", said)
				}
			}
		})
	}
	v := &casework.Verification{}
	if err := v.VerifyTexts(t.Context(), s, vaulttest.New(t, s)); err != nil || len(v.Differences) != 0 || v.Texts != 12 {
		t.Errorf("an honest store: %+v, %v", v, err)
	}
}

func mustGet(t *testing.T, s store.Store, c id.Case) store.Document {
	t.Helper()
	doc, err := s.Get(t.Context(), store.Cases, string(c))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// copyOf returns a store with other cases and all else that is in a store.
func copyOf(t *testing.T, s store.Store, cases []store.Document) *sqlite.Store {
	t.Helper()
	other, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	for _, c := range []store.Collection{store.Directory, store.Keys} {
		_, err := s.Scan(t.Context(), c, func(doc store.Document) error { return other.Insert(t.Context(), c, doc) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Insert(t.Context(), store.Cases, cases...); err != nil {
		t.Fatal(err)
	}
	return other
}

// read returns what the notes of a case say to the supervisor, as far as they can be
// read.
func read(t *testing.T, s store.Store, caseID id.Case) []string {
	t.Helper()
	entries, err := casework.Entries(mustGet(t, s, caseID))
	if err != nil {
		return nil // such an entry is not read at all
	}
	view := viewOf(t, s)
	var all []string
	for _, e := range entries {
		refs, err := e.Refs()
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range refs {
			text, err := view.Open(t.Context(), caseID, sealed.Refer(ref.Version, ref.Field, ""))
			if err != nil && !fault.Is(err, fault.Internal) {
				t.Errorf("%s of %s: %v", ref.Field, e.ID(), err)
			}
			if err == nil && text != nil {
				all = append(all, *text)
			}
		}
	}
	return all
}

// viewOf returns what the supervisor sees of a store whose cases need not fold.
func viewOf(t *testing.T, s store.Store) *casework.View {
	t.Helper()
	d, _, err := directory.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	r := register.New()
	return casework.New(s, vaulttest.New(t, s), r, d, func() time.Time { return now }).View(supervisor, r.Snapshot())
}

// TestNothingIsStoredInClear proves that neither the history nor the state of a
// stored case holds a text in clear, nor what the register holds, and that a client
// cannot send in what looks sealed.
func TestNothingIsStoredInClear(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	for _, caseID := range twins(t, r) {
		doc := mustGet(t, s, caseID)
		held, err := casework.State(r.mustFind(t, caseID))
		if err != nil {
			t.Fatal(err)
		}
		for v, e := range doc.History {
			if strings.Contains(string(e.Data), "survivor") {
				t.Errorf("entry %d of %s: %s", v+1, caseID, e.Data)
			}
		}
		if strings.Contains(string(doc.State), "survivor") || strings.Contains(string(held), "survivor") {
			t.Errorf("%s\n%s", doc.State, held)
		}
		if got := read(t, s, caseID); len(got) != 6 {
			t.Errorf("%q can be read", got)
		}
	}
	c := r.open(t, "forger")
	d := delivery.Delivered{Service: "counselling_trauma", Remark: track.Remark{Note: sealed.Refer(1, "note", "")}}
	_, err := r.casework.RecordService(t.Context(), supervisor, casework.RecordServiceInput{Request: request(c.ID, "forge"), Delivered: d})
	wantField(t, "a text that looks sealed", err, "note")
}

// TestSealedTextsAreCompared proves that the rules which compare texts hold where both
// are sealed, within one process and in one that has read them from the store.
func TestSealedTextsAreCompared(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	c := r.open(t, "r")
	must(t)(r.casework.RecordWorkplaceCheck(t.Context(), supervisor, casework.RecordWorkplaceCheckInput{Request: request(c.ID, "check"),
		WorkplaceChecked: employment.WorkplaceChecked{EmployerName: "Golden Needle Co.", When: employment.BeforeStart}}))
	for name, process := range map[string]*replica{"the same process": r, "another": newReplica(t, s, false)} {
		start := func(employer sealed.Text) error {
			_, err := process.casework.LogPlacement(t.Context(), supervisor, casework.LogPlacementInput{Request: request(c.ID, name+string(employer)),
				Started: employment.Started{EmployerName: employer, Occupation: "Tailor", Type: employment.FullTime}})
			return err
		}
		wantField(t, name, start("golden needle co"), "employerName")
		if err := start("Golden Thread"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// house is a store in a directory and the list of erasures beside it.
type house struct {
	dir   string
	list  *vault.List
	store *sqlite.Store
	vault *vault.Vault
	*replica
}

// openHouse opens a store that openStore has filled.
func openHouse(t *testing.T, dir string, list *vault.List) *house {
	t.Helper()
	s, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h := &house{dir: dir, list: list, store: s, vault: vault.New(s, vaulttest.Master(t), list), replica: newReplica(t, s, false)}
	h.casework = casework.New(s, h.vault, h.register, h.directory, func() time.Time { return now })
	return h
}

func (h *house) verify(t *testing.T) *casework.Verification {
	t.Helper()
	v, err := casework.Verify(t.Context(), h.store, h.directory, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.VerifyTexts(t.Context(), h.store, vault.New(h.store, vaulttest.Master(t), h.list)); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestErasureHolds proves that what is erased opens no more, in a restored copy of
// the store from before neither, once that was started; that verify tells; and that
// the counts stay.
func TestErasureHolds(t *testing.T) {
	dir, list := t.TempDir(), vault.OpenList(filepath.Join(t.TempDir(), "erasures"))
	first := openHouse(t, dir, list)
	if err := first.directory.Add(t.Context(), directory.Organisation{ID: "org_1", Code: "ONE", Name: "One", Province: "KH-12"},
		directory.Worker{ID: "worker_1", Organisation: "org_1", Name: "Supervisor", Role: access.Supervisor}); err != nil {
		t.Fatal(err)
	}
	cases := twins(t, first.replica)
	erase := casework.EraseCaseInput{Request: request(cases[0], "erase"), Erased: casefile.Erased{Reason: casefile.HerWish}}
	_, err := first.casework.EraseCase(t.Context(), admin, erase)
	wantField(t, "a case under way", err, "caseId")
	must(t)(first.casework.CloseCase(t.Context(), admin, casework.CloseCaseInput{Request: request(cases[0], "close"), Ended: casefile.Ended{Reason: casefile.NoLongerNeeds}}))
	if err := first.store.Close(); err != nil {
		t.Fatal(err)
	}
	backup := t.TempDir()
	if err := os.CopyFS(backup, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}

	second := openHouse(t, dir, list)
	if _, err := second.casework.EraseCase(t.Context(), supervisor, erase); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a supervisor erases: %v", err)
	}
	wrapped := wrappedKey(t, second.store, cases[0])
	if !second.holds(t, wrapped) {
		t.Error("the wrapped key is in no file before it is erased")
	}
	for range 2 { // the second time it is a repeated request
		must(t)(second.casework.EraseCase(t.Context(), admin, erase))
		if second.holds(t, wrapped) {
			t.Error("the wrapped key stands in a file of the store")
		}
	}
	wantUnreadable(t, second, cases)
	_, err = second.casework.ReopenCase(t.Context(), supervisor, casework.ReopenCaseInput{Request: request(cases[0], "reopen"), Reopened: casefile.Reopened{Reason: "again"}})
	wantField(t, "an erased case is reopened", err, "caseId")
	if err := second.store.Close(); err != nil {
		t.Fatal(err)
	}

	restored := openHouse(t, backup, list)
	if v := restored.verify(t); len(v.Differences) != 1 || !strings.Contains(v.Differences[0], "its key is back") {
		t.Errorf("the restored store: %q", v.Differences)
	}
	if again, err := restored.vault.Replay(t.Context()); again != 1 || err != nil {
		t.Errorf("%d keys were destroyed again: %v", again, err)
	}
	wantUnreadable(t, restored, cases)
	if again, err := restored.vault.Replay(t.Context()); again != 0 || err != nil {
		t.Errorf("%d keys were destroyed a third time: %v", again, err)
	}
	_, err = restored.casework.ReopenCase(t.Context(), supervisor, casework.ReopenCaseInput{Request: request(cases[0], "reopen"), Reopened: casefile.Reopened{Reason: "again"}})
	wantField(t, "a restored case that is erased gets a text", err, "caseId")
}

// wrappedKey returns the wrapped key of a case as it stands in the store.
func wrappedKey(t *testing.T, s store.Store, of id.Case) []byte {
	t.Helper()
	doc, err := s.Get(t.Context(), store.Keys, string(of))
	if err != nil {
		t.Fatal(err)
	}
	keyset, _ := fieldOf(t, doc.State, "keyset").(string)
	if keyset == "" {
		t.Fatalf("no key: %s", doc.State)
	}
	return []byte(keyset)
}

// holds reports whether bytes stand in a file of the open store: its data, or its journal.
func (h *house) holds(t *testing.T, text []byte) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(h.dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(data, text)
	})
}

// wantUnreadable fails the test unless nothing of the first case can be read, all of
// the second can, and verify says so.
func wantUnreadable(t *testing.T, h *house, cases []id.Case) {
	t.Helper()
	if got := read(t, h.store, cases[0]); len(got) != 0 {
		t.Errorf("of the erased case %q can be read", got)
	}
	if got := read(t, h.store, cases[1]); len(got) != 6 {
		t.Errorf("of the other case %q can be read", got)
	}
	if v := h.verify(t); len(v.Differences) != 0 || v.Erased != 1 || v.Texts != 6 || v.Cases != 2 {
		t.Errorf("verify: %+v", v)
	}
}

// TestErasureIsFinished proves that an erasure which a crash has cut off before the
// key was destroyed is finished at the next start, and that verify tells until then.
func TestErasureIsFinished(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	cases := twins(t, r)
	must(t)(r.casework.CloseCase(t.Context(), admin, casework.CloseCaseInput{Request: request(cases[0], "close"), Ended: casefile.Ended{Reason: casefile.NoLongerNeeds}}))
	doc := mustGet(t, s, cases[0])
	cut := store.Entry{Version: doc.Version + 1, Kind: "case.erased", On: doc.History[0].On, At: doc.History[doc.Version-1].At, By: "worker_9", Organisation: "org_1", Data: json.RawMessage(`{"reason":"HER_WISH"}`)}
	if err := s.Append(t.Context(), store.Cases, store.Change{ID: doc.ID, From: doc.Version, To: doc.Version + 1, State: doc.State, Entries: []store.Entry{cut}}); err != nil {
		t.Fatal(err)
	}
	next := newReplica(t, s, false)
	v := &casework.Verification{}
	if err := v.VerifyTexts(t.Context(), s, vaulttest.New(t, s)); err != nil || len(v.Differences) != 1 {
		t.Errorf("before: %+v, %v", v, err)
	}
	for _, want := range []int{1, 0} {
		if n, err := next.casework.FinishErasures(t.Context()); n != want || err != nil {
			t.Errorf("%d erasures were finished, want %d: %v", n, want, err)
		}
	}
	if got := read(t, s, cases[0]); len(got) != 0 {
		t.Errorf("%q can be read", got)
	}
}

// TestMergedCasesAreErasedTogether proves that what was written of one woman in
// several cases of an organisation is erased together, and not while one goes on.
func TestMergedCasesAreErasedTogether(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	cases := twins(t, r)
	slices.Sort(cases) // of two that were opened on one day, the first survives
	must(t)(r.casework.MergeCase(t.Context(), supervisor, casework.MergeCaseInput{Request: request(cases[1], "merge"), MergedAway: casefile.MergedAway{IntoCaseID: cases[0], Reason: "the same"}}))
	erase := casework.EraseCaseInput{Request: request(cases[1], "erase"), Erased: casefile.Erased{Reason: casefile.HerWish}}
	_, err := r.casework.EraseCase(t.Context(), admin, erase)
	wantField(t, "the case that survives goes on", err, "caseId")
	must(t)(r.casework.CloseCase(t.Context(), admin, casework.CloseCaseInput{Request: request(cases[0], "close"), Ended: casefile.Ended{Reason: casefile.NoLongerNeeds}}))
	must(t)(r.casework.EraseCase(t.Context(), admin, erase))
	for _, c := range cases {
		if got := read(t, s, c); len(got) != 0 || r.mustFind(t, c).ErasedOn.IsZero() {
			t.Errorf("of %s %q can be read", c, got)
		}
	}
}

// TestOneKeyForACase proves that processes which seal for one case at once agree on
// its key.
func TestOneKeyForACase(t *testing.T) {
	s := openStore(t)
	var replicas []*replica
	for range 4 {
		replicas = append(replicas, newReplica(t, s, false))
	}
	c := replicas[0].open(t, "r")
	var group sync.WaitGroup
	for n, r := range replicas {
		group.Go(func() {
			d := delivery.Delivered{Service: "counselling_trauma", Remark: track.Remark{Note: "of the survivor"}}
			if _, err := r.casework.RecordService(t.Context(), supervisor, casework.RecordServiceInput{Request: request(c.ID, fmt.Sprint("serve-", n)), Delivered: d}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := read(t, s, c.ID); len(got) != len(replicas) {
		t.Errorf("%q can be read", got)
	}
}
