package directory

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"onward/services/access"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// account is one standing token of a worker: a bearer token that holds until it is
// revoked or its worker is ended. It is for the first steps on the command line,
// for machines and for the demo; people sign in with a provider or a local account
// (services/signin). The token itself is nowhere.
type account struct {
	Worker    id.Worker `json:"worker"`
	CreatedAt time.Time `json:"createdAt"`
	Series    int       `json:"series,omitempty"` // see Worker.TokenSeries
}

// StandingPrefix makes a leaked standing token easy to recognise, for people and
// scanners.
const StandingPrefix = "onward_"

// The documents that services/signin keeps beside the standing tokens.
const (
	LocalPrefix = "local_" // local accounts
	NamePrefix  = "name_"  // the names by which people sign in to them
)

// Issue makes a standing token of 256 random bits for a worker, stores its SHA-256
// and returns it. This is the only time that it can be seen.
func (d *Directory) Issue(ctx context.Context, worker id.Worker, at time.Time) (token string, err error) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // crypto/rand never returns an error
	token = StandingPrefix + base64.RawURLEncoding.EncodeToString(secret[:])
	series := d.Snapshot().Workers[worker].TokenSeries
	state, err := json.Marshal(account{Worker: worker, CreatedAt: at.UTC(), Series: series})
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "encode account")
	}
	doc := store.Document{ID: DigestOf(token), Version: 1, State: state}
	if err := d.store.Insert(ctx, store.Accounts, doc); err != nil {
		return "", err
	}
	return token, d.apply(doc)
}

// IssueTokenInput makes a token of a worker.
type IssueTokenInput struct {
	Request
	WorkerID id.Worker
}

// TokenPayload is the answer to IssueToken. Nothing may keep or log the token.
type TokenPayload struct {
	Worker Worker
	Token  string
}

// IssueToken makes one more token of a worker of the actor's organisation. The
// same request, sent again, is a CONFLICT: a token can be seen once only. That
// holds too where the first answer was lost on its way.
func (d *Directory) IssueToken(ctx context.Context, actor access.Actor, at time.Time, in IssueTokenInput) (*TokenPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	a := updating(actor, at, "worker.token_issued", in.Request)
	a.once = true
	w, err := edit(ctx, d, a, in.WorkerID, workers, func(_ *Snapshot, w *Worker) error {
		if !w.Active() {
			return fault.Input("workerId", "%s can no longer sign in", w.Name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	token, err := d.Issue(ctx, w.ID, at)
	if err != nil {
		return nil, err
	}
	return &TokenPayload{w, token}, nil
}

// RevokeTokensInput ends all tokens of a worker.
type RevokeTokensInput struct {
	Request
	WorkerID id.Worker
}

// RevokeTokens ends all standing tokens, partner keys, local sessions and tokens of a
// provider that a worker of the actor's organisation has, from the next request on.
// Those made later are good.
func (d *Directory) RevokeTokens(ctx context.Context, actor access.Actor, at time.Time, in RevokeTokensInput) (*WorkerPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	w, err := edit(ctx, d, updating(actor, at, "worker.tokens_revoked", in.Request), in.WorkerID, workers, func(_ *Snapshot, w *Worker) error {
		w.TokenSeries++
		w.TokensFrom = at.UTC()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &WorkerPayload{w}, nil
}

// Authenticate returns whose standing token it is. Role and organisation come from the
// directory as it is now, so that disabling somebody works at once.
func (s *Snapshot) Authenticate(token string) (access.Actor, error) {
	refused := fault.New(fault.Unauthenticated, "a live bearer token is needed")
	if !strings.HasPrefix(token, StandingPrefix) {
		return access.Actor{}, refused
	}
	a, ok := s.accounts[DigestOf(token)]
	if !ok {
		return access.Actor{}, refused
	}
	actor, ok := s.Actor(a.Worker, a.Series)
	if !ok {
		return access.Actor{}, refused
	}
	return actor, nil
}

// Actor returns as whom a worker acts, unless her access has ended or her tokens
// of the series have been revoked.
func (s *Snapshot) Actor(worker id.Worker, series int) (access.Actor, bool) {
	w, ok := s.Workers[worker]
	if !ok || !w.Active() || series != w.TokenSeries {
		return access.Actor{}, false
	}
	return access.Actor{Worker: w.ID, Name: w.Name, Role: w.Role, Organisation: w.Organisation, QueriesAdHoc: w.QueriesAdHoc}, true
}
