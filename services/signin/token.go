package signin

import (
	"crypto/hmac"
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

// marked returns a token with a mark by which every process knows it for one of ours.
func marked(key []byte, token string) string { return token + "." + markOf(key, token) }

// hasMark reports whether a token was made by a process that has the key.
func hasMark(key []byte, token string) bool {
	end := max(0, strings.LastIndexByte(token, '.'))
	return hmac.Equal([]byte("."+markOf(key, token[:end])), []byte(token[end:]))
}

func markOf(key []byte, token string) string {
	return base64.RawURLEncoding.EncodeToString(digestOf(key, token)[:markSize])
}

// markSize is how many bytes a mark has [J]: as good as a session that nobody can guess.
const markSize = 16

func sameHash(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
