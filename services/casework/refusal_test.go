package casework_test

import (
	"context"
	"sync"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/register"
	"onward/services/sealed"
	"onward/services/track"
)

func request(caseID id.Case, requestID string) casework.Request {
	return casework.Request{RequestID: requestID, CaseID: caseID}
}

// wantField fails the test unless the change was refused for the field.
func wantField(t *testing.T, what string, err error, field string) {
	t.Helper()
	f, ok := err.(*fault.Error)
	if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != field {
		t.Errorf("%s: %v, want INVALID for %s", what, err, field)
	}
}

// TestMergesMakeNoCircle proves that of two cases only the later can be merged
// into the earlier, so that two people who merge them at once, each the other way
// round, leave one case to count.
func TestMergesMakeNoCircle(t *testing.T) {
	ctx := context.Background()
	s := openStore(t)
	a, b := newReplica(t, s, false), newReplica(t, s, false)
	one, two := a.open(t, "one"), a.open(t, "two")
	merge := func(r *replica, from, into *casefile.Case) error {
		_, err := r.casework.MergeCase(ctx, supervisor, casework.MergeCaseInput{Request: request(from.ID, "merge"),
			MergedAway: casefile.MergedAway{IntoCaseID: into.ID, Reason: "the same person"}})
		return err
	}
	errs := make([]error, 2)
	var merging sync.WaitGroup
	merging.Go(func() { errs[0] = merge(a, one, two) })
	merging.Go(func() { errs[1] = merge(b, two, one) })
	merging.Wait()
	for _, err := range errs {
		if err != nil {
			wantField(t, "the other way round", err, "intoCaseId")
		}
	}
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("merged both ways or none: %v", errs)
	}
}

// TestRetryComesBeforeChecks proves that a request sent again is answered as the
// first time although what it did, or somebody else since, would now refuse it.
func TestRetryComesBeforeChecks(t *testing.T) {
	ctx := context.Background()
	s := openStore(t)
	r := newReplica(t, s, false)
	one, two, three := r.open(t, "one"), r.open(t, "two"), r.open(t, "three")
	order := []*casefile.Case{one, two, three}
	for i := range order { // in the order in which they can be merged
		for j := range i {
			if order[i].ID < order[j].ID {
				order[i], order[j] = order[j], order[i]
			}
		}
	}
	merge := func(from, into *casefile.Case) (*casework.Change, error) {
		return r.casework.MergeCase(ctx, supervisor, casework.MergeCaseInput{Request: request(from.ID, "merge"),
			MergedAway: casefile.MergedAway{IntoCaseID: into.ID, Reason: "the same person"}})
	}
	must(t)(merge(order[2], order[1]))
	must(t)(merge(order[1], order[0]))
	if _, err := merge(order[2], order[1]); err != nil {
		t.Errorf("a merge sent again, into a case that is MERGED since: %v", err)
	}
}

// TestRequestIDOfAnotherChange proves that a requestId which was used for another
// kind of change is refused, and that nothing is then recorded.
func TestRequestIDOfAnotherChange(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	before := must(t)(r.serve(c.ID, "once")).Case.Version
	_, err := r.casework.ReviseCase(context.Background(), supervisor, casework.ReviseCaseInput{Request: request(c.ID, "once"), Revised: casefile.Revised{Risk: casefile.Low}})
	if held, _ := r.register.Snapshot().Case(c.ID); !fault.Is(err, fault.Conflict) || held.Version != before {
		t.Errorf("%v, at version %d after %d", err, held.Version, before)
	}
}

// TestOwnersWorkOnCases proves that a case is given only to people who work on
// cases.
func TestOwnersWorkOnCases(t *testing.T) {
	ctx := context.Background()
	s := openStore(t)
	r := newReplica(t, s, false)
	for _, role := range []access.Role{access.Auditor, access.Coordinator, access.PartnerApp, access.CareerAdvisor} {
		if err := r.directory.Add(ctx, directory.Worker{ID: "worker_" + id.Worker(role), Organisation: "org_1", Name: string(role), Role: role}); err != nil {
			t.Fatal(err)
		}
	}
	c := r.open(t, "r")
	for _, role := range []access.Role{access.Auditor, access.Coordinator, access.PartnerApp, access.CareerAdvisor} {
		_, err := r.casework.AssignCase(ctx, supervisor, casework.AssignCaseInput{Request: request(c.ID, string(role)), Assigned: casefile.Assigned{OwnerID: "worker_" + id.Worker(role)}})
		if role == access.CareerAdvisor {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		wantField(t, string(role), err, "ownerId")
	}
}

// TestTextsAreReadable proves that texts of blanks, with control characters or
// with marks that turn the direction of writing are refused by their field, and
// that Khmer with zero-width spaces is not.
func TestTextsAreReadable(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	follow := func(note string) error {
		in := casework.RecordFollowUpInput{Request: request(c.ID, "note "+note)}
		in.Point, in.Method, in.Findings = track.Unscheduled, "PHONE", sealed.Text(note)
		in.RequestID = "n" + calendar.DayOf(now).String() + string(rune('a'+len(note)%26))
		_, err := r.casework.RecordFollowUp(context.Background(), supervisor, in)
		return err
	}
	for _, bad := range []string{"   ", " \n", "a\x00b", "bell\a", "turned \u202e around", "\u2066x"} {
		wantField(t, bad, follow(bad), "findings")
	}
	if err := follow("ភូមិ\u200bថ្មី\nពីរ\tជួរ"); err != nil {
		t.Error(err)
	}
}

// TestLongAgo proves that a day before any programme is taken for a slip.
func TestLongAgo(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	in := casework.RecordServiceInput{Request: request(c.ID, "old")}
	in.Service, in.On = "training_education_life_skills", calendar.Date(1900, 1, 1)
	_, err := r.casework.RecordService(context.Background(), supervisor, in)
	wantField(t, "1900", err, "on")
}

// view returns what somebody sees of a replica now.
func (r *replica) view(actor access.Actor) *casework.View {
	return r.casework.View(actor, r.register.Snapshot())
}

// TestWorklistIsDoable proves that the worklist names only what its reader may
// do: a referral without an owner is for those who assign and decide.
func TestWorklistIsDoable(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	must(t)(r.casework.OpenCase(context.Background(), supervisor, casework.OpenCaseInput{RequestID: "unowned", OpenedOn: calendar.DayOf(now) - 30,
		Opened: casefile.Opened{Population: casefile.AtRisk}}))
	for role, want := range map[access.Role]int{access.Supervisor: 2, access.ShelterStaff: 2, access.CareerAdvisor: 0, access.LegalOfficer: 0} {
		v := r.view(access.Actor{Worker: "worker_9", Role: role, Organisation: "org_1"})
		list, err := v.Worklist(t.Context(), nil, page.Args{})
		if err != nil || list.TotalCount != want {
			t.Errorf("%s has %d items, want %d: %v", role, list.TotalCount, want, err)
		}
		for _, item := range list.Nodes() {
			if actions := v.ExplainWork(&item).NextActions; len(actions) != 1 {
				t.Errorf("%s may do %v", role, actions)
			}
		}
	}
}

// TestSnooze proves that a snoozed flag is left out of the worklist up to its
// day, and that the day is ahead.
func TestSnooze(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	today := calendar.DayOf(now)
	if err := r.casework.Sweep(ctx, access.Job("stall-scan"), c.ID, today); err != nil {
		t.Fatal(err)
	}
	held, _ := r.register.Snapshot().Case(c.ID)
	if len(held.Flags) == 0 {
		t.Fatal("no flag")
	}
	items := func() int {
		list, err := r.view(supervisor).Worklist(t.Context(), nil, page.Args{})
		if err != nil {
			t.Fatal(err)
		}
		return list.TotalCount
	}
	before := items()
	snooze := func(requestID string, until calendar.Day) error {
		in := casework.AcknowledgeFlagInput{Request: request(c.ID, requestID)}
		in.FlagID, in.SnoozeUntil = held.Flags[0].ID, until
		_, err := r.casework.AcknowledgeFlag(ctx, supervisor, in)
		return err
	}
	wantField(t, "a day that has passed", snooze("past", today), "snoozeUntil")
	if err := snooze("ahead", today+7); err != nil {
		t.Fatal(err)
	}
	if after := items(); after != before-1 {
		t.Errorf("%d items, %d after one was snoozed", before, after)
	}
}

// TestPartnersDoNotFilterByPlace proves that who may not read where a case is
// cannot find out by filtering.
func TestPartnersDoNotFilterByPlace(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	partner := access.Actor{Worker: "worker_9", Role: access.PartnerApp, Organisation: "org_1"}
	_, err := r.view(partner).ListCases(&register.Filter{Site: []id.Site{"site_1"}}, nil, page.Args{})
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("%v, want FORBIDDEN", err)
	}
}
