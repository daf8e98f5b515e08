package signin

import (
	"crypto/rand"
	"encoding/base32"
	"slices"
	"strings"
	"time"

	"onward/services/directory"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	codePeriod    = 30 // seconds that a code holds, as authenticator apps take it (RFC 6238)
	codeSkew      = 1  // codes before and after that are taken, too (RFC 6238, 5.2)
	recoveryCodes = 10 // of an account [J]
)

// Authenticator is what an authenticator app is given, this once.
type Authenticator struct {
	URL    string `json:"url"` // otpauth, for a QR code
	Secret string `json:"secret"`
}

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

func newSeed() []byte {
	seed := make([]byte, 20) // as RFC 4226 recommends
	_, _ = rand.Read(seed)   // crypto/rand never returns an error
	return seed
}

// authenticatorOf writes a seed for the app of the account's owner.
func authenticatorOf(name string, seed []byte) (*Authenticator, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Onward", AccountName: name, Secret: seed, Period: codePeriod})
	if err != nil {
		return nil, err
	}
	return &Authenticator{URL: key.URL(), Secret: key.Secret()}, nil
}

// stepOf returns the step in which a code of a seed holds at a moment: one that is
// later than the last step that was used, so that no code is taken twice.
func stepOf(code string, seed []byte, at time.Time, last uint64) (step uint64, ok bool) {
	secret := base32Text.EncodeToString(seed)
	now := uint64(at.Unix()) / codePeriod
	for step := max(now-codeSkew, last+1); step <= now+codeSkew; step++ {
		if good, err := hotp.ValidateCustom(code, step, secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}); err == nil && good {
			return step, true
		}
	}
	return 0, false
}

// newRecoveryCodes returns codes of 80 random bits, and how they are stored.
func newRecoveryCodes() (codes, hashes []string) {
	for range recoveryCodes {
		var bits [10]byte
		_, _ = rand.Read(bits[:])
		text := base32Text.EncodeToString(bits[:])
		codes = append(codes, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		hashes = append(hashes, directory.DigestOf(text))
	}
	return codes, hashes
}

// recovered returns the recovery codes that are left once one has been used.
func recovered(code string, hashes []string) (left []string, ok bool) {
	text := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	i := slices.Index(hashes, directory.DigestOf(text))
	if i < 0 {
		return hashes, false
	}
	return slices.Delete(slices.Clone(hashes), i, i+1), true
}
