package assessment

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"onward/services/fault"
	"onward/services/locale"
)

// Parse reads an instrument from JSON and checks it. An instrument with flaws is
// an Invalid fault that names them all, in the order of the file: the path of
// each is the line, as "line 12", and the message says what is wrong there.
// Broken JSON, a field that an instrument does not have and a value of the wrong
// kind are reported alone, since what follows cannot be read.
func Parse(raw []byte) (*Instrument, error) {
	lines, err := linesOf(raw)
	if err != nil {
		return nil, unreadable(raw, err)
	}
	var i Instrument
	if err := json.Unmarshal(raw, &i, json.RejectUnknownMembers(true)); err != nil {
		return nil, unreadable(raw, err)
	}
	c := checker{lines: lines}
	c.instrument(&i)
	if len(c.flaws) > 0 {
		slices.SortStableFunc(c.flaws, func(a, b flaw) int { return a.line - b.line })
		fields := make([]fault.Field, len(c.flaws))
		for n, f := range c.flaws {
			fields[n] = fault.Field{Path: lineName(f.line), Message: f.reason}
		}
		return nil, fault.Inputs(fields...)
	}
	if len(i.Bands) == 0 {
		i.Bands = nil // an empty list and none say the same
	}
	return &i, nil
}

func lineName(n int) string { return "line " + strconv.Itoa(n) }

// lineAt returns the line, from 1, of a place in the text.
func lineAt(raw []byte, offset int64) int {
	return 1 + bytes.Count(raw[:min(offset, int64(len(raw)))], []byte("\n"))
}

// linesOf returns the line of every value, by its JSON pointer.
func linesOf(raw []byte) (map[jsontext.Pointer]int, error) {
	lines := map[jsontext.Pointer]int{}
	d := jsontext.NewDecoder(bytes.NewReader(raw))
	for {
		if _, err := d.ReadToken(); err != nil {
			if d.StackDepth() == 0 && len(lines) > 0 && len(bytes.TrimSpace(raw[d.InputOffset():])) == 0 {
				return lines, nil
			}
			return nil, err
		}
		if _, known := lines[d.StackPointer()]; !known {
			lines[d.StackPointer()] = lineAt(raw, d.InputOffset())
		}
	}
}

// unreadable says where and why a text is no instrument.
func unreadable(raw []byte, err error) error {
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &semantic):
		line := lineName(lineAt(raw, semantic.ByteOffset+leading(raw[min(semantic.ByteOffset, int64(len(raw))):])))
		if errors.Is(err, json.ErrUnknownName) {
			return fault.Input(line, "%s is not a field of an instrument", written(semantic.JSONPointer))
		}
		return fault.Input(line, "%s has a value of the wrong kind (%s)", written(semantic.JSONPointer), semantic.JSONKind)
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntactic):
		return fault.Input(lineName(lineAt(raw, syntactic.ByteOffset)), "%s is given twice", written(syntactic.JSONPointer))
	case errors.As(err, &syntactic):
		return fault.Input(lineName(lineAt(raw, syntactic.ByteOffset)), "broken JSON: %v", syntactic.Err)
	}
	return fault.Input(lineName(lineAt(raw, int64(len(raw)))), "broken JSON: the text ends too early")
}

// leading returns how many bytes stand before the next value.
func leading(rest []byte) int64 {
	return int64(len(rest) - len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

// written writes a pointer as people do: items[3].options[1].value.
func written(p jsontext.Pointer) string {
	var b strings.Builder
	for part := range p.Tokens() {
		if _, err := strconv.Atoi(part); err == nil {
			b.WriteString("[" + part + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(part)
	}
	if b.Len() == 0 {
		return "the instrument"
	}
	return b.String()
}

type flaw struct {
	line   int
	reason string
}

// checker collects the flaws of an instrument that could be read.
type checker struct {
	lines map[jsontext.Pointer]int
	flaws []flaw
}

// code is what a code of an instrument or one of its parts looks like.
var code = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,39}$`)

// say notes a flaw of the value at the pointer, on the line of the nearest value
// around it that the text has.
func (c *checker) say(at jsontext.Pointer, format string, args ...any) {
	near := at
	for c.lines[near] == 0 && near != "" {
		near = near.Parent()
	}
	c.flaws = append(c.flaws, flaw{c.lines[near], written(at) + " " + fmt.Sprintf(format, args...)})
}

func (c *checker) instrument(i *Instrument) {
	c.code("/code", i.Code, nil)
	if i.Version < 1 {
		c.say("/version", "%d is not 1 or more", i.Version)
	}
	if !slices.Contains(Purposes, i.Purpose) {
		c.say("/purpose", "%.40q is not one of %v", i.Purpose, Purposes)
	}
	c.text("/name", i.Name)
	if m := i.minCoverage(); m <= 0 || m > 1 {
		c.say("/minCoverage", "%v is not above 0 and at most 1", m)
	}
	c.count("/dimensions", len(i.Dimensions), MostDimensions)
	dimensions := map[string]bool{}
	for n, d := range i.Dimensions {
		at := place("/dimensions", n)
		c.code(at+"/code", d.Code, dimensions)
		c.text(at+"/label", d.Label)
	}
	c.items(i, dimensions)
	c.bands(i.Bands)
}

func (c *checker) items(i *Instrument, dimensions map[string]bool) {
	c.count("/items", len(i.Items), MostItems)
	seen, asked := map[string]bool{}, map[string]bool{}
	for n, item := range i.Items {
		at := place("/items", n)
		c.code(at+"/code", item.Code, seen)
		if !dimensions[item.Dimension] {
			c.say(at+"/dimension", "%.40q is not the code of a dimension", item.Dimension)
		}
		asked[item.Dimension] = true
		c.text(at+"/label", item.Label)
		if units(item.Weight) < 1 || item.Weight > 100 {
			c.say(at+"/weight", "%v is not above 0 and at most 100", item.Weight)
		}
		c.options(at+"/options", item.Options)
	}
	for n, d := range i.Dimensions {
		if !asked[d.Code] {
			c.say(place("/dimensions", n), "has no item")
		}
	}
}

func (c *checker) options(at jsontext.Pointer, options []Option) {
	c.count(at, len(options), MostOptions)
	seen := map[string]bool{NotApplicable: true} // whoever may give it, it is no option
	for n, o := range options {
		at := place(at, n)
		c.code(at+"/code", o.Code, seen)
		c.part(at+"/value", o.Value)
		c.text(at+"/label", o.Label)
	}
}

func (c *checker) bands(bands []Band) {
	if len(bands) > MostBands {
		c.count("/bands", len(bands), MostBands)
	}
	seen := map[string]bool{}
	for n, b := range bands {
		at := place("/bands", n)
		c.code(at+"/code", b.Code, seen)
		c.part(at+"/from", b.From)
		c.text(at+"/label", b.Label)
		switch {
		case n == 0 && b.From != 0:
			c.say(at+"/from", "%v is not 0, where the first band begins", b.From)
		case n > 0 && units(b.From) <= units(bands[n-1].From):
			c.say(at+"/from", "%v is not above that of the band before it", b.From)
		}
	}
}

func place(list jsontext.Pointer, n int) jsontext.Pointer {
	return list.AppendToken(strconv.Itoa(n))
}

// code checks a code, and notes it among those seen.
func (c *checker) code(at jsontext.Pointer, v string, seen map[string]bool) {
	switch {
	case v == "":
		c.say(at, "is missing")
	case !code.MatchString(v):
		c.say(at, "%.60q is not a code: a letter, then up to 39 letters, digits, - or _", v)
	case v == NotApplicable && seen[v]:
		c.say(at, "%s is kept for items that do not apply (notApplicableAllowed)", v)
	case seen[v]:
		c.say(at, "%q is used twice", v)
	case seen != nil:
		seen[v] = true
	}
}

// text checks that a text says something in every language.
func (c *checker) text(at jsontext.Pointer, t locale.Text) {
	for _, l := range []struct{ name, text string }{{"en", t.EN}, {"km", t.KM}} {
		at := at.AppendToken(l.name)
		switch flaw := locale.Flaw(l.text); {
		case l.text == "":
			c.say(at, "is missing")
		case flaw != "":
			c.say(at, "%s", flaw)
		case len([]rune(l.text)) > 500:
			c.say(at, "has more than 500 characters")
		}
	}
}

func (c *checker) part(at jsontext.Pointer, v float64) {
	if v < 0 || v > 1 {
		c.say(at, "%v is not between 0 and 1", v)
	}
}

func (c *checker) count(at jsontext.Pointer, n, most int) {
	if n < 1 || n > most {
		c.say(at, "has %d entries, not 1 to %d", n, most)
	}
}
