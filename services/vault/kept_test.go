package vault_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"onward/services/fault"
	"onward/services/store"
	"onward/services/vault"
	"onward/services/vault/vaulttest"
)

// kept opens the master key that a store keeps.
func kept(t *testing.T, s store.Store, address, before string) *vault.Master {
	t.Helper()
	m, err := vault.KeepMaster(t.Context(), s, address, before)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wantOpen fails the test unless a subject's text opens.
func wantOpen(t *testing.T, v *vault.Vault, sealed map[string][]byte) {
	t.Helper()
	for subject, ciphertext := range sealed {
		k, err := v.ForOpening(t.Context(), subject)
		if err != nil {
			t.Fatal(err)
		}
		if clear, err := k.Open("x", ciphertext); err != nil || string(clear) != subject {
			t.Errorf("%s: %q, %v", subject, clear, err)
		}
	}
}

func sealMany(t *testing.T, v *vault.Vault, n int) map[string][]byte {
	t.Helper()
	sealed := map[string][]byte{}
	for i := range n {
		subject := fmt.Sprint("case_", i)
		sealed[subject] = seal(t, v, subject, "x", subject)
	}
	return sealed
}

// TestKeyServiceIsAskedOnce proves that a key service is asked once for each start,
// however many keys are made and opened, and that the store holds nothing of the master
// key in clear.
func TestKeyServiceIsAskedOnce(t *testing.T) {
	transit := vaulttest.NewTransit(t, "onward")
	transit.Set(t)
	s := openStore(t)
	sealed := sealMany(t, vault.New(s, kept(t, s, transit.Address("onward"), ""), nil), 200)
	if n := transit.Calls(); n != 1 {
		t.Errorf("%d calls at the first start", n)
	}
	again := vault.New(s, kept(t, s, transit.Address("onward"), ""), nil)
	if err := again.Check(t.Context()); err != nil {
		t.Error(err)
	}
	wantOpen(t, again, sealed)
	if n := transit.Calls(); n != 2 {
		t.Errorf("%d calls after the second start", n)
	}
	doc, err := s.Get(t.Context(), store.Keys, vault.KeptID)
	if err != nil || bytes.Contains(doc.State, []byte("primaryKeyId")) {
		t.Errorf("%s, %v", doc.State, err)
	}
}

// TestKeyServiceRefuses proves that a key service that is down, not well or does not
// know the key or the token ends the start with a word that says so and no secret, and
// that the key of another programme opens nothing.
func TestKeyServiceRefuses(t *testing.T) {
	transit := vaulttest.NewTransit(t, "onward", "other")
	transit.Set(t)
	s := openStore(t)
	seal(t, vault.New(s, kept(t, s, transit.Address("onward"), ""), nil), "a", "x", "clear")
	want := func(what, address string, kind fault.Kind, word string) {
		t.Helper()
		_, err := vault.KeepMaster(t.Context(), s, address, "")
		if !fault.Is(err, kind) || !strings.Contains(err.Error(), word) || strings.Contains(err.Error(), "transit-token") {
			t.Errorf("%s: %v", what, err)
		}
	}
	want("another key", transit.Address("other"), fault.Invalid, "does not open the master key")
	want("no key", transit.Address("nobody"), fault.Invalid, "no such key")
	for _, address := range []string{"hcvault://", "hcvault://host", "hcvault://host/x", "hcvault://me:transit-token@host/transit/keys/x", "hcvault://host/transit/keys/x?token=transit-token"} {
		want(address, address, fault.Invalid, "must be hcvault://")
	}
	want("another service", "nowhere-kms://key", fault.Invalid, `"nowhere-kms://"`)
	transit.Answer(503)
	want("sealed", transit.Address("onward"), fault.Unavailable, "status 503")
	transit.Answer(0)
	for _, wrong := range []struct{ name, value, word string }{
		{"VAULT_TOKEN", "transit-token-of-another", "refuses the token"}, {"VAULT_TOKEN", "", "wants a token"},
		{"VAULT_CACERT", "", "does not answer"}, {"VAULT_SKIP_VERIFY", "1", "VAULT_SKIP_VERIFY is set"},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			t.Setenv(wrong.name, wrong.value)
			_, err := vault.KeepMaster(t.Context(), s, transit.Address("onward"), "")
			if err == nil || !strings.Contains(err.Error(), wrong.word) || strings.Contains(err.Error(), "transit-token") {
				t.Errorf("%s: %v", wrong.name, err)
			}
		})
	}
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(transit.Settings()["VAULT_TOKEN"]+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VAULT_TOKEN", "")
	t.Setenv("VAULT_TOKEN_FILE", file)
	kept(t, s, transit.Address("onward"), "")
	transit.Stop()
	want("down", transit.Address("onward"), fault.Unavailable, "does not answer")
	if err := vault.New(s, vaulttest.Master(t), nil).Check(t.Context()); !fault.Is(err, fault.Internal) {
		t.Errorf("the master key of another store: %v", err)
	}
}

// TestRotationOfKeyService proves that everything opens after a rotation from a file to a
// key service, from one key service to another, to a renewed key and back to a file, and
// that what has wrapped before is needed no more then.
func TestRotationOfKeyService(t *testing.T) {
	first, second := vaulttest.NewTransit(t, "onward"), vaulttest.NewTransit(t, "onward")
	text, err := vault.NewMasterText()
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t)
	sealed := sealMany(t, vault.New(s, read(t, text), nil), 10)
	rotate := func(m *vault.Master, rewrapped int) {
		t.Helper()
		v := vault.New(s, m, nil)
		if err := v.Check(t.Context()); err != nil {
			t.Error(err)
		}
		wantOpen(t, v, sealed)
		if done, err := v.Rotate(t.Context(), nil); err != nil || done.Keys != len(sealed) || done.Rewrapped != rewrapped {
			t.Errorf("%+v: %v", done, err)
		}
	}
	first.Set(t)
	rotate(kept(t, s, first.Address("onward"), "").After(read(t, text)), len(sealed))
	rotate(kept(t, s, first.Address("onward"), ""), 0)

	first.Renew(t, "onward") // and wrapped again by the newest version
	rotate(kept(t, s, first.Address("onward"), ""), 0)
	first.Retire("onward")
	rotate(kept(t, s, first.Address("onward"), ""), 0)

	if err := kept(t, s, first.Address("onward"), "").Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	rotate(kept(t, s, first.Address("onward"), ""), len(sealed))

	both := filepath.Join(t.TempDir(), "both.pem")
	certificates, err := readAll(first.Settings()["VAULT_CACERT"], second.Settings()["VAULT_CACERT"])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(both, certificates, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VAULT_CACERT", both)
	rotate(kept(t, s, second.Address("onward"), first.Address("onward")), 0)
	first.Stop()
	rotate(kept(t, s, second.Address("onward"), ""), 0)

	old, err := vault.KeptMaster(t.Context(), s, second.Address("onward"))
	if err != nil {
		t.Fatal(err)
	}
	rotate(read(t, text).After(old), len(sealed))
	second.Stop()
	rotate(read(t, text), 0)
}

func readAll(paths ...string) ([]byte, error) {
	var all []byte
	for _, path := range paths {
		one, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
	}
	return all, nil
}

// TestBackupHasKeptMaster proves that a backup of keys opens in an empty store with the
// key service alone, and is refused by a store that keeps another master key.
func TestBackupHasKeptMaster(t *testing.T) {
	transit := vaulttest.NewTransit(t, "onward")
	transit.Set(t)
	s, empty, other := openStore(t), openStore(t), openStore(t)
	sealed := sealMany(t, vault.New(s, kept(t, s, transit.Address("onward"), ""), nil), 3)
	var backup bytes.Buffer
	if n, err := vault.Export(t.Context(), s, &backup); n != 4 || err != nil {
		t.Fatalf("%d keys: %v", n, err)
	}
	if n, err := vault.Import(t.Context(), empty, bytes.NewReader(backup.Bytes())); n != 4 || err != nil {
		t.Errorf("%d keys: %v", n, err)
	}
	wantOpen(t, vault.New(empty, kept(t, empty, transit.Address("onward"), ""), nil), sealed)
	if err := kept(t, s, transit.Address("onward"), "").Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := vault.Import(t.Context(), s, bytes.NewReader(backup.Bytes())); n != 0 || err != nil {
		t.Errorf("into the store itself, whose key was renewed: %d, %v", n, err)
	}
	kept(t, other, transit.Address("onward"), "")
	if n, err := vault.Import(t.Context(), other, bytes.NewReader(backup.Bytes())); n != 0 || !fault.Is(err, fault.Invalid) {
		t.Errorf("into another store: %d, %v", n, err)
	}
}
