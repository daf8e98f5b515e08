package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"onward/graph"
	"onward/services/access"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/signin"
	"onward/services/store"
)

// The person of these tests.
const (
	herPassword = "five words of an old song"
	origin      = "https://onward.example"
)

// desk is a place from which somebody signs in, over HTTP.
type desk struct {
	*world
	server  *httptest.Server
	log     *bytes.Buffer
	address string // which a trusted proxy tells
}

// newDesk serves the world with passkeys, behind a proxy that is trusted.
func newDesk(t *testing.T) *desk {
	w := newWorld(t)
	return w.replica(w.dir)
}

// replica serves the world's store as another process does.
func (w *world) replica(dir *directory.Directory) *desk {
	w.t.Helper()
	passkeys, err := signin.WithOrigin(origin)
	w.must(err)
	r, log := w.resolver(), &bytes.Buffer{}
	r.Directory, r.SignIn = dir, signin.New(dir, w.store, w.clock, passkeys)
	server := httptest.NewServer(graph.Handler(r, graph.Options{Log: debugLog(log), TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}))
	w.t.Cleanup(server.Close)
	return &desk{w, server, log, "192.0.2.1"}
}

// answer is what any of the endpoints may answer.
type answer struct {
	status int
	text   string
	wait   string // what Retry-After says

	AccessToken, RefreshToken, Device, Ceremony string
	RecoveryCodes                               []string
	Authenticator                               struct{ Secret, URL string }
	Options                                     json.RawMessage
	Errors                                      []struct{ Extensions struct{ Code string } }
}

// auth sends a request to one of the endpoints.
func (d *desk) auth(path, token string, in map[string]any) (a answer) {
	d.t.Helper()
	req, err := http.NewRequest(http.MethodPost, d.server.URL+path, bytes.NewReader(asVariables(d.t, in)))
	d.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Forwarded-For", d.address)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return d.do(req)
}

func (d *desk) do(req *http.Request) (a answer) {
	d.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	d.must(err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	d.must(err)
	if err := json.Unmarshal(body, &a); err != nil {
		d.t.Fatalf("%s: %d %s", req.URL.Path, resp.StatusCode, body)
	}
	a.status, a.text, a.wait = resp.StatusCode, string(body), resp.Header.Get("Retry-After")
	return a
}

// want compares the status and, of a refusal, the code.
func (a answer) want(t testing.TB, what string, status int, code string) answer {
	t.Helper()
	got := ""
	if len(a.Errors) > 0 {
		got = a.Errors[0].Extensions.Code
	}
	if a.status != status || got != code {
		t.Errorf("%s: %d %s, want %d %s", what, a.status, a.text, status, code)
	}
	return a
}

// wantIs asks who holds an access token.
func (d *desk) wantIs(what, token string, who access.Role) {
	d.t.Helper()
	req, err := http.NewRequest(http.MethodPost, d.server.URL+"/graphql", strings.NewReader(`{"query": "{ viewer { worker { id } role } }"}`))
	d.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	a := d.do(req)
	switch {
	case who == "":
		a.want(d.t, what, http.StatusUnauthorized, "UNAUTHENTICATED")
	case a.status != http.StatusOK || !strings.Contains(a.text, fmt.Sprintf(`{"id":%q},"role":%q`, workerOf(who), who)):
		d.t.Errorf("%s: %d %s", what, a.status, a.text)
	}
}

// invite invites a worker to an account and returns the invitation.
func (d *desk) invite(request, name string, role access.Role) string {
	d.t.Helper()
	body := d.administer("inviteWorker", "name token endsAt", fmt.Sprintf(`{"requestId": %q, "workerId": %q, "name": %q}`, request, workerOf(role), name))
	var invited struct {
		Data struct{ InviteWorker struct{ Token string } }
	}
	if err := json.Unmarshal(body, &invited); err != nil || invited.Data.InviteWorker.Token == "" {
		d.t.Fatalf("%s", body)
	}
	return invited.Data.InviteWorker.Token
}

// code returns what an authenticator app shows now.
func (d *desk) code(secret string) string {
	d.t.Helper()
	code, err := totp.GenerateCode(secret, d.now)
	d.must(err)
	return code
}

// enrolled is a person with an account.
type enrolled struct {
	answer
	name, secret string
}

// enrol sets up an account of a worker with a password.
func (d *desk) enrol(request, name string, role access.Role) enrolled {
	d.t.Helper()
	invitation := d.invite(request, name, role)
	app := d.auth("/auth/enrol", "", map[string]any{"invitation": invitation, "password": herPassword}).want(d.t, "enrol", http.StatusOK, "")
	done := d.auth("/auth/enrol", "", map[string]any{"invitation": invitation, "password": herPassword, "code": d.code(app.Authenticator.Secret)}).want(d.t, "confirm", http.StatusOK, "")
	if len(done.RecoveryCodes) != 10 || done.AccessToken == "" || !strings.HasPrefix(app.Authenticator.URL, "otpauth://totp/Onward:") {
		d.t.Fatalf("%s, %s", app.text, done.text)
	}
	d.later(30 * time.Second) // the code is spent
	return enrolled{done, name, app.Authenticator.Secret}
}

// later lets time pass.
func (d *desk) later(t time.Duration) { d.now = d.now.Add(t) }

// signIn signs in with a password and a code.
func (d *desk) signIn(name, password, code, device string) answer {
	d.t.Helper()
	return d.auth("/auth/password", "", map[string]any{"name": name, "password": password, "code": code, "device": device})
}

// TestPasswordAndCode proves that an invited worker sets up an account with a password
// and the codes of an app, and signs in with both, each code once; that a recovery
// code stands in for one, once; and that whatever is not right of a sign-in, or
// whether there is an account at all, is one answer.
func TestPasswordAndCode(t *testing.T) {
	d := newDesk(t)
	her := d.enrol("invite", "Sok.Lotus", access.CareerAdvisor)
	d.wantIs("enrolled", her.AccessToken, access.CareerAdvisor)

	code := d.code(her.secret)
	in := d.signIn("sok.lotus", herPassword, code, "").want(t, "signed in", http.StatusOK, "")
	d.wantIs("signed in", in.AccessToken, access.CareerAdvisor)
	wrong := d.signIn("sok.lotus", herPassword, code, "").want(t, "the same code", http.StatusUnauthorized, "UNAUTHENTICATED")
	d.later(time.Minute)
	recovery := her.RecoveryCodes[3]
	d.signIn("sok.lotus", herPassword, strings.ToLower(recovery), "").want(t, "a recovery code", http.StatusOK, "")
	for what, a := range map[string]answer{
		"the recovery code again": d.signIn("sok.lotus", herPassword, recovery, ""),
		"another password":        d.signIn("sok.lotus", herPassword+"!", d.code(her.secret), ""),
		"a wrong code":            d.signIn("sok.lotus", herPassword, "000000", ""),
		"no code":                 d.signIn("sok.lotus", herPassword, "", ""),
		"nobody":                  d.signIn("nobody", herPassword, d.code(her.secret), ""),
		"no name":                 d.signIn("", "", "", ""),
	} {
		if a.want(t, what, http.StatusUnauthorized, "UNAUTHENTICATED"); a.text != wrong.text {
			t.Errorf("%s: the refusal differs: %s", what, a.text)
		}
	}
	d.later(time.Hour)
	earlier, err := totp.GenerateCode(her.secret, d.now.Add(-30*time.Second))
	d.must(err)
	d.signIn("SOK.LOTUS", herPassword, earlier, "").want(t, "the code before, in capitals", http.StatusOK, "")
	d.signIn("sok.lotus", herPassword, d.code(her.secret), "").want(t, "the code after it", http.StatusOK, "")
	d.later(time.Hour)
	d.must(d.dir.Disable(t.Context(), workerOf(access.CareerAdvisor), d.now))
	if a := d.signIn("sok.lotus", herPassword, d.code(her.secret), ""); a.text != wrong.text {
		t.Errorf("disabled: %s", a.text)
	}
}

// TestInvitations proves that an invitation is good once, for three days, for its own
// account, and for a password that is fit; that the next one ends it, and what was
// set up before; and that names are one worker's.
func TestInvitations(t *testing.T) {
	d := newDesk(t)
	first := d.invite("1", "sok", access.CareerAdvisor)
	enrol := func(invitation, password, code string) answer {
		return d.auth("/auth/enrol", "", map[string]any{"invitation": invitation, "password": password, "code": code})
	}
	enrol(first, "short", "").want(t, "a short password", http.StatusBadRequest, "INVALID")
	enrol(first, herPassword, "123456").want(t, "a code first", http.StatusBadRequest, "INVALID")
	enrol(first+"x", herPassword, "").want(t, "another invitation", http.StatusUnauthorized, "UNAUTHENTICATED")
	enrol("onwardinvite_NOBODY.x", herPassword, "").want(t, "of nobody", http.StatusUnauthorized, "UNAUTHENTICATED")
	enrol("", herPassword, "").want(t, "none", http.StatusUnauthorized, "UNAUTHENTICATED")
	second := d.invite("2", "sok", access.CareerAdvisor)
	enrol(first, herPassword, "").want(t, "the one before", http.StatusUnauthorized, "UNAUTHENTICATED")
	app := enrol(second, herPassword, "").want(t, "the next one", http.StatusOK, "")
	enrol(second, herPassword+"!", d.code(app.Authenticator.Secret)).want(t, "another password", http.StatusUnauthorized, "UNAUTHENTICATED")
	enrol(second, herPassword, "000000").want(t, "a wrong code", http.StatusUnauthorized, "UNAUTHENTICATED")
	enrol(second, herPassword, d.code(app.Authenticator.Secret)).want(t, "confirmed", http.StatusOK, "")
	enrol(second, herPassword, "").want(t, "again", http.StatusUnauthorized, "UNAUTHENTICATED")

	third := d.invite("3", "sok", access.CareerAdvisor)
	d.later(72*time.Hour - time.Second)
	enrol(third, herPassword, "").want(t, "on the third day", http.StatusOK, "")
	d.signIn("sok", herPassword, d.code(app.Authenticator.Secret), "").want(t, "with what was before, still", http.StatusOK, "")
	d.later(time.Second)
	enrol(third, herPassword, "").want(t, "later", http.StatusUnauthorized, "UNAUTHENTICATED")
	anew := d.enrol("4", "sok", access.CareerAdvisor)
	d.signIn("sok", herPassword, d.code(app.Authenticator.Secret), "").want(t, "with the app of before", http.StatusUnauthorized, "UNAUTHENTICATED")
	d.signIn("sok", herPassword, d.code(anew.secret), "").want(t, "with the new one", http.StatusOK, "")

	for what, input := range map[string]string{
		"taken": `{"requestId": "t", "workerId": "worker_SUPERVISOR", "name": "SOK"}`, "odd": `{"requestId": "o", "workerId": "worker_SUPERVISOR", "name": "a b"}`,
	} {
		if body := d.administer("inviteWorker", "token", input); !bytes.Contains(body, []byte(`"INVALID"`)) || !bytes.Contains(body, []byte(`"name"`)) {
			t.Errorf("a name that is %s: %s", what, body)
		}
	}
	if body := d.administer("inviteWorker", "token", `{"requestId": "4", "workerId": "worker_CAREER_ADVISOR", "name": "sok"}`); !bytes.Contains(body, []byte("CONFLICT")) {
		t.Errorf("the same request: %s", body)
	}
}

// TestSessions proves that an access token is good for fifteen minutes, a refresh
// token once, and the session for twelve hours; and that signing out, the end of the
// worker's tokens and of her access end it with the next request.
func TestSessions(t *testing.T) {
	d := newDesk(t)
	refresh := func(token string) answer { return d.auth("/auth/refresh", "", map[string]any{"refreshToken": token}) }
	her := d.enrol("1", "sok", access.CareerAdvisor)
	d.later(15*time.Minute - 31*time.Second)
	d.wantIs("at the end of its time", her.AccessToken, access.CareerAdvisor)
	d.later(time.Second)
	d.wantIs("after it", her.AccessToken, "")
	d.wantIs("a refresh token", her.RefreshToken, "")
	next := refresh(her.RefreshToken).want(t, "refreshed", http.StatusOK, "")
	d.wantIs("refreshed", next.AccessToken, access.CareerAdvisor)
	third := refresh(next.RefreshToken).want(t, "refreshed twice", http.StatusOK, "")
	d.wantIs("the access token before", next.AccessToken, "")
	for what, wrong := range map[string]string{"none": "", "an access token": third.AccessToken, "longer": third.RefreshToken + "A", "of nothing": "onwardrefresh_X.y"} {
		refresh(wrong).want(t, what, http.StatusUnauthorized, "UNAUTHENTICATED")
	}
	d.wantIs("after wrong ones", third.AccessToken, access.CareerAdvisor)
	d.later(12 * time.Hour)
	refresh(third.RefreshToken).want(t, "after twelve hours", http.StatusUnauthorized, "UNAUTHENTICATED")

	for what, end := range map[string]func(a answer){
		"signed out": func(a answer) {
			d.auth("/auth/sign-out", "", map[string]any{"refreshToken": a.RefreshToken}).want(t, "sign out", http.StatusOK, "")
		},
		"her tokens revoked": func(answer) {
			d.administer("revokeTokens", "worker { id }", `{"requestId": "all", "workerId": "worker_CAREER_ADVISOR"}`)
		},
	} {
		a := d.signIn("sok", herPassword, d.code(her.secret), "").want(t, "sign in", http.StatusOK, "")
		d.wantIs("before "+what, a.AccessToken, access.CareerAdvisor)
		end(a)
		d.wantIs(what, a.AccessToken, "")
		refresh(a.RefreshToken).want(t, what, http.StatusUnauthorized, "UNAUTHENTICATED")
		d.later(time.Minute)
	}
	last := d.signIn("sok", herPassword, d.code(her.secret), "").want(t, "sign in", http.StatusOK, "")
	d.must(d.dir.Disable(t.Context(), workerOf(access.CareerAdvisor), d.now))
	d.wantIs("disabled", last.AccessToken, "")
	refresh(last.RefreshToken).want(t, "disabled", http.StatusUnauthorized, "UNAUTHENTICATED")
}

// TestRefreshTokenUsedTwice proves that a refresh token which comes a second time ends
// its whole session: whoever holds the tokens that the first use gave is refused, too.
// That holds for two uses at once, and over two processes.
func TestRefreshTokenUsedTwice(t *testing.T) {
	d := newDesk(t)
	her := d.enrol("1", "sok", access.CareerAdvisor)
	refresh := func(d *desk, token string) answer {
		return d.auth("/auth/refresh", "", map[string]any{"refreshToken": token})
	}
	next := refresh(d, her.RefreshToken).want(t, "once", http.StatusOK, "")
	d.wantIs("once", next.AccessToken, access.CareerAdvisor)
	refresh(d, her.RefreshToken).want(t, "twice", http.StatusUnauthorized, "UNAUTHENTICATED")
	d.wantIs("the access token that the first use gave", next.AccessToken, "")
	refresh(d, next.RefreshToken).want(t, "the refresh token that the first use gave", http.StatusUnauthorized, "UNAUTHENTICATED")

	dir, _, err := directory.Open(t.Context(), d.store)
	d.must(err)
	other := d.replica(dir)
	a := d.signIn("sok", herPassword, d.code(her.secret), "").want(t, "sign in", http.StatusOK, "")
	other.wantIs("at another process", a.AccessToken, access.CareerAdvisor)
	both := make([]answer, 2)
	var group sync.WaitGroup
	for i, at := range []*desk{d, other} {
		group.Go(func() { both[i] = refresh(at, a.RefreshToken) })
	}
	group.Wait()
	if one, two := both[0].status, both[1].status; one+two != http.StatusOK+http.StatusUnauthorized {
		t.Errorf("two at once: %d and %d", one, two)
	}
	d.later(time.Second)
	for _, got := range both {
		if got.status == http.StatusOK {
			d.wantIs("what the first of two gave", got.AccessToken, "")
			other.wantIs("what the first of two gave, at another process", got.AccessToken, "")
			refresh(d, got.RefreshToken).want(t, "what the first of two gave", http.StatusUnauthorized, "UNAUTHENTICATED")
		}
	}
}

// TestSessionsOverProcesses proves that a session goes on in another process and in
// one that starts later, that a token is known there as soon as it is given, and that
// signing out holds there within a second.
func TestSessionsOverProcesses(t *testing.T) {
	d := newDesk(t)
	her := d.enrol("1", "sok", access.CareerAdvisor)
	dir, _, err := directory.Open(t.Context(), d.store)
	d.must(err)
	other := d.replica(dir)
	other.wantIs("at another process", her.AccessToken, access.CareerAdvisor)
	next := d.auth("/auth/refresh", "", map[string]any{"refreshToken": her.RefreshToken}).want(t, "refreshed", http.StatusOK, "")
	other.wantIs("refreshed elsewhere, at once", next.AccessToken, access.CareerAdvisor)
	d.auth("/auth/sign-out", "", map[string]any{"refreshToken": next.RefreshToken}).want(t, "sign out", http.StatusOK, "")
	d.wantIs("signed out", next.AccessToken, "")
	d.later(time.Second)
	other.wantIs("signed out elsewhere, a second ago", next.AccessToken, "")
}

// TestNobodyIsLockedOut proves that failures make wait who fails, from where, for
// longer and longer, the same for a name that is nobody's; and that nobody else waits
// for it: not her from elsewhere, not her known device, not her passkey.
func TestNobodyIsLockedOut(t *testing.T) {
	d := newDesk(t)
	her := d.enrol("1", "sok", access.CareerAdvisor)
	device := d.signIn("sok", herPassword, d.code(her.secret), "").want(t, "sign in", http.StatusOK, "").Device
	if device == "" {
		t.Fatal("no device")
	}
	d.address = "192.0.2.99"
	waits := map[string]string{}
	for _, name := range []string{"sok", "nobody"} {
		for range 5 {
			d.signIn(name, "wrong", "000000", "").want(t, "a failure", http.StatusUnauthorized, "UNAUTHENTICATED")
		}
		sixth := d.signIn(name, "wrong", "000000", "").want(t, "the sixth", http.StatusTooManyRequests, "UNAVAILABLE")
		if sixth.wait != "1" || !strings.Contains(sixth.text, "try again in 1 seconds") {
			t.Errorf("the sixth waits %s s: %s", sixth.wait, sixth.text)
		}
		waits[name] = sixth.text
	}
	for name, said := range waits {
		waits[name] = requestIn.ReplaceAllString(said, "") // each request has another
	}
	if waits["sok"] != waits["nobody"] {
		t.Errorf("the refusals differ: %v", waits)
	}
	d.later(time.Minute)
	code := d.code(her.secret)
	for range 3 { // 1, 2 and 4 seconds
		d.signIn("sok", "wrong", "000000", "").want(t, "a failure", http.StatusUnauthorized, "UNAUTHENTICATED")
		d.later(4 * time.Second)
	}
	d.signIn("sok", herPassword, code, "").want(t, "longer, though it is right", http.StatusTooManyRequests, "UNAVAILABLE")
	d.address = "192.0.2.1"
	d.signIn("sok", herPassword, code, "").want(t, "from elsewhere", http.StatusOK, "")
	d.later(30 * time.Second)
	d.address = "192.0.2.99"
	for range 6 {
		d.signIn("sok", "wrong", "000000", "")
	}
	known := d.signIn("sok", herPassword, d.code(her.secret), device).want(t, "from there, by a known device", http.StatusOK, "")
	if known.Device != "" {
		t.Error("a known device gets another name")
	}
	d.address = "2001:db8::1"
	for range 6 {
		d.signIn("sok", "wrong", "000000", "")
	}
	d.address = "2001:db8::2"
	d.signIn("sok", "wrong", "000000", "").want(t, "from another address of the network", http.StatusTooManyRequests, "UNAVAILABLE")
	d.address = "2001:db8:1::1"
	d.signIn("sok", "wrong", "000000", "").want(t, "from another network", http.StatusUnauthorized, "UNAUTHENTICATED")
}

// TestSignInEdge proves that the endpoints keep the rules of the edge: POST of one JSON
// object of known fields, not too large, and not from another site's page.
func TestSignInEdge(t *testing.T) {
	d := newDesk(t)
	send := func(method, path, media, body, site string) (int, string) {
		t.Helper()
		req, err := http.NewRequest(method, d.server.URL+path, strings.NewReader(body))
		d.must(err)
		req.Header.Set("Content-Type", media)
		if site != "" {
			req.Header.Set("Sec-Fetch-Site", site)
		}
		resp, err := http.DefaultClient.Do(req)
		d.must(err)
		defer func() { _ = resp.Body.Close() }()
		text, err := io.ReadAll(resp.Body)
		d.must(err)
		return resp.StatusCode, string(text)
	}
	for _, path := range []string{"/auth/password", "/auth/enrol", "/auth/passkey/begin", "/auth/passkey/finish", "/auth/register-passkey/begin",
		"/auth/register-passkey/finish", "/auth/refresh", "/auth/sign-out"} {
		for what, want := range map[string]int{
			"GET|application/json||": http.StatusMethodNotAllowed, "POST|text/plain|{}|": http.StatusUnsupportedMediaType,
			"POST|application/json|{}|cross-site": http.StatusForbidden, `POST|application/json|{"secretword": 1}|`: http.StatusBadRequest,
			"POST|application/json|[]|": http.StatusBadRequest, "POST|application/json|{\"x\":\"" + strings.Repeat("a", 65<<10) + "\"}|": http.StatusRequestEntityTooLarge,
		} {
			p := strings.Split(what, "|")
			if status, text := send(p[0], path, p[1], p[2], p[3]); status != want || strings.Contains(text, "secretword") {
				t.Errorf("%s %.60s: %d %s, want %d", path, what, status, text, want)
			}
		}
	}
}

// TestSecretsOfSignInsAreNowhere proves that no password, code, seed, invitation or
// token is in any document of the store, or in the log at its most talkative.
func TestSecretsOfSignInsAreNowhere(t *testing.T) {
	d := newDesk(t)
	invitation := d.invite("0", "dara", access.Supervisor)
	her := d.enrol("1", "sok", access.CareerAdvisor)
	in := d.signIn("sok", herPassword, d.code(her.secret), "").want(t, "sign in", http.StatusOK, "")
	next := d.auth("/auth/refresh", "", map[string]any{"refreshToken": in.RefreshToken}).want(t, "refresh", http.StatusOK, "")
	d.auth("/auth/refresh", "", map[string]any{"refreshToken": in.RefreshToken})
	d.signIn("sok", "a wrong password of hers", "000000", "")
	d.wantIs("refused", in.AccessToken, "")
	p := d.newPhone()
	p.register("", invitation).want(t, "register", http.StatusOK, "")

	secrets := append([]string{herPassword, "a wrong password of hers", her.secret, her.RecoveryCodes[0], strings.ReplaceAll(her.RecoveryCodes[0], "-", "")},
		in.AccessToken, in.RefreshToken, in.Device, next.AccessToken, next.RefreshToken, invitation)
	for _, token := range secrets[5:] {
		_, secret, _ := strings.Cut(token, ".")
		if len(secret) < 40 {
			t.Fatalf("a token of %d characters", len(secret))
		}
		secrets = append(secrets, secret)
	}
	d.server.Close() // what is logged after an answer is logged then
	places := map[string]string{"the log": d.log.String()}
	for _, c := range store.Collections {
		_, err := d.store.Scan(t.Context(), c, func(doc store.Document) error {
			text, err := json.Marshal(doc)
			places[string(c)+" "+doc.ID] = string(text)
			return err
		})
		d.must(err)
	}
	if _, ok := places["accounts local_"+id.Suffix(workerOf(access.CareerAdvisor))]; !ok || d.log.Len() == 0 {
		t.Fatal("the account or the log is not looked at")
	}
	for place, text := range places {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%.12s… is in %s", secret, place)
			}
		}
	}
}

// TestSubscriptionsEndWithTheSession proves that a subscription of a local account
// ends when its session does, over both transports, and a socket without
// subscriptions, too.
func TestSubscriptionsEndWithTheSession(t *testing.T) {
	eachTransport(t, graph.Options{Recheck: time.Millisecond}, func(t *testing.T, w *world, subscribe func(role, query, variables string) subscriber) {
		d := &desk{world: w, server: w.server}
		her := d.enrol("1", "sok", access.CareerAdvisor)
		w.tokens["HER"] = her.AccessToken
		s, idle := subscribe("HER", flagRaised, ""), w.socket("Bearer "+her.AccessToken)
		if ws, ok := s.(*socket); ok {
			ws.placed()
		}
		d.auth("/auth/sign-out", "", map[string]any{"refreshToken": her.RefreshToken}).want(t, "sign out", http.StatusOK, "")
		ended(t, s, "UNAUTHENTICATED")
		ended(t, idle, "UNAUTHENTICATED")
	})
}
