// Package signin says who is asking. Four sorts of token open the door: a JWT of
// an OpenID Connect provider, the access token of a local account's session, the
// key of a partner's application, and a standing token of the directory. Whatever
// the token, role and organisation are those of the directory at the moment of the
// request, so that ending somebody's access works on the next one.
package signin

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/store"
)

// Caller is what a request says of who is asking.
type Caller struct {
	Authorization string           // the header
	Purpose       casefile.Purpose // what a partner's application asks for; empty where it does not say
	Address       netip.Addr       // from where
}

// Named reports whether the caller has named a token at all.
func (c Caller) Named() bool { return c.Authorization != "" }

// token returns the bearer token of the caller, or "".
func (c Caller) token() string {
	scheme, token, _ := strings.Cut(c.Authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimLeft(token, " ")
}

// Door lets those in who have a live token.
type Door struct {
	directory *directory.Directory
	store     store.Store
	now       func() time.Time
	provider  *Provider
	passkeys  *webauthn.WebAuthn // nil where no origin is set
	sessions  sessions
	secret    *secret
	delays    *delays
	turns     chan struct{} // holds one for each password that is being hashed
}

// Option is a part of a door that it need not have.
type Option func(*Door)

// WithProvider takes JWTs of an OpenID Connect provider.
func WithProvider(p *Provider) Option { return func(d *Door) { d.provider = p } }

// New returns a door over the directory and the store of accounts and sessions.
func New(dir *directory.Directory, s store.Store, now func() time.Time, options ...Option) *Door {
	key := &secret{store: s}
	d := &Door{
		directory: dir, store: s, now: now, sessions: sessions{all: map[string]reading{}}, secret: key,
		delays: newDelays(s, key, now), turns: make(chan struct{}, hashing),
	}
	for _, o := range options {
		o(d)
	}
	return d
}

// Refused is the one answer to whatever is no live token: it does not tell why.
func Refused() error { return fault.New(fault.Unauthenticated, "a live bearer token is needed") }

// Authenticate returns as whom the caller acts. The fault is Unauthenticated
// without a live token; Unavailable where that cannot be known now; and Invalid or
// Forbidden where a partner's purpose is none, or not one of its key, or the
// address is not.
func (d *Door) Authenticate(ctx context.Context, c Caller) (access.Actor, error) {
	actor, purposes, err := d.holder(ctx, c)
	if err != nil {
		return access.Actor{}, err
	}
	return purposed(actor, c.Purpose, purposes)
}

// holder returns whose token it is, and for what it is where that is a partner's
// application.
func (d *Door) holder(ctx context.Context, c Caller) (access.Actor, []casefile.Purpose, error) {
	token, only := c.token(), []casefile.Purpose{casefile.ForPartnerApp}
	switch {
	case strings.HasPrefix(token, directory.KeyPrefix):
		return d.partner(token, c.Address)
	case strings.HasPrefix(token, directory.StandingPrefix):
		actor, err := d.directory.Snapshot().Authenticate(token)
		return actor, only, err
	case strings.HasPrefix(token, accessPrefix):
		actor, err := d.signedIn(ctx, token)
		return actor, only, err
	case d.provider != nil && strings.Count(token, ".") == 2:
		actor, err := d.linked(ctx, token)
		return actor, only, err
	}
	return access.Actor{}, nil, Refused()
}

// partner returns the application that a key lets in, from where it comes.
func (d *Door) partner(token string, address netip.Addr) (access.Actor, []casefile.Purpose, error) {
	k, actor, ok := d.directory.Snapshot().PartnerKey(token, d.now())
	switch {
	case !ok:
		return access.Actor{}, nil, Refused()
	case !k.From(address):
		return access.Actor{}, nil, fault.New(fault.Forbidden, "this key is not for use from your address")
	}
	return actor, k.Purposes, nil
}

// linked returns the worker whom a provider's token names.
func (d *Door) linked(ctx context.Context, token string) (access.Actor, error) {
	subject, issued, err := d.provider.Subject(ctx, token)
	if err != nil {
		return access.Actor{}, err
	}
	actor, ok := d.directory.Snapshot().Linked(d.provider.issuer, subject, issued)
	if !ok {
		return access.Actor{}, Refused()
	}
	return actor, nil
}
