// Package store is the interface to the place where documents live: a versioned
// document store with six verbs. Nothing above it knows which engine is below.
//
// Every write changes exactly one document, guarded by its version, and is
// durable when the call returns. That is the only atomic step that Onward needs.
package store

import (
	"context"
	"encoding/json"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
)

// Collection names a kind of document.
type Collection string

// The collections. An engine refuses any other.
const (
	Cases       Collection = "cases"       // case files: histories and the state folded from them
	Directory   Collection = "directory"   // organisations, sites, teams, workers, employers, schools, networks, targets, thresholds
	Accounts    Collection = "accounts"    // standing tokens, by their SHA-256, and local accounts
	Instruments Collection = "instruments" // questionnaires that an operator added, by code and version
	Activities  Collection = "activities"  // the activity ledger: what is done beyond cases
	Releases    Collection = "releases"    // rolled-up outcome reports, by period
	Leases      Collection = "leases"      // jobs: who runs each and which day it has done
	Runs        Collection = "runs"        // logs: what each run of a job did
	Digests     Collection = "digests"     // logs: what each worker was reminded of, by day
	People      Collection = "people"      // who survivors are, sealed, by case
	Keys        Collection = "keys"        // the wrapped data keys of cases, and the tombstones of erased ones
	Sessions    Collection = "sessions"    // of those who have signed in to local accounts, and a day's counts of failures and searches: they end by themselves
	AccessLog   Collection = "access_log"  // who read and wrote what of which case
)

// Collections lists them all, for engines that prepare tables or indexes.
var Collections = []Collection{Cases, Directory, Accounts, Instruments, Activities, Releases, Leases, Runs, Digests, People, Keys, Sessions, AccessLog}

// PermitRemoval returns an Internal fault unless documents of the collection may be
// removed: the logs of jobs and sessions may, and nothing else. Engines ask it before
// they remove.
func PermitRemoval(c Collection, operation string) error {
	if c == Runs || c == Digests || c == Sessions {
		return nil
	}
	return fault.New(fault.Internal, "%s: nothing is ever removed from %s", operation, c)
}

// Entry is one line of a document's history. Entries are only ever added.
type Entry struct {
	Version      int             `json:"v"`             // the document's version once this entry was in it
	Kind         string          `json:"kind"`          // what happened, e.g. employment.started
	On           calendar.Day    `json:"on,omitzero"`   // the day it happened
	At           time.Time       `json:"at"`            // when it was recorded: UTC, whole milliseconds
	By           string          `json:"by,omitempty"`  // the worker or job that recorded it
	Organisation string          `json:"org,omitempty"` // the organisation they acted for
	Key          string          `json:"key,omitempty"` // a digest of the client's requestId
	Data         json.RawMessage `json:"data,omitempty"`
}

// Document is one versioned document: its present state, as a JSON object that
// people and reporting tools can read, and its history.
type Document struct {
	ID      string
	Version int // 1 or more
	State   json.RawMessage
	History []Entry
}

// Change is a guarded write to one document: if its version is still From, the
// state is replaced, the entries are added to the end of the history and the
// version becomes To.
type Change struct {
	ID       string
	From, To int // To > From >= 1
	State    json.RawMessage
	Entries  []Entry
}

// Mark is an engine's own note of a place in the stream of changes. The zero
// value stands before everything.
type Mark string

// Store is what an engine provides. All methods are safe for concurrent use and
// stop with fault kind Unavailable when their context ends. Errors of the engine
// are wrapped as Unavailable or Internal; no driver type leaves this boundary.
type Store interface {
	// Get returns one document, or a NotFound fault.
	Get(ctx context.Context, c Collection, id string) (Document, error)

	// Insert adds new documents. It returns a Conflict fault if one of them
	// exists already. A single document is inserted whole or not at all; of
	// several, those before the one that failed may have been inserted.
	Insert(ctx context.Context, c Collection, docs ...Document) error

	// Append makes a guarded change. It returns a Conflict fault if the document
	// is at another version, and NotFound if there is no such document. After an
	// Unavailable fault the outcome is unknown: the caller reads again.
	Append(ctx context.Context, c Collection, change Change) error

	// Remove takes a document away, durably like a write. To remove what is
	// absent is no error. It is for Runs, Digests and Sessions, and returns an Internal
	// fault for every other collection: Watch does not report removals, so
	// nothing that is followed may be removed, and an id that was removed is not
	// used again. After an Unavailable fault the outcome is unknown; to remove
	// again is harmless.
	Remove(ctx context.Context, c Collection, id string) error

	// Scrub takes out of the engine's files, as far as the engine can, what was
	// overwritten in Keys and People: earlier states of them stand in no file then. It
	// returns Unavailable where readers or the context keep it from being done; to
	// call it again is harmless.
	Scrub(ctx context.Context) error

	// Scan calls fn with every document, in no particular order, and stops at
	// fn's first error, which it returns. Documents changed during the scan are
	// seen as they were before or after the change. The mark that it returns
	// stands before the scan began: watching from it misses nothing.
	Scan(ctx context.Context, c Collection, fn func(Document) error) (Mark, error)

	// ScanHistories is Scan for those who fold the histories anew: the documents come
	// without their State, which is not read either.
	ScanHistories(ctx context.Context, c Collection, fn func(Document) error) (Mark, error)

	// Watch calls fn, from one goroutine, with every document inserted or
	// changed since the mark, by this process or another, until the context
	// ends (it then returns nil) or fn fails. A document may be delivered more
	// than once and an intermediate version may be skipped; the newest version
	// always comes, normally within a second.
	Watch(ctx context.Context, c Collection, since Mark, fn func(Document) error) error

	// Close releases the engine. The store must not be used afterwards.
	Close() error
}
