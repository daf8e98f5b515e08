package casework_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/page"
	"onward/services/sealed"
	"onward/services/track"
)

// allow sets the rule that allows a home visit, or only a call, from a day on.
func (r *replica) allow(t *testing.T, c *casefile.Case, visit bool, on calendar.Day) *casework.Change {
	t.Helper()
	in := casework.SetSafeContactInput{Request: request(c.ID, fmt.Sprint("rule ", visit, on)), RuleSet: followup.RuleSet{Methods: []followup.Method{followup.Phone}, HomeVisitAllowed: visit}}
	if visit {
		in.Methods = append(in.Methods, followup.HomeVisit)
	}
	in.On = on
	change, err := r.casework.SetSafeContact(context.Background(), supervisor, in)
	if err != nil {
		t.Fatal(err)
	}
	return change
}

func (r *replica) contact(c *casefile.Case, m followup.Method, on calendar.Day, requestID string) error {
	in := casework.RecordFollowUpInput{Request: request(c.ID, requestID), Recorded: followup.Recorded{Point: track.Unscheduled, Method: m, ContactMade: true}}
	in.On = on
	_, err := r.casework.RecordFollowUp(context.Background(), supervisor, in)
	return err
}

// TestHomeVisits proves that a home visit is refused on just those days for which
// the rule in force allows none, saying since when, also for days before the last
// rule; that another method is never refused; and that a follow-up recorded before
// answers again although the rule has changed since.
func TestHomeVisits(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	today := calendar.DayOf(now)
	if err := r.contact(c, followup.HomeVisit, today, "no rule"); err != nil {
		t.Fatalf("no rule is known: %v", err)
	}
	r.allow(t, c, false, today-20)
	last := r.allow(t, c, true, today-10)
	for i, day := range []struct {
		on      calendar.Day
		refused bool
	}{{today - 21, false}, {today - 20, true}, {today - 11, true}, {today - 10, false}, {0, false}} {
		err := r.contact(c, followup.HomeVisit, day.on, fmt.Sprint("visit ", i))
		if !day.refused && err != nil {
			t.Errorf("a visit on %s: %v", day.on, err)
		}
		if day.refused {
			wantField(t, day.on.String(), err, "method")
			if err != nil && !strings.Contains(err.Error(), "since "+(today-20).String()) {
				t.Errorf("it does not say since when: %v", err)
			}
		}
		if err := r.contact(c, followup.Message, day.on, fmt.Sprint("message ", i)); err != nil {
			t.Errorf("a message on %s: %v", day.on, err)
		}
	}
	if _, err := r.casework.ReverseEntry(context.Background(), supervisor, casework.ReverseEntryInput{
		Request: request(c.ID, "reverse"), EntryID: last.Entry.ID(), Reason: "of another person"}); err != nil {
		t.Fatal(err)
	}
	wantField(t, "once the rule that allowed it is reversed", r.contact(c, followup.HomeVisit, today, "visit again"), "method")
	if err := r.contact(c, followup.HomeVisit, today, "no rule"); err != nil {
		t.Errorf("the first visit again: %v", err)
	}
}

// TestListFollowUps proves that the list has the follow-ups in the order of their
// recording, without those that were reversed, and says of each whether it lay
// outside the rule of its day.
func TestListFollowUps(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	today := calendar.DayOf(now)
	r.allow(t, c, false, today-10)
	for i, on := range []calendar.Day{today - 11, today - 10, today} {
		for _, m := range []followup.Method{followup.Phone, followup.Message} {
			if err := r.contact(c, m, on, fmt.Sprint(m, i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	c, _ = r.register.Snapshot().Case(c.ID)
	if _, err := r.casework.ReverseEntry(ctx, supervisor, casework.ReverseEntryInput{
		Request: request(c.ID, "reverse"), EntryID: id.Within(id.EntryPrefix, c.ID, c.Version), Reason: "another person"}); err != nil {
		t.Fatal(err)
	}
	c, _ = r.register.Snapshot().Case(c.ID)
	list, err := r.view(supervisor).ListFollowUps(ctx, c, page.Args{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list.Nodes() {
		outside := "unknown"
		if f.OutsideRule != nil {
			outside = fmt.Sprint(*f.OutsideRule)
		}
		got = append(got, fmt.Sprint(f.Method, " ", int(f.On()-today), " ", outside))
		if f.SafeContact() == nil || f.ID() != f.Entry.ID() {
			t.Errorf("%+v", f)
		}
	}
	want := []string{"PHONE -11 unknown", "MESSAGE -11 unknown", "PHONE -10 false", "MESSAGE -10 true", "PHONE 0 false"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWorkshop proves that a session of thirty people, three of whom cannot be
// recorded, makes an entry for each of the others, and that sending it again
// gives the same answers and nothing twice.
func TestWorkshop(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	if err := r.directory.Add(ctx, directory.Organisation{ID: "org_2", Code: "TWO", Name: "Two", Province: "KH-12"},
		directory.Worker{ID: "worker_2", Organisation: "org_2", Name: "Other", Role: access.Supervisor}); err != nil {
		t.Fatal(err)
	}
	in := casework.RecordGroupServiceInput{RequestID: "workshop", Delivered: delivery.Delivered{Service: "training_education_life_skills"}}
	in.Note = "saving money"
	for i := range 27 {
		in.Participants = append(in.Participants, casework.Participant{CaseID: r.open(t, fmt.Sprint("r", i)).ID})
	}
	in.Participants[3].Note = "she spoke first"
	foreign, err := r.casework.OpenCase(ctx, access.Actor{Worker: "worker_2", Role: access.Supervisor, Organisation: "org_2"},
		casework.OpenCaseInput{RequestID: "foreign", Opened: casefile.Opened{Population: casefile.AtRisk, OwnerID: "worker_2"}})
	if err != nil {
		t.Fatal(err)
	}
	ended := r.open(t, "ended")
	if _, err := r.casework.CloseCase(ctx, admin, casework.CloseCaseInput{Request: request(ended.ID, "close"), Ended: casefile.Ended{Reason: casefile.NoLongerNeeds}}); err != nil {
		t.Fatal(err)
	}
	in.Participants = slices.Insert(in.Participants, 10, casework.Participant{CaseID: "case_ABSENT"}, casework.Participant{CaseID: foreign.Case.ID}, casework.Participant{CaseID: ended.ID})

	var answers [2]*casework.GroupService
	for i := range answers {
		if answers[i], err = r.casework.RecordGroupService(ctx, supervisor, in); err != nil {
			t.Fatal(err)
		}
	}
	entries := 0
	for i, first := range answers[0].Results {
		again := answers[1].Results[i]
		if first.CaseID != in.Participants[i].CaseID || fmt.Sprint(first.Err) != fmt.Sprint(again.Err) || (first.Entry() == nil) != (again.Entry() == nil) {
			t.Errorf("participant %d: %+v, again %+v", i, first, again)
		}
		if first.Err != nil {
			if first.Case() != nil || again.Entry() != nil {
				t.Errorf("participant %d was refused and recorded", i)
			}
			continue
		}
		if d := again.Entry().Data.(delivery.Delivered); first.Entry().Version != 3 || again.Entry().Version != 3 || d.SessionID != answers[0].SessionID ||
			r.note(t, again.Entry()) != map[bool]string{true: "she spoke first", false: "saving money"}[i == 3] {
			t.Errorf("participant %d: %+v", i, again.Entry())
		}
		entries += len(r.mustFind(t, first.CaseID).Services)
	}
	if entries != 27 {
		t.Errorf("%d entries, want 27", entries)
	}
	absent, other, over := answers[0].Results[10].Err, answers[0].Results[11].Err, answers[0].Results[12].Err
	if !fault.Is(absent, fault.NotFound) || absent.Error() != other.Error() {
		t.Errorf("absent: %v; of others: %v", absent, other)
	}
	wantField(t, "a closed case", over, "caseId")
}

func (r *replica) mustFind(t *testing.T, caseID id.Case) *casefile.Case {
	t.Helper()
	c, ok := r.register.Snapshot().Case(caseID)
	if !ok {
		t.Fatalf("%s is not in the register", caseID)
	}
	return c
}

// TestSessionAsAWhole proves that what is wrong with a session is one fault and
// that nothing is recorded then; that a participant counts once; and that a
// requestId of another change is refused for whom it was used.
func TestSessionAsAWhole(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	c, d := r.open(t, "c"), r.open(t, "d")
	session := func(change func(*casework.RecordGroupServiceInput)) (*casework.GroupService, error) {
		in := casework.RecordGroupServiceInput{RequestID: "session", Delivered: delivery.Delivered{Service: "counselling_family"},
			Participants: []casework.Participant{{CaseID: c.ID}}}
		change(&in)
		return r.casework.RecordGroupService(ctx, supervisor, in)
	}
	for field, change := range map[string]func(*casework.RecordGroupServiceInput){
		"requestId":    func(in *casework.RecordGroupServiceInput) { in.RequestID = "" },
		"service":      func(in *casework.RecordGroupServiceInput) { in.Service = "astrology" },
		"siteId":       func(in *casework.RecordGroupServiceInput) { in.SiteID = "site_OTHER" },
		"on":           func(in *casework.RecordGroupServiceInput) { in.On = calendar.DayOf(now) + 1 },
		"note":         func(in *casework.RecordGroupServiceInput) { in.Note = sealed.Text(strings.Repeat("x", 2001)) },
		"participants": func(in *casework.RecordGroupServiceInput) { in.Participants = make([]casework.Participant, 51) },
	} {
		_, err := session(change)
		wantField(t, field, err, field)
	}
	_, err := session(func(in *casework.RecordGroupServiceInput) { in.Participants = nil })
	wantField(t, "nobody", err, "participants")
	if n := len(r.mustFind(t, c.ID).Services); n != 0 {
		t.Fatalf("%d entries were made", n)
	}

	if _, err := r.serve(d.ID, "session"); err != nil {
		t.Fatal(err)
	}
	out, err := session(func(in *casework.RecordGroupServiceInput) {
		in.Participants = append(in.Participants, casework.Participant{CaseID: c.ID}, casework.Participant{CaseID: d.ID})
	})
	if err != nil || out.Results[0].Err != nil {
		t.Fatal(err, out)
	}
	wantField(t, "named twice", out.Results[1].Err, "caseId")
	if !fault.Is(out.Results[2].Err, fault.Conflict) {
		t.Errorf("a requestId of another change: %v", out.Results[2].Err)
	}
}
