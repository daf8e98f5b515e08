// Package dossier writes all that is held about one survivor so that she can read it,
// as JSON and as a page in the words of English or Khmer. It is pure:
// services/casework gathers what is held, and opens it.
package dossier

import (
	"encoding/json"
	"time"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/identity"
)

// Dossier is all that is held about one survivor, in one case.
type Dossier struct {
	Case     string             `json:"case"`
	Code     string             `json:"code"`
	MadeAt   time.Time          `json:"madeAt"`
	ErasedOn calendar.Day       `json:"erasedOn,omitzero"` // what was written of her was erased
	Identity *identity.Identity `json:"identity"`          // null where nothing was recorded
	Recorded []Recording        `json:"identityRecorded"`  // who has recorded it, and when
	State    json.RawMessage    `json:"state"`             // what the case has come to, texts opened
	Entries  []Entry            `json:"entries"`           // what happened, the oldest first

	Instruments []*assessment.Instrument `json:"-"` // whose questions and answers the page says in words
}

// Recording says who has recorded which parts of the identity.
type Recording struct {
	At      time.Time        `json:"at"`
	By      string           `json:"by"` // a worker, by name and role
	Fields  []identity.Field `json:"fields,omitempty"`
	Cleared []identity.Field `json:"cleared,omitempty"`
}

// Entry is one thing that happened.
type Entry struct {
	Version int             `json:"version"`
	On      calendar.Day    `json:"on,omitzero"`
	At      time.Time       `json:"at"`
	By      string          `json:"by"` // a worker, by name and role, or a job
	Kind    string          `json:"kind"`
	Summary string          `json:"summary"`
	Data    json.RawMessage `json:"data,omitempty"` // texts opened
}
