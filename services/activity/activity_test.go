package activity_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/demography"
	"onward/services/fault"
	"onward/services/sealed"
	"onward/services/store"
	"onward/services/store/sqlite"
)

var today = calendar.Date(2026, 3, 2)

// training is facts that break no rule.
func training() activity.Facts {
	return activity.Facts{Kind: activity.PoliceTraining, Title: "Training", From: today - 3, To: today, Provinces: []string{"KH-12"},
		Participants: []activity.Group{{Sex: demography.Female, AgeBand: demography.Age25To59, Count: 12}, {Sex: demography.UnknownSex, AgeBand: demography.UnknownAge, Count: 3}}}
}

func rescue(n int, groups ...activity.Group) activity.Facts {
	f := training()
	f.Kind, f.OutcomeCount, f.Participants = activity.Rescue, &n, groups
	return f
}

func refused(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	var paths []string
	for _, field := range f.Fields {
		paths = append(paths, field.Path)
	}
	return paths
}

// TestCheck holds the rules of what can be said of an activity.
func TestCheck(t *testing.T) {
	three := []activity.Group{{Sex: demography.Female, AgeBand: demography.Under15, Count: 3}}
	with := func(change func(*activity.Facts)) activity.Facts {
		f := training()
		change(&f)
		return f
	}
	tests := []struct {
		name  string
		facts activity.Facts
		paths []string
	}{
		{"a training", training(), nil},
		{"of one day, today", with(func(f *activity.Facts) { f.From = today }), nil},
		{"a title of 200 Khmer letters", with(func(f *activity.Facts) { f.Title = sealed.Text(strings.Repeat("ក", 200)) }), nil},
		{"of 201", with(func(f *activity.Facts) { f.Title = sealed.Text(strings.Repeat("ក", 201)) }), []string{"title"}},
		{"a title that looks sealed", with(func(f *activity.Facts) { f.Title = sealed.Seal("", "x") }), []string{"title"}},
		{"no title", with(func(f *activity.Facts) { f.Title = "" }), []string{"title"}},
		{"a blank title", with(func(f *activity.Facts) { f.Title = "  " }), []string{"title"}},
		{"a partner of two lines", with(func(f *activity.Facts) { f.Partner = "a\nb" }), []string{"partner"}},
		{"no kind", with(func(f *activity.Facts) { f.Kind = "" }), []string{"kind"}},
		{"backwards", with(func(f *activity.Facts) { f.From, f.To = today, today-1 }), []string{"to"}},
		{"not over yet", with(func(f *activity.Facts) { f.To = today + 1 }), []string{"to"}},
		{"no days", with(func(f *activity.Facts) { f.From, f.To = 0, 0 }), []string{"from", "to"}},
		{"long ago", with(func(f *activity.Facts) { f.From = calendar.Date(1969, 12, 31) }), []string{"from"}},
		{"no province", with(func(f *activity.Facts) { f.Provinces = nil }), []string{"provinces"}},
		{"a province twice", with(func(f *activity.Facts) { f.Provinces = []string{"KH-1", "KH-2", "KH-1"} }), []string{"provinces"}},
		{"too many provinces", with(func(f *activity.Facts) { f.Provinces = make([]string, 26) }), []string{"provinces"}},
		{"nobody took part", with(func(f *activity.Facts) { f.Participants = nil }), []string{"participants"}},
		{"a group of none", with(func(f *activity.Facts) { f.Participants[1].Count = 0 }), []string{"participants[1]"}},
		{"a group of too many", with(func(f *activity.Facts) { f.Participants[0].Count = 10_000_001 }), []string{"participants[0]"}},
		{"a group twice", with(func(f *activity.Facts) { f.Participants = append(f.Participants, f.Participants[0]) }), []string{"participants[2]"}},
		{"a sex that does not exist", with(func(f *activity.Facts) { f.Participants[0].Sex = "" }), []string{"participants[0]"}},
		{"an age that does not exist", with(func(f *activity.Facts) { f.Participants[0].AgeBand = "OLD" }), []string{"participants[0]"}},
		{"a training with an outcome", with(func(f *activity.Facts) { n := 1; f.OutcomeCount = &n }), []string{"outcomeCount"}},

		{"a rescue", rescue(3), nil},
		{"a rescue of all its participants", rescue(3, three...), nil},
		{"a rescue of other participants", rescue(4, three...), []string{"outcomeCount"}},
		{"a rescue of none", rescue(0), []string{"outcomeCount"}},
		{"a rescue of nobody knows how many", with(func(f *activity.Facts) { f.Kind = activity.Rescue }), []string{"outcomeCount"}},
		{"a conviction", with(func(f *activity.Facts) { *f = rescue(2); f.Kind = activity.PartnerConviction }), nil},
		{"a conviction with participants", with(func(f *activity.Facts) { *f = rescue(3, three...); f.Kind = activity.PartnerConviction }), []string{"participants"}},
	}
	for _, test := range tests {
		err := test.facts.Check(today)
		if got := refused(err); !slices.Equal(got, test.paths) || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want fields %v", test.name, err, test.paths)
		}
	}
	for _, reason := range []sealed.Text{"", "\t", sealed.Seal("", "x"), sealed.Text(strings.Repeat("x", 501))} {
		if got := refused(activity.Withdrawn{Reason: reason}.Check(today)); !slices.Equal(got, []string{"reason"}) {
			t.Errorf("the reason %.9q: %v", reason, got)
		}
	}
	if err := (activity.Corrected{Facts: training(), Reason: "It was another day"}).Check(today); err != nil {
		t.Error(err)
	}
}

func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openLedger(t *testing.T, s store.Store) (*activity.Ledger, store.Mark) {
	t.Helper()
	l, mark, err := activity.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return l, mark
}

// sealing returns a change as it is stored; what its texts say does not matter here.
func sealing(t *testing.T, change activity.Change) activity.Change {
	t.Helper()
	stored, err := change.Texts(func(string, bool, sealed.Text) (sealed.Text, error) { return sealed.Seal("", "x"), nil })
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// write appends a change to the stored activity, recorded on a day.
func write(t *testing.T, l *activity.Ledger, on string, change activity.Change) activity.Activity {
	t.Helper()
	at, err := calendar.ParseDay(on)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := l.Get(t.Context(), "activity_1")
	if fault.Is(err, fault.NotFound) {
		doc, err = store.Document{ID: "activity_1"}, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	a, err := l.Append(t.Context(), doc, store.Entry{At: at.Start().UTC(), By: "worker_1", Organisation: "org_1", Key: on}, sealing(t, change))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestKnowledge proves that an earlier instant knows nothing that was recorded
// later, and knows what was corrected or withdrawn as it was then; and that what
// is stored is what is held.
func TestKnowledge(t *testing.T) {
	s := openStore(t)
	l, _ := openLedger(t, s)
	corrected := training()
	corrected.Participants = corrected.Participants[:1]
	write(t, l, "2026-03-02", activity.Recorded{Facts: training()})
	write(t, l, "2026-03-10", activity.Corrected{Facts: corrected, Reason: "The others did not come"})
	if a := write(t, l, "2026-03-20", activity.Withdrawn{Reason: "Twice"}); a.Version != 3 || !a.Withdrawn || a.RecordedAt.Equal(a.UpdatedAt) {
		t.Errorf("withdrawn: %+v", a)
	}
	for _, test := range []struct {
		on   string
		want []int
	}{{"2026-03-01", nil}, {"2026-03-02", []int{15}}, {"2026-03-09", []int{15}}, {"2026-03-10", []int{12}}, {"2026-03-20", nil}} {
		at, _ := calendar.ParseDay(test.on)
		known, err := l.KnownAt(t.Context(), at.Start())
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, a := range known {
			got = append(got, a.Participated())
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("known at %s: %v, want %v", test.on, got, test.want)
		}
	}
	again, _ := openLedger(t, s)
	held, _ := l.Snapshot().Find("activity_1")
	if r, ok := held.Title.Ref(); !ok || r.Version != 2 || r.Field != "title" {
		t.Errorf("the title in memory: %q", held.Title)
	}
	read, ok := again.Snapshot().Find("activity_1")
	if !ok || read.Version != held.Version || len(again.Snapshot().Counting()) != 0 || !again.Snapshot().KnownAt().Equal(held.UpdatedAt) {
		t.Errorf("read again: %+v, held %+v", read, held)
	}
	doc, err := l.Get(t.Context(), "activity_1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(t.Context(), doc, store.Entry{At: today.Start()}, sealing(t, activity.Withdrawn{Reason: "Again"})); !fault.Is(err, fault.Internal) {
		t.Errorf("a change of what was withdrawn: %v", err)
	}
	if _, err := l.Append(t.Context(), store.Document{ID: "activity_2"}, store.Entry{At: today.Start()}, activity.Recorded{Facts: training()}); !fault.Is(err, fault.Internal) {
		t.Errorf("a text in clear: %v", err)
	}
	if _, err := activity.Read(store.Document{ID: "activity_1"}); !fault.Is(err, fault.Internal) {
		t.Errorf("no history: %v", err)
	}
	doc.History = doc.History[1:]
	if _, err := activity.Read(doc); !fault.Is(err, fault.Internal) {
		t.Errorf("half a history: %v", err)
	}
}

// TestWatch proves that a ledger takes in what another one records, and that one
// of two changes of the same version is refused.
func TestWatch(t *testing.T) {
	s := openStore(t)
	a, _ := openLedger(t, s)
	b, mark := openLedger(t, s)
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() {
		if err := b.Watch(ctx, mark); err != nil {
			t.Error(err)
		}
	})
	defer func() { stop(); watching.Wait() }()
	write(t, a, "2026-03-02", activity.Recorded{Facts: training()})
	for deadline := time.Now().Add(5 * time.Second); len(b.Snapshot().Counting()) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not taken in within five seconds")
		}
	}
	doc, err := a.Get(ctx, "activity_1")
	if err != nil {
		t.Fatal(err)
	}
	write(t, a, "2026-03-03", activity.Withdrawn{Reason: "Twice"})
	if _, err := b.Append(ctx, doc, store.Entry{At: today.Start()}, sealing(t, activity.Withdrawn{Reason: "Twice"})); !fault.Is(err, fault.Conflict) {
		t.Errorf("a change of an old version: %v", err)
	}
}
