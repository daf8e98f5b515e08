package casework

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/go-playground/validator/v10"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/locale"
	"onward/services/sealed"
)

// validate checks the tags of inputs. Fields are reported by their names in the
// schema, which are their names in JSON.
var validate = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	return v
}()

// earliest is the first day on which something can have happened: long before
// any programme, so that it only finds slips of the pen.
var earliest = calendar.Date(1970, 1, 1)

// check validates a request and its data, and settles the day: today where none
// was given, and never in the future.
func check(today calendar.Day, dayField string, r *Request, data casefile.Data) error {
	fields := slices.Concat(broken(r), broken(data), flawed("", reflect.ValueOf(r)), flawed("", reflect.ValueOf(data)))
	switch {
	case r.On > today:
		fields = append(fields, fault.Field{Path: dayField, Message: r.On.String() + " is in the future; today is " + today.String()})
	case !r.On.IsZero() && r.On < earliest:
		fields = append(fields, fault.Field{Path: dayField, Message: r.On.String() + " is too long ago; the earliest day is " + earliest.String()})
	}
	if len(fields) > 0 {
		return fault.Inputs(fields...)
	}
	if r.On.IsZero() {
		r.On = today
	}
	return nil
}

// broken returns the fields of a value that break their tags.
func broken(value any) []fault.Field {
	err := validate.Struct(value)
	var invalid validator.ValidationErrors
	if !errors.As(err, &invalid) {
		return nil
	}
	fields := make([]fault.Field, len(invalid))
	for i, v := range invalid {
		fields[i] = fault.Field{Path: path(v.Namespace()), Message: message(v)}
	}
	return fields
}

// flawed returns the fields whose text cannot be read, wherever they are in the
// value.
func flawed(at string, v reflect.Value) []fault.Field {
	if readable(v) {
		return nil // most are, and need no names
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return flawed(at, v.Elem())
	case reflect.String:
		return []fault.Field{{Path: at, Message: flaw(v.String())}}
	case reflect.Slice:
		var fields []fault.Field
		for i := range v.Len() {
			fields = append(fields, flawed(fmt.Sprintf("%s[%d]", at, i), v.Index(i))...)
		}
		return fields
	case reflect.Struct:
		var fields []fault.Field
		for f, value := range v.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && at != "" {
				name = at + "." + name
			}
			fields = append(fields, flawed(cmp.Or(name, at), value)...)
		}
		return fields
	}
	return nil
}

// readable reports whether nothing in a value is flawed.
func readable(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return v.IsNil() || readable(v.Elem())
	case reflect.String:
		return flaw(v.String()) == ""
	case reflect.Slice:
		for i := range v.Len() {
			if !readable(v.Index(i)) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !readable(v.Field(i)) {
				return false
			}
		}
	}
	return true
}

// flaw says why a text cannot be read; it is empty where it can.
func flaw(text string) string {
	if flaw := locale.Flaw(text); flaw != "" || sealed.Text(text).Clear() {
		return flaw
	}
	return "must not begin with " + sealed.Prefix
}

// path turns a validator's namespace into a path of the schema: it drops the
// names of Go types, which begin with a capital letter.
func path(namespace string) string {
	var parts []string
	for part := range strings.SplitSeq(namespace, ".") {
		if part != "" && !unicode.IsUpper(rune(part[0])) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ".")
}

// message says in plain words what a tag asks for.
func message(v validator.FieldError) string {
	number := v.Kind() >= reflect.Int && v.Kind() <= reflect.Float64
	switch v.Tag() {
	case "required":
		return "is needed"
	case "required_without", "required_without_all":
		return "is needed unless " + names(v.Param()) + " is given"
	case "excluded_with":
		return "may not be given together with " + names(v.Param())
	case "iso4217":
		return "must be a currency code of ISO 4217, such as USD or KHR"
	case "unique":
		return "must not repeat a value"
	case "min", "max":
		bound := map[string]string{"min": "at least ", "max": "at most "}[v.Tag()] + v.Param()
		switch {
		case number:
			return "must be " + bound
		case v.Kind() == reflect.Slice:
			return "must have " + bound + " items"
		}
		return "must have " + bound + " characters"
	}
	return "is not valid (" + v.Tag() + ")"
}

// names turns Go field names in a tag's parameter into names of the schema.
func names(param string) string {
	words := strings.Fields(param)
	for i, w := range words {
		w = strings.TrimSuffix(w, "ID") + strings.Repeat("Id", strings.Count(w, "ID"))
		words[i] = strings.ToLower(w[:1]) + w[1:]
	}
	return strings.Join(words, " or ")
}
