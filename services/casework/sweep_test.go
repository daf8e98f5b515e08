package casework_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/register"
	"onward/services/stall"
	"onward/services/store"
	"onward/services/track"
	"onward/services/vault/vaulttest"
)

// almanac is a process whose clock stands at noon of a day, which the test turns.
type almanac struct {
	*replica
	today calendar.Day
	n     int
}

func newAlmanac(t *testing.T, s store.Store, day string) *almanac {
	t.Helper()
	a := &almanac{replica: &replica{register: register.New()}, today: dayOf(t, day)}
	var err error
	if a.directory, _, err = directory.Open(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	a.casework = casework.New(s, vaulttest.New(t, s), a.register, a.directory, func() time.Time { return a.today.Start().Add(12 * time.Hour) })
	if _, err := a.casework.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a
}

func dayOf(t *testing.T, day string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ask begins a request of its own on a case.
func (a *almanac) ask(caseID id.Case) casework.Request {
	a.n++
	return request(caseID, fmt.Sprint("ask-", a.today, "-", a.n))
}

// active opens a case under way today, owned by the supervisor, whose needs have
// been assessed: only a contact is due, in 30 days at a medium risk.
func (a *almanac) active(t *testing.T, risk casefile.Risk, owner id.Worker) *casefile.Case {
	t.Helper()
	ctx := context.Background()
	a.n++
	c := must(t)(a.casework.OpenCase(ctx, supervisor, casework.OpenCaseInput{RequestID: fmt.Sprint("open-", a.n), Opened: casefile.Opened{
		Population: casefile.AtRisk, OwnerID: owner, Consents: []casefile.Purpose{casefile.ForServices}}}))
	must(t)(a.casework.AcceptCase(ctx, supervisor, casework.AcceptCaseInput{Request: a.ask(c.Case.ID)}))
	must(t)(a.casework.ActivateCase(ctx, supervisor, casework.ActivateCaseInput{Request: a.ask(c.Case.ID), Activated: casefile.Activated{Risk: risk}}))
	return must(t)(a.casework.RecordMilestone(ctx, supervisor, casework.RecordMilestoneInput{Request: a.ask(c.Case.ID),
		MilestoneRecorded: casefile.MilestoneRecorded{Code: track.FamilyCommunityAssessed}})).Case
}

// jobs runs the nightly jobs of the day, in their order.
func (a *almanac) jobs(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	for _, run := range []func(context.Context, access.Actor, *register.Snapshot, calendar.Day) (casework.Swept, error){
		a.casework.NoteExpiredConsents, a.casework.ReleaseCases, a.casework.ScanStalled, a.casework.EscalateFlags} {
		if _, err := run(ctx, access.Job("nightly"), a.register.Snapshot(), a.today); err != nil {
			t.Fatal(err)
		}
	}
}

// besides reports whether an entry is about a flag that the tests leave out: that
// of the plan which their cases have not, or of their intake.
func besides(d casefile.Data) bool {
	var of string
	switch d := d.(type) {
	case casefile.FlagRaised:
		of = string(d.Rule)
	case casefile.FlagEscalated:
		of = d.FlagID
	case casefile.FlagResolution:
		of = d.FlagID
	case casefile.FlagRegraded:
		of = d.FlagID
	}
	return strings.Contains(of, string(stall.NoApprovedPlan)) || strings.Contains(of, string(stall.RecordIncomplete))
}

// history writes the entries of a case from a version on, each as its day, kind
// and what matters of it.
func (a *almanac) history(t *testing.T, caseID id.Case, after int) []string {
	t.Helper()
	entries, err := a.view(supervisor).History(context.Background(), a.mustFind(t, caseID))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range entries[after:] {
		if besides(e.Data) {
			continue
		}
		line := e.On.String() + " " + e.Kind()
		switch d := e.Data.(type) {
		case casefile.FlagEscalated:
			line += " " + string(d.To)
		case casefile.FlagResolution:
			line += " " + string(d.Cause)
		case casefile.FlagRegraded:
			line += " " + string(d.Severity)
		}
		lines = append(lines, line)
	}
	return lines
}

func want(t *testing.T, what string, got []string, lines ...string) {
	t.Helper()
	if !slices.Equal(got, lines) {
		t.Errorf("%s:\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(lines, "\n  "))
	}
}

func verified(t *testing.T, s store.Store, d *directory.Directory) {
	t.Helper()
	v, err := casework.Verify(context.Background(), s, d, nil)
	if err != nil || len(v.Differences) != 0 || v.Cases == 0 {
		t.Errorf("verification: %v, %+v", err, v)
	}
}

// TestLifeOfAFlag tells the life of one flag through the nights of two months, the
// jobs of each night run twice: raised, acknowledged and snoozed, woken, escalated
// seven and 21 days after the first day overdue, resolved by a contact, and raised
// again when that turns out to be another woman's.
func TestLifeOfAFlag(t *testing.T) {
	ctx := context.Background()
	s := twoOrganisations(t)
	a := newAlmanac(t, s, "2026-01-01")
	c := a.active(t, casefile.Medium, "worker_1")
	flag := casefile.FlagID(c.ID, "NO_CONTACT", "2026-01-01")
	var mistake *casework.Change
	for ; a.today <= dayOf(t, "2026-03-25"); a.today++ {
		a.jobs(t)
		a.jobs(t)
		switch a.today.String() {
		case "2026-02-02":
			must(t)(a.casework.AcknowledgeFlag(ctx, supervisor, casework.AcknowledgeFlagInput{Request: a.ask(c.ID),
				FlagAcknowledgement: casefile.FlagAcknowledgement{FlagID: flag, SnoozeUntil: dayOf(t, "2026-02-04")}}))
		case "2026-02-24":
			mistake = must(t)(a.casework.RecordFollowUp(ctx, supervisor, casework.RecordFollowUpInput{Request: a.ask(c.ID),
				Recorded: followup.Recorded{Point: track.Unscheduled, Method: followup.Phone, ContactMade: true}}))
		case "2026-02-26":
			must(t)(a.casework.ReverseEntry(ctx, supervisor, casework.ReverseEntryInput{Request: a.ask(c.ID), EntryID: mistake.Entry.ID(), Reason: "another woman's"}))
		}
	}
	want(t, "the life", a.history(t, c.ID, c.Version),
		"2026-02-01 flag.raised",
		"2026-02-02 flag.acknowledged",
		"2026-02-05 flag.woken",
		"2026-02-08 flag.escalated SUPERVISOR",
		"2026-02-22 flag.escalated LEAD",
		"2026-02-24 followup.recorded",
		"2026-02-24 flag.resolved RECORDED",
		"2026-02-26 entry.reversed",
		"2026-02-27 flag.raised",
		"2026-03-06 flag.escalated SUPERVISOR",
		"2026-03-20 flag.escalated LEAD")
	held := a.mustFind(t, c.ID)
	if f := held.Flags[0]; f.Rule != stall.NoContact || f.State != casefile.FlagReopened || f.EscalatedOn != dayOf(t, "2026-03-20") {
		t.Errorf("flags %+v", held.Flags)
	}
	verified(t, s, a.directory)
}

// TestCorrectionResolvesAFlag proves that a flag whose ground is taken back
// resolves with the correction and says so, naming the reversal, in the history
// and where it is shown.
func TestCorrectionResolvesAFlag(t *testing.T) {
	ctx := context.Background()
	a := newAlmanac(t, twoOrganisations(t), "2026-01-01")
	c := a.active(t, casefile.Medium, "worker_1")
	placed := must(t)(a.casework.LogPlacement(ctx, supervisor, casework.LogPlacementInput{Request: a.ask(c.ID),
		Started: employment.Started{EmployerName: "Mill", Occupation: "weaver", Type: employment.FullTime}}))
	a.today = dayOf(t, "2026-04-17") // the check of day 90 was due on April 16
	a.jobs(t)
	reversed := must(t)(a.casework.ReverseEntry(ctx, supervisor, casework.ReverseEntryInput{Request: a.ask(c.ID), EntryID: placed.Entry.ID(), Reason: "logged on the wrong case"}))
	v := a.view(supervisor)
	shown := 0
	for _, f := range v.Flags(reversed.Case, nil) {
		r := f.Resolution()
		if f.Rule != "RETENTION_CHECK_MISSED" {
			if r != nil {
				t.Errorf("%s was resolved too: %+v", f.Rule, r)
			}
			continue
		}
		shown++
		by, err := v.ResolvedBy(ctx, r)
		if err != nil || by.Version != reversed.Entry.Version || *r.Cause != casefile.CauseCorrected || !r.Automatic || r.On != a.today {
			t.Errorf("%v, %+v by %+v", err, r, by)
		}
		if text := r.Text(locale.EN); !strings.Contains(text, "correction") {
			t.Errorf("it says %q", text)
		}
	}
	if shown != 1 {
		t.Errorf("%d flags of retention", shown)
	}
}

// TestClosingWaitsForRisk proves that how much a flag presses changes in the same
// append as the risk: a HIGH flag keeps a case from being closed, and does not
// once the risk is lower.
func TestClosingWaitsForRisk(t *testing.T) {
	ctx := context.Background()
	a := newAlmanac(t, twoOrganisations(t), "2026-01-01")
	c := must(t)(a.casework.OpenCase(ctx, supervisor, casework.OpenCaseInput{RequestID: "open", Opened: casefile.Opened{
		Population: casefile.AtRisk, OwnerID: "worker_2", Risk: casefile.Medium, Consents: []casefile.Purpose{casefile.ForServices}}})).Case
	c = must(t)(a.casework.AcceptCase(ctx, supervisor, casework.AcceptCaseInput{Request: a.ask(c.ID)})).Case
	a.today = dayOf(t, "2026-01-16") // nobody has assessed her in 14 days
	a.jobs(t)
	revise := func(risk casefile.Risk) {
		must(t)(a.casework.ReviseCase(ctx, supervisor, casework.ReviseCaseInput{Request: a.ask(c.ID), Revised: casefile.Revised{Risk: risk}}))
	}
	close := func() error {
		_, err := a.casework.CloseCase(ctx, supervisor, casework.CloseCaseInput{Request: a.ask(c.ID), Ended: casefile.Ended{Reason: casefile.NoLongerNeeds}})
		return err
	}
	revise(casefile.High)
	wantField(t, "closing at a high risk", close(), "caseId")
	revise(casefile.Low)
	if err := close(); err != nil {
		t.Errorf("closing at a low risk: %v", err)
	}
	want(t, "the history", a.history(t, c.ID, 2), "2026-01-16 flag.raised", "2026-01-16 case.revised", "2026-01-16 flag.regraded HIGH",
		"2026-01-16 case.revised", "2026-01-16 flag.regraded MEDIUM", "2026-01-16 case.closed", "2026-01-16 flag.resolved CASE_ENDED")
	entries, err := a.view(supervisor).History(ctx, a.mustFind(t, c.ID))
	i := slices.IndexFunc(entries, func(e casefile.Entry) bool { return e.Kind() == "case.revised" })
	if err != nil || entries[i+1].Kind() != "flag.regraded" || entries[i].Key != entries[i+1].Key || !entries[i].At.Equal(entries[i+1].At) {
		t.Errorf("%v, the regrading is not of the change: %+v", err, entries[i:i+2])
	}
}

// TestConsentRunsOut proves that a consent ends after its last day by itself, for
// the organisation with which the case is shared and for partners' machines, and
// that the history notes it once, on the day after.
func TestConsentRunsOut(t *testing.T) {
	ctx := context.Background()
	s := twoOrganisations(t)
	a := newAlmanac(t, s, "2026-01-01")
	partner := access.Actor{Worker: "worker_9", Role: access.PartnerApp, Organisation: "org_1"}
	c := a.active(t, casefile.Medium, "worker_1")
	for _, p := range []casefile.Purpose{casefile.ForShare, casefile.ForPartnerApp} {
		must(t)(a.casework.RecordConsent(ctx, supervisor, casework.RecordConsentInput{Request: a.ask(c.ID),
			ConsentRecorded: casefile.ConsentRecorded{Purpose: p, Decision: casefile.Given, ExpiresOn: dayOf(t, "2026-01-10")}}))
	}
	sent := a.refer(t, c, "send", access.Health)
	if _, err := a.answer(river, c.ID, sent.ID, "accept", true); err != nil {
		t.Fatal(err)
	}
	before := a.mustFind(t, c.ID).Version
	a.today = dayOf(t, "2026-01-10")
	a.jobs(t)
	if !a.sees(river, c.ID) || !a.sees(partner, c.ID) || a.mustFind(t, c.ID).Version != before {
		t.Errorf("on the last day: shared %t, partners %t, version %d", a.sees(river, c.ID), a.sees(partner, c.ID), a.mustFind(t, c.ID).Version)
	}
	a.today++
	if a.sees(river, c.ID) || a.sees(partner, c.ID) {
		t.Error("the day after it is shared still, before anybody has noted anything")
	}
	a.jobs(t)
	a.jobs(t)
	want(t, "noted", a.history(t, c.ID, before), "2026-01-11 consent.expired", "2026-01-11 consent.expired")
	a.today++
	a.jobs(t)
	if held := a.mustFind(t, c.ID); held.Version != before+2 || a.sees(river, c.ID) || a.sees(partner, c.ID) {
		t.Errorf("the day after that it is at version %d, want %d", held.Version, before+2)
	}
	_, err := a.casework.ReverseEntry(ctx, supervisor, casework.ReverseEntryInput{Request: a.ask(c.ID), Reason: "slip",
		EntryID: id.Within(id.EntryPrefix, c.ID, before+1)})
	wantField(t, "reversing what was noted", err, "entryId")
	verified(t, s, a.directory)
}

// TestEndedWorkersCasesAreReleased proves that the open cases of a worker whose
// access has ended lose their owner with the next scan, so that they are flagged
// like any case without one, that others keep theirs, and that her successor can
// still be named afterwards.
func TestEndedWorkersCasesAreReleased(t *testing.T) {
	ctx := context.Background()
	s := twoOrganisations(t)
	a := newAlmanac(t, s, "2026-01-01")
	hers, other := a.active(t, casefile.Medium, worker.Worker), a.active(t, casefile.Medium, colleague.Worker)
	shut := a.active(t, casefile.Medium, worker.Worker)
	must(t)(a.casework.CloseCase(ctx, supervisor, casework.CloseCaseInput{Request: a.ask(shut.ID), Ended: casefile.Ended{Reason: casefile.NoLongerNeeds}}))
	end := func(requestID string, successor *id.Worker) *casework.EndWorkerPayload {
		t.Helper()
		ended, err := a.casework.EndWorker(ctx, a.view(admin), directory.EndWorkerInput{
			Request: directory.Request{RequestID: requestID}, WorkerID: worker.Worker, Reason: "moved away", SuccessorID: successor})
		if err != nil {
			t.Fatal(err)
		}
		return ended
	}
	if p := end("end", nil); p.OpenCases != 1 || p.Reassigned != 0 {
		t.Errorf("ended: %+v", p)
	}
	for a.today = dayOf(t, "2026-01-05"); a.today <= dayOf(t, "2026-01-08"); a.today++ {
		a.jobs(t)
		a.jobs(t)
	}
	want(t, "hers", a.history(t, hers.ID, hers.Version), "2026-01-05 case.released", "2026-01-08 flag.raised")
	if held := a.mustFind(t, hers.ID); held.Owner != "" || held.Flags[0].Rule != "NO_OWNER" {
		t.Errorf("hers is owned by %q, flags %+v", held.Owner, held.Flags)
	}
	if a.mustFind(t, other.ID).Owner != colleague.Worker || a.mustFind(t, shut.ID).Owner != worker.Worker {
		t.Error("another's case, or a closed one, was released")
	}
	_, err := a.casework.ReverseEntry(ctx, supervisor, casework.ReverseEntryInput{Request: a.ask(hers.ID), Reason: "slip",
		EntryID: id.Within(id.EntryPrefix, hers.ID, hers.Version+1)})
	wantField(t, "reversing the release", err, "entryId")
	successor := colleague.Worker
	if p := end("end again", &successor); p.OpenCases != 1 || p.Reassigned != 1 || a.mustFind(t, hers.ID).Owner != successor {
		t.Errorf("with a successor: %+v, owned by %q", p, a.mustFind(t, hers.ID).Owner)
	}
	a.jobs(t)
	if held := a.mustFind(t, hers.ID); held.Owner != successor || held.Flags[0].Live() {
		t.Errorf("after that it is owned by %q, its flag %s", held.Owner, held.Flags[0].State)
	}
	verified(t, s, a.directory)
}

// TestJobsRaceThemselves proves that of two processes that run every job at once,
// with four runs each, all entries are written once.
func TestJobsRaceThemselves(t *testing.T) {
	ctx := context.Background()
	s := twoOrganisations(t)
	a := newAlmanac(t, s, "2026-01-01")
	var cases []*casefile.Case
	for range 5 {
		c := a.active(t, casefile.Medium, worker.Worker)
		cases = append(cases, must(t)(a.casework.RecordConsent(ctx, supervisor, casework.RecordConsentInput{Request: a.ask(c.ID),
			ConsentRecorded: casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Given, ExpiresOn: dayOf(t, "2026-01-10")}})).Case)
	}
	if err := a.directory.Disable(ctx, worker.Worker, a.today.Start()); err != nil {
		t.Fatal(err)
	}
	b := newAlmanac(t, s, "2026-01-01")
	for _, day := range []string{"2026-02-01", "2026-02-22"} {
		a.today, b.today = dayOf(t, day), dayOf(t, day)
		var group sync.WaitGroup
		for range 4 {
			for _, process := range []*almanac{a, b} {
				group.Go(func() { process.jobs(t) })
			}
		}
		group.Wait()
	}
	lines := []string{"2026-02-01 consent.expired", "2026-02-01 case.released", "2026-02-01 flag.raised", "2026-02-22 flag.raised", "2026-02-22 flag.escalated LEAD"}
	for _, c := range cases {
		fresh := newAlmanac(t, s, "2026-02-22")
		want(t, string(c.ID), fresh.history(t, c.ID, c.Version), lines...)
	}
	verified(t, s, a.directory)
}

// refusing is a store that does not take changes of one document.
type refusing struct {
	store.Store
	id string
}

func (r refusing) Append(ctx context.Context, in store.Collection, changes store.Change) error {
	if changes.ID == r.id {
		return fault.New(fault.Unavailable, "the disk is full")
	}
	return r.Store.Append(ctx, in, changes)
}

// TestOneCaseDoesNotKeepTheOthers proves that a case that cannot be written does
// not keep a job from the others, and that the job says so at the end. Each case
// is out of contact and without a plan.
func TestOneCaseDoesNotKeepTheOthers(t *testing.T) {
	s := twoOrganisations(t)
	a := newAlmanac(t, s, "2026-01-01")
	var cases []*casefile.Case
	for range 20 {
		cases = append(cases, a.active(t, casefile.Medium, "worker_1"))
	}
	b := newAlmanac(t, refusing{s, string(cases[3].ID)}, "2026-02-01")
	scan, err := b.casework.ScanStalled(context.Background(), access.Job("stall-scan"), b.register.Snapshot(), b.today)
	if !fault.Is(err, fault.Unavailable) || scan.Checked != 20 || scan.Written(casefile.FlagRaised{}) != 2*19 {
		t.Errorf("%v, %+v", err, scan)
	}
	again := newAlmanac(t, s, "2026-02-01")
	scan, err = again.casework.ScanStalled(context.Background(), access.Job("stall-scan"), again.register.Snapshot(), again.today)
	if err != nil || scan.Checked != 1 || scan.Written(casefile.FlagRaised{}) != 2 {
		t.Errorf("once it can be written: %v, %+v", err, scan)
	}
}
