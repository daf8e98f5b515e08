package stall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/stall"
	"onward/services/track"
)

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// defaults are the thresholds of the tests.
var defaults = stall.Defaults()

// assess returns what a scan finds by the default thresholds.
func assess(c *casefile.Case, on calendar.Day) ([]casefile.FlagRaised, []casefile.FlagResolution) {
	found := stall.Assess(c, defaults, on)
	return found.Raise, found.Resolve
}

// cause is why flags are resolved by an entry that ends their trouble, once it is
// recorded.
func cause(f *file) casefile.Cause {
	if !f.c.Status.Open() {
		return casefile.CauseCaseEnded
	}
	return casefile.CauseRecorded
}

// by is a viewer of the explanations.
func by(w id.Worker) stall.Viewer { return stall.Viewer{Worker: w, Today: day("2026-02-05")} }

// file is one case with its history, kept as the writer of cases keeps it.
type file struct {
	c       *casefile.Case
	before  *casefile.Case // the last entry
	today   calendar.Day   // of the last thing that was done; entries may be of earlier days
	entries []casefile.Entry
}

// try records an entry, or changes nothing where it does not fit.
func (f *file) try(on calendar.Day, data casefile.Data) error {
	recorded := max(f.today, on).Start().Add(12 * time.Hour)
	e := casefile.Entry{CaseID: f.c.ID, Version: len(f.entries) + 1, On: on, At: recorded, By: "worker_1", Data: data}
	history := append(f.entries[:len(f.entries):len(f.entries)], e)
	next := f.c.Clone()
	var err error
	if _, corrects := data.(casefile.Reversed); corrects {
		next, err = casefile.Fold(f.c.ID, history)
	} else {
		err = next.Apply(e)
	}
	if err != nil {
		return err
	}
	f.today = max(f.today, on)
	new(stall.Deriver).Derive(next, defaults, f.today)
	f.before, f.c, f.entries = f.c, next, history
	return nil
}

// must records entries that fit.
func (f *file) must(on string, data ...casefile.Data) *file {
	for _, d := range data {
		if err := f.try(day(on), d); err != nil {
			panic(fmt.Sprintf("%s on %s: %v", d.Kind(), on, err))
		}
	}
	return f
}

// scan records what a scan of the case finds on a day.
func (f *file) scan(on calendar.Day) ([]casefile.FlagRaised, []casefile.FlagResolution) {
	found := stall.Assess(f.c, defaults, on)
	f.must(on.String(), found.Data()...)
	return found.Raise, found.Resolve
}

// settle records what the last entry did to the flags, as the writer of cases does
// with every change, and returns the resolutions.
func (f *file) settle(on calendar.Day) []casefile.FlagResolution {
	var resolved []casefile.FlagResolution
	for _, d := range stall.Settle(f.before, f.c, f.entries[len(f.entries)-1], defaults, on) {
		f.must(on.String(), d)
		if r, ok := d.(casefile.FlagResolution); ok {
			resolved = append(resolved, r)
		}
	}
	return resolved
}

// flag returns the flag of an episode, which must have been raised.
func (f *file) flag(t *testing.T, rule casefile.RuleCode, episode string) casefile.Flag {
	t.Helper()
	flag, raised := f.c.Flag(rule, episode)
	if !raised {
		t.Fatalf("%s %s was never raised", rule, episode)
	}
	return flag
}

// referred opens a case without an owner.
func referred(risk casefile.Risk) *file {
	f := &file{c: &casefile.Case{ID: "case_TEST"}}
	return f.must("2026-01-01", casefile.Opened{Population: casefile.AtRisk, Risk: risk, Consents: []casefile.Purpose{casefile.ForServices}})
}

// intake takes a case in with an owner: two entries.
func intake(risk casefile.Risk) *file {
	return referred(risk).must("2026-01-01", casefile.Accepted{OwnerID: "worker_1"})
}

// active begins the plan: three entries. The risk is MEDIUM.
func active() *file { return activeAt(casefile.Medium) }

func activeAt(risk casefile.Risk) *file {
	return intake(risk).must("2026-01-01", casefile.Activated{})
}

// girl is a case of a girl who turns 18 on a day: three entries.
func girl(adultOn string, risk casefile.Risk) *file {
	f := &file{c: &casefile.Case{ID: "case_TEST"}}
	return f.must("2026-01-01", casefile.Opened{Population: casefile.AtRisk, Risk: risk, AdultOn: day(adultOn), Consents: []casefile.Purpose{casefile.ForServices}},
		casefile.Accepted{OwnerID: "worker_1"}, casefile.Activated{})
}

// asked opens a case without consent and takes it in: two entries.
func asked() *file {
	f := &file{c: &casefile.Case{ID: "case_TEST"}}
	return f.must("2026-01-01", casefile.Opened{Population: casefile.AtRisk}, casefile.Accepted{OwnerID: "worker_1"})
}

// sharing is an active case that may be shared: four entries.
func sharing(risk casefile.Risk) *file {
	return activeAt(risk).must("2026-01-05", casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given})
}

// atSchool is an active case with two awards, enrolled under the first: six
// entries.
func atSchool(risk casefile.Risk) *file {
	return activeAt(risk).must("2026-01-05", awarded(), awarded(), scholarship.Enrolment{ScholarshipID: "scholarship_TEST.4"})
}

// written returns facts as a line: name, day, and the entry where there is one.
func written(facts []casefile.Fact) string {
	var words []string
	for _, f := range facts {
		words = append(words, f.Name, f.On.String())
		if f.Entry != 0 {
			words = append(words, fmt.Sprintf("by entry %d", f.Entry))
		}
	}
	return strings.Join(words, " ")
}

// The entries of the tests.

func reached(code track.Code) casefile.Data { return casefile.MilestoneRecorded{Code: code} }

func admitted() casefile.Data { return shelter.Admitted{SiteID: "site_1"} }

func left() casefile.Data { return shelter.Left{Destination: shelter.Family} }

func awarded() casefile.Data {
	return scholarship.Award{Class: scholarship.Women, Level: scholarship.Bachelor, School: "School"}
}

func started() casefile.Data {
	return employment.Started{EmployerName: "Workshop", Occupation: "Tailor", Type: employment.FullTime}
}

func checked(point employment.Point, employed bool) casefile.Data {
	return employment.RetentionChecked{Point: point, Employed: employed}
}

func separated() casefile.Data { return employment.Ended{Reason: employment.Resigned} }

func returned() casefile.Data { return reintegration.Returned{LivingWith: reintegration.Parents} }

func met(point track.FollowUpPoint, contact bool) casefile.Data {
	return followup.Recorded{Point: point, Method: followup.Phone, ContactMade: contact}
}

func inCourt(matterID string) casefile.Data {
	return casefile.MilestoneRecorded{Code: track.ReferredToCourt, Step: legal.Step{MatterID: matterID}}
}

// planned is a plan of one goal with an action due on each of the days.
func planned(due ...string) casefile.Data {
	goal := plan.GoalInput{Title: "A home"}
	for _, d := range due {
		goal.Actions = append(goal.Actions, plan.ActionInput{Title: "Visit", DueOn: day(d)})
	}
	return plan.Updated{Goals: []plan.GoalInput{goal}}
}

func assigned() casefile.Data { return casefile.Assigned{OwnerID: "worker_2"} }

func closed() casefile.Data { return casefile.Ended{Reason: casefile.OtherReason} }

func held(until string) casefile.Data { return casefile.Held{Until: day(until), Reason: "abroad"} }

// approvedPlan is a case whose plan was submitted on one day and approved on
// another.
func approvedPlan(submitted, approved string) *file {
	return approvedPlanAt(casefile.Medium, submitted, approved)
}

func approvedPlanAt(risk casefile.Risk, submitted, approved string) *file {
	f := activeAt(risk).must(submitted, wholePlan(), casefile.Requested{Of: casefile.PlanApproval})
	return f.must(approved, casefile.Approved{ApprovalID: f.c.Approvals[0].ID()})
}

// agreed is a follow-up at which the next one was agreed.
func agreed(next string) casefile.Data {
	return followup.Recorded{Point: track.Unscheduled, Method: followup.Phone, ContactMade: true, NextOn: day(next)}
}

func absent(from, to string) casefile.Data {
	return scholarship.AbsenceRecorded{ScholarshipID: "scholarship_TEST.4", From: day(from), To: day(to), Excused: &no}
}

var yes, no = true, false

func endSchool(e scholarship.Ending) casefile.Data {
	return scholarship.End{ScholarshipID: "scholarship_TEST.4", Ending: e}
}

func assessed(p assessment.Purpose) casefile.Data {
	return assessment.Recorded{Instrument: "shelter-needs", InstrumentVersion: 1, Purpose: p}
}

func sent() casefile.Data {
	return casefile.ReferralSent{OrganisationID: "org_2", Need: "a vocational course"}
}

func offered() casefile.Data {
	return casefile.ReferralSent{Referral: casefile.TransferOf, OrganisationID: "org_2", Need: "her family has moved"}
}

// wholePlan is a plan that lacks nothing for its submission.
func wholePlan() casefile.Data {
	return plan.Updated{Goals: []plan.GoalInput{{Title: "A home", Track: track.Reintegration, AchieveBy: day("2026-12-31"), Measure: "she has a key"}}}
}

func reviewed() casefile.Data { return plan.Reviewed{} }
