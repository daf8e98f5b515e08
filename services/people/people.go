// Package people keeps who survivors are, sealed, and finds them without opening
// anything: one versioned document for each case, in which every field is sealed under
// the key of the case, and beside them tokens of a blind index.
package people

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/identity"
	"onward/services/store"
	"onward/services/vault"
)

// Book keeps identities. Its methods are safe for concurrent use.
type Book struct {
	store store.Store
	vault *vault.Vault
	index index
	mark  store.Mark // where Follow goes on from
}

// New returns the book over a store. What is in it is found once it is loaded.
func New(s store.Store, v *vault.Vault) *Book {
	return &Book{store: s, vault: v, index: newIndex()}
}

// Person is who somebody is, as a version of the document says.
type Person struct {
	identity.Identity
	Case       id.Case
	Version    int // 0 where nothing was recorded
	RecordedAt time.Time
	RecordedBy id.Worker
}

// Change is one entry of the document: who has recorded which fields when, and which
// were taken away.
type Change struct {
	Version      int
	At           time.Time
	By           id.Worker
	Organisation id.Organisation
	Recorded     []identity.Field
	Cleared      []identity.Field
}

// Recording is what is to be recorded. What Identity gives takes the place of what was
// there, and what Clear names is taken away; the other fields stay.
type Recording struct {
	Case            id.Case
	Organisation    id.Organisation // of the case, in whose index it is found
	By              id.Worker
	For             id.Organisation // for which By acts
	At              time.Time
	Key             string // of the request
	ExpectedVersion *int   // 0 where nothing is expected
	Identity        identity.Identity
	Clear           []identity.Field
}

const (
	recordedKind = "identity.recorded"
	erasedKind   = "identity.erased"
)

// state is the state of a document.
type state struct {
	Organisation id.Organisation          `json:"organisation"`
	Fields       map[identity.Field]value `json:"fields,omitempty"`
	Tokens       []string                 `json:"tokens,omitempty"` // of the organisation's index and of the programme's
	ErasedAt     time.Time                `json:"erasedAt,omitzero"`
}

// value is a field, sealed at a version.
type value struct {
	Version int    `json:"v"`
	Sealed  []byte `json:"sealed"`
}

// entry is what an entry of the history says.
type entry struct {
	Set   map[identity.Field][]byte `json:"set,omitempty"`
	Clear []identity.Field          `json:"clear,omitempty"`
}

// place is where a field is sealed. The case is bound by its key.
func place(version int, f identity.Field) string { return fmt.Sprintf("identity %d %s", version, f) }

// Get returns who somebody is, opened; of Version 0 where nothing was recorded or the
// case is erased. What was not sealed where it stands is an Internal fault: somebody
// has changed the store.
func (b *Book) Get(ctx context.Context, caseID id.Case) (Person, error) {
	doc, err := b.get(ctx, caseID)
	if err != nil {
		return Person{}, err
	}
	return b.open(ctx, doc)
}

// get returns the document of a case, of version 0 where there is none.
func (b *Book) get(ctx context.Context, caseID id.Case) (store.Document, error) {
	doc, err := b.store.Get(ctx, store.People, string(caseID))
	if fault.Is(err, fault.NotFound) {
		return store.Document{ID: string(caseID)}, nil
	}
	return doc, err
}

// open opens a document.
func (b *Book) open(ctx context.Context, doc store.Document) (Person, error) {
	p := Person{Case: id.Case(doc.ID)}
	s, err := stateOf(doc)
	if err != nil || doc.Version == 0 || !s.ErasedAt.IsZero() {
		return p, err
	}
	key, err := b.vault.ForOpening(ctx, doc.ID)
	if fault.Is(err, fault.Conflict) {
		return p, nil
	}
	if err != nil {
		return p, fault.Wrap(internalUnless(err), err, "open the identity of %s", doc.ID)
	}
	for f, v := range s.Fields {
		clear, err := key.Open(place(v.Version, f), v.Sealed)
		if err != nil {
			return Person{}, fault.Wrap(fault.Internal, err, "open %s of the identity of %s", f, doc.ID)
		}
		if err := json.Unmarshal(clear, p.Part(f)); err != nil {
			return Person{}, fault.New(fault.Internal, "%s of the identity of %s cannot be read", f, doc.ID)
		}
	}
	last := doc.History[len(doc.History)-1]
	p.Version, p.RecordedAt, p.RecordedBy = doc.Version, last.At, id.Worker(last.By)
	return p, nil
}

// internalUnless makes a fault Internal unless trying again may help.
func internalUnless(err error) fault.Kind {
	if fault.Is(err, fault.Unavailable) {
		return fault.Unavailable
	}
	return fault.Internal
}

func stateOf(doc store.Document) (s state, err error) {
	if doc.Version == 0 {
		return s, nil
	}
	if err := json.Unmarshal(doc.State, &s); err != nil {
		return s, fault.Wrap(fault.Internal, err, "decode the identity of %s", doc.ID)
	}
	return s, nil
}

// Seen returns what a request has recorded, where it was made before.
func (b *Book) Seen(ctx context.Context, caseID id.Case, by id.Worker, key string) (p Person, seen bool, err error) {
	doc, err := b.get(ctx, caseID)
	if err != nil {
		return p, false, err
	}
	for i, e := range doc.History {
		if e.Key == key && e.By == string(by) {
			p, err = b.asOf(ctx, doc, i+1)
			return p, true, err
		}
	}
	return p, false, nil
}

// asOf opens a document as it was after so many entries.
func (b *Book) asOf(ctx context.Context, doc store.Document, entries int) (Person, error) {
	s, err := stateOf(doc)
	if err != nil || !s.ErasedAt.IsZero() {
		return Person{Case: id.Case(doc.ID)}, err
	}
	s.Fields, doc.History = map[identity.Field]value{}, doc.History[:entries]
	for _, h := range doc.History {
		var e entry
		if err := json.Unmarshal(h.Data, &e); err != nil {
			return Person{}, fault.Wrap(fault.Internal, err, "decode entry %d of the identity of %s", h.Version, doc.ID)
		}
		s.apply(h.Version, e)
	}
	doc.Version = doc.History[entries-1].Version
	if doc.State, err = json.Marshal(s); err != nil {
		return Person{}, fault.Wrap(fault.Internal, err, "encode the identity of %s", doc.ID)
	}
	return b.open(ctx, doc)
}

// apply takes an entry into the state.
func (s *state) apply(version int, e entry) {
	if s.Fields == nil {
		s.Fields = map[identity.Field]value{}
	}
	for f, sealed := range e.Set {
		s.Fields[f] = value{version, sealed}
	}
	for _, f := range e.Clear {
		delete(s.Fields, f)
	}
}

// Record records who somebody is. It returns Conflict where the case is erased, or the
// document is not at the version that is expected.
func (b *Book) Record(ctx context.Context, r Recording) (Person, error) {
	for {
		doc, err := b.get(ctx, r.Case)
		if err != nil {
			return Person{}, err
		}
		if v := r.ExpectedVersion; v != nil && *v != doc.Version {
			return Person{}, fault.New(fault.Conflict, "the identity is at version %d, not %d; read it again", doc.Version, *v)
		}
		p, err := b.attempt(ctx, doc, r)
		if !raced(err) {
			return p, err
		}
	}
}

// raced reports whether another writer was first.
func raced(err error) bool { return err == errRaced }

var errRaced = fault.New(fault.Conflict, "the identity was recorded at the same time; send the same request again")

// attempt records onto one version of the document.
func (b *Book) attempt(ctx context.Context, doc store.Document, r Recording) (Person, error) {
	p, err := b.open(ctx, doc)
	if err != nil {
		return p, err
	}
	s, err := stateOf(doc)
	if err != nil {
		return p, err
	}
	if !s.ErasedAt.IsZero() { // this process may have the key open still
		return p, fault.New(fault.Conflict, "who she is was erased with the case; nothing more is recorded")
	}
	version := doc.Version + 1
	e, err := b.sealed(ctx, r, version)
	if err != nil {
		return p, err
	}
	s.apply(version, e)
	take(&p.Identity, r)
	s.Organisation = r.Organisation
	tokens, err := b.tokens(ctx, r.Organisation, &p.Identity)
	if err != nil {
		return p, err
	}
	s.Tokens = written(tokens)
	at := r.At
	if p.Version > 0 && at.Before(p.RecordedAt) {
		at = p.RecordedAt
	}
	p.Version, p.RecordedAt, p.RecordedBy = version, at, r.By
	data, err := json.Marshal(e)
	if err != nil {
		return p, fault.Wrap(fault.Internal, err, "encode an entry of the identity of %s", r.Case)
	}
	line := store.Entry{Version: version, Kind: recordedKind, At: at, By: string(r.By), Organisation: string(r.For), Key: r.Key, Data: data}
	return p, b.put(ctx, doc, s, line)
}

// sealed makes the entry of a recording, under the key of the case.
func (b *Book) sealed(ctx context.Context, r Recording, version int) (entry, error) {
	e := entry{Set: map[identity.Field][]byte{}, Clear: r.Clear}
	key, err := b.vault.ForSealing(ctx, string(r.Case))
	if err != nil {
		return e, err
	}
	for _, f := range r.Identity.Given() {
		clear, err := json.Marshal(r.Identity.Part(f))
		if err != nil {
			return e, fault.Wrap(fault.Internal, err, "encode %s of the identity of %s", f, r.Case)
		}
		if e.Set[f], err = key.Seal(place(version, f), clear); err != nil {
			return e, err
		}
	}
	return e, nil
}

// take takes a recording into an identity.
func take(into *identity.Identity, r Recording) {
	var none identity.Identity
	for _, f := range r.Clear {
		into.Set(f, &none)
	}
	for _, f := range r.Identity.Given() {
		into.Set(f, &r.Identity)
	}
}

// put writes the next version of a document and takes it into the index.
func (b *Book) put(ctx context.Context, before store.Document, s state, line store.Entry) error {
	encoded, err := json.Marshal(s)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode the identity of %s", before.ID)
	}
	after := store.Document{ID: before.ID, Version: line.Version, State: encoded}
	if before.Version == 0 {
		after.History = []store.Entry{line}
		err = b.store.Insert(ctx, store.People, after)
	} else {
		err = b.store.Append(ctx, store.People, store.Change{ID: before.ID, From: before.Version, To: after.Version, State: encoded, Entries: []store.Entry{line}})
	}
	if fault.Is(err, fault.Conflict) {
		return errRaced
	}
	if err != nil {
		return err
	}
	return b.index.take(after)
}

// Erase takes the sealed fields and the tokens of a person away; that she was here
// stays, and who has recorded her. What the history holds was sealed under the key of
// the case, which the vault has destroyed. To erase again is harmless.
func (b *Book) Erase(ctx context.Context, caseID id.Case, at time.Time, by id.Worker) error {
	for {
		doc, err := b.get(ctx, caseID)
		if err != nil || doc.Version == 0 {
			return err
		}
		s, err := stateOf(doc)
		if err != nil || !s.ErasedAt.IsZero() {
			return err
		}
		s = state{Organisation: s.Organisation, ErasedAt: at}
		err = b.put(ctx, doc, s, store.Entry{Version: doc.Version + 1, Kind: erasedKind, At: at, By: string(by)})
		if !raced(err) {
			return err
		}
	}
}

// Changes lists who has recorded which fields when, the oldest first.
func (b *Book) Changes(ctx context.Context, caseID id.Case) ([]Change, error) {
	doc, err := b.get(ctx, caseID)
	if err != nil {
		return nil, err
	}
	var all []Change
	for _, h := range doc.History {
		if h.Kind != recordedKind {
			continue
		}
		var e entry
		if err := json.Unmarshal(h.Data, &e); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "decode entry %d of the identity of %s", h.Version, doc.ID)
		}
		c := Change{Version: h.Version, At: h.At, By: id.Worker(h.By), Organisation: id.Organisation(h.Organisation), Cleared: e.Clear}
		for _, f := range identity.Fields {
			if _, ok := e.Set[f]; ok {
				c.Recorded = append(c.Recorded, f)
			}
		}
		all = append(all, c)
	}
	return all, nil
}

// programme names the index in which the people of all organisations are compared.
const programme = "programme"

// tokens makes the tokens by which a person is found.
func (b *Book) tokens(ctx context.Context, org id.Organisation, who *identity.Identity) ([]vault.Token, error) {
	own, err := b.hidden(ctx, string(org), who.Terms())
	if err != nil {
		return nil, err
	}
	shared, err := b.hidden(ctx, programme, who.SharedTerms())
	return append(own, shared...), err
}

// hidden makes the tokens of terms in an index.
func (b *Book) hidden(ctx context.Context, name string, terms []identity.Term) ([]vault.Token, error) {
	x, err := b.vault.Index(ctx, name)
	if err != nil {
		return nil, err
	}
	tokens := make([]vault.Token, len(terms))
	for i, t := range terms {
		tokens[i] = x.Token(string(t))
	}
	return tokens, nil
}

// written writes tokens as they are stored, in an order that tells nothing.
func written(tokens []vault.Token) []string {
	slices.Sort(tokens)
	tokens = slices.Compact(tokens)
	all := make([]string, len(tokens))
	for i, t := range tokens {
		all[i] = strconv.FormatUint(uint64(t), 36)
	}
	return all
}
