package casefile_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/casefile"
	"onward/services/sealed"
)

// stored returns the data of every kind of entry as the store has them, with a mark in
// those texts that are compared.
func stored(t testing.TB) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, d := range samples() {
		s, err := casefile.EachText(d, func(_ string, compared bool, _ sealed.Text) (sealed.Text, error) {
			return sealed.Seal(map[bool]string{true: "m4rk"}[compared], "c1-pher_text"), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if all[d.Kind()], err = json.Marshal(s); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// same fails the test where data that are taken for plain are read otherwise than by the
// language's rules, or would be refused by those.
func same(t rapid.TB, name string, data []byte) (plain bool) {
	t.Helper()
	got, plain := casefile.Plainly(name, data)
	if !plain {
		return false
	}
	if want, err := casefile.Slowly(name, data); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s %s: %v\n got %+v\nwant %+v", name, data, err, got, want)
	}
	return true
}

// TestPlain proves that what the program writes is plain, for every kind of entry and
// every field of it, and is read as by the language's rules.
func TestPlain(t *testing.T) {
	for name, data := range stored(t) {
		if !same(t, name, data) || !same(t, name, []byte("{}")) {
			t.Errorf("%s is not plain: %s", name, data)
		}
	}
}

// TestNotPlain proves that nothing of another form is taken for plain.
func TestNotPlain(t *testing.T) {
	for _, data := range []string{
		``, ` {}`, `{} `, `{}{}`, `{`, `null`, `{"code":null}`, `{"code": "a"}`, `{"c\u006fde":"a"}`, `{"code":"\u0061"}`, "{\"code\":\"\xff\"}",
		"{\"code\":\"a\x01\"}", `{"code":"a","code":"a"}`, `{"code":1}`, `{"Code":"a"}`, `{"codes":"a"}`, `{"birthYear":1.5}`, `{"birthYear":"1990"}`,
		`{"birthYear":01}`, `{"birthYear":1e3}`, `{"birthYear":9999999999999999999}`, `{"birthYear":+1}`, `{"birthYear":}`, `{"birthYear":-}`, `{"consents":["a",]}`, `{"consents":[,"a"]}`,
		`{"consents":["a"}`, `{"consents":"a"}`, `{"consents":["a" "b"]}`, `{"adultOn":"2026-02-30"}`, `{"adultOn":20260101}`, `{"code":"a",}`, `{"code":"a"`,
		`{"referredBy":"in clear"}`, `{"referredBy":"⟦3 referredBy"}`, `{"referredBy":"⟦nodot"}`, `{"referredBy":"⟦a b.c"}`,
	} {
		if got, ok := casefile.Plainly("case.opened", []byte(data)); ok {
			t.Errorf("%s is taken for plain: %+v", data, got)
		}
	}
}

// TestPlainIsDamaged proves the same of data that are damaged anyhow, and that a Reader
// reads on after them, whatever it remembers.
func TestPlainIsDamaged(t *testing.T) {
	all := stored(t)
	names := casefile.KindNames()
	bits := []string{"", `"`, `\`, "{", "}", "[", "]", ",", ":", "0", "-", "1", ".5", " ", "null", "true", "⟦", "\xff", "\x00", `"a":1`, `"⟦.x"`, `2026-01-02`}
	rapid.Check(t, func(t *rapid.T) {
		var r casefile.Reader
		for range 20 {
			name := rapid.SampledFrom(names).Draw(t, "kind")
			data := slices.Clone(all[name])
			for range rapid.IntRange(0, 2).Draw(t, "damages") {
				from := rapid.IntRange(0, len(data)).Draw(t, "from")
				to := min(len(data), from+rapid.IntRange(0, 12).Draw(t, "length"))
				data = slices.Concat(data[:from], []byte(rapid.SampledFrom(bits).Draw(t, "bit")), data[to:])
			}
			same(t, name, data)
			got, err := r.Decode(name, 3, data)
			want, bad := casefile.Slowly(name, data)
			if (err == nil) != (bad == nil) || err == nil && !reflect.DeepEqual(got, want) {
				t.Errorf("%s %s: %v and %v\n got %+v\nwant %+v", name, data, err, bad, got, want)
			}
		}
	})
}

// FuzzPlain is TestPlainIsDamaged for what nobody thinks of.
func FuzzPlain(f *testing.F) {
	for name, data := range stored(f) {
		f.Add(name, data)
	}
	names := casefile.KindNames()
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if slices.Contains(names, name) {
			same(t, name, data)
		}
	})
}
