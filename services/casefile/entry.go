package casefile

import (
	"hash/fnv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"onward/services/calendar"
	"onward/services/career"
	"onward/services/delivery"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/shelter"
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
	Key          string // the client's requestId
	Data         Data
	ReversedBy   int // the version of the entry that reverses this one, or 0
}

// ID returns the entry's identifier.
func (e Entry) ID() string { return id.Within(id.EntryPrefix, e.CaseID, e.Version) }

// RecordedAt returns when the entry was recorded.
func (e Entry) RecordedAt() time.Time { return e.At }

// Note returns the free text of the entry, if it has any.
func (e Entry) Note() string {
	if d, ok := e.Data.(interface{ Text() string }); ok {
		return d.Text()
	}
	return ""
}

// Kind names what happened.
func (e Entry) Kind() string { return e.Data.Kind() }

// Summary describes the entry in a sentence that holds no free text.
func (e Entry) Summary() string { return e.Data.Summary() }

// MilestoneRecorded is the entry for a milestone that has no verb of its own.
type MilestoneRecorded struct {
	Code   track.Code `json:"code" validate:"required"`
	SiteID id.Site    `json:"siteId,omitempty"`
	legal.Step
	track.Remark
}

// Reversed is the entry that takes an earlier one out of the fold. Both stay in
// the history.
type Reversed struct {
	Version int    `json:"version"` // of the entry that it reverses
	Reason  string `json:"reason" validate:"required,max=500"`
}

// Kind names the entry.
func (MilestoneRecorded) Kind() string { return "milestone.recorded" }

// Kind names the entry.
func (Reversed) Kind() string { return "entry.reversed" }

// Summary describes the entry in a sentence.
func (m MilestoneRecorded) Summary() string { return "Milestone reached: " + string(m.Code) }

// Summary describes the entry in a sentence.
func (Reversed) Summary() string { return "An earlier entry was reversed" }

// Decode reads the data of an entry of a kind, as JSON. A kind that this program
// does not know is an Internal fault: a newer program wrote the history.
func Decode(kind string, data []byte) (Data, error) {
	decode, known := decoders[kind]
	if !known {
		return nil, fault.New(fault.Internal, "unknown kind of entry %q", kind)
	}
	d, err := decode(data)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "decode entry %s", kind)
	}
	return d, nil
}

// decoders has one line for each kind of entry.
var decoders = func() map[string]func([]byte) (Data, error) {
	m := map[string]func([]byte) (Data, error){}
	kind[Opened](m)
	kind[Accepted](m)
	kind[Activated](m)
	kind[Assigned](m)
	kind[Revised](m)
	kind[ConsentRecorded](m)
	kind[Held](m)
	kind[Resumed](m)
	kind[FollowUpStarted](m)
	kind[Ended](m)
	kind[Reopened](m)
	kind[Refusal](m)
	kind[HandedOver](m)
	kind[MergedAway](m)
	kind[Reversed](m)
	kind[MilestoneRecorded](m)
	kind[shelter.Admitted](m)
	kind[shelter.Left](m)
	kind[scholarship.Award](m)
	kind[scholarship.Enrolment](m)
	kind[scholarship.TermCheck](m)
	kind[scholarship.End](m)
	kind[career.Registered](m)
	kind[employment.Started](m)
	kind[employment.RetentionChecked](m)
	kind[employment.Ended](m)
	kind[reintegration.Returned](m)
	kind[followup.Recorded](m)
	kind[plan.Updated](m)
	kind[plan.ActionCompleted](m)
	kind[delivery.Delivered](m)
	kind[FlagRaised](m)
	kind[FlagAcknowledgement](m)
	kind[FlagResolution](m)
	return m
}()

func kind[T Data](m map[string]func([]byte) (Data, error)) {
	var zero T
	m[zero.Kind()] = func(data []byte) (Data, error) {
		var v T
		if len(data) <= len("{}") {
			return v, nil
		}
		err := json.Unmarshal(data, &v)
		return v, err
	}
}

// keyHash condenses a request key, in the scope of the worker who sent it.
func keyHash(by id.Worker, key string) uint64 {
	if key == "" {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(by))
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(key))
	return h.Sum64()
}

// Seen returns the version of the first entry that the worker's request made, if
// the case remembers one. It compares 64-bit hashes: whoever finds one reads the
// entry itself from the history.
func (c *Case) Seen(by id.Worker, key string) (version int, ok bool) {
	want := keyHash(by, key)
	for i, k := range c.keys {
		if k == want && want != 0 {
			return i + 1, true
		}
	}
	return 0, false
}

func list[T ~string](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return strings.Join(words, " or ")
}
