package directory

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"onward/services/access"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// account is one credential of a worker. The token itself is nowhere.
type account struct {
	Worker    id.Worker `json:"worker"`
	CreatedAt time.Time `json:"createdAt"`
}

// tokenPrefix makes a leaked token easy to recognise, for people and scanners.
const tokenPrefix = "onward_"

// Issue makes a bearer token of 256 random bits for a worker, stores its SHA-256
// and returns it. This is the only time that it can be seen.
func (d *Directory) Issue(ctx context.Context, worker id.Worker, at time.Time) (token string, err error) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // crypto/rand never returns an error
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(secret[:])
	state, err := json.Marshal(account{Worker: worker, CreatedAt: at.UTC()})
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "encode account")
	}
	doc := store.Document{ID: hashOf(token), Version: 1, State: state}
	if err := d.store.Insert(ctx, store.Accounts, doc); err != nil {
		return "", err
	}
	return token, d.apply(doc)
}

// Authenticate returns whose token it is. Role and organisation come from the
// directory as it is now, so that disabling somebody works at once.
func (s *Snapshot) Authenticate(token string) (access.Actor, error) {
	refused := fault.New(fault.Unauthenticated, "a live bearer token is needed")
	if !strings.HasPrefix(token, tokenPrefix) {
		return access.Actor{}, refused
	}
	a, ok := s.accounts[hashOf(token)]
	if !ok {
		return access.Actor{}, refused
	}
	w, ok := s.Workers[a.Worker]
	if !ok || !w.DisabledAt.IsZero() {
		return access.Actor{}, refused
	}
	return access.Actor{Worker: w.ID, Name: w.Name, Role: w.Role, Organisation: w.Organisation}, nil
}

// hashOf returns how a token is stored. The token is 256 random bits, so a plain
// hash is as good as a slow one.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
