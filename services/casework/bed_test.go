package casework_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/sealed"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/vault/vaulttest"
)

var shelterStaff = access.Actor{Worker: "worker_2", Role: access.ShelterStaff, Organisation: "org_1"}

// withBeds adds shelter sites: site_FIVE with five beds, site_TWO with two, and
// site_MANY of which nobody has said how many it has.
func withBeds(t *testing.T, d *directory.Directory) {
	t.Helper()
	two, five := 2, 5
	site := func(siteID id.Site, beds *int) directory.Thing {
		return directory.Site{ID: siteID, Organisation: "org_1", Name: string(siteID), Kind: directory.ShelterSite, Province: "KH-12", Beds: beds}
	}
	if err := d.Add(context.Background(), site("site_FIVE", &five), site("site_TWO", &two), site("site_MANY", nil),
		directory.Worker{ID: "worker_2", Organisation: "org_1", Name: "Shelter staff", Role: access.ShelterStaff}); err != nil {
		t.Fatal(err)
	}
}

func (r *replica) admit(actor access.Actor, caseID id.Case, site id.Site, reason string) (*casework.Change, error) {
	return r.casework.AdmitToShelter(context.Background(), actor, casework.AdmitToShelterInput{
		Request: request(caseID, "admit"), Admitted: shelter.Admitted{SiteID: site, OverCapacityReason: sealed.Text(reason)}})
}

func (r *replica) transfer(actor access.Actor, caseID id.Case, site id.Site, reason string) (*casework.Change, error) {
	return r.casework.TransferToSite(context.Background(), actor, casework.TransferToSiteInput{
		Request: request(caseID, "transfer to "+string(site)), Moved: shelter.Moved{SiteID: site, OverCapacityReason: sealed.Text(reason)}})
}

// TestTheLastBedIsGivenOnce proves that of twenty who want one of five beds at
// once, in one process, five get one and fifteen are told why not.
func TestTheLastBedIsGivenOnce(t *testing.T) {
	s := openStore(t)
	r := newReplica(t, s, false)
	withBeds(t, r.directory)
	cases := make([]*casefile.Case, 20)
	for i := range cases {
		cases[i] = r.open(t, fmt.Sprint("r-", i))
	}
	errs := make([]error, len(cases))
	var wanting sync.WaitGroup
	for i, c := range cases {
		wanting.Go(func() { _, errs[i] = r.admit(shelterStaff, c.ID, "site_FIVE", "") })
	}
	wanting.Wait()
	admitted := 0
	for i, err := range errs {
		if err == nil {
			admitted++
			continue
		}
		wantField(t, fmt.Sprint("case ", i), err, "siteId")
	}
	if taken := r.register.Snapshot().Staying("site_FIVE"); admitted != 5 || taken != 5 {
		t.Errorf("%d were admitted, %d beds are taken; want 5", admitted, taken)
	}
	if taken := newReplica(t, s, false).register.Snapshot().Staying("site_FIVE"); taken != 5 {
		t.Errorf("after a restart %d beds are taken, want 5", taken)
	}
}

// TestFullSite proves who gets into a full site and how, and when a reason is
// wanted.
func TestFullSite(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	withBeds(t, r.directory)
	c := make([]id.Case, 6)
	for i := range c {
		c[i] = r.open(t, fmt.Sprint("r-", i)).ID
	}
	_, err := r.admit(supervisor, c[0], "site_TWO", "cold night")
	wantField(t, "a reason where it is not full", err, "overCapacityReason")
	must(t)(r.admit(shelterStaff, c[0], "site_TWO", ""))
	must(t)(r.admit(shelterStaff, c[1], "site_TWO", ""))
	_, err = r.admit(shelterStaff, c[2], "site_TWO", "")
	wantField(t, "the third of two", err, "siteId")
	if want := "the site is full: 2 of 2 beds are taken; a supervisor may override this with overCapacityReason"; err.(*fault.Error).Fields[0].Message != want {
		t.Errorf("%s, want %s", err.(*fault.Error).Fields[0].Message, want)
	}
	if _, err := r.admit(shelterStaff, c[2], "site_TWO", "cold night"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an override by shelter staff: %v", err)
	}
	over := must(t)(r.admit(supervisor, c[2], "site_TWO", "cold night"))
	if stay := over.Case.Stays()[0]; stay.OverCapacity != over.Entry.Version {
		t.Errorf("the stay: %+v", stay)
	}
	if taken := r.register.Snapshot().Staying("site_TWO"); taken != 3 {
		t.Errorf("%d of 2 beds are taken, want 3", taken)
	}
	must(t)(r.admit(supervisor, c[2], "site_TWO", "cold night")) // sent again

	for _, caseID := range c[3:] { // nobody has said how many beds there are
		must(t)(r.admit(shelterStaff, caseID, "site_MANY", ""))
	}
	_, err = r.transfer(shelterStaff, c[3], "site_TWO", "")
	wantField(t, "a transfer to a full site", err, "siteId")
	must(t)(r.transfer(shelterStaff, c[0], "site_MANY", ""))
	must(t)(r.transfer(shelterStaff, c[1], "site_MANY", ""))
	must(t)(r.transfer(shelterStaff, c[3], "site_TWO", "")) // two beds are free, one is not
	if two, many := r.register.Snapshot().Staying("site_TWO"), r.register.Snapshot().Staying("site_MANY"); two != 2 || many != 4 {
		t.Errorf("%d and %d beds are taken, want 2 and 4", two, many)
	}
}

// TestWhatKeepsABed proves that a leave of absence keeps the bed, and that
// leaving, a closed case and a reversed admission free it.
func TestWhatKeepsABed(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	withBeds(t, r.directory)
	a, b, c := r.open(t, "a").ID, r.open(t, "b").ID, r.open(t, "c").ID
	taken := func(what string, want int) {
		t.Helper()
		if got := r.register.Snapshot().Staying("site_FIVE"); got != want {
			t.Errorf("%s: %d beds are taken, want %d", what, got, want)
		}
	}
	must(t)(r.admit(shelterStaff, a, "site_FIVE", ""))
	must(t)(r.admit(shelterStaff, b, "site_FIVE", ""))
	mistaken := must(t)(r.admit(shelterStaff, c, "site_FIVE", ""))
	taken("admitted", 3)
	must(t)(r.casework.RecordAbsence(ctx, shelterStaff, casework.RecordAbsenceInput{Request: request(a, "away"), AbsenceBegan: shelter.AbsenceBegan{Reason: shelter.Missing}}))
	taken("away", 3)
	must(t)(r.casework.LeaveShelter(ctx, shelterStaff, casework.LeaveShelterInput{Request: request(a, "leave"), Left: shelter.Left{Destination: shelter.Family}}))
	taken("left", 2)
	must(t)(r.casework.ReverseEntry(ctx, supervisor, casework.ReverseEntryInput{Request: request(c, "reverse"), EntryID: mistaken.Entry.ID(), Reason: "wrong case"}))
	taken("reversed", 1)
	must(t)(r.casework.CloseCase(ctx, admin, casework.CloseCaseInput{Request: request(b, "close"), Ended: casefile.Ended{Reason: casefile.RanAway}}))
	taken("closed", 0)
}

// TestDraftsCountTheirOwnBeds proves that cases on the desk of drafts fill a site
// as stored ones do, and that the desk forgets them once they are stored.
func TestDraftsCountTheirOwnBeds(t *testing.T) {
	ctx := context.Background()
	s := openStore(t)
	d, _, err := directory.Open(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	withBeds(t, d)
	drafts, service := casework.NewDrafts(vaulttest.Master(t), d, func() time.Time { return now })
	r := &replica{casework: service}
	for i := range 2 {
		must(t)(r.admit(shelterStaff, r.open(t, fmt.Sprint(i)).ID, "site_TWO", ""))
	}
	third := r.open(t, "third").ID
	_, err = r.admit(shelterStaff, third, "site_TWO", "")
	wantField(t, "the third of two", err, "siteId")
	if err := drafts.Store(ctx, s); err != nil {
		t.Fatal(err)
	}
	must(t)(r.admit(shelterStaff, r.open(t, "another").ID, "site_TWO", ""))
}

// TestMilestonesKeepTheirSite proves that a milestone is at the site where she
// was staying on its day, whenever it is recorded, and stays there when she moves.
func TestMilestonesKeepTheirSite(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	withBeds(t, r.directory)
	caseID, today := r.open(t, "r").ID, calendar.DayOf(now)
	on := func(daysAgo int, requestID string) casework.Request {
		return casework.Request{RequestID: requestID, CaseID: caseID, On: today - calendar.Day(daysAgo)}
	}
	reach := func(code track.Code, daysAgo int) *casework.Change {
		return must(t)(r.casework.RecordMilestone(context.Background(), supervisor, casework.RecordMilestoneInput{
			Request: on(daysAgo, string(code)), MilestoneRecorded: casefile.MilestoneRecorded{Code: code}}))
	}
	must(t)(r.casework.AdmitToShelter(context.Background(), supervisor, casework.AdmitToShelterInput{Request: on(50, "a"), Admitted: shelter.Admitted{SiteID: "site_FIVE"}}))
	reach(track.SafetyPlanMade, 49)
	must(t)(r.casework.TransferToSite(context.Background(), supervisor, casework.TransferToSiteInput{Request: on(20, "t"), Moved: shelter.Moved{SiteID: "site_TWO"}}))
	reach(track.NeedsAssessed, 30) // heard of after the move
	done := reach(track.ReadyToLeave, 20)
	want := map[track.Code]id.Site{track.Admitted: "site_FIVE", track.SafetyPlanMade: "site_FIVE", track.NeedsAssessed: "site_FIVE", track.ReadyToLeave: "site_TWO"}
	for _, m := range done.Case.Milestones(track.Shelter) {
		if m.Site != want[m.Code()] {
			t.Errorf("%s at %s, want %s", m.Code(), m.Site, want[m.Code()])
		}
	}
}

// TestLabelsStay proves that a defendant keeps the letter when the entry of
// another one is reversed, so that a verdict stays with the one it was given on.
func TestLabelsStay(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	matter := must(t)(r.casework.OpenMatter(ctx, supervisor, casework.OpenMatterInput{Request: request(c.ID, "m"), Opened: legal.Opened{
		Description: legal.Description{Type: legal.Criminal, Subject: legal.Rape}}})).Case.Matters()[0].ID()
	var added []*casework.Change
	for i := range 3 {
		added = append(added, must(t)(r.casework.AddDefendant(ctx, supervisor, casework.AddDefendantInput{Request: request(c.ID, fmt.Sprint(i)),
			DefendantAdded: legal.DefendantAdded{MatterID: matter, Label: "Z", Role: legal.Recruiter}})))
	}
	must(t)(r.casework.ReverseEntry(ctx, supervisor, casework.ReverseEntryInput{Request: request(c.ID, "reverse"), EntryID: added[1].Entry.ID(), Reason: "not a defendant"}))
	last := must(t)(r.casework.AddDefendant(ctx, supervisor, casework.AddDefendantInput{Request: request(c.ID, "4"),
		DefendantAdded: legal.DefendantAdded{MatterID: matter, Role: legal.Official}}))
	labels := ""
	for _, d := range last.Case.Matters()[0].Defendants {
		labels += d.Label
	}
	if labels != "ACD" {
		t.Errorf("the defendants are %s, want ACD", labels)
	}
}
