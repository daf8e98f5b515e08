package release

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/store"
)

// Book keeps the releases.
type Book struct {
	store store.Store
	mu    sync.Mutex
	known map[id.Release]Draft // published ones, which never change
}

// NewBook returns the releases of a store.
func NewBook(s store.Store) *Book { return &Book{store: s, known: map[id.Release]Draft{}} }

// indexID is the document that decides. Drafts have id.ReleasePrefix.
const indexID = "releases"

// index returns what was decided so far, with its document.
func (b *Book) index(ctx context.Context) (store.Document, index, error) {
	doc, err := b.store.Get(ctx, store.Releases, indexID)
	if fault.Is(err, fault.NotFound) {
		return store.Document{ID: indexID}, index{}, nil
	}
	if err != nil {
		return doc, index{}, err
	}
	x, err := readDocument[index](doc)
	return doc, x, err
}

// put stores the next version of a document.
func (b *Book) put(ctx context.Context, before, next store.Document) error {
	if before.Version == 0 {
		return b.store.Insert(ctx, store.Releases, next)
	}
	return b.store.Append(ctx, store.Releases, store.Change{ID: next.ID, From: before.Version, To: next.Version,
		State: next.State, Entries: next.History[len(before.History):]})
}

// draft returns a draft with its document, or NotFound.
func (b *Book) draft(ctx context.Context, release id.Release) (store.Document, Draft, error) {
	if !strings.HasPrefix(string(release), id.ReleasePrefix) {
		return store.Document{}, Draft{}, fault.New(fault.NotFound, "there is no such release")
	}
	doc, err := b.store.Get(ctx, store.Releases, string(release))
	if fault.Is(err, fault.NotFound) {
		return doc, Draft{}, fault.New(fault.NotFound, "there is no such release")
	}
	if err != nil {
		return doc, Draft{}, err
	}
	d, err := readDocument[Draft](doc)
	return doc, d, err
}

// Find returns a release, or NotFound.
func (b *Book) Find(ctx context.Context, release id.Release) (Release, error) {
	_, d, err := b.draft(ctx, release)
	if err != nil {
		return Release{}, err
	}
	_, x, err := b.index(ctx)
	return x.join(d), err
}

// DraftID returns the identifier of what a worker drafts under a request.
func DraftID(a Author) id.Release {
	return id.Release(id.Derive(id.ReleasePrefix, string(a.Worker), a.RequestID))
}

// Add stores a draft, once for each request of its author.
func (b *Book) Add(ctx context.Context, a Author, d Draft) (Release, error) {
	d.DraftedBy, d.Organisation, d.Job = a.Worker, a.Organisation, a.Job
	said := struct {
		From     calendar.Day `json:"from"`
		To       calendar.Day `json:"to"`
		Note     string       `json:"note,omitempty"`
		Withhold []Withheld   `json:"withhold,omitempty"`
		Figures  string       `json:"figures"`
	}{d.From, d.To, d.Note, d.Withhold, d.Content.Figures}
	doc, err := a.written(store.Document{ID: string(d.ID)}, "release.drafted", d, said)
	if err != nil {
		return Release{}, err
	}
	if err := b.store.Insert(ctx, store.Releases, doc); err != nil && !fault.Is(err, fault.Conflict) {
		return Release{}, err
	}
	return b.Find(ctx, d.ID)
}

// Check looks at a draft once more after all that was published, and keeps what it
// found. It returns NotFound, and Conflict where the draft is not one any more.
func (b *Book) Check(ctx context.Context, a Author, release id.Release) (Release, error) {
	for {
		r, err := b.check(ctx, a, release)
		if !fault.Is(err, fault.Conflict) || r.Status != Drafted && r.Status != Checked {
			return r, err
		}
	}
}

func (b *Book) check(ctx context.Context, a Author, release id.Release) (Release, error) {
	doc, d, err := b.draft(ctx, release)
	if err != nil {
		return Release{}, err
	}
	_, x, err := b.index(ctx)
	if err != nil {
		return Release{}, err
	}
	r := x.join(d)
	if asked(doc, a) {
		return r, nil
	}
	if err := open(r); err != nil {
		return r, err
	}
	earlier, err := b.publishedOf(ctx, x)
	if err != nil {
		return r, err
	}
	d.Check = &Check{By: a.Worker, At: a.At, After: x.last(), Findings: d.Findings(earlier)}
	next, err := a.written(doc, "release.checked", d, d.Check)
	if err != nil {
		return r, err
	}
	return x.join(d), b.put(ctx, doc, next)
}

// asked reports whether a request has left an entry in a document.
func asked(doc store.Document, a Author) bool {
	return slices.ContainsFunc(doc.History, func(e store.Entry) bool { return e.By == string(a.Worker) && e.Key == a.RequestID })
}

// open refuses a release that is not to be changed any more.
func open(r Release) error {
	switch r.Status {
	case Published:
		return fault.New(fault.Conflict, "this is release %d already; what is published is never changed", r.Number)
	case Withdrawn:
		return fault.New(fault.Conflict, "the draft was withdrawn")
	}
	return nil
}

// Publish gives a checked draft the next number and seals it, once for each request.
// Nobody publishes what they have drafted themselves. It returns Forbidden for that;
// Invalid where the draft is not checked, where another key signs releases, or where
// what was published since forbids it: then the fields name the cells.
func (b *Book) Publish(ctx context.Context, a Author, release id.Release, k *Key, role locale.Text) (Release, error) {
	_, d, err := b.draft(ctx, release)
	if err != nil {
		return Release{}, err
	}
	if k == nil {
		return Release{}, fault.New(fault.Invalid, "no key signs releases here; the operator sets ONWARD_RELEASE_KEY or ONWARD_RELEASE_KEY_FILE")
	}
	for {
		doc, x, err := b.index(ctx)
		if err != nil {
			return Release{}, err
		}
		if made, ok := x.of(release); ok && made.By == a.Worker && made.RequestID == a.RequestID {
			return x.join(d), nil
		}
		if err := b.publishable(ctx, a, x, d); err != nil {
			return Release{}, err
		}
		d.Content.Number = x.last() + 1
		if signs := x.signers().of(d.Content.Number); signs != "" && signs != k.Public() {
			return Release{}, fault.New(fault.Invalid, "the key that is set is not the one that signs releases, which is %s; the operator records a new one by onward release-key --replaces", signs)
		}
		seal, err := sealed(d.Content, k, a.At, role)
		if err != nil {
			return Release{}, err
		}
		r, err := b.decide(ctx, a, doc, x, publishedKind, decided{ID: release, Number: d.Content.Number, Seal: &seal}, d)
		if !fault.Is(err, fault.Conflict) {
			return r, err
		}
	}
}

// publishable refuses to publish a draft after what is published.
func (b *Book) publishable(ctx context.Context, a Author, x index, d Draft) error {
	if err := open(x.join(d)); err != nil {
		return err
	}
	switch {
	case d.DraftedBy == a.Worker:
		return fault.New(fault.Forbidden, "a release is published by another person than the one who drafted it")
	case d.Check == nil:
		return fault.Input("releaseId", "the draft has not been checked; checkRelease does it")
	}
	findings := d.Check.Findings
	if len(findings) == 0 && d.Check.After < x.last() {
		earlier, err := b.publishedOf(ctx, x)
		if err != nil {
			return err
		}
		findings = d.Findings(earlier)
	}
	return Refuse(findings)
}

// Refuse returns an Invalid fault that names the cells that forbid publishing, or
// nil where there are none.
func Refuse(findings []string) error {
	var fields []fault.Field
	for _, f := range findings {
		fields = append(fields, fault.Field{Path: "releaseId", Message: f})
	}
	if len(fields) == 0 {
		return nil
	}
	return fault.Inputs(fields...)
}

// decide adds a decision to the index, unless another one came first.
func (b *Book) decide(ctx context.Context, a Author, doc store.Document, x index, kind string, made decided, d Draft) (Release, error) {
	made.By, made.RequestID = a.Worker, a.RequestID
	x.Decided = append(slices.Clip(x.Decided), made)
	next, err := a.written(doc, kind, x, made)
	if err != nil {
		return Release{}, err
	}
	return x.join(d), b.put(ctx, doc, next)
}

// Withdraw takes a draft back, once for each request. It returns Conflict where it
// is published or was withdrawn before.
func (b *Book) Withdraw(ctx context.Context, a Author, release id.Release) (Release, error) {
	_, d, err := b.draft(ctx, release)
	if err != nil {
		return Release{}, err
	}
	for {
		doc, x, err := b.index(ctx)
		if err != nil {
			return Release{}, err
		}
		r := x.join(d)
		if made, ok := x.of(release); ok && made.By == a.Worker && made.RequestID == a.RequestID {
			return r, nil
		}
		if err := open(r); err != nil {
			return r, err
		}
		if r, err = b.decide(ctx, a, doc, x, withdrawnKind, decided{ID: release}, d); !fault.Is(err, fault.Conflict) {
			return r, err
		}
	}
}

// Discard takes back a draft that another one has replaced, and keeps of it only what
// it was of. What is published stays, and what somebody has withdrawn stays as it is.
// Again under the same request it finishes what was begun.
func (b *Book) Discard(ctx context.Context, a Author, release id.Release) error {
	if _, err := b.Withdraw(ctx, a, release); err != nil {
		if fault.Is(err, fault.Conflict) {
			return nil
		}
		return err
	}
	// From here on nobody can publish it, so that its content can go.
	for {
		doc, d, err := b.draft(ctx, release)
		if err != nil || d.Emptied() {
			return err
		}
		d.Content, d.Cells, d.Check = Content{From: d.From, To: d.To, KnownAt: d.KnownAt, Threshold: d.Content.Threshold, Figures: d.Content.Figures}, nil, nil
		next, err := a.written(doc, "release.discarded", d, struct{}{})
		if err != nil {
			return err
		}
		if err := b.put(ctx, doc, next); !fault.Is(err, fault.Conflict) { // with a check that was on its way
			return err
		}
	}
}

// Emptied reports whether a draft was discarded and only what it was of is left.
func (d Draft) Emptied() bool { return d.Cells == nil }

// Published returns the published releases, by number.
func (b *Book) Published(ctx context.Context) ([]Release, error) {
	_, x, err := b.index(ctx)
	if err != nil {
		return nil, err
	}
	return b.publishedOf(ctx, x)
}

func (b *Book) publishedOf(ctx context.Context, x index) ([]Release, error) {
	var all []Release
	for _, made := range x.Decided {
		if made.Seal == nil {
			continue
		}
		d, err := b.frozen(ctx, made.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, x.join(d))
	}
	return all, nil
}

// frozen returns a draft that was published, read once.
func (b *Book) frozen(ctx context.Context, release id.Release) (Draft, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if d, ok := b.known[release]; ok {
		return d, nil
	}
	_, d, err := b.draft(ctx, release)
	if err == nil {
		b.known[release] = d
	}
	return d, err
}

// Numbered returns a published release by its number, or NotFound.
func (b *Book) Numbered(ctx context.Context, number int) (Release, error) {
	_, x, err := b.index(ctx)
	if err != nil {
		return Release{}, err
	}
	i := slices.IndexFunc(x.Decided, func(d decided) bool { return d.Seal != nil && d.Number == number })
	if i < 0 {
		return Release{}, fault.New(fault.NotFound, "there is no release %d", number)
	}
	d, err := b.frozen(ctx, x.Decided[i].ID)
	return x.join(d), err
}

// List returns every release: drafts first, the latest first, then what is
// published, the newest first.
func (b *Book) List(ctx context.Context) ([]Release, error) {
	_, x, err := b.index(ctx)
	if err != nil {
		return nil, err
	}
	var all []Release
	_, err = b.store.Scan(ctx, store.Releases, func(doc store.Document) error {
		if !strings.HasPrefix(doc.ID, id.ReleasePrefix) {
			return nil
		}
		d, err := readDocument[Draft](doc)
		all = append(all, x.join(d))
		return err
	})
	slices.SortFunc(all, func(a, b Release) int {
		if (a.Number == 0) != (b.Number == 0) {
			return cmp.Compare(min(a.Number, 1), min(b.Number, 1))
		}
		return cmp.Or(cmp.Compare(b.Number, a.Number), b.KnownAt.Compare(a.KnownAt), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}
