package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWebhook proves where the webhook's address and secret come from, that an
// address without a secret is refused, and that no refusal tells either.
func TestWebhook(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // the example of the scheme
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		address, secret, file string
		there, ok             bool
	}{
		{"", secret, "", false, true},
		{"https://example.org/hook?key=sesame", secret, "", true, true},
		{"https://example.org/hook?key=sesame", "", file, true, true},
		{"https://example.org/hook?key=sesame", "", "", false, false},
		{"https://example.org/hook?key=sesame", "", file + "-absent", false, false},
		{"https://example.org/hook?key=sesame", "open sesame", "", false, false},
		{"http://example.org/hook?key=sesame", secret, "", false, false},
	} {
		t.Setenv("ONWARD_WEBHOOK_URL", x.address)
		t.Setenv("ONWARD_WEBHOOK_SECRET", x.secret)
		t.Setenv("ONWARD_WEBHOOK_SECRET_FILE", x.file)
		w, err := webhook("ONWARD_WEBHOOK")
		if (w != nil) != x.there || (err == nil) != x.ok {
			t.Errorf("%+v: %v, %v", x, w != nil, err)
		}
		if err != nil && (strings.Contains(err.Error(), "sesame") || strings.Contains(err.Error(), "MfKQ9r8")) {
			t.Errorf("the refusal tells: %v", err)
		}
	}
}

// TestAllowed proves that the limit of a container is read, and that none is taken for
// none.
func TestAllowed(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]int64{"1073741824\n": 1 << 30, "max\n": 0, "": 0, "0\n": 0} {
		file := filepath.Join(dir, "memory.max")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok := allowed(file); ok != (want > 0) || ok && got != want {
			t.Errorf("%q allows %d, %t", text, got, ok)
		}
	}
	if _, ok := allowed(filepath.Join(dir, "absent")); ok {
		t.Error("a file that is not there sets a limit")
	}
}
