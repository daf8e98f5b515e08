package assessment_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"onward/services/assessment"
	"onward/services/fault"
)

// TestParseRefuses proves that every flaw of an instrument is refused with its
// line and in words that say what to mend. Each case changes one part of a sound
// instrument.
func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, part, instead string
		line                int
		says                string
	}{
		{"a value above 1", `"value": 0.5`, `"value": 1.4`, 5, "items[0].options[1].value 1.4 is not between 0 and 1"},
		{"a value below 0", `"value": 0.5`, `"value": -0.1`, 5, "items[0].options[1].value -0.1 is not between 0 and 1"},
		{"an item twice", `"code": "a2"`, `"code": "a1"`, 6, `items[1].code "a1" is used twice`},
		{"an option twice", `"code": "HALF"`, `"code": "NO"`, 5, `items[0].options[1].code "NO" is used twice`},
		{"a dimension twice", `"code": "B", "label"`, `"code": "A", "label"`, 2, `dimensions[1].code "A" is used twice`},
		{"a band twice", `"code": "HIGH"`, `"code": "LOW"`, 10, `bands[1].code "LOW" is used twice`},
		{"an unknown dimension", `"b1", "dimension": "B"`, `"b1", "dimension": "C"`, 8, `items[2].dimension "C" is not the code of a dimension`},
		{"no Khmer", `{"en": "2", "km": "២"}`, `{"en": "2"}`, 6, "items[1].label.km is missing"},
		{"blank Khmer", `"km": "២"`, `"km": " "`, 6, "items[1].label.km must not be blank"},
		{"no English", `{"en": "Small", "km": "តូច"}`, `{"km": "តូច"}`, 1, "name.en is missing"},
		{"no label at all", `"label": {"en": "2", "km": "២"}, `, ``, 6, "items[1].label.en is missing"},
		{"no weight", `"weight": 3, `, ``, 4, "items[0].weight 0 is not above 0 and at most 100"},
		{"a weight below 0", `"weight": 3`, `"weight": -1`, 4, "items[0].weight -1 is not above 0 and at most 100"},
		{"no options", `[
 {"code": "NO", "value": 0, "label": {"en": "No", "km": "ទេ"}}, {"code": "YES", "value": 1, "label": {"en": "Yes", "km": "បាទ/ចាស"}}]}],`, `[]}],`, 8, "items[2].options has 0 entries, not 1 to 20"},
		{"an unknown field", `"version": 2`, `"version": 2, "colour": "red"`, 1, "colour is not a field of an instrument"},
		{"an unknown field within", `"code": "HALF", `, `"code": "HALF", "colour": "red", `, 5, "items[0].options[1].colour is not a field of an instrument"},
		{"a field in capitals", `"version": 2`, `"Version": 2`, 1, "Version is not a field of an instrument"},
		{"a field twice", `"version": 2`, `"version": 2, "version": 3`, 1, "version is given twice"},
		{"a word for a number", `"weight": 3`, `"weight": "3"`, 4, "items[0].weight has a value of the wrong kind (string)"},
		{"a part of a version", `"version": 2`, `"version": 2.5`, 1, "version has a value of the wrong kind (number)"},
		{"version 0", `"version": 2`, `"version": 0`, 1, "version 0 is not 1 or more"},
		{"no code", `"code": "small", `, ``, 1, "code is missing"},
		{"a code of two words", `"code": "small"`, `"code": "my form"`, 1, `code "my form" is not a code`},
		{"a reserved option", `"code": "HALF"`, `"code": "NOT_APPLICABLE"`, 5, "items[0].options[1].code NOT_APPLICABLE is kept for items that do not apply"},
		{"an unknown purpose", `"OTHER"`, `"FUN"`, 1, `purpose "FUN" is not one of`},
		{"no coverage", `"minCoverage": 0.6`, `"minCoverage": 0`, 1, "minCoverage 0 is not above 0 and at most 1"},
		{"a dimension without an item", `"b1", "dimension": "B"`, `"b1", "dimension": "A"`, 2, "dimensions[1] has no item"},
		{"the first band above 0", `"from": 0,`, `"from": 0.1,`, 10, "bands[0].from 0.1 is not 0"},
		{"bands that fall", `"from": 0.5`, `"from": 0`, 10, "bands[1].from 0 is not above that of the band before it"},
		{"a missing comma", `"version": 2,`, `"version": 2`, 1, "broken JSON: "},
		{"an end too early", `"ខ្ពស់"}}]}`, `"ខ្ពស់"}}`, 10, "broken JSON: "},
		{"a list in a list", `"bands": [`, `"bands": [[`, 10, "broken JSON: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := strings.Replace(small, c.part, c.instead, 1)
			if raw == small {
				t.Fatal("the case changes nothing")
			}
			_, err := assessment.Parse([]byte(raw))
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) == 0 {
				t.Fatalf("got %v", err)
			}
			if !slices.ContainsFunc(f.Fields, func(got fault.Field) bool {
				return got.Path == fmt.Sprintf("line %d", c.line) && strings.Contains(got.Message, c.says)
			}) {
				t.Errorf("got  %+v\nwant line %d: %s", f.Fields, c.line, c.says)
			}
		})
	}
}

// TestParseNamesAllFlaws proves that a file is mended in one go: all its flaws
// are named, in the order of the file.
func TestParseNamesAllFlaws(t *testing.T) {
	raw := strings.NewReplacer(`"en": "Small", `, ``, `"value": 0.5`, `"value": 7`, `"from": 0.5`, `"from": 7`).Replace(small)
	_, err := assessment.Parse([]byte(raw))
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) != 3 || f.Fields[0].Path != "line 1" || f.Fields[1].Path != "line 5" || f.Fields[2].Path != "line 10" {
		t.Errorf("got %v", err)
	}
}

// TestParseSize proves that an instrument has no more parts than the schema's
// lists hold, and that what is no instrument at all is refused.
func TestParseSize(t *testing.T) {
	option := `{"code": "NO", "value": 0, "label": {"en": "No", "km": "ទេ"}}, {"code": "HALF"`
	many := option[:strings.Index(option, `{"code": "HALF"`)]
	for n := range 20 {
		many += fmt.Sprintf(`{"code": "O%d", "value": 0, "label": {"en": "x", "km": "x"}}, `, n)
	}
	if _, err := assessment.Parse([]byte(strings.Replace(small, option, many+`{"code": "HALF"`, 1))); err == nil || !strings.Contains(err.Error(), "items[0].options has 23 entries, not 1 to 20") {
		t.Errorf("23 options: %v", err)
	}
	for _, raw := range []string{"", " \n", "[]", "7", "null", "{}", small + small, small + "x"} {
		if i, err := assessment.Parse([]byte(raw)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.20q: %+v, %v", raw, i, err)
		}
	}
}
