package identity

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NormalName writes a name as it is compared: the letters folded, the Khmer
// syllables in the order of their encoding structure, one space between parts. To
// normalise again changes nothing.
func NormalName(name string) string {
	return strings.Join(strings.FieldsFunc(folded(name), isGap), " ")
}

// folded writes a text in small letters without diacritics, digits as ASCII has
// them, without what cannot be seen, and with its Khmer syllables in order.
func folded(text string) string {
	decomposed := norm.NFKD.String(strings.ToLower(norm.NFKD.String(text)))
	var plain strings.Builder
	for _, r := range decomposed {
		switch {
		case isUnseen(r) || isDiacritic(r):
		case digitOf(r) >= 0:
			plain.WriteRune('0' + digitOf(r))
		case spelled[r] != "":
			plain.WriteString(spelled[r])
		default:
			plain.WriteRune(r)
		}
	}
	return norm.NFC.String(khmerInOrder(plain.String()))
}

// isGap reports whether a character stands between the parts of a name.
func isGap(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) }

// isUnseen reports whether a character has no shape of its own: Khmer is often typed
// with zero-width spaces between words, which others leave out.
func isUnseen(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r == '\u034f' || r == '\u17b4' || r == '\u17b5'
}

// isDiacritic reports whether a character is a mark on a Latin letter. The marks of
// Khmer, Thai, Lao and Burmese are what their words are made of, and stay.
func isDiacritic(r rune) bool { return unicode.Is(unicode.Inherited, r) && unicode.IsMark(r) }

// digitOf returns the value of a Khmer digit, or a negative number.
func digitOf(r rune) rune {
	if r >= '០' && r <= '៩' {
		return r - '០'
	}
	return -1
}

// spelled writes letters in others: Latin ones that have no decomposition, and what
// the Unicode Standard (ch. 16.4, Khmer) deprecates or calls a variant of another.
var spelled = map[rune]string{
	'đ': "d", 'ð': "d", 'ø': "o", 'ł': "l", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ß': "ss", 'ı': "i",
	'\u17a3': "អ", '\u17a4': "អា", '\u17a8': "ឧក", '\u17b2': "ឱ", '\u17d3': "ំ",
}

const (
	coeng = '\u17d2' // makes the next letter a subscript
	letBa = 'ប'
	robat = '\u17cc'
)

// khmerInOrder writes every Khmer syllable of a text in the one order in which its
// parts are encoded, and what looks alike in one way.
//
// The order is that of the Khmer encoding structure (Unicode Technical Note 61;
// The Unicode Standard, ch. 16.4): letter, robat, subscripts with that of ro last,
// shifter, vowel, signs. For search it goes further than that: what is there twice is
// written once, and a sequence that is drawn like another letter is that letter.
func khmerInOrder(text string) string {
	in, out := []rune(text), make([]rune, 0, len(text))
	for i := 0; i < len(in); {
		if !isKhmerLetter(in[i]) {
			if !isKhmerMark(in[i]) { // a mark without its letter says nothing
				out = append(out, in[i])
			}
			i++
			continue
		}
		s := syllable{letters: []rune{in[i]}}
		for i++; i < len(in); i++ {
			if !s.take(in, &i) {
				break
			}
		}
		out = append(out, s.inOrder()...)
	}
	return string(out)
}

func isKhmerLetter(r rune) bool { return r >= '\u1780' && r <= '\u17b3' }

func isKhmerMark(r rune) bool { return r >= '\u17b6' && r <= '\u17d3' || r == '\u17dd' }

// syllable is a Khmer letter with all that is written around it.
type syllable struct {
	letters []rune // the letter and its subscripts
	marks   []rune
}

// take adds the character at a place to the syllable, with the letter that it makes
// a subscript; ok is false where the syllable has ended.
func (s *syllable) take(in []rune, i *int) (ok bool) {
	if !isKhmerMark(in[*i]) {
		return false
	}
	if in[*i] != coeng {
		s.marks = append(s.marks, in[*i])
		return true
	}
	// NFC puts U+17DD between the sign and its letter: the class of one of the two is
	// wrong for ever. Several signs in a row make one subscript.
	next := *i + 1
	for next < len(in) && (in[next] == coeng || in[next] == '\u17dd') {
		if in[next] != coeng {
			s.marks = append(s.marks, in[next])
		}
		next++
	}
	*i = next - 1
	if next < len(in) && isKhmerLetter(in[next]) {
		s.letters = append(s.letters, subscript(in[next]))
		*i = next
	}
	return true
}

// subscript returns by which letter a subscript is written: those of da and ta are
// drawn alike.
func subscript(r rune) rune {
	if r == 'ដ' {
		return 'ត'
	}
	return r
}

// inOrder writes the syllable.
func (s *syllable) inOrder() []rune {
	slices.SortStableFunc(s.letters[1:], func(a, b rune) int { return roLast(a) - roLast(b) })
	s.marks = ordered(s.marks)
	for {
		before := slices.Clone(s.marks)
		s.letters, s.marks = s.alike()
		if slices.Equal(before, s.marks) {
			break
		}
	}
	out := []rune{s.letters[0]}
	if i := slices.Index(s.marks, robat); i >= 0 {
		out, s.marks = append(out, robat), slices.Delete(s.marks, i, i+1)
	}
	for _, r := range s.letters[1:] {
		out = append(out, coeng, r)
	}
	return append(out, s.marks...)
}

func roLast(r rune) int {
	if r == 'រ' {
		return 1
	}
	return 0
}

// ordered sorts marks by their place in a syllable and leaves each once.
func ordered(marks []rune) []rune {
	slices.SortStableFunc(marks, func(a, b rune) int {
		if placeOf(a) != placeOf(b) {
			return placeOf(a) - placeOf(b)
		}
		return int(a - b)
	})
	return slices.Compact(marks)
}

// placeOf returns where a mark stands among those of a syllable.
func placeOf(r rune) int {
	switch {
	case r == robat:
		return 0
	case r == '\u17c9' || r == '\u17ca': // the shifters
		return 1
	case r >= '\u17be' && r <= '\u17c5': // vowels with a part before the letter
		return 2
	case r >= '\u17bb' && r <= '\u17bd': // below it
		return 3
	case r >= '\u17b7' && r <= '\u17ba': // above it
		return 4
	case r == '\u17b6': // after it
		return 5
	case r == '\u17c7' || r == '\u17c8': // the signs at the end
		return 7
	}
	return 6
}

// drawn are vowels that are drawn like two others.
var drawn = []struct {
	a, b rune
	as   []rune
}{
	{'\u17be', '\u17b6', []rune{'\u17c4', '\u17b8'}},
	{'\u17c1', '\u17b8', []rune{'\u17be'}},
	{'\u17c1', '\u17b6', []rune{'\u17c4'}},
}

// alikeLetters are letters that are drawn like another with a subscript. In legacy
// fonts the one was typed for the other.
var alikeLetters = map[[2]rune]rune{{'ទ', 'ប'}: 'ឡ', {'ប', 'ញ'}: 'ឫ', {'ព', 'ញ'}: 'ឭ', {'ព', 'ឋ'}: 'ឰ'}

// alikeMarked are letters that are drawn like another with a mark.
var alikeMarked = map[[2]rune]rune{{'ឫ', '\u17bb'}: 'ឬ', {'ឭ', '\u17bb'}: 'ឮ', {'ឧ', '\u17b7'}: 'ឱ'}

// alike replaces one thing that looks like another.
func (s *syllable) alike() (letters, marks []rune) {
	if len(s.letters) == 2 {
		if r, ok := alikeLetters[[2]rune(s.letters)]; ok {
			s.letters = []rune{r}
		}
	}
	for _, d := range drawn {
		if slices.Contains(s.marks, d.a) && slices.Contains(s.marks, d.b) {
			rest := slices.DeleteFunc(s.marks, func(r rune) bool { return r == d.a || r == d.b })
			return s.letters, ordered(append(rest, d.as...))
		}
	}
	if i := slices.Index(s.marks, '\u17bb'); i >= 0 && s.shifts() {
		s.marks[i] = s.shifter()
		return s.letters, ordered(s.marks)
	}
	for _, r := range s.marks {
		if to, ok := alikeMarked[[2]rune{s.letters[0], r}]; ok && len(s.letters) == 1 {
			return []rune{to}, slices.DeleteFunc(s.marks, func(m rune) bool { return m == r })
		}
	}
	return s.letters, s.marks
}

// shifts reports whether a vowel u below is a shifter that has made room for a vowel
// above.
func (s *syllable) shifts() bool {
	above := func(r rune) bool {
		return r >= '\u17b7' && r <= '\u17ba' || r == '\u17be' || r == '\u17bf' || r == '\u17dd' || r == '\u17d0'
	}
	return slices.ContainsFunc(s.marks, above) || slices.Contains(s.marks, '\u17b6') && slices.Contains(s.marks, '\u17c6')
}

// shifter returns the shifter that a syllable takes which moves below: triisap where
// a letter of the first series is in it and no ba, and else muusikatoan.
func (s *syllable) shifter() rune {
	const first = "កខគឃចឆជឈដឋឌឍតថទធផពភឞសហអ"
	if strings.ContainsAny(string(s.letters), first) && !slices.Contains(s.letters, letBa) {
		return '\u17ca'
	}
	return '\u17c9'
}
