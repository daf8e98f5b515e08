package casework_test

import (
	"context"
	"testing"

	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/page"
	"onward/services/track"
)

// on is a request about a day some days ago.
func on(caseID id.Case, requestID string, daysAgo int) casework.Request {
	return casework.Request{RequestID: requestID, CaseID: caseID, On: calendar.DayOf(now) - calendar.Day(daysAgo)}
}

// atCentre opens a case that is registered at a career centre since 50 days.
func (r *replica) atCentre(t *testing.T) *casefile.Case {
	t.Helper()
	ctx := context.Background()
	err := r.directory.Add(ctx, directory.Site{ID: "site_CAREER", Organisation: "org_1", Name: "Centre", Kind: directory.CareerCentre, Province: "KH-12"},
		directory.Site{ID: "site_OFFICE", Organisation: "org_1", Name: "Office", Kind: directory.ShelterSite, Province: "KH-12"})
	if err != nil {
		t.Fatal(err)
	}
	c := r.open(t, "career")
	return must(t)(r.casework.RegisterAtCareerCentre(ctx, supervisor, casework.RegisterAtCareerCentreInput{
		Request: on(c.ID, "register", 50), Registered: career.Registered{SiteID: "site_CAREER"}})).Case
}

func (r *replica) reverse(caseID id.Case, requestID, entryID string) error {
	_, err := r.casework.ReverseEntry(context.Background(), supervisor, casework.ReverseEntryInput{
		Request: request(caseID, requestID), EntryID: entryID, Reason: "recorded on the wrong case"})
	return err
}

// TestCareerSessions proves that the sessions are a list of their own with pages,
// that one which was taken back leaves it, the count and the services, and that a
// session is held at a career centre.
func TestCareerSessions(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	c := r.atCentre(t)
	hold := func(requestID string, daysAgo int, held career.SessionHeld) (*casework.Change, error) {
		return r.casework.RecordCareerSession(ctx, supervisor, casework.RecordCareerSessionInput{Request: on(c.ID, requestID, daysAgo), SessionHeld: held})
	}
	must(t)(hold("one", 40, career.SessionHeld{Session: career.CVWriting}))
	must(t)(r.serve(c.ID, "not a session"))
	two := must(t)(hold("two", 30, career.SessionHeld{Session: career.JobSearch}))
	must(t)(hold("three", 35, career.SessionHeld{Session: career.LifeSkills}))
	if err := r.reverse(c.ID, "back", two.Entry.ID()); err != nil {
		t.Fatal(err)
	}
	_, err := hold("elsewhere", 1, career.SessionHeld{Session: career.CVWriting, SiteID: "site_OFFICE"})
	wantField(t, "a session at an office", err, "siteId")
	v := r.casework.View(supervisor, r.register.Snapshot())
	last, err := v.Case(c.ID)
	if err != nil {
		t.Fatal(err)
	}
	size := 1
	got, err := v.ListCareerSessions(ctx, last, page.Args{Last: &size})
	if err != nil || got.TotalCount != 2 || len(got.Nodes()) != 1 || got.Nodes()[0].Session != career.LifeSkills || got.Nodes()[0].On() != calendar.DayOf(now)-35 || !got.PageInfo.HasPreviousPage {
		t.Errorf("sessions: %+v, %v", got, err)
	}
	if spell := last.CareerSpells()[0]; spell.Sessions != 2 || spell.LastSessionOn != calendar.DayOf(now)-35 || len(last.Deliveries()) != 3 {
		t.Errorf("spell: %+v, services %v", spell, last.Deliveries())
	}
}

// TestReadinessRests proves that the answer on which JOB_READY rests cannot be
// taken back before it, and that a provider is one of the directory.
func TestReadinessRests(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	c := r.atCentre(t)
	var answers []career.Answer
	for _, item := range career.Current().Items {
		answers = append(answers, career.Answer{Code: item.Code, Done: true})
	}
	answer := func(requestID string, items ...career.Answer) (*casework.Change, error) {
		return r.casework.UpdateReadiness(ctx, supervisor, casework.UpdateReadinessInput{Request: on(c.ID, requestID, 20), ReadinessUpdated: career.ReadinessUpdated{Items: items}})
	}
	ready := func(requestID string) (*casework.Change, error) {
		return r.casework.RecordMilestone(ctx, supervisor, casework.RecordMilestoneInput{Request: on(c.ID, requestID, 10), MilestoneRecorded: casefile.MilestoneRecorded{Code: track.JobReady}})
	}
	must(t)(answer("some", answers[:1]...))
	_, err := ready("too early")
	wantField(t, "JOB_READY with open items", err, "code")
	rest := must(t)(answer("rest", answers[1:]...))
	reached := must(t)(ready("ready"))
	if err := r.reverse(c.ID, "back", rest.Entry.ID()); err == nil {
		t.Error("the answers on which JOB_READY rests were taken back")
	}
	for i, e := range []string{reached.Entry.ID(), rest.Entry.ID()} {
		if err := r.reverse(c.ID, string(rune('a'+i)), e); err != nil {
			t.Errorf("reversal %d: %v", i+1, err)
		}
	}
	_, err = answer("none")
	wantField(t, "no answers", err, "items")
	_, err = answer("twice", answers[0], answers[0])
	wantField(t, "two answers on one item", err, "items")
	_, err = r.casework.StartTraining(ctx, supervisor, casework.StartTrainingInput{Request: request(c.ID, "train"), StartedOn: calendar.DayOf(now),
		TrainingBegun: career.TrainingBegun{ProviderID: "org_9", Subject: "weaver", Modality: career.Online}})
	wantField(t, "an unknown provider", err, "providerId")
}

// TestUnsafeEmployer proves that a start where she was exploited before is
// refused until a check finds the workplace safe, that the check may then be
// taken back without undoing the start, and that a retry answers as at first.
func TestUnsafeEmployer(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "unsafe")
	mill := func(requestID string, daysAgo int) (*casework.Change, error) {
		return r.casework.LogPlacement(ctx, supervisor, casework.LogPlacementInput{Request: request(c.ID, requestID), StartedOn: calendar.DayOf(now) - calendar.Day(daysAgo),
			Started: employment.Started{EmployerName: "Mill", Occupation: "weaver", Type: employment.FullTime}})
	}
	must(t)(mill("first", 100))
	must(t)(r.casework.EndPlacement(ctx, supervisor, casework.EndPlacementInput{Request: on(c.ID, "end", 60), Ended: employment.Ended{Reason: employment.Exploitation}}))
	_, err := mill("again", 10)
	wantField(t, "a start where she was exploited", err, "employerName")
	check := must(t)(r.casework.RecordWorkplaceCheck(ctx, supervisor, casework.RecordWorkplaceCheckInput{Request: on(c.ID, "check", 20),
		WorkplaceChecked: employment.WorkplaceChecked{EmployerName: "Mill", When: employment.BeforeStart, Safe: true}}))
	placed := must(t)(mill("again", 10))
	if p := placed.Case.Placements()[1]; p.SafetyBefore == nil || !p.SafetyBefore.Safe {
		t.Errorf("the placement shows no check: %+v", p)
	}
	if err := r.reverse(c.ID, "back", check.Entry.ID()); err != nil {
		t.Errorf("that she works there stays a fact: %v", err)
	}
	if retried := must(t)(mill("again", 10)); retried.Entry.ID() != placed.Entry.ID() {
		t.Errorf("the retry made %s", retried.Entry.ID())
	}
	_, err = mill("third", 5)
	wantField(t, "a start after the check was taken back", err, "employerName")
	none := employment.WorkplaceChecked{When: employment.BeforeStart, Safe: true}
	_, err = r.casework.RecordWorkplaceCheck(ctx, supervisor, casework.RecordWorkplaceCheckInput{Request: request(c.ID, "nothing"), WorkplaceChecked: none})
	wantField(t, "a check of nothing", err, "placementId")
}
