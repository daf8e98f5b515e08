package dossier

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"onward/services/assessment"
	"onward/services/dossier/code"
	"onward/services/fault"
	"onward/services/identity"
	"onward/services/locale"
)

// JSON writes the dossier for machines.
func JSON(w io.Writer, d Dossier) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

//go:embed page.html
var pageText string

// The words of the page are a message catalogue, one file a language: head.X of its
// headings, part.X of the parts of an identity, kind.X of the kinds of entry, and field.X
// of the fields, or field.Y.X where the field X means something else within Y, another
// field or a kind of entry.
//
//go:embed messages/active.en.json messages/active.km.json
var messageFiles embed.FS

var messages = locale.Messages(messageFiles)

// HTML writes the dossier as one page in the words of a language. Names, and what was
// written, stay in the language in which they were.
func HTML(w io.Writer, d Dossier, l locale.Locale) error {
	p := words{in: l, known: d.Instruments}
	page, err := template.New("page").Funcs(template.FuncMap{
		"word":   func(sort string, key any) string { return p.say(sort + "." + fmt.Sprint(key)) },
		"worker": func(named string) string { return code.Words(l, "by", named) },
		"lang":   func() string { return strings.ToLower(string(l)) },
		"lines":  p.lines,
		"part":   func(f identity.Field) ([]Line, error) { return p.lines(string(f), mustJSON(d.Identity.Part(f))) },
	}).Parse(pageText)
	if err == nil {
		err = page.Execute(w, d)
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the page")
	}
	return nil
}

func mustJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil { // none of the parts of an identity can fail
		panic(err)
	}
	return text
}

// words says what stands on the page in a language.
type words struct {
	in    locale.Locale
	known []*assessment.Instrument
	answered
}

func (w words) say(id string) string { return messages.Text(w.in, id, nil, 0) }

// field names a field that stands within another, or in a kind of entry.
func (w words) field(within, name string) string {
	if id := "field." + within + "." + name; messages.Has(id) {
		return w.say(id)
	}
	return w.say("field." + name)
}

func (w words) truth(v bool) string {
	if v {
		return w.say("head.yes")
	}
	return w.say("head.no")
}

// Line is one value of a structure, and where it stands there.
type Line struct{ Name, Value string }

// lines lists the values of a JSON structure, which is within a kind of entry, by name.
func (w words) lines(within string, raw json.RawMessage) ([]Line, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return w.flat("", within, value), nil
}

// flat lists the values in a value of a field, which stands at a place.
func (w words) flat(at, field string, value any) []Line {
	var all []Line
	switch v := value.(type) {
	case nil:
	case map[string]any:
		w = w.reading(v)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, w.flat(strings.TrimPrefix(at+" · "+w.field(field, name), " · "), name, v[name])...)
		}
	case []any:
		for i, item := range v {
			all = append(all, w.flat(strings.TrimSpace(at+" "+strconv.Itoa(i+1)), field, item)...)
		}
	case bool:
		all = append(all, Line{at, w.truth(v)})
	default:
		all = append(all, Line{at, w.value(field, fmt.Sprint(v))})
	}
	return all
}
