package render_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"onward/services/outcome"
)

func catalogueOf(t *testing.T, language string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("messages/active." + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]string
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestCataloguesAgree proves that every message stands in both languages with the
// same placeholders, each in its own letters.
func TestCataloguesAgree(t *testing.T) {
	placeholder := regexp.MustCompile(`{{\.\w+}}`)
	placeholders := func(text string) []string {
		found := placeholder.FindAllString(text, -1)
		slices.Sort(found)
		return found
	}
	khmer := func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Khmer, r) })
	}
	latin := regexp.MustCompile(`[A-Za-z]`)
	en, km := catalogueOf(t, "en"), catalogueOf(t, "km")
	for id, text := range en {
		other, ok := km[id]
		if !ok {
			t.Errorf("%s stands only in English", id)
			continue
		}
		if a, b := placeholders(text), placeholders(other); !slices.Equal(a, b) {
			t.Errorf("%s has the placeholders %v in English and %v in Khmer", id, a, b)
		}
		own := strings.ReplaceAll(placeholder.ReplaceAllString(other, ""), "SHA-256", "")
		if khmer(text) || !khmer(other) || latin.MatchString(own) {
			t.Errorf("%s: %q, %q", id, text, other)
		}
	}
	for id := range km {
		if _, ok := en[id]; !ok {
			t.Errorf("%s stands only in Khmer", id)
		}
	}
}

// TestMessagesAreThoseThatAreUsed proves that the catalogue has every message of
// the code and the page, one for each unit of an indicator and each dimension, and no other.
func TestMessagesAreThoseThatAreUsed(t *testing.T) {
	used := map[string]bool{"value.UNKNOWN": true, "value.NOT_APPLICABLE": true}
	for _, i := range outcome.Registry {
		used["unit."+string(i.Unit)] = true
	}
	for _, d := range outcome.Dimensions {
		used["dimension."+string(d)] = true
	}
	id := regexp.MustCompile(`(?:text\((?:l|locale\.EN), |say |column\(|}, )"([a-z]+(?:\.[a-zA-Z]+)?)"`)
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(sources, "page.html") {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range id.FindAllStringSubmatch(string(source), -1) {
			used[found[1]] = true
		}
	}
	catalogue := catalogueOf(t, "en")
	for id := range used {
		if _, ok := catalogue[id]; !ok {
			t.Errorf("there is no message %s", id)
		}
	}
	for id := range catalogue {
		if !used[id] {
			t.Errorf("nothing uses the message %s", id)
		}
	}
}
