package graph_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"onward/graph"
	"onward/services/access"
	"onward/services/signin"
)

const audience = "onward-api"

// issuer is a real OpenID Connect provider with a person in it.
type issuer struct {
	t      *testing.T
	people *storage.Storage
	server *httptest.Server

	mu   sync.Mutex
	keys []*signingKey // the last one signs
}

// signingKey is a key pair of the provider.
type signingKey struct {
	id     string
	alg    jose.SignatureAlgorithm
	secret crypto.Signer
}

// publicKey is what the provider tells of one.
type publicKey struct{ *signingKey }

func (k *signingKey) ID() string                                  { return k.id }
func (k *signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return k.alg }
func (k *signingKey) Key() any                                    { return k.secret }
func (k publicKey) Algorithm() jose.SignatureAlgorithm            { return k.alg }
func (k publicKey) Use() string                                   { return "sig" }
func (k publicKey) Key() any                                      { return k.secret.Public() }

// keyring is the provider's storage with keys that can be changed.
type keyring struct {
	*storage.Storage
	of *issuer
}

func (k keyring) SigningKey(context.Context) (op.SigningKey, error) { return k.of.newest(), nil }
func (k keyring) KeySet(context.Context) ([]op.Key, error) {
	k.of.mu.Lock()
	defer k.of.mu.Unlock()
	var all []op.Key
	for _, key := range k.of.keys {
		all = append(all, publicKey{key})
	}
	return all, nil
}

func newKey(t *testing.T, id string) *signingKey {
	secret, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &signingKey{id, jose.RS256, secret}
}

// newIssuer starts a provider.
func newIssuer(t *testing.T) *issuer {
	i := &issuer{t: t, keys: []*signingKey{newKey(t, "first")}}
	i.server = httptest.NewUnstartedServer(nil)
	address := "http://" + i.server.Listener.Addr().String()
	i.people = storage.NewStorageWithClients(storage.NewUserStore(address), map[string]*storage.Client{audience: storage.WebClient(audience, "secret")})
	provider, err := op.NewProvider(&op.Config{CryptoKey: [32]byte{1}}, keyring{i.people, i}, op.StaticIssuer(address), op.WithAllowInsecure(), op.WithLogger(quiet))
	if err != nil {
		t.Fatal(err)
	}
	i.server.Config.Handler = provider
	i.server.Start()
	t.Cleanup(func() { i.server.Close() })
	return i
}

// restart starts the provider again, at its address.
func (i *issuer) restart() {
	i.t.Helper()
	again := httptest.NewUnstartedServer(i.server.Config.Handler)
	_ = again.Listener.Close()
	var err error
	if again.Listener, err = net.Listen("tcp", strings.TrimPrefix(i.server.URL, "http://")); err != nil {
		i.t.Fatal(err)
	}
	again.Start()
	i.server = again
}

func (i *issuer) newest() *signingKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys[len(i.keys)-1]
}

// rotate has another key sign from now on.
func (i *issuer) rotate(k *signingKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = []*signingKey{k}
}

// signIn goes the way that a browser goes, and returns the token of the person.
func (i *issuer) signIn() string {
	i.t.Helper()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	to := func(resp *http.Response, err error) *url.URL {
		i.t.Helper()
		if err != nil {
			i.t.Fatal(err)
		}
		_ = resp.Body.Close()
		at, err := resp.Location()
		if err != nil {
			i.t.Fatalf("%d: %v", resp.StatusCode, err)
		}
		return at
	}
	const back = "http://localhost:9999/auth/callback"
	asks := url.Values{"client_id": {audience}, "response_type": {"code"}, "scope": {"openid"}, "redirect_uri": {back}, "state": {"1"}}
	request := to(browser.Get(i.server.URL + "/authorize?" + asks.Encode())).Query().Get("authRequestID")
	if err := i.people.CheckUsernamePassword("test-user2", "verysecure", request); err != nil {
		i.t.Fatal(err)
	}
	code := to(browser.Get(i.server.URL + "/authorize/callback?id=" + request)).Query().Get("code")
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {back}}
	req, _ := http.NewRequest(http.MethodPost, i.server.URL+"/oauth/token", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(audience, "secret")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		i.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var tokens struct {
		Token string `json:"id_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&tokens); err != nil || tokens.Token == "" {
		i.t.Fatalf("no token: %d, %v", resp.StatusCode, err)
	}
	return tokens.Token
}

// signed signs claims with a key.
func signed(t *testing.T, alg jose.SignatureAlgorithm, secret any, kid string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: secret}, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", kid))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// claims returns what the provider says of its person, with some of it changed.
func (i *issuer) claims(changes map[string]any) map[string]any {
	now := time.Now()
	all := map[string]any{"iss": i.server.URL, "sub": "id2", "aud": audience, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix()}
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

// guarded is the world behind a door that knows a provider.
type guarded struct {
	*world
	issuer *issuer
	server *httptest.Server
	ahead  atomic.Int64 // by how much the clock of the door is, in nanoseconds
}

func newGuarded(t *testing.T) *guarded {
	g := &guarded{world: newWorld(t), issuer: newIssuer(t)}
	clock := func() time.Time { return time.Now().Add(time.Duration(g.ahead.Load())) }
	p, err := signin.NewProvider(g.issuer.server.URL, audience, clock)
	g.must(err)
	r := g.resolver()
	r.SignIn = signin.New(g.dir, g.store, clock, signin.WithProvider(p))
	g.server = httptest.NewServer(graph.Handler(r, graph.Options{Log: quiet}))
	t.Cleanup(g.server.Close)
	g.link("1", g.issuer.server.URL, "id2")
	return g
}

// link links the career advisor to a person.
func (g *guarded) link(request, issuer, subject string) {
	g.t.Helper()
	_, body := g.post("ORG_ADMIN", `mutation ($i: LinkSignInInput!) { linkSignIn(input: $i) { worker { id } } }`, asVariables(g.t, map[string]any{"i": map[string]any{
		"requestId": "link-" + request, "workerId": workerOf(access.CareerAdvisor), "issuer": issuer, "subject": subject}}))
	if !strings.Contains(string(body), `"worker_CAREER_ADVISOR"`) {
		g.t.Fatalf("%s", body)
	}
}

func asVariables(t testing.TB, v any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// later lets time pass for the door.
func (g *guarded) later(d time.Duration) { g.ahead.Add(int64(d)) }

// viewer asks who the bearer of a token is.
func (g *guarded) viewer(token string) (status int, answer string) {
	g.t.Helper()
	req, err := http.NewRequest(http.MethodPost, g.server.URL+"/graphql", strings.NewReader(`{"query": "{ viewer { worker { id } role } }"}`))
	g.must(err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	g.must(err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	g.must(err)
	return resp.StatusCode, string(body)
}

func (g *guarded) wantIn(what, token string) {
	g.t.Helper()
	if status, answer := g.viewer(token); status != http.StatusOK || !strings.Contains(answer, `"worker_CAREER_ADVISOR"`) || !strings.Contains(answer, `"CAREER_ADVISOR"`) {
		g.t.Errorf("%s: %d %s", what, status, answer)
	}
}

func (g *guarded) wantOut(what, token string, want int, code string) {
	g.t.Helper()
	if status, answer := g.viewer(token); status != want || !strings.Contains(answer, `"code":"`+code+`"`) || strings.Contains(answer, "worker_") {
		g.t.Errorf("%s: %d %s, want %d %s", what, status, answer, want, code)
	}
}

// TestProvidersTokens proves that a token which a real provider has given to a
// person opens the door as the worker who is linked to her, and that whatever
// differs from one in what it must not is refused as UNAUTHENTICATED, with one
// answer for all.
func TestProvidersTokens(t *testing.T) {
	g := newGuarded(t)
	token := g.issuer.signIn()
	g.wantIn("the provider's own token", token)

	key := g.issuer.newest()
	sign := func(changes map[string]any) string {
		return signed(t, key.alg, key.secret, key.id, g.issuer.claims(changes))
	}
	g.wantIn("signed by the provider's key", sign(nil))
	g.wantIn("for several audiences", sign(map[string]any{"aud": []string{"other", audience}}))
	at := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	g.wantIn("expired within the skew", sign(map[string]any{"exp": at(-30 * time.Second)}))

	der, err := x509.MarshalPKIXPublicKey(key.secret.Public())
	g.must(err)
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	stranger := newKey(t, key.id)
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + strings.Split(token, ".")[1] + "."
	parts := strings.Split(token, ".")
	_, first := g.viewer("")
	for what, wrong := range map[string]string{
		"none":                             "",
		"alg none":                         none,
		"alg none, with the old signature": none + parts[2],
		"HS256 with the public key in PEM": signed(t, jose.HS256, asPEM, key.id, g.issuer.claims(nil)),
		"HS256 with the public key in DER": signed(t, jose.HS256, der, key.id, g.issuer.claims(nil)),
		"RS512, which is not listed":       signed(t, jose.RS512, key.secret, key.id, g.issuer.claims(nil)),
		"another key of the same id":       signed(t, jose.RS256, stranger.secret, key.id, g.issuer.claims(nil)),
		"an unknown key id":                signed(t, jose.RS256, stranger.secret, "unknown", g.issuer.claims(nil)),
		"wrong issuer":                     sign(map[string]any{"iss": "https://elsewhere.example"}),
		"no issuer":                        sign(map[string]any{"iss": nil}),
		"wrong audience":                   sign(map[string]any{"aud": "other"}),
		"no audience":                      sign(map[string]any{"aud": nil}),
		"expired":                          sign(map[string]any{"exp": at(-2 * time.Minute), "iat": at(-5 * time.Minute)}),
		"without an end":                   sign(map[string]any{"exp": nil}),
		"not yet valid":                    sign(map[string]any{"nbf": at(2 * time.Minute)}),
		"issued in the future":             sign(map[string]any{"iat": at(2 * time.Minute)}),
		"issued at no time":                sign(map[string]any{"iat": nil}),
		"older than fifteen minutes":       sign(map[string]any{"iat": at(-17 * time.Minute)}),
		"of a person whom nobody linked":   sign(map[string]any{"sub": "id1"}),
		"of no person":                     sign(map[string]any{"sub": nil}),
		"its signature cut":                parts[0] + "." + parts[1] + "." + parts[2][:20],
		"two of its parts":                 parts[0] + "." + parts[1],
		"with another part":                token + ".x",
	} {
		g.wantOut(what, wrong, http.StatusUnauthorized, "UNAUTHENTICATED")
		if _, answer := g.viewer(wrong); answer != first {
			t.Errorf("%s: the refusal differs: %s", what, answer)
		}
	}
}

// TestProvidersAlgorithms proves that the other listed algorithms are taken.
func TestProvidersAlgorithms(t *testing.T) {
	g := newGuarded(t)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	g.must(err)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	g.must(err)
	for _, key := range []*signingKey{{"curve", jose.ES256, curve}, {"edwards", jose.EdDSA, edwards}} {
		g.issuer.rotate(key)
		g.later(11 * time.Second)
		g.wantIn(string(key.alg), signed(t, key.alg, key.secret, key.id, g.issuer.claims(nil)))
	}
}

// TestProvidersKeysRotate proves that a new key is taken once the provider has
// been asked again, that it is not asked for each token of an unknown key, and that
// an old key opens nothing from then on.
func TestProvidersKeysRotate(t *testing.T) {
	g := newGuarded(t)
	before := g.issuer.signIn()
	g.wantIn("before", before)
	g.issuer.rotate(newKey(t, "second"))
	after := g.issuer.signIn()
	g.wantOut("rotated, and just asked", after, http.StatusUnauthorized, "UNAUTHENTICATED")
	g.later(11 * time.Second)
	g.wantIn("rotated, and asked again", after)
	g.wantOut("of the old key", before, http.StatusUnauthorized, "UNAUTHENTICATED")
}

// TestProviderDown proves that a provider which is down, at start or later, keeps
// only those out whose tokens it would have to vouch for: as UNAVAILABLE, until it
// is up again; and that those whose keys are known come in meanwhile.
func TestProviderDown(t *testing.T) {
	g := newGuarded(t)
	token := g.issuer.signIn()
	g.issuer.server.Close()
	g.wantOut("down at start", token, http.StatusServiceUnavailable, "UNAVAILABLE")
	g.wantOut("down still", token, http.StatusServiceUnavailable, "UNAVAILABLE")
	g.wantIn("a standing token", g.tokens["CAREER_ADVISOR"])
	g.issuer.restart()
	g.later(5 * time.Second)
	g.wantIn("up again", token)

	g.issuer.server.Close()
	g.wantIn("down, with a known key", token)
	stranger := newKey(t, "unknown")
	unknown := signed(t, jose.RS256, stranger.secret, stranger.id, g.issuer.claims(nil))
	g.later(11 * time.Second)
	g.wantOut("down, with an unknown key", unknown, http.StatusServiceUnavailable, "UNAVAILABLE")
	g.issuer.restart()
	g.later(5 * time.Second)
	g.wantOut("up, with an unknown key", unknown, http.StatusUnauthorized, "UNAUTHENTICATED")
}

// TestLinkedPersonDisabled proves that a worker's next request is refused once her
// access or her link has ended, whatever token she holds.
func TestLinkedPersonDisabled(t *testing.T) {
	g := newGuarded(t)
	token := g.issuer.signIn()
	g.wantIn("before", token)
	g.link("2", "", "")
	g.wantOut("not linked any more", token, http.StatusUnauthorized, "UNAUTHENTICATED")
	g.link("3", g.issuer.server.URL, "id2")
	g.wantIn("linked again", token)
	g.must(g.dir.Disable(t.Context(), workerOf(access.CareerAdvisor), noon))
	g.wantOut("disabled", token, http.StatusUnauthorized, "UNAUTHENTICATED")
}

// TestRefusedTokensAreNotLogged proves that neither a token nor a part of one is in
// the log of a door that refuses it, or cannot tell.
func TestRefusedTokensAreNotLogged(t *testing.T) {
	var log bytes.Buffer
	g := newGuarded(t)
	token := g.issuer.signIn()
	g.issuer.server.Close()
	r := g.resolver()
	p, err := signin.NewProvider(g.issuer.server.URL, audience, time.Now)
	g.must(err)
	r.SignIn = signin.New(g.dir, g.store, time.Now, signin.WithProvider(p))
	g.server = httptest.NewServer(graph.Handler(r, graph.Options{Log: debugLog(&log)}))
	g.wantOut("down", token, http.StatusServiceUnavailable, "UNAVAILABLE")
	g.wantOut("a standing token that is none", "onward_notthere", http.StatusUnauthorized, "UNAUTHENTICATED")
	g.wantIn("a standing token", g.tokens["CAREER_ADVISOR"])
	g.server.Close() // what is logged after an answer is logged then
	if log.Len() == 0 {
		t.Fatal("nothing is logged")
	}
	for _, secret := range append(strings.Split(token, "."), "notthere", strings.TrimPrefix(g.tokens["CAREER_ADVISOR"], "onward_")) {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds a part of a token: %s", log.String())
		}
	}
}

// TestRevokedTokensOfAProvider proves that revoking a worker's tokens ends those of a
// provider that were issued before, as soon as the next request, and not those issued
// after; and that of others all stay good.
func TestRevokedTokensOfAProvider(t *testing.T) {
	g := newGuarded(t)
	g.now = time.Now() // as the provider has it
	token := g.issuer.signIn()
	g.wantIn("before", token)
	revoke := func(request string, role access.Role) {
		t.Helper()
		if got := g.told("ORG_ADMIN", `mutation { revokeTokens(input: {requestId: "`+request+`", workerId: "`+string(workerOf(role))+`"}) { worker { active } } }`); !strings.Contains(got, `"active":true`) {
			t.Fatal(got)
		}
	}
	revoke("others", access.LegalOfficer)
	g.wantIn("while another's are revoked", token)
	revoke("hers", access.CareerAdvisor)
	g.wantOut("revoked", token, http.StatusUnauthorized, "UNAUTHENTICATED")
	key := g.issuer.newest()
	issued := func(after time.Duration) string {
		return signed(t, key.alg, key.secret, key.id, g.issuer.claims(map[string]any{"iat": g.now.Add(after).Unix(), "exp": g.now.Add(10 * time.Minute).Unix()}))
	}
	g.later(2 * time.Minute)
	g.wantOut("issued by a clock that may be ahead", issued(50*time.Second), http.StatusUnauthorized, "UNAUTHENTICATED")
	g.wantIn("issued after", issued(62*time.Second))
	g.link("again", g.issuer.server.URL, "id2")
	g.wantOut("linked again", token, http.StatusUnauthorized, "UNAUTHENTICATED")
}
