package reminder_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"onward/jobs"
	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/page"
	"onward/services/plan"
	"onward/services/register"
	"onward/services/reminder"
	"onward/services/stall"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/vault/vaulttest"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, calendar.Zone)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // the example of the scheme

// Words that stand in cases and nowhere else.
var planted = []string{"Chantrea", "Kolap", "Bopha", "Sreymom", "Veasna"}

// office is a programme on a real store: two organisations that work on cases,
// one that has none, and cases with words planted in them.
type office struct {
	t        *testing.T
	store    *sqlite.Store
	dir      *directory.Directory
	register *register.Register
	casework *casework.Service
	cases    []*casefile.Case
	log      bytes.Buffer
	now      time.Time
}

var (
	supervisor = access.Actor{Worker: "worker_SUPERVISOR", Role: access.Supervisor, Organisation: "org_1"}
	advisor    = access.Actor{Worker: "worker_ADVISOR", Role: access.CareerAdvisor, Organisation: "org_1"}
	neighbour  = access.Actor{Worker: "worker_NEIGHBOUR", Role: access.Supervisor, Organisation: "org_2"}
	idle       = access.Actor{Worker: "worker_IDLE", Role: access.Supervisor, Organisation: "org_3"}
	gone       = access.Actor{Worker: "worker_GONE", Role: access.Supervisor, Organisation: "org_1"}
	app        = access.Actor{Worker: "worker_APP", Role: access.PartnerApp, Organisation: "org_1"}
	auditor    = access.Actor{Worker: "worker_AUDITOR", Role: access.Auditor, Organisation: "org_1"}
)

func newOffice(t *testing.T) *office {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	o := &office{t: t, store: s, register: register.New(), now: noon}
	o.dir, _, err = directory.Open(t.Context(), s)
	o.must(err)
	things := []directory.Thing{}
	for _, n := range []string{"1", "2", "3"} {
		things = append(things, directory.Organisation{ID: id.Organisation("org_" + n), Code: "ORG" + n, Name: "Organisation " + n, Province: "KH-12"})
	}
	for _, a := range []access.Actor{supervisor, advisor, neighbour, idle, gone, app, auditor} {
		w := directory.Worker{ID: a.Worker, Organisation: a.Organisation, Name: "Veasna " + string(a.Role), Role: a.Role}
		if a == gone {
			w.DisabledAt = noon
		}
		things = append(things, w)
	}
	o.must(o.dir.Add(t.Context(), things...))
	o.casework = casework.New(s, vaulttest.New(t, s), o.register, o.dir, func() time.Time { return o.now })
	for i := range 3 {
		o.open("case-" + strconv.Itoa(i))
	}
	o.refer(o.cases[0])
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func today() calendar.Day { return calendar.DayOf(noon) }

// open opens a case on which much is overdue, with words planted in its texts.
func (o *office) open(name string) {
	o.t.Helper()
	ctx := o.t.Context()
	c, err := o.casework.OpenCase(ctx, supervisor, casework.OpenCaseInput{RequestID: name, OpenedOn: today() - 200, Opened: casefile.Opened{
		Population: casefile.AtRisk, OwnerID: advisor.Worker, ReferredBy: "Chantrea", Consents: []casefile.Purpose{casefile.ForServices, casefile.ForShare}}})
	o.must(err)
	on := casework.Request{CaseID: c.Case.ID}
	on.RequestID = name + "-accept"
	_, err = o.casework.AcceptCase(ctx, supervisor, casework.AcceptCaseInput{Request: on})
	o.must(err)
	on.RequestID = name + "-activate"
	_, err = o.casework.ActivateCase(ctx, supervisor, casework.ActivateCaseInput{Request: on, Activated: casefile.Activated{Risk: casefile.Medium}})
	o.must(err)
	on.RequestID = name + "-plan"
	c, err = o.casework.UpdatePlan(ctx, supervisor, casework.UpdatePlanInput{Request: on, Updated: plan.Updated{Goals: []plan.GoalInput{
		{Title: "Live with Kolap", Track: "EMPLOYMENT", Actions: []plan.ActionInput{{Title: "Visit Bopha", DueOn: today() + 2}}}}}})
	o.must(err)
	o.cases = append(o.cases, c.Case)
}

// refer sends a case to the second organisation.
func (o *office) refer(c *casefile.Case) {
	o.t.Helper()
	_, err := o.casework.SendReferral(o.t.Context(), supervisor, casework.SendReferralInput{
		Request:      casework.Request{RequestID: "refer", CaseID: c.ID},
		ReferralSent: casefile.ReferralSent{OrganisationID: "org_2", Need: "A bed near Sreymom"}})
	o.must(err)
}

// digests returns the digests as a process makes them.
func (o *office) digests(w *reminder.Webhook) *reminder.Digests {
	return reminder.New(o.store, o.casework, o.dir, func() time.Time { return o.now }, w, slog.New(slog.NewTextHandler(&o.log, nil)))
}

// run makes the digests of a day as the job does.
func (o *office) run(w *reminder.Webhook, on calendar.Day) map[string]int {
	o.t.Helper()
	counts, err := jobs.FollowUpReminders(o.digests(w), o.register).Work(o.t.Context(), on)
	o.must(err)
	got := map[string]int{}
	for _, c := range counts {
		got[c.Name] = c.Value
	}
	return got
}

// make makes the digests of a day as the job does, and returns all that it counts.
func (o *office) make(w *reminder.Webhook, on calendar.Day) reminder.Made {
	o.t.Helper()
	made, err := o.digests(w).Make(o.t.Context(), o.register.Snapshot(), on)
	if err != nil {
		o.t.Error(err)
	}
	return made
}

func (o *office) list(actor access.Actor) []reminder.Digest {
	o.t.Helper()
	list, err := o.digests(nil).List(o.t.Context(), o.casework.View(actor, o.register.Snapshot()), page.Args{})
	o.must(err)
	return list.Nodes()
}

// stored returns the documents of all digests as text, by identifier.
func (o *office) stored() map[string]string {
	o.t.Helper()
	all := map[string]string{}
	_, err := o.store.Scan(context.Background(), store.Digests, func(doc store.Document) error {
		text, err := json.Marshal(doc)
		all[doc.ID] = string(text)
		return err
	})
	o.must(err)
	return all
}

// TestDigestIsToldWithoutNames proves that everyone with something to do has one
// digest and one event a day, that events are signed and say how much and nothing
// of whom, and that no name and no free text is in a digest.
func TestDigestIsToldWithoutNames(t *testing.T) {
	o, r := newOffice(t), newReceiver(t)
	if got := o.run(r.webhook(t), today()); got["digests"] != 3 || got["sent"] != 3 || got["unsent"] != 0 {
		t.Fatalf("the first run: %v", got)
	}
	verifier, err := standardwebhooks.NewWebhook(secret)
	o.must(err)
	for _, m := range r.taken {
		if err := verifier.VerifyIgnoringTimestamp(m.body, m.header); err != nil || m.header.Get("webhook-timestamp") != strconv.FormatInt(noon.Unix(), 10) {
			t.Errorf("%s: %v, timestamp %s", m.id, err, m.header.Get("webhook-timestamp"))
		}
		if verifier.VerifyIgnoringTimestamp(append(m.body, ' '), m.header) == nil {
			t.Errorf("%s: the signature covers not the whole body", m.id)
		}
		for _, word := range planted {
			if strings.Contains(string(m.body), word) {
				t.Errorf("%q is in an event: %s", word, m.body)
			}
		}
		for _, c := range o.cases {
			if strings.Contains(string(m.body), c.Code) || strings.Contains(string(m.body), id.Suffix(c.ID)) {
				t.Errorf("a case is in an event: %s", m.body)
			}
		}
	}
	codes := 0
	for _, doc := range o.stored() {
		for _, word := range planted {
			if strings.Contains(doc, word) {
				t.Errorf("%q is in a digest: %s", word, doc)
			}
		}
		codes += strings.Count(doc, o.cases[1].Code)
	}
	if codes == 0 {
		t.Error("no digest names the case on which something is due")
	}
	if got := o.run(r.webhook(t), today()); got["digests"]+got["sent"]+got["unsent"] != 0 || len(r.taken) != 3 || len(o.stored()) != 3 {
		t.Errorf("the second run of the day: %v, %d events, %d digests", got, len(r.taken), len(o.stored()))
	}
}

// TestUnreadable proves that a digest which cannot be read is named in the log,
// keeps none of the others from being made, sent and removed, and is kept.
func TestUnreadable(t *testing.T) {
	o, r := newOffice(t), newReceiver(t)
	o.must(o.store.Insert(t.Context(), store.Digests, store.Document{ID: "digest_BROKEN", Version: 1, State: []byte(`{"on":5,"unsent":true}`)}))
	if got := o.make(r.webhook(t), today()); got != (reminder.Made{Digests: 3, Sent: 3}) {
		t.Errorf("made: %+v", got)
	}
	if !strings.Contains(o.log.String(), "digest_BROKEN") {
		t.Errorf("the log: %s", o.log.String())
	}
	o.make(r.webhook(t), today()+1)
	if n, err := reminder.RemoveBefore(t.Context(), o.store, today()+1); n != 3 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	left := o.stored()
	if _, ok := left["digest_BROKEN"]; !ok || len(left) != 3+1 {
		t.Errorf("left: %v", slices.Sorted(maps.Keys(left)))
	}
}

// TestUnreadableIsNotListed proves that a digest of the viewer which cannot be read
// is left out of the list, and that verification names it.
func TestUnreadableIsNotListed(t *testing.T) {
	o := newOffice(t)
	o.run(nil, today()-1)
	o.run(nil, today())
	before := o.list(supervisor)
	broken := before[0].ID
	doc, err := o.store.Get(t.Context(), store.Digests, broken)
	o.must(err)
	doc.Version, doc.State = doc.Version+1, []byte(`{"on":5}`)
	o.must(o.store.Append(t.Context(), store.Digests, store.Change{ID: broken, From: doc.Version - 1, To: doc.Version, State: doc.State,
		Entries: []store.Entry{{Version: doc.Version, Kind: "digest.made", On: today(), At: noon}}}))
	if after := o.list(supervisor); len(before) != 2 || len(after) != 1 || after[0].ID != before[1].ID {
		t.Errorf("%d were listed, then %+v", len(before), after)
	}
	if !strings.Contains(o.log.String(), broken) {
		t.Errorf("the log: %s", o.log.String())
	}
	if all, err := reminder.Unreadable(t.Context(), o.store); err != nil || len(all) != 1 || !strings.Contains(all[0], broken) {
		t.Errorf("unreadable: %v, %v", all, err)
	}
}

// TestSeenToMeanwhile proves that what another process has delivered since the run
// began is not sent once more, and is counted once. The first event of one process
// is answered when another has sent them all.
func TestSeenToMeanwhile(t *testing.T) {
	o, r, other := newOffice(t), newReceiver(t), newReceiver(t)
	r.answer(http.StatusServiceUnavailable)
	o.make(r.webhook(t), today())
	o.make(r.webhook(t), today()+1)
	var first sync.Once
	r.answerBy(func(string) int {
		first.Do(func() {
			if got := o.make(other.webhook(t), today()+2); got != (reminder.Made{Sent: 9}) {
				t.Errorf("the other: %+v", got)
			}
		})
		return http.StatusOK
	})
	if got := o.make(r.webhook(t), today()+2); got != (reminder.Made{Digests: 3}) || r.asked > 4 {
		t.Errorf("the one: %+v, asked %d times", got, r.asked)
	}
}

// TestTwoProcesses proves that two processes which make the digests of a day at
// once make each of them once, and leave no event behind.
func TestTwoProcesses(t *testing.T) {
	o, r := newOffice(t), newReceiver(t)
	made := make([]reminder.Made, 2)
	var group sync.WaitGroup
	for i := range made {
		d := o.digests(r.webhook(t))
		group.Go(func() {
			var err error
			if made[i], err = d.Make(context.Background(), o.register.Snapshot(), today()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if made[0].Digests+made[1].Digests != 3 || made[0].Sent+made[1].Sent != 3 || len(o.stored()) != 3 {
		t.Errorf("made %v, stored %d", made, len(o.stored()))
	}
	if ids := slices.Compact(r.ids()); len(ids) != 3 {
		t.Errorf("events of %v", ids)
	}
	for _, doc := range o.stored() {
		if strings.Contains(doc, "unsent") {
			t.Errorf("a digest waits: %s", doc)
		}
	}
}

// TestDigestsAreOnesOwn proves that workers read their own digests, the newest
// first, with what their worklist says and no more; and that those with nothing
// to do, who cannot sign in or are no people, have none.
func TestDigestsAreOnesOwn(t *testing.T) {
	o := newOffice(t)
	o.run(nil, today()-1)
	o.run(nil, today())
	for _, actor := range []access.Actor{supervisor, advisor} {
		list := o.list(actor)
		if len(list) != 2 || list[0].On != today() || list[1].On != today()-1 {
			t.Fatalf("%s has %+v", actor.Worker, list)
		}
		first := 100
		work, err := o.casework.View(actor, o.register.Snapshot()).Worklist(o.t.Context(), nil, page.Args{First: &first})
		o.must(err)
		if !slices.Equal(list[0].Counts, work.Counts) || len(list[0].Items) != work.TotalCount {
			t.Errorf("%s: the digest counts %v, the worklist %v", actor.Worker, list[0].Counts, work.Counts)
		}
		for i, item := range list[0].Items {
			if w := work.Nodes()[i]; item.CaseID != w.Case.ID || item.CaseCode != w.Case.Code || item.Kind != w.Kind() || item.DueOn != w.DueOn {
				t.Errorf("%s: the digest says %+v, the worklist %+v", actor.Worker, item, w)
			}
		}
	}
	theirs := o.list(neighbour)
	if len(theirs) != 2 || len(theirs[0].Items) != 1 || theirs[0].Items[0].CaseID != o.cases[0].ID || theirs[0].Items[0].CaseCode != "" {
		t.Errorf("the other organisation has %+v", theirs)
	}
	if got := o.list(idle); len(got) != 0 {
		t.Errorf("who has nothing to do has %+v", got)
	}
	if n := len(o.stored()); n != 6 {
		t.Errorf("%d digests of three people and two days", n)
	}
	for _, actor := range []access.Actor{app, auditor} {
		_, err := o.digests(nil).List(t.Context(), o.casework.View(actor, o.register.Snapshot()), page.Args{})
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v, want FORBIDDEN", actor.Role, err)
		}
	}
}

// TestWithdrawnIsGone proves that a digest shows nothing that its reader may not
// know of any more.
func TestWithdrawnIsGone(t *testing.T) {
	o := newOffice(t)
	o.run(nil, today())
	if got := o.list(neighbour); len(got) != 1 || len(got[0].Items) != 1 {
		t.Fatalf("before: %+v", got)
	}
	_, err := o.casework.RecordConsent(t.Context(), supervisor, casework.RecordConsentInput{
		Request:         casework.Request{RequestID: "withdraw", CaseID: o.cases[0].ID},
		ConsentRecorded: casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Withdrawn}})
	o.must(err)
	if got := o.list(neighbour); len(got) != 1 || len(got[0].Items) != 0 {
		t.Errorf("after: %+v", got)
	}
	if got := o.run(nil, today()+1); got["digests"] != 2 {
		t.Errorf("the next day: %v", got)
	}
}

// TestLongAgo proves that a day of which digests are kept no longer gets none: an
// identifier that was removed is not used again.
func TestLongAgo(t *testing.T) {
	o := newOffice(t)
	if got := o.run(nil, today()-91); got["digests"] != 0 || len(o.stored()) != 0 {
		t.Errorf("91 days ago: %v", got)
	}
	if got := o.run(nil, today()-90); got["digests"] == 0 {
		t.Errorf("90 days ago: %v", got)
	}
}

// TestFiguresInDigests proves that a figure that needs attention is in the digest
// of those who steer the organisation, without a case, and in nobody else's; and
// that who does not steer any more does not read of it.
func TestFiguresInDigests(t *testing.T) {
	o := newOffice(t)
	admin, last, target := access.Actor{Worker: "worker_ADMIN", Role: access.OrgAdmin, Organisation: "org_1"}, calendar.QuarterOf(today()-90), 40.0
	_, err := o.dir.SetTarget(t.Context(), admin, noon, directory.SetTargetInput{Request: directory.Request{RequestID: "target"},
		Indicator: "ASSISTED", From: last.From, To: last.To, Target: &target, Reason: "the plan"})
	o.must(err)
	_, err = o.casework.RollUp(t.Context(), o.register, outcome.NewRollUps(o.store), today())
	o.must(err)
	o.run(nil, today())
	figures := func(actor access.Actor) (all []reminder.Item) {
		for _, d := range o.list(actor) {
			all = append(all, slices.DeleteFunc(d.Items, func(i reminder.Item) bool { return i.Kind != stall.WorkFigure })...)
		}
		return all
	}
	want := []reminder.Item{{Kind: stall.WorkFigure, Severity: casefile.SeverityMedium, DueOn: today()}}
	if got := figures(supervisor); !slices.Equal(got, want) {
		t.Errorf("the supervisor reads %+v, want %+v", got, want)
	}
	for _, actor := range []access.Actor{advisor, neighbour} {
		if got := figures(actor); len(got) != 0 {
			t.Errorf("%s reads %+v", actor.Worker, got)
		}
	}
	moved := supervisor
	moved.Role = access.CareerAdvisor
	if got := figures(moved); len(got) != 0 {
		t.Errorf("as an advisor the supervisor still reads %+v", got)
	}
}
