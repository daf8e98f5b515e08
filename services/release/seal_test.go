package release_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"onward/services/fault"
	"onward/services/locale"
	"onward/services/release"
)

// tampered yields every text that differs from one by a bit, by a byte that is left
// out, or by two neighbours that have changed places.
func tampered(text []byte, yield func(how string, changed []byte)) {
	for i := range text {
		for bit := range 8 {
			flipped := bytes.Clone(text)
			flipped[i] ^= 1 << bit
			yield(fmt.Sprintf("bit %d of byte %d flipped", bit, i), flipped)
		}
		yield(fmt.Sprintf("byte %d dropped", i), append(bytes.Clone(text[:i]), text[i+1:]...))
		if i > 0 && text[i] != text[i-1] {
			swapped := bytes.Clone(text)
			swapped[i], swapped[i-1] = text[i-1], text[i]
			yield(fmt.Sprintf("bytes %d and %d reordered", i-1, i), swapped)
		}
	}
}

// TestTamperedContent proves that no byte of a sealed content can be flipped, dropped
// or reordered without notice: what is left cannot be read, says the same as before
// (where only the case of a member's name has changed), or does not verify.
func TestTamperedContent(t *testing.T) {
	r := newDesk(t).published("first")
	text, err := json.Marshal(r.Content)
	if err != nil {
		t.Fatal(err)
	}
	if err := release.Verify(r.Content, *r.Seal, r.Seal.Signer); err != nil {
		t.Fatal(err)
	}
	found, unread, same := 0, 0, 0
	tampered(text, func(how string, changed []byte) {
		var c release.Content
		switch {
		case json.Unmarshal(changed, &c) != nil:
			unread++
		case reflect.DeepEqual(c, r.Content):
			if same++; !bytes.EqualFold(changed, text) {
				t.Errorf("%s: it says the same", how)
			}
		case release.Verify(c, *r.Seal, r.Seal.Signer) == nil:
			t.Errorf("%s: it verifies", how)
		default:
			found++
		}
	})
	if found < len(text) || unread < len(text) {
		t.Errorf("of %d bytes: %d found, %d not read, %d the same: too few to prove anything", len(text), found, unread, same)
	}
}

// TestReorderedContent proves that rows, tables and members of lists cannot change
// places without notice, whereas the order in which members of an object are written
// does not matter.
func TestReorderedContent(t *testing.T) {
	r := newDesk(t).published("first")
	for name, change := range map[string]func(c *release.Content){
		"tables": func(c *release.Content) { c.Tables[0], c.Tables[1] = c.Tables[1], c.Tables[0] },
		"steps":  func(c *release.Content) { s := c.Funnels[0].Steps; s[0], s[1] = s[1], s[0] },
		"a row of another table": func(c *release.Content) {
			c.Tables[0].Rows, c.Tables[1].Rows = c.Tables[1].Rows, c.Tables[0].Rows
		},
		"a row less":       func(c *release.Content) { c.Tables[1].Rows = c.Tables[1].Rows[:0] },
		"a row twice":      func(c *release.Content) { c.Tables[1].Rows = append(c.Tables[1].Rows, c.Tables[1].Rows[0]) },
		"another number":   func(c *release.Content) { c.Number = 2 },
		"a row that tells": func(c *release.Content) { c.Tables[1].Rows[0].Value = ptr(3) },
	} {
		text, err := json.Marshal(r.Content)
		if err != nil {
			t.Fatal(err)
		}
		var c release.Content
		if err := json.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
		change(&c)
		if err := release.Verify(c, *r.Seal, r.Seal.Signer); !contains(err, "is not the one that was published") && !contains(err, "the signature") {
			t.Errorf("%s: %v", name, err)
		}
	}
	var members map[string]json.RawMessage
	text, err := json.Marshal(r.Content)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.MarshalIndent(members, "", "\t") // by name
	if err != nil {
		t.Fatal(err)
	}
	var c release.Content
	if err := json.Unmarshal(sorted, &c); err != nil {
		t.Fatal(err)
	}
	if err := release.Verify(c, *r.Seal, r.Seal.Signer); err != nil || bytes.HasPrefix(sorted, []byte(`{"number"`)) {
		t.Errorf("written in another order: %v", err)
	}
}

// TestTamperedSeal proves that no byte of a seal can be changed without notice, but
// for those of a signature that base64 does not read.
func TestTamperedSeal(t *testing.T) {
	r := newDesk(t).published("first")
	public := r.Seal.Signer
	for name, field := range map[string]func(s *release.Seal) *string{
		"digest":             func(s *release.Seal) *string { return &s.Digest },
		"signature":          func(s *release.Seal) *string { return &s.Signature },
		"publisher":          func(s *release.Seal) *string { return &s.Publisher.EN },
		"publisher in Khmer": func(s *release.Seal) *string { return &s.Publisher.KM },
	} {
		unread := 0
		tampered([]byte(*field(r.Seal)), func(how string, changed []byte) {
			s := *r.Seal
			*field(&s) = string(changed)
			if release.Verify(r.Content, s, public) == nil {
				if unread++; name != "signature" || unread > 8 {
					t.Errorf("%s, %s: it verifies: %q", name, how, changed)
				}
			}
		})
	}
	later := *r.Seal
	later.PublishedAt = later.PublishedAt.Add(1)
	if err := release.Verify(r.Content, later, public); err == nil {
		t.Error("another instant verifies")
	}
}

// TestTrustedKey proves that a signature is held against the trusted key and, only
// without one, against the key that the seal names.
func TestTrustedKey(t *testing.T) {
	d := newDesk(t)
	r, other := d.published("first"), madeKey(t, 1, "other").Public()
	named := *r.Seal
	named.Signer = other
	for _, c := range []struct {
		name    string
		seal    release.Seal
		trusted string
		says    string // empty where it verifies
	}{
		{"the trusted key", *r.Seal, d.key.Public(), ""},
		{"the trusted key with a line's end", *r.Seal, d.key.Public() + "\n", ""},
		{"the named key", *r.Seal, "", ""},
		{"a key that has not signed", *r.Seal, other, "the signature is not of the key other"},
		{"a name that is not believed", named, d.key.Public(), ""},
		{"a name alone", named, "", "the signature is not of the key other"},
		{"no key", *r.Seal, "test", "is not a public key"},
	} {
		err := release.Verify(r.Content, c.seal, c.trusted)
		if c.says == "" && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.says != "" {
			wantFault(t, err, fault.Invalid, c.says)
		}
	}
}

// TestKeysAreNotTold proves that neither errors nor a key that is printed tell the
// secret, and that a key has a name that can stand in a signature.
func TestKeysAreNotTold(t *testing.T) {
	secret := strings.SplitN(firstKey, "+", 5)[4]
	for _, text := range []string{firstKey[:len(firstKey)-1], "KEY+" + firstKey, strings.Replace(firstKey, "test", "else", 1), secret, ""} {
		_, err := release.ReadKey(text)
		wantFault(t, err, fault.Invalid, "not one that onward release-key has made")
		if contains(err, secret[:8]) {
			t.Errorf("the error tells the key: %v", err)
		}
	}
	k := keyOf(t, " "+firstKey+"\n")
	if said := fmt.Sprintf("%v %+v %#v %s", k, *k, k, k); strings.Contains(said, secret) {
		t.Errorf("printed, a key tells itself: %s", said)
	}
	for _, name := range []string{"", "two words", "a+b"} {
		private, public, err := release.NewKey(someBytes(1), name)
		wantFault(t, err, fault.Invalid, "name: must be a name without spaces")
		if private+public != "" {
			t.Errorf("%q makes a key", name)
		}
	}
}

// TestStatement proves what is signed, so that others can check it.
func TestStatement(t *testing.T) {
	want := "Onward release 3\nSHA-256 abc\npublished 2026-03-02T12:00:00Z\nby Coordinator · អ្នកសម្របសម្រួល\n"
	if got := release.Statement(3, "abc", noon, locale.Text{EN: "Coordinator", KM: "អ្នកសម្របសម្រួល"}); got != want {
		t.Errorf("%q", got)
	}
}
