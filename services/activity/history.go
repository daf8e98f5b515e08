package activity

import (
	"encoding/json"
	"slices"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// Change is what an entry of an activity's history says: Recorded, Corrected or
// Withdrawn.
type Change interface {
	// EntryKind names the change as it is stored.
	EntryKind() string
	// Check refuses a change that breaks a rule, naming the field.
	Check(today calendar.Day) error
	apply(*Activity)
}

// Recorded begins an activity.
type Recorded struct{ Facts }

// Corrected replaces all that was said of an activity, with the reason.
type Corrected struct {
	Facts
	Reason string `json:"reason"`
}

// Withdrawn takes an activity back that should not have been recorded.
type Withdrawn struct {
	Reason string `json:"reason"`
}

// EntryKind names the change as it is stored.
func (Recorded) EntryKind() string { return "activity.recorded" }

// EntryKind names the change as it is stored.
func (Corrected) EntryKind() string { return "activity.corrected" }

// EntryKind names the change as it is stored.
func (Withdrawn) EntryKind() string { return "activity.withdrawn" }

// Check refuses facts that break a rule, and a correction without a reason.
func (c Corrected) Check(today calendar.Day) error {
	if err := c.Facts.Check(today); err != nil {
		return err
	}
	return checkReason(c.Reason)
}

// Check refuses a withdrawal without a reason.
func (w Withdrawn) Check(calendar.Day) error { return checkReason(w.Reason) }

func (r Recorded) apply(a *Activity)  { a.Facts = r.Facts }
func (c Corrected) apply(a *Activity) { a.Facts, a.Reason = c.Facts, c.Reason }
func (w Withdrawn) apply(a *Activity) { a.Withdrawn, a.Reason = true, w.Reason }

// decode reads the change of a stored entry.
func decode(e store.Entry) (Change, error) {
	var err error
	read := func(into any) { err = json.Unmarshal(e.Data, into) }
	var change Change
	switch e.Kind {
	case Recorded{}.EntryKind():
		var c Recorded
		read(&c)
		change = c
	case Corrected{}.EntryKind():
		var c Corrected
		read(&c)
		change = c
	case Withdrawn{}.EntryKind():
		var c Withdrawn
		read(&c)
		change = c
	default:
		return nil, fault.New(fault.Internal, "an activity knows no entry %s", e.Kind)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read entry %s", e.Kind)
	}
	return change, nil
}

// Read folds a stored activity from its history. It returns an Internal fault
// for a history that no change makes.
func Read(doc store.Document) (Activity, error) {
	a := Activity{ID: id.Activity(doc.ID)}
	for _, e := range doc.History {
		if err := a.take(e); err != nil {
			return Activity{}, err
		}
	}
	if a.Version == 0 {
		return Activity{}, fault.New(fault.Internal, "activity %s has no history", doc.ID)
	}
	return a, nil
}

// take folds one more entry in.
func (a *Activity) take(e store.Entry) error {
	change, err := decode(e)
	if err != nil {
		return err
	}
	_, begins := change.(Recorded)
	if begins != (a.Version == 0) || a.Withdrawn || e.Version != a.Version+1 {
		return fault.New(fault.Internal, "activity %s: %s at %d does not follow %d", a.ID, e.Kind, e.Version, a.Version)
	}
	if begins {
		a.Organisation, a.RecordedAt = id.Organisation(e.Organisation), e.At
	}
	change.apply(a)
	a.Version, a.UpdatedAt = e.Version, e.At
	return nil
}

// Until returns the document as it was at one of its versions.
func Until(doc store.Document, version int) store.Document {
	doc.Version, doc.History = version, doc.History[:version]
	return doc
}

// known returns the document as it was known at an instant: with no history
// where it was not recorded yet.
func known(doc store.Document, at time.Time) store.Document {
	n := slices.IndexFunc(doc.History, func(e store.Entry) bool { return e.At.After(at) })
	if n < 0 {
		return doc
	}
	return Until(doc, n)
}

// Made returns the entry that a worker's request has made, if it has.
func Made(doc store.Document, by id.Worker, key string) (store.Entry, bool) {
	i := slices.IndexFunc(doc.History, func(e store.Entry) bool { return e.By == string(by) && e.Key == key })
	if i < 0 {
		return store.Entry{}, false
	}
	return doc.History[i], true
}
