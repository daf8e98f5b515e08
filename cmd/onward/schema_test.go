package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSchema proves that the program prints its schema, the same each time; that it
// breaks nothing of itself, and says by name what it breaks and what it changes of
// another.
func TestSchema(t *testing.T) {
	printed := mustRun(t, nil, "schema")
	if again := mustRun(t, nil, "schema"); again != printed {
		t.Error("printed twice, the schema differs")
	}
	for _, part := range []string{"\ntype Query {", "  logPlacement(", "input SearchPeopleInput @oneOf {", "directive @class(", "@class(is: CASE)", "One case. The code identifies it; no name is here."} {
		if !strings.Contains(printed, part) {
			t.Errorf("%q is not in the schema", part)
		}
	}
	released := filepath.Join(t.TempDir(), "released.graphqls")
	check := func(text string) (string, error) {
		t.Helper()
		if err := os.WriteFile(released, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return run(t, nil, "schema", "--check", released)
	}
	if said, err := check(printed); err != nil || said != "" {
		t.Errorf("of itself: %v %s", err, said)
	}
	before := strings.NewReplacer("\n  EN\n", "\n  FR\n", "\ntype Query {", "\ntype Query {\n  gone: Int").Replace(printed)
	before = strings.ReplaceAll(before, " = EN", " = FR")
	said, err := check(before)
	for _, line := range []string{"breaking:  Query.gone was removed\n", "breaking:  Locale.FR was removed\n", "breaking:  Province.name(locale:) was FR by default and is EN\n", "dangerous: Locale.EN is a new value\n", "changes break clients of the released schema"} {
		if !strings.Contains(said, line) {
			t.Errorf("%q is not said: %s", line, said)
		}
	}
	if err == nil || strings.Index(said, "dangerous") < strings.LastIndex(said, "breaking:") {
		t.Errorf("%v: %s", err, said)
	}
	if said, err := check("type Query {"); err == nil || !strings.Contains(said, "cannot be read") {
		t.Errorf("no schema: %v %s", err, said)
	}
}
