package signin

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"onward/services/fault"
)

// cost is how much a guess at a password costs.
type cost struct {
	Memory  uint32 `json:"memory"` // KiB
	Passes  uint32 `json:"passes"`
	Threads uint8  `json:"threads"`
}

// presentCost is the first that OWASP recommends for argon2id, as of 2025: 19 MiB,
// two passes, one thread.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
// A password that was stored at another cost is stored anew when it is next used.
var presentCost = cost{Memory: 19 * 1024, Passes: 2, Threads: 1}

const (
	shortestPassword = 12  // characters, beside a second factor [J]
	longestPassword  = 128 // characters [J]
	hashing          = 2   // passwords at once in this process: each takes 19 MiB [J]
)

// password is what is kept of a password and of the seed of the codes that are asked
// for beside it. Argon2id makes two keys of the password: one is stored to know it
// by, and the other, which is not, seals the seed. So whoever reads the store can
// make no code without having guessed the password.
type password struct {
	Cost cost   `json:"cost"`
	Salt []byte `json:"salt"`
	Hash []byte `json:"hash"`
	Seed []byte `json:"seed"` // of the codes, sealed
}

// newPassword keeps a password and the seed of the codes.
func newPassword(text string, seed []byte) *password {
	p := &password{Cost: presentCost, Salt: make([]byte, 16)}
	_, _ = rand.Read(p.Salt) // crypto/rand never returns an error
	hash, seal := p.keys(text)
	p.Hash, p.Seed = hash, seal.Seal(nil, nil, seed, nil)
	return p
}

// open returns the seed of the codes where the password is right.
func (p *password) open(text string) (seed []byte, ok bool) {
	hash, seal := p.keys(text)
	if subtle.ConstantTimeCompare(hash, p.Hash) != 1 {
		return nil, false
	}
	seed, err := seal.Open(nil, nil, p.Seed, nil)
	return seed, err == nil
}

// keys makes the two keys of a password. It is compared in one form of Unicode,
// whatever keyboard wrote it.
func (p *password) keys(text string) (hash []byte, seal cipher.AEAD) {
	both := argon2.IDKey([]byte(norm.NFKC.String(text)), p.Salt, p.Cost.Passes, p.Cost.Memory, p.Cost.Threads, 64)
	block, _ := aes.NewCipher(both[32:])          // of 32 bytes, which is right
	seal, _ = cipher.NewGCMWithRandomNonce(block) // of AES, which is right
	return both[:32], seal
}

// dummy is no account's password: nobody knows of what it would be the hash. It is
// tried where there is no account, so that the answer takes as long.
func dummy() *password {
	p := &password{Cost: presentCost, Salt: make([]byte, 16), Hash: make([]byte, 32)}
	_, _ = rand.Read(p.Hash) // crypto/rand never returns an error
	return p
}

func checkPassword(text, name string) error {
	n := utf8.RuneCountInString(text)
	switch {
	case n < shortestPassword || n > longestPassword:
		return fault.Input("password", "must have %d to %d characters", shortestPassword, longestPassword)
	case norm.NFKC.String(text) == name:
		return fault.Input("password", "must not be the name")
	}
	return nil
}

// hashed runs fn, which hashes a password, when it is its turn.
func (d *Door) hashed(ctx context.Context, fn func()) error {
	select {
	case d.turns <- struct{}{}:
		defer func() { <-d.turns }()
		fn()
		return nil
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err(), "too many sign-ins at once; try again")
	}
}
