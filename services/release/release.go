package release

import (
	"encoding/json"
	"slices"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/store"
)

// Status is how far a release is on its way.
type Status string

// The statuses. The last two are for good.
const (
	Drafted   Status = "DRAFT"
	Checked   Status = "CHECKED" // counted again to the same figures, and nothing forbade it
	Published Status = "PUBLISHED"
	Withdrawn Status = "WITHDRAWN"
)

// Draft is a release as it was made. Its content is never changed: what is decided
// of it later stands beside it.
type Draft struct {
	ID           id.Release      `json:"id"`
	From         calendar.Day    `json:"from"`
	To           calendar.Day    `json:"to"`
	KnownAt      time.Time       `json:"knownAt"`
	Note         string          `json:"note,omitempty"`
	Withhold     []Withheld      `json:"withhold,omitempty"`
	DraftedBy    id.Worker       `json:"draftedBy"`
	Organisation id.Organisation `json:"organisation"`     // for which was drafted
	Job          string          `json:"job,omitempty"`    // which scheduled job drafted it; then nobody did
	Tables       string          `json:"tables,omitempty"` // Figures.Tables of what was counted
	After        int             `json:"after,omitempty"`  // the number of the last release at that time
	Check        *Check          `json:"check,omitempty"`
	Content      Content         `json:"content"`
	Cells        Cells           `json:"cells"` // what later releases are checked against; with no number that is withheld
}

// Check is the last check of a draft.
type Check struct {
	By       id.Worker `json:"by"`
	At       time.Time `json:"at"`
	After    int       `json:"after"`              // the number of the last release at that time
	Findings []string  `json:"findings,omitempty"` // name the cells that forbid publishing, without numbers
}

// Release is a draft with what has become of it.
type Release struct {
	Draft
	Status      Status
	Number      int // 0 until it is published
	Seal        *Seal
	PublishedBy id.Worker
}

// Period returns the days of the release.
func (d Draft) Period() calendar.Period { return calendar.Period{From: d.From, To: d.To} }

// Table returns the table of a grouping; the order of the dimensions does not matter.
func (c Content) Table(by []outcome.Dimension) (Table, bool) {
	for _, t := range c.Tables {
		if len(t.GroupBy) == len(by) && !slices.ContainsFunc(by, func(d outcome.Dimension) bool { return !slices.Contains(t.GroupBy, d) }) {
			return t, true
		}
	}
	return Table{}, false
}

// Definition returns what an indicator meant when it was counted.
func (c Content) Definition(code outcome.Code) (Definition, bool) {
	i := slices.IndexFunc(c.Definitions, func(d Definition) bool { return d.Code == code })
	if i < 0 {
		return Definition{}, false
	}
	return c.Definitions[i], true
}

// Funnel returns a funnel by its name.
func (c Content) Funnel(name string) (Funnel, bool) {
	i := slices.IndexFunc(c.Funnels, func(f Funnel) bool { return f.Name == name })
	if i < 0 {
		return Funnel{}, false
	}
	return c.Funnels[i], true
}

// Curve returns a curve by its name.
func (c Content) Curve(name string) (Curve, bool) {
	i := slices.IndexFunc(c.Curves, func(k Curve) bool { return k.Name == name })
	if i < 0 {
		return Curve{}, false
	}
	return c.Curves[i], true
}

// decided is what was decided of one draft.
type decided struct {
	ID        id.Release `json:"id"`
	Number    int        `json:"number,omitempty"`
	Seal      *Seal      `json:"seal,omitempty"` // of a published one
	By        id.Worker  `json:"by"`
	RequestID string     `json:"requestId"`
}

// index is the one document that decides which drafts are published, in which
// order, and which are withdrawn. A guarded change of it is what publishes: two
// processes cannot both give the same number, and none is lost where one ends
// between two steps, since there is only one.
type index struct {
	Decided []decided    `json:"decided"`
	Keys    []succession `json:"keys,omitempty"` // which keys came after the first, in their order
}

// last returns the number of the last release.
func (x index) last() int {
	n := 0
	for _, d := range x.Decided {
		n = max(n, d.Number)
	}
	return n
}

// of returns what was decided of a draft.
func (x index) of(release id.Release) (decided, bool) {
	i := slices.IndexFunc(x.Decided, func(d decided) bool { return d.ID == release })
	if i < 0 {
		return decided{}, false
	}
	return x.Decided[i], true
}

// join sets beside a draft what was decided of it.
func (x index) join(d Draft) Release {
	r := Release{Draft: d, Status: Drafted}
	if d.Check != nil && len(d.Check.Findings) == 0 {
		r.Status = Checked
	}
	if made, ok := x.of(d.ID); ok && made.Seal == nil {
		r.Status = Withdrawn
	} else if ok {
		r.Status, r.Number, r.Seal, r.PublishedBy = Published, made.Number, made.Seal, made.By
		r.Content.Number = made.Number
	}
	return r
}

// Author is who does something to a release, when, and under which request.
type Author struct {
	Worker       id.Worker // empty for a job
	Job          string    // empty for a person
	Organisation id.Organisation
	At           time.Time
	RequestID    string // a digest of what the client chose: id.RequestKey
}

// written makes the next version of a document: its state, and an entry that says
// what was done.
func (a Author) written(doc store.Document, kind string, state, data any) (store.Document, error) {
	text, err := json.Marshal(state)
	if err != nil {
		return doc, fault.Wrap(fault.Internal, err, "encode %s", doc.ID)
	}
	said, err := json.Marshal(data)
	if err != nil {
		return doc, fault.Wrap(fault.Internal, err, "encode an entry of %s", doc.ID)
	}
	at := a.At
	if n := len(doc.History); n > 0 && at.Before(doc.History[n-1].At) {
		at = doc.History[n-1].At // time never runs backwards in a history
	}
	doc.Version++
	doc.State, doc.History = text, append(slices.Clip(doc.History), store.Entry{Version: doc.Version, Kind: kind, On: calendar.DayOf(a.At), At: at,
		By: string(a.Worker), Organisation: string(a.Organisation), Key: a.RequestID, Data: said})
	return doc, nil
}

func readDocument[T any](doc store.Document) (T, error) {
	var v T
	if err := json.Unmarshal(doc.State, &v); err != nil {
		return v, fault.Wrap(fault.Internal, err, "read %s", doc.ID)
	}
	return v, nil
}
