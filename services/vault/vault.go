// Package vault seals what must not be read at rest. Each subject, which is a case
// file, has a data key of its own; the master key, which is kept outside the store,
// wraps them. What is sealed is bound to its subject and its place, and opens nowhere
// else. Who destroys the data key erases all that was sealed under it, in every copy.
package vault

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"onward/services/fault"
	"onward/services/store"
)

// mostOpen is how many data keys are kept open at once [J]: the cases that an
// organisation works on in a day.
const mostOpen = 4096

// Vault keeps the data keys of all subjects. Its methods are safe for concurrent use
// and by several processes at once.
type Vault struct {
	master *Master
	keys   shelf
	store  store.Store // nil for a pile
	list   *List       // of what is erased; nil where none is kept

	mu        sync.Mutex
	open      *lru.Cache[string, *Key]
	forgotten int // counts what was forgotten
}

// shelf is where the wrapped keys lie.
type shelf interface {
	get(ctx context.Context, subject string) (store.Document, error)
	insert(ctx context.Context, doc store.Document) error
}

// New returns the vault over a store. Without a list no erasure survives the restore
// of an older store; commands that only read need none.
func New(s store.Store, m *Master, list *List) *Vault {
	return &Vault{master: m, keys: stored{s}, store: s, list: list, open: openKeys()}
}

func openKeys() *lru.Cache[string, *Key] {
	open, _ := lru.New[string, *Key](mostOpen) // fails only for a size below 1
	return open
}

type stored struct{ store.Store }

func (s stored) get(ctx context.Context, subject string) (store.Document, error) {
	return s.Get(ctx, store.Keys, subject)
}

func (s stored) insert(ctx context.Context, doc store.Document) error {
	return s.Insert(ctx, store.Keys, doc)
}

// Pile is a vault whose keys are not stored yet: for drafts.
type Pile struct {
	*Vault
	pile *pile
}

// NewPile returns an empty pile of keys under a master key.
func NewPile(m *Master) *Pile {
	p := &pile{docs: map[string]store.Document{}}
	return &Pile{&Vault{master: m, keys: p, open: openKeys()}, p}
}

// Store inserts all keys of the pile and clears it.
func (p *Pile) Store(ctx context.Context, s store.Store) error {
	p.pile.mu.Lock()
	defer p.pile.mu.Unlock()
	docs := make([]store.Document, 0, len(p.pile.docs))
	for _, doc := range p.pile.docs {
		docs = append(docs, doc)
	}
	slices.SortFunc(docs, byID)
	if len(docs) > 0 {
		if err := s.Insert(ctx, store.Keys, docs...); err != nil {
			return err
		}
	}
	clear(p.pile.docs)
	p.open.Purge()
	return nil
}

type pile struct {
	mu   sync.Mutex
	docs map[string]store.Document
}

func (p *pile) get(_ context.Context, subject string) (store.Document, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if doc, ok := p.docs[subject]; ok {
		return doc, nil
	}
	return store.Document{}, fault.New(fault.NotFound, "no key of %s", subject)
}

func (p *pile) insert(_ context.Context, doc store.Document) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.docs[doc.ID] = doc
	return nil
}

// record is the state of a document in store.Keys: a wrapped key, or a tombstone.
type record struct {
	Keyset []byte `json:"keyset,omitempty"` // wrapped by the master key; the master key itself, by a key service
	Marks  []byte `json:"marks,omitempty"`  // the secret of the marks, sealed under the data key
	Master string `json:"master,omitempty"` // which master key wrapped it

	ErasedAt time.Time `json:"erasedAt,omitzero"`
	By       string    `json:"by,omitempty"`
	Reason   string    `json:"reason,omitempty"`
}

func (r record) document(subject string, version int) (store.Document, error) {
	state, err := json.Marshal(r)
	if err != nil {
		return store.Document{}, fault.Wrap(fault.Internal, err, "encode the key of %s", subject)
	}
	return store.Document{ID: subject, Version: version, State: state}, nil
}

func recordOf(doc store.Document) (record, error) {
	var r record
	if err := json.Unmarshal(doc.State, &r); err != nil {
		return r, fault.Wrap(fault.Internal, err, "decode the key of %s", doc.ID)
	}
	return r, nil
}

// ForSealing returns the data key of a subject, which is made where there is none.
// It returns Conflict where the subject is erased: nothing is sealed for it again.
func (v *Vault) ForSealing(ctx context.Context, subject string) (*Key, error) {
	since := v.forgettings()
	k, err := v.ForOpening(ctx, subject)
	if !fault.Is(err, fault.NotFound) {
		return k, err
	}
	k, r, err := v.master.newKey(subject)
	if err != nil {
		return nil, err
	}
	doc, err := r.document(subject, 1)
	if err != nil {
		return nil, err
	}
	switch err := v.keys.insert(ctx, doc); {
	case fault.Is(err, fault.Conflict): // another process was first
		return v.ForOpening(ctx, subject)
	case err != nil:
		return nil, err
	}
	v.keep(subject, k, since)
	return k, nil
}

// ForOpening returns the data key of a subject. It returns NotFound where nothing was
// ever sealed for it, and Conflict where it is erased.
func (v *Vault) ForOpening(ctx context.Context, subject string) (*Key, error) {
	if k, ok := v.open.Get(subject); ok {
		return k, nil
	}
	since := v.forgettings()
	doc, err := v.keys.get(ctx, subject)
	if err != nil {
		return nil, err
	}
	r, err := recordOf(doc)
	if err != nil {
		return nil, err
	}
	if !r.ErasedAt.IsZero() {
		return nil, erased(subject)
	}
	k, err := v.master.unwrap(subject, r)
	if err != nil {
		return nil, err
	}
	v.keep(subject, k, since)
	return k, nil
}

// Check returns an error where the master key does not open what is there: it is that of
// another store. One key that opens is enough.
func (v *Vault) Check(ctx context.Context) error {
	found := errors.New("found")
	_, err := v.store.Scan(ctx, store.Keys, func(doc store.Document) error {
		r, err := recordOf(doc)
		if err != nil || doc.ID == KeptID || !r.ErasedAt.IsZero() {
			return err
		}
		if _, err := v.master.handle(doc.ID, r); err != nil {
			return err
		}
		return found
	})
	if errors.Is(err, found) {
		return nil
	}
	return err
}

func erased(subject string) error {
	return fault.New(fault.Conflict, "%s is erased: its key was destroyed", subject)
}

// Forget closes the data key of a subject in this process. It is read again where it
// is needed again, and is not found where it was destroyed meanwhile.
func (v *Vault) Forget(subject string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.forgotten++
	v.open.Remove(subject)
}

// forgettings returns how often something was forgotten.
func (v *Vault) forgettings() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.forgotten
}

// keep keeps a data key open, unless anything was forgotten since it was looked for: it
// may have been this one.
func (v *Vault) keep(subject string, k *Key, since int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.forgotten == since {
		v.open.Add(subject, k)
	}
}
