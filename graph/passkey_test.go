package graph_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"onward/services/access"
	"onward/services/signin/signintest"
)

// phone is a virtual authenticator.
type phone struct {
	*desk
	site virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
}

func (d *desk) newPhone() *phone {
	return &phone{d, virtualwebauthn.RelyingParty{ID: "onward.example", Name: "Onward", Origin: origin},
		virtualwebauthn.NewAuthenticator(), signintest.NewPasskey(d.t)}
}

// register registers a passkey of the phone, by an invitation or as who is signed in.
func (p *phone) register(token, invitation string) answer {
	p.t.Helper()
	begun := p.desk.auth("/auth/register-passkey/begin", token, map[string]any{"invitation": invitation})
	if begun.status != http.StatusOK {
		return begun
	}
	options, err := virtualwebauthn.ParseAttestationOptions(string(begun.Options))
	p.must(err)
	p.auth.Options.UserHandle = []byte(options.UserID)
	made := virtualwebauthn.CreateAttestationResponse(p.site, p.auth, p.key, *options)
	done := p.desk.auth("/auth/register-passkey/finish", token, map[string]any{"ceremony": begun.Ceremony, "credential": json.RawMessage(made)})
	if done.status == http.StatusOK {
		p.auth.AddCredential(p.key)
	}
	return done
}

// signs answers a ceremony of signing in.
func (p *phone) signs(begun answer) map[string]any {
	p.t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(string(begun.Options))
	p.must(err)
	p.key.Counter++
	return map[string]any{"ceremony": begun.Ceremony, "credential": json.RawMessage(virtualwebauthn.CreateAssertionResponse(p.site, p.auth, p.key, *options))}
}

func (p *phone) begin() answer {
	p.t.Helper()
	return p.desk.auth("/auth/passkey/begin", "", map[string]any{}).want(p.t, "begin", http.StatusOK, "")
}

func (p *phone) finish(in map[string]any) answer { return p.desk.auth("/auth/passkey/finish", "", in) }

// TestPasskeys proves that an invited worker registers a passkey and signs in with it
// alone, and adds another one when she is signed in; and that a ceremony is good once,
// for five minutes, at the origin of our pages, with her finger or PIN, and with a
// passkey that is hers.
func TestPasskeys(t *testing.T) {
	d := newDesk(t)
	p := d.newPhone()
	first := p.register("", d.invite("1", "sok", access.CareerAdvisor)).want(t, "register", http.StatusOK, "")
	d.wantIs("registered", first.AccessToken, access.CareerAdvisor)
	once := p.begin()
	in := p.finish(p.signs(once)).want(t, "sign in", http.StatusOK, "")
	d.wantIs("signed in", in.AccessToken, access.CareerAdvisor)
	p.finish(p.signs(once)).want(t, "the same ceremony", http.StatusUnauthorized, "UNAUTHENTICATED")

	second := d.newPhone()
	second.register("", "").want(t, "as nobody", http.StatusUnauthorized, "UNAUTHENTICATED")
	second.register(in.AccessToken, "").want(t, "another one", http.StatusOK, "")
	second.finish(second.signs(second.begin())).want(t, "with another one", http.StatusOK, "")
	p.finish(p.signs(p.begin())).want(t, "with the first one, still", http.StatusOK, "")

	stranger := d.newPhone()
	stranger.auth.Options.UserHandle = p.auth.Options.UserHandle
	stranger.finish(stranger.signs(stranger.begin())).want(t, "a passkey that is not hers", http.StatusUnauthorized, "UNAUTHENTICATED")
	stranger.auth.Options.UserHandle = []byte("nobody")
	stranger.finish(stranger.signs(stranger.begin())).want(t, "a passkey of nobody", http.StatusUnauthorized, "UNAUTHENTICATED")

	begun := p.begin()
	d.later(5 * time.Minute)
	p.finish(p.signs(begun)).want(t, "late", http.StatusUnauthorized, "UNAUTHENTICATED")
	p.site.Origin = "https://onward.example.evil.test"
	p.finish(p.signs(p.begin())).want(t, "at another origin", http.StatusUnauthorized, "UNAUTHENTICATED")
	p.site.Origin = origin
	p.auth.Options.UserNotVerified = true
	p.finish(p.signs(p.begin())).want(t, "without her finger", http.StatusUnauthorized, "UNAUTHENTICATED")
	p.auth.Options.UserNotVerified = false
	p.finish(map[string]any{"ceremony": p.begin().Ceremony, "credential": map[string]any{"id": "x"}}).want(t, "no credential", http.StatusBadRequest, "INVALID")
	p.key.Counter = 0
	p.finish(p.signs(p.begin())).want(t, "a copy of it, whose counter runs behind", http.StatusUnauthorized, "UNAUTHENTICATED")

	d.must(d.dir.Disable(t.Context(), workerOf(access.CareerAdvisor), d.now))
	second.finish(second.signs(second.begin())).want(t, "disabled", http.StatusUnauthorized, "UNAUTHENTICATED")
}

// TestAnotherPasskeyWaitsForNobody proves that failures with a password do not keep a
// passkey out, from wherever they come.
func TestAnotherPasskeyWaitsForNobody(t *testing.T) {
	d := newDesk(t)
	her := d.enrol("1", "sok", access.CareerAdvisor)
	p := d.newPhone()
	p.register(her.AccessToken, "").want(t, "register", http.StatusOK, "")
	for range 7 {
		d.signIn("sok", "wrong", "000000", "")
	}
	d.signIn("sok", herPassword, d.code(her.secret), "").want(t, "the password waits", http.StatusTooManyRequests, "UNAVAILABLE")
	p.finish(p.signs(p.begin())).want(t, "the passkey does not", http.StatusOK, "")
}
