package graph_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/demography"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/outcome/disclosure"
	"onward/services/register"
	"onward/services/release"
	"onward/services/store"
	"onward/services/vault/vaulttest"
)

// testKey returns the key that signs the releases of tests. It is no secret.
func testKey(t testing.TB) *release.Key {
	t.Helper()
	k, err := release.ReadKey("PRIVATE+KEY+test+9fc3dc13+AU3ifVHCWvUPVQdQM2glR2yfk3wObXZpbjXPiSk+o4Yu")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var coordinator = access.Actor{Worker: workerOf(access.Coordinator), Role: access.Coordinator, Organisation: lotus}

// draft drafts a release of some months as the coordinator, and gives it a name.
func (w *world) draft(name string, from, to calendar.Day) release.Release {
	w.t.Helper()
	r, err := w.casework.DraftRelease(context.Background(), coordinator, casework.DraftReleaseInput{RequestID: name, From: from, To: to})
	w.must(err)
	w.names["release."+name] = string(r.Release.ID)
	return r.Release.Release
}

func (w *world) check(r release.Release) (release.Release, error) {
	p, err := w.casework.CheckRelease(context.Background(), coordinator, casework.ReleaseInput{RequestID: "check-" + string(r.ID), ReleaseID: r.ID})
	if err != nil {
		return r, err
	}
	return p.Release.Release, nil
}

func (w *world) publish(r release.Release) (release.Release, error) {
	p, err := w.casework.PublishRelease(context.Background(), orgAdmin, casework.ReleaseInput{RequestID: "publish-" + string(r.ID), ReleaseID: r.ID})
	if err != nil {
		return r, err
	}
	return p.Release.Release, nil
}

// published drafts, checks and publishes a release.
func (w *world) published(name string, from, to calendar.Day) release.Release {
	w.t.Helper()
	r, err := w.check(w.draft(name, from, to))
	w.must(err)
	r, err = w.publish(r)
	w.must(err)
	return r
}

// holdReleases puts releases into the world: one that is published, one that is
// checked, one that is a draft, and a draft of the administrator.
func (w *world) holdReleases() {
	w.t.Helper()
	w.published("published", calendar.Date(2025, 10, 1), calendar.Date(2025, 12, 31))
	_, err := w.check(w.draft("checked", calendar.Date(2026, 1, 1), calendar.Date(2026, 1, 31)))
	w.must(err)
	w.draft("draft", calendar.Date(2026, 2, 1), calendar.Date(2026, 2, 28))
	r, err := w.casework.DraftRelease(context.Background(), orgAdmin, casework.DraftReleaseInput{RequestID: "own", From: calendar.Date(2025, 9, 1), To: calendar.Date(2025, 9, 30)})
	w.must(err)
	w.names["release.own"] = string(r.Release.ID)
	_, err = w.casework.CheckRelease(context.Background(), orgAdmin, casework.ReleaseInput{RequestID: "own-check", ReleaseID: r.Release.ID})
	w.must(err)
}

// history is two years of a programme whose months are published one after the
// other: late entries and reversals come between.
type history struct {
	*world
	cases    []id.Case
	releases []release.Release
	requests int
}

const months = 24

func firstOf(month int) calendar.Day { return calendar.Date(2026, 3, 1).AddMonths(month) }

// at moves the world to the noon of a day.
func (h *history) at(on calendar.Day) { h.now = on.Start().Add(12 * time.Hour) }

// request begins a request about something that happened on a day.
func (h *history) request(c id.Case, on calendar.Day) casework.Request {
	h.requests++
	return casework.Request{RequestID: fmt.Sprint("history-", h.requests), CaseID: c, On: on}
}

// supervisorOf returns who works on the nth case: two organisations share them.
func supervisorOf(n int) access.Actor {
	if n%5 < 2 {
		return riverSupervisor
	}
	return lotusSupervisor
}

// open opens many cases at once.
func (h *history) open(n int) {
	drafts, s := casework.NewDrafts(vaulttest.Master(h.t), h.dir, h.clock)
	for i := range n {
		actor := supervisorOf(i)
		c, err := s.OpenCase(context.Background(), actor, casework.OpenCaseInput{RequestID: fmt.Sprint("open-", i), OpenedOn: firstOf(0), Opened: casefile.Opened{
			Population: []casefile.Population{casefile.VictimConfirmed, casefile.AtRisk}[i%2], OwnerID: actor.Worker,
			Consents: []casefile.Purpose{casefile.ForServices, casefile.ForReporting}}})
		h.must(err)
		_, err = s.AcceptCase(context.Background(), actor, casework.AcceptCaseInput{Request: h.request(c.Case.ID, firstOf(0))})
		h.must(err)
		_, err = s.ActivateCase(context.Background(), actor, casework.ActivateCaseInput{Request: h.request(c.Case.ID, firstOf(0)), Activated: casefile.Activated{Risk: casefile.Medium}})
		h.must(err)
		h.cases = append(h.cases, c.Case.ID)
	}
	h.must(drafts.Store(context.Background(), h.store))
	_, err := h.casework.Load(context.Background())
	h.must(err)
}

// serve records a service, at one of the sites of the organisation, on a day.
func (h *history) serve(n int, on calendar.Day) *casework.Change {
	actor := supervisorOf(n)
	sites := []id.Site{"site_SHELTER", "site_CAREER", ""}
	if actor.Organisation == river {
		sites = []id.Site{"site_RIVER", ""}
	}
	c, err := h.casework.RecordService(context.Background(), actor, casework.RecordServiceInput{Request: h.request(h.cases[n], on),
		Delivered: delivery.Delivered{Service: "counselling_trauma", SiteID: sites[(n/5+int(on))%len(sites)]}})
	h.must(err)
	return c
}

// month tells a month: who was served and told of it at once; and, after the release
// of the month before, what is told late of that one, and what is taken back.
func (h *history) month(m int, late func()) {
	var mistakes []*casework.Change
	h.at(firstOf(m) + 2)
	if m > 0 {
		h.releases = append(h.releases, h.published(fmt.Sprint("month-", m-1), firstOf(m-1), firstOf(m)-1))
	}
	h.at(firstOf(m) + 4)
	late()
	for n := range h.cases {
		h.at(firstOf(m) + 10 + calendar.Day(n%15))
		switch (n*7 + m*3) % 11 {
		case 0: // told next month
		case 1:
			mistakes = append(mistakes, h.serve(n, firstOf(m)+8))
		default:
			h.serve(n, firstOf(m)+8)
		}
	}
	if m == months {
		return
	}
	h.month(m+1, func() {
		for n := range h.cases {
			if (n*7+m*3)%11 == 0 {
				h.serve(n, firstOf(m)+20)
			}
		}
		for _, c := range mistakes {
			actor := lotusSupervisor
			if c.Case.Organisation == river {
				actor = riverSupervisor
			}
			_, err := h.casework.ReverseEntry(context.Background(), actor, casework.ReverseEntryInput{
				Request: h.request(c.Case.ID, firstOf(m+1)+4), EntryID: c.Entry.ID(), Reason: "She was not there"})
			h.must(err)
		}
	})
}

// assisted returns the exact figures of an organisation in a month, as they were known
// at an instant or, without one, are known now.
func (h *history) assisted(actor access.Actor, r release.Release, at *time.Time) map[outcome.Code]int {
	h.t.Helper()
	report, err := h.casework.Impact(context.Background(), h.casework.View(actor, h.register.Snapshot()),
		casework.ImpactInput{From: r.From, To: r.To, AsKnownAt: at, Organisation: actor.Organisation})
	h.must(err)
	out := map[outcome.Code]int{}
	for _, row := range report.Rows {
		out[row.Indicator.Code] = *row.Value
	}
	return out
}

// TestKnownAt24Months proves that the figures as they were known on a day are those
// that were published that day, in each of 24 months, whatever was told late or
// taken back since; that nothing withheld can be told from all 24 releases together;
// and that they verify.
func TestKnownAt24Months(t *testing.T) {
	h := &history{world: newWorld(t)}
	h.at(firstOf(0))
	h.open(60)
	h.month(0, func() {})
	if len(h.releases) != months {
		t.Fatalf("%d releases", len(h.releases))
	}
	compared, restated := 0, 0
	for _, r := range h.releases {
		table, _ := r.Content.Table([]outcome.Dimension{outcome.ByOrganisation})
		for _, actor := range []access.Actor{lotusSupervisor, riverSupervisor} {
			then, now := h.assisted(actor, r, &r.KnownAt), h.assisted(actor, r, nil)
			for _, row := range table.Rows {
				if row.Suppressed || row.Group[0].Value != string(actor.Organisation) {
					continue
				}
				compared++
				if then[row.Code] != *row.Value {
					t.Errorf("release %d: %s of %s is %d, and was published as %d", r.Number, row.Code, actor.Organisation, then[row.Code], *row.Value)
				}
				if now[row.Code] != *row.Value {
					restated++
				}
			}
		}
	}
	if compared < 8*months || restated < months {
		t.Errorf("%d figures compared, of which %d are others now: too few to prove anything", compared, restated)
	}
	h.wantAudited()
	h.wantReleasesVerified(months)
	h.wantRestated(h.releases[months/2])
}

// wantAudited proves that nothing can be told from what is published, and that what
// is withheld is kept without its number.
func (h *history) wantAudited() {
	h.t.Helper()
	var all []disclosure.Release
	withheld := 0
	for _, r := range h.releases {
		all = append(all, disclosure.Release{Number: r.Number, Cells: r.Cells})
		for _, c := range r.Cells {
			if !c.Shown() {
				withheld++
				if c.Count != 0 || c.Base != 0 {
					h.t.Errorf("release %d keeps the number of a withheld cell of %s", r.Number, c.Series)
				}
			}
		}
	}
	if found := disclosure.Audit(all, disclosure.Threshold); len(found) > 0 || withheld == 0 {
		h.t.Errorf("%d cells are withheld, and yet: %v", withheld, found)
	}
}

// wantReleasesVerified proves that so many releases verify.
func (w *world) wantReleasesVerified(n int) {
	w.t.Helper()
	if found := w.verifyReleases(n); len(found) > 0 {
		w.t.Errorf("%v", found)
	}
}

func (w *world) verifyReleases(n int) []string {
	w.t.Helper()
	v := &casework.Verification{}
	w.must(v.VerifyReleases(context.Background(), w.store, w.dir, testKey(w.t).Public()))
	if v.Releases != n || v.Outdated != 0 {
		w.t.Fatalf("%+v", v)
	}
	return v.Differences
}

// wantRestated proves that a supervisor is told which entries came and went of the
// own organisation's figures, and nobody else any number of people.
func (h *history) wantRestated(r release.Release) {
	h.t.Helper()
	for _, actor := range []access.Actor{lotusSupervisor, coordinator} {
		got, err := h.casework.Restatement(context.Background(), h.casework.View(actor, h.register.Snapshot()), r.Number)
		h.must(err)
		opened, told := 0, 0
		for _, row := range got.Rows {
			i, _ := outcome.Find(row.Code)
			if row.CameCount+row.WentCount > 0 {
				opened++
			}
			if i.Unit.AboutPeople() && row.Is != nil {
				told++
				if len(row.Group) != 1 || row.Group[0].Value != string(lotus) {
					h.t.Errorf("%s is told %s of %v", actor.Role, row.Code, row.Group)
				}
			}
		}
		if own := actor.Role == access.Supervisor; len(got.Rows) == 0 || own != (opened > 0) || own != (told > 0) {
			h.t.Errorf("%s: %d rows, %d opened, %d told", actor.Role, len(got.Rows), opened, told)
		}
	}
}

// TestDraftsThatTellTogether proves that of two drafts of one month with a few late
// entries between them only one is published: the other names the cells in which
// they differ, and no number.
func TestDraftsThatTellTogether(t *testing.T) {
	h := &history{world: newWorld(t)}
	h.at(firstOf(0))
	h.open(60)
	for n := range 40 {
		h.at(firstOf(0) + 10)
		h.serve(n, firstOf(0)+8)
	}
	h.at(firstOf(1) + 1)
	first := h.draft("first", firstOf(0), firstOf(1)-1)
	h.now = h.now.Add(time.Minute)
	for n := range 3 {
		h.serve(40+n*5, firstOf(0)+9)
	}
	h.at(firstOf(1) + 2)
	second, err := h.check(h.draft("second", firstOf(0), firstOf(1)-1))
	h.must(err)
	first, err = h.check(first)
	h.must(err)
	if second.Status != release.Checked || first.Status != release.Checked {
		t.Fatalf("%s and %s", first.Status, second.Status)
	}
	if _, err := h.publish(first); err != nil {
		t.Fatal(err)
	}
	_, err = h.publish(second)
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "SERVICES_PER_CASE from 2026-03-01 to 2026-03-31: it differs by little from what another release says") {
		t.Errorf("published after the first: %v", err)
	}
	if again, err := h.casework.CheckRelease(context.Background(), coordinator, casework.ReleaseInput{RequestID: "again", ReleaseID: second.ID}); err != nil ||
		again.Release.Status != release.Drafted || again.Release.FindingCount() == 0 {
		t.Errorf("checked again: %+v, %v", again, err)
	}
}

// TestReleasesTakeTheirTime proves that a draft, its check and its publication are
// kept where the time of the request has run out meanwhile.
func TestReleasesTakeTheirTime(t *testing.T) {
	h := quarterEnded(t)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	drafted, err := h.casework.DraftRelease(over, coordinator, casework.DraftReleaseInput{RequestID: "long", From: firstOf(0), To: firstOf(1) - 1})
	h.must(err)
	of := casework.ReleaseInput{RequestID: "long-check", ReleaseID: drafted.Release.ID}
	_, err = h.casework.CheckRelease(over, coordinator, of)
	h.must(err)
	of.RequestID = "long-publish"
	_, err = h.casework.PublishRelease(over, orgAdmin, of)
	h.must(err)
	h.wantListed("in the end", "PUBLISHED")
}

// TestPublishAtOnce proves that processes which publish at once give numbers without
// gaps, each once, and that a request that is sent again publishes nothing more.
func TestPublishAtOnce(t *testing.T) {
	const drafts = 6
	w := newWorld(t)
	var all []release.Release
	for m := range drafts {
		from := calendar.Date(2025, 1, 1).AddMonths(m)
		r, err := w.check(w.draft(fmt.Sprint("at-once-", m), from, from.AddMonths(1)-1))
		w.must(err)
		all = append(all, r)
	}
	numbers := make([][2]int, drafts)
	var group sync.WaitGroup
	for i, r := range all {
		for k := range 2 { // each twice, in processes of their own
			group.Go(func() {
				process := casework.New(w.store, vaulttest.New(t, w.store), register.New(), w.dir, w.clock, casework.WithReleases(release.NewBook(w.store), testKey(t)))
				p, err := process.PublishRelease(context.Background(), orgAdmin, casework.ReleaseInput{RequestID: fmt.Sprint("publish-", i), ReleaseID: r.ID})
				if err != nil {
					t.Errorf("%v", err)
					return
				}
				numbers[i][k] = p.Release.Number
			})
		}
	}
	group.Wait()
	seen := map[int]bool{}
	for _, n := range numbers {
		if n[0] != n[1] || n[0] < 1 || n[0] > drafts || seen[n[0]] {
			t.Errorf("numbers %v", numbers)
		}
		seen[n[0]] = true
	}
	w.wantReleasesVerified(drafts)
}

// TestTamperedRelease proves that verify notices a figure of a published release
// that was changed, a signature that is not of the trusted key, a number that
// was changed, and what the history of releases does not say; the key that a seal names is not believed.
func TestTamperedRelease(t *testing.T) {
	tamper := func(w *world, document string, change func(state []byte) []byte) {
		doc, err := w.store.Get(context.Background(), store.Releases, document)
		w.must(err)
		state := change(bytes.Clone(doc.State))
		if bytes.Equal(state, doc.State) {
			t.Fatalf("nothing was changed in %.600s", doc.State)
		}
		w.must(w.store.Append(context.Background(), store.Releases, store.Change{ID: document, From: doc.Version, To: doc.Version + 1, State: state,
			Entries: []store.Entry{{Version: doc.Version + 1, Kind: "tampered", At: noon}}}))
	}
	for name, c := range map[string]struct {
		document string // the release's where it is empty
		old, new string
		found    string
	}{
		"a figure":  {"", `"code":"NETWORKS","group":[],"labels":[],"value":1`, `"code":"NETWORKS","group":[],"labels":[],"value":9`, "the content is not the one that was published"},
		"a count":   {"", `"code":"NETWORKS","group":[],"labels":[],"value":1`, `"code":"NETWORKS","group":[],"labels":[],"value":9`, "NETWORKS of [] says something else, counted again"},
		"a signing": {"releases", `"signature":"— test `, `"signature":"— test A`, "the signature is not of the key test"},
		"a number":  {"releases", `"number":1`, `"number":2`, "release 2 comes after 0 others"},
		"a state":   {"releases", `"requestId":"`, `"requestId":"A`, "releases: the stored state differs from the history"},
	} {
		w := newWorld(t)
		r := w.published("published", calendar.Date(2025, 10, 1), calendar.Date(2025, 12, 31))
		w.wantReleasesVerified(1)
		tamper(w, cmp.Or(c.document, string(r.ID)), func(state []byte) []byte { return bytes.Replace(state, []byte(c.old), []byte(c.new), 1) })
		found := strings.Join(w.verifyReleases(1), "\n")
		if !strings.Contains(found, c.found) {
			t.Errorf("%s: found %q", name, found)
		}
	}
}

// TestRestatementWithoutLegal proves that a legal matter which is recorded late moves
// nothing in the restatement of those who may not read about legal matters, and figures
// of legal matters for those who may.
func TestRestatementWithoutLegal(t *testing.T) {
	w := newWorld(t)
	w.published("published", calendar.Date(2026, 2, 1), calendar.Date(2026, 2, 28))
	w.now = noon.AddDate(0, 0, 1)
	if got := w.told("LEGAL_OFFICER", `mutation { recordMilestone(input: {requestId: "late", caseId: "{{case.active}}", code: REPRESENTED, on: "2026-02-27"}) { case { id } } }`); strings.Contains(got, "errors") {
		t.Fatal(got)
	}
	restated := func(role string) string { return w.told(role, `{ restatement(release: 1) { rows { code was is } } }`) }
	if got := restated("SHELTER_STAFF"); got != `{"data":{"restatement":{"rows":[]}}}` {
		t.Errorf("to shelter staff: %s", got)
	}
	for _, role := range []string{"LEGAL_OFFICER", "SUPERVISOR"} {
		if got := restated(role); !strings.Contains(got, "LEGAL_REPRESENTED") {
			t.Errorf("to %s: %s", role, got)
		}
	}
}

// TestRestatementWaitsForTheQuarter proves that what somebody records late shows in
// the restatement of those who work with cases at once, and to those who read published
// figures alone only once the quarter has ended: they would see which figures one
// entry moves.
func TestRestatementWaitsForTheQuarter(t *testing.T) {
	w := newWorld(t)
	w.published("published", calendar.Date(2025, 10, 1), calendar.Date(2025, 12, 31))
	rows := func(role string) int {
		var got struct {
			Restatement struct {
				Rows []struct{ Group []struct{ Value string } }
			}
		}
		w.ask(role, `{ restatement(release: 1) { rows { group { value } } } }`, &got)
		return len(got.Restatement.Rows)
	}
	w.activity(context.Background(), lotus, "late", -1, activity.Facts{Kind: activity.AwarenessCampaign, Title: "Reported late (invented)", From: calendar.Date(2025, 11, 3),
		To: calendar.Date(2025, 11, 4), Provinces: []string{"KH-8"}, Participants: []activity.Group{{Sex: demography.Female, AgeBand: demography.Age18To24, Count: 500}}})
	if own, others := rows("SUPERVISOR"), rows("COORDINATOR"); own == 0 || others != 0 {
		t.Errorf("within the quarter %d rows have changed for a supervisor, %d for a coordinator", own, others)
	}
	w.now = noon.AddDate(0, 0, 100)
	if others := rows("COORDINATOR"); others == 0 {
		t.Error("after the quarter nothing has changed for a coordinator")
	}
}
