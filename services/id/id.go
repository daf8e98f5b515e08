// Package id holds the identifiers of Onward's things: opaque strings with a
// readable kind, such as case_0F4Z…. A type for each kind keeps one from being
// passed for another.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"
	"unique"
)

// The kinds of identifier.
type (
	Case         string // case_…
	Organisation string // org_…
	Site         string // site_…
	Worker       string // worker_…
	Employer     string // employer_…
	Network      string // network_…
	Activity     string // activity_…
	Team         string // team_…
	School       string // school_…
	Release      string // release_…
	Key          string // key_…
	Document     string // document_…
	Match        string // match_…
)

// The prefixes that make an identifier's kind readable.
const (
	CasePrefix         = "case_"
	OrganisationPrefix = "org_"
	SitePrefix         = "site_"
	WorkerPrefix       = "worker_"
	EmployerPrefix     = "employer_"
	NetworkPrefix      = "network_"
	ActivityPrefix     = "activity_"
	TeamPrefix         = "team_"
	SchoolPrefix       = "school_"
	ReleasePrefix      = "release_"
	KeyPrefix          = "key_"
	DocumentPrefix     = "document_"
	ThresholdsPrefix   = "thresholds_"
	TargetPrefix       = "target_"
	FlagPrefix         = "flag_"
	EntryPrefix        = "entry_"
	MatchPrefix        = "match_"
)

// encoding is Crockford's base 32: no letter in it is mistaken for a digit.
var encoding = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// New returns a fresh identifier with 128 random bits behind the prefix.
func New(prefix string) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never returns an error
	return prefix + encoding.EncodeToString(b[:])
}

// Derive returns the identifier that belongs to the parts: the same parts give
// the same identifier, on any machine. A request that makes a new thing derives
// its identifier from who asks and their requestId, so that a repeated request
// meets what the first one made.
func Derive(prefix string, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return prefix + encoding.EncodeToString(h.Sum(nil)[:16])
}

// RequestKey returns what is kept of a requestId: a digest of it and of who sent it.
// The client chooses the text, which may say anything, and it is only ever compared.
func RequestKey(by Worker, requestID string) string {
	if requestID == "" {
		return ""
	}
	return Derive("", string(by), requestID)
}

// Suffix returns the identifier without its kind.
func Suffix[T ~string](v T) string {
	_, s, _ := strings.Cut(string(v), "_")
	return s
}

// Within returns the identifier of a part of a case: its kind, the case and the
// version of the entry that made the part.
func Within[N int | int32](prefix string, c Case, version N) string {
	return prefix + Suffix(c) + "." + strconv.Itoa(int(version))
}

// CaseOf returns the case of a part that Within has named.
func CaseOf(part string) Case {
	suffix, _, _ := strings.Cut(Suffix(part), ".")
	return Case(CasePrefix + suffix)
}

// Intern returns an equal string that shares its bytes with every other interned
// one. The register holds millions of copies of few distinct values.
func Intern[T ~string](v T) T { return T(unique.Make(string(v)).Value()) }
