package directory

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
)

// KeyPrefix makes a leaked partner key easy to recognise, for people and scanners.
const KeyPrefix = "onwardkey_"

// The limits of partner keys.
const (
	mostAlive     = 2   // keys of one application at once: the old one and the next
	longestKey    = 365 // days that a key can hold [J]
	mostAddresses = 20  // prefixes of one key [J]
)

// KeyPurposes are those for which a partner's application may ask.
var KeyPurposes = []casefile.Purpose{casefile.ForPartnerApp, casefile.ForReporting, casefile.ForResearch}

// PartnerKey lets a partner's application in: a worker with the role PARTNER_APP.
// The key itself is nowhere.
type PartnerKey struct {
	ID           id.Key             `json:"id"`
	Organisation id.Organisation    `json:"organisation"`
	App          id.Worker          `json:"app"`
	Hash         string             `json:"hash"`             // SHA-256, in hex
	Series       int                `json:"series,omitempty"` // see Worker.TokenSeries
	Purposes     []casefile.Purpose `json:"purposes"`
	Prefixes     []netip.Prefix     `json:"prefixes,omitempty"` // from where it is good; from everywhere where there is none
	IssuedAt     time.Time          `json:"issuedAt"`
	ExpiresOn    calendar.Day       `json:"expiresOn"` // the last day on which it is good
	RevokedAt    time.Time          `json:"revokedAt,omitzero"`
	Listed       bool               `json:"listed,omitempty"` // good only where its application lists it; older ones always are
	Versioned
}

func (k PartnerKey) key() string            { return string(k.ID) }
func (k PartnerKey) owner() id.Organisation { return k.Organisation }

// Alive reports whether the key is good at a moment, as far as it says itself.
func (k PartnerKey) Alive(at time.Time) bool {
	return k.RevokedAt.IsZero() && calendar.DayOf(at) <= k.ExpiresOn
}

// From reports whether the key is good from an address.
func (k PartnerKey) From(address netip.Addr) bool {
	return len(k.Prefixes) == 0 || slices.ContainsFunc(k.Prefixes, func(p netip.Prefix) bool { return p.Contains(address) })
}

// Addresses writes from where the key is good; from everywhere where there is none.
func (k PartnerKey) Addresses() []string {
	all := make([]string, len(k.Prefixes))
	for i, p := range k.Prefixes {
		all[i] = p.String()
	}
	return all
}

func keys(s *Snapshot) map[id.Key]PartnerKey { return s.keys }

// IssuePartnerKeyInput makes a key of a partner's application.
type IssuePartnerKeyInput struct {
	RequestID string
	WorkerID  id.Worker // the application
	Purposes  []casefile.Purpose
	ExpiresOn calendar.Day
	Addresses []string // or prefixes of some
}

// RotatePartnerKeyInput makes the key that follows another one.
type RotatePartnerKeyInput struct {
	RequestID string
	KeyID     id.Key
	ExpiresOn calendar.Day
}

// IssuedKey is a new key. Nothing may keep or log the token.
type IssuedKey struct {
	Key   PartnerKey
	Token string
}

// PartnerKeyPayload is the answer to RevokePartnerKey.
type PartnerKeyPayload struct{ Key PartnerKey }

// IssuePartnerKey makes a key of 256 random bits for a partner's application of the
// actor's organisation. It can be seen this once: the same request, sent again, is a
// CONFLICT.
func (d *Directory) IssuePartnerKey(ctx context.Context, actor access.Actor, at time.Time, in IssuePartnerKeyInput) (*IssuedKey, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	if w, ok := d.Snapshot().Workers[in.WorkerID]; !ok || w.Organisation != actor.Organisation {
		return nil, access.Absent()
	}
	prefixes, err := prefixesOf(in.Addresses)
	if err != nil {
		return nil, err
	}
	return d.issueKey(ctx, adding(actor, at, "key.issued", in.RequestID), PartnerKey{App: in.WorkerID, Purposes: in.Purposes, Prefixes: prefixes, ExpiresOn: in.ExpiresOn})
}

// RotatePartnerKey makes a key with the purposes and addresses of another one, which
// stays good until it is revoked or expires. It can be seen this once: the same
// request, sent again, is a CONFLICT.
func (d *Directory) RotatePartnerKey(ctx context.Context, actor access.Actor, at time.Time, in RotatePartnerKeyInput) (*IssuedKey, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	old, ok := d.Snapshot().keys[in.KeyID]
	switch {
	case !ok || old.Organisation != actor.Organisation:
		return nil, access.Absent()
	case !old.Alive(at):
		return nil, fault.Input("keyId", "the key is not good any more; issue another one")
	}
	return d.issueKey(ctx, adding(actor, at, "key.issued", in.RequestID), PartnerKey{App: old.App, Purposes: old.Purposes, Prefixes: old.Prefixes, ExpiresOn: in.ExpiresOn})
}

func (d *Directory) issueKey(ctx context.Context, a act, k PartnerKey) (*IssuedKey, error) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // crypto/rand never returns an error
	k.ID, k.Organisation = derived[id.Key](id.KeyPrefix, a.actor, a.RequestID), a.actor.Organisation
	token := KeyPrefix + id.Suffix(k.ID) + "." + base64.RawURLEncoding.EncodeToString(secret[:])
	k.Hash, k.IssuedAt, k.Series, k.Listed = DigestOf(token), a.at.UTC(), d.Snapshot().Workers[k.App].TokenSeries, true
	added, err := add(ctx, d, a, k, keys)
	if err != nil {
		return nil, err
	}
	if added.Hash != k.Hash {
		return nil, fault.New(fault.Conflict, "this request has made a key already, which cannot be shown again; choose another requestId")
	}
	if err := d.list(ctx, a, added); err != nil {
		return nil, err
	}
	return &IssuedKey{added, token}, nil
}

// list makes a key good, or refuses one that is one too many: of those that processes
// issue at the same time, the first that its application lists stands.
func (d *Directory) list(ctx context.Context, a act, k PartnerKey) error {
	_, err := edit(ctx, d, updating(a.actor, a.at, "worker.key_issued", a.Request), k.App, workers, func(s *Snapshot, w *Worker) error {
		for listed := range strings.FieldsSeq(w.Keys) {
			if _, known := s.keys[id.Key(listed)]; known {
				continue
			}
			if _, err := d.newest(ctx, listed); err != nil {
				return err
			}
		}
		w.Keys = strings.TrimSpace(w.Keys + " " + string(k.ID))
		return d.Snapshot().checkKey(k)
	})
	return err
}

// listed reports whether a key has become good.
func (s *Snapshot) listed(k PartnerKey) bool {
	return !k.Listed || slices.Contains(strings.Fields(s.Workers[k.App].Keys), string(k.ID))
}

// prefixesOf reads addresses and prefixes of some.
func prefixesOf(texts []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for i, text := range texts {
		p, err := netip.ParsePrefix(text)
		if a, aerr := netip.ParseAddr(text); aerr == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil || p.Addr().Zone() != "" || p.Addr().Is4In6() {
			return nil, fault.Input(fmt.Sprintf("addresses[%d]", i), "is no address, and no prefix such as 192.0.2.0/24")
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// checkKey refuses a key that cannot be issued, or is one too many.
func (s *Snapshot) checkKey(k PartnerKey) error {
	if !k.RevokedAt.IsZero() {
		return nil
	}
	w := s.Workers[k.App]
	alive := 0
	for _, other := range s.keys {
		if other.App == k.App && other.ID != k.ID && s.listed(other) && other.Alive(k.IssuedAt) && other.Series == w.TokenSeries {
			alive++
		}
	}
	issued := calendar.DayOf(k.IssuedAt)
	switch {
	case w.Role != access.PartnerApp || !w.Active():
		return fault.Input("workerId", "must be an active worker with the role %s", access.PartnerApp)
	case len(k.Purposes) == 0:
		return fault.Input("purposes", "must name one at least")
	case slices.ContainsFunc(k.Purposes, func(p casefile.Purpose) bool { return !slices.Contains(KeyPurposes, p) }) || repeats(k.Purposes):
		return fault.Input("purposes", "must be some of %v, each once", KeyPurposes)
	case len(k.Prefixes) > mostAddresses:
		return fault.Input("addresses", "must be at most %d", mostAddresses)
	case k.ExpiresOn < issued || k.ExpiresOn > issued+longestKey:
		return fault.Input("expiresOn", "must be a day from today to %d days from now", longestKey)
	case alive >= mostAlive:
		return fault.Input("workerId", "has %d keys that are good already; revoke one first", mostAlive)
	}
	return nil
}

func repeats(purposes []casefile.Purpose) bool {
	sorted := slices.Sorted(slices.Values(purposes))
	return len(slices.Compact(sorted)) < len(purposes)
}

// RevokePartnerKeyInput ends a key.
type RevokePartnerKeyInput struct {
	Request
	KeyID id.Key
}

// RevokePartnerKey ends a key of the actor's organisation from the next request on.
func (d *Directory) RevokePartnerKey(ctx context.Context, actor access.Actor, at time.Time, in RevokePartnerKeyInput) (*PartnerKeyPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	k, err := edit(ctx, d, updating(actor, at, "key.revoked", in.Request), in.KeyID, keys, func(_ *Snapshot, k *PartnerKey) error {
		if k.RevokedAt.IsZero() {
			k.RevokedAt = at.UTC()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &PartnerKeyPayload{k}, nil
}

// ListPartnerKeys returns the keys of an organisation, the oldest first.
func (s *Snapshot) ListPartnerKeys(org id.Organisation) []PartnerKey {
	return byName(s.keys,
		func(k PartnerKey) bool { return k.Organisation == org && s.listed(k) },
		func(k PartnerKey) string { return k.IssuedAt.Format(time.RFC3339Nano) })
}

// FindPartnerKey returns a key by its identifier, and whether there is one.
func (s *Snapshot) FindPartnerKey(keyID id.Key) (PartnerKey, bool) {
	k, known := s.keys[keyID]
	return k, known
}

// PartnerKey returns the key that a token is, and the application that it lets in.
func (s *Snapshot) PartnerKey(token string, at time.Time) (PartnerKey, access.Actor, bool) {
	name, _, _ := strings.Cut(strings.TrimPrefix(token, KeyPrefix), ".")
	k, ok := s.keys[id.Key(id.KeyPrefix+name)]
	if !ok || !k.Alive(at) || !s.listed(k) || subtle.ConstantTimeCompare([]byte(k.Hash), []byte(DigestOf(token))) != 1 {
		return PartnerKey{}, access.Actor{}, false
	}
	actor, ok := s.Actor(k.App, k.Series)
	return k, actor, ok && actor.Role == access.PartnerApp
}
