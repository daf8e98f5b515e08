package casefile_test

import (
	"fmt"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/money"
	"onward/services/plan"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// TestOpening proves what the first entry says of a case, and that it is the
// first and only one.
func TestOpening(t *testing.T) {
	opening := do("2026-01-01", casefile.Opened{Code: "ONE-1", Population: casefile.VictimPossible, Risk: casefile.Medium, SiteID: "site_1", OwnerID: "worker_1",
		Consents: []casefile.Purpose{casefile.ForServices, casefile.ForReporting}})
	c := tracktest.After(t, opening)
	if c.Status != casefile.Referred || c.Code != "ONE-1" || c.Organisation != "org_1" || c.Population() != casefile.VictimPossible ||
		c.Risk() != casefile.Medium || c.Site != "site_1" || c.Owner != "worker_1" || c.OpenedOn != tracktest.Day("2026-01-01") || c.Version != 1 {
		t.Errorf("the case: %+v", c)
	}
	if !c.Consented(casefile.ForServices, c.OpenedOn) || !c.Consented(casefile.ForReporting, c.OpenedOn) || c.Consented(casefile.ForShare, c.OpenedOn) {
		t.Errorf("consents: %v", c.Consents)
	}
	if err := opening(c); !fault.Is(err, fault.Internal) {
		t.Errorf("a second opening: %v", err)
	}
	for _, d := range []casefile.Data{casefile.Accepted{}, casefile.Assigned{OwnerID: "worker_1"}, casefile.ConsentRecorded{Purpose: casefile.ForServices}, served, closed(casefile.OtherReason)} {
		if err := do("2026-01-01", d)(&casefile.Case{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s without an opening: %v", d.Kind(), err)
		}
	}
}

// TestOwner proves since when nobody has owned a case: from its opening or its
// reopening until it is assigned.
func TestOwner(t *testing.T) {
	assign := do("2026-01-05", casefile.Assigned{OwnerID: "worker_2"})
	unowned := all(referred, []step{do("2026-02-01", closed(casefile.OtherReason)), do("2026-03-01", casefile.Reopened{Reason: "she came back"})})
	for _, c := range []struct {
		name         string
		steps        []step
		owner, since string
	}{
		{"opened", referred, "", "2026-01-01"},
		{"a site alone", all(referred, []step{do("2026-01-05", casefile.Assigned{SiteID: "site_2"})}), "", "2026-01-01"},
		{"assigned before it is accepted", all(referred, []step{assign}), "worker_2", ""},
		{"accepted by an owner", all(referred, []step{do("2026-01-02", casefile.Accepted{OwnerID: "worker_3"})}), "worker_3", ""},
		{"assigned anew", all(active, []step{assign}), "worker_2", ""},
		{"a site keeps the owner", all(active, []step{do("2026-02-01", casefile.Assigned{SiteID: "site_2"})}), "worker_1", ""},
		{"reopened without one", unowned, "", "2026-03-01"},
		{"reopened with one", all(ended, []step{do("2026-03-01", casefile.Reopened{Reason: "she came back"})}), "worker_1", ""},
	} {
		got := tracktest.After(t, c.steps...)
		if string(got.Owner) != c.owner || got.UnownedSince.String() != c.since {
			t.Errorf("%s: owner %q, unowned since %q; want %q, %q", c.name, got.Owner, got.UnownedSince, c.owner, c.since)
		}
	}
}

// TestActivation proves that what an activation gives replaces what the intake
// found, that it keeps the rest, and that a plan begins in CRISIS.
func TestActivation(t *testing.T) {
	found := all(intake, []step{do("2026-01-02", casefile.Revised{Risk: casefile.Low, Population: casefile.VictimPossible})})
	for _, c := range []struct {
		name string
		in   casefile.Activated
		want string
	}{
		{"nothing more", casefile.Activated{OwnerID: "worker_1"}, "LOW VICTIM_POSSIBLE CRISIS"},
		{"everything", casefile.Activated{OwnerID: "worker_1", Risk: casefile.High, Population: casefile.VictimConfirmed, Phase: casefile.Transition}, "HIGH VICTIM_CONFIRMED TRANSITION"},
	} {
		got := tracktest.After(t, all(found, []step{do("2026-01-03", c.in)})...)
		if s := fmt.Sprint(got.Risk(), " ", got.Population(), " ", got.Phase()); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

// TestHold proves that a hold mutes the case up to its last day and that the case
// resumes where it was.
func TestHold(t *testing.T) {
	for from, way := range map[casefile.Status][]step{casefile.Intake: intake, casefile.Active: active, casefile.FollowUp: followUp} {
		c := tracktest.After(t, all(way, []step{do("2026-02-01", casefile.Held{Until: tracktest.Day("2026-03-01"), Reason: "away"})})...)
		for on, want := range map[string]bool{"2026-02-01": true, "2026-03-01": true, "2026-03-02": false} {
			if c.Muted(tracktest.Day(on)) != want {
				t.Errorf("held from %s, muted on %s is %t", from, on, !want)
			}
		}
		phase := c.Phase()
		if err := do("2026-02-10", casefile.Resumed{})(c); err != nil {
			t.Fatal(err)
		}
		if c.Status != from || c.Phase() != phase || c.HeldUntil != 0 || c.HeldFrom() != "" || c.Muted(tracktest.Day("2026-02-10")) {
			t.Errorf("held from %s, resumed to %s, phase %q, held until %s", from, c.Status, c.Phase(), c.HeldUntil)
		}
	}
}

// TestClosings proves that every closing stays on record with its reopening, and
// that whatever ends a case ends its phase and its hold.
func TestClosings(t *testing.T) {
	c := tracktest.After(t, all(onHold, []step{do("2026-02-03", closed(casefile.RanAway)), do("2026-04-01", casefile.Reopened{Reason: "she came back"}),
		do("2026-05-01", closed(casefile.NoLongerNeeds))})...)
	if got := fmt.Sprint(c.Closings); got != "[{2026-02-03 RAN_AWAY ACTIVE worker_1 worker_1 2026-04-01 7} {2026-05-01 NO_LONGER_NEEDS ACTIVE worker_1 worker_1  9}]" {
		t.Errorf("closings: %s", got)
	}
	if err := do("2026-06-01", casefile.Reopened{Reason: "she came back"})(c); err != nil {
		t.Fatal(err)
	}
	if c.Phase() != casefile.Crisis || c.ClosedOn != 0 || c.Closings[1].ReopenedOn != tracktest.Day("2026-06-01") {
		t.Errorf("reopened: phase %q, closed on %s, %v", c.Phase(), c.ClosedOn, c.Closings)
	}
	for _, d := range []casefile.Data{closed(casefile.Died), casefile.HandedOver{OrganisationID: "org_2"}, casefile.MergedAway{IntoCaseID: "case_2", Reason: "the same"}} {
		c := tracktest.After(t, all(onHold, []step{do("2026-02-03", d)})...)
		if c.ClosedOn != tracktest.Day("2026-02-03") || c.Phase() != "" || c.HeldUntil != 0 || c.HeldFrom() != "" || c.Status.Open() {
			t.Errorf("%s: %s on %s, phase %q, held until %s", d.Kind(), c.Status, c.ClosedOn, c.Phase(), c.HeldUntil)
		}
		if _, over := d.(casefile.HandedOver); over != (c.TransferredTo() == "org_2") || (c.MergedInto() == "case_2") != (c.Status == casefile.Merged) {
			t.Errorf("%s: transferred to %q, merged into %q", d.Kind(), c.TransferredTo(), c.MergedInto())
		}
	}
}

// TestReopeningBeforeActivation proves that closing and reopening is no way
// around what activation asks for.
func TestReopeningBeforeActivation(t *testing.T) {
	for status, way := range map[casefile.Status][]step{casefile.Referred: referred, casefile.Intake: ways[casefile.Intake]} {
		c := tracktest.After(t, all(way, []step{do("2026-02-01", closed(casefile.OtherReason)), do("2026-03-01", casefile.Reopened{Reason: "she came back"})})...)
		if c.Status != status || c.Phase() != "" {
			t.Errorf("closed when %s, reopened to %s, phase %q", status, c.Status, c.Phase())
		}
	}
}

// TestLateConsent proves that a decision which is recorded late does not undo one
// that she made after it.
func TestLateConsent(t *testing.T) {
	share := func(on string, d casefile.Decision) step {
		return do(on, casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: d})
	}
	c := tracktest.After(t, all(referred, []step{share("2026-03-01", casefile.Withdrawn), share("2026-02-01", casefile.Given)})...)
	if c.Consented(casefile.ForShare, tracktest.Day("2026-04-01")) {
		t.Error("a withdrawal was undone by a consent before it")
	}
	if err := share("2026-03-01", casefile.Given)(c); err != nil || !c.Consented(casefile.ForShare, tracktest.Day("2026-04-01")) {
		t.Errorf("what was recorded last of one day does not hold: %v", err)
	}
}

// TestConsents proves that the ledger keeps every decision, that the last one on
// a purpose holds, and that a consent holds up to the day on which it runs out.
func TestConsents(t *testing.T) {
	c := tracktest.After(t, all(intake, []step{
		do("2026-02-01", casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given, ExpiresOn: tracktest.Day("2026-06-30")}),
		do("2026-02-01", casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Refused}),
		do("2026-02-02", casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Given}),
		do("2026-03-01", casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Withdrawn}),
	})...)
	if all, last := len(c.Consents), len(c.LastConsents()); all != 5 || last != 3 {
		t.Errorf("%d decisions, of which the last on a purpose are %d: %v", all, last, c.Consents)
	}
	for _, k := range []struct {
		purpose casefile.Purpose
		on      string
		want    bool
	}{
		{casefile.ForShare, "2026-06-30", true}, {casefile.ForShare, "2026-07-01", false}, {casefile.ForReporting, "2030-01-01", true},
		{casefile.ForServices, "2026-03-01", false}, {casefile.ForResearch, "2026-03-01", false},
	} {
		if got := c.Consented(k.purpose, tracktest.Day(k.on)); got != k.want {
			t.Errorf("%s on %s is %t", k.purpose, k.on, got)
		}
	}
}

// TestContact proves which entries count as contact with her: those for which
// somebody met or heard her, on the latest day of them.
func TestContact(t *testing.T) {
	award := scholarship.Award{Class: scholarship.Women, Level: scholarship.Bachelor, School: "Lycée"}
	school := []step{do("2026-02-01", award), do("2026-02-02", scholarship.Enrolment{})}
	job := []step{do("2026-02-02", employment.Started{EmployerName: "Mill", Occupation: "weaver", Type: employment.FullTime})}
	centre := []step{do("2026-02-02", career.Registered{SiteID: "site_2"})}
	weaving := career.TrainingBegun{ProviderName: "School", Subject: "weaver", Modality: career.Classroom}
	home := all(active, []step{do("2026-02-02", served)}) // 2 February is the last contact
	for _, c := range []struct {
		name   string
		before []step
		data   casefile.Data
		counts bool
	}{
		{"service", home, served, true},
		{"admission", home, shelter.Admitted{SiteID: "site_2"}, true},
		{"registration", home, career.Registered{SiteID: "site_2"}, true},
		{"milestone", all(home, centre), reached(track.JobReady), true},
		{"session at the centre", all(home, centre), career.SessionHeld{Session: career.JobSearch}, true},
		{"checklist", all(home, centre), career.ReadinessUpdated{Version: 1, Items: []career.Answer{{Code: "CV_READY"}}}, true},
		{"start of a training", all(home, centre), weaving, true},
		{"end of a training", all(home, centre, []step{do("2026-02-02", weaving)}), career.TrainingEnded{TrainingID: "training_1.8", Result: career.Failed}, true},
		{"introduction", all(home, centre), career.Introduced{EmployerName: "Mill", Occupation: "weaver"}, true},
		{"start of a job", home, employment.Started{EmployerName: "Mill", Occupation: "weaver", Type: employment.FullTime}, true},
		{"retention check", all(home, []step{do("2026-01-03", employment.Started{})}), employment.RetentionChecked{Point: employment.Day90}, true},
		{"follow-up with contact", home, followup.Recorded{Point: track.Unscheduled, ContactMade: true}, true},
		{"term at school", all(home, school), scholarship.TermCheck{Term: "1", Attendance: scholarship.Irregular}, true},
		{"leaving judged by her", all(home, []step{do("2026-02-02", shelter.Admitted{}), do("2026-02-03", shelter.Left{Destination: shelter.Family})}),
			shelter.ExitJudged{StayID: fmt.Sprint("stay_1.", len(home)+1), SafeInSurvivorsView: &yes}, true},
		{"leaving judged by the worker", all(home, []step{do("2026-02-01", shelter.Admitted{}), do("2026-02-02", shelter.Left{Destination: shelter.Family})}),
			shelter.ExitJudged{StayID: fmt.Sprint("stay_1.", len(home)+1), SafeInWorkersView: &yes}, false},
		{"follow-up without contact", home, followup.Recorded{Point: track.Unscheduled}, false},
		{"term not at school", all(home, school), scholarship.TermCheck{Term: "1", Attendance: scholarship.NotEnrolled}, false},
		{"award", home, award, false},
		{"absence from school", all(home, school), scholarship.AbsenceRecorded{From: tracktest.Day("2026-04-10"), To: tracktest.Day("2026-04-10")}, false},
		{"grade", all(home, school), scholarship.GradeRecorded{Grade: "10", Result: scholarship.Failed}, false},
		{"stipend", all(home, school), scholarship.StipendPaid{Amount: money.Money{Amount: 100, Currency: "USD"}, Method: scholarship.Cash}, false},
		{"suspension lifted", all(home, school, []step{do("2026-02-03", scholarship.End{Ending: scholarship.Suspended})}), scholarship.Resumption{}, false},
		{"end of a scholarship", all(home, school), scholarship.End{Ending: scholarship.DroppedOut}, false},
		{"end of a job", all(home, job), employment.Ended{Reason: employment.Resigned}, false},
		{"training given up", all(home, centre, []step{do("2026-02-02", weaving)}), career.TrainingEnded{TrainingID: "training_1.8", Result: career.DroppedOut}, false},
		{"result of an introduction", all(home, centre, []step{do("2026-02-02", career.Introduced{EmployerName: "Mill"})}), career.IntroductionAnswered{IntroductionID: "introduction_1.8", Result: career.Hired}, false},
		{"new terms of a job", all(home, job), employment.Updated{Conditions: employment.Conditions{Contract: employment.Verbal}}, false},
		{"check of a workplace", home, employment.WorkplaceChecked{EmployerName: "Mill", When: employment.BeforeStart, Safe: true}, false},
		{"legal step", home, reached(track.Represented), false},
		{"application", home, reached(track.Applied), false},
		{"hold", home, casefile.Held{Until: tracktest.Day("2026-05-01")}, false},
	} {
		got := tracktest.After(t, all(c.before, []step{do("2026-04-10", c.data)})...).LastContactOn
		if want := map[bool]calendar.Day{true: tracktest.Day("2026-04-10"), false: tracktest.Day("2026-02-02")}[c.counts]; got != want {
			t.Errorf("%s: last contact on %s, want %s", c.name, got, want)
		}
	}
	if c := tracktest.After(t, all(home, []step{do("2026-01-15", served)})...); c.LastContactOn != tracktest.Day("2026-02-02") {
		t.Errorf("a service recorded late moves the last contact back to %s", c.LastContactOn)
	}
}

// TestAssessed proves that any of the three assessments counts, and of several
// the earliest, in whatever order they are recorded.
func TestAssessed(t *testing.T) {
	in := all(active, []step{do("2026-01-10", shelter.Admitted{SiteID: "site_2"}), do("2026-01-10", career.Registered{SiteID: "site_3"})})
	for _, code := range []track.Code{track.NeedsAssessed, track.SkillsAssessed, track.FamilyCommunityAssessed} {
		if c := tracktest.After(t, all(in, []step{do("2026-02-10", reached(code))})...); c.AssessedOn != tracktest.Day("2026-02-10") || c.ReassessedOn != c.AssessedOn {
			t.Errorf("%s: assessed on %q and %q", code, c.AssessedOn, c.ReassessedOn)
		}
	}
	c := tracktest.After(t, all(in, []step{do("2026-02-10", reached(track.SafetyPlanMade)), do("2026-02-11", reached(track.NeedsAssessed)), do("2026-02-09", reached(track.SkillsAssessed)), do("2026-02-12", reached(track.FamilyCommunityAssessed))})...)
	if c.AssessedOn != tracktest.Day("2026-02-09") || c.ReassessedOn != tracktest.Day("2026-02-12") {
		t.Errorf("assessed on %s, for the last time on %s", c.AssessedOn, c.ReassessedOn)
	}
}

// TestComesOfAge proves that the day on which she turns 18 lies after the opening
// of the case and not more than 18 years ahead, and that the last word on it holds.
func TestComesOfAge(t *testing.T) {
	opened := func(adultOn string) step {
		return do("2026-01-01", casefile.Opened{Population: casefile.AtRisk, AdultOn: tracktest.Day(adultOn), Consents: []casefile.Purpose{casefile.ForServices}})
	}
	revised := func(adultOn, on string) step { return do(on, casefile.Revised{AdultOn: tracktest.Day(adultOn)}) }
	tracktest.Refusals(t, []refusal{
		{"18 at the opening", nil, opened("2026-01-01"), "adultOn", "after the opening"},
		{"not born yet", nil, opened("2044-01-02"), "adultOn", "at most 18 years"},
		{"18 before the opening, said later", active, revised("2025-12-31", "2026-02-01"), "adultOn", "leave it out"},
		{"not born yet, said later", active, revised("2044-02-02", "2026-02-01"), "adultOn", "at most 18 years"},
	})
	c := tracktest.After(t, opened("2044-01-01"), do("2026-01-01", casefile.Accepted{}), revised("2027-05-04", "2026-02-01"),
		do("2026-03-01", casefile.Revised{Risk: casefile.High}))
	if c.AdultOn != tracktest.Day("2027-05-04") {
		t.Errorf("she turns 18 on %s", c.AdultOn)
	}
	if c := tracktest.After(t, all(active, []step{revised("2026-01-02", "2026-02-01")})...); c.AdultOn != tracktest.Day("2026-01-02") {
		t.Errorf("heard after the day, she turned 18 on %q", c.AdultOn)
	}
}

// TestIntakeOn proves since when a case is in intake: a hold does not begin it
// again, a reopening does.
func TestIntakeOn(t *testing.T) {
	taken := []step{do("2026-01-01", casefile.Opened{Population: casefile.AtRisk, OwnerID: "worker_1", Risk: casefile.Low, Consents: []casefile.Purpose{casefile.ForServices}}),
		do("2026-01-03", casefile.Accepted{})}
	hold := do("2026-01-05", casefile.Held{Until: tracktest.Day("2026-02-01"), Reason: "abroad"})
	for _, c := range []struct {
		name  string
		steps []step
		want  string
	}{
		{"referred", taken[:1], ""},
		{"accepted", taken, "2026-01-03"},
		{"on hold", all(taken, []step{hold}), "2026-01-03"},
		{"resumed", all(taken, []step{hold, do("2026-01-06", casefile.Resumed{})}), "2026-01-03"},
		{"active", all(taken, []step{do("2026-01-06", casefile.Activated{})}), ""},
		{"closed", all(taken, []step{do("2026-01-06", closed(casefile.OtherReason))}), ""},
		{"closed and reopened", all(taken, []step{do("2026-01-06", closed(casefile.OtherReason)), do("2026-03-01", casefile.Reopened{})}), "2026-03-01"},
		{"active, closed and reopened", all(taken, []step{do("2026-01-06", casefile.Activated{}), do("2026-01-07", closed(casefile.OtherReason)), do("2026-03-01", casefile.Reopened{})}), ""},
	} {
		if got := tracktest.After(t, c.steps...).IntakeOn.String(); got != c.want {
			t.Errorf("%s: in intake since %q, want %q", c.name, got, c.want)
		}
	}
}

// TestFlags proves the life of a flag: raised once for an episode, seen, snoozed,
// resolved, and raised again only after it was resolved.
func TestFlags(t *testing.T) {
	acknowledge := func(at, until string) step {
		a := casefile.FlagAcknowledgement{FlagID: flagID}
		if until != "" {
			a.SnoozeUntil = tracktest.Day(until)
		}
		return do(at, a)
	}
	resolve := func(automatic bool) step {
		return do("2026-04-01", casefile.FlagResolution{FlagID: flagID, Reason: "seen", Automatic: automatic})
	}
	again := do("2026-05-01", flagged(casefile.SeverityHigh))
	for _, c := range []struct {
		name  string
		steps []step
		want  string
	}{
		{"raised", nil, "OPEN since 2026-03-16 due 2026-03-15"},
		{"seen", []step{acknowledge("2026-03-20", "")}, "ACKNOWLEDGED since 2026-03-16 due 2026-03-15"},
		{"snoozed", []step{acknowledge("2026-03-20", "2026-03-21")}, "SNOOZED since 2026-03-16 due 2026-03-15 until 2026-03-21"},
		{"snoozed for 90 days", []step{acknowledge("2026-03-20", "2026-06-18")}, "SNOOZED since 2026-03-16 due 2026-03-15 until 2026-06-18"},
		{"seen after a snooze", []step{acknowledge("2026-03-20", "2026-03-21"), acknowledge("2026-03-21", "")}, "ACKNOWLEDGED since 2026-03-16 due 2026-03-15"},
		{"resolved by itself", []step{acknowledge("2026-03-20", "2026-03-21"), resolve(true)}, "RESOLVED since 2026-03-16 due 2026-03-15 on 2026-04-01"},
		{"resolved by hand", []step{resolve(false)}, "RESOLVED since 2026-03-16 due 2026-03-15 on 2026-04-01 dismissed"},
		{"the same trouble again", []step{resolve(false), again}, "REOPENED since 2026-03-16 due 2026-03-15"},
	} {
		got := tracktest.After(t, all(flagHigh, c.steps)...)
		f, ok := got.Flag("NO_CONTACT", "2026-03-01")
		s := fmt.Sprintf("%s since %s due %s", f.State, f.Since, f.DueOn)
		for what, on := range map[string]calendar.Day{" until ": f.SnoozedUntil, " on ": f.ResolvedOn} {
			if !on.IsZero() {
				s += what + on.String()
			}
		}
		if f.Dismissed {
			s += " dismissed"
		}
		if !ok || len(got.Flags) != 1 || f.ID != flagID || s != c.want || f.Live() == strings.HasPrefix(s, "RESOLVED") {
			t.Errorf("%s: %s of %v, want %s", c.name, s, got.Flags, c.want)
		}
	}
	if f, ok := tracktest.After(t, flagHigh...).Flag("NO_CONTACT", "2026-04-01"); ok {
		t.Errorf("an episode that was never raised has the flag %s", f.ID)
	}
	if err := again(tracktest.After(t, flagHigh...)); !fault.Is(err, fault.Internal) {
		t.Errorf("an open flag raised again: %v", err)
	}
	tracktest.Refusals(t, []refusal{
		{"seen, never raised", active, acknowledge("2026-03-20", ""), "flagId", "no such flag"},
		{"resolved, never raised", active, resolve(false), "flagId", "no such flag"},
		{"seen after it was resolved", all(flagHigh, []step{resolve(true)}), acknowledge("2026-04-02", ""), "flagId", "2026-04-01"},
		{"resolved twice", all(flagHigh, []step{resolve(true)}), resolve(false), "flagId", "2026-04-01"},
		{"snoozed until the same day", flagHigh, acknowledge("2026-03-20", "2026-03-20"), "snoozeUntil", "1 to 90 days"},
		{"snoozed for 91 days", flagHigh, acknowledge("2026-03-20", "2026-06-19"), "snoozeUntil", "1 to 90 days"},
	})
}

// TestProgrammeRules proves that the fold holds the programmes' own rules too.
func TestProgrammeRules(t *testing.T) {
	tracktest.Refusals(t, []refusal{
		{"session", active, do("2026-02-01", career.SessionHeld{Session: career.JobSearch}), "caseId", "not registered"},
		{"session as a service", all(active, []step{do("2026-02-01", career.Registered{SiteID: "site_2"})}), do("2026-02-01", career.SessionHeld{Session: career.JobSearch, Service: "tea"}), "service", "is not a code"},
		{"service", active, do("2026-02-01", delivery.Delivered{Service: "tea"}), "service", "is not a code"},
		{"plan", active, do("2026-02-01", plan.Updated{Goals: []plan.GoalInput{{ID: "plan_1.2.1", Title: "A job"}}}), "goals.id", "no such goal"},
		{"action", active, do("2026-02-01", plan.ActionCompleted{ActionID: "plan_1.2.1"}), "actionId", "no such action"},
		{"leaving", active, do("2026-02-01", shelter.Left{Destination: shelter.Family}), "caseId", "no open stay"},
		{"scheduled follow-up", all(intake, []step{do("2026-01-03", activation)}), do("2026-02-01", followup.Recorded{Point: track.Month3, ContactMade: true}), "point", "none is recorded"},
	})
}
