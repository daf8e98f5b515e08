package sqlite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"onward/services/calendar"
	"onward/services/store"
)

// keepEmpty makes omitempty mean what it means in encoding/json: data that is an
// empty object is kept.
var keepEmpty = jsonv1.OmitEmptyWithLegacySemantics(true)

// encodeHistory writes entries as lines of JSON.
func encodeHistory(entries []store.Entry) ([]byte, error) {
	var b bytes.Buffer
	for _, e := range entries {
		e.At = e.At.UTC().Truncate(time.Millisecond)
		// This writer, unlike encoding/json, keeps <, > and & in Data as they
		// were, and refuses what no other engine could hold: broken UTF-8 and
		// names that occur twice in an object.
		if err := jsonv2.MarshalWrite(&b, e, keepEmpty); err != nil {
			return nil, err
		}
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// checkState refuses a state that is not one JSON object.
func checkState(state json.RawMessage) error {
	v := jsontext.Value(state)
	if v.Kind() != '{' || !v.IsValid() {
		return fmt.Errorf("the state is not a JSON object")
	}
	return nil
}

// decoder reads histories. It exists for the scan at process start: reading
// each entry field by field costs a quarter of what encoding/json takes, and
// half of what its successor takes for a whole struct. A decoder is not safe
// for concurrent use.
type decoder struct {
	dec jsontext.Decoder
}

// lenient leaves out the checks that encodeHistory made.
var lenient = jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// history reads the lines that encodeHistory wrote. The Data of the entries are
// parts of text, which the caller must not change afterwards.
func (d *decoder) history(text []byte) ([]store.Entry, error) {
	if len(text) == 0 {
		return nil, nil
	}
	d.dec.Reset(bytes.NewBuffer(text), lenient)
	entries := make([]store.Entry, bytes.Count(text, []byte{'\n'}))
	for i := range entries {
		if err := d.entry(&entries[i], text); err != nil {
			return nil, fmt.Errorf("entry %d of the history: %w", i+1, err)
		}
	}
	return entries, nil
}

func (d *decoder) entry(e *store.Entry, text []byte) error {
	if open, err := d.dec.ReadToken(); err != nil || open.Kind() != '{' {
		return fmt.Errorf("not an object: %w", err)
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
