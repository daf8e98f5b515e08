// Package directory keeps the organisations, their sites, teams and workers, the
// employers, schools and community networks they know, what they want to reach,
// the documents that their applications send,
// and the credentials of accounts. It holds no survivor's data.
//
// Nothing in it is deleted: a thing is ended, and what refers to it goes on doing
// so. Who changed what, and when, is the history of its document.
package directory

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/stall"
	"onward/services/store"
)

// Snapshot is the directory at one moment. It is never changed.
type Snapshot struct {
	Organisations map[id.Organisation]Organisation
	Sites         map[id.Site]Site
	Workers       map[id.Worker]Worker
	Employers     map[id.Employer]Employer
	Networks      map[id.Network]Network
	Teams         map[id.Team]Team
	Schools       map[id.School]School
	targets       map[string]Target                     // by the identifier
	thresholds    map[string]Thresholds                 // by the identifier of the document
	inForce       map[id.Organisation]*stall.Thresholds // what follows from them
	keys          map[id.Key]PartnerKey
	documents     map[id.Document]Document
	accounts      map[string]account   // by the SHA-256 of the token, in hex
	signIns       map[string]id.Worker // by who they are to a provider
	claims        map[string]id.Worker // who has claimed a person at a provider, by claimOf
	versions      map[string]int       // of the documents read, so that an old one never overwrites
	knownAt       time.Time
}

// Directory is the live directory.
type Directory struct {
	store   store.Store
	editing sync.Mutex // held during a change: its rules may look at other things
	mu      sync.Mutex // held while a new snapshot is made
	current atomic.Pointer[Snapshot]
	heard   []func(id.Organisation) // when thresholds change
}

// Open loads the directory. Watch keeps it up to date.
func Open(ctx context.Context, s store.Store) (*Directory, *Marks, error) {
	d := &Directory{store: s}
	d.current.Store(&Snapshot{})
	var marks Marks
	var docs []store.Document
	var err error
	collect := func(doc store.Document) error { docs = append(docs, doc); return nil }
	if marks.directory, err = s.Scan(ctx, store.Directory, collect); err != nil {
		return nil, nil, err
	}
	if marks.accounts, err = s.Scan(ctx, store.Accounts, collect); err != nil {
		return nil, nil, err
	}
	if err := d.apply(docs...); err != nil {
		return nil, nil, err
	}
	return d, &marks, nil
}

// Marks is where Watch goes on from.
type Marks struct{ directory, accounts store.Mark }

// Watch takes in what other processes change, until the context ends. Where one of
// its two watches fails the other ends with it, so that neither is left over when it
// is called again.
func (d *Directory) Watch(ctx context.Context, from *Marks) error {
	apply := func(doc store.Document) error { return d.apply(doc) }
	watching, ctx := errgroup.WithContext(ctx)
	watching.Go(func() error { return d.store.Watch(ctx, store.Accounts, from.accounts, apply) })
	watching.Go(func() error { return d.store.Watch(ctx, store.Directory, from.directory, apply) })
	return watching.Wait()
}

// Snapshot returns the directory as it stands.
func (d *Directory) Snapshot() *Snapshot { return d.current.Load() }

// KnownAt returns the instant of the last change that the snapshot knows of.
func (s *Snapshot) KnownAt() time.Time { return s.knownAt }

// apply publishes a snapshot with the documents in it, and tells of the
// thresholds that changed.
func (d *Directory) apply(docs ...store.Document) error {
	old, next, heard, err := d.publish(docs)
	if err != nil {
		return err
	}
	for org, th := range next.inForce {
		if th != old.inForce[org] {
			for _, fn := range heard {
				fn(org)
			}
		}
	}
	return nil
}

// publish makes and publishes a snapshot with the documents in it.
func (d *Directory) publish(docs []store.Document) (old, next *Snapshot, heard []func(id.Organisation), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	old = d.current.Load()
	next = old.clone()
	for _, doc := range docs {
		if err := next.add(doc); err != nil {
			return nil, nil, nil, err
		}
	}
	d.current.Store(next)
	return old, next, d.heard, nil
}

// clone returns a snapshot of the same, to be changed until it is published.
func (s *Snapshot) clone() *Snapshot {
	return &Snapshot{
		Organisations: cloned(s.Organisations), Sites: cloned(s.Sites), Workers: cloned(s.Workers),
		Employers: cloned(s.Employers), Networks: cloned(s.Networks), Teams: cloned(s.Teams), Schools: cloned(s.Schools),
		targets: cloned(s.targets), thresholds: cloned(s.thresholds), inForce: cloned(s.inForce),
		accounts: cloned(s.accounts), signIns: cloned(s.signIns), claims: cloned(s.claims), keys: cloned(s.keys), documents: cloned(s.documents), versions: cloned(s.versions), knownAt: s.knownAt,
	}
}

func cloned[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// add reads one document; the prefix of its identifier says what it is.
func (s *Snapshot) add(doc store.Document) error {
	if doc.Version <= s.versions[doc.ID] {
		return nil
	}
	s.versions[doc.ID] = doc.Version
	for _, e := range doc.History {
		if e.At.After(s.knownAt) {
			s.knownAt = e.At
		}
	}
	prefix, _, _ := strings.Cut(doc.ID, "_")
	var err error
	switch prefix + "_" {
	case id.OrganisationPrefix:
		err = put(doc, s.Organisations)
	case id.SitePrefix:
		err = put(doc, s.Sites)
	case id.WorkerPrefix:
		err = s.addWorker(doc)
	case id.EmployerPrefix:
		err = put(doc, s.Employers)
	case id.NetworkPrefix:
		err = put(doc, s.Networks)
	case id.TeamPrefix:
		err = put(doc, s.Teams)
	case id.SchoolPrefix:
		err = put(doc, s.Schools)
	case id.KeyPrefix:
		err = put(doc, s.keys)
	case id.DocumentPrefix:
		err = put(doc, s.documents)
	case claimPrefix:
		err = s.addClaim(doc)
	case id.TargetPrefix:
		err = put(doc, s.targets)
	case id.ThresholdsPrefix:
		err = s.addThresholds(doc)
	case LocalPrefix, NamePrefix: // of services/signin, which reads them when somebody signs in
	default: // standing tokens are kept by hash
		err = put(doc, s.accounts)
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "read directory document %s", prefix)
	}
	return nil
}

func put[K ~string, V any](doc store.Document, into map[K]V) error {
	v, err := read[V](doc)
	if err != nil {
		return err
	}
	into[K(doc.ID)] = v
	return nil
}

// read returns what a document says, with its version where the thing keeps it.
func read[V any](doc store.Document) (V, error) {
	var v V
	err := json.Unmarshal(doc.State, &v)
	if t, ok := any(&v).(interface{ stamp(version int) }); ok {
		t.stamp(doc.Version)
	}
	return v, err
}

// Add stores new things; their identifiers must be new.
func (d *Directory) Add(ctx context.Context, things ...Thing) error {
	docs := make([]store.Document, len(things))
	for i, t := range things {
		state, err := encode(t)
		if err != nil {
			return err
		}
		docs[i] = store.Document{ID: t.key(), Version: 1, State: state}
	}
	return d.insert(ctx, docs...)
}

func (d *Directory) insert(ctx context.Context, docs ...store.Document) error {
	if err := d.store.Insert(ctx, store.Directory, docs...); err != nil {
		return err
	}
	return d.apply(docs...)
}

func encode(t Thing) (json.RawMessage, error) {
	state, err := json.Marshal(t)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "encode directory document")
	}
	return state, nil
}

// reread takes in a document as it stands in the store.
func (d *Directory) reread(ctx context.Context, key string) error {
	doc, err := d.store.Get(ctx, store.Directory, key)
	if err != nil {
		return err
	}
	return d.apply(doc)
}
