package locale_test

import (
	"testing"

	"onward/services/locale"
)

// TestIn proves that a text is given in the language that was asked for, and in
// English where none or an unknown one was.
func TestIn(t *testing.T) {
	text := locale.Text{EN: "shelter", KM: "ជម្រក"}
	for l, want := range map[locale.Locale]string{locale.EN: text.EN, locale.KM: text.KM, "": text.EN, "FR": text.EN, "km": text.EN} {
		if got := text.In(l); got != want {
			t.Errorf("in %q: %s, want %s", l, got, want)
		}
	}
}
