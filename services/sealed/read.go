package sealed

import (
	"bytes"
	"encoding"
	"hash/maphash"
	"reflect"
	"strconv"
	"unicode/utf8"
	"unique"
)

// Reader reads the data of entries as the store has them, a JSON object each, with
// references in the place of their sealed texts. It is for those who read many histories:
// to read by the language's rules and to visit what was read takes twice as long. It
// reads plain forms only; of any other it says so. The zero value is ready. It is not safe
// for concurrent use.
type Reader struct {
	version int    // of the entry
	left    []byte // of its data
	place   []byte // the field that is read
	seed    maphash.Seed
	held    []string // texts that were read, by their hash: many entries have the same
	missed  int      // how often there was another text
}

// How many texts a Reader holds [J]: few at first, as it may be for one history only.
const (
	firstHeld = 64
	mostHeld  = 1024
)

// Read reads the data of the entry of a version into a struct, which must be zero. It
// reports false where they are not plain: with escapes, space or null, a field twice or one
// that the struct does not have, a number that is no whole one, or a text that is not
// sealed. Those are not always wrong: json.Unmarshal and Each tell. What they would refuse
// is never plain. The struct is of no use then.
func (r *Reader) Read(version int, data []byte, v any) bool {
	if r.held == nil {
		r.seed, r.held = maphash.MakeSeed(), make([]string, firstHeld)
	}
	r.version, r.left, r.place = version, data, r.place[:0]
	to := reflect.ValueOf(v).Elem()
	return r.value(shapeOf(to.Type()), to) && len(r.left) == 0
}

// value reads a value of a shape.
func (r *Reader) value(s *shape, v reflect.Value) bool {
	switch s.form {
	case ofStruct:
		return r.object(s, v)
	case ofString:
		text, ok := r.quoted()
		v.SetString(r.hold(text, fresh))
		return ok
	case ofText:
		return r.text(s, v)
	case ofWord:
		word, ok := r.quoted()
		return ok && v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText(word) == nil
	case ofInt:
		n, ok := r.number()
		v.SetInt(n)
		return ok && !v.OverflowInt(n)
	case ofBool:
		yes := r.after("true")
		v.SetBool(yes)
		return yes || r.after("false")
	case ofPointer:
		v.Set(reflect.New(v.Type().Elem()))
		return r.value(s.of, v.Elem())
	case ofSlice:
		return r.list(s, v)
	}
	return false
}

func (r *Reader) object(s *shape, v reflect.Value) bool {
	if !r.after("{") {
		return false
	}
	if r.after("}") {
		return true
	}
	var seen uint64
	for next := 0; ; next++ {
		name, ok := r.quoted()
		if !ok || !r.after(":") {
			return false
		}
		if next = s.find(name, next); next < 0 || seen&(1<<next) != 0 {
			return false
		}
		seen |= 1 << next
		if !r.field(&s.fields[next], v) {
			return false
		}
		if !r.after(",") {
			return r.after("}")
		}
	}
}

func (r *Reader) field(f *shapeField, v reflect.Value) bool {
	at := len(r.place)
	if f.texts {
		if at > 0 {
			r.place = append(r.place, '.')
		}
		r.place = append(r.place, f.name...)
	}
	for _, i := range f.index {
		v = v.Field(i)
	}
	ok := r.value(&f.shape, v)
	r.place = r.place[:at]
	return ok
}

func (r *Reader) list(s *shape, v reflect.Value) bool {
	if !r.after("[") {
		return false
	}
	if r.after("]") {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		return true
	}
	at, n := len(r.place), r.elements()
	v.Grow(n)
	v.SetLen(n)
	for i := range n {
		if i > 0 && !r.after(",") {
			return false
		}
		if s.texts {
			r.place = append(r.place[:at], '[')
			r.place = append(strconv.AppendInt(r.place, int64(i), 10), ']')
		}
		if !r.value(s.of, v.Index(i)) {
			return false
		}
	}
	r.place = r.place[:at]
	return r.after("]")
}

// elements counts the elements of the list that has just begun, by the commas between them.
func (r *Reader) elements() int {
	n, depth := 1, 0
	for i := 0; i < len(r.left); i++ {
		switch r.left[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return n
			}
		case ',':
			if depth == 0 {
				n++
			}
		case '"':
			i += 1 + max(0, bytes.IndexByte(r.left[i+1:], '"'))
		}
	}
	return n
}

// text reads a sealed text, and sets the reference to it.
func (r *Reader) text(s *shape, v reflect.Value) bool {
	text, ok := r.quoted()
	if !ok || len(text) == 0 {
		return ok
	}
	if s.unless != "" && digitsOut(string(text)) == s.unless {
		v.SetString(string(text))
		return true
	}
	text, ok = bytes.CutPrefix(text, []byte(Prefix))
	mark, _, dot := bytes.Cut(text, []byte{'.'})
	if !ok || !dot || bytes.IndexByte(text, ' ') >= 0 {
		return false
	}
	v.SetString(r.refer(mark))
	return true
}

// refer returns the reference to the text at the place that is read.
func (r *Reader) refer(mark []byte) string {
	at := len(r.place)
	defer func() { r.place = r.place[:at] }()
	r.place = append(r.place, Prefix...)
	r.place = strconv.AppendInt(r.place, int64(r.version), 10)
	r.place = append(append(r.place, ' '), r.place[:at]...)
	if len(mark) > 0 {
		r.place = append(append(r.place, ' '), mark...)
		return string(r.place[at:])
	}
	return r.hold(r.place[at:], intern) // many cases have the same
}

// hold returns a text, as keep makes it where the Reader does not hold the same.
func (r *Reader) hold(text []byte, keep func([]byte) string) string {
	held := &r.held[maphash.Bytes(r.seed, text)%uint64(len(r.held))]
	if *held == string(text) {
		return *held
	}
	made := keep(text)
	*held = made
	if r.missed++; r.missed > mostHeld && len(r.held) < mostHeld {
		r.held = make([]string, mostHeld)
	}
	return made
}

func fresh(text []byte) string  { return string(text) }
func intern(text []byte) string { return unique.Make(string(text)).Value() }

// after passes over what comes next, if it is this.
func (r *Reader) after(what string) bool {
	if len(r.left) < len(what) || string(r.left[:len(what)]) != what {
		return false
	}
	r.left = r.left[len(what):]
	return true
}

// quoted reads a text without escapes.
func (r *Reader) quoted() ([]byte, bool) {
	if !r.after(`"`) {
		return nil, false
	}
	ascii := true
	for i, c := range r.left {
		switch {
		case c == '"':
			text := r.left[:i]
			r.left = r.left[i+1:]
			return text, ascii || utf8.Valid(text)
		case c < ' ' || c == '\\':
			return nil, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false
}

// number reads a whole number of at most 18 digits.
func (r *Reader) number() (n int64, ok bool) {
	minus := r.after("-")
	digits := 0
	for digits < len(r.left) && '0' <= r.left[digits] && r.left[digits] <= '9' {
		n = n*10 + int64(r.left[digits]-'0')
		digits++
	}
	if digits == 0 || digits > 18 || digits > 1 && r.left[0] == '0' {
		return 0, false
	}
	r.left = r.left[digits:]
	if minus {
		n = -n
	}
	return n, true
}
