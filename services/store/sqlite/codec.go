package sqlite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"onward/services/calendar"
	"onward/services/store"
)

// A history is written as lines of JSON, with the names that store.Entry gives
// its fields. Both ways are written out by field, for speed: writing is a third
// of what reflection costs, which bulk inserts feel, and reading a quarter, which
// the scan at process start feels.

// appendHistory appends the lines of the entries to b.
func appendHistory(b []byte, entries []store.Entry) (_ []byte, err error) {
	const header = 200 // bytes: more than is usual
	for _, e := range entries {
		b = slices.Grow(b, header+len(e.Data))
		b = append(b, `{"v":`...)
		b = strconv.AppendInt(b, int64(e.Version), 10)
		b = appendText(b, "kind", e.Kind, &err)
		if !e.On.IsZero() {
			b = appendText(b, "on", e.On.String(), &err)
		}
		b = append(b, `,"at":"`...)
		b = e.At.UTC().AppendFormat(b, milliseconds)
		b = append(b, '"')
		for _, field := range [...]struct{ name, text string }{{"by", e.By}, {"org", e.Organisation}, {"key", e.Key}} {
			if field.text != "" {
				b = appendText(b, field.name, field.text, &err)
			}
		}
		if len(e.Data) > 0 {
			b = append(b, `,"data":`...)
			b = appendJSON(b, e.Data, &err)
		}
		b = append(b, "}\n"...)
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// milliseconds is RFC 3339 in UTC, cut to what the store keeps.
const milliseconds = "2006-01-02T15:04:05.999Z"

func appendText(b []byte, name, text string, err *error) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':')
	b, bad := jsontext.AppendQuote(b, text)
	*err = errors.Join(*err, bad)
	return b
}

// appendJSON appends the value without the space in it, above all without line
// ends. It refuses what no other engine could hold: broken UTF-8, and names that
// occur twice in an object.
func appendJSON(b []byte, value json.RawMessage, err *error) []byte {
	b, bad := jsontext.AppendFormat(b, value, jsontext.PreserveRawStrings(true))
	*err = errors.Join(*err, bad)
	return b
}

// checkState refuses a state that is not one JSON object.
func checkState(state json.RawMessage) error {
	v := jsontext.Value(state)
	if v.Kind() != '{' || !v.IsValid() {
		return errors.New("the state is not a JSON object")
	}
	return nil
}

// decoder reads histories. It is not safe for concurrent use.
type decoder struct {
	dec  jsontext.Decoder
	seen map[string]string // texts that many entries have: kinds, workers, organisations
	keys []byte            // those of the history that is read, one after the other
	ends []int             // where in keys the key of each entry ends
}

// lenient leaves out the checks that appendHistory made.
var lenient = jsontext.Options(jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)))

// history reads the lines that appendHistory wrote. The Data of the entries are
// parts of text, which the caller must not change afterwards.
func (d *decoder) history(text []byte) ([]store.Entry, error) {
	if len(text) == 0 {
		return nil, nil
	}
	entries := make([]store.Entry, bytes.Count(text, []byte{'\n'}))
	if d.plain(entries, text) {
		return entries, nil
	}
	d.dec.Reset(bytes.NewBuffer(text), lenient)
	clear(entries)
	for i := range entries {
		if err := d.entry(&entries[i], text); err != nil {
			return nil, fmt.Errorf("entry %d of the history: %w", i+1, err)
		}
	}
	if _, err := d.dec.ReadToken(); err != io.EOF {
		return nil, errors.New("the last line of the history is not ended")
	}
	return entries, nil
}

// plain reads lines that are as appendHistory writes them, without escapes. It does not
// look into the data, which whoever reads them decodes. Where a line is of another form
// it reports false, and all are read by the language's rules.
func (d *decoder) plain(entries []store.Entry, text []byte) bool {
	d.keys, d.ends = d.keys[:0], d.ends[:0]
	for i := range entries {
		line, rest, _ := bytes.Cut(text, []byte{'\n'})
		if !d.line(&entries[i], line) {
			return false
		}
		text = rest
	}
	keys, from := string(d.keys), 0 // one piece of memory for all
	for i, end := range d.ends {
		entries[i].Key, from = keys[from:end], end
	}
	return len(text) == 0
}

func (d *decoder) line(e *store.Entry, line []byte) bool {
	p := plainLine{left: line, ok: true}
	e.Version = p.number(`{"v":`)
	e.Kind = d.common(p.text(`,"kind":"`))
	if on := p.text(`,"on":"`); on != nil {
		p.ok = p.ok && e.On.UnmarshalText(on) == nil
	}
	p.ok = p.ok && e.At.UnmarshalText(p.text(`,"at":"`)) == nil
	e.By, e.Organisation = d.common(p.text(`,"by":"`)), d.common(p.text(`,"org":"`))
	d.keys = append(d.keys, p.text(`,"key":"`)...)
	d.ends = append(d.ends, len(d.keys))
	e.Data = p.object(`,"data":`)
	return p.ok && len(p.left) == 1 && p.left[0] == '}'
}

// commonTexts bounds what a decoder remembers [J].
const commonTexts = 4096

// common returns a text that many entries have, in memory that they share.
func (d *decoder) common(text []byte) string {
	if s, ok := d.seen[string(text)]; ok {
		return s
	}
	if d.seen == nil || len(d.seen) == commonTexts {
		d.seen = map[string]string{}
	}
	s := string(text)
	d.seen[s] = s
	return s
}

// plainLine is what is left of a line.
type plainLine struct {
	left []byte
	ok   bool
}

// after passes over what a field begins with, where it stands here.
func (p *plainLine) after(begin string) bool {
	rest, ok := bytes.CutPrefix(p.left, []byte(begin))
	p.left = rest
	return ok
}

// number reads digits, which must be there.
func (p *plainLine) number(begin string) int {
	there, n, digits := p.after(begin), 0, 0
	for digits < len(p.left) && digits < 9 && '0' <= p.left[digits] && p.left[digits] <= '9' {
		n = n*10 + int(p.left[digits]-'0')
		digits++
	}
	p.ok = p.ok && there && digits > 0
	p.left = p.left[digits:]
	return n
}

// text reads a text without escapes, or nil where the field is not there.
func (p *plainLine) text(begin string) []byte {
	if !p.ok || !p.after(begin) {
		return nil
	}
	end := bytes.IndexByte(p.left, '"')
	if end < 0 || bytes.IndexByte(p.left[:end], '\\') >= 0 {
		p.ok = false
		return nil
	}
	text := p.left[:end]
	p.left = p.left[end+1:]
	return text
}

// object reads an object without escapes, or nil where the field is not there.
func (p *plainLine) object(begin string) []byte {
	if !p.ok || !p.after(begin) {
		return nil
	}
	end := objectEnd(p.left)
	if end < 0 {
		p.ok = false
		return nil
	}
	object := p.left[:end:end]
	p.left = p.left[end:]
	return object
}

// objectEnd returns where the object ends with which a text begins, or -1 where none
// does, or one with escapes. What is between the brackets is not checked.
func objectEnd(b []byte) int {
	if len(b) == 0 || b[0] != '{' {
		return -1
	}
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			n := bytes.IndexByte(b[i+1:], '"')
			if n < 0 || n > 0 && b[i+n] == '\\' {
				return -1
			}
			i += n + 1
		}
	}
	return -1
}

func (d *decoder) entry(e *store.Entry, text []byte) error {
	if open, err := d.dec.ReadToken(); err != nil {
		return err
	} else if open.Kind() != '{' {
		return errors.New("not an object")
	}
	for d.dec.PeekKind() == '"' {
		name, err := d.dec.ReadValue()
		if err != nil {
			return err
		}
		field := fieldOf(e, name)
		value, err := d.dec.ReadValue()
		if err != nil {
			return err
		}
		if field == &e.Data {
			end := d.dec.InputOffset()
			e.Data = text[end-int64(len(value)) : end : end]
			continue
		}
		if err := setField(field, value); err != nil {
			return err
		}
	}
	_, err := d.dec.ReadToken()
	return err
}

// fieldOf returns the field of the entry that has the (quoted) name, or nil for
// one that this program does not know.
func fieldOf(e *store.Entry, name []byte) any {
	switch string(name) {
	case `"v"`:
		return &e.Version
	case `"kind"`:
		return &e.Kind
	case `"on"`:
		return &e.On
	case `"at"`:
		return &e.At
	case `"by"`:
		return &e.By
	case `"org"`:
		return &e.Organisation
	case `"key"`:
		return &e.Key
	case `"data"`:
		return &e.Data
	}
	return nil
}

// setField reads the JSON value into the field.
func setField(field any, value jsontext.Value) (err error) {
	switch field := field.(type) {
	case *int:
		*field, err = strconv.Atoi(string(value))
	case *string:
		*field, err = unquote(value)
	case *calendar.Day:
		err = field.UnmarshalText(bytes.Trim(value, `"`))
	case *time.Time:
		err = field.UnmarshalText(bytes.Trim(value, `"`))
	}
	return err
}

func unquote(value jsontext.Value) (string, error) {
	if len(value) > 1 && value[0] == '"' && bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1]), nil
	}
	text, err := jsontext.AppendUnquote(nil, value)
	return string(text), err
}
