// Package reminder tells each worker once a day what there is to do: a digest of
// the worklist, kept as a document that the worker can read, and an event for an
// address of the operator's. Nobody's name is in either, and no free text.
package reminder

import (
	"encoding/json"
	"time"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/stall"
	"onward/services/store"
)

// maxItems is how many items a digest has at most; the counts are over all.
const maxItems = 50

// Digest is what there is to do for a worker on a day: what the worklist of that
// worker says of the day when the digest is made, which may be later than the day.
// A worker with nothing to do has none.
type Digest struct {
	ID           string               `json:"-"`
	Worker       id.Worker            `json:"worker"`
	Organisation id.Organisation      `json:"organisation"`
	On           calendar.Day         `json:"on"`
	MadeAt       time.Time            `json:"madeAt"`
	Counts       []casework.WorkCount `json:"counts"` // over everything, not only the items
	Items        []Item               `json:"items"`  // the most urgent first, 50 at most

	Unsent    bool      `json:"unsent,omitempty"`   // its event waits to be delivered, or did until it was too old
	SentAt    time.Time `json:"sentAt,omitzero"`    // when its event was delivered
	RefusedAt time.Time `json:"refusedAt,omitzero"` // when its event was refused for good
}

// Item is one thing to do.
type Item struct {
	CaseID   id.Case           `json:"case,omitempty"` // absent of a figure
	CaseCode string            `json:"code,omitempty"` // absent where the worker may not read the case yet
	Kind     stall.WorkKind    `json:"kind"`
	Rule     casefile.RuleCode `json:"rule,omitempty"` // absent where no rule asks for it
	Severity casefile.Severity `json:"severity"`
	DueOn    calendar.Day      `json:"dueOn"`
}

// The page of digests.
type (
	DigestConnection = page.Connection[Digest]
	DigestEdge       = page.Edge[Digest]
)

// idOf returns the identifier of the digest of a worker and a day, so that each
// is made once, whoever makes it.
func idOf(worker id.Worker, on calendar.Day) string {
	return id.Derive("digest_", string(worker), on.String())
}

// itemOf returns what a digest keeps of something to do.
func itemOf(w casework.WorkItem) Item {
	item := Item{Kind: w.Kind(), Rule: w.Deadline.Rule, Severity: w.Severity, DueOn: w.DueOn}
	if c := w.About(); c != nil {
		item.CaseID = c.ID
	}
	if w.Case != nil {
		item.CaseCode = w.Case.Code
	}
	return item
}

// document writes a version of a digest, with the entry that made it.
func (d Digest) document(version int, entry string, at time.Time) (store.Document, error) {
	state, err := json.Marshal(d)
	if err != nil {
		return store.Document{}, fault.Wrap(fault.Internal, err, "encode digest")
	}
	return store.Document{ID: d.ID, Version: version, State: state, History: []store.Entry{
		{Version: version, Kind: entry, On: d.On, At: at},
	}}, nil
}

func read(doc store.Document) (Digest, error) {
	d := Digest{ID: doc.ID}
	if err := json.Unmarshal(doc.State, &d); err != nil {
		return d, fault.Wrap(fault.Internal, err, "read digest %s", doc.ID)
	}
	return d, nil
}
