package signin

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
	"onward/services/versioned"
)

const (
	ceremonyTime = 5 * time.Minute // in which a ceremony is finished [J]
	mostPasskeys = 10              // of an account [J]
)

// WithOrigin takes passkeys that belong to the pages at an origin: https, or http on
// this machine. Passkeys belong to its host for good.
func WithOrigin(origin string) (Option, error) {
	u, err := url.Parse(origin)
	if err != nil || checkAddress(origin) != nil || u.Path != "" {
		return nil, fault.Input("ONWARD_ORIGIN", "must be an https origin such as https://onward.example, or http on this machine")
	}
	w, err := webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: "Onward", RPOrigins: []string{origin}})
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "ONWARD_ORIGIN is not fit for passkeys")
	}
	return func(d *Door) { d.passkeys = w }, nil
}

// user is an account as the library of passkeys sees it. Its handle is the random
// part of the worker's identifier.
type user struct{ account }

// WebAuthnID is by what authenticators keep apart those who have passkeys here.
func (u user) WebAuthnID() []byte { return []byte(id.Suffix(u.Worker)) }

// WebAuthnName is what they show.
func (u user) WebAuthnName() string { return u.Name }

// WebAuthnDisplayName is what they show, too.
func (u user) WebAuthnDisplayName() string { return u.Name }

// WebAuthnCredentials are the passkeys that open the door.
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.Passkeys }

// ceremony is what is remembered between the two halves of one: a document of
// Sessions, so that another replica may finish it.
type ceremony struct {
	Kind       ceremonyKind         `json:"kind"`
	Account    string               `json:"account,omitempty"`    // of a registration
	Invitation string               `json:"invitation,omitempty"` // SHA-256, in hex, where one is accepted
	Data       webauthn.SessionData `json:"data"`
	Ends       time.Time            `json:"ends"`
	Spent      bool                 `json:"spent,omitempty"`
}

type ceremonyKind string

const (
	registering ceremonyKind = "register"
	signingIn   ceremonyKind = "sign-in"
)

// Ceremony is the first half of one: what navigator.credentials of a browser gets,
// and the name under which its answer is sent.
type Ceremony struct {
	Ceremony string `json:"ceremony"`
	Options  any    `json:"options"`
}

// RegisterInput begins to register a passkey: with an invitation, or by who is
// signed in.
type RegisterInput struct {
	Invitation string `json:"invitation"`
}

// FinishInput is the second half of a ceremony.
type FinishInput struct {
	Ceremony   string          `json:"ceremony"`
	Credential json.RawMessage `json:"credential"` // as navigator.credentials gave it
}

// ready refuses where no origin is set.
func (d *Door) ready() error {
	if d.passkeys == nil {
		return fault.New(fault.Forbidden, "passkeys are not set up here")
	}
	return nil
}

// BeginRegistration begins to register a passkey.
func (d *Door) BeginRegistration(ctx context.Context, c Caller, in RegisterInput) (*Ceremony, error) {
	if err := d.ready(); err != nil {
		return nil, err
	}
	a, err := d.registrant(ctx, c, in)
	if err != nil {
		return nil, err
	}
	known := make([]protocol.CredentialDescriptor, len(a.Passkeys))
	for i, p := range a.Passkeys {
		known[i] = p.Descriptor()
	}
	options, data, err := d.passkeys.BeginRegistration(user{a}, webauthn.WithExclusions(known), webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
		ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "begin registration")
	}
	begun := ceremony{Kind: registering, Account: documentOf(a.Worker), Data: *data}
	if in.Invitation != "" {
		begun.Invitation = directory.DigestOf(in.Invitation)
	}
	return d.remember(ctx, begun, options)
}

// registrant returns the account to which a passkey is added: the one that is
// invited, or of who is signed in with it.
func (d *Door) registrant(ctx context.Context, c Caller, in RegisterInput) (a account, err error) {
	document := named(in.Invitation, invitePrefix, directory.LocalPrefix)
	if in.Invitation == "" {
		actor, err := d.signedIn(ctx, c.token())
		if err != nil {
			return a, err
		}
		document = documentOf(actor.Worker)
	}
	err = get(ctx, d.store, store.Accounts, document, &a)
	switch {
	case fault.Is(err, fault.NotFound):
		return a, refusedInvitation()
	case err != nil:
		return a, err
	case in.Invitation != "":
		return a, a.invited(in.Invitation, d.now())
	}
	return a, a.room()
}

// room refuses one passkey more where the account has as many as it can have.
func (a *account) room() error {
	if len(a.Passkeys) >= mostPasskeys {
		return fault.Input("credential", "the account has %d passkeys already", mostPasskeys)
	}
	return nil
}

// FinishRegistration registers a passkey. By an invitation it begins a session.
func (d *Door) FinishRegistration(ctx context.Context, c Caller, in FinishInput) (*Tokens, error) {
	begun, err := d.spend(ctx, registering, in.Ceremony)
	if err != nil {
		return nil, err
	}
	if begun.Invitation == "" { // she must still be signed in, and be the one who began
		actor, err := d.signedIn(ctx, c.token())
		if err != nil {
			return nil, err
		}
		if documentOf(actor.Worker) != begun.Account {
			return nil, Refused()
		}
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(in.Credential)
	if err != nil {
		return nil, fault.Input("credential", "is not what a browser gives")
	}
	var worker id.Worker
	err = versioned.Change(ctx, d.store, store.Accounts, begun.Account, func(a *account) error {
		worker = a.Worker
		passkey, err := d.passkeys.CreateCredential(user{*a}, begun.Data, answer)
		if err != nil {
			return refusedSignIn()
		}
		if begun.Invitation != "" {
			if a.Invitation == nil || !sameHash(begun.Invitation, a.Invitation.Hash) || !d.now().Before(a.Invitation.Ends) {
				return refusedInvitation()
			}
			a.accept()
		}
		if err := a.room(); err != nil { // others may have come since this one was begun
			return err
		}
		a.Passkeys = append(a.Passkeys, *passkey)
		return nil
	})
	if err != nil || begun.Invitation == "" {
		return nil, err
	}
	return d.begin(ctx, worker)
}

// BeginPasskey begins to sign in with a passkey. It does not ask whose: the passkey
// says so.
func (d *Door) BeginPasskey(ctx context.Context) (*Ceremony, error) {
	if err := d.ready(); err != nil {
		return nil, err
	}
	options, data, err := d.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "begin sign-in")
	}
	return d.remember(ctx, ceremony{Kind: signingIn, Data: *data}, options)
}

// FinishPasskey begins a session for a passkey.
func (d *Door) FinishPasskey(ctx context.Context, in FinishInput) (*Tokens, error) {
	begun, err := d.spend(ctx, signingIn, in.Ceremony)
	if err != nil {
		return nil, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(in.Credential)
	if err != nil {
		return nil, fault.Input("credential", "is not what a browser gives")
	}
	document := directory.LocalPrefix + string(answer.Response.UserHandle)
	var worker id.Worker
	err = versioned.Change(ctx, d.store, store.Accounts, document, func(a *account) error {
		worker = a.Worker
		whose := func([]byte, []byte) (webauthn.User, error) { return user{*a}, nil }
		_, used, err := d.passkeys.ValidatePasskeyLogin(whose, begun.Data, answer)
		if err != nil || used.Authenticator.CloneWarning {
			return refusedSignIn()
		}
		i := slices.IndexFunc(a.Passkeys, func(p webauthn.Credential) bool { return bytes.Equal(p.ID, used.ID) })
		a.Passkeys[i] = *used
		return nil
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, refusedSignIn()
	case err != nil:
		return nil, err
	}
	return d.begin(ctx, worker)
}

// remember keeps what the second half of a ceremony needs.
func (d *Door) remember(ctx context.Context, begun ceremony, options any) (*Ceremony, error) {
	document := id.New(ceremonyPrefix)
	begun.Ends = d.now().UTC().Add(ceremonyTime)
	begun.Data.Expires = time.Time{} // it is Ends that says so, by the clock of the door
	err := insert(ctx, d.store, store.Sessions, document, begun)
	return &Ceremony{Ceremony: document, Options: options}, err
}

// spend takes a ceremony that has begun, once.
func (d *Door) spend(ctx context.Context, kind ceremonyKind, document string) (begun ceremony, err error) {
	if err := d.ready(); err != nil {
		return begun, err
	}
	over := fault.New(fault.Unauthenticated, "the ceremony is over, or never began; begin again")
	err = versioned.Change(ctx, d.store, store.Sessions, document, func(c *ceremony) error {
		begun = *c
		if c.Kind != kind || c.Spent || !d.now().Before(c.Ends) {
			return over
		}
		c.Spent = true
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return begun, over
	}
	return begun, err
}
