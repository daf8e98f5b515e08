// Package sealed is free text about a survivor: what it looks like in clear, sealed
// and as a reference, and where it stands in the entries of a case. It is pure and
// knows no key; services/vault seals and opens.
//
// A text has three forms. In clear it comes in, and is checked. Sealed it stands in
// the stored entry: a mark by which it is compared, where it is compared, and the
// ciphertext. Everywhere else, which is in memory and in the stored state, a
// reference stands for it: the version of the entry and the field. The ciphertext
// does not say where it belongs, and a reference does not say what it refers to, so
// that a ciphertext which is moved opens nowhere.
package sealed

import (
	"strconv"
	"strings"
	"unicode"
)

// Text is free text about a survivor, in one of its forms.
type Text string

// Prefix begins every text that is not in clear. No input may begin with it.
const Prefix = "⟦"

// Clear reports whether the text can be read as it is. The empty text can.
func (t Text) Clear() bool { return !strings.HasPrefix(string(t), Prefix) }

// Ref says which text is meant: a field of an entry of the case.
type Ref struct {
	Version int    // of the entry
	Field   string // as the entry's data name it, such as goals[0].title
}

// Refer returns the reference to a text. The mark is that of its sealed form.
func Refer(version int, field, mark string) Text {
	if mark != "" {
		mark = " " + mark
	}
	return Text(Prefix + strconv.Itoa(version) + " " + field + mark)
}

// Ref returns to what a reference refers; ok is false for a text in another form.
func (t Text) Ref() (r Ref, ok bool) {
	s, ok := strings.CutPrefix(string(t), Prefix)
	if !ok {
		return r, false
	}
	version, rest, ok := strings.Cut(s, " ")
	if !ok {
		return r, false
	}
	r.Field, _, _ = strings.Cut(rest, " ")
	n, err := strconv.Atoi(version)
	r.Version = n
	return r, err == nil
}

// Seal returns the sealed form: the mark, which may be empty, and the ciphertext.
// Both are of letters, digits, - and _.
func Seal(mark, ciphertext string) Text { return Text(Prefix + mark + "." + ciphertext) }

// Sealed returns the parts of a sealed form; ok is false for a text in another form.
func (t Text) Sealed() (mark, ciphertext string, ok bool) {
	s, ok := strings.CutPrefix(string(t), Prefix)
	if !ok || strings.Contains(s, " ") {
		return "", "", false
	}
	return strings.Cut(s, ".")
}

// Same reports whether two texts of one case say the same, whatever the case of the
// letters and the signs between them. Of texts that are not in clear the marks are
// compared, which only fields with the tag seal:"same" have.
func (t Text) Same(other Text) bool {
	if t == other {
		return true
	}
	a, b := t.likeness(), other.likeness()
	return a != "" && a == b
}

// Blank reports whether there is no letter and no digit by which the text could be
// compared.
func (t Text) Blank() bool { return t.likeness() == "" }

// likeness is by what a text is compared: its normal form in clear, or the mark.
func (t Text) likeness() string {
	s, other := strings.CutPrefix(string(t), Prefix)
	if !other {
		return Normal(string(t))
	}
	if mark, _, ok := t.Sealed(); ok {
		return mark
	}
	parts := strings.Split(s, " ")
	if len(parts) < 3 {
		return ""
	}
	return parts[2]
}

// Normal leaves of a text its letters, marks and digits, as capitals and with the
// Khmer digits as the others.
func Normal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '០' && r <= '៩':
			return r - '០' + '0'
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			return unicode.ToUpper(r)
		}
		return -1
	}, text)
}
