package dossier

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

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

// words are the headings of the page.
var words = map[string]locale.Text{
	"title":    {EN: "What is held about you", KM: "អ្វីដែលត្រូវបានរក្សាទុកអំពីអ្នក"},
	"case":     {EN: "Case", KM: "សំណុំរឿង"},
	"made":     {EN: "Written on", KM: "សរសេរនៅ"},
	"erased":   {EN: "What was written about you was erased on", KM: "អ្វីដែលបានសរសេរអំពីអ្នកត្រូវបានលុបនៅ"},
	"who":      {EN: "Who you are", KM: "អត្តសញ្ញាណរបស់អ្នក"},
	"nobody":   {EN: "Nothing is recorded.", KM: "មិនមានអ្វីត្រូវបានកត់ត្រាទេ។"},
	"recorded": {EN: "Who has recorded this", KM: "អ្នកដែលបានកត់ត្រា"},
	"happened": {EN: "What happened", KM: "អ្វីដែលបានកើតឡើង"},
	"state":    {EN: "What the case says now", KM: "អ្វីដែលសំណុំរឿងបញ្ជាក់ឥឡូវនេះ"},
	"day":      {EN: "Day", KM: "ថ្ងៃ"},
	"by":       {EN: "Recorded by", KM: "កត់ត្រាដោយ"},
	"what":     {EN: "What", KM: "អ្វី"},
	"details":  {EN: "Details", KM: "ព័ត៌មានលម្អិត"},

	string(identity.NameField):        {EN: "Name in Latin letters", KM: "ឈ្មោះជាអក្សរឡាតាំង"},
	string(identity.KhmerNameField):   {EN: "Name in Khmer letters", KM: "ឈ្មោះជាអក្សរខ្មែរ"},
	string(identity.AliasesField):     {EN: "Other names", KM: "ឈ្មោះផ្សេងទៀត"},
	string(identity.BirthField):       {EN: "Born", KM: "ថ្ងៃខែឆ្នាំកំណើត"},
	string(identity.SexField):         {EN: "Sex", KM: "ភេទ"},
	string(identity.NationalityField): {EN: "Nationality", KM: "សញ្ជាតិ"},
	string(identity.NumbersField):     {EN: "Numbers of papers", KM: "លេខឯកសារ"},
	string(identity.ContactsField):    {EN: "Contacts", KM: "ទំនាក់ទំនង"},
	string(identity.AddressesField):   {EN: "Addresses", KM: "អាសយដ្ឋាន"},
}

// HTML writes the dossier as one page, with headings in a language. What was written
// stays in the language in which it was.
func HTML(w io.Writer, d Dossier, l locale.Locale) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"word":  func(key any) string { return words[fmt.Sprint(key)].In(l) },
		"lang":  func() string { return strings.ToLower(string(l)) },
		"lines": lines,
		"part":  func(f identity.Field) []Line { return lines(mustJSON(d.Identity.Part(f))) },
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

// Line is one value of a structure, and where it stands there.
type Line struct{ Name, Value string }

// lines lists the values of a JSON structure, by name.
func lines(raw json.RawMessage) []Line {
	if len(raw) == 0 {
		return nil
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return []Line{{Value: string(raw)}}
	}
	return flat("", value)
}

func flat(at string, value any) []Line {
	var all []Line
	switch v := value.(type) {
	case nil:
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, flat(strings.TrimPrefix(at+" · "+name, " · "), v[name])...)
		}
	case []any:
		for i, item := range v {
			all = append(all, flat(strings.TrimSpace(at+" "+strconv.Itoa(i+1)), item)...)
		}
	default:
		all = append(all, Line{at, fmt.Sprint(v)})
	}
	return all
}
