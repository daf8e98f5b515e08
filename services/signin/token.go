package signin

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"onward/services/directory"
	"onward/services/id"
)

// The prefixes make a leaked token easy to recognise, for people and scanners.
const (
	accessPrefix  = "onwardaccess_"
	refreshPrefix = "onwardrefresh_"
	invitePrefix  = "onwardinvite_"
	devicePrefix  = "onwarddevice_"
)

// newToken returns a token of 256 random bits that names the document that knows it,
// and how it is stored there.
func newToken(prefix, document string) (token, hash string) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // crypto/rand never returns an error
	token = prefix + id.Suffix(document) + "." + base64.RawURLEncoding.EncodeToString(secret[:])
	return token, directory.DigestOf(token)
}

// named returns the document that a token names, or "" where the token is of another
// sort.
func named(token, prefix, documentPrefix string) string {
	rest, ok := strings.CutPrefix(token, prefix)
	document, _, split := strings.Cut(rest, ".")
	if !ok || !split || document == "" {
		return ""
	}
	return documentPrefix + document
}

func sameHash(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
