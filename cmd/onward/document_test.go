package main_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/store/sqlite"
)

// whoAmI is a document that tests register.
const whoAmI = "query Me { viewer { role } }"

// asFile writes a document to a file.
func asFile(t *testing.T, document string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "document.graphql")
	if err := os.WriteFile(name, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestPermitAdHoc proves that an operator lets an account that exists send documents
// which nobody has registered, and takes it back.
func TestPermitAdHoc(t *testing.T) {
	t.Parallel()
	p := local(t)
	newProgramme(t, p)
	m := regexp.MustCompile(`worker +(\S+)\ntoken +(\S+)`).FindStringSubmatch(mustRun(t, p, "account", "add", "--organisation", "LOT", "--role", "AUDITOR", "--name", "Auditor (invented)"))
	if out, err := run(t, p, "account", "permit", m[1]); err == nil || !strings.Contains(out, "ad-hoc") {
		t.Errorf("without a flag: %v %s", err, out)
	}
	if out := failsSoon(t, p, "account", "permit", "worker_X", "--ad-hoc"); !strings.Contains(out, "there is no worker worker_X") {
		t.Error(out)
	}
	for flag, want := range map[string]int{"--ad-hoc": 0, "--no-ad-hoc": 1} {
		if out := mustRun(t, p, "account", "permit", m[1], flag); out != "changed "+m[1]+"\n" {
			t.Error(out)
		}
		s := start(t, p, "serve", "--no-jobs")
		if a, err := s.ask(m[2], whoAmI, nil); err != nil || len(a.Errors) != want {
			t.Errorf("%s: %v %+v", flag, err, a)
		}
		stopped(t, s)
	}
}

// TestDocumentsByCommandLine proves that an operator sees what documents ask for,
// registers all or none of them, and retires them, and that an account which is not
// let query ad hoc sends no others.
func TestDocumentsByCommandLine(t *testing.T) {
	t.Parallel()
	p := local(t)
	newProgramme(t, p)
	m := tokenLine.FindStringSubmatch(mustRun(t, p, "account", "add", "--organisation", "LOT", "--role", "PARTNER_APP", "--name", "App (invented)"))
	good, bad := asFile(t, whoAmI), asFile(t, "query Me { nosuchthing }")
	if out := failsSoon(t, p, "document", "register", "--organisation", "LOT", good, bad); !strings.HasSuffix(out, `.graphql: text: line 1, column 12: Cannot query a field that type "Query" does not have.`+"\n") {
		t.Error(out)
	}
	long := asFile(t, whoAmI+strings.Repeat(" ", 32<<10))
	for _, files := range [][]string{{good, long}, {"--dry-run", good, long}} {
		if out := failsSoon(t, p, append([]string{"document", "register", "--organisation", "LOT"}, files...)...); !strings.HasSuffix(out, ".graphql: text: must have 1 to 32768 bytes\n") {
			t.Error(out)
		}
	}
	const heading = "ORGANISATION  NAME  KIND  COST  CLASSES  STATE  DOCUMENT ID\n"
	if out := mustRun(t, p, "document", "list"); out != heading {
		t.Error(out)
	}
	if out := mustRun(t, p, "document", "register", "--organisation", "LOT", "--dry-run", good); !strings.Contains(out, "not registered") {
		t.Error(out)
	}
	out := mustRun(t, p, "document", "register", "--organisation", "LOT", good)
	documentID := regexp.MustCompile(`LOT +Me +QUERY +1 +PUBLIC +in use +(sha256:\S+)\n`).FindStringSubmatch(out)
	if documentID == nil {
		t.Fatal(out)
	}
	s := start(t, p, "serve", "--no-jobs")
	var viewer struct{ Viewer struct{ Role string } }
	if s.must(m[1], whoAmI, nil, &viewer); viewer.Viewer.Role != "PARTNER_APP" {
		t.Errorf("%+v", viewer)
	}
	if a, err := s.ask(m[1], whoAmI+" ", nil); err != nil || len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "FORBIDDEN" {
		t.Errorf("%v %+v", err, a)
	}
	stopped(t, s)
	mustRun(t, p, "document", "retire", "--organisation", "LOT", documentID[1])
	if out := mustRun(t, p, "document", "list"); !strings.Contains(out, "retired ") {
		t.Error(out)
	}
	if out := failsSoon(t, p, "document", "retire", "--organisation", "LOT", "sha256:00"); out != "onward: LOT has no document sha256:00; see: onward document list\n" {
		t.Error(out)
	}
}

// TestBrokenDocument proves that a document which was registered under another schema
// and cannot be sent any more is told of when the process starts, and is listed as
// broken.
func TestBrokenDocument(t *testing.T) {
	t.Parallel()
	p := local(t)
	newProgramme(t, p)
	s, err := sqlite.Open(strings.TrimPrefix(p[0], "ONWARD_DATA="))
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := directory.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	org := d.Snapshot().ListOrganisations(directory.OrganisationFilter{})[0].ID
	anything := func(string) (directory.Inspection, error) { return directory.Inspection{Name: "Gone"}, nil }
	in := directory.RegisterDocumentInput{RequestID: "r", Text: "query Gone { nosuchthing }"}
	done, err := d.RegisterDocument(t.Context(), access.Actor{Role: access.OrgAdmin, Organisation: org}, time.Now(), in, anything)
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	const flaw = `line 1, column 14: Cannot query a field that type "Query" does not have.`
	if out := mustRun(t, p, "document", "list"); !strings.Contains(out, "broken: "+flaw) {
		t.Error(out)
	}
	process := start(t, p, "serve", "--no-jobs")
	stopped(t, process)
	if said := process.log(); !strings.Contains(said, string(done.Document.ID)) || strings.Contains(said, "nosuchthing") {
		t.Error(said)
	}
}
