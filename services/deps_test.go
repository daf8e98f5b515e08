package services_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers are the floors of the house, the lowest first. A package may import
// packages of its own floor only where sameFloor says so, and of lower floors
// freely.
var layers = [][]string{
	{"services/fault", "services/id", "services/locale", "services/sealed", "services/allowance", "services/word"},
	{"services/calendar", "services/money"},
	{"services/track", "services/page", "services/demography"},
	{"services/shelter", "services/scholarship", "services/career", "services/employment", "services/legal",
		"services/reintegration", "services/plan", "services/followup", "services/delivery", "services/assessment", "services/identity"},
	{"services/casefile"},
	{"services/stall", "services/access"},
	{"services/register", "services/store"},
	{"services/vault", "services/telemetry", "services/versioned"},
	{"services/people"},
	{"services/activity", "services/seal"},
	{"services/directory", "services/outcome", "services/outcome/disclosure", "services/instrument"},
	{"services/release", "services/attention", "services/audit", "services/signin", "services/dossier"},
	{"services/casework"},
	{"services/reminder"},
	{"jobs"},
	{"graph"},
	{"cmd"},
}

// pure are the packages that do no input or output and know no clock or driver.
var pure = []string{"services/fault", "services/id", "services/sealed", "services/word", "services/locale", "services/calendar", "services/money", "services/demography", "services/track", "services/shelter",
	"services/scholarship", "services/career", "services/employment", "services/legal", "services/reintegration",
	"services/plan", "services/followup", "services/delivery", "services/assessment", "services/identity", "services/casefile", "services/stall",
	"services/outcome/cohort", "services/outcome/disclosure", "services/release/render", "services/dossier", "services/dossier/code", "graph/compat"}

// impure are what pure packages never import.
var impure = []string{"context", "net", "net/http", "os", "io/fs", "database/sql", "log", "log/slog", "go.mongodb.org/", "modernc.org/"}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// floorOf returns the floor on which a package of this module stands, or -1.
func floorOf(path string) int {
	path, ok := strings.CutPrefix(path, "onward/")
	if !ok {
		return -1
	}
	for i, floor := range layers {
		for _, p := range floor {
			if path == p || strings.HasPrefix(path, p+"/") {
				return i
			}
		}
	}
	return -1
}

// TestImportsRunDownwards proves that no package imports one that stands above
// it or beside it, but for the parts of one package.
func TestImportsRunDownwards(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath == "onward/services" {
			continue // the house itself: this test
		}
		from := floorOf(p.ImportPath)
		if from < 0 {
			t.Errorf("%s stands on no floor of the house: give it a room in layers", p.ImportPath)
			continue
		}
		for _, i := range p.Imports {
			to := floorOf(i)
			part := strings.HasPrefix(i, p.ImportPath+"/") || strings.HasPrefix(p.ImportPath, i+"/") || sameRoom(i, p.ImportPath)
			if strings.HasPrefix(i, "onward/") && to >= from && !part {
				t.Errorf("%s imports %s, which does not stand below it", p.ImportPath, i)
			}
		}
	}
}

// sameRoom reports whether two packages are parts of the same room.
func sameRoom(a, b string) bool {
	for _, room := range []string{"onward/graph", "onward/cmd", "onward/services/store"} {
		if strings.HasPrefix(a, room) && strings.HasPrefix(b, room) {
			return true
		}
	}
	return false
}

// TestPurePackagesDoNoIO proves that the rules can be tried without a machine.
func TestPurePackagesDoNoIO(t *testing.T) {
	for _, p := range packages(t) {
		if !slices.Contains(pure, strings.TrimPrefix(p.ImportPath, "onward/")) {
			continue
		}
		for _, i := range p.Imports {
			for _, bad := range impure {
				if i == bad || strings.HasSuffix(bad, "/") && strings.HasPrefix(i, bad) {
					t.Errorf("%s is pure and imports %s", p.ImportPath, i)
				}
			}
		}
	}
}

// TestGraphKnowsNoDriver proves that the edge does not reach past the services,
// and that no service knows the edge.
func TestGraphKnowsNoDriver(t *testing.T) {
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			driver := strings.HasPrefix(i, "go.mongodb.org/") || strings.HasPrefix(i, "modernc.org/") || i == "database/sql"
			if driver && !strings.HasPrefix(p.ImportPath, "onward/services/store/") {
				t.Errorf("%s imports the driver %s", p.ImportPath, i)
			}
			if strings.HasPrefix(p.ImportPath, "onward/services/") && strings.HasPrefix(i, "github.com/99designs/gqlgen") {
				t.Errorf("%s is a service and imports %s", p.ImportPath, i)
			}
		}
	}
}

// TestHelpersStayInTests proves that what helps tests is in no program: only
// tests import a package whose name ends in test.
func TestHelpersStayInTests(t *testing.T) {
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			if strings.HasPrefix(i, "onward/") && strings.HasSuffix(i, "test") {
				t.Errorf("%s imports %s outside its tests", p.ImportPath, i)
			}
		}
	}
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}
