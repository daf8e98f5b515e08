package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"

	"onward/services/fault"
	"onward/services/store"
)

// secret is a key that all processes share: a document of Sessions. It has no end, and
// so is never removed.
type secret struct {
	store store.Store

	mu   sync.Mutex
	kept []byte // nil until it is read
}

// secretDocument is named by what the key was first for.
const secretDocument = "failures"

// key returns the key, which the first process makes.
func (s *secret) key(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	key := s.kept
	s.mu.Unlock()
	if key != nil {
		return key, nil
	}
	var kept struct {
		Key []byte `json:"key"`
	}
	err := get(ctx, s.store, store.Sessions, secretDocument, &kept)
	if fault.Is(err, fault.NotFound) {
		kept.Key = make([]byte, sha256.Size)
		_, _ = rand.Read(kept.Key) // crypto/rand never returns an error
		err = insert(ctx, s.store, store.Sessions, secretDocument, kept)
		if fault.Is(err, fault.Conflict) {
			err = get(ctx, s.store, store.Sessions, secretDocument, &kept)
		}
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = kept.Key
	return s.kept, nil
}

// digestOf returns the digest of a text that only who has the key can make.
func digestOf(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(text)) // a hash never returns an error
	return mac.Sum(nil)
}
