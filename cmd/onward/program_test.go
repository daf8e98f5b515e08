package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/store/mongodb/mongodbtest"
)

// binary is the program under test, built once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "onward-test")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "onward")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// place is where a programme's data are: settings of the environment.
type place []string

// local is a new place in a directory of the test.
func local(t *testing.T) place { return place{"ONWARD_DATA=" + t.TempDir(), "MONGODB_URI="} }

// mongo is a new place in a MongoDB-compatible server that is started for the test.
func mongo(t *testing.T) place {
	return place{"MONGODB_URI=" + mongodbtest.Start(t), "ONWARD_ALLOW_UNSAFE_MONGO=true"}
}

// command returns the program with its arguments, not yet started.
func (p place) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), p...)
	return cmd
}

// run runs a command of the program to its end and returns what it printed.
func run(t *testing.T, p place, args ...string) (string, error) {
	t.Helper()
	out, err := p.command(t, args...).CombinedOutput()
	return string(out), err
}

func mustRun(t *testing.T, p place, args ...string) string {
	t.Helper()
	out, err := run(t, p, args...)
	if err != nil {
		t.Fatalf("onward %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// server is a serving process.
type server struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	done chan struct{} // closed when the process has ended
	err  error         // how it ended
}

var listening = regexp.MustCompile(`address=(http://\S+)`)

// start starts a serving process and waits until it listens.
func start(t *testing.T, p place, args ...string) *server {
	t.Helper()
	cmd := p.command(t, append(args, "--listen", "127.0.0.1:0")...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, cmd: cmd, done: make(chan struct{})}
	address := make(chan string, 1)
	go func() {
		var said strings.Builder
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			said.WriteString(lines.Text() + "\n")
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				address <- m[1]
			}
		}
		s.err = cmd.Wait()
		close(s.done)
		close(address)
	}()
	select {
	case url, ok := <-address:
		if !ok {
			t.Fatal("the process ended before it listened")
		}
		s.url = url
	case <-time.After(time.Minute):
		t.Fatal("the process did not listen")
	}
	t.Cleanup(s.kill)
	return s
}

// kill ends the process as a power cut would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// answer is a GraphQL answer.
type answer struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions struct {
			Code   string
			Fields []struct{ Path, Message string }
		}
	}
}

// ask sends a request; err says that no answer came.
func (s *server) ask(token, query string, variables any) (answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequest(http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	var a answer
	return a, json.Unmarshal(raw, &a)
}

// must asks and fails the test where there is no good answer.
func (s *server) must(token, query string, variables, into any) {
	s.t.Helper()
	a, err := s.ask(token, query, variables)
	if err != nil || len(a.Errors) > 0 {
		s.t.Fatalf("%s: %v %+v", query, err, a.Errors)
	}
	if err := json.Unmarshal(a.Data, into); err != nil {
		s.t.Fatal(err)
	}
}

var tokenLine = regexp.MustCompile(`token\s+(\S+)`)

// newProgramme adds an organisation and a supervisor by the command line, and
// returns the supervisor's token.
func newProgramme(t *testing.T, p place) string {
	t.Helper()
	mustRun(t, p, "organisation", "add", "--code", "LOT", "--name", "Lotus House", "--province", "KH-12")
	m := tokenLine.FindStringSubmatch(mustRun(t, p, "account", "add", "--organisation", "LOT", "--role", "SUPERVISOR", "--name", "Test supervisor"))
	if m == nil {
		t.Fatal("account add shows no token")
	}
	return m[1]
}

// TestAcknowledgedChangesSurviveKill proves that no acknowledged change is lost
// and none is doubled: the process is killed at a random moment under load, is
// started again, and every request whose answer is unknown is sent again.
func TestAcknowledgedChangesSurviveKill(t *testing.T) {
	t.Parallel()
	p := local(t)
	token := newProgramme(t, p)
	const open = `mutation($r: ID!) { openCase(input: {requestId: $r, population: AT_RISK, consents: [SERVICES]}) { case { id } } }`
	acknowledged := map[string]string{} // requestId → case
	for round := range 4 {
		s := start(t, p, "serve", "--no-jobs")
		time.AfterFunc(time.Duration(50+rand.IntN(200))*time.Millisecond, func() { _ = s.cmd.Process.Kill() })
		for n := 0; ; n++ {
			request := fmt.Sprintf("round-%d-%d", round, n)
			a, err := s.ask(token, open, map[string]any{"r": request})
			if err != nil {
				acknowledged[request] = "" // unknown: it is sent again below
				break
			}
			acknowledged[request] = caseOf(t, a)
		}
		s.kill()
	}
	s := start(t, p, "serve", "--no-jobs")
	for request, caseID := range acknowledged {
		a, err := s.ask(token, open, map[string]any{"r": request})
		if err != nil {
			t.Fatal(err)
		}
		if again := caseOf(t, a); caseID != "" && again != caseID {
			t.Errorf("%s was acknowledged as %s and is now %s", request, caseID, again)
		}
	}
	var all struct{ Cases struct{ TotalCount int } }
	s.must(token, `{ cases { totalCount } }`, nil, &all)
	if all.Cases.TotalCount != len(acknowledged) {
		t.Errorf("%d requests made %d cases", len(acknowledged), all.Cases.TotalCount)
	}
	if len(acknowledged) < 20 {
		t.Errorf("only %d requests were sent: the test proves little", len(acknowledged))
	}
	if out := mustRun(t, p, "verify"); !strings.Contains(out, ": 0 differences") {
		t.Error(out)
	}
}

func caseOf(t *testing.T, a answer) string {
	t.Helper()
	var opened struct {
		OpenCase struct{ Case struct{ ID string } }
	}
	if len(a.Errors) > 0 || json.Unmarshal(a.Data, &opened) != nil || opened.OpenCase.Case.ID == "" {
		t.Fatalf("no case: %+v", a)
	}
	return opened.OpenCase.Case.ID
}

// TestDemo proves that the demo serves the figures of the programme's report,
// counted from the histories, that its data verifies while it is served, and
// that a second start goes on with the same data.
func TestDemo(t *testing.T) {
	t.Parallel()
	p, tokenFile := local(t), filepath.Join(t.TempDir(), "t.json")
	s := start(t, p, "demo", "--tokens", tokenFile)
	tokens := readTokens(t, tokenFile)
	var report struct {
		Impact struct {
			Rows []struct {
				Indicator struct{ Code string }
				Value     int
			}
		}
	}
	s.must(tokens["SUPERVISOR"], `{ impact(input: {from: "2003-01-01", to: "2006-12-31"}) { rows { indicator { code } value } } }`, nil, &report)
	want := map[string]int{"ASSISTED": 1481, "REINTEGRATION_SUPPORT": 1288, "REINTEGRATED": 121, "SCHOLARSHIPS_WOMEN": 152,
		"SCHOLARSHIPS_GIRLS": 180, "EMPLOYED": 202, "CAREER_CENTRE_SERVED": 68, "LEGAL_REPRESENTED": 130, "COURT_REFERRED": 35,
		"CONVICTIONS": 7, "NETWORKS": 24}
	for _, r := range report.Impact.Rows {
		if n, ok := want[r.Indicator.Code]; ok && n != r.Value {
			t.Errorf("%s is %d, not %d", r.Indicator.Code, r.Value, n)
		}
		delete(want, r.Indicator.Code)
	}
	if len(want) > 0 {
		t.Errorf("no row for %v", want)
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

func readTokens(t *testing.T, file string) map[string]string {
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

// TestDisabledAccountIsRefused proves that disabling a worker ends access, and
// that nobody gets in without a token.
func TestDisabledAccountIsRefused(t *testing.T) {
	t.Parallel()
	p := local(t)
	token := newProgramme(t, p)
	worker := regexp.MustCompile(`worker_\S+`).FindString(mustRun(t, p, "account", "list"))
	mustRun(t, p, "account", "disable", worker)
	s := start(t, p, "serve", "--no-jobs")
	for _, secret := range []string{token, "", "onward_wrong"} {
		a, err := s.ask(secret, `{ viewer { role } }`, nil)
		if err != nil || len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "UNAUTHENTICATED" {
			t.Errorf("token %.10q: %v %+v", secret, err, a)
		}
	}
}

// TestDemoLeavesOthersAlone proves that the demo writes nothing into a store that
// holds a programme, and that it does not take a part of itself for the whole.
func TestDemoLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	p := local(t)
	mustRun(t, p, "organisation", "add", "--code", "LOT", "--name", "Real House", "--province", "KH-12")
	before := mustRun(t, p, "verify") + mustRun(t, p, "organisation", "list")
	if out, err := run(t, p, "demo", "--listen", "127.0.0.1:0"); err == nil || !strings.Contains(out, "other data") {
		t.Errorf("a real store: %v %s", err, out)
	}
	if after := mustRun(t, p, "verify") + mustRun(t, p, "organisation", "list"); after != before {
		t.Errorf("the demo wrote: %s", after)
	}

	p = local(t)
	cmd := p.command(t, "demo", "--listen", "127.0.0.1:0", "--cases", "60000")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if out, err := run(t, p, "demo", "--listen", "127.0.0.1:0"); err == nil || !strings.Contains(out, "interrupted") {
		t.Errorf("a part of the demo: %v %s", err, out)
	}
}

// TestTokensAreTheirOwnersAlone proves that the file of tokens can be read by its
// owner only, whatever stood there, and that none is issued for a file that
// cannot be written.
func TestTokensAreTheirOwnersAlone(t *testing.T) {
	t.Parallel()
	p, file := local(t), filepath.Join(t.TempDir(), "t.json")
	if out, err := run(t, p, "demo", "--listen", "127.0.0.1:0", "--tokens", "/nowhere/t.json"); err == nil || !strings.Contains(out, "--tokens") || strings.Contains(out, "onward_") {
		t.Errorf("a place that is not there: %v %s", err, out)
	}
	p = local(t)
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	start(t, p, "demo", "--tokens", file)
	readTokens(t, file)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// TestErrorsAreSaidOnce proves that the command line says once what is wrong, by
// the name of the thing.
func TestErrorsAreSaidOnce(t *testing.T) {
	t.Parallel()
	p := local(t)
	for want, args := range map[string][]string{
		"onward: code: ":                        {"organisation", "add", "--code", "x", "--name", "X", "--province", "KH-12"},
		"onward: name: must not be blank":       {"organisation", "add", "--code", "LOT", "--name", "  ", "--province", "KH-12"},
		"onward: there is no worker worker_X;":  {"account", "disable", "worker_X"},
		"onward: there is no organisation with": {"account", "add", "--organisation", "NONE", "--role", "AUDITOR", "--name", "A"},
	} {
		out, err := run(t, p, args...)
		if err == nil || !strings.HasPrefix(out, want) || strings.Count(out, "\n") != 1 || strings.Contains(out, "invalid:") {
			t.Errorf("%v: %v %q, want %q", args, err, out, want)
		}
	}
}
