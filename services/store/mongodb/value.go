package mongodb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// value is JSON that is kept as real BSON, so that people and reporting tools
// can query it: objects as documents with their names in order, integers as
// integers, other numbers as doubles. MongoDB's own notation for JSON is not
// used, because it would take an object such as {"$date": …} for a date.
type value json.RawMessage

// MarshalBSONValue implements bson.ValueMarshaler. It refuses what BSON cannot
// hold: broken UTF-8, names that occur twice in an object, integers beyond 64
// bits and numbers beyond a double.
func (v value) MarshalBSONValue() (typ byte, data []byte, err error) {
	d := jsontext.NewDecoder(bytes.NewReader(v))
	tree, err := readTree(d)
	if err != nil {
		return 0, nil, err
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return 0, nil, errors.New("more than one JSON value")
	}
	t, data, err := bson.MarshalValue(tree)
	return byte(t), data, err
}

// IsZero implements bson.Zeroer: there is no JSON.
func (v value) IsZero() bool { return len(v) == 0 }

// readTree reads the next JSON value as the driver's types.
func readTree(d *jsontext.Decoder) (any, error) {
	switch d.PeekKind() {
	case '{':
		return readObject(d)
	case '[':
		return readArray(d)
	}
	token, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '"':
		return token.String(), nil
	case '0':
		return readNumber(token.String())
	case 't', 'f':
		return token.Bool(), nil
	default:
		return nil, nil
	}
}

func readObject(d *jsontext.Decoder) (any, error) {
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	object := bson.D{}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		key, err := escapeName(name.String())
		if err != nil {
			return nil, err
		}
		member, err := readTree(d)
		if err != nil {
			return nil, err
		}
		object = append(object, bson.E{Key: key, Value: member})
	}
	_, err := d.ReadToken()
	return object, err
}

func readArray(d *jsontext.Decoder) (any, error) {
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	array := bson.A{}
	for kind := d.PeekKind(); kind != ']' && kind != jsontext.KindInvalid; kind = d.PeekKind() {
		member, err := readTree(d)
		if err != nil {
			return nil, err
		}
		array = append(array, member)
	}
	_, err := d.ReadToken()
	return array, err
}

// readNumber takes a number written without point or exponent for an integer.
func readNumber(literal string) (any, error) {
	if strings.ContainsAny(literal, ".eE") {
		return strconv.ParseFloat(literal, 64)
	}
	n, err := strconv.ParseInt(literal, 10, 64)
	return int(n), err // int is stored in 32 bits where they suffice
}

// UnmarshalBSONValue implements bson.ValueUnmarshaler.
func (v *value) UnmarshalBSONValue(typ byte, data []byte) (err error) {
	raw := bson.RawValue{Type: bson.Type(typ), Value: data}
	if err := raw.Validate(); err != nil {
		return err
	}
	*v, err = appendValue(make([]byte, 0, len(data)), raw)
	return err
}

// appendValue appends the value, which has been validated, as JSON.
func appendValue(b []byte, v bson.RawValue) ([]byte, error) {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		return appendObject(b, v.Document())
	case bson.TypeArray:
		return appendArray(b, v.Array())
	case bson.TypeString:
		return jsontext.AppendQuote(b, v.StringValue())
	case bson.TypeInt32:
		return strconv.AppendInt(b, int64(v.Int32()), 10), nil
	case bson.TypeInt64:
		return strconv.AppendInt(b, v.Int64(), 10), nil
	case bson.TypeDouble:
		return appendDouble(b, v.Double())
	case bson.TypeBoolean:
		return strconv.AppendBool(b, v.Boolean()), nil
	case bson.TypeNull:
		return append(b, "null"...), nil
	default:
		return b, fmt.Errorf("a BSON %s, which this program never writes", v.Type)
	}
}

func appendObject(b []byte, object bson.Raw) ([]byte, error) {
	elements, err := object.Elements()
	if err != nil {
		return b, err
	}
	b = append(b, '{')
	for i, e := range elements {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = jsontext.AppendQuote(b, unescapeName(e.Key())); err != nil {
			return b, err
		}
		b = append(b, ':')
		if b, err = appendValue(b, e.Value()); err != nil {
			return b, fmt.Errorf("%s: %w", e.Key(), err)
		}
	}
	return append(b, '}'), nil
}

func appendArray(b []byte, array bson.RawArray) ([]byte, error) {
	members, err := array.Values()
	if err != nil {
		return b, err
	}
	b = append(b, '[')
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, m); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

// appendDouble writes a double so that readNumber takes it for one.
func appendDouble(b []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return b, errors.New("a number that JSON cannot write")
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, 'g', -1, 64)
	if !bytes.ContainsAny(b[start:], ".e") {
		b = append(b, ".0"...)
	}
	return b, nil
}

// escapeName makes a name of JSON one of BSON. Names that begin with $ or hold
// a dot mean something to MongoDB, and servers differ in what they allow, so
// these are written with ~1 and ~2; and ~, therefore, with ~0.
func escapeName(name string) (string, error) {
	if strings.ContainsRune(name, 0) {
		return "", errors.New("a name that holds a NUL")
	}
	if !strings.HasPrefix(name, "$") && !strings.ContainsAny(name, ".~") {
		return name, nil
	}
	return strings.NewReplacer("~", "~0", "$", "~1", ".", "~2").Replace(name), nil
}

func unescapeName(name string) string {
	if !strings.Contains(name, "~") {
		return name
	}
	return strings.NewReplacer("~0", "~", "~1", "$", "~2", ".").Replace(name)
}
