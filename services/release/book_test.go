package release_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/outcome/disclosure"
	"onward/services/release"
	"onward/services/store"
)

func contains(err error, text string) bool { return err != nil && strings.Contains(err.Error(), text) }

// TestWayOfARelease proves that a draft is published once it is checked, by a second
// person alone, and that each step sent again changes nothing.
func TestWayOfARelease(t *testing.T) {
	d := newDesk(t)
	r := d.draft("first", content())
	if r.Status != release.Drafted || r.Number != 0 || r.Seal != nil {
		t.Errorf("drafted: %s, number %d", r.Status, r.Number)
	}
	again := d.draft("first", content())
	if !reflect.DeepEqual(again, r) {
		t.Errorf("drafted again: %+v, was %+v", again, r)
	}
	_, err := d.publish(r)
	wantFault(t, err, fault.Invalid, "has not been checked")
	check := d.by("ANN", "check")
	r, err = d.book.Check(d.ctx, check, r.ID)
	d.must(err)
	again, err = d.book.Check(d.ctx, check, r.ID)
	if r.Status != release.Checked || err != nil || !reflect.DeepEqual(again, r) {
		t.Errorf("checked: %s, and again %+v, %v", r.Status, again, err)
	}
	_, err = d.book.Publish(d.ctx, d.by("ANN", "own"), r.ID, d.key, locale.Text{})
	wantFault(t, err, fault.Forbidden, "by another person than the one who drafted it")
	_, err = d.book.Publish(d.ctx, d.by("BEN", "no key"), r.ID, nil, locale.Text{})
	wantFault(t, err, fault.Invalid, "ONWARD_RELEASE_KEY")
	r, err = d.publish(r)
	d.must(err)
	if r.Status != release.Published || r.Number != 1 || r.Content.Number != 1 || r.PublishedBy != "worker_BEN" || r.Seal.PublishedAt != d.now {
		t.Errorf("published: %+v", r)
	}
	sealed := *r.Seal
	if again, err = d.publish(r); err != nil || again.Number != 1 || !reflect.DeepEqual(*again.Seal, sealed) {
		t.Errorf("published again: %+v, %v", again, err)
	}
	_, err = d.book.Find(d.ctx, "release_none")
	wantFault(t, err, fault.NotFound, "no such release")
	_, err = d.book.Find(d.ctx, "releases") // the index is no release
	wantFault(t, err, fault.NotFound, "no such release")
}

// TestPublishedIsNeverChanged proves that nothing is done to a release any more once
// it is published or withdrawn, and that it is read again, by its number and by another
// process, as it was sealed.
func TestPublishedIsNeverChanged(t *testing.T) {
	d := newDesk(t)
	r := d.published("first")
	withdrawn, err := d.book.Withdraw(d.ctx, d.by("ANN", "withdraw"), d.checked("second").ID)
	d.must(err)
	if withdrawn.Number != 0 || withdrawn.Seal != nil {
		t.Errorf("withdrawn: %+v", withdrawn)
	}
	for of, state := range map[id.Release]string{r.ID: "never changed", withdrawn.ID: "was withdrawn"} {
		_, err = d.book.Check(d.ctx, d.by("ANN", "late"), of)
		wantFault(t, err, fault.Conflict, state)
		_, err = d.book.Withdraw(d.ctx, d.by("ANN", "late"), of)
		wantFault(t, err, fault.Conflict, state)
		_, err = d.book.Publish(d.ctx, d.by("BEN", "late"), of, d.key, locale.Text{})
		wantFault(t, err, fault.Conflict, state)
	}
	other := content()
	other.Figures = "other"
	if kept := d.draft("first", other); kept.Content.Figures != content().Figures {
		t.Errorf("drafted once more under its request, it says %s", kept.Content.Figures)
	}
	want, err := r.Content.Digest()
	d.must(err)
	for name, book := range map[string]*release.Book{"this process": d.book, "another one": release.NewBook(d.store)} {
		got, err := book.Numbered(d.ctx, 1)
		d.must(err)
		if digest, err := got.Content.Digest(); err != nil || digest != want || digest != got.Seal.Digest {
			t.Errorf("%s reads %s, sealed was %s: %v", name, digest, got.Seal.Digest, err)
		}
		_, err = book.Numbered(d.ctx, 2)
		wantFault(t, err, fault.NotFound, "there is no release 2")
		_, err = book.Numbered(d.ctx, 0) // what is withdrawn has no number
		wantFault(t, err, fault.NotFound, "there is no release 0")
	}
}

// TestNumbers proves, of any order in which drafts are made, published and withdrawn,
// that numbers go from 1 without gaps in the order of publishing, that lists show
// drafts before what is published, the newest first, and that all of them verify.
func TestNumbers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := newDesk(t)
		var open, want []id.Release
		drafts := 0
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			switch step := rapid.SampledFrom([]string{"draft", "publish", "withdraw"}).Draw(r, "step"); {
			case step == "draft" || len(open) == 0:
				drafts++
				open = append(open, d.checked(name(drafts)).ID)
			default:
				i := rapid.IntRange(0, len(open)-1).Draw(r, "which")
				one := open[i]
				open = slices.Delete(open, i, i+1)
				if step == "withdraw" {
					_, err := d.book.Withdraw(d.ctx, d.by("ANN", "withdraw"), one)
					d.must(err)
					continue
				}
				got, err := d.publish(release.Release{Draft: release.Draft{ID: one}})
				d.must(err)
				if want = append(want, one); got.Number != len(want) {
					r.Fatalf("number %d, want %d", got.Number, len(want))
				}
			}
		}
		all, err := d.book.Published(d.ctx)
		d.must(err)
		listed, err := d.book.List(d.ctx)
		d.must(err)
		signers, err := d.book.Signers(d.ctx)
		d.must(err)
		if len(all) != len(want) || len(listed) != drafts {
			r.Fatalf("%d published, want %d; %d listed, want %d", len(all), len(want), len(listed), drafts)
		}
		for i, one := range all {
			if one.ID != want[i] || one.Number != i+1 || signers.Verify(one, d.key.Public()) != nil {
				r.Fatalf("release %d is %s with the number %d: %v", i+1, one.ID, one.Number, signers.Verify(one, d.key.Public()))
			}
			if last := listed[len(listed)-1-i]; last.ID != one.ID {
				r.Fatalf("listed is %s for release %d", last.ID, i+1)
			}
		}
	})
}

// lame is a store that fails at its nth write: before it, or after it was written, as
// where the answer is lost.
type lame struct {
	store.Store
	left  int
	after bool
}

var errLame = errors.New("the store is away")

func (l *lame) write(fn func() error) error {
	l.left--
	if l.left != 0 {
		return fn()
	}
	if l.after {
		if err := fn(); err != nil {
			return err
		}
	}
	return fault.Wrap(fault.Unavailable, errLame, "write")
}

func (l *lame) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	return l.write(func() error { return l.Store.Insert(ctx, c, docs...) })
}

func (l *lame) Append(ctx context.Context, c store.Collection, change store.Change) error {
	return l.write(func() error { return l.Store.Append(ctx, c, change) })
}

// TestRetry proves that whoever sends each request again after the store has failed,
// at any write and with or without having written, publishes once.
func TestRetry(t *testing.T) {
	for failing := 1; failing <= 3; failing++ {
		for _, after := range []bool{false, true} {
			d := newDesk(t)
			broken := &lame{Store: d.store, left: failing, after: after}
			draft, check, publish := d.by("ANN", "draft"), d.by("ANN", "check"), d.by("BEN", "publish")
			way := func(b *release.Book) error {
				c := content()
				r, err := b.Add(d.ctx, draft, release.Draft{ID: release.DraftID(draft), From: c.From, To: c.To, KnownAt: c.KnownAt, Content: c})
				if err == nil {
					r, err = b.Check(d.ctx, check, r.ID)
				}
				if err == nil {
					_, err = b.Publish(d.ctx, publish, r.ID, d.key, locale.Text{EN: publisher})
				}
				return err
			}
			wantFault(t, way(release.NewBook(broken)), fault.Unavailable, errLame.Error())
			d.must(way(release.NewBook(broken)))
			d.must(way(release.NewBook(d.store)))
			all, err := d.book.List(d.ctx)
			d.must(err)
			if len(all) != 1 || all[0].Number != 1 {
				t.Errorf("failing at write %d (after it: %t): %+v", failing, after, all)
			}
		}
	}
}

// cell is a figure of the whole in January, or of an organisation.
func cell(count int, reason disclosure.Reason, group ...disclosure.Coordinate) disclosure.Decision {
	c := content()
	return disclosure.Decision{Cell: disclosure.Cell{Series: string(outcome.Employed), Group: group, Period: calendar.Period{From: c.From, To: c.To},
		Count: count, Additive: true}, Reason: reason}
}

// TestDifferingReleaseIsRefused proves that a draft which says a little more than what
// was published since it was checked is refused with its cells named, and no number;
// that a check finds the same; and that one which says as much is published.
func TestDifferingReleaseIsRefused(t *testing.T) {
	for _, c := range []struct {
		count   int
		refused bool
	}{{40, false}, {43, true}, {37, true}, {51, false}} {
		d := newDesk(t)
		made := func(request string, count int) release.Release {
			a := d.by("ANN", request)
			said := content()
			said.Funnels, said.Curves = nil, nil
			r, err := d.book.Add(d.ctx, a, release.Draft{ID: release.DraftID(a), From: said.From, To: said.To, KnownAt: said.KnownAt,
				Content: said, Cells: release.Cells{cell(count, "")}})
			d.must(err)
			r, err = d.book.Check(d.ctx, d.by("ANN", request+"-check"), r.ID)
			d.must(err)
			return r
		}
		first, second := made("first", 40), made("second", c.count)
		_, err := d.publish(first)
		d.must(err)
		r, err := d.publish(second)
		if !c.refused {
			if err != nil || r.Number != 2 {
				t.Errorf("%d after 40: %+v, %v", c.count, r, err)
			}
			continue
		}
		wantFault(t, err, fault.Invalid, "EMPLOYED from 2026-01-01 to 2026-01-31")
		if contains(err, "40") || contains(err, "43") || contains(err, "37") {
			t.Errorf("the refusal tells a number: %v", err)
		}
		r, err = d.book.Check(d.ctx, d.by("ANN", "once more"), second.ID)
		d.must(err)
		if r.Status != release.Drafted || len(r.Check.Findings) == 0 || r.Check.After != 1 {
			t.Errorf("checked once more: %s, %+v", r.Status, r.Check)
		}
	}
}
