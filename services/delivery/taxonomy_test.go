package delivery

import (
	"strings"
	"testing"
)

// TestRead proves that a taxonomy with a flaw is refused when it is read, with
// the line that has it.
func TestRead(t *testing.T) {
	const good = `{"groups": [{"code": "CARE", "label": "Care", "labelKm": "ការថែទាំ"}],
		"services": [{"code": "a", "type": "b", "label": "Kinship care", "labelKm": "ការថែទាំដោយញាតិ", "group": "CARE"}]}`
	if _, err := read([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, says string }{
		{`"CARE", "label"`, `"CURE", "label"`, `group "CURE": there is no such group`},
		{`"label": "Care"`, `"label": ""`, `group "CARE": it needs an English label`},
		{`"ការថែទាំ"`, `"Care"`, `group "CARE": it needs an English label and a Khmer labelKm`},
		{`"groups": [`, `"groups": [{"code": "CARE", "label": "Care", "labelKm": "ការថែទាំ"},`, `group "CARE": it stands there twice`},
		{`"group": "CARE"`, `"group": "HEALTH"`, `service "a": its group "HEALTH" has no name`},
		{`"type": "b"`, `"type": " b"`, `service "a": it needs a code and a type`},
		{`"code": "a"`, `"code": ""`, `service "": it needs a code and a type`},
		{`"Kinship care"`, `"Kinship care "`, `service "a": it needs an English label`},
		{`"ការថែទាំដោយញាតិ"`, `""`, `service "a": it needs an English label and a Khmer labelKm`},
		{`"services": [`, `"services": [{"code": "a", "type": "b", "label": "x", "labelKm": "ក", "group": "CARE"},`, `service "a": it stands there twice`},
		{`"labelKm": "ការថែទាំដោយញាតិ"`, `"labelKM2": "ក"`, `unknown field`},
		{`]}`, `]`, `EOF`},
	} {
		broken := strings.Replace(good, c.old, c.new, 1)
		if _, err := read([]byte(broken)); broken == good || err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s", c.new, err, c.says)
		}
	}
}
