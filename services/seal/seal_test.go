package seal_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"onward/services/fault"
	"onward/services/seal"
)

// TestSeal proves that a text is signed by a key and by no other, that a changed text or
// line does not hold, and that a key that cannot be read is refused without a word of it.
func TestSeal(t *testing.T) {
	private, public, err := seal.NewKey(rand.Reader, "audit.example.org")
	if err != nil {
		t.Fatal(err)
	}
	k, err := seal.ReadKey(private+"\n", "tests", "onward test")
	if err != nil || k.Public() != public {
		t.Fatalf("%v, public %s, made %s", err, k.Public(), public)
	}
	_, other, err := seal.NewKey(rand.Reader, "audit.example.org")
	if err != nil {
		t.Fatal(err)
	}
	const text = "one\ntwo\n"
	line, err := k.Sign(text)
	if err != nil || strings.Contains(line, "\n") {
		t.Fatalf("%q, %v", line, err)
	}
	if err := seal.Check(text, line, public+"\n"); err != nil {
		t.Error(err)
	}
	for name, c := range map[string][3]string{
		"another text": {"one\nthree\n", line, public},
		"another line": {text, strings.Replace(line, " ", " A", 2), public},
		"another key":  {text, line, other},
		"no key":       {text, line, "key"},
		"no line":      {text, "", public},
	} {
		if err := seal.Check(c[0], c[1], c[2]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := seal.ReadKey("PLANTED", "tests", "onward test"); !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), "PLANTED") || !strings.Contains(err.Error(), "onward test") {
		t.Errorf("%v", err)
	}
	for _, name := range []string{"", "with space", "with+plus"} {
		if _, _, err := seal.NewKey(rand.Reader, name); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
