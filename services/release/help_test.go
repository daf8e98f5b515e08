package release_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/release"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// The keys of the tests are no secret.
const (
	firstKey  = "PRIVATE+KEY+test+9fc3dc13+AU3ifVHCWvUPVQdQM2glR2yfk3wObXZpbjXPiSk+o4Yu"
	publisher = "Coordinator"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

func keyOf(t *testing.T, private string) *release.Key {
	t.Helper()
	k, err := release.ReadKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// someBytes is a source of keys that is the same in every run.
type someBytes byte

func (b someBytes) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

// madeKey makes a key of a name, the same one of the same seed.
func madeKey(t *testing.T, seed byte, name string) *release.Key {
	t.Helper()
	private, public, err := release.NewKey(someBytes(seed), name)
	if err != nil {
		t.Fatal(err)
	}
	k := keyOf(t, private)
	if k.Public() != public {
		t.Fatalf("the key is %s, read again %s", public, k.Public())
	}
	return k
}

// content is a small content that has everything, and no member that is as good as
// absent.
func content() release.Content {
	text := func(s string) locale.Text { return locale.Text{EN: s, KM: s + " ខ្មែរ"} }
	return release.Content{
		From: calendar.Date(2026, 1, 1), To: calendar.Date(2026, 1, 31), KnownAt: noon, Threshold: 11, Figures: "5f2d",
		Definitions: []release.Definition{{Code: outcome.PlanWithin30, Version: 2, Unit: outcome.CaseUnit, Measure: "SHARE", Label: text("Plan <in time>"), Definition: text("Of the cases.")}},
		Tables: []release.Table{
			{GroupBy: []outcome.Dimension{}, Rows: []release.Row{{Code: outcome.PlanWithin30, Group: []outcome.GroupValue{}, Labels: []locale.Text{},
				Value: ptr(40), Base: ptr(60), Percent: ptr(66.7), ExcludedNoConsent: ptr(0), Target: ptr(80.0), Digest: "9c1a"}}},
			{GroupBy: []outcome.Dimension{outcome.BySex}, Rows: []release.Row{{Code: outcome.PlanWithin30,
				Group: []outcome.GroupValue{{Dimension: outcome.BySex, Value: "F"}}, Labels: []locale.Text{text("Female")}, Suppressed: true}}},
		},
		Funnels: []release.Funnel{{Name: "WORK", Label: text("To work"), Steps: []release.Step{{Code: "STARTED", Label: text("Started"), Count: ptr(31)}, {Code: "KEPT", Label: text("Kept"), Suppressed: true}}}},
		Curves:  []release.Curve{{Name: "JOB", Label: text("At work"), Since: text("the first day"), Points: []release.Point{{Day: 7, Survival: 0.75, Lower: 0.5, Upper: 0.9, AtRisk: 24, Ended: 11, Gone: 12}}}},
	}
}

// desk is a book on a store, with a clock that goes on a minute with each request.
type desk struct {
	t     *testing.T
	ctx   context.Context
	store store.Store
	book  *release.Book
	key   *release.Key
	now   time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &desk{t, context.Background(), s, release.NewBook(s), keyOf(t, firstKey), noon}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// by is a request of a worker.
func (d *desk) by(worker, request string) release.Author {
	d.now = d.now.Add(time.Minute)
	return release.Author{Worker: id.Worker("worker_" + worker), Organisation: "org_LOTUS", At: d.now, RequestID: request}
}

// draft keeps a draft of ANN.
func (d *desk) draft(name string, c release.Content) release.Release {
	d.t.Helper()
	a := d.by("ANN", name)
	r, err := d.book.Add(d.ctx, a, release.Draft{ID: release.DraftID(a), From: c.From, To: c.To, KnownAt: c.KnownAt, Note: name, Content: c})
	d.must(err)
	return r
}

func (d *desk) checked(name string) release.Release {
	d.t.Helper()
	r, err := d.book.Check(d.ctx, d.by("ANN", name+"-check"), d.draft(name, content()).ID)
	d.must(err)
	return r
}

// publish lets BEN publish a draft.
func (d *desk) publish(r release.Release) (release.Release, error) {
	return d.book.Publish(d.ctx, d.by("BEN", "publish-"+string(r.ID)), r.ID, d.key, locale.Text{EN: publisher, KM: publisher})
}

func (d *desk) published(name string) release.Release {
	d.t.Helper()
	r, err := d.publish(d.checked(name))
	d.must(err)
	return r
}

// wantFault proves that something is refused in a way, and says so.
func wantFault(t *testing.T, err error, kind fault.Kind, says string) {
	t.Helper()
	if !fault.Is(err, kind) || !contains(err, says) {
		t.Errorf("%v, want %s with %q", err, kind, says)
	}
}

func name(n int) string { return fmt.Sprint("release-", n) }
