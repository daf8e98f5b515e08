package render

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// width is how wide every picture is, in units of its own. It is that of a small
// telephone, so that its words can be read there: elsewhere it grows.
const width = 400

// size is how large words in a picture are, in its units.
const size = 13

// picture is a drawing with its name and its description for those who do not see
// it. The page gives the classes of its marks their colours.
type picture struct {
	ID          string // unique in the page
	Title, Desc string
	Height      int
	Marks       []mark
	Scale       string // what the shades of its legend measure, where it has them
	Legend      []key
}

// mark is one thing in a picture: a word where there is a Text, a province where
// there is a Use, else a shape.
type mark struct {
	Class string
	Path  string
	Use   string // the id of a shape that the page defines
	Tip   string // what it says of itself

	Text string
	X, Y string
}

// key is one entry of a legend: what the marks of a class mean.
type key struct{ Class, Text string }

func (p *picture) shape(class, tip string, path ...string) {
	p.Marks = append(p.Marks, mark{Class: class, Path: strings.Join(path, ""), Tip: tip})
}

// word writes a text at a place. The class says how it is anchored: s begins, m
// has its middle and e ends there.
func (p *picture) word(class string, x, y float64, text string) {
	p.Marks = append(p.Marks, mark{Class: class, Text: text, X: at(x), Y: at(y)})
}

// at writes a coordinate, to a tenth.
func at(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64) // + 0 makes a negative zero one
}

// rect, line and step are paths.
func rect(x, y, w, h float64) string {
	return "M" + at(x) + " " + at(y) + "h" + at(w) + "v" + at(h) + "h" + at(-w) + "z"
}

func line(x1, y1, x2, y2 float64) string {
	return "M" + at(x1) + " " + at(y1) + "L" + at(x2) + " " + at(y2)
}

func dot(x, y, r float64) string {
	arc := "a" + at(r) + " " + at(r) + " 0 1 0 "
	return "M" + at(x-r) + " " + at(y) + arc + at(2*r) + " 0" + arc + at(-2*r) + " 0z"
}

// scale turns values into places.
type scale struct {
	from, to float64 // values
	a, b     float64 // places
}

func (s scale) at(v float64) float64 { return s.a + (v-s.from)/(s.to-s.from)*(s.b-s.a) }

// axis is a scale of round numbers that holds the values and zero, and its ticks:
// about four, whole where the values are.
func axis(low, high float64, whole bool) (from, to float64, ticks []float64) {
	low, high = min(low, 0), max(high, 0)
	if low == high {
		high = 1
	}
	step := roundStep((high-low)/4, 1, 2, 2.5, 5)
	if whole {
		step = max(1, math.Ceil(step))
	}
	from, to = math.Floor(low/step)*step, math.Ceil(high/step-1e-9)*step
	for i := 0; from+float64(i)*step <= to+step/2; i++ {
		ticks = append(ticks, from+float64(i)*step)
	}
	return from, to, ticks
}

// roundStep returns the smallest number that is no less, of those that are round:
// one of the factors times a power of ten. The factors rise from 1.
func roundStep(v float64, factors ...float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, f := range factors {
		if v <= f*power*(1+1e-9) {
			return f * power
		}
	}
	return 10 * power
}

// tick writes a round number of an axis.
func tick(v float64) string {
	if v == math.Trunc(v) {
		return whole(int(v))
	}
	return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64)
}

// coeng joins a Khmer letter below the one before it.
const coeng = '\u17d2'

// breadth guesses how wide a text is at the size of words. Marks that stand above
// or below a letter take no room.
func breadth(text string) float64 {
	ems := 0.0
	var before rune
	for _, r := range text {
		switch {
		case before == coeng || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case unicode.Is(unicode.Mc, r):
			ems += 0.5
		case r > unicode.MaxLatin1 && unicode.IsLetter(r):
			ems += 0.8
		default:
			ems += 0.55
		}
		before = r
	}
	return ems * size
}

// fit returns as much of a text as has room, an ellipsis in place of the rest. It
// cuts no letter from its marks.
func fit(text string, room float64) string {
	if breadth(text) <= room {
		return text
	}
	letters := []rune(text)
	for i := len(letters) - 1; i > 0; i-- {
		whole := !unicode.Is(unicode.M, letters[i]) && letters[i-1] != coeng
		if short := string(letters[:i]) + "…"; whole && breadth(short) <= room {
			return short
		}
	}
	return "…"
}
