package main_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const form = `{
  "code": "form", "version": 1, "purpose": "OTHER", "name": {"en": "Form", "km": "ទម្រង់"},
  "dimensions": [{"code": "A", "label": {"en": "A", "km": "ក"}}],
  "items": [{"code": "a1", "dimension": "A", "label": {"en": "1", "km": "១"}, "weight": 1, "options": [
    {"code": "NO", "value": 0, "label": {"en": "No", "km": "ទេ"}},
    {"code": "YES", "value": 1, "label": {"en": "Yes", "km": "បាទ/ចាស"}}]}]
}`

// TestInstrumentAdd proves that an operator adds an instrument by a file, that it
// is then listed and served, and that a flawed or changed one is refused with
// exit code 1, each flaw by its line, and nothing of it kept.
func TestInstrumentAdd(t *testing.T) {
	t.Parallel()
	p, dir := local(t), t.TempDir()
	add := func(text string) (string, error) {
		file := filepath.Join(dir, "form.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return run(t, p, "instrument", "add", file)
	}
	refused := func(text, says string) {
		t.Helper()
		out, err := add(text)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || out != says {
			t.Errorf("%v:\n%swant\n%s", err, out, says)
		}
	}
	refused(strings.NewReplacer(`"value": 1`, `"value": 1.4`, `, "km": "ទេ"`, ``).Replace(form),
		"onward: line 5: items[0].options[0].label.km is missing\nonward: line 6: items[0].options[1].value 1.4 is not between 0 and 1\n")
	refused(strings.Replace(form, `"weight": 1, `, `"weight": 1, "colour": "red", `, 1), "onward: line 4: items[0].colour is not a field of an instrument\n")
	for range 2 { // adding the same again is no error
		if out, err := add(form); err != nil || out != "form version 1, 1 items\n" {
			t.Errorf("%v: %s", err, out)
		}
	}
	refused(strings.Replace(form, `"weight": 1`, `"weight": 2`, 1), "onward: version 1 of form is there with other content; give what you changed a new version\n")
	if out := mustRun(t, p, "instrument", "list"); !strings.Contains(out, "form") || !strings.Contains(out, "ris-28") {
		t.Error(out)
	}
	token := newProgramme(t, p)
	s := start(t, p, "serve", "--no-jobs")
	var got struct {
		Instrument struct {
			Name  string
			Items []struct{ Weight float64 }
		}
	}
	s.must(token, `{ instrument(code: "form") { name(locale: KM) items { weight } } }`, nil, &got)
	if got.Instrument.Name != "ទម្រង់" || len(got.Instrument.Items) != 1 || got.Instrument.Items[0].Weight != 1 {
		t.Errorf("served: %+v", got)
	}
}
