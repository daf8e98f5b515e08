package identity_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/identity"
)

// TestKhmerVectors proves the order of Khmer syllables by published pairs: the
// fixtures test/fixtures/bad.txt and good.txt of SIL International's khmer-normalizer
// (MIT licence), of the Khmer encoding structure of Unicode Technical Note 61.
func TestKhmerVectors(t *testing.T) {
	for good, bad := range map[string]string{
		"ស៊ី": "ស៊ី សីុ សុី", "ស៉ី": "ស៉ី", "ម៉ី": "ម៉ី មីុ មុី", "ម៊ី": "ម៊ី",
		"កណ្តាល": "កណ្ដាល កណ្តាល", "បន្ត": "បន្ត បន្ដ", "ខ្មែរ": "ខ្មែរ ខែ្មរ",
		"ស្ត្រី": "ស្ត្រី ស្រ្តី ស្ដ្រី ស្រ្ដី ស្ដី្រ ស្តី្រ ស្រី្ដ ស្រី្ត",
		"កុំ":    "កុំ កំុ", "ចាំ": "ចាំ ចំា", "លោក": "លោក លេាក លាេក", "ធ្វើ": "ធ្វើ ធើ្វ ធ្វេី ធ្វីេ", "ម្យ៉ាង": "ម្យ៉ាង ម៉្យាង",
		"ស្រ៊ី": "ស្រ៊ី ស៊្រី ស្រុី ស្រីុ សុី្រ សីុ្រ", "ស្រ៉ី": "ស្រ៉ី",
		"ស៊ើប": "ស៊ើប ស៊េីប ស៊ីេប សុើប សើុប សុេីប សុីេប សីុេប សីេុប សេុីប សេីុប",
		"ស៉ើប": "ស៉េីប ស៉ីេប", "ស៊ាំ": "ស៊ាំ សំុា សុំា សាុំ សុាំ សាំុ", "ស៉ាំ": "ស៉ាំ",
	} {
		for word := range strings.FieldsSeq(bad) {
			if got := identity.NormalName(word); got != good {
				t.Errorf("%+q is %+q, not %+q", word, got, good)
			}
		}
	}
}

// TestAlike proves that what is drawn alike, or is the same to a reader, is found by
// each other: the pairs of letters of the same fixtures, and what chapter 16.4 of
// the Unicode Standard deprecates.
func TestAlike(t *testing.T) {
	for _, pair := range [][2]string{
		{"ឡ", "ទ្ប"}, {"ឫ", "ប្ញ"}, {"ឬ", "ប្ញុ"}, {"ឭា", "ព្ញា"}, {"ឭ", "ព្ញ"}, {"ឮ", "ព្ញុ"}, {"ឰ", "ព្ឋ"}, {"ឱ", "ឧិ"},
		{"\u17a3", "អ"}, {"\u17a4", "អា"}, {"ឲ", "ឱ"}, {"សំុំា", "ស៊ាំ"},
		{"សុខ\u200bដារ៉ា", "សុខដារ៉ា"}, {"សុខ\u200c\ufeffដារ៉ា", "សុខដារ៉ា"}, {"សុខ  ដារ៉ា", "សុខ ដារ៉ា"},
		{"ក\u17dd្ក", "ក្ក\u17dd"}, {"លេខ១២", "លេខ12"},
		{"SOK  Dàra", "sok dara"}, {"Nguyễn Thị Đào", "nguyen thi dao"}, {"Sok-Dara", "sok dara"}, {"Ｓｏｋ", "sok"}, {"Strauß", "strauss"}, {"O'Neil", "o neil"},
	} {
		if a, b := identity.NormalName(pair[0]), identity.NormalName(pair[1]); a != b {
			t.Errorf("%+q is %+q and %+q is %+q", pair[0], a, pair[1], b)
		}
	}
	for _, pair := range [][2]string{{"ស៊ី", "ស៉ី"}, {"ម៉ី", "ម៊ី"}, {"តា", "ដា"}, {"កា", "កៅ"}, {"Sok Dara", "Sok Dary"}, {"ខ្មែរ", "ខ្មៃរ"}} {
		if a := identity.NormalName(pair[0]); a == identity.NormalName(pair[1]) {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], a)
		}
	}
}

// texts are made of what names are made of, in any order.
var texts = rapid.Custom(func(t *rapid.T) string {
	letters := []rune("កខគងចដតទនបពមយរលសហឡអឣឤឧឲាិីឹឺុូួើឿៀេែៃោៅំះៈ៉៊់៌៍៎៏័៑្្្្៓៝\u200b\u200c Aéđ -០៩")
	return string(rapid.SliceOfN(rapid.SampledFrom(letters), 0, 14).Draw(t, "runes"))
})

// TestNormalNameOnceIsEnough proves that to normalise again changes nothing.
func TestNormalNameOnceIsEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(texts, rapid.String()).Draw(t, "text")
		once := identity.NormalName(text)
		if twice := identity.NormalName(once); twice != once {
			t.Fatalf("%+q is %+q and then %+q", text, once, twice)
		}
	})
}

// syllables are a letter, its subscripts and its marks, which can be typed in any
// order.
type written struct {
	letter string
	parts  []string
}

var syllables = rapid.Custom(func(t *rapid.T) written {
	s := written{letter: rapid.SampledFrom(strings.Split("ក ខ ង ច ត ន ប ម រ ស ហ", " ")).Draw(t, "letter")}
	if rapid.Bool().Draw(t, "below") {
		s.parts = append(s.parts, "្"+rapid.SampledFrom(strings.Split("ក ត ដ ន ម វ", " ")).Draw(t, "subscript"))
	}
	if rapid.Bool().Draw(t, "ro") {
		s.parts = append(s.parts, "្រ")
	}
	for _, of := range []string{"៉ ៊", "ា ិ ី ុ ូ េ ែ ើ ោ", "ំ ះ ់ ៍"} {
		if rapid.Bool().Draw(t, of) {
			s.parts = append(s.parts, rapid.SampledFrom(strings.Split(of, " ")).Draw(t, "mark"))
		}
	}
	return s
})

// TestTypingOrderDoesNotMatter proves that a name is the same in whatever order the
// parts of its syllables are typed, with unseen characters between them, and however
// its spaces and Latin letters are written.
func TestTypingOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a, b strings.Builder
		for _, s := range rapid.SliceOfN(syllables, 1, 5).Draw(t, "name") {
			a.WriteString(s.letter + strings.Join(s.parts, ""))
			typed := rapid.Permutation(s.parts).Draw(t, "order")
			b.WriteString(s.letter + strings.Join(typed, rapid.SampledFrom([]string{"", "\u200b", "\u200c"}).Draw(t, "between")))
		}
		latin := rapid.StringMatching(`[a-z]{2,8}`).Draw(t, "latin")
		left, right := a.String()+" "+latin, " "+b.String()+"\u00a0 "+strings.ToUpper(latin)
		if got, want := identity.NormalName(right), identity.NormalName(left); got != want {
			t.Fatalf("%+q is %+q; %+q is %+q", left, want, right, got)
		}
	})
}
