package release_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"onward/services/fault"
	"onward/services/locale"
	"onward/services/release"
	"onward/services/store"
)

// wrong returns what is wrong with the releases, after a trusted key.
func (d *desk) wrong(trusted string) []string {
	d.t.Helper()
	book := release.NewBook(d.store)
	all, err := book.Published(d.ctx)
	d.must(err)
	signers, err := book.Signers(d.ctx)
	d.must(err)
	var out []string
	for _, r := range all {
		if err := signers.Verify(r, trusted); err != nil {
			out = append(out, err.Error())
		}
	}
	return out
}

// TestSuccession proves that another key signs only once it is recorded, that then
// releases of both verify by either of them, and by no other key.
func TestSuccession(t *testing.T) {
	d := newDesk(t)
	first, next, last := d.key, madeKey(t, 1, "next"), madeKey(t, 2, "last")
	wantFault(t, d.book.Succeed(d.ctx, d.by("OPERATOR", "early"), first, next), fault.Invalid, "nothing is published yet")
	d.published("one")
	d.key = next
	r := d.checked("two")
	_, err := d.publish(r)
	wantFault(t, err, fault.Invalid, "is not the one that signs releases, which is "+first.Public())
	wantFault(t, d.book.Succeed(d.ctx, d.by("OPERATOR", "wrong"), last, next), fault.Invalid, "replaces: is not the key that signs releases")
	d.must(d.book.Succeed(d.ctx, d.by("OPERATOR", "next"), first, next))
	wantFault(t, d.book.Succeed(d.ctx, d.by("OPERATOR", "back"), next, first), fault.Invalid, "file: is a key that has signed before")
	r, err = d.publish(r)
	d.must(err)
	if r.Number != 2 || r.Seal.Signer != next.Public() {
		t.Errorf("release %d of %s", r.Number, r.Seal.Signer)
	}
	d.key = first
	_, err = d.publish(d.checked("three"))
	wantFault(t, err, fault.Invalid, "is not the one that signs releases")
	d.must(d.book.Succeed(d.ctx, d.by("OPERATOR", "last"), next, last))
	d.key = last
	d.published("four")
	for name, trusted := range map[string]string{"none": "", "first": first.Public(), "next": next.Public(), "last": last.Public() + "\n"} {
		if wrong := d.wrong(trusted); len(wrong) > 0 {
			t.Errorf("trusting %s: %v", name, wrong)
		}
	}
	if wrong := d.wrong(madeKey(t, 3, "stranger").Public()); len(wrong) != 3 {
		t.Errorf("trusting a stranger: %v", wrong)
	}
	if retold, err := d.book.Retold(d.ctx); err != nil || !retold {
		t.Errorf("the history says something else: %v", err)
	}
}

// change writes over the state of a document, as who has the store can.
func (d *desk) change(document string, how func(state []byte) []byte) {
	d.t.Helper()
	doc, err := d.store.Get(d.ctx, store.Releases, document)
	d.must(err)
	state := how(bytes.Clone(doc.State))
	if bytes.Equal(state, doc.State) {
		d.t.Fatalf("nothing was changed in %s", doc.State)
	}
	d.must(d.store.Append(d.ctx, store.Releases, store.Change{ID: document, From: doc.Version, To: doc.Version + 1, State: state,
		Entries: []store.Entry{{Version: doc.Version + 1, Kind: "tampered", At: d.now}}}))
}

// TestSignedByAnother proves that a release which was changed and signed again by
// another key is found without any trusted key: by its signer, and by the history.
func TestSignedByAnother(t *testing.T) {
	d := newDesk(t)
	d.published("one")
	target := d.published("two")
	elsewhere := newDesk(t) // where somebody makes a release of the same number with an own key
	elsewhere.key = madeKey(t, 9, "test")
	elsewhere.published("one")
	c := content()
	c.Figures = "invented"
	a := elsewhere.by("ANN", "false")
	forged, err := elsewhere.book.Add(elsewhere.ctx, a, release.Draft{ID: release.DraftID(a), From: c.From, To: c.To, KnownAt: c.KnownAt, Content: c})
	d.must(err)
	forged, err = elsewhere.book.Check(elsewhere.ctx, elsewhere.by("ANN", "check"), forged.ID)
	d.must(err)
	forged, err = elsewhere.publish(forged)
	d.must(err)
	if err := release.Verify(forged.Content, *forged.Seal, ""); err != nil || forged.Number != target.Number {
		t.Fatalf("the forged release %d does not stand alone: %v", forged.Number, err)
	}
	seal := func(s release.Seal) []byte {
		text, err := json.Marshal(s)
		d.must(err)
		return text
	}
	d.change(string(target.ID), func(state []byte) []byte {
		return bytes.Replace(state, []byte(`"figures":"5f2d"`), []byte(`"figures":"invented"`), 1)
	})
	d.change("releases", func(state []byte) []byte { return bytes.Replace(state, seal(*target.Seal), seal(*forged.Seal), 1) })
	wrong := d.wrong("")
	if len(wrong) != 1 || !strings.Contains(wrong[0], "release 2: it names the signer "+elsewhere.key.Public()) || !strings.Contains(wrong[0], "no change of keys was recorded") {
		t.Errorf("found %v", wrong)
	}
	if retold, err := d.book.Retold(d.ctx); err != nil || retold {
		t.Errorf("the history confirms it: %v", err)
	}
}

// TestMovedSuccession proves that a change of keys which was moved is found even where
// no release contradicts it.
func TestMovedSuccession(t *testing.T) {
	d := newDesk(t)
	d.published("one")
	d.must(d.book.Succeed(d.ctx, d.by("OPERATOR", "next"), d.key, madeKey(t, 1, "next")))
	d.change("releases", func(s []byte) []byte { return bytes.Replace(s, []byte(`"after":1`), []byte(`"after":5`), 1) })
	if wrong := d.wrong(""); len(wrong) != 1 || !strings.Contains(wrong[0], "the change of keys after release 5 is not signed by both keys") {
		t.Errorf("found %v", wrong)
	}
}

// TestTamperedSuccession proves that a change of keys counts only as both keys have
// signed it: where it was made up, moved or taken away, releases do not verify.
func TestTamperedSuccession(t *testing.T) {
	for name, how := range map[string]func(state []byte) []byte{
		"moved":      func(s []byte) []byte { return bytes.Replace(s, []byte(`"after":1`), []byte(`"after":0`), 1) },
		"taken away": func(s []byte) []byte { return append(bytes.Clone(s[:bytes.Index(s, []byte(`,"keys":`))]), '}') },
		"not signed": func(s []byte) []byte { return bytes.Replace(s, []byte(`— next `), []byte(`— nexd `), 1) },
		"one signature": func(s []byte) []byte {
			from := bytes.LastIndex(s, []byte(`— test `))
			return append(bytes.Clone(s[:from]), s[from+bytes.Index(s[from:], []byte(`— next `)):]...)
		},
	} {
		d := newDesk(t)
		d.published("one")
		next := madeKey(t, 1, "next")
		d.must(d.book.Succeed(d.ctx, d.by("OPERATOR", "next"), d.key, next))
		d.key = next
		d.published("two")
		d.change("releases", how)
		for _, trusted := range []string{"", keyOf(t, firstKey).Public()} {
			if len(d.wrong(trusted)) == 0 {
				t.Errorf("%s, trusting %q: nothing is found", name, trusted)
			}
		}
		if _, err := d.book.Publish(d.ctx, d.by("BEN", "three"), d.checked("three").ID, keyOf(t, firstKey), locale.Text{}); name != "taken away" && err == nil {
			t.Errorf("%s: the old key signs once more", name)
		}
	}
}
