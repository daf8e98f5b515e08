package main_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestSignInByCommandLine proves that an operator invites and links workers and
// issues, lists, rotates and revokes keys, that what was issued opens the door, and
// that a revoked key does not.
func TestSignInByCommandLine(t *testing.T) {
	t.Parallel()
	p := local(t)
	newProgramme(t, p)
	app := regexp.MustCompile(`worker_\S+`).FindString(mustRun(t, p, "account", "add", "--organisation", "LOT", "--role", "PARTNER_APP", "--name", "App (invented)"))
	person := regexp.MustCompile(`worker_\S+`).FindString(mustRun(t, p, "account", "add", "--organisation", "LOT", "--role", "ORG_ADMIN", "--name", "Admin (invented)"))
	expires := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)

	if out := mustRun(t, p, "account", "link", person, "--issuer", "https://id.example", "--subject", "person-1"); out != "linked "+person+"\n" {
		t.Error(out)
	}
	if out := failsSoon(t, p, "account", "link", app, "--issuer", "https://id.example", "--subject", "person-1"); out != "onward: --subject: is linked to another worker\n" {
		t.Error(out)
	}
	if out := mustRun(t, p, "account", "invite", person, "--name", "admin"); !strings.Contains(out, "invitation  onwardinvite_") {
		t.Error(out)
	}
	for _, nobody := range [][]string{{"account", "link", "worker_X"}, {"account", "invite", "worker_X", "--name", "x.y"}, {"key", "issue", "worker_X", "--purpose", "RESEARCH", "--expires-on", expires}} {
		if out := failsSoon(t, p, nobody...); out != "onward: there is no worker worker_X; see: onward account list\n" {
			t.Errorf("%v: %s", nobody, out)
		}
	}
	if out := failsSoon(t, p, "key", "issue", app, "--purpose", "RESEARCH", "--expires-on", "2001-01-01"); out != "onward: --expires-on: must be a day from today to 365 days from now\n" {
		t.Error(out)
	}

	issued := func(out string) (key, token string) {
		t.Helper()
		m := regexp.MustCompile(`^key    (key_\S+)\ntoken  (onwardkey_\S+)\n`).FindStringSubmatch(out)
		if m == nil {
			t.Fatal(out)
		}
		return m[1], m[2]
	}
	first, firstToken := issued(mustRun(t, p, "key", "issue", app, "--purpose", "PARTNER_APP", "--expires-on", expires, "--address", "127.0.0.1", "--address", "::1"))
	second, secondToken := issued(mustRun(t, p, "key", "rotate", first, "--expires-on", expires))
	if out := mustRun(t, p, "key", "revoke", first); out != "revoked "+first+"\n" {
		t.Error(out)
	}
	if out := mustRun(t, p, "account", "link", person); out != "unlinked "+person+"\n" {
		t.Error(out)
	}
	if out := failsSoon(t, p, "key", "revoke", "key_X"); out != "onward: there is no key key_X; see: onward key list\n" {
		t.Error(out)
	}
	list := mustRun(t, p, "key", "list")
	for _, line := range []string{first + `  PARTNER_APP  127.0.0.1/32 ::1/128  revoked `, second + `  PARTNER_APP  127.0.0.1/32 ::1/128  until ` + expires} {
		if !strings.Contains(list, line) || strings.Contains(list, "onwardkey_") {
			t.Errorf("%s\nlacks %s", list, line)
		}
	}

	mustRun(t, p, "document", "register", "--organisation", "LOT", asFile(t, whoAmI))
	s := start(t, p, "serve", "--no-jobs")
	var viewer struct{ Viewer struct{ Role string } }
	if s.must(secondToken, whoAmI, nil, &viewer); viewer.Viewer.Role != "PARTNER_APP" {
		t.Errorf("%+v", viewer)
	}
	if a, err := s.ask(firstToken, `{ viewer { role } }`, nil); err != nil || len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "UNAUTHENTICATED" {
		t.Errorf("%v %+v", err, a)
	}
}

// TestSettingsOfSignIn proves that a setting which is not fit is refused at start, by
// its name, and that a provider that is down is not.
func TestSettingsOfSignIn(t *testing.T) {
	t.Parallel()
	for setting, says := range map[string]string{
		"ONWARD_OIDC_ISSUER=http://id.example":  "onward: ONWARD_OIDC_ISSUER: must be an https address, or http on this machine\n",
		"ONWARD_OIDC_ISSUER=https://id.example": "onward: ONWARD_OIDC_AUDIENCE: is needed with an issuer\n",
		"ONWARD_ORIGIN=onward.example":          "onward: ONWARD_ORIGIN: must be an https origin such as https://onward.example, or http on this machine\n",
		"ONWARD_TRUSTED_PROXIES=10.0.0.0/8, x":  "onward: ONWARD_TRUSTED_PROXIES: \"x\" is no prefix such as 10.0.0.0/8\n",
	} {
		if out := failsSoon(t, append(local(t), setting), "serve", "--no-jobs"); !strings.HasSuffix(out, says) {
			t.Errorf("%s: %s", setting, out)
		}
	}
	p := append(local(t), "ONWARD_OIDC_ISSUER=http://127.0.0.1:1", "ONWARD_OIDC_AUDIENCE=onward", "ONWARD_ORIGIN=http://localhost:8080")
	token := newProgramme(t, p)
	s := start(t, p, "serve", "--no-jobs")
	var viewer struct{ Viewer struct{ Role string } }
	s.must(token, `{ viewer { role } }`, nil, &viewer)
	if a, err := s.ask("a.b.c", `{ viewer { role } }`, nil); err != nil || len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "UNAVAILABLE" {
		t.Errorf("%v %+v", err, a)
	}
}
