package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExportIsRecorded proves that a survivor's copy which the operator makes stands in
// the list of who looked, with what it was for, and that none is made where there is no
// case.
func TestExportIsRecorded(t *testing.T) {
	t.Parallel()
	p := local(t)
	token := newProgramme(t, p)
	s := start(t, p, "serve", "--no-jobs")
	a, err := s.ask(token, `mutation { openCase(input: {requestId: "r", population: AT_RISK, consents: [SERVICES]}) { case { id } } }`, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := caseOf(t, a)
	stopped(t, s)
	out := t.TempDir()
	mustRun(t, p, "person", "export", "--case", c, "--out", out)
	mustRun(t, p, "person", "export", "--case", c, "--out", out, "--for", "COURT")
	if said, err := run(t, p, "person", "export", "--case", c, "--out", out, "--for", "FUN"); err == nil {
		t.Error(said)
	}
	if said, err := run(t, p, "person", "export", "--case", "case_none", "--out", out); err == nil || !strings.Contains(said, "no such case") {
		t.Error(said)
	}
	if files, err := filepath.Glob(filepath.Join(out, "case-LOT-*")); err != nil || len(files) != 3 {
		t.Errorf("%v %v", files, err)
	}
	list := filepath.Join(out, "list.txt")
	mustRun(t, p, "audit", "case", c, "--out", list)
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"the operator of the program: made a copy of all that is held about her, for herself\n", "for a court or an authority\n",
		"អ្នកថែទាំកម្មវិធី: បានចម្លងអ្វីៗទាំងអស់ដែលបានរក្សាទុកអំពីនាង សម្រាប់នាងផ្ទាល់\n",
	} {
		if strings.Count(string(text), want) != 1 {
			t.Errorf("%q is not there once: %s", want, text)
		}
	}
	mustRun(t, p, "audit", "verify")
}
