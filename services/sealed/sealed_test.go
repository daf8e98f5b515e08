package sealed_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/sealed"
)

// TestForms proves that each form of a text is told from the others, and gives back
// what it was made of.
func TestForms(t *testing.T) {
	word := rapid.StringMatching(`[A-Za-z0-9_-]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		version, field, mark := rapid.IntRange(1, 9999).Draw(t, "version"), rapid.StringMatching(`[a-z]{1,8}(\[[0-9]\]\.[a-z]{1,8})?`).Draw(t, "field"), word.Draw(t, "mark")
		ref := sealed.Refer(version, field, mark)
		if r, ok := ref.Ref(); !ok || r != (sealed.Ref{Version: version, Field: field}) || ref.Clear() {
			t.Errorf("%q refers to %+v", ref, r)
		}
		if _, _, ok := ref.Sealed(); ok {
			t.Errorf("%q is taken for a sealed text", ref)
		}
		ciphertext := word.Draw(t, "ciphertext")
		text := sealed.Seal(mark, ciphertext)
		if m, c, ok := text.Sealed(); !ok || m != mark || c != ciphertext || text.Clear() {
			t.Errorf("%q is %q and %q", text, m, c)
		}
		if _, ok := text.Ref(); ok {
			t.Errorf("%q is taken for a reference", text)
		}
		if clear := sealed.Text(word.Draw(t, "clear")); !clear.Clear() {
			t.Errorf("%q is not taken for clear", clear)
		}
	})
}

// TestSame proves by what two texts are compared, in each form.
func TestSame(t *testing.T) {
	for _, c := range []struct {
		a, b sealed.Text
		want bool
	}{
		{"123/2026", "១២៣-២០២៦", true}, {"Golden Needle Co.", " golden needle co", true}, {"a", "b", false},
		{"", "", true}, {"", "a", false}, {"--", "..", false},
		{sealed.Refer(1, "a", "m"), sealed.Refer(2, "b", "m"), true}, {sealed.Refer(1, "a", "m"), sealed.Refer(2, "b", "n"), false},
		{sealed.Refer(1, "a", ""), sealed.Refer(2, "a", ""), false}, {sealed.Refer(1, "a", ""), sealed.Refer(1, "a", ""), true},
		{sealed.Seal("m", "x"), sealed.Refer(1, "a", "m"), true},
	} {
		if got := c.a.Same(c.b); got != c.want || c.b.Same(c.a) != c.want {
			t.Errorf("%q and %q: %t", c.a, c.b, got)
		}
	}
	if sealed.Text("a").Blank() || !sealed.Text("--").Blank() || !sealed.Refer(1, "a", "").Blank() || sealed.Refer(1, "a", "m").Blank() {
		t.Error("what is blank")
	}
}

type inner struct {
	Title sealed.Text `json:"title" seal:"same"`
}

type outer struct {
	Code  string        `json:"code"`
	Term  sealed.Text   `json:"term" seal:"same unless 0000-00/0"`
	Lines []sealed.Text `json:"lines"`
	Goals []inner       `json:"goals"`
	One   *inner        `json:"one"`
	None  *inner        `json:"none"`
	Remark
}

// Remark is embedded, as the remark of an entry is.
type Remark struct {
	Said sealed.Text `json:"said"`
}

// TestWalk proves that every text is visited, with its place and whether it is
// compared, and that visiting a copy leaves what it was made of as it is.
func TestWalk(t *testing.T) {
	v := outer{Code: "c", Term: "spring", Lines: []sealed.Text{"l0", "l1"}, Goals: []inner{{"g0"}, {"g1"}}, One: &inner{"one"}, Remark: Remark{"said"}}
	given := v
	var seen []string
	visit := func(field string, compared bool, text sealed.Text) (sealed.Text, error) {
		seen = append(seen, fmt.Sprint(field, " ", text, " ", compared))
		return text + "!", nil
	}
	if err := sealed.EachOfCopy(&given, visit); err != nil {
		t.Fatal(err)
	}
	want := []string{"term spring true", "lines[0] l0 false", "lines[1] l1 false", "goals[0].title g0 true", "goals[1].title g1 true", "one.title one true", "said said false"}
	if !slices.Equal(seen, want) {
		t.Errorf("%q, want %q", seen, want)
	}
	if v.Lines[0] != "l0" || v.Goals[0].Title != "g0" || v.One.Title != "one" || given.One.Title != "one!" || given.Goals[1].Title != "g1!" || given.Said != "said!" {
		t.Errorf("%+v, and the copy %+v", v, given)
	}
	if err := sealed.Each(&v, visit); err != nil || !reflect.DeepEqual(v, given) {
		t.Errorf("%+v, want %+v: %v", v, given, err)
	}
	seen = nil
	if err := sealed.Each(&outer{Term: "2026-27/1"}, visit); err != nil || len(seen) != 0 {
		t.Errorf("the code of a term is visited: %q, %v", seen, err)
	}
}
