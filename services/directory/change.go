package directory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// Request is what every change of a thing that is there already carries.
type Request struct {
	RequestID       string
	ExpectedVersion *int // of the thing
}

// act is who does what, and when: the head of the line that a change leaves in
// the history of its document.
type act struct {
	actor access.Actor
	at    time.Time
	kind  string // site.added, worker.ended, …
	Request
	reason string
	once   bool // an answer that cannot be given again: a token
}

// record is what the line says.
type record struct {
	Changed map[string]difference `json:"changed,omitempty"`
	Reason  string                `json:"reason,omitempty"`
}

// difference is a part of a thing before and after; absent parts are null.
type difference struct {
	Was json.RawMessage `json:"was"`
	Is  json.RawMessage `json:"is"`
}

// permit refuses an actor whose role may not do this, and a requestId that is
// none.
func permit(actor access.Actor, action access.Action, requestID string) error {
	if err := actor.PermitProgramme(action); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(requestID); n == 0 || n > 128 {
		return fault.Input("requestId", "must have 1 to 128 characters")
	}
	return nil
}

// derived returns the identifier of what a request adds: the same request, sent
// again, meets what it added the first time.
func derived[K ~string](prefix string, actor access.Actor, requestID string) K {
	return K(id.Derive(prefix, string(actor.Worker), requestID))
}

// add stores a new thing, or returns the one that the same request has added, in
// this process or in another. The map is where a snapshot keeps such things.
func add[K ~string, V Thing](ctx context.Context, d *Directory, a act, v V, kept func(*Snapshot) map[K]V) (V, error) {
	d.editing.Lock()
	defer d.editing.Unlock()
	key := K(v.key())
	if first, ok := kept(d.Snapshot())[key]; ok {
		return first, nil
	}
	if err := d.Snapshot().Check(v); err != nil {
		return v, err
	}
	state, err := encode(v)
	if err != nil {
		return v, err
	}
	entry, err := a.entry(1, json.RawMessage("{}"), state)
	if err != nil {
		return v, err
	}
	err = d.insert(ctx, store.Document{ID: v.key(), Version: 1, State: state, History: []store.Entry{entry}})
	if fault.Is(err, fault.Conflict) {
		_, err = d.newest(ctx, v.key())
	}
	return kept(d.Snapshot())[key], err
}

// errRaced says that another process has changed the thing since it was read.
var errRaced = errors.New("another change came first")

// edit changes one thing of the actor's organisation, once for each request. It
// decides on what the store holds, and again where another process comes first.
// A request that was made before gets the thing as it is now.
func edit[K ~string, V Thing](ctx context.Context, d *Directory, a act, key K, kept func(*Snapshot) map[K]V, decide func(*Snapshot, *V) error) (V, error) {
	d.editing.Lock()
	defer d.editing.Unlock()
	for {
		if v, err := attempt(ctx, d, a, key, kept, decide); err != errRaced {
			return v, err
		}
	}
}

// settle changes one thing of the actor's organisation that need not be there
// yet: its identifier says what it is of, and blank is how it begins. It returns
// the thing as it then stands in the store, and the line that the request has made.
func settle[K ~string, V Thing](ctx context.Context, d *Directory, a act, blank V, kept func(*Snapshot) map[K]V, decide func(*Snapshot, *V) error) (now V, made store.Entry, err error) {
	err = begin(ctx, d, a, blank, kept, decide)
	if err == errRaced { // it is there already
		_, err = edit(ctx, d, a, K(blank.key()), kept, decide)
	}
	if err != nil {
		return now, made, err
	}
	doc, err := d.newest(ctx, blank.key())
	if err != nil {
		return now, made, err
	}
	i := slices.IndexFunc(doc.History, func(e store.Entry) bool { return e.Key == a.requestKey() && e.By == string(a.actor.Worker) })
	if i < 0 {
		return now, made, fault.New(fault.Internal, "a change of %s is not in its history", doc.ID)
	}
	if now, err = read[V](doc); err != nil {
		return now, made, fault.Wrap(fault.Internal, err, "read %s", doc.ID)
	}
	return now, doc.History[i], nil
}

// begin stores the first version of a thing. It returns errRaced where it is there
// already.
func begin[K ~string, V Thing](ctx context.Context, d *Directory, a act, v V, kept func(*Snapshot) map[K]V, decide func(*Snapshot, *V) error) error {
	d.editing.Lock()
	defer d.editing.Unlock()
	if _, there := kept(d.Snapshot())[K(v.key())]; there {
		return errRaced
	}
	_, err := d.newest(ctx, v.key())
	switch {
	case err == nil:
		return errRaced
	case !fault.Is(err, fault.NotFound):
		return err
	case a.ExpectedVersion != nil && *a.ExpectedVersion != 0:
		return fault.New(fault.Conflict, "it is at version 0, not %d; read it again", *a.ExpectedVersion)
	}
	if err := decided(d.Snapshot(), &v, decide); err != nil {
		return err
	}
	state, err := encode(v)
	if err != nil {
		return err
	}
	entry, err := a.entry(1, json.RawMessage("{}"), state)
	if err != nil {
		return err
	}
	err = d.insert(ctx, store.Document{ID: v.key(), Version: 1, State: state, History: []store.Entry{entry}})
	if fault.Is(err, fault.Conflict) {
		return errRaced
	}
	return err
}

// attempt runs a decision on one version of a thing.
func attempt[K ~string, V Thing](ctx context.Context, d *Directory, a act, key K, kept func(*Snapshot) map[K]V, decide func(*Snapshot, *V) error) (V, error) {
	var none V
	doc, err := d.newest(ctx, string(key))
	if err != nil {
		return none, err
	}
	now := d.Snapshot()
	v, ok := kept(now)[key]
	switch {
	case !ok || v.owner() != a.actor.Organisation:
		return none, access.Absent()
	case now.versions[doc.ID] != doc.Version:
		return none, errRaced
	}
	if was, seen := a.seen(doc.History); seen {
		return v, a.again(was)
	}
	if want := a.ExpectedVersion; want != nil && *want != doc.Version {
		return none, fault.New(fault.Conflict, "it is at version %d, not %d; read it again", doc.Version, *want)
	}
	before, err := encode(v)
	if err != nil {
		return none, err
	}
	if err := decided(now, &v, decide); err != nil {
		return none, err
	}
	if err := d.append(ctx, a, doc.Version, before, v); err != nil {
		return none, err
	}
	return kept(d.Snapshot())[key], nil
}

// decided changes a thing as is decided, and refuses what then breaks a rule.
func decided[V Thing](s *Snapshot, v *V, decide func(*Snapshot, *V) error) error {
	if err := decide(s, v); err != nil {
		return err
	}
	return s.valid(*v)
}

// newest takes in a thing as it stands in the store, with its history.
func (d *Directory) newest(ctx context.Context, key string) (store.Document, error) {
	doc, err := d.store.Get(ctx, store.Directory, key)
	if fault.Is(err, fault.NotFound) {
		return doc, access.Absent()
	}
	if err != nil {
		return doc, err
	}
	return doc, d.apply(doc)
}

// append stores the next state of a thing and the line that says what changed.
func (d *Directory) append(ctx context.Context, a act, version int, before json.RawMessage, v Thing) error {
	state, err := encode(v)
	if err != nil {
		return err
	}
	entry, err := a.entry(version+1, before, state)
	if err != nil {
		return err
	}
	change := store.Change{ID: v.key(), From: version, To: version + 1, State: state, Entries: []store.Entry{entry}}
	if err := d.store.Append(ctx, store.Directory, change); err != nil {
		if fault.Is(err, fault.Conflict) {
			return errRaced
		}
		return err
	}
	return d.apply(store.Document{ID: v.key(), Version: change.To, State: state, History: change.Entries})
}

// requestKey is what is kept of the requestId.
func (a act) requestKey() string { return id.RequestKey(a.actor.Worker, a.RequestID) }

// seen returns what the same worker's request did to the thing before.
func (a act) seen(history []store.Entry) (kind string, seen bool) {
	for _, e := range history {
		if a.RequestID != "" && e.Key == a.requestKey() && e.By == string(a.actor.Worker) {
			return e.Kind, true
		}
	}
	return "", false
}

// again refuses a requestId that was used for another change, which would
// otherwise be lost without a word, and one whose answer is given once.
func (a act) again(was string) error {
	switch {
	case was != a.kind:
		return fault.New(fault.Conflict, "this requestId was used for another change (%s); choose a new one", was)
	case a.once:
		return fault.New(fault.Conflict, "this requestId has given its token, which cannot be shown again; if it is lost, choose a new requestId for another one")
	}
	return nil
}

// entry returns the line that says what the act changed.
func (a act) entry(version int, was, is json.RawMessage) (store.Entry, error) {
	changed, err := differences(was, is)
	if err != nil {
		return store.Entry{}, fault.Wrap(fault.Internal, err, "compare directory documents")
	}
	data, err := json.Marshal(record{Changed: changed, Reason: a.reason})
	if err != nil {
		return store.Entry{}, fault.Wrap(fault.Internal, err, "encode directory entry")
	}
	at := a.at.UTC().Truncate(time.Millisecond)
	return store.Entry{
		Version: version, Kind: a.kind, On: calendar.DayOf(at), At: at, By: string(a.actor.Worker),
		Organisation: string(a.actor.Organisation), Key: a.requestKey(), Data: data,
	}, nil
}

// history reads the lines that made a version of a thing, the newest first.
func history[E any](ctx context.Context, d *Directory, key string, version int, read func(store.Entry) (E, error)) ([]E, error) {
	if version == 0 {
		return nil, nil
	}
	doc, err := d.store.Get(ctx, store.Directory, key)
	if err != nil {
		return nil, err
	}
	var all []E
	for _, e := range slices.Backward(doc.History) {
		if e.Version > version {
			continue
		}
		entry, err := read(e)
		if err != nil {
			return nil, err
		}
		all = append(all, entry)
	}
	return all, nil
}

// differences returns the members in which two objects differ.
func differences(was, is json.RawMessage) (map[string]difference, error) {
	var before, after map[string]json.RawMessage
	if err := json.Unmarshal(was, &before); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(is, &after); err != nil {
		return nil, err
	}
	all := map[string]difference{}
	for name, value := range before {
		if !bytes.Equal(value, after[name]) {
			all[name] = difference{Was: value, Is: after[name]}
		}
	}
	for name, value := range after {
		if _, there := before[name]; !there {
			all[name] = difference{Is: value}
		}
	}
	return all, nil
}
