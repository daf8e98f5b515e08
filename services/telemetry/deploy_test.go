package telemetry_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"onward/services/telemetry"
)

// name finds the figures that an expression names.
var name = regexp.MustCompile(`\bonward_\w+`)

// TestDeployedNames proves that each figure that the dashboard or an alert names is one
// that the program has.
func TestDeployedNames(t *testing.T) {
	r := telemetry.New(nil)
	r.Watch(source(nil))
	known := map[string]bool{}
	for _, n := range r.Names() {
		known[n] = true
	}
	for _, file := range []string{"dashboard.json", "alerts.yaml", "alerts_test.yaml"} {
		named := name.FindAllString(deployed(t, file), -1)
		if len(named) == 0 {
			t.Errorf("%s names no figure", file)
		}
		for _, n := range named {
			if !known[n] {
				t.Errorf("%s names %s, which is no figure of the program", file, n)
			}
		}
	}
}

// TestRules proves that the alerts can be read and come when they should, and that each
// expression of the dashboard can be read.
func TestRules(t *testing.T) {
	if _, err := exec.LookPath("promtool"); err != nil {
		t.Skip("promtool is not on this machine; on Debian it comes with the package prometheus")
	}
	promtool := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("promtool", args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %s", strings.Join(args, " "), out)
		}
	}
	promtool("check", "rules", "../../deploy/alerts.yaml")
	promtool("test", "rules", "../../deploy/alerts_test.yaml")
	rules := filepath.Join(t.TempDir(), "dashboard.yaml")
	if err := os.WriteFile(rules, []byte(asRules(t, deployed(t, "dashboard.json"))), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool("check", "rules", rules)
}

// asRules writes the expressions of a dashboard as rules.
func asRules(t *testing.T, text string) string {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Type, Title string
			Targets     []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(text), &dashboard); err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("$__rate_interval", "5m", "$job", "onward")
	rules := "groups: [{name: dashboard, rules: [\n"
	for i, p := range dashboard.Panels {
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("the panel %q shows nothing", p.Title)
		}
		for j, target := range p.Targets {
			rules += fmt.Sprintf("  {record: panel_%d_%d, expr: %q},\n", i, j, filled.Replace(target.Expr))
		}
	}
	return rules + "]}]\n"
}

// deployed returns a file of deploy.
func deployed(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile("../../deploy/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
