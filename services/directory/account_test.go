package directory_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/store"
)

// TestTokenOpensTheDoor proves that the token of a worker gives the worker's
// name, role and organisation, as do a second token of the same worker and the
// directory of a process that starts later.
func TestTokenOpensTheDoor(t *testing.T) {
	d, s := house(t)
	want := access.Actor{Worker: "worker_SOK", Name: "Sok", Role: access.CareerAdvisor, Organisation: "org_LOTUS"}
	first, second := issue(t, d, sok), issue(t, d, sok)
	if first == second {
		t.Fatal("two tokens are equal")
	}
	for _, d := range []*directory.Directory{d, open(t, s)} {
		for _, token := range []string{first, second} {
			if got, err := d.Snapshot().Authenticate(token); err != nil || got != want {
				t.Errorf("actor %+v, %v; want %+v", got, err, want)
			}
		}
	}
}

// TestTokenIsStoredAsItsHash proves that a token has 256 random bits behind a
// prefix that scanners know, that the stored account has its SHA-256 for an
// identifier, and that neither the token nor its secret part is anywhere in the
// store or in the files on disk.
func TestTokenIsStoredAsItsHash(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	d := open(t, s)
	if err := d.Add(t.Context(), lotus, sok); err != nil {
		t.Fatal(err)
	}
	token := issue(t, d, sok)
	secret, prefixed := strings.CutPrefix(token, "onward_")
	bits, err := base64.RawURLEncoding.DecodeString(secret)
	if !prefixed || err != nil || len(bits) != 32 {
		t.Fatalf("a token of %d bytes, %v", len(bits), err)
	}

	sum := sha256.Sum256([]byte(token))
	doc, err := s.Get(t.Context(), store.Accounts, hex.EncodeToString(sum[:]))
	if err != nil {
		t.Fatalf("no account under the SHA-256 of its token: %v", err)
	}
	var state map[string]any
	if err := json.Unmarshal(doc.State, &state); err != nil || state["worker"] != "worker_SOK" || state["createdAt"] != "2026-03-02T05:00:00Z" || len(state) != 2 {
		t.Errorf("the stored account is %s, %v", doc.State, err)
	}

	hidden := map[string][]byte{"the token": []byte(token), "its secret": []byte(secret), "its bits": bits, "its bits in hex": []byte(hex.EncodeToString(bits))}
	accounts := 0
	for _, c := range store.Collections {
		_, err := s.Scan(t.Context(), c, func(doc store.Document) error {
			if c == store.Accounts {
				accounts++
			}
			whole, err := json.Marshal(doc)
			for name, bytesOf := range hidden {
				if bytes.Contains(whole, bytesOf) {
					t.Errorf("%s is in a document of %s", name, c)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if accounts != 1 {
		t.Errorf("%d accounts, want 1", accounts)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, bytesOf := range hidden {
			if bytes.Contains(raw, bytesOf) {
				t.Errorf("%s is in %s", name, filepath.Base(file))
			}
		}
	}
}

// TestRefusedTokens proves that anything but a live token is refused, and that
// the refusal does not tell why.
func TestRefusedTokens(t *testing.T) {
	d, _ := house(t)
	token := issue(t, d, sok)
	sum := sha256.Sum256([]byte(token))
	orphan, err := d.Issue(t.Context(), "worker_NOBODY", now)
	if err != nil {
		t.Fatal(err)
	}
	disabled := issue(t, d, admin)
	if err := d.Disable(t.Context(), admin.ID, now); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"nothing": "", "the prefix alone": "onward_", "without the prefix": strings.TrimPrefix(token, "onward_"),
		"cut short": token[:len(token)-1], "longer": token + "A", "in capitals": strings.ToUpper(token), "with a space": token + " ",
		"its hash": hex.EncodeToString(sum[:]), "the prefix and its hash": "onward_" + hex.EncodeToString(sum[:]),
		"of a worker who is not there": orphan, "of a disabled worker": disabled,
	}
	for name, wrong := range tests {
		actor, err := d.Snapshot().Authenticate(wrong)
		wantFault(t, err, fault.Unauthenticated)
		if err != nil && err.Error() != "unauthenticated: a live bearer token is needed" {
			t.Errorf("%s: the refusal says %q", name, err)
		}
		if actor != (access.Actor{}) {
			t.Errorf("%s: actor %+v", name, actor)
		}
	}
}

// TestDisabledAtOnce proves that a disabled worker's tokens, old and new, open
// nothing from then on: in this process, in another that follows it, and in one
// that starts later. The other workers' go on.
func TestDisabledAtOnce(t *testing.T) {
	d, s := house(t)
	other := follow(t, s)
	token, kept := issue(t, d, sok), issue(t, d, admin)
	opens := func(d *directory.Directory, token string) bool {
		_, err := d.Snapshot().Authenticate(token)
		return err == nil
	}
	eventually(t, "the follower learns of the tokens", func() bool { return opens(other, token) && opens(other, kept) })

	before := d.Snapshot()
	if err := d.Disable(t.Context(), sok.ID, now); err != nil {
		t.Fatal(err)
	}
	if opens(d, token) || opens(d, issue(t, d, sok)) {
		t.Error("a token of a disabled worker opens")
	}
	eventually(t, "the follower refuses the disabled worker", func() bool { return !opens(other, token) })
	if opens(open(t, s), token) {
		t.Error("a token of a disabled worker opens after a restart")
	}
	for name, d := range map[string]*directory.Directory{"the first": d, "the follower": other, "a later one": open(t, s)} {
		if w := d.Snapshot().Workers[sok.ID]; !w.DisabledAt.Equal(now) || w.Active() || w.Name != "Sok" {
			t.Errorf("%s holds %+v", name, w)
		}
		if !opens(d, kept) {
			t.Errorf("%s refuses another worker's token", name)
		}
	}
	if w := before.Workers[sok.ID]; !w.Active() {
		t.Error("a snapshot taken before has changed")
	}
}

// TestDisable proves that disabling twice is no error and keeps the first
// moment, and that a worker who is not there is NOT_FOUND.
func TestDisable(t *testing.T) {
	d, s := house(t)
	for _, at := range []time.Time{now, now.Add(time.Hour)} {
		if err := d.Disable(t.Context(), sok.ID, at); err != nil {
			t.Fatal(err)
		}
	}
	if w := open(t, s).Snapshot().Workers[sok.ID]; !w.DisabledAt.Equal(now) {
		t.Errorf("disabled at %s, want the first moment, %s", w.DisabledAt, now)
	}
	wantFault(t, d.Disable(t.Context(), "worker_NOBODY", now), fault.NotFound)
}

// TestDisableByTwo proves that a process that has not heard yet that a worker
// was disabled may disable the worker too.
func TestDisableByTwo(t *testing.T) {
	d, s := house(t)
	unaware := open(t, s)
	if err := d.Disable(t.Context(), sok.ID, now); err != nil {
		t.Fatal(err)
	}
	if err := unaware.Disable(t.Context(), sok.ID, now.Add(time.Hour)); err != nil {
		t.Errorf("disabled twice, by two: %v", err)
	}
	for _, d := range []*directory.Directory{unaware, open(t, s)} {
		if w := d.Snapshot().Workers[sok.ID]; !w.DisabledAt.Equal(now) {
			t.Errorf("disabled at %s, want the first moment, %s", w.DisabledAt, now)
		}
	}
}
