package sealed

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// shape is how a type is read.
type shape struct {
	form   form
	of     *shape       // of a pointer's or a slice's elements
	fields []shapeField // of a struct, with those of the structs that it embeds
	texts  bool         // whether there are texts in it
	unless string       // of a text: the shape of what is no free text
}

type shapeField struct {
	name  string // in JSON
	index []int
	shape
}

// form is what a Reader tells apart.
type form int

const (
	unread form = iota // by the language's rules only
	ofStruct
	ofString
	ofText
	ofWord // a string that the type reads itself
	ofInt
	ofBool
	ofPointer
	ofSlice
)

var shapes sync.Map // reflect.Type → *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := makeShape(t)
	shapes.Store(t, &s)
	return &s
}

var wordType = reflect.TypeFor[encoding.TextUnmarshaler]()

func makeShape(t reflect.Type) shape {
	switch pointer := reflect.PointerTo(t); {
	case t == textType:
		return shape{form: ofText, texts: true}
	case readsItself(pointer):
		return shape{}
	case pointer.Implements(wordType):
		return shape{form: ofWord}
	}
	switch t.Kind() {
	case reflect.String:
		return shape{form: ofString}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return shape{form: ofInt}
	case reflect.Bool:
		return shape{form: ofBool}
	case reflect.Pointer:
		of := shapeOf(t.Elem())
		return shape{form: ofPointer, of: of, texts: of.texts}
	case reflect.Slice:
		of := shapeOf(t.Elem())
		return shape{form: ofSlice, of: of, texts: of.texts}
	case reflect.Struct:
		return structShape(t)
	}
	return shape{}
}

// readsItself reports whether the type has a way of its own to be read from JSON.
func readsItself(pointer reflect.Type) bool {
	for _, method := range []string{"UnmarshalJSON", "UnmarshalJSONFrom"} {
		if _, ok := pointer.MethodByName(method); ok {
			return true
		}
	}
	return false
}

// mostFields is how many fields a Reader can tell that it has seen.
const mostFields = 64

// writing are the options that say when a field is written, and nothing of how it is read.
var writing = []string{"", "omitempty", "omitzero"}

// structShape returns the shape of a struct. One with a field that JSON reads in a way that
// is not known here is not read.
func structShape(t reflect.Type) shape {
	s := shape{form: ofStruct}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		of := shapeOf(f.Type)
		switch {
		case f.Anonymous && name == "" && options == "" && of.form == ofStruct:
			for _, inner := range of.fields {
				inner.index = append([]int{i}, inner.index...)
				s.fields = append(s.fields, inner)
			}
		case !f.IsExported() || f.Anonymous || name == "" || name == "-" || !slices.Contains(writing, options):
			return shape{}
		default:
			made := shapeField{name, []int{i}, *of}
			_, made.unless, _ = strings.Cut(f.Tag.Get("seal"), " unless ")
			s.fields = append(s.fields, made)
		}
	}
	names := map[string]bool{}
	for _, f := range s.fields {
		names[f.name] = true
		s.texts = s.texts || f.texts
	}
	if len(names) != len(s.fields) || len(s.fields) > mostFields {
		return shape{}
	}
	return s
}

// find returns the place of a field, which often is the next one, or -1.
func (s *shape) find(name []byte, next int) int {
	for range s.fields {
		if next >= len(s.fields) {
			next = 0
		}
		if s.fields[next].name == string(name) {
			return next
		}
		next++
	}
	return -1
}
