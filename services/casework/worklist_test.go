package casework_test

import (
	"context"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/legal"
	"onward/services/page"
	"onward/services/reintegration"
	"onward/services/stall"
	"onward/services/track"
)

// work returns the whole worklist of an actor.
func (r *replica) work(t *testing.T, actor access.Actor, filter *casework.WorkFilter) *casework.WorkItemConnection {
	t.Helper()
	first := page.MaxSize
	list, err := r.view(actor).Worklist(t.Context(), filter, page.Args{First: &first})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestWorkIsCounted proves that the counts are over everything but the kinds that
// were asked for, and that every item is counted once.
func TestWorkIsCounted(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	for _, name := range []string{"a", "b"} {
		r.open(t, name)
	}
	all := r.work(t, supervisor, nil)
	kinds := map[stall.WorkKind]casework.WorkCount{}
	sum := 0
	for _, n := range all.Counts {
		kinds[n.Kind] = n
		sum += n.Overdue + n.Soon
	}
	if sum != all.TotalCount || sum == 0 || len(all.Counts) < 2 {
		t.Fatalf("%d items, counted %v", all.TotalCount, all.Counts)
	}
	for _, n := range all.Counts {
		some := r.work(t, supervisor, &casework.WorkFilter{Kind: []stall.WorkKind{n.Kind}})
		if some.TotalCount != n.Overdue+n.Soon || len(some.Counts) != len(all.Counts) {
			t.Errorf("%s: %d items, counts %v, of all %v", n.Kind, some.TotalCount, some.Counts, all.Counts)
		}
		for _, i := range some.Nodes() {
			if i.Kind() != n.Kind {
				t.Errorf("asked for %s, got %s", n.Kind, i.Kind())
			}
		}
	}
	overdue, ahead := true, false
	late := r.work(t, supervisor, &casework.WorkFilter{Overdue: &overdue})
	soon := r.work(t, supervisor, &casework.WorkFilter{Overdue: &ahead})
	if late.TotalCount+soon.TotalCount != all.TotalCount || late.TotalCount == 0 {
		t.Errorf("%d overdue and %d soon of %d", late.TotalCount, soon.TotalCount, all.TotalCount)
	}
	for _, n := range late.Counts {
		if n.Soon != 0 || n.Overdue != kinds[n.Kind].Overdue {
			t.Errorf("overdue alone: %+v, of all %+v", n, kinds[n.Kind])
		}
	}
}

// TestWorkComesInPages proves that the pages of the worklist hold each item once
// and in the order of the whole, also where an item is done between two pages.
func TestWorkComesInPages(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	for _, name := range []string{"a", "b", "c"} {
		r.open(t, name)
	}
	all := r.work(t, supervisor, nil).Nodes()
	size := 2
	args := page.Args{First: &size}
	var seen []casework.WorkItem
	for {
		list, err := r.view(supervisor).Worklist(t.Context(), nil, args)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, list.Nodes()...)
		if args.After = list.PageInfo.EndCursor; !list.PageInfo.HasNextPage {
			break
		}
		if len(seen) == size { // the first item is done, the others stay where they are
			done := seen[0]
			must(t)(r.casework.CloseCase(context.Background(), admin, casework.CloseCaseInput{
				Request: request(done.Case.ID, "close"), Ended: casefile.Ended{Reason: casefile.Died}}))
			var rest []casework.WorkItem
			for _, i := range all {
				if i.Case.ID != done.Case.ID || i.ID() == seen[0].ID() || i.ID() == seen[1].ID() {
					rest = append(rest, i)
				}
			}
			all = rest
		}
	}
	if len(seen) != len(all) {
		t.Fatalf("%d items in pages, %d in all", len(seen), len(all))
	}
	for i := range all {
		if seen[i].ID() != all[i].ID() {
			t.Errorf("item %d is %s, in pages %s", i, all[i].ID(), seen[i].ID())
		}
	}
}

// TestConsentIsWork proves that a consent that runs out is asked for again by those
// who work on the case, and is done by the next decision.
func TestConsentIsWork(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, twoOrganisations(t), false)
	c := r.open(t, "r")
	today := calendar.DayOf(now)
	ask := &casework.WorkFilter{Kind: []stall.WorkKind{stall.WorkConsent}}
	give := func(requestID string, until calendar.Day) {
		must(t)(r.casework.RecordConsent(ctx, supervisor, casework.RecordConsentInput{Request: request(c.ID, requestID),
			ConsentRecorded: casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given, ExpiresOn: until}}))
	}
	give("month", today+31)
	if got := r.work(t, supervisor, ask); got.TotalCount != 0 {
		t.Errorf("31 days before: %+v", got.Nodes())
	}
	give("soon", today+30)
	got := r.work(t, supervisor, ask)
	if got.TotalCount != 1 || got.Nodes()[0].Overdue || got.Nodes()[0].Deadline.Rule != "" || got.Nodes()[0].Case.ID != c.ID {
		t.Fatalf("30 days before: %+v", got.Nodes())
	}
	item := got.Nodes()[0]
	if e := r.view(supervisor).ExplainWork(&item); len(e.NextActions) != 1 || e.NextActions[0].Mutation != "recordConsent" {
		t.Errorf("%+v", e.NextActions)
	}
	give("again", today+400)
	if got := r.work(t, supervisor, ask); got.TotalCount != 0 {
		t.Errorf("after the decision: %+v", got.Nodes())
	}
}

// TestReferralIsWork proves that what another organisation has sent is work of
// those who can answer it, without the case, until the answer; and nobody else's.
func TestReferralIsWork(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	c := r.shareable(t, "r")
	sent := r.refer(t, c, "send")
	ask := &casework.WorkFilter{Kind: []stall.WorkKind{stall.WorkReferral}}
	got := r.work(t, river, ask)
	if got.TotalCount != 1 {
		t.Fatalf("%+v", got.Nodes())
	}
	item := got.Nodes()[0]
	if item.Case != nil || item.Referral == nil || item.Referral.ID != sent.ID || item.Deadline.Rule != "" || item.DueOn != sent.SentOn+7 || item.Flag != nil {
		t.Errorf("%+v", item)
	}
	e := r.view(river).ExplainWork(&item)
	if len(e.NextActions) != 1 || e.NextActions[0].Mutation != "answerReferral" {
		t.Errorf("%+v", e.NextActions)
	}
	for _, f := range e.Facts() {
		if f.Entry != 0 {
			t.Errorf("it rests on entry %d of a case that is not theirs to read", f.Entry)
		}
	}
	mine := true
	if got := r.work(t, river, &casework.WorkFilter{Mine: &mine}); got.TotalCount != 0 {
		t.Errorf("it is the supervisor's own: %+v", got.Nodes())
	}
	if got := r.work(t, advisor, nil); got.TotalCount != 0 {
		t.Errorf("the advisor cannot answer, and has %+v", got.Nodes())
	}
	for _, i := range r.work(t, supervisor, ask).Nodes() {
		if i.Referral != nil {
			t.Errorf("the sender is to answer %+v", i)
		}
	}
	must(t)(r.casework.RecordConsent(context.Background(), supervisor, casework.RecordConsentInput{Request: request(c.ID, "withdraw"),
		ConsentRecorded: casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Withdrawn}}))
	if got := r.work(t, river, nil); got.TotalCount != 0 {
		t.Errorf("after she has withdrawn: %+v", got.Nodes())
	}
	r.consent(t, c, "given-again", casefile.Given)
	if _, err := r.answer(river, c.ID, sent.ID, "accept", true); err != nil {
		t.Fatal(err)
	}
	if got := r.work(t, river, nil); got.TotalCount != 0 {
		t.Errorf("after the answer: %+v", got.Nodes())
	}
}

// TestWhoHasAWorklist proves which roles have one.
func TestWhoHasAWorklist(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	r.open(t, "r")
	for _, role := range access.Roles {
		_, err := r.view(access.Actor{Worker: "worker_8", Role: role, Organisation: "org_1"}).Worklist(t.Context(), nil, page.Args{})
		switch role {
		case access.Coordinator, access.Auditor, access.PartnerApp:
			wantKind(t, string(role), err, fault.Forbidden)
		default:
			if err != nil {
				t.Errorf("%s: %v", role, err)
			}
		}
	}
}

// TestEachRoleHasItsWork proves what each role finds on cases of others' with
// trouble in every programme: its own programme's, and of the whole organisation
// what steers it.
func TestEachRoleHasItsWork(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, twoOrganisations(t), false)
	c := r.open(t, "r") // the supervisor's
	if err := r.directory.Add(ctx, directory.Site{ID: "site_CAREER", Organisation: "org_1", Name: "Centre", Kind: directory.CareerCentre, Province: "KH-12"}); err != nil {
		t.Fatal(err)
	}
	must(t)(r.casework.OpenMatter(ctx, supervisor, matterLongAgo(c)))
	ready := casework.RecordMilestoneInput{Request: request(c.ID, "ready"), MilestoneRecorded: casefile.MilestoneRecorded{Code: track.JobReady}}
	ready.On = calendar.DayOf(now) - 100
	must(t)(r.casework.RegisterAtCareerCentre(ctx, supervisor, registeredLongAgo(c)))
	must(t)(r.casework.RecordMilestone(ctx, supervisor, ready))
	back := casework.RecordReturnInput{Request: request(c.ID, "return"), Returned: reintegration.Returned{LivingWith: reintegration.Parents}}
	back.On = calendar.DayOf(now) - 130
	must(t)(r.casework.RecordReturn(ctx, supervisor, back))
	tracks := map[access.Role]track.Kind{access.ShelterStaff: track.Reintegration, access.CareerAdvisor: track.Career, access.LegalOfficer: track.Legal}
	for role, want := range map[access.Role]int{access.ShelterStaff: 1, access.CareerAdvisor: 1, access.ScholarshipOfficer: 0, access.LegalOfficer: 1} {
		list := r.work(t, access.Actor{Worker: "worker_8", Role: role, Organisation: "org_1"}, nil)
		if list.TotalCount != want {
			t.Errorf("%s has %d items, want %d: %+v", role, list.TotalCount, want, list.Nodes())
		}
		for _, i := range list.Nodes() {
			if i.Track != tracks[role] {
				t.Errorf("%s is to see to %s of %s", role, i.Kind(), i.Track)
			}
		}
	}
	if a, b := r.work(t, supervisor, nil).TotalCount, r.work(t, admin, nil).TotalCount; a != b || a < 5 {
		t.Errorf("the supervisor has %d items, the administrator %d", a, b)
	}
}

// matterLongAgo is a matter that has been waiting for its court for too long.
func matterLongAgo(c *casefile.Case) casework.OpenMatterInput {
	in := casework.OpenMatterInput{Request: request(c.ID, "matter")}
	in.On = calendar.DayOf(now) - 190
	in.Type, in.Subject = legal.Criminal, legal.Trafficking
	in.RepresentedBy = &legal.Representative{Name: "Lawyer (invented)", Organisation: "Clinic (invented)"}
	return in
}

// registeredLongAgo is a registration at the career centre.
func registeredLongAgo(c *casefile.Case) casework.RegisterAtCareerCentreInput {
	in := casework.RegisterAtCareerCentreInput{Request: request(c.ID, "register")}
	in.On, in.SiteID = calendar.DayOf(now)-120, "site_CAREER"
	return in
}
