package dossier_test

import (
	"encoding/json"
	"go/constant"
	"go/types"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"

	"onward/services/access"
	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/dossier/code"
	"onward/services/id"
	"onward/services/identity"
	"onward/services/locale"
)

// catalogueOf reads the messages of a language in a directory.
func catalogueOf(t *testing.T, dir, language string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(dir + "messages/active." + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]string
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

var latin, khmer = regexp.MustCompile(`[A-Za-z]`), regexp.MustCompile(`\p{Khmer}`)

// TestCataloguesAgree proves that every message stands in both languages, each in its
// own letters.
func TestCataloguesAgree(t *testing.T) {
	for _, dir := range []string{"", "code/"} {
		en, km := catalogueOf(t, dir, "en"), catalogueOf(t, dir, "km")
		if a, b := slices.Sorted(maps.Keys(en)), slices.Sorted(maps.Keys(km)); !slices.Equal(a, b) {
			t.Errorf("%s: the languages have other messages: %v, %v", dir, a, b)
		}
		for id, text := range en {
			if !latin.MatchString(text) || khmer.MatchString(text) || !khmer.MatchString(km[id]) || latin.MatchString(km[id]) ||
				strings.TrimSpace(text) != text || strings.TrimSpace(km[id]) != km[id] {
				t.Errorf("%s: %q, %q", id, text, km[id])
			}
		}
	}
}

// spot is a field with its type, and in which other field or kind of entry it stands.
type spot struct {
	within, name string
	of           reflect.Type
}

// spots lists the fields of a type as JSON has them.
func spots(within string, of reflect.Type, into map[spot]bool) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return
	}
	for _, f := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || len(f.Index) > 1 || f.Anonymous && name == "" {
			if f.Anonymous {
				spots(within, f.Type, into)
			}
			continue
		}
		element := f.Type
		for element.Kind() == reflect.Pointer || element.Kind() == reflect.Slice {
			element = element.Elem()
		}
		if s := (spot{within, name, element}); !into[s] {
			into[s] = true
			spots(name, element, into)
		}
	}
}

// samples is an empty entry of every kind, by kind, the empty state of a case under "",
// and an empty identity under "identity".
func samples(t *testing.T) map[string]any {
	t.Helper()
	all := map[string]any{"": casefile.Case{}, "identity": identity.Identity{}}
	for _, kind := range casefile.KindNames() {
		d, err := new(casefile.Reader).Decode(kind, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		all[kind] = d
	}
	return all
}

// everySpot lists the fields of every kind of entry, of the state and of an identity.
func everySpot(t *testing.T) map[spot]bool {
	all := map[spot]bool{}
	for within, of := range samples(t) {
		spots(within, reflect.TypeOf(of), all)
	}
	return all
}

// same compares what is used with what is there.
func same(t *testing.T, used map[string]bool, there map[string]string) {
	t.Helper()
	for id := range used {
		if there[id] == "" {
			t.Errorf("there is no message %s", id)
		}
	}
	for id := range there {
		if !used[id] {
			t.Errorf("nothing uses the message %s", id)
		}
	}
}

// first returns the first of the ids that the catalogue has, or else the last.
func first(catalogue map[string]string, ids ...string) string {
	for _, id := range ids {
		if catalogue[id] != "" {
			return id
		}
	}
	return ids[len(ids)-1]
}

// TestEveryFieldHasWords proves that each kind of entry, each field of each, of the state
// and of an identity, and each heading of the page has words, and that there are no more.
func TestEveryFieldHasWords(t *testing.T) {
	catalogue, used := catalogueOf(t, "", "en"), map[string]bool{"head.yes": true, "head.no": true}
	for _, kind := range casefile.KindNames() {
		used["kind."+kind] = true
	}
	for _, part := range identity.Fields {
		used["part."+string(part)] = true
	}
	for s := range everySpot(t) {
		if s.within != "identity" { // its fields are the parts
			used[first(catalogue, "field."+s.within+"."+s.name, "field."+s.name)] = true
		}
	}
	page, err := os.ReadFile("page.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`word "head" "(\w+)"`).FindAllStringSubmatch(string(page), -1) {
		used["head."+found[1]] = true
	}
	same(t, used, catalogue)
}

// codes lists the constants of every type of text in services, by the type.
var codes = sync.OnceValue(func() map[string][]string {
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedExportFile}, "onward/services/...")
	if err != nil {
		panic(err)
	}
	all := map[string][]string{}
	for _, p := range loaded {
		for _, name := range p.Types.Scope().Names() {
			if c, ok := p.Types.Scope().Lookup(name).(*types.Const); ok && c.Val().Kind() == constant.String {
				all[c.Type().String()] = append(all[c.Type().String()], constant.StringVal(c.Val()))
			}
		}
	}
	return all
})

// typeOf names a type as codes does; a place in a list of codes is of the codes' type.
func typeOf(of reflect.Type) string {
	name := of.PkgPath() + "." + of.Name()
	if _, inner, ok := strings.Cut(strings.TrimSuffix(name, "]"), "["); ok {
		return inner
	}
	return name
}

// factNames are what flags rest on, from the list of every flag that there can be.
func factNames(t *testing.T) []string {
	t.Helper()
	file, err := os.ReadFile("../stall/testdata/explanations.txt")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, line := range regexp.MustCompile(`(?m)^facts +(.*)$`).FindAllStringSubmatch(string(file), -1) {
		names = append(names, regexp.MustCompile(`\b[A-Z][A-Z0-9_]+\b`).FindAllString(line[1], -1)...)
	}
	return names
}

// TestEveryCodeHasWords proves that each code that can stand in a field has words in both
// languages, and that there are no more.
func TestEveryCodeHasWords(t *testing.T) {
	catalogue, used, all := catalogueOf(t, "code/", "en"), map[string]bool{}, codes()
	try := func(field, value string) {
		for l, own := range map[locale.Locale]*regexp.Regexp{locale.EN: latin, locale.KM: khmer} {
			if words := code.Words(l, field, value); words == value || !own.MatchString(words) {
				t.Errorf("%s: %s in the field %s is %q", l, value, field, words)
			}
		}
	}
	try("SEX", string(demography.Female)) // a part of an identity that is a code alone
	coded := map[string]bool{"name": true, "option": true}
	for s := range everySpot(t) {
		if s.of == reflect.TypeFor[id.Worker]() {
			try(s.name, "Srey (SUPERVISOR)")
			continue
		}
		coded[s.name] = coded[s.name] || len(all[typeOf(s.of)]) > 0
		for _, value := range all[typeOf(s.of)] {
			try(s.name, value)
			if s.name != "rule" && s.name != "shares" { // which have their words elsewhere
				used[first(catalogue, "code."+s.name+"."+value, "code."+value)] = true
			}
		}
	}
	for _, name := range factNames(t) {
		try("name", name)
		used["code."+name] = true
	}
	try("option", assessment.NotApplicable)
	used["code."+assessment.NotApplicable] = true
	same(t, used, catalogue)
	for _, c := range access.Classes {
		try("shares", string(c))
	}
	for field, value := range map[string]string{"service": "counselling_trauma", "province": "KH-12", "code": "CV_READY", "by": "Srey (ORG_ADMIN)"} {
		try(field, value)
	}
	try("by", "Srey (her aunt) (ORG_ADMIN)") // a name may have brackets, too
	for field, has := range coded {
		if got := code.Words(locale.KM, field, "HER"); !has && got != "HER" {
			t.Errorf("a text HER in the field %s is %q", field, got)
		}
	}
	for _, text := range []string{"", "no_such_code", "Srey", "Srey (her aunt)", "2026-03-01", "JOB"} {
		for _, field := range []string{"note", "reason", "service", "by", "shares", "province", "rule", "code"} {
			if got := code.Words(locale.KM, field, text); got != text {
				t.Errorf("%q in the field %s is %q", text, field, got)
			}
		}
	}
}

// fill gives every field of a value something to say: a code where it has codes, and a
// text otherwise.
func fill(v reflect.Value, all map[string][]string, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), all, text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), all, text)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				fill(f, all, text)
			}
		}
	case reflect.String:
		v.SetString(text)
		if values := all[typeOf(v.Type())]; len(values) > 0 {
			v.SetString(values[0])
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(1)
	}
	if v.Type() == reflect.TypeFor[calendar.Day]() {
		v.SetInt(20000)
	}
}

// visible returns the words that a reader of a page sees, without moments in time.
func visible(page string) string {
	_, page, _ = strings.Cut(page, "</style>")
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
	return regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`).ReplaceAllString(page, "")
}
