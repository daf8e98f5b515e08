package graph_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the answers of this run into the golden files")

// TestGolden sends every request of testdata to a fresh world and compares the
// answer to the letter. A file is a txtar archive: as (a role), query, variables
// and answer; what holds releases has some in its world, and what holds a match has
// one to which another organisation has agreed. Identifiers of the world stand as
// {{name}}.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".txt"), func(t *testing.T) {
			t.Parallel()
			golden(t, file)
		})
	}
}

// golden sends the request of a file to a world that was made ready for it.
func golden(t *testing.T, file string, ready ...func(*world)) {
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(raw)
	part := map[string]string{}
	for _, f := range archive.Files {
		part[f.Name] = strings.TrimSpace(string(f.Data))
	}
	w := newWorld(t)
	for _, prepare := range ready {
		prepare(w)
	}
	switch part["holds"] {
	case "releases":
		w.holdReleases()
	case "match":
		w.holdMatch()
	}
	variables := json.RawMessage("{}")
	if v := part["variables"]; v != "" {
		variables = json.RawMessage(w.fill(v))
	}
	_, body := w.post(part["as"], w.fill(part["query"]), variables)
	got := w.named(pretty(t, body))
	if *update {
		write(t, file, archive, got)
		return
	}
	if got != part["answer"] {
		t.Errorf("as %s\nwant %s\ngot  %s", part["as"], part["answer"], got)
	}
}

// fill puts the world's identifiers in the place of their names.
func (w *world) fill(s string) string {
	for name, value := range w.names {
		s = strings.ReplaceAll(s, "{{"+name+"}}", value)
	}
	return s
}

// named puts names in the place of the world's identifiers, the longest first.
func (w *world) named(s string) string {
	names := slices.SortedFunc(maps.Keys(w.names), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(w.names[b]), len(w.names[a])), cmp.Compare(a, b))
	})
	for _, name := range names {
		s = strings.ReplaceAll(s, w.names[name], "{{"+name+"}}")
	}
	return s
}

func pretty(t *testing.T, body []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", "  "); err != nil {
		t.Fatalf("not JSON: %s", body)
	}
	return strings.TrimSpace(out.String())
}

func write(t *testing.T, file string, archive *txtar.Archive, answer string) {
	t.Helper()
	for i := range archive.Files {
		if archive.Files[i].Name == "answer" {
			archive.Files = append(archive.Files[:i], archive.Files[i+1:]...)
			break
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: "answer", Data: []byte(answer + "\n")})
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
