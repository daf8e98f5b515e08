package casefile

import (
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"onward/services/sealed"

	"onward/services/calendar"
	"onward/services/id"
	"onward/services/track"
)

// Data is what an entry says beyond its header. The programmes' entry types
// implement it.
type Data interface {
	// Kind names the entry, as in employment.started.
	Kind() string
	// Summary describes it in a sentence that holds no free text.
	Summary() string
}

// Entry is one line of a case's history.
type Entry struct {
	CaseID       id.Case
	Version      int // the case's version once this entry was in it
	On           calendar.Day
	At           time.Time
	By           id.Worker // empty for a job
	Organisation id.Organisation
	Key          string // a digest of the client's requestId: id.RequestKey
	Data         Data
	ReversedBy   int    // the version of the entry that reverses this one, or 0
	Stored       []byte // the data as the store has them, with sealed texts, where references stand in Data
}

// ID returns the entry's identifier.
func (e Entry) ID() string { return id.Within(id.EntryPrefix, e.CaseID, e.Version) }

// RecordedAt returns when the entry was recorded.
func (e Entry) RecordedAt() time.Time { return e.At }

// Note returns the free texts of the entry that say how it was, in the order in which
// they are read.
func (e Entry) Note() []sealed.Text {
	if d, ok := e.Data.(interface{ Texts() []sealed.Text }); ok {
		return d.Texts()
	}
	return nil
}

// Class returns the kind of thing that the entry tells by being there: LEGAL of a
// legal matter and of a milestone of that track, IDENTITY of what was answered to a
// match, CASE of everything else.
func (e Entry) Class() Class {
	if is(e, matchKinds) {
		return ClassIdentity
	}
	if m, ok := e.Data.(MilestoneRecorded); ok && m.Code.Track() == track.Legal || is(e, legalKinds) {
		return ClassLegal
	}
	return ClassCase
}

// is reports whether an entry is of one of some kinds.
func is(e Entry, kinds []kind) bool {
	return slices.ContainsFunc(kinds, func(k kind) bool { return k.name == e.Kind() })
}

// Kind names what happened.
func (e Entry) Kind() string { return e.Data.Kind() }

// Summary describes the entry in a sentence that holds no free text.
func (e Entry) Summary() string { return e.Data.Summary() }

// Fold leaves out what a reversal takes back; the reversal itself does nothing.
var correctionKinds = []kind{always(func(*Case, Reversed, Entry) error { return nil })}

// Reversed is the entry that takes an earlier one out of the fold. Both stay in
// the history.
type Reversed struct {
	Version int         `json:"version"` // of the entry that it reverses
	Reason  sealed.Text `json:"reason" validate:"required,max=500"`
}

// Kind names the entry.
func (Reversed) Kind() string { return "entry.reversed" }

// Summary describes the entry in a sentence.
func (Reversed) Summary() string { return "An earlier entry was reversed" }

// keyHash condenses a request key, in the scope of the worker who sent it. Only no
// key gives 0.
func keyHash(by id.Worker, key string) uint32 {
	if key == "" {
		return 0
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(by))
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(key))
	return max(1, h.Sum32())
}

// Seen returns the version of the first entry that the worker's request may have
// made, or false where it surely made none. It compares hashes of 32 bits, so that
// in some thousand million another request looks the same: whoever finds one asks
// the history.
func (c *Case) Seen(by id.Worker, key string) (version int, ok bool) {
	if key == "" {
		return 0, false
	}
	i := slices.Index(c.keys, keyHash(by, key))
	return i + 1, i >= 0
}

func list[T ~string](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return strings.Join(words, " or ")
}
