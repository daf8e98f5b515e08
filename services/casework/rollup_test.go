package casework_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onward/services/access"
	"onward/services/attention"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/page"
	"onward/services/reintegration"
	"onward/services/shelter"
	"onward/services/stall"
	"onward/services/store"
	"onward/services/track"
)

// byPlace is the grouping of the kept reports.
var byPlace = []outcome.Dimension{outcome.ByOrganisation, outcome.ByProvince}

// rollUp runs the job as of a day in a process.
func (r *replica) rollUp(t *testing.T, s store.Store, asOf calendar.Day) casework.RolledUp {
	t.Helper()
	done, err := r.casework.RollUp(t.Context(), r.register, outcome.NewRollUps(s), asOf)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// keptOf returns the kept report of the quarter of a day.
func keptOf(t *testing.T, s store.Store, on calendar.Day) outcome.RollUp {
	t.Helper()
	all, err := outcome.NewRollUps(s).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(k outcome.RollUp) bool { return k.From == calendar.QuarterOf(on).From })
	if i < 0 {
		t.Fatalf("nothing is kept of %s", on.Quarter())
	}
	return all[i]
}

// wantCounted proves that what is kept of the quarter of a day and of the one
// before is what is counted from nothing, up to the day.
func (r *replica) wantCounted(t *testing.T, s store.Store, asOf calendar.Day) {
	t.Helper()
	current := calendar.QuarterOf(asOf)
	for _, quarter := range []calendar.Period{calendar.QuarterOf(current.From - 1), current} {
		want, err := outcome.Compute(r.register.Snapshot().All(), casework.Beside(r.directory.Snapshot(), nil),
			outcome.Query{Period: quarter, AsOf: asOf, GroupBy: byPlace})
		if err != nil {
			t.Fatal(err)
		}
		kept := keptOf(t, s, quarter.From)
		if diff := cmp.Diff(want.Rows, kept.Rows); diff != "" || kept.Digest != want.Digest {
			t.Errorf("%s as of %s (-counted +kept):\n%s", kept.Period, asOf, diff)
		}
	}
	wantDifferences(t, s, 0)
}

// served records that a case was served on a day.
func (r *replica) served(t *testing.T, caseID id.Case, request string, on calendar.Day, site id.Site) {
	t.Helper()
	_, err := r.casework.RecordService(context.Background(), supervisor, casework.RecordServiceInput{
		Request:   casework.Request{RequestID: request, CaseID: caseID, On: on},
		Delivered: delivery.Delivered{Service: "training_education_life_skills", SiteID: site}})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRollUpCountsWhatHasChanged proves that the job counts everything once in a
// process and then what has changed: entries, late ones, another process's, days
// that go by, networks. Places that change, an earlier day and a new process begin
// anew. What it keeps is always what is counted from nothing.
func TestRollUpCountsWhatHasChanged(t *testing.T) {
	s, today := twoOrganisations(t), calendar.DayOf(now)
	r := newReplica(t, s, true)
	if err := r.directory.Add(t.Context(), directory.Site{ID: "site_1", Organisation: "org_1", Name: "Centre", Kind: directory.CareerCentre, Province: "KH-12"}); err != nil {
		t.Fatal(err)
	}
	cases := r.openMany(t, 5)
	run := func(what string, asOf calendar.Day, want casework.RolledUp) {
		t.Helper()
		got := r.rollUp(t, s, asOf)
		want.Figures = got.Figures
		if got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
		r.wantCounted(t, s, asOf)
	}
	run("the first run", today, casework.RolledUp{Changed: 10, Whole: 2, Revised: 2})
	run("nothing has changed", today, casework.RolledUp{})

	r.served(t, cases[0], "now", today, "site_1")
	run("one case", today, casework.RolledUp{Changed: 2, Revised: 1})
	r.served(t, cases[1], "late", today-100, "site_1")
	run("a late entry", today, casework.RolledUp{Changed: 2, Revised: 1})

	other := newReplica(t, s, true)
	other.served(t, cases[2], "elsewhere", today, "site_1")
	eventually(t, "the other process's entry is seen", func() bool {
		c, _ := r.register.Snapshot().Case(cases[2])
		return len(c.Services) == 1
	})
	run("another process's entry", today, casework.RolledUp{Changed: 2, Revised: 1})

	if _, err := r.directory.AddNetwork(t.Context(), admin, now, directory.AddNetworkInput{RequestID: "network", Kind: directory.CommunityNetwork,
		Name: "Network", Province: "KH-9", ActiveFrom: today - 200}); err != nil {
		t.Fatal(err)
	}
	run("a network", today, casework.RolledUp{Revised: 2})
	moved := "KH-3"
	if _, err := r.directory.UpdateSite(t.Context(), admin, now, directory.UpdateSiteInput{Request: directory.Request{RequestID: "move"}, SiteID: "site_1", Province: &moved}); err != nil {
		t.Fatal(err)
	}
	run("a site that has moved", today, casework.RolledUp{Changed: 10, Whole: 2, Revised: 2})

	r = newReplica(t, s, true)
	run("a new process", today, casework.RolledUp{Changed: 10, Whole: 2})
	next := calendar.QuarterOf(today).To + 1
	if got := r.rollUp(t, s, next); got.Whole != 1 || got.Changed < 5 {
		t.Errorf("the next quarter: %+v, of which one was counted before", got)
	}
	r.wantCounted(t, s, next)
}

// TestRollUpOfAnEarlierDay proves that a run by hand for a day that has gone by
// counts up to that day what is known now, leaves alone what was kept for a later
// one, and does no harm to the runs after it.
func TestRollUpOfAnEarlierDay(t *testing.T) {
	s, today := twoOrganisations(t), calendar.DayOf(now)
	r := newReplica(t, s, false)
	cases := r.openMany(t, 3)
	for i, ago := range []calendar.Day{1, 40, 130} {
		r.served(t, cases[i], "served", today-ago, "")
	}
	early := today - 30
	r.rollUp(t, s, early)
	r.wantCounted(t, s, early)
	assisted := func(k outcome.RollUp) int {
		return k.Rows[slices.IndexFunc(k.Rows, func(r outcome.Row) bool { return r.Code == outcome.Assisted })].ExcludedNoConsent
	}
	if n := assisted(keptOf(t, s, today)); n != 1 {
		t.Errorf("up to %s %d were served, want 1", early, n)
	}
	r.rollUp(t, s, today)
	r.wantCounted(t, s, today)
	kept := keptOf(t, s, today)
	if n := assisted(kept); n != 2 || kept.Revision != 2 || kept.CountedTo != today {
		t.Errorf("up to %s %d were served, want 2: %+v", today, n, kept)
	}
	if got := r.rollUp(t, s, early); got.Whole != 2 || got.Revised != 0 {
		t.Errorf("back again: %+v", got)
	}
	if diff := cmp.Diff(kept, keptOf(t, s, today)); diff != "" {
		t.Errorf("a later revision was replaced (-before +after):\n%s", diff)
	}
	r.rollUp(t, s, calendar.QuarterOf(early).From-100) // whose quarters nothing was kept of, and one of which it was
	wantDifferences(t, s, 0)
	r.served(t, cases[0], "again", today-20, "")
	r.rollUp(t, s, today)
	r.wantCounted(t, s, today)
}

// TestRollUpBesideWriters proves that runs which one process is asked for at once
// follow one another, and miss nothing of what is recorded meanwhile.
func TestRollUpBesideWriters(t *testing.T) {
	s, today := twoOrganisations(t), calendar.DayOf(now)
	r := newReplica(t, s, false)
	cases := r.openMany(t, 4)
	var group sync.WaitGroup
	for n, c := range cases {
		group.Go(func() {
			for i := range 5 {
				if _, err := r.serve(c, fmt.Sprintf("s-%d-%d", n, i)); err != nil {
					t.Error(err)
				}
			}
		})
		group.Go(func() {
			if _, err := r.casework.RollUp(t.Context(), r.register, outcome.NewRollUps(s), today); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	r.rollUp(t, s, today)
	r.wantCounted(t, s, today)
}

// TestReportsKeptBefore proves that a report from before there was a day up to
// which was counted is counted again to the end of its quarter.
func TestReportsKeptBefore(t *testing.T) {
	s, today := twoOrganisations(t), calendar.DayOf(now)
	r := newReplica(t, s, false)
	r.served(t, r.openMany(t, 1)[0], "served", today-1, "")
	quarter := calendar.QuarterOf(today)
	report, err := outcome.Compute(r.register.Snapshot().All(), casework.Beside(r.directory.Snapshot(), nil), outcome.Query{Period: quarter, GroupBy: byPlace})
	if err != nil {
		t.Fatal(err)
	}
	// A run by hand for a day before that of the entry counted it all the same.
	state, err := json.Marshal(map[string]any{"period": quarter.From.Quarter(), "revision": 1, "asOf": today - 30, "knownAt": now,
		"from": quarter.From, "to": quarter.To, "digest": report.Digest, "rows": report.Rows, "counted": report.Counted})
	if err != nil {
		t.Fatal(err)
	}
	doc := store.Document{ID: "rollup_" + quarter.From.Quarter(), Version: 1, State: state,
		History: []store.Entry{{Version: 1, Kind: "rollup.revised", On: today - 30, At: now, Data: state}}}
	if err := s.Insert(t.Context(), store.Releases, doc); err != nil {
		t.Fatal(err)
	}
	wantDifferences(t, s, 0)
	r.rollUp(t, s, today)
	r.wantCounted(t, s, today)
}

// setTarget sets a target of an organisation for a period.
func (r *replica) setTarget(t *testing.T, by access.Actor, request string, code directory.Indicator, period calendar.Period, value float64) {
	t.Helper()
	_, err := r.directory.SetTarget(t.Context(), by, now, directory.SetTargetInput{Request: directory.Request{RequestID: request},
		Indicator: code, From: period.From, To: period.To, Target: &value, Reason: "the plan"})
	if err != nil {
		t.Fatal(err)
	}
}

// figures returns the worklist's items about figures, each as its reason and text.
func (r *replica) figures(t *testing.T, actor access.Actor) (all []string) {
	t.Helper()
	v := r.view(actor)
	first := page.MaxSize
	list, err := v.Worklist(t.Context(), &casework.WorkFilter{Kind: []stall.WorkKind{stall.WorkFigure}}, page.Args{First: &first})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list.Nodes() {
		if i.Case != nil || i.Referral != nil || i.About() != nil || i.ID() == "" {
			t.Errorf("%s is about a case: %+v", i.ID(), i)
		}
		all = append(all, fmt.Sprint(i.Severity, " ", i.DueOn, " ", v.ExplainWork(&i).Text(locale.EN)))
	}
	return all
}

// TestTargetsNeedAttention proves that a target which was missed, and one that
// lags, stands in the worklists of those who steer its organisation and of nobody
// else, until the figure is mended, the target is set anew or taken away.
func TestTargetsNeedAttention(t *testing.T) {
	s, today := twoOrganisations(t), calendar.DayOf(now)
	r := newReplica(t, s, false)
	cases := r.openMany(t, 3)
	last := calendar.QuarterOf(calendar.QuarterOf(today).From - 1)
	r.served(t, cases[0], "one", last.To, "")
	for _, c := range cases {
		must(t)(r.casework.RecordConsent(t.Context(), supervisor, casework.RecordConsentInput{Request: casework.Request{RequestID: "reporting-" + string(c), CaseID: c, On: today - 200},
			ConsentRecorded: casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Given}}))
	}
	coordinator := access.Actor{Worker: "worker_7", Role: access.Coordinator, Organisation: "org_1"}
	r.setTarget(t, admin, "assisted", "ASSISTED", last, 3)
	r.setTarget(t, admin, "quarter", "ASSISTED", calendar.QuarterOf(today), 9)
	r.setTarget(t, admin, "met", "EMPLOYED", last, 0)
	r.setTarget(t, coordinator, "programme", "ASSISTED", last, 900)
	before := r.work(t, supervisor, nil)
	if done := r.rollUp(t, s, today); done.Attention != 1 || done.Whole != 2 {
		t.Errorf("the run: %+v", done)
	}
	want := []string{
		"LOW 2026-03-31 People assisted: 0 since 2026-01-01; to reach the target of 9 by 2026-03-31 there would have to be 6 by now.",
		"MEDIUM 2026-03-02 People assisted: 1 from 2025-10-01 to 2025-12-31; the target was at least 3.",
	}
	for _, actor := range []access.Actor{supervisor, admin} {
		got := r.figures(t, actor)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", actor.Role, diff)
		}
	}
	for _, actor := range []access.Actor{worker, colleague, river, advisor} {
		if got := r.figures(t, actor); len(got) != 0 {
			t.Errorf("%s of %s: %v", actor.Role, actor.Organisation, got)
		}
	}
	after, mine, others := r.work(t, supervisor, nil), true, false
	if after.TotalCount != before.TotalCount+2 || after.Counts[len(after.Counts)-1] != (casework.WorkCount{Kind: stall.WorkFigure, Soon: 2}) {
		t.Errorf("%d items where there were %d: %v", after.TotalCount, before.TotalCount, after.Counts)
	}
	if own, rest := r.work(t, supervisor, &casework.WorkFilter{Mine: &mine}), r.work(t, supervisor, &casework.WorkFilter{Mine: &others}); own.TotalCount+rest.TotalCount != after.TotalCount || rest.TotalCount < 2 {
		t.Errorf("%d are hers and %d are not, of %d", own.TotalCount, rest.TotalCount, after.TotalCount)
	}

	wantDifferences(t, s, 0)

	r.setTarget(t, admin, "lower", "ASSISTED", calendar.QuarterOf(today), 8)
	if got := r.figures(t, supervisor); len(got) != 1 || got[0] != want[1] {
		t.Errorf("after a target was set anew: %v", got)
	}
	r.rollUp(t, s, today+1)
	if got := r.figures(t, supervisor); len(got) != 2 || !slices.Contains(got, want[1]) {
		t.Errorf("after the next run: %v", got)
	}
	wantDifferences(t, s, 0)
	r.served(t, cases[1], "two", last.From, "")
	r.served(t, cases[2], "three", last.To, "")
	r.rollUp(t, s, today+2)
	if got := r.figures(t, supervisor); len(got) != 1 || slices.Contains(got, want[1]) {
		t.Errorf("after the figure was mended: %v", got)
	}
	if _, err := r.directory.SetTarget(t.Context(), admin, now.Add(time.Hour), directory.SetTargetInput{Request: directory.Request{RequestID: "away"},
		Indicator: "ASSISTED", From: calendar.QuarterOf(today).From, To: calendar.QuarterOf(today).To, Reason: "the plan"}); err != nil {
		t.Fatal(err)
	}
	if got := r.figures(t, supervisor); len(got) != 0 {
		t.Errorf("after the target was taken away: %v", got)
	}
	doc, err := s.Get(t.Context(), store.Releases, "attention_1")
	if err != nil || len(doc.History) != 3 {
		t.Errorf("%d revisions, %v", len(doc.History), err)
	}
	wantDifferences(t, s, 0)
	tampered := strings.Replace(string(doc.State), `"reached":0`, `"reached":7`, 1)
	entry := store.Entry{Version: 4, Kind: "attention.revised", On: today + 2, At: now, Data: json.RawMessage(tampered)}
	if err := s.Append(t.Context(), store.Releases, store.Change{ID: doc.ID, From: 3, To: 4, State: entry.Data, Entries: []store.Entry{entry}}); err != nil {
		t.Fatal(err)
	}
	wantDifferences(t, s, 1)
}

// TestCohortsNeedAttention proves that a cohort which falls behind the one before
// it stands in the worklist of those who steer its organisation.
func TestCohortsNeedAttention(t *testing.T) {
	s, today := twoOrganisations(t), calendar.DayOf(now)
	r := newReplica(t, s, false)
	for n := range 15 {
		r.register.Apply(cameBack(t, fmt.Sprint("case_LATE", n), calendar.Date(2025, 2, 1+n), n < 10))
		r.register.Apply(cameBack(t, fmt.Sprint("case_EARLY", n), calendar.Date(2024, 2, 1+n), n < 1))
	}
	if done := r.rollUp(t, s, today); done.Attention != 1 {
		t.Errorf("the run: %+v", done)
	}
	got := r.figures(t, supervisor)
	list, err := attention.NewLists(s).Of(t.Context(), "org_1")
	if err != nil || len(list.Items) != 1 || list.Items[0].Cohort.Ended != 10 || len(got) != 1 || got[0] != "MEDIUM 2026-03-02 "+list.Items[0].Text(locale.EN) {
		t.Errorf("%v, of %+v, %v", got, list, err)
	}
	if other := r.figures(t, river); len(other) != 0 {
		t.Errorf("another organisation: %v", other)
	}
}

// cameBack is a case of the first organisation whose person came back to the
// community on a day, and was admitted again a month later or met half a year
// later.
func cameBack(t *testing.T, name string, on calendar.Day, again bool) *casefile.Case {
	t.Helper()
	last, lastOn := casefile.Data(followup.Recorded{Point: track.Unscheduled, Method: followup.Phone, ContactMade: true}), on+180
	if again {
		last, lastOn = shelter.Admitted{SiteID: "site_1"}, on+30
	}
	var entries []casefile.Entry
	add := func(on calendar.Day, d casefile.Data) {
		entries = append(entries, casefile.Entry{CaseID: id.Case(name), Version: len(entries) + 1, On: on, At: on.Start(), By: "worker_1", Organisation: "org_1", Data: d})
	}
	add(on-10, casefile.Opened{Population: casefile.AtRisk, Consents: []casefile.Purpose{casefile.ForReporting}})
	add(on-10, casefile.Accepted{})
	add(on, reintegration.Returned{LivingWith: reintegration.Parents})
	add(lastOn, last)
	c, err := casefile.Fold(id.Case(name), entries)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
