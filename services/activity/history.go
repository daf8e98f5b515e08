package activity

import (
	"encoding/json"
	"slices"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/store"
)

// Change is what an entry of an activity's history says: Recorded, Corrected or
// Withdrawn.
type Change interface {
	// EntryKind names the change as it is stored.
	EntryKind() string
	// Check refuses a change that breaks a rule, naming the field.
	Check(today calendar.Day) error
	// Texts returns the change with each of its texts as visit gives it back.
	Texts(visit sealed.Visit) (Change, error)
	apply(*Activity)
}

// Recorded begins an activity.
type Recorded struct{ Facts }

// Corrected replaces all that was said of an activity, with the reason.
type Corrected struct {
	Facts
	Reason sealed.Text `json:"reason"`
}

// Withdrawn takes an activity back that should not have been recorded.
type Withdrawn struct {
	Reason sealed.Text `json:"reason"`
}

// EntryKind names the change as it is stored.
func (Recorded) EntryKind() string { return "activity.recorded" }

// EntryKind names the change as it is stored.
func (Corrected) EntryKind() string { return "activity.corrected" }

// EntryKind names the change as it is stored.
func (Withdrawn) EntryKind() string { return "activity.withdrawn" }

// Texts returns the change with each of its texts as visit gives it back.
func (r Recorded) Texts(visit sealed.Visit) (Change, error) {
	err := sealed.EachOfCopy(&r, visit)
	return r, err
}

// Texts returns the change with each of its texts as visit gives it back.
func (c Corrected) Texts(visit sealed.Visit) (Change, error) {
	err := sealed.EachOfCopy(&c, visit)
	return c, err
}

// Texts returns the change with each of its texts as visit gives it back.
func (w Withdrawn) Texts(visit sealed.Visit) (Change, error) {
	err := sealed.EachOfCopy(&w, visit)
	return w, err
}

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

// Stored returns the change that an entry says as it is stored, with its texts sealed.
func Stored(e store.Entry) (Change, error) {
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

// decode reads the change of a stored entry, with references in the place of its texts.
// A text in clear is an Internal fault: none is ever stored.
func decode(e store.Entry) (Change, error) {
	change, err := Stored(e)
	if err != nil {
		return nil, err
	}
	return change.Texts(func(field string, _ bool, t sealed.Text) (sealed.Text, error) {
		if _, _, ok := t.Sealed(); !ok {
			return "", fault.New(fault.Internal, "%s of entry %d is not sealed", field, e.Version)
		}
		return sealed.Refer(e.Version, field, ""), nil
	})
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
