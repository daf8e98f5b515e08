package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Settings and places of the program, as the files that deploy it name them.
var (
	settingName = regexp.MustCompile(`\bONWARD_[A-Z_]+\b`)
	placeName   = regexp.MustCompile(`path: (/\w+)\b`)
)

// TestDeployedSettings proves that whatever setting and whatever place the deployment
// and the README name is one that the program has.
func TestDeployedSettings(t *testing.T) {
	program := ""
	for _, pattern := range []string{"*.go", "../../graph/server.go"} {
		program += read(t, pattern)
	}
	for _, file := range []string{"../../README.md", "../../deploy/Dockerfile", "../../deploy/compose.yaml", "../../deploy/k8s/*", "../../deploy/onward.service"} {
		text := read(t, file)
		settings := settingName.FindAllString(text, -1)
		if len(settings) == 0 {
			t.Errorf("%s names no setting", file)
		}
		for _, name := range settings {
			if !known(program, name) {
				t.Errorf("%s names the setting %s, which the program does not have", file, name)
			}
		}
		for _, place := range placeName.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(program, `"GET `+place[1]+`"`) {
				t.Errorf("%s names the place %s, which the program does not serve", file, place[1])
			}
		}
	}
}

// known reports whether the program names a setting: as it is or, where one of its
// functions puts a name together, without its ending.
func known(program, name string) bool {
	for _, ending := range []string{"", "_FILE", "_URL", "_SECRET", "_SECRET_FILE"} {
		if whole, ok := strings.CutSuffix(name, ending); ok && strings.Contains(program, `"`+whole+`"`) {
			return true
		}
	}
	return false
}

// read returns the texts of the files that fit a pattern, but for those of tests.
func read(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v %v", pattern, files, err)
	}
	var all strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
