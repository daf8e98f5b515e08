// Package directory keeps the organisations, their sites and workers, the
// employers and community networks they know, and the credentials of accounts.
// It holds no survivor's data.
package directory

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// Organisation is one that takes part in the programme.
type Organisation struct {
	ID       id.Organisation `json:"id"`
	Code     string          `json:"code"` // short; the beginning of its case codes
	Name     string          `json:"name"`
	Province string          `json:"province"` // ISO 3166-2:KH, where its office is
}

// SiteKind is what a site is.
type SiteKind string

// The kinds of site.
const (
	ShelterSite  SiteKind = "SHELTER"
	CareerCentre SiteKind = "CAREER_CENTRE"
	LegalClinic  SiteKind = "LEGAL_CLINIC"
	Office       SiteKind = "OFFICE"
)

// Site is a place where an organisation works.
type Site struct {
	ID           id.Site         `json:"id"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	Kind         SiteKind        `json:"kind"`
	Province     string          `json:"province"`
	Beds         *int            `json:"beds,omitempty"` // of a shelter
}

// Worker is a person, or a partner's machine, with a role in an organisation.
type Worker struct {
	ID           id.Worker       `json:"id"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	Role         access.Role     `json:"role"`
	DisabledAt   time.Time       `json:"disabledAt,omitzero"`
}

// Employer is one with whom an organisation has placed somebody.
type Employer struct {
	ID           id.Employer     `json:"id"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	Sector       string          `json:"sector,omitempty"`
	Province     string          `json:"province,omitempty"`
}

// NetworkKind is what a network is.
type NetworkKind string

// The kinds of network.
const (
	CommunityNetwork NetworkKind = "COMMUNITY_NETWORK"
	YouthClub        NetworkKind = "YOUTH_CLUB"
)

// Network is a community network or a youth club that an organisation has set
// up.
type Network struct {
	ID           id.Network      `json:"id"`
	Kind         NetworkKind     `json:"kind,omitempty"` // a community network where it is absent
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
	Province     string          `json:"province"`
	ActiveFrom   calendar.Day    `json:"activeFrom"`
	ActiveTo     calendar.Day    `json:"activeTo,omitzero"` // zero while it is active
}

// Snapshot is the directory at one moment. It is never changed.
type Snapshot struct {
	Organisations map[id.Organisation]Organisation
	Sites         map[id.Site]Site
	Workers       map[id.Worker]Worker
	Employers     map[id.Employer]Employer
	Networks      map[id.Network]Network
	accounts      map[string]account // by the SHA-256 of the token, in hex
	versions      map[string]int     // of the documents read, so that an old one never overwrites
}

// Directory is the live directory.
type Directory struct {
	store   store.Store
	mu      sync.Mutex // held while a new snapshot is made
	current atomic.Pointer[Snapshot]
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

// Watch takes in what other processes change, until the context ends.
func (d *Directory) Watch(ctx context.Context, from *Marks) error {
	apply := func(doc store.Document) error { return d.apply(doc) }
	failed := make(chan error, 2)
	go func() { failed <- d.store.Watch(ctx, store.Accounts, from.accounts, apply) }()
	go func() { failed <- d.store.Watch(ctx, store.Directory, from.directory, apply) }()
	err := <-failed
	if err == nil {
		err = <-failed
	}
	return err
}

// Snapshot returns the directory as it stands.
func (d *Directory) Snapshot() *Snapshot { return d.current.Load() }

// apply publishes a snapshot with the documents in it.
func (d *Directory) apply(docs ...store.Document) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	old := d.current.Load()
	next := &Snapshot{
		Organisations: cloned(old.Organisations), Sites: cloned(old.Sites), Workers: cloned(old.Workers),
		Employers: cloned(old.Employers), Networks: cloned(old.Networks), accounts: cloned(old.accounts),
		versions: cloned(old.versions),
	}
	for _, doc := range docs {
		if err := next.add(doc); err != nil {
			return err
		}
	}
	d.current.Store(next)
	return nil
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
	prefix, _, _ := strings.Cut(doc.ID, "_")
	var err error
	switch prefix + "_" {
	case id.OrganisationPrefix:
		err = put(doc, s.Organisations)
	case id.SitePrefix:
		err = put(doc, s.Sites)
	case id.WorkerPrefix:
		err = put(doc, s.Workers)
	case id.EmployerPrefix:
		err = put(doc, s.Employers)
	case id.NetworkPrefix:
		err = put(doc, s.Networks)
	default: // accounts are kept by hash
		err = put(doc, s.accounts)
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "read directory document %s", prefix)
	}
	return nil
}

func put[K ~string, V any](doc store.Document, into map[K]V) error {
	var v V
	if err := json.Unmarshal(doc.State, &v); err != nil {
		return err
	}
	into[K(doc.ID)] = v
	return nil
}

// Thing is what the directory can hold: an Organisation, a Site, a Worker, an
// Employer or a Network.
type Thing interface{ key() string }

func (o Organisation) key() string { return string(o.ID) }
func (s Site) key() string         { return string(s.ID) }
func (w Worker) key() string       { return string(w.ID) }
func (e Employer) key() string     { return string(e.ID) }
func (n Network) key() string      { return string(n.ID) }

// Add stores new things; their identifiers must be new.
func (d *Directory) Add(ctx context.Context, things ...Thing) error {
	docs := make([]store.Document, len(things))
	for i, t := range things {
		state, err := json.Marshal(t)
		if err != nil {
			return fault.Wrap(fault.Internal, err, "encode directory document")
		}
		docs[i] = store.Document{ID: t.key(), Version: 1, State: state}
	}
	if err := d.store.Insert(ctx, store.Directory, docs...); err != nil {
		return err
	}
	return d.apply(docs...)
}

// Disable ends a worker's access from the next request on. It is no error to
// disable a worker twice.
func (d *Directory) Disable(ctx context.Context, worker id.Worker, at time.Time) error {
	now := d.Snapshot()
	w, ok := now.Workers[worker]
	if !ok {
		return access.Absent()
	}
	if !w.DisabledAt.IsZero() {
		return nil
	}
	w.DisabledAt = at.UTC()
	state, err := json.Marshal(w)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode worker")
	}
	version := now.versions[string(worker)]
	change := store.Change{ID: string(worker), From: version, To: version + 1, State: state}
	err = d.store.Append(ctx, store.Directory, change)
	if fault.Is(err, fault.Conflict) { // another process came first
		if err := d.reread(ctx, string(worker)); err != nil {
			return err
		}
		return d.Disable(ctx, worker, at)
	}
	if err != nil {
		return err
	}
	return d.apply(store.Document{ID: string(worker), Version: change.To, State: state})
}

// reread takes in a document as it stands in the store.
func (d *Directory) reread(ctx context.Context, key string) error {
	doc, err := d.store.Get(ctx, store.Directory, key)
	if err != nil {
		return err
	}
	return d.apply(doc)
}
