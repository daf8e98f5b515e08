package casework

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"onward/services/activity"
	"onward/services/attention"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/outcome"
	"onward/services/register"
	"onward/services/store"
)

// Verification is what folding everything again has found.
type Verification struct {
	Cases, Entries, Figures int
	Activities              int
	Releases                int      // published
	Outdated                int      // of them, counted by definitions of before, so that only their seals are verified
	Texts                   int      // that were opened
	Erased                  int      // cases whose texts open no more
	Meanwhile               int      // cases that others changed while they were verified
	Differences             []string // each names what differs and how
}

// allTime holds every day on which something can have happened.
var allTime = calendar.Period{From: 1, To: calendar.Date(2200, 12, 31)}

// Verify folds every case again from its history and compares the result with
// the stored state and with the register, and counts every indicator twice: from
// the fresh folds and from the register. Kept reports and what needs attention in
// figures are counted again as they were known when they were made. Others may go on working meanwhile: a case that
// they change is compared at the version that the register has, which then takes
// the newer one in.
func Verify(ctx context.Context, s store.Store, d *directory.Directory, kept []outcome.RollUp) (*Verification, error) {
	v := &Verification{}
	r := register.New()
	if _, err := newLive(s, nil, r, d, time.Now, nil).Load(ctx); err != nil {
		return nil, err
	}
	var fresh []*casefile.Case
	_, err := s.Scan(ctx, store.Cases, func(doc store.Document) error {
		c, err := Read(doc)
		if err != nil {
			v.differ("%s: %v", doc.ID, err)
			return nil
		}
		v.Cases++
		v.Entries += len(doc.History)
		fresh = append(fresh, c)
		return v.compare(doc, c, r)
	})
	if err != nil {
		return nil, err
	}
	activities, err := v.readActivities(ctx, s)
	if err != nil {
		return nil, err
	}
	snapshot := r.Snapshot()
	if n := snapshot.Len(); n != v.Cases {
		v.differ("the register holds %d cases, the store %d", n, v.Cases)
	}
	if err := v.compareFigures(Beside(d.Snapshot(), activities), fresh, snapshot); err != nil {
		return nil, err
	}
	for _, k := range kept {
		if err := v.compareKept(ctx, s, d, k); err != nil {
			return nil, err
		}
	}
	return v, v.compareAttention(ctx, s, d)
}

// readActivities folds every activity again from its history, compares it with
// the stored state, and returns those that count.
func (v *Verification) readActivities(ctx context.Context, s store.Store) ([]activity.Activity, error) {
	var all []activity.Activity
	_, err := s.Scan(ctx, store.Activities, func(doc store.Document) error {
		v.Activities++
		v.Entries += len(doc.History)
		a, err := activity.Read(doc)
		if err != nil {
			v.differ("%s: %v", doc.ID, err)
			return nil
		}
		if !a.Withdrawn {
			all = append(all, a)
		}
		return v.compareActivity(doc, a)
	})
	return all, err
}

// compareActivity holds one fresh fold against what is stored.
func (v *Verification) compareActivity(doc store.Document, a activity.Activity) error {
	if doc.Version != a.Version {
		v.differ("%s: the document is at version %d, its history at %d", doc.ID, doc.Version, a.Version)
	}
	var stored activity.Activity
	if err := json.Unmarshal(doc.State, &stored); err != nil {
		v.differ("%s: the stored state cannot be read: %v", doc.ID, err)
		return nil
	}
	got, err := activity.State(stored)
	if err != nil {
		return err
	}
	want, err := activity.State(a)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		v.differ("%s: the stored state differs from the history: %s", doc.ID, firstDifference(got, want))
	}
	return nil
}

func (v *Verification) differ(format string, args ...any) {
	v.Differences = append(v.Differences, fmt.Sprintf(format, args...))
}

// compare holds one fresh fold against what is stored and what is in the
// register.
func (v *Verification) compare(doc store.Document, c *casefile.Case, r *register.Register) error {
	if doc.Version != c.Version {
		v.differ("%s: the document is at version %d, its history at %d", doc.ID, doc.Version, c.Version)
	}
	stored := &casefile.Case{}
	if err := json.Unmarshal(doc.State, stored); err != nil {
		v.differ("%s: the stored state cannot be read: %v", doc.ID, err)
		return nil
	}
	if err := v.compareStates("stored state", stored, c); err != nil {
		return err
	}
	return v.compareRegistered(doc, c, r)
}

func (v *Verification) compareRegistered(doc store.Document, c *casefile.Case, r *register.Register) error {
	held, ok := r.Snapshot().Case(c.ID)
	if !r.Apply(c) {
		return v.compareStates("register", held, c)
	}
	v.Meanwhile++
	if !ok {
		return nil // it was opened meanwhile
	}
	doc.History = doc.History[:min(held.Version, len(doc.History))]
	then, err := Read(doc)
	if err != nil {
		return err
	}
	return v.compareStates("register", held, then)
}

func (v *Verification) compareStates(name string, is, should *casefile.Case) error {
	got, err := State(is)
	if err != nil {
		return err
	}
	want, err := State(should)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		v.differ("%s: the %s differs from the history: %s", should.ID, name, firstDifference(got, want))
	}
	return nil
}

// firstDifference names the first field in which two states differ. It shows no
// values: they may be about a person.
func firstDifference(a, b json.RawMessage) string {
	var x, y map[string]json.RawMessage
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return "unreadable"
	}
	var fields []string
	for k := range x {
		if !bytes.Equal(x[k], y[k]) {
			fields = append(fields, k)
		}
	}
	for k := range y {
		if _, ok := x[k]; !ok {
			fields = append(fields, k)
		}
	}
	slices.Sort(fields)
	return fmt.Sprint("in ", fields)
}

// compareFigures counts every indicator from the fresh folds and from the register.
func (v *Verification) compareFigures(beside outcome.Programme, fresh []*casefile.Case, snapshot *register.Snapshot) error {
	q := outcome.Query{Period: allTime, GroupBy: []outcome.Dimension{outcome.ByOrganisation}}
	a, err := outcome.Compute(slices.Values(fresh), beside, q)
	if err != nil {
		return err
	}
	b, err := outcome.Compute(snapshot.All(), beside, q)
	if err != nil {
		return err
	}
	v.Figures = len(a.Rows)
	if a.Digest != b.Digest {
		v.differ("the indicators counted from the store and from the register differ")
	}
	return nil
}

// compareKept counts a kept report again, as everything was known when it was
// made.
func (v *Verification) compareKept(ctx context.Context, s store.Store, d *directory.Directory, k outcome.RollUp) error {
	then, err := pastOf(ctx, s, d, k.KnownAt)
	if err != nil {
		return err
	}
	again, err := then.count(outcome.Query{Period: k.Quarter(), AsOf: k.CountedTo, GroupBy: byPlace})
	if err != nil {
		return err
	}
	v.Figures += len(again.Rows)
	if !k.Confirms(again) {
		v.differ("the roll-up of %s (revision %d) differs from what was known at %s", k.Period, k.Revision, k.KnownAt)
	}
	return nil
}

// compareAttention finds again what needed attention in the figures of each
// organisation, as everything was known when it was found.
func (v *Verification) compareAttention(ctx context.Context, s store.Store, d *directory.Directory) error {
	lists, err := attention.NewLists(s).All(ctx)
	if err != nil {
		return err
	}
	for _, list := range lists {
		then, err := pastOf(ctx, s, d, list.KnownAt)
		if err != nil {
			return err
		}
		targets := judged(then.directory, list.AsOf)
		rows, err := rowsOf(targets, func(period calendar.Period) (outcome.Report, error) {
			return then.count(outcome.Query{Period: period, AsOf: list.AsOf, GroupBy: []outcome.Dimension{outcome.ByOrganisation}})
		})
		if err != nil {
			return err
		}
		v.Figures += len(list.Items)
		if found := needAttention(slices.Values(then.cases), targets, rows, list.AsOf)[list.Organisation]; !list.Confirms(found) {
			v.differ("what needs attention at %s (revision %d) differs from what was known at %s", list.Organisation, list.Revision, list.KnownAt)
		}
	}
	return nil
}

// past is everything that is counted, as it was known at an instant.
type past struct {
	cases      []*casefile.Case
	activities []activity.Activity
	directory  *directory.Snapshot
}

func pastOf(ctx context.Context, s store.Store, d *directory.Directory, at time.Time) (past, error) {
	cases, err := (&live{store: s}).knownAt(ctx, at)
	if err != nil {
		return past{}, err
	}
	activities, err := activity.KnownAt(ctx, s, at)
	if err != nil {
		return past{}, err
	}
	then, err := d.KnownAt(ctx, at)
	return past{cases, activities, then}, err
}

func (p past) count(q outcome.Query) (outcome.Report, error) {
	return outcome.Compute(slices.Values(p.cases), Beside(p.directory, p.activities), q)
}
