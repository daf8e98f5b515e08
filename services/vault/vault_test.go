package vault_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"onward/services/fault"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/vault"
	"onward/services/vault/vaulttest"
)

func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func read(t *testing.T, text string) *vault.Master {
	t.Helper()
	m, err := vault.ReadMaster(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func seal(t *testing.T, v *vault.Vault, subject, place, clear string) []byte {
	t.Helper()
	k, err := v.ForSealing(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal(place, []byte(clear))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// TestPlaces proves that what is sealed opens in its subject and place and in no
// other, and that marks compare within a subject and tell nothing across subjects.
func TestPlaces(t *testing.T) {
	v := vaulttest.New(t, openStore(t))
	sealed := seal(t, v, "a", "x", "clear")
	_ = seal(t, v, "b", "x", "clear")
	for _, subject := range []string{"a", "b"} {
		for _, place := range []string{"x", "y", ""} {
			k, err := v.ForOpening(t.Context(), subject)
			if err != nil {
				t.Fatal(err)
			}
			clear, err := k.Open(place, sealed)
			if home := subject == "a" && place == "x"; home != (err == nil && string(clear) == "clear") || !home && !fault.Is(err, fault.Invalid) {
				t.Errorf("%s of %s: %q, %v", place, subject, clear, err)
			}
		}
	}
	a, _ := v.ForOpening(t.Context(), "a")
	b, _ := v.ForOpening(t.Context(), "b")
	v.Forget("a")
	again, _ := v.ForOpening(t.Context(), "a")
	if mark := a.Mark("SOKHA"); mark != again.Mark("SOKHA") || mark == a.Mark("BOPHA") || mark == b.Mark("SOKHA") {
		t.Errorf("marks: %q", mark)
	}
	if _, err := v.ForOpening(t.Context(), "nobody"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a subject without a key: %v", err)
	}
}

// TestRotation proves that after a rotation every key opens with the newest master key
// alone kept in use, that a second one does nothing, and that a master key of another
// programme opens nothing and is not told apart by anything secret.
func TestRotation(t *testing.T) {
	s := openStore(t)
	text, err := vault.NewMasterText()
	if err != nil {
		t.Fatal(err)
	}
	old := vault.New(s, read(t, text), nil)
	sealed := map[string][]byte{}
	for n := range 20 {
		subject := fmt.Sprint("case_", n)
		sealed[subject] = seal(t, old, subject, "x", subject)
	}
	if err := old.Erase(t.Context(), vault.Erasure{Subject: "case_3", At: time.Unix(1, 0)}); err != nil {
		t.Fatal(err)
	}
	nextText, err := vault.NextMasterText(text)
	if err != nil {
		t.Fatal(err)
	}
	next := read(t, nextText)
	if next.Version() == read(t, text).Version() {
		t.Error("the next master key is the old one")
	}
	for _, want := range []int{19, 0} {
		told := 0
		done, err := vault.New(s, next, nil).Rotate(t.Context(), func(vault.Rotated) { told++ })
		if err != nil || done.Keys != 20 || done.Rewrapped != want || told != 20 {
			t.Errorf("%+v, told %d times: %v", done, told, err)
		}
	}
	for subject, ciphertext := range sealed {
		k, err := vault.New(s, next, nil).ForOpening(t.Context(), subject)
		if subject == "case_3" {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("the erased one: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if clear, err := k.Open("x", ciphertext); err != nil || string(clear) != subject {
			t.Errorf("%s: %q, %v", subject, clear, err)
		}
	}
	if _, err := vault.New(s, vaulttest.Master(t), nil).ForOpening(t.Context(), "case_1"); !fault.Is(err, fault.Internal) {
		t.Errorf("another master key: %v", err)
	}
	if _, err := vault.New(s, read(t, text), nil).ForOpening(t.Context(), "case_1"); !fault.Is(err, fault.Internal) {
		t.Errorf("the old master key alone: %v", err)
	}
}

// TestWrappedKeyIsBound proves that a wrapped key that is moved to another subject
// does not open there.
func TestWrappedKeyIsBound(t *testing.T) {
	s := openStore(t)
	v := vaulttest.New(t, s)
	seal(t, v, "a", "x", "clear")
	doc, err := s.Get(t.Context(), store.Keys, "a")
	if err != nil {
		t.Fatal(err)
	}
	doc.ID = "b"
	if err := s.Insert(t.Context(), store.Keys, doc); err != nil {
		t.Fatal(err)
	}
	if _, err := v.ForOpening(t.Context(), "b"); !fault.Is(err, fault.Internal) {
		t.Errorf("the key of another: %v", err)
	}
}

// TestBackupOfKeys proves that exported keys hold nothing in clear, that imported ones
// open what was sealed, and that an import brings nothing back that is erased.
func TestBackupOfKeys(t *testing.T) {
	s := openStore(t)
	v := vaulttest.New(t, s)
	sealed := seal(t, v, "a", "x", "clear")
	seal(t, v, "b", "x", "clear")
	var backup bytes.Buffer
	if n, err := vault.Export(t.Context(), s, &backup); n != 2 || err != nil {
		t.Fatalf("%d keys: %v", n, err)
	}
	if err := v.Erase(t.Context(), vault.Erasure{Subject: "b", At: time.Unix(1, 0)}); err != nil {
		t.Fatal(err)
	}
	if n, err := vault.Import(t.Context(), s, bytes.NewReader(backup.Bytes())); n != 0 || err != nil {
		t.Errorf("%d keys came into the store that has them: %v", n, err)
	}
	if _, err := v.ForOpening(t.Context(), "b"); !fault.Is(err, fault.Conflict) {
		t.Errorf("the erased one: %v", err)
	}
	other := openStore(t)
	if n, err := vault.Import(t.Context(), other, bytes.NewReader(backup.Bytes())); n != 2 || err != nil {
		t.Errorf("%d keys: %v", n, err)
	}
	k, err := vaulttest.New(t, other).ForOpening(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if clear, err := k.Open("x", sealed); err != nil || string(clear) != "clear" {
		t.Errorf("%q, %v", clear, err)
	}
	if _, err := vault.Import(t.Context(), other, strings.NewReader(`{"subject":"c"}`)); !fault.Is(err, fault.Invalid) {
		t.Errorf("a line that is no key: %v", err)
	}
}

// TestListOfErasures proves that the list outlives a line that a crash has cut off.
func TestListOfErasures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "erasures")
	s, list := openStore(t), vault.OpenList(path)
	v := vault.New(s, vaulttest.Master(t), list)
	erase := func(subject string) {
		t.Helper()
		if err := v.Erase(t.Context(), vault.Erasure{Subject: subject, At: time.Unix(1, 0).UTC(), By: "worker_1", Reason: "HER_WISH"}); err != nil {
			t.Fatal(err)
		}
	}
	listed := func() []string {
		t.Helper()
		all, err := list.All()
		if err != nil {
			t.Fatal(err)
		}
		var subjects []string
		for _, e := range all {
			subjects = append(subjects, e.Subject)
		}
		return subjects
	}
	if got := listed(); got != nil {
		t.Errorf("%q", got)
	}
	erase("a")
	erase("a")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.WriteString(`{"subject":"b","at":"19`)
	_ = file.Close()
	if got := fmt.Sprint(listed()); got != "[a]" {
		t.Error(got)
	}
	erase("c")
	if got := fmt.Sprint(listed()); got != "[a c]" {
		t.Error(got)
	}
}

// during is a store at which something happens once, right after a document was read.
type during struct {
	store.Store
	happens func()
}

func (s *during) Get(ctx context.Context, c store.Collection, key string) (store.Document, error) {
	doc, err := s.Store.Get(ctx, c, key)
	if happens := s.happens; happens != nil {
		s.happens = nil
		happens()
	}
	return doc, err
}

// TestErasedWhileItIsRead proves that a key which is destroyed while somebody reads it is
// not kept open: who asks for it afterwards is told that it is erased.
func TestErasedWhileItIsRead(t *testing.T) {
	s := &during{Store: openStore(t)}
	v := vaulttest.New(t, s)
	seal(t, v, "a", "x", "clear")
	v.Forget("a")
	s.happens = func() {
		if err := v.Erase(t.Context(), vault.Erasure{Subject: "a", At: time.Unix(1, 0)}); err != nil {
			t.Error(err)
		}
	}
	if _, err := v.ForOpening(t.Context(), "a"); err != nil {
		t.Errorf("it was read before: %v", err)
	}
	if _, err := v.ForOpening(t.Context(), "a"); !fault.Is(err, fault.Conflict) {
		t.Errorf("it is erased, and opens: %v", err)
	}
	if _, err := v.ForSealing(t.Context(), "a"); !fault.Is(err, fault.Conflict) {
		t.Errorf("it is erased, and seals: %v", err)
	}
}

// TestMasterKeys proves that what is no master key is refused, without a word of it.
func TestMasterKeys(t *testing.T) {
	for _, text := range []string{"", "secret-text", "{}", `{"primaryKeyId":1}`} {
		_, err := vault.ReadMaster(text)
		if !fault.Is(err, fault.Invalid) || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestPile proves that keys of drafts open once they are stored.
func TestPile(t *testing.T) {
	s := openStore(t)
	p := vault.NewPile(vaulttest.Master(t))
	sealed := seal(t, p.Vault, "a", "x", "clear")
	if err := p.Store(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	k, err := vaulttest.New(t, s).ForOpening(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if clear, err := k.Open("x", sealed); err != nil || string(clear) != "clear" {
		t.Errorf("%q, %v", clear, err)
	}
	doc, err := s.Get(t.Context(), store.Keys, "a")
	if err != nil || !json.Valid(doc.State) {
		t.Errorf("%s, %v", doc.State, err)
	}
}
