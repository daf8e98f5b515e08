package casework

import (
	"context"
	"sort"
	"sync"
	"time"

	"onward/services/access"
	"onward/services/activity"
	"onward/services/attention"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/instrument"
	"onward/services/people"
	"onward/services/register"
	"onward/services/release"
	"onward/services/store"
	"onward/services/vault"
)

// live is the desk over the register and the store.
type live struct {
	store    store.Store
	vault    *vault.Vault
	register *register.Register
	derive   func(*casefile.Case) // sets what is due next
	deriving sync.RWMutex         // held from the derivation of a case until the register has it
}

// take derives what is due on a case that nobody else has yet, and takes it into
// the register.
func (l *live) take(c *casefile.Case) {
	if !c.ErasedOn.IsZero() {
		l.vault.Forget(string(c.ID)) // another process may have destroyed the key
	}
	l.deriving.RLock()
	defer l.deriving.RUnlock()
	l.derive(c)
	l.register.Apply(c)
}

// New returns the service over a store, the vault that seals what is put there, and
// the register of what is in it. What is
// due follows the thresholds of the directory for as long as that lives.
func New(s store.Store, v *vault.Vault, r *register.Register, d *directory.Directory, now func() time.Time, options ...Option) *Service {
	service := newLive(s, v, r, d, now, options)
	service.people = people.New(s, v)
	d.OnThresholds(service.rederive)
	return service
}

// newLive returns the service over a store and a register, in which what is due
// stays as it is when thresholds change.
func newLive(s store.Store, v *vault.Vault, r *register.Register, d *directory.Directory, now func() time.Time, options []Option) *Service {
	l := &live{store: s, vault: v, register: r}
	service := newService(l, v, d, now, options)
	service.live, service.attention, service.readings, l.derive = l, attention.NewLists(s), attention.NewReadings(s), service.derive
	return service
}

// Option changes what a service is made of.
type Option func(*Service)

// Unpaced lets workers record and search as fast as they can: for a programme whose
// years are written in one go, as the demo's are.
func Unpaced() Option { return func(s *Service) { s.unpaced = true } }

// WithInstruments has assessments scored by a library. Without it the service
// knows the instruments that come with the program.
func WithInstruments(l *instrument.Library) Option { return func(s *Service) { s.library = l } }

// WithActivities has activities recorded in a ledger, and counted from it.
// Without it the service records and counts none.
func WithActivities(l *activity.Ledger) Option { return func(s *Service) { s.activities = l } }

// WithReleases has releases kept in a book, and signed with a key where there is
// one. Without it the service has none.
func WithReleases(b *release.Book, k *release.Key) Option {
	return func(s *Service) { s.releases, s.key = b, k }
}

func newService(over desk, v *vault.Vault, d *directory.Directory, now func() time.Time, options []Option) *Service {
	s := &Service{desk: over, vault: v, directory: d, now: now, library: instrument.Shipped()}
	for _, option := range options {
		option(s)
	}
	return s
}

func (l *live) find(ctx context.Context, caseID id.Case) (*casefile.Case, error) {
	if c, ok := l.register.Snapshot().Case(caseID); ok {
		return c, nil
	}
	return l.reload(ctx, caseID) // another process may have opened it a moment ago
}

func (l *live) reload(ctx context.Context, caseID id.Case) (*casefile.Case, error) {
	doc, err := l.store.Get(ctx, store.Cases, string(caseID))
	if fault.Is(err, fault.NotFound) {
		return nil, access.Absent()
	}
	if err != nil {
		return nil, err
	}
	c, err := Read(doc)
	if err != nil {
		return nil, err
	}
	l.take(c)
	return c, nil
}

func (l *live) history(ctx context.Context, caseID id.Case) ([]casefile.Entry, error) {
	doc, err := l.store.Get(ctx, store.Cases, string(caseID))
	if err != nil {
		return nil, err
	}
	return Entries(doc)
}

func (l *live) knownAt(ctx context.Context, at time.Time) ([]*casefile.Case, error) {
	var cases []*casefile.Case
	_, err := l.store.ScanHistories(ctx, store.Cases, func(doc store.Document) error {
		// Time never runs backwards in a history.
		known := sort.Search(len(doc.History), func(i int) bool { return doc.History[i].At.After(at) })
		if doc.History = doc.History[:known]; known == 0 {
			return nil // it was not opened yet
		}
		c, err := Read(doc)
		if err != nil {
			return err
		}
		cases = append(cases, c)
		return nil
	})
	return cases, err
}

func (l *live) staying(site id.Site) int { return l.register.Snapshot().Staying(site) }

func (l *live) create(ctx context.Context, c *casefile.Case, entries []casefile.Entry) error {
	doc, err := document(c, entries)
	if err != nil {
		return err
	}
	if err := l.store.Insert(ctx, store.Cases, doc); err != nil {
		return err
	}
	l.take(c)
	return nil
}

func (l *live) commit(ctx context.Context, before, after *casefile.Case, entries []casefile.Entry) error {
	doc, err := document(after, entries)
	if err != nil {
		return err
	}
	change := store.Change{ID: doc.ID, From: before.Version, To: after.Version, State: doc.State, Entries: doc.History}
	if err := l.store.Append(ctx, store.Cases, change); err != nil {
		return err
	}
	l.take(after)
	return nil
}
