package signin

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"onward/services/fault"
)

// algorithms are those by which a provider may sign: of public keys alone, so that
// nobody passes off a key that is public as a secret [J].
var algorithms = []string{oidc.RS256, oidc.ES256, oidc.EdDSA}

const (
	skew         = time.Minute      // by which the clocks of the provider and this machine may differ [J]
	maxAge       = 15 * time.Minute // of a token, whatever it says of its own end
	providerTime = 3 * time.Second  // for one answer of the provider [J]
)

// Provider is an OpenID Connect provider, whose tokens open the door. Nothing is
// asked of it before the first token comes, so that it may be down at start.
type Provider struct {
	issuer, audience string
	now              func() time.Time
	client           *http.Client

	mu   sync.Mutex // held while the provider is discovered
	keys oidc.KeySet
}

// NewProvider returns the provider at an issuer's address, as its tokens have it:
// https, or http on this machine. The audience is what its tokens for Onward name.
func NewProvider(issuer, audience string, now func() time.Time) (*Provider, error) {
	if err := checkAddress(issuer); err != nil {
		return nil, err
	}
	if audience == "" {
		return nil, fault.Input("ONWARD_OIDC_AUDIENCE", "is needed with an issuer")
	}
	client := &http.Client{Timeout: providerTime, Transport: &gate{now: now, next: http.DefaultTransport, pauses: map[string]pause{}}}
	return &Provider{issuer: issuer, audience: audience, now: now, client: client}, nil
}

// checkAddress refuses an address at which anybody on the way could pass for the
// provider.
func checkAddress(address string) error {
	u, err := url.Parse(address)
	if err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())) {
		return nil
	}
	return fault.Input("ONWARD_OIDC_ISSUER", "must be an https address, or http on this machine")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Subject returns the person whose token it is, as the provider names her, and when it
// was issued at the earliest: the provider's clock may be ahead. The fault is
// Unauthenticated for a token that is not live, and Unavailable while the provider's
// keys are not known and cannot be had.
func (p *Provider) Subject(ctx context.Context, token string) (subject string, issued time.Time, err error) {
	set, err := p.discovered(ctx)
	if err != nil {
		return "", issued, err
	}
	asked := &askedKeys{KeySet: set}
	config := &oidc.Config{ClientID: p.audience, SupportedSigningAlgs: algorithms, SkipExpiryCheck: true} // see current
	t, err := oidc.NewVerifier(p.issuer, asked, config).Verify(ctx, token)
	switch {
	case errors.Is(asked.err, errDown) || ctx.Err() != nil:
		return "", issued, unavailable(cmp.Or(asked.err, ctx.Err()))
	case err != nil || !p.current(t):
		return "", issued, Refused()
	}
	return t.Subject, t.IssuedAt.Add(-skew), nil
}

// current reports whether a token is within its time. The library allows no skew
// for one moment and five minutes for another, and asks for no time of issue.
func (p *Provider) current(t *oidc.IDToken) bool {
	var claims struct {
		NotBefore *float64 `json:"nbf"`
	}
	if t.Claims(&claims) != nil || t.Subject == "" || t.IssuedAt.Unix() <= 0 || t.Expiry.Unix() <= 0 {
		return false
	}
	now := p.now()
	early := claims.NotBefore != nil && time.Unix(int64(*claims.NotBefore), 0).After(now.Add(skew))
	return !early && !t.IssuedAt.After(now.Add(skew)) && now.Before(t.Expiry.Add(skew)) && now.Before(t.IssuedAt.Add(maxAge+skew))
}

// discovered returns the provider's keys. They are looked for until the provider
// has once answered.
func (p *Provider) discovered(ctx context.Context) (oidc.KeySet, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.keys != nil {
		return p.keys, nil
	}
	ctx = oidc.ClientContext(ctx, p.client)
	found, err := oidc.NewProvider(ctx, p.issuer)
	if err != nil {
		return nil, unavailable(err)
	}
	var says struct {
		Keys string `json:"jwks_uri"`
	}
	if err := found.Claims(&says); err != nil {
		return nil, unavailable(err)
	}
	if err := checkAddress(says.Keys); err != nil {
		return nil, unavailable(err)
	}
	p.keys = oidc.NewRemoteKeySet(ctx, says.Keys)
	return p.keys, nil
}

func unavailable(err error) error {
	return fault.Wrap(fault.Unavailable, err, "the provider of sign-ins cannot be reached; try again")
}

// askedKeys keeps the error of a look for a key, whose cause the library drops.
type askedKeys struct {
	oidc.KeySet
	err error
}

// VerifySignature implements oidc.KeySet.
func (k *askedKeys) VerifySignature(ctx context.Context, token string) (payload []byte, err error) {
	payload, k.err = k.KeySet.VerifySignature(ctx, token)
	return payload, k.err
}
