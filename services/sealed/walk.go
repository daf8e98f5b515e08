package sealed

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// Visit is given a text, the field in which it stands and whether it is compared
// with others. What it returns takes the text's place.
type Visit func(field string, compared bool, t Text) (Text, error)

// Each visits every text of a struct, in place. The struct must be the caller's
// alone, with all that it points to.
func Each(v any, visit Visit) error {
	return walk{visit: visit}.value(reflect.ValueOf(v).Elem(), "")
}

// EachOfCopy visits every text of a struct, copying what it points to before it is
// changed: the caller owns the struct, and not what it points to.
func EachOfCopy(v any, visit Visit) error {
	return walk{visit: visit, copying: true}.value(reflect.ValueOf(v).Elem(), "")
}

type walk struct {
	visit   Visit
	copying bool
}

// field is a field of a struct in which texts stand.
type field struct {
	index    int
	name     string       // in JSON; empty for what is embedded
	kind     reflect.Kind // Pointer, Slice, or Struct for the field itself
	of       reflect.Type // Text or the struct that has texts
	compared bool
	unless   string // the shape of what is no free text, with 0 for any digit
}

var textType = reflect.TypeFor[Text]()

var known sync.Map // reflect.Type → []field

// fieldsOf returns the fields of a struct in which texts stand. A field with the tag
// seal:"same" is compared with others. With seal:"… unless 0000" it is no free text
// where it has that shape, 0 standing for any digit: then it stays as it is.
func fieldsOf(t reflect.Type) []field {
	if f, ok := known.Load(t); ok {
		return f.([]field)
	}
	fields := []field{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		made := field{index: i, name: name, kind: reflect.Struct, of: f.Type}
		how, unless, _ := strings.Cut(f.Tag.Get("seal"), " unless ")
		made.compared, made.unless = how == "same", unless
		if k := f.Type.Kind(); k == reflect.Pointer || k == reflect.Slice {
			made.kind, made.of = k, f.Type.Elem()
		}
		if f.IsExported() && (made.of == textType || made.of.Kind() == reflect.Struct && len(fieldsOf(made.of)) > 0) {
			fields = append(fields, made)
		}
	}
	known.Store(t, fields)
	return fields
}

// value visits the texts of a struct that stands at a place.
func (w walk) value(v reflect.Value, at string) error {
	for _, f := range fieldsOf(v.Type()) {
		if err := w.field(f, v.Field(f.index), at); err != nil {
			return err
		}
	}
	return nil
}

func (w walk) field(f field, v reflect.Value, at string) error {
	switch f.kind {
	case reflect.Pointer:
		return w.pointer(f, v, at)
	case reflect.Slice:
		return w.slice(f, v, at)
	}
	return w.one(f, v, at, -1)
}

func (w walk) pointer(f field, v reflect.Value, at string) error {
	if v.IsNil() {
		return nil
	}
	if w.copying {
		own := reflect.New(f.of)
		own.Elem().Set(v.Elem())
		v.Set(own)
	}
	return w.one(f, v.Elem(), at, -1)
}

func (w walk) slice(f field, v reflect.Value, at string) error {
	if w.copying && v.Len() > 0 {
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		v.Set(own)
	}
	for i := range v.Len() {
		if err := w.one(f, v.Index(i), at, i); err != nil {
			return err
		}
	}
	return nil
}

// one visits a text, or the texts of a struct, at a place of a list or beside it.
func (w walk) one(f field, v reflect.Value, at string, place int) error {
	if f.of != textType {
		return w.value(v, f.path(at, place))
	}
	if v.Len() == 0 || f.unless != "" && digitsOut(v.String()) == f.unless {
		return nil
	}
	t, err := w.visit(f.path(at, place), f.compared, Text(v.String()))
	if err == nil {
		v.SetString(string(t))
	}
	return err
}

func (f field) path(at string, place int) string {
	name := join(at, f.name)
	if place >= 0 {
		name += "[" + strconv.Itoa(place) + "]"
	}
	return name
}

// digitsOut writes 0 for every digit.
func digitsOut(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, text)
}

func join(at, name string) string {
	if at == "" || name == "" {
		return at + name
	}
	return at + "." + name
}
