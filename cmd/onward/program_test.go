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

	"github.com/coder/websocket"

	"onward/services/store/mongodb/mongodbtest"
	"onward/services/vault/vaulttest"
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

// unbounded lets one worker ask as fast as a test can.
var unbounded = place{"ONWARD_WORKER_RATE=1000000", "ONWARD_WORKER_POINTS=1000000000", "ONWARD_STRANGER_RATE=1000000"}

// local is a new place in a directory of the test, with a directory for the data and
// the master key beside them.
func local(t testing.TB) place {
	dir := t.TempDir()
	return append(place{"ONWARD_DATA=" + filepath.Join(dir, "data"), "MONGODB_URI=", masterKeyIn(t, dir)}, unbounded...)
}

// masterKeyIn writes the master key of the tests, by which they seal too, in a
// directory, and returns the setting that names it.
func masterKeyIn(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "master.key")
	if err := os.WriteFile(path, []byte(vaulttest.Text(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	return "ONWARD_MASTER_KEY_FILE=" + path
}

// mongo is a new place in a MongoDB-compatible server that is started for the test.
func mongo(t testing.TB) place {
	dir := t.TempDir()
	return append(place{"MONGODB_URI=" + mongodbtest.Start(t), "ONWARD_ALLOW_UNSAFE_MONGO=true", "ONWARD_DATA=" + filepath.Join(dir, "data"), masterKeyIn(t, dir)}, unbounded...)
}

// command returns the program with its arguments, not yet started.
func (p place) command(t testing.TB, args ...string) *exec.Cmd {
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
func run(t testing.TB, p place, args ...string) (string, error) {
	t.Helper()
	out, err := p.command(t, args...).CombinedOutput()
	return string(out), err
}

func mustRun(t testing.TB, p place, args ...string) string {
	t.Helper()
	out, err := run(t, p, args...)
	if err != nil {
		t.Fatalf("onward %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// server is a serving process.
type server struct {
	t    testing.TB
	cmd  *exec.Cmd
	url  string
	done chan struct{} // closed when the process has ended
	err  error         // how it ended

	saying sync.Mutex
	said   strings.Builder // its log so far
}

// log returns what the process has logged so far.
func (s *server) log() string {
	s.saying.Lock()
	defer s.saying.Unlock()
	return s.said.String()
}

var listening = regexp.MustCompile(`address=(http://\S+)`)

// start starts a serving process and waits until it listens.
func start(t testing.TB, p place, args ...string) *server {
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
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			s.saying.Lock()
			s.said.WriteString(lines.Text() + "\n")
			s.saying.Unlock()
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

// must asks and fails the test where there is no good answer. Where time ran out it
// sends the same again, as clients are to do: tests run beside each other, and their
// stores on few cores.
func (s *server) must(token, query string, variables, into any) {
	s.t.Helper()
	a, err := s.ask(token, query, variables)
	for again := 0; again < 5 && err == nil && len(a.Errors) > 0 && a.Errors[0].Extensions.Code == "UNAVAILABLE"; again++ {
		a, err = s.ask(token, query, variables)
	}
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
func newProgramme(t testing.TB, p place) string {
	t.Helper()
	mustRun(t, p, "organisation", "add", "--code", "LOT", "--name", "Lotus House", "--province", "KH-12")
	m := tokenLine.FindStringSubmatch(mustRun(t, p, "account", "add", "--organisation", "LOT", "--role", "SUPERVISOR", "--name", "Test supervisor", "--ad-hoc"))
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
		last := 5 + rand.IntN(20)
		for n := 0; ; n++ {
			if n == last {
				time.AfterFunc(time.Duration(rand.IntN(20))*time.Millisecond, func() { _ = s.cmd.Process.Kill() })
			}
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

// failsSoon runs a command that must refuse, and returns what it said. One that
// goes on and serves is ended, and fails the test.
func failsSoon(t *testing.T, p place, args ...string) string {
	t.Helper()
	cmd := p.command(t, args...)
	timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	out, err := cmd.CombinedOutput()
	if !timer.Stop() || err == nil {
		t.Fatalf("onward %s is not refused: %s", strings.Join(args, " "), out)
	}
	return string(out)
}

// TestErrorsAreSaidOnce proves that the command line says once what is wrong, by
// the name of the thing.
func TestErrorsAreSaidOnce(t *testing.T) {
	t.Parallel()
	p := local(t)
	for want, args := range map[string][]string{
		"onward: --code: must be 2 to 6 ":       {"organisation", "add", "--code", "x", "--name", "X", "--province", "KH-12"},
		"onward: --name: must not be blank":     {"organisation", "add", "--code", "LOT", "--name", "  ", "--province", "KH-12"},
		"onward: --name: must ":                 {"organisation", "add", "--code", "LOT", "--name", "A\nB", "--province", "KH-12"},
		"onward: --name: ":                      {"organisation", "add", "--code", "LOT", "--name", "A\u202eB", "--province", "KH-12"},
		"onward: there is no worker worker_X;":  {"account", "disable", "worker_X"},
		"onward: there is no organisation with": {"account", "add", "--organisation", "NONE", "--role", "AUDITOR", "--name", "A"},
		"onward: name: there is no such job":    {"job", "run", "tidy", "--as-of", "2026-01-01", "--log-level", "error"},
		"onward: --as-of: 2199-01-01 is in the": {"job", "run", "stall-scan", "--as-of", "2199-01-01", "--log-level", "error"},
	} {
		out, err := run(t, p, args...)
		if err == nil || !strings.HasPrefix(out, want) || strings.Count(out, "\n") != 1 || strings.Contains(out, "invalid:") {
			t.Errorf("%v: %v %q, want %q", args, err, out, want)
		}
	}
}

// TestStopEndsSubscriptions proves that a process which is asked to stop says so to
// its subscribers, over both transports, and does not wait for them to go.
func TestStopEndsSubscriptions(t *testing.T) {
	t.Parallel()
	p := local(t)
	token := newProgramme(t, p)
	s := start(t, p, "serve", "--no-jobs")
	const query = `{"query": "subscription { flagRaised { id } }"}`
	req, err := http.NewRequest(http.MethodPost, s.url+"/graphql", strings.NewReader(query))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"text/event-stream"}, "Authorization": {"Bearer " + token}}
	stream, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	ws, _, err := websocket.Dial(t.Context(), s.url+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.CloseNow() }()
	for _, m := range []string{`{"type": "connection_init"}`, `{"id": "1", "type": "subscribe", "payload": ` + query + `}`} {
		if err := ws.Write(t.Context(), websocket.MessageText, []byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	if _, ack, err := ws.Read(t.Context()); err != nil || !bytes.Contains(ack, []byte("connection_ack")) {
		t.Fatalf("%s %v", ack, err)
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ws.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the socket: %v", err)
	}
	if said, err := io.ReadAll(stream.Body); err != nil || !bytes.Contains(said, []byte("UNAVAILABLE")) || !bytes.HasSuffix(said, []byte("event: complete\ndata:\n\n")) {
		t.Errorf("the stream: %s %v", said, err)
	}
	if <-s.done; s.err != nil {
		t.Errorf("the process: %v", s.err)
	}
}

// TestMasterKey proves that nothing is served without a master key, that the refusal
// says what to do, that a key is made for its owner alone, printed never and
// overwritten never, and that keys are rotated and backed up by the command line.
func TestMasterKey(t *testing.T) {
	dir := t.TempDir()
	bare := place{"ONWARD_DATA=" + filepath.Join(dir, "data"), "MONGODB_URI=", "ONWARD_MASTER_KEY=", "ONWARD_MASTER_KEY_FILE="}
	for _, args := range [][]string{{"serve"}, {"job", "run", "stall-scan", "--as-of", "2026-03-02"}} {
		if out, err := run(t, bare, args...); err == nil || !strings.Contains(out, "onward master-key --out FILE") {
			t.Errorf("%s: %v, %s", args[0], err, out)
		}
	}
	path, next := filepath.Join(dir, "master.key"), filepath.Join(dir, "next.key")
	out := mustRun(t, bare, "master-key", "--out", path)
	first := append(bare, "ONWARD_MASTER_KEY_FILE="+path)
	out += mustRun(t, first, "master-key", "next", "--out", next)
	for _, file := range []string{path, next} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%s: %v, %v", file, info, err)
		}
		text, err := os.ReadFile(file)
		if err != nil || strings.Contains(out, strings.TrimSpace(string(text))) {
			t.Errorf("%v, printed: %s", err, out)
		}
		if again, err := run(t, bare, "master-key", "--out", file); err == nil {
			t.Errorf("overwritten: %s", again)
		}
		if now, _ := os.ReadFile(file); string(now) != string(text) {
			t.Error("the key has changed")
		}
	}
	s := start(t, first, "demo")
	s.stop()
	second := append(bare, "ONWARD_MASTER_KEY_FILE="+next)
	if out := mustRun(t, second, "master-key", "rotate"); !strings.Contains(out, "wrapped again") || strings.Contains(out, " 0 wrapped again") {
		t.Error(out)
	}
	if out := mustRun(t, second, "master-key", "rotate"); !strings.Contains(out, ": 0 wrapped again") {
		t.Error(out)
	}
	if out, err := run(t, first, "verify"); err == nil {
		t.Errorf("the old master key still opens what the new one has wrapped: %s", out)
	}
	mustRun(t, second, "keys", "export", "--out", filepath.Join(dir, "keys"))
	if out := mustRun(t, second, "keys", "import", "--in", filepath.Join(dir, "keys")); !strings.HasPrefix(out, "0 keys") {
		t.Error(out)
	}
	if out := mustRun(t, second, "verify"); !strings.Contains(out, "0 differences") || strings.Contains(out, "sealed texts 0 ") {
		t.Error(out)
	}
}
