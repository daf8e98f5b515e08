package signin

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
	"onward/services/versioned"
)

const (
	invitationTime = 72 * time.Hour // in which an invitation is accepted [J]
	mostDevices    = 10             // of an account; the oldest one is forgotten [J]
)

// account is the local account of a worker: a document of Accounts that is named
// after her. Passkeys, or a password with codes, open it.
type account struct {
	Worker     id.Worker   `json:"worker"`
	Name       string      `json:"name"`
	Invitation *invitation `json:"invitation,omitempty"`
	Pending    *password   `json:"pending,omitempty"` // until the first code is given

	Password *password             `json:"password,omitempty"`
	LastStep uint64                `json:"lastStep,omitempty"` // of the codes: none up to it is taken again
	Recovery []string              `json:"recovery,omitempty"` // SHA-256, in hex
	Devices  []string              `json:"devices,omitempty"`  // SHA-256, in hex
	Passkeys []webauthn.Credential `json:"passkeys,omitempty"`
}

// invitation lets a worker set up her account anew, once.
type invitation struct {
	Hash string    `json:"hash"` // SHA-256, in hex
	Ends time.Time `json:"ends"`
}

// accept begins the account anew: what opened it before opens it no more.
func (a *account) accept() { *a = account{Worker: a.Worker, Name: a.Name} }

// invited refuses an invitation that is not this account's, or has ended.
func (a *account) invited(token string, now time.Time) error {
	if a.Invitation == nil || !sameHash(directory.DigestOf(token), a.Invitation.Hash) || !now.Before(a.Invitation.Ends) {
		return refusedInvitation()
	}
	return nil
}

// know adds a device and forgets the oldest one of many.
func (a *account) know(device string) {
	a.Devices = append(a.Devices, device)
	a.Devices = a.Devices[max(0, len(a.Devices)-mostDevices):]
}

// refusedSignIn is the one answer to a sign-in that fails, whatever it is that is not
// right, and whether there is such an account or not.
func refusedSignIn() error {
	return fault.New(fault.Unauthenticated, "the sign-in is refused: something of it is not right")
}

func refusedInvitation() error {
	return fault.New(fault.Unauthenticated, "the invitation is not good, or not any more; ask for another one")
}

// InviteWorkerInput invites a worker to a local account.
type InviteWorkerInput struct {
	directory.Request
	WorkerID id.Worker
	Name     string // by which she will sign in
}

// Invitation is the answer to Invite. Nothing may keep or log the token.
type Invitation struct {
	Worker directory.Worker
	Name   string
	Token  string
	EndsAt time.Time
}

// namePattern is what the name of a local account looks like.
var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{2,63}$`)

// Invite lets a worker of the actor's organisation set up a local account, or set it
// up anew, with a token that is good once and for three days. It can be seen this
// once: the same request, sent again, is a CONFLICT.
func (d *Door) Invite(ctx context.Context, actor access.Actor, at time.Time, in InviteWorkerInput) (*Invitation, error) {
	name := strings.ToLower(in.Name)
	if err := actor.PermitProgramme(access.ManageDirectory); err != nil {
		return nil, err
	}
	if !namePattern.MatchString(name) {
		return nil, fault.Input("name", "must be 3 to 64 letters, digits and . _ @ -, and begin with a letter or a digit")
	}
	if w, ok := d.directory.Snapshot().Workers[in.WorkerID]; !ok || w.Organisation != actor.Organisation {
		return nil, access.Absent()
	}
	if err := d.takeName(ctx, name, in.WorkerID); err != nil {
		return nil, err
	}
	w, err := d.directory.NoteInvitation(ctx, actor, at, in.Request, in.WorkerID)
	if err != nil {
		return nil, err
	}
	document := documentOf(w.ID)
	token, hash := newToken(invitePrefix, document)
	invites := &invitation{hash, at.UTC().Add(invitationTime)}
	err = insert(ctx, d.store, store.Accounts, document, account{Worker: w.ID, Name: name, Invitation: invites})
	if fault.Is(err, fault.Conflict) {
		err = versioned.Change(ctx, d.store, store.Accounts, document, func(a *account) error {
			a.Name, a.Invitation, a.Pending = name, invites, nil
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	return &Invitation{w, name, token, invites.Ends}, nil
}

// owner is whose a name is.
type owner struct {
	Worker id.Worker `json:"worker"`
}

// takeName gives a name to a worker, for good.
func (d *Door) takeName(ctx context.Context, name string, w id.Worker) error {
	err := insert(ctx, d.store, store.Accounts, documentOfName(name), owner{w})
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	var taken owner
	if err := get(ctx, d.store, store.Accounts, documentOfName(name), &taken); err != nil {
		return err
	}
	if taken.Worker != w {
		return fault.Input("name", "is taken; choose another one")
	}
	return nil
}

func documentOf(w id.Worker) string     { return directory.LocalPrefix + id.Suffix(w) }
func documentOfName(name string) string { return id.Derive(directory.NamePrefix, name) }

func insert(ctx context.Context, s store.Store, c store.Collection, key string, v any) error {
	state, err := json.Marshal(v)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode %s", c)
	}
	return s.Insert(ctx, c, store.Document{ID: key, Version: 1, State: state})
}

func get(ctx context.Context, s store.Store, c store.Collection, key string, into any) error {
	doc, err := s.Get(ctx, c, key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(doc.State, into); err != nil {
		return fault.Wrap(fault.Internal, err, "read %s", c)
	}
	return nil
}

// EnrolInput accepts an invitation with a password. Without a code it gets what the
// authenticator app needs; with the first code of the app the account is there.
type EnrolInput struct {
	Invitation string `json:"invitation"`
	Password   string `json:"password"`
	Code       string `json:"code"`
}

// Enrolment is the answer to Enrol: first the authenticator, and then, with the code,
// recovery codes and tokens. Nothing may keep or log it.
type Enrolment struct {
	Authenticator *Authenticator `json:"authenticator,omitempty"`
	Recovery      []string       `json:"recoveryCodes,omitempty"`
	*Tokens
}

// Enrol sets up a local account with a password and codes.
func (d *Door) Enrol(ctx context.Context, in EnrolInput) (*Enrolment, error) {
	document := named(in.Invitation, invitePrefix, directory.LocalPrefix)
	var a account
	err := get(ctx, d.store, store.Accounts, document, &a)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, refusedInvitation()
	case err != nil:
		return nil, err
	}
	if err := a.invited(in.Invitation, d.now()); err != nil {
		return nil, err
	}
	if in.Code == "" {
		return d.offer(ctx, document, a.Name, in)
	}
	return d.confirm(ctx, document, a, in)
}

// offer keeps the password and a new seed of codes, until the first code is given.
func (d *Door) offer(ctx context.Context, document, name string, in EnrolInput) (*Enrolment, error) {
	if err := checkPassword(in.Password, name); err != nil {
		return nil, err
	}
	seed := newSeed()
	app, err := authenticatorOf(name, seed)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make authenticator")
	}
	var pending *password
	if err := d.hashed(ctx, func() { pending = newPassword(in.Password, seed) }); err != nil {
		return nil, err
	}
	err = versioned.Change(ctx, d.store, store.Accounts, document, func(a *account) error {
		a.Pending = pending
		return a.invited(in.Invitation, d.now())
	})
	return &Enrolment{Authenticator: app}, err
}

// confirm makes the account, once the app gives the right code.
func (d *Door) confirm(ctx context.Context, document string, a account, in EnrolInput) (*Enrolment, error) {
	if a.Pending == nil {
		return nil, fault.Input("code", "comes second: send the invitation and the password without it first")
	}
	var seed []byte
	var ok bool
	if err := d.hashed(ctx, func() { seed, ok = a.Pending.open(in.Password) }); err != nil {
		return nil, err
	}
	step, good := stepOf(in.Code, seed, d.now(), 0)
	if !ok || !good {
		return nil, refusedSignIn()
	}
	codes, hashes := newRecoveryCodes()
	err := versioned.Change(ctx, d.store, store.Accounts, document, func(now *account) error {
		if err := now.invited(in.Invitation, d.now()); err != nil {
			return err
		}
		if now.Pending == nil || !slices.Equal(now.Pending.Hash, a.Pending.Hash) {
			return refusedSignIn() // another enrolment by the same invitation came in between
		}
		now.accept()
		now.Password, now.LastStep, now.Recovery = a.Pending, step, hashes
		return nil
	})
	if err != nil {
		return nil, err
	}
	tokens, err := d.begin(ctx, a.Worker)
	return &Enrolment{Recovery: codes, Tokens: tokens}, err
}

// PasswordInput signs in with a password and a code: of the authenticator app, or a
// recovery code.
type PasswordInput struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Code     string `json:"code"`
	Device   string `json:"device"` // as the last sign-in from this device gave it
}

// SignIn begins a session for a password and a code. Its refusals take as long and
// say the same for an account that is not there.
func (d *Door) SignIn(ctx context.Context, c Caller, in PasswordInput) (*Tokens, error) {
	a, err := d.accountOf(ctx, strings.ToLower(in.Name))
	if err != nil {
		return nil, err
	}
	place := attemptOf(directory.DigestOf(strings.ToLower(in.Name)), c.Address)
	if device := directory.DigestOf(in.Device); slices.Contains(a.Devices, device) {
		place.from = device
	}
	var tokens *Tokens
	err = d.delays.try(ctx, place, func() (looked bool, err error) {
		tokens, looked, err = d.open(ctx, a, in)
		return looked, err
	})
	if err != nil {
		return nil, err
	}
	return tokens, nil
}

// open begins a session where the password and the code of a sign-in open the account,
// and says whether it has looked at the password at all.
func (d *Door) open(ctx context.Context, a account, in PasswordInput) (tokens *Tokens, looked bool, err error) {
	kept := a.Password
	if kept == nil {
		kept = dummy()
	}
	var seed []byte
	var ok bool
	if err := d.hashed(ctx, func() { seed, ok = kept.open(in.Password) }); err != nil {
		return nil, false, err
	}
	if !ok || a.Password == nil {
		return nil, true, refusedSignIn()
	}
	device, err := d.admit(ctx, a, in, seed)
	if err != nil {
		return nil, true, err
	}
	tokens, err = d.begin(ctx, a.Worker)
	if err != nil {
		return nil, true, err
	}
	tokens.Device = device
	return tokens, true, nil
}

// accountOf returns the account of a name; where there is none, one that nothing
// opens.
func (d *Door) accountOf(ctx context.Context, name string) (account, error) {
	var o owner
	var a account
	err := get(ctx, d.store, store.Accounts, documentOfName(name), &o)
	if err == nil {
		err = get(ctx, d.store, store.Accounts, documentOf(o.Worker), &a)
	}
	switch {
	case fault.Is(err, fault.NotFound) || err == nil && a.Name != name:
		return account{}, nil
	case err != nil:
		return account{}, err
	}
	return a, nil
}

// admit spends the code of a sign-in whose password is right, and notes the device.
// A password of another cost than the present one is stored anew.
func (d *Door) admit(ctx context.Context, a account, in PasswordInput, seed []byte) (device string, err error) {
	document := documentOf(a.Worker)
	renewed := a.Password
	if a.Password.Cost != presentCost {
		if err := d.hashed(ctx, func() { renewed = newPassword(in.Password, seed) }); err != nil {
			return "", err
		}
	}
	err = versioned.Change(ctx, d.store, store.Accounts, document, func(now *account) error {
		if now.Password == nil || !slices.Equal(now.Password.Hash, a.Password.Hash) {
			return refusedSignIn() // it has changed in between
		}
		if step, good := stepOf(in.Code, seed, d.now(), now.LastStep); good {
			now.LastStep = step
		} else if left, good := recovered(in.Code, now.Recovery); good {
			now.Recovery = left
		} else {
			return refusedSignIn()
		}
		now.Password = renewed
		if !slices.Contains(now.Devices, directory.DigestOf(in.Device)) {
			var hash string
			device, hash = newToken(devicePrefix, document)
			now.know(hash)
		}
		return nil
	})
	return device, err
}
