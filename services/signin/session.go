package signin

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
	"onward/services/versioned"
)

const (
	sessionPrefix  = "session_"
	ceremonyPrefix = "ceremony_"

	accessTime    = 15 * time.Minute // that an access token holds
	sessionTime   = 12 * time.Hour   // after which one signs in again: a long day of work [J]
	mostRefreshes = 500              // of one session; 48 are usual [J]
	keptTime      = time.Second      // that a process trusts what it has read of a session [J]
	mostKept      = 10000            // sessions whose reading is kept [J]
)

// session is what follows one sign-in: a family of tokens of which one of each kind
// is live. It is a document of Sessions, from which every replica reads.
type session struct {
	Worker     id.Worker `json:"worker"`
	Series     int       `json:"series,omitempty"` // see directory.Worker.TokenSeries
	Access     string    `json:"access"`           // SHA-256, in hex
	AccessEnds time.Time `json:"accessEnds"`
	Refresh    string    `json:"refresh"`        // SHA-256, in hex
	Used       []string  `json:"used,omitempty"` // refresh tokens that were live before
	Ends       time.Time `json:"ends"`
	Ended      bool      `json:"ended,omitempty"` // by signing out, or because a used token came again
}

// Tokens is the answer to a sign-in. Nothing may keep or log it.
type Tokens struct {
	Access    string `json:"accessToken"`
	Refresh   string `json:"refreshToken"`
	ExpiresIn int    `json:"expiresIn"`        // seconds, of the access token
	Device    string `json:"device,omitempty"` // to be sent with the next password from this device
}

// rotate gives the session a new token of each kind.
func (s *session) rotate(document string, key []byte, now time.Time) *Tokens {
	t := &Tokens{ExpiresIn: int(accessTime / time.Second)}
	if s.Refresh != "" {
		s.Used = append(s.Used, s.Refresh)
	}
	unmarked, _ := newToken(accessPrefix, document)
	t.Access = marked(key, unmarked)
	s.Access = directory.DigestOf(t.Access)
	t.Refresh, s.Refresh = newToken(refreshPrefix, document)
	s.AccessEnds = now.Add(accessTime)
	return t
}

// begin begins a session of a worker, or refuses one whose access has ended.
func (d *Door) begin(ctx context.Context, worker id.Worker) (*Tokens, error) {
	series := d.directory.Snapshot().Workers[worker].TokenSeries
	if _, ok := d.directory.Snapshot().Actor(worker, series); !ok {
		return nil, refusedSignIn()
	}
	key, err := d.secret.key(ctx)
	if err != nil {
		return nil, err
	}
	now := d.now().UTC()
	document := id.New(sessionPrefix)
	s := session{Worker: worker, Series: series, Ends: now.Add(sessionTime)}
	tokens := s.rotate(document, key, now)
	return tokens, insert(ctx, d.store, store.Sessions, document, s)
}

// signedIn returns whose access token it is. One that no process has made is refused
// before its session is looked for: whoever makes tokens up costs the store nothing.
func (d *Door) signedIn(ctx context.Context, token string) (access.Actor, error) {
	key, err := d.secret.key(ctx)
	if err != nil {
		return access.Actor{}, err
	}
	if !hasMark(key, token) {
		return access.Actor{}, Refused()
	}
	document := named(token, accessPrefix, sessionPrefix)
	s, err := d.read(ctx, document)
	if err == nil && !sameHash(directory.DigestOf(token), s.Access) { // another replica may have rotated it a moment ago
		d.sessions.forget(document)
		s, err = d.read(ctx, document)
	}
	switch {
	case fault.Is(err, fault.NotFound):
		return access.Actor{}, Refused()
	case err != nil:
		return access.Actor{}, err
	}
	actor, live := d.directory.Snapshot().Actor(s.Worker, s.Series)
	if !live || s.Ended || !sameHash(directory.DigestOf(token), s.Access) || !d.now().Before(s.AccessEnds) || !d.now().Before(s.Ends) {
		return access.Actor{}, Refused()
	}
	return actor, nil
}

// Refresh gives new tokens for a refresh token, which is good once. Where one comes
// again, either of two who hold it has stolen it: the whole session is ended, and both
// are refused from then on.
func (d *Door) Refresh(ctx context.Context, token string) (*Tokens, error) {
	key, err := d.secret.key(ctx)
	if err != nil {
		return nil, err
	}
	document := named(token, refreshPrefix, sessionPrefix)
	var tokens *Tokens
	err = versioned.Change(ctx, d.store, store.Sessions, document, func(s *session) error {
		tokens = nil
		now := d.now().UTC()
		_, live := d.directory.Snapshot().Actor(s.Worker, s.Series)
		hash := directory.DigestOf(token)
		switch {
		case s.Ended:
			return Refused()
		case slices.Contains(s.Used, hash):
			s.Ended = true
		case !live || !now.Before(s.Ends) || !sameHash(hash, s.Refresh) || len(s.Used) >= mostRefreshes:
			return Refused()
		default:
			tokens = s.rotate(document, key, now)
		}
		return nil
	})
	d.sessions.forget(document)
	switch {
	case fault.Is(err, fault.NotFound) || err == nil && tokens == nil:
		return nil, Refused()
	case err != nil:
		return nil, err
	}
	return tokens, nil
}

// SignOut ends the session of a refresh token, also of one that was used.
func (d *Door) SignOut(ctx context.Context, token string) error {
	document := named(token, refreshPrefix, sessionPrefix)
	err := versioned.Change(ctx, d.store, store.Sessions, document, func(s *session) error {
		if hash := directory.DigestOf(token); !slices.Contains(s.Used, hash) && !sameHash(hash, s.Refresh) {
			return Refused()
		}
		s.Ended = true
		return nil
	})
	d.sessions.forget(document)
	if fault.Is(err, fault.NotFound) {
		return Refused()
	}
	return err
}

// read returns a session as it was a moment ago at most.
func (d *Door) read(ctx context.Context, document string) (session, error) {
	if s, ok := d.sessions.kept(document, d.now()); ok {
		return s, nil
	}
	var s session
	if err := get(ctx, d.store, store.Sessions, document, &s); err != nil {
		return s, err
	}
	d.sessions.keep(document, s, d.now())
	return s, nil
}

// sessions keeps for a moment what was read of them, so that a query costs no look
// into the store.
type sessions struct {
	mu  sync.Mutex
	all map[string]reading
}

type reading struct {
	session session
	at      time.Time
}

func (k *sessions) kept(document string, now time.Time) (session, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, ok := k.all[document]
	return r.session, ok && now.Sub(r.at) < keptTime
}

func (k *sessions) keep(document string, s session, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.all) >= mostKept {
		clear(k.all)
	}
	k.all[document] = reading{s, now}
}

func (k *sessions) forget(document string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.all, document)
}

// RemoveEnded removes the sessions, ceremonies and counts of a day that ended before a
// moment, and returns how many there were.
func RemoveEnded(ctx context.Context, s store.Store, before time.Time) (int, error) {
	var old []string
	_, err := s.Scan(ctx, store.Sessions, func(doc store.Document) error {
		var ends struct {
			Ends time.Time `json:"ends"`
		}
		if json.Unmarshal(doc.State, &ends) == nil && !ends.Ends.IsZero() && ends.Ends.Before(before) {
			old = append(old, doc.ID)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, document := range old {
		if err := s.Remove(ctx, store.Sessions, document); err != nil {
			return i, err
		}
	}
	return len(old), nil
}
