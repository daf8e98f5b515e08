package main_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"onward/services/store"
	"onward/services/store/sqlite"
)

// TestDemo proves that the demo serves the figures of the programme's report,
// counted from the histories, that its jobs have run up to yesterday, that its data
// verifies while it is served, and that a second start goes on with the same data.
func TestDemo(t *testing.T) {
	t.Parallel()
	p, tokenFile := local(t), filepath.Join(t.TempDir(), "t.json")
	s := start(t, p, "demo", "--tokens", tokenFile)
	tokens := readTokens(t, tokenFile)
	var report struct {
		Impact struct {
			Rows []struct {
				Indicator struct{ Code string }
				Value     *int
			}
		}
	}
	s.must(tokens["SUPERVISOR"], `{ impact(input: {from: "2003-01-01", to: "2006-12-31"}) { rows { indicator { code } value } } }`, nil, &report)
	want := map[string]int{"ASSISTED": 1481, "REINTEGRATION_SUPPORT": 1288, "REINTEGRATED": 121, "SCHOLARSHIPS_WOMEN": 152,
		"SCHOLARSHIPS_GIRLS": 180, "EMPLOYED": 202, "CAREER_CENTRE_SERVED": 68, "LEGAL_REPRESENTED": 130, "COURT_REFERRED": 35,
		"CONVICTIONS": 7, "NETWORKS": 24, "YOUTH_CLUBS": 10, "ACTIVITY_PEOPLE_REACHED": 275000, "ACTIVITY_PROVINCES_REACHED": 18,
		"ACTIVITY_POLICE_TRAINED": 280, "ACTIVITY_TEACHERS_TRAINED": 500, "ACTIVITY_FORUM_PARTICIPANTS": 5850, "ACTIVITY_RESCUED": 129,
		"ACTIVITY_PARTNER_CONVICTIONS": 36}
	for _, r := range report.Impact.Rows {
		if n, ok := want[r.Indicator.Code]; ok && (r.Value == nil || n != *r.Value) {
			t.Errorf("%s is not %d, or is withheld: %v", r.Indicator.Code, n, r.Value)
		}
		delete(want, r.Indicator.Code)
	}
	if len(want) > 0 {
		t.Errorf("no row for %v", want)
	}
	var work struct {
		RollUps, Worklist struct{ TotalCount int }
	}
	s.must(tokens["SUPERVISOR"], `{ rollUps { totalCount } worklist { totalCount } }`, nil, &work)
	if work.RollUps.TotalCount != 2 || work.Worklist.TotalCount == 0 {
		t.Errorf("the jobs have kept %d reports and %d items of work", work.RollUps.TotalCount, work.Worklist.TotalCount)
	}
	if out := mustRun(t, p, "verify"); !strings.Contains(out, ": 0 differences") {
		t.Error(out)
	}
	if out, err := run(t, p, "serve", "--listen", "127.0.0.1:0"); err == nil {
		t.Errorf("a second process on the same file was not refused: %s", out)
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if <-s.done; s.err != nil {
		t.Errorf("an interrupt does not end it cleanly: %v", s.err)
	}
	again := start(t, p, "demo", "--tokens", tokenFile)
	var cases struct{ Cases struct{ TotalCount int } }
	again.must(readTokens(t, tokenFile)["SHELTER_STAFF"], `{ cases { totalCount } }`, nil, &cases)
	if cases.Cases.TotalCount == 0 {
		t.Error("the second start has no cases")
	}
}

func readTokens(t testing.TB, file string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	if err := json.Unmarshal(raw, &tokens); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"SHELTER_STAFF", "CAREER_ADVISOR", "SCHOLARSHIP_OFFICER", "LEGAL_OFFICER", "SUPERVISOR",
		"ORG_ADMIN", "COORDINATOR", "AUDITOR", "PARTNER_APP", "OTHER_SUPERVISOR"} {
		if tokens[role] == "" {
			t.Errorf("no token for %s", role)
		}
	}
	return tokens
}

// documents counts what a local store holds, kind by kind.
func documents(t *testing.T, p place) map[store.Collection]int {
	t.Helper()
	s, err := sqlite.OpenReadOnly(strings.TrimPrefix(p[0], "ONWARD_DATA="))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	n := map[store.Collection]int{}
	for _, c := range store.Collections {
		if _, err := s.Scan(t.Context(), c, func(store.Document) error { n[c]++; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// TestDemoLeavesOthersAlone proves that the demo writes nothing into a store that
// holds anything: an organisation, a programme with an account, or no more than
// the reports that the jobs kept of an empty one.
func TestDemoLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	for name, fill := range map[string]func(place){
		"an organisation": func(p place) {
			mustRun(t, p, "organisation", "add", "--code", "LOT", "--name", "Real House", "--province", "KH-12")
		},
		"an account":   func(p place) { newProgramme(t, p) },
		"kept reports": func(p place) { mustRun(t, p, "job", "run", "roll-up", "--as-of", "2026-01-31") },
	} {
		p := local(t)
		fill(p)
		before := documents(t, p)
		if out := failsSoon(t, p, "demo", "--listen", "127.0.0.1:0"); !strings.Contains(out, "other data") {
			t.Errorf("%s: %s", name, out)
		}
		if after := documents(t, p); !maps.Equal(after, before) {
			t.Errorf("%s: the demo wrote: %v, was %v", name, after, before)
		}
	}
}

// someCases is the bar of progress once it shows a part of the cases.
var someCases = regexp.MustCompile(`\([1-9]\d*/`)

// TestInterruptedDemo proves that a demo of which a part was written is not taken
// for a whole one, not even where somebody has added an account to it since.
func TestInterruptedDemo(t *testing.T) {
	t.Parallel()
	p := local(t)
	cmd := p.command(t, "demo", "--listen", "127.0.0.1:0", "--cases", "60000")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said []byte
	for part := make([]byte, 4096); !someCases.Match(said); {
		n, err := stderr.Read(part)
		if said = append(said, part[:n]...); err != nil {
			t.Fatalf("no part of the cases was written: %v %s", err, said)
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	part := documents(t, p)
	if n := part[store.Cases]; n == 0 || n >= 60000 {
		t.Fatalf("%d cases are no part", n)
	}
	if out := failsSoon(t, p, "demo", "--listen", "127.0.0.1:0"); !strings.Contains(out, "interrupted") || !strings.Contains(out, "--data") {
		t.Errorf("a part of the demo: %s", out)
	}
	if after := documents(t, p); !maps.Equal(after, part) {
		t.Errorf("the demo wrote: %v, was %v", after, part)
	}
	mustRun(t, p, "account", "add", "--organisation", "LOT", "--role", "AUDITOR", "--name", "A")
	if out := failsSoon(t, p, "demo", "--listen", "127.0.0.1:0"); !strings.Contains(out, "interrupted") {
		t.Errorf("a part of the demo with an account: %s", out)
	}
}

// TestCasesOfAnExistingDemo proves that --cases on a demo that is there says that
// it is ignored, and adds nothing.
func TestCasesOfAnExistingDemo(t *testing.T) {
	t.Parallel()
	p := local(t)
	failsSoon(t, p, "demo", "--listen", "nowhere") // writes it, and cannot listen
	before := documents(t, p)
	out := failsSoon(t, p, "demo", "--listen", "nowhere", "--cases", "10")
	if after := documents(t, p); !strings.Contains(out, "--cases is ignored") || after[store.Cases] != before[store.Cases] {
		t.Errorf("%d cases, were %d: %s", after[store.Cases], before[store.Cases], out)
	}
}

// TestTokensAreTheirOwnersAlone proves that the file of tokens can be read by its
// owner only, whatever stood there, and that nothing else is left beside it.
func TestTokensAreTheirOwnersAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "t.json")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	start(t, local(t), "demo", "--tokens", file)
	readTokens(t, file)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if there, err := os.ReadDir(dir); err != nil || len(there) != 1 {
		t.Errorf("left in the directory: %v %v", there, err)
	}
}

// TestTokensThatCannotBeWritten proves that a place that cannot take the tokens
// is refused before anything is written or issued, so that the demo can begin
// once the place is right.
func TestTokensThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Fatal(err)
	}
	p := local(t)
	for _, place := range []string{"/nowhere/t.json", dir, link, os.DevNull} {
		out := failsSoon(t, p, "demo", "--listen", "nowhere", "--tokens", place)
		if !strings.HasPrefix(out, "onward: --tokens: ") || strings.Contains(out, "onward_") {
			t.Errorf("%s: %s", place, out)
		}
		if n := documents(t, p); len(n) > 0 {
			t.Errorf("%s: %v were written", place, n)
		}
	}
	start(t, p, "demo")
}
