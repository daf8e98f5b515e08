package casework

import (
	"context"
	"iter"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
	"onward/services/vault"
)

// Drafts is a desk of cases that are not stored yet: the way in for many cases
// at once, such as an import. The service over it permits, decides and folds as
// ever; Store then writes whole histories in bulk.
type Drafts struct {
	files map[id.Case]*draft
	keys  *vault.Pile
	order []id.Case
	beds  map[id.Site]int // how many of the cases have a bed at a site
}

type draft struct {
	state   *casefile.Case
	entries []casefile.Entry
}

// NewDrafts returns an empty desk and the service over it, which seals under data keys
// that the master key wraps. It is not safe for
// concurrent use.
func NewDrafts(m *vault.Master, d *directory.Directory, now func() time.Time, options ...Option) (*Drafts, *Service) {
	drafts := &Drafts{files: map[id.Case]*draft{}, keys: vault.NewPile(m), beds: map[id.Site]int{}}
	return drafts, newService(drafts, drafts.keys.Vault, d, now, options)
}

// Len returns the number of cases on the desk.
func (d *Drafts) Len() int { return len(d.order) }

// Cases returns the cases on the desk, in the order in which they were opened.
func (d *Drafts) Cases() iter.Seq[*casefile.Case] {
	return func(yield func(*casefile.Case) bool) {
		for _, caseID := range d.order {
			if !yield(d.files[caseID].state) {
				return
			}
		}
	}
}

// Store inserts every case with its history, and before them their keys, and clears
// the desk.
func (d *Drafts) Store(ctx context.Context, s store.Store) error {
	docs := make([]store.Document, 0, len(d.order))
	for _, caseID := range d.order {
		f := d.files[caseID]
		doc, err := document(f.state, f.entries)
		if err != nil {
			return err
		}
		docs = append(docs, doc)
	}
	if err := d.keys.Store(ctx, s); err != nil {
		return err
	}
	if err := s.Insert(ctx, store.Cases, docs...); err != nil {
		return err
	}
	clear(d.files)
	clear(d.beds)
	d.order = d.order[:0]
	return nil
}

func (d *Drafts) find(_ context.Context, caseID id.Case) (*casefile.Case, error) {
	if f, ok := d.files[caseID]; ok {
		return f.state, nil
	}
	return nil, access.Absent()
}

func (d *Drafts) reload(ctx context.Context, caseID id.Case) (*casefile.Case, error) {
	return d.find(ctx, caseID)
}

func (d *Drafts) history(_ context.Context, caseID id.Case) ([]casefile.Entry, error) {
	if f, ok := d.files[caseID]; ok {
		entries := slices.Clone(f.entries)
		casefile.MarkReversed(entries)
		return entries, nil
	}
	return nil, access.Absent()
}

// knownAt has no use before the cases are stored.
func (d *Drafts) knownAt(context.Context, time.Time) ([]*casefile.Case, error) {
	return nil, fault.New(fault.Internal, "drafts are known to nobody")
}

// staying knows of the cases on the desk only, in the order in which they are
// written, and of no stored ones.
func (d *Drafts) staying(site id.Site) int { return d.beds[site] }

func (d *Drafts) create(_ context.Context, c *casefile.Case, entries []casefile.Entry) error {
	if _, ok := d.files[c.ID]; ok {
		return fault.New(fault.Conflict, "case %s exists", c.ID)
	}
	d.files[c.ID] = &draft{state: c, entries: entries}
	d.order = append(d.order, c.ID)
	return nil
}

func (d *Drafts) commit(_ context.Context, before, after *casefile.Case, entries []casefile.Entry) error {
	f := d.files[after.ID]
	if f.state.Version != before.Version {
		return fault.New(fault.Conflict, "case %s is at version %d", after.ID, f.state.Version)
	}
	d.beds[f.state.StayingAt()]--
	d.beds[after.StayingAt()]++
	f.state, f.entries = after, append(f.entries, entries...)
	return nil
}
