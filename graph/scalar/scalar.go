// Package scalar reads and writes the schema's scalars. Absence has one form
// each: the zero Day, the zero instant and the empty text are written as null.
package scalar

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"onward/services/calendar"
	"onward/services/fault"
)

// MarshalDate writes a day as YYYY-MM-DD, or null where no day is known.
func MarshalDate(d calendar.Day) graphql.Marshaler {
	if d.IsZero() {
		return graphql.Null
	}
	return graphql.MarshalString(d.String())
}

// UnmarshalDate reads a day written as YYYY-MM-DD. Null, where the schema allows
// it, is no day.
func UnmarshalDate(v any) (calendar.Day, error) {
	if v == nil {
		return 0, nil
	}
	s, _ := v.(string)
	d, err := calendar.ParseDay(s)
	if err != nil {
		return 0, fault.New(fault.Invalid, "must be a day written as YYYY-MM-DD")
	}
	return d, nil
}

// MarshalDateTime writes an instant in UTC, or null where none is known.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	if t.IsZero() {
		return graphql.Null
	}
	return graphql.MarshalString(t.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// UnmarshalDateTime reads an instant written by RFC 3339. Null, where the schema
// allows it, is none.
func UnmarshalDateTime(v any) (time.Time, error) {
	if v == nil {
		return time.Time{}, nil
	}
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "must be an instant written by RFC 3339, such as 2026-01-31T09:00:00Z")
	}
	return t.UTC(), nil
}

// MarshalString writes a text. In Onward the empty text is an absent one.
func MarshalString(s string) graphql.Marshaler {
	if s == "" {
		return graphql.Null
	}
	return graphql.MarshalString(s)
}

// UnmarshalString reads a text. A number or a boolean is not one. Null, where the
// schema allows it, is the empty text.
func UnmarshalString(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	}
	return "", fault.New(fault.Invalid, "must be a text")
}

// MarshalID writes an identifier, or null where there is none.
func MarshalID(s string) graphql.Marshaler { return MarshalString(s) }

// UnmarshalID reads an identifier. The language lets clients write one as a whole
// number, too. Null, where the schema allows it, is none.
func UnmarshalID(v any) (string, error) {
	switch v := v.(type) {
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return v.String(), nil
		}
	case int64:
		return strconv.FormatInt(v, 10), nil
	case nil, string:
		return UnmarshalString(v)
	}
	return "", fault.New(fault.Invalid, "must be an identifier")
}
