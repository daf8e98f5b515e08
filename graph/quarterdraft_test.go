package graph_test

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"onward/jobs"
	"onward/services/access"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/page"
	"onward/services/release"
	"onward/services/store"
	"onward/services/vault/vaulttest"
)

// process is another process over a store, which has counted nothing yet.
func (h *history) process(s store.Store) *casework.Service {
	h.t.Helper()
	ledger, _, err := activity.Open(context.Background(), s)
	h.must(err)
	return casework.New(s, vaulttest.New(h.t, s), h.register, h.dir, h.clock, casework.WithActivities(ledger), casework.WithReleases(release.NewBook(s), testKey(h.t)))
}

// rolled is what a run of the roll-up job says of the draft.
type rolled struct{ drafted, findings int }

// rollUpBy runs the roll-up job as of a day in a process.
func (h *history) rollUpBy(process *casework.Service, asOf calendar.Day) (rolled, error) {
	counts, err := jobs.RollUp(process, h.register, outcome.NewRollUps(h.store)).Work(context.Background(), asOf)
	said := map[string]int{}
	for _, c := range counts {
		said[c.Name] = c.Value
	}
	return rolled{said["drafted"], said["findings"]}, err
}

func (h *history) wantRolled(what string, want rolled) {
	h.t.Helper()
	got, err := h.rollUpBy(h.casework, calendar.DayOf(h.now))
	h.must(err)
	if got != want {
		h.t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

// listed returns the releases as the coordinator sees them.
func (h *history) listed() []casework.Release {
	h.t.Helper()
	list, err := h.casework.ListReleases(context.Background(), coordinator, page.Args{})
	h.must(err)
	return list.Nodes()
}

// wantListed proves which releases there are, in any order: each by its status, and
// the job where one drafted it.
func (h *history) wantListed(what string, want ...string) {
	h.t.Helper()
	var got []string
	for _, r := range h.listed() {
		line := string(r.Status)
		if job := r.DraftedByJob(); job != nil {
			line += " " + *job
		}
		got = append(got, line)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		h.t.Errorf("%s: there are %q, want %q", what, got, want)
	}
}

// the returns the one release of a status that the job has drafted.
func (h *history) the(status release.Status) release.Release {
	h.t.Helper()
	all := slices.DeleteFunc(h.listed(), func(r casework.Release) bool { return r.Status != status || r.DraftedByJob() == nil })
	if len(all) != 1 {
		h.t.Fatalf("the job has %d drafts that are %s", len(all), status)
	}
	return all[0].Release
}

// versions returns the versions of all documents that hold releases.
func (h *history) versions() map[string]int {
	h.t.Helper()
	all := map[string]int{}
	_, err := h.store.Scan(context.Background(), store.Releases, func(doc store.Document) error {
		all[doc.ID] = doc.Version
		return nil
	})
	h.must(err)
	return all
}

// quarterEnded is a programme whose quarter has ended two days ago: 40 of 60 were served in
// its last month.
func quarterEnded(t *testing.T) *history {
	t.Helper()
	h := &history{world: newWorld(t)}
	h.at(firstOf(0))
	h.open(60)
	h.at(firstOf(0) + 10)
	for n := range 40 {
		h.serve(n, firstOf(0)+8)
	}
	h.at(firstOf(1) + 2)
	return h
}

// takeBack takes back an entry.
func (h *history) takeBack(c *casework.Change) {
	h.t.Helper()
	actor := lotusSupervisor
	if c.Case.Organisation == river {
		actor = riverSupervisor
	}
	_, err := h.casework.ReverseEntry(context.Background(), actor, casework.ReverseEntryInput{
		Request: h.request(c.Case.ID, calendar.DayOf(h.now)), EntryID: c.Entry.ID(), Reason: "She was not there"})
	h.must(err)
}

// TestRollUpDraftsTheQuarter proves that the job keeps one draft of the quarter that
// has ended: it writes nothing while the figures are the same, in this process or a
// new one; what is told late or taken back replaces the draft; a second person
// publishes it, and from then on nothing is written.
func TestRollUpDraftsTheQuarter(t *testing.T) {
	h := quarterEnded(t)
	h.wantRolled("the first run", rolled{drafted: 1})
	h.wantListed("after the first run", "CHECKED roll-up")
	first := h.the(release.Checked)
	if first.From != calendar.Date(2026, 1, 1) || first.To != calendar.Date(2026, 3, 31) || !first.KnownAt.Equal(h.now) || first.DraftedBy != "" {
		t.Errorf("drafted %s to %s, known at %s, by %q", first.From, first.To, first.KnownAt, first.DraftedBy)
	}

	kept := h.versions()
	h.wantRolled("once more", rolled{})
	h.now = h.now.Add(time.Hour)
	if got, err := h.rollUpBy(h.process(h.store), calendar.DayOf(h.now)); err != nil || got != (rolled{}) {
		t.Errorf("in a new process: %+v, %v", got, err)
	}
	h.at(firstOf(1) + 3)
	h.wantRolled("the next day", rolled{})
	if now := h.versions(); !maps.Equal(kept, now) {
		t.Errorf("written where nothing had changed: %v, now %v", kept, now)
	}

	late := h.serve(45, firstOf(0)+9)
	h.wantRolled("after a late entry", rolled{drafted: 1})
	h.wantListed("after a late entry", "CHECKED roll-up", "WITHDRAWN roll-up")
	if second := h.the(release.Checked); second.Tables == first.Tables {
		t.Error("the late entry is not in the draft")
	}
	if gone := h.the(release.Withdrawn); gone.ID != first.ID || len(gone.Content.Tables) > 0 || gone.Cells != nil || gone.From != first.From {
		t.Errorf("what was replaced has its figures still: %s", gone.ID)
	}
	h.now = h.now.Add(time.Hour)
	h.takeBack(late)
	h.wantRolled("after the entry was taken back", rolled{drafted: 1})
	h.wantListed("after the entry was taken back", "CHECKED roll-up", "WITHDRAWN roll-up", "WITHDRAWN roll-up")
	last := h.the(release.Checked)
	if last.Tables != first.Tables || last.ID == first.ID {
		t.Errorf("the draft is %s of %s, and the first was %s of %s", last.ID, last.Tables, first.ID, first.Tables)
	}

	for _, actor := range []access.Actor{coordinator, orgAdmin} {
		if _, err := h.casework.PublishRelease(context.Background(), actor, casework.ReleaseInput{RequestID: "publish", ReleaseID: last.ID}); err != nil && actor.Role == access.Coordinator {
			t.Errorf("%s: %v", actor.Role, err)
		}
	}
	h.at(firstOf(1) + 4)
	h.serve(46, firstOf(0)+9)
	kept = h.versions()
	h.wantRolled("after it was published", rolled{})
	delete(kept, "rollup_2026-Q1") // which the late entry has changed
	now := h.versions()
	delete(now, "rollup_2026-Q1")
	if !maps.Equal(kept, now) {
		t.Errorf("written after it was published: %v, now %v", kept, now)
	}
	h.wantListed("after it was published", "PUBLISHED roll-up", "WITHDRAWN roll-up", "WITHDRAWN roll-up")
	h.wantReleasesVerified(1)

	h.at(calendar.Date(2026, 7, 1))
	h.wantRolled("when the next quarter has ended", rolled{drafted: 1})
	if next := h.the(release.Checked); next.From != calendar.Date(2026, 4, 1) {
		t.Errorf("drafted from %s", next.From)
	}
}

// TestRollUpFinishesDiscarding proves that a draft which an interrupted run has only
// taken back is emptied by the next run, and is left alone after that.
func TestRollUpFinishesDiscarding(t *testing.T) {
	h := quarterEnded(t)
	h.wantRolled("the first run", rolled{drafted: 1})
	first := h.the(release.Checked)
	h.now = h.now.Add(time.Hour)
	h.serve(45, firstOf(0)+9)
	job := release.Author{Job: "roll-up", At: h.now, RequestID: id.RequestKey("", "2026-Q1/discard/1")} // as the job takes back its first draft
	_, err := release.NewBook(h.store).Withdraw(context.Background(), job, first.ID)
	h.must(err)
	if len(h.the(release.Withdrawn).Content.Tables) == 0 {
		t.Fatal("there is nothing left to do")
	}
	h.wantRolled("the run after", rolled{drafted: 1})
	h.wantListed("the run after", "CHECKED roll-up", "WITHDRAWN roll-up")
	if gone := h.the(release.Withdrawn); len(gone.Content.Tables) > 0 || gone.Cells != nil || gone.ID != first.ID {
		t.Errorf("%s has its figures still", gone.ID)
	}
	kept := h.versions()
	h.wantRolled("once more", rolled{})
	if now := h.versions(); !maps.Equal(kept, now) {
		t.Errorf("written where nothing had changed: %v, now %v", kept, now)
	}
}

// TestRollUpSaysWhoDrafted proves what the API says of a draft of the job, and of
// one of a person.
func TestRollUpSaysWhoDrafted(t *testing.T) {
	h := quarterEnded(t)
	h.wantRolled("the first run", rolled{drafted: 1})
	h.draft("own", firstOf(0), firstOf(1)-1)
	_, body := h.post("COORDINATOR", `{ releases { nodes { from draftedByJob status } } }`, nil)
	for _, want := range []string{`{"from":"2026-01-01","draftedByJob":"roll-up","status":"CHECKED"}`, `{"from":"2026-03-01","draftedByJob":null,"status":"DRAFT"}`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("%s does not say %s", body, want)
		}
	}
}

// TestRollUpLeavesDraftsOfOthers proves that the job touches no draft of a person,
// that one it has drafted and a person has withdrawn comes back only with other
// figures, and that its draft goes once a person's of the quarter is published.
func TestRollUpLeavesDraftsOfOthers(t *testing.T) {
	h := quarterEnded(t)
	theirs := h.draft("theirs", calendar.Date(2026, 1, 1), calendar.Date(2026, 3, 31))
	h.wantRolled("beside a draft of the same quarter", rolled{drafted: 1})
	_, err := h.casework.WithdrawRelease(context.Background(), coordinator, casework.ReleaseInput{RequestID: "away", ReleaseID: h.the(release.Checked).ID})
	h.must(err)
	h.wantRolled("after it was withdrawn", rolled{})
	h.now = h.now.Add(time.Hour)
	h.serve(45, firstOf(0)+9)
	h.wantRolled("after a late entry", rolled{drafted: 1})
	h.wantListed("after a late entry", "DRAFT", "CHECKED roll-up", "WITHDRAWN roll-up")
	if len(h.the(release.Withdrawn).Content.Tables) == 0 {
		t.Error("what a person has withdrawn was emptied")
	}
	theirs, err = h.check(theirs)
	h.must(err)
	theirs, err = h.publish(theirs)
	h.must(err)
	h.wantRolled("after theirs was published", rolled{})
	h.wantListed("after theirs was published", "PUBLISHED", "WITHDRAWN roll-up", "WITHDRAWN roll-up")
	if now, err := h.casework.Release(context.Background(), coordinator, theirs.Number); err != nil || now.Seal.Digest != theirs.Seal.Digest {
		t.Errorf("theirs was touched: %v", err)
	}
	h.wantReleasesVerified(1)
}

// TestRollUpDraftsAfterWhatIsPublished proves that a release which forbids the draft
// that the job has makes it draft again, with that withheld which would tell
// together, so that the draft can be published.
func TestRollUpDraftsAfterWhatIsPublished(t *testing.T) {
	h := quarterEnded(t)
	month, err := h.check(h.draft("month", firstOf(0), firstOf(1)-1))
	h.must(err)
	h.now = h.now.Add(time.Hour)
	for n := range 3 { // whom the month does not know, and the draft of the quarter does
		h.serve(40+n*5, firstOf(0)+9)
	}
	h.now = h.now.Add(time.Hour)
	h.wantRolled("the first run", rolled{drafted: 1})
	first := h.the(release.Checked)
	_, err = h.publish(month)
	h.must(err)
	if again, err := h.check(first); err != nil || len(again.Check.Findings) == 0 {
		t.Fatalf("the draft can be published after the month: %v", err)
	}
	h.wantRolled("after a release that forbids the draft", rolled{drafted: 1})
	last := h.the(release.Checked)
	if last.ID == first.ID || last.Tables != first.Tables || last.After != 1 {
		t.Errorf("the draft is %s, after release %d", last.ID, last.After)
	}
	if _, err := h.publish(last); err != nil {
		t.Errorf("publish the draft: %v", err)
	}
	h.wantReleasesVerified(2)
}

// TestRollUpTellsFindings proves that what forbids publishing the draft is no failure
// of a run, which says how many cells there are; the draft names them.
func TestRollUpTellsFindings(t *testing.T) {
	h := quarterEnded(t)
	h.wantRolled("the first run", rolled{drafted: 1})
	doc, err := h.store.Get(context.Background(), store.Releases, string(h.the(release.Checked).ID))
	h.must(err)
	state := bytes.Replace(doc.State, []byte(`"after":0}`), []byte(`"after":0,"findings":["the one cell","the other"]}`), 1)
	h.must(h.store.Append(context.Background(), store.Releases, store.Change{ID: doc.ID, From: doc.Version, To: doc.Version + 1, State: state,
		Entries: []store.Entry{{Version: doc.Version + 1, Kind: "release.checked", At: h.now}}}))
	h.wantRolled("the next run", rolled{findings: 2})
	if _, body := h.post("COORDINATOR", `{ releases { nodes { findings } } }`, nil); !strings.Contains(string(body), `["the one cell","the other"]`) {
		t.Errorf("the draft says %s", body)
	}
}

// TestRollUpOfAnotherDayDraftsNothing proves that a run by hand for a day that has
// gone by drafts nothing: a draft is of what is known now.
func TestRollUpOfAnotherDayDraftsNothing(t *testing.T) {
	h := quarterEnded(t)
	if got, err := h.rollUpBy(h.casework, calendar.DayOf(h.now)-1); err != nil || got != (rolled{}) {
		t.Errorf("%+v, %v", got, err)
	}
	h.wantListed("after it")
}

// failing is a store that takes so many changes of releases, and then no more.
type failing struct {
	store.Store
	left atomic.Int32
}

func (f *failing) take(of store.Collection) error {
	if of == store.Releases && f.left.Add(-1) < 0 {
		return fault.New(fault.Unavailable, "the store cannot be reached")
	}
	return nil
}

func (f *failing) Insert(ctx context.Context, of store.Collection, docs ...store.Document) error {
	if err := f.take(of); err != nil {
		return err
	}
	return f.Store.Insert(ctx, of, docs...)
}

func (f *failing) Append(ctx context.Context, of store.Collection, c store.Change) error {
	if err := f.take(of); err != nil {
		return err
	}
	return f.Store.Append(ctx, of, c)
}

// TestRollUpAfterACrash proves that a run which ends between any two of its writes
// leaves to the next one what is missing, and no draft twice.
func TestRollUpAfterACrash(t *testing.T) {
	h := quarterEnded(t)
	h.wantRolled("the first run", rolled{drafted: 1})
	h.serve(45, firstOf(0)+9)
	whole := false
	for writes := int32(0); !whole; writes++ {
		h.now = h.now.Add(time.Minute)
		broken := &failing{Store: h.store}
		broken.left.Store(writes)
		_, err := h.rollUpBy(h.process(broken), calendar.DayOf(h.now))
		if err != nil && !fault.Is(err, fault.Unavailable) {
			t.Fatalf("after %d writes: %v", writes, err)
		}
		if whole = err == nil; writes > 9 {
			t.Fatal("it never ends")
		}
	}
	h.wantRolled("after it", rolled{})
	h.wantListed("after it", "CHECKED roll-up", "WITHDRAWN roll-up")
}
